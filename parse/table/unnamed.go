package table

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// Guess is what a column without a name was taken for by its values.
type Guess struct {
	Name  string // that the dictionary of parse/field knows; "" where the values do not tell
	Field field.Field
	Unit  field.Unit
	Why   string
}

// Guesses says what the columns of a table without names hold, whose rows have these
// values; nil where most of them are no table of four columns or more. Rows of
// another width above the first are titles, others totals. It is sure where the values prove
// that each row is a payment at a time: amounts that add up (amount = fee + net, balance =
// the one before + credit - debit, fee = the same share of the amount), amounts whose number and sum
// another row states, or one amount beside at least two marks of a card payment.
func Guesses(rows [][]string) (first int, list []Guess, sure bool) {
	if t := tagsOf(rows); t.detail != "" {
		var details [][]string
		var of []int
		for i, r := range rows {
			if r[0] == t.detail {
				details, of = append(details, r), append(of, i)
			}
		}
		first, list, sure = guesses(details)
		return of[first], list, sure
	}
	return guesses(rows)
}

// guesses is [Guesses] of rows that do not say what they are.
func guesses(rows [][]string) (first int, list []Guess, sure bool) {
	widths := map[int]int{}
	width := 0
	for _, r := range rows {
		if widths[len(r)]++; widths[len(r)] > widths[width] {
			width = len(r)
		}
	}
	if width < 4 || 10*widths[width] < 8*len(rows) && len(rows)-widths[width] > mostHeads {
		return 0, nil, false
	}
	first = slices.IndexFunc(rows, func(r []string) bool { return len(r) == width })
	var whole, heads [][]string
	for _, r := range rows {
		if len(r) != width {
			heads = append(heads, r)
		} else {
			r = slices.Clone(r)
			for i := range r {
				r[i] = hundredths(r[i])
			}
			whole = append(whole, r)
		}
	}
	list, sure = guess(whole, heads)
	return first, list, sure
}

// mostHeads is how many rows of another width a table of a few rows may have.
const mostHeads = 2

// hundredths is a number that a spreadsheet computed without the noise of its last digits:
// 10.31 for 10.3099999999999.
func hundredths(v string) string {
	if _, part, ok := strings.Cut(v, "."); ok && len(part) > 8 {
		if x, err := strconv.ParseFloat(v, 64); err == nil && math.Abs(x) < 1e9 && math.Abs(x*100-math.Round(x*100)) < 1e-4 {
			return strconv.FormatFloat(x, 'f', 2, 64)
		}
	}
	return v
}

// guess is [Guesses] for rows that all have as many values, and others beside them.
func guess(rows, heads [][]string) (list []Guess, sure bool) {
	g := guessing{rows: rows, heads: heads}
	g.list = make([]Guess, len(rows[0]))
	for c := range g.list {
		var values []string
		for _, r := range rows {
			if r[c] != "" {
				values = append(values, r[c])
			}
		}
		g.columns = append(g.columns, values)
	}
	g.times()
	g.shape("pan", everyCard, cardNumbers)
	g.identifiers()
	g.priced()
	proved := g.addsUp() || g.stated() || g.balances() || g.uncharged() || g.charged()
	if !proved && !g.apart() {
		g.onlyAmount()
	}
	g.numbered()
	g.words()
	return g.list, g.payments(proved)
}

// payments reports whether each row is sure to be a payment at a time.
func (g *guessing) payments(proved bool) bool {
	marks := 0
	for _, f := range []field.Field{field.PAN, field.MID, field.TID, field.RRN, field.Kind, field.Code, field.Currency} {
		if g.has(f) {
			marks++
		}
	}
	if g.shown {
		marks++
		if g.has(field.Status) { // what became of an amount of money
			marks++
		}
	}
	return (len(g.rows) >= leastUnnamed || g.counted) && (g.has(field.Time) || g.has(field.Date)) && (proved || g.has(field.Amount) && marks >= 2)
}

// leastUnnamed is how many rows prove anything.
const leastUnnamed = 3

// guessing is the state of [Guesses].
type guessing struct {
	rows    [][]string
	heads   [][]string // rows of another width
	columns [][]string // the values that are there
	list    []Guess
	counted bool // one of them states how many rows there are, and their sum
	shown   bool // the amounts show their currency
}

func (g *guessing) has(f field.Field) bool {
	return slices.ContainsFunc(g.list, func(o Guess) bool { return o.Field == f })
}

// take takes a column for what a name means, unless it is something already.
func (g *guessing) take(c int, name, why string) {
	if g.list[c].Name != "" {
		return
	}
	f, unit, _ := field.Lookup(name)
	if f == field.Ignore || !g.has(f) {
		g.list[c] = Guess{name, f, unit, why}
	}
}

// open lists the columns with values that are not taken for anything.
func (g *guessing) open(ok func(values []string) bool) (list []int) {
	for c, values := range g.columns {
		if g.list[c].Name == "" && len(values) > 0 && ok(values) {
			list = append(list, c)
		}
	}
	return list
}

// all makes a test of a column of one for a value.
func all(ok func(string) bool) func([]string) bool {
	return func(values []string) bool {
		return !slices.ContainsFunc(values, func(v string) bool { return !ok(v) })
	}
}

var (
	dateValue = lazy.MustCompile(`^((19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[/.-]\d{1,2}[/.-](19|20)\d\d)$`)
	timeValue = lazy.MustCompile(`^\d{1,2}:\d\d(:\d\d(\.\d+)?)?$`)
	masked    = lazy.MustCompile(`^\d{4,8}[*Xx]{3,}\d{3,4}$`)
	pricePart = lazy.MustCompile(`^[-+]?[¥￥$€£]?\d[\d,]*(\.\d{1,2})?$`)
)

// packed reports whether a value is a time in digits: 20261120, 081532, 20261120081532.
func packed(layout string) func(string) bool {
	return func(v string) bool {
		if len(v) != len(layout) || !digits.Only(v) {
			return false
		}
		t, err := time.Parse(layout, v)
		return err == nil && (len(v) < 8 || t.Year() > 1990 && t.Year() < 2100)
	}
}

// times finds when: a date and time in one column, or in two.
func (g *guessing) times() {
	stamp := func(v string) bool {
		return packed("20060102150405")(v) || !digits.Only(v) && field.LeadingStamp(v) == len(v)
	}
	if list := g.open(all(stamp)); len(list) > 0 {
		g.take(list[0], "time", "every value is a date and time")
		return
	}
	date := func(v string) bool { return dateValue.MatchString(v) || packed("20060102")(v) }
	dates := g.open(all(date))
	// Six digits are a time of day where the rows stand in the order of it, or change a lot: numbers
	// of a count pass 60 in their last two places.
	clocks := g.open(all(func(v string) bool { return timeValue.MatchString(v) || packed("150405")(v) }))
	if len(dates) == 0 {
		return
	}
	at := dates[0]
	for _, c := range clocks {
		if len(g.rows) < 10 && digits.Only(g.columns[c][0]) && !slices.Contains(dates, c-1) {
			continue // few rows, and not behind a date
		}
		g.take(c, "clock", "every value is a time of day")
		if slices.Contains(dates, c-1) {
			at = c - 1
		}
		break
	}
	g.take(at, "date", "every value is a date")
}

// shape takes the first column whose values are of a shape.
func (g *guessing) shape(name, why string, ok func([]string) bool) {
	if list := g.open(ok); len(list) > 0 {
		g.take(list[0], name, why)
	}
}

// cardNumbers tells a column of card numbers.
var cardNumbers = all(func(v string) bool {
	return masked.MatchString(v) || len(v) > 13 && digits.Only(v) && txn.MaskCard(v) != v
})

const everyCard = "every value is a card number"

// identifiers finds numbers and words that are told by their shape.
func (g *guessing) identifiers() {
	shape := g.shape
	shape("mid", "few different numbers of fifteen digits", func(values []string) bool {
		return sized(values, 15) && repeated(values)
	})
	shape("tid", "few different numbers of eight digits", func(values []string) bool {
		return sized(values, 8) && repeated(values) && !all(packed("20060102"))(values) // of settlement, beside a time
	})
	shape("currency", "every value is a currency", all(func(v string) bool { return v == "156" || v == "CNY" || v == "RMB" || v == "人民币" }))
	shape("kind", "every value is a kind of transaction", func(values []string) bool {
		return all(func(v string) bool {
			return strings.ContainsFunc(v, unicode.IsLetter) && field.ParseKind(v) != txn.KindUnknown
		})(values)
	})
	shape("status", "few different words, which say how a row ended", func(values []string) bool {
		return distinct(values) <= 12 && slices.ContainsFunc(values, endWord.MatchString) && all(func(v string) bool { return strings.ContainsFunc(v, unicode.IsLetter) })(values)
	})
	shape("code", "every value has two characters, and many are 00", func(values []string) bool {
		zero := 0
		for _, v := range values {
			if v == "00" {
				zero++
			}
		}
		return all(func(v string) bool { return len(v) == 2 && twoCharacters.MatchString(v) })(values) && zero*2 > len(values)
	})
}

// endWord begins a word that says how a transaction ended.
var endWord = lazy.MustCompile(`(?i)^(交易|支付|付款|处理)?[已未]?(成功|失败|完成|拒绝|超时|支付|关闭|批准)|^(timed? ?out|success|succeeded|fail|declin|approved|accepted|rejected|refused|settled|captured|completed|paid\b)`)

var twoCharacters = lazy.MustCompile(`^[0-9A-Z]{2}$`)

// sized reports whether all values are numbers of so many digits.
func sized(values []string, n int) bool {
	return all(func(v string) bool { return len(v) == n && digits.Only(v) })(values)
}

// repeated reports whether values come back, as those of places do.
func repeated(values []string) bool {
	n := distinct(values)
	return 2*n <= len(values) || n < len(values) && len(values) < 10
}

func distinct(values []string) int {
	seen := map[string]struct{}{}
	for _, v := range values {
		seen[v] = struct{}{}
	}
	return len(seen)
}

// counted reports whether values are mostly the number behind the one before.
func counted(values []string) bool {
	next := 0
	for i := 1; i < len(values); i++ {
		a, _ := strconv.ParseInt(values[i-1], 10, 64)
		b, _ := strconv.ParseInt(values[i], 10, 64)
		if d := b - a; d == 1 || d == -1 {
			next++
		}
	}
	return 2*next >= len(values)
}

// money is a column of numbers that may be amounts.
type money struct {
	column int
	values []int64 // by row, in hundredths where there is a decimal point
	there  []bool
	point  bool
	padded bool // all of one length, filled up with zeros
	sum    int64
}

// amounts lists the columns of numbers that may be amounts, and those that are known to be.
func (g *guessing) amounts() (list []money) {
	number := all(func(v string) bool { return len(v) < 19 && pricePart.MatchString(v) })
	for c, values := range g.columns {
		if f := g.list[c].Field; g.list[c].Name != "" && f != field.Amount && f != field.Fee && f != field.Net || len(values) == 0 || !number(values) {
			continue
		}
		m := money{column: c, values: make([]int64, len(g.rows)), there: make([]bool, len(g.rows))}
		m.point = slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ".") })
		m.padded = !m.point && len(values[0]) > 5 && sized(values, len(values[0])) && all(func(v string) bool { return v[0] == '0' })(values)
		unit := field.Minor
		if m.point {
			unit = field.Major
		}
		for i, r := range g.rows {
			if r[c] == "" {
				continue
			}
			v, rule := field.ParseAmount(r[c], unit, field.DecimalPoint)
			if rule != "" {
				m.values = nil
				break
			}
			m.values[i], m.there[i] = int64(v.Minor), true
			m.sum += int64(v.Minor)
			if v.Negative {
				m.values[i] = -m.values[i]
			}
		}
		if m.values != nil && len(list) < mostAmounts {
			list = append(list, m)
		}
	}
	return list
}

// mostAmounts is how many columns of numbers are compared with each other.
const mostAmounts = 24

// mostFee is the share of an amount that a fee is below; tips and taxes are above it.
const mostFee = .045

// addsUp finds an amount, a fee and a net amount: one is the sum of the others in every row,
// or in every row but refunds, whose amount is zero and stands in a column of its own.
func (g *guessing) addsUp() bool {
	list := g.amounts()
	for _, a := range list {
		for k, b := range list {
			for _, c := range list[k+1:] {
				if a.column == b.column || a.column == c.column || a.point != b.point || a.point != c.point {
					continue
				}
				fees, ok, refunds := 0, true, 0
				seen := map[int64]bool{}
				for i := range g.rows {
					if a.values[i] != b.values[i]+c.values[i] {
						refunds++
						ok = ok && a.values[i] == 0
						continue
					}
					if b.values[i] != 0 && c.values[i] != 0 {
						fees++
						seen[a.values[i]] = true
					}
				}
				if few := max(2, min(leastUnnamed, len(g.rows))); !ok || fees < few || len(seen) < few || refunds > fees {
					continue
				}
				three, back := []money{a, b, c}, -1
				rank := three
				if refunds > 0 {
					if rank, back = three[1:], g.paidBack(list, a, b, c); back < 0 {
						continue
					}
				}
				slices.SortStableFunc(rank, func(x, y money) int { return cmp.Compare(y.sum, x.sum) })
				if float64(three[2].sum) > mostFee*float64(three[0].sum) || !g.agrees(three[0], field.Amount) || !g.agrees(three[1], field.Net) || !g.agrees(three[2], field.Fee) {
					continue
				}
				if back >= 0 {
					g.money(list[back], "refund amount", "amount - refund amount = fee + net amount in every row", list[back].padded)
				}
				for i, name := range []string{"amount", "net amount", "fee"} {
					g.money(three[i], name, "amount = fee + net amount in every row", a.padded || b.padded || c.padded)
				}
				return true
			}
		}
	}
	return false
}

// uncharged finds an amount, a fee that is nothing, and the same amount again, side by side.
func (g *guessing) uncharged() bool {
	list := g.amounts()
	for i := 0; i+2 < len(list); i++ {
		a, fee, net := list[i], list[i+1], list[i+2]
		if a.column+1 != fee.column || fee.column+1 != net.column || !a.point || !slices.Equal(a.values, net.values) || distinct(g.columns[a.column]) < leastUnnamed ||
			slices.Contains(fee.there, false) || slices.ContainsFunc(fee.values, func(v int64) bool { return v != 0 }) {
			continue
		}
		for k, name := range [...]string{"amount", "fee", "net amount"} {
			g.money(list[i+k], name, "the same amount on both sides of a fee of 0", false)
		}
		return true
	}
	return false
}

// charged finds an amount and a fee that is the same share of it in every row, where rows have a time.
func (g *guessing) charged() bool {
	list := g.amounts()
	for _, a := range list {
		for _, fee := range list {
			if !g.has(field.Time) || a.column == fee.column || !a.point || !fee.point || a.sum <= 0 || fee.sum <= 0 || float64(fee.sum) > mostFee*float64(a.sum) ||
				!g.agrees(a, field.Amount) || !g.agrees(fee, field.Fee) || distinct(g.columns[fee.column]) < 2*leastUnnamed {
				continue
			}
			low, high := 0.0, 1.0 // what the rate is between, as fees are rounded to a cent or cut
			for i, v := range a.values {
				if v > 0 {
					low, high = max(low, (float64(fee.values[i])-1)/float64(v)), min(high, (float64(fee.values[i])+1)/float64(v))
				} else if v < 0 || fee.values[i] != 0 {
					high = -1
				}
			}
			if low < high {
				g.money(a, "amount", "the fee is the same share of it in every row", false)
				g.money(fee, "fee", "the same share of the amount in every row", false)
				return true
			}
		}
	}
	return false
}

// stated finds the amounts whose sum, and the fees whose sum, a row of another width states
// beside how many rows there are. Of a long table only the first rows are known: theirs are to be
// of the size that the sum lets expect, and the audit of the table tells whether they are right.
func (g *guessing) stated() bool {
	list := g.amounts()
	for _, h := range g.heads {
		for _, v := range h {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil || n < int64(len(g.rows)) || n > mostRows {
				continue
			}
			if sums := g.summed(list, h, n); len(sums) > 0 {
				g.money(sums[0], "amount", "another row states their number and sum", sums[0].padded)
				for _, m := range sums[1:] {
					if float64(m.sum) <= mostFee*float64(sums[0].sum) && g.agrees(m, field.Fee) {
						g.money(m, "fee", "another row states their sum", m.padded)
					}
				}
				g.counted = n == int64(len(g.rows))
				return true
			}
		}
	}
	return false
}

// mostRows is how many rows a file may state to have.
const mostRows = 10_000_000

// summed lists the columns whose sums, of n rows, a row states, the largest first.
func (g *guessing) summed(list []money, head []string, n int64) (sums []money) {
	for _, v := range head {
		if !strings.Contains(v, ".") && len(g.rows) < leastUnnamed || len(v) > 18 || !pricePart.MatchString(v) {
			continue
		}
		fits := -1
		for i, m := range list {
			unit := field.Major
			if !m.point && !strings.Contains(v, ".") {
				unit = field.Minor
			}
			s, rule := field.ParseAmount(v, unit, field.DecimalPoint)
			if rule != "" || m.sum == 0 || !g.agrees(m, field.Amount) && !g.agrees(m, field.Fee) {
				continue
			}
			sum := int64(s.Minor)
			if n == int64(len(g.rows)) && sum != m.sum {
				continue
			}
			mean := float64(m.sum) / float64(len(g.rows)) * float64(n)
			if n > int64(len(g.rows)) && (!m.point || !strings.Contains(v, ".") || sum < m.sum || float64(sum) > 5*mean || float64(sum) < mean/5) {
				continue
			}
			if fits >= 0 && n > int64(len(g.rows)) {
				return nil
			}
			if fits < 0 {
				fits = i
			}
		}
		if fits >= 0 {
			sums = append(sums, list[fits])
		}
	}
	slices.SortStableFunc(sums, func(x, y money) int { return cmp.Compare(y.sum, x.sum) })
	return sums
}

// paidBack finds the column of refunds that makes an amount the sum of two others where it is
// not: -1 where there is none.
func (g *guessing) paidBack(list []money, amount, b, c money) int {
	return slices.IndexFunc(list, func(r money) bool {
		for i := range g.rows {
			if r.values[i] != amount.values[i]-b.values[i]-c.values[i] {
				return false
			}
		}
		return g.agrees(r, field.RefundAmount)
	})
}

// agrees reports whether a column is not known to be anything but this.
func (g *guessing) agrees(m money, f field.Field) bool {
	return g.list[m.column].Name == "" || g.list[m.column].Field == f
}

// money takes a column for an amount. Numbers that are filled up with zeros are fen, as those of
// field 4 of ISO 8583.
func (g *guessing) money(m money, name, why string, padded bool) {
	if padded {
		name += " (fen)"
	}
	g.take(m.column, name, why)
}

// balances finds the movements of an account: each balance is the one before, or the one
// behind, with what came in and without what went out.
func (g *guessing) balances() bool {
	list := g.amounts()
	for _, z := range list {
		if slices.Contains(z.there, false) {
			continue
		}
		for _, a := range list {
			if a.column != z.column && !slices.Contains(a.there, false) && g.moves(z, func(i int) int64 { return a.values[i] }) {
				g.money(a, "amount", "balance = the one before + amount in every row", a.padded)
				g.take(z.column, "balance", "the sum of the amounts")
				return true
			}
			for _, b := range list {
				if a.column == z.column || b.column == z.column || a.column == b.column || !g.moves(z, func(i int) int64 { return a.values[i] - b.values[i] }) {
					continue
				}
				const why = "balance = the one before + credit - debit in every row"
				g.money(a, "credit", why, a.padded)
				g.money(b, "debit", why, b.padded)
				g.take(z.column, "balance", "the sum of the movements")
				return true
			}
		}
	}
	return false
}

// moves reports whether a balance moves by what a row says, from the first row to the last or
// the other way. One in five may not, as rows were left out or changed by hand. A number that
// counts moves by the same each time.
func (g *guessing) moves(z money, by func(i int) int64) bool {
	down, up := 0, 0
	steps := map[int64]bool{}
	for i := 1; i < len(z.values); i++ {
		d := z.values[i] - z.values[i-1]
		if d == by(i) {
			down++
		}
		if -d == by(i-1) {
			up++
		}
		steps[d] = true
	}
	return len(steps) > leastUnnamed && 5*max(down, up) >= 4*(len(z.values)-1)
}

// apart takes two columns of amounts of which each row has one for what went out and what
// came in. That the first is what went out is usual, and not sure.
func (g *guessing) apart() bool {
	list := g.amounts()
	for k, a := range list {
		for _, b := range list[k+1:] {
			both := true
			for i := range g.rows {
				both = both && a.there[i] != b.there[i]
			}
			if both && a.point && b.point {
				const why = "each row has one of two amounts"
				g.money(a, "debit", why, false)
				g.money(b, "credit", why, false)
				return true
			}
		}
	}
	return false
}

// priced finds the only column of amounts that show their currency: 98384.0 XAF, R$ 12,50.
func (g *guessing) priced() {
	if list := g.open(all(func(v string) bool {
		a, rule := field.ParseIn(v, field.UnitAuto, 0, 3, true)
		return rule == "" && a.Minor.Valid() && field.IsCurrency(a.Currency)
	})); len(list) == 1 && len(g.columns[list[0]]) == len(g.rows) {
		g.take(list[0], "amount", "the only column of amounts with a currency")
		g.shown = true
	}
}

// onlyAmount takes the one column that can be an amount: with a decimal point, or where none
// has that of twelve digits that are filled up with zeros.
func (g *guessing) onlyAmount() {
	if g.shown {
		return
	}
	var likely, padded []money
	for _, m := range g.amounts() {
		values := g.columns[m.column]
		if m.point {
			likely = append(likely, m)
		} else if m.padded && len(values[0]) == 12 && !counted(values) && distinct(values) > 1 {
			padded = append(padded, m)
		}
	}
	if len(likely) == 0 {
		likely = padded
	}
	if len(likely) == 1 {
		g.money(likely[0], "amount", "the only column that can be an amount", likely[0].padded)
	}
}

// numbered finds the numbers of a transaction, which amounts have been told from by now.
func (g *guessing) numbered() {
	unlike := func(n int) func([]string) bool {
		return func(values []string) bool { return sized(values, n) && 10*distinct(values) > 9*len(values) }
	}
	if list := g.open(unlike(12)); len(list) == 1 {
		g.take(list[0], "rrn", "different numbers of twelve digits")
	}
	if list := g.open(func(values []string) bool {
		return len(values) == len(g.rows) && distinct(values) == len(values) && all(func(v string) bool { return len(v) > 7 && len(v) < 65 && orderLike.MatchString(v) })(values)
	}); len(list) > 0 && len(g.rows) > 1 {
		g.take(list[0], "order number", "different numbers, the first of them")
		if len(list) > 1 {
			g.take(list[1], "transaction id", "different numbers, the second of them")
		}
	}
	list := g.open(unlike(6))
	if k := slices.IndexFunc(list, func(c int) bool { return counted(g.columns[c]) }); k >= 0 {
		g.take(list[k], "stan", "numbers of six digits that count")
	}
}

// orderLike is a number as orders have it, with letters or without.
var orderLike = lazy.MustCompile(`^[A-Za-z]{0,12}[-_]?[0-9][0-9A-Za-z_-]*$`)

// words takes the longest text for what the row says of itself.
func (g *guessing) words() {
	text, most := -1, 6.0
	for _, c := range g.open(func(values []string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return strings.Trim(v, "0123456789.,-/:#* ") != "" }) && 2*distinct(values) > len(values)
	}) {
		n := 0
		for _, v := range g.columns[c] {
			n += len([]rune(v))
		}
		if mean := float64(n) / float64(len(g.columns[c])); mean > most {
			text, most = c, mean
		}
	}
	if text >= 0 {
		g.take(text, "text", "the longest words")
	}
}

// noName is what a column without a name is called, counted from 0.
func noName(i int) string { return fmt.Sprintf("column %d", i+1) }

// values are the texts of the rows that are not blank, and their indices.
func values(rows []*sheet.Row) (texts [][]string, of []int) {
	for i, r := range rows {
		if r.Blank() {
			continue
		}
		cells := make([]string, len(r.Cells))
		for k := range r.Cells {
			cells[k] = shown(&r.Cells[k])
		}
		texts, of = append(texts, cells), append(of, i)
	}
	return texts, of
}

// byValues maps a table without column names, nil where its values leave a doubt.
func byValues(rows []*sheet.Row) *mapping {
	texts, of := values(rows)
	first, list, sure := Guesses(texts)
	if !sure {
		return nil
	}
	names := &sheet.Row{Cells: make([]sheet.Cell, len(list))}
	var said []string
	for i, g := range list {
		names.Cells[i].Text = g.Name
		if g.Name == "" {
			names.Cells[i].Text = noName(i)
			continue
		}
		said = append(said, fmt.Sprintf("%d %s", i+1, g.Name))
	}
	m := newMapping(names)
	m.told = strings.Join(said, ", ")
	if first > 0 {
		m.row = rows[of[first]-1] // all above is titles
	}
	return m
}
