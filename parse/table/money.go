package table

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// judgeLetters finds lists of card payments in which CR marks what was paid back: most amounts
// have no letter, and none has DR. On an account it is money that comes in.
func (t *table) judgeLetters(rows []*sheet.Row) {
	if !t.m.has(field.TID) && !t.m.has(field.AuthCode) && !t.m.has(field.Code) || t.m.account() {
		return
	}
	bare, back, other := 0, 0, 0
	t.each(rows, field.Amount, func(c *sheet.Cell) {
		switch v, rule := field.ParseIn(c.Text, field.UnitAuto, t.ctx.Decimal, 3, true); {
		case rule != "" || !v.Minor.Valid():
		case v.Letter == 'C':
			back++
		case v.Letter != 0:
			other++
		default:
			bare++
		}
	})
	if t.ctx.Marked = other == 0 && back < bare; t.ctx.Marked && back > 0 {
		t.f.note("amounts with CR are taken for refunds: most have no letter")
	}
}

// judgeAmount finds out which of several amounts is that of the row where fee and net amount
// tell: rows of instalments state the whole sale besides. It is taken where it explains the
// net amount of every row, and the first one that of none.
func (t *table) judgeAmount(rows []*sheet.Row) {
	first := t.m.first[field.Amount]
	if t.m.format != nil || first < 0 || t.m.columns[first].alt < 0 || !t.m.has(field.Fee) || !t.m.has(field.Net) {
		return
	}
	value := func(r *sheet.Row, k int) (txn.Minor, bool) {
		c := cellAt(r, t.m.columns[k].index)
		if c == nil {
			return 0, false
		}
		v, rule := t.parse(c.Text, t.m.columns[k].field)
		return v.Minor, rule == "" && v.Minor.Valid()
	}
	explains := func(k int) (all, none bool) {
		n, good := 0, 0
		for _, r := range rows {
			net, ok1 := value(r, t.m.first[field.Net])
			fee, ok2 := value(r, t.m.first[field.Fee])
			if !ok1 || !ok2 || !t.m.dated(r) {
				continue
			}
			n++
			if a, ok := value(r, k); ok && (a-fee == net || a+fee == net) {
				good++
			}
		}
		return good == n, good == 0 && n > 0
	}
	if _, none := explains(first); !none {
		return
	}
	for k := t.m.columns[first].alt; k >= 0; k = t.m.columns[k].alt {
		if all, _ := explains(k); all {
			t.f.note("amounts are those of %s, not of %s: less fees, they are the net amounts", t.m.columns[k].name, t.m.columns[first].name)
			for i := range t.m.columns {
				if c := &t.m.columns[i]; c.field == field.Amount && i != k {
					c.field = field.Ignore
				}
			}
			t.m.rankAgain()
			return
		}
	}
}

// judgeRate finds columns of the fee that hold its rate: their values end in a sign of percent, or
// are no charge of any row, and as a percentage that of all.
func (t *table) judgeRate(rows []*sheet.Row) {
	for t.m.format == nil {
		k := t.m.first[field.Fee]
		if k < 0 || !t.percent(rows) && !t.rated(rows) {
			return
		}
		t.m.columns[k].field = field.Ignore
		t.m.rankAgain()
		t.f.note("%s is the rate of the fee, no amount", t.m.columns[k].name)
	}
}

// percent reports whether all fees end in a sign of percent.
func (t *table) percent(rows []*sheet.Row) bool {
	n, bare := 0, 0
	t.each(rows, field.Fee, func(c *sheet.Cell) {
		if s := sheet.Clean(c.Text); placeholder(s) {
		} else if strings.HasSuffix(s, "%") || strings.HasSuffix(s, "‰") {
			n++
		} else {
			bare++
		}
	})
	return n > 0 && bare == 0
}

// rated reports whether no fee is what lies between amount and net amount, and all are the
// percentage that it is.
func (t *table) rated(rows []*sheet.Row) bool {
	if !t.m.has(field.Amount) || !t.m.has(field.Net) || len(t.m.parts) > 0 {
		return false
	}
	n := 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		var v [3]txn.Minor
		for i, f := range [...]field.Field{field.Amount, field.Net, field.Fee} {
			c := cellAt(r, t.m.columns[t.m.first[f]].index)
			if c == nil {
				return false
			}
			a, rule := t.parse(c.Text, f)
			if rule != "" || !a.Minor.Valid() {
				return false
			}
			v[i] = a.Minor
		}
		charge, rate := v[0]-v[1], v[2]
		if charge == rate && charge != 0 {
			return false
		}
		if off := charge*10_000 - v[0]*rate; off > 10_000 || off < -10_000 { // a cent, however it was rounded
			return false
		}
		if charge != 0 {
			n++
		}
	}
	return n > 0
}

// judgeTip finds the column of what the card paid where a tip or a tax stands beside the amount: the
// one that is the amount and these in every row.
func (t *table) judgeTip(rows []*sheet.Row) {
	amount := t.m.first[field.Amount]
	var more []int
	for i, c := range t.m.columns {
		if c.field <= field.Ignore && (tipName.MatchString(c.name) || taxName.MatchString(c.name)) {
			more = append(more, i)
		}
	}
	if t.m.format != nil || amount < 0 || len(more) == 0 {
		return
	}
	value := func(r *sheet.Row, k int) (txn.Minor, bool) {
		c := cellAt(r, t.m.columns[k].index)
		if c == nil {
			return 0, slices.Contains(more, k) // a row without a tip
		}
		v, rule := t.parse(c.Text, field.Amount)
		return v.Minor, rule == "" && v.Minor.Valid()
	}
	paid := func(k int) bool {
		beside := 0
		for _, r := range rows {
			sum, ok := value(r, amount)
			if !ok || !t.m.dated(r) {
				continue
			}
			bare := sum
			for _, m := range more {
				v, ok := value(r, m)
				if !ok {
					return false
				}
				sum += v
			}
			if all, ok := value(r, k); !ok || all != sum {
				return false
			}
			if sum != bare {
				beside++
			}
		}
		return beside > 0
	}
	for k := range t.m.columns {
		if c := &t.m.columns[k]; k != amount && !slices.Contains(more, k) && (c.field <= field.Ignore || c.field == field.Amount) && paid(k) {
			t.f.note("amounts are those of %s: %s and %s together", c.name, t.m.columns[amount].name, t.m.columns[more[0]].name)
			for i := range t.m.columns {
				if c := &t.m.columns[i]; c.field == field.Amount {
					c.field = field.Ignore
				}
			}
			c.field, c.unit = field.Amount, t.m.columns[amount].unit
			t.m.rankAgain()
			return
		}
	}
}

var tipName = lazy.MustCompile(`(^|[ _(-])(?i:tips?|gratuity|propina|gorjeta|mancia|pourboire|trinkgeld)($|[ _)(-])|[a-z](Tip|Gratuity)$|^(Tip|Gratuity)[A-Z]|小费`)

// judgeFee finds fee columns that hold charges as negative numbers: every fee of
// a row with a positive amount, or net amount where there is no other, that is not zero is below it.
// Those of refunds come back.
func (t *table) judgeFee(rows []*sheet.Row) {
	fee, amount := t.m.first[field.Fee], t.m.first[field.Amount]
	if amount < 0 {
		amount = t.m.first[field.Net]
	}
	if fee < 0 || amount < 0 {
		return
	}
	above, below := 0, 0
	for _, r := range rows {
		a, f := cellAt(r, t.m.columns[amount].index), cellAt(r, t.m.columns[fee].index)
		if a == nil || f == nil {
			continue
		}
		av, rule := t.parse(a.Text, field.Amount)
		if rule != "" || av.Negative || av.Minor.Or(0) == 0 || t.refunds(r) {
			continue
		}
		switch t.sign(f, field.Fee) {
		case -1:
			below++
		case 1:
			above++
		}
	}
	if below > 0 && above == 0 {
		t.turned = true
		t.f.note("fees are written as negative amounts where they are charged")
	}
}

// refunds reports whether the word for the kind of a row says that it is a refund.
func (t *table) refunds(r *sheet.Row) bool {
	return field.ParseKind(t.kindWord(r)) == txn.Refund
}

// kindWord is the word for the kind of a row.
func (t *table) kindWord(r *sheet.Row) string {
	if k := t.m.first[field.Kind]; k >= 0 {
		if c := cellAt(r, t.m.columns[k].index); c != nil {
			return sheet.Clean(c.Text)
		}
	}
	return ""
}

// judgeSales finds out whether rows whose word says sale have amounts of both signs: a
// wallet writes payments that came in and that went out under the same word. Where all
// have a minus, it is the account of somebody who buys. At a terminal, one with a minus was paid back. What went out of an account with
// a balance was never sold by its owner; where a statement in Chinese says 消费, that is what
// the other side reconciles with.
func (t *table) judgeSales(rows []*sheet.Row) {
	kind, amount := t.m.first[field.Kind], t.m.first[field.Amount]
	if kind < 0 || t.m.has(field.Direction) {
		return
	}
	if t.m.account() && !t.chinese() && (t.m.has(field.Debit) || slices.ContainsFunc(t.m.columns, func(c column) bool { return field.OfAccount(c.name) })) {
		t.ctx.Outgoing = true
		return
	}
	if amount < 0 {
		return
	}
	in, out, credits, debits := 0, 0, 0, 0
	for _, r := range rows {
		k, a := cellAt(r, t.m.columns[kind].index), cellAt(r, t.m.columns[amount].index)
		if k == nil || a == nil || field.ParseKind(k.Text) != txn.Sale {
			continue
		}
		switch v, rule := t.parse(a.Text, field.Amount); {
		case rule != "" || !v.Minor.Valid() || v.Minor == 0:
		case v.Negative:
			out++
		default:
			in++
			if v.Letter == 'C' {
				credits++
			} else if v.Letter == 'D' {
				debits++
			}
		}
	}
	t.ctx.Lettered = credits > 0 && debits > 0
	t.ctx.Spent = in == 0 && out > 0
	if in > 0 && out > 0 && !t.m.has(field.TID) {
		t.ctx.Outgoing = true
		t.f.note("%s stands for payments of both signs; those with a minus went out and are no sales", t.m.columns[kind].name)
	}
}

// judgeSigns finds signs of amounts that are written as 0 for a plus and 1 for a minus, as Japanese
// acquirers do.
func (t *table) judgeSigns(rows []*sheet.Row) {
	k := t.m.first[field.Direction]
	if k < 0 || t.m.format != nil || !strings.Contains(t.m.columns[k].name, "符号") {
		return
	}
	if values, _ := t.m.values(k, rows); len(values) > 0 && all(func(v string) bool { return v == "0" || v == "1" })(values) {
		t.ctx.In, t.ctx.Out, t.ctx.NegativeKind = []string{"0"}, []string{"1"}, txn.Refund
		t.f.note("%s 0 is a plus and 1 a minus", t.m.columns[k].name)
	}
}

// judgeCredits finds the word of American processors for a refund: beside sales, what is
// called a credit goes back to the card. On an account it is money that comes in.
func (t *table) judgeCredits(rows []*sheet.Row) {
	sales, credits := false, false
	t.each(rows, field.Kind, func(c *sheet.Cell) {
		switch field.Compact(c.Text) {
		case "SALE", "SALES", "PURCHASE", "AUTHCAPTURE", "PRIORAUTHCAPTURE", "DÉBIT":
			sales = true
		case "CREDIT", "CREDITS", "CRÉDIT":
			credits = true
		}
	})
	if !sales || !credits || t.m.account() || t.m.has(field.Direction) {
		return
	}
	for _, w := range [...]string{"CREDIT", "CREDITS", "CRÉDIT"} {
		t.ctx.Mean(w, txn.Refund)
	}
	t.f.note("credit stands for refunds, as it does beside sales")
}

// judgeSettled takes the word settlement for a payment where each of its rows has a fee or a net
// amount beside an amount, and no other word is one for a payment. Elsewhere it is the
// end of a terminal's batch.
func (t *table) judgeSettled(rows []*sheet.Row) {
	if t.m.format != nil || !t.m.has(field.Amount) || !t.m.has(field.Fee) && !t.m.has(field.Net) {
		return
	}
	settled, sales := false, false
	t.each(rows, field.Kind, func(c *sheet.Cell) {
		settled = settled || field.Compact(c.Text) == "SETTLEMENT"
		sales = sales || field.ParseKind(c.Text) == txn.Sale
	})
	if !settled || sales {
		return
	}
	t.ctx.Mean("SETTLEMENT", txn.Sale)
	t.f.note("settlement stands for payments: its rows have fees or net amounts, and no other word is one for a payment")
}

// paidNames and orderNames are parts of the names of what was paid, and of what was to be paid.
var (
	paidNames  = lazy.MustCompile(`^(实付|支付|付款)|PAID|PAYAMOUNT`)
	orderNames = lazy.MustCompile(`订单|应付|ORDER`)
)

// judgeShared finds amounts that stand in one of two columns, with zero in the other, as
// those of domestic and of foreign cards do, or those of orders of which nothing was paid.
func (t *table) judgeShared(rows []*sheet.Row) {
	k := t.m.first[field.Amount]
	if k < 0 || t.m.format != nil || t.m.columns[k].alt < 0 {
		return
	}
	one, other := t.m.columns[k], t.m.columns[t.m.columns[k].alt]
	if paidNames.MatchString(field.Compact(one.name)) && orderNames.MatchString(field.Compact(other.name)) {
		t.shared = k
		t.f.note("where %s is zero, the amount is that of %s", one.name, other.name)
		return
	}
	given := false // by the second, where the first has zero
	for _, r := range rows {
		a, b := cellAt(r, one.index), cellAt(r, other.index)
		if a == nil || b == nil || t.sign(b, field.Amount) == 0 {
			continue
		}
		if t.sign(a, field.Amount) != 0 {
			return
		}
		given = true
	}
	if given {
		t.shared = k
		t.f.note("where %s is zero, the amount is that of %s: no row has both", one.name, other.name)
	}
}

// judgeDebit finds debit columns that hold negative numbers only, as 支出金额（-元）
// does: the minus says what the column says. One or two of them may be bookings in red ink,
// as Chinese bookkeeping writes them.
func (t *table) judgeDebit(rows []*sheet.Row) {
	k := t.m.first[field.Debit]
	if k < 0 {
		return
	}
	above, below := 0, 0
	t.each(rows, field.Debit, func(c *sheet.Cell) {
		switch t.sign(c, field.Debit) {
		case -1:
			below++
		case 1:
			above++
		}
	})
	name := t.m.columns[k].name
	if above == 0 && (below > 2 || below > 0 && (!strings.ContainsFunc(name, unlatin) || strings.Contains(name, "-元") || strings.Contains(name, "－元"))) {
		t.ctx.Minus = true
		t.f.note("amounts of %s are written with a minus", name)
	}
}

var (
	commaDecimal = lazy.MustCompile(`\d,\d{2}\D*$`)
	pointDecimal = lazy.MustCompile(`\d\.\d{2}\D*$`)
	pointGroups  = lazy.MustCompile(`^[^0-9.]*[1-9]\d{0,2}((?:\.\d{3})+)\D*$`)
)

// roundCurrencies are those that nobody pays parts of, in countries where points separate
// thousands.
var roundCurrencies = map[string]bool{"IDR": true, "VND": true, "CLP": true, "PYG": true, "COP": true, "ISK": true}

func (t *table) judgeDecimal(rows []*sheet.Row) {
	comma, point, groups, sure := 0, 0, 0, false
	small, large, grouped := 0, 0, 0 // whole numbers below and above a thousand, and others in groups
	east := t.currency == "CNY" || t.unlatin()
	for f := field.Amount; f <= field.RefundAmount; f++ {
		t.each(rows, f, func(c *sheet.Cell) {
			switch {
			case c.Kind != sheet.Text:
			case commaDecimal.MatchString(c.Text):
				comma++
			case pointDecimal.MatchString(c.Text):
				point++
			case strings.IndexByte(c.Text, '.') > 0:
				if m := pointGroups.FindStringSubmatch(c.Text); m == nil {
					point++
				} else if grouped++; f != field.Fee && f != field.Net {
					groups++
					sure = sure || len(m[1]) > len(".000") || m[1][3] != '0' && !east // 1.250.000, and 12.345, which no price of two decimals is
				}
			case digitsIn(c.Text) > 3:
				large++
			case strings.Trim(c.Text, "$-0 ") != "" && digitsIn(c.Text) > 0:
				small++
			}
		})
	}
	sure = sure || small > 0 && large == 0 && grouped > 1 && !east // 193 beside 12.990: no number above a thousand is without a point
	if groups > 0 && comma == 0 && point == 0 && (sure || roundCurrencies[t.currency]) && t.decimals != 3 {
		t.ctx.Decimal = field.DecimalComma
		t.f.note("the point separates thousands: it stands before three digits in all amounts that have one")
		return
	}
	if comma > 0 && point == 0 {
		t.ctx.Decimal = field.DecimalComma
		t.f.note("the comma separates decimals: amounts end in a comma and two digits")
	}
}

// judgeCurrency finds out how many decimals the amounts of the table have, and whether
// fees and net amounts have a currency of their own.
func (t *table) judgeCurrency(rows []*sheet.Row) {
	t.decimals = 2
	seen := map[string]bool{}
	add := func(currency string) {
		if currency == "" || seen[currency] || len(seen) > 20 {
			return
		}
		if e := txn.Exponent(currency); len(seen) == 0 {
			t.decimals = e
		} else if e != t.decimals {
			t.decimals = -1
		}
		if seen[currency] = true; t.currency == "" {
			t.currency = currency
		}
	}
	state := func(text string) { add(t.states(text)) }
	for _, g := range t.given {
		if g.field == field.Currency {
			state(g.text)
		}
	}
	if t.m.format != nil {
		for _, c := range t.m.format.Set {
			if c.Field == field.Currency {
				state(c.Value)
			}
		}
	}
	if k := t.m.first[field.Currency]; k >= 0 {
		t.each(rows, field.Currency, func(c *sheet.Cell) { state(c.Text) })
		if len(seen) == 1 && t.currency != "CNY" && !t.chinese() && slices.ContainsFunc(rows, func(r *sheet.Row) bool {
			c := cellAt(r, t.m.columns[k].index)
			return t.m.dated(r) && (c == nil || placeholder(c.Text)) && t.m.columns[k].alt < 0
		}) {
			t.shown = t.currency
			t.f.note("rows that state no currency are taken as %s, which the others state", t.shown)
		}
		for k = t.m.columns[k].alt; k >= 0; k = t.m.columns[k].alt {
			if name := field.Normalize(t.m.columns[k].name); strings.Contains(name, "NET") || strings.Contains(name, "结算") {
				t.netCurrency = t.m.columns[k].index + 1
			}
		}
	} else {
		bare, shown, dollars, said := 0, 0, 0, len(seen) > 0
		t.each(rows, field.Amount, func(c *sheet.Cell) {
			if v, rule := field.ParseIn(c.Text, field.UnitAuto, t.ctx.Decimal, 3, true); rule == "" {
				if add(v.Currency); v.Currency != "" {
					if shown++; v.Currency == "USD" && !strings.Contains(strings.ToUpper(c.Text), "US") {
						dollars++
					}
				} else if v.Minor.Valid() {
					bare++
				}
			}
		})
		if bare > 0 && (shown >= bare || !t.chinese()) && !said && len(seen) == 1 && t.currency != "CNY" { // the others of a Chinese file are yuan
			t.shown = t.currency
			t.f.note("amounts that show no currency are taken as %s, which the others show", t.shown)
		} else if bare > 0 && shown > 0 && !said && t.chinese() {
			add("CNY")
		}
		if dollars == shown && dollars > 0 && !said && t.m.format == nil && !t.american(rows) {
			t.f.note("amounts with $ are taken as USD; set: {currency: AUD} in a format file if they are others")
		}
	}
	if t.decimals < 0 {
		t.f.note("amounts have currencies that differ in their decimals: totals of money are not checked")
	}
}

// states is the currency that a text states, "" for none.
func (t *table) states(text string) string {
	if r := txn.New(); !placeholder(text) && t.ctx.Set(r, field.Currency, text) == nil {
		return r.Currency
	}
	return ""
}

// wholeFees reports whether every charge is a whole number and all are of one rate but for
// rounding: a charge in yuan would show its fen. A flat fee tells nothing. What lies between
// amount and net amount is a charge as well as what the column of fees says.
func (t *table) wholeFees(rows []*sheet.Row) bool {
	amount := t.m.first[field.Amount]
	if amount < 0 {
		return false
	}
	cents := true // in yen all numbers are whole, and in some others they are in practice
	t.each(rows, field.Currency, func(c *sheet.Cell) {
		switch field.Compact(c.Text) {
		case "CNY", "RMB", "156", "人民币", "人民币元", "", "USD", "EUR", "GBP", "HKD", "INR", "BRL", "AUD", "CAD", "NZD", "SGD", "MYR", "CHF", "PLN", "AED", "SAR", "ZAR", "MXN":
		default:
			cents = false
		}
	})
	if !cents {
		return false
	}
	whole := &t.m.columns[amount]
	between := func(amount, net txn.Minor) txn.Minor { return amount - net }
	for _, f := range [...]field.Field{field.Net, field.NetCredit} {
		if k := t.m.first[f]; k >= 0 && t.oneRate(rows, whole, &t.m.columns[k], between) {
			return true
		}
	}
	k := t.m.first[field.Fee]
	if k < 0 {
		return false
	}
	itself := func(_, charge txn.Minor) txn.Minor { return charge }
	fee := &t.m.columns[k]
	return t.oneRate(rows, whole, fee, itself) || slices.ContainsFunc(t.m.columns, func(c column) bool {
		return c.field == field.None && taxName.MatchString(c.name) && t.oneRate(rows, fee, &c, itself)
	})
}

// taxes are words for taxes on sales and charges.
const taxes = `tax|vat|gst|iva|igv|itbis|ppn|mwst`

// taxName is what names of taxes have.
var taxName = lazy.MustCompile(`(?i:(^|[^a-z])[sci]?(` + taxes + `)($|[^a-z]))|税|稅`)

// oneRate reports whether what the columns of amounts and of another sum say was charged is whole, of
// one rate, and rounded.
func (t *table) oneRate(rows []*sheet.Row, amounts, others *column, charge func(amount, other txn.Minor) txn.Minor) bool {
	n, rounded, low, high := 0, 0, 0.0, 1.0
	for a, f := range t.m.both(rows, amounts, others) {
		av, rule1 := field.ParseAmount(a.Text, field.UnitAuto, t.ctx.Decimal)
		fv, rule2 := field.ParseAmount(f.Text, field.UnitAuto, t.ctx.Decimal)
		if rule1 != "" || rule2 != "" || !av.Bare || !fv.Bare {
			return false
		}
		c := charge(av.Minor, fv.Minor)
		if av.Minor <= 0 || fv.Minor <= 0 || fv.Negative || c <= 0 {
			continue
		}
		x, y := float64(av.Minor), float64(c) // both times 100
		if low, high = max(low, (y-100)/x), min(high, (y+100)/x); low > high {
			return false
		}
		if int64(c)*10_000%int64(av.Minor) != 0 { // no rate of whole hundredths of a percent
			rounded++
		}
		n++
	}
	return n >= 3 && rounded >= 2
}

// created reports whether all times are those of creation in Unix time.
func (t *table) created(rows []*sheet.Row) bool {
	k := t.m.first[field.Time]
	if k < 0 || !strings.HasPrefix(field.Compact(t.m.columns[k].name), "CREAT") {
		return false
	}
	unix := true
	t.each(rows, field.Time, func(c *sheet.Cell) {
		s := sheet.Clean(c.Text)
		unix = unix && (len(s) == 10 || len(s) == 13) && digitsIn(s) == len(s)
	})
	return unix
}

// judgeWhole settles the unit of amounts under names that interfaces have: fen, unless all of
// them have two decimals, or some in a workbook, which drops the zeros of 67.00. Whole numbers with
// a stray .0 are fen.
func (t *table) judgeWhole(rows []*sheet.Row) {
	for i := range t.m.columns {
		c := &t.m.columns[i]
		if c.unit != field.Whole {
			continue
		}
		n, points, stored := 0, 0, false
		for _, r := range rows {
			if cell := cellAt(r, c.index); cell != nil && t.m.dated(r) && sheet.Clean(cell.Text) != "" {
				n++
				if pointDecimal.MatchString(cell.Text) {
					points++
					stored = stored || cell.Kind == sheet.Number
				}
			}
		}
		if c.unit = field.Minor; n > 0 && (points == n || stored) {
			c.unit = field.Major
			t.f.note("amounts are in yuan: those under %s have decimals", c.name)
		}
		t.ctx.Units[c.field] = c.unit
	}
}

// judgeParts finds amounts in yuan under names that say fen: they have decimals, and some of them
// or of the fees parts of a fen. Amounts without decimals may well have fees of half a fen.
func (t *table) judgeParts(rows []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	var named []*column
	parts, points := false, false
	for i := range t.m.columns {
		c := &t.m.columns[i]
		if !c.field.Money() || c.unit != field.Minor {
			continue
		}
		named = append(named, c)
		for _, r := range rows {
			if cell := cellAt(r, c.index); cell != nil && t.m.dated(r) && pointDecimal.MatchString(cell.Text) {
				points = points || c.field == field.Amount
				parts = parts || !strings.HasSuffix(sheet.Clean(cell.Text), ".00")
			}
		}
	}
	if !parts || !points {
		return
	}
	for _, c := range named {
		c.unit = field.Major
		t.ctx.Units[c.field] = field.Major
	}
	t.f.note("amounts are in yuan, whatever the name %s says: some have parts of a fen", named[0].name)
}

// judgeBeside finds sums in fen beside amounts whose name says fen, under names that do not: whole
// numbers, no more than the amounts, some of which would be far too large in yuan.
func (t *table) judgeBeside(rows []*sheet.Row) {
	k := t.m.first[field.Amount]
	if k < 0 || t.ctx.Units[field.Amount] != field.Minor || t.m.format != nil {
		return
	}
	for f := field.Amount + 1; f <= field.RefundAmount; f++ {
		j := t.m.first[f]
		if j < 0 || t.ctx.Units[f] != field.UnitAuto {
			continue
		}
		most := int64(200) // percent of the amount
		if f == field.Fee {
			most = 20
		}
		fen, large := true, false
		for a, c := range t.m.both(rows, &t.m.columns[k], &t.m.columns[j]) {
			whole, rule := field.ParseAmount(a.Text, field.Minor, t.ctx.Decimal)
			v, bad := field.ParseAmount(c.Text, field.Minor, t.ctx.Decimal)
			if rule != "" || !whole.Minor.Valid() || whole.Minor == 0 || bad == "" && !v.Minor.Valid() {
				continue
			}
			fen = fen && bad == "" && v.Minor <= whole.Minor && pointDecimal.FindString(c.Text) == ""
			large = large || fen && int64(v.Minor)*100*100 > int64(whole.Minor)*most
		}
		if fen && large {
			t.ctx.Units[f] = field.Minor
			t.f.note("%s is in the unit of the amounts: in the other it would be too much", t.m.columns[j].name)
		}
	}
}

// judgeUnit looks at amounts that are all whole numbers. A total among the first
// rows decides; failing that, exporters that write yuan write two decimals and
// databases keep fen. A workbook drops the zeros of 67.00, so its numbers prove
// nothing.
func (t *table) judgeUnit(rows []*sheet.Row) {
	k := t.m.first[field.Amount]
	if k < 0 || t.ctx.Units[field.Amount] != field.UnitAuto || t.decimals == 0 {
		return
	}
	var shape field.Shape
	whole := 0
	var sum, total int64 // in units of the text
	for _, r := range rows {
		c := cellAt(r, t.m.columns[k].index)
		if c == nil {
			continue
		}
		v, rule := field.ParseAmount(c.Text, field.UnitAuto, t.ctx.Decimal)
		if rule != "" || !v.Minor.Valid() {
			continue
		}
		if !t.m.dated(r) {
			if grandTotal.MatchString(firstText(r)) {
				total = int64(v.Minor)
			}
			continue
		}
		if c.Kind != sheet.Text || !v.Bare || len(sheet.Clean(c.Text)) == 12 {
			return
		}
		n := int64(v.Minor) / 100
		sum += n
		whole++
		shape.Add(c.Text)
	}
	decimals := false
	for _, r := range rows {
		for f := field.Amount + 1; f <= field.RefundAmount && t.m.dated(r); f++ {
			if k := t.m.first[f]; k >= 0 {
				c := cellAt(r, t.m.columns[k].index)
				decimals = decimals || c != nil && pointDecimal.MatchString(c.Text)
			}
		}
	}
	why := ""
	switch {
	case whole == 0 || decimals || total == sum*100:
		return
	case total == sum && total != 0:
		why = "that is what their total says"
	case shape.Fen():
		why = strings.TrimPrefix(field.FenNote, "amounts are taken as fen: ")
	case t.wholeFees(rows):
		why = "fees of one rate are rounded to whole numbers"
	case shape.Large() && t.created(rows):
		why = strings.TrimPrefix(field.CreatedNote, "amounts are taken as fen: ")
	default:
		t.f.note(field.MajorNote)
		return
	}
	for f := field.Amount; f <= field.RefundAmount; f++ {
		if t.ctx.Units[f] == field.UnitAuto {
			t.ctx.Units[f] = field.Minor
		}
	}
	t.f.note("amounts are taken as fen: %s", why)
}
