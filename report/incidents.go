package report

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
)

// cause names the cause of an incident: "计划维护 · 超出公告".
func (w words) cause(cause string, planned bool, overrun int64) string {
	s := w.word("cause", cause)
	if cause == "maintenance" && planned {
		s = w.t("cause.planned")
	}
	if overrun > 0 {
		s += " · " + w.t("overrun")
	}
	return s
}

func causeTone(cause string) Tone {
	switch cause {
	case "maintenance":
		return Maintenance
	case "network":
		return Network
	case "host":
		return Host
	case "undetermined", "data_gap":
		return Muted
	}
	return Warn
}

// byMoney returns the incidents with the most money first, then the most
// excess, then in their own order.
func byMoney(in []analyze.Incident) []analyze.Incident {
	out := append([]analyze.Incident(nil), in...)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].AmountAtRisk != out[j].AmountAtRisk {
			return out[i].AmountAtRisk > out[j].AmountAtRisk
		}
		return out[i].Excess > out[j].Excess
	})
	return out
}

func (p *Report) layIncidents() {
	r, w := p.Result, p.w
	s := Section{ID: "incidents", Title: w.t("incidents")}
	if len(r.Incidents) == 0 {
		s.Notes = []string{w.t("incidents.none")}
		switch {
		case r.Totals.Attempts == 0:
			s.Notes[0] = w.t("incidents.notries")
		case p.tooLittle(), r.Totals.OnlyFailures(), r.Totals.OnlySuccesses():
			s.Notes = nil // too little to say so
		}
	}
	if say := p.smallest(); say != "" {
		s.Notes = append(s.Notes, say)
	}
	s.Notes = append(s.Notes, p.chronic()...)
	if len(r.Incidents) == 0 {
		p.add(s)
		return
	}
	s.Table = &Table{Columns: []Column{{"id", w.t("id"), Ident, false}, {"cause", w.t("cause"), Text, false}, {"start", w.t("start"), Time, false}, {"end", w.t("end"), Time, false}, {"duration", w.t("duration"), Seconds, false},
		{"scope", w.t("scope"), Text, false}, {"attempts", w.t("total.attempts"), Count, false}, {"failures", w.t("failures"), Count, false}, {"expected", w.t("expected"), Number, false}, {"excess", w.t("excess"), Number, false},
		{"amount", p.moneyTitle("amount"), Money, false}, {"confidence", w.t("confidence"), Rate, false}}}
	sorted := byMoney(r.Incidents)
	for _, in := range sorted {
		end := w.timeCell(in.End)
		if in.Open {
			end.Text = w.stillOpen(in.Cause)
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{identCell(in.ID).link("incident-" + in.ID), textCell(w.cause(in.Cause, in.Planned, in.OverrunSeconds)).tone(causeTone(in.Cause)), w.timeCell(in.Start), end,
			w.secondsCell(int64(in.End.Sub(in.Start).Seconds())), textCell(w.scope(in.Scope)), countCell(in.Attempts), countCell(in.Failures), numberCell(in.Expected), numberCell(in.Excess), w.moneyCell(in.AmountAtRisk), inCause(in)})
	}
	s.Table.minor("attempts", "expected", "duration")
	p.add(s)
	for _, in := range sorted {
		p.add(p.incident(in))
	}
}

// chronic says which scopes fail all the time, of many the first ones.
func (p *Report) chronic() (notes []string) {
	const few = 8
	list, w := p.Result.Chronic, p.w
	for _, c := range list[:min(len(list), few)] {
		notes = append(notes, w.t("chronic", w.scope(c.Scope), group(int64(c.Failures)), group(int64(c.Attempts)), rate(c.Rate), rate(c.Usual))+w.remedy(c.Scope))
	}
	if len(list) > few {
		notes = append(notes, w.t("chronic.more", group(int64(len(list)-few))))
	}
	return notes
}

// remedy says what to look at where a scope fails all the time; its narrowest part tells.
func (w words) remedy(scope map[string][]string) string {
	for _, dim := range []string{"terminal", "model", "merchant", "carrier", "issuer"} {
		if len(scope[dim]) > 0 {
			return w.word("mend", dim)
		}
	}
	return ""
}

// incident is the card of one incident: what happened in sentences, then the
// sum of evidence.
func (p *Report) incident(in analyze.Incident) Section {
	w := p.w
	s := Section{ID: "incident-" + in.ID, Tone: causeTone(in.Cause),
		Title: in.ID + " · " + w.cause(in.Cause, in.Planned, in.OverrunSeconds) + " · " + w.span(in.Start, in.End)}
	counts := w.t("inc.silent")
	if in.Attempts > 0 {
		counts = w.t("inc.counts", group(int64(in.Failures)), group(int64(in.Attempts)), decimal(in.Expected), decimal(in.Excess)) + w.t("stop") + w.codes(in.Codes, in.Failures)
		var also []string
		for _, o := range in.Overlaps {
			also = append(also, w.t("inc.also", group(int64(o.Failures)), o.Incident))
		}
		if len(also) > 0 {
			counts += w.t("stop") + w.t("inc.overlaps", w.list(also, 5))
		}
	}
	s.Notes = append(s.Notes, w.t("inc.where", w.scope(in.Scope))+w.coverage(in.Coverage), counts)
	if in.Declared != nil {
		line := w.t("inc.declared", w.span(in.Declared.Start, in.Declared.End))
		if in.OverrunSeconds > 0 {
			line += w.t("inc.overrun", w.duration(in.OverrunSeconds))
		}
		s.Notes = append(s.Notes, line)
	}
	// Of a gap it is only known that it lies between two rows.
	if in.Cause != "data_gap" && (in.StartRange[0].Before(in.StartRange[1]) || in.EndRange[0].Before(in.EndRange[1])) {
		s.Notes = append(s.Notes, p.edges(in))
	}
	if in.RunnerUp != nil {
		say := "inc.runnerup"
		if in.Cause == undetermined {
			say = "inc.likeliest"
		}
		s.Notes = append(s.Notes, w.t(say, w.word("cause", in.RunnerUp.Cause), confidence(in.RunnerUp.Confidence)))
	}
	if len(in.NotTestable) > 0 {
		dims := make([]string, len(in.NotTestable))
		for i, d := range in.NotTestable {
			dim, value, _ := strings.Cut(d, "=")
			dims[i] = strings.TrimSpace(w.word("dim", dim) + " " + value)
		}
		s.Notes = append(s.Notes, w.t("inc.nottestable", strings.Join(dims, w.t("comma"))))
	}
	if m := w.text(in.Missing); m != "" {
		s.Notes = append(s.Notes, w.t("missing", m))
	}
	for _, a := range in.Advice {
		s.Notes = append(s.Notes, w.t("advice.line", w.text(a)))
	}
	s.Facts = []Fact{{"confidence", w.t("confidence"), inCause(in), ""}, {"amount", w.t("atrisk"), w.moneyFact(in.AmountAtRisk), ""}, {"e_value", w.t("evalue"), Cell{Kind: Number, Text: exponent(in.EValue), Float: in.EValue, Valid: true}, ""}}
	winner, runner := in.Cause, ""
	if in.RunnerUp != nil {
		runner = in.RunnerUp.Cause
	}
	if winner == undetermined && in.Rival != nil { // the lines speak for causes, and for none of them enough
		winner, runner = runner, in.Rival.Cause
	}
	s.Table = p.evidence("cause", in.Evidence, winner, runner, in.Against)
	return s
}

// edges says between which moments an incident began and ended. What failed from the first
// row on may have begun before it, and what failed to the last may go on.
func (p *Report) edges(in analyze.Incident) string {
	w := p.w
	began, ended := w.t("inc.began", w.moment(in.StartRange[0]), w.moment(in.StartRange[1])), w.t("inc.ended", w.moment(in.EndRange[0]), w.moment(in.EndRange[1]))
	if of := p.Result.Period; of != nil && !in.Start.After(of.Start) {
		began = w.t("inc.before")
	}
	if in.Open {
		ended = w.stillOpen(in.Cause)
	}
	return w.t("inc.edges", began, ended)
}

const undetermined = "undetermined"

// inCause is the confidence in the cause that is named; where none is, there is none.
func inCause(in analyze.Incident) Cell {
	if in.Cause == undetermined {
		return Cell{Kind: Rate, Text: none}
	}
	return confidenceCell(in.Confidence)
}

// exponent writes a small number. Nothing is expected never: 0 is less than a number
// can hold.
func exponent(v float64) string {
	if v == 0 {
		return "<1e-300"
	}
	if v >= 0.001 {
		return trimZeros(v, 3)
	}
	e := int(math.Floor(math.Log10(v)))
	return "1e" + group(int64(e))
}

// coverage says how much of the excess the scope explains, where it is not all.
func (w words) coverage(c float64) string {
	if c <= 0 || c >= 0.9995 {
		return ""
	}
	return w.t("inc.coverage", rate(c))
}

// codes lists the raw codes of failures with their shares.
func (w words) codes(codes []analyze.CodeCount, total int) string {
	var parts []string
	for i, c := range codes {
		if i == 4 {
			return strings.Join(parts, w.t("comma")) + w.t("more", len(codes)-i)
		}
		share := ""
		if total > 0 {
			share = rate(float64(c.N) / float64(total))
			if c.Within != nil {
				share += w.t("clause") + w.span(c.Within.Start.Truncate(time.Second), c.Within.End.Truncate(time.Second))
			}
			share = w.t("paren", share)
		}
		parts = append(parts, w.code(c.Code)+" "+group(int64(c.N))+share)
	}
	return strings.Join(parts, w.t("comma"))
}

// code names a raw code; "" is no answer.
func (w words) code(c string) string {
	if c == "" {
		return w.t("noanswer")
	}
	return c
}

// codeOf names the code of a row of a side: a settlement row without one was not left
// without an answer.
func (w words) codeOf(code, side string) string {
	if side == "settlement" {
		return code
	}
	return w.code(code)
}

// evidence is the printed sum of evidence for a cause or a meaning, the
// strongest first: decibans of the winner, and of the runner-up beside them. The strongest line against the
// winner is marked. of is the group of words that names both.
func (p *Report) evidence(of string, lines []analyze.Line, winner, runner, against string) *Table {
	if len(lines) == 0 {
		return nil
	}
	w := p.w
	t := &Table{Columns: []Column{{"name", w.t("evidence"), Text, false}, {"observed", w.t("observed"), Text, false}, {"for", w.t("decibans", w.hypothesis(of, winner)), Number, false}}}
	if runner != "" && runner != winner {
		t.Columns = append(t.Columns, Column{"runner", w.t("decibans", w.hypothesis(of, runner)), Number, false})
	}
	sum := sums(lines)
	lines = append([]analyze.Line(nil), lines...)
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].Decibans[winner] > lines[j].Decibans[winner] })
	for _, l := range lines {
		name := textCell(w.word("line", l.Name))
		if l.Name == against {
			name = textCell(w.t("against", name.Text)).tone(Bad)
		}
		row := []Cell{name, textCell(w.text(l.Observed)), dbCell(l.Decibans[winner]).tone(sideTone(l.Decibans[winner]))}
		if len(t.Columns) == 4 {
			row = append(row, dbCell(l.Decibans[runner]).tone(Muted))
		}
		t.Rows = append(t.Rows, row)
	}
	total := []Cell{textCell(w.t("sum")), textCell(""), dbCell(sum[winner])}
	if len(t.Columns) == 4 {
		total = append(total, dbCell(sum[runner]).tone(Muted))
	}
	t.Rows = append(t.Rows, total)
	return t
}

func sideTone(v float64) Tone {
	switch {
	case v < 0:
		return Bad
	case v > 0:
		return Good
	}
	return Muted
}

// hypothesis names a cause or a meaning.
func (w words) hypothesis(of, h string) string {
	for _, group := range []string{of, "meaning"} {
		if _, ok := catalogue()[group+"."+h]; ok {
			return w.t(group + "." + h)
		}
	}
	return h
}
