package analyze

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// maxTerminals bounds the list of terminals in a report.
const maxTerminals = 500

// terminalTally is one terminal's day while it is counted.
type terminalTally struct {
	Count
	place       uint32 // any place of the terminal
	first, last txn.Instant
	attempts    [24]int32
	technical   [24]int32
}

// terminals counts each terminal's period, most technical declines first.
func (p *pipeline) terminals() (func(*attempt), func() []TerminalCount) {
	type key struct{ institution, merchant, terminal uint32 }
	index := map[key]int32{}
	of := make([]int32, p.book.Places()) // place -> index into list plus one
	var list []*terminalTally
	add := func(a *attempt) {
		at := &of[a.row.Place]
		if *at == 0 {
			pl := p.book.Place(a.row.Place)
			k := key{pl.Institution, pl.Merchant, pl.Terminal}
			if index[k] == 0 {
				list = append(list, &terminalTally{place: a.row.Place, first: txn.NoInstant, last: txn.NoInstant})
				index[k] = int32(len(list))
			}
			*at = index[k]
		}
		t := list[*at-1]
		t.count(a, p.amount(a.row))
		if a.row.Prec <= txn.PrecDay {
			return
		}
		if !t.first.Valid() {
			t.first = a.row.At
		}
		t.last = a.row.At
		hour := floorDiv(a.local, 3600) - 24*floorDiv(a.local, 24*3600)
		t.attempts[hour]++
		if a.result == technical || a.result == unknown {
			t.technical[hour]++
		}
	}
	return add, func() []TerminalCount {
		place := func(t *terminalTally) *ledger.Place { return p.book.Place(t.place) }
		slices.SortFunc(list, func(a, b *terminalTally) int { // ids compare as names do
			x, y := place(a), place(b)
			return cmp.Or(cmp.Compare(b.Declined.Technical+b.Unknown, a.Declined.Technical+a.Unknown), cmp.Compare(b.Attempts, a.Attempts),
				cmp.Compare(x.Institution, y.Institution), cmp.Compare(x.Merchant, y.Merchant), cmp.Compare(x.Terminal, y.Terminal))
		})
		var out []TerminalCount
		for _, t := range list[:min(len(list), maxTerminals)] {
			out = append(out, p.terminal(t))
		}
		return out
	}
}

func (p *pipeline) terminal(t *terminalTally) TerminalCount {
	pl := p.book.Place(t.place)
	out := TerminalCount{Institution: p.book.Name(ledger.Institution, pl.Institution), Merchant: p.book.Name(ledger.Merchant, pl.Merchant),
		Terminal: p.book.Name(ledger.Terminal, pl.Terminal), Count: t.Count}
	out.rates()
	if t.first.Valid() {
		first, last := p.local(t.first), p.local(t.last)
		out.First, out.Last = &first, &last
		out.Hours = make([]HourCell, 24)
		for h := range out.Hours {
			out.Hours[h] = HourCell{int(t.attempts[h]), int(t.technical[h])}
		}
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

// days counts by calendar day, nil for a single day.
func (p *pipeline) days() (func(*attempt), func() []Day) {
	var list []Day
	index := map[int64]int{}
	number, at := int64(math.MinInt64), 0 // the day that was counted last
	add := func(a *attempt) {
		if !a.row.At.Valid() {
			return
		}
		if d := floorDiv(a.local, 24*3600); d != number {
			number = d
			var ok bool
			if at, ok = index[d]; !ok {
				at = len(list)
				index[d] = at
				list = append(list, Day{Date: p.local(a.row.At).Format(time.DateOnly), Incidents: []string{}})
			}
		}
		list[at].count(a, p.amount(a.row))
	}
	return add, func() []Day {
		if len(list) < 2 {
			return nil
		}
		slices.SortFunc(list, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
		for i := range list {
			list[i].rates()
			for _, inc := range p.result.Incidents {
				if inc.Start.In(p.cfg.Location).Format(time.DateOnly) == list[i].Date {
					list[i].Incidents = append(list[i].Incidents, inc.ID)
					list[i].Excess = round(list[i].Excess+inc.Excess, 1)
				}
			}
		}
		return list
	}
}
