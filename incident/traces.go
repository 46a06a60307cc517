package incident

import (
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

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
	told  []Gap   // see nobody
	sales []sale  // that the log lacks

	sorted [][]trace // that list points into
}

// trace is a trace number of a terminal.
type trace struct {
	at    txn.Instant
	stan  int32
	place uint32
}

// sameMessage is how far apart two logs date a message.
const sameMessage = 2_000_000

// newTraces reads the trace numbers of those terminals that a gap may concern: most
// data need none of them.
func newTraces(ev *events, opt *Options, levels []level, sales []sale, paid []Gap) *traces {
	t := &traces{ev: ev, near: map[Entity][]uint32{}, sales: sales}
	wanted := t.concern(levels, paid)
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
func (t *traces) concern(levels []level, paid []Gap) []bool {
	ev := t.ev
	terminal := ev.column(ledger.Terminal).ids
	var wanted []bool
	want := func() {
		if wanted == nil {
			wanted = make([]bool, ev.book.Names(ledger.Terminal))
		}
	}
	for i := int32(1); int(i) < ev.len(); i++ {
		if ev.at(i)-ev.at(i-1) >= shortest { // hours may be missing from the log
			t.wide = true
			want()
			for id := range wanted {
				wanted[id] = true
			}
			return wanted
		}
	}
	owners := map[ledger.Dim]map[uint32]bool{}
	add := func(d ledger.Dim, id uint32) {
		if owners[d] == nil {
			owners[d] = map[uint32]bool{}
		}
		owners[d][id] = true
	}
	for k := range levels {
		for _, g := range levels[k].found {
			add(levels[k].dim, levels[k].members[g.of].id)
		}
	}
	for _, g := range paid {
		for _, id := range g.Scope[0].IDs {
			add(g.Scope[0].Dim, id)
		}
	}
	for d, ids := range owners {
		want()
		for p, id := range ev.column(d).ids {
			if ids[id] {
				wanted[terminal[p]] = true
			}
		}
	}
	return wanted
}

// read collects trace numbers by terminal. All rows count: sign-offs, batches and
// reversals use numbers, too. The same number at hardly another instant is the same message, read
// from a second export, whatever columns and decimals of a second that has: counted again it would
// halve the usual step.
func (t *traces) read(wanted []bool) *shelves[trace] {
	b := t.ev.book
	out := newShelves[trace](b.Names(ledger.Terminal))
	t.turns = make([]turns, b.Names(ledger.Merchant)+1)
	last := make([]trace, b.Names(ledger.Terminal))
	for _, r := range b.Rows(txn.Terminal) {
		if r.STAN == 0 || !r.At.Valid() || r.Prec <= txn.PrecDay {
			continue
		}
		place := b.Place(r.Place)
		if place.Terminal == 0 {
			continue
		}
		if n, ok := number(b, r.STAN); ok {
			x := trace{r.At, n, r.Place}
			if l := last[place.Terminal]; x.stan == l.stan && x.at-l.at <= sameMessage {
				continue
			}
			last[place.Terminal] = x
			if wanted[place.Terminal] {
				out.add(place.Terminal, x)
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

// closing is how many numbers a terminal may use between two rows for what a list of payments
// does not show, if a shop may have closed and opened there: sign-off, batch, parameters, sign-on.
func (t *traces) closing(id uint32, k int) int32 {
	const pause, numbers = 6 * time.Hour, 4
	if t.at(id, k).Sub(t.at(id, k-1)) < pause {
		return 0
	}
	return numbers
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

// judge tells a missing log from a closed shop.
func (t *traces) judge(g *Gap) {
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
		if k == 0 || k == len(list) || !g.Scope.covers(t.ev.book.Place(list[k].place)) {
			continue
		}
		seen++
		for ; k < len(list); k++ {
			if !t.isTold(id, k) {
				used += int64(max(0, t.jump(id, k)-t.closing(id, k)))
			}
			if t.at(id, k) >= g.End {
				break
			}
		}
	}
	if seen > 0 {
		g.Trace = int(used)
	}
	g.Settled = t.settled(g)
	g.Lost = float64(max(g.Trace, g.Settled)) >= max(5, .3*g.Expected)
}

// settled counts the sales of a gap that the log lacks, if they are many more there than next to it: some
// shops are paid for what no terminal saw all day.
func (t *traces) settled(g *Gap) int {
	width := g.End - g.Start
	inside, beside, times, last := 0, 0, 0, txn.NoInstant
	from := sort.Search(len(t.sales), func(i int) bool { return t.sales[i].at >= g.Start-width })
	for _, s := range t.sales[from:] {
		if s.at >= g.End+width {
			break
		}
		if !g.Scope.covers(t.ev.book.Place(s.place)) {
			continue
		}
		if s.at <= g.Start || s.at >= g.End {
			beside++
			continue
		}
		if inside++; s.at != last {
			times++
		}
		last = s.at
	}
	if inside <= 2*beside || 2*times <= inside { // one time for all is that of a file and not of its payments
		return 0
	}
	return inside
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
