package incident

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// census is how many attempts there are of whom. Those tried again are left out, as tries come
// in bunches, and so are those that a fault met: clerks try more then, or give up, and neither is
// traffic that says what to expect of others.
type census struct {
	ev    *events
	all   int
	count [len(silenced)][]int // by entity
	shop  []uint32             // by place
	shops []int                // attempts of each shop
	seen  []traffic            // by place
	own   []traffic            // by terminal: its first attempt, and the shop of it
	ends  []int32              // by shop: its last attempt
	end   int32                // the last attempt of all
	late  map[uint32][]int32   // see newcomers; nil before they are asked for
}

func takeCensus(ev *events) *census {
	c := &census{ev: ev, shop: ev.column(ledger.Merchant).ids}
	seen := make([]traffic, ev.book.Places())
	c.seen = seen
	for i := range int32(ev.len()) {
		if !ev.usual(i) {
			continue
		}
		t := &seen[ev.place.At(i)]
		if t.n == 0 {
			t.first = i
		}
		t.n++
		t.last = i
		c.all++
	}
	for k, d := range silenced {
		c.count[k] = make([]int, ev.book.Names(d))
	}
	c.shops = c.count[1]
	c.own, c.ends = make([]traffic, len(c.count[2])), make([]int32, len(c.shops))
	terminal := ev.column(ledger.Terminal).ids
	for p, t := range seen { // what follows hangs on the place alone
		if t.n == 0 {
			continue
		}
		for k, d := range silenced {
			c.count[k][ev.column(d).ids[p]] += int(t.n)
		}
		shop := c.shop[p]
		if x := &c.own[terminal[p]]; x.n == 0 || t.first < x.first {
			*x = traffic{n: 1, first: t.first, shop: shop}
		}
		c.ends[shop], c.end = max(c.ends[shop], t.last), max(c.end, t.last)
	}
	return c
}

// level lists the entities of a dimension that have enough attempts, beside enough of
// others, for their silence to be told, and the number of each among these, from 1.
func (c *census) level(k int) (l level, number []int32) {
	l.dim = silenced[k]
	number = make([]int32, len(c.count[k]))
	for id, n := range c.count[k] {
		if id == 0 || n < 20 {
			continue
		}
		m := member{id: uint32(id), n: n, others: c.all - n, closes: l.dim != ledger.Institution}
		if l.dim == ledger.Terminal {
			if s := c.own[id].shop; c.shops[s] > n { // opens and closes with its shop
				m.others, m.shop, m.ofShop, m.closes = c.shops[s]-n, s, true, false
			}
		}
		if m.others < 20 {
			continue
		}
		few := int(float64(m.others)*(1-math.Exp(-hardly/float64(n)))) - 1
		l.members = append(l.members, m)
		l.listeners = append(l.listeners, listener{last: -1, few: int32(max(0, few))})
		l.tests += float64(n)
		number[id] = int32(len(l.members))
	}
	return l, number
}

// listen tests every stretch between two attempts of a member, and the last one to the end of
// its peers. of names, by place, the members of each level.
func (c *census) listen(list []level, of [][len(silenced)]int32) {
	before, beforeOf := int32(0), make([]int32, len(c.shops)) // attempts read, of all and by shop
	for i := range int32(c.ev.len()) {
		if c.ev.retry.Has(i) {
			continue
		}
		p := c.ev.place.At(i)
		for k := range list {
			n := of[p][k] - 1
			if n < 0 {
				continue
			}
			l := &list[k]
			rank := before
			if m := &l.members[n]; m.ofShop {
				rank = beforeOf[m.shop]
			}
			x := &l.listeners[n]
			if x.last >= 0 {
				l.test(c.ev, int(n), i, rank, false)
			}
			x.last, x.rank = i, rank
		}
		if c.ev.usual(i) {
			before++
			beforeOf[c.shop[p]]++
		}
	}
	for k := range list {
		l := &list[k]
		for n := range l.members {
			if m := &l.members[n]; m.ofShop {
				if l.test(c.ev, n, c.ends[m.shop], int32(c.shops[m.shop]), true) && c.replaced(m, c.ev.at(l.listeners[n].last)) {
					l.found = l.found[:len(l.found)-1]
				}
			} else if !m.closes || c.ev.at(c.end)-c.ev.at(l.listeners[n].last) > shut {
				l.test(c.ev, n, c.end, int32(c.all), true)
			}
		}
		slices.SortStableFunc(l.found, func(x, y owned) int { return cmp.Compare(x.of, y.of) })
	}
}

// shut is longer than a night and a day of rest: who may close early has not merely done so.
const shut = txn.Instant(40 * time.Hour / time.Microsecond)

// replaced reports whether a newcomer of the shop had its first attempt about when a terminal had its
// last: the trade of the one goes on at the other.
func (c *census) replaced(m *member, last txn.Instant) bool {
	return slices.ContainsFunc(c.newcomers()[m.shop], func(first int32) bool {
		since := c.ev.at(first) - last
		return since > -handover && since < handover
	})
}

// newcomers are, by shop, the first attempts of terminals that are by no chance without attempts before.
func (c *census) newcomers() map[uint32][]int32 {
	if c.late == nil {
		c.late = map[uint32][]int32{}
		for id, x := range c.own {
			before := float64(x.first) / float64(c.ev.len())
			if x.n > 0 && -float64(c.count[2][id])*math.Log1p(-before) > notable {
				c.late[x.shop] = append(c.late[x.shop], x.first)
			}
		}
	}
	return c.late
}

// veterans are the peers of a gap's entity that traded before it, inside and in all: who came later, such as
// the new terminals of shops that changed their bank, says nothing of what was to be expected. Who did not open for a night and
// a day of rest came later, if that is no chance.
func (c *census) veterans(m *member, g *Gap) (inside, others int) {
	inside, others = int(g.peers), m.others
	if g.Start-c.ev.at(0) < shut {
		return inside, others
	}
	since := c.ev.since(g.Start)
	before := math.Log1p(-float64(since) / float64(c.ev.len()))
	late := map[uint32]bool{}
	for p, t := range c.seen {
		if t.n > 0 && t.first > since && -float64(t.n)*before > notable && !g.Scope.covers(c.ev.book.Place(uint32(p))) && (!m.ofShop || c.shop[p] == m.shop) {
			late[uint32(p)] = true
			others -= int(t.n)
		}
	}
	if len(late) == 0 {
		return inside, others
	}
	for i := since; i < c.ev.since(g.End); i++ {
		if late[c.ev.place.At(i)] && c.ev.usual(i) {
			inside--
		}
	}
	return inside, others
}

// handover is the time, a night at most, within which a new terminal takes the place of an old one.
const handover = txn.Instant(12 * time.Hour / time.Microsecond)

// traffic is what the attempts of a place or a terminal show.
type traffic struct {
	n, first, last int32
	shop           uint32
}
