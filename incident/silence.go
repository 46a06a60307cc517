package incident

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// member is one entity whose silence is tested: its attempts in time order.
type member struct {
	scope  Scope
	events []int32
	peers  []int32 // attempts of the others, whose traffic says what to expect
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
	for _, level := range levels(ev) {
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

// levels lists the entities from the widest to the narrowest.
func levels(ev *events) [][]member {
	every := make([]int32, 0, ev.len())
	for i := range ev.at {
		if !ev.retry[i] { // tries come in bunches
			every = append(every, int32(i))
		}
	}
	group := func(d ledger.Dim) [][]int32 {
		out := make([][]int32, ev.book.Names(d))
		for _, i := range every {
			id := ev.id(d, i)
			out[id] = append(out[id], i)
		}
		return out
	}
	var all [][]member
	shops := group(ledger.Merchant)
	for _, d := range []ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal} {
		groups := group(d)
		var level []member
		for id, list := range groups {
			if id == 0 || len(list) < 20 {
				continue
			}
			m := member{scope: Scope{{d, []uint32{uint32(id)}}}, events: list, closes: d != ledger.Institution, peers: every}
			if d == ledger.Terminal {
				if s := shops[ev.id(ledger.Merchant, list[0])]; len(s) > len(list) {
					m.peers = s // opens and closes with its shop
					m.closes = false
				}
			}
			if len(m.peers) >= 2*len(list) || d != ledger.Terminal && len(m.peers)-len(list) >= 20 {
				level = append(level, m)
			}
		}
		if len(level) > 0 {
			all = append(all, level)
		}
	}
	return all
}

// gaps returns the entity's candidate gaps with -ln P in EValue, and the
// largest -ln P.
func (m *member) gaps(ev *events) (out []Gap, longest float64) {
	n := len(m.events)
	others := len(m.peers) - n
	rank := func(i int32) int { k, _ := slices.BinarySearch(m.peers, i); return k }
	test := func(before, after int, from, to txn.Instant, open bool) {
		inside := after - before
		if inside <= 0 {
			return
		}
		nats := float64(n) * math.Log(float64(others)/max(.5, float64(others-inside)))
		longest = max(longest, nats)
		if nats > 6 {
			out = append(out, Gap{Scope: m.scope, Start: from, End: to, EValue: nats, Open: open, Trace: -1,
				Expected: float64(n) * float64(inside) / max(1, float64(others-inside))})
		}
	}
	for k := 1; k < n; k++ {
		a, b := m.events[k-1], m.events[k]
		test(rank(a)+1, rank(b), ev.at[a], ev.at[b], false)
	}
	if !m.closes {
		last := m.events[n-1]
		test(rank(last)+1, len(m.peers), ev.at[last], ev.at[m.peers[len(m.peers)-1]]+1, true)
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
	ev   *events
	list map[uint32][]traced // by terminal id
	ids  []uint32            // ascending
}

type traced struct {
	at   txn.Instant
	stan int64
	jump int64 // numbers used since the entry before beyond the usual step
	// place is where the row was made.
	place uint32
}

func newTraces(ev *events, opt *Options) *traces {
	t := &traces{ev: ev, list: map[uint32][]traced{}}
	// All rows count: sign-offs, batches and reversals use numbers, too.
	for _, r := range ev.book.Rows(txn.Terminal) {
		if r.STAN == 0 || !r.At.Valid() || r.Prec <= txn.PrecDay {
			continue
		}
		n, err := strconv.ParseInt(ev.book.Key(r.STAN), 10, 64)
		if err != nil || n < 0 || n > 999999 {
			continue
		}
		id := ev.book.Place(r.Place).Terminal
		if id == 0 {
			continue
		}
		t.list[id] = append(t.list[id], traced{at: r.At.Add(opt.Skew[id]), stan: n, place: r.Place})
	}
	for id, list := range t.list {
		if !steps(list) {
			delete(t.list, id)
			continue
		}
		t.ids = append(t.ids, id)
	}
	slices.Sort(t.ids)
	return t
}

// steps fills the jumps of a terminal that counts its own messages: nearly all
// steps are small and forward. Numbers given out by a host for all terminals are
// of no use.
func steps(list []traced) bool {
	if len(list) < 10 {
		return false
	}
	diff := make([]int64, 0, len(list)-1)
	small := 0 // steps that are the usual one or little more
	for k := 1; k < len(list); k++ {
		d := (list[k].stan - list[k-1].stan + 1000000) % 1000000
		list[k].jump = d
		diff = append(diff, d)
	}
	slices.Sort(diff)
	usual := diff[len(diff)/2]
	for _, d := range diff {
		if d >= usual && d <= usual+3 || d < 4 && d > 0 {
			small++
		}
	}
	if usual > 8 || small*20 < len(diff)*19 {
		return false
	}
	for k := range list {
		if k > 0 && list[k].jump > 0 && list[k].jump < 500000 {
			list[k].jump -= usual
		} else {
			list[k].jump = 0
		}
	}
	return true
}

// lost finds stretches without any row in which terminals used up trace
// numbers: hours that are missing from the log.
func (t *traces) lost(opt *Options) []Gap {
	ev := t.ev
	if len(t.ids) == 0 {
		return nil
	}
	width := make([]txn.Instant, 0, ev.len())
	for i := 1; i < ev.len(); i++ {
		width = append(width, ev.at[i]-ev.at[i-1])
	}
	if len(width) < 20 {
		return nil
	}
	rate := float64(ev.len()-1) / float64(ev.at[ev.len()-1]-ev.at[0])
	sorted := slices.Clone(width)
	slices.Sort(sorted)
	least := max(5*sorted[len(sorted)*95/100], shortest)
	var out []Gap
	for i, w := range width {
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

// judge tells a missing log from a closed shop.
func (t *traces) judge(g *Gap, opt *Options) {
	used, seen := int64(0), 0
	ids := t.ids
	for _, term := range g.Scope {
		if term.Dim == ledger.Terminal {
			ids = term.IDs
		}
	}
	for _, id := range ids {
		list := t.list[id]
		k := sort.Search(len(list), func(k int) bool { return list[k].at > g.Start })
		if k == 0 || k == len(list) || !t.belongs(g.Scope, list[k].place) {
			continue
		}
		seen++
		for ; k < len(list); k++ {
			used += max(0, list[k].jump)
			if list[k].at >= g.End {
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
