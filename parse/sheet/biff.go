package sheet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
)

// Record types of the binary workbook format, [MS-XLS] 2.3 (BIFF8) and the
// older BIFF5 that shares them.
const (
	recFormula     = 0x0006
	recEOF         = 0x000A
	recDate1904    = 0x0022
	recFilePass    = 0x002F
	recContinue    = 0x003C
	recCodePage    = 0x0042
	recBoundSheet  = 0x0085
	recMulRK       = 0x00BD
	recRString     = 0x00D6
	recXF          = 0x00E0
	recMergedCells = 0x00E5
	recSST         = 0x00FC
	recLabelSST    = 0x00FD
	recNumber      = 0x0203
	recLabel       = 0x0204
	recBoolErr     = 0x0205
	recString      = 0x0207
	recRK          = 0x027E
	recFormula3    = 0x0206
	recFormula4    = 0x0406
	recFormat      = 0x041E
	recBOF         = 0x0809
)

// biffBook is a legacy workbook. Its stream is held in memory, its rows are
// decoded as they are asked for.
type biffBook struct {
	data     []byte
	version  int // 8 or 5
	codePage int
	strings  []string
	formats  map[int]Kind
	styles   []Kind
}

// record returns the record at offset at: its type, its data, and the offset
// behind it; ok is false at the end and where the record is cut off.
func (b *biffBook) record(at int) (typ int, data []byte, next int, ok bool) {
	if at < 0 || at+4 > len(b.data) {
		return 0, nil, at, false
	}
	typ = int(binary.LittleEndian.Uint16(b.data[at:]))
	n := int(binary.LittleEndian.Uint16(b.data[at+2:]))
	if at+4+n > len(b.data) {
		return 0, nil, at, false
	}
	return typ, b.data[at+4 : at+4+n : at+4+n], at + 4 + n, true
}

// continued collects a record and the CONTINUE records behind it.
func (b *biffBook) continued(at int) (parts [][]byte, next int) {
	_, data, next, ok := b.record(at)
	if !ok {
		return nil, at
	}
	parts = append(parts, data)
	for {
		typ, more, after, ok := b.record(next)
		if !ok || typ != recContinue {
			return parts, next
		}
		parts, next = append(parts, more), after
	}
}

func biffError(where, msg string) error {
	return &Error{Where: where, Rule: "xls-damaged", Msg: msg, Hint: "open the workbook in a spreadsheet program and save it as .xlsx"}
}

// openBIFF reads the globals of a workbook stream.
func openBIFF(data []byte) (*Book, error) {
	x := &biffBook{data: data, codePage: 1252, formats: map[int]Kind{}}
	typ, bof, at, ok := x.record(0)
	if !ok || typ != recBOF || len(bof) < 4 {
		return nil, biffError("workbook", "the workbook stream does not start with its first record")
	}
	switch v := binary.LittleEndian.Uint16(bof); v {
	case 0x0600:
		x.version = 8
	case 0x0500:
		x.version = 5
	default:
		return nil, &Error{Rule: "xls-version", Msg: fmt.Sprintf("the workbook has version %#04x of the format; 0x0600 and 0x0500 (Excel 95 and later) can be read", v), Hint: "save it as .xlsx"}
	}
	b := &Book{Format: "xls"}
	type bound struct {
		sheet *Sheet
		at    int
	}
	var sheets []bound
	for done := false; !done; {
		start := at
		typ, rec, next, ok := x.record(at)
		if !ok {
			return nil, biffError("workbook", "the workbook stream ends before its list of sheets does")
		}
		at = next
		switch typ {
		case recEOF:
			done = true
		case recFilePass:
			return nil, &Error{Rule: "xls-encrypted", Msg: "the legacy workbook is protected by a password", Hint: "save it as .xlsx, or without the password"}
		case recDate1904:
			b.Date1904 = len(rec) >= 2 && rec[0] == 1
		case recCodePage:
			if len(rec) >= 2 {
				x.codePage = int(binary.LittleEndian.Uint16(rec))
			}
		case recFormat:
			if len(rec) > 2 {
				if code, ok := x.text(rec[2:], x.version == 8); ok {
					x.formats[int(binary.LittleEndian.Uint16(rec))] = codeKind(code)
				}
			}
		case recXF:
			if len(rec) >= 4 {
				x.styles = append(x.styles, formatKind(int(binary.LittleEndian.Uint16(rec[2:])), x.formats))
			}
		case recSST:
			var parts [][]byte
			parts, at = x.continued(start)
			if x.strings, ok = readSST(parts, x.codePage); !ok {
				return nil, biffError("workbook", "the table of texts is damaged")
			}
		case recBoundSheet:
			if len(rec) < 8 {
				return nil, biffError("workbook", "an entry in the list of sheets is damaged")
			}
			name, ok := x.shortText(rec[6:])
			if !ok {
				return nil, biffError("workbook", "the name of a sheet is damaged")
			}
			if rec[5] != 0 { // a chart or a module
				continue
			}
			sheets = append(sheets, bound{&Sheet{Name: name, Hidden: rec[4]&3 != 0}, int(binary.LittleEndian.Uint32(rec))})
		}
	}
	if len(sheets) == 0 {
		return nil, &Error{Where: "workbook", Rule: "no-sheet", Msg: "the workbook has no worksheet", Hint: "open it in a spreadsheet program, check that it shows rows, and save it again"}
	}
	for _, s := range sheets {
		s.sheet.rows = func() (Rows, error) { return x.rows(s.sheet.Name, s.at) }
		b.Sheets = append(b.Sheets, s.sheet)
	}
	charset := utf16le
	if x.version == 5 {
		if charset = windows1252; x.chinese() {
			charset = gb18030
		}
	}
	b.charset = func() string { return charset }
	return b, nil
}

func (b *biffBook) chinese() bool { return b.codePage == 936 || b.codePage == 54936 }

// text reads a string with a count of two bytes (one byte in the formats of
// BIFF5): in BIFF8 a flag byte and UTF-16, whole or its low bytes only; in BIFF5
// bytes of the code page.
func (b *biffBook) text(p []byte, wide bool) (string, bool) {
	if b.version == 5 {
		size := 2
		if !wide {
			size = 1
		}
		if len(p) < size {
			return "", false
		}
		n := int(p[0])
		if size == 2 {
			n = int(binary.LittleEndian.Uint16(p))
		}
		if len(p) < size+n {
			return "", false
		}
		return b.bytes(p[size : size+n]), true
	}
	if len(p) < 3 {
		return "", len(p) == 2 && p[0] == 0 && p[1] == 0
	}
	return unicodeText(p[3:], int(binary.LittleEndian.Uint16(p)), p[2], b.codePage)
}

// shortText reads a string with a count of one byte.
func (b *biffBook) shortText(p []byte) (string, bool) {
	if len(p) < 1 {
		return "", false
	}
	n := int(p[0])
	if b.version == 5 {
		if len(p) < 1+n {
			return "", false
		}
		return b.bytes(p[1 : 1+n]), true
	}
	if len(p) < 2 {
		return "", n == 0
	}
	return unicodeText(p[2:], n, p[1], b.codePage)
}

func (b *biffBook) bytes(p []byte) string {
	if b.chinese() {
		out, _, _ := appendGB(nil, p, true)
		return string(out)
	}
	return string(append1252(nil, p))
}

func unicodeText(p []byte, n int, flags byte, codePage int) (string, bool) {
	if flags&8 != 0 { // formatting runs: their number stands before the text
		if len(p) < 2 {
			return "", false
		}
		p = p[2:]
	}
	if flags&4 != 0 {
		if len(p) < 4 {
			return "", false
		}
		p = p[4:]
	}
	if flags&1 == 0 {
		if len(p) < n {
			return "", false
		}
		return lowBytes(p[:n], codePage), true
	}
	if len(p) < 2*n {
		return "", false
	}
	out, _, _ := appendUTF16(nil, p[:2*n], false, true)
	return string(out), true
}

// lowBytes reads text whose high bytes are all zero. Some writers put GBK bytes
// there; pairs of high bytes under a Chinese code page are taken for that.
func lowBytes(p []byte, codePage int) string {
	if codePage == 936 && gbPairs(p) {
		out, _, bad := appendGB(nil, p, true)
		if !bad {
			return string(out)
		}
	}
	out := make([]rune, len(p))
	for i, c := range p {
		out[i] = rune(c)
	}
	return string(out)
}

func gbPairs(p []byte) bool {
	pairs := 0
	for i := 0; i < len(p); i++ {
		if p[i] < 0x80 {
			continue
		}
		if i+1 >= len(p) || p[i] < 0xA1 || p[i+1] < 0xA1 {
			return false
		}
		pairs++
		i++
	}
	return pairs > 0
}

// readSST reads the shared strings. A text that goes on in the next CONTINUE
// record starts there with a new flag byte; its formatting does not.
func readSST(parts [][]byte, codePage int) ([]string, bool) {
	s := &sstReader{parts: parts, codePage: codePage}
	head, ok := s.take(8)
	if !ok {
		return nil, false
	}
	count := int(binary.LittleEndian.Uint32(head[4:]))
	var out []string
	for len(out) < count {
		text, ok := s.text()
		if !ok {
			// Some writers state more texts than there are; a cell that points
			// beyond them is an error where it stands.
			return out, len(out) > 0 || s.atEnd()
		}
		out = append(out, text)
	}
	return out, true
}

type sstReader struct {
	parts    [][]byte
	at       int // in parts[0]
	codePage int
	units    []uint16
	scratch  []byte
}

func (s *sstReader) atEnd() bool {
	for len(s.parts) > 0 && s.at >= len(s.parts[0]) {
		s.parts, s.at = s.parts[1:], 0
	}
	return len(s.parts) == 0
}

// take returns n bytes, across record borders.
func (s *sstReader) take(n int) ([]byte, bool) {
	s.scratch = s.scratch[:0]
	for n > 0 {
		if s.atEnd() {
			return nil, false
		}
		p := s.parts[0][s.at:]
		k := min(n, len(p))
		if len(s.scratch) == 0 && k == n {
			s.at += n
			return p[:n], true
		}
		s.scratch = append(s.scratch, p[:k]...)
		s.at += k
		n -= k
	}
	return s.scratch, true
}

func (s *sstReader) skip(n int) bool {
	for n > 0 {
		if s.atEnd() {
			return false
		}
		k := min(n, len(s.parts[0])-s.at)
		s.at += k
		n -= k
	}
	return true
}

func (s *sstReader) text() (string, bool) {
	head, ok := s.take(3)
	if !ok {
		return "", false
	}
	n, flags := int(binary.LittleEndian.Uint16(head)), head[2]
	runs, ext := 0, 0
	if flags&8 != 0 {
		p, ok := s.take(2)
		if !ok {
			return "", false
		}
		runs = int(binary.LittleEndian.Uint16(p))
	}
	if flags&4 != 0 {
		p, ok := s.take(4)
		if !ok {
			return "", false
		}
		ext = int(binary.LittleEndian.Uint32(p))
	}
	s.units = s.units[:0]
	var low []byte // the text while it is all low bytes
	onlyLow := true
	for n > 0 {
		if s.at >= len(s.parts[0]) {
			if s.atEnd() {
				return "", false
			}
			flags = s.parts[0][0] // the rest of the text may change its width
			s.at = 1
			continue
		}
		p := s.parts[0][s.at:]
		if flags&1 == 0 {
			k := min(n, len(p))
			for _, c := range p[:k] {
				s.units = append(s.units, uint16(c))
			}
			low = append(low, p[:k]...)
			s.at += k
			n -= k
			continue
		}
		onlyLow = false
		k := min(n, len(p)/2)
		if k == 0 { // half a character at the end of a record
			return "", false
		}
		for i := range k {
			s.units = append(s.units, binary.LittleEndian.Uint16(p[2*i:]))
		}
		s.at += 2 * k
		n -= k
	}
	if !s.skip(4*runs) || ext < 0 || !s.skip(ext) {
		return "", false
	}
	if onlyLow {
		return lowBytes(low, s.codePage), true
	}
	return string(utf16.Decode(s.units)), true
}

// cellRef is a cell record: its row and its offset in the stream.
type cellRef struct{ row, at int32 }

// rows lists the cell records of a sheet, sorted by row where the writer did
// not: eight bytes per record, which is less than the record itself takes.
func (b *biffBook) rows(name string, at int) (Rows, error) {
	typ, _, at, ok := b.record(at)
	if !ok || typ != recBOF {
		return nil, biffError("sheet "+name, "the sheet does not start where the list of sheets says")
	}
	r := &biffRows{book: b, name: name}
	sorted := true
	for depth := 1; depth > 0; {
		typ, rec, next, ok := b.record(at)
		if !ok {
			return nil, biffError("sheet "+name, "the sheet ends in the middle of its data")
		}
		switch typ {
		case recBOF: // a chart inside the sheet
			depth++
		case recEOF:
			depth--
		case recLabelSST, recLabel, recRString, recNumber, recRK, recMulRK, recBoolErr, recFormula, recFormula3, recFormula4:
			if depth == 1 && len(rec) >= 6 {
				ref := cellRef{int32(binary.LittleEndian.Uint16(rec)), int32(at)}
				if n := len(r.refs); n > 0 && r.refs[n-1].row > ref.row {
					sorted = false
				}
				r.refs = append(r.refs, ref)
			}
		case recMergedCells:
			if depth == 1 {
				r.merged = append(r.merged, mergedAreas(rec)...)
			}
		}
		at = next
	}
	if !sorted {
		slices.SortStableFunc(r.refs, func(a, b cellRef) int { return int(a.row) - int(b.row) })
	}
	return r, nil
}

func mergedAreas(rec []byte) (out []area) {
	if len(rec) < 2 {
		return nil
	}
	n := int(binary.LittleEndian.Uint16(rec))
	for i := 0; i < n && 2+8*i+8 <= len(rec); i++ {
		p := rec[2+8*i:]
		u := func(k int) int { return int(binary.LittleEndian.Uint16(p[k:])) + 1 }
		if a := (area{row: u(0), endRow: u(2), col: u(4), endCol: u(6)}); a.endRow > a.row && a.endCol >= a.col {
			out = append(out, a)
		}
	}
	return out
}

// biffRows decodes the rows of a sheet.
type biffRows struct {
	book *biffBook
	name string
	refs []cellRef
	spreader
}

func (r *biffRows) Close() error { return nil }

// Next implements Rows.
func (r *biffRows) Next(out *Row) error {
	if len(r.refs) == 0 {
		return io.EOF
	}
	row := r.refs[0].row
	out.Line, out.Lines, out.Raw, out.Damaged, out.Cells = int(row)+1, 1, "", false, out.Cells[:0]
	for len(r.refs) > 0 && r.refs[0].row == row {
		ref := r.refs[0]
		r.refs = r.refs[1:]
		if !r.cell(out, int(ref.at)) {
			return biffError(fmt.Sprintf("sheet %s, row %d", r.name, row+1), "a cell is damaged")
		}
	}
	r.spread(out)
	return nil
}

func (r *biffRows) put(out *Row, col int, c Cell) {
	for len(out.Cells) <= col {
		out.Cells = append(out.Cells, Cell{})
	}
	out.Cells[col] = c
}

// cell decodes one cell record.
func (r *biffRows) cell(out *Row, at int) bool {
	b := r.book
	typ, rec, next, _ := b.record(at)
	u16 := func(k int) int { return int(binary.LittleEndian.Uint16(rec[k:])) }
	col := u16(2)
	if col >= 1<<8 && typ != recMulRK { // the format has 256 columns
		return false
	}
	need := map[int]int{recLabelSST: 10, recNumber: 14, recRK: 10, recMulRK: 12, recBoolErr: 8, recFormula: 14, recFormula3: 14, recFormula4: 14, recLabel: 8, recRString: 8}
	if len(rec) < need[typ] {
		return false
	}
	switch typ {
	case recLabelSST:
		i := int(binary.LittleEndian.Uint32(rec[6:]))
		if i >= len(b.strings) {
			return false
		}
		r.put(out, col, Cell{Text: b.strings[i]})
	case recLabel, recRString:
		s, ok := b.text(rec[6:], true)
		if !ok {
			return false
		}
		r.put(out, col, Cell{Text: s})
	case recNumber:
		r.put(out, col, b.number(math.Float64frombits(binary.LittleEndian.Uint64(rec[6:])), u16(4)))
	case recRK:
		r.put(out, col, b.number(rkValue(binary.LittleEndian.Uint32(rec[6:])), u16(4)))
	case recMulRK:
		for k := 4; k+6 <= len(rec)-2; k += 6 {
			if col >= 1<<8 {
				return false
			}
			r.put(out, col, b.number(rkValue(binary.LittleEndian.Uint32(rec[k+2:])), u16(k)))
			col++
		}
	case recBoolErr:
		r.put(out, col, boolOrFault(rec[6], rec[7] != 0))
	default: // a formula with its last result
		if rec[12] != 0xFF || rec[13] != 0xFF {
			r.put(out, col, b.number(math.Float64frombits(binary.LittleEndian.Uint64(rec[6:])), u16(4)))
			return true
		}
		switch rec[6] {
		case 0:
			r.put(out, col, Cell{Text: b.formulaText(next)})
		case 1, 2:
			r.put(out, col, boolOrFault(rec[8], rec[6] == 2))
		}
	}
	return true
}

// formulaText is the STRING record that follows a formula, at most a shared
// formula or an array between them.
func (b *biffBook) formulaText(at int) string {
	for range 3 {
		typ, _, next, ok := b.record(at)
		if !ok {
			return ""
		}
		if typ == recString {
			parts, _ := b.continued(at)
			s := &sstReader{parts: parts, codePage: b.codePage}
			if b.version == 5 {
				text, _ := b.text(parts[0], true)
				return text
			}
			text, _ := s.text()
			return text
		}
		at = next
	}
	return ""
}

func boolOrFault(v byte, fault bool) Cell {
	switch {
	case fault:
		names := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
		if s, ok := names[v]; ok {
			return Cell{Text: s, Kind: Fault}
		}
		return Cell{Text: "#ERROR", Kind: Fault}
	case v != 0:
		return Cell{Text: "TRUE", Kind: Bool}
	}
	return Cell{Text: "FALSE", Kind: Bool}
}

// number makes a cell of a stored number and its format.
func (b *biffBook) number(v float64, style int) Cell {
	c := Cell{Kind: Number}
	if style < len(b.styles) {
		c.Kind = b.styles[style]
	}
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Cell{Text: "#NUM!", Kind: Fault}
	case math.Abs(v) < 1e21:
		c.Text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		c.Text = strconv.FormatFloat(v, 'E', -1, 64)
	}
	return c
}

// rkValue decodes the short form of a number: 30 bits of an integer or of the
// top of a double, either perhaps to be divided by a hundred.
func rkValue(rk uint32) float64 {
	var v float64
	if rk&2 != 0 {
		v = float64(int32(rk) >> 2)
	} else {
		v = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		v /= 100
	}
	return v
}
