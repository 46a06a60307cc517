package table

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

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
			if word := field.Clean(c.in.Cells[c.at].Text); word == "分" || word == "元" || word == "人民币元" || field.Coarse(word) {
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
var pairs = lazy.MustCompile(`((?:[A-Za-z]+\.? ){0,2}[^\s:：=,，;；]+)\s*[:：=]\s*([^\s,，;；]+)`)

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
	take := func(name, value, rest string) {
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
		if f == field.SettleOn && period(value+rest) {
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
			take("Currency", m[1], "")
		}
		if ms := pairs.FindAllStringSubmatch(text, -1); ms != nil {
			for _, m := range ms {
				_, rest, _ := strings.Cut(text, m[0])
				take(m[1], m[2], rest+behind(cells[i+1:]))
			}
			continue
		}
		text = strings.TrimRight(text, ":： ")
		if text != "" && i+1 < len(cells) {
			take(text, field.Clean(cells[i+1].Text), behind(cells[i+2:]))
		}
		if strings.Contains(text, "存款") || strings.Contains(text, "账户") { // 002 活期储蓄存款 港币 现汇
			for w := range strings.FieldsSeq(text) {
				if len(w) >= len("美元") {
					take("币种", w, "")
				}
			}
		}
	}
}

// periods are a day and the day up to which rows are.
var periods = lazy.MustCompile(`^\s*(20\d{6}|20\d\d[-./年]\d\d?[-./月]\d\d?)日?(?:\s+\d\d?:\d\d(?::\d\d)?)?\s*(?:[至到~～—–]+|to|-[-\s]*)\s*(\d[\d年月./-]*\d)`)

// period reports whether a text begins with the first and the last of several days, such as those
// of which a list has the settlement: none of them is that of every row.
func period(text string) bool {
	m := periods.FindStringSubmatch(text)
	return m != nil && m[1] != m[2]
}

// behind is the text of the next cells that say something, as far as a period may go on in them.
func behind(cells []sheet.Cell) string {
	var b strings.Builder
	for i := range cells[:min(len(cells), 3)] {
		b.WriteByte(' ')
		b.WriteString(field.Clean(cells[i].Text))
	}
	return b.String()
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
	unitWords = lazy.MustCompile(`单位\s*[:：]?\s*(?:人民币)?\s*([角十百千万亿]*元|分|角)`)
	zoneWords = lazy.MustCompile(`UTC\s*([+-])(\d{1,2})(?::?(\d{2}))?`)
	dateText  = lazy.MustCompile(`(20\d\d)\s*[-./年_]?\s*(0[1-9]|1[0-2]|[1-9])\s*(?:[-./月_]?\s*(3[01]|[12]\d|0?[1-9]))?`)
)

func (t *table) setUnit(word, where string) {
	if field.Coarse(word) {
		t.leaveAmounts(word, where)
		return
	}
	u, ok := field.ParseUnit(word)
	if !ok {
		return
	}
	for f := field.Amount; f <= field.RefundAmount; f++ {
		t.ctx.Units[f] = u
	}
	t.f.note("amounts are in %s, from %s", u, where)
}

// leaveAmounts leaves the amounts out whose unit is one in which no single payment is stated,
// unless their own names state another.
func (t *table) leaveAmounts(unit, where string) {
	left := false
	for i := range t.m.columns {
		if c := &t.m.columns[i]; c.field.Money() && c.unit == field.UnitAuto {
			c.field, left = field.Ignore, true
		}
	}
	if left {
		t.m.rankAgain()
		t.f.note("amounts are not read: they are in %s, from %s, and those of payments in yuan or fen", unit, where)
	}
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

func firstText(r *sheet.Row) string {
	for i := range r.Cells {
		if s := sheet.Clean(r.Cells[i].Text); s != "" {
			return s
		}
	}
	return ""
}
