package analyze

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// maxTerminals bounds the list of terminals in a report.
const maxTerminals = 500

// terminalTally is one terminal's period while it is counted.
type terminalTally struct {
	sums
	first, last txn.Instant
	place       uint32 // the first of the terminal
	_           uint32 // one line of the processor's cache holds it
}

// terminals counts each terminal's period, most technical declines first, and from
// these the totals by institution.
func (p *pipeline) terminals() (func(*attempt), func() Totals, func() (list []TerminalCount, unlisted int)) {
	of := make([]int32, p.book.Places()) // place -> index into list
	list := make([]terminalTally, 0, len(of))
	var before *ledger.Place
	for id := range of { // places of one terminal follow each other
		pl := p.book.Place(uint32(id))
		if before == nil || pl.Institution != before.Institution || pl.Merchant != before.Merchant || pl.Terminal != before.Terminal {
			list = append(list, terminalTally{place: uint32(id), first: txn.NoInstant, last: txn.NoInstant})
		}
		of[id], before = int32(len(list)-1), pl
	}
	add := func(a *attempt) {
		t := &list[of[a.row.Place]]
		t.add(a)
		if a.row.Prec <= txn.PrecDay {
			return
		}
		if !t.first.Valid() {
			t.first = a.row.At
		}
		t.last = a.row.At
	}
	totals := func() Totals {
		t := Totals{Formulas: formulas, ByInstitution: []InstitutionCount{}}
		by := make([]InstitutionCount, p.book.Names(ledger.Institution))
		for i := range list {
			t.count(&list[i].sums)
			by[p.book.Place(list[i].place).Institution].count(&list[i].sums)
		}
		t.rates()
		for id := range by {
			if by[id].Attempts == 0 {
				continue
			}
			by[id].Institution = p.book.Name(ledger.Institution, uint32(id))
			by[id].rates()
			t.ByInstitution = append(t.ByInstitution, by[id])
		}
		return t
	}
	return add, totals, func() ([]TerminalCount, int) {
		type rank struct{ failed, attempts, at int32 }
		order := make([]rank, 0, len(list))
		for i := range list {
			if t := &list[i]; t.attempts() > 0 {
				order = append(order, rank{t.n[technical] + t.n[unknown], int32(t.attempts()), int32(i)})
			}
		}
		slices.SortFunc(order, func(a, b rank) int { // places stand in the order of their names
			return cmp.Or(cmp.Compare(b.failed, a.failed), cmp.Compare(b.attempts, a.attempts), cmp.Compare(a.at, b.at))
		})
		shown := make([]*TerminalCount, len(list))
		out := make([]TerminalCount, min(len(order), maxTerminals))
		for i := range out {
			at := order[i].at
			out[i] = p.terminal(&list[at])
			shown[at] = &out[i]
		}
		p.hours(func(r *ledger.Row) *TerminalCount { return shown[of[r.Place]] })
		return out, len(order) - len(out)
	}
}

// hours counts the attempts of terminals by hour of the day: those of the few that are
// shown only, in a pass of its own.
func (p *pipeline) hours(terminal func(*ledger.Row) *TerminalCount) {
	var a attempt
	clock := localtime.In(p.cfg.Location)
	for i, r := range p.book.Rows(txn.Terminal) {
		t := terminal(r)
		if t == nil || t.Hours == nil || r.Prec <= txn.PrecDay || !r.Kind.Attempt() || p.isRepeat(i, r) || !p.attempt(i, r, &a) {
			continue
		}
		local := int64(0)
		if r.At.Valid() {
			local = clock.Seconds(r.At)
		}
		h := &t.Hours[localtime.Hour(local)]
		h.Attempts++
		if a.result == technical || a.result == unknown {
			h.Technical++
		}
	}
}

func (p *pipeline) terminal(t *terminalTally) TerminalCount {
	pl := p.book.Place(t.place)
	out := TerminalCount{Institution: p.book.Name(ledger.Institution, pl.Institution), Merchant: p.book.Name(ledger.Merchant, pl.Merchant),
		Terminal: p.book.Name(ledger.Terminal, pl.Terminal)}
	out.count(&t.sums)
	out.rates()
	if t.first.Valid() {
		first, last := p.local(t.first), p.local(t.last)
		out.First, out.Last, out.Hours = &first, &last, make([]HourCell, 24)
	}
	if s, ok := p.skew[out.Terminal]; ok {
		out.SkewSeconds = &s
	}
	return out
}

// latencyEdges are the lower bounds of the histogram's bins, in milliseconds.
var latencyEdges = []int{0, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000}

// latency is the histogram of answer times, nil where no row has one.
func (p *pipeline) latency() (func(*attempt), func() *Latency) {
	l := &Latency{Edges: latencyEdges, Approved: make([]int, len(latencyEdges)), Declined: make([]int, len(latencyEdges))}
	answers := make([]int32, 60_001) // by millisecond, the last one open
	n := 0
	add := func(a *attempt) {
		if a.row.Code == 0 && a.row.Flags&(txn.TimedOut|txn.NoAnswer) != 0 {
			l.NoAnswer++
			return
		}
		ms := int(a.row.Latency)
		if ms < 0 {
			return
		}
		bin, found := slices.BinarySearch(latencyEdges, ms)
		if !found {
			bin--
		}
		if a.result == approved || a.result == reversed {
			l.Approved[bin]++
		} else {
			l.Declined[bin]++
		}
		answers[min(ms, len(answers)-1)]++
		n++
	}
	quantile := func(permille int) int {
		sum, want := 0, (n*permille+999)/1000
		for ms, k := range answers {
			if sum += int(k); sum >= want {
				return ms
			}
		}
		return len(answers) - 1
	}
	return add, func() *Latency {
		if n == 0 {
			return nil
		}
		l.P50, l.P95, l.P99 = quantile(500), quantile(950), quantile(990)
		return l
	}
}

// share gives an incident to the days that it touches, and to each the part of its
// excess that its failures of the day are.
func (p *pipeline) share(n int, days []Day) {
	w := &p.found.Windows[n]
	failed := map[string]int{}
	for _, i := range w.Rows {
		if p.incidentOf[i] == int16(n) { // else it counts for an earlier one
			failed[p.local(p.book.At(txn.Terminal, int(i))).Format(time.DateOnly)]++
		}
	}
	first, last := p.local(w.Start).Format(time.DateOnly), p.local(w.End-1).Format(time.DateOnly)
	for i := range days {
		d := &days[i]
		if k := failed[d.Date]; k > 0 || d.Date >= first && d.Date <= last {
			d.Incidents = append(d.Incidents, p.incidentID(n))
			d.Excess = round(d.Excess+w.Excess*float64(k)/float64(max(1, len(w.Rows))), 1)
		}
	}
}

// days counts by calendar day, nil for a single day.
func (p *pipeline) days() (func(*attempt), func() []Day) {
	var list []Day
	var counted []sums
	index := map[int64]int{}
	number, at := int64(math.MinInt64), 0 // the day that was counted last
	add := func(a *attempt) {
		if !a.row.At.Valid() {
			return
		}
		if d := localtime.Day(a.local); d != number {
			number = d
			var ok bool
			if at, ok = index[d]; !ok {
				at = len(list)
				index[d] = at
				list = append(list, Day{Date: p.local(a.row.At).Format(time.DateOnly), Incidents: []string{}})
				counted = append(counted, sums{})
			}
		}
		counted[at].add(a)
	}
	return add, func() []Day {
		if len(list) < 2 {
			return nil
		}
		for i := range list {
			list[i].count(&counted[i])
			list[i].rates()
		}
		slices.SortFunc(list, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
		for n := range p.found.Windows {
			p.share(n, list)
		}
		return list
	}
}
