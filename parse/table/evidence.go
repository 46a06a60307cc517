package table

import (
	"fmt"
	"path"
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

// readTitles takes what the rows above the header say about all rows: totals,
// the unit, the zone and a date near the rows.
func (t *table) readTitles(rows []*sheet.Row) {
	near := txn.NoInstant
	for i, r := range rows {
		if r.Blank() {
			continue
		}
		var below *sheet.Row
		if i+1 < len(rows) {
			below = rows[i+1]
		}
		t.readUnitCell(r, below)
		text := r.String()
		if strings.Contains(text, "笔") {
			t.readClaims(r)
		}
		if m := unitWords.FindStringSubmatch(text); m != nil {
			t.setUnit(m[1], "row "+strconv.Itoa(r.Line))
		}
		if m := zoneWords.FindStringSubmatch(text); m != nil {
			t.setZone(m, r.Line)
		}
		if at := dateIn(text); at.Valid() {
			near = at
		}
	}
	if !near.Valid() {
		near = dateIn(path.Base(t.f.st.Src.Name))
	}
	if !near.Valid() && !t.f.st.Modified.IsZero() {
		near = txn.At(t.f.st.Modified)
	}
	if near.Valid() {
		t.ctx.Near = near
	}
	t.units()
}

// readUnitCell takes the unit from a cell of its own beside the word, or below it.
func (t *table) readUnitCell(r, below *sheet.Row) {
	for i := range r.Cells {
		switch field.Normalize(r.Cells[i].Text) {
		case "单位", "金额单位", "货币单位":
		default:
			continue
		}
		for _, c := range []struct {
			in *sheet.Row
			at int
		}{{r, i + 1}, {below, i}} {
			if c.in == nil || c.at >= len(c.in.Cells) {
				continue
			}
			if word := field.Clean(c.in.Cells[c.at].Text); word == "分" || word == "元" || word == "人民币元" {
				t.setUnit(word, "row "+strconv.Itoa(c.in.Line))
			}
		}
	}
}

func joinTitles(rows []*sheet.Row) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(r.String())
		b.WriteByte('\n')
	}
	return b.String()
}

// pairs are names and values in one cell: 商户编号：898330154110001.
var pairs = lazy.MustCompile(`((?:[A-Za-z]+\.? ){0,2}[^\s:：,，;；]+)\s*[:：]\s*([^\s,，;；]+)`)

// inCurrency is the word of a title for the currency of all amounts.
var inCurrency = lazy.MustCompile(`(?i)\bamounts (?:are )?in ([A-Z]{3})\b`)

// wideBlanks are those of HTML and of Chinese text.
var wideBlanks = strings.NewReplacer("\u00a0", " ", "\u3000", " ")

// readGiven keeps the values that hold for every row and have no column.
func (t *table) readGiven(r *sheet.Row) {
	t.eachGiven(r, func(f field.Field, value string) {
		if !t.given.has(f) {
			t.given = append(t.given, given{f, strings.Clone(value)})
			t.f.note("%s is %s for all rows, from row %d", f, value, r.Line)
		}
	})
}

// restates reports whether a row further down is a heading that says anew what stands above
// the column names, as the parts of a print do for their merchants, terminals and days. If
// it is taken, it is what the rows below it have.
func (t *table) restates(r *sheet.Row, take bool) bool {
	if len(t.given) == 0 {
		return false
	}
	first := firstText(r)
	colon := strings.IndexAny(first, ":：")
	if colon < 0 || footWords.MatchString(first) || strings.ContainsAny(first[:colon], "0123456789") { // a row with a time, and a remark
		return false
	}
	found := false
	t.eachGiven(r, func(f field.Field, value string) {
		for i, g := range t.given {
			if g.field != f {
				continue
			}
			found = true
			if !take || g.text == value {
				continue
			}
			if !t.anew {
				t.anew = true
				t.f.note("headings such as row %d say anew what they say of the rows below them: each row has what stands above it", r.Line)
			}
			t.given = slices.Clone(t.given)
			t.given[i].text = strings.Clone(value)
		}
	})
	return found
}

// eachGiven calls do for what a row says of all rows, "商户编号：898330154110001".
func (t *table) eachGiven(r *sheet.Row, do func(f field.Field, value string)) {
	take := func(name, value string) {
		f, _, ok := field.Lookup(name)
		for more := true; !ok && more; f, _, ok = field.Lookup(name) { // Demo Shop Merchant No
			_, name, more = strings.Cut(name, " ")
		}
		if !ok || t.m.has(f) || !strings.ContainsAny(value, "0123456789") && f != field.Institution && f != field.Currency {
			return
		}
		switch f {
		case field.MID, field.TID, field.Institution, field.Acquirer, field.SettleOn, field.Batch, field.Currency:
		default:
			return
		}
		c := field.Context{Loc: t.ctx.Loc, Year: t.ctx.Year}
		rec := txn.New()
		c.Begin(rec)
		if c.Set(rec, f, value) == nil {
			do(f, value)
		}
	}
	cells := r.Cells
	for i := range cells {
		text := wideBlanks.Replace(field.Clean(cells[i].Text))
		if m := inCurrency.FindStringSubmatch(text); m != nil {
			take("Currency", m[1])
		}
		if ms := pairs.FindAllStringSubmatch(text, -1); ms != nil {
			for _, m := range ms {
				take(m[1], m[2])
			}
			continue
		}
		text = strings.TrimRight(text, ":： ")
		if text != "" && i+1 < len(cells) {
			take(text, field.Clean(cells[i+1].Text))
		}
		if strings.Contains(text, "存款") || strings.Contains(text, "账户") { // 002 活期储蓄存款 港币 现汇
			for w := range strings.FieldsSeq(text) {
				if len(w) >= len("美元") {
					take("币种", w)
				}
			}
		}
	}
}

var sheetTerminal = lazy.MustCompile(`^(?:终端号?|POS|TID)?[ :：_-]*([0-9A-Z]{0,2}[0-9]{6,8})$`)

// sheetName takes the terminal whose rows a sheet holds from the sheet's name, where
// several sheets are named so and none has a column for it.
func (t *table) sheetName() {
	if t.m.has(field.TID) || t.given.has(field.TID) {
		return
	}
	named, own := 0, ""
	for _, s := range t.f.book.Sheets {
		if m := sheetTerminal.FindStringSubmatch(s.Name); m != nil && len(m[1]) == 8 && !dateIn(m[1]).Valid() {
			if named++; s.Name == t.sheet {
				own = m[1]
			}
		}
	}
	if named > 1 && own != "" {
		t.given = append(t.given, given{field.TID, own})
		t.f.note("%s is %s for all rows of sheet %q, by its name", field.TID, own, t.sheet)
	}
}

var (
	unitWords = lazy.MustCompile(`单位\s*[:：]?\s*(?:人民币)?\s*(元|分)`)
	zoneWords = lazy.MustCompile(`UTC\s*([+-])(\d{1,2})(?::?(\d{2}))?`)
	dateText  = lazy.MustCompile(`(20\d\d)\s*[-./年_]?\s*(0[1-9]|1[0-2]|[1-9])\s*(?:[-./月_]?\s*(3[01]|[12]\d|0?[1-9]))?`)
)

func (t *table) setUnit(word, where string) {
	u, ok := field.ParseUnit(word)
	if !ok {
		return
	}
	for f := field.Amount; f <= field.RefundAmount; f++ {
		t.ctx.Units[f] = u
	}
	t.f.note("amounts are in %s, from %s", u, where)
}

func (t *table) setZone(m []string, line int) {
	h, _ := strconv.Atoi(m[2])
	min, _ := strconv.Atoi(m[3])
	off := h*3600 + min*60
	if m[1] == "-" {
		off = -off
	}
	if _, now := time.Date(2024, 1, 1, 0, 0, 0, 0, location(t.ctx.Loc)).Zone(); now == off || h > 14 {
		return
	}
	t.ctx.Loc = time.FixedZone("", off)
	t.f.note("times are in UTC%s%s, from row %d", m[1], m[2], line)
}

func location(l *time.Location) *time.Location {
	if l == nil {
		return time.UTC
	}
	return l
}

// dateIn finds the last date or month in a text, noon UTC.
func dateIn(text string) txn.Instant {
	at := txn.NoInstant
	for _, m := range dateText.FindAllStringSubmatch(text, -1) {
		y, _ := strconv.Atoi(m[1])
		mon, _ := strconv.Atoi(m[2])
		d, _ := strconv.Atoi(m[3])
		if d == 0 {
			d = 15
		}
		at = txn.At(time.Date(y, time.Month(mon), d, 12, 0, 0, 0, time.UTC))
	}
	return at
}

// units takes the units that column names state.
func (t *table) units() {
	for _, k := range t.m.used {
		if c := &t.m.columns[k]; c.unit != field.UnitAuto {
			t.ctx.Units[c.field] = c.unit
		}
	}
}

// judge settles from the first rows what no name says: the order of day and
// month, the decimal mark, and whether whole numbers are yuan or fen.
func (t *table) judge(rows []*sheet.Row) {
	t.judgeDecimal(rows)
	t.each(rows, field.Direction, func(c *sheet.Cell) { t.plus = t.plus || sheet.Clean(c.Text) == "+" })
	t.judgeOrder(rows)
	t.judgeNumbers(rows)
	t.judgeAmount(rows)
	t.judgeTip(rows)
	t.judgeUnit(rows)
	t.judgeFee(rows)
	t.judgeDebit(rows)
	t.judgeSales(rows)
	t.judgeCredits(rows)
	t.judgeLetters(rows)
	t.judgeZone()
	t.judgeSpare(rows)
	t.told = t.tells()
	t.judgeShared(rows)
	t.judgeClosed(rows)
	t.judgeUndone(rows)
	t.judgeErrors(rows)
	t.judgeClock(rows)
	t.judgeCodes(rows)
	t.judgeYesNo(rows)
	t.judgeMarks(rows)
}

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

// clock reports whether a column holds times of day.
func (t *table) clock(f field.Field) bool {
	return f == field.Clock || f == field.Time && t.m.has(field.Date)
}

// judgeClock finds times of day that lost their leading zeros in a spreadsheet: 905 is
// 00:09:05 among 93005 and 123005, and 09:05 where none is longer than 1530.
func (t *table) judgeClock(rows []*sheet.Row) {
	longest, lost, minutes := 0, true, false // 0905 lost nothing
	for _, f := range [...]field.Field{field.Clock, field.Time} {
		if !t.clock(f) {
			continue
		}
		t.each(rows, f, func(c *sheet.Cell) {
			s := sheet.Clean(c.Text)
			if digitsIn(s)*2 < len(s) { // 共227笔 of a total
				return
			}
			longest = max(longest, len(s))
			minutes = minutes || len(s) == 4 && s[0] == '0'
			lost = lost && (c.Kind == sheet.Text || c.Kind == sheet.Number) && digitsIn(s) == len(s) && (len(s) == 6 || len(s) == 4 || len(s) < 2 || s[0] != '0')
		})
	}
	switch {
	case !lost || longest < 3 || longest > 6:
	case longest <= 4:
		t.zeros = 4
	case !minutes:
		t.zeros = 6
	}
}

// judgeAnswer takes the column of the answer's text (应答信息) for that of the code where the
// table has neither a code nor a status: its words say how each row ended, and without them
// every row would count as one that nobody answered.
func (t *table) judgeAnswer(rows []*sheet.Row) {
	m := t.m
	k := m.first[field.Text]
	if k < 0 || m.format != nil || m.has(field.Code) || m.has(field.Status) {
		return
	}
	filled, ends, paid := 0, 0, 0
	t.each(rows, field.Text, func(c *sheet.Cell) {
		if filled++; endWords.MatchString(c.Text) {
			ends++
		}
		if paidWords.MatchString(c.Text) {
			paid++
		}
	})
	remarks := m.rankOf(field.Text, m.columns[k].name) == len(ranks[field.Text]) // which every export has
	if 2*ends <= filled || remarks && (10*ends < 9*filled || paid == 0 || paid == ends) {
		return
	}
	m.columns[k].field = field.Code
	m.first[field.Code], m.first[field.Text] = k, m.columns[k].alt
	m.columns[k].alt = -1
	if i := m.first[field.Text]; i >= 0 {
		m.used = append(m.used, i)
	}
	t.f.note("no column has response codes: how each row ended is read from the words of %s", m.columns[k].name)
}

// endWords say how a transaction ended.
var endWords = lazy.MustCompile(`(?i)成功|失败|超时|不足|错误|拒绝|超限|超出|无效|过期|不正确|受限|作废|受理|approved|declined|success|fail|timed? ?out|insufficient|invalid|expired|do not hono`)

// paidWords say that it succeeded.
var paidWords = lazy.MustCompile(`(?i)^(交易|支付|付款|收款|处理|消费)?(已?成功|完成)$|^(approved|success)`)

// judgeNumbers finds out whether what a table calls a code is the number of the row: long,
// of digits alone, and in no two rows the same.
func (t *table) judgeNumbers(rows []*sheet.Row) {
	k := t.m.first[field.Code]
	if k < 0 || t.m.format != nil || !field.Vague(t.m.columns[k].name) {
		return
	}
	seen, codes := map[string]bool{}, false
	t.each(rows, field.Code, func(c *sheet.Cell) {
		s := sheet.Clean(c.Text)
		codes = codes || len(s) < 5 || digitsIn(s) < len(s) || seen[s]
		seen[s] = true
	})
	if !codes && len(seen) > 2 {
		t.m.columns[k].field = field.None
		t.m.rankAgain()
		t.f.note("%s holds numbers of the rows, no response codes: no two are the same", t.m.columns[k].name)
	}
}

// judgeYesNo finds response codes that answer whether a payment succeeded: TRUE and FALSE.
func (t *table) judgeYesNo(rows []*sheet.Row) {
	k := t.m.first[field.Code]
	if k < 0 || t.m.format != nil {
		return
	}
	values, _ := t.m.values(k, rows)
	t.yesNo = distinct(values) == 2 && all(func(v string) bool { return field.YesNo(v) && digitsIn(v) == 0 })(values)
	if t.yesNo {
		t.f.note("column %s says whether payments succeeded: its values are %s", t.m.columns[k].name, field.Most(values))
	}
}

// judgeCodes finds numbers that lost their zeros in a spreadsheet. Message types of three digits
// show it for all, and of response codes 5 is 05 where 51 or 91 stand beside it and nothing
// begins with a zero: programs that write 0 and 1 for success and
// failure have no such codes.
func (t *table) judgeCodes(rows []*sheet.Row) {
	short, sure, whole := "", "", true
	t.each(rows, field.Code, func(c *sheet.Cell) {
		switch s := sheet.Clean(c.Text); {
		case c.Kind != sheet.Text || len(s) > 2 || len(s) == 2 && s[0] == '0':
			whole = false
		case len(s) == 1 && digitsIn(s) == 1:
			short = s
		case field.Telling(s):
			sure = s
		}
	})
	t.each(rows, field.MTI, func(c *sheet.Cell) {
		t.short = t.short || c.Kind == sheet.Text && len(c.Text) == 3 && digitsIn(c.Text) == 3
	})
	if t.short {
		t.f.note("a spreadsheet took leading zeros away: message types, terminal and trace numbers get theirs back")
	}
	if t.bare = whole && short != "" && sure != ""; t.bare {
		t.f.note("response codes have lost their leading zero in a spreadsheet: %s is read as 0%s, because %s stands beside it", short, short, sure)
	}
}

// padded is a time of day with the zeros that it lost. Four digits are hours and minutes
// where they are not known to be a shorter time; beside a column of dates they are no day.
func (t *table) padded(c *sheet.Cell) *sheet.Cell {
	s := sheet.Clean(c.Text)
	n := len(s)
	switch {
	case c.Kind == sheet.Text && n > 5 && s[:2] == "0." && digitsIn(s) == n-1:
		return &sheet.Cell{Kind: sheet.Number, Text: s} // a part of a day, saved as text
	case c.Kind != sheet.Text && (c.Kind != sheet.Number || t.zeros == 0) || n > 4 || digitsIn(s) < n:
		return c
	case t.zeros == 6:
		return &sheet.Cell{Text: "000000"[n:] + s}
	case n == 4 || t.zeros == 4:
		s = "0000"[n:] + s
		return &sheet.Cell{Text: s[:2] + ":" + s[2:]}
	}
	return c
}

const (
	maxSpare = 3 // values without a name
	minSpare = 3 // rows that prove them
)

// judgeSpare finds values behind the last name that stand in every row: columns without
// a name. A separator inside a value would look the same, if all rows had one, and would
// move what stands behind it; it is excluded where the last column that is read, and every
// other of its kind, holds a time or an amount with decimals in every row: of two
// neighbours at the place of such a separator, one would hold something else.
func (t *table) judgeSpare(rows []*sheet.Row) {
	width, last := t.m.columns[len(t.m.columns)-1].index+1, -1
	for _, k := range t.m.used {
		last = max(last, t.m.columns[k].index)
	}
	n, spare := 0, 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		more := len(r.Cells) - width
		for more > 0 && blank(r.Cells[width+more-1:width+more]) {
			more--
		}
		if n++; more < 1 || more > maxSpare || spare > 0 && more != spare {
			return
		}
		spare = more
		sound := false // the last column is
		for _, k := range t.m.used {
			c := &t.m.columns[k]
			cell := cellAt(r, c.index)
			switch {
			case c.field.Money():
				if cell == nil || !pointDecimal.MatchString(cell.Text) {
					return
				}
				if _, rule := t.parse(cell.Text, c.field); rule != "" {
					return
				}
			case c.field == field.Time || c.field == field.Date:
				if cell == nil || digitsIn(cell.Text) < 8 {
					return
				}
			default:
				continue
			}
			sound = sound || c.index == last
		}
		if !sound {
			return
		}
	}
	if n >= minSpare && t.f.text() {
		t.spare = spare
		t.f.note("every row has %d more values than there are column names: they were taken for columns without a name", spare)
	}
}

// parse reads an amount of the table.
func (t *table) parse(text string, f field.Field) (field.Value, string) {
	decimals := t.decimals
	if decimals < 0 {
		decimals = 3
	}
	return field.ParseIn(text, t.ctx.Units[f], t.ctx.Decimal, decimals, false)
}

// sign is -1 or 1 by the sign of an amount, 0 for none and for what cannot be read.
func (t *table) sign(c *sheet.Cell, f field.Field) int {
	v, rule := t.parse(c.Text, f)
	switch {
	case rule != "" || !v.Minor.Valid() || v.Minor == 0:
		return 0
	case v.Negative:
		return -1
	}
	return 1
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

// judgeTip finds the column of what the card paid where a tip stands beside the amount: the
// one that is the amount and the tip in every row.
func (t *table) judgeTip(rows []*sheet.Row) {
	amount := t.m.first[field.Amount]
	tip := slices.IndexFunc(t.m.columns, func(c column) bool { return c.field <= field.Ignore && tipName.MatchString(c.name) })
	if t.m.format != nil || amount < 0 || tip < 0 {
		return
	}
	value := func(r *sheet.Row, k int) (txn.Minor, bool) {
		c := cellAt(r, t.m.columns[k].index)
		if c == nil {
			return 0, k == tip // a row without a tip
		}
		v, rule := t.parse(c.Text, field.Amount)
		return v.Minor, rule == "" && v.Minor.Valid()
	}
	paid := func(k int) bool {
		tipped := 0
		for _, r := range rows {
			a, ok1 := value(r, amount)
			more, ok2 := value(r, tip)
			if !ok1 || !ok2 || !t.m.dated(r) {
				continue
			}
			if sum, ok := value(r, k); !ok || sum != a+more {
				return false
			}
			if more != 0 {
				tipped++
			}
		}
		return tipped > 0
	}
	for k := range t.m.columns {
		if c := &t.m.columns[k]; k != amount && k != tip && (c.field <= field.Ignore || c.field == field.Amount) && paid(k) {
			t.f.note("amounts are those of %s: %s and %s together", c.name, t.m.columns[amount].name, t.m.columns[tip].name)
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

var tipName = lazy.MustCompile(`(^|[ _(-])(?i:tips?|gratuity)($|[ _)(-])|[a-z](Tip|Gratuity)$|^(Tip|Gratuity)[A-Z]|小费`)

// judgeFee finds fee columns that hold charges as negative numbers: every fee of
// a row with a positive amount that is not zero is below it.
func (t *table) judgeFee(rows []*sheet.Row) {
	fee, amount := t.m.first[field.Fee], t.m.first[field.Amount]
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
		if rule != "" || av.Negative {
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
	if t.ctx.Kinds == nil {
		t.ctx.Kinds = map[string]txn.Kind{}
	}
	for _, w := range [...]string{"CREDIT", "CREDITS", "CRÉDIT"} {
		t.ctx.Kinds[w] = txn.Refund
	}
	t.f.note("credit stands for refunds, as it does beside sales")
}

// tells reports whether something besides the word for its kind says which way the money of
// a row went.
func (t *table) tells() bool {
	m := t.m
	return m.account() || m.has(field.Direction) || m.has(field.Debit)
}

// judgeErrors finds out whether rows without an error code were approved, as exports with a
// column for errors alone have it: these rows have an authorisation code, and no other has.
func (t *table) judgeErrors(rows []*sheet.Row) {
	code, auth := t.m.first[field.Code], t.m.first[field.AuthCode]
	if code < 0 || auth < 0 || t.m.format != nil || t.m.has(field.Status) || t.m.has(field.MTI) || !errorName.MatchString(t.m.columns[code].name) {
		return
	}
	there := func(r *sheet.Row, k int) bool {
		c := cellAt(r, t.m.columns[k].index)
		return c != nil && !placeholder(c.Text)
	}
	n := 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		if n++; there(r, code) == there(r, auth) {
			return
		}
	}
	if n > 0 {
		t.errors = true
		t.f.note("rows without %s were approved: these have %s, and no others", t.m.columns[code].name, t.m.columns[auth].name)
	}
}

var errorName = lazy.MustCompile(`(?i)err(or)?[ _]?(code|no|nr)|エラー|错误|失败|錯誤|에러|오류|fehler`)

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

// judgeClosed finds out whether a receipt that is closed is paid, as tills write: no other
// word of the column says that a row is paid. Elsewhere a closed order was given up.
func (t *table) judgeClosed(rows []*sheet.Row) {
	if !slices.ContainsFunc(t.m.columns, func(c column) bool {
		name := field.Compact(c.name)
		return strings.HasPrefix(name, "RECEIPT") || strings.HasPrefix(name, "CHECKN") || strings.HasPrefix(name, "TICKETN")
	}) {
		return
	}
	closed, paid := false, false
	t.each(rows, field.Status, func(c *sheet.Cell) {
		switch word := field.Compact(c.Text); {
		case isClosed(word):
			closed = true
		case strings.HasPrefix(word, "PAID"), strings.HasPrefix(word, "SUCCE"), strings.HasPrefix(word, "COMPLETE"), word == "APPROVED", word == "CAPTURED", word == "SETTLED", word == "OK":
			paid = true
		}
	})
	if closed && !paid {
		t.closed = true
		t.f.note("receipts that are closed are paid: no other word of %s says so", t.m.columns[t.m.first[field.Status]].name)
	}
}

// judgeUndone finds the column that says with yes and no whether a payment was undone.
func (t *table) judgeUndone(rows []*sheet.Row) {
	if t.m.format != nil || t.m.has(field.Code) { // which tells of the answer, whatever came later
		return
	}
	for _, c := range t.m.columns {
		if c.field > field.Ignore || !field.Undone(c.name) {
			continue
		}
		n, sound := 0, true
		for _, r := range rows {
			if cell := cellAt(r, c.index); cell != nil && t.m.dated(r) && sheet.Clean(cell.Text) != "" {
				n++
				sound = sound && field.YesNo(sheet.Clean(cell.Text))
			}
		}
		if sound && n > 0 {
			t.undone = c.index + 1
			t.f.note("rows with yes under %s were undone: they count as not paid", c.name)
			return
		}
	}
}

func isClosed(status string) bool { return strings.EqualFold(status, "closed") }

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

// judgeZone takes the zone that the name of the time column states.
func (t *table) judgeZone() {
	for _, f := range [...]field.Field{field.Time, field.Date} {
		if k := t.m.first[f]; k >= 0 && strings.Contains(field.Compact(t.m.columns[k].name), "UTC") {
			t.ctx.Loc, t.ctx.LocSaid = time.UTC, true
			t.f.note("times are in UTC, by the column name %s", t.m.columns[k].name)
			return
		}
	}
}

var slashDate = lazy.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b`)

func (t *table) judgeOrder(rows []*sheet.Row) {
	day, month, either := 0, 0, 0
	short, first, last := 0, map[string]bool{}, map[string]bool{} // dates such as 17.04.23
	dotted := true
	named := "" // a column in a language that writes the day first
	for _, f := range []field.Field{field.Time, field.Date, field.SettleOn} {
		if k := t.m.first[f]; k >= 0 && dayFirstName.MatchString(field.Normalize(t.m.columns[k].name)) {
			named = t.m.columns[k].name
		}
		t.each(rows, f, func(c *sheet.Cell) {
			text := sheet.Clean(c.Text)
			if field.YearLast(text) && digits.Only(text) { // 20112026
				text = text[:2] + "/" + text[2:4] + "/" + text[4:8]
			}
			if m := slashDate.FindStringSubmatch(text); m != nil && c.Kind == sheet.Text {
				a, _ := strconv.Atoi(m[1])
				b, _ := strconv.Atoi(m[2])
				if len(m[3]) == 2 && len(m[1]) == 2 {
					short++
					first[m[1]], last[m[3]] = true, true
					dotted = dotted && strings.Contains(m[0], ".")
				}
				switch {
				case a > 12 && b <= 12 && (len(m[3]) == 4 || m[3] > "31"):
					day++
				case b > 12 && a <= 12:
					month++
				case a <= 12 && b <= 12:
					either++
				}
			}
		})
	}
	switch {
	case day > 0 && month == 0:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: some have a first number above 12")
	case month > 0 && day == 0:
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first: some have a second number above 12")
	case month == 0 && short > 0 && len(last) == 1 && len(first) > 1:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: their last number is the same in the first rows, as a year is")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && (named != "" || dotted && !t.unlatin()):
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as where dots stand between their numbers")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && t.yearOf(last) && !t.yearOf(first):
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: their last number is the year of the file")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && !t.yearOf(first) && !t.unlatin():
		t.f.note("dates are read with the year first, and nothing says so: all rows have the same; say date: dmy in a format file if that is wrong")
	case either == 0 || month > 0:
	case month == 0 && day == 0 && t.otherOrder(rows):
	case t.ctx.Decimal == field.DecimalComma: // who writes a comma there writes the day first
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as where the comma separates decimals")
	case named != "":
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as in the language of the column name %s", named)
	}
}

// chinese reports whether a column name has Chinese characters.
func (t *table) chinese() bool {
	return slices.ContainsFunc(t.m.columns, func(c column) bool {
		return strings.ContainsFunc(c.name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
}

// unlatin reports whether a column name is in another script.
func (t *table) unlatin() bool {
	return slices.ContainsFunc(t.m.columns, func(c column) bool { return strings.ContainsFunc(c.name, unlatin) })
}

// yearOf reports whether the only number of a set, of two digits, is the year of the file:
// the one given, that of its name, or that in which it was last written.
func (t *table) yearOf(numbers map[string]bool) bool {
	year := t.f.st.Year
	if near := field.NearName(t.f.st.Src.Name); year == 0 && near.Valid() {
		year = near.Time().Year()
	}
	if year == 0 && !t.f.st.Modified.IsZero() {
		year = t.f.st.Modified.Year()
	}
	return year > 0 && numbers[fmt.Sprintf("%02d", year%100)]
}

// otherOrder takes the order of day and month from dates in columns that are not read: one
// program wrote them all.
func (t *table) otherOrder(rows []*sheet.Row) bool {
	day, month, name := 0, 0, ""
	for _, c := range t.m.columns {
		for _, r := range rows {
			cell := cellAt(r, c.index)
			if cell == nil || cell.Kind != sheet.Text {
				continue
			}
			m := slashDate.FindStringSubmatch(sheet.Clean(cell.Text))
			if m == nil || len(m[3]) != 4 {
				continue
			}
			a, _ := strconv.Atoi(m[1])
			b, _ := strconv.Atoi(m[2])
			switch {
			case a > 12 && a <= 31 && b <= 12:
				day, name = day+1, c.name
			case b > 12 && b <= 31 && a <= 12:
				month, name = month+1, c.name
			}
		}
	}
	switch {
	case day > 0 && month == 0:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: those of %s have a first number above 12", name)
	case month > 0 && day == 0:
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first: those of %s have a second number above 12", name)
	default:
		return false
	}
	return true
}

// dayFirstName matches names of dates in German, Dutch, French, Spanish, Portuguese,
// Italian, the languages of the north, Russian, Turkish, Vietnamese, Indonesian, Thai, Arabic and Hebrew.
var dayFirstName = lazy.MustCompile(`^(NGÀY|วันที|التاری|تاریخ|תאריכ?|TANGGAL|TGL|DATO|SALGSDATO|TRANSAKSJON|KJØPSDATO|KØBSDATO|ДАТА|İŞLEM|ISLEM|UMSATZDATUM|KAUFDATUM|TAPAHTUMA|FECHA|DATUM|DATA|BUCHUNG|BELEGDATUM|WERTSTELLUNG|VALUTADATUM|TRANSAKTION|TRANSACTIE|BOEKDATUM|DATEDE|DATEOP)`)

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
				} else if f != field.Fee && f != field.Net {
					groups++
					sure = sure || len(m[1]) > len(".000") || m[1][3] != '0' && !east // 1.250.000, and 12.345, which no price of two decimals is
				}
			}
		})
	}
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
	state := func(text string) {
		if r := txn.New(); !placeholder(text) && t.ctx.Set(r, field.Currency, text) == nil {
			add(r.Currency)
		}
	}
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
		for k = t.m.columns[k].alt; k >= 0; k = t.m.columns[k].alt {
			if name := field.Normalize(t.m.columns[k].name); strings.Contains(name, "NET") || strings.Contains(name, "结算") {
				t.netCurrency = t.m.columns[k].index + 1
			}
		}
	} else {
		bare, shown, said := 0, 0, len(seen) > 0
		t.each(rows, field.Amount, func(c *sheet.Cell) {
			if v, rule := field.ParseIn(c.Text, field.UnitAuto, t.ctx.Decimal, 3, true); rule == "" {
				if add(v.Currency); v.Currency != "" {
					shown++
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
	}
	if t.decimals < 0 {
		t.f.note("amounts have currencies that differ in their decimals: totals of money are not checked")
	}
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
	return cents && (t.oneRate(rows, amount, field.Fee, func(_, fee txn.Minor) txn.Minor { return fee }) ||
		t.oneRate(rows, amount, field.Net, func(amount, net txn.Minor) txn.Minor { return amount - net }))
}

// oneRate reports whether what the amounts and the column of f say was charged is whole, of
// one rate, and rounded.
func (t *table) oneRate(rows []*sheet.Row, amount int, f field.Field, charge func(amount, other txn.Minor) txn.Minor) bool {
	other := t.m.first[f]
	if other < 0 {
		return false
	}
	n, rounded, low, high := 0, 0, 0.0, 1.0
	for _, r := range rows {
		a, f := cellAt(r, t.m.columns[amount].index), cellAt(r, t.m.columns[other].index)
		if a == nil || f == nil || !t.m.dated(r) {
			continue
		}
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

func firstText(r *sheet.Row) string {
	for i := range r.Cells {
		if s := sheet.Clean(r.Cells[i].Text); s != "" {
			return s
		}
	}
	return ""
}

// each calls f for the cells of a field's column.
func (t *table) each(rows []*sheet.Row, f field.Field, do func(*sheet.Cell)) {
	k := t.m.first[f]
	if k < 0 {
		return
	}
	for _, r := range rows {
		if c := cellAt(r, t.m.columns[k].index); c != nil {
			do(c)
		}
	}
}
