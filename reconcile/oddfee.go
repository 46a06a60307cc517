package reconcile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Where no fees are agreed, a file itself says what is usual: the rate of nearly all rows of a
// merchant. A row that was charged more than it has a fee that somebody typed or booked
// wrongly; a few with a rate of their own are another kind of card, and none of it.

const (
	oddRows   = 20      // of a merchant, to know what is usual
	oddShare  = 20      // one in so many may be odd
	oddSample = 10_000  // minor units from which a fee tells its rate to the hundredth of a percent
	oddMost   = 200_000 // settlement rows: this is for a merchant's list
)

// charge is the fee of a settled sale.
type charge struct {
	amount, fee txn.Minor
	row         int32
}

// rate is the rate of a charge in millionths, to the hundredth of a percent.
func (c charge) rate() int64 {
	return int64((c.fee*1_000_000/c.amount + netStep/2) / netStep * netStep)
}

// odd are the charges of a merchant above its usual rate.
func odd(all []charge) (above []charge, extra txn.Minor) {
	if len(all) < oddRows {
		return nil, 0
	}
	usual, votes, told := usualRate(all)
	if votes < 5 || 5*votes < 4*told || usual == 0 {
		return nil, 0
	}
	rule := FeeRule{PPM: usual}
	for _, c := range all {
		if off := c.fee - rule.fee(c.amount); off > 1 {
			above, extra = append(above, c), extra+off
		}
	}
	if len(above)*oddShare > len(all) {
		return nil, 0
	}
	if _, votes, _ := usualRate(above); len(above) > 2 && 2*votes >= len(above) {
		return nil, 0 // a tariff
	}
	return above, extra
}

// usualRate is the rate that most charges tell, how many do, and how many tell any.
func usualRate(list []charge) (usual int64, votes, told int) {
	rates := map[int64]int{}
	for _, c := range list {
		if c.amount >= oddSample {
			rates[c.rate()]++
			told++
		}
	}
	for _, rate := range slices.Sorted(maps.Keys(rates)) {
		if rates[rate] > votes {
			usual, votes = rate, rates[rate]
		}
	}
	return usual, votes, told
}

// payee is whose charges are compared with each other.
type payee struct {
	merchant uint64
	currency string
}

// charges are the fees of settled sales, in the order of time; none where fees are agreed,
// by which each is judged.
func (j *judge) charges() map[payee][]charge {
	m := j.m
	of := map[payee][]charge{}
	if n := m.partner[right].len(); len(m.opt.Fees) > 0 || n > oddMost {
		return of
	}
	for i := range int32(m.partner[right].len()) {
		r := m.row(right, i)
		if r.Kind != txn.Sale || r.Extra == 0 || !r.Amount.Valid() || r.Amount <= 0 || m.partner[right].at(i) == copyOf {
			continue
		}
		if fee := m.b.Extra(r.Extra).Fee; fee.Valid() && fee >= 0 {
			k := payee{m.ids.value(r, fMID), m.currency(r)}
			of[k] = append(of[k], charge{r.Amount, fee, i})
		}
	}
	return of
}

// sayFees says which fees are above those of all other rows of their merchant, and whose rate
// is another one from some day on.
func (j *judge) sayFees(out *saying) {
	of := j.charges()
	j.sayOddFees(out, of)
	j.sayNewRates(out, of)
}

func (j *judge) sayOddFees(out *saying, of map[payee][]charge) {
	m := j.m
	count, sums, first := 0, map[string]txn.Minor{}, int32(-1)
	for p, list := range of {
		above, extra := odd(list)
		if len(above) == 0 {
			continue
		}
		count += len(above)
		sums[p.currency] += extra
		if first < 0 || above[0].row < first {
			first = above[0].row
		}
	}
	if count == 0 {
		return
	}
	var extra string
	for i, currency := range slices.Sorted(maps.Keys(sums)) {
		if i > 0 {
			extra += " + "
		}
		extra += sums[currency].With(currency)
	}
	n, at := digits.Group(int64(count)), ledger.Pos(m.b, m.row(right, first)).String()
	out.say(fmt.Sprintf("%s 笔手续费高于同一商户其余各笔的费率，共多收 %s（首笔 %s）：请与收单机构核对。", n, extra, at),
		fmt.Sprintf("Fees above the rate of all other sales of their merchant: %s, by %s in all (the first at %s). Ask the acquirer about them.", n, extra, at))
}
