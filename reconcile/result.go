package reconcile

import (
	"cmp"
	"math"
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Text is a sentence in both languages of the reports.
type Text struct{ Zh, En string }

// Result is where every row stands.
type Result struct {
	Sides  Text    // what was compared, or what cannot be known and why
	Totals []Total // by state and currency, in the order of States; states without rows are absent
	// Items is what to work on, most money first: of each state the Options.Items largest.
	// Unlisted counts the cases beyond them; every total and sum covers all cases.
	Items    []Item
	Unlisted map[State]int
	// Unanswered are rows whose outcome nobody here can know: no clear answer, and
	// no settlement file of their day. Their State is Idle until one comes.
	Unanswered []Item
	Keys       map[Key]int
	Proof      Proof
	// Forecast is what each business day should bring, in the order of days.
	Forecast []Due
	// Carried is what became of Options.Carry.
	Carried Carried
	// Arrivals is the signed amount of the carried rows that arrived, by currency.
	Arrivals map[string]txn.Minor
	// Deposits are the pay-outs that stand beside the transactions they pay.
	Deposits []Deposit
	// Splits are the rows matched with several rows of the other side, in the order of
	// time; the amount is that of each side.
	Splits []Unsure
	// Net counts the matches whose settled amount is net of the fee.
	Net int
	// Unsure are the matches that a person should confirm.
	Unsure []Unsure

	m      *Matches
	states [2][]State
	closed map[int32]bool // see ClosesUnpaid

	stillWaiting []Waiting
	known        map[string]Waiting // of the rows at hand, what runs of other days have said of them
	undone       func(t int32) bool // see judge.undone
	steps        int64              // copies looked at in vain, for the test of growth
	risks        []risk
	currencies   []string   // of risks
	more         []caseMore // of cases
}

// Total is one state in one currency. Amount is the money in question: of
// AmountDiffers and FeeDiffers the difference, of all other states the amount. The
// sums of the two sides are signed, money back is negative; all totals together are the
// sides' totals in [Proof].
type Total struct {
	State                            State
	Currency                         string
	Count                            int // cases: a pair counts once
	Amount                           txn.Minor
	TerminalRows, SettlementRows     int
	TerminalAmount, SettlementAmount txn.Minor
}

// Proof shows that every row that moves money stands in exactly one state. The
// sums are made row by row, those of [Total] case by case: Holds is that both agree to
// the minor unit, that no row was put into two states and none into none.
// Idle rows (declines, sign-ons, repeats) move no money and are counted apart, so that rows +
// idle is every row of a side.
type Proof struct {
	TerminalRows, SettlementRows     int
	TerminalAmount, SettlementAmount txn.Minor
	TerminalIdle, SettlementIdle     int
	Holds                            bool
}

// Item is one case to work on. Row numbers are -1 and amounts txn.NoAmount
// where a side has none.
type Item struct {
	State                            State
	TerminalRow, SettlementRow       int
	At                               txn.Instant
	Institution, Merchant, Terminal  string
	RRN, STAN, Card                  string // the card is masked
	Order                            string // the merchant's order number, else the wallet's
	Kind                             txn.Kind
	Code                             string
	TerminalAmount, SettlementAmount txn.Minor
	Fee, AgreedFee                   txn.Minor // of FeeDiffers
	Currency                         string
	Amount                           txn.Minor // the money in question, as in Total
	Inferred                         bool      // what the code means here was decided from evidence, not by a table
	Reversed                         bool      // a reversal or void was sent
	PaidAgain                        bool      // the same card paid the same amount with another try, so that it was charged twice
	Key                              Key
	Confidence                       float64   // of the match; 1 where there is none to doubt
	Rows                             int       // terminal rows behind a settled total, else 0
	Due                              txn.Minor // of a total: its transactions less fees of Rate, 0 where none is known
	Rate                             int64     // in millionths
	AgeDays                          int       // business days before the newest settlement file
	TerminalAt, SettlementAt         string    // positions in the inputs
	Call                             Party
	Advice                           Text
}

// Party is whom to call.
type Party string

const (
	Nobody   Party = "nobody"
	Acquirer Party = "acquirer"
	Issuer   Party = "issuer"
	Carrier  Party = "carrier"
)

// State returns the state of a row.
func (r *Result) State(side txn.Side, i int) State {
	return r.states[sideOf(side)][i] &^ leads
}

// ClosesUnpaid reports whether terminal row i is a void that only closes an order of which
// nothing was paid: it moves no money.
func (r *Result) ClosesUnpaid(i int) bool { return r.closed[int32(i)] }

// Leads reports whether a row stands for its case: of the rows of each case to work on one
// does, listed or not.
func (r *Result) Leads(side txn.Side, i int) bool { return r.states[sideOf(side)][i]&leads != 0 }

func sideOf(side txn.Side) int {
	if side == txn.Settlement {
		return right
	}
	return left
}

// items describes the largest cases of each state.
func (j *judge) items() {
	j.r.Unlisted = map[State]int{}
	open := j.largest()
	slices.SortFunc(open, j.compareCases)
	var listed [len(stateNames)]int
	for _, c := range open {
		listed[c.state] = min(listed[c.state]+1, j.m.opt.Items)
	}
	n := 0
	for state := range listed {
		n += listed[state]
		listed[state] = 0
	}
	j.r.Items = slices.Grow(j.r.Items, n) // they are large
	other := j.otherVersions(open)
	for _, c := range open {
		if listed[c.state] == j.m.opt.Items {
			j.r.Unlisted[c.state]++
			continue
		}
		listed[c.state]++
		it := j.item(c.state, c.t, c.s, c.amount)
		if c.more > 0 {
			more := &j.r.more[c.more-1]
			if g := more.total; g != nil {
				it.TerminalAmount, it.SettlementAmount, it.Rows, it.Key = g.sum, more.stated, len(g.rows)+len(g.carried), ByTotal
				it.Due, it.Rate = g.due, g.rate
				it.Confidence = float64(ByTotal.percent()) / 100
				it.Call, it.Advice = advise(&it) // which differs for totals
			}
			if w := more.waiting; w != nil {
				if c.state == FeeDiffers {
					it.Fee, it.AgreedFee, _ = j.m.fees(j.m.row(right, c.s), w.party())
				}
				it.asCarried(w)
				it.AgeDays = j.m.daysSince(w.Day)
			}
		}
		if o, ok := other[c.s]; ok && c.state == SettlementOnly {
			it.Advice = otherVersion(ledger.Pos(j.m.b, j.m.row(right, o)).String())
		}
		j.r.Items = append(j.r.Items, it)
	}
}

// otherVersions finds, of settlement rows that no terminal row explains, those whose
// reference number and terminal another settlement file has with an amount that one does: a
// file and its correction were both given.
func (j *judge) otherVersions(open []openCase) map[int32]int32 {
	m := j.m
	key := func(s int32) (k [3]uint64, file uint32) {
		r := m.row(right, s)
		return [3]uint64{m.ids.value(r, fRRN), m.ids.value(r, fTID), uint64(back(r.Kind))}, r.File
	}
	strange, numbers := map[[3]uint64]int32{}, map[uint64]bool{}
	for _, c := range open {
		if c.state == SettlementOnly && c.s >= 0 {
			if k, _ := key(c.s); k[0] != 0 {
				strange[k], numbers[k[0]] = c.s, true
			}
		}
	}
	if len(strange) == 0 {
		return nil
	}
	out := map[int32]int32{}
	for i := range m.partner[right].pairs() {
		if !numbers[number(m.b.RRN(txn.Settlement, int(i)))] {
			continue
		}
		k, file := key(i)
		if s, ok := strange[k]; ok && m.row(right, s).File != file {
			out[s] = i
		}
	}
	return out
}

// compareCases puts most money first; equal amounts stand in the order of time,
// then of rows, so that the list depends on content only.
func (j *judge) compareCases(x, y openCase) int {
	if x.amount != y.amount {
		return cmp.Compare(y.amount, x.amount)
	}
	return cmp.Or(cmp.Compare(j.at(&x), j.at(&y)), cmp.Compare(x.state, y.state), cmp.Compare(x.t, y.t), cmp.Compare(x.s, y.s))
}

// largest leaves out, of states with more cases than are listed, those that are surely
// too small, and counts them.
func (j *judge) largest() []openCase {
	var count [len(stateNames)]int
	for i := range j.open {
		count[j.open[i].state]++
	}
	var least [len(stateNames)]txn.Minor
	some := false
	for state, n := range count {
		least[state] = math.MinInt64
		if n <= j.m.opt.Items {
			continue
		}
		some = true
		amounts := make([]txn.Minor, 0, n)
		for i := range j.open {
			if int(j.open[i].state) == state {
				amounts = append(amounts, j.open[i].amount)
			}
		}
		slices.Sort(amounts)
		least[state] = amounts[n-max(1, j.m.opt.Items)]
	}
	if !some {
		return j.open
	}
	var out []openCase
	for _, c := range j.open {
		if c.amount >= least[c.state] {
			out = append(out, c)
		} else {
			j.r.Unlisted[c.state]++
		}
	}
	return out
}

// explain adds to the newest case what few have.
func (j *judge) explain(more caseMore) {
	j.r.more = append(j.r.more, more)
	j.open[len(j.open)-1].more = int32(len(j.r.more))
}

// item describes a case by its rows; t or s is -1 where that side has none.
func (j *judge) item(state State, t, s int32, amount txn.Minor) Item {
	m := j.m
	it := Item{State: state, TerminalRow: int(t), SettlementRow: int(s), At: txn.NoInstant, Amount: amount,
		TerminalAmount: txn.NoAmount, SettlementAmount: txn.NoAmount, Confidence: 1}
	if s >= 0 {
		r := m.row(right, s)
		j.describe(&it, r)
		it.SettlementAmount, it.SettlementAt = r.Amount, ledger.Pos(m.b, r).String()
		it.AgeDays = m.age(r)
		if state == FeeDiffers {
			of := m.party(r)
			if t >= 0 {
				of = m.party(m.row(left, t))
			}
			it.Fee, it.AgreedFee, _ = m.fees(r, of)
		}
	}
	if t >= 0 {
		r := m.row(left, t)
		j.describe(&it, r)
		it.TerminalAmount, it.TerminalAt = r.Amount, ledger.Pos(m.b, r).String()
		it.Inferred = j.rule(int(t)).Inferred
		it.Reversed = j.undone(t) || j.voided(t)
		it.PaidAgain = j.paidAgain[t]
		it.AgeDays = m.age(r)
		if k, sure := j.how(t); s >= 0 && k != NoKey {
			it.Key, it.Confidence = k, sure
		}
	}
	it.Call, it.Advice = advise(&it)
	return it
}

// unanswered lists the rows of unknown outcome that no settlement file covers.
func (j *judge) unanswered() {
	var open []openCase
	for t := range int32(len(j.m.have[left])) {
		if j.m.have[left][t]&fMoney == 0 || j.outcome(t) != classify.Unknown || j.r.states[left][t] != Idle || j.m.partner[left].at(t) == copyOf {
			continue
		}
		if r := j.m.row(left, t); r.Kind != txn.Reversal && !j.m.expects(r) {
			open = append(open, openCase{amount: r.Amount.Or(0), t: t, s: free})
		}
	}
	slices.SortFunc(open, j.compareCases)
	if n := len(open) - j.m.opt.Items; n > 0 {
		open, j.r.Unlisted[Idle] = open[:j.m.opt.Items], n
	}
	j.r.Unanswered = slices.Grow(j.r.Unanswered, len(open))
	for _, c := range open {
		j.r.Unanswered = append(j.r.Unanswered, j.item(Idle, c.t, free, c.amount))
	}
}

// describe fills in what a row states; the terminal's row is described last, so
// that its words win where both have them.
func (j *judge) describe(it *Item, r *ledger.Row) {
	b := j.m.b
	p := b.Place(r.Place)
	keep := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	if r.At.Valid() {
		it.At = r.At
	}
	keep(&it.Institution, b.Name(ledger.Institution, p.Institution))
	keep(&it.Merchant, b.Name(ledger.Merchant, p.Merchant))
	keep(&it.Terminal, b.Name(ledger.Terminal, p.Terminal))
	keep(&it.RRN, b.Key(r.RRN))
	keep(&it.STAN, b.Key(r.STAN))
	keep(&it.Card, ledger.MaskedPAN(b, r))
	if r.Extra != 0 {
		e := b.Extra(r.Extra)
		keep(&it.Order, cmp.Or(b.Key(e.OrderNo), b.Key(e.ChannelNo)))
	}
	keep(&it.Code, b.Code(r.Code))
	it.Kind, it.Currency = r.Kind, j.m.currency(r)
}

// currency is the currency of a row.
func (m *Matches) currency(r *ledger.Row) string {
	if m.ids.one != "" {
		return m.ids.one
	}
	return ledger.CurrencyOf(m.b, r)
}

// age is the number of business days from a row to the newest day of the
// settlement side.
func (m *Matches) age(r *ledger.Row) int {
	on, _ := m.bookedOn(r)
	return m.daysSince(on)
}

func (m *Matches) daysSince(on txn.Date) int {
	newest := m.cover.newest[right]
	if on == 0 || newest == 0 || newest < on {
		return 0
	}
	return daysBetween(on, newest)
}
