package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/classify"
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

var riskNames = [...]struct{ id, zh, en string }{
	{"charged_not_approved", "已扣款，终端未成功", "charged, not approved at the terminal"},
	{"approved_missing", "终端成功，未清算", "approved, missing in settlement"},
	{"outcome_unknown", "结果未知，尚无清算单可查", "outcome unknown, no settlement file to tell"},
	{"declined_lost", "失败且未再成功（上限）", "failed and not recovered (upper bound)"},
	{"declined_recovered", "失败后重刷成功", "failed, then recovered by a retry"},
}

// String is the word of the JSON report; Zh and En are for people.
func (r Risk) String() string { return riskNames[r].id }
func (r Risk) Zh() string     { return riskNames[r].zh }
func (r Risk) En() string     { return riskNames[r].en }

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

// RiskTotal sums cases.
type RiskTotal struct {
	Risk     Risk
	Currency string
	Count    int
	Amount   txn.Minor
}

// RiskBy sums the cases by a group such as the incident, cause or merchant of a
// case; a case of group "" is left out. Each sum is in the order of Risks.
func (r *Result) RiskBy(group func(RiskCase) string) map[string][]RiskTotal {
	out := map[string][]RiskTotal{}
	for _, c := range r.Risks { // sorted by risk and currency
		g := group(c)
		if g == "" {
			continue
		}
		sum := out[g]
		if n := len(sum); n == 0 || sum[n-1].Risk != c.Risk || sum[n-1].Currency != c.Currency {
			sum = append(sum, RiskTotal{Risk: c.Risk, Currency: c.Currency})
		}
		last := &sum[len(sum)-1]
		last.Count++
		last.Amount += c.Amount
		out[g] = sum
	}
	return out
}

// MoneyAtRisk sums all cases.
func (r *Result) MoneyAtRisk() []RiskTotal {
	return r.RiskBy(func(RiskCase) string { return "all" })["all"]
}

// risks lists the cases: what is charged or missing comes from the items, one
// each; failures are collapsed into purchases.
func (j *judge) risks() {
	for i := range j.open {
		it := &j.open[i]
		if it.kind != txn.Sale && it.kind != txn.Completion && it.kind != txn.KindUnknown {
			continue
		}
		c := RiskCase{TerminalRow: int(it.t), SettlementRow: int(it.s), Amount: it.amount, Currency: j.caseCurrency(it)}
		if it.more > 0 && j.more[it.more-1].waiting != nil {
			c.Merchant = j.more[it.more-1].waiting.Merchant
		}
		switch {
		case it.state == ChargedButFailed || it.state == ReversedButSettled || it.state == SettlementOnly,
			it.state == Duplicate && it.s >= 0:
			c.Risk = ChargedNotApproved
		case it.state == TerminalOnly || it.state == StatusDiffers:
			c.Risk = ApprovedMissing
		default:
			continue
		}
		j.r.Risks = append(j.r.Risks, c)
	}
	j.r.Risks = append(j.r.Risks, j.failedPurchases()...)
	slices.SortFunc(j.r.Risks, func(x, y RiskCase) int {
		return cmp.Or(cmp.Compare(x.Risk, y.Risk), cmp.Compare(x.Currency, y.Currency),
			cmp.Compare(x.TerminalRow, y.TerminalRow), cmp.Compare(x.SettlementRow, y.SettlementRow))
	})
}

func (j *judge) caseCurrency(c *openCase) string {
	switch {
	case c.more > 0 && j.more[c.more-1].waiting != nil:
		return j.more[c.more-1].waiting.Currency
	case c.t >= 0:
		return j.m.currency(j.m.row(left, c.t))
	}
	return j.m.currency(j.m.row(right, c.s))
}

// failedPurchases groups the tries of each card and amount and names the
// purchases that failed at first or for good and were not charged.
func (j *judge) failedPurchases() []RiskCase {
	tried := func(t int32) bool {
		return j.m.have[left][t]&(fMoney|fBack|fAmount) == fMoney|fAmount && j.m.partner[left][t] != copyOf
	}
	failures := 0
	for t := range j.m.have[left] {
		if tried(int32(t)) && !j.stands(int32(t)) {
			failures++
		}
	}
	if failures == 0 {
		return nil
	}
	// Only purchases that failed once are of interest: look for theirs among all tries,
	// by card and amount alone at first.
	failed := newSieve(failures)
	var tries, cardless []int32
	for i := range j.m.have[left] {
		if t := int32(i); tried(t) && !j.stands(t) {
			if h, ok := purchaseHash(j.m.row(left, t)); ok {
				failed.put(h)
			} else {
				cardless = append(cardless, t)
			}
		}
	}
	found := make([][]int32, j.m.opt.Workers)
	parallel(len(found), func(w int) {
		all := picked{n: len(j.m.have[left]), ok: tried}
		all.each(w, len(found), func(t int32) {
			if h, ok := purchaseHash(j.m.row(left, t)); ok && failed.has(h) {
				found[w] = append(found[w], t)
			}
		})
	})
	tries = slices.Concat(found...)
	var out []RiskCase
	for _, t := range cardless {
		out = j.purchase(out, []int32{t})
	}
	seen := make([]bool, len(j.m.have[left])) // rows of purchases with more than one try
	g := join{memory: j.m.opt.Memory, workers: 1,
		fill: func(_ int, t int32, e *entry) bool { k, ok := j.purchaseKey(t); e.setCode(k.hash()); return ok },
		key:  func(_ int, t int32) key { k, _ := j.purchaseKey(t); return k }}
	g.rows[left].list = tries
	g.visit = func(_ int, t, _ []int32) {
		for len(t) > 0 {
			n := 1
			for n < len(t) && j.again(t[n-1], t[n]) {
				n++
			}
			for _, i := range t[:n] {
				seen[i] = true
			}
			out = j.purchase(out, t[:n])
			t = t[n:]
		}
	}
	if len(tries) > 0 {
		g.run()
	}
	for _, t := range tries {
		if !seen[t] {
			out = j.purchase(out, []int32{t})
		}
	}
	return out
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
func (j *judge) purchaseKey(t int32) (key, bool) {
	r := j.m.row(left, t)
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

func (j *judge) purchase(out []RiskCase, tries []int32) []RiskCase {
	var ok, charged, declined, waiting bool
	first := int32(-1) // first failed try
	for _, t := range tries {
		switch {
		case j.stands(t):
			ok = true
			continue
		case j.settled(t) >= 0 && !j.m.dead[j.settled(t)] && j.r.states[left][t] != Matched:
			charged = true
			continue
		case j.outcome[t] == classify.Unknown && !j.undone(t) && !j.m.expects(j.m.row(left, t)):
			waiting = true
		default:
			declined = true
		}
		if first < 0 {
			first = t
		}
	}
	if first < 0 || charged && !ok {
		return out
	}
	r := j.m.row(left, first)
	c := RiskCase{Risk: DeclinedLost, TerminalRow: int(first), SettlementRow: -1, Amount: r.Amount, Currency: j.m.currency(r)}
	switch {
	case ok || charged:
		c.Risk = DeclinedRecovered
	case waiting && !declined:
		c.Risk = OutcomeUnknown
	}
	return append(out, c)
}
