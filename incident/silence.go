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

// member is one entity whose silence is tested, as far as its attempts are read:
// they come in time order, those of all entities at once, so that memory is read in
// one direction however many entities there are.
type member struct {
	scope  Scope
	n      int    // attempts
	others int    // attempts of its peers without its own: their traffic says what to expect
	shop   uint32 // its peers where ofShop, else they are all
	ofShop bool
	closes bool // may simply open later or close earlier than its peers

	few   int   // so many of the others inside a gap are not notable
	most  int   // of the others inside a gap
	begun bool  // an attempt was read
	last  int32 // attempt read
	rank  int   // its place among the peers
	found []Gap // candidates, with -ln P in EValue
}

// silence finds the stretches in which an institution, a merchant or a terminal
// had no attempts although its peers' traffic predicts some, and the stretches
// that are missing from the log.
//
// If n attempts of an entity and N of its peers are dealt at random, the next M
// after one of the n are all of the N with the probability that [member.nats] gives. Shops have hours of their own, so that this alone would report
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
			found[i], longest[i] = level[i].found, level[i].longest()
			tests += float64(level[i].n)
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
	rareGap  = .1
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
// level at a time, with their candidate gaps.
func levels(ev *events) iter.Seq[[]member] {
	dims := [...]ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal}
	var count [len(ledger.Dims)][]int
	for _, d := range dims {
		count[d] = make([]int, ev.book.Names(d))
	}
	shops, terminals := count[ledger.Merchant], count[ledger.Terminal]
	shop, terminal := ev.column(ledger.Merchant), ev.column(ledger.Terminal)
	own := make([]uint32, len(terminals)) // by terminal the shop of its first attempt
	ends := make([]int32, len(shops))     // by shop its last attempt
	all, end := 0, int32(0)
	for i := range int32(ev.len()) {
		if ev.retry[i] { // tries come in bunches
			continue
		}
		s, t := shop.id(i), terminal.id(i)
		if terminals[t] == 0 {
			own[t] = s
		}
		for _, d := range dims {
			count[d][ev.id(d, i)]++
		}
		ends[s], end = i, i
		all++
	}
	return func(yield func([]member) bool) {
		for _, d := range dims {
			var level []member
			of := make([]int32, len(count[d])) // by entity its place in level, from 1
			for id, n := range count[d] {
				if id == 0 || n < 20 {
					continue
				}
				m := member{scope: Scope{{d, []uint32{uint32(id)}}}, n: n, others: all - n, closes: d != ledger.Institution}
				if d == ledger.Terminal && shops[own[id]] > n { // opens and closes with its shop
					m.others, m.shop, m.ofShop, m.closes = shops[own[id]]-n, own[id], true, false
				}
				if m.others >= n || d != ledger.Terminal && m.others >= 20 {
					m.few = int(float64(m.others)*(1-math.Exp(-notable/float64(n)))) - 1
					level = append(level, m)
					of[id] = int32(len(level))
				}
			}
			if len(level) == 0 {
				continue
			}
			col, before, beforeOf := ev.column(d), 0, make([]int, len(shops)) // attempts read, of all and by shop
			for i := range int32(ev.len()) {
				if ev.retry[i] {
					continue
				}
				if k := of[col.id(i)]; k > 0 {
					m := &level[k-1]
					if m.ofShop {
						m.next(ev, i, beforeOf[m.shop])
					} else {
						m.next(ev, i, before)
					}
				}
				before++
				beforeOf[shop.id(i)]++
			}
			for k := range level {
				m := &level[k]
				if m.ofShop {
					m.test(ev, ends[m.shop], shops[m.shop], true)
				} else if !m.closes {
					m.test(ev, end, all, true)
				}
			}
			if !yield(level) {
				return
			}
		}
	}
}

const notable = 6 // nats

// next takes an attempt of the entity that stands at a rank among those of its peers.
func (m *member) next(ev *events, i int32, rank int) {
	if m.begun {
		m.test(ev, i, rank, false)
	}
	m.begun, m.last, m.rank = true, i, rank
}

// test looks at the stretch from the last attempt to another one of its own, or,
// if open, to the end.
func (m *member) test(ev *events, to int32, rank int, open bool) {
	inside := rank - m.rank - 1
	m.most = max(m.most, inside)
	if inside <= max(0, m.few) {
		return
	}
	if v := m.nats(inside); v > notable {
		start, end := ev.at[m.last], ev.at[to] // looked up where there is a gap: the last may be far back in memory
		if open {
			end++
		}
		m.found = append(m.found, Gap{Scope: m.scope, Start: start, End: end, EValue: v, Open: open, Trace: -1,
			Expected: float64(m.n) * float64(inside) / max(1, float64(m.others-inside))})
	}
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

// longest is -ln P of the largest gap.
func (m *member) longest() float64 {
	if m.most == 0 {
		return 0
	}
	return max(0, m.nats(m.most))
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
		if t.shared(term) {
			ids = nil // others went on with them
		} else if term.Dim == ledger.Terminal {
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

// turns tells terminals that count their messages together: one goes on where another
// has stopped.
type turns struct {
	terminal     uint32
	stan         int32
	taken, after int32 // turns of another terminal than before, and those with one of the next two numbers
}

func (t *turns) next(terminal uint32, stan int32) {
	if t.terminal != 0 && t.terminal != terminal {
		t.taken++
		if d := stan - t.stan; d == 1 || d == 2 {
			t.after++
		}
	}
	t.terminal, t.stan = terminal, stan
}

// together needs more than half: two counts that run side by side meet in one of their
// two directions only.
func (t *turns) together() bool { return t.taken >= 10 && 2*t.after > t.taken }

// shared reports whether the trace numbers of an entity are others' numbers, too.
func (t *traces) shared(x Term) bool {
	turns := t.ev.turns
	if turns[len(turns)-1].together() {
		return true
	}
	if x.Dim != ledger.Terminal || len(t.list[x.IDs[0]]) == 0 {
		return false
	}
	place := t.ev.book.Place(t.list[x.IDs[0]][0].place)
	return turns[place.Merchant].together()
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
func covered(files map[uint32][2]txn.Instant, g *Gap) bool {
	mid := g.Start + (g.End-g.Start)/2
	for _, p := range files {
		if mid >= p[0] && mid < p[1] {
			return true
		}
	}
	return false
}
