package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Temporal reports whether the number is a serial date or time.
func (k Kind) Temporal() bool { return k == Date || k == Moment }

// Value is the text of a cell as its reader means it: dates as 2006-01-02 and
// 15:04:05, numbers as plain decimals without an exponent and without the
// digits that only binary rounding put there.
func (b *Book) Value(c *Cell) string {
	switch c.Kind {
	case Number:
		return Decimal(c.Text)
	case Date, Moment:
		if s, ok := SerialText(c.Text, c.Kind == Moment, b.Date1904); ok {
			return s
		}
		return Decimal(c.Text)
	}
	return c.Text
}

// Decimal writes a workbook's number as a plain decimal. A number of up to 15
// digits stays as it is stored; more digits than a double holds are rounding.
// What is no number is returned as it is.
func Decimal(raw string) string {
	digits, plainDigits := 0, true
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == '-' && i == 0:
		default:
			plainDigits = false
		}
	}
	if plainDigits && (digits <= 15 || strings.IndexByte(raw, '.') < 0) {
		return raw
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || math.IsInf(f, 0) || math.Abs(f) > 1e40 {
		return raw
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// SerialText writes a serial date: "2006-01-02", "15:04:05" below one day, or
// both. clock says that the time is written even at midnight. Serials of the
// 1900 system count 1900-02-29, a day that never was.
func SerialText(raw string, clock, date1904 bool) (string, bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || f < 0 || f >= 2958466 { // 10000-01-01
		return "", false
	}
	days := math.Floor(f)
	ms := int64(math.Round((f - days) * 86400e3))
	if ms >= 86400e3 {
		days, ms = days+1, 0
	}
	// Serials hold times to about 10 µs, rounding of seconds included.
	if r := (ms + 500) / 1000 * 1000; ms-r < 3 && r-ms < 3 {
		if ms = r; ms >= 86400e3 {
			days, ms = days+1, 0
		}
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		base = base.AddDate(0, 0, 1)
	}
	t := base.AddDate(0, 0, int(days)).Add(time.Duration(ms) * time.Millisecond)
	layout := "2006-01-02"
	switch {
	case days == 0 && (ms != 0 || clock):
		layout = "15:04:05"
	case ms != 0 || clock:
		layout += " 15:04:05"
	}
	if ms%1000 != 0 {
		layout += ".000"
	}
	return t.Format(layout), true
}
