package sheet

import (
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// readRows reads the first sheet of a workbook in the general way or not, and
// says how many rows the quick way took.
func readRows(t testing.TB, file []byte, general bool) (rows []Row, quick int, fault string) {
	t.Helper()
	b, err := openBytes(file, "")
	if err != nil {
		return nil, 0, err.Error()
	}
	rs, err := b.Sheets[0].rows()
	if err != nil {
		return nil, 0, err.Error()
	}
	defer rs.Close()
	x := rs.(*xlsxRows)
	x.general = general
	for {
		var r Row
		pos, row := x.pos, x.row
		if x.quick(&r) {
			x.pos, x.row = pos, row
			quick++
		}
		switch err := rs.Next(&r); err {
		case nil:
			rows = append(rows, r)
		case io.EOF:
			return rows, quick, strings.Join(b.Notes(), "; ")
		default:
			return rows, quick, err.Error()
		}
	}
}

// bothWays fails where the quick way and the general way differ.
func bothWays(t testing.TB, file []byte) (rows []Row, quick int) {
	t.Helper()
	rows, quick, fault := readRows(t, file, false)
	want, _, wantFault := readRows(t, file, true)
	if fault != wantFault {
		t.Fatalf("quick: %s\ngeneral: %s", fault, wantFault)
	}
	for i := range max(len(rows), len(want)) {
		if i >= len(rows) || i >= len(want) {
			t.Fatalf("%d rows, in general %d", len(rows), len(want))
		}
		if rows[i].Line != want[i].Line || !slices.Equal(rows[i].Cells, want[i].Cells) {
			t.Fatalf("row %d\n%+v\nin general\n%+v", i, rows[i], want[i])
		}
	}
	return rows, quick
}

// hand writes sheets as one of many programs does.
type hand struct {
	*rand.Rand
	refs, rowRefs, spans, styled, spaced, formulas bool
	attrs                                          string // of rows
}

func (h *hand) sheet(rows int) string {
	var b strings.Builder
	texts := []string{"消费", "0001", "a&amp;b", "&#x4E00;&lt;", "_x000D_", "x_y", "x_x0041_", "row>", "]]&gt;", "'\"", strings.Repeat("长", 30)}
	line := 0
	for range rows {
		line++
		if h.rowRefs && h.IntN(20) == 0 {
			line += h.IntN(4)
		}
		b.WriteString("<row")
		if h.rowRefs {
			fmt.Fprintf(&b, ` r="%d"`, line)
		}
		if h.spans {
			b.WriteString(` spans="1:12" ht="13.5" customHeight="1"`)
		}
		b.WriteString(h.attrs)
		switch h.IntN(40) {
		case 0:
			b.WriteString("/>")
			continue
		case 1:
			b.WriteString(` hidden="1">`)
		default:
			b.WriteString(">")
		}
		for col := range h.IntN(14) {
			if h.refs && h.IntN(8) == 0 {
				continue // a gap
			}
			b.WriteString("<c")
			if h.refs {
				fmt.Fprintf(&b, ` r="%c%d"`, 'A'+col, line)
			}
			if h.styled && h.IntN(2) == 0 {
				fmt.Fprintf(&b, ` s="%d"`, h.IntN(3))
			}
			text := texts[h.IntN(len(texts))]
			switch h.IntN(12) {
			case 0:
				b.WriteString("/>")
				continue
			case 1:
				b.WriteString("></c>")
				continue
			case 2:
				b.WriteString("><v/></c>")
				continue
			case 3:
				fmt.Fprintf(&b, ` t="b"><v>%d</v>`, h.IntN(2))
			case 4:
				b.WriteString(` t="e"><v>#N/A</v>`)
			case 5:
				if strings.Contains(text, "_x") { // excelize leaves it as it is here
					text = "x"
				}
				fmt.Fprintf(&b, ` t="str"><v>%s</v>`, text)
			case 6, 7:
				fmt.Fprintf(&b, ` t="s"><v>%d</v>`, h.IntN(4))
			case 8:
				fmt.Fprintf(&b, ` t="inlineStr"><is><t xml:space="preserve"> %s </t></is>`, text)
			case 9:
				fmt.Fprintf(&b, ` t="inlineStr"><is><t>%s</t></is>`, text)
			case 10:
				if h.formulas {
					b.WriteString("><f>A1+1</f><v>7</v>")
				} else {
					fmt.Fprintf(&b, ` t="n"><v>%d</v>`, h.Int64())
				}
			default:
				fmt.Fprintf(&b, "><v>%d.%02d</v>", h.IntN(50000), h.IntN(100))
			}
			b.WriteString("</c>")
			if h.spaced && h.IntN(9) == 0 {
				b.WriteString("\n<!-- </row> -->")
			}
		}
		b.WriteString("</row>")
		if h.spaced {
			b.WriteString("\r\n")
		}
	}
	return b.String()
}

// The quick way, the general way and excelize read alike, whoever wrote the sheet
// and wherever its buffers end.
func TestQuickRows(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		yes := func() bool { return rnd.IntN(2) == 0 }
		h := &hand{Rand: rnd, refs: yes(), rowRefs: seed%8 > 0, spans: yes(), styled: yes(), spaced: seed%8 == 1, formulas: yes(),
			attrs: []string{"", ` x14ac:dyDescent="0.15"`, ` hidden="false"`, ` x='"'`, ` x="&gt;>"`}[rnd.IntN(5)]}
		sheet := h.sheet(1 + rnd.IntN(1500))
		const main, rels = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		file := workbook(t, map[string]string{ // excelize wants them in full
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
			"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml":            `<workbook xmlns="` + main + `" xmlns:r="` + rels + `"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rels + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheet + `</sheetData></worksheet>`,
			"xl/sharedStrings.xml":       `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>zero</t></si><si><t>共享 &amp; text</t></si><si><r><t>a</t></r><r><t>b</t></r></si><si><t>x_x0041_</t></si></sst>`,
			"xl/styles.xml":              `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="0"/><xf numFmtId="0"/></cellXfs></styleSheet>`,
		})
		rows, quick := bothWays(t, file)
		if usual := h.rowRefs && !h.spaced && !h.formulas && !strings.Contains(h.attrs, ">") && !strings.Contains(h.attrs, "'"); usual && quick < len(rows)/4 {
			t.Errorf("seed %d: %d of %d rows were read the quick way", seed, quick, len(rows))
		}
		t.Logf("seed %d: %+v, %d rows", seed, h, len(rows))
		if !h.rowRefs {
			continue // excelize ends early
		}
		b, err := openBytes(file, "")
		if err != nil {
			t.Fatal(err)
		}
		got, want := trim(grid(t, b, b.Sheets[0], raw)), trim(oracle(t, file, b.Sheets[0].Name))
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("seed %d, row %d of %d and %d\n%q\nexcelize\n%q", seed, i+1, len(got), len(want), got[min(i, len(got)-1)], want[min(i, len(want)-1)])
			}
		}
	}
}

// Shared strings are the same wherever their pieces and buffers end.
func TestSharedStrings(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var xml, rows strings.Builder
	var want []string
	for i := range 9000 {
		text := strings.Repeat(string(rune('a'+i%26)), rnd.IntN(60))
		if rnd.IntN(1000) == 0 {
			text = strings.Repeat("长", 20000+rnd.IntN(400_000))
		}
		want = append(want, text)
		xml.WriteString([]string{"<si><t>" + text + "</t></si>", `<si><t xml:space="preserve">` + text + "</t></si>", "<si>\n<t>" + text + "</t></si>"}[rnd.IntN(3)])
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%[1]d" t="s"><v>%d</v></c></row>`, i+1, i)
	}
	got, _ := bothWays(t, workbook(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(rows.String()), "xl/sharedStrings.xml": "<sst>" + xml.String() + "</sst>"}))
	for i, r := range got {
		if len(r.Cells) != 1 || r.Cells[0].Text != want[i] {
			t.Fatalf("text %d: got %.40q, want %.40q", i, r.Cells[0].Text, want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
}

// BenchmarkWorkbook reads the cells of a sheet of 12 columns; the bytes are those
// of its XML.
func BenchmarkWorkbook(b *testing.B) {
	const n = 20000
	var inline, shared, texts strings.Builder
	for i := range n {
		fmt.Fprintf(&inline, `<row r="%d">`, i+1)
		fmt.Fprintf(&shared, `<row r="%d" spans="1:12">`, i+1)
		for c := range 12 {
			if c > 8 {
				fmt.Fprintf(&inline, `<c r="%c%d"><v>%d.25</v></c>`, 'A'+c, i+1, i*7)
				fmt.Fprintf(&shared, `<c r="%c%d" s="1"><v>%d.25</v></c>`, 'A'+c, i+1, i*7)
				continue
			}
			fmt.Fprintf(&inline, `<c r="%c%d" t="inlineStr"><is><t>%012d</t></is></c>`, 'A'+c, i+1, i*c)
			fmt.Fprintf(&shared, `<c r="%c%d" s="1" t="s"><v>%d</v></c>`, 'A'+c, i+1, i*9+c)
			fmt.Fprintf(&texts, "<si><t>%012d</t></si>", i*c)
		}
		inline.WriteString("</row>")
		shared.WriteString("</row>")
	}
	for name, parts := range map[string]map[string]string{
		"inline": {"xl/worksheets/sheet1.xml": sheetXML(inline.String())},
		"shared": {"xl/worksheets/sheet1.xml": sheetXML(shared.String()), "xl/sharedStrings.xml": "<sst>" + texts.String() + "</sst>"},
	} {
		b.Run(name, func(b *testing.B) {
			file := workbook(b, parts)
			b.SetBytes(int64(len(parts["xl/worksheets/sheet1.xml"])))
			b.ReportAllocs()
			for b.Loop() {
				if err := drain(file, ""); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkLegacyWorkbook reads the cells of an .xls of 12 columns.
func BenchmarkLegacyWorkbook(b *testing.B) {
	const n = 5000
	file := compound("Workbook", legacy(0x0600, nil, func(s *stream) {
		for i := range n {
			for c := range 12 {
				s.rec(recLabel, uint16(i), uint16(c), uint16(0), wide(fmt.Sprintf("%012d", i*c)))
			}
		}
	}))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if err := drain(file, ""); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
