package reconcile

import (
	"slices"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// coverage is which business days each side has data of. A row whose day the
// other side does not cover cannot be missing there: its counterpart may stand in a
// file that is not here.
type coverage struct {
	rows    [2]int              // rows that move money
	days    [2]map[uint32]*days // by institution
	all     [2]*days
	newest  [2]txn.Date
	oldest  txn.Date            // first business day of the settlement side
	source  map[uint32][]uint32 // terminal-side institution -> settlement-side institutions of its matches
	shared  bool                // some institution is named on both sides
	onlyMID uint64              // the one merchant of the settlement side, 0 where there are several
	cutOff  []time.Duration     // per institution id, since midnight
	booked  int                 // days by which stated settlement dates follow the business day
}

// days is a set of business days. A business day is open from the cut-off of
// the day before, so that it has an evening part and a main part: a file by
// calendar day ends with the evening part of a day that it does not cover.
type days struct {
	on   map[txn.Date]part
	last txn.Instant
}

type part uint8

const (
	daytime part = 1 << iota // rows from midnight to the cut-off
	evening                  // rows between the cut-off of the day before and midnight
	stated                   // rows that state their business day
)

func (d *days) add(on txn.Date, p part, at txn.Instant) {
	d.on[on] |= p
	d.last = max(d.last, at)
}

// cover reports whether data of a moment should be in the set.
func (d *days) cover(on txn.Date, p part, at txn.Instant) bool {
	has := d.on[on]
	switch {
	case has == 0:
		return false
	case has&stated != 0 || p&stated != 0:
		return true
	case p == daytime:
		return has&daytime != 0
	}
	if has&daytime == 0 {
		return at.Valid() && at <= d.last
	}
	return has&evening != 0 || d.on[before(on, 1)]&daytime != 0
}

// before is the date n days earlier.
func before(on txn.Date, n int) txn.Date {
	return txn.DateOf(on.Time(time.UTC).AddDate(0, 0, -n))
}

// daysBetween counts calendar days.
func daysBetween(x, y txn.Date) int {
	return int(y.Time(time.UTC).Sub(x.Time(time.UTC)) / (24 * time.Hour))
}

// businessDay is the day to which an institution books a moment (after its
// cut-off the next one), and in which part of it the moment lies.
func (m *Matches) businessDay(institution uint32, at txn.Instant) (txn.Date, part) {
	t := at.Time().In(m.opt.Location)
	h, min, s := t.Clock()
	since := time.Duration(h)*time.Hour + time.Duration(min)*time.Minute + time.Duration(s)*time.Second
	if since >= m.cover.cutOff[institution] {
		return txn.DateOf(t.AddDate(0, 0, 1)), evening
	}
	return txn.DateOf(t), daytime
}

// bookedOn is the business day of a row: what it states, else from its time; 0
// where it has neither.
func (m *Matches) bookedOn(r *ledger.Row) (txn.Date, part) {
	if r.Extra != 0 {
		if d := m.b.Extra(r.Extra).SettleOn; d != 0 {
			return before(d, m.cover.booked), stated
		}
	}
	switch {
	case !r.At.Valid():
		return 0, 0
	case timed(r):
		return m.businessDay(m.institution(r), r.At)
	}
	return txn.DateOf(r.At.Time().In(m.opt.Location)), stated
}

func (m *Matches) institution(r *ledger.Row) uint32 { return m.b.Place(r.Place).Institution }

// moment is the time of day of a row, where it states one.
func moment(r *ledger.Row) txn.Instant {
	if timed(r) {
		return r.At
	}
	return txn.NoInstant
}

func (m *Matches) learnCoverage() {
	m.cover = coverage{source: map[uint32][]uint32{}}
	c := &m.cover
	for i := range m.b.Names(ledger.Institution) {
		c.cutOff = append(c.cutOff, m.cutOff(m.b.Name(ledger.Institution, uint32(i))))
	}
	c.booked = m.learnBooked()
	var mids [2]map[uint64]bool
	for side := range c.days {
		c.days[side] = map[uint32]*days{}
		c.all[side] = &days{map[txn.Date]part{}, txn.NoInstant}
		mids[side] = map[uint64]bool{}
		for i := range m.partner[side] {
			r := m.row(side, int32(i))
			if !m.moneyRow(side, r) {
				continue
			}
			c.rows[side]++
			mids[side][m.ids.value(r, fMID)] = true
			on, p := m.bookedOn(r)
			inst := m.institution(r)
			d := c.days[side][inst]
			if d == nil {
				d = &days{map[txn.Date]part{}, txn.NoInstant}
				c.days[side][inst] = d
			}
			if on != 0 {
				d.add(on, p, moment(r))
				c.all[side].add(on, p, moment(r))
			}
			if p&evening == 0 && on != 0 {
				if side == right && (c.oldest == 0 || on < c.oldest) {
					c.oldest = on
				}
				c.newest[side] = max(c.newest[side], on)
			}
			if j := m.partner[side][i]; side == left && j >= 0 {
				if s := m.institution(m.row(right, j)); !slices.Contains(c.source[inst], s) {
					c.source[inst] = append(c.source[inst], s)
				}
			}
		}
	}
	for inst := range c.days[right] {
		c.shared = c.shared || inst != 0 && c.days[left][inst] != nil
	}
	if len(mids[right]) == 1 && len(mids[left]) > 1 {
		for mid := range mids[right] {
			if mids[left][mid] {
				c.onlyMID = mid
			}
		}
	}
}

func (m *Matches) cutOff(institution string) time.Duration {
	for _, name := range []string{institution, ""} {
		if cut, ok := m.opt.CutOff[name]; ok {
			return cut
		}
	}
	return defaultCutOff
}

// learnBooked is the usual number of days from the business day of a terminal
// row to the settlement date that its match states: some files state the day of the pay-out.
func (m *Matches) learnBooked() int {
	var count [32]int
	for i, j := range m.partner[left] {
		if j < 0 {
			continue
		}
		t, s := m.row(left, int32(i)), m.row(right, j)
		d := m.b.Extra(s.Extra).SettleOn
		if d == 0 || !timed(t) {
			continue
		}
		on, _ := m.businessDay(m.institution(t), t.At)
		if n := daysBetween(on, d); n >= 0 && n < len(count) {
			count[n]++
		}
	}
	best := 0
	for n := range count {
		if count[n] > count[best] {
			best = n
		}
	}
	return best
}

// Covers reports whether the settlement side has data of the business day to
// which an institution (an id of ledger.Institution) books a moment, so that a
// missing row there says something.
func (m *Matches) Covers(institution uint32, at txn.Instant) bool {
	if !at.Valid() {
		return m.HasSettlement()
	}
	on, p := m.businessDay(institution, at)
	return m.covers(institution, on, p, at)
}

func (m *Matches) covers(institution uint32, on txn.Date, p part, at txn.Instant) bool {
	return slices.ContainsFunc(m.settlementDays(institution), func(d *days) bool { return d.cover(on, p, at) })
}

// settlementDays are the days of the settlement files that an institution's
// rows go to: those that name it, else those that its matches stand in, else all where
// the two sides do not use the same names.
func (m *Matches) settlementDays(institution uint32) []*days {
	c := &m.cover
	if d := c.days[right][institution]; d != nil && institution != 0 {
		return []*days{d}
	}
	if from := c.source[institution]; len(from) > 0 {
		var out []*days
		for _, s := range from {
			out = append(out, c.days[right][s])
		}
		return out
	}
	if c.days[right][0] != nil || !c.shared || institution == 0 {
		return []*days{c.all[right]}
	}
	return nil
}

// expects reports whether a terminal row should be among the settlement rows at
// hand, were it settled.
func (m *Matches) expects(r *ledger.Row) bool {
	c := &m.cover
	if c.rows[right] == 0 || c.onlyMID != 0 && m.ids.value(r, fMID) != c.onlyMID {
		return false
	}
	on, p := m.bookedOn(r)
	return on == 0 || m.covers(m.institution(r), on, p, moment(r))
}

// knows reports whether the terminal side has data of the day of a settlement
// row, so that its absence there says something.
func (m *Matches) knows(r *ledger.Row) bool {
	if m.cover.rows[left] == 0 {
		return false
	}
	if timed(r) {
		on, p := m.businessDay(m.institution(r), r.At)
		return m.cover.all[left].cover(on, p, r.At)
	}
	on, p := m.bookedOn(r)
	return on == 0 || m.cover.all[left].cover(on, p, txn.NoInstant)
}
