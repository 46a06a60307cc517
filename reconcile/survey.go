package reconcile

import (
	"slices"
	"sync/atomic"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// survey is what one look at the rows of a side finds. Each side has its own: two
// goroutines that count in neighbouring words wait for each other.
type survey struct {
	rows           int
	days           map[uint32]*days // by institution
	newest, oldest txn.Date
	source         map[uint32][]uint32
	mids, tids     []bool
	ends           []reach          // by institution: from the first matched row to the last
	codes          map[coded]*reach // of which codes the matched rows are

	fileOf    map[uint32]uint32 // settlement file -> its merchant
	shops     map[uint32]*shop  // by merchant
	everybody bool              // some file is of several merchants, or of nobody knows whom

	// Rows of one day, of one code and of one source follow each other.
	ofDay struct {
		institution uint32
		on          txn.Date
		p           part
		days        *days
	}
	ofSource struct{ of, from uint32 }
	ofShop   struct {
		file, merchant uint32
		shop           *shop
	}
	ofCode struct {
		coded
		reach *reach
	}
}

// coded is a response code of an institution.
type coded struct {
	inst uint32
	code uint16
}

// survey goes over the rows of a side and notes their days, merchants, terminals and
// matches, and what the settlement side has of each day.
func (m *Matches) survey(side int) *survey {
	institutions := m.b.Names(ledger.Institution)
	x := &survey{days: map[uint32]*days{}, source: map[uint32][]uint32{}, mids: make([]bool, len(m.ids.mid)), tids: make([]bool, len(m.ids.tid)),
		ends: make([]reach, institutions), codes: map[coded]*reach{}}
	for k := range x.ends {
		x.ends[k] = reach{from: txn.NoInstant, to: txn.NoInstant}
	}
	latest := make([]atomic.Pointer[stretch], institutions)
	places := make([]bool, len(m.ids.at))
	var e ledger.Extra
	for i, r := range m.b.Rows(bookSide[side]) {
		if !m.moneyRow(side, r) {
			continue
		}
		x.rows++
		places[r.Place] = true
		if e.SettleOn = 0; r.Extra != 0 {
			e = m.b.Extra(r.Extra)
		}
		on, p := m.booked(r, m.statedDay(r, &e), latest)
		inst, j, at := m.institution(r), m.partner[side].at(int32(i)), moment(r)
		if side == right && m.cover.paid > 0 {
			on, p = m.paysFor(r)
			at = txn.NoInstant // of no sale
		}
		x.day(inst, on, p, at)
		if side == right {
			x.inShop(r.File, m.merchant(r), on, p, at)
			if m.says[i] == moved {
				m.settled.settle(on, m.currency(r), r, &e)
			}
		} else if j >= 0 {
			from := uint32(0)
			if institutions > 1 {
				from = m.institution(m.row(right, j))
			}
			x.settledBy(inst, from)
		}
		if j != free && j != copyOf && m.reaches(side, i, r) {
			x.matched(inst, r)
		}
	}
	if side == right && m.cover.paid > 0 { // each total pays all that none before it has
		for _, d := range x.days {
			d.fill()
		}
		for _, s := range x.shops {
			s.fill()
		}
	}
	for id, there := range places {
		if p := &m.ids.at[id]; there {
			x.mids[p.mid], x.tids[p.tid] = true, true
		}
	}
	return x
}

// day notes a row of an institution on a business day, 0 where it has none.
func (x *survey) day(inst uint32, on txn.Date, p part, at txn.Instant) {
	last := &x.ofDay
	if last.days == nil || inst != last.institution || on != last.on || p != last.p {
		last.institution, last.on, last.p = inst, on, p
		if last.days = x.days[inst]; last.days == nil {
			last.days = newDays()
			x.days[inst] = last.days
		}
		if on != 0 {
			last.days.on[on] |= p
		}
		if p&evening == 0 && on != 0 {
			if x.oldest == 0 || on < x.oldest {
				x.oldest = on
			}
			x.newest = max(x.newest, on)
		}
	}
	if on != 0 {
		last.days.note(at)
	}
}

// settledBy notes that a row of an institution was found in a file of another one.
func (x *survey) settledBy(inst, from uint32) {
	if last := &x.ofSource; from != last.from || inst != last.of || len(x.source) == 0 {
		last.of, last.from = inst, from
		if !slices.Contains(x.source[inst], from) {
			x.source[inst] = append(x.source[inst], from)
		}
	}
}

// matched notes a row with a partner that tells how far the other side reaches.
func (x *survey) matched(inst uint32, r *ledger.Row) {
	ends := &x.ends[inst]
	if !ends.from.Valid() {
		ends.from = r.At
	}
	ends.to = r.At
	last := &x.ofCode
	if k := (coded{inst, r.Code}); last.reach == nil || k != last.coded {
		last.coded = k
		if last.reach = x.codes[k]; last.reach == nil {
			last.reach = new(reach)
			x.codes[k] = last.reach
		}
	}
	last.reach.matched++
}

// union is the days of all institutions.
func (x *survey) union() *days {
	all := newDays()
	for _, d := range x.days {
		for on, p := range d.on {
			all.on[on] |= p
		}
		if d.first.Valid() && (!all.first.Valid() || d.first < all.first) {
			all.first = d.first
		}
		all.last = max(all.last, d.last)
	}
	return all
}
