package reconcile

import (
	"cmp"
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
	if r.Extra != 0 {
		if d := m.b.Extra(r.Extra).SettleOn; d != 0 {
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

// later is by how much a terminal row's clock is ahead of a settlement row's, in the middle
// of what both may mean: a file without seconds is half a minute behind on average.
func (m *Matches) later(t, s *ledger.Row) txn.Instant {
	x, y := m.when(t), m.when(s)
	return (x.lo + x.hi - y.lo - y.hi) / 2
}

// Windows are tried one after the other, so that the nearest rows meet.
const (
	sameTime  = 1 // the last round within the options' window
	lastRound = 3
)

// near reports whether two rows are close enough in time for a key. Narrow
// windows are tried first, so that the nearest rows meet. Identifiers of one transaction
// have the whole lag; a STAN comes round again, so that it has half a day where
// both rows state a time.
func (m *Matches) near(k Key, t, s int32, round int) bool {
	const moment = 2_000_000
	before, after := txn.Instant(moment), txn.Instant(moment)
	switch {
	case round == 0:
	case round == 1:
		before, after = txn.Instant(m.opt.Window/time.Microsecond), txn.Instant(m.opt.Window/time.Microsecond)
	case round == 2:
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

// maxSamples bounds the pairs that clocks are read from; beyond it every second,
// third ... pair is taken.
const maxSamples = 1 << 18

// minClockPairs is how many pairs matched by a number a clock is judged by.
const minClockPairs = 3

// minLikelyPairs is how many pairs by amount alone must be there.
const minLikelyPairs = 6

// learnClocks reads the clocks from the pairs matched so far, per terminal and
// over all.
func (m *Matches) learnClocks() {
	c, samples := clocks{each: map[uint32]clock{}}, m.clockSamples()
	m.readClocks(samples, minClockPairs, c.each)
	c.all = m.common(samples, minClockPairs)
	on := fAmount
	if m.sharesTerminals() {
		on |= fTID
	}
	likely := m.likelyPairs(on, c.each)
	m.readClocks(likely, minLikelyPairs, c.each)
	if on&fTID == 0 && c.all.pairs == 0 {
		c.all = m.common(likely, minLikelyPairs)
	}
	m.clocks = c
}

// clockSamples are those of the pairs matched so far. Rows without a time of day say nothing.
func (m *Matches) clockSamples() []clockSample {
	matched := 0
	for range m.partner[left].pairs() {
		matched++
	}
	step, n := 1+matched/maxSamples, 0
	samples := make([]clockSample, 0, matched/step+1)
	for i, j := range m.partner[left].pairs() {
		if n++; n%step != 0 {
			continue
		}
		t, s := m.row(left, i), m.row(right, j)
		if timed(t) && timed(s) {
			samples = append(samples, clockSample{uint32(m.ids.value(t, fTID)), m.later(t, s)})
		}
	}
	return samples
}

// common is the clock of all terminals together.
func (m *Matches) common(samples []clockSample, enough int) clock {
	slices.SortFunc(samples, func(x, y clockSample) int { return cmp.Compare(x.diff, y.diff) })
	c, _ := m.readClock(samples, enough)
	return c
}

// sharesTerminals reports whether both sides have rows with terminals that may be compared.
func (m *Matches) sharesTerminals() bool {
	some := func(h field) bool { return h&(fMoney|fTID) == fMoney|fTID }
	return slices.ContainsFunc(m.have[left], some) && slices.ContainsFunc(m.have[right], some)
}

// likelyPairs gives samples of terminals whose clock no matched pair tells: an
// amount that the terminal has once and the settlement side has once for it (or, where only
// one side names terminals, once at all), less than half a day apart. Single ones may be
// wrong, so that more of them must agree.
func (m *Matches) likelyPairs(on field, known map[uint32]clock) (samples []clockSample) {
	need := fMoney | on
	j := join{memory: m.opt.Memory, workers: 1}
	for side := range j.rows {
		j.rows[side] = m.pick(side, func(row int32) bool {
			return m.partner[side].at(row) == free && m.have[side][row]&need == need
		})
	}
	j.fill = func(_ int, _ int32, r *ledger.Row, e *entry) bool {
		k := m.ids.key(r, on)
		e.setCode(k.hash())
		return timed(r)
	}
	j.key = func(side int, row int32) key { return m.ids.key(m.row(side, row), on) }
	j.visit = func(_ int, t, s []int32) {
		if len(t) != 1 || len(s) != 1 {
			return
		}
		x, y := m.row(left, t[0]), m.row(right, s[0])
		tid := uint32(m.ids.value(x, fTID))
		if _, ok := known[tid]; !ok && absolute(txn.Minor(x.At-y.At)) < txn.Minor(day/2) {
			samples = append(samples, clockSample{tid, m.later(x, y)})
		}
	}
	j.run()
	return samples
}

// readClocks adds the clock of every terminal that enough samples agree on.
func (m *Matches) readClocks(samples []clockSample, enough int, to map[uint32]clock) {
	slices.SortFunc(samples, func(x, y clockSample) int {
		return cmp.Or(cmp.Compare(x.tid, y.tid), cmp.Compare(x.diff, y.diff))
	})
	for i := 0; i < len(samples); {
		n := i
		for n < len(samples) && samples[n].tid == samples[i].tid {
			n++
		}
		if x, ok := m.readClock(samples[i:n], enough); ok && samples[i].tid != 0 {
			to[samples[i].tid] = x
		}
		i = n
	}
}

// clockSample is one pair: how much later the terminal dates it.
type clockSample struct {
	tid  uint32
	diff txn.Instant
}

// readClock takes the median of sorted samples, if there are enough of them and
// two thirds are within the window around it: otherwise one side dates its rows by
// something else, such as the time of posting.
func (m *Matches) readClock(samples []clockSample, enough int) (clock, bool) {
	n := len(samples)
	if n < enough {
		return clock{}, false
	}
	mid, close := samples[n/2].diff, 0
	for _, x := range samples {
		if d := absolute(txn.Minor(x.diff - mid)); d <= txn.Minor(m.opt.Window/time.Microsecond) {
			close++
		}
	}
	if 3*close < 2*n {
		return clock{}, false
	}
	return clock{mid, n}, true
}
