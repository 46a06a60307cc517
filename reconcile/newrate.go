package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A rate that nearly all sales of a merchant have up to some day, and hardly any after it, is a
// new tariff, which somebody should have agreed to.

const rateRows = 10 // that tell their rate, on each side of the day

// newRate is a rate that replaced another one.
type newRate struct {
	from     txn.Date
	old, to  int64 // in millionths
	currency string
}

// since is what the charges of merchants with a new rate come to.
type since struct {
	merchants int
	name      string // of the first
	n         int    // charges
	extra     txn.Minor
}

// replaced finds the day from which the second of the two usual rates stands for the first;
// day gives the day of a charge, 0 where its row has none.
func replaced(all []charge, day func(charge) txn.Date) (found newRate, ok bool) {
	var told []charge
	rates := map[int64]int{}
	for _, c := range all {
		if c.amount >= oddSample && day(c) != 0 {
			told = append(told, c)
			rates[c.rate()]++
		}
	}
	if len(told) < 2*rateRows || len(rates) < 2 {
		return newRate{}, false
	}
	usual := slices.SortedFunc(maps.Keys(rates), func(x, y int64) int { return cmp.Or(cmp.Compare(rates[y], rates[x]), cmp.Compare(x, y)) })[:2]
	most := 0
	for _, p := range [...][2]int64{{usual[0], usual[1]}, {usual[1], usual[0]}} {
		before, after := 0, rates[p[1]] // charges that keep to the rates, if the day of charge k is the first
		for k, c := range told {
			if k > 0 && day(c) != day(told[k-1]) && before+after > most &&
				k >= rateRows && len(told)-k >= rateRows && 10*before >= 9*k && 10*after >= 9*(len(told)-k) {
				most, found, ok = before+after, newRate{from: day(c), old: p[0], to: p[1]}, true
			}
			switch c.rate() {
			case p[0]:
				before++
			case p[1]:
				after--
			}
		}
	}
	return found, ok
}

// sayNewRates says since when merchants have a new rate, and what it comes to.
func (j *judge) sayNewRates(out *saying, of map[payee][]charge) {
	m := j.m
	day := func(c charge) txn.Date {
		if r := m.row(right, c.row); r.At.Valid() {
			return txn.DateOf(r.At.Time().In(m.opt.Location))
		}
		return 0
	}
	rates := map[newRate]since{}
	byName := func(x, y payee) int { return cmp.Compare(x.merchant, y.merchant) }
	for _, p := range slices.SortedFunc(maps.Keys(of), byName) {
		r, ok := replaced(of[p], day)
		if !ok {
			continue
		}
		r.currency = p.currency
		s := rates[r]
		if s.merchants++; s.merchants == 1 {
			s.name = m.b.Name(ledger.Merchant, m.b.Place(m.row(right, of[p][0].row).Place).Merchant)
		}
		usual := FeeRule{PPM: r.old}
		for _, c := range of[p] {
			if day(c) >= r.from {
				s.n, s.extra = s.n+1, s.extra+c.fee-usual.fee(c.amount)
			}
		}
		rates[r] = s
	}
	for _, r := range slices.SortedFunc(maps.Keys(rates), func(x, y newRate) int {
		return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.old, y.old), cmp.Compare(x.to, y.to), cmp.Compare(x.currency, y.currency))
	}) {
		out.say(r.say(rates[r]))
	}
}

func (r newRate) say(s since) (zh, en string) {
	zh, en = "手续费率", "The rate of the fees"
	switch {
	case s.merchants > 1:
		zh, en = fmt.Sprintf("%d 家商户的手续费率", s.merchants), fmt.Sprintf("The rate of the fees of %d merchants", s.merchants)
	case s.name != "":
		zh, en = "商户 "+s.name+" 的手续费率", "The rate of the fees of merchant "+s.name
	}
	zhMore, enMore := "多收", "more"
	if s.extra < 0 {
		zhMore, enMore, s.extra = "少收", "less", -s.extra
	}
	old, to := netRates{txn.Minor(r.old)}, netRates{txn.Minor(r.to)}
	n, sum := digits.Group(int64(s.n)), s.extra.With(r.currency)
	return fmt.Sprintf("%s从 %s 起由 %s 变为 %s，此后 %s 笔共%s %s：请核对是否约定过。", zh, r.from, old, to, n, zhMore, sum),
		fmt.Sprintf("%s went from %s to %s on %s, which is %s %s for the %s sales since: see whether that was agreed.", en, old, to, r.from, sum, enMore, n)
}
