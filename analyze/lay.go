package analyze

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// maxProblems bounds the list of problems; their number is never bounded, and every
// file that was not understood is in it.
const maxProblems = 200

// lay puts everything that was found into the Result.
func (p *pipeline) lay() {
	r := &Result{
		Schema: Schema, Tool: Tool{Name: "poslog", Version: p.cfg.Version, Config: append([]string{}, slices.Sorted(slices.Values(p.cfg.Settings))...)},
		Timezone: p.cfg.Location.String(), Currency: p.currency, Period: p.period,
	}
	p.result = r
	together(p.layByIncident, p.layCodes, p.layCauses, p.layTerminals, p.layMoney, p.layRest)
	r.fold()
	r.Changes = append(append(r.Changes, r.bunch()...), trend(r.Days)...)
	r.Problems, r.Provisional = p.problems()
	r.Health = p.health()
	r.Verdict = p.verdict()
}

// layByIncident lays out what counts attempts by their incident.
func (p *pipeline) layByIncident() {
	p.attemptsInside(p.tally.move)
	p.result.Sales = p.tally.sales()
	p.result.Cube = p.tally.cube()
}

func (p *pipeline) layCodes() {
	p.result.Codes = p.codes()
	p.result.Changes = p.changes()
}

// layCauses lays out what asks what was expected inside the incidents.
func (p *pipeline) layCauses() {
	r := p.result
	r.Totals = p.tally.totals()
	r.Totals.OtherCurrencies = p.tally.others()
	p.availability(r.Totals.ByInstitution)
	r.Explained = p.explained()
	r.Recurring = p.recurring()
	r.Chronic = p.chronic()
}

func (p *pipeline) layTerminals() { p.result.Terminals, p.result.Unlisted = p.tally.terminals() }
func (p *pipeline) layMoney()     { p.result.Reconciliation = p.reconciliation() }

func (p *pipeline) layRest() {
	r := p.result
	r.Inputs = p.inputs()
	r.Incidents = p.incidents()
	r.Maintenance = p.maintenance()
	r.Causes, r.Shared = p.causeCounts()
	r.Timeline = p.tally.timeline()
	r.Latency = p.tally.latency()
	r.Days = p.tally.days()
	r.Samples = p.tally.samples()
}

func (p *pipeline) inputs() []Input {
	list := []Input{}
	for _, f := range p.files {
		in := Input{
			Name: f.Source.Name, SHA256: f.Source.SHA256, Format: f.Summary.Format, Side: f.Summary.Side.String(),
			Charset: f.Summary.Charset, Lines: f.Count.Lines, Records: f.Count.Records, Rejected: f.Count.Rejected,
			Skipped: map[string]int{}, Notes: f.Summary.Notes,
		}
		for k, n := range f.Count.Skipped {
			if n != 0 {
				in.Skipped[entry.Skip(k).String()] = n
			}
		}
		if f.Start.Valid() {
			in.Period = &Period{p.local(f.Start), p.local(f.End)}
		}
		for _, c := range f.Summary.Checks {
			in.Checks = append(in.Checks, Check{c.What, c.Stated, c.Read, c.Agrees(), c.Pos.String()})
		}
		if f.Err != nil {
			say := "not understood: "
			if in.Records > 0 {
				say = "read in part: "
			}
			in.Notes = append(slices.Clone(in.Notes), say+txn.Scrub(f.Err.Error()))
		}
		list = append(list, in)
	}
	slices.SortStableFunc(list, func(a, b Input) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256)) })
	return list
}

// problems lists what a person should mend, and whether the report is
// provisional because of it.
func (p *pipeline) problems() (list []Problem, provisional bool) {
	list = []Problem{}
	always := func(pos, rule, text, excerpt, hint string) {
		list = append(list, Problem{Position: pos, Rule: rule, Text: txn.Scrub(text), Excerpt: txn.Scrub(excerpt), Hint: hint})
	}
	left, rejected := 0, 0
	add := func(pos, rule, text, excerpt, hint string) {
		if len(list) < maxProblems {
			always(pos, rule, text, excerpt, hint)
		} else {
			left++
		}
	}
	for _, f := range p.files {
		name := f.Source.Name
		switch n := f.Count.Records; {
		case f.Err != nil && n > 0: // a stream that was cut off: its rows are here
			always(name, "read-in-part", fmt.Sprintf("%s; what was read before it counts: %d rows", f.Err, n), RefusedBy(f.Err), "copy or export the file again, whole")
			provisional = true
		case f.Err != nil:
			always(name, "not-understood", f.Err.Error(), RefusedBy(f.Err), "see which formats were tried with: poslog inspect FILE")
			provisional = true
		}
		if err := f.Count.Check(); err != nil && f.Err == nil {
			always(name, "conservation", err.Error(), "", "please report this file's shape: no line may be lost")
			provisional = true
		}
		if told := f.Summary.Unnamed; told != "" && f.Count.Records > 0 {
			add(name, "columns-unnamed", "the columns have no names; by their values they were taken for "+told, told,
				"look whether that is right with poslog inspect FILE; a format that says so is drafted by poslog inspect --draft FILE")
			provisional = true
		}
		for _, c := range f.Summary.Checks {
			if !c.Agrees() {
				stated, read := c.Figures()
				add(c.Pos.String(), "total-differs", fmt.Sprintf("the file states %s = %s, its rows give %s", c.What, stated, read), fmt.Sprintf("%s %s ≠ %s", c.What, stated, read),
					"look for rows that are missing from the file or were rejected")
				provisional = true
			}
		}
		rejected += f.Count.Rejected
		if n := f.Count.Rejected; n > 0 && float64(n) > p.cfg.Tolerance*float64(n+f.Count.Records) {
			always(name, "many-rejects", fmt.Sprintf("%d of %d rows were rejected", n, n+f.Count.Records), fmt.Sprintf("%d / %d", n, n+f.Count.Records), "the first of them are listed here; all of them with --rejects FILE")
			provisional = true
		}
	}
	if t := p.result.Totals; t.Approved > 0 && t.ApprovedAmount == 0 && len(t.OtherCurrencies) == 0 && !p.priced() {
		add("-", "no-amounts", "no row of the terminal side states an amount: numbers of transactions are right, sums of money are not known", "",
			"export the column of amounts; if it is there, say which it is in a format file")
	}
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		if p.misread(side) {
			add("-", "currency-assumed", fmt.Sprintf("no row of the %s side states a currency: its amounts were read as yuan and fen, and taken in %s, which has other decimals: they are too large or too small", side, p.currency),
				p.currency, "say the currency in a format file: set: {currency: "+p.currency+"}")
			provisional = true
		}
	}
	for _, what := range p.book.Folded() {
		add("-", "too-many-values", fmt.Sprintf("more distinct values of %s than the book tells apart; the rest counts as %q", what, mem.Overflow), what,
			"check whether a column is mapped to the wrong field; analyze parts of the input one by one if it is right")
	}
	for _, c := range p.result.Codes {
		if c.Status == "contradicted" {
			add(c.Institution+" "+c.Code, "contradiction", "the configuration and the evidence disagree; the configuration was followed", "", "see the evidence card of this code")
		}
	}
	for _, r := range p.rejects {
		provisional = provisional || r.Rule == "row-cut" // what stood behind it is not known
		text := r.Msg
		if r.Text != "" {
			text += ": " + r.Text
		}
		add(r.Pos.String(), r.Rule, text, r.Text, r.Hint)
	}
	if left > 0 {
		always("-", "more", fmt.Sprintf("%d problems are not listed here; %d rows were rejected in all", left, rejected), fmt.Sprint(left), "write all rejected rows with --rejects FILE")
	}
	return list, provisional
}

// priced reports whether any row of the terminal side states an amount.
func (p *pipeline) priced() bool {
	for _, r := range p.book.Rows(txn.Terminal) {
		if r.Amount.Valid() {
			return true
		}
	}
	return false
}

// RefusedBy is the rule by which a whole file was refused, "" where the error
// names none.
func RefusedBy(err error) string {
	var e *sheet.Error
	var none *parse.NotUnderstood
	var packed *parse.PackedError
	switch {
	case errors.As(err, &packed):
		return packed.Rule
	case errors.As(err, &e):
		return e.Rule
	case errors.As(err, &none):
		return "no-format"
	}
	return ""
}

// mostSilent is how many of those that a gap is of are named in Health.
const mostSilent = 3

// health says what the data themselves lack.
func (p *pipeline) health() *Health {
	l := p.found.Limits
	h := &Health{Gaps: []Gap{}, Duplicates: p.tally.repeats, NoTime: l.Undated,
		Smallest: Smallest{l.Attempts, round(l.Base, 4), l.Assumed, l.Run, round(l.Minutes, 1), l.TooLittle}, Strangers: p.strangers(), Shift: p.shift()}
	for _, g := range slices.Concat(p.found.Gaps, p.found.Idle) {
		var names []string
		for _, t := range g.Scope {
			for _, id := range t.IDs {
				names = append(names, p.book.Name(t.Dim, id))
			}
		}
		what := cmp.Or(strings.Join(names, " "), "*")
		if n := len(names) - mostSilent; n > 0 {
			what = fmt.Sprintf("%s +%d", strings.Join(names[:mostSilent], " "), n)
		}
		h.Gaps = append(h.Gaps, Gap{p.local(g.Start), p.local(g.End), what, int(math.Round(g.Expected)), g.Missing()})
	}
	slices.SortStableFunc(h.Gaps, func(x, y Gap) int { return x.Start.Compare(y.Start) })
	for _, s := range p.skew {
		if s > 60 || s < -60 {
			h.SkewedClocks++
		}
	}
	for _, c := range p.result.Codes {
		switch c.Status {
		case "mixed", "undecidable", "contradicted":
			h.UndecidedCodes++
		}
	}
	return h
}

// shift tells a side that is in another zone or year: times that differ by whole hours or halves, up to
// those between the date line's two sides, or by a year or more. Those of some days are of settlement's day.
func (p *pipeline) shift() *Shift {
	const step, near, least, most = 30 * time.Minute, 2 * time.Minute, time.Hour, 15 * time.Hour
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	ahead, pairs := p.matches.Shift()
	off := func(step time.Duration) time.Duration { return (ahead - ahead.Round(step)).Abs() }
	switch size := ahead.Abs(); {
	case size >= least-near && size <= most && off(step) <= near:
		return &Shift{"zone", int64(ahead.Round(step) / time.Second), pairs}
	case size >= year-near && off(day) <= near && off(year) <= 3*day: // leap days
		return &Shift{"year", int64(ahead.Round(day) / time.Second), pairs}
	}
	return nil
}

// samples picks failed rows spread over codes and time.
func (p *pipeline) samples() (func(*attempt), func() []Example) {
	const perCode, most = 8, 200
	byCode := make([][]int32, p.book.Codes())
	add := func(a *attempt) {
		if a.result == technical || a.result == unknown || a.result == business {
			byCode[a.row.Code] = append(byCode[a.row.Code], int32(a.i))
		}
	}
	return add, func() []Example {
		var rows []int
		for _, list := range byCode {
			for _, n := range spread(len(list), perCode) {
				rows = append(rows, int(list[n]))
			}
		}
		slices.Sort(rows)
		var out []Example
		for _, n := range spread(len(rows), most) {
			out = append(out, p.example(rows[n]))
		}
		return out
	}
}
