package incident

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Where nobody had an attempt there are no peers to tell by. Trace numbers and money that went on
// say that the log is missing, and so does a stretch of which no file is. Else the traffic before and after says how much did not come, other days
// whether that is usual, and how many shops there are whether they may all have been closed.

const (
	closed    = 6 * time.Hour // a shop may be for so long every night
	manyShops = 8             // have no lunch in common
)

// nobody finds the stretches in which nobody had an attempt although there is
// far more traffic next to them. Those of idle may be the hours of the one shop, or of a few.
func (t *traces) nobody(opt *Options) (gaps, idle []Gap) {
	ev := t.ev
	n := ev.len() - 1 // stretches between attempts
	if !t.wide || n < 20 {
		return nil, nil
	}
	width := func(i int) txn.Instant { return ev.at(int32(i+1)) - ev.at(int32(i)) }
	rate := float64(n) / float64(ev.last()-ev.at(0))
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
		g := Gap{Start: ev.at(int32(i)), End: ev.at(int32(i + 1)), Trace: -1, Expected: rate * float64(width(i)), Nobody: true}
		if t.judge(&g); g.Lost {
			if _, e := ev.idle(&g); e > 0 {
				g.Expected = e
			}
			t.told = append(t.told, g)
		} else {
			idle = append(idle, g)
		}
	}
	gaps, t.told = t.told, nil
	idle = standing(ev, idle, math.Log(float64(n)/(opt.E0*rareGap)))
	if len(idle) > 0 {
		uncovered(ev.book, idle)
	}
	for i := len(idle) - 1; i >= 0; i-- {
		if idle[i].Lost || ev.shops(&idle[i]) >= manyShops {
			gaps = append(gaps, idle[i])
			idle = slices.Delete(idle, i, i+1)
		}
	}
	for _, list := range [][]Gap{gaps, idle} {
		slices.SortFunc(list, func(x, y Gap) int { return cmp.Compare(x.Start, y.Start) })
	}
	return gaps, idle
}

// uncovered marks the gaps that lie between the files: where trace numbers do not say that nobody tried,
// the log is missing. Files of a few rows each are no logs.
func uncovered(b ledger.Book, gaps []Gap) {
	const slack = txn.Instant(shortest / 2) // of clocks that were corrected
	files, rows := map[uint32][2]txn.Instant{}, 0
	for _, r := range b.Rows(txn.Terminal) {
		if !r.At.Valid() || r.Prec <= txn.PrecDay {
			continue
		}
		rows++
		p, ok := files[r.File]
		if !ok {
			p = [2]txn.Instant{r.At, r.At}
		}
		files[r.File] = [2]txn.Instant{min(p[0], r.At), max(p[1], r.At)}
	}
next:
	for i := range gaps {
		g := &gaps[i]
		if g.Trace >= 0 || 20*len(files) > rows {
			continue
		}
		for _, p := range files {
			if p[0] <= g.Start+slack && p[1] >= g.End-slack {
				continue next
			}
		}
		g.Lost, g.Uncovered = true, true
	}
}

// standing keeps the stretches that are no habit and stand out against the others by more than a bar of
// nats.
func standing(ev *events, list []Gap, bar float64) []Gap {
	list = slices.DeleteFunc(list, func(g Gap) bool { return ev.rests(&g) })
	nats := make([]float64, len(list))
	for i := range list {
		g := &list[i]
		nats[i], g.Expected = ev.idle(g)
	}
	sorted := slices.Sorted(slices.Values(nats))
	var out []Gap
	for i := range list {
		usual := 0. // the largest of the others
		if k := len(sorted) - 1; k > 0 && nats[i] == sorted[k] {
			usual = sorted[k-1]
		} else if k > 0 {
			usual = sorted[k]
		}
		if nats[i] > bar+1.5*usual {
			g := &list[i]
			g.EValue = float64(ev.len()) * math.Exp(1.5*usual-nats[i])
			out = append(out, *g)
		}
	}
	return out
}

// idle is -ln P that nobody has an attempt in a gap if they trade as they do next to it, on the
// side, and in the part of that side, where that is less: shops close by and by, and are cut off at once. It
// also says how many attempts would have come.
func (e *events) idle(g *Gap) (nats, expected float64) {
	nats = math.Inf(1)
	for _, part := range [...]txn.Instant{2, 4} {
		side := (g.End - g.Start) / part
		before, after := e.trading(g.Start-side, g.Start+1), e.trading(g.End, g.End+side+1)
		nats = min(nats, float64(min(before, after))*math.Log1p(float64(part)))
		if part == 2 {
			expected = float64(before + after)
		}
	}
	return nats, expected
}

// trading counts the attempts from one time to another, retries left out and those that a fault met.
func (e *events) trading(from, to txn.Instant) int {
	n := 0
	for i, until := e.since(from), e.since(to); i < until; i++ {
		if e.usual(i) {
			n++
		}
	}
	return n
}

// shops counts the merchants that had attempts shortly before and after a gap.
func (e *events) shops(g *Gap) int {
	side, shop := (g.End-g.Start)/2, e.column(ledger.Merchant)
	var seen [2]map[uint32]bool
	for k, from := range [2]txn.Instant{g.Start - side, g.End} {
		seen[k] = map[uint32]bool{}
		for i, until := e.since(from), e.since(from+side+1); i < until; i++ {
			seen[k][shop.id(i)] = true
		}
	}
	n := 0
	for id := range seen[0] {
		if id != 0 && seen[1][id] {
			n++
		}
	}
	return n
}

// rests reports whether a stretch may be a night, or is as quiet at the same hours of most other
// days or of the same day of most other weeks.
func (e *events) rests(g *Gap) bool {
	_, expected := e.idle(g)
	days, silent := others(g, e.at(0), e.last(), func(from, to txn.Instant) (quiet, ok bool) {
		return float64(e.trading(from, to)) < expected/4, true
	})
	if days[0] < 2 && g.End.Sub(g.Start) >= closed {
		return true
	}
	return 2*silent[0] > days[0] || 2*silent[1] > days[1]
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
