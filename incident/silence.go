package incident

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// member is one entity whose silence is tested: its attempts in time order.
type member struct {
	scope  Scope
	events []int32
	peers  []int32 // attempts of the others, whose traffic says what to expect
	rank   []int32 // by event its place among the peers; nil where it has to be looked for
	closes bool    // may simply open later or close earlier than its peers
}

// silence finds the stretches in which an institution, a merchant or a terminal
// had no attempts although its peers' traffic predicts some, and the stretches
// that are missing from the log.
//
// If n attempts of an entity and N of its peers are dealt at random, none of
// the n falls into a stretch that holds M of the N with probability
// ((N-M)/N)^n. Shops have hours of their own, so that this alone would report
// every lunch break: a gap must also be far longer than the longest one of four
// in five other entities of its level.
func silence(ev *events, opt *Options) []Gap {
	if ev.len() == 0 {
		return nil
	}
	tr := newTraces(ev, opt)
	gaps := tr.lost(opt)
	for level := range levels(ev) {
		found := make([][]Gap, len(level))
		longest := make([]float64, len(level))
		tests := 0.0
		for i := range level {
			found[i], longest[i] = level[i].gaps(ev)
			tests += float64(len(level[i].events))
		}
		sorted := slices.Sorted(slices.Values(longest))
		for _, g := range listed(found) {
			common := 1.5 * typical(sorted, longest[g.of])
			bar := math.Log(max(1, tests)/(opt.E0*rareGap)) + common
			// EValue holds -ln P up to here.
			if g.End-g.Start < shortest || g.EValue < min(bar, 10) || inside(gaps, &g.Gap) {
				continue
			}
			tr.judge(&g.Gap, opt)
			// Numbers that went on are no chance and no shop hours; sign-offs and
			// batches at night use a few.
			used := g.Lost && g.EValue >= 10 && float64(g.Trace) >= max(8, .5*g.Expected)
			if !used && g.EValue < bar {
				continue
			}
			g.EValue = tests * math.Exp(common-g.EValue)
			if used {
				g.EValue = min(g.EValue, opt.E0*rareGap)
			}
			gaps = append(gaps, g.Gap)
		}
	}
	slices.SortStableFunc(gaps, func(x, y Gap) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), compareScopes(x.Scope, y.Scope))
	})
	return gaps
}

// A gap is worth a line only where it lasts and is far beyond chance: traffic is
// burstier than dealing at random, as queues and clerks come and go.
const (
	shortest = txn.Instant(20 * time.Minute / time.Microsecond)
	rareGap  = .03
)

// owned is a gap of entity number of of its level.
type owned struct {
	Gap
	of int
}

func listed(found [][]Gap) []owned {
	var out []owned
	for i := range found {
		for _, g := range found[i] {
			out = append(out, owned{g, i})
		}
	}
	return out
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

// levels yields the entities of a dimension from the widest to the narrowest, one
// level at a time: their lists are large.
func levels(ev *events) iter.Seq[[]member] {
	every := room.Slice[int32](ev.len())[:0]
	for i := range ev.at {
		if !ev.retry[i] { // tries come in bunches
			every = append(every, int32(i))
		}
	}
	rank := ranks(ev.len(), [][]int32{every})
	shops := grouped(ev, ledger.Merchant, every)
	shop := ev.column(ledger.Merchant)
	return func(yield func([]member) bool) {
		for _, d := range []ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal} {
			groups := shops
			if d != ledger.Merchant {
				groups = grouped(ev, d, every)
			}
			var shopRank []int32
			if d == ledger.Terminal {
				shopRank = ranks(ev.len(), shops)
			}
			var level []member
			for id, list := range groups {
				if id == 0 || len(list) < 20 {
					continue
				}
				m := member{scope: Scope{{d, []uint32{uint32(id)}}}, events: list, closes: d != ledger.Institution, peers: every, rank: rank}
				if d == ledger.Terminal {
					own := shop.id(list[0])
					if s := shops[own]; len(s) > len(list) {
						m.peers, m.rank = s, shopRank // opens and closes with its shop
						m.closes = false
						if slices.ContainsFunc(list, func(i int32) bool { return shop.id(i) != own }) {
							m.rank = nil
						}
					}
				}
				if len(m.peers) >= 2*len(list) || d != ledger.Terminal && len(m.peers)-len(list) >= 20 {
					level = append(level, m)
				}
			}
			if len(level) > 0 && !yield(level) {
				return
			}
		}
	}
}

// grouped splits events by a dimension, in their order.
func grouped(ev *events, d ledger.Dim, list []int32) [][]int32 {
	col := ev.column(d)
	out := make([][]int32, ev.book.Names(d))
	n := make([]int32, len(out))
	for _, i := range list {
		n[col.id(i)]++
	}
	all := room.Slice[int32](len(list))
	at := 0
	for id := range out {
		out[id] = all[at : at : at+int(n[id])]
		at += int(n[id])
	}
	for _, i := range list {
		id := col.id(i)
		out[id] = append(out[id], i)
	}
	return out
}

// ranks numbers the events of each group.
func ranks(n int, groups [][]int32) []int32 {
	rank := room.Slice[int32](n)
	for _, list := range groups {
		for k, i := range list {
			rank[i] = int32(k)
		}
	}
	return rank
}

// gaps returns the entity's candidate gaps with -ln P in EValue, and the
// largest -ln P.
func (m *member) gaps(ev *events) (out []Gap, longest float64) {
	const notable = 6 // nats
	n := len(m.events)
	others := len(m.peers) - n
	rank := func(i int32) int {
		if m.rank != nil {
			return int(m.rank[i])
		}
		k, _ := slices.BinarySearch(m.peers, i)
		return k
	}
	nats := func(inside int) float64 {
		return float64(n) * math.Log(float64(others)/max(.5, float64(others-inside)))
	}
	few := int(float64(others)*(1-math.Exp(-notable/float64(n)))) - 1 // so many inside are not notable
	most := 0
	test := func(before, after int, from, to int32, open bool) { // the attempts before and after
		inside := after - before
		most = max(most, inside)
		if inside <= max(0, few) {
			return
		}
		if v := nats(inside); v > notable {
			start, end := ev.at[from], ev.at[to] // looked up where there is a gap: they are far apart in memory
			if open {
				end++
			}
			out = append(out, Gap{Scope: m.scope, Start: start, End: end, EValue: v, Open: open, Trace: -1,
				Expected: float64(n) * float64(inside) / max(1, float64(others-inside))})
		}
	}
	last := rank(m.events[0])
	for k := 1; k < n; k++ {
		a, b := m.events[k-1], m.events[k]
		next := rank(b)
		test(last+1, next, a, b, false)
		last = next
	}
	if !m.closes {
		test(last+1, len(m.peers), m.events[n-1], m.peers[len(m.peers)-1], true)
	}
	if most > 0 {
		longest = max(0, nats(most))
	}
	return out, longest
}

// inside reports whether most of a gap is part of a wider one.
func inside(gaps []Gap, g *Gap) bool {
	for i := range gaps {
		w := &gaps[i]
		common := min(w.End, g.End) - max(w.Start, g.Start)
		if float64(common) > .7*float64(g.End-g.Start) {
			return true
		}
	}
	return false
}

// traces are the trace numbers of terminals that count them up one by one.
type traces struct {
	ev    *events
	list  [][]trace       // by terminal id; empty where it does not count
	step  []int32         // by terminal id: its usual step
	shift []time.Duration // by terminal id: what its clock is off; nil where none is
	ids   []uint32        // of those that count, ascending
	near  map[Entity][]uint32
}

// newTraces puts the trace numbers of the reading into the order of terminals: there is
// one list of them, as it is among the largest.
func newTraces(ev *events, opt *Options) *traces {
	n := ev.book.Names(ledger.Terminal)
	t := &traces{ev: ev, list: make([][]trace, n), step: make([]int32, n), near: map[Entity][]uint32{}}
	// All rows count: sign-offs, batches and reversals use numbers, too.
	terminal := ev.column(ledger.Terminal).ids
	next := make([]int32, ev.traces.width+1)
	for k := range ev.traces.list {
		own, first := &ev.traces.list[k], uint32(k)*ev.traces.width
		if own.n == 0 {
			continue
		}
		clear(next)
		own.each(func(x *trace) { next[terminal[x.place]-first+1]++ })
		sorted := room.Slice[trace](own.n)
		for i := range ev.traces.width {
			next[i+1] += next[i]
			if id := first + i; next[i] < next[i+1] {
				t.list[id] = sorted[next[i]:next[i+1]]
			}
		}
		own.each(func(x *trace) {
			at := &next[terminal[x.place]-first]
			sorted[*at] = *x
			*at++
		})
		own.become(sorted)
	}
	for id, list := range t.list {
		step, ok := usualStep(list)
		if !ok {
			t.list[id] = nil
			continue
		}
		t.step[id] = step
		t.ids = append(t.ids, uint32(id))
		if d := opt.Skew[uint32(id)]; d != 0 {
			if t.shift == nil {
				t.shift = make([]time.Duration, n)
			}
			t.shift[id] = d
		}
	}
	return t
}

// at is the time of a trace of a terminal, its clock corrected.
func (t *traces) at(id uint32, k int) txn.Instant {
	at := t.list[id][k].at
	if t.shift != nil {
		at = at.Add(t.shift[id])
	}
	return at
}

// jump is how many numbers a terminal used since the entry before beyond its
// usual step.
func (t *traces) jump(id uint32, k int) int32 {
	if k == 0 {
		return 0
	}
	if d := t.list[id][k].since(&t.list[id][k-1]); d > 0 && d < 500000 {
		return d - t.step[id]
	}
	return 0
}

// since is the step from one trace number to a later one; they come round again.
func (t *trace) since(before *trace) int32 { return (t.stan - before.stan + 1000000) % 1000000 }

// usualStep tells a terminal that counts its own messages: nearly all steps are
// small and forward. Numbers given out by a host for all terminals are of no use.
func usualStep(list []trace) (usual int32, ok bool) {
	const widest = 8 // usual step
	if len(list) < 10 {
		return 0, false
	}
	var seen [widest + 4]int
	for k := 1; k < len(list); k++ {
		if d := list[k].since(&list[k-1]); int(d) < len(seen) {
			seen[d]++
		}
	}
	n := len(list) - 1
	below := seen[0]
	for below <= n/2 { // up to the median
		if usual++; usual > widest {
			return 0, false
		}
		below += seen[usual]
	}
	small := 0 // steps that are the usual one or little more
	for d, k := range seen {
		if d := int32(d); d >= usual && d <= usual+3 || d < 4 && d > 0 {
			small += k
		}
	}
	return usual, small*20 >= n*19
}

// lost finds stretches without any row in which terminals used up trace
// numbers: hours that are missing from the log.
func (t *traces) lost(opt *Options) []Gap {
	ev := t.ev
	n := ev.len() - 1 // stretches between attempts
	if len(t.ids) == 0 || n < 20 {
		return nil
	}
	width := func(i int) txn.Instant { return ev.at[i+1] - ev.at[i] }
	rate := float64(n) / float64(ev.at[n]-ev.at[0])
	least := max(5*ranked(n, n*95/100, width), shortest)
	var out []Gap
	for i := range n {
		w := width(i)
		if w < least {
			continue
		}
		g := Gap{Start: ev.at[i], End: ev.at[i+1], Trace: -1, Expected: rate * float64(w)}
		if t.judge(&g, opt); g.Lost {
			out = append(out, g)
		}
	}
	return out
}

// ranked is the value of a rank, from 0, among n values that are not negative. It
// sorts only those that share their leading bits with it.
func ranked(n, rank int, value func(i int) txn.Instant) txn.Instant {
	const kept = 8 // bits
	bucket := func(v txn.Instant) int {
		e := max(0, bits.Len64(uint64(v))-kept)
		return e<<kept | int(v>>e)
	}
	var count [64 << kept]int32
	for i := range n {
		count[bucket(value(i))]++
	}
	b := 0
	for rank >= int(count[b]) {
		rank -= int(count[b])
		b++
	}
	same := room.Slice[txn.Instant](int(count[b]))[:0]
	for i := range n {
		if v := value(i); bucket(v) == b {
			same = append(same, v)
		}
	}
	slices.Sort(same)
	v := same[rank]
	room.Free(same)
	return v
}

// judge tells a missing log from a closed shop.
func (t *traces) judge(g *Gap, opt *Options) {
	used, seen := int64(0), 0
	ids := t.ids
	for _, term := range g.Scope {
		if term.Dim == ledger.Terminal {
			ids = term.IDs
		} else if len(term.IDs) == 1 {
			ids = t.under(Entity{term.Dim, term.IDs[0]})
		}
	}
	for _, id := range ids {
		list := t.list[id]
		k := sort.Search(len(list), func(k int) bool { return t.at(id, k) > g.Start })
		if k == 0 || k == len(list) || !t.belongs(g.Scope, list[k].place) {
			continue
		}
		seen++
		for ; k < len(list); k++ {
			used += int64(max(0, t.jump(id, k)))
			if t.at(id, k) >= g.End {
				break
			}
		}
	}
	if seen > 0 {
		g.Trace = int(used)
		g.Lost = float64(used) >= max(5, .3*g.Expected)
	}
	if len(opt.Coverage) > 0 && !covered(opt.Coverage, g) {
		g.Lost = true
	}
}

// under returns the counting terminals that have a place of an entity.
func (t *traces) under(x Entity) []uint32 {
	ids, ok := t.near[x]
	if !ok {
		terminal, owner := t.ev.column(ledger.Terminal).ids, t.ev.column(x.Dim).ids
		for k, id := range terminal {
			if owner[k] == x.ID && t.list[id] != nil {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		t.near[x] = ids
	}
	return ids
}

// belongs reports whether a place is in a scope of places.
func (t *traces) belongs(sc Scope, place uint32) bool {
	p := t.ev.book.Place(place)
	for i := range sc {
		if !sc[i].has(p.ID(sc[i].Dim)) {
			return false
		}
	}
	return true
}

// covered reports whether one file claims to hold the middle of a gap.
func covered(files map[uint16][2]txn.Instant, g *Gap) bool {
	mid := g.Start + (g.End-g.Start)/2
	for _, p := range files {
		if mid >= p[0] && mid < p[1] {
			return true
		}
	}
	return false
}
