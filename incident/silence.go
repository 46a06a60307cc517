package incident

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/internal/room"
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
// after one of the n are all of the N with the probability that [member.nats] gives. Shops have hours of their own, so that this alone would report
// every lunch break: a gap must also be far longer than the longest one of four
// in five other entities of its level.
func silence(ev *events, opt *Options) []Gap {
	if ev.len() == 0 {
		return nil
	}
	all := levels(ev, opt)
	tr := newTraces(ev, opt, all)
	defer tr.free()
	gaps := tr.lost(opt)
	for k := range all {
		l := &all[k]
		if len(l.found) == 0 {
			continue
		}
		longest := make([]float64, len(l.members))
		for i := range longest {
			longest[i] = l.members[i].longest(int(l.listeners[i].most))
		}
		sorted := slices.Sorted(slices.Values(longest))
		for _, g := range l.found {
			common := 1.5 * typical(sorted, longest[g.of])
			bar := l.bar + common
			// EValue holds -ln P up to here.
			if g.EValue < min(bar, notable) || inside(gaps, &g.Gap) {
				continue
			}
			tr.judge(&g.Gap, opt)
			// Numbers that went on are no chance and no shop hours; sign-offs and
			// batches at night use a few.
			used := g.Lost && g.EValue >= notable && float64(g.Trace) >= max(8, .5*g.Expected)
			if !used && g.EValue < bar {
				continue
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
	return gaps
}

// A gap is worth a line only where it lasts and is far beyond chance: traffic is
// burstier than dealing at random, as queues and clerks come and go.
const (
	shortest = txn.Instant(20 * time.Minute / time.Microsecond)
	rareGap  = .1
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

// levels returns the entities of a dimension from the widest to the narrowest, with
// their candidate gaps.
func levels(ev *events, opt *Options) []level {
	dims := [...]ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal}
	seen := make([]traffic, ev.book.Places())
	all := 0
	for i := range int32(ev.len()) {
		if ev.retry[i] { // tries come in bunches
			continue
		}
		t := &seen[ev.place[i]]
		if t.n == 0 {
			t.first = i
		}
		t.n++
		t.last = i
		all++
	}
	// What follows hangs on the place alone.
	var count [len(dims)][]int
	for k, d := range dims {
		count[k] = make([]int, ev.book.Names(d))
	}
	shop, terminal := ev.column(ledger.Merchant).ids, ev.column(ledger.Terminal).ids
	shops := count[1]
	own := make([]traffic, len(count[2])) // by terminal; shop of its first attempt
	ends, end := make([]int32, len(shops)), int32(0)
	for p := range seen {
		t := &seen[p]
		if t.n == 0 {
			continue
		}
		for k, d := range dims {
			count[k][ev.column(d).ids[p]] += int(t.n)
		}
		if x := &own[terminal[p]]; x.n == 0 || t.first < x.first {
			*x = traffic{n: 1, first: t.first, shop: shop[p]}
		}
		ends[shop[p]], end = max(ends[shop[p]], t.last), max(end, t.last)
	}
	var out []level
	of := make([][len(dims)]int32, len(seen)) // by place its members, from 1
	for k, d := range dims {
		l := level{dim: d}
		number := make([]int32, len(count[k])) // by entity its place among the members, from 1
		for id, n := range count[k] {
			if id == 0 || n < 20 {
				continue
			}
			m := member{id: uint32(id), n: n, others: all - n, closes: d != ledger.Institution}
			if d == ledger.Terminal {
				if s := own[id].shop; shops[s] > n { // opens and closes with its shop
					m.others, m.shop, m.ofShop, m.closes = shops[s]-n, s, true, false
				}
			}
			if m.others >= n || d != ledger.Terminal && m.others >= 20 {
				few := int(float64(m.others)*(1-math.Exp(-hardly/float64(n)))) - 1
				l.members = append(l.members, m)
				l.listeners = append(l.listeners, listener{last: -1, few: int32(max(0, few))})
				l.tests += float64(n)
				number[id] = int32(len(l.members))
			}
		}
		if len(l.members) > 0 {
			for p, id := range ev.column(d).ids {
				of[p][len(out)] = number[id]
			}
			l.bar = math.Log(max(1, l.tests) / (opt.E0 * rareGap))
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return nil
	}
	before, beforeOf := int32(0), make([]int32, len(shops)) // attempts read, of all and by shop
	for i, p := range ev.place {
		if ev.retry[i] {
			continue
		}
		for k := range out {
			if n := of[p][k]; n > 0 {
				l := &out[k]
				rank := before
				if m := &l.members[n-1]; m.ofShop {
					rank = beforeOf[m.shop]
				}
				x := &l.listeners[n-1]
				if x.last >= 0 {
					l.test(ev, int(n-1), int32(i), rank, false)
				}
				x.last, x.rank = int32(i), rank
			}
		}
		before++
		beforeOf[shop[p]]++
	}
	for k := range out {
		l := &out[k]
		for n := range l.members {
			if m := &l.members[n]; m.ofShop {
				l.test(ev, n, ends[m.shop], int32(shops[m.shop]), true)
			} else if !m.closes {
				l.test(ev, n, end, int32(all), true)
			}
		}
		slices.SortStableFunc(l.found, func(x, y owned) int { return cmp.Compare(x.of, y.of) })
	}
	return out
}

// traffic is what the attempts of a place or a terminal show.
type traffic struct {
	n, first, last int32
	shop           uint32
}

// Nats of a gap that may be worth a line, and of one that is not looked at.
const (
	notable = 10
	hardly  = 6
)

// test looks at the stretch from the last attempt of a member to another one of its
// own, which stands at a rank among those of its peers, or, if open, to the end.
func (l *level) test(ev *events, of int, to, rank int32, open bool) {
	x := &l.listeners[of]
	inside := rank - x.rank - 1
	x.most = max(x.most, inside)
	if inside <= x.few {
		return
	}
	m := &l.members[of]
	if v := m.nats(int(inside)); v > hardly && v >= min(l.bar, notable) {
		start, end := ev.at[x.last], ev.at[to] // looked up where there is a gap: the last may be far back in memory
		if open {
			end++
		}
		if end-start < shortest {
			return
		}
		l.found = append(l.found, owned{Gap{Scope: Scope{{l.dim, []uint32{m.id}}}, Start: start, End: end, EValue: v, Open: open, Trace: -1, peers: inside, shop: m.shop,
			Expected: float64(m.n) * float64(inside) / max(1, float64(m.others-int(inside)))}, of})
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

// longest is -ln P of the largest gap, of which so many others are inside.
func (m *member) longest(most int) float64 {
	if most == 0 {
		return 0
	}
	return max(0, m.nats(most))
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
	turns []turns // by shop, last of all
	wide  bool    // somewhere nobody had an attempt for long
	told  []Gap   // see lost

	sorted [][]trace // that list points into
}

// trace is a trace number of a terminal.
type trace struct {
	at    txn.Instant
	stan  int32
	place uint32
}

// newTraces reads the trace numbers of those terminals that a gap may concern: most
// data need none of them.
func newTraces(ev *events, opt *Options, levels []level) *traces {
	t := &traces{ev: ev, near: map[Entity][]uint32{}}
	wanted := t.concern(levels)
	if wanted == nil {
		return t
	}
	n := ev.book.Names(ledger.Terminal)
	t.list, t.step = make([][]trace, n), make([]int32, n)
	terminal := ev.column(ledger.Terminal).ids
	read := t.read(wanted)
	next := make([]int32, read.width+1)
	for k := range read.list {
		own, first := &read.list[k], uint32(k)*read.width
		if own.n == 0 {
			continue
		}
		clear(next)
		own.each(func(x *trace) { next[terminal[x.place]-first+1]++ })
		sorted := room.Slice[trace](own.n)
		for i := range read.width {
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
		own.free()
		t.sorted = append(t.sorted, sorted)
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

// concern marks the terminals whose numbers can tell something of a gap; nil: none.
func (t *traces) concern(levels []level) []bool {
	ev := t.ev
	terminal := ev.column(ledger.Terminal).ids
	var wanted []bool
	want := func() {
		if wanted == nil {
			wanted = make([]bool, ev.book.Names(ledger.Terminal))
		}
	}
	for i := 1; i < len(ev.at); i++ {
		if ev.at[i]-ev.at[i-1] >= shortest { // hours may be missing from the log
			t.wide = true
			want()
			for id := range wanted {
				wanted[id] = true
			}
			return wanted
		}
	}
	for k := range levels {
		l := &levels[k]
		ids := map[uint32]bool{}
		for _, g := range l.found {
			ids[l.members[g.of].id] = true
		}
		if len(ids) == 0 {
			continue
		}
		want()
		for p, id := range ev.column(l.dim).ids {
			if ids[id] {
				wanted[terminal[p]] = true
			}
		}
	}
	return wanted
}

// read collects trace numbers by terminal. All rows count: sign-offs, batches and
// reversals use numbers, too.
func (t *traces) read(wanted []bool) *shelves[trace] {
	b := t.ev.book
	out := newShelves[trace](b.Names(ledger.Terminal))
	t.turns = make([]turns, b.Names(ledger.Merchant)+1)
	for _, r := range b.Rows(txn.Terminal) {
		if r.STAN == 0 || !r.At.Valid() || r.Prec <= txn.PrecDay {
			continue
		}
		place := b.Place(r.Place)
		if place.Terminal == 0 {
			continue
		}
		if n, ok := number(b, r.STAN); ok {
			if wanted[place.Terminal] {
				out.add(place.Terminal, trace{r.At, n, r.Place})
			}
			t.turns[place.Merchant].next(place.Terminal, n)
			t.turns[len(t.turns)-1].next(place.Terminal, n)
		}
	}
	return out
}

func (t *traces) free() {
	for _, s := range t.sorted {
		room.Free(s)
	}
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
	x, before := &t.list[id][k], &t.list[id][k-1]
	d := x.since(before)
	// A lower number is the next round only where the round before was nearly full: else
	// the terminal counts anew, as many do after a settlement or a change of program.
	if d > 0 && d < 500000 && (x.stan > before.stan || d < nextRound) {
		return d - t.step[id]
	}
	return 0
}

const nextRound = 2000

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
	if !t.wide || len(t.ids) == 0 || n < 20 {
		return nil
	}
	width := func(i int) txn.Instant { return ev.at[i+1] - ev.at[i] }
	rate := float64(n) / float64(ev.at[n]-ev.at[0])
	least := max(5*ranked(n, n*95/100, width), shortest)
	var wide []int
	for i := range n {
		if width(i) >= least {
			wide = append(wide, i)
		}
	}
	// The longest comes first: numbers that a terminal used between two rows are told by
	// one missing stretch between them and say nothing of a quiet one beside it.
	slices.SortStableFunc(wide, func(i, j int) int { return cmp.Compare(width(j), width(i)) })
	for _, i := range wide {
		g := Gap{Start: ev.at[i], End: ev.at[i+1], Trace: -1, Expected: rate * float64(width(i))}
		if t.judge(&g, opt); g.Lost {
			t.told = append(t.told, g)
		}
	}
	out := t.told
	t.told = nil
	slices.SortFunc(out, func(x, y Gap) int { return cmp.Compare(x.Start, y.Start) })
	return out
}

// isTold reports whether a missing stretch found before lies between number k of a
// terminal and the one before it.
func (t *traces) isTold(id uint32, k int) bool {
	for i := range t.told {
		if g := &t.told[i]; t.at(id, k-1) <= g.Start && t.at(id, k) >= g.End {
			return true
		}
	}
	return false
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
			if !t.isTold(id, k) {
				used += int64(max(0, t.jump(id, k)))
			}
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
	turns := t.turns
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
