package incident

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Some silences are habits: a till that opens at the busy hours only, a clerk's lunch, a shop
// that rests on Mondays. Nothing but the entity's own other days tells them from a fault.

const aDay = txn.Instant(24 * time.Hour / time.Microsecond)

// diary is when an entity and its peers had attempts.
type diary struct {
	ev    *events
	own   []int32 // attempts, retries left out
	peers []int32 // of its shop, own among them; nil where all are
}

// diaries reads the attempts of the members that have candidate gaps, level by level; by id.
func diaries(ev *events, levels []level) []map[uint32]*diary {
	list := make([]map[uint32]*diary, len(levels))
	if !slices.ContainsFunc(levels, func(l level) bool { return len(l.found) > 0 }) {
		return list
	}
	shops := map[uint32][]int32{}
	for k := range levels {
		l := &levels[k]
		list[k] = map[uint32]*diary{}
		for _, g := range l.found {
			m := &l.members[g.of]
			list[k][m.id] = &diary{ev: ev}
			if m.ofShop {
				shops[m.shop] = nil
			}
		}
	}
	// By place, what an attempt there belongs to.
	own, shop := make([][]*diary, ev.book.Places()), make([]bool, ev.book.Places())
	shopOf := ev.column(ledger.Merchant).ids
	for p := range own {
		for k := range levels {
			if d := list[k][ev.column(levels[k].dim).ids[p]]; d != nil {
				own[p] = append(own[p], d)
			}
		}
		_, shop[p] = shops[shopOf[p]]
	}
	for i := range int32(ev.len()) {
		if ev.retry.Has(i) {
			continue
		}
		p := ev.place.At(i)
		for _, d := range own[p] {
			d.own = append(d.own, i)
		}
		if shop[p] {
			shops[shopOf[p]] = append(shops[shopOf[p]], i)
		}
	}
	for k := range levels {
		for _, m := range levels[k].members {
			if d := list[k][m.id]; d != nil && m.ofShop {
				d.peers = shops[m.shop]
			}
		}
	}
	return list
}

// between counts the attempts of the peers from attempt i to attempt j.
func (d *diary) between(i, j int32) int {
	if d.peers == nil {
		return int(j - i)
	}
	return searchEvent(d.peers, j) - searchEvent(d.peers, i)
}

// within counts the attempts of the entity and of its peers in a stretch.
func (d *diary) within(from, to txn.Instant) (own, others int) {
	i, j := d.ev.since(from), d.ev.since(to)
	own = searchEvent(d.own, j) - searchEvent(d.own, i)
	return own, d.between(i, j) - own
}

func searchEvent(list []int32, i int32) int {
	n, _ := slices.BinarySearch(list, i)
	return n
}

// since is the first attempt that is not before a time.
func (e *events) since(at txn.Instant) int32 {
	return int32(sort.Search(e.len(), func(i int) bool { return e.at(int32(i)) >= at }))
}

// usual is how many attempts of the peers the longest gap of an ordinary day holds, which one
// day of five other than those of g exceeds, and how many such days there are.
func (d *diary) usual(g *Gap) (n, days int) {
	at := func(i int32) int { return int((d.ev.at(i) - d.ev.at(0)) / aDay) }
	first, last := at(d.ev.since(g.Start)), int((g.End-d.ev.at(0))/aDay)
	most := map[int]int{} // by day
	for k := 1; k < len(d.own); k++ {
		i, j := d.own[k-1], d.own[k]
		if day := at(i); day < first || day > last {
			most[day] = max(most[day], d.between(i, j)-1)
		}
	}
	list := make([]int, 0, len(most))
	for _, n := range most {
		list = append(list, n)
	}
	if len(list) == 0 {
		return 0, 0
	}
	slices.Sort(list)
	return list[len(list)*4/5], len(list)
}

// cut is -ln P that an entity has no attempt inside a gap if it trades as it did next to it,
// on the side where that is less. Shops that are busy at other hours than their peers fall
// silent by and by, those that are cut off from one attempt to the next.
func (d *diary) cut(g *Gap) float64 {
	near := int(g.peers) / 4 // attempts of the peers that make a side
	i, j := d.ev.since(g.Start), d.ev.since(g.End)+1
	nats := d.rarely(g, d.shift(i, -near), i)
	if !g.Open {
		nats = min(nats, d.rarely(g, j, d.shift(j, near)))
	}
	return nats
}

// rarely is -ln P that an entity with the attempts that it has from attempt i to j has none in a gap.
func (d *diary) rarely(g *Gap, i, j int32) float64 {
	own := searchEvent(d.own, j) - searchEvent(d.own, i)
	others := d.between(i, j) - own
	return float64(own+1) * math.Log1p(float64(g.peers)/float64(max(1, others)))
}

// shift goes from attempt i over n of the peers, back if negative.
func (d *diary) shift(i int32, n int) int32 {
	if d.peers == nil {
		return int32(min(max(0, int(i)+n), d.ev.len()))
	}
	k := searchEvent(d.peers, i) + n
	if k >= len(d.peers) {
		return int32(d.ev.len())
	}
	return d.peers[max(0, k)]
}

// repeated reports whether the entity is as silent at the same hours of most other days, or of
// the same day of most other weeks, although its peers are not.
func (d *diary) repeated(g *Gap) bool {
	_, peers := d.within(g.Start, g.End)
	days, silent := others(g, d.ev.at(0), d.ev.last(), func(from, to txn.Instant) (quiet, ok bool) {
		own, others := d.within(from, to)
		return float64(own) < g.Expected*float64(others)/float64(peers)/4, 2*others >= peers
	})
	return 2*silent[0] > days[0] || 2*silent[1] > days[1]
}

// others looks at the same hours of the other days between two times, and counts those that
// can be compared and those that were quiet: all, and those of the same weekday.
func others(g *Gap, first, last txn.Instant, look func(from, to txn.Instant) (quiet, ok bool)) (days, silent [2]int) {
	for k := -int((g.Start - first) / aDay); ; k++ {
		from, to := g.Start+txn.Instant(k)*aDay, g.End+txn.Instant(k)*aDay
		if to > last {
			return days, silent
		}
		if to > g.Start && from < g.End {
			continue
		}
		quiet, ok := look(from, to)
		if !ok {
			continue
		}
		for n, counts := range [2]bool{true, k%7 == 0} {
			if counts {
				days[n]++
				if quiet {
					silent[n]++
				}
			}
		}
	}
}
