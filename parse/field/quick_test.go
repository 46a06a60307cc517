package field

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// What is remembered of the row before must not change what a row says.
func TestQuickTimesAgreeWithSlowOnes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	zone, err := time.LoadLocation("Australia/Lord_Howe") // its clocks change by half an hour
	if err != nil {
		t.Fatal(err)
	}
	var kept Context
	kept.Loc = zone
	from := time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC)
	for i := range 200_000 {
		at := from.Add(time.Duration(rnd.IntN(3*86400)) * time.Second)
		if i%2 == 0 {
			at = from.Add(time.Duration(i) * time.Second / 2)
		}
		date, clock := at.Format([]string{"2006-01-02", "2006/1/2", "20060102", "02/01/2006"}[rnd.IntN(4)]), at.Format("15:04:05")
		switch rnd.IntN(20) {
		case 0:
			clock = fmt.Sprintf("%02d:%02d:%02d", rnd.IntN(30), rnd.IntN(70), rnd.IntN(70))
		case 1:
			clock = clock[:7]
		case 2:
			date = "2026-02-30"
		case 3:
			date = ""
		}
		kept.Order = []Order{OrderAuto, DayFirst}[rnd.IntN(2)]
		fresh := Context{Loc: zone, Order: kept.Order}
		got, errs := make([]txn.Record, 2), make([]string, 2)
		for k, c := range []*Context{&kept, &fresh} {
			c.Begin(&got[k])
			errs[k] = fmt.Sprint(c.Set(&got[k], Date, date), c.Set(&got[k], Clock, clock), c.Finish(&got[k]))
		}
		if got[0] != got[1] || errs[0] != errs[1] {
			t.Fatalf("%q %q: %v %v %s, want %v %v %s", date, clock, got[0].At.Time(), got[0].Prec, errs[0], got[1].At.Time(), got[1].Prec, errs[1])
		}
		if want, err := time.ParseInLocation("2006-01-02 15:04:05", date+" "+clock, zone); err == nil && got[0].At != txn.At(want) {
			t.Fatalf("%q %q: %v, want %v", date, clock, got[0].At.Time(), want)
		}
	}
}
