package reconcile

import (
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// judge puts every row into a state. It reads the matches and changes nothing
// in them, so that one set of matches can be judged under several rules.
type judge struct {
	m          *Matches
	r          *Result
	rule       func(i int) classify.Ruling
	decided    [2]map[int32]int32 // partners in contests, decided by meaning
	open       []openCase
	currencies map[string]uint16 // place in r.currencies
	totals     map[totalKey]*Total
	latest     *Total          // of totals: that of the case before
	due        dues            // what is settled, and what waits so far
	failures   []int32         // tries that failed, see failedPurchases
	failed     sieve           // their cards and amounts
	tries      []int32         // of these
	paidAgain  map[int32]bool  // tries that were charged though they failed, of purchases that another try paid
	lacking    map[lack]lacked // carried rows without the settlement file of their day
	pool, was  []Waiting       // what earlier runs left, and as they left it
	done       []bool          // of pool: it arrived
	late       int             // carried rows reported as missing earlier that have arrived
	rates      netRates        // by which totals fall short of their transactions
	exact      map[sumKey]int  // totals of each place that do not
	missed     int             // those that have not
	spent      map[int32]int   // of a settlement row's copies, see copyOfPartner
	twice      int             // rows that were put into two states: a fault of this program
}

type totalKey struct {
	state    State
	currency string
}

// Judge says where every row stands. rule gives the meaning of terminal row i
// and is called for rows that move money; it must give the same answer every time.
func (m *Matches) Judge(rule func(i int) classify.Ruling) *Result {
	m.covered.Do(m.learnCoverage)
	j := &judge{
		m: m, rule: rule, r: &Result{m: m, Keys: m.Keys()}, totals: map[totalKey]*Total{}, currencies: map[string]uint16{}, lacking: map[lack]lacked{},
		paidAgain: map[int32]bool{}, spent: map[int32]int{},
		decided: [2]map[int32]int32{{}, {}},
	}
	j.r.undone = j.undone
	for side := range j.r.states {
		j.r.states[side] = room.Slice[State](m.partner[side].len())
	}
	for k, x := range m.settled.of {
		*j.due.on(k.day, k.currency) = *x
	}
	j.decideContests()
	j.r.closed = j.closedUnpaid()
	j.takeUp()
	j.byTotals()
	j.failedTries()
	for i, r := range m.b.Rows(txn.Terminal) {
		if m.have[left][i]&(fMoney|fBack) == fMoney {
			j.original(int32(i), r)
			j.mayRetry(int32(i), r)
		}
	}
	for i, h := range m.have[left] {
		if h&(fMoney|fBack) == fMoney|fBack {
			j.back(int32(i), m.row(left, int32(i)))
		}
	}
	j.carried()
	for s := range m.partner[right].len() {
		if j.r.states[right][s] == Idle && j.moneyRow(int32(s)) {
			j.unclaimed(int32(s), m.row(right, int32(s)))
		}
	}
	j.finish()
	return j.r
}

// moneyRow reports whether a settlement row takes part and did not fail.
func (j *judge) moneyRow(s int32) bool {
	if j.m.dead(s) {
		return false
	}
	return j.m.have[right][s]&fMoney != 0 || j.m.deposits && j.m.moneyRow(right, j.m.row(right, s))
}

func (j *judge) approved(t int32) bool { return j.outcome(t).IsApproval() }

// outcome is what became of a row; Unknown where it moves no money.
func (j *judge) outcome(t int32) classify.Outcome {
	if j.m.have[left][t]&fMoney == 0 {
		return classify.Unknown
	}
	return j.rule(int(t)).Outcome
}

// settled and terminal are the partners after contests are decided.
func (j *judge) settled(t int32) int32  { return j.partner(left, t) }
func (j *judge) terminal(s int32) int32 { return j.partner(right, s) }

func (j *judge) partner(side int, i int32) int32 {
	if p := j.m.partner[side].at(i); p != disputed {
		return max(p, free)
	}
	if p, ok := j.decided[side][i]; ok {
		return p
	}
	return free
}

func (j *judge) how(t int32) (Key, float64) {
	if j.m.partner[left].at(t) == disputed {
		return j.m.contests[j.m.contest[left][t]].key, 0.5
	}
	return j.m.How(int(t))
}

// undone reports whether a reversal of terminal row t was sent and not refused,
// or the code of t itself says so.
func (j *judge) undone(t int32) bool {
	if j.outcome(t) == classify.Reversed {
		return true
	}
	if j.m.have[left][t]&fUndone == 0 {
		return false
	}
	for _, u := range j.m.undos[left][t] {
		if j.m.row(left, u).Kind == txn.Reversal && j.outcome(u) != classify.Declined && j.m.partner[left].at(u) != copyOf {
			return true
		}
	}
	return false
}

// voids lists the approved voids and refunds of terminal row t that stand in no case yet, have no
// settlement row of their own and do not wait for one: after the cut-off, a sale may stand
// in one file and its void in the next.
func (j *judge) voids(t int32) (rows []int32, sum txn.Minor) {
	if j.m.have[left][t]&fUndone == 0 {
		return nil, 0
	}
	for _, u := range j.m.undos[left][t] {
		r := j.m.row(left, u)
		if j.r.states[left][u] == Idle && r.Kind != txn.Reversal && j.approved(u) && j.m.partner[left].at(u) != copyOf && j.settled(u) < 0 && j.m.expects(r) {
			rows = append(rows, u)
			sum += r.Amount.Or(0)
		}
	}
	return rows, sum
}

// voided reports whether the cashier cancelled row t.
func (j *judge) voided(t int32) bool {
	return slices.ContainsFunc(j.m.undos[left][t], func(u int32) bool {
		return j.m.row(left, u).Kind == txn.Void && j.approved(u)
	})
}

// cancelled returns the settlement rows that undo settlement row s, and their
// sum: those linked to it, and those matched with the terminal's own undos. A void or refund
// of a sale that stands is money of its own.
func (j *judge) cancelled(t, s int32) (rows []int32, sum txn.Minor) {
	add := func(u int32) {
		if u >= 0 && j.m.says[u] == moved && j.r.states[right][u] == Idle {
			rows = append(rows, u)
			sum += j.m.row(right, u).Amount.Or(0)
		}
	}
	if undos := j.m.undos[left][t]; len(undos) > 0 {
		all := !j.stands(t)
		for _, u := range undos {
			if all || j.m.row(left, u).Kind == txn.Reversal {
				add(j.settled(u))
			}
		}
	}
	for _, u := range j.m.undos[right][s] {
		if j.m.partner[right].at(u) != copyOf && j.terminal(u) < 0 {
			add(u)
		}
	}
	return rows, sum
}

// original judges a sale, a completion or a row without a stated kind.
func (j *judge) original(t int32, r *ledger.Row) {
	if j.r.states[left][t] != Idle {
		return // stands under a settled total
	}
	s := j.m.partner[left].at(t)
	if s == free && !j.approved(t) {
		return // declined, not settled
	}
	if s == free && !j.m.HasSettlement() && j.m.have[left][t]&fUndone == 0 {
		j.alone(PendingCutOff, t, r) // it waits for one
		j.waits(t, r, j.m.currency(r))
		return
	}
	if s >= 0 && j.m.sure[t]&agreed != 0 && j.approved(t) && j.m.says[s] == moved && (j.m.have[left][t]|j.m.have[right][s])&fUndone == 0 && len(j.m.opt.Fees) == 0 {
		j.agree(t, s, r) // nearly always
		return
	}
	if s >= 0 {
		if ts, ss, ok := j.m.whole(t, s); ok {
			j.split(ts, ss)
			return
		}
	}
	if j.m.partner[left].at(t) == copyOf {
		j.copied(t, r)
		return
	}
	s = j.settled(t)
	good, undone := j.approved(t), j.undone(t)
	switch {
	case s >= 0 && j.m.dead(s):
		if good && !undone {
			j.assign(StatusDiffers, t, s, r.Amount)
		}
	case s >= 0 && j.m.working(s):
		j.assign(PendingCutOff, t, s, r.Amount)
	case s >= 0 && undone:
		j.allTheSame(ReversedButSettled, t, s)
	case s >= 0 && good:
		j.bothHave(t, s, r)
	case s >= 0:
		j.allTheSame(ChargedButFailed, t, s)
	case good && !undone:
		if voids, sum := j.voids(t); len(voids) > 0 && sum == r.Amount && j.m.expects(r) {
			j.assign(Matched, t, free, r.Amount)
			j.also(Matched, left, voids)
			j.r.Keys[ByNetting]++
			return
		}
		j.missing(t, r)
	}
}

// allTheSame judges a row that does not stand at the terminal and is in the settlement
// file, unless that takes it back itself.
func (j *judge) allTheSame(state State, t, s int32) {
	amount := j.m.row(right, s).Amount
	rows, sum := j.cancelled(t, s)
	if sum == amount.Or(0) && len(rows) > 0 {
		state = Matched
	}
	j.assign(state, t, s, amount)
	if state == Matched {
		j.also(Matched, right, rows)
	}
}

// bothHave judges an approved row with its settlement row.
func (j *judge) bothHave(t, s int32, r *ledger.Row) {
	y := j.m.row(right, s)
	voids, sum := j.voids(t)
	if rows, back := j.cancelled(t, s); len(rows) > 0 && back == sum {
		j.also(Matched, right, rows)
		j.also(Matched, left, voids)
		voids, sum = nil, 0
	}
	shown, got := r.Amount, y.Amount
	if len(voids) > 0 && got.Valid() && shown-sum == got {
		// The settlement file states what is left after the refunds.
		j.also(Matched, left, voids)
		j.r.Keys[ByNetting]++
		shown = got
	} else if len(voids) > 0 && sum == shown && j.m.row(left, voids[0]).Kind == txn.Void {
		j.assign(ReversedButSettled, t, s, got)
		j.also(ReversedButSettled, left, voids)
		return
	}
	partial := j.outcome(t) == classify.ApprovedPartial && got <= shown
	switch off, wrong := j.m.feeOff(y, j.m.party(r)); {
	case shown.Valid() && got.Valid() && !partial && !j.m.accepts(y, shown, got) && j.m.isNet(shown, y):
		j.r.Net++
		j.assign(Matched, t, s, got)
	case shown.Valid() && got.Valid() && !partial && !j.m.accepts(y, shown, got):
		j.assign(AmountDiffers, t, s, j.m.off(shown, got))
	case wrong:
		j.assign(FeeDiffers, t, s, absolute(off))
	default:
		j.assign(Matched, t, s, got)
	}
}

// back judges a reversal, void or refund.
func (j *judge) back(t int32, r *ledger.Row) {
	if j.r.states[left][t] != Idle {
		return // stands in its original's case or under a settled total
	}
	if j.m.partner[left].at(t) == copyOf {
		j.copied(t, r)
		return
	}
	s := j.settled(t)
	if s >= 0 {
		if ts, ss, ok := j.m.whole(t, s); ok {
			j.split(ts, ss)
			return
		}
	}
	if r.Kind == txn.Reversal {
		// A reversal is no money of its own: it stands where its settlement row does.
		if s >= 0 && !j.m.dead(s) && j.r.states[right][s] == Idle {
			state := Matched
			if j.m.working(s) {
				state = PendingCutOff
			}
			j.assign(state, t, s, r.Amount)
		}
		return
	}
	switch {
	case s >= 0 && j.m.dead(s):
		if j.approved(t) {
			j.assign(StatusDiffers, t, s, r.Amount)
		}
	case s >= 0 && j.m.working(s) && j.r.states[right][s] == Idle:
		j.assign(PendingCutOff, t, s, r.Amount)
	case s >= 0 && j.r.states[right][s] != Idle: // settled within its original's case
		j.also(j.r.states[right][s]&^leads, left, []int32{t})
	case s >= 0 && j.approved(t):
		j.bothHave(t, s, r)
	case s >= 0:
		j.assign(ChargedButFailed, t, s, j.m.row(right, s).Amount)
	case j.moves(t):
		j.missing(t, r)
	}
}

// closedUnpaid lists the voids that only close an order: none of it was paid.
func (j *judge) closedUnpaid() map[int32]bool {
	list := map[int32]bool{}
	for o, undos := range j.m.undos[left] {
		if j.approved(o) || j.outcome(o) == classify.Reversed || j.settled(o) >= 0 || j.m.have[left][o]&fOrder == 0 {
			continue
		}
		order := j.m.ids.value(j.m.row(left, o), fOrder)
		for _, u := range undos {
			if r := j.m.row(left, u); r.Kind == txn.Void && j.m.ids.value(r, fOrder) == order {
				list[u] = true
			}
		}
	}
	return list
}

// missing judges an approved row that no settlement row matches.
func (j *judge) missing(t int32, r *ledger.Row) {
	state := PendingCutOff
	if j.m.expects(r) || j.overdue(r) {
		state = TerminalOnly
	}
	j.assign(state, t, free, r.Amount)
}

// overdue reports whether a row has waited for its settlement file too long. A
// row older than every settlement file at hand is not waiting: its file is elsewhere.
func (j *judge) overdue(r *ledger.Row) bool {
	on, _ := j.m.bookedOn(r)
	c := &j.m.cover
	return c.rows[right] > 0 && !j.m.unfiled(r) && on > c.oldest && j.m.age(r) > j.m.opt.PendingDays
}

// copied judges a row that repeats another one. A second success is worth a
// look, and so is a success that the better informed row denies; repeats of a message
// and the same row in a switch's log are not.
func (j *judge) copied(t int32, r *ledger.Row) {
	f := j.m.copies[left][t]
	first := j.m.row(left, f)
	switch {
	case r.Kind == txn.Reversal || !j.approved(t) || j.m.twice[left][t]:
	case j.outcome(f) == classify.Declined:
		if j.settled(f) < 0 {
			j.assign(StatusDiffers, t, free, r.Amount)
		}
	case !j.approved(f) || r.Flags.Has(txn.Repeat) || first.Flags.Has(txn.Repeat):
	case j.m.b.Extra(r.Extra).Side != j.m.b.Extra(first.Extra).Side && r.File != first.File:
	default:
		j.assign(Duplicate, t, j.copyOfPartner(t), r.Amount)
	}
}

// copyOfPartner finds the settlement side's own duplicate of the same
// transaction, so that "twice on both sides" is one case.
func (j *judge) copyOfPartner(t int32) int32 {
	s := j.settled(j.m.copies[left][t])
	if s < 0 {
		return free
	}
	copies, k := j.m.copiesBy[right][s], j.spent[s]
	for k < len(copies) && (j.r.states[right][copies[k]] != Idle || j.m.dead(copies[k])) {
		k++ // none of these comes into question again
		j.r.steps++
	}
	j.spent[s] = k
	if k == len(copies) {
		return free
	}
	return copies[k]
}

// unclaimed judges a settlement row that no terminal row has claimed.
func (j *judge) unclaimed(s int32, r *ledger.Row) {
	if j.r.states[right][s] != Idle {
		return
	}
	if j.m.partner[right].at(s) == copyOf {
		j.assign(Duplicate, free, s, r.Amount)
		return
	}
	if j.m.HasTerminal() {
		if rows, sum := j.cancelled(free, s); len(rows) > 0 && sum == r.Amount {
			j.assign(Matched, free, s, r.Amount) // cancelled within the settlement file
			j.also(Matched, right, rows)
			j.r.Keys[ByNetting]++
			return
		}
	}
	state, amount := PendingCutOff, r.Amount
	if off, wrong := j.m.feeOff(r); j.m.working(s) {
		// it may still fail
	} else if j.m.knows(r) {
		state = SettlementOnly
	} else if wrong && !j.m.HasTerminal() {
		state, amount = FeeDiffers, absolute(off)
	}
	j.assign(state, free, s, amount)
}
