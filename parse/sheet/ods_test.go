package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// spreadsheet makes an OpenDocument spreadsheet of the elements of its sheets.
func spreadsheet(t testing.TB, tables string, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, parts := 0, append([]string{"mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>
<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`}, parts...); i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, parts[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// odsText lists the rows of a sheet: number, then the cells.
func odsText(t testing.TB, s *Sheet) string {
	t.Helper()
	rows, err := s.Rows()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for r := (Row{}); ; {
		if err := rows.Next(&r); err == io.EOF {
			return strings.Join(out, "\n")
		} else if err != nil {
			return strings.Join(append(out, err.Error()), "\n")
		}
		var cells []string
		for _, c := range r.Cells {
			s := c.Text
			if c.Kind != Text {
				s += fmt.Sprintf("(%d)", c.Kind)
			}
			if c.Spread {
				s += "^"
			}
			cells = append(cells, s)
		}
		out = append(out, fmt.Sprintf("%d:%s", r.Line, strings.Join(cells, "|")))
	}
}

func TestODSCells(t *testing.T) {
	for _, c := range []struct{ name, cell, want string }{
		{"text", `<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>消费</text:p></table:table-cell>`, "消费"},
		{"paragraphs, blanks and references", `<table:table-cell office:value-type="string"><text:p>A &amp;<text:s text:c="2"/>B<text:tab/>C</text:p><text:p><text:span>d
		 e</text:span></text:p></table:table-cell>`, "A &  B\tC\nd e"},
		{"a remark", `<table:table-cell office:value-type="string"><office:annotation><text:p>who</text:p></office:annotation><text:p>00</text:p></table:table-cell>`, "00"},
		{"a number is what is stored", `<table:table-cell office:value-type="currency" office:currency="CNY" office:value="1234.5"><text:p>￥1,234.50</text:p></table:table-cell>`, "1234.5(1)"},
		{"a day", `<table:table-cell office:value-type="date" office:date-value="2026-11-20"><text:p>20/11/26</text:p></table:table-cell>`, "2026-11-20"},
		{"a moment", `<table:table-cell office:value-type="date" office:date-value="2026-11-20T08:15:32"><text:p>8:15</text:p></table:table-cell>`, "2026-11-20 08:15:32"},
		{"a time of day", `<table:table-cell office:value-type="time" office:time-value="PT08H05M09S"><text:p>8:05</text:p></table:table-cell>`, "08:05:09"},
		{"a short time of day", `<table:table-cell office:value-type="time" office:time-value="PT6H"><text:p>6:00</text:p></table:table-cell>`, "06:00:00"},
		{"a duration", `<table:table-cell office:value-type="time" office:time-value="PT30H00M00S"><text:p>30:00:00</text:p></table:table-cell>`, "30:00:00"},
		{"truth", `<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>`, "TRUE(4)"},
		{"a fault", `<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>`, "#N/A(5)"},
		{"repeated", `<table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16380"/>`, "||a|a"},
		{"covered", `<table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>a</text:p></table:table-cell><table:covered-table-cell office:value-type="string"><text:p>under</text:p></table:covered-table-cell><table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell>`, "a||b"},
	} {
		b, err := openBytes(spreadsheet(t, `<table:table table:name="S"><table:table-row>`+c.cell+`</table:table-row></table:table>`), "")
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := odsText(t, b.Sheets[0]); got != "1:"+c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestODSRows(t *testing.T) {
	cell := func(s string) string {
		return `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
	}
	b, err := openBytes(spreadsheet(t, `<table:table table:name="明细 &amp; 汇总" table:style-name="ta1"><table:table-column/>
<table:table-header-rows><table:table-row>`+cell("商户")+cell("金额")+`</table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="4" office:value-type="string"><text:p>M1</text:p></table:table-cell>`+cell("1")+`</table:table-row>
<table:table-row-group><table:table-row table:number-rows-repeated="2" table:visibility="filter"><table:covered-table-cell/>`+cell("2")+`</table:table-row></table:table-row-group>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table><table:table table:name="H" table:style-name="ta2"><table:table-row>`+cell("x")+`</table:table-row></table:table>`), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Sheets) != 2 || b.Format != "ods" || b.Sheets[0].Name != "明细 & 汇总" || b.Sheets[0].Hidden || !b.Sheets[1].Hidden {
		t.Fatalf("%+v %+v", b, b.Sheets)
	}
	if got := odsText(t, b.Sheets[0]); got != "1:商户|金额\n4:M1|1\n5:M1^|2\n6:M1^|2\n7:M1^" {
		t.Errorf("%q", got)
	}
	if got := odsText(t, b.Sheets[1]); got != "1:x" {
		t.Errorf("%q", got)
	}
	if n := b.Notes(); len(n) != 1 || !strings.HasSuffix(n[0], ": 2") {
		t.Errorf("%q", n)
	}
}

// Programs that deflate all members deflate that which tells what the file is.
func TestODSDeflated(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", `<d><table name="S"><table-row><table-cell value-type="string"><p>x</p></table-cell></table-row></table></d>`}} {
		w, _ := z.Create(part[0])
		io.WriteString(w, part[1])
	}
	z.Close()
	book, err := openBytes(b.Bytes(), "")
	if err != nil || !IsODS(b.Bytes()) || odsText(t, book.Sheets[0]) != "1:x" {
		t.Fatalf("%v", err)
	}
}

// A few bytes that stand for a thousand million cells are no export.
func TestODSOfAThousandMillionCells(t *testing.T) {
	b, err := openBytes(spreadsheet(t, `<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1024"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := odsText(t, b.Sheets[0]); !strings.Contains(got, "the row stands 1048576 times, with 1024 cells") {
		t.Errorf("%.200q", got)
	}
}

func TestODSRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		rule string
	}{
		"locked":  {spreadsheet(t, "", "META-INF/manifest.xml", `<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>`), "encrypted"},
		"empty":   {spreadsheet(t, ""), "no-sheet"},
		"cut":     {spreadsheet(t, `<table:table table:name="S"><table:table-row><a><a><a><a>`), "sheet-damaged"},
		"damaged": {spreadsheet(t, `<table:table table:name="S"><table:table-row <`), "sheet-damaged"},
	} {
		_, err := openBytes(c.file, "")
		if e := (*Error)(nil); !errors.As(err, &e) || e.Rule != c.rule {
			t.Errorf("%s: %v", name, err)
		}
	}
}
