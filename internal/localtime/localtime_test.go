package localtime

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// The clock shows what the time package says, also where clocks change by half an hour and
// before 1970, for moments near each other and far apart.
func TestClock(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for _, name := range []string{"UTC", "Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		c := In(zone)
		at := txn.Instant(0)
		for n := range 20_000 {
			if at += txn.Instant(rng.Int64N(4e9) - 1e9); n%10 == 0 {
				at = txn.Instant(rng.Int64N(4e15) - 2e15)
			}
			want, s := at.Time().In(zone), c.Seconds(at)
			day := time.Unix(Day(s)*24*3600, 0).UTC()
			if y, m, d := want.Date(); day.Year() != y || day.Month() != m || day.Day() != d || Weekday(Day(s)) != want.Weekday() {
				t.Fatalf("%v: day %v, %v", want, day, Weekday(Day(s)))
			}
			if Hour(s) != want.Hour() || Minute(s) != want.Hour()*60+want.Minute() {
				t.Fatalf("%v: hour %d, minute %d of the day", want, Hour(s), Minute(s))
			}
			if clock := time.Unix(s, 0).UTC().Format(time.TimeOnly); clock != want.Format(time.TimeOnly) {
				t.Fatalf("%v: the clock shows %s", want, clock)
			}
		}
	}
}
