package parse

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/text"
)

// gridLines is the name among the wrappings of a document of JSON whose rows are lists.
const gridLines = "table in a JSON document"

// gridDocument reports whether the head begins one document in which the rows of a table are lists
// or texts with separators, and the names of its columns are a list, a text, or the first row:
// {"columns":["time","amount"],"data":[["2026-11-20 08:15:32",12.30]]} as pandas and databases answer,
// {"header":"a|b","data":["1|2"]}, [["a","b"],["1","2"]], {"data":"a|b\n1|2"}. The lists may stand in lines of their own.
func gridDocument(head []byte) bool {
	first := text.Begin(head)
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return false
	}
	rows := 0
	if g, _ := walkGrid(first, func(int, []string) { rows++ }); rows == 0 || g.values > 1 {
		return false
	}
	all, _ := rowsOfGrid(first)
	return rowsOf(bytes.NewReader(all)) > rowsOf(bytes.NewReader(head)) // which may be one object, about the call
}

// newGridLines writes the table as CSV and holds the document in memory. A row has the number of the
// line in which its list begins; where several begin in one, they are counted on.
func newGridLines(r io.Reader) io.Reader {
	return &rewritten{next: func(to *bytes.Buffer) error {
		all, err := heldDocument(r)
		if err != nil {
			return err
		}
		all, err = rowsOfGrid(bytes.TrimPrefix(all, []byte("\ufeff")))
		to.Write(all)
		if err != nil {
			return readError(content{wrapping: []string{gridLines}}, err)
		}
		return io.EOF
	}}
}

// rowsOfGrid is the table of a document, of one that is cut or damaged as far as it can be read.
func rowsOfGrid(all []byte) ([]byte, error) {
	to := &bytes.Buffer{}
	rows, at := csv.NewWriter(to), 0
	write := func(line int, cells []string) {
		for ; at < line-1; at++ {
			to.WriteByte('\n')
		}
		_ = rows.Write(cells) // to memory
		rows.Flush()
		at++
	}
	if g, _ := walkGrid(all, func(int, []string) {}); g.names != nil { // they may stand behind the rows
		write(0, g.names)
	}
	_, err := walkGrid(all, write)
	return to.Bytes(), err
}

// gridWalk is the way through a document.
type gridWalk struct {
	lineWalk
	row    func(line int, cells []string)
	names  []string
	values int // at the top
	depth  int // of arrays and objects that are open
}

// mostNested is the depth from which a document is not walked.
const mostNested = 1000

// walkGrid calls row for each row of a document.
func walkGrid(all []byte, row func(line int, cells []string)) (g *gridWalk, err error) {
	g = &gridWalk{lineWalk: newLineWalk(all, 1), row: row}
	rows := bytes.Contains(all, []byte("]\n[")) // one in each line
	for err == nil && len(bytes.TrimSpace(all[g.InputOffset():])) > 0 {
		if rows {
			_, err = g.element(true)
			continue
		}
		err = g.value()
		g.values++
	}
	if err == io.EOF { // as Token says within a value, too
		err = io.ErrUnexpectedEOF
	}
	return g, err
}

// value passes over a value and takes the rows in it.
func (g *gridWalk) value() error {
	t, err := g.Token()
	if s, ok := t.(string); ok {
		g.text(s)
		return nil
	}
	if g.depth++; g.depth > mostNested {
		return io.ErrUnexpectedEOF
	}
	defer func() { g.depth-- }()
	switch t {
	case json.Delim('{'):
		for err == nil && g.More() {
			var key json.Token
			if key, err = g.Token(); err == nil {
				err = g.member(key)
			}
		}
	case json.Delim('['):
		for rows := false; err == nil && g.More(); {
			rows, err = g.element(rows)
		}
	default:
		return err
	}
	if err == nil {
		_, err = g.Token()
	}
	return err
}

// text takes the rows of a text that holds a whole table.
func (g *gridWalk) text(s string) {
	s = strings.ReplaceAll(s, "^^", "\n") // as the Agricultural Bank ends rows
	if first, _, more := strings.Cut(s, "\n"); !more || !separated(first) {
		return
	}
	g.reach(int(g.InputOffset()))
	for row := range strings.Lines(strings.TrimSpace(s)) {
		cells := split(strings.TrimRight(row, "\r\n"))
		g.row(g.line, cells)
	}
}

// member passes over the value of a member, or takes it for the names of the columns.
func (g *gridWalk) member(key json.Token) error {
	switch key {
	case "columns", "header", "headers", "head", "fields", "names", "meta", "columnNames", "title", "titles":
	default:
		return g.value()
	}
	var raw json.RawMessage
	err := g.Decode(&raw)
	if err != nil {
		return err
	}
	var named []struct{ Name, Title, Field, Label string }
	names, parted := cellsOf(raw)
	switch {
	case len(raw) > 0 && raw[0] == '[' && json.Unmarshal(raw, &named) == nil:
		names = names[:0]
		for _, n := range named {
			name := n.Name
			for _, other := range [...]string{n.Title, n.Label, n.Field} {
				if name == "" {
					name = other
				}
			}
			names = append(names, name)
		}
	case len(raw) > 0 && raw[0] != '[' && !parted:
		return nil
	}
	if g.names == nil && len(names) > 1 && !slices.Contains(names, "") {
		g.names = names
	}
	return nil
}

// element passes over what an array has, or takes it for a row, as rows of it were before.
func (g *gridWalk) element(rows bool) (bool, error) {
	from := g.next()
	if !isRow(g.all[from:]) {
		return rows, g.value()
	}
	g.reach(from)
	var raw json.RawMessage
	if err := g.Decode(&raw); err != nil {
		return rows, err
	}
	cells, parted := cellsOf(raw)
	if rows = rows || parted || raw[0] == '['; rows && len(cells) > 0 {
		g.row(g.line, cells)
	}
	return rows, nil
}

// isRow reports whether an element begins like a text or an array that holds no others.
func isRow(from []byte) bool {
	if len(from) == 0 || from[0] != '[' {
		return len(from) > 0 && from[0] == '"'
	}
	s := bytes.TrimLeft(from[1:], " \t\r\n")
	return len(s) > 0 && s[0] != '[' && s[0] != '{'
}

// cellsOf are the texts of a list, or the parts of a text with separators.
func cellsOf(raw json.RawMessage) (cells []string, parted bool) {
	var row string
	if json.Unmarshal(raw, &row) == nil {
		return split(row), separated(row)
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil, false
	}
	for _, v := range list {
		s := string(v)
		if _ = json.Unmarshal(v, &s); s == "null" { // numbers keep their digits
			s = ""
		}
		cells = append(cells, joinLines.Replace(s))
	}
	return cells, false
}

// split divides a row of a text at its separator, if there is one.
func split(row string) []string {
	for _, sep := range [...]string{"|", "\t", "^", ";", ","} {
		if strings.Count(row, sep) > 1 {
			return strings.Split(row, sep)
		}
	}
	return []string{row}
}

func separated(row string) bool { return len(split(row)) > 1 }
