package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// maxQuoted is how far a quoted field may reach before its opening quote is
// taken for a plain character: a quote that nobody closed must not swallow the
// rows behind it.
const maxQuoted = 1 << 20

// openText opens delimited text. The delimiter and the kind of line ends are
// decided on the head.
func openText(in Input) (*Book, error) {
	head, cs := decodeHead(in.Head)
	if cs == "" {
		return nil, &Error{Rule: "binary-file", Msg: "the file is binary and no known workbook",
			Hint: "export it as .xlsx or .csv"}
	}
	if kind := markupKind(head); kind != "" {
		return openMarkup(in, kind)
	}
	if isSQL(head) {
		return openSQL(in)
	}
	t := &textRows{dec: &decoder{r: in.R}, eol: '\n', line: 1}
	if bytes.Count(head, []byte("│")) > 5 {
		t.wide = "│"
		head = bytes.ReplaceAll(head, []byte(t.wide), []byte("|"))
	}
	if t.ruled = rules(head); t.ruled == nil {
		t.delim, t.wide = separator(head, t.wide)
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		t.eol = '\r'
	}
	format := "csv"
	switch t.delim {
	case '\t':
		format = "tsv"
	case aligned:
		format = "report"
	}
	return &Book{
		Format:  format,
		Aligned: t.delim == aligned && t.ruled == nil,
		Sheets:  []*Sheet{{rows: func() (Rows, error) { return t, nil }}},
		charset: t.dec.name,
	}, nil
}

// decodeHead returns the head as UTF-8 and its charset, "" for what is no text.
func decodeHead(head []byte) ([]byte, string) {
	d := &decoder{r: bytes.NewReader(head)}
	var out []byte
	for !d.eof {
		var err error
		if out, err = d.fill(out); err != nil {
			return nil, ""
		}
	}
	odd, zeros := 0, 0
	var controls [' ']int
	for i, c := range out {
		if c == 0 && (i > 0 && out[i-1] == 0 || i+1 < len(out) && out[i+1] == 0) {
			zeros++ // the rest of a file made in advance
		} else if c < ' ' && c != 1 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A {
			odd++
			controls[c]++
		}
	}
	most := 0 // of one that may separate columns
	for _, c := range rare {
		if c < ' ' {
			most = max(most, controls[c])
		}
	}
	if odd-most > (len(out)-zeros)/100 {
		return nil, ""
	}
	return out, d.name()
}

// aligned stands for no delimiter: the columns of a printed report are kept
// apart by two or more blanks.
const aligned = 0

// gapScore is the score of such columns: gaps that stand before a value.
func gapScore(head []byte) int {
	counts := map[int]int{}
	for n := 0; n < 200 && len(head) > 0; n++ {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		head = rest
		if cells := splitAligned(nil, view(trimCR(line))); len(cells) >= 4 {
			ok := true
			for _, c := range cells {
				ok = ok && strings.IndexByte(",;|\"", c.Text[0]) < 0
			}
			if ok {
				counts[len(cells)-1]++
			}
		}
	}
	best := 0
	for k, lines := range counts {
		if lines > 1 {
			best = max(best, min(k, 40)*lines*lines)
		}
	}
	return best
}

// splitAligned cuts a line of a printed report at every gap: two blanks, a TAB,
// or a blank of full width.
func splitAligned(cells []Cell, s string) []Cell {
	line, first := s, len(cells)
	for {
		s = strings.Trim(s, " \t\u3000")
		if s == "" {
			return splitNames(cells, first, line)
		}
		cut := len(s)
		for _, gap := range []string{"  ", "\t", "\u3000"} {
			if i := strings.Index(s[:cut], gap); i >= 0 {
				cut = i
			}
		}
		cells = append(cells, Cell{Text: s[:cut]})
		s = s[cut:]
	}
}

// splitNames cuts the cells of a line of Chinese column names at single blanks too: the
// names stand that near where the values below are as wide as they may be. A name is not
// cut into single characters: 金 额.
func splitNames(cells []Cell, first int, line string) []Cell {
	if len(cells)-first < 3 || strings.ContainsAny(line, "0123456789:：,，.") {
		return cells
	}
	for i := first; i < len(cells); i++ {
		a, b, ok := strings.Cut(cells[i].Text, " ")
		if ok && han(a) && han(strings.SplitN(b, " ", 2)[0]) {
			cells = slices.Insert(cells, i+1, Cell{Text: b})
			cells[i].Text = a
		}
	}
	return cells
}

// han reports whether a text is of two or more characters that are no Latin ones.
func han(s string) bool {
	return len(s) >= 6 && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x2E80 })
}

// rules finds the columns that database programs draw under their names, with one
// blank between them:
//
//	TRAN_DATE TRAN_TIME TERM_ID      TRAN_AMT RSP_CODE
//	--------- --------- -------- ------------ --------
func rules(head []byte) []Token {
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, " \r\n")
		if len(line) < 8 || line[0] != '-' && line[0] != ' ' || len(bytes.Trim(line, "- ")) > 0 {
			continue
		}
		var list []Token
		for i := 0; i < len(line); i++ {
			if line[i] == ' ' {
				continue
			}
			j := i
			for j < len(line) && line[j] == '-' {
				j++
			}
			list = append(list, Token{From: i, To: j})
			i = j
		}
		if len(list) > 2 {
			return list
		}
	}
	return nil
}

// splitRuled cuts a line at the columns of its rules. What is longer than its
// column goes on to the next blank.
func splitRuled(cells []Cell, s string, columns []Token) []Cell {
	if strings.TrimSpace(s) == "" {
		return cells
	}
	at, from := 0, 0 // display column and byte
	for k := range columns {
		to := len(s)
		if k+1 < len(columns) {
			for i, r := range s[from:] {
				if at >= columns[k+1].From && (from+i == 0 || s[from+i-1] == ' ' || r == ' ') {
					to = from + i
					break
				}
				if at++; r >= 0x1100 {
					at++
				}
			}
		}
		cells = append(cells, Cell{Text: strings.TrimSpace(s[from:to])})
		from = to
	}
	return cells
}

// Token is a value of a printed line with the display columns that it covers; a
// Chinese character takes two.
type Token struct {
	Text     string
	From, To int
}

// Tokens cuts a printed line at its gaps.
func Tokens(s string) (list []Token) {
	at := 0
	for _, c := range splitAligned(nil, s) {
		i := strings.Index(s, c.Text)
		at += width(s[:i])
		w := width(c.Text)
		list = append(list, Token{c.Text, at, at + w})
		at += w
		s = s[i+len(c.Text):]
	}
	return list
}

// Cut divides a value where the next column begins, at which a single blank may be all that is
// left between two.
func (t Token) Cut(at int) (left, right Token, ok bool) {
	w := t.From
	for i, r := range t.Text {
		if w == at && i > 0 && t.Text[i-1] == ' ' && r != ' ' {
			return Token{strings.TrimRight(t.Text[:i], " "), t.From, at - 1}, Token{t.Text[i:], at, t.To}, true
		}
		w += width(string(r))
	}
	return t, t, false
}

func width(s string) (n int) {
	for _, r := range s {
		switch {
		case r == '\t':
			n += 8 - n%8
		case r >= 0x1100:
			n += 2
		default:
			n++
		}
	}
	return n
}

// textRows splits decoded text into rows.
type textRows struct {
	dec   *decoder
	buf   []byte // never overwritten: cells are views of it
	pos   int
	line  int // number of the line at pos
	delim byte
	eol   byte
	ended bool
	names map[string]string // values with quotes in them, as they stand and as they are meant
	wide  string            // │ or |!, which stands for the delimiter; "" for none
	ruled []Token           // columns by the rules below their names, nil for none
}

func (t *textRows) Close() error { return nil }

// Next implements Rows.
func (t *textRows) Next(r *Row) error {
	for {
		data := t.buf[t.pos:]
		n, lines, ok := t.extent(data)
		if !ok || len(data) == 0 {
			if t.ended {
				return io.EOF
			}
			if err := t.more(); err != nil {
				return err
			}
			continue
		}
		r.Line, r.Lines, r.Damaged, r.Unended = t.line, lines, false, n == len(data)
		t.pos = min(t.pos+n+1, len(t.buf))
		t.line += lines
		line := trimCR(data[:n])
		if t.dec.dirty {
			if t.dec.utf8() {
				if !utf8.Valid(line) {
					line = decodeForeign(line)
					r.Damaged = bytes.Contains(line, []byte("\uFFFD"))
				}
			} else {
				r.Damaged = bytes.Contains(line, []byte("\uFFFD"))
			}
		}
		r.Raw = view(line)
		if t.wide != "" {
			t.split(r, strings.ReplaceAll(r.Raw, t.wide, string(t.delim)))
			return nil
		}
		t.split(r, r.Raw)
		return nil
	}
}

// extent finds the end of the row at the start of data: n bytes without the line
// end, covering so many lines. ok is false where more bytes are needed to know.
func (t *textRows) extent(data []byte) (n, lines int, ok bool) {
	n = bytes.IndexByte(data, t.eol)
	if n < 0 {
		if !t.ended {
			return 0, 0, false
		}
		n = len(data)
	}
	if line := data[:n]; t.delim != aligned && bytes.IndexByte(line, '"') >= 0 && line[0] != '`' {
		return t.quotedExtent(data)
	}
	return n, 1, true
}

// more reads on, keeping the unfinished row.
func (t *textRows) more() error {
	carry := t.buf[t.pos:]
	if len(carry) > MaxRow {
		return &Error{Where: fmt.Sprintf("line %d", t.line), Rule: "row-too-long",
			Msg:  fmt.Sprintf("the line is longer than %d MiB", MaxRow>>20),
			Hint: "this is no table; check the file for a missing line end or binary content"}
	}
	buf, err := t.dec.fill(carry)
	if err != nil {
		return err
	}
	t.buf, t.pos, t.ended = buf, 0, t.dec.eof && t.dec.rawN == 0
	return nil
}

func trimCR(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}

// view makes a string of bytes that are never written again.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// quotedExtent finds the end of the row at the start of data, quoted line ends
// included: n bytes without the line end, covering so many lines. ok is false
// where more bytes are needed to know.
func (t *textRows) quotedExtent(data []byte) (n, lines int, ok bool) {
	lines = 1
	ends := -1 // the line at hand
	var open unended
	for i := 0; ; {
		if i > ends {
			if ends = bytes.IndexByte(data[i:], t.eol); ends < 0 {
				ends = len(data)
			} else {
				ends += i
			}
		}
		// Fields ahead of that with the next quote are plain.
		quote := bytes.IndexByte(data[i:ends], '"')
		if quote < 0 {
			return ends, lines, ends < len(data) || t.ended
		}
		i += bytes.LastIndexByte(data[i:i+quote], t.delim) + 1
		_, end, inner, st := quotedField(data[i:], t.delim, t.eol, t.ended, &open)
		switch st {
		case fieldMore:
			return 0, 0, false
		case fieldQuoted, fieldStray:
			i += end
			lines += inner
		default:
			for i < len(data) && data[i] != t.delim && data[i] != t.eol {
				i++
			}
		}
		if i >= len(data) {
			return len(data), lines, t.ended
		}
		if data[i] == t.eol {
			return i, lines, true
		}
		i++
	}
}

type fieldState uint8

const (
	fieldPlain fieldState = iota
	fieldQuoted
	fieldStray // quoted, with quotes inside that were not doubled
	fieldMore
)

// quotedField looks at the field at the start of data. A field that starts with
// a quote (or ="), blanks apart, ends at a quote that is followed by blanks or
// TABs and then by the delimiter, a line end or the end of the file; "" inside is
// one quote. It returns the content's start, the index of what follows the field
// and how many line ends it holds. Where a quote within it ends nothing, the
// writer did not double quotes: they are kept as they are (fieldStray), and the
// field may not leave its line. Where it would, open keeps that in mind for the fields behind it.
func quotedField(data []byte, delim, eol byte, ended bool, open *unended) (start, end, inner int, st fieldState) {
	i := 0
	for i < len(data) && data[i] == ' ' {
		i++
	}
	if i < len(data) && data[i] == '=' && i+1 < len(data) && data[i+1] == '"' {
		i++
	}
	if i >= len(data) {
		return 0, 0, 0, fieldPlain
	}
	if data[i] != '"' {
		return 0, 0, 0, fieldPlain
	}
	i++
	start = i
	stray, ending := 0, fieldQuoted // bytes from the first quote that ends nothing, which is kept, to the end
	for {
		if i-start > maxQuoted {
			return 0, 0, 0, fieldPlain
		}
		if i >= len(data) {
			if ended { // never closed
				*open = unended{stray, 0}
				return 0, 0, 0, fieldPlain
			}
			return 0, 0, 0, fieldMore
		}
		switch c := data[i]; {
		case c == '"':
			if stray == 0 && i+1 < len(data) && data[i+1] == '"' {
				i += 2
				continue
			}
			j := i + 1
			for j < len(data) && (data[j] == ' ' || data[j] == '\t' || data[j] == '\r') && data[j] != delim && data[j] != eol {
				j++
			}
			switch {
			case j >= len(data):
				if !ended {
					return 0, 0, 0, fieldMore
				}
				return start, j, inner, ending
			case data[j] == delim || data[j] == eol:
				return start, j, inner, ending
			}
			if inner > 0 {
				return 0, 0, 0, fieldPlain
			}
			if stray == 0 {
				if stray, ending = len(data)-i, fieldStray; open.holds(stray) {
					return 0, 0, 0, fieldPlain
				}
			}
			i++
		case c == eol:
			if stray > 0 {
				*open = unended{stray, len(data) - i}
				return 0, 0, 0, fieldPlain
			}
			inner++
			i++
		default:
			i++
		}
	}
}

// unended is the part of a line in which no quote ends a field, in bytes from its beginning and its end to
// the end of the data: without it every field of a line of single quotes would be looked for to its end.
type unended struct{ from, to int }

func (u *unended) holds(at int) bool { return at <= u.from && at > u.to }

// split cuts one row. s holds no line end except inside quotes.
func (t *textRows) split(r *Row, s string) {
	cells := r.Cells[:0]
	switch {
	case s == "":
	case t.ruled != nil:
		cells = splitRuled(cells, s, t.ruled)
	case t.delim == aligned:
		cells = splitAligned(cells, s)
	case s[0] == '`' && 2*strings.Count(s, string(t.delim)+"`") > strings.Count(s, string(t.delim)):
		// the values are marked by a back-tick, so a delimiter that none follows
		// belongs to a value
		for part := range strings.SplitSeq(s, string(t.delim)+"`") {
			cells = append(cells, Cell{Text: part})
		}
	case strings.IndexByte(s, '"') < 0:
		cells = splitPlain(cells, s, t.delim)
	default:
		cells = t.splitQuoted(cells, s)
	}
	r.Cells = cells
}

const (
	ones  = 0x0101010101010101
	lows  = 0x7F7F7F7F7F7F7F7F
	highs = 0x8080808080808080
)

// splitPlain cuts at every delimiter, looking at eight bytes at a time: the top
// bit of a byte of zero is set where that byte is the delimiter.
func splitPlain(cells []Cell, s string, delim byte) []Cell {
	b := bytesOf(s)
	pattern := ones * uint64(delim)
	start, i := 0, 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:]) ^ pattern
		zero := ^((x&lows + lows) | x) & highs
		for ; zero != 0; zero &= zero - 1 {
			at := i + bits.TrailingZeros64(zero)>>3
			cells = append(cells, Cell{Text: s[start:at]})
			start = at + 1
		}
	}
	for ; i < len(b); i++ {
		if b[i] == delim {
			cells = append(cells, Cell{Text: s[start:i]})
			start = i + 1
		}
	}
	return append(cells, Cell{Text: s[start:]})
}

// bytesOf returns the bytes of a text, which must not be written.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// unquote makes one quote of two, once for every name.
func (t *textRows) unquote(s string) string {
	u, ok := t.names[s]
	if !ok {
		u = strings.ReplaceAll(s, `""`, `"`)
		if t.names == nil {
			t.names = map[string]string{}
		}
		if len(t.names) < maxNames {
			t.names[strings.Clone(s)] = u
		}
	}
	return u
}

const maxNames = 4096

func (t *textRows) splitQuoted(cells []Cell, s string) []Cell {
	var open unended
	for {
		quote := strings.IndexByte(s, '"')
		if quote < 0 {
			return splitPlain(cells, s, t.delim)
		}
		if plain := strings.LastIndexByte(s[:quote], t.delim); plain >= 0 { // fields ahead of that with the quote
			cells = splitPlain(cells, s[:plain], t.delim)
			s = s[plain+1:]
		}
		start, end, _, st := quotedField(bytesOf(s), t.delim, t.eol, true, &open)
		if st != fieldPlain {
			stop := strings.LastIndexByte(s[:end], '"')
			text := s[start:stop]
			if st == fieldQuoted && strings.Contains(text, `""`) {
				text = t.unquote(text)
			}
			cells = append(cells, Cell{Text: text})
			if end >= len(s) {
				return cells
			}
			s = s[end+1:]
			continue
		}
		i := strings.IndexByte(s, t.delim)
		if i < 0 {
			return append(cells, Cell{Text: s})
		}
		cells = append(cells, Cell{Text: s[:i]})
		s = s[i+1:]
	}
}
