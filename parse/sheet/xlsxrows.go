package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// mergeScan is up to which compressed size a sheet is read twice, first for the
// merged areas that stand behind its rows.
const mergeScan = 1 << 20

// rows opens a sheet. Strings and styles are read when first needed.
func (x *xlsxBook) rows(target, stringsPart, stylesPart string) (Rows, error) {
	if !x.loaded {
		doc, err := x.part(stylesPart, false)
		if err != nil {
			return nil, err
		}
		x.styles = readStyles(doc)
		if x.strings, err = x.readStrings(stringsPart); err != nil {
			return nil, err
		}
		x.loaded = true
	}
	var merged []area
	scanned := false
	if f := x.parts[strings.ToLower(target)]; f != nil && f.CompressedSize64 <= mergeScan {
		var err error
		if merged, err = x.merges(target); err != nil {
			return nil, err
		}
		scanned = true
	}
	r, _, err := x.open(target)
	if err != nil {
		return nil, err
	}
	return &xlsxRows{book: x, part: target, src: readAhead(r), spreader: spreader{merged: merged}, scanned: scanned}, nil
}

// xlsxRows scans the rows of one worksheet part. It looks for the elements row,
// c, v, is and t by their bytes and passes over everything else; that is what
// makes it an order of magnitude faster than a general XML parser.
type xlsxRows struct {
	book   *xlsxBook
	part   string
	src    *ahead
	buf    []byte // never overwritten: cells are views of it
	pos    int
	ended  bool
	prefix int  // length of the namespace prefix of this part's elements, colon included
	inData bool // after <sheetData>
	row    int  // number of the last row
	hidden int  // rows that a filter or the user hides
	spreader
	scanned bool // for merged areas
	general bool // read all rows the general way, for tests
}

func (s *xlsxRows) Close() error { return s.src.close() }

func (s *xlsxRows) damaged(msg string) error {
	return &Error{Where: fmt.Sprintf("%s, row %d", s.part, s.row), Rule: "sheet-damaged", Msg: msg, Hint: "open the workbook in a spreadsheet program and save it again"}
}

// more reads on and keeps the unfinished element.
func (s *xlsxRows) more() error {
	carry := s.buf[s.pos:]
	if len(carry) > MaxRow {
		return &Error{Where: fmt.Sprintf("%s, row %d", s.part, s.row+1), Rule: "row-too-long", Msg: fmt.Sprintf("the row is longer than %d MiB", MaxRow>>20),
			Hint: "this is no export; check where it comes from"}
	}
	next, err := s.src.join(carry)
	if err == io.EOF {
		s.ended = true
		return nil
	}
	if err != nil {
		return err
	}
	s.buf, s.pos = next, 0
	return nil
}

// Next implements Rows.
func (s *xlsxRows) Next(r *Row) error {
	if s.quick(r) {
		s.spread(r)
		return nil
	}
	for {
		tag, end, ok := s.nextTag()
		if !ok {
			if s.ended {
				if !s.inData {
					return s.damaged("the part holds no sheetData")
				}
				return s.damaged("the sheet ends in the middle of its data")
			}
			if err := s.more(); err != nil {
				return err
			}
			continue
		}
		name := tagName(tag)
		switch string(local(bytes.TrimPrefix(name, []byte("/")))) {
		case "sheetData":
			if name[0] == '/' || tag[len(tag)-1] == '/' {
				return s.end()
			}
			s.inData = true
			s.prefix = len(name) - len(local(name))
			s.pos = end
		case "row":
			if !s.inData || name[0] == '/' {
				s.pos = end
				continue
			}
			body := s.buf[end:end]
			after := end
			if tag[len(tag)-1] != '/' {
				k := s.rowEnd(end)
				if k < 0 {
					if s.ended {
						return s.damaged("the sheet ends in the middle of a row")
					}
					if err := s.more(); err != nil {
						return err
					}
					continue
				}
				body = s.buf[end:k]
				after = k
			}
			if err := s.number(tag); err != nil {
				return err
			}
			if hides(tag) {
				s.hidden++
			}
			s.pos = after
			r.Line, r.Lines, r.Raw, r.Damaged = s.row, 1, "", false
			if err := s.cells(r, tidy(body)); err != nil {
				return err
			}
			s.spread(r)
			return nil
		default:
			s.pos = end
		}
	}
}

// end is reached behind the rows and leaves notes about them. A sheet that was too large to be read twice
// says so where merged areas would have been filled.
func (s *xlsxRows) end() error {
	if s.hidden > 0 {
		s.book.notes = append(s.book.notes, fmt.Sprintf("rows that are hidden in the workbook, as by a filter, were read like the others: %d", s.hidden))
	}
	if !s.scanned {
		s.scanned = true
		var rest []byte
		for !s.ended && len(rest) < maxPart {
			if err := s.more(); err != nil {
				return io.EOF // what stands behind the rows is no data
			}
			rest = append(rest, s.buf[s.pos:]...)
			s.pos = len(s.buf)
		}
		if n := bytes.Count(rest, []byte("mergeCell ")); n > 0 {
			s.book.notes = append(s.book.notes, fmt.Sprintf("the sheet is too large to fill its merged areas, only their first cells have a value: %d", n))
		}
	}
	return io.EOF
}

// nextTag finds the next tag at or after pos: its inside and the index after it.
func (s *xlsxRows) nextTag() (tag []byte, end int, ok bool) {
	k := bytes.IndexByte(s.buf[s.pos:], '<')
	if k < 0 {
		s.pos = len(s.buf)
		return nil, 0, false
	}
	s.pos += k
	if bytes.HasPrefix(s.buf[s.pos:], []byte("<!--")) {
		if k = bytes.Index(s.buf[s.pos:], []byte("-->")); k < 0 {
			return nil, 0, false
		}
		return s.buf[s.pos+1 : s.pos+k+2], s.pos + k + 3, true
	}
	k = tagEnd(s.buf[s.pos:])
	if k < 2 {
		if k == 1 { // "<>": not XML, passed over
			return []byte("?"), s.pos + 2, true
		}
		return nil, 0, false
	}
	return s.buf[s.pos+1 : s.pos+k], s.pos + k + 1, true
}

func tagName(tag []byte) []byte {
	for i, c := range tag {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' && i > 0 {
			return tag[:i]
		}
	}
	return tag
}

// hides reports whether a row's tag says that it is hidden.
func hides(tag []byte) bool {
	return bytes.Contains(tag, []byte("hidden")) && (bytes.Contains(tag, []byte(`hidden="1"`)) || bytes.Contains(tag, []byte(`hidden="true"`)))
}

var endRow = []byte("row>")

// rowEnd is the index of the row's end tag after from, -1 where it is not yet
// there. What a comment or a CDATA section holds ends no row.
func (s *xlsxRows) rowEnd(from int) int {
	open := from // nothing before it is open
	for i := from; ; {
		k := bytes.Index(s.buf[i:], endRow)
		if k < 0 {
			return -1
		}
		k += i
		if j := k - s.prefix - 2; j >= from && s.buf[j] == '<' && s.buf[j+1] == '/' {
			if open = closed(s.buf, open, j); open < 0 {
				return -1
			}
			if open <= j {
				return j
			}
			i = open
			continue
		}
		i = k + len(endRow)
	}
}

// closed is where the first comment or CDATA section that begins before end and
// does not end before it ends, or end where there is none; -1 where it has no end.
func closed(b []byte, from, end int) int {
	for {
		k := bytes.Index(b[from:end], []byte("<!"))
		if k < 0 {
			return end
		}
		from += k
		mark := "-->"
		if bytes.HasPrefix(b[from:], cdata) {
			mark = "]]>"
		}
		if k = bytes.Index(b[from:], []byte(mark)); k < 0 {
			return -1
		}
		if from += k + len(mark); from > end {
			return from
		}
	}
}

// tidy is a row without its comments, and with the text of its CDATA sections
// escaped, so that a tag in it is a tag.
func tidy(row []byte) []byte {
	if !bytes.Contains(row, []byte("<!")) {
		return row
	}
	out := make([]byte, 0, len(row))
	for {
		k := bytes.Index(row, []byte("<!"))
		if k < 0 {
			return append(out, row...)
		}
		out = append(out, row[:k]...)
		if row = row[k:]; bytes.HasPrefix(row, cdata) {
			text, rest, _ := bytes.Cut(row[len(cdata):], []byte("]]>"))
			text = bytes.ReplaceAll(text, []byte("&"), []byte("&amp;"))
			out = append(out, bytes.ReplaceAll(text, []byte("<"), []byte("&lt;"))...)
			row = rest
		} else {
			_, row, _ = bytes.Cut(row, []byte("-->"))
		}
	}
}

// number takes the row's number from its r attribute, or counts on.
func (s *xlsxRows) number(tag []byte) error {
	n := s.row + 1
	if v := (element{attrs: string(tag[len(tagName(tag)):])}).attr("r"); v != "" {
		k, err := strconv.Atoi(v)
		if err != nil || k < 1 || k > MaxRows {
			return s.damaged(fmt.Sprintf("the row number %.20q is none of 1 to %d", v, MaxRows))
		}
		if k <= s.row {
			return s.damaged(fmt.Sprintf("row %d stands behind row %d", k, s.row))
		}
		n = k
	}
	if n > MaxRows {
		return s.damaged(fmt.Sprintf("the sheet has more than %d rows", MaxRows))
	}
	s.row = n
	return nil
}

// cells reads the c elements of a row.
func (s *xlsxRows) cells(r *Row, body []byte) error {
	cells := r.Cells[:0]
	for i := 0; ; {
		k := bytes.IndexByte(body[i:], '<')
		if k < 0 {
			break
		}
		i += k + 1
		at := i + s.prefix
		if at+1 >= len(body) || body[at] != 'c' || !endsName(body[at+1]) {
			continue
		}
		k = bytes.IndexByte(body[at:], '>')
		if k < 0 {
			break
		}
		tag := body[at+1 : at+k]
		i = at + k + 1
		col, style, typ := cellTag(tag)
		if col == 0 {
			col = len(cells) + 1
		}
		if col > MaxCols {
			return s.damaged(fmt.Sprintf("a cell stands in column %d of at most %d", col, MaxCols))
		}
		for len(cells) < col-1 {
			cells = append(cells, Cell{})
		}
		var c Cell
		if len(tag) == 0 || tag[len(tag)-1] != '/' {
			end := s.cellEnd(body, i)
			if end < 0 {
				return s.damaged("a cell is not closed")
			}
			var err error
			if c, err = s.cell(body[i:end], style, typ); err != nil {
				return err
			}
			i = end
		}
		if len(cells) == col-1 {
			cells = append(cells, c)
		} else { // columns out of order
			cells[col-1] = c
		}
	}
	r.Cells = cells
	return nil
}

// endsName is a byte that may stand behind the name of an element.
func endsName(c byte) bool {
	return c == ' ' || c == '>' || c == '/' || c == '\n' || c == '\r' || c == '\t'
}

// cellEnd is the index of the end tag of a cell whose inside starts at i.
func (s *xlsxRows) cellEnd(body []byte, i int) int {
	for {
		k := bytes.IndexByte(body[i:], '<')
		if k < 0 {
			return -1
		}
		i += k
		if j := i + 2 + s.prefix; j+1 < len(body) && body[i+1] == '/' && body[j] == 'c' && body[j+1] == '>' {
			return i
		}
		i++
	}
}

// cellTag reads the attributes r (as a column), s and t.
func cellTag(tag []byte) (col, style int, typ string) {
	for i := 0; i < len(tag); {
		c := tag[i]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' {
			i++
			continue
		}
		eq := bytes.IndexByte(tag[i:], '=')
		if eq < 0 {
			return
		}
		key := bytes.TrimSpace(tag[i : i+eq])
		i += eq + 1
		for i < len(tag) && tag[i] == ' ' {
			i++
		}
		if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return
		}
		end := bytes.IndexByte(tag[i+1:], tag[i])
		if end < 0 {
			return
		}
		v := tag[i+1 : i+1+end]
		i += end + 2
		if len(key) != 1 {
			continue
		}
		switch key[0] {
		case 'r':
			for _, c := range v {
				if c >= 'a' && c <= 'z' {
					c -= 'a' - 'A'
				}
				if c < 'A' || c > 'Z' || col > MaxCols {
					break
				}
				col = col*26 + int(c-'A') + 1
			}
		case 's':
			style, _ = strconv.Atoi(view(v))
		case 't':
			typ = view(v)
		}
	}
	return
}

// cell reads the value inside a c element.
func (s *xlsxRows) cell(inside []byte, style int, typ string) (Cell, error) {
	if typ == "inlineStr" {
		return Cell{Text: richText(inside)}, nil
	}
	raw := s.value(inside)
	if raw != "" {
		var c Cell
		err := s.typed(&c, raw, style, typ)
		return c, err
	}
	switch typ {
	case "s", "str", "d":
		return Cell{}, nil
	case "b":
		return Cell{Text: "FALSE", Kind: Bool}, nil
	case "e":
		return Cell{Kind: Fault}, nil
	}
	if bytes.Contains(inside, []byte("t>")) { // text without a declared type
		return Cell{Text: richText(inside)}, nil
	}
	return Cell{}, nil
}

// typed stores a value as what its cell says that it is.
func (s *xlsxRows) typed(c *Cell, raw string, style int, typ string) error {
	c.Text = raw
	switch typ {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || n < 0 || n >= len(s.book.strings.refs) {
			return s.damaged(fmt.Sprintf("a cell points to shared string %.20q of %d", raw, len(s.book.strings.refs)))
		}
		c.Text = s.book.strings.at(n)
	case "str":
		c.Text = unescape(raw)
	case "b":
		c.Kind, c.Text = Bool, "FALSE"
		if raw == "1" {
			c.Text = "TRUE"
		}
	case "e":
		c.Kind = Fault
	case "d": // ISO 8601 text
	default:
		if c.Kind = Number; style >= 0 && style < len(s.book.styles) {
			c.Kind = s.book.styles[style]
		}
	}
	return nil
}

// value is the text of the v element.
func (s *xlsxRows) value(inside []byte) string {
	for i := 0; ; {
		k := bytes.IndexByte(inside[i:], '<')
		if k < 0 {
			return ""
		}
		i += k + 1
		at := i + s.prefix
		if at+1 < len(inside) && inside[at] == 'v' && endsName(inside[at+1]) {
			k = bytes.IndexByte(inside[at:], '>')
			if k < 0 || inside[at+k-1] == '/' {
				return ""
			}
			text := inside[at+k+1:]
			if k = bytes.IndexByte(text, '<'); k < 0 {
				return ""
			} else if k == 0 {
				s, _ := charData(text)
				return s
			}
			return view(text[:k])
		}
	}
}
