package reconcile

import (
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// FeeRule is an agreed rate. The first rule that fits a row is used; empty
// fields fit every row.
type FeeRule struct {
	Institution, Merchant string
	Kinds                 []txn.Kind
	PPM                   int64     // millionths of the amount: 0.38% is 3800
	Fixed                 txn.Minor // added per row; this and what follows in hundredths of a unit of the row's currency
	Min, Max              txn.Minor // floor and cap; a Max of 0 is none
	Off                   txn.Minor // difference that still counts as agreeing, for rounding
}

// fee returns the agreed fee of a row, rounded half up to the minor unit.
func (f *FeeRule) fee(a txn.Minor) txn.Minor {
	const million = 1_000_000
	ppm := txn.Minor(f.PPM)
	v := f.Fixed + a/million*ppm + (a%million*ppm+million/2)/million
	v = max(v, f.Min)
	if f.Max > 0 {
		v = min(v, f.Max)
	}
	return v
}

// in is the rule with amounts in minor units of a currency with so many decimals.
func (f *FeeRule) in(decimals int) *FeeRule {
	if decimals == 2 {
		return f
	}
	v := *f
	v.Fixed, v.Min, v.Max, v.Off = hundredths(f.Fixed, decimals), hundredths(f.Min, decimals), hundredths(f.Max, decimals), hundredths(f.Off, decimals)
	return &v
}

// party is who is charged.
type party struct{ institution, merchant string }

func (m *Matches) party(r *ledger.Row) party {
	p := m.b.Place(r.Place)
	return party{m.b.Name(ledger.Institution, p.Institution), m.b.Name(ledger.Merchant, p.Merchant)}
}

// feeRule returns the rule for a row in minor units of its currency, nil where none fits. of is
// what either side calls who is charged: a settlement file often names no institution.
func (m *Matches) feeRule(r *ledger.Row, of ...party) *FeeRule {
	if len(m.opt.Fees) == 0 {
		return nil
	}
	return m.agreed(r.Kind, m.currency(r), of...)
}

// agreed is feeRule of a kind and currency.
func (m *Matches) agreed(kind txn.Kind, currency string, of ...party) *FeeRule {
	for i := range m.opt.Fees {
		if f := &m.opt.Fees[i]; f.covers(kind) && f.isOf(of) {
			return f.in(txn.Exponent(currency))
		}
	}
	return nil
}

func (f *FeeRule) isOf(of []party) bool {
	institution, merchant := f.Institution == "", f.Merchant == ""
	for _, p := range of {
		institution, merchant = institution || p.institution == f.Institution, merchant || p.merchant == f.Merchant
	}
	return institution && merchant
}

func (f *FeeRule) covers(k txn.Kind) bool { return len(f.Kinds) == 0 || slices.Contains(f.Kinds, k) }

// feeOff returns by how much the fee of a settlement row misses the agreed one, and whether that
// is more than may be; both are zero where nothing was agreed or stated.
func (m *Matches) feeOff(r *ledger.Row, of ...party) (off txn.Minor, wrong bool) {
	charged, agreed, rule := m.fees(r, of...)
	if rule == nil {
		return 0, false
	}
	off = charged - agreed
	return off, off > rule.Off || -off > rule.Off
}

// fees returns the fee of a settlement row and the agreed one; the rule is nil where one of
// them is not known. of is who is charged, as others than the row name them.
func (m *Matches) fees(r *ledger.Row, of ...party) (charged, agreed txn.Minor, rule *FeeRule) {
	if len(m.opt.Fees) == 0 || r.Extra == 0 || !r.Amount.Valid() {
		return 0, 0, nil
	}
	charged = m.b.Extra(r.Extra).Fee
	if rule = m.feeRule(r, append(of, m.party(r))...); !charged.Valid() || rule == nil {
		return 0, 0, nil
	}
	if back(r.Kind) == 1 && charged < 0 {
		charged = -charged // it came back with the money
	}
	return charged, rule.fee(r.Amount), rule
}
