package field

import (
	"strings"
	"time"

	"github.com/poslog/poslog/txn"
)

// stamp is what a text says about a time: any part may be missing.
type stamp struct {
	year, month, day   int // 0 where the text has none
	hour, min, sec     int
	micro              int
	prec               txn.Precision // PrecDay with a date only, else the finest unit of the clock
	date, clock, zoned bool
	offset             int    // seconds east of UTC where zoned and zone == ""
	zone               string // abbreviation such as "CST" that needs a location
}

// merge adds the parts that o has and s lacks.
func (s *stamp) merge(o stamp) {
	if o.date && !s.date {
		s.year, s.month, s.day, s.date = o.year, o.month, o.day, true
	}
	if o.clock && !s.clock {
		s.hour, s.min, s.sec, s.micro, s.clock = o.hour, o.min, o.sec, o.micro, true
		s.prec = o.prec
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
)

// parseStamp reads every shape that POS systems write. The empty rule means
// success; otherwise it is the stable word of the error.
//
// Shapes: 2026-11-20 08:15:32.123, 2026/1/5 8:05, 20261120081532[mmm],
// 20261120 081532, 2026-11-20T08:15:32Z, ...+08:00, 2026年11月21日08时15分32秒,
// 11-20 08:15:32 and 1120081532 (no year), 08:15:32, 081532, 下午3:05,
// Mon Nov 24 00:00:03 CST 2014.9 (jPOS: 9 ms), Nov 24 00:00:03,
// 24/Nov/2014:00:00:03 +0800, 11/24/2014 3:04 PM, 1763626532[123] (Unix time).
func parseStamp(s string, f Field, order Order) (stamp, string) {
	s = Clean(s)
	if digitsOnly(s) {
		return digitStamp(s, f)
	}
	if !ascii(s) {
		s = asciiStamp(s)
	}
	var t stampReader
	t.order = order
	if rule := t.read(s); rule != "" {
		return stamp{}, rule
	}
	return t.finish(f)
}

var chineseStamp = strings.NewReplacer("年", "-", "月", "-", "日", " ", "号", " ", "时", ":", "点", ":", "分", ":", "秒", " ",
	"上午", " AM ", "下午", " PM ", "：", ":", "－", "-", "／", "/", "．", ".", "　", " ", " ", " ", "星期", " ", "周", " ",
	"０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

func asciiStamp(s string) string { return chineseStamp.Replace(s) }

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
	case 13: // Unix time in milliseconds
		return unixStamp(int64(n(0, 10)), n(10, 13)*1000, txn.PrecMilli), ""
	case 10:
		if n(0, 2) > 12 {
			return unixStamp(int64(n(0, 10)), 0, txn.PrecSecond), ""
		}
		t.month, t.day, t.date = n(0, 2), n(2, 4), true
		clock(4)
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
	}
	if s.clock && (s.hour > 23 || s.min > 59 || s.sec > 60) {
		return "clock-range"
	}
	return ""
}

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

// stampReader collects numbers and words from left to right.
type stampReader struct {
	stamp
	order  Order
	nums   [3]int // numbers of the date, in order of appearance
	width  [3]int
	n      int
	month  int // from a name
	pm, am bool
}

func (t *stampReader) read(s string) string {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case digit(c):
			j := i
			for j < len(s) && digit(s[j]) {
				j++
			}
			next := byte(0)
			if j < len(s) {
				next = s[j]
			}
			switch {
			case next == ':' && j-i <= 2 && !t.clock && j+1 < len(s) && digit(s[j+1]):
				end, rule := t.readClock(s, i)
				if rule != "" {
					return rule
				}
				i = end
			case t.n == 0 && j-i >= 8 || t.n > 0 && j-i == 6 && !t.clock:
				d, rule := digitStamp(s[i:j], Time)
				if rule != "" {
					return rule
				}
				t.stamp.merge(d)
				if d.date {
					t.n = 3
					t.nums, t.width = [3]int{d.year, d.month, d.day}, [3]int{4, 2, 2}
				}
				i = j
			case t.n < 3 && j-i <= 4:
				t.nums[t.n], t.width[t.n] = atoi(s[i:j]), j-i
				t.n++
				i = j
				// "2014.292": the year of a jPOS stamp followed by unpadded milliseconds.
				if t.clock && t.month > 0 && j-i == 0 && next == '.' {
					k := j + 1
					for k < len(s) && digit(s[k]) {
						k++
					}
					if k > j+1 && k-j <= 4 {
						t.micro, t.prec = atoi(s[j+1:k])*1000, txn.PrecMilli
						i = k
					}
				}
			default:
				return "time-syntax"
			}
		case c == '+' || c == '-' && t.clock:
			end, ok := t.readOffset(s, i)
			if !ok {
				if c == '-' { // 24-Nov-2014 after a clock
					i++
					continue
				}
				return "time-zone"
			}
			i = end
		case letter(c):
			j := i
			for j < len(s) && letter(s[j]) {
				j++
			}
			if !t.readWord(s[i:j]) {
				return "time-syntax"
			}
			i = j
		case c == ' ' || c == '-' || c == '/' || c == '.' || c == ',' || c == ':' || c == '\t' || c == '[' || c == ']' || c == '_':
			i++
		default:
			return "time-syntax"
		}
	}
	return ""
}

// readClock reads h:mm[:ss[.frac]] at i.
func (t *stampReader) readClock(s string, i int) (int, string) {
	num := func() (v, w int) {
		j := i
		for j < len(s) && digit(s[j]) && j-i < 9 {
			j++
		}
		v, w = atoi(s[i:j]), j-i
		i = j
		return v, w
	}
	t.hour, _ = num()
	i++
	var w int
	if t.min, w = num(); w > 2 {
		return i, "time-syntax"
	}
	t.clock, t.prec = true, txn.PrecMinute
	if i+1 < len(s) && s[i] == ':' && digit(s[i+1]) {
		i++
		if t.sec, w = num(); w > 2 {
			return i, "time-syntax"
		}
		t.prec = txn.PrecSecond
	}
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',' || s[i] == ':') && digit(s[i+1]) && t.prec == txn.PrecSecond {
		sep := s[i]
		i++
		v, w := num()
		if sep == ':' || w < 3 && w > 0 && sep == ',' {
			// hh:mm:ss:123 and a short group after a comma count milliseconds.
			t.micro, t.prec = v*1000, txn.PrecMilli
			return i, ""
		}
		t.prec = txn.PrecMilli
		if w > 3 {
			t.prec = txn.PrecMicro
		}
		for ; w < 6; w++ {
			v *= 10
		}
		for ; w > 6; w-- {
			v /= 10
		}
		t.micro = v
	}
	return i, ""
}

// readOffset reads +08:00, +0800, +8 at i, which holds the sign.
func (t *stampReader) readOffset(s string, i int) (int, bool) {
	sign := 1
	if s[i] == '-' {
		sign = -1
	}
	j := i + 1
	for j < len(s) && (digit(s[j]) || s[j] == ':') {
		j++
	}
	d := s[i+1 : j]
	h, m := 0, 0
	switch {
	case len(d) == 5 && d[2] == ':':
		h, m = atoi(d[:2]), atoi(d[3:])
	case len(d) == 4 && digitsOnly(d):
		h, m = atoi(d[:2]), atoi(d[2:])
	case (len(d) == 1 || len(d) == 2) && digitsOnly(d):
		h = atoi(d)
	default:
		return i, false
	}
	if h > 14 || m > 59 {
		return i, false
	}
	t.zoned, t.zone, t.offset = true, "", sign*(h*3600+m*60)
	return j, true
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

func (t *stampReader) readWord(w string) bool {
	switch {
	case w == "T" && t.n > 0, w == "at":
		return true
	case w == "Z":
		t.zoned, t.zone, t.offset = true, "", 0
		return true
	case strings.EqualFold(w, "AM"):
		t.am = true
		return true
	case strings.EqualFold(w, "PM"):
		t.pm = true
		return true
	}
	if len(w) >= 3 {
		for m := range 12 {
			if strings.EqualFold(w[:3], monthNames[3*m:3*m+3]) && (len(w) == 3 || len(w) > 3 && len(w) < 10 && !upper(w)) {
				t.month = m + 1
				return true
			}
		}
		switch strings.ToLower(w[:3]) {
		case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
			return true
		}
	}
	if len(w) >= 2 && len(w) <= 5 && upper(w) {
		t.zoned, t.zone = true, w
		if w == "UTC" || w == "GMT" {
			t.zone, t.offset = "", 0
		}
		return true
	}
	return false
}

// finish turns the numbers of the date into year, month and day.
func (t *stampReader) finish(f Field) (stamp, string) {
	s := &t.stamp
	if t.pm && s.hour < 12 {
		s.hour += 12
	}
	if t.am && s.hour == 12 {
		s.hour = 0
	}
	if !s.date {
		switch n := t.nums; {
		case t.month > 0 && t.n == 2 && t.width[0] <= 2: // 24 Nov 2014, Nov 24 2014
			s.day, s.month, s.year, s.date = n[0], t.month, longYear(n[1], t.width[1]), true
		case t.month > 0 && t.n == 2: // 2014 Nov 24
			s.year, s.month, s.day, s.date = n[0], t.month, n[1], true
		case t.month > 0 && t.n == 1:
			s.month, s.day, s.date = t.month, n[0], true
		case t.month == 0 && t.n == 3 && t.width[0] == 4:
			s.year, s.month, s.day, s.date = n[0], n[1], n[2], true
		case t.month == 0 && t.n == 3:
			s.year = longYear(n[2], t.width[2])
			if t.width[2] <= 2 && n[0] > 12 && n[2] <= 31 && t.order == OrderAuto { // 26-11-20
				s.year, s.month, s.day, s.date = longYear(n[0], 2), n[1], n[2], true
				break
			}
			s.date = true
			switch {
			case t.order == MonthFirst || t.order == OrderAuto && n[1] > 12:
				s.month, s.day = n[0], n[1]
			case t.order == DayFirst || n[0] > 12:
				s.day, s.month = n[0], n[1]
			case n[0] == n[1]:
				s.day, s.month = n[0], n[1]
			default:
				return stamp{}, "date-order"
			}
		case t.month == 0 && t.n == 2: // 11-20, no year
			s.month, s.day, s.date = n[0], n[1], true
			if t.order == DayFirst {
				s.month, s.day = n[1], n[0]
			}
			if t.width[0] == 4 {
				return stamp{}, "time-syntax"
			}
		case t.n == 0 && t.month == 0:
		default:
			return stamp{}, "time-syntax"
		}
	}
	switch {
	case !s.date && !s.clock:
		return stamp{}, "time-syntax"
	case !s.clock:
		s.prec = txn.PrecDay
	}
	return *s, s.check()
}

func longYear(y, width int) int {
	if width <= 2 {
		return 2000 + y
	}
	return y
}

// abbreviations are the zones that settlement files of payment companies name.
// "CST" is China where nothing says otherwise: see Context.zoneOf.
var abbreviations = map[string]int{
	"CST": 8 * 3600, "HKT": 8 * 3600, "SGT": 8 * 3600, "JST": 9 * 3600, "KST": 9 * 3600, "IST": 5*3600 + 1800,
	"CET": 3600, "CEST": 7200, "BST": 3600, "WET": 0, "WEST": 3600, "EET": 7200, "EEST": 10800, "MSK": 10800,
	"EST": -5 * 3600, "EDT": -4 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600,
	"PDT": -7 * 3600, "AEST": 10 * 3600, "AEDT": 11 * 3600, "BRT": -3 * 3600, "UTC": 0, "GMT": 0, "Z": 0,
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func digit(c byte) bool  { return c-'0' < 10 }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}

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
