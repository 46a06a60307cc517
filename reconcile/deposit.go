package reconcile

import (
	"fmt"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Deposit compares a pay-out of the settlement side with the settlement rows of
// the same place and day (or batch, or days in a row) that it should pay: their sum, less the
// fees that they state. Where none agrees, the sum is that of the day that others pay at this
// distance, or of the nearest amount where no other agrees.
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
	lags := map[int]int{}
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
			if d.Rows == 0 || absolute(g.paid(d.Stated)-d.Stated) < absolute(d.Sum-d.Stated) {
				d.pays(k.day, g)
			}
			if d.Agrees {
				lags[lag]++
				break
			}
		}
		j.r.Deposits = append(j.r.Deposits, d)
	}
	usual := j.usualLag(lags)
	for i := range j.r.Deposits {
		d := &j.r.Deposits[i]
		k, on := j.totalKey(int32(d.Row), paid)
		if d.Agrees || k.withBatch {
			continue
		}
		for lag := 0; lag <= j.m.opt.LagAfter && !d.Agrees; lag++ {
			k.day = before(on, lag)
			if g := j.daysUpTo(k, groups, func(g *group) bool { return g.paid(d.Stated) == d.Stated }); g != nil {
				d.pays(k.day, g)
			}
		}
		if k.day = before(on, usual); len(lags) > 0 && !d.Agrees {
			d.Day, d.Rows, d.Sum = 0, 0, 0
			if g := groups[k]; g != nil && !g.used {
				d.pays(k.day, g)
			}
		}
	}
}

// pays puts a pay-out against rows, the last of a day, which are used where it agrees with them.
func (d *Deposit) pays(day txn.Date, g *group) {
	d.Day, d.Rows, d.Sum = day, len(g.rows), g.paid(d.Stated)
	if d.Agrees = d.Sum == d.Stated; d.Agrees {
		g.use()
	}
}

// paid is what a pay-out of a group should be: its sum less the fees, or all of it where it is that.
func (g *group) paid(stated txn.Minor) txn.Minor {
	if g.sum == stated {
		return g.sum
	}
	return g.sum - g.fee
}

// fewDeposits is how many pay-outs have to agree before one that does not is worth a word.
const fewDeposits = 4

// sayDeposits says which pay-outs are not what their rows add up to, where nearly all are: others
// are asked for, and of any amount.
func (j *judge) sayDeposits(out *saying) {
	agree, off, first := 0, 0, -1
	for i, d := range j.r.Deposits {
		switch {
		case d.Agrees:
			agree++
		case d.Rows > 0:
			if off++; first < 0 {
				first = i
			}
		}
	}
	if off == 0 || agree < max(fewDeposits, 4*off) {
		return
	}
	d := &j.r.Deposits[first]
	n, all := digits.Group(int64(off)), digits.Group(int64(agree+off))
	out.say(fmt.Sprintf("%s 笔到账款中有 %s 笔不等于它所付各笔之和减手续费（首笔 %s：到账 %s，各笔得 %s）：请与收单机构核对。", all, n, d.Position, d.Stated.With(d.Currency), d.Sum.With(d.Currency)),
		fmt.Sprintf("Of %s pay-outs, not the sum of the rows that they pay less the fees: %s (the first at %s: %s, and the rows give %s). Ask the acquirer about them.", all, n, d.Position, d.Stated.With(d.Currency), d.Sum.With(d.Currency)))
}
