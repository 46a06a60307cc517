package field

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// stamp is what a text says about a time: any part may be missing.
type stamp struct {
	year, month, day   int // 0 where the text has none
	hour, min, sec     int
	micro              int
	prec               txn.Precision // PrecDay with a date only, else the finest unit of the clock
	date, clock, zoned bool
	midnight           bool   // the clock is the 00:00:00 that programs write behind a date
	offset             int    // seconds east of UTC where zoned and zone == ""
	zone               string // abbreviation such as "CST" that needs a location
}

// merge adds the parts that o has and s lacks.
func (s *stamp) merge(o *stamp) {
	if o.date && !s.date {
		s.year, s.month, s.day, s.date = o.year, o.month, o.day, true
	}
	if o.clock && (!s.clock || s.midnight && !o.midnight) {
		s.hour, s.min, s.sec, s.micro, s.clock = o.hour, o.min, o.sec, o.micro, true
		s.midnight, s.prec = o.midnight, o.prec
	}
	if o.zoned && !s.zoned {
		s.zoned, s.offset, s.zone = true, o.offset, o.zone
	}
	if s.prec == txn.PrecNone {
		s.prec = o.prec
	}
}

// Order is the order of day and month in dates such as 03/04/2026 whose year
// does not stand first.
type Order uint8

const (
	OrderAuto Order = iota // by the values; month first where both are possible only if no year is there
	DayFirst
	MonthFirst
	LikelyDay   // as OrderAuto, and day first where 05/03/2026 could be both
	LikelyMonth // as OrderAuto, and month first there
)

// byValues reports whether the values of a date that tell are believed.
func (o Order) byValues() bool { return o != DayFirst && o != MonthFirst }

// parseStamp reads every shape that POS systems write. The empty rule means
// success; otherwise it is the stable word of the error.
//
// Shapes: 2026-11-20 08:15:32.123, 2026/1/5 8:05, 20261120081532[mmm],
// 20261120 081532, 20112026, 2026-11-20T08:15:32Z, ...+08:00, 2026年11月21日08时15分32秒,
// 11-20 08:15:32 and 1120081532 (no year), 08:15:32, 081532, 下午3:05,
// Mon Nov 24 00:00:03 CST 2014.9 (jPOS: 9 ms), Nov 24 00:00:03,
// 24/Nov/2014:00:00:03 +0800, 11/24/2014 3:04 PM, 1763626532[123] (Unix time).
func parseStamp(s string, f Field, order Order) (stamp, string) {
	s = Clean(s)
	if t, ok := serialStamp(s, f); ok {
		return t, ""
	}
	if sec, frac, ok := strings.Cut(s, "."); ok && len(sec) == 10 && sec[0] == '1' && sec >= "13" && digitsOnly(sec) && digitsOnly(frac) { // Unix time as zap writes it
		return unixStamp(wide(sec), atoi((frac + "000000")[:6]), txn.PrecMicro), ""
	}
	if digitsOnly(s) {
		if YearLast(s) && f != Clock {
			var ok bool
			if s, ok = yearFirst(s, order); !ok {
				return stamp{}, "date-order"
			}
		}
		return digitStamp(s, f)
	}
	if !ascii(s) {
		s = asciiStamp(s)
	}
	if strings.HasSuffix(s, ".") { // 1:05 p.m.
		s = halfDay.Replace(s)
	}
	var t stampReader
	t.order = order
	s, beside := aside(s)
	rule := t.read(s)
	if rule == "time-syntax" {
		if english, ok := englishMonth(s); ok {
			t = stampReader{order: order}
			rule = t.read(english)
		}
	}
	if rule != "" {
		return stamp{}, rule
	}
	if beside != "" && !t.zoned && t.clock {
		if z, ok := parseZone(beside); ok {
			t.zoned, t.offset, t.zone = true, z.offset, z.zone
		} else if strings.Contains(beside, "/") {
			t.zoned, t.zone = true, beside
		}
	}
	return t.finish()
}

// englishMonth writes the month of a date in English: 24 lug 2024, 3 de marzo de 2026, 5 déc. 2026.
func englishMonth(s string) (string, bool) {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return "", false
	}
	day := digitsEnd(s, from)
	rest := strings.TrimLeft(s[day:], " .-/")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "de "), "di ")
	end := strings.IndexFunc(rest, func(c rune) bool { return !unicode.IsLetter(c) })
	if day > from+2 || end < 3 {
		return "", false
	}
	word := strings.ToLower(foldLatin(rest[:end]))
	months := monthsElsewhere()
	for _, n := range [...]int{4, 3} { // juin, juil
		if r := []rune(word); len(r) >= n {
			if m, ok := months[string(r[:n])]; ok {
				rest = strings.TrimLeft(rest[end:], " .-/")
				rest = strings.TrimPrefix(strings.TrimPrefix(rest, "de "), "del ")
				return s[from:day] + " " + monthNames[3*m:3*m+3] + " " + rest, true
			}
		}
	}
	return "", false
}

// monthsElsewhere are the first letters of months, from 0 on, in other languages and in English;
// lip and lis are none, which are one month in Poland and the one before in Croatia.
var monthsElsewhere = sync.OnceValue(func() map[string]int {
	months := map[string]int{}
	for m, list := range [...]string{"jan ene gen ian sty oca янв", "feb fev lut sub фев", "mar mrt maa мар", "apr abr avr kwi nis апр", "may mai mei mag maj май мая", "jun juin giu iun cze haz июн",
		"jul juil lug iul lipc lipi tem июл", "aug ago aou agu ags sie авг", "sep set wrz eyl сен", "oct okt ott out paz eki окт", "nov nop kas noi ноя", "dec dic dez des gru ara дек"} {
		for w := range strings.FieldsSeq(list) {
			months[foldLatin(w)] = m // й is и with a mark, too
		}
	}
	return months
})

// aside cuts off the name of a zone behind a time, in the brackets in which Java and browsers write it
// behind the offset: 08:15:32+08:00[Asia/Shanghai], 08:15:32 GMT+0800 (China Standard Time).
func aside(s string) (time, zone string) {
	end, at := len(s)-1, -1
	switch {
	case end < len("08:15:32"):
	case s[end] == ')':
		at = strings.LastIndexByte(s, '(')
	case s[end] == ']':
		if at = strings.LastIndexByte(s, '['); at > 0 && zoneAside(s[at:]) == 0 {
			at = -1 // of a log line
		}
	case Letter(s[end]):
		if at = strings.LastIndexByte(s, ' '); at > 0 && strings.Contains(s[at:], "/") {
			return s[:at], s[at+1:]
		}
		at = -1
	}
	if at <= 0 {
		return s, ""
	}
	return s[:at], s[at+1 : end]
}

// weekday is the name of a day of the week beside the date, weekdaySigns what every one has.
var weekday = lazy.MustCompile(`[(（]?(星期|礼拜|周|週)[一二三四五六日天][)）]?|[(（][一二三四五六月火水木金土日월화수목금토일][)）]|[月火水木金土日]曜日|[월화수목금토일]요일`)
var weekdaySigns = []string{"期", "周", "週", "礼拜", "曜", "요", "(", "（"}

var halfDay = strings.NewReplacer("a. m.", "AM", "p. m.", "PM", "a.m.", "AM", "p.m.", "PM", "A.M.", "AM", "P.M.", "PM")

var chineseStamp = strings.NewReplacer("民國", "", "民国", "", "年", "-", "月", "-", "日", " ", "号", " ", "时", ":", "時", ":", "点", ":", "分", ":", "秒", " ",
	"上午", " AM ", "凌晨", " AM ", "早上", " AM ", "中午", " NOON ", "下午", " PM ", "傍晚", " PM ", "晚上", " NIGHT ", "：", ":", "－", "-", "／", "/", "．", ".", "　", " ", " ", " ", "星期", " ", "周", " ",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

func asciiStamp(s string) string {
	// 02-9月 -13 is how Oracle writes 02-SEP-13 where it speaks Chinese.
	if day, rest, ok := strings.Cut(s, "-"); ok && len(day) <= 2 && digitsOnly(day) {
		if month, year, ok := strings.Cut(rest, "月"); ok && len(month) <= 2 && digitsOnly(month) && atoi(month) >= 1 && atoi(month) <= 12 && strings.HasPrefix(strings.TrimLeft(year, " "), "-") {
			m := 3 * (atoi(month) - 1)
			s = day + "-" + monthNames[m:m+3] + year
		}
	}
	if slices.ContainsFunc(weekdaySigns, func(sign string) bool { return strings.Contains(s, sign) }) {
		s = strings.TrimSpace(weekday.ReplaceAllString(s, " "))
	}
	for era, before := range eras {
		if head, rest, ok := strings.Cut(s, era); ok {
			if n, more, ok := strings.Cut(strings.Replace(rest, "元年", "1年", 1), "年"); ok && len(n) <= 2 && digitsOnly(n) {
				s = head + strconv.Itoa(before+atoi(n)) + "年" + more
			}
		}
	}
	return chineseStamp.Replace(s)
}

// eras are those of Japan since 1989, with the year before their first.
var eras = map[string]int{"令和": 2018, "平成": 1988}

// serialStamp reads the day count of a spreadsheet that stands in a text:
// 46346.33694, or 46346 where only a date can be meant. Times are to the second.
func serialStamp(s string, f Field) (t stamp, ok bool) {
	whole, frac, pointed := strings.Cut(s, ".")
	if len(whole) != 5 || !digitsOnly(whole) || pointed && (len(frac) < 2 || len(frac) > 15 || !digitsOnly(frac)) {
		return t, false
	}
	if days := atoi(whole); days < 32874 || days > 73050 || !pointed && f != Date && f != SettleOn { // 1990 to 2099
		return t, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return t, false
	}
	t = unixStamp(int64(math.Round((v-25569)*86400)), 0, txn.PrecSecond)
	if t.zoned = false; !pointed {
		t.clock, t.prec = false, txn.PrecDay
	}
	return t, true
}

// digitStamp reads an unbroken run of digits by its length.
func digitStamp(s string, f Field) (t stamp, rule string) {
	n := func(i, j int) int { return atoi(s[i:j]) }
	day := func(i int) { t.year, t.month, t.day, t.date = n(i, i+4), n(i+4, i+6), n(i+6, i+8), true }
	clock := func(i int) {
		t.hour, t.min, t.sec, t.clock, t.prec = n(i, i+2), n(i+2, i+4), n(i+4, i+6), true, txn.PrecSecond
	}
	switch len(s) {
	case 17:
		day(0)
		clock(8)
		t.micro, t.prec = n(14, 17)*1000, txn.PrecMilli
	case 14:
		day(0)
		clock(8)
	case 12:
		if y, m := n(0, 4), n(4, 6); y >= 1990 && y < 2100 && m >= 1 && m <= 12 {
			day(0)
			t.hour, t.min, t.clock, t.prec = n(8, 10), n(10, 12), true, txn.PrecMinute
		} else { // yyMMddhhmmss
			t.year, t.month, t.day, t.date = 2000+n(0, 2), n(2, 4), n(4, 6), true
			clock(6)
		}
	case 13: // Unix time in milliseconds; of the republic of China and of days of the year are other numbers
		if s[0] != '1' || s[1] < '2' {
			return t, "time-syntax"
		}
		return unixStamp(int64(n(0, 10)), n(10, 13)*1000, txn.PrecMilli), ""
	case 16, 19: // and in parts of it, from 2017 on: more of the numbers as long are cards and orders
		if s[0] != '1' || s[1] < '5' {
			return t, "time-syntax"
		}
		return unixStamp(int64(n(0, 10)), n(10, 16), txn.PrecMicro), ""
	case 10:
		if n(0, 2) > 19 { // yyMMddhhmm; Unix time has a 1 in front until 2033
			t.year, t.month, t.day, t.date = 2000+n(0, 2), n(2, 4), n(4, 6), true
			t.hour, t.min, t.clock, t.prec = n(6, 8), n(8, 10), true, txn.PrecMinute
		} else if n(0, 2) > 12 {
			return unixStamp(int64(n(0, 10)), 0, txn.PrecSecond), ""
		} else {
			t.month, t.day, t.date = n(0, 2), n(2, 4), true
			clock(4)
		}
	case 8:
		day(0)
		t.prec = txn.PrecDay
	case 6:
		if f == Date || f == SettleOn { // yyMMdd
			t.year, t.month, t.day, t.date, t.prec = 2000+n(0, 2), n(2, 4), n(4, 6), true, txn.PrecDay
		} else {
			clock(0)
		}
	case 5: // hhmmss whose leading zero a spreadsheet took
		if f != Clock && f != Time {
			return t, "time-syntax"
		}
		s = "0" + s
		clock(0)
	case 4:
		if f == Clock {
			t.hour, t.min, t.clock, t.prec = n(0, 2), n(2, 4), true, txn.PrecMinute
		} else {
			t.month, t.day, t.date, t.prec = n(0, 2), n(2, 4), true, txn.PrecDay
		}
	default:
		return t, "time-syntax"
	}
	return t, t.check()
}

func unixStamp(sec int64, micro int, p txn.Precision) stamp {
	u := time.Unix(sec, 0).UTC()
	return stamp{year: u.Year(), month: int(u.Month()), day: u.Day(), hour: u.Hour(), min: u.Minute(), sec: u.Second(),
		micro: micro, prec: p, date: true, clock: true, zoned: true}
}

func (s *stamp) check() string {
	if s.date {
		if s.month < 1 || s.month > 12 || s.day < 1 || s.day > daysIn(s.month, s.year) {
			return "date-range"
		}
		if s.year != 0 && (s.year < firstYear || s.year > lastYear) {
			return "year-range"
		}
	}
	if s.clock && s.hour == 24 && s.min == 0 && s.sec == 0 {
		return "" // the end of the day
	}
	if s.clock && (s.hour > 23 || s.min > 59 || s.sec > 60) {
		return "clock-range"
	}
	return ""
}

// firstYear and lastYear bound the times of transactions. Programs write years such as 1,
// 1970 and 9999 where they have no date.
const firstYear, lastYear = 1980, 2100

func daysIn(month, year int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year == 0 || year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func atoi(s string) int { return int(wide(s)) }

// wide is the number of up to 18 digits, which an int does not hold everywhere.
func wide(s string) int64 {
	n := int64(0)
	for i := 0; i < len(s); i++ {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}

func digit(c byte) bool { return c-'0' < 10 }

// Letter reports a letter of ASCII.
func Letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// Han reports a character that Chinese names are written with, punctuation
// (U+3000 to U+303F) and full-width forms left out.
func Han(r rune) bool {
	return r >= 0x2E80 && r < 0xFF00 && (r < 0x3000 || r > 0x303F)
}

func digitsOnly(s string) bool { return digits.Only(s) }

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func upper(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}
