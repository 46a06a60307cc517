package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// written is a book of everything that there is.
func written(t testing.TB, texts []string) []byte {
	t.Helper()
	b := New(Props{Title: `a "title" & more`, Creator: "poslog", Language: "en"})
	first, second := b.Sheet("Übersicht"), b.Sheet("It's 2")
	head := b.Style(Style{Bold: true, Fill: "E9EDF2", Below: "9AA5B1", Wrap: true, Top: true})
	day := b.Style(Style{Format: "yyyy-mm-dd hh:mm:ss"})
	money := b.Style(Style{Format: "#,##0.00", Color: "B83227", Underline: true, Horizontal: "right"})
	if b.Style(Style{Format: "yyyy-mm-dd hh:mm:ss"}) != day {
		t.Error("the same style has two numbers")
	}
	second.Widths, second.FrozenRows, second.FrozenCols, second.Printed, second.TitleRow = []float64{10, 20.5}, 1, 1, true, 1
	second.Row(1, Text(head, "n"), Text(head, "at"), Text(head, "money"))
	zone := time.FixedZone("", 8*3600)
	for i := range 20 {
		second.Row(2+i, Int(0, int64(i)), Date(day, time.Date(2026, 11, 20, 8, 15, i, 0, zone)), Number(money, float64(i)*1.25-3))
	}
	second.Filter = "A1:C21"
	second.Bars("C2:C21", "E8B4B0")
	second.Scale("A2:A21", Stop{"0", "FFFFFF"}, Stop{"0.5", "F0C27B"}, Stop{"", "C8443C"})
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	first.NoLines = true
	for i, s := range texts {
		first.Row(i+1, Text(0, s), Cell{}, Cell{Style: head}, Number(0, math.NaN()), Number(0, 1e-9), Number(0, 12345678901234567890))
	}
	first.Merge("A1:B1")
	first.Link("A1", Ref("It's 2", 1, 1, 1, 1))
	ref := func(col int) string { return Ref("It's 2", col, 2, col, 21) }
	first.Chart(3, 4, &Chart{Title: "<chart>", Stacked: true, Legend: true, Gap: 10, Every: 3, Width: 400, Height: 200,
		Bars: []Series{{Ref("It's 2", 1, 1, 1, 1), ref(2), ref(1), "8AA4BF", 0}}, Areas: []Series{{Ref("It's 2", 3, 1, 3, 1), ref(2), ref(3), "BFD2EA", 40}}})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Another program reads back what was written, and all parts are sound XML.
func TestBook(t *testing.T) {
	texts := []string{"=1+1", " padded ", "a&b<c>\"d'", "line\nend\tand tab", "\r", "_x000D_", "_x5_", "\x00\x1f", "消费😀", "", "0001", "bad \xff byte", "\uFFFF"}
	want := []string{"=1+1", " padded ", "a&b<c>\"d'", "line\nend\tand tab", "\r", "_x000D_", "_x5_", "\x00\x1f", "消费😀", "", "0001", "bad \uFFFD byte", "\uFFFD"}
	file := written(t, texts)
	if !bytes.Equal(file, written(t, texts)) {
		t.Error("the same calls make other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range z.File {
		if (f.Name == "[Content_Types].xml") != (i == 0) {
			t.Errorf("part %d is %s", i, f.Name)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		for err == nil {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range want {
		if got, err := f.GetCellValue("Übersicht", At(1, i+1)); err != nil || got != s {
			t.Errorf("text %d: got %q, %v; want %q", i, got, err, s)
		}
		if formula, _ := f.GetCellFormula("Übersicht", At(1, i+1)); formula != "" {
			t.Errorf("text %d is a formula", i)
		}
	}
	for at, s := range map[string]string{"A21": "19", "B21": "2026-11-20 08:15:19", "C2": "-3.00", "C21": "20.75"} {
		if got, _ := f.GetCellValue("It's 2", at); got != s {
			t.Errorf("%s: got %q, want %q", at, got, s)
		}
	}
	if ok, to, _ := f.GetCellHyperLink("Übersicht", "A1"); !ok || to != "'It''s 2'!$A$1" {
		t.Errorf("the link leads to %q", to)
	}
	if p, _ := f.GetPanes("It's 2"); !p.Freeze || p.XSplit != 1 || p.YSplit != 1 || p.TopLeftCell != "B2" {
		t.Errorf("%+v", p)
	}
	if c, _ := f.GetConditionalFormats("It's 2"); len(c) != 2 {
		t.Errorf("%d conditional formats", len(c))
	}
	if p, _ := f.GetDocProps(); p.Title != `a "title" & more` {
		t.Errorf("%+v", p)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if names["_xlnm.Print_Titles"] != "'It''s 2'!$1:$1" {
		t.Errorf("%q", names)
	}
}

func TestMistakes(t *testing.T) {
	for want, make := range map[string]func(*Book){
		"row 2 stands behind row 2":   func(b *Book) { s := b.Sheet("a"); s.Row(2); s.Row(2); s.Close() },
		"row 1048577 stands behind":   func(b *Book) { b.Sheet("a").Row(MaxRows + 1) },
		"cannot be the name":          func(b *Book) { b.Sheet("a/b").Close() },
		"two sheets are named":        func(b *Book) { b.Sheet("a").Close(); b.Sheet("A").Close() },
		"was not closed":              func(b *Book) { b.Sheet("a").Row(1) },
		"a row comes behind the last": func(b *Book) { s := b.Sheet("a"); s.Close(); s.Row(1) },
	} {
		b := New(Props{})
		make(b)
		if err := b.Write(io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestNames(t *testing.T) {
	for n, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 702: "ZZ", 703: "AAA", 16384: "XFD"} {
		if got := Column(n); got != want {
			t.Errorf("column %d is %s, want %s", n, got, want)
		}
	}
	if got := Ref("a'b", 1, 2, 28, 30); got != "'a''b'!$A$2:$AB$30" {
		t.Error(got)
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		at := time.Date(1901+rnd.IntN(200), 1, 1, 0, 0, rnd.IntN(86400*365), 0, time.UTC)
		if back, err := excelize.ExcelDateToTime(Serial(at), false); err != nil || back.Round(time.Second) != at {
			t.Fatalf("%v comes back as %v, %v", at, back, err)
		}
	}
}

// A long text is cut where a workbook would cut it, not within a character.
func TestLongText(t *testing.T) {
	if got := string(appendText(nil, strings.Repeat("😀", 20000))); got != strings.Repeat("😀", 16383) {
		t.Errorf("%d bytes", len(got))
	}
}

func BenchmarkRows(b *testing.B) {
	b.ReportAllocs()
	cells := []Cell{Text(0, "2026-11-20"), Text(0, "898330154111658"), Text(0, "东湖面馆,总店"), Text(0, "10001658"), Text(0, "00:00:01"), Text(0, "252017"), Text(0, "001000000002"), Text(0, "消费"), Number(1, 6146.88), Number(1, 36.88), Number(1, 6110), Int(1, 7)}
	book := New(Props{})
	s := book.Sheet("rows")
	for i := 0; b.Loop(); i++ {
		if i%MaxRows == 0 && i > 0 {
			book = New(Props{})
			s = book.Sheet("rows")
		}
		s.Row(i%MaxRows+1, cells...)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
