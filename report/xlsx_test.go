package report

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/analyze"
)

// workbook writes and opens the workbook of a report.
func workbook(t testing.TB, p *Report) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := writeXLSX(&b, p); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// find returns the row of a sheet whose first cell is first.
func find(t *testing.T, f *excelize.File, sheet, first string) (row int, cells []string) {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if len(r) > 0 && r[0] == first {
			return i + 1, r
		}
	}
	t.Fatalf("%s has no row that begins with %q", sheet, first)
	return 0, nil
}

func TestWorkbook(t *testing.T) {
	r := fixture()
	f := workbook(t, New(r, Options{Lang: "en"}))
	want := "Overview Timeline Incidents Institutions Changes Codes Maintenance Recurring Reconciliation Open_items Terminals Answer_time Inputs Problems Evidence Heat_map Chart_data"
	var got []string
	for _, s := range f.GetSheetList() {
		got = append(got, strings.ReplaceAll(s, " ", "_"))
	}
	if strings.Join(got, " ") != want {
		t.Errorf("sheets %q", got)
	}

	// Real dates: the serial number is local time.
	row, cells := find(t, f, "Incidents", "I1")
	serial, err := strconv.ParseFloat(cells[2], 64)
	if err != nil {
		t.Fatalf("start is no number: %q", cells[2])
	}
	if at, _ := excelize.ExcelDateToTime(serial, false); at.Round(time.Second).Format(time.DateTime) != "2026-11-20 20:30:00" {
		t.Errorf("start of I1 reads %s", at)
	}
	if ok, target, _ := f.GetCellHyperLink("Incidents", "A"+strconv.Itoa(row)); !ok || !strings.Contains(target, "Evidence") {
		t.Errorf("I1 leads to %q", target)
	}
	money := strconv.FormatFloat(float64(r.Incidents[0].AmountAtRisk)/100, 'f', -1, 64)
	if cells[10] != money {
		t.Errorf("amount of I1 is %q, want %s", cells[10], money)
	}

	// Identifiers keep leading zeros as text.
	items, _ := f.GetRows("Open items")
	it := r.Reconciliation.Items[0]
	if items[1][5] != it.RRN || items[1][6] != it.STAN {
		t.Errorf("identifiers read %q and %q, want %q and %q", items[1][5], items[1][6], it.RRN, it.STAN)
	}
	if kind, _ := f.GetCellType("Open items", "F2"); kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
		t.Errorf("the RRN is a cell of type %v", kind)
	}

	// Nothing is a formula.
	for _, s := range f.GetSheetList() {
		rows, _ := f.GetRows(s)
		for i, cells := range rows {
			for j := range cells {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := f.GetCellFormula(s, at); formula != "" {
					t.Errorf("%s!%s holds the formula %q", s, at, formula)
				}
			}
		}
	}
}

func TestWorkbookIsStable(t *testing.T) {
	a := render(t, "xlsx", fixture(), Options{})
	b := render(t, "xlsx", fixture(), Options{})
	if !bytes.Equal(a, b) {
		t.Error("the same Result gives another workbook")
	}
	if path := os.Getenv("POSLOG_KEEP"); path != "" {
		os.WriteFile(path+"/ops.xlsx", a, 0o666)
		os.WriteFile(path+"/merchant.xlsx", render(t, "xlsx", fixture(), Options{View: Merchant}), 0o666)
	}
}

func TestLongTableGoesOnInAnotherSheet(t *testing.T) {
	old := sheetRows
	sheetRows = 5
	defer func() { sheetRows = old }()
	f := workbook(t, New(fixture(), Options{Lang: "en"}))
	n := 0
	for _, s := range f.GetSheetList() {
		if strings.HasPrefix(s, "Open items") {
			rows, _ := f.GetRows(s)
			n += len(rows) - 1
		}
	}
	if want := len(fixture().Reconciliation.Items); n != want {
		t.Errorf("%d items on all sheets, want %d", n, want)
	}
}

func TestEmptyResult(t *testing.T) {
	for _, f := range Formats {
		for _, view := range []string{Ops, Merchant} {
			var b bytes.Buffer
			if err := f.Write(&b, New(&analyze.Result{}, Options{View: view})); err != nil {
				t.Errorf("%s %s: %v", f.Name, view, err)
			}
		}
	}
}

// A text of several lines has a row for them, in programs that fit none, too.
func TestRowsFitTheirTexts(t *testing.T) {
	for _, o := range []Options{{View: Merchant}, {View: Merchant, Lang: "en"}, {View: Ops}} {
		f := workbook(t, New(fixture(), o))
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				for k, text := range row {
					at, _ := excelize.CoordinatesToCellName(k+1, i+1)
					id, _ := f.GetCellStyle(sheet, at)
					style, err := f.GetStyle(id)
					if err != nil {
						t.Fatal(err)
					}
					if style.Alignment == nil || !style.Alignment.WrapText || style.Font.Bold {
						continue
					}
					name, _ := excelize.ColumnNumberToName(k + 1)
					width, _ := f.GetColWidth(sheet, name)
					height, _ := f.GetRowHeight(sheet, i+1)
					if n := float64(columns.StringWidth(text)); n*12 > width*height {
						t.Errorf("%s %s: %g characters in %g by %g points: %s", sheet, at, n, width, height, text)
					}
				}
			}
		}
	}
}

// TestNumbersAsInText: a workbook shows a number with the decimals and the unit that it has elsewhere.
func TestNumbersAsInText(t *testing.T) {
	for text, want := range map[string]string{"14.8": "#,##0.0", "1,234": "#,##0", "-1.80": "#,##0.00", "+0.003": "#,##0.000", "1e-20": "0E+00", "<1e-300": "0E+00",
		"1,235 ms": `#,##0" ms"`, "235 毫秒": `#,##0" 毫秒"`, "": "#,##0.0", "—": "#,##0.0", "3 of 4": "#,##0.0"} {
		if got := numberFormat(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	r := fixture()
	r.Incidents[0].EValue = 3e-20
	p := New(r, Options{Lang: "en"})
	f := workbook(t, p)
	row, _ := find(t, f, "Evidence", p.w.t("evalue"))
	if got, err := f.GetCellValue("Evidence", "B"+strconv.Itoa(row)); got != "3E-20" {
		t.Errorf("an expectation of 3e-20 is shown as %q (%v)", got, err)
	}
}
