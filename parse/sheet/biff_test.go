package sheet

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// stream builds the records of a legacy workbook.
type stream struct{ b bytes.Buffer }

func (s *stream) rec(typ int, fields ...any) *stream {
	var d bytes.Buffer
	for _, f := range fields {
		switch v := f.(type) {
		case string:
			d.WriteString(v)
		case []byte:
			d.Write(v)
		default:
			binary.Write(&d, binary.LittleEndian, v)
		}
	}
	binary.Write(&s.b, binary.LittleEndian, [2]uint16{uint16(typ), uint16(d.Len())})
	s.b.Write(d.Bytes())
	return s
}

// wide is the text in UTF-16 after its count and flags.
func wide(t string) []byte {
	u := utf16.Encode([]rune(t))
	var d bytes.Buffer
	binary.Write(&d, binary.LittleEndian, uint16(len(u)))
	d.WriteByte(1)
	binary.Write(&d, binary.LittleEndian, u)
	return d.Bytes()
}

// narrow is the text in low bytes after its count and flags.
func narrow(t string) []byte {
	var d bytes.Buffer
	binary.Write(&d, binary.LittleEndian, uint16(len(t)))
	d.WriteByte(0)
	d.WriteString(t)
	return d.Bytes()
}

func bof(version, kind uint16) []byte {
	var d bytes.Buffer
	binary.Write(&d, binary.LittleEndian, [8]uint16{version, kind})
	return d.Bytes()
}

// legacy makes a workbook stream of one sheet: extra globals, then cells.
func legacy(version uint16, globals, cells func(*stream)) []byte {
	name := "\x01\x00S"
	if version == 0x0500 {
		name = "\x01S"
	}
	build := func(at uint32) []byte {
		s := &stream{}
		s.rec(recBOF, bof(version, 5))
		if globals != nil {
			globals(s)
		}
		s.rec(recBoundSheet, at, uint8(0), uint8(0), name)
		s.rec(recEOF)
		if at == 0 {
			return s.b.Bytes()
		}
		s.rec(recBOF, bof(version, 0x10))
		if cells != nil {
			cells(s)
		}
		s.rec(recEOF)
		return s.b.Bytes()
	}
	return build(uint32(len(build(0))))
}

// compound wraps a stream into a compound file: header, one sector of
// allocation table, one of directory, and the stream.
func compound(name string, data []byte) []byte {
	const sector = 512
	size := len(data)
	for len(data) < 4096 || len(data)%sector != 0 { // shorter streams would go elsewhere
		data = append(data, 0)
	}
	if size < 4096 {
		size = len(data)
	}
	n := len(data) / sector
	fats := (n + 2 + 127) / 128
	for fats*128 < n+1+fats {
		fats++
	}
	var b bytes.Buffer
	b.Write(magicOLE)
	b.Write(make([]byte, 16))
	le := func(v ...any) {
		for _, x := range v {
			binary.Write(&b, binary.LittleEndian, x)
		}
	}
	le(uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6), [6]byte{}, uint32(0), uint32(fats), uint32(fats), uint32(0), uint32(4096), uint32(0xFFFFFFFE), uint32(0), uint32(0xFFFFFFFE), uint32(0))
	for i := range 109 {
		if i < fats {
			le(uint32(i))
		} else {
			le(uint32(0xFFFFFFFF))
		}
	}
	table := make([]uint32, fats*128)
	for i := range table {
		table[i] = 0xFFFFFFFF
	}
	for i := range fats {
		table[i] = 0xFFFFFFFD
	}
	table[fats] = 0xFFFFFFFE
	for i := range n {
		table[fats+1+i] = uint32(fats + 2 + i)
	}
	table[fats+n] = 0xFFFFFFFE
	le(table)
	entry := func(name string, kind uint8, child, start uint32, size uint64) {
		u := utf16.Encode([]rune(name))
		var field [32]uint16
		copy(field[:], u)
		le(field, uint16(2*len(u)+2), kind, uint8(1), uint32(0xFFFFFFFF), uint32(0xFFFFFFFF), child, [16]byte{}, uint32(0), [16]byte{}, start, size)
	}
	entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
	entry(name, 2, 0xFFFFFFFF, uint32(fats+1), uint64(size))
	b.Write(make([]byte, 2*128))
	b.Write(data)
	return b.Bytes()
}

func TestLegacyCells(t *testing.T) {
	styles := func(s *stream) {
		s.rec(recCodePage, uint16(1200))
		s.rec(recFormat, uint16(164), wide(`yyyy"年"m"月"d"日" h:mm`))
		for _, f := range []uint16{0, 14, 22, 164, 2} {
			s.rec(recXF, uint16(0), f, [16]byte{})
		}
		s.rec(recSST, uint32(3), uint32(3), narrow("abc"), wide("消费"), wide("龦"))
	}
	num := func(typ int, style uint16, v any) func(*stream) {
		return func(s *stream) { s.rec(typ, uint16(0), uint16(0), style, v) }
	}
	tests := []struct {
		name string
		cell func(*stream)
		kind Kind
		want string
	}{
		{"shared text", num(recLabelSST, 0, uint32(1)), Text, "消费"},
		{"shared narrow text", num(recLabelSST, 0, uint32(0)), Text, "abc"},
		{"label", num(recLabel, 0, wide("终端号")), Text, "终端号"},
		{"narrow label", num(recLabel, 0, narrow("00123")), Text, "00123"},
		{"number", num(recNumber, 0, 1234.56), Number, "1234.56"},
		{"16 digits", num(recNumber, 0, 4814769000000000.0), Number, "4814769000000000"},
		{"binary noise", num(recNumber, 0, 0.1+0.2), Number, "0.3"},
		{"date", num(recNumber, 1, 46346.0), Date, "2026-11-20"},
		{"moment", num(recNumber, 2, 46346.34412037037), Moment, "2026-11-20 08:15:32"},
		{"own format", num(recNumber, 3, 46346.5), Moment, "2026-11-20 12:00:00"},
		{"RK integer", num(recRK, 0, uint32(67<<2|2)), Number, "67"},
		{"RK negative", num(recRK, 0, uint32(0xFFFFFFFE)), Number, "-1"},
		{"RK hundredths", num(recRK, 4, uint32(51502<<2|3)), Number, "515.02"},
		{"RK double", num(recRK, 0, uint32(math.Float64bits(0.5)>>32)), Number, "0.5"},
		{"RK double hundredths", num(recRK, 0, uint32(math.Float64bits(1640)>>32)|1), Number, "16.4"},
		{"boolean", num(recBoolErr, 0, [2]byte{1, 0}), Bool, "TRUE"},
		{"error", num(recBoolErr, 0, [2]byte{0x2A, 1}), Fault, "#N/A"},
		{"formula number", func(s *stream) {
			s.rec(recFormula, uint16(0), uint16(0), uint16(0), 12.5, uint16(0), uint32(0), uint16(0))
		}, Number, "12.5"},
		{"formula text", func(s *stream) {
			s.rec(recFormula, uint16(0), uint16(0), uint16(0), []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0), uint16(0))
			s.rec(0x04BC, uint16(0)) // a shared formula between them
			s.rec(recString, wide("结果"))
		}, Text, "结果"},
		{"formula boolean", func(s *stream) {
			s.rec(recFormula, uint16(0), uint16(0), uint16(0), []byte{1, 0, 1, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0), uint16(0))
		}, Bool, "TRUE"},
		{"formula error", func(s *stream) {
			s.rec(recFormula, uint16(0), uint16(0), uint16(0), []byte{2, 0, 7, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0), uint16(0))
		}, Fault, "#DIV/0!"},
		{"formula empty", func(s *stream) {
			s.rec(recFormula, uint16(0), uint16(0), uint16(0), []byte{3, 0, 0, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0), uint16(0))
			s.rec(recLabel, uint16(0), uint16(0), uint16(0), narrow("x"))
		}, Text, "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := openBytes(compound("Workbook", legacy(0x0600, styles, tt.cell)), "")
			if err != nil {
				t.Fatal(err)
			}
			rows, err := b.Sheets[0].Rows()
			if err != nil {
				t.Fatal(err)
			}
			var r Row
			if err := rows.Next(&r); err != nil {
				t.Fatal(err)
			}
			if len(r.Cells) != 1 || r.Cells[0].Kind != tt.kind || b.Value(&r.Cells[0]) != tt.want {
				t.Errorf("got %+v, value %q; want kind %d, %q", r.Cells, b.Value(&r.Cells[0]), tt.kind, tt.want)
			}
			if err := rows.Next(&r); err != io.EOF {
				t.Errorf("after the last row: %v", err)
			}
		})
	}
}

// A table of texts cut anywhere, also inside a text, whose rest starts with a
// flag byte of its own, gives the same texts.
func TestSharedTextsAcrossRecords(t *testing.T) {
	texts := []string{"abc", "消费撤销", strings.Repeat("x", 40), "", strings.Repeat("长", 30), "mixed 中文", "end"}
	type piece struct {
		b     []byte
		chars bool // may be cut with a new flag byte
		width int
	}
	var pieces []piece
	for i, s := range texts {
		u := utf16.Encode([]rune(s))
		isWide := strings.ContainsFunc(s, func(r rune) bool { return r > 0xFF })
		flags := byte(0)
		if isWide {
			flags = 1
		}
		rich := i%3 == 1
		if rich {
			flags |= 8 | 4
		}
		head := []byte{byte(len(u)), byte(len(u) >> 8), flags}
		if rich {
			head = append(head, 2, 0, 5, 0, 0, 0) // two runs, five bytes of phonetics
		}
		pieces = append(pieces, piece{b: head, width: len(head)})
		for _, c := range u {
			if isWide {
				pieces = append(pieces, piece{[]byte{byte(c), byte(c >> 8)}, true, 2})
			} else {
				pieces = append(pieces, piece{[]byte{byte(c)}, true, 1})
			}
		}
		if rich {
			pieces = append(pieces, piece{b: make([]byte, 13), width: 13})
		}
	}
	for limit := 16; limit < 60; limit++ {
		var parts [][]byte
		cur := []byte{0, 0, 0, 0, byte(len(texts)), 0, 0, 0}
		for _, p := range pieces {
			if len(cur)+len(p.b) > limit {
				parts = append(parts, cur)
				cur = nil
				// a text that goes on says its width again
				if p.chars {
					cur = append(cur, byte(p.width-1))
				}
			}
			cur = append(cur, p.b...)
		}
		parts = append(parts, cur)
		got, ok := readSST(parts, 1200)
		if !ok || !reflect.DeepEqual(got, texts) {
			t.Fatalf("records of %d bytes: %v %q", limit, ok, got)
		}
	}
}

func TestLegacyRows(t *testing.T) {
	data := legacy(0x0600, nil, func(s *stream) {
		s.rec(recLabel, uint16(4), uint16(0), uint16(0), narrow("row 5"))
		s.rec(recMulRK, uint16(1), uint16(1), uint16(0), uint32(1<<2|2), uint16(0), uint32(2<<2|2), uint16(2))
		s.rec(recLabel, uint16(1), uint16(0), uint16(0), narrow("M1"))
		s.rec(recRK, uint16(2), uint16(1), uint16(0), uint32(3<<2|2))
		s.rec(recBOF, bof(0x0600, 0x20)) // a chart with cells of its own
		s.rec(recRK, uint16(3), uint16(1), uint16(0), uint32(9<<2|2))
		s.rec(recEOF)
		s.rec(recMergedCells, uint16(1), uint16(1), uint16(2), uint16(0), uint16(0))
	})
	b, err := openBIFF(data, "")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{nil, {"M1", "1", "2"}, {"M1", "3"}, nil, {"row 5"}}
	if got := grid(t, b, b.Sheets[0], raw); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLegacyCodePages(t *testing.T) {
	gbk := "\xcf\xfb\xb7\xd1"
	b, err := openBIFF(legacy(0x0500, func(s *stream) { s.rec(recCodePage, uint16(936)) }, func(s *stream) {
		s.rec(recLabel, uint16(0), uint16(0), uint16(0), uint16(len(gbk)), gbk)
	}), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := grid(t, b, b.Sheets[0], raw); got[0][0] != "消费" || b.Charset() != "gb18030" {
		t.Errorf("Excel 95, code page 936: %q, %s", got, b.Charset())
	}
	b, err = openBIFF(legacy(0x0600, func(s *stream) { s.rec(recCodePage, uint16(936)) }, func(s *stream) {
		s.rec(recLabel, uint16(0), uint16(0), uint16(0), narrow(gbk))
		s.rec(recLabel, uint16(1), uint16(0), uint16(0), narrow("caf\xe9 5\xb0C"))
	}), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := grid(t, b, b.Sheets[0], raw); got[0][0] != "消费" || got[1][0] != "café 5°C" {
		t.Errorf("low bytes under code page 936: %q", got)
	}
}

func TestLegacyErrors(t *testing.T) {
	good := legacy(0x0600, nil, func(s *stream) { s.rec(recRK, uint16(0), uint16(0), uint16(0), uint32(6)) })
	old := bytes.Clone(good)
	old[4], old[5] = 0, 4
	noSheet := (&stream{}).rec(recBOF, bof(0x0600, 5)).rec(recEOF).b.Bytes()
	for _, tt := range []struct {
		name, want string
		file       []byte
	}{
		{"no workbook", "the compound file holds no workbook; it may be a document or a message; export the table as .xlsx or .csv", compound("WordDocument", good)},
		{"truncated file", "the compound file is cut off or damaged", compound("Workbook", good)[:900]},
		{"no first record", "workbook: the workbook stream does not start with its first record; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", make([]byte, 5000))},
		{"version 4", "the workbook has version 0x0400 of the format; 0x0600 and 0x0500 (Excel 95 and later) can be read; save it as .xlsx", compound("Workbook", old)},
		{"xor", "the legacy workbook is protected in a way that cannot be read; save it as .xlsx, or without a password", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recFilePass, uint16(0), uint32(1)) }, nil))},
		{"password", "the legacy workbook is protected by a password; give it with --password-file, or save the workbook without one", compound("Workbook", locked(keyMD5For("secret")))},
		{"damaged encryption", "workbook: the record of its encryption is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recFilePass, uint16(1), uint16(2), uint16(2), uint32(0), uint32(1<<30)) }, nil))},
		{"no sheet", "workbook: the workbook has no worksheet; open it in a spreadsheet program, check that it shows rows, and save it again", compound("Workbook", noSheet)},
		{"damaged texts", "workbook: the table of texts is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recSST, uint32(1), uint32(1), uint16(9), "\x01x") }, nil))},
		{"text that is not there", "sheet S, row 1: a cell is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, nil, func(s *stream) { s.rec(recLabelSST, uint16(0), uint16(0), uint16(0), uint32(7)) }))},
		{"no end of globals", "workbook: the workbook stream ends before its list of sheets does; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, nil, nil)[:24])},
		{"short entry of a sheet", "workbook: an entry in the list of sheets is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recBoundSheet, uint32(1)) }, nil))},
		{"name of a sheet", "workbook: the name of a sheet is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recBoundSheet, uint32(1), uint8(0), uint8(0), "\x40\x00S") }, nil))},
		{"sheet elsewhere", "sheet T: the sheet does not start where the list of sheets says; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, func(s *stream) { s.rec(recBoundSheet, uint32(4), uint8(0), uint8(0), "\x01\x00T") }, nil))},
		{"column 300", "sheet S, row 1: a cell is damaged; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", legacy(0x0600, nil, func(s *stream) { s.rec(recRK, uint16(0), uint16(300), uint16(0), uint32(7)) }))},
		{"sheet cut off", "sheet S: the sheet ends in the middle of its data; open the workbook in a spreadsheet program and save it as .xlsx", compound("Workbook", cutSheet())},
	} {
		err := drain(tt.file, "")
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// cipherOf is how a workbook is locked: its FILEPASS record and its keys.
type cipherOf struct {
	pass []byte
	key  func(block uint32) []byte
}

var testSalt = []byte("0123456789abcdef")

func keyMD5For(password string) cipherOf {
	key := func(block uint32) []byte { return keyMD5(password, testSalt, block) }
	c, _ := rc4.NewCipher(key(0))
	verifier := []byte("sixteen bytes ..")
	hash := md5.Sum(verifier)
	c.XORKeyStream(verifier, verifier)
	c.XORKeyStream(hash[:], hash[:])
	return cipherOf{slices.Concat([]byte{1, 0, 1, 0, 1, 0}, testSalt, verifier, hash[:]), key}
}

func keySHA1For(password string, bits int) cipherOf {
	key := func(block uint32) []byte { return keySHA1(password, testSalt, bits, block) }
	c, _ := rc4.NewCipher(key(0))
	verifier := []byte("sixteen bytes ..")
	hash := sha1.Sum(verifier)
	c.XORKeyStream(verifier, verifier)
	c.XORKeyStream(hash[:], hash[:])
	header := make([]byte, 36)
	binary.LittleEndian.PutUint32(header[16:], uint32(bits))
	return cipherOf{slices.Concat([]byte{1, 0, 2, 0, 2, 0}, make([]byte, 4), []byte{36, 0, 0, 0}, header, []byte{16, 0, 0, 0}, testSalt, verifier, []byte{20, 0, 0, 0}, hash[:]), key}
}

// locked is a workbook of 200 rows, encrypted record by record.
func locked(c cipherOf) []byte {
	data := legacy(0x0600, func(s *stream) { s.rec(recFilePass, c.pass) }, func(s *stream) {
		for i := range 200 {
			s.rec(recLabel, uint16(i), uint16(0), uint16(0), wide(fmt.Sprintf("第%d行", i+1)))
		}
	})
	for at := 0; at < len(data); {
		typ, n := int(binary.LittleEndian.Uint16(data[at:])), int(binary.LittleEndian.Uint16(data[at+2:]))
		from := at + 4
		switch typ {
		case recBOF, recFilePass:
			from = at + 4 + n
		case recBoundSheet:
			from = at + 8
		}
		for k := from; k < at+4+n; k++ { // slowly: a cipher per byte
			c, _ := rc4.NewCipher(c.key(uint32(k / 1024)))
			skip := make([]byte, k%1024+1)
			c.XORKeyStream(skip, skip)
			data[k] ^= skip[k%1024]
		}
		at += 4 + n
	}
	return data
}

func TestLockedLegacyWorkbook(t *testing.T) {
	for name, c := range map[string]cipherOf{"md5": keyMD5For("密码1"), "sha1, 128 bits": keySHA1For("密码1", 128), "sha1, 40 bits": keySHA1For("密码1", 40), "public": keyMD5For(publicPassword)} {
		file := compound("Workbook", locked(c))
		b, err := openBytes(file, "密码1")
		if err != nil {
			t.Fatal(name, err)
		}
		rows := grid(t, b, b.Sheets[0], raw)
		if len(rows) != 200 || rows[0][0] != "第1行" || rows[199][0] != "第200行" {
			t.Errorf("%s: %q", name, rows)
		}
		err = drain(file, "wrong")
		if want := "the password does not open the workbook; check the file given with --password-file"; name != "public" && (err == nil || err.Error() != want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// A key and a verifier as they stand in a file of a spreadsheet program
// (published with the tests of msoffcrypto-tool).
func TestLegacyKey(t *testing.T) {
	salt := []byte("\xe8w,\x1d\x91\xc5j7\x96Ga\xb2\x80\x182\x17")
	key := keyMD5("password1", salt, 0)
	if want := " \xbf2\xdd\xf5@\x85\x8cQ7D\xaf\x0f$\xe0<"; string(key) != want {
		t.Errorf("got %x, want %x", key, want)
	}
	if !opens(key, []byte("\xc9\xe9\x97\xd4T\x97=1\x0b\xb1\xbap\x14&\x83~"), []byte("\xb1\xde\x17\x8f\x07\xe9\x89\xc4M\xae^L\xf9j\xc4\x07")) {
		t.Error("the right password does not open it")
	}
}

// cutSheet is a sheet whose last record claims more than the stream holds.
func cutSheet() []byte {
	b := legacy(0x0600, nil, func(s *stream) { s.rec(recRK, uint16(0), uint16(0), uint16(0), uint32(6)) })
	return append(b[:len(b)-4], 0x03, 0x02, 0xFF, 0xFF)
}

func FuzzLegacy(f *testing.F) {
	f.Add(legacy(0x0600, func(s *stream) {
		s.rec(recCodePage, uint16(936))
		s.rec(recFormat, uint16(164), wide("yyyy"))
		s.rec(recXF, uint16(0), uint16(164), [16]byte{})
		s.rec(recSST, uint32(2), uint32(2), narrow("abc"), wide("消费"))
		s.rec(recContinue, "\x01x\x00")
	}, func(s *stream) {
		s.rec(recLabelSST, uint16(0), uint16(0), uint16(0), uint32(1))
		s.rec(recMulRK, uint16(1), uint16(1), uint16(0), uint32(1<<2|2), uint16(0), uint32(2<<2|2), uint16(2))
		s.rec(recFormula, uint16(2), uint16(0), uint16(0), []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0), uint16(0))
		s.rec(recString, wide("结果"))
		s.rec(recMergedCells, uint16(1), uint16(1), uint16(2), uint16(0), uint16(0))
	}))
	f.Add(legacy(0x0500, func(s *stream) { s.rec(recCodePage, uint16(936)) }, func(s *stream) {
		s.rec(recLabel, uint16(0), uint16(0), uint16(0), uint16(2), "\xcf\xfb")
	}))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := openBIFF(data, "")
		if err != nil {
			return
		}
		for _, s := range b.Sheets {
			rows, err := s.Rows()
			if err != nil {
				continue
			}
			var r Row
			last := 0
			for rows.Next(&r) == nil {
				if r.Line <= last || r.Line > 1<<16 || len(r.Cells) > 1<<8 {
					t.Fatalf("row %d of %d cells after row %d", r.Line, len(r.Cells), last)
				}
				last = r.Line
				for i := range r.Cells {
					b.Value(&r.Cells[i])
				}
			}
		}
	})
}

func FuzzCompound(f *testing.F) {
	f.Add(compound("Workbook", legacy(0x0600, nil, nil)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if IsOLE(file) {
			drain(file, "password")
		}
	})
}

func ExampleIsOLE() {
	fmt.Println(IsOLE([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...")), IsZip([]byte("PK\x03\x04...")))
	// Output: true true
}
