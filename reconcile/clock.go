package reconcile

import (
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// span is the time in which a row may have happened: [lo, hi).
type span struct{ lo, hi txn.Instant }

const (
	dawn = txn.Instant(-1 << 62)
	dusk = txn.Instant(1<<62 - 1)
)

// when returns the span of a row in its own clock. A row without any time may
// have happened at any.
func (m *Matches) when(r *ledger.Row) span {
	if r.At.Valid() {
		switch r.Prec {
		case txn.PrecDay, txn.PrecNone:
			return span{r.At, r.At + day}
		case txn.PrecMinute:
			return span{r.At, r.At + day/1440}
		}
		return span{r.At, r.At + 1_000_000}
	}
	if r.ExtraID() != 0 {
		if d := m.b.Extra(r).SettleOn; d != 0 {
			t := txn.At(d.Time(m.opt.Location))
			return span{t, t + day}
		}
	}
	return span{dawn, dusk}
}

// timed reports whether a row states a time of day.
func timed(r *ledger.Row) bool { return r.At.Valid() && r.Prec > txn.PrecDay }

// gap is how much later the settlement row is than the terminal row, in the
// terminal's corrected clock: 0 where they may be simultaneous, negative where it is earlier.
func (m *Matches) gap(t, s int32) txn.Instant {
	x, y := m.when(m.row(left, t)), m.when(m.row(right, s))
	if d := m.clocks.of(uint32(m.ids.value(m.row(left, t), fTID))).ahead; x.lo != dawn {
		x.lo, x.hi = x.lo-d, x.hi-d
	}
	return x.gap(y)
}

func (x span) gap(y span) txn.Instant {
	switch {
	case y.lo >= x.hi:
		return y.lo - x.hi + 1
	case x.lo >= y.hi:
		return y.hi - x.lo - 1
	}
	return 0
}

// lastRound is the widest of the windows that are tried one after the other.
const lastRound = 2

// near reports whether two rows are close enough in time for a key. Narrow
// windows are tried first, so that the nearest rows meet. Identifiers of one transaction
// have the whole lag; a STAN comes round again, so that it has half a day where
// both rows state a time.
func (m *Matches) near(k Key, t, s int32, round int) bool {
	before, after := txn.Instant(m.opt.Window/time.Microsecond), txn.Instant(m.opt.Window/time.Microsecond)
	switch {
	case round == 0:
	case round == 1:
		before, after = day/2, day/2
	case k.identity() || !timed(m.row(left, t)) || !timed(m.row(right, s)):
		before, after = txn.Instant(m.opt.LagBefore)*day, txn.Instant(m.opt.LagAfter)*day
	default:
		before, after = day/2, day/2
	}
	g := m.gap(t, s)
	return -before <= g && g <= after
}

// clock is by how much a terminal runs ahead of the settlement side.
type clock struct {
	ahead txn.Instant
	pairs int
}

type clocks struct {
	all  clock
	each map[uint32]clock
}

func (c *clocks) of(tid uint32) clock {
	if x, ok := c.each[tid]; ok {
		return x
	}
	return clock{ahead: c.all.ahead}
}

// minClockPairs is how many matched pairs a clock is judged by.
const minClockPairs = 3

// learnClocks takes the median difference of the pairs matched so far, per
// terminal and over all. Rows without a time of day say nothing; a median lets single
// late postings pass without effect.
func (m *Matches) learnClocks() clocks {
	type sample struct {
		tid  uint32
		diff txn.Instant
	}
	var samples []sample
	for i, j := range m.partner[left] {
		if j < 0 {
			continue
		}
		t, s := m.row(left, int32(i)), m.row(right, j)
		if timed(t) && timed(s) {
			samples = append(samples, sample{uint32(m.ids.value(t, fTID)), t.At - s.At})
		}
	}
	slices.SortFunc(samples, func(x, y sample) int {
		if x.tid != y.tid {
			return int(x.tid) - int(y.tid)
		}
		return int(min(1, max(-1, x.diff-y.diff)))
	})
	c := clocks{each: map[uint32]clock{}}
	for i := 0; i < len(samples); {
		n := i
		for n < len(samples) && samples[n].tid == samples[i].tid {
			n++
		}
		if n-i >= minClockPairs {
			c.each[samples[i].tid] = clock{samples[(i+n)/2].diff, n - i}
		}
		i = n
	}
	if len(samples) >= minClockPairs {
		slices.SortFunc(samples, func(x, y sample) int { return int(min(1, max(-1, x.diff-y.diff))) })
		c.all = clock{samples[len(samples)/2].diff, len(samples)}
	}
	return c
}
