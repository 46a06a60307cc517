package field

import (
	"strings"

	"github.com/poslog/poslog/txn"
)

// stampReader collects numbers and words from left to right.
type stampReader struct {
	stamp
	order  Order
	nums   [3]int // numbers of the date, in order of appearance
	width  [3]int
	n      int
	month  int // from a name
	dots   int // between the numbers of the date
	pm, am bool

	noon, night bool // 中午11:50 is before it, 中午1:05 behind it; 晚上8:05
}

func (t *stampReader) read(s string) string {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case digit(c):
			if !t.clock && (t.n == 3 || t.n == 2 && t.month > 0) {
				if n := dottedClock(s[i:]); n > 0 { // 01-MAR-24 10.12.03.000000 of Oracle
					s = s[:i] + strings.Replace(s[i:i+n], ".", ":", 2) + s[i+n:]
				}
			}
			end, rule := t.readDigits(s, i)
			if rule != "" {
				return rule
			}
			i = end
		case c == '+' || c == '-' && t.clock:
			end, ok := t.readOffset(s, i)
			switch {
			case ok:
				i = end
			case c == '-': // 24-Nov-2014 after a clock
				i++
			default:
				return "time-zone"
			}
		case Letter(c):
			end := i
			for end < len(s) && Letter(s[end]) {
				end++
			}
			if !t.readWord(s[i:end]) {
				return "time-syntax"
			}
			i = end
		case c == '.' && !t.clock:
			t.dots++
			i++
		case c == ' ' || c == '-' || c == '/' || c == '.' || c == ',' || c == ':' || c == '\t' || c == '[' || c == ']' || c == '_', c == '@' && t.n > 1:
			i++
		default:
			return "time-syntax"
		}
	}
	return ""
}

// digitsEnd is where the digits at i end.
func digitsEnd(s string, i int) int {
	for i < len(s) && digit(s[i]) {
		i++
	}
	return i
}

// readDigits reads the digits at i and what belongs to them: a time of day, a date and time
// without marks, or a number of the date.
func (t *stampReader) readDigits(s string, i int) (end int, rule string) {
	end = digitsEnd(s, i)
	n, next := end-i, byte(0)
	if end < len(s) {
		next = s[end]
	}
	switch {
	case next == ':' && n == 4 && t.n == 2 && t.width[0] == 4 && !t.clock: // 2026-11-2008:15:32 lost its blank
		t.nums[2], t.width[2] = atoi(s[i:i+2]), 2
		t.n++
		return t.readClock(s, i+2)
	case next == ':' && n <= 2 && !t.clock && end+1 < len(s) && digit(s[end+1]):
		return t.readClock(s, i)
	case t.n == 0 && n >= 8 || t.n > 0 && n == 6 && !t.clock:
		word := s[i:end]
		if YearLast(word) {
			var ok bool
			if word, ok = yearFirst(word, t.order); !ok {
				return end, "date-order"
			}
		}
		d, rule := digitStamp(word, Time)
		if rule != "" {
			return end, rule
		}
		t.stamp.merge(&d)
		if d.date {
			t.n = 3
			t.nums, t.width = [3]int{d.year, d.month, d.day}, [3]int{4, 2, 2}
		}
		if d.clock && !d.zoned && (next == '.' || next == ',') { // 20261120 081532.123
			end = t.readFraction(s, end)
		}
		return end, ""
	case t.n < 3 && n <= 4:
		t.nums[t.n], t.width[t.n] = atoi(s[i:end]), n
		t.n++
		if t.clock && t.month > 0 && next == '.' { // 2014.292: the year of a jPOS stamp, and milliseconds that are not padded
			if k := digitsEnd(s, end+1); k > end+1 && k <= end+4 {
				t.micro, t.prec = atoi(s[end+1:k])*1000, txn.PrecMilli
				end = k
			}
		}
		return end, ""
	}
	return end, "time-syntax"
}

// YearLast reports whether eight or fourteen digits begin with a day or a month: 20112026.
// No month is the nineteenth or the twentieth.
func YearLast(s string) bool {
	return (len(s) == 8 || len(s) == 14) && (s[4:6] == "20" || s[4:6] == "19")
}

// yearFirst brings such digits into the usual order.
func yearFirst(s string, order Order) (string, bool) {
	a, b := s[:2], s[2:4]
	switch {
	case order == MonthFirst || order.byValues() && b > "12":
		return s[4:8] + a + b + s[8:], true
	case order == DayFirst || a > "12":
		return s[4:8] + b + a + s[8:], true
	}
	return s, false
}

// dottedClock is the length of a time of day with points at the beginning of s: 10.12.03;
// 0 where there is none.
func dottedClock(s string) int {
	const shape = "00.00.00"
	if len(s) < len(shape) || len(s) > len(shape) && digit(s[len(shape)]) {
		return 0
	}
	for i := range len(shape) {
		if (shape[i] == '.') != (s[i] == '.') || shape[i] != '.' && !digit(s[i]) {
			return 0
		}
	}
	return len(shape)
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

// readFraction reads the digits behind the mark at i, up to six of them.
func (t *stampReader) readFraction(s string, i int) int {
	j, micro, unit := i+1, 0, 100_000
	for j < len(s) && j < i+7 && digit(s[j]) {
		micro, unit = micro+int(s[j]-'0')*unit, unit/10
		j++
	}
	if j == i+1 || j < len(s) && digit(s[j]) {
		return i
	}
	t.micro, t.prec = micro, txn.PrecMilli
	if j > i+4 {
		t.prec = txn.PrecMicro
	}
	return j
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
	case w == "NOON": // 中午
		t.noon = true
		return true
	case w == "NIGHT": // 晚上
		t.night = true
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
		if !t.clock && t.n == 0 && t.month == 0 {
			return false // a zone stands behind its time; INFO and WARN before it
		}
		t.zoned, t.zone = true, w
		if w == "UTC" || w == "GMT" {
			t.zone, t.offset = "", 0
		}
		return true
	}
	return false
}

// finish turns the numbers of the date into year, month and day.
func (t *stampReader) finish() (stamp, string) {
	s := &t.stamp
	if rule := t.half(); rule != "" {
		return stamp{}, rule
	}
	if !s.date {
		if rule := t.readDate(); rule != "" {
			return stamp{}, rule
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

// half moves the hour to its half of the day.
func (t *stampReader) half() string {
	s := &t.stamp
	if t.pm && s.hour < 12 {
		s.hour += 12
	}
	switch {
	case t.noon && s.hour < 4, t.night && s.hour < 12:
		s.hour += 12
	case t.night && s.hour == 12:
		return "time-syntax" // of which day?
	}
	if t.am && s.hour == 12 {
		s.hour = 0
	}
	return ""
}

// readDate says which number of the date is what; there may be none.
func (t *stampReader) readDate() string {
	s, n := &t.stamp, t.nums
	switch s.date = true; {
	case t.month == 0 && t.n == 3 && t.width[0] == 3: // 115/11/20 of the republic of China
		s.year, s.month, s.day = n[0]+1911, n[1], n[2]
	case t.month > 0 && t.n == 2 && t.width[0] <= 2: // 24 Nov 2014, Nov 24 2014
		s.day, s.month, s.year = n[0], t.month, longYear(n[1], t.width[1])
	case t.month > 0 && t.n == 2: // 2014 Nov 24
		s.year, s.month, s.day = n[0], t.month, n[1]
	case t.month > 0 && t.n == 1:
		s.month, s.day = t.month, n[0]
	case t.month == 0 && t.n == 3 && t.width[0] == 4:
		s.year, s.month, s.day = n[0], n[1], n[2]
	case t.month == 0 && t.n == 3 && t.width[2] <= 2 && n[0] > 12 && n[2] <= 31 && t.order.byValues(): // 26-11-20
		s.year, s.month, s.day = longYear(n[0], 2), n[1], n[2]
	case t.month == 0 && t.n == 3:
		s.year = longYear(n[2], t.width[2])
		switch {
		case t.order == MonthFirst || t.order.byValues() && n[1] > 12:
			s.month, s.day = n[0], n[1]
		case t.order == DayFirst || n[0] > 12, n[0] == n[1], t.dots == 2 && t.width[2] == 4: // nobody writes 11.20.2026
			s.day, s.month = n[0], n[1]
		case t.order == LikelyDay && t.width[2] == 4:
			s.day, s.month = n[0], n[1]
		case t.order == LikelyMonth && t.width[2] == 4:
			s.month, s.day = n[0], n[1]
		default:
			return "date-order"
		}
	case t.month == 0 && t.n == 2 && t.width[0] != 4: // 11-20, no year
		s.month, s.day = n[0], n[1]
		if t.order == DayFirst {
			s.month, s.day = n[1], n[0]
		}
	case t.n == 0 && t.month == 0:
		s.date = false
	default:
		return "time-syntax"
	}
	return ""
}

func longYear(y, width int) int {
	if width <= 2 {
		return 2000 + y
	}
	return y
}
