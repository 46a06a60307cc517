package reconcile

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// coverage is which business days each side has data of. A row whose day the
// other side does not cover cannot be missing there: its counterpart may stand in a
// file that is not here.
type coverage struct {
	rows     [2]int              // rows that move money
	days     [2]map[uint32]*days // by institution
	all      [2]*days
	newest   [2]txn.Date
	oldest   txn.Date            // first business day of the settlement side
	source   map[uint32][]uint32 // terminal-side institution -> settlement-side institutions of its matches
	shared   bool                // some institution is named on both sides
	shops    shops
	merchant string              // the one merchant of both sides, "" where there are several
	foreign  map[uint32]bool     // merchants of the settlement side that the terminal side has nothing of
	tids     []bool              // terminals of the terminal side
	cutOff   []time.Duration     // per institution id, since midnight
	booked   int                 // days by which stated settlement dates follow the business day
	paid     int                 // days by which totals follow the business day that they pay
	strange  int                 // terminals that only the settlement side names
	reach    [2]map[uint32]reach // by institution; of the settlement side one for all
	known    bool                // all of the above
	// latest is the stretch of time that each institution was last asked of: rows come in the order of time.
	latest []atomic.Pointer[stretch]
}

// reach is the time between the first and the last row of a side that was matched.
// Where many rows in a row are unmatched before or after it, although of those within
// nearly all are matched, the other side's file is likely to begin later or end earlier: an
// export of the morning says nothing about the afternoon.
type reach struct {
	from, to                       txn.Instant
	matched, within, before, after int  // rows: matched, not matched between those, before the first, after the last
	begins, ends                   bool // the other side's file begins at from, ends at to
}

func (x *reach) finish() {
	miss := math.Log(float64(x.within+1) / float64(x.matched+x.within+2))
	unlikely := func(n int) bool { return x.matched > 0 && n >= 3 && float64(n)*miss < math.Log(0.001) }
	x.begins, x.ends = unlikely(x.before), unlikely(x.after)
}

func (x *reach) beyond(at txn.Instant) bool {
	return x.begins && at < x.from || x.ends && at > x.to
}

// stretch is a time [from, to) that an institution books to one day.
type stretch struct {
	from, to txn.Instant
	on       txn.Date
	p        part
	covered  bool // all of it is, by settlement files
	bare     bool // none of it is
}

// days is a set of business days. A business day is open from the cut-off of
// the day before, so that it has an evening part and a main part: a file by
// calendar day ends with the evening part of a day that it does not cover.
type days struct {
	on          map[txn.Date]part
	first, last txn.Instant // times of day that rows state
}

func newDays() *days { return &days{map[txn.Date]part{}, txn.NoInstant, txn.NoInstant} }

func (d *days) note(at txn.Instant) {
	if !d.first.Valid() {
		d.first = at // rows come in the order of time
	}
	d.last = max(d.last, at)
}

type part uint8

const (
	daytime part = 1 << iota // rows from midnight to the cut-off
	evening                  // rows between the cut-off of the day before and midnight
	stated                   // rows that state their business day
)

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

// fill adds the days between those that are there.
func (d *days) fill() {
	first, last := txn.Date(0), txn.Date(0)
	for on := range d.on {
		if first == 0 || on < first {
			first = on
		}
		last = max(last, on)
	}
	for on := last; on > first; on = before(on, 1) {
		d.on[on] |= stated
	}
}

// before is the date n days earlier.
func before(on txn.Date, n int) txn.Date {
	if d, month := int(on)%100, on/100%100; d <= 28 && n >= 0 && n < d && 1 <= month && month <= 12 {
		return on - txn.Date(n) // nearly always: within the month
	}
	return txn.DateOf(on.Time(time.UTC).AddDate(0, 0, -n))
}

// daysBetween counts calendar days.
func daysBetween(x, y txn.Date) int {
	return int(y.Time(time.UTC).Sub(x.Time(time.UTC)) / (24 * time.Hour))
}

// businessDay is the day to which an institution books a moment (after its
// cut-off the next one), and in which part of it the moment lies.
func (m *Matches) businessDay(institution uint32, at txn.Instant) (txn.Date, part) {
	x := m.around(institution, at)
	return x.on, x.p
}

func (m *Matches) around(institution uint32, at txn.Instant) *stretch {
	return m.aroundBy(m.cover.latest, institution, at)
}

// aroundBy is around for who has stretches of its own to remember.
func (m *Matches) aroundBy(latest []atomic.Pointer[stretch], institution uint32, at txn.Instant) *stretch {
	last := &latest[institution]
	x := last.Load()
	if x == nil || at < x.from || at >= x.to {
		x = m.stretch(institution, at)
		last.Store(x)
	}
	return x
}

// stretch finds the time around a moment in which neither the day, nor its part, nor
// the offset of the zone changes.
func (m *Matches) stretch(institution uint32, at txn.Instant) *stretch {
	t := at.Time().In(m.opt.Location)
	h, minute, s := t.Clock()
	since := time.Duration(h)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(s)*time.Second
	cut := m.cover.cutOff[institution]
	midnight := at - at%1_000_000 - txn.Instant(since/time.Microsecond)
	x := stretch{from: midnight, to: midnight.Add(cut), on: txn.DateOf(t), p: daytime}
	if since >= cut {
		x = stretch{from: midnight.Add(cut), to: midnight + day, on: txn.DateOf(t.AddDate(0, 0, 1)), p: evening}
	}
	if at < 0 { // before 1970 the rounding above goes the wrong way
		x.from, x.to = at, at+1
	}
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		x.from = max(x.from, txn.At(start))
	}
	if !end.IsZero() {
		x.to = min(x.to, txn.At(end))
	}
	if m.cover.known { // a day ends once, so that what holds at both ends holds between
		first, last := m.covers(institution, x.on, x.p, x.from), m.covers(institution, x.on, x.p, x.to-1)
		x.covered, x.bare = first && last, !first && !last && m.cover.reach[left][institution].matched == 0
	}
	return &x
}

// bookedOn is the business day of a row: what it states, else from its time; 0
// where it has neither.
func (m *Matches) bookedOn(r *ledger.Row) (txn.Date, part) {
	on := txn.Date(0)
	if r.Extra != 0 {
		e := m.b.Extra(r.Extra)
		on = m.statedDay(r, &e)
	}
	return m.booked(r, on, m.cover.latest)
}

// paysFor is the last business day that a total pays, where totals follow it by days.
func (m *Matches) paysFor(r *ledger.Row) (txn.Date, part) {
	if on, _ := m.bookedOn(r); on != 0 {
		return before(on, m.cover.paid), stated
	}
	return 0, 0
}

// statedDay is the business day that a row states, 0 where it states none. A date
// that settlement rows have some days after it is the day of the pay-out: then the row's
// own time tells, since over a week-end the days between are more than usual.
func (m *Matches) statedDay(r *ledger.Row, e *ledger.Extra) txn.Date {
	switch {
	case e.SettleOn == 0 || e.Side != txn.Settlement || m.cover.booked == 0:
		return e.SettleOn
	case r.At.Valid():
		return 0
	}
	return before(e.SettleOn, m.cover.booked)
}

// booked is bookedOn for who knows what the row states.
func (m *Matches) booked(r *ledger.Row, on txn.Date, latest []atomic.Pointer[stretch]) (txn.Date, part) {
	switch {
	case on != 0:
		return on, stated
	case !r.At.Valid():
		return 0, 0
	case timed(r):
		x := m.aroundBy(latest, m.institution(r), r.At)
		return x.on, x.p
	}
	return txn.DateOf(r.At.Time().In(m.opt.Location)), stated
}

func (m *Matches) institution(r *ledger.Row) uint32 { return m.ids.at[r.Place].institution }

// moment is the time of day of a row, where it states one.
func moment(r *ledger.Row) txn.Instant {
	if timed(r) {
		return r.At
	}
	return txn.NoInstant
}

func (m *Matches) learnCoverage() {
	m.cover = coverage{}
	c := &m.cover
	c.latest = make([]atomic.Pointer[stretch], m.b.Names(ledger.Institution))
	for i := range m.b.Names(ledger.Institution) {
		c.cutOff = append(c.cutOff, m.cutOff(m.b.Name(ledger.Institution, uint32(i))))
	}
	c.booked = m.learnBooked()
	c.paid = m.learnPaid()
	c.all = [2]*days{newDays(), newDays()}
	m.settled = dues{}
	if m.partner[right].len() == 0 { // nothing to compare the terminal side with
		for _, h := range m.have[left] {
			if h&fMoney != 0 {
				c.rows[left]++
			}
		}
		c.known = true
		return
	}
	var seen [2]*survey
	var wg sync.WaitGroup
	wg.Go(func() { seen[left] = m.survey(left) })
	seen[right] = m.survey(right)
	wg.Wait()
	for side, x := range seen {
		c.rows[side], c.days[side], c.all[side], c.newest[side] = x.rows, x.days, x.union(), x.newest
	}
	c.oldest, c.source = seen[right].oldest, seen[left].source
	for inst := range c.days[right] {
		c.shared = c.shared || inst != 0 && c.days[left][inst] != nil
	}
	m.learnShops(seen)
	mids := slices.Clone(seen[left].mids)
	for id, there := range seen[right].mids {
		mids[id] = id != 0 && (mids[id] || there)
	}
	if only, n := single(mids); n == 1 {
		c.merchant = m.b.Name(ledger.Merchant, uint32(only))
	}
	c.foreign, c.tids = m.foreignMerchants(seen), seen[left].tids
	if tids := seen[left].tids; slices.Contains(tids[1:], true) && m.names.apart&fTID == 0 && m.opt.Chosen == (Choice{}) {
		for id := 1; id < len(tids); id++ {
			if seen[right].tids[id] && !tids[id] {
				c.strange++
			}
		}
	}
	wg.Go(func() { c.reach[left] = m.learnReach(left, seen[left]) })
	c.reach[right] = m.learnReach(right, seen[right])
	wg.Wait()
	c.known = true
	clear(c.latest)
}

// foreignMerchants lists the merchants of the settlement side of which the terminal side
// has no row at all, where it has some of others: an export of all shops beside the log of
// one says nothing about the rest. A single strange row is a finding and no shop.
func (m *Matches) foreignMerchants(seen [2]*survey) (out map[uint32]bool) {
	const aShop = 3 // rows
	if m.names.both&fMID == 0 {
		return nil
	}
	rows := map[uint32]int{}
	for id := 1; id < len(seen[right].mids); id++ {
		if seen[right].mids[id] && !seen[left].mids[id] {
			rows[uint32(id)] = 0
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for i := range int32(m.partner[right].len()) {
		p, r := m.partner[right].at(i), m.row(right, i)
		id := uint32(m.ids.value(r, fMID))
		if n, ok := rows[id]; ok && m.moneyRow(right, r) {
			if p >= 0 {
				delete(rows, id)
			} else {
				rows[id] = n + 1
			}
		}
	}
	for id, n := range rows {
		if n >= aShop {
			if out == nil {
				out = map[uint32]bool{}
			}
			out[id] = true
		}
	}
	return out
}

// isForeign reports whether a settlement row is of such a merchant, or one of which the terminal row was perhaps not chosen.
func (m *Matches) isForeign(r *ledger.Row) bool {
	return len(m.cover.foreign) > 0 && m.cover.foreign[uint32(m.ids.value(r, fMID))] || m.unchosen(r)
}

// unchosen reports whether the terminal row of a settlement row was perhaps not chosen: no row of its terminal was,
// or it names neither a terminal nor an institution.
func (m *Matches) unchosen(r *ledger.Row) bool {
	by, tid := m.opt.Chosen, m.ids.value(r, fTID)
	switch {
	case by == Choice{}:
		return false
	case by.Rows:
		return true
	case tid != 0 && m.cover.tids[tid]:
		return false
	case by.Places && tid != 0:
		return true
	}
	return by.Institutions && m.institution(r) == 0
}

// single returns the first id of a set and how many there are.
func single(set []bool) (first, n int) {
	for id, there := range set {
		if there {
			if n == 0 {
				first = id
			}
			n++
		}
	}
	return first, n
}

// reaches reports whether a row tells how far the other side's files reach.
func (m *Matches) reaches(side, i int, r *ledger.Row) bool {
	return m.have[side][i]&fMoney != 0 && timed(r) && r.Kind != txn.Reversal
}

// learnReach finds out whether the other side's files begin or end within the time of a
// side's rows. Only rows whose day the other side has are asked, and of the terminal's only
// those with a response code that is matched more often than not: a night of failures
// is no file that begins late.
func (m *Matches) learnReach(side int, seen *survey) map[uint32]reach {
	c := &m.cover
	out := map[uint32]reach{}
	if c.rows[1-side] == 0 {
		return out // nothing was matched
	}
	// The other side's files reach as far as their own rows do.
	for k := range seen.ends {
		x := &seen.ends[k]
		if !x.from.Valid() {
			continue
		}
		others := []*days{c.all[1-side]}
		if side == left {
			others = m.settlementDays(uint32(k))
		} else if d := c.days[left][uint32(k)]; d != nil && k != 0 {
			others = []*days{d} // its own log may end before those of others
		}
		for _, d := range others {
			if d.last.Valid() {
				x.from, x.to = min(x.from, d.first), max(x.to, d.last)
			}
		}
	}
	for i := range int32(m.partner[side].len()) {
		if m.partner[side].at(i) != free {
			continue
		}
		r := m.row(side, i)
		if !m.reaches(side, int(i), r) || side == right && m.isForeign(r) {
			continue
		}
		k := coded{m.institution(r), r.Code}
		x := &seen.ends[k.inst]
		if !x.from.Valid() {
			continue // none of its rows is matched
		}
		n := seen.codes[k]
		if n == nil {
			n = new(reach)
			seen.codes[k] = n
		}
		if r.At >= x.from && r.At <= x.to {
			n.within++
		} else if on, part := m.bookedOn(r); !c.all[1-side].cover(on, part, r.At) {
		} else if r.At < x.from {
			n.before++
		} else {
			n.after++
		}
	}
	for k, n := range seen.codes {
		if x := &seen.ends[k.inst]; n.matched > n.within {
			x.add(n)
		} else {
			x.matched += n.matched
		}
	}
	for k := range seen.ends {
		if x := &seen.ends[k]; x.from.Valid() {
			x.finish()
			out[uint32(k)] = *x
		}
	}
	return out
}

func (x *reach) add(n *reach) {
	x.matched, x.within, x.before, x.after = x.matched+n.matched, x.within+n.within, x.before+n.before, x.after+n.after
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
// Without matches the settlement rows' own times tell.
func (m *Matches) learnBooked() int {
	if !m.dated {
		return 0
	}
	var count [maxBooked + 1]int
	some := false
	var last struct {
		on, settled txn.Date
		n           int
	}
	note := func(r *ledger.Row, settled txn.Date) {
		if settled == 0 || !r.At.Valid() {
			return
		}
		on, _ := m.booked(r, 0, m.cover.latest)
		if on != last.on || settled != last.settled { // rows of one day follow each other
			last.on, last.settled, last.n = on, settled, daysBetween(on, settled)
		}
		if n := last.n; n >= 0 && n < len(count) {
			count[n]++
			some = true
		}
	}
	step := 1 + m.partner[left].len()/maxSamples
	for i := 0; i < m.partner[left].len(); i += step {
		if j := m.partner[left].at(int32(i)); j >= 0 {
			note(m.row(left, int32(i)), m.b.Extra(m.row(right, j).Extra).SettleOn)
		}
	}
	step = 1 + m.partner[right].len()/maxSamples
	for i := 0; i < m.partner[right].len() && !some; i += step {
		if r := m.row(right, int32(i)); m.have[right][i]&fMoney != 0 {
			note(r, m.b.Extra(r.Extra).SettleOn)
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

// maxBooked is how many days after the sale it may be paid out: instalments take a year.
const maxBooked = 400

// Covers reports whether the settlement side has data of the business day to which the
// institution of a terminal row books its time, so that a missing row there says something.
func (m *Matches) Covers(r *ledger.Row) bool {
	if !r.At.Valid() || !m.HasSettlement() {
		return m.HasSettlement()
	}
	institution := m.institution(r)
	x := m.around(institution, r.At)
	return (x.covered || !x.bare && m.covers(institution, x.on, x.p, r.At)) && m.cover.filed(m.merchant(r), x.on, x.p, r.At)
}

func (m *Matches) covers(institution uint32, on txn.Date, p part, at txn.Instant) bool {
	if x := m.cover.reach[left][institution]; at.Valid() && x.beyond(at) {
		return false
	}
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
	if c.rows[right] == 0 || m.unfiled(r) {
		return false
	}
	on, p := m.bookedOn(r)
	return on == 0 || m.covers(m.institution(r), on, p, moment(r)) && c.filed(m.merchant(r), on, p, moment(r))
}

// knows reports whether the terminal side has data of the day of a settlement
// row, so that its absence there says something.
func (m *Matches) knows(r *ledger.Row) bool {
	if m.cover.rows[left] == 0 || m.isForeign(r) {
		return false
	}
	if m.cover.paid > 0 {
		on, p := m.paysFor(r)
		return on == 0 || m.cover.all[left].cover(on, p, txn.NoInstant)
	}
	if timed(r) {
		on, p := m.businessDay(m.institution(r), r.At)
		x := m.cover.reach[right][m.institution(r)]
		return m.cover.all[left].cover(on, p, r.At) && !x.beyond(r.At)
	}
	on, p := m.bookedOn(r)
	return on == 0 || m.cover.all[left].cover(on, p, txn.NoInstant)
}
