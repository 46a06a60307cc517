package sheet

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
)

// MaxMarkup bounds an HTML or XML file that a program named .xls, and a dump of SQL
// statements; such a file is held in memory.
const MaxMarkup = 64 << 20

// markupKind recognises text that is markup: "html", "xml" (SpreadsheetML 2003)
// or "".
func markupKind(head []byte) string {
	h := bytes.TrimLeft(head, "\uFEFF \t\r\n")
	if len(h) == 0 || h[0] != '<' {
		return ""
	}
	h = bytes.ToLower(h[:min(len(h), 8<<10)])
	switch {
	case bytes.Contains(h, []byte("urn:schemas-microsoft-com:office:spreadsheet")) && bytes.Contains(h, []byte("workbook")):
		return "xml"
	case bytes.Contains(h, []byte("<html")) || bytes.Contains(h, []byte("<table")) || bytes.Contains(h, []byte("<!doctype html")):
		return "html"
	}
	return ""
}

// openMarkup reads a whole HTML or SpreadsheetML file.
func openMarkup(in Input, kind string) (*Book, error) {
	b := &Book{Format: kind}
	doc, err := b.hold(in, "an HTML or XML table", "save it as .xlsx or .csv")
	if err != nil {
		return nil, err
	}
	if kind == "html" {
		b.Sheets = htmlTables(doc)
	} else {
		b.Sheets = spreadsheetML(doc)
	}
	if len(b.Sheets) == 0 {
		return nil, &Error{Rule: "no-table", Msg: "the " + kind + " file holds no table", Hint: "open it in a browser or spreadsheet program and save the table as .xlsx or .csv"}
	}
	return b, nil
}

// hold reads a whole text.
func (b *Book) hold(in Input, what, hint string) ([]byte, error) {
	d := &decoder{r: io.LimitReader(in.R, MaxMarkup+1)}
	var doc []byte
	read := 0
	for {
		next, err := d.fill(nil)
		if err != nil {
			return nil, err
		}
		doc = append(doc, next...)
		if read += len(next); read > MaxMarkup {
			return nil, &Error{Rule: "too-large", Msg: fmt.Sprintf("%s of more than %d MiB cannot be read", what, MaxMarkup>>20), Hint: hint}
		}
		if d.eof && d.rawN == 0 {
			break
		}
	}
	b.charset = d.name
	return doc, nil
}

// memory is a sheet whose rows are held in memory.
type memory struct {
	rows  [][]Cell
	lines []int      // row numbers
	notes [][]string // of the first rows, see [Row]
	at    int
}

func (m *memory) Close() error { return nil }

func (m *memory) Next(r *Row) error {
	if m.at >= len(m.rows) {
		return io.EOF
	}
	r.Line, r.Lines, r.Raw, r.Damaged = m.lines[m.at], 1, "", false
	r.Cells = append(r.Cells[:0], m.rows[m.at]...)
	if r.Notes = nil; m.at < len(m.notes) {
		r.Notes = m.notes[m.at]
	}
	m.at++
	return nil
}

// add takes the next row.
func (m *memory) add(cells []Cell) {
	m.rows, m.lines = append(m.rows, cells), append(m.lines, len(m.rows)+1)
}

func (m *memory) sheet(name string) *Sheet {
	return &Sheet{Name: name, rows: func() (Rows, error) { return &memory{rows: m.rows, lines: m.lines, notes: m.notes}, nil }}
}

// htmlTables reads the outermost tables of a page. What stands in a table inside
// a cell is text of that cell.
func htmlTables(doc []byte) []*Sheet {
	h := htmlPage{down: map[int]int{}}
	endless := map[string]int{} // up to where no end of a script or style stands
	for i := 0; i < len(doc); {
		k := bytes.IndexByte(doc[i:], '<')
		if k < 0 {
			break
		}
		if h.open {
			h.text.Write(doc[i : i+k])
		}
		i += k
		if bytes.HasPrefix(doc[i:], []byte("<!--")) {
			if k = bytes.Index(doc[i:], []byte("-->")); k < 0 {
				break
			}
			i += k + 3
			continue
		}
		if k = tagEnd(doc[i:]); k < 0 {
			break
		}
		tag := doc[i+1 : i+k]
		i += k + 1
		n := len(tagName(tag))
		switch name := strings.ToLower(string(tag[:n])); name {
		case "script", "style":
			from, to, end := max(i, endless[name]), min(len(doc), i+1<<20), "</"+name
			if k = bytes.Index(bytes.ToLower(doc[from:to]), []byte(end)); k >= 0 {
				i = from + k
			} else {
				endless[name] = max(from, to-len(end))
			}
		default:
			h.tag(name, tag[n:])
		}
	}
	if h.depth > 0 { // never closed
		h.endTable()
	}
	return h.out
}

// htmlPage is the state of [htmlTables].
type htmlPage struct {
	out   []*Sheet
	m     *memory // the outermost table at hand
	row   []Cell
	text  strings.Builder
	depth int
	open  bool // inside a cell
	skip  int  // columns that the open cell spans beyond its first
	inRow bool
	down  map[int]int // columns taken by a rowspan: rows left
}

// tag goes on by a tag of that name.
func (h *htmlPage) tag(name string, attrs []byte) {
	switch name {
	case "table":
		if h.depth++; h.depth == 1 {
			h.m = &memory{}
			clear(h.down)
		}
	case "/table":
		if h.depth--; h.depth == 0 {
			h.endTable()
		}
		h.depth = max(h.depth, 0)
	case "br", "br/", "p", "/p", "div", "/div":
		if h.open {
			h.text.WriteByte(' ')
		}
	}
	if h.depth != 1 {
		return
	}
	switch name {
	case "tr":
		h.endRow()
		h.inRow = true
	case "/tr":
		h.endRow()
	case "td", "th":
		h.endCell()
		h.begin(attrs)
	case "/td", "/th":
		h.endCell()
	}
}

// begin begins a cell, to the right of those that reach down from rows above.
func (h *htmlPage) begin(attrs []byte) {
	h.open, h.inRow = true, true
	for h.down[len(h.row)] > 0 {
		h.row = append(h.row, Cell{})
	}
	if n := span(rowSpan, attrs); n > 1 && len(h.down) < MaxCols {
		h.down[len(h.row)] = min(n, MaxRows)
	}
	h.skip = 0
	if n := span(colSpan, attrs); n > 1 {
		h.skip = min(n, 256) - 1
	}
}

func (h *htmlPage) endCell() {
	if !h.open {
		return
	}
	h.open = false
	h.row = append(h.row, Cell{Text: html.UnescapeString(strings.TrimSpace(h.text.String()))})
	for ; h.skip > 0 && len(h.row) < MaxCols; h.skip-- {
		h.row = append(h.row, Cell{})
	}
	h.text.Reset()
}

func (h *htmlPage) endRow() {
	h.endCell()
	if !h.inRow {
		return
	}
	h.inRow = false
	for c := range h.down {
		if h.down[c]--; h.down[c] <= 0 {
			delete(h.down, c)
		}
	}
	if len(h.m.rows) < MaxRows {
		h.m.add(h.row)
	}
	h.row = nil
}

func (h *htmlPage) endTable() {
	h.endRow()
	if len(h.m.rows) > 0 {
		h.out = append(h.out, h.m.sheet(fmt.Sprintf("table%d", len(h.out)+1)))
	}
}

var (
	rowSpan = lazy.MustCompile(`(?i)\browspan\s*=\s*["']?(\d{1,7})`)
	colSpan = lazy.MustCompile(`(?i)\bcolspan\s*=\s*["']?(\d{1,7})`)
)

func span(attr *lazy.Regexp, attrs []byte) int {
	m := attr.FindSubmatch(attrs)
	if m == nil {
		return 1
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

// spreadsheetML reads the worksheets of a SpreadsheetML 2003 document.
func spreadsheetML(doc []byte) []*Sheet {
	var (
		out  []*Sheet
		m    *memory
		cur  *Sheet
		row  []Cell
		line int
		col  int // of the last cell, from 1
		wide int // columns that it spans beyond its first
		seen bool
	)
	endRow := func() {
		if seen && len(m.rows) < MaxRows {
			m.rows, m.lines = append(m.rows, row), append(m.lines, line)
		}
		row, seen = nil, false
	}
	endSheet := func() {
		if cur == nil {
			return
		}
		endRow()
		s := m.sheet(cur.Name)
		s.Hidden = cur.Hidden
		out = append(out, s)
		cur = nil
	}
	index := func(e element, at, limit int) int {
		if n, err := strconv.Atoi(e.attr("Index")); err == nil && n > at && n <= limit {
			return n - 1
		}
		return at
	}
	for e := range elements(doc) {
		switch e.name {
		case "Worksheet":
			endSheet()
			cur, m, line = &Sheet{Name: unescape(e.attr("Name"))}, &memory{}, 0
		case "Visible":
			if cur != nil {
				text, _ := charData(doc[e.pos:])
				cur.Hidden = text == "SheetHidden" || text == "SheetVeryHidden"
			}
		case "Row":
			if cur == nil {
				break
			}
			endRow()
			line, col, wide, seen = index(e, line, MaxRows)+1, 0, 0, true
		case "Cell":
			if seen {
				col = index(e, col+wide, MaxCols)
				col++
				wide = 0
				if n, err := strconv.Atoi(e.attr("MergeAcross")); err == nil && n > 0 {
					wide = min(n, MaxCols)
				}
			}
		case "Data":
			if !seen || col == 0 || col > MaxCols {
				break
			}
			text, _ := charData(doc[e.pos:])
			if strings.HasSuffix(strings.TrimSpace(e.attrs), "/") {
				text = ""
			}
			c := Cell{Text: text}
			switch e.attr("Type") {
			case "Number":
				c.Kind = Number
			case "Boolean":
				c = Cell{Text: "FALSE", Kind: Bool}
				if text == "1" {
					c.Text = "TRUE"
				}
			case "Error":
				c.Kind = Fault
			}
			for len(row) < col {
				row = append(row, Cell{})
			}
			row[col-1] = c
		}
	}
	endSheet()
	return out
}
