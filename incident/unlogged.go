package incident

import (
	"cmp"
	"math"
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// fewestUnlogged is how many payments in a row must have been settled of which the log has none,
// nor any other attempt between them. One or two are a matter for reconciliation.
const fewestUnlogged = 5

// sale is one that was settled and of which the log knows nothing.
type sale struct {
	at    txn.Instant
	place uint32
}

// unlogged finds what money alone tells: stretches in which an entity was paid for sales, one after the
// other, while the log has nothing of it, be they too short to stand out against its peers. A stretch is that of
// the widest entity that was hit as a whole.
func unlogged(ev *events, opt *Options, sales []sale) []Gap {
	if len(sales) < fewestUnlogged || ev.len() == 0 {
		return nil
	}
	var wider []Gap
	for k, d := range silenced {
		var out []Gap
		paid := make([][]sale, ev.book.Names(d))
		of := ev.column(d).ids
		for _, s := range sales {
			if id := of[s.place]; id != 0 {
				paid[id] = append(paid[id], s)
			}
		}
		logged := make([][]int32, len(paid))
		for i := range int32(ev.len()) {
			if id := of[ev.place.At(i)]; len(paid[id]) >= fewestUnlogged {
				logged[id] = append(logged[id], i)
			}
		}
		for id := range paid {
			for _, g := range runs(ev, paid[id], logged[id], opt.E0*rareGap) {
				g.Scope = Scope{{d, []uint32{uint32(id)}}}
				if !ev.part(wider, &g.Gap) && (k+1 == len(silenced) || !ev.onlyOne(g.sales, &g.Gap, silenced[k+1])) {
					out = append(out, g.Gap)
				}
			}
		}
		wider = append(wider, atOnce(out)...)
	}
	return wider
}

// atOnce makes one gap of those of three entities or more that have most of their sales at one time: what
// they have in common, such as a front-end that writes the log of some shops, is no dimension.
func atOnce(gaps []Gap) []Gap {
	slices.SortStableFunc(gaps, func(x, y Gap) int { return cmp.Compare(x.sales[0], y.sales[0]) })
	type group struct {
		Gap
		members []Gap
	}
	var groups []group
	for _, g := range gaps {
		k := slices.IndexFunc(groups, func(x group) bool { return x.joins(&g) })
		if k < 0 {
			groups = append(groups, group{g, []Gap{g}})
			continue
		}
		x := &groups[k]
		x.Gap, x.members = x.with(&g), append(x.members, g)
	}
	var out []Gap
	for _, x := range groups {
		if len(x.members) < 3 {
			out = append(out, x.members...)
			continue
		}
		slices.Sort(x.Scope[0].IDs)
		out = append(out, x.Gap)
	}
	return out
}

// joins reports whether two gaps have a time in common with most of the sales of both.
func (x *Gap) joins(g *Gap) bool {
	start, end := max(x.Start, g.Start), min(x.End, g.End)
	for _, v := range [...]*Gap{x, g} {
		if common := min(end, v.sales[1]) - max(start, v.sales[0]); 2*common <= v.sales[1]-v.sales[0] {
			return false
		}
	}
	return true
}

// with is the gap that two have in common.
func (x *Gap) with(g *Gap) Gap {
	y := *x
	y.Start, y.End, y.Open = max(x.Start, g.Start), min(x.End, g.End), x.Open && g.Open
	y.sales = [2]txn.Instant{min(x.sales[0], g.sales[0]), max(x.sales[1], g.sales[1])}
	y.Settled, y.Expected, y.EValue = x.Settled+g.Settled, x.Expected+g.Expected, min(x.EValue, g.EValue)
	y.Scope = Scope{{x.Scope[0].Dim, append(slices.Clone(x.Scope[0].IDs), g.Scope[0].IDs...)}}
	return y
}

// mostLone bounds the sales that are looked at.
const mostLone = 1 << 19

// loneSales are those of settlement that the log lacks, by time; none where they are too many.
func loneSales(b ledger.Book, lone func(i int) bool) (out []sale) {
	if lone == nil {
		return nil
	}
	n := 0
	for i := range b.Len(txn.Settlement) {
		if lone(i) {
			n++
		}
	}
	if n > mostLone {
		return nil
	}
	for i := range b.Len(txn.Settlement) {
		if !lone(i) {
			continue
		}
		if r := b.Row(txn.Settlement, i); r.Kind == txn.Sale && r.At.Valid() && r.Prec > txn.PrecDay {
			out = append(out, sale{r.At, r.Place})
		}
	}
	slices.SortStableFunc(out, func(x, y sale) int { return cmp.Compare(x.at, y.at) })
	return out
}

// paidRun is a gap with the sales inside.
type paidRun struct {
	Gap
	sales []sale
}

// runs are the stretches between two attempts of an entity, or between one and the end of the data, that
// hold most of the sales that the log lacks and are rarer by chance than least. A log of failures alone lacks all.
func runs(ev *events, paid []sale, logged []int32, least float64) (out []paidRun) {
	before := func(at txn.Instant) int {
		k, _ := slices.BinarySearchFunc(paid, at, func(s sale, at txn.Instant) int { return cmp.Compare(s.at, at) })
		return k
	}
	paid = paid[before(ev.at(0)):before(ev.last()+1)] // beyond, nobody's log reaches
	sold := 0
	for _, i := range logged {
		if ev.famOf(i) == noFailure {
			sold++
		}
	}
	if len(paid) < fewestUnlogged || 2*sold < len(paid) {
		return nil
	}
	alone := len(paid)
	for len(paid) > 0 {
		next, _ := slices.BinarySearchFunc(logged, paid[0].at+1, func(i int32, at txn.Instant) int { return cmp.Compare(ev.at(i), at) })
		g := Gap{Start: ev.at(0), End: ev.last() + 1, Trace: -1, Open: next == len(logged)}
		if next > 0 {
			g.Start = ev.at(logged[next-1])
		}
		if !g.Open {
			g.End = ev.at(logged[next])
		}
		n, times := 1, 1
		for ; n < len(paid) && paid[n].at < g.End; n++ {
			if paid[n].at != paid[n-1].at {
				times++
			}
		}
		// One time for all is that of a file and not of its payments.
		if n >= fewestUnlogged && times > n/2 {
			g.Lost, g.Paid, g.Settled, g.Expected = true, true, n, float64(n)
			g.sales = [2]txn.Instant{paid[0].at, paid[n-1].at}
			alone -= n
			out = append(out, paidRun{g, paid[:n]})
		}
		paid = paid[n:]
	}
	for i := range out {
		out[i].EValue = byChance(out[i].Settled, alone, len(logged))
	}
	return slices.DeleteFunc(out, func(g paidRun) bool { return 5*alone > g.Settled || g.EValue > least })
}

// byChance is how many runs of so many unlogged sales an entity with some attempts has if each
// sale is missing from the log as often as those outside of runs.
func byChance(run, alone, attempts int) float64 {
	q := float64(alone+1) / float64(attempts+2)
	return float64(attempts) * math.Pow(min(1, q), float64(run))
}

// onlyOne reports whether all sales are of one entity of a narrower dimension, one of several in a scope.
func (e *events) onlyOne(sales []sale, g *Gap, narrower ledger.Dim) bool {
	of := e.column(narrower).ids
	id := of[sales[0].place]
	if id == 0 || slices.ContainsFunc(sales, func(s sale) bool { return of[s.place] != id }) {
		return false
	}
	return slices.ContainsFunc(e.placesOf(g.Scope[0].Dim, g.Scope[0].IDs[0]), func(p int32) bool { return of[p] != id && of[p] != 0 })
}
