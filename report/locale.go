package report

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/txn"
)

// words writes phrases, numbers and times in one language and zone.
type words struct {
	lang     string
	loc      *time.Location
	currency string
	foreign  bool // the currency is not that of the report: amounts name it wherever they stand
	days     bool // times need their date
	years    bool // and dates their year: the report covers more than one
}

// date is the layout of a day in a time.
func (w words) date() string {
	if w.years {
		return time.DateOnly
	}
	return "01-02"
}

const none = "—"

// t returns the phrase of the catalogue, formatted with args.
func (w words) t(key string, args ...any) string {
	p, ok := catalogue()[key]
	if !ok {
		return key // a test finds such keys
	}
	s := p.zh
	if w.lang == "en" {
		s = p.en
	}
	if len(args) == 0 {
		return s
	}
	if strings.Contains(s, "(s)") {
		s = agree(s, args)
	}
	return fmt.Sprintf(s, args...)
}

// Wording is how reports name an outcome ("meaning") or a class ("class") of a code.
func Wording(lang, kind, name string) string {
	return words{lang: lang}.t(kind + "." + name)
}

// agree puts the plural where an English phrase leaves it to a number: "%s row(s)"
// is "%s row" if what fills the place before it is 1, else "%s rows".
func agree(s string, args []any) string {
	var b strings.Builder
	places := 0
	for {
		before, after, ok := strings.Cut(s, "(s)")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		places += strings.Count(before, "%") - 2*strings.Count(before, "%%")
		if fmt.Sprint(args[places-1]) != "1" {
			b.WriteByte('s')
		}
		s = after
	}
}

// word translates a closed word of the JSON report, such as a cause or a state;
// words that are not in the catalogue are shown as they are.
func (w words) word(group, name string) string {
	if _, ok := catalogue()[group+"."+name]; ok {
		return w.t(group + "." + name)
	}
	return name
}

// total names a total that a file states about itself, of all rows ("amount") or
// of a part of them ("refund_amount").
func (w words) total(what string) string {
	part, of, ok := strings.Cut(what, "_")
	if !ok {
		return w.word("check", what)
	}
	return w.t("check.part", w.word("check", part), w.word("check", of))
}

// text picks the language of a sentence of the Result, the other one where it
// is missing.
func (w words) text(t analyze.Text) string {
	if w.lang == "en" && t.En != "" || t.Zh == "" {
		return t.En
	}
	return t.Zh
}

func (w words) count(n int) string { return group(int64(n)) }

// group writes an integer with thousands separators.
func group(n int64) string { return digits.Group(n) }

// amount writes minor units as "318,204.50", with the decimals of the currency and without
// its name.
func (w words) amount(minor int64) string {
	return digits.GroupDecimal(txn.Minor(minor).In(w.currency))
}

// in are the words for amounts of a currency.
func (w words) in(currency string) words {
	if currency != "" {
		w.foreign = w.currency != "" && w.currency != currency
		w.currency = currency
	}
	return w
}

// money writes minor units with the currency: "¥318,204.50".
func (w words) money(minor int64) string {
	switch w.currency {
	case "CNY", "156", "RMB":
		if minor < 0 {
			return "-¥" + w.amount(-minor)
		}
		return "¥" + w.amount(minor)
	case "":
		return w.amount(minor)
	}
	return w.currency + " " + w.amount(minor)
}

// rate writes a share as "91.3%".
func rate(v float64) string { return digits.Percent(v) }

// confidence writes a probability; nothing inferred is ever certain.
func confidence(v float64) string {
	if v >= 0.9995 {
		return ">99.9%"
	}
	return rate(v)
}

func confidenceCell(v float64) Cell {
	c := rateCell(v)
	c.Text = confidence(v)
	return c
}

// decimal writes a number with one decimal, whole numbers from 100 on without.
func decimal(v float64) string {
	if math.Abs(v) >= 99.95 {
		return group(int64(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// signed writes decibans: "+14.8", "-2.9".
func signed(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	if s == "-0.0" || s == "0.0" {
		return "0.0"
	}
	if v > 0 {
		return "+" + s
	}
	return s
}

var weekdays = [...]phrase{{"星期日", "Sun"}, {"星期一", "Mon"}, {"星期二", "Tue"}, {"星期三", "Wed"}, {"星期四", "Thu"}, {"星期五", "Fri"}, {"星期六", "Sat"}}

// day writes a date with its weekday.
func (w words) day(t time.Time) string {
	t = t.In(w.loc)
	if w.lang == "en" {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("2006-01-02 ") + weekdays[t.Weekday()].zh
}

// clock writes a time of day to the second, with its date where the report
// covers more than one day.
func (w words) clock(t time.Time) string {
	if w.days {
		return t.In(w.loc).Format("2006-01-02 15:04:05")
	}
	return t.In(w.loc).Format("15:04:05")
}

// moment is a clock time with its day, as spans are written: without its year where
// that goes without saying.
func (w words) moment(t time.Time) string {
	if w.days {
		return t.In(w.loc).Format(w.date() + " 15:04:05")
	}
	return t.In(w.loc).Format("15:04:05")
}

// tick writes the label of a step of the time axis.
func (w words) tick(t time.Time) string {
	if w.days {
		return t.In(w.loc).Format(w.date() + " 15:04")
	}
	return t.In(w.loc).Format("15:04")
}

// endless reports an end that nobody has stated, as of a downtime that goes on.
func endless(end time.Time) bool { return end.Year() >= 9999 }

// span writes a half-open interval. Midnight at its end is 24:00.
func (w words) span(a, b time.Time) string {
	a, b = a.In(w.loc), b.In(w.loc)
	if endless(b) {
		return w.t("span.endless", a.Format(w.date()+" 15:04"))
	}
	layout := "15:04:05"
	if a.Second() == 0 && b.Second() == 0 && a.Nanosecond() == 0 && b.Nanosecond() == 0 {
		layout = "15:04"
	}
	end := b.Format(layout)
	y, m, d := a.Date()
	if b.Equal(time.Date(y, m, d+1, 0, 0, 0, 0, w.loc)) {
		end = "24:00" + strings.Repeat(":00", len(layout)/8)
	} else if y2, m2, d2 := b.Date(); y2 != y || m2 != m || d2 != d {
		end = b.Format(w.date() + " " + layout)
		return a.Format(w.date()+" "+layout) + "–" + end
	}
	if w.days {
		return a.Format(w.date()+" "+layout) + "–" + end
	}
	return a.Format(layout) + "–" + end
}

// duration writes seconds in the largest two units.
func (w words) duration(sec int64) string {
	switch {
	case sec < 0:
		return "-" + w.duration(-sec)
	case sec < 120:
		return w.t("dur.s", sec)
	case sec < 3600 && sec%60 == 0 || sec >= 600 && sec < 3600:
		return w.t("dur.m", (sec+30)/60)
	case sec < 3600:
		return w.t("dur.ms", sec/60, sec%60)
	case sec < 86400 && sec%3600 < 60:
		return w.t("dur.h", sec/3600)
	case sec < 86400:
		return w.t("dur.hm", sec/3600, sec%3600/60)
	}
	if sec%86400 < 3600 {
		return w.t("dur.d", sec/86400)
	}
	return w.t("dur.dh", sec/86400, sec%86400/3600)
}

// scope writes the places that an incident touches, dimension by dimension.
func (w words) scope(s map[string][]string) string {
	if len(s) == 0 {
		return w.t("scope.all")
	}
	order := map[string]int{"institution": 1, "carrier": 2, "region": 3, "network": 4, "model": 5, "issuer": 6, "bin": 7, "merchant": 8, "terminal": 9, "kind": 10}
	dims := make([]string, 0, len(s))
	for d := range s {
		dims = append(dims, d)
	}
	sort.Slice(dims, func(i, j int) bool {
		if order[dims[i]] != order[dims[j]] {
			return order[dims[i]] < order[dims[j]]
		}
		return dims[i] < dims[j]
	})
	parts := make([]string, len(dims))
	for i, d := range dims {
		parts[i] = w.word("dim", d) + " " + w.list(s[d], 3)
	}
	return strings.Join(parts, " × ")
}

// list joins names; beyond max it says how many more there are.
func (w words) list(names []string, max int) string {
	shown := names
	if len(names) > max {
		shown = names[:max]
	}
	s := strings.Join(shown, w.t("comma"))
	if n := len(names) - len(shown); n > 0 {
		s += w.t("more", n)
	}
	return s
}

// Cells.

func textCell(s string) Cell  { return Cell{Kind: Text, Text: s} }
func identCell(s string) Cell { return Cell{Kind: Ident, Text: s} }
func countCell(n int) Cell {
	return Cell{Kind: Count, Text: group(int64(n)), Int: int64(n), Valid: true}
}
func (w words) moneyCell(v int64) Cell {
	text := w.amount
	if w.foreign {
		text = w.money
	}
	return Cell{Kind: Money, Text: text(v), Int: v, Currency: w.currency, Valid: true}
}
func (w words) moneyPtr(v *int64) Cell {
	if v == nil {
		return Cell{Kind: Money, Text: none}
	}
	return w.moneyCell(*v)
}
func rateCell(v float64) Cell { return Cell{Kind: Rate, Text: rate(v), Float: v, Valid: true} }
func ratePtr(v *float64) Cell {
	if v == nil {
		return Cell{Kind: Rate, Text: none}
	}
	return rateCell(*v)
}
func numberCell(v float64) Cell {
	return Cell{Kind: Number, Text: decimal(v), Float: v, Valid: true}
}
func dbCell(v float64) Cell { return Cell{Kind: Number, Text: signed(v), Float: v, Valid: true} }
func (w words) secondsCell(v int64) Cell {
	return Cell{Kind: Seconds, Text: w.duration(v), Int: v, Valid: true}
}
func (w words) timeCell(t time.Time) Cell {
	return Cell{Kind: Time, Text: w.clock(t), Time: t.In(w.loc), Valid: true}
}
func (w words) endCell(t time.Time) Cell {
	if endless(t) {
		return w.timePtr(nil)
	}
	return w.timeCell(t)
}
func (w words) timePtr(t *time.Time) Cell {
	if t == nil {
		return Cell{Kind: Time, Text: none}
	}
	return w.timeCell(*t)
}
func (c Cell) tone(t Tone) Cell        { c.Tone = t; return c }
func (c Cell) link(id string) Cell     { c.Link = id; return c }
func (w words) moneyFact(v int64) Cell { c := w.moneyCell(v); c.Text = w.money(v); return c }
