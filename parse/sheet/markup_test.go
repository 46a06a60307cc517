package sheet

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const page = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk"><style>td{mso-number-format:"\@"}</style></head><body>
<!-- <table><tr><td>no</td></tr></table> -->
<table border=1><tr><td colspan="3">商户对账单<br>2026-11</td></tr>
<TR><TH>交易时间</TH><th>金额&nbsp;</th><th>备注</th>
<tr><td rowspan=2>2026-11-20</td><td>1&lt;2</td><td>a <b>b</b></td></tr>
<tr><td>3</td><td>c<td>extra</tr>
</table><table><tr></tr></table><table><tr><td>x</table></body></html>`

func TestHTML(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	for charset, text := range map[string]string{"utf-8": page, "gb18030": gbk} {
		b, err := openBytes([]byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{{"商户对账单 2026-11"}, {"交易时间", "金额\u00a0", "备注"}, {"2026-11-20", "1<2", "a b"}, {"", "3", "c", "extra"}}
		if got := grid(t, b, b.Sheets[0], raw); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q", charset, got)
		}
		if len(b.Sheets) != 3 || b.Charset() != charset || b.Format != "html" {
			t.Errorf("%d tables, %s, %s", len(b.Sheets), b.Charset(), b.Format)
		}
	}
}

func TestSpreadsheetML(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="明细&amp;1"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">c</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">12.5</Data></Cell><Cell><Data ss:Type="DateTime">2026-11-20T08:15:32.000</Data></Cell><Cell/><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row><Cell><Data ss:Type="String"/></Cell><Cell><Data ss:Type="String">001</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="h"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>`
	b, err := openBytes([]byte(doc), "")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"标题", "", "c"}, nil, nil, {"", "12.5", "2026-11-20T08:15:32.000", "", "TRUE", "#N/A"}, {"", "001"}}
	if got := grid(t, b, b.Sheets[0], b.Value); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if len(b.Sheets) != 2 || b.Sheets[0].Name != "明细&1" || !b.Sheets[1].Hidden || b.Format != "xml" {
		t.Errorf("sheets: %+v, %s", b.Sheets, b.Format)
	}
}

func TestMarkupErrors(t *testing.T) {
	_, err := openBytes([]byte("<html><body>404 not found</body></html>"), "")
	if want := "the html file holds no table; open it in a browser or spreadsheet program and save the table as .xlsx or .csv"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Open(Input{Head: []byte("<html><table>"), R: &endless{MaxMarkup + 1<<20}})
	if want := "an HTML or XML table of more than 64 MiB cannot be read; save it as .xlsx or .csv"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add(page)
	f.Add(`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row ss:Index="9"><Cell ss:Index="3" ss:MergeAcross="2"><Data ss:Type="Boolean">1`)
	f.Add("<html><table><tr><td>1</td></tr></t\xff>") // a name that grows in small letters
	f.Fuzz(func(t *testing.T, doc string) {
		if !strings.HasPrefix(doc, "<") {
			return
		}
		drain([]byte(doc), "")
	})
}

// What is never closed is looked for once.
func TestScriptsWithoutEnd(t *testing.T) {
	page := "<table><tr><td>" + strings.Repeat("<script>", 100_000) + "a</td></tr></table><SCRIPT><tr></Script >"
	start := time.Now()
	if got := len(htmlTables([]byte(page))); got != 1 || time.Since(start) > 3*time.Second {
		t.Errorf("%d tables in %v", got, time.Since(start))
	}
}
