package reconcile

import (
	"cmp"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A front-end that gives payments trace numbers of its own has each twice in its log: as it came
// from the terminal, and as it went on to the host. That is one attempt.

// leg is what both legs of a payment have.
type leg struct {
	file, bin uint32
	token     uint64
	amount    txn.Minor
	last4     uint16
	kind      txn.Kind
}

// setAsideLegs marks one of the two legs of each payment in logs that have both. The one that
// stays is that which says more; what either was matched with is its own.
func (m *Matches) setAsideLegs() {
	if m.opt.BothLegs == nil {
		return
	}
	for c, first := range m.copies[left] { // by a number that both have
		if x, y := m.row(left, c), m.row(left, first); x.File == y.File && x.STAN != y.STAN && m.opt.BothLegs(m.b.File(x.File)) {
			m.twice[left][c] = true
		}
	}
	single := map[leg]int32{} // that have no second one yet
	for i, r := range m.b.Rows(txn.Terminal) {
		at := m.partner[left].at(int32(i))
		if at == copyOf || at == disputed || r.STAN == 0 || r.Last4 == ledger.NoLast4 || !r.Amount.Valid() || !timed(r) || r.Flags.Has(txn.Repeat) || !m.opt.BothLegs(m.b.File(r.File)) {
			continue
		}
		k := leg{r.File, m.b.Card(r.Card).BIN, r.Token, r.Amount, r.Last4, r.Kind}
		other, ok := single[k]
		if !ok || !m.areLegs(m.row(left, other), r) {
			single[k] = int32(i)
			continue
		}
		delete(single, k)
		m.joinLegs(other, int32(i))
	}
}

// areLegs reports whether two rows of one card and amount, x before y, are legs of one payment.
func (m *Matches) areLegs(x, y *ledger.Row) bool {
	terminal := func(r *ledger.Row) uint32 { return m.b.Place(r.Place).Terminal }
	agree := func(a, b uint32) bool { return a == b || a == 0 || b == 0 }
	return x.STAN != y.STAN && y.At.Sub(x.At) <= txn.LegGap && agree(terminal(x), terminal(y)) && agree(uint32(x.Code), uint32(y.Code))
}

// joinLegs makes a copy of one of two legs, of which not both are matched.
func (m *Matches) joinLegs(x, y int32) {
	if m.partner[left].at(x) >= 0 && m.partner[left].at(y) >= 0 {
		return
	}
	told := func(i int32) int {
		r, n := m.row(left, i), 0
		if p := m.b.Place(r.Place); p.Terminal != 0 {
			n = 1
		}
		return 2*knowledge(r) + n
	}
	keep, drop := x, y
	if cmp.Or(cmp.Compare(told(x), told(y)), cmp.Compare(m.partner[left].at(x), m.partner[left].at(y))) < 0 {
		keep, drop = y, x
	}
	if s := m.partner[left].at(drop); s >= 0 {
		m.partner[left].put(keep, s)
		m.partner[right].put(s, keep)
		m.how[keep], m.sure[keep] = m.how[drop], m.sure[drop]
		m.how[drop], m.sure[drop] = NoKey, 0
	}
	m.partner[left].put(drop, copyOf)
	m.copies[left][drop] = keep
	m.twice[left][drop] = true
}
