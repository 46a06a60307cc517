package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
)

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

// slashed is a date such as 05/03/2026, 05-03-26 or 17.04.23, whose first numbers are day and
// month in either order, or year and month.
type slashed struct {
	first, second int
	head, last    string // the first number and the last as they stand
	dotted        bool
}

// slashedIn reads the date at the start of a text.
func slashedIn(text string) (d slashed, ok bool) {
	m := slashDate.FindStringSubmatch(text)
	if m == nil {
		return d, false
	}
	d = slashed{head: m[1], last: m[3], dotted: strings.Contains(m[0], ".")}
	d.first, _ = strconv.Atoi(m[1])
	d.second, _ = strconv.Atoi(m[2])
	return d, true
}

// readings are noon of the date with the day first and with the month first.
func (d slashed) readings() (dayFirst, monthFirst time.Time) {
	year, _ := strconv.Atoi("20" + d.last[len(d.last)-2:])
	at := func(month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	}
	return at(d.second, d.first), at(d.first, d.second)
}

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
			if d, ok := slashedIn(text); ok && c.Kind == sheet.Text {
				a, b := d.first, d.second
				if len(d.last) == 2 && len(d.head) == 2 {
					short++
					first[d.head], last[d.last] = true, true
					dotted = dotted && d.dotted
				}
				switch {
				case a > 12 && b <= 12 && (len(d.last) == 4 || d.last > "31"):
					day++
				case b > 12 && a <= 12:
					month++
				case a <= 12 && b <= 12:
					either++
				}
			}
		})
	}
	doubtful := month == 0 && day == 0 && either > 0 && either >= short // all could be both
	switch {
	case day > 0 && month == 0:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: some have a first number above 12")
	case month > 0 && day == 0:
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first: some have a second number above 12")
	case doubtful && (t.otherOrder(rows) || t.nearOrder(rows) || t.zoneOrder(rows)):
	case doubtful && t.ctx.Decimal != field.DecimalComma && named == "" && (len(last) < 2 && t.spanOrder(rows) || t.currency == "USD" && t.currencyOrder(rows)):
	case month == 0 && short > 0 && len(last) == 1 && len(first) > 1:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: their last number is the same in the first rows, as a year is")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && (named != "" || dotted && !t.unlatin()):
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as where dots stand between their numbers")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && either == 0 && t.yearOf(last) && !t.yearOf(first):
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: their last number is the year of the file")
	case month == 0 && short > 0 && len(last) == 1 && len(first) == 1 && either == 0 && !t.yearOf(first) && !t.unlatin():
		t.f.note("dates are read with the year first, and nothing says so: all rows have the same; say date: dmy in a format file if that is wrong")
	case either == 0 || month > 0:
	case t.ctx.Decimal == field.DecimalComma: // who writes a comma there writes the day first
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as where the comma separates decimals")
	case named != "":
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as in the language of the column name %s", named)
	case day == 0:
		t.currencyOrder(rows)
	}
}

var yearAhead = lazy.MustCompile(`^(19|20)\d\d[-/.年]\d`)

// nearOrder takes the order by which dates are near those that leave no doubt: of the same row, with
// the year in front, and in the name of the file. The two readings of a date lie four weeks apart.
func (t *table) nearOrder(rows []*sheet.Row) bool {
	const near = 10 * 24 * time.Hour
	day, month := 0, 0
	named := field.NearName(t.f.st.Src.Name)
	for _, r := range rows {
		sure := named
		for i := range r.Cells {
			if s := sheet.Clean(r.Cells[i].Text); yearAhead.MatchString(s) {
				sure = dateIn(s)
			}
		}
		if !sure.Valid() {
			continue
		}
		for i := range r.Cells {
			d, ok := slashedIn(sheet.Clean(r.Cells[i].Text))
			if !ok || r.Cells[i].Kind != sheet.Text || d.first == d.second || d.first > 12 || d.second > 12 {
				continue
			}
			dayFirst, monthFirst := d.readings()
			if dayFirst.Sub(sure.Time()).Abs() <= near {
				day++
			} else if monthFirst.Sub(sure.Time()).Abs() <= near {
				month++
			}
		}
	}
	switch {
	case day > 0 && month == 0:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: so they are near dates that leave no doubt, beside them or in the name of the file")
	case month > 0 && day == 0:
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first: so they are near dates that leave no doubt, beside them or in the name of the file")
	default:
		return false
	}
	return true
}

// americanZone matches time zones of the United States as exports of tills name them.
var americanZone = lazy.MustCompile(`US & Canada|^(Eastern|Central|Mountain|Pacific) Time|^America/(New_York|Chicago|Denver|Phoenix|Los_Angeles|Detroit|Anchorage)$|^US/`)

// american reports whether all rows are of time zones of the United States.
func (t *table) american(rows []*sheet.Row) bool {
	n, american := 0, 0
	t.each(rows, field.TimeZone, func(c *sheet.Cell) {
		if n++; americanZone.MatchString(sheet.Clean(c.Text)) {
			american++
		}
	})
	return n > 0 && american == n
}

// zoneOrder takes the order of the country whose time zone all rows have.
func (t *table) zoneOrder(rows []*sheet.Row) bool {
	if !t.american(rows) {
		return false
	}
	t.ctx.Order = field.MonthFirst
	t.f.note("dates are month first, as in the time zone of the rows")
	return true
}

// spanOrder takes the order by which the rows are of days near each other, where they are months apart by
// the other.
func (t *table) spanOrder(rows []*sheet.Row) bool {
	const most = 31 * 24 * time.Hour
	var first, last [2]time.Time // with the day first, with the month first
	for _, f := range []field.Field{field.Time, field.Date} {
		t.each(rows, f, func(c *sheet.Cell) {
			d, ok := slashedIn(sheet.Clean(c.Text))
			if !ok || c.Kind != sheet.Text || d.dotted { // nobody writes 11.20.2026
				return
			}
			dayFirst, monthFirst := d.readings()
			for i, at := range [...]time.Time{dayFirst, monthFirst} {
				if first[i].IsZero() || at.Before(first[i]) {
					first[i] = at
				}
				if at.After(last[i]) {
					last[i] = at
				}
			}
		})
	}
	switch days, months := last[0].Sub(first[0]), last[1].Sub(first[1]); {
	case days <= most && 4*days < months:
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first: so the rows are of days near each other; say date: mdy in a format file if that is wrong")
	case months <= most && 4*months < days:
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first: so the rows are of days near each other; say date: dmy in a format file if that is wrong")
	default:
		return false
	}
	return true
}

// dayFirstMoney are currencies of countries where everybody writes the day first.
const dayFirstMoney = "EUR GBP AUD NZD INR BRL MXN ARS CLP COP PEN UYU ZAR SGD MYR THB IDR VND TRY RUB UAH PLN CZK RON BGN DKK NOK CHF ILS AED SAR QAR KWD BHD OMR JOD EGP MAD TND NGN GHS UGX TZS ZMW PKR LKR BDT NPR XAF XOF"

// currencyOrder takes the order of the country whose currency all amounts have.
func (t *table) currencyOrder(rows []*sheet.Row) bool {
	one := t.currency != ""
	t.each(rows, field.Currency, func(c *sheet.Cell) { one = one && (placeholder(c.Text) || t.states(c.Text) == t.currency) })
	switch {
	case !one:
		return false
	case strings.Contains(dayFirstMoney, t.currency):
		t.ctx.Order = field.DayFirst
		t.f.note("dates are day first, as where %s is the currency; say date: mdy in a format file if that is wrong", t.currency)
	case t.currency == "USD" && t.m.has(field.Currency): // a sign such as $ is of many countries
		t.ctx.Order = field.MonthFirst
		t.f.note("dates are month first, as where %s is the currency; say date: dmy in a format file if that is wrong", t.currency)
	default:
		return false
	}
	return true
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
			d, ok := slashedIn(sheet.Clean(cell.Text))
			switch {
			case !ok || len(d.last) != 4:
			case d.first > 12 && d.first <= 31 && d.second <= 12:
				day, name = day+1, c.name
			case d.second > 12 && d.second <= 31 && d.first <= 12:
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
