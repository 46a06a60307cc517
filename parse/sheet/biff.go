package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
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

// openBIFF reads the globals of a workbook stream. An encrypted one is decrypted
// where it stands.
func openBIFF(data []byte, password string) (*Book, error) {
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
			if err := x.unlock(bytes.Clone(rec), password); err != nil {
				return nil, err
			}
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
		charset = x.bytesIn()
	}
	b.charset = func() string { return charset }
	return b, nil
}

// bytesIn is the charset of texts that are bytes.
func (b *biffBook) bytesIn() string {
	switch b.codePage {
	case 936, 54936:
		return gb18030
	case 932:
		return shiftJIS
	case 949:
		return eucKR
	case 950:
		return big5
	case 1250:
		return windows1250
	case 1251:
		return windows1251
	case 1254:
		return windows1254
	case 1257:
		return windows1257
	}
	return windows1252
}
