package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/poslog/poslog/analyze"
)

//go:embed page/page.html
var pageHTML string

//go:embed page/page.css
var pageCSS string

//go:embed page/page.js
var pageJS string

// page is what the template of an HTML report sees.
type page struct {
	*Report
	HTMLLang string
	Policy   string
	Style    template.HTML
	Script   template.HTML
	Data     template.HTML
}

// writeHTML writes one self-contained page: styles, script and data inside, no
// request to anywhere. The policy in its head allows this script and this style
// by their hashes and nothing else.
func writeHTML(w io.Writer, p *Report) error {
	data, err := p.pageData()
	if err != nil {
		return err
	}
	v := page{Report: p, HTMLLang: "zh-CN",
		Policy: "default-src 'none'; img-src data:; script-src '" + hash(pageJS) + "'; style-src '" + hash(pageCSS) + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		Style:  template.HTML("<style>" + pageCSS + "</style>"),
		Script: template.HTML("<script>" + pageJS + "</script>"),
		// encoding/json writes <, > and & as \u escapes: the data cannot end the element.
		Data: template.HTML(`<script type="application/json" id="data">` + string(data) + "</script>"),
	}
	if p.Lang == "en" {
		v.HTMLLang = "en"
	}
	t, err := template.New("page").Funcs(p.pageFuncs()).Parse(pageHTML)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (p *Report) pageFuncs() template.FuncMap {
	return template.FuncMap{
		"t":      p.w.t,
		"anchor": anchor,
		"more":   func(n, k int) string { return group(int64(n - k)) },
		"rows":   func(t *Table) string { return p.w.count(t.Len()) },
		"first":  func(t *Table) [][]Cell { return t.first().Rows },
		"beyond": p.beyond,
		"cls": func(t *Table, i int, c Cell) string {
			switch {
			case t.Columns[i].Right():
				return "n"
			case t.Columns[i].Kind == Time, t.Columns[i].Kind == Ident && columns.StringWidth(c.Text) <= 40:
				return "i"
			case t.Columns[i].Kind == Ident: // the whole name of a bank
				return "w"
			case wideColumns[t.Columns[i].ID]:
				return "w"
			case columns.StringWidth(c.Text) <= 14: // a word or two
				return "i"
			}
			return ""
		},
		"rowsOf": p.codeExamples,
		"rowkey": rowKey,
		"bar":    evidenceBar,
		"strong": func(t *Table) *Table { s, _ := splitEvidence(t); return s },
		"weak":   func(t *Table) *Table { _, k := splitEvidence(t); return k },
		"rather": rather,
	}
}

// rather says beside the strongest line against a verdict what it gives the runner-up,
// whose column the page leaves out.
func rather(t *Table, row []Cell) string {
	if len(row) < 4 || row[0].Tone != Bad {
		return ""
	}
	return t.Columns[3].Title + " " + row[3].Text
}

// wideColumns hold sentences: they keep room where a table scrolls.
var wideColumns = map[string]bool{"wording": true, "action": true, "advice": true, "text": true, "means": true, "hint": true, "rrule": true}

// anchor makes a section's ID fit for an id attribute and a fragment.
func anchor(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0x2fff {
			return r
		}
		return '_'
	}, clean(id))
}

// rowKey lets the page's script find the row of an institution or of a code at
// an institution.
func rowKey(t *Table, row []Cell) string {
	if t.Columns[0].ID != "institution" {
		return ""
	}
	if len(t.Columns) > 2 && t.Columns[1].ID == "code" && t.Columns[2].ID == "wording" {
		code := row[1].Text
		if row[1].Kind != Ident {
			code = "" // no answer
		}
		return row[0].Text + "\u241f" + code
	}
	if row[0].Kind != Ident {
		return "" // not stated
	}
	return row[0].Text
}

// splitEvidence sets lines of little weight apart, unless they are few. The sum
// and the strongest line against stay with the strong ones.
func splitEvidence(t *Table) (strong, weak *Table) {
	const little, few = 1, 3
	strong, weak = &Table{Columns: t.Columns}, &Table{Columns: t.Columns}
	for i, row := range t.Rows {
		if v := row[2].Float; v > -little && v < little && row[0].Tone != Bad && i < len(t.Rows)-1 {
			weak.Rows = append(weak.Rows, row)
		} else {
			strong.Rows = append(strong.Rows, row)
		}
	}
	if len(weak.Rows) < few {
		return t, nil
	}
	return strong, weak
}

// evidenceBar draws decibans as a bar to the right for and to the left against.
func evidenceBar(c Cell) template.HTML {
	const half, scale = 60, 60.0 / 18
	if !c.Valid {
		return ""
	}
	n := min(max(c.Float*scale, -half), half)
	x, fill := float64(half), "var(--good)"
	if n < 0 {
		x, fill, n = half+n, "var(--td)", -n
	}
	return template.HTML(fmt.Sprintf(`<svg width="%d" height="8" aria-hidden="true"><rect width="%d" height="8" rx="4" fill="var(--line)"/><rect x="%.1f" width="%.1f" height="8" rx="3" fill="%s"/></svg>`, 2*half, 2*half, x, n, fill))
}

// Get returns a section for the template.
func (p page) Get(id string) *Section { return p.Section(id) }

// Money writes a cell's amount with the currency.
func (p page) Money(c Cell) string {
	if !c.Valid {
		return c.Text
	}
	return clean(p.w.in(c.Currency).money(c.Int))
}

// MoneyTone is the tone of the merchant's sentence.
func (p page) MoneyTone() Tone {
	if s := p.Section("money"); s != nil {
		return s.Tone
	}
	return Plain
}

// TimelineTitle names the step of the cube, which the page draws.
func (p page) TimelineTitle() string {
	step := p.Result.Timeline.BucketSeconds
	if p.Result.Cube != nil {
		step = p.Result.Cube.BucketSeconds
	}
	return p.w.t("timeline", p.w.duration(int64(step)))
}

// incidentCard is an incident as the page shows it.
type incidentCard struct {
	ID, Cause, Span, Scope, Confidence, Amount, Why string
	Start, End                                      int64
	Brief, Advice, More                             []string
	Section                                         *Section
	Open                                            bool
	Examples                                        []analyze.Example
}

// Incidents pairs the incidents with their sections, most money first.
func (p page) Incidents() []incidentCard {
	if p.Result == nil {
		return nil
	}
	var out []incidentCard
	for i, in := range byMoney(p.Result.Incidents) {
		section := *p.Section(clean("incident-" + in.ID))
		s := &section
		s.ID = anchor(s.ID)
		// The notes of an incident are: where, counts, the declared window if there is
		// one; what belongs to the reasons; advice.
		brief, advice := 2, len(s.Notes)-len(in.Advice)
		if in.Declared != nil {
			brief = 3
		}
		var advise []string
		for _, a := range in.Advice {
			advise = append(advise, clean(p.w.text(a)))
		}
		span := p.w.span(in.Start, in.End)
		if in.Open {
			span += p.w.t("paren", p.w.stillOpen(in.Cause))
		}
		out = append(out, incidentCard{ID: clean(in.ID), Cause: clean(p.w.cause(in.Cause, in.Planned, in.OverrunSeconds)), Span: span, Scope: clean(p.w.scope(in.Scope) + p.w.coverage(in.Coverage)), Confidence: inCause(in).Text, Amount: clean(p.w.money(in.AmountAtRisk)),
			Why: clean(p.w.t("html.why", p.w.word("cause", in.Cause))), Start: in.Start.Unix(), End: in.End.Unix(), Brief: s.Notes[1:brief], More: s.Notes[brief:advice], Advice: advise, Section: s, Open: i == 0, Examples: cleanExamples(in.Examples)})
	}
	return out
}

func cleanExamples(in []analyze.Example) []analyze.Example {
	out := append([]analyze.Example(nil), in...)
	for i := range out {
		out[i].File, out[i].Text = clean(out[i].File), clean(out[i].Text)
	}
	return out
}

// codeExamples are the example rows of the code whose card has an ID.
func (p *Report) codeExamples(id string) []analyze.Example {
	for _, c := range p.Result.Codes {
		if clean(codeID(c)) == id {
			return cleanExamples(c.Examples)
		}
	}
	return nil
}

// CodeCards are the sections of codes that needed a decision.
func (p page) CodeCards() []*Section {
	var out []*Section
	for i := range p.Sections {
		if strings.HasPrefix(p.Sections[i].ID, "code-") {
			out = append(out, &p.Sections[i])
		}
	}
	return out
}

// Rest are the sections without a place of their own in the template.
func (p page) Rest() []*Section {
	named := map[string]bool{"overview": true, "days": p.View == Ops, "health": true, "timeline": true, "incidents": true, "institutions": true, "codes": true, "changes": true, "provenance": true,
		"money": true, "todo": true, "failed": true, "day": true, "expected": true}
	var out []*Section
	for i := range p.Sections {
		s := &p.Sections[i]
		if p.Result == nil || !named[s.ID] && !strings.HasPrefix(s.ID, "incident-") && !strings.HasPrefix(s.ID, "code-") {
			out = append(out, s)
		}
	}
	return out
}
