package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// maxTerminals bounds the list of terminals in a report.
const maxTerminals = 500

// terminals counts each terminal's period, most technical declines first.
func (p *pipeline) terminals() []TerminalCount {
	type key struct{ institution, merchant, terminal uint32 }
	index := map[key]int{}
	var list []TerminalCount
	p.attempts(func(a *attempt) {
		pl := p.book.Place(a.row.Place)
		k := key{pl.Institution, pl.Merchant, pl.Terminal}
		at, ok := index[k]
		if !ok {
			at = len(list)
			index[k] = at
			list = append(list, TerminalCount{Institution: p.book.Name(ledger.Institution, k.institution),
				Merchant: p.book.Name(ledger.Merchant, k.merchant), Terminal: p.book.Name(ledger.Terminal, k.terminal)})
		}
		t := &list[at]
		t.count(a)
		if a.row.Prec <= txn.PrecDay {
			return
		}
		when := a.row.At.Time().In(p.cfg.Location)
		if t.First == nil {
			t.First = &when
		}
		t.Last = &when
		if t.Hours == nil {
			t.Hours = make([]HourCell, 24)
		}
		h := &t.Hours[when.Hour()]
		h.Attempts++
		if a.result == technical || a.result == unknown {
			h.Technical++
		}
	})
	for i := range list {
		list[i].rates()
		if s, ok := p.skew[list[i].Terminal]; ok {
			list[i].SkewSeconds = &s
		}
	}
	slices.SortStableFunc(list, func(a, b TerminalCount) int {
		return cmp.Or(cmp.Compare(b.Declined.Technical+b.Unknown, a.Declined.Technical+a.Unknown), cmp.Compare(b.Attempts, a.Attempts),
			cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.Merchant, b.Merchant), cmp.Compare(a.Terminal, b.Terminal))
	})
	return list[:min(len(list), maxTerminals)]
}

// latencyEdges are the lower bounds of the histogram's bins, in milliseconds.
var latencyEdges = []int{0, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000}

// latency is the histogram of answer times, nil where no row has one.
func (p *pipeline) latency() *Latency {
	l := &Latency{Edges: latencyEdges, Approved: make([]int, len(latencyEdges)), Declined: make([]int, len(latencyEdges))}
	var answers [60_001]int32 // by millisecond, the last one open
	n := 0
	p.attempts(func(a *attempt) {
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
	})
	if n == 0 {
		return nil
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
	l.P50, l.P95, l.P99 = quantile(500), quantile(950), quantile(990)
	return l
}

// days counts by calendar day, nil for a single day.
func (p *pipeline) days() []Day {
	var list []Day
	index := map[string]int{}
	p.attempts(func(a *attempt) {
		if !a.row.At.Valid() {
			return
		}
		d := a.row.At.Time().In(p.cfg.Location).Format(time.DateOnly)
		at, ok := index[d]
		if !ok {
			at = len(list)
			index[d] = at
			list = append(list, Day{Date: d, Incidents: []string{}})
		}
		list[at].count(a)
	})
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
