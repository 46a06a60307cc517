package incident

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/poslog/poslog/internal/room"
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
	host := newHostTimes(b.Len(txn.Settlement))
	for _, r := range b.Rows(txn.Settlement) {
		host.note(r)
	}
	from := "settlement"
	if host.n == 0 {
		from = "switch"
		for _, r := range b.Rows(txn.Terminal) {
			if ofSwitch(b, r) {
				host.note(r)
			}
		}
	}
	if host.n == 0 {
		return nil
	}
	diffs, all := host.diffs(b)
	defer room.Free(all)
	room.Free(host.slots)
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

// hostTimes holds the host's time of every RRN: a table with open addressing, as
// there may be millions.
type hostTimes struct {
	slots []hostTime
	n     int
}

type hostTime struct {
	rrn ledger.Key  // 0 = free
	at  txn.Instant // txn.NoInstant where the number is not unique
}

// newHostTimes makes a table with room for n.
func newHostTimes(n int) *hostTimes {
	return &hostTimes{slots: room.Slice[hostTime](1 << max(8, bits.Len(uint(n+n/4))))}
}

// slot is where a number stands or would stand.
func (h *hostTimes) slot(rrn ledger.Key) *hostTime {
	mask := uint64(len(h.slots) - 1)
	x := uint64(rrn) * 0x9E3779B97F4A7C15
	for i := (x ^ x>>32) & mask; ; i = (i + 1) & mask {
		if s := &h.slots[i]; s.rrn == rrn || s.rrn == 0 {
			return s
		}
	}
}

func (h *hostTimes) note(r *ledger.Row) {
	if r.Prec < txn.PrecSecond || r.RRN == 0 {
		return
	}
	s := h.slot(r.RRN)
	switch {
	case s.rrn == 0:
		if *s = (hostTime{r.RRN, r.At}); h.n >= len(h.slots)*4/5 {
			h.grow()
		}
		h.n++
	case s.at != r.At:
		s.at = txn.NoInstant
	}
}

func (h *hostTimes) grow() {
	old := h.slots
	h.slots = room.Slice[hostTime](2 * len(old))
	for _, s := range old {
		if s.rrn != 0 {
			*h.slot(s.rrn) = s
		}
	}
	room.Free(old)
}

// diffs lists, by terminal id, how far the host's times are ahead of the
// terminal's own.
func (h *hostTimes) diffs(b ledger.Book) (out [][]time.Duration, flat []time.Duration) {
	out = make([][]time.Duration, b.Names(ledger.Terminal))
	size := make([]int32, len(out))
	var ids []uint32
	var all []time.Duration
	for i, r := range b.Rows(txn.Terminal) {
		if r.RRN == 0 || r.Prec < txn.PrecSecond || ofSwitch(b, r) {
			continue
		}
		s := h.slot(r.RRN)
		if s.rrn == 0 || s.at == txn.NoInstant {
			continue
		}
		if d := s.at.Sub(r.At); d.Abs() < mostSkew {
			if all == nil {
				most := min(b.Len(txn.Terminal)-i, h.n)
				ids, all = room.Slice[uint32](most)[:0], room.Slice[time.Duration](most)[:0]
			}
			id := b.Place(r.Place).Terminal
			ids, all = append(ids, id), append(all, d)
			size[id]++
		}
	}
	flat = room.Slice[time.Duration](len(all))
	at := 0
	for id, n := range size {
		out[id] = flat[at : at : at+int(n)]
		at += int(n)
	}
	for k, id := range ids {
		out[id] = append(out[id], all[k])
	}
	room.Free(ids)
	room.Free(all)
	return out, flat
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
