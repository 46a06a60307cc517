package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/poslog/poslog/analyze"
)

// named numbers of a report: counts as they are, money in minor units.
type named map[string]int64

// fromJSON takes the numbers that both readers look at first out of the JSON.
func fromJSON(r *analyze.Result, w words, view string) named {
	n := named{}
	if view == Ops {
		t := r.Totals
		n["overview/attempts"], n["overview/approved"], n["overview/business"], n["overview/technical"] = int64(t.Attempts), int64(t.Approved), int64(t.Declined.Business), int64(t.Declined.Technical)
		n["overview/unknown"], n["overview/approved_amount"] = int64(t.Unknown), t.ApprovedAmount
		for _, in := range r.Incidents {
			n["incidents/"+in.ID+"/failures"], n["incidents/"+in.ID+"/amount"] = int64(in.Failures), in.AmountAtRisk
		}
		for _, in := range t.ByInstitution {
			id := "institutions/" + in.Institution
			if in.Institution == "" {
				id += w.t("html.notstated")
			}
			n[id+"/attempts"], n[id+"/technical"], n[id+"/approved_amount"] = int64(in.Attempts), int64(in.Declined.Technical), in.ApprovedAmount
		}
		if c := r.Reconciliation; c != nil {
			for s, v := range c.States {
				n["reconciliation/"+w.t("state."+s)+"/count"], n["reconciliation/"+w.t("state."+s)+"/amount"] = int64(v.Count), v.Amount
			}
			for s, v := range c.MoneyAtRisk {
				n["reconciliation/"+s] = v.Amount
			}
		}
		return n
	}
	s := r.Sales
	n["money/approved"] = s.Approved.Amount
	if s.Settled != nil {
		n["money/settled"] = s.Settled.Amount
	}
	if s.Fee != nil {
		n["money/fee"] = *s.Fee
	}
	if d := s.Difference; d != nil && *d < 0 {
		n["money/short"] = -*d
	} else if d != nil && *d > 0 {
		n["money/over"] = *d
	}
	for _, g := range s.Groups {
		n["failed/"+w.t("group."+g.Group)+"/count"], n["failed/"+w.t("group."+g.Group)+"/amount"] = int64(g.Count), g.Amount
	}
	k := 0
	for _, it := range r.Reconciliation.Items {
		if it.State != "pending_cutoff" && it.Call != "nobody" && k < MaxTodo {
			k++
			v := it.TerminalAmount
			if it.SettlementAmount != nil {
				v = it.SettlementAmount
			}
			n[fmt.Sprintf("todo/%d/amount", k)] = *v
		}
	}
	if s.Expected != nil {
		n["expected/expected"] = s.Expected.Amount
	}
	return n
}

// value reads a number as a format writes it, in the unit of the name.
func (n named) value(t *testing.T, name, s string) int64 {
	t.Helper()
	s = strings.NewReplacer(",", "", "¥", "", "−", "-", " ", "").Replace(s)
	last := name[strings.LastIndex(name, "/")+1:]
	if !strings.Contains(last, "amount") && (strings.HasPrefix(name, "overview/") || strings.Contains(name, "count") || last == "failures" || last == "attempts" || last == "technical") {
		s, _, _ = strings.Cut(s, ".")
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatalf("%s: no count: %q", name, s)
		}
		return v
	}
	neg := strings.HasPrefix(s, "-")
	v := minor(t, strings.TrimPrefix(s, "-"))
	if neg {
		return -v
	}
	return v
}

// put keeps what the JSON has too; formats show more.
func (n named) put(t *testing.T, want named, name, s string) {
	t.Helper()
	if _, ok := want[name]; ok {
		n[name] = n.value(t, name, s)
	}
}

// rowName is what a row of a table is called.
func rowName(section string, row []string) string {
	return section + "/" + row[0]
}

func namedCSV(t *testing.T, want named, p *Report, doc []byte) named {
	n := named{}
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(doc), "\ufeff")))
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	section, head := "", false
	for _, row := range rows {
		if row[0] == "#" && len(row) == 3 && row[1] != "note" {
			section, head = row[1], false
			continue
		}
		s := p.Section(section)
		if s == nil {
			continue
		}
		if s.Table != nil && len(row) == len(s.Table.Columns) && (head || row[len(row)-1] == s.Table.Columns[len(row)-1].Title) {
			if head {
				for i, c := range s.Table.Columns {
					n.put(t, want, rowName(section, row)+"/"+c.ID, row[i])
				}
			}
			head = true
		} else if !head && len(row) == 4 {
			n.put(t, want, section+"/"+row[0], row[2])
		}
	}
	return n
}

func namedHTML(t *testing.T, want named, p *Report, doc string) named {
	n := named{}
	for _, m := range regexp.MustCompile(`data-kpi="([^"]*)">([^<]*)<`).FindAllStringSubmatch(doc, -1) {
		n.put(t, want, "overview/"+m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`data-fact="([^"]*)"><dt>[^<]*</dt><dd[^>]*><b>([^<]*)<`).FindAllStringSubmatch(doc, -1) {
		n.put(t, want, "money/"+m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<article class="inc" id="[^"]*" data-id="([^"]*)".*?class="amt">([^<]*)<.*?<p>([^<]*)</p>`).FindAllStringSubmatch(doc, -1) {
		n.put(t, want, "incidents/"+m[1]+"/amount", m[2])
		n.put(t, want, "incidents/"+m[1]+"/failures", regexp.MustCompile(`[\d,]+`).FindString(m[3]))
	}
	for _, id := range []string{"institutions", "reconciliation"} {
		_, part, _ := strings.Cut(doc, `id="`+id+`"`)
		part, _, _ = strings.Cut(part, "</section>")
		for _, tr := range regexp.MustCompile(`<tr data-k=.*?</tr>`).FindAllString(part, -1) {
			cells := regexp.MustCompile(`data-c="([^"]*)">([^<]*)<`).FindAllStringSubmatch(tr, -1)
			for _, c := range cells {
				n.put(t, want, id+"/"+html.UnescapeString(cells[0][2])+"/"+c[1], c[2])
			}
		}
		for i, m := range regexp.MustCompile(`<dt>[^<]*</dt><dd[^>]*>([^<]*)<`).FindAllStringSubmatch(part, -1) {
			if s := p.Section(id); i < len(s.Facts) {
				n.put(t, want, id+"/"+s.Facts[i].ID, m[1])
			}
		}
	}
	for _, m := range regexp.MustCompile(`<li><span class="k">(\d+)</span>.*?data-amount="(-?\d+)">([^<]*)<`).FindAllStringSubmatch(doc, -1) {
		n.put(t, want, "todo/"+m[1]+"/amount", m[3])
	}
	for _, m := range regexp.MustCompile(`<div><b class="[^"]*">([\d,]+)</b> ([^<]*) <span class="m">([^<]*)</span>`).FindAllStringSubmatch(doc, -1) {
		n.put(t, want, "failed/"+m[2]+"/count", m[1])
		n.put(t, want, "failed/"+m[2]+"/amount", m[3])
	}
	if m := regexp.MustCompile(`(?s)id="expected".*?<b>([^<]*)</b>`).FindStringSubmatch(doc); m != nil {
		n.put(t, want, "expected/expected", m[1])
	}
	return n
}

// namedSheets reads a workbook: facts stand under their labels, tables under
// their titles.
func namedSheets(t *testing.T, want named, p *Report) named {
	n := named{}
	f := workbook(t, p)
	labels, titles := map[string]string{}, map[string]*Section{}
	for i := range p.Sections {
		s := &p.Sections[i]
		for _, x := range s.Facts {
			if _, ok := want[s.ID+"/"+x.ID]; ok {
				labels[x.Label] = s.ID + "/" + x.ID
			}
		}
		if s.Table != nil {
			titles[fmt.Sprint(len(s.Table.Columns))+s.Table.Columns[0].Title+s.Table.Columns[1].Title] = s
		}
	}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		var table *Section
		for i, row := range rows {
			for j, c := range row {
				id, ok := labels[c]
				if !ok || table != nil {
					continue
				}
				if i+1 < len(rows) && j < len(rows[i+1]) && regexp.MustCompile(`^-?[\d.E+]+$`).MatchString(rows[i+1][j]) && n[id] == 0 {
					n[id] = n.value(t, id, rows[i+1][j])
				} else if j == 0 && len(row) > 1 && n[id] == 0 {
					n[id] = n.value(t, id, row[1])
				}
			}
			if len(row) > 1 {
				if s := titles[fmt.Sprint(len(row))+row[0]+row[1]]; s != nil {
					table = s
					continue
				}
			}
			if len(row) == 0 || row[0] == "" {
				table = nil
			}
			if table == nil {
				continue
			}
			for j, c := range table.Table.Columns {
				if j < len(row) {
					n.put(t, want, rowName(table.ID, row)+"/"+c.ID, row[j])
				}
			}
		}
	}
	return n
}

// namedText finds each number in the text beside its label, or in the row of
// its name.
func namedText(t *testing.T, want named, p *Report, doc string) named {
	n := named{}
	gaps, section := regexp.MustCompile(`  +`), ""
	for _, line := range strings.Split(doc, "\n") {
		if line != "" && line[0] != ' ' {
			section = ""
			for i := range p.Sections {
				if p.Sections[i].Title == line {
					section = p.Sections[i].ID
				}
			}
			continue
		}
		s := p.Section(section)
		if s == nil {
			continue
		}
		for _, item := range regexp.MustCompile(`   +`).Split(strings.TrimSpace(line), -1) {
			for _, x := range s.Facts {
				rest, ok := strings.CutPrefix(item, x.Label+" ")
				if v := regexp.MustCompile(`^[-¥\d.,]+`).FindString(rest); ok && v != "" {
					n.put(t, want, section+"/"+x.ID, v)
				}
			}
		}
		if s.Table == nil {
			continue
		}
		if f := gaps.Split(strings.TrimSpace(line), -1); len(f) >= len(s.Table.Columns)-1 && len(f) <= len(s.Table.Columns) && f[0] != s.Table.Columns[0].Title {
			for i := range f { // the last cell may be empty
				n.put(t, want, rowName(section, f)+"/"+s.Table.Columns[i].ID, f[i])
			}
		}
	}
	return n
}

// TestSameNumbersOfSamples reads the numbers of all samples back out of every
// format, for both readers and in both languages, and compares them with the JSON.
func TestSameNumbersOfSamples(t *testing.T) {
	for _, name := range []string{"bank-day", "merchant-day", "b4-success"} {
		made, _ := sample(t, name)
		var r analyze.Result
		if err := json.Unmarshal(render(t, "json", made, Options{}), &r); err != nil {
			t.Fatal(err)
		}
		for _, view := range []string{Ops, Merchant} {
			for _, lang := range []string{"zh", "en"} {
				o := Options{Lang: lang, View: view, Width: 500}
				p := New(&r, o)
				want := fromJSON(&r, p.w, view)
				if len(want) < 8 {
					t.Fatalf("only %d numbers to compare", len(want))
				}
				for format, got := range map[string]named{
					"csv": namedCSV(t, want, p, render(t, "csv", &r, o)), "html": namedHTML(t, want, p, string(render(t, "html", &r, o))),
					"xlsx": namedSheets(t, want, p), "text": namedText(t, want, p, string(render(t, "text", &r, o))),
				} {
					for _, k := range sortedKeys(want) {
						v, ok := got[k]
						if !ok {
							t.Errorf("%s %s %s: %s does not show %s (%d)", name, view, lang, format, k, want[k])
						} else if v != want[k] {
							t.Errorf("%s %s %s: %s has %s = %d, the JSON %d", name, view, lang, format, k, v, want[k])
						}
					}
				}
			}
		}
	}
}
