package report

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/xuri/excelize/v2"
)

// key numbers of a Result, as each format must show them.
type keyNumbers struct {
	attempts, approved, business, technical, unknown int
	approvedAmount                                   int64
	incidents                                        []string // id, failures, money, start
	states                                           []string // name, count, money
}

func numbersOf(r *analyze.Result, p *Report) keyNumbers {
	k := keyNumbers{r.Totals.Attempts, r.Totals.Approved, r.Totals.Declined.Business, r.Totals.Declined.Technical, r.Totals.Unknown, r.Totals.ApprovedAmount, nil, nil}
	for _, in := range byMoney(r.Incidents) {
		k.incidents = append(k.incidents, fmt.Sprintf("%s %d %d %s", in.ID, in.Failures, in.AmountAtRisk, in.Start.In(p.Loc).Format(time.DateTime)))
	}
	if r.Reconciliation != nil {
		for _, s := range states {
			if v, ok := r.Reconciliation.States[s]; ok {
				k.states = append(k.states, fmt.Sprintf("%s %d %d", p.w.t("state."+s), v.Count, v.Amount))
			}
		}
	}
	return k
}

func (k keyNumbers) compare(t *testing.T, format string, got keyNumbers) {
	t.Helper()
	if fmt.Sprint(k) != fmt.Sprint(got) {
		t.Errorf("%s says\n%v\nthe JSON says\n%v", format, got, k)
	}
}

// minor reads "318,204.50" back.
func minor(t *testing.T, s string) int64 {
	t.Helper()
	s = strings.NewReplacer(",", "", "¥", "", " ", "").Replace(s)
	whole, frac, _ := strings.Cut(s, ".")
	v, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil {
		t.Fatalf("no amount: %q", s)
	}
	return v
}

func integer(t *testing.T, s string) int {
	t.Helper()
	v, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatalf("no count: %q", s)
	}
	return v
}

// TestSameNumbers reads the key numbers back out of text, CSV, XLSX and HTML.
func TestSameNumbers(t *testing.T) {
	r := fixture()
	o := Options{Lang: "en", Width: 200}
	p := New(r, o)
	want := numbersOf(r, p)
	want.compare(t, "text", fromText(t, string(render(t, "text", r, o))))
	want.compare(t, "csv", fromCSV(t, render(t, "csv", r, o)))
	want.compare(t, "xlsx", fromWorkbook(t, workbook(t, p)))
	want.compare(t, "html", fromHTML(t, string(render(t, "html", r, o))))
}

func one(t *testing.T, re, s string) string {
	t.Helper()
	m := regexp.MustCompile(re).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("nothing matches %s", re)
	}
	return m[1]
}

func fromText(t *testing.T, s string) (k keyNumbers) {
	k.attempts = integer(t, one(t, `Attempts ([\d,]+)`, s))
	k.approved = integer(t, one(t, `Approved ([\d,]+)`, s))
	k.business = integer(t, one(t, `Business declines ([\d,]+)`, s))
	k.technical = integer(t, one(t, `Technical declines ([\d,]+)`, s))
	k.unknown = integer(t, one(t, `Unknown ([\d,]+)`, s))
	k.approvedAmount = minor(t, one(t, `Approved amount ¥([\d,.]+)`, s))
	section := ""
	gaps := regexp.MustCompile(`  +`)
	for _, line := range strings.Split(s, "\n") {
		if line != "" && line[0] != ' ' {
			section = line
			continue
		}
		f := gaps.Split(strings.TrimSpace(line), -1)
		switch {
		case strings.HasPrefix(section, "Incidents") && len(f) == 12 && f[0] != "Id":
			k.incidents = append(k.incidents, fmt.Sprintf("%s %d %d 2026-11-20 %s", f[0], integer(t, f[7]), minor(t, f[10]), f[2]))
		case section == "Reconciliation" && len(f) == 4 && f[0] != "State":
			k.states = append(k.states, fmt.Sprintf("%s %d %d", f[0], integer(t, f[1]), minor(t, f[2])))
		}
	}
	return k
}

func fromCSV(t *testing.T, doc []byte) (k keyNumbers) {
	t.Helper()
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(doc), "\ufeff")))
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	section, facts := "", map[string]string{}
	for _, row := range rows {
		if row[0] == "#" {
			if row[1] != "note" {
				section = row[1]
			}
			continue
		}
		switch {
		case section == "overview" && len(row) == 4:
			facts[row[0]] = row[2]
		case section == "incidents" && row[0] != "Id":
			at, err := time.Parse(time.RFC3339, row[2])
			if err != nil {
				t.Fatal(err)
			}
			k.incidents = append(k.incidents, fmt.Sprintf("%s %s %d %s", row[0], row[7], minor(t, row[10]), at.Format(time.DateTime)))
		case section == "reconciliation" && len(row) == 4 && row[3] != "" && row[0] != "State" && row[1] != "":
			if strings.Contains(row[3], "row") { // a fact
				continue
			}
			k.states = append(k.states, fmt.Sprintf("%s %s %d", row[0], row[1], minor(t, row[2])))
		}
	}
	k.attempts, k.approved, k.business, k.technical, k.unknown = integer(t, facts["attempts"]), integer(t, facts["approved"]), integer(t, facts["business"]), integer(t, facts["technical"]), integer(t, facts["unknown"])
	k.approvedAmount = minor(t, facts["approved_amount"])
	return k
}

func fromWorkbook(t *testing.T, f *excelize.File) (k keyNumbers) {
	rows, err := f.GetRows("Overview", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	for i, row := range rows {
		for j, label := range row {
			if i+1 < len(rows) && j < len(rows[i+1]) && facts[label] == "" {
				facts[label] = rows[i+1][j]
			}
		}
	}
	k.attempts, k.approved, k.business, k.technical, k.unknown = integer(t, facts["Attempts"]), integer(t, facts["Approved"]), integer(t, facts["Business declines"]), integer(t, facts["Technical declines"]), integer(t, facts["Unknown"])
	k.approvedAmount = minor(t, facts["Approved amount"])
	rows, _ = f.GetRows("Incidents", excelize.Options{RawCellValue: true})
	for _, row := range rows[1:] {
		serial, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := excelize.ExcelDateToTime(serial, false)
		k.incidents = append(k.incidents, fmt.Sprintf("%s %s %d %s", row[0], row[7], minor(t, row[10]), at.Round(time.Second).Format(time.DateTime)))
	}
	rows, _ = f.GetRows("Reconciliation", excelize.Options{RawCellValue: true})
	header := false
	for _, row := range rows {
		if header && len(row) >= 3 {
			k.states = append(k.states, fmt.Sprintf("%s %s %d", row[0], row[1], minor(t, row[2])))
		}
		header = header || len(row) > 0 && row[0] == "State"
	}
	return k
}

func fromHTML(t *testing.T, s string) (k keyNumbers) {
	kpi := func(id string) string { return one(t, `data-kpi="`+id+`">([^<]*)<`, s) }
	k.attempts, k.approved, k.business, k.technical, k.unknown = integer(t, kpi("attempts")), integer(t, kpi("approved")), integer(t, kpi("business")), integer(t, kpi("technical")), integer(t, kpi("unknown"))
	k.approvedAmount = minor(t, kpi("approved_amount"))
	for _, m := range regexp.MustCompile(`(?s)<article class="inc" id="[^"]*" data-id="([^"]*)".*?<b>([\d:]+)–.*?class="amt">([^<]*)<.*?>([\d,]+) of `).FindAllStringSubmatch(s, -1) {
		k.incidents = append(k.incidents, fmt.Sprintf("%s %d %d 2026-11-20 %s", m[1], integer(t, m[4]), minor(t, m[3]), m[2]))
	}
	_, rec, _ := strings.Cut(s, `id="reconciliation"`)
	rec, _, _ = strings.Cut(rec, "</section>")
	for _, m := range regexp.MustCompile(`data-c="state">([^<]*)<.*?data-c="count">([^<]*)<.*?data-c="amount">([^<]*)<`).FindAllStringSubmatch(rec, -1) {
		k.states = append(k.states, fmt.Sprintf("%s %d %d", m[1], integer(t, m[2]), minor(t, m[3])))
	}
	return k
}
