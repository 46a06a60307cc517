package analyze

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

const maxExamples = 5

// incidentID names incidents in order of their start.
func (p *pipeline) incidentID(n int) string {
	if n < 0 {
		return ""
	}
	return fmt.Sprintf("I%d", n+1)
}

func (p *pipeline) incidents() []Incident {
	list := []Incident{}
	for n := range p.found.Windows {
		list = append(list, p.incident(n))
	}
	return list
}

func (p *pipeline) incident(n int) Incident {
	w, a := &p.found.Windows[n], &p.causes[n]
	runner := a.RunnerUp()
	inc := Incident{
		ID: p.incidentID(n), Start: p.local(w.Start), End: p.local(w.End), Open: w.Open,
		StartRange: [2]time.Time{p.local(w.StartRange[0]), p.local(w.StartRange[1])},
		EndRange:   [2]time.Time{p.local(w.EndRange[0]), p.local(w.EndRange[1])},
		Cause:      a.Cause.String(), Planned: a.Planned, OverrunSeconds: int64(a.Overrun / time.Second),
		Confidence: round(a.Confidence, 3), RunnerUp: &RunnerUp{runner.Cause.String(), round(runner.P, 3)},
		Scope: p.scope(w.Scope), Coverage: round(w.Coverage, 3), Attempts: w.Attempts, Failures: w.Failures,
		Expected: round(w.Expected, 2), Excess: round(w.Excess, 2), EValue: significant(w.EValue),
		Currency: p.currency, Codes: []CodeCount{}, Evidence: lines(a.Lines),
		Against: a.Against, Missing: Text(a.Missing), Examples: []Example{},
	}
	if a.Cause == cause.Undetermined {
		rival := a.Ranking[1]
		inc.Rival = &RunnerUp{rival.Cause.String(), round(rival.P, 3)}
	}
	if a.Declared != nil {
		inc.Declared = &Period{a.Declared.Start.In(p.cfg.Location), a.Declared.End.In(p.cfg.Location)}
	}
	for _, e := range w.NotTested {
		inc.NotTestable = append(inc.NotTestable, fmt.Sprintf("%s=%s", e.Dim, p.book.Name(e.Dim, e.ID)))
	}
	inc.Codes = p.codeCounts(w)
	for k := range p.found.Windows {
		if both := w.Failures - len(w.Without(&p.found.Windows[k])); k != n && both > 0 {
			inc.Overlaps = append(inc.Overlaps, Overlap{p.incidentID(k), both})
		}
	}
	inc.AmountAtRisk = p.atRisk(w.Rows)
	for _, i := range spread(len(w.Rows), maxExamples) {
		inc.Examples = append(inc.Examples, p.example(int(w.Rows[i])))
	}
	merchant, desk := a.Advice(w.Open)
	inc.Advice, inc.MerchantAdvice = texts(desk), texts(merchant)
	return inc
}

// codeName is the code of a terminal row; where it has none, the words that say what became of it.
func (p *pipeline) codeName(i int, r *ledger.Row) string {
	return cmp.Or(p.book.Code(r.Code), p.evidence.CardOf(i).Code)
}

// A code is confined to a part of an incident where so many of its failures lie within half of its time: they
// did not come evenly over all of it.
const leastConfined = 10

// codeCounts counts the codes of a window's failures; where a row has none, the words that say its outcome.
func (p *pipeline) codeCounts(w *incident.Window) []CodeCount {
	type seen struct {
		n           int
		first, last txn.Instant
	}
	by := map[string]*seen{}
	for _, i := range w.Rows {
		r := p.book.Row(txn.Terminal, int(i))
		name := p.codeName(int(i), &r)
		s := by[name]
		if s == nil {
			s = &seen{0, r.At, r.At}
			by[name] = s
		}
		s.n++
		s.first, s.last = min(s.first, r.At), max(s.last, r.At)
	}
	list := []CodeCount{}
	add := func(name string) {
		s := by[name]
		if s == nil {
			return
		}
		delete(by, name)
		c := CodeCount{Code: name, N: s.n}
		if len(w.Codes) > 1 && s.n >= leastConfined && 2*s.last.Sub(s.first) <= w.Length() {
			c.Within = &Period{p.local(s.first), p.local(s.last)}
		}
		list = append(list, c)
	}
	for _, c := range w.Codes {
		if code := p.book.Code(c.Code); code != "" {
			add(code)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(by)) {
		add(word)
	}
	slices.SortStableFunc(list, func(a, b CodeCount) int { return cmp.Compare(b.N, a.N) })
	return list
}

// atRisk sums the failed amounts, one card's tries of the same amount once.
func (p *pipeline) atRisk(rows []int32) int64 {
	type try struct {
		card   uint64
		place  uint32
		amount txn.Minor
	}
	seen := map[try]bool{}
	var sum int64
	for _, i := range rows {
		r := p.book.Row(txn.Terminal, int(i))
		amount := p.amount(&r)
		if !amount.Valid() {
			continue
		}
		k := try{r.Token, r.Place, amount}
		if r.Token != 0 && seen[k] {
			continue
		}
		seen[k] = true
		sum += int64(amount)
	}
	return sum
}

// scope names the values of a scope; the empty scope is everything.
func (p *pipeline) scope(s incident.Scope) map[string][]string {
	m := map[string][]string{}
	for _, t := range s {
		for _, id := range t.IDs {
			m[t.Dim.String()] = append(m[t.Dim.String()], p.book.Name(t.Dim, id))
		}
	}
	return m
}

func lines(in []cause.Line) []Line {
	out := []Line{}
	for _, l := range in {
		out = append(out, Line{l.Name, Text(l.Observed), l.ByName()})
	}
	return out
}

// example shows one row of the terminal book.
func (p *pipeline) example(i int) Example {
	r := p.book.Row(txn.Terminal, i)
	e := p.describe(&r)
	e.Incident = p.incidentID(int(p.incidentOf[i]))
	e.Outcome = resultNames[resultOf(p.evidence.Ruling(i), p.matches.ReversedBy(i) >= 0)]
	return e
}

// describe is what a row of either book states by itself.
func (p *pipeline) describe(r *ledger.Row) Example {
	pos := ledger.Pos(p.book, r)
	e := Example{File: pos.Src.Name, Line: int(pos.Line), Institution: p.book.Name(ledger.Institution, p.book.Place(r.Place).Institution),
		Terminal: p.book.Name(ledger.Terminal, p.book.Place(r.Place).Terminal), Code: p.book.Code(r.Code)}
	var text []string
	if r.At.Valid() {
		t := p.local(r.At)
		e.Time = &t
		text = append(text, t.Format("2006-01-02 15:04:05"))
	}
	if e.Terminal != "" {
		text = append(text, e.Terminal)
	}
	if e.Code != "" {
		text = append(text, e.Code)
	} else {
		text = append(text, "-")
	}
	if r.Amount.Valid() {
		v := int64(r.Amount)
		e.Amount = &v
		currency := p.currency
		if p.mixed {
			e.Currency = ledger.CurrencyOf(p.book, r)
			currency = e.Currency
		}
		text = append(text, r.Amount.In(currency))
	}
	if r.Latency != txn.NoLatency {
		v := int(r.Latency)
		e.LatencyMS = &v
		text = append(text, fmt.Sprintf("%d ms", v))
	}
	for _, s := range []string{ledger.MaskedPAN(p.book, r), p.book.Text(r.Text)} {
		if s != "" {
			text = append(text, s)
		}
	}
	e.Text = strings.Join(text, "  ")
	return e
}

func (p *pipeline) local(t txn.Instant) time.Time {
	if !t.Valid() {
		return time.Time{}
	}
	return t.Time().In(p.cfg.Location)
}

// spread picks at most k of n indexes, evenly, the first and last included.
func spread(n, k int) []int {
	if n <= k {
		k = n
	}
	out := make([]int, k)
	for i := range out {
		if k > 1 {
			out[i] = i * (n - 1) / (k - 1)
		}
	}
	return out
}
