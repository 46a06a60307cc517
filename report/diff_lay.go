package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// LayDiff lays out a comparison: what changed, because of whom, in points of
// the approval rate; then institutions, codes and money.
func LayDiff(d *Diff, o Options) *Report {
	if o.Lang != "en" {
		o.Lang = "zh"
	}
	o.View = Ops
	if o.Loc == nil {
		o.Loc = zone(d.B.Timezone)
	}
	p := &Report{Options: o, Status: "ok", data: d}
	w := words{lang: o.Lang, loc: o.Loc, currency: d.currency, days: true}
	p.w = w
	p.Title = w.t("diff.title", w.period(d.A.Period), w.period(d.B.Period))
	p.Subtitle = d.B.Timezone
	p.Lead = w.t("diff.verdict", ratePtr(d.A.ApprovalRate).Text, ratePtr(d.B.ApprovalRate).Text, points(d.Change), points(d.RateEffect), points(d.MixEffect))
	if len(d.Contributions) > 0 && d.Contributions[0].Effect != 0 {
		c := d.Contributions[0]
		p.Verdict = w.t("diff.most", w.ofDiff("code", c.Code), w.besides(w.ofDiff("institution", c.Institution), w.diffCause(c)), points(c.Effect))
	}
	for _, m := range d.Meanings[:min(len(d.Meanings), mostNamed)] { // without it the same failures look like more of them
		kind := ""
		if m.Kind != "all" {
			kind = w.word("kind", m.Kind)
		}
		p.Verdict += w.t("diff.meaning", w.code(m.Code), w.besides(m.Institution, kind), w.word("meaning", m.A), w.word("meaning", m.B))
	}
	p.layDiffTotals(d)
	p.layContributions(d)
	p.laySegments(d)
	p.layDiffBy(d)
	p.layDiffCodes(d)
	p.add(Section{ID: "provenance", Title: w.t("provenance"), Notes: []string{w.t("made", d.tool.Name, d.tool.Version, d.Schema)}})
	p.clean()
	return p
}

// besides puts in parentheses what is stated of some texts, nothing where none is.
func (w words) besides(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(t string) bool { return t == "" })
	if len(texts) == 0 {
		return ""
	}
	return w.t("paren", strings.Join(texts, w.t("clause")))
}

// period names the days of a report.
func (w words) period(p *analyze.Period) string {
	if p == nil {
		return w.t("noperiod")
	}
	a, b := w.day(p.Start), w.day(p.End.Add(-1))
	if a == b {
		return a
	}
	return a + " – " + b
}

// points writes a share as percentage points: "-1.80".
func points(v float64) string {
	s := strconv.FormatFloat(v*100, 'f', 2, 64)
	if v > 0 && s != "0.00" {
		return "+" + s
	}
	if s == "-0.00" {
		return "0.00"
	}
	return s
}

func pointsCell(v float64) Cell {
	c := Cell{Kind: Number, Text: points(v), Float: v * 100, Valid: true}
	switch {
	case v <= -0.00005:
		c.Tone = Bad
	case v >= 0.00005:
		c.Tone = Good
	}
	return c
}

func (w words) diffCause(c Contribution) string {
	if c.Cause == "" {
		return w.word("outcome", c.Outcome)
	}
	return w.ofDiff("cause", c.Cause)
}

// ofDiff is a value of a dimension as people read it.
func (w words) ofDiff(dim, v string) string {
	switch {
	case v == others:
		return w.word("diff.others", dim)
	case dim == "code":
		return w.code(v)
	case dim == "cause":
		return w.word("cause", v)
	}
	return v
}

func (p *Report) layDiffTotals(d *Diff) {
	w := p.w
	t := &Table{Columns: []Column{{"name", w.t("diff.number"), Text, false}, {"a", "A", Number, false}, {"b", "B", Number, false}, {"change", w.t("diff.change"), Number, false}}}
	count := func(name string, a, b int) {
		t.Rows = append(t.Rows, []Cell{textCell(name), countCell(a), countCell(b), {Kind: Count, Text: plus(int64(b-a), group(int64(b-a))), Int: int64(b - a), Valid: true}})
	}
	money := func(name string, a, b int64) {
		t.Rows = append(t.Rows, []Cell{textCell(name), w.moneyCell(a), w.moneyCell(b), {Kind: Money, Text: plus(b-a, w.amount(b-a)), Int: b - a, Currency: w.currency, Valid: true}})
	}
	count(w.t("total.attempts"), d.A.Attempts, d.B.Attempts)
	count(w.t("total.approved"), d.A.Approved, d.B.Approved)
	t.Rows = append(t.Rows, []Cell{textCell(w.t("total.approval_rate")), ratePtr(d.A.ApprovalRate), ratePtr(d.B.ApprovalRate), pointsCell(d.Change)})
	count(w.t("total.business"), d.A.Declined.Business, d.B.Declined.Business)
	count(w.t("total.technical"), d.A.Declined.Technical, d.B.Declined.Technical)
	count(w.t("total.unknown"), d.A.Unknown, d.B.Unknown)
	m := d.Money
	money(p.moneyTitle("total.approved_amount"), m.ApprovedA, m.ApprovedB)
	money(p.moneyTitle("atrisk"), m.AtRiskA, m.AtRiskB)
	money(p.moneyTitle("diff.open"), m.UnreconciledA, m.UnreconciledB)
	p.add(Section{ID: "summary", Title: w.t("diff.summary"), Table: t, Notes: []string{w.t("diff.money", w.money(m.VolumeEffect), w.money(m.RateEffect))},
		Facts: []Fact{{"change", w.t("diff.change"), pointsCell(d.Change), w.t("diff.points")}, {"rate_effect", w.t("diff.rate"), pointsCell(d.RateEffect), ""}, {"mix_effect", w.t("diff.mix"), pointsCell(d.MixEffect), ""}}})
}

func plus(v int64, s string) string {
	if v > 0 {
		return "+" + s
	}
	return s
}

func (p *Report) layContributions(d *Diff) {
	w := p.w
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"code", w.t("code"), Ident, false}, {"outcome", w.t("dim.outcome"), Text, false}, {"cause", w.t("cause"), Text, false}, {"a", "A", Count, false}, {"expected", w.t("diff.expected"), Number, false},
		{"b", "B", Count, false}, {"effect", w.t("diff.effect"), Number, false}, {"amount", p.moneyTitle("diff.amount"), Money, false}}}
	c := &Chart{Kind: Bars, Title: w.t("diff.effects"), Series: []Series{{Name: w.t("diff.effect"), Tone: Technical}}}
	for i, x := range d.Contributions {
		if i < 10 && x.Effect != 0 {
			c.Labels = append(c.Labels, strings.TrimSpace(w.ofDiff("code", x.Code)+" "+w.ofDiff("institution", x.Institution))+" · "+w.diffCause(x))
			c.Series[0].Values = append(c.Series[0].Values, math.Round(x.Effect*1e6)/1e4)
		}
		cause := ""
		if x.Cause != "" {
			cause = w.ofDiff("cause", x.Cause)
		}
		t.Rows = append(t.Rows, []Cell{identCell(w.ofDiff("institution", x.Institution)), identCell(w.ofDiff("code", x.Code)), textCell(w.word("outcome", x.Outcome)), textCell(cause).tone(causeTone(x.Cause)), countCell(x.A), numberCell(x.Expected), countCell(x.B), pointsCell(x.Effect), w.moneyCell(x.Amount)})
	}
	if len(c.Labels) == 0 { // nothing has an effect
		c = nil
	}
	s := Section{ID: "contributions", Title: w.t("diff.effects"), Notes: []string{w.t("diff.note")}, Table: t, Chart: c}
	const most = 12
	if len(t.Rows) > most+3 { // the most first, all of them where there is room
		rest := 0.0
		for _, x := range d.Contributions[most:] {
			rest += x.Effect
		}
		top := &Table{Columns: t.Columns, Rows: slices.Clone(t.Rows[:most])}
		blank := Cell{Kind: Text}
		top.Rows = append(top.Rows, []Cell{textCell(w.t("diff.rest", group(int64(len(t.Rows)-most)))), blank, blank, blank, blank, blank, blank, pointsCell(rest), blank})
		p.add(Section{ID: "most", Title: s.Title, Notes: s.Notes, Table: top, Chart: c})
		s = Section{ID: "contributions", Title: w.t("diff.all"), Table: t, Detail: true}
	}
	p.add(s)
}

func (p *Report) laySegments(d *Diff) {
	w := p.w
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"attempts_a", w.t("diff.a", w.t("total.attempts")), Count, false}, {"attempts_b", w.t("diff.b", w.t("total.attempts")), Count, false}, {"share_a", w.t("diff.a", w.t("diff.share")), Rate, false}, {"share_b", w.t("diff.b", w.t("diff.share")), Rate, false},
		{"rate_a", w.t("diff.a", w.t("total.approval_rate")), Rate, false}, {"rate_b", w.t("diff.b", w.t("total.approval_rate")), Rate, false}, {"rate_effect", w.t("diff.rate"), Number, false}, {"mix_effect", w.t("diff.mix"), Number, false}}}
	for _, s := range d.Segments {
		t.Rows = append(t.Rows, []Cell{w.valueCell(w.ofDiff("institution", s.Value)), countCell(s.AttemptsA), countCell(s.AttemptsB), rateCell(s.ShareA), rateCell(s.ShareB), rateOf(s.AttemptsA, s.RateA), rateOf(s.AttemptsB, s.RateB), pointsCell(s.RateEffect), pointsCell(s.MixEffect)})
	}
	p.add(Section{ID: "segments", Title: w.t("institutions.title"), Notes: []string{w.t("diff.formula")}, Table: t.minor("attempts_a", "attempts_b")})
}

// rateOf is a rate of so many attempts; of none there is no rate.
func rateOf(attempts int, v float64) Cell {
	if attempts == 0 {
		return ratePtr(nil)
	}
	return rateCell(v)
}

// valueCell names a value of a dimension.
func (w words) valueCell(v string) Cell {
	if v == "" {
		return textCell(w.t("html.notstated"))
	}
	return identCell(v)
}

// layDiffBy shows where else the change is seen: the values of each further
// dimension, most effect first.
func (p *Report) layDiffBy(d *Diff) {
	const most = 6 // of a dimension; the JSON has all
	w := p.w
	t := &Table{Columns: []Column{{"dim", w.t("diff.dim"), Text, false}, {"value", w.t("explain.value"), Ident, false}, {"share_a", w.t("diff.a", w.t("diff.share")), Rate, false}, {"share_b", w.t("diff.b", w.t("diff.share")), Rate, false},
		{"rate_a", w.t("diff.a", w.t("total.approval_rate")), Rate, false}, {"rate_b", w.t("diff.b", w.t("total.approval_rate")), Rate, false}, {"rate_effect", w.t("diff.rate"), Number, false}, {"mix_effect", w.t("diff.mix"), Number, false}}}
	for _, dim := range d.By {
		list := slices.Clone(dim.Segments)
		slices.SortStableFunc(list, func(a, b DiffSegment) int {
			return cmp.Compare(math.Abs(b.RateEffect)+math.Abs(b.MixEffect), math.Abs(a.RateEffect)+math.Abs(a.MixEffect))
		})
		for i, s := range list {
			if i < most {
				t.Rows = append(t.Rows, []Cell{textCell(w.word("dim", dim.Name)), w.valueCell(s.Value), rateCell(s.ShareA), rateCell(s.ShareB), rateOf(s.AttemptsA, s.RateA), rateOf(s.AttemptsB, s.RateB), pointsCell(s.RateEffect), pointsCell(s.MixEffect)})
			}
		}
	}
	if len(t.Rows) > 0 {
		p.add(Section{ID: "by", Title: w.t("diff.by"), Notes: []string{w.t("diff.by.note")}, Table: t})
	}
}

func (p *Report) layDiffCodes(d *Diff) {
	w := p.w
	if len(d.NewCodes)+len(d.GoneCodes)+len(d.Meanings) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"kind", w.t("change"), Text, false}, {"institution", w.t("dim.institution"), Ident, false}, {"code", w.t("code"), Ident, false}, {"n", w.t("number"), Count, false}, {"text", w.t("what"), Text, false}}}
	for _, c := range d.NewCodes {
		t.Rows = append(t.Rows, []Cell{textCell(w.t("change.new_code")), identCell(c.Institution), identCell(w.code(c.Code)), countCell(c.N), textCell("")})
	}
	for _, c := range d.GoneCodes {
		t.Rows = append(t.Rows, []Cell{textCell(w.t("change.gone_code")), identCell(c.Institution), identCell(w.code(c.Code)), countCell(c.N), textCell("")})
	}
	for _, c := range d.Meanings {
		t.Rows = append(t.Rows, []Cell{textCell(w.t("change.meaning")).tone(Warn), identCell(c.Institution), identCell(w.code(c.Code)), {Kind: Count, Text: ""}, textCell(w.word("meaning", c.A) + " → " + w.word("meaning", c.B) + w.t("paren", w.word("kind", c.Kind)))})
	}
	p.add(Section{ID: "changes", Title: w.t("changes"), Table: t})
}
