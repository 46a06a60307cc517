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

// Values that are stored without a closer look must mean what they mean with one.
func TestQuickAgreesWithLook(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	fields := []Field{Time, Date, Clock, Amount, Fee, Net, Latency, TID, MID, STAN, RRN, ProcCode, Code, Batch, OrderNo, ChannelNo, Currency, RefundAmount, Debit, Kind, Direction, SettleOn}
	values := []string{"2026-11-20 08:15:32", "2026-11-20 08:15:39.123", "2026/11/20 08:15:32", "2026-11-20", "2026-11-20", "20261120", "08:15:32", "23:59:59", "24:00:00", "00:00:60",
		"000000012300", "123.00", "0.05", "12.345", "1234567890123.45", "-5.00", "100", "235ms", "1.2s", "0", "000001", "12345678", "898330154110001", "001000000001", "00", "51", "b4",
		"USD", "JPY", "KWD", "消费", "退货", "贷", "借", "", "-", "null", "4.8E+15", "1.0"}
	mutate := func(s string) string {
		if b := []byte(s); len(b) > 0 && rng.IntN(6) == 0 {
			b[rng.IntN(len(b))] = "0123456789:.-/ A\xff"[rng.IntN(17)]
			return string(b)
		}
		return s
	}
	quick := 0
	for round := range 400 {
		a := Context{Order: Order(rng.IntN(3)), Decimal: Decimal(rng.IntN(3)), Round: round%2 == 0}
		for _, f := range fields {
			if f.Money() {
				a.Units[f] = Unit(rng.IntN(4))
			}
		}
		b := a
		for range 200 {
			var x, y txn.Record
			a.Begin(&x)
			b.Begin(&y)
			chosen := rng.Perm(len(fields))[:1+rng.IntN(5)]
			for _, k := range chosen {
				if fields[k] == Time && len(chosen) > 2 {
					continue // which of three tells the time is a matter of their order
				}
				f, v := fields[k], mutate(values[rng.IntN(len(values))])
				before := x
				if a.Quick(&x, f, v) {
					quick++
				} else if x != before {
					t.Fatalf("%v %q: refused, and something was stored", f, v)
				} else if e, o := a.look(&x, f, v), b.look(&y, f, v); fmt.Sprint(e) != fmt.Sprint(o) {
					t.Fatalf("%v %q: %v, want %v", f, v, e, o)
				} else {
					continue
				}
				if err := b.look(&y, f, v); err != nil {
					t.Fatalf("%v %q is refused: %v", f, v, err)
				}
				o := x
				o.At, o.Prec, o.Flags = y.At, y.Prec, y.Flags // a whole time is there at once, or when the row is finished
				if o != y {
					t.Fatalf("%v %q: %+v, want %+v", f, v, o, y)
				}
			}
			if e, o := a.Finish(&x), b.Finish(&y); fmt.Sprint(e) != fmt.Sprint(o) || e == nil && x != y || a.Signed() != b.Signed() || a.Rounded != b.Rounded {
				t.Fatalf("%v %+v, want %v %+v", e, x, o, y)
			}
		}
	}
	if quick < 10_000 {
		t.Errorf("only %d values were stored without a look", quick)
	}
}

// ISOStamp against one byte after the other.
func TestISOStamp(t *testing.T) {
	slow := func(s string) bool {
		if len(s) < 19 {
			return false
		}
		for i, c := range []byte("0000-00-00 00:00:00") {
			switch {
			case c == '0' && !digit(s[i]), c == ':' && s[i] != ':', i == 10 && s[i] != ' ' && s[i] != 'T', c == '-' && (s[i] != s[4] || s[i] != '-' && s[i] != '/'):
				return false
			}
		}
		return true
	}
	rng := rand.New(rand.NewPCG(3, 9))
	yes := 0
	for range 300_000 {
		b := []byte([]string{"2026-11-20 08:15:32", "2026/11/20T08:15:32", "2026-11-20 08:15:32 INFO"}[rng.IntN(3)])
		for range rng.IntN(3) {
			b[rng.IntN(len(b))] = "0123456789:-/ T.\x00\xb0"[rng.IntN(18)]
		}
		s := string(b[:len(b)-rng.IntN(8)*rng.IntN(2)])
		n := ISOStamp(s)
		if n > 0 {
			yes++
		}
		behind := "" // what stands there may speak against a stamp
		if len(s) > 19 {
			behind = s[19:]
		}
		if want := slow(s); n > 0 != want && (n > 0 || behind == "" || behind[0] == ' ') {
			t.Fatalf("%q: %d", s, n)
		}
	}
	if yes < 10_000 {
		t.Errorf("only %d were stamps", yes)
	}
}
