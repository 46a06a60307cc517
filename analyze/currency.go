package analyze

import (
	"cmp"
	"maps"
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Money of several currencies does not add up. Every sum of a Result is of its Currency,
// that of most rows; what moved in others stands in Totals.OtherCurrencies. States and
// risks of the reconciliation have a total for each currency.

// chooseCurrency sets the currency of the Result.
func (p *pipeline) chooseCurrency() {
	if p.currency = p.book.Currency(); p.currency != "" {
		return
	}
	n := map[string]int{}
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		for _, r := range p.book.Rows(side) {
			if r.Amount.Valid() {
				n[ledger.CurrencyOf(p.book, r)]++
			}
		}
	}
	if len(n) == 0 {
		return
	}
	p.currency = slices.MinFunc(slices.Collect(maps.Keys(n)), func(x, y string) int { return cmp.Or(cmp.Compare(n[y], n[x]), cmp.Compare(x, y)) })
	p.mixed = len(n) > 1
}

// misread reports whether a side that states no currency is in one whose decimals differ from those
// that its amounts were read with. Whole amounts in yen that came as messages are right: few of them
// are multiples of a hundred.
func (p *pipeline) misread(side txn.Side) bool {
	if !p.book.Silent(side) || p.mixed || txn.Exponent(p.currency) == 2 {
		return false
	}
	hundreds, n := 0, 0
	for _, r := range p.book.Rows(side) {
		if r.Amount.Valid() && r.Amount != 0 {
			n++
			if r.Amount%100 == 0 {
				hundreds++
			}
		}
	}
	return n > 0 && (hundreds == n || txn.Exponent(p.currency) > 2)
}

// foreign reports whether a row is of another currency than the Result.
func (p *pipeline) foreign(r *ledger.Row) bool {
	return p.mixed && ledger.CurrencyOf(p.book, r) != p.currency
}

// amount is the amount of a row as far as it may be added to sums, txn.NoAmount in a foreign row.
func (p *pipeline) amount(r *ledger.Row) txn.Minor {
	if p.foreign(r) {
		return txn.NoAmount
	}
	return r.Amount
}

// otherCurrencies counts the attempts of other currencies than that of the Result.
func (p *pipeline) otherCurrencies() (func(*attempt), func() []CurrencyCount) {
	by := map[string]*CurrencyCount{}
	add := func(a *attempt) {
		if !p.foreign(a.row) || !a.row.Amount.Valid() {
			return
		}
		name := ledger.CurrencyOf(p.book, a.row)
		c := by[name]
		if c == nil {
			c = &CurrencyCount{Currency: name}
			by[name] = c
		}
		c.Attempts++
		if a.result == approved {
			c.Approved++
			c.ApprovedAmount += int64(a.row.Amount)
		}
	}
	return add, func() (list []CurrencyCount) {
		for _, name := range slices.Sorted(maps.Keys(by)) {
			list = append(list, *by[name])
		}
		return list
	}
}

// proveByCurrency gives the proof the sums of each currency.
func (p *pipeline) proveByCurrency(out *Reconciliation) {
	by := map[string]Moved{}
	for _, t := range p.reconciled.Totals {
		m := by[t.Currency]
		by[t.Currency] = Moved{t.Currency, m.TerminalAmount + int64(t.TerminalAmount), m.SettlementAmount + int64(t.SettlementAmount)}
	}
	out.Proof.TerminalAmount, out.Proof.SettlementAmount = by[p.currency].TerminalAmount, by[p.currency].SettlementAmount
	delete(by, p.currency)
	for _, name := range slices.Sorted(maps.Keys(by)) {
		out.OtherCurrencies = append(out.OtherCurrencies, by[name])
	}
}
