package sheet

import "bytes"

// quick reads the next row where it is written as nearly all programs write
// rows: without a namespace prefix, space, comments and formulas, and with each
// value right behind its tag. It reports false, and has changed nothing but the
// row's memory, wherever anything else stands, the end of the buffer and faults
// included: the general way then reads the same row from its start.
func (s *xlsxRows) quick(r *Row) bool {
	if s.general || !s.inData || s.prefix != 0 {
		return false
	}
	b := s.buf[s.pos:]
	i := 0
	if at(b, 0, "</row>") {
		i = len("</row>")
	}
	if !at(b, i, `<row r="`) {
		return false
	}
	i += len(`<row r="`)
	number := 0
	for ; i < len(b) && digit(b[i]) && number <= MaxRows; i++ {
		number = number*10 + int(b[i]-'0')
	}
	if i >= len(b) || b[i] != '"' || number <= s.row || number > MaxRows {
		return false
	}
	i++
	end := bytes.IndexByte(b[i:], '>')
	if end < 0 || end > 0 && !plainTag(b[i:i+end]) {
		return false
	}
	i += end + 1
	cells := r.Cells[:0]
	for {
		if at(b, i, "</row>") {
			break
		}
		if len(b)-i < maxCellTag {
			return false
		}
		col, style, typ, n := quickTag(b[i:])
		if col == 0 {
			col = len(cells) + 1
		}
		if n == 0 || col <= len(cells) || col > MaxCols {
			return false
		}
		i += n
		for len(cells) < col-1 {
			cells = append(cells, Cell{})
		}
		if b[i-2] == '/' {
			cells = append(cells, Cell{})
			continue
		}
		tail := "</v></c>"
		switch {
		case at(b, i, "<v>"):
			if typ == "inlineStr" {
				return false
			}
			i += len("<v>")
		case typ == "inlineStr" && at(b, i, "<is><t>"):
			i += len("<is><t>")
			tail = "</t></is></c>"
		case typ == "inlineStr" && at(b, i, `<is><t xml:space="preserve">`):
			i += len(`<is><t xml:space="preserve">`)
			tail = "</t></is></c>"
		default:
			return false
		}
		from := i
		escaped := false
		for i < len(b) && b[i] != '<' {
			escaped = escaped || b[i] == '&' || b[i] == '_'
			i++
		}
		if !at(b, i, tail) {
			return false
		}
		text := view(b[from:i])
		i += len(tail)
		var c Cell
		if typ == "inlineStr" {
			if c.Text = text; escaped {
				c.Text = unescape(text)
			}
		} else if text == "" {
			return false
		} else if err := s.typed(&c, text, style, typ); err != nil {
			return false
		}
		cells = append(cells, c)
	}
	s.pos += i + len("</row>")
	s.row = number
	r.Line, r.Lines, r.Raw, r.Damaged, r.Cells = number, 1, "", false, cells
	return true
}

// maxCellTag is more than quickTag takes.
const maxCellTag = len(`<c`) + len(` r="ABC1048576"`) + len(` s="12345"`) + len(` t="inlineStr"`) + len(`/>`) + 8

// quickTag reads the start tag of a cell: its column, style and type and the
// length of it all, 0 where it is written in another way.
func quickTag(b []byte) (col, style int, typ string, n int) {
	if b[0] != '<' || b[1] != 'c' {
		return 0, 0, "", 0
	}
	i := 2
	if at(b, i, ` r="`) {
		i += 4
		start := i
		for ; i < start+3 && b[i] >= 'A' && b[i] <= 'Z'; i++ {
			col = col*26 + int(b[i]-'A') + 1
		}
		start = i
		for ; i < start+7 && digit(b[i]); i++ {
		}
		if b[i] != '"' {
			return 0, 0, "", 0
		}
		i++
	}
	if at(b, i, ` s="`) {
		i += 4
		start := i
		for ; i < start+5 && digit(b[i]); i++ {
			style = style*10 + int(b[i]-'0')
		}
		if b[i] != '"' || i == start {
			return 0, 0, "", 0
		}
		i++
	}
	if at(b, i, ` t="`) {
		i += 4
		start := i
		for ; i < start+9 && b[i] != '"'; i++ {
		}
		if b[i] != '"' {
			return 0, 0, "", 0
		}
		typ = view(b[start:i])
		i++
	}
	if b[i] == '/' {
		i++
	}
	if b[i] != '>' {
		return 0, 0, "", 0
	}
	return col, style, typ, i + 1
}

// plainTag reports whether the rest of a row's tag says nothing that matters.
func plainTag(rest []byte) bool {
	return rest[len(rest)-1] != '/' && bytes.IndexByte(rest, '\'') < 0 && bytes.Count(rest, []byte{'"'})&1 == 0 && !hides(rest)
}

func at(b []byte, i int, s string) bool { return len(b)-i >= len(s) && string(b[i:i+len(s)]) == s }

func digit(c byte) bool { return c >= '0' && c <= '9' }
