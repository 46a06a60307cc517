package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// openBytes opens a workbook held in memory.
func openBytes(b []byte, password string) (*Book, error) {
	return Open(Input{Head: b[:min(len(b), 64<<10)], R: bytes.NewReader(b), At: bytes.NewReader(b), Size: int64(len(b)), Password: password})
}

// grid reads a sheet as the values of its cells, trailing empty cells left out;
// rows that are not stored are empty.
func grid(t testing.TB, b *Book, s *Sheet, value func(*Cell) string) [][]string {
	t.Helper()
	rows, err := s.Rows()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out [][]string
	var r Row
	for {
		err := rows.Next(&r)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for len(out) < r.Line-1 {
			out = append(out, nil)
		}
		var cells []string
		for i := range r.Cells {
			cells = append(cells, value(&r.Cells[i]))
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		out = append(out, cells)
	}
}

func raw(c *Cell) string {
	if c.Kind == Bool { // stored as 0 or 1
		return map[string]string{"TRUE": "1", "FALSE": "0"}[c.Text]
	}
	return c.Text
}

// oracle reads the same sheet with excelize, raw values.
func oracle(t testing.TB, content []byte, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		for len(r) > 0 && r[len(r)-1] == "" {
			r = r[:len(r)-1]
		}
		if rows[i] = r; len(r) == 0 {
			rows[i] = nil
		}
	}
	return rows
}

func trim(rows [][]string) [][]string {
	for len(rows) > 0 && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	for i := range rows {
		if len(rows[i]) == 0 {
			rows[i] = nil
		}
	}
	return rows
}

// Workbooks that excelize wrote and reads are read alike.
func TestWorkbookAgainstExcelize(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	texts := []string{"", "0001", "消费", "a<b>&\"c'", " padded ", "line\nend", "_x000D_", "1E2", strings.Repeat("长", 9)}
	for round := range 30 {
		f := excelize.NewFile()
		name := "Sheet1"
		stream := round%2 == 0
		var sw *excelize.StreamWriter
		if stream {
			var err error
			if sw, err = f.NewStreamWriter(name); err != nil {
				t.Fatal(err)
			}
		}
		row := 0
		for range rng.IntN(60) {
			row += 1 + rng.IntN(2)*rng.IntN(3)
			var cells []any
			for range rng.IntN(12) {
				switch rng.IntN(6) {
				case 0:
					cells = append(cells, nil)
				case 1:
					cells = append(cells, rng.IntN(1000000))
				case 2:
					cells = append(cells, float64(rng.IntN(1000000))/100)
				case 3:
					cells = append(cells, rng.IntN(2) == 0)
				default:
					cells = append(cells, texts[rng.IntN(len(texts))])
				}
			}
			at := fmt.Sprintf("A%d", row)
			var err error
			if stream {
				err = sw.SetRow(at, cells)
			} else {
				err = f.SetSheetRow(name, at, &cells)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if stream {
			if err := sw.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		book, err := openBytes(b.Bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		got := trim(grid(t, book, book.Sheets[0], raw))
		want := trim(oracle(t, b.Bytes(), name))
		if len(got) == 0 && len(want) == 0 {
			continue
		}
		if !reflect.DeepEqual(got, want) {
			for i := range max(len(got), len(want)) {
				var g, w []string
				if i < len(got) {
					g = got[i]
				}
				if i < len(want) {
					w = want[i]
				}
				if !reflect.DeepEqual(g, w) {
					t.Fatalf("round %d (stream %v), row %d\n got %q\nwant %q", round, stream, i+1, g, w)
				}
			}
		}
	}
}

// The real workbooks agree with excelize cell by cell.
func TestTruthWorkbooks(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/truth/*/*.xlsx")
	if len(files) == 0 {
		t.Skip("the real files of ../shared/truth are not here: they belong to others and are no part of the repository")
	}
	read := 0
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if IsOLE(content) || strings.Contains(name, "Bad") {
			continue
		}
		book, err := openBytes(content, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range book.Sheets {
			got := trim(grid(t, book, s, func(c *Cell) string {
				if c.Spread { // excelize leaves the rest of a merged area empty
					return ""
				}
				return c.Text
			}))
			for i := range got {
				for len(got[i]) > 0 && got[i][len(got[i])-1] == "" {
					got[i] = got[i][:len(got[i])-1]
				}
			}
			want := trim(oracle(t, content, s.Name))
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, sheet %s:\n got %q\nwant %q", filepath.Base(name), s.Name, got, want)
			}
			read++
		}
	}
	if read < 4 {
		t.Errorf("only %d sheets were compared", read)
	}
}

// workbook makes a workbook from the XML of its parts.
func workbook(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	base := map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	}
	for name, text := range parts {
		base[name] = text
	}
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} {
		text, ok := base[name]
		if !ok || text == "-" {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheetXML(rows string) string {
	return `<?xml version="1.0"?><worksheet><mc:AlternateContent><mc:Choice/></mc:AlternateContent><cols><col min="1"/></cols><sheetData>` + rows + `</sheetData></worksheet>`
}

func TestWorkbookCells(t *testing.T) {
	styles := `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[Red]#,##0.00\ &quot;d&quot;"/><numFmt numFmtId="166" formatCode="yyyy\-mm\-dd hh:mm:ss"/></numFmts>
	<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="21"/></cellXfs></styleSheet>`
	tests := []struct {
		name, cell string
		kind       Kind
		want       string // Value
	}{
		{"integer", `<c r="A1"><v>12</v></c>`, Number, "12"},
		{"16 digits", `<c r="A1"><v>4814769000000000</v></c>`, Number, "4814769000000000"},
		{"exponent", `<c r="A1"><v>4.814769E+15</v></c>`, Number, "4814769000000000"},
		{"binary noise", `<c r="A1"><v>12.300000000000001</v></c>`, Number, "12.3"},
		{"small", `<c r="A1"><v>1E-2</v></c>`, Number, "0.01"},
		{"date", `<c r="A1" s="1"><v>46346</v></c>`, Date, "2026-11-20"},
		{"date and time", `<c r="A1" s="2"><v>46346.34412037037</v></c>`, Moment, "2026-11-20 08:15:32"},
		{"midnight", `<c r="A1" s="5"><v>46346</v></c>`, Moment, "2026-11-20 00:00:00"},
		{"Chinese date", `<c r="A1" s="3"><v>46346</v></c>`, Date, "2026-11-20"},
		{"letters in a number format", `<c r="A1" s="4"><v>5</v></c>`, Number, "5"},
		{"time of day", `<c r="A1" s="6"><v>0.34412037037037</v></c>`, Moment, "08:15:32"},
		{"inline", `<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a&amp;b </t></is></c>`, Text, " a&b "},
		{"inline runs", `<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>`, Text, "ab"},
		{"shared", `<c r="A1" t="s"><v>1</v></c>`, Text, "共享 & text"},
		{"shared runs", `<c r="A1" t="s"><v>2</v></c>`, Text, "ab"},
		{"formula text", `<c r="A1" t="str"><f>A2&amp;"x"</f><v>&lt;y&gt;</v></c>`, Text, "<y>"},
		{"formula number", `<c r="A1"><f>1+1</f><v>2</v></c>`, Number, "2"},
		{"formula without value", `<c r="A1"><f>1+1</f></c>`, Text, ""},
		{"boolean", `<c r="A1" t="b"><v>1</v></c>`, Bool, "TRUE"},
		{"error", `<c r="A1" t="e"><v>#N/A</v></c>`, Fault, "#N/A"},
		{"ISO date", `<c r="A1" t="d"><v>2026-11-20T08:15:32</v></c>`, Text, "2026-11-20T08:15:32"},
		{"no position", `<c><v>3</v></c>`, Number, "3"},
		{"attributes in any order", `<c t='s' s="1" r='A1'><v>0</v></c>`, Text, ""},
		{"line ends in tags", "<c\n r=\"A1\"\n t=\"n\"\n><v>7</v></c>", Number, "7"},
		{"untyped inline", `<c r="A1"><is><t>x</t></is></c>`, Text, "x"},
		{"cdata", `<c r="A1" t="inlineStr"><is><t><![CDATA[a<b&amp;]]></t></is></c>`, Text, "a<b&amp;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, prefix := range []string{"", "x:"} {
				xml := sheetXML(`<row r="1">` + tt.cell + `</row>`)
				if prefix != "" {
					for _, tag := range []string{"worksheet", "sheetData", "row", "c", "v", "is", "t", "f", "r", "rPh", "rPr", "b"} {
						for _, end := range []string{">", " ", "/", "\n"} {
							xml = strings.ReplaceAll(xml, "<"+tag+end, "<x:"+tag+end)
						}
						xml = strings.ReplaceAll(xml, "</"+tag+">", "</x:"+tag+">")
					}
				}
				b, err := openBytes(workbook(t, map[string]string{
					"xl/styles.xml":            styles,
					"xl/sharedStrings.xml":     `<sst count="3"><si><t/></si><si><t>共享 &amp; text</t></si><si><r><t>a</t></r><r><rPr/><t>b</t></r><phoneticPr fontId="1"/></si></sst>`,
					"xl/worksheets/sheet1.xml": xml,
				}), "")
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
					t.Errorf("prefix %q: got %+v, value %q; want kind %d, %q", prefix, r.Cells, b.Value(&r.Cells[0]), tt.kind, tt.want)
				}
				rows.Close()
			}
		})
	}
}

func TestSerial1904(t *testing.T) {
	for _, tt := range []struct {
		serial   string
		clock    bool
		date1904 bool
		want     string
	}{
		{"1", false, false, "1900-01-01"}, {"59", false, false, "1900-02-28"}, {"61", false, false, "1900-03-01"},
		{"46346", false, false, "2026-11-20"}, {"44884", false, true, "2026-11-20"},
		{"46346.999999999", true, false, "2026-11-21 00:00:00"}, {"0.5", false, false, "12:00:00"}, {"0", true, false, "00:00:00"},
		{"46346.3441203819", true, false, "2026-11-20 08:15:32.001"}, {"-1", false, false, ""}, {"9999999", false, false, ""}, {"x", false, false, ""},
	} {
		if got, _ := SerialText(tt.serial, tt.clock, tt.date1904); got != tt.want && !(tt.serial == "46346.3441203819" && strings.HasPrefix(got, "2026-11-20 08:15:32")) {
			t.Errorf("%s: got %q, want %q", tt.serial, got, tt.want)
		}
	}
}

func TestHiddenSheetsAndDates(t *testing.T) {
	b, err := openBytes(workbook(t, map[string]string{
		"xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="a&amp;b" sheetId="1" state="hidden" r:id="rId1"/><sheet name="c" sheetId="2" state="veryHidden" r:id="rId2"/><sheet name="d" sheetId="3" r:id="rId2"/><sheet name="chart" sheetId="4" r:id="rId9"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="/xl/worksheets/sheet1.xml"/>
			<Relationship Target="worksheets/sheet2.xml" Type="x/worksheet" Id="rId2"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheetXML(""),
		"xl/worksheets/sheet2.xml": sheetXML(`<row r="3"><c r="C3"><v>1</v></c></row>`),
	}), "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range b.Sheets {
		names = append(names, fmt.Sprint(s.Name, s.Hidden))
	}
	if got := strings.Join(names, " "); got != "a&btrue ctrue dfalse" || !b.Date1904 {
		t.Errorf("%s, 1904 %v", got, b.Date1904)
	}
	if got := grid(t, b, b.Sheets[2], raw); !reflect.DeepEqual(got, [][]string{nil, nil, {"", "", "1"}}) {
		t.Errorf("%q", got)
	}
}

// Each damage gives its own message; none panics.
func TestWorkbookErrors(t *testing.T) {
	good := workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1"><v>1</v></c></row>`)})
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"truncated", good[:len(good)/2], "the workbook is cut off or damaged (zip: not a valid zip file); copy or export the file again"},
		{"no workbook part", workbook(t, map[string]string{"xl/workbook.xml": "-"}), "xl/workbook.xml: the workbook lacks this part; open it in a spreadsheet program and save it again"},
		{"no sheet part", workbook(t, nil), "xl/worksheets/sheet1.xml: the workbook lacks this part; open it in a spreadsheet program and save it again"},
		{"no sheets", workbook(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), "xl/workbook.xml: the workbook has no worksheet; open it in a spreadsheet program, check that it shows rows, and save it again"},
		{"binary", workbook(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`}), "xl/workbook.bin: it is a binary workbook (.xlsb); open it in a spreadsheet program and save it as .xlsx"},
		{"letter", workbook(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="word/document.xml"/></Relationships>`}), "word/document.xml: it is no workbook, but a text or slides; ask for the export as CSV or Excel"},
		{"2^31 rows", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="2147483648"><c r="A1"><v>1</v></c></row>`)}), `xl/worksheets/sheet1.xml, row 0: the row number "2147483648" is none of 1 to 1048576; open the workbook in a spreadsheet program and save it again`},
		{"rows out of order", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="2"/><row r="1"/>`)}), "xl/worksheets/sheet1.xml, row 2: row 1 stands behind row 2; open the workbook in a spreadsheet program and save it again"},
		{"column beyond XFD", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="ZZZZ1"><v>1</v></c></row>`)}), "xl/worksheets/sheet1.xml, row 1: a cell stands in column 18278 of at most 16384; open the workbook in a spreadsheet program and save it again"},
		{"missing shared string", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1" t="s"><v>5</v></c></row>`)}), `xl/worksheets/sheet1.xml, row 1: a cell points to shared string "5" of 0; open the workbook in a spreadsheet program and save it again`},
		{"row not closed", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c>`}), "xl/worksheets/sheet1.xml, row 0: the sheet ends in the middle of a row; open the workbook in a spreadsheet program and save it again"},
		{"data not closed", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"/>`}), "xl/worksheets/sheet1.xml, row 1: the sheet ends in the middle of its data; open the workbook in a spreadsheet program and save it again"},
		{"cell not closed", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1"><v>1</v></row>`)}), "xl/worksheets/sheet1.xml, row 1: a cell is not closed; open the workbook in a spreadsheet program and save it again"},
		{"2^20 + 1 rows", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(strings.Repeat("<row/>", MaxRows) + "<row><c><v>1</v></c></row>")}), "xl/worksheets/sheet1.xml, row 1048576: the sheet has more than 1048576 rows; open the workbook in a spreadsheet program and save it again"},
		{"row of 17 MiB", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + noise(MaxRow+1<<20) + "</t></is></c></row>")}), "xl/worksheets/sheet1.xml, row 1: the row is longer than 16 MiB; this is no export; check where it comes from"},
		{"no data", workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet/>`}), "xl/worksheets/sheet1.xml, row 0: the part holds no sheetData; open the workbook in a spreadsheet program and save it again"},
		{"encrypted", []byte(string(magicOLE) + "no directory"), "the compound file is cut off or damaged"},
	}
	for _, tt := range tests {
		err := drain(tt.file, "")
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// A sheet that grows beyond measure, shared strings of half a gigabyte, and a part packed
// in a way that nobody knows.
func TestXLSXBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds of inflating gigabytes: not with -short")
	}
	unknown := workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1"><v>1</v></c></row>`)})
	at := bytes.Index(unknown, []byte("PK\x01\x02"))
	for at >= 0 { // the method stands in the directory
		name := unknown[at+46:]
		if bytes.HasPrefix(name, []byte("xl/worksheets/sheet1.xml")) {
			unknown[at+10] = 99
		}
		next := bytes.Index(unknown[at+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	blanks := strings.Repeat(" ", 1<<20)
	texts := func(w io.Writer) {
		part := []byte("<si/>" + blanks[:4<<10])
		rnd := rand.New(rand.NewPCG(1, 2))
		for range MaxStrings/len(part) + 1 {
			for i := len(part) - 32; i < len(part); i++ {
				part[i] = "0123456789abcdef"[rnd.IntN(16)]
			}
			w.Write(part)
		}
	}
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"unknown method", unknown, "xl/worksheets/sheet1.xml: the part cannot be inflated (zip: unsupported compression algorithm); copy or export the file again"},
		{"a sheet of blanks", workbookOf(t, "xl/worksheets/sheet1.xml", func(w io.Writer) {
			for range 200 {
				io.WriteString(w, blanks)
			}
		}), "xl/worksheets/sheet1.xml: the part inflates to more than 400 times its size; this is no export; do not open it"},
		{"texts without end", workbookOf(t, "xl/sharedStrings.xml", texts), "xl/sharedStrings.xml: the workbook's texts take more than 512 MiB; export it as .csv"},
	} {
		if len(tt.file) > 12<<20 {
			t.Errorf("%s: the file has %d MiB", tt.name, len(tt.file)>>20)
		}
		peak := peakHeap(t)
		err := drain(tt.file, "")
		if mib := peak(); mib > 8*MaxRow>>20 {
			t.Errorf("%s: the heap grew by %d MiB", tt.name, mib)
		}
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// workbookOf is a workbook with one part that is written as a stream.
func workbookOf(t *testing.T, part string, write func(io.Writer)) []byte {
	t.Helper()
	small := workbook(t, map[string]string{part: "-", "xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)})
	z, err := zip.NewReader(bytes.NewReader(small), int64(len(small)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		if f.Name != part {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	p, err := w.Create(part)
	if err != nil {
		t.Fatal(err)
	}
	write(p)
	w.Close()
	return b.Bytes()
}

// noise is text that does not pack well.
func noise(n int) string {
	rnd := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 64<<10) // the inflater looks back half as far
	for i := range b {
		b[i] = "0123456789abcdef"[rnd.IntN(16)]
	}
	return strings.Repeat(string(b), n/len(b)+1)[:n]
}

// drain reads every row of every sheet.
func drain(file []byte, password string) error {
	b, err := openBytes(file, password)
	if err != nil {
		return err
	}
	for _, s := range b.Sheets {
		rows, err := s.Rows()
		if err != nil {
			return err
		}
		var r Row
		for {
			if err = rows.Next(&r); err != nil {
				break
			}
		}
		rows.Close()
		if err != io.EOF {
			return err
		}
	}
	return nil
}

func TestEncryptedWorkbook(t *testing.T) {
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "A1", "0001")
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: "pass"}); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{
		"":      "the workbook is protected by a password; give it with --password-file, or save the workbook without one",
		"wrong": "the password does not open the workbook",
	} {
		if err := drain(b.Bytes(), password); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("password %q: got %v, want %s", password, err, want)
		}
	}
	book, err := openBytes(b.Bytes(), "pass")
	if err != nil {
		t.Fatal(err)
	}
	if got := grid(t, book, book.Sheets[0], raw); !reflect.DeepEqual(got, [][]string{{"0001"}}) || len(book.Notes()) != 1 {
		t.Errorf("%q %q", got, book.Notes())
	}
}

func TestPublicPassword(t *testing.T) {
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "A1", "0001")
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: publicPassword}); err != nil {
		t.Fatal(err)
	}
	if err := drain(b.Bytes(), ""); err != nil {
		t.Error(err)
	}
}

// A large sheet is not read twice for its merged areas; it says so.
func TestMergedAreasOfLargeSheet(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var rows strings.Builder
	for i := range 60000 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d"><v>%d</v></c></row>`, i+1, i+1, rng.Uint64(), i+1, rng.Uint64())
	}
	file := workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows.String() + `</sheetData><mergeCells count="1"><mergeCell ref="A1:A2"/></mergeCells></worksheet>`})
	b, err := openBytes(file, "")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(grid(t, b, b.Sheets[0], raw)); n != 60000 || len(b.Notes()) != 1 || !strings.HasPrefix(b.Notes()[0], "the sheet is too large to fill its merged areas") {
		t.Errorf("%d rows, notes %q", n, b.Notes())
	}
}

// However many areas are merged, in whatever order they are listed, each is filled.
func TestManyMergedAreas(t *testing.T) {
	var rows, areas strings.Builder
	const n = 12_000
	for i := range n {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>%d</v></c></row><row r="%d"><c r="B%d"><v>7</v></c></row>`, 2*i+1, 2*i+1, i, 2*i+2, 2*i+2)
		fmt.Fprintf(&areas, `<mergeCell ref="A%d:A%d"/>`, 2*(n-i)-1, 2*(n-i))
	}
	b, err := openBytes(workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows.String() + `</sheetData><mergeCells>` + areas.String() + `</mergeCells></worksheet>`}), "")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range grid(t, b, b.Sheets[0], raw) {
		if want := fmt.Sprint(i / 2); row[0] != want {
			t.Fatalf("row %d: %q, want %s", i+1, row, want)
		}
	}
}

// A small file that inflates to gigabytes ends early.
func TestZipBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacking a hundred MiB and more is too long for -short")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range [][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	} {
		w, _ := z.Create(p[0])
		io.WriteString(w, p[1])
	}
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	io.WriteString(w, "<worksheet><sheetData>")
	row := strings.Repeat("<x></x>", 10000)
	for range 3200 { // 224 MB in less than 1 MB
		io.WriteString(w, row)
	}
	z.Close()
	if b.Len() > 1<<20 {
		t.Fatalf("the bomb is %d bytes", b.Len())
	}
	peak := peakHeap(t)
	err := drain(b.Bytes(), "")
	if mib := peak(); mib > 6*MaxRow>>20 {
		t.Errorf("the heap grew by %d MiB", mib)
	}
	if err == nil || !strings.Contains(err.Error(), "inflates to more than 400 times its size") {
		t.Errorf("got %v", err)
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>1.5</v></c></row>`, `<si><t>a</t></si>`, `<xf numFmtId="14"/>`)
	f.Add(`<row><c t="inlineStr"><is><r><t>a&#x41;&amp;_x000D_</t></r></is></c></row><!-- x --><row r="9"/>`, `<si><r><t>a</t></r><rPh><t>b</t></rPh></si>`, "")
	f.Add(`<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>`, `<si/>`, "")
	f.Add(`<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>a_x0041_</t></is></c></row><row r="2" spans="1:9" hidden="1"><c r="A2" t="str"><v>x</v></c><!-- </row> --><c t="b"><v>1</v></c></row>`, `<si><t>a</t></si>`, "")
	f.Add(`</sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells><sheetData>`, ``, ``)
	f.Fuzz(func(t *testing.T, rows, texts, styles string) {
		file := workbook(t, map[string]string{
			"xl/worksheets/sheet1.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
			"xl/sharedStrings.xml":     `<sst>` + texts + `</sst>`,
			"xl/styles.xml":            `<styleSheet><cellXfs>` + styles + `</cellXfs></styleSheet>`,
		})
		b, err := openBytes(file, "")
		if err != nil {
			return
		}
		rs, _ := bothWays(t, file)
		last := 0
		for _, r := range rs {
			if r.Line <= last || r.Line > MaxRows || len(r.Cells) > MaxCols {
				t.Fatalf("row %d of %d cells after row %d", r.Line, len(r.Cells), last)
			}
			last = r.Line
			for i := range r.Cells {
				b.Value(&r.Cells[i])
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(workbook(f, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="1"><c r="A1"><v>1</v></c></row>`)}))
	f.Add([]byte(magicOLE))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 0 {
			drain(file, "x")
		}
	})
}

// What has to be held as a whole has a bound, and says so.
func TestTooLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("a stream of 256 MiB is too long for -short")
	}
	for want, open := range map[string]func() error{
		"an encrypted workbook of more than 256 MiB cannot be read; save it without a password": func() error {
			_, err := openEncrypted(Input{}, nil, MaxBuffered+1)
			return err
		},
		"a workbook of more than 256 MiB cannot be read from a stream; save it to a plain file and name that": func() error {
			_, _, err := randomAccess(Input{R: &endless{MaxBuffered + 1<<20}})
			return err
		},
		"a legacy workbook of more than 256 MiB cannot be read; save it as .xlsx": func() error {
			_, err := openOLE(Input{At: bytes.NewReader(compound("Workbook", make([]byte, 5000))), Size: MaxBuffered + 1})
			return err
		},
		"xl/workbook.xml: the part is larger than 32 MiB; this is no export; check where it comes from": func() error {
			return drain(workbook(t, map[string]string{"xl/workbook.xml": "<workbook>" + noise(maxPart) + "</workbook>"}), "")
		},
	} {
		if err := open(); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// A text may begin where its piece of memory ends: an empty one behind a piece that is full.
func TestEmptyTextBehindFullPiece(t *testing.T) {
	for name, fill := range map[string]func(*texts){
		"many": func(o *texts) {
			for range 64 + 128 + 256 + 512 + 1024 {
				o.add(strings.Repeat("x", 1<<10))
			}
		},
		"one": func(o *texts) { o.add(strings.Repeat("x", 3<<20)) },
	} {
		var o texts
		fill(&o)
		o.add("")
		if got := o.at(len(o.refs) - 1); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
