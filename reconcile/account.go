package reconcile

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// openCase is a case to work on, before it is described for people.
type openCase struct {
	amount txn.Minor
	t, s   int32
	more   int32 // 1 + index into more, 0 = none
	state  State
	kind   txn.Kind
}

// caseMore is what few cases have besides.
type caseMore struct {
	total   *group    // the terminal rows behind settled totals
	stated  txn.Minor // the sum of these
	waiting *Waiting  // the row carried over
}

// assign puts a case into a state: its rows, its money, and the case itself where it is
// one to work on.
func (j *judge) assign(state State, t, s int32, amount txn.Minor) {
	total := j.total(state, j.claim(state, t, s))
	total.Count++
	total.Amount += amount.Or(0)
	if state.Open() || state == PendingCutOff && j.m.HasTerminal() && j.m.HasSettlement() && t >= 0 && (s >= 0 || j.m.waits(j.m.row(left, t))) {
		c := openCase{amount: amount.Or(0), t: t, s: s, state: state}
		if t >= 0 {
			c.kind = j.m.row(left, t).Kind
		} else if s >= 0 {
			c.kind = j.m.row(right, s).Kind
		}
		j.open = room.Append(j.open, c)
		if t >= 0 {
			j.r.states[left][t] |= leads
		} else {
			j.r.states[right][s] |= leads
		}
	}
}

// at is the time of a case: the terminal's, where it is known.
func (j *judge) at(c *openCase) txn.Instant {
	if c.t >= 0 {
		if at := j.m.b.At(txn.Terminal, int(c.t)); at.Valid() {
			return at
		}
	}
	if c.s >= 0 {
		return j.m.b.At(txn.Settlement, int(c.s))
	}
	if c.more > 0 {
		if w := j.r.more[c.more-1].waiting; w != nil {
			return w.at()
		}
	}
	return txn.NoInstant
}

// leads marks, beside its state, the row by which a case to work on is counted.
const leads State = 0x80

// agree is assign for two rows that match with equal amounts.
func (j *judge) agree(t, s int32, r *ledger.Row) {
	if j.r.states[right][s] != Idle {
		j.twice++
	}
	j.r.states[right][s] = Matched
	total := j.alone(Matched, t, r)
	total.SettlementRows++
	total.SettlementAmount += signed(r)
}

// alone counts a terminal row as a case of its own.
func (j *judge) alone(state State, t int32, r *ledger.Row) *Total {
	j.r.states[left][t] = state
	total, amount := j.total(state, j.m.currency(r)), signed(r)
	total.Count++
	total.Amount += amount
	total.TerminalRows++
	total.TerminalAmount += amount
	return total
}

// also puts further rows into a case that is already counted.
func (j *judge) also(state State, side int, rows []int32) {
	for _, i := range rows {
		if side == left {
			j.claim(state, i, free)
		} else {
			j.claim(state, free, i)
		}
	}
}

// claim puts a terminal and a settlement row, as far as there are, into a state
// and returns the currency of the case.
func (j *judge) claim(state State, t, s int32) (currency string) {
	if s >= 0 {
		r := j.m.row(right, s)
		j.mark(right, s, state)
		currency = j.m.currency(r)
		if !j.m.dead(s) {
			total := j.total(state, currency)
			total.SettlementRows++
			total.SettlementAmount += signed(r)
			if t == free && state == PendingCutOff && !j.m.working(s) {
				j.lacksSale(r, currency)
			}
		}
	}
	if t >= 0 {
		r := j.m.row(left, t)
		j.mark(left, t, state)
		currency = j.m.currency(r)
		if j.moves(t) {
			total := j.total(state, currency)
			total.TerminalRows++
			total.TerminalAmount += signed(r)
		}
		if state == PendingCutOff {
			j.waits(t, r, currency)
		}
	}
	return currency
}

func (j *judge) mark(side int, i int32, state State) {
	if j.r.states[side][i] != Idle {
		j.twice++
	}
	j.r.states[side][i] = state
}

func (j *judge) total(state State, currency string) *Total {
	if t := j.latest; t != nil && t.State == state && t.Currency == currency {
		return t // nearly always
	}
	k := totalKey{state, currency}
	if j.totals[k] == nil {
		j.totals[k] = &Total{State: state, Currency: currency}
	}
	j.latest = j.totals[k]
	return j.latest
}

// moves reports whether a terminal row, as far as the terminal knows, moved
// money: approved, not reversed, no repeat.
func (j *judge) moves(t int32) bool {
	switch h := j.m.have[left][t]; {
	case h&fMoney == 0 || !j.approved(t) || j.undone(t):
		return false
	case h&fBack != 0 && (j.r.closed[t] || j.m.row(left, t).Kind == txn.Reversal):
		return false
	case j.m.partner[left].at(t) == copyOf:
		state := j.r.states[left][t] &^ leads
		return state == Duplicate || state == StatusDiffers
	}
	return true
}

// finish sorts what was found and proves that nothing was lost.
func (j *judge) finish() {
	for _, state := range States {
		var list []Total
		for k, t := range j.totals {
			if k.state == state {
				list = append(list, *t)
			}
		}
		slices.SortFunc(list, func(x, y Total) int { return cmp.Compare(x.Currency, y.Currency) })
		j.r.Totals = append(j.r.Totals, list...)
	}
	p := &j.r.Proof
	stateless := 0
	for t := range j.m.partner[left].len() {
		switch {
		case j.moves(int32(t)):
			p.TerminalRows++
			p.TerminalAmount += j.m.signed(left, int32(t))
			if j.r.states[left][t] == Idle {
				stateless++
			}
		default:
			p.TerminalIdle++
		}
	}
	for s := range j.m.partner[right].len() {
		if j.moneyRow(int32(s)) {
			p.SettlementRows++
			p.SettlementAmount += j.m.signed(right, int32(s))
			if j.r.states[right][s] == Idle {
				stateless++
			}
		} else {
			p.SettlementIdle++
		}
	}
	rest := *p
	for _, t := range j.r.Totals {
		rest.TerminalRows -= t.TerminalRows
		rest.SettlementRows -= t.SettlementRows
		rest.TerminalAmount -= t.TerminalAmount
		rest.SettlementAmount -= t.SettlementAmount
	}
	p.Holds = stateless == 0 && j.twice == 0 &&
		rest.TerminalRows == 0 && rest.SettlementRows == 0 && rest.TerminalAmount == 0 && rest.SettlementAmount == 0
	slices.SortFunc(j.r.Splits, func(x, y Unsure) int { return x.TerminalRows[0] - y.TerminalRows[0] })
	j.risks()
	j.items()
	j.r.Unsure = j.m.unsure()
	j.unanswered()
	room.Free(j.open)
	j.open = nil
	j.forecast()
	j.deposits()
	j.r.Sides = j.sides()
}

func absolute(a txn.Minor) txn.Minor { return max(a, -a) }
