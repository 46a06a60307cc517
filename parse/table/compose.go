package table

import (
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// compose takes columns whose names the dictionary does not know by the words of the
// names, for the fields that no other column has and whose values bear it out. It
// reports whether there were any.
func (m *mapping) compose(rows []*sheet.Row) bool {
	best, rank, units := [field.Count]int{}, [field.Count]int{}, [field.Count]field.Unit{}
	found := false
	for i := range m.columns {
		c := &m.columns[i]
		if c.field == field.Network && !m.has(field.Fee) && rank[field.Fee] == 0 && rows != nil && field.Normalize(c.name) == "COMM" && m.priced(rows, i) {
			best[field.Fee], rank[field.Fee], found = i, 1, true // the commission, not how a terminal is connected
			continue
		}
		if c.field != field.None || m.counts == i {
			continue
		}
		f, unit, plain, ok := field.Compose(c.name)
		if bareID(c.name) {
			f, plain, ok = field.ChannelNo, 9, true
		}
		if !ok || m.covered(f) || rank[f] > 0 && rank[f] <= plain+1 {
			continue
		}
		if f.Temporal() && slices.ContainsFunc(rows[:min(len(rows), 20)], func(r *sheet.Row) bool { return len(r.Cells) > c.index && cellAt(r, c.index) == nil }) {
			plain += 10 // another one that is always filled goes before it
			if rank[f] > 0 && rank[f] <= plain+1 {
				continue
			}
		}
		try := column{index: c.index, name: c.name, field: f, unit: unit, alt: -1}
		if !bears(&try, rows) {
			continue
		}
		best[f], rank[f], units[f], found = i, plain+1, unit, true
	}
	if !found {
		return false
	}
	for f := range best {
		if rank[f] == 0 || field.Field(f) == field.Date && rank[field.Time] > 0 && !m.clockLike(best[field.Time], rows) {
			continue
		}
		if g := field.Field(f); (g == field.Debit || g == field.Credit) && rank[field.Amount] > 0 {
			continue // of the account, beside what was paid
		}
		c := &m.columns[best[f]]
		c.field, c.unit, c.words = field.Field(f), units[f], true
	}
	m.rankAgain()
	return true
}

// rankAgain chains the columns anew, where fields were given to others or taken.
func (m *mapping) rankAgain() {
	for i := range m.first {
		m.first[i] = -1
	}
	m.parts = m.parts[:0]
	for i := range m.columns {
		m.columns[i].alt = -1
	}
	m.rank()
}

// covered reports whether a field needs no column by its words.
func (m *mapping) covered(f field.Field) bool {
	switch f {
	case field.Time, field.Date:
		return m.has(field.Time) || m.has(field.Date)
	case field.Clock:
		return m.has(field.Time) || m.has(field.Clock)
	case field.Amount, field.Debit, field.Credit:
		return m.has(field.Amount) || m.has(field.Debit) || m.has(field.Credit)
	}
	return m.has(f)
}

// priced reports whether the values of column i have decimals.
func (m *mapping) priced(rows []*sheet.Row, i int) bool {
	return slices.ContainsFunc(rows, func(r *sheet.Row) bool {
		c := cellAt(r, m.columns[i].index)
		return c != nil && pointDecimal.MatchString(c.Text)
	})
}

// clockLike reports whether a column holds times of day without a date.
func (m *mapping) clockLike(i int, rows []*sheet.Row) bool {
	for _, r := range rows {
		if cell := cellAt(r, m.columns[i].index); cell != nil && digitsIn(cell.Text) > 6 {
			return false
		}
	}
	return true
}

// bears reports whether the values of a column are what its name says: most of the
// first ones can be read. Without rows nothing speaks against it.
func bears(c *column, rows []*sheet.Row) bool {
	share := func(ok func(string) bool) bool { // of the values that have something
		known, other := 0, 0
		for _, r := range rows[:min(len(rows), 20)] {
			if cell := cellAt(r, c.index); cell == nil {
			} else if ok(sheet.Clean(cell.Text)) {
				known++
			} else {
				other++
			}
		}
		return known > 0 && known >= other
	}
	switch {
	case rows == nil:
		return true
	case c.field == field.Kind: // Payment Type heads how was paid as well
		means := !share(func(s string) bool { return !meansOfPayment[strings.ToUpper(s)] })
		return !means && share(func(s string) bool { return field.ParseKind(s) != txn.KindUnknown })
	case c.field == field.ChannelNo || c.field == field.OrderNo || c.field == field.RefundNo: // 1, 2, 3 would match anything
		return share(func(s string) bool {
			if bareOrder(c.name) && (strings.ContainsAny(s, " /") || digitsIn(s) == 0) {
				return false
			}
			return (len(s) >= 6 || len(s) > 3 && s[0] == '#') && (!bareID(c.name) || strings.ContainsFunc(s, unicode.IsLetter)) // ch_3A; a count of rows is no number of theirs
		})
	}
	if !c.field.Money() && !c.field.Temporal() && c.field != field.Currency && c.field != field.Direction && c.field != field.TimeZone && c.field != field.Code {
		return true
	}
	ctx, rec := &field.Context{Round: true}, txn.New()
	if c.field.Money() {
		ctx.Units[c.field] = c.unit
	}
	good, bad := 0, 0
	for _, r := range rows {
		if footWords.MatchString(firstText(r)) {
			if namesTotals(r) {
				break // their values stand below
			}
			continue
		}
		cell := cellAt(r, c.index)
		if cell == nil || placeholder(cell.Text) {
			continue
		}
		ctx.Begin(rec)
		if readable(setCell(ctx, rec, c.field, cell, false, true), c.field) && (c.field != field.Code || len(cell.Text) <= 8) {
			good++
		} else {
			bad++
		}
		if good+bad == 20 {
			break
		}
	}
	return good > 0 && bad*4 <= good
}

// bareID reports whether a name says no more than that its values are identifiers.
func bareID(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "ID") }

// bareOrder reports whether a name does not say that its values are numbers of orders.
func bareOrder(name string) bool {
	return !strings.ContainsAny(strings.TrimSpace(name), " _-") && len(name) <= 7
}

// meansOfPayment are words for how was paid, of which some are kinds elsewhere.
var meansOfPayment = map[string]bool{"CREDIT": true, "DEBIT": true, "CASH": true, "CARD": true, "PREPAID": true, "VOUCHER": true, "CREDIT CARD": true, "DEBIT CARD": true}

// readable reports whether a value was read, or lacks only what the file tells later.
func readable(err error, f field.Field) bool {
	if err == nil {
		return true
	}
	rule := asFieldError(err, f).Rule
	return rule == "date-order" || rule == "year-unknown"
}

// noteWords says which columns were taken by the words of their names.
func (t *table) noteWords() {
	say := func(note string, of func(column) bool) {
		var list []string
		for _, c := range t.m.columns {
			if of(c) {
				list = append(list, c.name+" ("+c.field.String()+")")
			}
		}
		if len(list) > 0 {
			t.f.note(note, strings.Join(list, ", "))
		}
	}
	say("columns whose names are not in the dictionary were taken by their words: %s", func(c column) bool { return c.words })
	say("columns whose names are not in the dictionary were taken by their values: %s", func(c column) bool { return c.proved })
	if ways := t.m.ways(); len(ways) > 1 && (t.m.has(field.Amount) || t.m.has(field.Net)) {
		t.f.note("%s say how much of a row was paid in which way and are not read: the amounts are of all ways together", strings.Join(ways, ", "))
	}
	for _, c := range t.m.columns {
		if c.field == field.None && field.Coarse(c.name) {
			t.f.note("%s is not read: amounts of payments are in yuan or fen, and its unit is another", c.name)
		}
	}
}

// payouts reports whether the rows are transfers to the merchant's bank: a column names
// one, and nothing is of a single payment.
func (m *mapping) payouts() bool {
	if !slices.ContainsFunc(m.columns, func(c column) bool { return payoutWords.MatchString(c.name) }) {
		return false
	}
	for _, f := range [...]field.Field{field.Time, field.Date, field.Clock, field.Kind, field.Code, field.MTI, field.OrderNo, field.ChannelNo, field.RRN, field.STAN, field.AuthCode, field.PAN, field.TID} {
		if m.has(f) {
			return false
		}
	}
	return true
}

var payoutWords = lazy.MustCompile(`(?i)payout|disburse|划款|打款|出款|提现|到账金额`)

// disputes reports whether the rows are payments that their payers dispute: every one has
// what only a dispute has.
func (m *mapping) disputes(rows []*sheet.Row) bool {
	return !m.has(field.Kind) && slices.ContainsFunc(m.columns, func(c column) bool {
		return disputeWords.MatchString(c.name) && !slices.ContainsFunc(rows, func(r *sheet.Row) bool {
			return !r.Blank() && len(r.Cells) > c.index && !footWords.MatchString(firstText(r)) && strings.Trim(sheet.Clean(r.Cells[c.index].Text), "0.,") == ""
		})
	})
}

var disputeWords = lazy.MustCompile(`(?i)^(chargeback|dispute)[ _]?(date|amount|amt|reason|id|no|number)|^拒付(日期|时间|金额|编号|单号)|^调单(日期|编号|单号)`)

// noteNet says that what was paid before fees is not known.
func (t *table) noteNet() {
	if m := t.m; m.has(field.Net) && !m.has(field.Amount) && !m.has(field.Debit) && !m.has(field.Credit) {
		t.f.note("no column states the amounts before fees: those of %s stand for them", m.columns[m.first[field.Net]].name)
	}
}

// noteSecond names a second column of codes or states that says of some rows that they failed,
// which the one that counts does not.
func (t *table) noteSecond(rows []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	for _, f := range [...]field.Field{field.Code, field.Status} {
		k := t.m.first[f]
		if k < 0 || t.m.columns[k].alt < 0 {
			continue
		}
		first, second := &t.m.columns[k], &t.m.columns[t.m.columns[k].alt]
		if second.index+1 == t.settling {
			continue
		}
		n, word := 0, ""
		for a, b := range t.m.both(rows, first, second) {
			if placeholder(a.Text) || placeholder(b.Text) {
				continue
			}
			if says, other := sheet.Clean(a.Text), sheet.Clean(b.Text); !unpaid(says) && unpaid(other) && other != says {
				n++
				word = txn.Scrub(other)
			}
		}
		if n > 0 {
			t.f.note("%s says how rows ended, and %s, which is not read, says %s of %d of the first", first.name, second.name, word, n)
		}
	}
}

// unpaid reports whether a code or a word says that nothing came of a row, or has not yet.
func unpaid(s string) bool {
	return field.Telling(s) || lostWords.MatchString(s) || strings.HasPrefix(s, "未") || strings.HasPrefix(s, "待")
}

// pairCurrency finds out whose the column of the currency is. LOCAL_CURRENCY is that of
// LOCAL_AMOUNT and of no gross amount beside it; and where the amounts are in USD by their name,
// a column that says otherwise is of others.
func (t *table) pairCurrency(rows []*sheet.Row) {
	m := t.m
	cur, amount := m.first[field.Currency], m.first[field.Amount]
	if m.format != nil || cur < 0 || amount < 0 {
		return
	}
	name, other := m.columns[amount].name, false
	if stated := field.NameCurrency(name); stated != "" {
		t.each(rows, field.Currency, func(c *sheet.Cell) {
			s := t.states(c.Text)
			other = other || s != "" && s != stated
		})
	}
	of := strings.TrimSuffix(field.Normalize(m.columns[cur].name), "CURRENCY")
	its := slices.IndexFunc(m.columns, func(c column) bool {
		return of != "" && field.Normalize(c.name) == of+"AMOUNT" && (c.field == field.None || c.field == field.Amount)
	})
	switch {
	case other:
		t.f.note("column %s is not of the amounts, whose name %s says another currency; fees and net amounts whose names do not say it are not read", m.columns[cur].name, name)
	case its >= 0 && its != amount && !strings.Contains(field.Normalize(name), of):
		m.columns[its].field = field.Amount
		t.f.note("column %s is the currency of %s, which is read as the amount; %s and the fees and net amounts beside it state none and are not read", m.columns[cur].name, m.columns[its].name, name)
	default:
		return
	}
	for i := range m.columns {
		c := &m.columns[i]
		switch c.field {
		case field.Currency:
			if other {
				c.field = field.Ignore
			}
		case field.Amount, field.Fee, field.Net:
			same := i == its || strings.Contains(field.Normalize(c.name), of)
			if other {
				same = field.NameCurrency(c.name) == field.NameCurrency(name)
			}
			if !same {
				c.field = field.Ignore
			}
		}
	}
	m.rankAgain()
}

// holds reports whether a column of a field has a value in one of the rows.
func (t *table) holds(rows []*sheet.Row, f field.Field) (some bool) {
	for k := t.m.first[f]; k >= 0; k = t.m.columns[k].alt {
		some = some || slices.ContainsFunc(rows, func(r *sheet.Row) bool {
			c := cellAt(r, t.m.columns[k].index)
			return c != nil && !placeholder(c.Text)
		})
	}
	return some
}

// nameCurrency takes the currency that the name of the amount column states, where no
// column of its own and no title states one. It returns the number of that column where
// nothing states one, else -1.
func (t *table) nameCurrency(rows []*sheet.Row) int {
	k := t.m.first[field.Amount]
	for _, f := range [...]field.Field{field.Debit, field.Credit, field.Net} {
		if k < 0 {
			k = t.m.first[f]
		}
	}
	if k < 0 || t.holds(rows, field.Currency) || t.given.has(field.Currency) {
		return -1
	}
	name := t.m.columns[k].name
	c := field.NameCurrency(name)
	for _, f := range [...]field.Field{field.Fee, field.Net} {
		if i := t.m.first[f]; c == "" && i >= 0 {
			name = t.m.columns[i].name
			c = field.NameCurrency(name)
		}
	}
	if c == "" {
		if name, c := t.codedCurrency(rows); c != "" {
			t.given = append(t.given, given{field.Currency, c})
			t.f.note("%s is %s for all rows, from the column %s, which holds nothing else", field.Currency, c, name)
			return -1
		}
		if c = t.scriptCurrency(k, rows); c != "" {
			t.given = append(t.given, given{field.Currency, c})
			t.f.note("nothing states a currency: amounts are taken as %s, by the language of the column names", c)
			return -1
		}
		if c = t.rowsCurrency(k, rows); c != "" {
			t.given = append(t.given, given{field.Currency, c})
			t.f.note("nothing states a currency: amounts are taken as %s, by the language of the rows", c)
			return -1
		}
	}
	if c != "" && c != "CNY" {
		t.given = append(t.given, given{field.Currency, c})
		t.f.note("%s is %s for all rows, from the column name %s", field.Currency, c, name)
	}
	if c != "" {
		return -1
	}
	return k
}

// codedCurrency is the currency that the only column of an unknown name states in every row, with
// the name.
func (t *table) codedCurrency(rows []*sheet.Row) (name, currency string) {
	for _, c := range t.m.columns {
		if c.field != field.None {
			continue
		}
		code, n := "", 0
		for _, r := range rows {
			if !t.m.dated(r) {
				continue
			}
			word := ""
			if cell := cellAt(r, c.index); cell != nil {
				word = sheet.Clean(cell.Text)
			}
			if !field.IsCurrency(word) || n > 0 && word != code {
				n = 0
				break
			}
			code, n = word, n+1
		}
		switch {
		case n == 0 || code == currency:
		case currency != "":
			return "", ""
		default:
			name, currency = c.name, code
		}
	}
	return name, currency
}

// japanese and taiwanese are words of column names that no other Chinese file has; kana
// are neither.
var (
	japanese  = []string{"取引", "売上", "決済", "伝票", "加盟店", "円"}
	taiwanese = []string{"特店", "撥款", "綠界", "歐付寶", "藍新", "授權碼"}
)

// elsewhere are words of column names that one country has.
var elsewhere = []struct {
	currency string
	words    []string
}{
	{"TRY", []string{"İşlem", "Tutar", "Ödeme", "Alacak", "İŞLEM", "TUTAR"}},
	{"IDR", []string{"Tanggal", "Jumlah", "Biaya", "Waktu"}},
	{"THB", []string{"ราย", "เงิน", "ยอด"}},
	{"ILS", []string{"עסק", "סכום"}},
	{"IRR", []string{"تراکنش", "پذیرنده", "ریال"}},
	{"VND", []string{"giao dịch", "Giao dịch", "GIAO DỊCH", "Số tiền", "Ghi nợ"}},
	{"NOK", []string{"Oppgjør", "Beløp", "beløp", "Salgsdato"}},
	{"DKK", []string{"Beløb", "beløb", "Udbetaling"}},
	{"SEK", []string{"Belopp", "belopp", "Köp", "Försäljning"}},
	{"PLN", []string{"Kwota", "Prowizja", "transakcji", "operacji"}},
	{"CZK", []string{"Částka", "částka"}},
	{"HUF", []string{"Összeg", "összeg"}},
	{"BRL", []string{"BANDEIRA", "Bandeira", "PARCELA", "Parcela", "NSU", "STONECODE"}},
}

// scriptCurrency is the currency of the only country that writes the language of the column
// names, where the amounts of column k are whole numbers as that currency's are.
func (t *table) scriptCurrency(k int, rows []*sheet.Row) string {
	currency := ""
	for _, c := range t.m.columns {
		has := func(w string) bool { return strings.Contains(c.name, w) }
		switch {
		case strings.ContainsFunc(c.name, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }):
			currency = "KRW"
		case strings.ContainsFunc(c.name, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }),
			slices.ContainsFunc(japanese, has):
			currency = "JPY"
		case currency == "" && slices.ContainsFunc(taiwanese, has):
			currency = "TWD"
		}
		for _, e := range elsewhere {
			if currency == "" && slices.ContainsFunc(e.words, has) {
				return e.currency
			}
		}
	}
	if currency == "" || currency == "TWD" || t.wholeAmounts(k, rows) {
		return currency
	}
	return ""
}

// rowsCurrency is the currency of the only country whose script most rows are written in, below
// names in Latin letters, where the amounts of column k are whole numbers.
func (t *table) rowsCurrency(k int, rows []*sheet.Row) string {
	if t.unlatin() {
		return ""
	}
	korean, japanese, n := 0, 0, 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		n++
		switch s := r.String(); {
		case strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }):
			korean++
		case strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }):
			japanese++
		}
	}
	switch {
	case 2*korean > n && t.wholeAmounts(k, rows):
		return "KRW"
	case 2*japanese > n && t.wholeAmounts(k, rows):
		return "JPY"
	}
	return ""
}

// wholeAmounts reports whether no amount of column k has a currency or parts of a unit.
func (t *table) wholeAmounts(k int, rows []*sheet.Row) bool {
	for _, r := range rows {
		if cell := cellAt(r, t.m.columns[k].index); cell != nil {
			if v, rule := field.ParseAmount(cell.Text, field.UnitAuto, t.ctx.Decimal); rule == "" && (v.Currency != "" || v.Minor.Valid() && v.Minor%100 != 0) {
				return false
			}
		}
	}
	return true
}

// noteNoCurrency says that amounts are taken for yuan, where column k holds them and nothing
// in the file is Chinese or shows a currency.
func (t *table) noteNoCurrency(k int, rows []*sheet.Row) {
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	if k < 0 || t.m.format != nil {
		return
	}
	dollars := strings.Contains(t.m.columns[k].name, "$") // of any country
	if !dollars && slices.ContainsFunc(t.m.columns, func(c column) bool { return strings.ContainsFunc(c.name, han) }) {
		return
	}
	for _, r := range rows {
		if !dollars && strings.ContainsFunc(r.String(), han) {
			return
		}
		if cell := cellAt(r, t.m.columns[k].index); cell != nil && strings.ContainsFunc(cell.Text, func(r rune) bool { return unicode.IsSymbol(r) || unicode.IsLetter(r) }) {
			return // $12.50, 12.50 EUR
		}
	}
	t.f.note("nothing states a currency: amounts are taken as CNY; set: {currency: USD} in a format file says otherwise")
}

// unlatin is a letter of another script.
func unlatin(r rune) bool { return r > 0x24F && unicode.IsLetter(r) }
