package incident

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A clock is taken to be off where at least leastPairs attempts agree to within
// a few seconds that it is off by at least leastSkew. One that is off by hours, as it keeps
// the time of another zone or the date of yesterday, must be so alike for more of them: the
// other side may state when it booked, which is as far from when anybody paid.
const (
	leastPairs = 5
	leastSkew  = 5 * time.Second
	hours      = 2 * time.Hour
	mostSkew   = 26 * time.Hour
)

// Clocks estimates how far each terminal's clock is off, from rows of a
// settlement or a switch that show the same attempt with the host's time. What
// all terminals share is delay, not skew, and is left in.
func Clocks(b ledger.Book) []Skew {
	if b.Len(txn.Terminal) == 0 {
		return nil
	}
	from, side, n := "settlement", txn.Settlement, 0
	diffs := newShelves[diff](b.Names(ledger.Terminal))
	defer diffs.free()
	host := newHostTimes(b, side)
	for {
		for host.next() {
			for i, r := range b.Rows(side) {
				if side == txn.Settlement || ledger.OfSwitch(b, r) {
					host.note(i, r)
				}
			}
			n += host.n
			host.diffs(diffs)
		}
		if n > 0 || side == txn.Terminal {
			break
		}
		from, side = "switch", txn.Terminal
		host = newHostTimes(b, side)
	}
	var out []Skew
	var spreads, middles []time.Duration
	for k := range diffs.list {
		own := &diffs.list[k]
		all := room.Slice[diff](own.n)[:0]
		own.each(func(d *diff) { all = append(all, *d) })
		own.free()
		slices.Sort(all)
		for list := all; len(list) > 0; {
			n := sort.Search(len(list), func(i int) bool { return list[i].number() != list[0].number() })
			if d := list[:n]; n >= leastPairs {
				middle := d[n/2].value()
				out = append(out, Skew{Terminal: uint32(k)*diffs.width + d[0].number(), Offset: middle, N: n, From: from})
				spreads, middles = append(spreads, d[n*3/4].value()-d[n/4].value()), append(middles, middle)
			}
			list = list[n:]
		}
		room.Free(all)
	}
	if len(out) == 0 {
		return nil
	}
	slices.Sort(middles)
	shared := middles[len(middles)/2]
	if shared.Abs() > 5*time.Second && len(middles) < 3 {
		shared = 0 // one or two terminals share nothing that could be told from skew
	}
	keep := out[:0]
	for k, s := range out {
		stated := s.Offset.Abs()
		s.Offset -= shared
		alike := spreads[k] < s.Offset.Abs()/2
		if max(stated, s.Offset.Abs()) > hours {
			alike = spreads[k] < time.Minute && s.N >= 2*leastPairs
		}
		if s.Offset.Abs() >= leastSkew && alike {
			keep = append(keep, s)
		}
	}
	return keep
}

// diff is how far the host's time is ahead of a terminal's own, in microseconds,
// below the terminal's number on its shelf: sorted, those of a terminal stand together.
type diff uint64

const (
	diffBits = 38
	diffZero = 1 << (diffBits - 1)
)

func newDiff(number uint32, d time.Duration) diff {
	return diff(number)<<diffBits | diff(d/time.Microsecond+diffZero)
}

func (d diff) number() uint32 { return uint32(d >> diffBits) }

func (d diff) value() time.Duration {
	return (time.Duration(d&(1<<diffBits-1)) - diffZero) * time.Microsecond
}

// hostTimes finds the row of every RRN that the host wrote: a table with open
// addressing, as there may be millions. Under a limit of memory it takes a range of them
// at a time, so that the table is looked up without waiting for the disk.
type hostTimes struct {
	b      ledger.Book
	side   txn.Side
	slots  []hostTime
	n      int
	part   uint64 // of parts; counted from 1
	parts  uint64
	bounds int // of slots
}

// hostTime is a row plus one, 0 where the slot is free, and the hash of its RRN.
type hostTime struct{ row, hash uint32 }

const (
	several = 1 << 31 // in hostTime.row: rows of other times have the number, too
	nearby  = 8       // numbers that follow each other stand together, as they are looked up
)

// newHostTimes makes an empty table, which grows with its content where only few
// rows may be the host's.
func newHostTimes(b ledger.Book, side txn.Side) *hostTimes {
	h := &hostTimes{b: b, side: side, parts: 1}
	n := b.Len(side)
	if limit := room.Limit(); limit > 0 { // a fifth of it for the table
		for size(n/int(h.parts)) > int(limit/5/8) {
			h.parts++
		}
		n /= int(h.parts)
	}
	if side == txn.Terminal {
		n = 0
	}
	h.bounds = size(n)
	return h
}

// size is how many slots n numbers need.
func size(n int) int { return 1 << max(8, bits.Len(uint(n+n/4))) }

// next empties the table for the next range of numbers, false: there is none.
func (h *hostTimes) next() bool {
	room.Free(h.slots)
	h.slots, h.n = nil, 0
	if h.part == h.parts {
		return false
	}
	h.part++
	h.slots = room.Slice[hostTime](h.bounds)
	return true
}

// own reports whether a number is in the range.
func (h *hostTimes) own(rrn ledger.Key) bool {
	return h.parts == 1 || uint64(rrn/nearby)*0xD6E8FEB86659FD93>>32*h.parts>>32 == h.part-1
}

// slot is where a number stands or would stand.
func (h *hostTimes) slot(rrn ledger.Key) (s *hostTime, hash uint32) {
	hash = uint32(uint64(rrn/nearby)*0x9E3779B97F4A7C15>>32)&^(nearby-1) | uint32(rrn%nearby)
	mask := uint32(len(h.slots) - 1)
	for i := hash & mask; ; i = (i + nearby + 1) & mask {
		s := &h.slots[i]
		if s.row == 0 || s.hash == hash && h.b.RRN(h.side, s.index()) == rrn {
			return s, hash
		}
	}
}

func (s *hostTime) index() int { return int(s.row&^several) - 1 }

// at is the host's time, txn.NoInstant where the number is not there or not unique.
func (h *hostTimes) at(rrn ledger.Key) txn.Instant {
	s, _ := h.slot(rrn)
	if s.row == 0 || s.row&several != 0 {
		return txn.NoInstant
	}
	return h.b.At(h.side, s.index())
}

func (h *hostTimes) note(i int, r *ledger.Row) {
	if r.Prec < txn.PrecSecond || r.RRN == 0 || !h.own(r.RRN) {
		return
	}
	s, hash := h.slot(r.RRN)
	switch {
	case s.row == 0:
		*s = hostTime{uint32(i) + 1, hash}
		if h.n++; h.n >= len(h.slots)*4/5 {
			h.grow()
		}
	case h.b.At(h.side, s.index()) != r.At:
		s.row |= several
	}
}

func (h *hostTimes) grow() {
	old := h.slots
	h.slots = room.Slice[hostTime](2 * len(old))
	mask := uint32(len(h.slots) - 1)
	for _, s := range old {
		if s.row != 0 {
			i := s.hash & mask
			for h.slots[i].row != 0 {
				i = (i + nearby + 1) & mask
			}
			h.slots[i] = s
		}
	}
	room.Free(old)
}

// diffs adds how far the host's times are ahead of the terminals' own.
func (h *hostTimes) diffs(to *shelves[diff]) {
	if h.n == 0 {
		return
	}
	for _, r := range h.b.Rows(txn.Terminal) {
		if r.RRN == 0 || r.Prec < txn.PrecSecond || !h.own(r.RRN) || ledger.OfSwitch(h.b, r) {
			continue
		}
		at := h.at(r.RRN)
		if at == txn.NoInstant {
			continue
		}
		if d := at.Sub(r.At); d.Abs() < mostSkew {
			id := h.b.Place(r.Place).Terminal
			to.add(id, newDiff(id%to.width, d))
		}
	}
}

// edgeSkew estimates clocks from incidents that hit many terminals at once: a
// terminal whose failures begin and end late by the same amount has a clock that
// is fast. Only steps that its own attempts resolve are seen.
func edgeSkew(ev *events, wins []Window, base baseline) []Skew {
	const (
		step  = 5 * time.Second
		reach = 5 * time.Minute
		near  = 20 * time.Minute
		bar   = 9.0 // nats: 120 offsets are tried on every terminal

		fewest = 8 // attempts
	)
	type hit struct {
		at           txn.Instant
		usual, fault float64 // log-likelihood outside and inside the incident
		start, end   txn.Instant
	}
	terminal := ev.column(ledger.Terminal)
	around := func(do func(w *Window, i int32)) {
		for k := range wins {
			w := &wins[k]
			if w.Kind != Outage || w.Open || w.cut || w.P1 < .6 || w.Scope.uses(ledger.Terminal) || w.Failures < 30 {
				continue
			}
			wide := Window{Start: w.Start.Add(-near), End: w.End.Add(near), Scope: w.Scope}
			ev.each(&wide, func(i int32) {
				if !ev.retry.Has(i) {
					do(w, i)
				}
			})
		}
	}
	count := make([]int32, ev.book.Names(ledger.Terminal))
	around(func(_ *Window, i int32) { count[terminal.id(i)]++ })
	byTerm := map[uint32][]hit{}
	around(func(w *Window, i int32) {
		id := terminal.id(i)
		if id == 0 || count[id] < fewest {
			return
		}
		p0 := base.at(i)
		q := min(.98, max(w.P1, p0))
		if !in(ev.famOf(i), w.Channel) {
			p0, q = 1-p0, 1-q
		}
		byTerm[id] = append(byTerm[id], hit{at: ev.at(i), usual: math.Log(p0), fault: math.Log(q), start: w.Start, end: w.End})
	})
	var out []Skew
	for _, id := range slices.Sorted(maps.Keys(byTerm)) {
		value := func(d time.Duration) float64 {
			sum := 0.0
			for _, h := range byTerm[id] {
				if at := h.at.Add(d); at >= h.start && at < h.end {
					sum += h.fault
				} else {
					sum += h.usual
				}
			}
			return sum
		}
		zero := value(0)
		best, from, to := zero, time.Duration(0), time.Duration(0)
		for d := -reach; d <= reach; d += step {
			v := value(d)
			switch {
			case v > best+1e-9:
				best, from, to = v, d, d
			case v > best-1e-9 && d == to+step:
				to = d
			}
		}
		if best-zero > bar {
			out = append(out, Skew{Terminal: id, Offset: (from + to) / 2, N: len(byTerm[id]), From: "edge"})
		}
	}
	slices.SortFunc(out, func(x, y Skew) int { return cmp.Compare(x.Terminal, y.Terminal) })
	return out
}
