package field

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// setTime stores a time, or keeps the part that a date or clock column gives
// until Finish.
func (c *Context) setTime(r *txn.Record, f Field, raw string) error {
	if absent(Clean(raw)) {
		return nil
	}
	text := raw
	if s := Clean(raw); f == Clock && dottedClock(s) == len(s) {
		text = strings.ReplaceAll(s, ".", ":") // 10.12.03 below Ora
	}
	t, rule := parseStamp(c.Gregorian(text), f, c.Order)
	if rule != "" {
		return timeError(f, raw, rule)
	}
	t.midnight = f == Date && t.clock && t.hour+t.min+t.sec+t.micro == 0
	c.remember(f, raw, t)
	// A full time beats what a date column said; columns fill each other's gaps.
	if t.date && t.clock && !t.midnight && !(c.row.at.date && c.row.at.clock) {
		t.merge(&c.row.at)
		c.row.at = t
	} else {
		c.row.at.merge(&t)
	}
	c.row.pending = true
	return nil
}

// quickTime takes "2026-11-20 08:15:32" and "2026-11-20 08:15:32.123", any
// separators of one byte, into r.At without the calendar when the first fifteen
// bytes are those of the last row with such separators.
func (c *Context) quickTime(r *txn.Record, s string) bool {
	if len(s) < 19 || len(s) > 26 {
		return false
	}
	zone := &c.zones[s[4]%4] // - . and / differ
	if string(zone.prefix[:]) != s[:15] || zone.loc != c.location() {
		if ISOStamp(s[:19]) == 0 {
			return false
		}
		t, rule := parseStamp(s[:16], Time, OrderAuto)
		if rule != "" {
			return false
		}
		at := time.Date(t.year, time.Month(t.month), t.day, t.hour, t.min-t.min%10, 0, 0, c.location())
		copy(zone.prefix[:], s)
		zone.base, zone.loc = txn.At(at), c.location()
	}
	if !digit(s[15]) || s[16] != ':' || !digit(s[17]) || !digit(s[18]) || s[17] > '5' {
		return false
	}
	micro := (int(s[15]-'0')*60 + int(s[17]-'0')*10 + int(s[18]-'0')) * 1_000_000
	prec := txn.PrecSecond
	switch n := len(s); {
	case n == 19:
	case n < 23 || s[19] != '.' && s[19] != ',' || !digitsOnly(s[20:]):
		return false
	default:
		frac := atoi(s[20:])
		for k := n; k < 26; k++ {
			frac *= 10
		}
		micro += frac
		prec = txn.PrecMilli
		if n > 23 {
			prec = txn.PrecMicro
		}
	}
	r.At = zone.base + txn.Instant(micro)
	r.Prec = prec
	if !c.LocSaid {
		r.Flags |= txn.ZoneAssumed
	}
	return true
}

// dayCache keeps the last text of a date column.
type dayCache struct {
	text [16]byte
	n    int // bytes of it, 0 for none
	read Order
	day  stamp
}

func (c *Context) remember(f Field, raw string, t stamp) {
	if f == Date && len(raw) <= len(c.day.text) {
		c.day.n, c.day.read, c.day.day = copy(c.day.text[:], raw), c.Order, t
	}
}

// instant is the moment that a stamp with its year means in loc. Rows in order of
// time mostly fall into the ten minutes of the row before.
func (c *Context) instant(t *stamp, loc *time.Location) txn.Instant {
	k := tenMinutes{t.year, t.month, t.day, t.hour, t.min / 10, loc}
	if t.sec > 59 { // a leap second may cross a change of the clocks
		return txn.At(time.Date(t.year, time.Month(t.month), t.day, t.hour, t.min, t.sec, t.micro*1000, loc))
	}
	if c.ten != k {
		c.ten = k
		c.base = txn.At(time.Date(t.year, time.Month(t.month), t.day, t.hour, t.min-t.min%10, 0, 0, loc))
	}
	return c.base + txn.Instant((t.min%10*60+t.sec)*1_000_000+t.micro)
}

type tenMinutes struct {
	year, month, day, hour, ten int
	loc                         *time.Location
}

func (c *Context) location() *time.Location {
	if c.Loc == nil {
		return time.UTC
	}
	return c.Loc
}

// finishTime resolves what the columns of the row said together.
func (c *Context) finishTime(r *txn.Record) error {
	if t := &c.row.at; t.date && t.clock && t.prec > txn.PrecDay && !t.zoned && t.year != 0 && c.row.pending && !r.At.Valid() && c.row.zoneWord == "" { // as in most rows
		r.Flags &^= txn.ZoneAssumed
		if !c.LocSaid {
			r.Flags |= txn.ZoneAssumed
		}
		r.At, r.Prec = c.instant(t, c.location()), t.prec
		return nil
	}
	t := c.row.at
	if !c.row.pending || r.At.Valid() { // a complete time needs no other column
		switch {
		case r.At.Valid() && c.row.zoneWord == "":
			return nil
		case r.At.Valid(): // a zone column beside a complete time
			u := r.At.Time().In(c.location())
			t = stamp{year: u.Year(), month: int(u.Month()), day: u.Day(), hour: u.Hour(), min: u.Minute(), sec: u.Second(),
				micro: u.Nanosecond() / 1000, prec: r.Prec, date: true, clock: true}
		case len(r.SentAt) == 10 && digitsOnly(r.SentAt):
			var rule string
			if t, rule = digitStamp(r.SentAt, SentAt); rule != "" || t.zoned {
				return timeError(SentAt, r.SentAt, "time-syntax")
			}
		default:
			return nil
		}
	}
	var named *time.Location
	if !t.zoned && c.row.zoneWord != "" {
		z, ok := parseZone(c.row.zoneWord)
		if !ok {
			if named = c.namedZone(c.row.zoneWord); named == nil {
				return &Error{TimeZone, "time-zone", "the time zone is neither an offset nor a known name", "use +08:00 or an abbreviation such as CET"}
			}
		}
		t.zoned, t.offset, t.zone = true, z.offset, z.zone
	}
	if !t.date && t.clock && c.Day != 0 {
		t.year, t.month, t.day, t.date = int(c.Day)/10000, int(c.Day)/100%100, int(c.Day)%100, true
		c.row.dayTaken = true
	}
	if !t.date && r.SettleOn != 0 { // a clock alone beside the business day
		if c.row.yearless && int(r.SettleOn)/10000 == firstYear {
			return yearUnknown(r.SettleOn)
		}
		t.year, t.month, t.day, t.date = int(r.SettleOn)/10000, int(r.SettleOn)/100%100, int(r.SettleOn)%100, true
	}
	if !t.date {
		return &Error{Time, "date-missing", "there is a time of day and no date", "map the column that holds the date, or put the date into the file's name"}
	}
	r.Flags &^= txn.ZoneAssumed
	if t.year == 0 {
		if t.year = c.inferYear(t); t.year == 0 {
			return timeError(Time, fmt.Sprintf("%02d-%02d", t.month, t.day), "year-unknown")
		}
		r.Flags |= txn.YearInferred
	}
	loc := c.location()
	switch {
	case named != nil:
		loc = named
	case t.zoned && t.zone == "":
		loc = fixed(t.offset)
	case t.zoned:
		l, ok := c.zoneOf(t)
		if !ok {
			return &Error{Time, "time-zone", "the time zone " + t.zone + " is not known", "give the zone with --tz and remove the name, or write an offset"}
		}
		loc = l
	case !c.LocSaid:
		r.Flags |= txn.ZoneAssumed
	}
	r.At = c.instant(&t, loc)
	r.Prec = t.prec
	if t.clock && t.prec == txn.PrecDay {
		r.Prec = txn.PrecSecond
	}
	return nil
}

// zoneOf resolves an abbreviation. The zone of the context wins where it uses
// the same letters (CST in America/Chicago and in Asia/Shanghai); after that the
// table, in which CST is China.
func (c *Context) zoneOf(t stamp) (*time.Location, bool) {
	loc := c.location()
	for _, month := range [...]time.Month{time.Month(t.month), time.January, time.July} {
		if name, _ := time.Date(t.year, month, 1, 12, 0, 0, 0, loc).Zone(); name == t.zone {
			return loc, true
		}
	}
	off, ok := abbreviations[t.zone]
	if !ok {
		named := c.namedZone(t.zone)
		return named, named != nil
	}
	return fixed(off), true
}

// namedZone is [namedZone] of the row before, or looked up.
func (c *Context) namedZone(s string) *time.Location {
	if c.named.word != s {
		c.named.word, c.named.loc = s, namedZone(s)
	}
	return c.named.loc
}

func parseZone(s string) (stamp, bool) {
	t := stampReader{stamp: stamp{clock: true}}
	s = Clean(s)
	if s == "" || t.read(s) != "" || !t.zoned || t.n > 0 {
		return stamp{}, false
	}
	return t.stamp, true
}

func fixed(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

// inferYear picks the year that puts the stamp nearest to what is known: Near,
// or the middle of Year; 0 where nothing is known.
func (c *Context) inferYear(t stamp) int {
	near := c.Near
	if c.Year != 0 {
		if near.Valid() && near != 0 && abs(near.Time().Year()-c.Year) <= 1 {
			// The user's year with the file's own date beside it: rows across New
			// Year fall on their right side.
		} else {
			return c.Year
		}
	} else if !near.Valid() || near == 0 {
		return 0
	}
	return nearYear(t, near)
}

// shortDay is a day alone, as sheets are called: 2026-11-20, 11月20日, 11.20, 1120.
var shortDay = lazy.MustCompile(`^(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?$|^(\d{4})?(\d{2})(\d{2})$`)

// DayOf is the day that a name consists of. A year that it leaves out is inferred as those of times
// are; 0 where the name is no day, or its year is not known.
func (c *Context) DayOf(name string) txn.Date {
	m := shortDay.FindStringSubmatch(Clean(name))
	if m == nil {
		return 0
	}
	t := stamp{year: atoi(cmp.Or(m[1], m[4])), month: atoi(cmp.Or(m[2], m[5])), day: atoi(cmp.Or(m[3], m[6])), date: true}
	if t.year == 0 && t.month > 0 && t.month < 13 {
		t.year = c.inferYear(t)
	}
	if at := time.Date(t.year, time.Month(t.month), t.day, 0, 0, 0, 0, time.UTC); t.year < firstYear || at.Day() != t.day || int(at.Month()) != t.month {
		return 0
	}
	return txn.Date(t.year*10000 + t.month*100 + t.day)
}

func yearUnknown(d txn.Date) error {
	return timeError(SettleOn, fmt.Sprintf("%02d%02d", d/100%100, d%100), "year-unknown")
}

// nearYear is the year that puts a day and month nearest to a moment.
func nearYear(t stamp, near txn.Instant) int {
	y := near.Time().Year()
	best, gap := y, time.Duration(1<<62)
	for _, cand := range [...]int{y - 1, y, y + 1} {
		if t.day > daysIn(t.month, cand) {
			continue
		}
		d := txn.At(time.Date(cand, time.Month(t.month), t.day, 12, 0, 0, 0, time.UTC)).Sub(near)
		if d < 0 {
			d = -d
		}
		if d < gap {
			best, gap = cand, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// buddhist and islamic match the years of other calendars: 2569 and, in Iran, 1405 are 2026; in
// Arabia 1448 is.
var (
	buddhist = lazy.MustCompile(`(^|\D)(25[3-9]\d|26[0-3]\d)(\D|\d{4}$|\d{4}\D|\d{10}$|$)`)
	islamic  = lazy.MustCompile(`(^|\D)1[34]\d\d([-/.]|[01]\d[0-3]\d$|$)`)
)

// OfBuddhistEra reports whether a date, day first or year first, has a year of the Buddhist era.
func OfBuddhistEra(s string) bool { return buddhistDate.MatchString(s) }

var buddhistDate = lazy.MustCompile(`^(\d{1,2}[-/. ]\d{1,2}[-/. ])?(25[3-9]\d|26[0-3]\d)([-/. ]\d{1,2}[-/. ]\d{1,2}|[01]\d[0-3]\d)?(\D|$)`)

// Gregorian is a date whose year is of the Buddhist era, where the file is Thai, in that of the
// calendar of others; months and days are the same.
func (c *Context) Gregorian(s string) string {
	if !c.Buddhist {
		return s
	}
	m := buddhist.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	return s[:m[4]] + strconv.Itoa(atoi(s[m[4]:m[5]])-543) + s[m[5]:]
}

func timeError(f Field, raw, rule string) error {
	e := &Error{Field: f, Rule: rule}
	switch rule {
	case "date-range":
		e.Msg, e.Hint = "there is no such day", "correct the date, or give the order of day and month in a format file (date: dmy or mdy)"
	case "year-range":
		if islamic.MatchString(raw) {
			e.Msg, e.Hint = "the year is of the Islamic calendar, solar or lunar", "export the file with dates of the Gregorian calendar"
			break
		}
		e.Msg, e.Hint = "the date is before 1980 or after 2100, as where a program has none", "give the row its date"
	case "clock-range":
		e.Msg, e.Hint = "there is no such time of day", "correct the time"
	case "date-order":
		e.Msg, e.Hint = "day and month cannot be told apart", "say date: dmy or date: mdy in a format file"
	case "date-missing":
		e.Msg, e.Hint = "there is no date in it", "map the column that holds the date"
	case "year-unknown":
		e.Msg, e.Hint = "the date has no year and neither the file name nor the file says which", "give it with --year"
	case "time-zone":
		e.Msg, e.Hint = "the offset from UTC is not readable", "write it as +08:00"
	default:
		e.Rule = "time-syntax"
		e.Msg, e.Hint = "this is not a date or time", "write it as 2026-11-20 08:15:32, or describe the column in a format file"
	}
	return e
}
