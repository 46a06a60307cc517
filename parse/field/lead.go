package field

import (
	"strings"
	"time"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/txn"
)

// ClockStamp returns the length of a time of day, "08:15:32" with or without a fraction,
// that s begins with; 0 where it does not.
func ClockStamp(s string) int {
	if len(s) < 8 || !isoClock.Fits(digits.Load(s, 0)) || s[0] > '2' || s[0] == '2' && s[1] > '3' || s[3] > '5' || s[6] > '6' {
		return 0
	}
	n := 8
	if len(s) > 9 && (s[8] == '.' || s[8] == ',') && digit(s[9]) {
		for n = 9; n < len(s) && n < 15 && digit(s[n]); n++ {
		}
	}
	return n
}

// ISOStamp returns the length of the stamp "2026-11-20 08:15:32", with or
// without ".123" or ",123456", that s begins with; 0 where it does not. Only the
// shape is looked at.
func ISOStamp(s string) int {
	if len(s) < 19 || s[10] != ' ' && s[10] != 'T' || !isoClock.Fits(digits.Load(s, 11)) || s[8]-'0' > 9 || s[9]-'0' > 9 {
		return 0
	}
	if day := digits.Load(s, 0); !isoDay.Fits(day) && !isoDayToo.Fits(day) {
		return 0
	}
	n := 19
	if len(s) > 20 && s[19] == ':' && digit(s[20]) {
		return 0 // 08:15:32:123, which takes the long way
	}
	if len(s) > 20 && (s[19] == '.' || s[19] == ',') && digit(s[20]) {
		for n = 20; n < len(s) && n < 26 && digit(s[n]); n++ {
		}
	}
	if n < len(s) && (digit(s[n]) || s[n] == 'Z' || s[n] == '+' || n != 19 && n < 23 || s[n] == '-') {
		return 0
	}
	return n
}

var isoDay, isoDayToo, isoClock = digits.PatternOf("0000-00-"), digits.PatternOf("0000/00/"), digits.PatternOf("00:00:00")

// LeadingStamp returns the length of the time stamp that s begins with, or 0: a
// date and a clock in one or more words, with the zone behind it where there is
// one.
func LeadingStamp(s string) int {
	if n := ISOStamp(s); n > 0 && tail(s[n:], false) == 0 {
		return n
	}
	end := 0
	for words := 0; words < 6 && end < len(s) && end < 64; words++ {
		for end < len(s) && s[end] == ' ' {
			end++
		}
		for end < len(s) && s[end] != ' ' && s[end] != '\t' && s[end] != ']' && s[end] != '|' && !strings.HasPrefix(s[end:], "，") && zoneAside(s[end:]) == 0 && !(s[end] == ':' && end+1 < len(s) && Letter(s[end+1])) { // 08:15:32:ISS: of whom the line is
			end++
		}
		t, rule := parseStamp(s[:end], Time, LikelyDay) // any order, for the length
		if rule == "" && t.date && t.clock && end >= 10 {
			if t.zoned || zoneAside(s[end:]) > 0 {
				return end + zoneAside(s[end:])
			}
			return end + tail(s[end:], t.year == 0 && Letter(s[0]))
		}
		if end < len(s) && s[end] != ' ' {
			break
		}
	}
	return 0
}

// zoneAside is the length of the name of a zone in brackets that s begins with, as Java writes it behind
// the offset: [Asia/Shanghai].
func zoneAside(s string) int {
	if len(s) < len("[A/B]") || s[0] != '[' || !Letter(s[1]) {
		return 0
	}
	if end := strings.IndexByte(s[:min(len(s), 40)], ']'); end > 0 && strings.IndexByte(s[:end], '/') > 0 && !strings.ContainsAny(s[1:end], " [.:=") {
		return end + 1
	}
	return 0
}

// tail measures what belongs to a stamp behind its clock: the half of the day (11:03:40 PM),
// a zone, or the year as C writes it (Wed Jul 21 11:03:40 2021).
func tail(s string, yearless bool) int {
	if len(s) < 3 || s[0] != ' ' {
		return 0
	}
	n := 1
	for n < len(s) && s[n] != ' ' && s[n] != ']' && s[n] != '|' && s[n] != ',' {
		n++
	}
	switch word := s[1:n]; word {
	case "AM", "PM", "am", "pm", "a.m.", "p.m.", "上午", "下午":
		return n + ZoneLength(s[n:])
	default:
		if yearless && len(word) == 4 && (word[:2] == "20" || word[:2] == "19") && digitsOnly(word) {
			return n
		}
	}
	return ZoneLength(s)
}

// Lead returns where the time stamp of a log line begins and its length, 0 where
// the line has none in front: behind brackets and rules, the priority of syslog (<134>,
// <134>1), one word such as a level, "INFO  2026-11-20 08:15:32", or what stands in
// brackets, "[http-1] [INFO] 2026-11-20 08:15:32", or what a tool printed, see printed.
func Lead(s string) (start, length int) { return lead(s, LeadingStamp) }

// LeadClock is Lead for a time of day without a date.
func LeadClock(s string) (start, length int) { return lead(s, ClockStamp) }

// LeadTime is Lead, else LeadClock.
func LeadTime(s string) (start, length int) {
	if start, length = Lead(s); length > 0 {
		return start, length
	}
	return LeadClock(s)
}

func lead(s string, stamp func(string) int) (start, length int) {
	if start, length = leading(s, stamp); length > 0 {
		return start, length
	}
	n := printed(s)
	if start, length = leading(s[n:], stamp); n == 0 || length == 0 {
		return 0, 0
	}
	return n + start, length
}

// printed is the length of what the tool that showed a line put in front of its stamp: the
// number of the line (cat -n, less -N, grep -n), the name of the file and perhaps the number
// (grep), the name of the container (docker compose).
func printed(s string) int {
	i := 0
	for i < len(s) && s[i] == ' ' {
		i++
	}
	from := i
	for i < len(s) && i < 160 && strings.IndexByte(" \t:|=\"'{}<>,;", s[i]) < 0 {
		i++
	}
	if i == from || i == len(s) {
		return 0
	}
	word := s[from:i]
	counted := digitsOnly(strings.TrimRight(word, ".)"))
	colon := s[i] == ':' && (counted || strings.ContainsAny(word, "./_-"))
	if colon {
		i++
		if n := digitsEnd(s, i); n > i && n < len(s) && s[n] == ':' && !counted { // of the line, behind the file's name
			i = n + 1
		}
	}
	blanks := func() {
		for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
	}
	if !colon { // behind which nothing is printed: 日期/时间: 2026-11-20 is a name and its value
		blanks()
		if i < len(s) && s[i] == '|' {
			i++
			blanks()
		} else if k := strings.Index(s[i:min(len(s), i+80)], " ["); k > 0 && strings.Contains(word, ".") && len(strings.Fields(s[i:i+k])) == 2 {
			return i + k + 1 // 10.0.0.1 - - [20/Nov/2026:08:15:32 +0800], as web servers write
		} else if !counted {
			return 0
		}
	}
	if rest := s[i:]; len(rest) > 4 && (rest[0] == '[' || rest[:2] == "20" && digitsOnly(rest[:4]) || !counted && Letter(rest[0])) {
		return i
	}
	return 0
}

func leading(s string, stamp func(string) int) (start, length int) {
	for start < len(s) && strings.IndexByte(" \t[<(=#*->~", s[start]) >= 0 {
		start++
	}
	if n := stamp(s[start:]); n > 0 {
		return start, n
	}
	k := start
	if start > 0 && s[start-1] == '<' { // <134>1 2026-11-20T08:15:32
		for k < len(s) && digit(s[k]) {
			k++
		}
		if k == start || k == len(s) || s[k] != '>' {
			return 0, 0
		}
		if k++; strings.HasPrefix(s[k:], "1 ") {
			k += 2
		}
		if n := stamp(s[k:]); n > 0 {
			return k, n
		}
		return 0, 0
	}
	for range 3 {
		from := k
		if k > 0 && s[k-1] == '[' { // of a thread or a level
			k += max(0, strings.IndexByte(s[k:min(len(s), k+64)], ']'))
		} else {
			for k < len(s) && Letter(s[k]) {
				k++
			}
			if k > from+8 {
				return 0, 0
			}
		}
		if k == from {
			return 0, 0
		}
		for k < len(s) && strings.IndexByte(" \t][:|", s[k]) >= 0 {
			k++
		}
		if n := stamp(s[k:]); n > 0 {
			return k, n
		}
	}
	return 0, 0
}

// ZoneLength measures a zone such as " +0800", " CST", " CST 2014.292" at the start of s.
func ZoneLength(s string) int {
	if len(s) < 4 || s[0] != ' ' {
		return 0
	}
	n := 1
	for n < len(s) && s[n] != ' ' && s[n] != ']' {
		n++
	}
	word := s[1:n]
	switch {
	case word == "":
		return 0
	case word[0:1] == "+" || word[0:1] == "-":
		t := stampReader{stamp: stamp{clock: true}}
		if end, ok := t.readOffset(word, 0); !ok || end != len(word) {
			return 0
		}
	default:
		if _, ok := abbreviations[word]; !ok {
			return 0
		}
	}
	// A year may follow the zone, as date(1) and Java write it.
	rest := s[n:]
	if len(rest) >= 5 && rest[0] == ' ' && digitsOnly(rest[1:5]) && (rest[1:3] == "19" || rest[1:3] == "20") {
		n += 5
		if len(s) > n+1 && s[n] == '.' {
			for n++; n < len(s) && digit(s[n]); n++ {
			}
		}
	}
	return n
}

// NearName looks for a date in a file name (20261120, 2026-11-20, 261120 as in
// IND26112001ACOMN) and returns its noon in UTC, or NoInstant. A date with its
// century goes before one without: the name may hold a terminal's number too.
func NearName(name string) txn.Instant {
	name = name[strings.LastIndexAny(name, `/\!`)+1:]
	short := txn.NoInstant
	for i := 0; i < len(name); i++ {
		if !digit(name[i]) || i > 0 && digit(name[i-1]) {
			continue
		}
		j, digits := i, make([]byte, 0, 8)
		for j < len(name) && len(digits) < 8 {
			if digit(name[j]) {
				digits = append(digits, name[j])
			} else if !strings.ContainsRune("-_.", rune(name[j])) || len(digits) != 4 && len(digits) != 6 {
				break
			}
			j++
		}
		d := string(digits)
		if at := dayOf(d); at.Valid() {
			return at
		}
		if len(d) >= 6 && !short.Valid() {
			short = dayOf("20" + d)
		}
	}
	return short
}

// dayOf is the noon of yyyymmdd at the start of a text, NoInstant where that is no
// day of our time.
func dayOf(s string) txn.Instant {
	if len(s) < 8 {
		return txn.NoInstant
	}
	t, rule := digitStamp(s[:8], Date)
	if rule != "" || t.year < 2010 || t.year > 2049 {
		return txn.NoInstant
	}
	return txn.At(time.Date(t.year, time.Month(t.month), t.day, 12, 0, 0, 0, time.UTC))
}

// SetYear chooses how times without a year get theirs: the year given, else the
// date in the file name, else the time at which the file was last written. Rows that
// have a time of day and no date are of the day in the file name.
func (c *Context) SetYear(year int, name string, modified time.Time) {
	c.Year, c.Near = year, NearName(name)
	switch {
	case c.Near.Valid():
		c.Day = txn.DateOf(c.Near.Time())
	case modified.IsZero():
	case year == 0 || atNewYear(year, modified):
		// No row is younger than its file: half a year earlier, the nearest year is
		// the latest one that is not in the future.
		c.Near = txn.At(modified.AddDate(0, 0, -182))
	}
}

// atNewYear reports whether a file was last written in the first two months of a year, or of that behind it, so that its
// rows may be of either side. When else it was written says nothing against a year that is given: files are copied.
func atNewYear(year int, modified time.Time) bool {
	return modified.Month() <= time.February && (modified.Year() == year || modified.Year() == year+1)
}
