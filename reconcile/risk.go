package reconcile

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Risk is a way in which money is or was in danger.
type Risk uint8

const (
	// ChargedNotApproved: settled without a standing approval at the terminal.
	ChargedNotApproved Risk = iota
	// ApprovedMissing: approved at the terminal and not settled.
	ApprovedMissing
	// OutcomeUnknown: no answer, and no settlement file that would tell.
	OutcomeUnknown
	// DeclinedLost: failed, and no later success of the same card and amount. An
	// upper bound of what was lost: the customer may have paid in another way.
	DeclinedLost
	// DeclinedRecovered: failed, and the same card and amount succeeded within the
	// retry time.
	DeclinedRecovered
)

// Risks lists all risks, in the order of a report.
var Risks = [...]Risk{ChargedNotApproved, ApprovedMissing, OutcomeUnknown, DeclinedLost, DeclinedRecovered}

var riskNames = [...]string{"charged_not_approved", "approved_missing", "outcome_unknown", "declined_lost", "declined_recovered"}

// String is the word of the JSON report.
func (r Risk) String() string { return riskNames[r] }

// RiskCase is one purchase in danger. All tries of one card for one amount at
// one merchant, each within the retry time of the one before, are one purchase.
type RiskCase struct {
	Risk          Risk
	TerminalRow   int    // its first row, -1 where the terminal side has none
	SettlementRow int    // -1 where there is none
	Merchant      string // of a row carried over, which has no row here
	Amount        txn.Minor
	Currency      string
}

// risk is a RiskCase as it is kept: there may be as many as rows, so without words.
type risk struct {
	amount   txn.Minor
	t, s     int32
	more     int32 // 1 + index into more of a case that was carried over, 0 = none
	currency uint16
	risk     Risk
}

// RiskCases yields the purchases in danger, by risk, currency and place; see
// MoneyAtRisk and RiskBy.
func (r *Result) RiskCases() iter.Seq[RiskCase] {
	return func(yield func(RiskCase) bool) {
		var c RiskCase
		for i := range r.risks {
			if r.riskCase(i, &c); !yield(c) {
				return
			}
		}
	}
}

func (r *Result) riskCase(i int, c *RiskCase) {
	k := &r.risks[i]
	*c = RiskCase{Risk: k.risk, TerminalRow: int(k.t), SettlementRow: int(k.s), Amount: k.amount, Currency: r.currencies[k.currency]}
	if k.more > 0 {
		c.Merchant = r.more[k.more-1].waiting.Merchant
	}
}

// RiskTotal sums cases.
type RiskTotal struct {
	Risk     Risk
	Currency string
	Count    int
	Amount   txn.Minor
}

// RiskBy sums the cases by a group, such as the incident or merchant of a case; a case
// that is in none is left out. Each sum is in the order of RiskCases.
func RiskBy[K comparable](r *Result, group func(*RiskCase) (g K, ok bool)) map[K][]RiskTotal {
	at := map[K]int{}
	var sums [][]RiskTotal
	var last K
	var sum *[]RiskTotal // of last, which most cases share with the one before
	c := new(RiskCase)
	for i := range r.risks { // sorted by risk and currency
		r.riskCase(i, c)
		g, ok := group(c)
		if !ok {
			continue
		}
		if g != last || sum == nil {
			k, ok := at[g]
			if !ok {
				k = len(sums)
				at[g] = k
				sums = append(sums, nil)
			}
			last, sum = g, &sums[k]
		}
		if n := len(*sum); n == 0 || (*sum)[n-1].Risk != c.Risk || (*sum)[n-1].Currency != c.Currency {
			*sum = append(*sum, RiskTotal{Risk: c.Risk, Currency: c.Currency})
		}
		t := &(*sum)[len(*sum)-1]
		t.Count++
		t.Amount += c.Amount
	}
	out := make(map[K][]RiskTotal, len(at))
	for g, k := range at {
		out[g] = sums[k]
	}
	return out
}

// MoneyAtRisk sums all cases.
func (r *Result) MoneyAtRisk() []RiskTotal {
	return RiskBy(r, func(*RiskCase) (int, bool) { return 0, true })[0]
}

// risks lists the cases: what is charged or missing comes from the items, one
// each; failures are collapsed into purchases.
func (j *judge) risks() {
	for i := range j.open {
		it := &j.open[i]
		if it.kind != txn.Sale && it.kind != txn.Completion && it.kind != txn.KindUnknown {
			continue
		}
		c := risk{t: it.t, s: it.s, amount: it.amount}
		switch {
		case it.state == ChargedButFailed || it.state == ReversedButSettled || it.state == SettlementOnly,
			it.state == Duplicate && it.s >= 0:
			c.risk = ChargedNotApproved
		case it.state == TerminalOnly || it.state == StatusDiffers:
			c.risk = ApprovedMissing
		default:
			continue
		}
		switch {
		case it.more > 0 && j.r.more[it.more-1].waiting != nil:
			c.more, c.currency = it.more, j.currencyID(j.r.more[it.more-1].waiting.Currency)
		case it.t >= 0:
			c.currency = j.currencyID(j.m.currency(j.m.row(left, it.t)))
		default:
			c.currency = j.currencyID(j.m.currency(j.m.row(right, it.s)))
		}
		j.r.risks = room.Append(j.r.risks, c)
	}
	j.failedPurchases()
	slices.SortFunc(j.r.risks, func(x, y risk) int {
		return cmp.Or(cmp.Compare(x.risk, y.risk), cmp.Compare(j.r.currencies[x.currency], j.r.currencies[y.currency]),
			cmp.Compare(x.t, y.t), cmp.Compare(x.s, y.s))
	})
}

// currencyID numbers a currency. There are no more than three letters can make.
func (j *judge) currencyID(c string) uint16 {
	id, ok := j.currencies[c]
	if !ok {
		id = uint16(len(j.r.currencies))
		j.currencies[c] = id
		j.r.currencies = append(j.r.currencies, c)
	}
	return id
}

// tried reports whether a terminal row is a try at a purchase.
func (j *judge) tried(t int32) bool {
	return j.m.have[left][t]&(fMoney|fBack|fAmount) == fMoney|fAmount && j.m.partner[left].at(t) != copyOf
}

// failedTries lists the tries that failed. Only purchases that failed once are of
// interest: theirs are looked for among all tries, by card and amount alone at first.
func (j *judge) failedTries() {
	for t := range j.m.have[left] {
		if j.tried(int32(t)) && !j.stands(int32(t)) {
			j.failures = room.Append(j.failures, int32(t))
		}
	}
	j.failed = newSieve(len(j.failures))
	for _, t := range j.failures {
		if h, ok := purchaseHash(j.m.row(left, t)); ok {
			j.failed.put(h)
		}
	}
}

// mayRetry notes a try of a card and amount that failed once.
func (j *judge) mayRetry(t int32, r *ledger.Row) {
	if j.failed.any && j.tried(t) {
		if h, ok := purchaseHash(r); ok && j.failed.has(h) {
			j.tries = room.Append(j.tries, t)
		}
	}
}

// failedPurchases groups the tries of each card and amount and adds the
// purchases that failed at first or for good and were not charged.
func (j *judge) failedPurchases() {
	if len(j.failures) == 0 {
		return
	}
	j.r.risks = room.Grow(j.r.risks, len(j.failures)) // a purchase each at most
	tries := j.m.perhapsTwice(&picked{book: j.m.b, side: left, list: j.tries}, func(r *ledger.Row) uint64 { h, _ := purchaseHash(r); return h })
	room.Free(j.tries)
	room.Free(j.failed.bits)
	seen := room.NewBits(len(j.m.have[left])) // rows of purchases with more than one try
	g := join{memory: j.m.opt.Memory, workers: 1,
		fill: func(_ int, _ int32, r *ledger.Row, e *entry) bool {
			k, ok := j.purchaseKey(r)
			e.setCode(k.hash())
			return ok
		},
		key: func(_ int, t int32) key { k, _ := j.purchaseKey(j.m.row(left, t)); return k }}
	g.rows[left] = picked{book: j.m.b, side: left, list: tries}
	g.visit = func(_ int, t, _ []int32) {
		for len(t) > 0 {
			n := 1
			for n < len(t) && j.again(t[n-1], t[n]) {
				n++
			}
			for _, i := range t[:n] {
				seen.Add(i)
			}
			j.purchase(t[:n])
			t = t[n:]
		}
	}
	if len(tries) > 0 {
		g.run()
		g.pool.release()
	}
	for _, t := range j.failures {
		if !seen.Has(t) {
			j.purchase([]int32{t})
		}
	}
	room.Free(j.failures)
	room.Free(seen)
	j.failures, j.tries, j.failed = nil, nil, sieve{}
}

// purchaseHash is the same for rows of the same [judge.purchaseKey].
func purchaseHash(r *ledger.Row) (h uint64, ok bool) {
	switch {
	case r.Token != 0:
		h = r.Token
	case r.Last4 != ledger.NoLast4:
		h = uint64(r.Last4)
	default:
		return 0, false
	}
	return mix(h<<20 ^ h>>44 ^ uint64(r.Amount)), true
}

// purchaseKey is the card, amount and merchant of a row. A row without a card
// is a purchase of its own.
func (j *judge) purchaseKey(r *ledger.Row) (key, bool) {
	k := j.m.ids.key(r, fAmount|fMID)
	switch {
	case r.Token != 0:
		k[7] = r.Token
	case r.Last4 != ledger.NoLast4:
		k[8] = uint64(r.Last4)<<32 | uint64(j.m.b.Card(r.Card).BIN)
	default:
		return key{}, false
	}
	if k[2] == 0 {
		k[3] = j.m.ids.value(r, fTID)
	}
	return k, true
}

func (j *judge) again(x, y int32) bool {
	a, b := j.m.row(left, x), j.m.row(left, y)
	return timed(a) && timed(b) && b.At.Sub(a.At) <= j.m.opt.Retry+time.Second-1
}

// stands reports whether a row is an approval that was not undone.
func (j *judge) stands(t int32) bool { return j.approved(t) && !j.undone(t) }

// booked reports whether a row that does not stand was settled all the same.
func (j *judge) booked(t int32) bool {
	return j.settled(t) >= 0 && j.m.says[j.settled(t)] == moved && j.r.states[left][t] != Matched
}

// chargedTwice notes the tries of a purchase that were charged though another one had paid it: one that was
// approved, or else the first that was charged.
func (j *judge) chargedTwice(tries []int32, paid bool) {
	for _, t := range tries {
		if !j.stands(t) && j.booked(t) {
			if paid {
				j.paidAgain[t] = true
			}
			paid = true
		}
	}
}

// purchase adds a purchase that failed at first or for good.
func (j *judge) purchase(tries []int32) {
	var ok, charged, declined, waiting bool
	first := int32(-1) // first failed try
	for _, t := range tries {
		switch {
		case j.stands(t):
			ok = true
			continue
		case j.booked(t):
			charged = true
			continue
		case j.settled(t) >= 0 && j.m.working(j.settled(t)):
			waiting = true
		case j.outcome(t) == classify.Unknown && !j.undone(t) && (!j.m.HasSettlement() || !j.m.expects(j.m.row(left, t))):
			waiting = true
		default:
			declined = true
		}
		if first < 0 {
			first = t
		}
	}
	if charged {
		j.chargedTwice(tries, ok)
	}
	if first < 0 || charged && !ok {
		return
	}
	currency := j.m.ids.one
	if currency == "" {
		currency = j.m.currency(j.m.row(left, first))
	}
	c := risk{risk: DeclinedLost, t: first, s: free, amount: j.m.b.Amount(txn.Terminal, int(first)), currency: j.currencyID(currency)}
	switch {
	case ok || charged:
		c.risk = DeclinedRecovered
	case waiting && !declined:
		c.risk = OutcomeUnknown
	}
	j.r.risks = room.Append(j.r.risks, c)
}
