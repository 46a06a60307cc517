package table

import (
	"slices"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// chargeName is what names of charges and of taxes on them have.
var chargeName = lazy.MustCompile(`(?i:(^|[^a-z])[sci]?(fees?|commission|charges?|` + taxes + `)($|[^a-z]))|[a-z](Fees?|Charges?|Tax|Vat|Gst)($|[^a-z])|费|税|費|稅`)

// judgeCharges finds out what was charged where amounts and net amounts tell: the column that is what
// lies between them, or what adds to the fee, as a tax on it does.
func (t *table) judgeCharges(rows []*sheet.Row) {
	amount, net, fee := t.m.first[field.Amount], t.m.first[field.Net], t.m.first[field.Fee]
	if net < 0 {
		net = t.m.first[field.NetCredit]
	}
	if t.m.format != nil || net < 0 {
		return
	}
	if dated := slices.DeleteFunc(slices.Clone(rows), func(r *sheet.Row) bool { return !t.m.dated(r) }); len(dated) > 0 {
		rows = dated // the others may be totals
	}
	charges := slices.Clone(t.m.parts) // as they are
	if fee >= 0 {
		charges = append(charges, fee)
	}
	if amount < 0 {
		if k := t.grossOf(rows, amount, net, charges); k >= 0 && !t.m.has(field.Debit) && !t.m.has(field.Credit) {
			t.m.columns[k].field = field.Amount
			t.m.rankAgain()
			t.f.note("%s is the amount: the fee lies between it and %s in all rows", t.m.columns[k].name, t.m.columns[net].name)
		}
		return
	}
	if len(charges) > 0 && t.charged(rows, amount, net, charges...) {
		return
	}
	if k := t.grossOf(rows, amount, net, charges); k >= 0 {
		was := t.m.columns[amount].name
		t.m.columns[k].field, t.m.columns[k].unit = field.Amount, t.m.columns[amount].unit
		t.m.columns[amount].field = field.Ignore
		t.m.rankAgain()
		t.f.note("%s is the amount, and not %s: the fee lies between it and %s in all rows", t.m.columns[k].name, was, t.m.columns[net].name)
		return
	}
	var other []int
	for i := range t.m.columns {
		switch c := &t.m.columns[i]; {
		case i == amount || slices.Contains(charges, i) || c.field != field.Fee && !chargeName.MatchString(c.name):
		case c.field == field.None || c.field == field.Fee || c.field == field.Amount && c.unit == field.Minor:
			other = append(other, i) // total_fee is an amount in fen where it is the only one
		}
	}
	between := func(what string, k int) {
		t.m.rankAgain()
		t.f.note(what, t.m.columns[k].name, t.m.columns[amount].name, t.m.columns[net].name)
	}
	for _, k := range other {
		if len(t.m.parts) == 0 && t.charged(rows, amount, net, k) {
			if fee >= 0 {
				t.m.columns[fee].field = field.Ignore
			}
			t.m.columns[k].field, t.m.columns[k].unit = field.Fee, field.UnitAuto
			between("%s is the fee: it is what lies between %s and %s", k)
			return
		}
	}
	for _, k := range other {
		if len(charges) > 0 && t.charged(rows, amount, net, append(charges, k)...) {
			t.m.columns[k].field, t.m.columns[k].part = field.None, true
			between("%s adds to the fee: together they are what lies between %s and %s", k)
			return
		}
	}
	if len(other) > 1 && t.charged(rows, amount, net, append(charges, other...)...) {
		for _, k := range other {
			t.m.columns[k].field, t.m.columns[k].part = field.None, true
		}
		between("%s and others are the fee: together they are what lies between %s and %s", other[0])
	}
}

// judgeNet finds out which of several amounts is the net amount, where no name says it: the one that
// is another of them less the fee in every row.
func (t *table) judgeNet(rows []*sheet.Row) {
	fee, first := t.m.first[field.Fee], t.m.first[field.Amount]
	if t.m.format != nil || fee < 0 || first < 0 || t.m.has(field.Net) || t.m.has(field.NetCredit) {
		return
	}
	for k := t.m.columns[first].alt; k >= 0; k = t.m.columns[k].alt {
		for _, pair := range [...][2]int{{first, k}, {k, first}} {
			if whole, net := pair[0], pair[1]; t.charged(rows, whole, net, fee) {
				t.m.columns[net].field = field.Net
				t.m.rankAgain()
				t.f.note("%s is the net amount: it is %s less the fee in all rows", t.m.columns[net].name, t.m.columns[whole].name)
				return
			}
		}
	}
}

// grossOf is the column of another amount from which the charges lead to the net amount in every row,
// as that of the order where the customer paid less by what the platform gave, or any column where
// none is called an amount; -1 where none is.
func (t *table) grossOf(rows []*sheet.Row, amount, net int, charges []int) int {
	if len(charges) == 0 {
		return -1
	}
	for k := range t.m.columns {
		c := &t.m.columns[k]
		if k == amount || k == net || slices.Contains(charges, k) || c.field != field.None && c.field != field.Amount {
			continue
		}
		if f, _, _, ok := field.Compose(c.name); (amount < 0 || c.field == field.Amount || ok && f == field.Amount) && t.charged(rows, k, net, charges...) {
			return k
		}
	}
	return -1
}

// charged reports whether columns add up to what lies between amount and net amount in every row
// that has both, and are all of use.
func (t *table) charged(rows []*sheet.Row, amount, net int, columns ...int) bool {
	used := make([]bool, len(columns))
	money := func(r *sheet.Row, k int, f field.Field) (v field.Value, ok bool) {
		c := cellAt(r, t.m.columns[k].index)
		if c == nil || placeholder(c.Text) {
			return field.Value{Minor: txn.NoAmount}, true
		}
		v, rule := t.parse(c.Text, f)
		return v, rule == ""
	}
	for _, r := range rows {
		whole, ok := money(r, amount, field.Amount)
		left, sound := money(r, net, field.Net)
		if !ok || !sound || whole.Negative || left.Negative || whole.Minor <= 0 || left.Minor <= 0 {
			continue
		}
		gap := whole.Minor - left.Minor
		for i, k := range columns {
			v, ok := money(r, k, field.Fee)
			if !ok {
				return false
			}
			gap -= v.Minor.Or(0)
			used[i] = used[i] || v.Minor.Or(0) != 0
		}
		if gap != 0 {
			return false
		}
	}
	return !slices.Contains(used, false)
}
