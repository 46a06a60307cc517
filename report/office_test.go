package report

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLibreOfficeReadsTheWorkbook converts the workbook with another program
// and compares values: a file that needs repair would not convert.
func TestLibreOfficeReadsTheWorkbook(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed (apt-get install libreoffice-calc): the workbook is only read back by excelize")
	}
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds: not with -short")
	}
	dir := t.TempDir()
	r := fixture()
	path := filepath.Join(dir, "report.xlsx")
	f, _ := FormatFor(path)
	if err := WriteFile(path, f, New(r, Options{Lang: "en"})); err != nil {
		t.Fatal(err)
	}
	// The last parameter exports every sheet to a file of its own.
	cmd := exec.Command(soffice, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1`, "--outdir", dir, path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sheet := func(name string) [][]string {
		doc, err := os.ReadFile(filepath.Join(dir, "report-"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		c := csv.NewReader(strings.NewReader(string(doc)))
		c.FieldsPerRecord = -1
		rows, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	in := byMoney(r.Incidents)[0]
	row := sheet("Incidents")[1]
	for i, want := range map[int]string{0: in.ID, 1: "planned maintenance · overrun", 2: "2026-11-20 20:30:00", 4: "1:17:12", 7: group(int64(in.Failures)), 10: (words{}).amount(in.AmountAtRisk), 11: rate(in.Confidence)} {
		if row[i] != want {
			t.Errorf("Incidents, column %d reads %q, want %q", i+1, row[i], want)
		}
	}
	items := sheet("Open items")
	if n := len(items) - 1; n != len(r.Reconciliation.Items) {
		t.Errorf("%d open items, want %d", n, len(r.Reconciliation.Items))
	}
	if it := r.Reconciliation.Items[0]; items[1][5] != it.RRN || items[1][6] != it.STAN {
		t.Errorf("identifiers read %q and %q, want %q and %q", items[1][5], items[1][6], it.RRN, it.STAN)
	}
	timeline := sheet("Timeline")
	if n := len(timeline) - 1; n != len(r.Timeline.Buckets) {
		t.Errorf("%d steps of the timeline, want %d", n, len(r.Timeline.Buckets))
	}
}
