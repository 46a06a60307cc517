package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
)

// layOps lays out the page of a bank's operations desk: verdict, health of the
// data, one timeline, incidents by money with their reasons, the codes that
// needed a decision, institutions, and then everything else.
func (p *Report) layOps() {
	p.layOverview()
	p.layHealth()
	p.layTimeline()
	p.layIncidents()
	p.layOpenCodes()
	p.layInstitutions()
	p.layChanges()
	p.layCodes()
	p.layMaintenance()
	p.layExplained()
	p.layRecurring()
	p.layReconciliation()
	p.layItems(p.Result.Reconciliation)
	p.layTerminals()
	p.layLatency()
	p.layDays()
	p.layInputs()
	p.layProblems()
	p.layProvenance()
}

// headline makes title and subtitle from period, institutions and terminals.
func (p *Report) headline() (title, sub string) {
	r, w := p.Result, p.w
	name := w.t("app")
	if n := len(r.Totals.ByInstitution); n == 1 && r.Totals.ByInstitution[0].Institution != "" {
		name = r.Totals.ByInstitution[0].Institution
	} else if n > 1 {
		name = w.t("institutions", n)
	}
	if p.View == Merchant {
		if m := onlyMerchant(r); m != "" {
			name = w.t("merchant.name", m)
		} else {
			name = w.t("merchant.title")
		}
	}
	if r.Period == nil {
		return name, w.t("noperiod")
	}
	a, b := r.Period.Start.In(w.loc), r.Period.End.In(w.loc)
	title = name + " · " + w.day(a)
	if w.days {
		title += " – " + w.day(b.Add(-time.Nanosecond))
	}
	sub = w.span(a, b) + " " + r.Timezone
	if n := len(r.Inputs); n > 0 {
		if n == 1 {
			sub += " · " + w.t("file.one")
		} else {
			sub += " · " + w.t("files", n)
		}
	}
	return title, sub
}

// onlyMerchant returns the merchant of all terminals, "" where there are
// several or none.
func onlyMerchant(r *analyze.Result) string {
	name := ""
	for i, t := range r.Terminals {
		if i > 0 && t.Merchant != name {
			return ""
		}
		name = t.Merchant
	}
	return name
}

func (p *Report) layOverview() {
	r, w := p.Result, p.w
	t := r.Totals
	f := func(id string, c Cell) Fact {
		x := Fact{ID: id, Label: w.t("total." + id), Cell: c}
		if v, ok := r.Totals.Formulas[id]; ok {
			x.Note = w.text(v)
		}
		return x
	}
	facts := []Fact{
		f("attempts", countCell(t.Attempts)),
		f("approved", countCell(t.Approved).tone(Approved)),
		f("approval_rate", ratePtr(t.ApprovalRate)),
		f("business", countCell(t.Declined.Business).tone(Business)),
		f("business_rate", ratePtr(t.BusinessRate)),
		f("technical", countCell(t.Declined.Technical).tone(Technical)),
		f("technical_rate", ratePtr(t.TechnicalRate)),
		f("unknown", countCell(t.Unknown).tone(Unknown)),
		f("reversed", countCell(t.Reversed)),
		f("inferred", countCell(t.Inferred)),
		f("approved_amount", w.moneyFact(t.ApprovedAmount)),
	}
	s := Section{ID: "overview", Title: w.t("overview"), Facts: facts, Notes: p.otherCurrencies("currencies.one")}
	if len(r.Causes) > 0 {
		s.Table = &Table{Columns: []Column{{"cause", w.t("cause"), Text, false}, {"incidents", w.t("incidents.col"), Count, false}, {"failures", w.t("failures"), Count, false}, {"excess", w.t("excess"), Number, false}, {"amount", p.moneyTitle("amount"), Money, false}, {"duration", w.t("duration"), Seconds, false}}}
		overrun := slices.ContainsFunc(r.Causes, func(c analyze.CauseCount) bool { return c.OverrunSeconds > 0 })
		if overrun {
			s.Table.Columns = append(s.Table.Columns, Column{"overrun", w.t("overrun.col"), Seconds, false})
		}
		for _, c := range r.Causes {
			row := []Cell{textCell(w.cause(c.Cause, c.Planned, 0)).tone(causeTone(c.Cause)), countCell(c.Incidents), countCell(c.Failures), numberCell(c.Excess), w.moneyCell(c.Amount), w.secondsCell(c.Seconds)}
			if overrun {
				row = append(row, w.secondsCell(c.OverrunSeconds))
			}
			s.Table.Rows = append(s.Table.Rows, row)
		}
	}
	p.add(s)
}

// otherCurrencies says which amounts no sum holds, one of whose currency the sums are.
func (p *Report) otherCurrencies(one string) (notes []string) {
	if len(p.Result.Totals.OtherCurrencies) > 0 {
		notes = append(notes, p.w.t(one, p.Result.Currency))
	}
	for _, c := range p.Result.Totals.OtherCurrencies {
		notes = append(notes, p.w.t("currencies.other", group(int64(c.Attempts)), group(int64(c.Approved)), p.w.in(c.Currency).money(c.ApprovedAmount)))
	}
	return notes
}

// moneyTitle is a column title with the currency behind it.
func (p *Report) moneyTitle(key string) string {
	if p.w.currency == "" {
		return p.w.t(key)
	}
	return p.w.t("unit", p.w.t(key), p.w.currency)
}

func (p *Report) layHealth() {
	r, w := p.Result, p.w
	lines, records, skipped, rejected, conserved, checks, wrong := 0, 0, 0, 0, true, 0, 0
	for _, in := range r.Inputs {
		lines += in.Lines
		records += in.Records
		rejected += in.Rejected
		n := 0
		for _, k := range in.Skipped {
			n += k
		}
		skipped += n
		conserved = conserved && in.Lines == in.Records+n+in.Rejected
		for _, c := range in.Checks {
			checks++
			if !c.Agrees {
				wrong++
			}
		}
	}
	flag := func(n int) Cell {
		c := countCell(n).tone(Good)
		if n > 0 {
			c.Tone = Warn
		}
		return c
	}
	rej := flag(rejected)
	if rejected > 0 { // of the rows, as the tolerance is
		rej.Text += w.t("paren", rate(float64(rejected)/float64(records+rejected)))
	}
	yes := textCell(w.t("yes")).tone(Good)
	if !conserved {
		yes = textCell(w.t("no")).tone(Bad)
	}
	s := Section{ID: "health", Title: w.t("health"), Tone: Good, Facts: []Fact{
		{"files", w.t("health.files"), countCell(len(r.Inputs)), ""},
		{"lines", w.t("health.lines"), countCell(lines), ""},
		{"records", w.t("health.records"), countCell(records), ""},
		{"rejected", w.t("health.rejected"), rej, ""},
		{"conserved", w.t("health.conserved"), yes, w.t("health.sum", group(int64(lines)), group(int64(records)), group(int64(skipped)), group(int64(rejected)))},
	}}
	if checks > 0 {
		c := textCell(w.t("health.checksok", checks-wrong, checks)).tone(Good)
		if wrong > 0 {
			c.Tone = Bad
		}
		s.Facts = append(s.Facts, Fact{"checks", w.t("health.checks"), c, ""})
	}
	if h := r.Health; h != nil {
		s.Facts = append(s.Facts,
			Fact{"gaps", w.t("health.gaps"), flag(len(h.Gaps)), ""},
			Fact{"clocks", w.t("health.clocks"), flag(h.SkewedClocks), ""},
			Fact{"undecided", w.t("health.undecided"), flag(h.UndecidedCodes), ""},
			Fact{"duplicates", w.t("health.duplicates"), countCell(h.Duplicates), ""})
		if h.NoTime > 0 {
			s.Facts = append(s.Facts, Fact{"notime", w.t("health.notime"), flag(h.NoTime), ""})
		}
		for i, g := range h.Gaps {
			if i == 5 {
				s.Notes = append(s.Notes, w.t("more.gaps", len(h.Gaps)-i))
				break
			}
			s.Notes = append(s.Notes, p.sayGap(g))
		}
		if t := p.sayClocks(); t != "" {
			s.Notes = append(s.Notes, t)
		}
	}
	notes := slices.Concat(p.sayShift(true), p.strangers())
	s.Notes = append(s.Notes, notes...)
	if rejected > 0 || wrong > 0 || len(notes) > 0 {
		s.Tone = Warn
	}
	if r.Provisional || !conserved {
		s.Tone = Bad
	}
	p.add(s)
}

// sayClocks names the terminals whose clocks are off, those furthest off first.
func (p *Report) sayClocks() string {
	const most = 5
	w := p.w
	var off []analyze.TerminalCount
	for _, t := range p.Result.Terminals {
		if s := t.SkewSeconds; s != nil && math.Abs(*s) > 60 {
			off = append(off, t)
		}
	}
	if len(off) == 0 {
		return ""
	}
	slices.SortStableFunc(off, func(a, b analyze.TerminalCount) int {
		return cmp.Compare(math.Abs(*b.SkewSeconds), math.Abs(*a.SkewSeconds))
	})
	var names []string
	for _, t := range off[:min(len(off), most)] {
		way := "clock.fast"
		if *t.SkewSeconds < 0 {
			way = "clock.slow"
		}
		names = append(names, w.t(way, t.Terminal, w.duration(int64(math.Round(math.Abs(*t.SkewSeconds))))))
	}
	say := w.t("clocks", strings.Join(names, w.t("comma")))
	if n := p.Result.Health.SkewedClocks - len(names); n > 0 {
		say += w.t("more.clocks", group(int64(n)))
	}
	return say
}

// sayShift says that one side's times are of another zone or year, and what follows from it or, for those who mend
// it, how; nil where they are not.
func (p *Report) sayShift(remedy bool) []string {
	if p.Result.Health == nil || p.Result.Health.Shift == nil {
		return nil
	}
	w, z := p.w, p.Result.Health.Shift
	way, by := "shift.ahead", z.Seconds
	if by < 0 {
		way, by = "shift.behind", -by
	}
	so := w.t("shift.so")
	if remedy {
		so = w.word("shift.remedy", z.Of)
	}
	return []string{w.t(way, w.duration(by), group(int64(z.Pairs))) + w.word("shift.of", z.Of) + so}
}

// strangers say which names of the configuration the data do not have.
func (p *Report) strangers() (notes []string) {
	if p.Result.Health == nil {
		return nil
	}
	w := p.w
	for i, s := range p.Result.Health.Strangers {
		if i == 5 {
			return append(notes, w.t("more.strangers", len(p.Result.Health.Strangers)-i))
		}
		switch {
		case s.Field == "period":
			notes = append(notes, w.t("stranger.period", s.Source, s.Name))
		case len(s.Near) > 0:
			notes = append(notes, w.t("stranger.near", s.Source, w.t("dim."+s.Field), s.Name, w.list(s.Near, 3)))
		default:
			notes = append(notes, w.t("stranger", s.Source, w.t("dim."+s.Field), s.Name))
		}
	}
	return notes
}

func (p *Report) layTimeline() {
	r, w := p.Result, p.w
	step := time.Duration(r.Timeline.BucketSeconds) * time.Second
	c := &Chart{Kind: Timeline, Step: step, Series: []Series{
		{Name: w.t("total.approved"), Tone: Approved}, {Name: w.t("total.unknown"), Tone: Unknown}, {Name: w.t("total.reversed"), Tone: Muted},
		{Name: w.t("total.business"), Tone: Business}, {Name: w.t("total.technical"), Tone: Technical}}}
	t := &Table{Columns: []Column{{"label", w.t("clock"), Ident, false}, {"start", w.t("time"), Time, false}, {"attempts", w.t("total.attempts"), Count, false}, {"approved", w.t("total.approved"), Count, false},
		{"business", w.t("total.business"), Count, false}, {"technical", w.t("total.technical"), Count, false}, {"unknown", w.t("total.unknown"), Count, false},
		{"reversed", w.t("total.reversed"), Count, false}, {"declared", w.t("declared"), Count, false}, {"incidents", w.t("incidents.col"), Ident, false}, {"shade", w.t("shade"), Count, false}}}
	top := 0
	for _, b := range r.Timeline.Buckets {
		top = max(top, b.Attempts)
	}
	for _, b := range r.Timeline.Buckets {
		c.Times = append(c.Times, b.Start.In(w.loc))
		for i, v := range []int{b.Approved, b.Unknown, b.Reversed, b.Business, b.Technical} {
			c.Series[i].Values = append(c.Series[i].Values, float64(v))
		}
		t.Rows = append(t.Rows, []Cell{identCell(w.tick(b.Start)), w.timeCell(b.Start), countCell(b.Attempts), countCell(b.Approved), countCell(b.Business), countCell(b.Technical), countCell(b.Unknown),
			countCell(b.Reversed), countCell(declaredIn(r.Maintenance, b.Start, b.Start.Add(step))), identCell(incidentsIn(r.Incidents, b.Start, b.Start.Add(step))),
			countCell(top * declaredIn(r.Maintenance, b.Start, b.Start.Add(step)))})
	}
	c.Marks = p.marks()
	p.add(Section{ID: "timeline", Title: w.t("timeline", w.duration(int64(r.Timeline.BucketSeconds))), Chart: c, Table: t, Detail: true})
}

// declaredIn is 1 where a declared window touches [a, b).
func declaredIn(windows []analyze.Maintenance, a, b time.Time) int {
	for _, m := range windows {
		if m.Start.Before(b) && m.End.After(a) {
			return 1
		}
	}
	return 0
}

// incidentsIn lists the incidents that touch [a, b).
func incidentsIn(in []analyze.Incident, a, b time.Time) string {
	var ids []string
	for _, x := range in {
		if x.Start.Before(b) && x.End.After(a) {
			ids = append(ids, x.ID)
		}
	}
	return strings.Join(ids, " ")
}

// marks are the declared windows, overruns, incidents and gaps of the period.
func (p *Report) marks() []Mark {
	r, w := p.Result, p.w
	var out []Mark
	for _, m := range r.Maintenance {
		out = append(out, Mark{Label: m.Title, Start: m.Start, End: m.End, Tone: Maintenance, Style: "declared"})
	}
	for _, in := range r.Incidents {
		out = append(out, Mark{Label: in.ID + " · " + w.cause(in.Cause, in.Planned, in.OverrunSeconds), Link: "incident-" + in.ID, Start: in.Start, End: in.End, Tone: causeTone(in.Cause), Style: "incident"})
		if in.OverrunSeconds > 0 && in.Declared != nil {
			out = append(out, Mark{Label: w.t("overrun"), Link: "incident-" + in.ID, Start: in.Declared.End, End: in.End, Tone: Bad, Style: "overrun"})
		}
	}
	if r.Health != nil {
		for _, g := range r.Health.Gaps {
			label := w.t("gapmark", p.gapOf(g))
			if p.gapIncident(g) != nil { // which has a mark of its own
				label = ""
			}
			out = append(out, Mark{Label: label, Start: g.Start, End: g.End, Tone: Muted, Style: "gap"})
		}
	}
	return out
}

// gapIncident is the incident that a gap is listed as, nil for none.
func (p *Report) gapIncident(g analyze.Gap) *analyze.Incident {
	for i := range p.Result.Incidents {
		if in := &p.Result.Incidents[i]; p.listedAs(g, in) {
			return in
		}
	}
	return nil
}

// gap is that which is listed as an incident, nil for none.
func (p *Report) gap(in *analyze.Incident) *analyze.Gap {
	if p.Result.Health == nil {
		return nil
	}
	for i := range p.Result.Health.Gaps {
		if g := &p.Result.Health.Gaps[i]; p.listedAs(*g, in) {
			return g
		}
	}
	return nil
}

func (p *Report) listedAs(g analyze.Gap, in *analyze.Incident) bool {
	first, _, _ := strings.Cut(g.What, " ")
	return in.Cause == "data_gap" && in.Start.Equal(g.Start) && in.End.Equal(g.End) && (g.What == "*" || strings.Contains(p.w.scope(in.Scope), first))
}

// sayGap says of what how much is missing, and whether it is the log or the trade.
func (p *Report) sayGap(g analyze.Gap) string {
	return p.w.t("gap."+cmp.Or(g.Missing, "unknown"), p.w.span(g.Start, g.End), p.gapOf(g), group(int64(g.Expected)))
}

// gapOf names what has no data: a terminal, a merchant, or everything.
func (p *Report) gapOf(g analyze.Gap) string {
	if in := p.gapIncident(g); in != nil {
		return p.w.scope(in.Scope)
	}
	if g.What == "*" {
		return p.w.t("scope.all")
	}
	return g.What
}

func (p *Report) layInstitutions() {
	r, w := p.Result, p.w
	if len(r.Totals.ByInstitution) == 0 {
		return
	}
	avail := false
	for _, in := range r.Totals.ByInstitution {
		avail = avail || in.Availability != nil
	}
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"attempts", w.t("total.attempts"), Count, false}, {"approved", w.t("total.approved"), Count, false}, {"approval_rate", w.t("total.approval_rate"), Rate, false},
		{"business", w.t("total.business"), Count, false}, {"business_rate", w.t("total.business_rate"), Rate, false}, {"technical", w.t("total.technical"), Count, false}, {"technical_rate", w.t("total.technical_rate"), Rate, false}, {"unknown", w.t("total.unknown"), Count, false}}}
	if avail {
		t.Columns = append(t.Columns, Column{"available", w.t("avail.all"), Rate, false}, Column{"available_declared", w.t("avail.declared"), Rate, false}, Column{"available_others", w.t("avail.others"), Rate, false})
	}
	t.Columns = append(t.Columns, Column{"approved_amount", p.moneyTitle("total.approved_amount"), Money, false})
	for _, in := range r.Totals.ByInstitution {
		name := identCell(in.Institution)
		if in.Institution == "" {
			name = textCell(w.t("html.notstated"))
		}
		row := []Cell{name, countCell(in.Attempts), countCell(in.Approved), ratePtr(in.ApprovalRate), countCell(in.Declined.Business), ratePtr(in.BusinessRate),
			countCell(in.Declined.Technical), ratePtr(in.TechnicalRate), countCell(in.Unknown)}
		if avail {
			a := in.Availability
			if a == nil {
				a = &analyze.Availability{}
			}
			row = append(row, ratePtr(a.All), ratePtr(a.ExcludingDeclared), ratePtr(a.ExcludingOthers))
		}
		t.Rows = append(t.Rows, append(row, w.moneyCell(in.ApprovedAmount)))
	}
	s := Section{ID: "institutions", Title: w.t("institutions.title"), Table: t.minor("approved", "business", "technical", "available_others", "unknown")}
	for _, k := range sortedKeys(r.Totals.Formulas) {
		s.Notes = append(s.Notes, w.text(r.Totals.Formulas[k]))
	}
	p.add(s)
}

func (p *Report) layChanges() {
	r, w := p.Result, p.w
	if len(r.Changes) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"kind", w.t("change"), Text, false}, {"institution", w.t("dim.institution"), Ident, false}, {"code", w.t("code"), Ident, false}, {"time", w.t("time"), Time, false}, {"text", w.t("what"), Text, false}}}
	for _, c := range r.Changes {
		at := w.timePtr(c.Time)
		if c.Time == nil {
			at.Text = ""
		}
		t.Rows = append(t.Rows, []Cell{textCell(w.word("change", c.Kind)), identCell(c.Institution), identCell(c.Code), at, textCell(w.text(c.Text))})
	}
	p.add(Section{ID: "changes", Title: w.t("changes"), Table: t})
}

func (p *Report) layMaintenance() {
	r, w := p.Result, p.w
	if len(r.Maintenance) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"title", w.t("window"), Text, false}, {"institution", w.t("dim.institution"), Ident, false}, {"start", w.t("start"), Time, false}, {"end", w.t("end"), Time, false}, {"verdict", w.t("verdict"), Text, false},
		{"attempts", w.t("total.attempts"), Count, false}, {"failures", w.t("failures"), Count, false}, {"excess", w.t("excess"), Number, false}, {"incidents", w.t("incidents.col"), Text, false}, {"source", w.t("source"), Text, false}}}
	tones := map[string]Tone{"overrun": Bad, "effective": Maintenance, "harmless": Good}
	for _, m := range r.Maintenance {
		verdict := m.Verdict
		switch { // where nothing was tried, harmless proves nothing
		case m.Observed:
		case m.Institution != "" && !slices.ContainsFunc(r.Totals.ByInstitution, func(t analyze.InstitutionCount) bool { return t.Institution == m.Institution }):
			verdict = "strange"
		case verdict == "harmless":
			verdict = "idle"
		}
		inst := identCell(m.Institution)
		if m.Institution == "" {
			inst = textCell(w.t("scope.all"))
		}
		t.Rows = append(t.Rows, []Cell{textCell(m.Title), inst, w.timeCell(m.Start), w.endCell(m.End), textCell(w.word("window", verdict)).tone(tones[verdict]),
			countCell(m.Attempts), countCell(m.Failures), numberCell(m.Excess), textCell(w.list(m.Incidents, 9)), textCell(m.Source)})
	}
	p.add(Section{ID: "maintenance", Title: w.t("maintenance"), Table: t.minor("source", "attempts")})
}

// layExplained says which incident explains how much of each code whose card does not.
func (p *Report) layExplained() {
	w := p.w
	told := map[[2]string]bool{}
	for _, c := range p.Result.Codes {
		if decided(c) {
			told[[2]string{c.Institution, c.Code}] = true
		}
	}
	var notes []string
	for _, e := range p.Result.Explained {
		if len(e.By) > 0 && !told[[2]string{e.Institution, e.Code}] {
			n := w.text(e.Text)
			if e.Institution != "" {
				n = clean(e.Institution) + w.t("colon") + n
			}
			notes = append(notes, n)
		}
	}
	if len(notes) > 0 {
		p.add(Section{ID: "explained", Title: w.t("explained"), Notes: notes})
	}
}

func (p *Report) layRecurring() {
	r, w := p.Result, p.w
	if len(r.Recurring) == 0 {
		return
	}
	t := &Table{Columns: []Column{{"institution", w.t("dim.institution"), Ident, false}, {"start", w.t("start"), Text, false}, {"seconds", w.t("duration"), Seconds, false}, {"seen", w.t("seen"), Text, false}, {"entry", w.t("recurring.entry"), Text, false}, {"advice", w.t("what"), Text, false}}}
	for _, c := range r.Recurring {
		t.Rows = append(t.Rows, []Cell{identCell(c.Institution), textCell(c.Start), w.secondsCell(int64(c.Minutes) * 60), textCell(fmt.Sprintf("%d / %d", c.Times, c.OutOf)), textCell(c.Entry), textCell(w.text(c.Advice))})
	}
	p.add(Section{ID: "recurring", Title: w.t("recurring"), Notes: []string{w.t("recurring.note")}, Table: t})
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
