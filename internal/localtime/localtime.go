// Package localtime tells the local time of moments that mostly lie near each other: a look
// at the rules of the zone for each of a million rows is dear.
package localtime

import (
	"math"
	"time"

	"github.com/poslog/poslog/txn"
)

// Clock is that of one place. It remembers the stretch of time in which the clock was
// last found to run evenly.
type Clock struct {
	zone     *time.Location
	from, to txn.Instant
	offset   int64
}

// In is the clock of a zone.
func In(zone *time.Location) Clock { return Clock{zone: zone} }

// Seconds is what the clock shows at a moment, as seconds since its 1970.
func (c *Clock) Seconds(at txn.Instant) int64 {
	if at < c.from || at >= c.to {
		t := at.Time().In(c.zone)
		start, end := t.ZoneBounds()
		c.from, c.to = math.MinInt64, math.MaxInt64
		if !start.IsZero() {
			c.from = txn.At(start)
		}
		if !end.IsZero() {
			c.to = txn.At(end)
		}
		_, offset := t.Zone()
		c.offset = int64(offset)
	}
	return floor(int64(at), 1e6) + c.offset
}

// Day is the number of the day of a second, counted from 1970-01-01.
func Day(second int64) int64 { return floor(second, 24*3600) }

// Hour is the hour of the day, from 0 to 23, and Minute the minute of the day.
func Hour(second int64) int   { return Minute(second) / 60 }
func Minute(second int64) int { return int(second-Day(second)*24*3600) / 60 }

// Weekday is the day of the week.
func Weekday(day int64) time.Weekday { return time.Weekday(day + 4 - floor(day+4, 7)*7) }

// floor divides and rounds down, also below 0.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
