package incident

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// member is one entity whose silence is tested.
type member struct {
	id     uint32
	n      int    // attempts
	others int    // attempts of its peers without its own: their traffic says what to expect
	shop   uint32 // its peers where ofShop, else they are all
	ofShop bool
	closes bool // may simply open later or close earlier than its peers
}

// listener is how far the attempts of a member are read: they come in time order,
// those of all members at once, so that memory is read in one direction however many
// there are.
type listener struct {
	last int32 // attempt read, -1 = none
	rank int32 // its place among the peers
	few  int32 // so many of the others inside a gap are not notable
	most int32 // of the others inside a gap
}

// level holds the members of a dimension and their candidate gaps.
type level struct {
	dim       ledger.Dim
	members   []member
	listeners []listener
	found     []owned // with -ln P in EValue
	tests     float64 // attempts of all
	bar       float64 // that a gap must pass at least
}

// silence finds the stretches in which an institution, a merchant or a terminal
// had no attempts although its peers' traffic predicts some, and the stretches
// that are missing from the log.
//
// If n attempts of an entity and N of its peers are dealt at random, the next M
// after one of the n are all of the N with the probability that [member.nats] gives. Shops have
// hours of their own, so that this alone would report every lunch break: a gap must also be far
// longer than the longest one of four in five other entities of its level, and be no habit.
//
// Where nobody had an attempt there are no peers to tell by: see [traces.nobody] for those in idle. Nor are
// there where those who trade now came later: such gaps to the end of the data are in left.
func silence(ev *events, opt *Options) (gaps, idle, left []Gap) {
	if ev.len() == 0 || opt.Chosen {
		return nil, nil, nil
	}
	all, census := levels(ev, opt)
	sales := loneSales(ev.book, opt.Lone)
	paid := unlogged(ev, opt, sales)
	tr := newTraces(ev, opt, all, sales, paid)
	defer tr.free()
	gaps, idle = tr.nobody(opt)
	for _, g := range paid {
		if n := g.Settled; !ev.part(gaps, &g) {
			tr.judge(&g)
			g.Lost, g.Settled = true, n
			gaps = append(gaps, g)
		}
	}
	own := diaries(ev, all)
	for k := range all {
		l, known := &all[k], gaps // none is part of another of its own level
		if len(l.found) == 0 {
			continue
		}
		longest := make([]float64, len(l.members))
		for i := range longest {
			longest[i] = l.members[i].longest(int(l.listeners[i].most))
		}
		sorted := slices.Sorted(slices.Values(longest))
		for _, g := range l.found {
			// EValue holds -ln P up to here.
			common := 1.5 * typical(sorted, longest[g.of])
			if g.EValue >= min(l.bar, notable) && g.weigh(&l.members[g.of], census) && g.Open && !ev.part(left, &g.Gap) {
				left = append(left, g.Gap)
			}
			if g.EValue < min(l.bar, notable) || ev.part(known, &g.Gap) || ev.part(idle, &g.Gap) {
				continue
			}
			tr.judge(&g.Gap)
			// Numbers and money that went on are no chance and no shop hours; sign-offs and
			// batches at night use a few.
			used := g.Lost && g.EValue >= notable && float64(max(g.Trace, g.Settled)) >= max(8, .5*g.Expected)
			if ok := used; !ok {
				if common, ok = l.stands(&g, own[k][l.members[g.of].id], common); !ok {
					continue
				}
			}
			g.EValue = l.tests * math.Exp(common-g.EValue)
			if used {
				g.EValue = min(g.EValue, opt.E0*rareGap)
			}
			gaps = append(gaps, g.Gap)
		}
	}
	slices.SortStableFunc(gaps, func(x, y Gap) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), compareScopes(x.Scope, y.Scope))
	})
	return gaps, idle, left
}

// stands reports whether a gap is no chance and no habit: it exceeds what is common, of others or, once
// there are enough days of its own, of these, by the bar of its level.
func (l *level) stands(g *owned, d *diary, common float64) (nats float64, ok bool) {
	m := &l.members[g.of]
	n, days := d.usual(&g.Gap)
	usual := 1.5 * m.longest(min(n, m.others))
	if common = max(common, usual); days >= enoughDays {
		common = usual // its own days say more than others do
	}
	return common, g.EValue >= l.bar+common && !d.repeated(&g.Gap) && (days >= enoughDays || d.cut(&g.Gap) >= notable)
}

// A gap is worth a line only where it lasts and is far beyond chance: traffic is
// burstier than dealing at random, as queues and clerks come and go.
const (
	shortest = txn.Instant(20 * time.Minute / time.Microsecond)
	rareGap  = .1

	enoughDays = 4 // to know an entity by
)

// owned is a gap of member number of of its level.
type owned struct {
	Gap
	of int
}

// typical is what four of five of the other entities do not exceed; sorted
// holds the value of every entity, own among them.
func typical(sorted []float64, own float64) float64 {
	k := (len(sorted) - 1) * 4 / 5
	if len(sorted) < 2 {
		return 0
	}
	if at, _ := slices.BinarySearch(sorted, own); k >= at {
		k++ // own is left out
	}
	return sorted[k]
}

// silenced are the dimensions that fall silent, from the widest to the narrowest.
var silenced = [...]ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal}

// levels returns the entities of a dimension from the widest to the narrowest, with
// their candidate gaps.
func levels(ev *events, opt *Options) ([]level, *census) {
	c := takeCensus(ev)
	var out []level
	of := make([][len(silenced)]int32, ev.book.Places()) // by place its members, from 1
	for k, d := range silenced {
		l, number := c.level(k)
		if len(l.members) == 0 {
			continue
		}
		l.bar = math.Log(max(1, l.tests) / (opt.E0 * rareGap))
		for p, id := range ev.column(d).ids {
			of[p][len(out)] = number[id]
		}
		out = append(out, l)
	}
	if len(out) > 0 {
		c.listen(out, of)
	}
	return out, c
}

// Nats of a gap that may be worth a line, and of one that is not looked at.
const (
	notable = 10
	hardly  = 6
)

// test looks at the stretch from the last attempt of a member to another one of its
// own, which stands at a rank among those of its peers, or, if open, to the end, and reports
// whether it is a candidate.
func (l *level) test(ev *events, of int, to, rank int32, open bool) bool {
	x := &l.listeners[of]
	inside := rank - x.rank - 1
	x.most = max(x.most, inside)
	if inside <= x.few {
		return false
	}
	m := &l.members[of]
	if v := m.nats(int(inside)); v > hardly && v >= min(l.bar, notable) {
		start, end := ev.at(x.last), ev.at(to) // looked up where there is a gap: the last may be far back in memory
		if open {
			end++
		}
		if end-start < shortest {
			return false
		}
		l.found = append(l.found, owned{Gap{Scope: Scope{{l.dim, []uint32{m.id}}}, Start: start, End: end, EValue: v, Open: open, Trace: -1, peers: inside, shop: m.shop,
			Expected: m.expected(int(inside), m.others)}, of})
		return true
	}
	return false
}

// expected is what the traffic of its peers inside a gap, of so many in all, says of its own.
func (m *member) expected(inside, others int) float64 {
	return float64(m.n) * float64(inside) / max(1, float64(others-inside))
}

// weigh compares a gap with those peers alone that traded before it, and reports whether most of those inside did
// not, and the others say nothing.
func (g *owned) weigh(m *member, c *census) (left bool) {
	inside, others := c.veterans(m, &g.Gap)
	if inside == int(g.peers) && others == m.others {
		return false
	}
	x, all := *m, int(g.peers)
	x.others = others
	g.peers, g.EValue, g.Expected = int32(inside), x.nats(inside), x.expected(inside, others)
	return 2*inside < all && g.EValue < notable
}

// nats is -ln P that after one of its own attempts so many of the others come before
// the next: all ways to deal them in which the next ones are others'.
func (m *member) nats(inside int) float64 {
	ln := func(k int) float64 { // of k!
		v, _ := math.Lgamma(float64(k) + 1)
		return v
	}
	all := m.n + m.others
	return ln(all) - ln(all-inside) - ln(m.others) + ln(m.others-inside)
}

// longest is -ln P of the largest gap, of which so many others are inside.
func (m *member) longest(most int) float64 {
	if most == 0 {
		return 0
	}
	return max(0, m.nats(most))
}

// part reports whether most of a gap is part of one of others, or its scope wider than that of the money that
// tells who was hit.
func (e *events) part(others []Gap, g *Gap) bool {
	from, until := g.Start, g.End
	if g.Paid {
		from, until = g.sales[0], g.sales[1]
	}
	return slices.ContainsFunc(others, func(w Gap) bool {
		common := min(w.End, until) - max(w.Start, from)
		return float64(common) > .7*float64(until-from) && (e.holds(w.Scope, g.Scope) || w.Paid && e.hasSome(g.Scope, w.Scope))
	})
}

// holds reports whether a scope has every place of another one, both of entities of one dimension or of
// everything.
func (e *events) holds(wide, narrow Scope) bool {
	if len(wide) == 0 || len(narrow) == 0 {
		return len(wide) == 0
	}
	for _, id := range narrow[0].IDs {
		for _, p := range e.placesOf(narrow[0].Dim, id) {
			if !wide.covers(e.book.Place(uint32(p))) {
				return false
			}
		}
	}
	return true
}

// hasSome reports whether a scope has any place of another one.
func (e *events) hasSome(wide, narrow Scope) bool {
	for _, t := range narrow {
		for _, id := range t.IDs {
			for _, p := range e.placesOf(t.Dim, id) {
				if wide.covers(e.book.Place(uint32(p))) {
					return true
				}
			}
		}
	}
	return false
}

// covers reports whether a place is in a scope of places.
func (s Scope) covers(p *ledger.Place) bool {
	for i := range s {
		if !s[i].has(p.ID(s[i].Dim)) {
			return false
		}
	}
	return true
}
