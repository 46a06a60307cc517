package txn

import (
	"fmt"
	"math"
	"time"
)

// Minor is an amount of money in the smallest unit of its currency: fen, cents, yen; see Exponent.
type Minor int64

// NoAmount marks an absent amount. It is not zero and must not be added.
const NoAmount Minor = math.MinInt64

// NoLatency marks an absent answer time.
const NoLatency int32 = -1

// Valid reports whether there is an amount.
func (m Minor) Valid() bool { return m != NoAmount }

// Or returns m, or other where m is absent.
func (m Minor) Or(other Minor) Minor {
	if m.Valid() {
		return m
	}
	return other
}

// Decimal writes the amount in major units with two decimals: "-12.05". An
// absent amount is "". See In for other currencies.
func (m Minor) Decimal() string { return m.In("") }

// Instant is a point in time: microseconds since 1970-01-01 00:00 UTC.
type Instant int64

// NoInstant marks an absent time.
const NoInstant Instant = math.MinInt64

// At converts a time.Time.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Valid reports whether there is a time.
func (i Instant) Valid() bool { return i != NoInstant }

// Time converts to UTC. The zero time.Time stands for NoInstant.
func (i Instant) Time() time.Time {
	if !i.Valid() {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// Add returns i + d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d/time.Microsecond) }

// Sub returns i - j.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i-j) * time.Microsecond }

// Date is a calendar day as yyyymmdd, 0 where absent: a business day has no
// zone and is no instant.
type Date int32

// DateOf returns the day of t in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// Time returns midnight of the day in loc.
func (d Date) Time(loc *time.Location) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, loc)
}

// String is "2026-11-20", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}
