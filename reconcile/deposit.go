package reconcile

import (
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Deposit compares a pay-out of the settlement side with the settlement rows of
// the same place and day (or batch) that it should pay: their sum, less the fees that
// they state. Where no day within the lag agrees, the nearest sum is given.
type Deposit struct {
	Row                int // settlement row of the pay-out
	Position           string
	Merchant, Terminal string
	Day                txn.Date // business day of the rows it pays, 0 where there are none
	Rows               int
	Stated, Sum        txn.Minor
	Currency           string
	Agrees             bool
}

// deposits checks the pay-outs that stand beside detail rows. Where a settlement
// side has nothing but pay-outs, they are matched with the terminal's rows instead; see
// byTotals.
func (j *judge) deposits() {
	if j.m.deposits {
		return
	}
	var totals []int32
	for s := range j.m.partner[right].len() {
		if j.m.have[right][s]&fMoney != 0 {
			continue
		}
		if r := j.m.row(right, int32(s)); r.Kind == txn.Payout && r.Amount.Valid() {
			totals = append(totals, int32(s))
		}
	}
	if len(totals) == 0 {
		return
	}
	pays := func(s int32) bool { return j.m.have[right][s]&fMoney != 0 && j.m.says[s] == moved }
	at := map[field]map[uint64]bool{fTID: {}, fMID: {}}
	for s := range j.m.partner[right].len() {
		if pays(int32(s)) {
			for f, ids := range at {
				ids[j.m.ids.value(j.m.row(right, int32(s)), f)] = true
			}
		}
	}
	paid := func(f field, id uint64) bool { return at[f][id] }
	groups := j.groups(totals, right, paid, pays)
	for _, s := range totals {
		r := j.m.row(right, s)
		p := j.m.b.Place(r.Place)
		d := Deposit{Row: int(s), Position: ledger.Pos(j.m.b, r).String(), Stated: r.Amount, Currency: j.m.currency(r),
			Merchant: j.m.b.Name(ledger.Merchant, p.Merchant), Terminal: j.m.b.Name(ledger.Terminal, p.Terminal)}
		k, on := j.totalKey(s, paid)
		for lag := range j.m.opt.LagAfter + 1 {
			if !k.withBatch {
				k.day = before(on, lag)
			}
			g := groups[k]
			if g == nil || g.used {
				continue
			}
			sum := g.sum - g.fee
			if g.sum == r.Amount {
				sum = g.sum
			}
			if d.Rows == 0 || absolute(sum-d.Stated) < absolute(d.Sum-d.Stated) {
				d.Day, d.Rows, d.Sum = k.day, len(g.rows), sum
			}
			if sum == r.Amount {
				d.Agrees, g.used = true, true
				break
			}
		}
		j.r.Deposits = append(j.r.Deposits, d)
	}
}
