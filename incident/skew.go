package incident

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A clock is taken to be off where at least leastPairs attempts agree to within
// a few seconds that it is off by at least leastSkew.
const (
	leastPairs = 5
	leastSkew  = 5 * time.Second
	mostSkew   = 2 * time.Hour
)

// Clocks estimates how far each terminal's clock is off, from rows of a
// settlement or a switch that show the same attempt with the host's time. What
// all terminals share is delay, not skew, and is left in.
func Clocks(b ledger.Book) []Skew {
	host := newHostTimes(b, txn.Settlement)
	for i, r := range b.Rows(txn.Settlement) {
		host.note(i, r)
	}
	from := "settlement"
	if host.n == 0 {
		from = "switch"
		host = newHostTimes(b, txn.Terminal)
		for i, r := range b.Rows(txn.Terminal) {
			if ofSwitch(b, r) {
				host.note(i, r)
			}
		}
	}
	if host.n == 0 {
		return nil
	}
	diffs := host.diffs()
	var out []Skew
	var middles []time.Duration
	for id, d := range diffs {
		if len(d) < leastPairs {
			continue
		}
		slices.Sort(d)
		out = append(out, Skew{Terminal: uint32(id), Offset: d[len(d)/2], N: len(d), From: from})
		middles = append(middles, d[len(d)/2])
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
	for _, s := range out {
		d := diffs[s.Terminal]
		s.Offset -= shared
		spread := d[len(d)*3/4] - d[len(d)/4]
		if s.Offset.Abs() >= leastSkew && spread < s.Offset.Abs()/2 {
			keep = append(keep, s)
		}
	}
	return keep
}

// hostTimes finds the row of every RRN that the host wrote: a table with open
// addressing, as there may be millions.
type hostTimes struct {
	b     ledger.Book
	side  txn.Side
	slots []hostTime
	n     int
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
	n := 0
	if side == txn.Settlement {
		n = b.Len(side)
	}
	return &hostTimes{b: b, side: side, slots: make([]hostTime, 1<<max(8, bits.Len(uint(n+n/4))))}
}

// slot is where a number stands or would stand.
func (h *hostTimes) slot(rrn ledger.Key) (s *hostTime, hash uint32) {
	hash = uint32(uint64(rrn/nearby)*0x9E3779B97F4A7C15>>32)&^(nearby-1) | uint32(rrn%nearby)
	mask := uint32(len(h.slots) - 1)
	for i := hash & mask; ; i = (i + nearby + 1) & mask {
		s := &h.slots[i]
		if s.row == 0 || s.hash == hash && h.b.Row(h.side, s.index()).RRN == rrn {
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
	if r.Prec < txn.PrecSecond || r.RRN == 0 {
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
	h.slots = make([]hostTime, 2*len(old))
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
}

// diffs lists, by terminal id, how far the host's times are ahead of the
// terminal's own, in no order.
func (h *hostTimes) diffs() [][]time.Duration {
	b := h.b
	out := make([][]time.Duration, b.Names(ledger.Terminal))
	size := make([]int32, len(out))
	var ids []uint32
	var all []time.Duration
	for i, r := range b.Rows(txn.Terminal) {
		if r.RRN == 0 || r.Prec < txn.PrecSecond || ofSwitch(b, r) {
			continue
		}
		at := h.at(r.RRN)
		if at == txn.NoInstant {
			continue
		}
		if d := at.Sub(r.At); d.Abs() < mostSkew {
			if all == nil {
				most := min(b.Len(txn.Terminal)-i, h.n)
				ids, all = make([]uint32, 0, most), make([]time.Duration, 0, most)
			}
			id := b.Place(r.Place).Terminal
			ids, all = append(ids, id), append(all, d)
			size[id]++
		}
	}
	// Each goes to the next place of its terminal, in exchange for what stands there.
	next, end := make([]int32, len(out)), int32(0)
	for id, n := range size {
		next[id] = end
		end += n
		out[id] = all[next[id]:end]
	}
	end = 0
	for id, n := range size {
		for end += n; next[id] < end; {
			k := next[id]
			to := &next[ids[k]]
			ids[k], ids[*to], all[k], all[*to] = ids[*to], ids[k], all[*to], all[k]
			*to++
		}
	}
	return out
}

// edgeSkew estimates clocks from incidents that hit many terminals at once: a
// terminal whose failures begin and end late by the same amount has a clock that
// is fast. Only steps that its own attempts resolve are seen.
func edgeSkew(ev *events, wins []Window, base []float32) []Skew {
	const (
		step  = 5 * time.Second
		reach = 5 * time.Minute
		near  = 20 * time.Minute
		bar   = 9.0 // nats: 120 offsets are tried on every terminal
	)
	type hit struct {
		at           txn.Instant
		usual, fault float64 // log-likelihood outside and inside the incident
		start, end   txn.Instant
	}
	byTerm := map[uint32][]hit{}
	terminal := ev.column(ledger.Terminal)
	for k := range wins {
		w := &wins[k]
		if w.Kind != Outage || w.Open || w.cut || w.P1 < .6 || w.Scope.uses(ledger.Terminal) || w.Failures < 30 {
			continue
		}
		wide := Window{Start: w.Start.Add(-near), End: w.End.Add(near), Scope: w.Scope}
		ev.each(&wide, func(i int32) {
			if ev.retry[i] {
				return
			}
			p0 := float64(base[i])
			q := min(.98, max(w.P1, p0))
			if !in(ev.fam[i], w.Channel) {
				p0, q = 1-p0, 1-q
			}
			id := terminal.id(i)
			byTerm[id] = append(byTerm[id], hit{at: ev.at[i], usual: math.Log(p0), fault: math.Log(q), start: w.Start, end: w.End})
		})
	}
	var out []Skew
	for _, id := range slices.Sorted(maps.Keys(byTerm)) {
		if id == 0 || len(byTerm[id]) < 8 {
			continue
		}
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
