package reconcile

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

const atNight = 11*60 + 10 // 23:10, after the cut-off

// leaves is what a run leaves, by way of its file.
func leaves(t *testing.T, r *Result) *Pool {
	t.Helper()
	data, err := json.Marshal(r.Carry())
	if err != nil {
		t.Fatal(err)
	}
	pool := &Pool{}
	if err := json.Unmarshal(data, pool); err != nil {
		t.Fatal(err)
	}
	if err := pool.Check(); err != nil {
		t.Fatal(err)
	}
	return pool
}

// TestCarriedFailures leaves tries that failed after the cut-off to the next run: what its
// file charges all the same is found there, and what it does not is no finding.
func TestCarriedFailures(t *testing.T) {
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(1, "2", "51", 150) // its file is here: nothing to wait for
	one.term(atNight, "", "", 200, stan("000002"), batch("1"))
	one.term(atNight+1, "", "", 200, stan("000002"), batch("1"), reason)
	one.term(atNight+2, "3", "00", 200, stan("000003"), batch("1")) // the customer paid again
	one.term(atNight+3, "", "", 400, stan("000004"), batch("1"))
	one.term(atNight+4, "5", "51", 500, stan("000005"), batch("1"))
	one.term(atNight+5, "6", "51", 600, stan("000006"), batch("1"))
	one.term(atNight+6, "7", "51", 700, stan("000007"), batch("1"))
	pool := leaves(t, run(t, one, Options{}))
	if len(pool.Rows) != 1 || len(pool.Failed) != 5 || !pool.Failed[0].Reversed || pool.Failed[1].Reversed {
		t.Fatalf("left: %+v", pool)
	}
	if again := run(t, one, Options{Carry: pool}); !reflect.DeepEqual(leaves(t, again), pool) || again.Carried != (Carried{}) {
		t.Errorf("day one again leaves %+v, not %+v", again.Carry(), pool)
	}

	two := &recs{}
	two.term(1440, "9", "00", 900)
	two.bank(1440, "9", 900)
	two.bank(atNight, "22", 200, stan("000002"), batch("1"))
	two.bank(atNight+2, "3", 200, stan("000003"), batch("1"))
	two.bank(atNight+3, "44", 400, stan("000004"), batch("1"))
	two.bank(atNight+6, "7", 700, stan("000007"), batch("1"))                               // charged by mistake
	two.bank(atNight+7, "7", 700, stan("000007"), batch("1"), kind(txn.Void), origRRN("7")) // and taken back
	r := run(t, two, Options{Carry: pool})
	if got, want := r.summary(), "matched 3 1800; charged_but_failed 1 400; reversed_but_settled 1 200; "; got != want {
		t.Errorf("day two: got %s want %s", got, want)
	}
	if want := (Carried{Rows: 1, Arrived: 1}); r.Carried != want {
		t.Errorf("carried %+v, want %+v", r.Carried, want)
	}
	for _, it := range r.Items {
		if it.State == ReversedButSettled && (it.TerminalAt != "terminal.csv:5" || it.SettlementAt == "" || it.RRN != "22" || !it.Reversed || it.Key != ByCarry) {
			t.Errorf("item %+v", it)
		}
	}
	after := leaves(t, r)
	again := run(t, two, Options{Carry: after})
	if again.summary() != r.summary() || !reflect.DeepEqual(leaves(t, again), after) {
		t.Errorf("day two again: got %s, left %+v", again.summary(), again.Carry())
	}

	// Said once, and one that comes a day later is no stranger.
	three := &recs{}
	three.term(2*1440, "10", "00", 1000)
	three.bank(2*1440, "10", 1000)
	three.bank(atNight+4, "5", 500, stan("000005"), batch("1"))
	if got, want := run(t, three, Options{Carry: after}).summary(), "matched 1 1000; charged_but_failed 1 500; "; got != want {
		t.Errorf("day three: got %s want %s", got, want)
	}
	late := &recs{}
	late.term(10*1440, "11", "00", 100)
	late.bank(10*1440, "11", 100)
	if p := run(t, late, Options{Carry: after}).Carry(); len(p.Failed) != 0 {
		t.Errorf("after ten days %d are kept", len(p.Failed))
	}
}

// TestOlderDayAgain runs a day again that was run before others: what those have found
// since stays found.
func TestOlderDayAgain(t *testing.T) {
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(atNight, "2", "00", 200)
	one.term(atNight+1, "3", "00", 300)
	two := &recs{}
	two.term(1440, "4", "00", 400)
	two.bank(1440, "4", 400)
	two.bank(atNight, "2", 200)
	pool := leaves(t, run(t, one, Options{}))
	pool = leaves(t, run(t, two, Options{Carry: pool})) // 2 arrived, 3 is missing
	r := run(t, one, Options{Carry: pool})
	if got, want := r.summary(), "matched 1 100; pending_cutoff 2 500; "; got != want {
		t.Errorf("day one again: got %s want %s", got, want)
	}
	if got := leaves(t, r); !reflect.DeepEqual(got, pool) {
		t.Errorf("day one again leaves\n%+v\nnot\n%+v", got, pool)
	}
}

// TestOnePoolOfSeveralRuns runs institutions, and shops, one after the other with one pool.
func TestOnePoolOfSeveralRuns(t *testing.T) {
	of := func(inst, mid string, both bool) func(side txn.Side) func(*txn.Record) {
		return func(side txn.Side) func(*txn.Record) {
			return func(r *txn.Record) {
				r.MID = mid
				if r.Institution = inst; side == txn.Settlement && !both {
					r.Institution = ""
				}
			}
		}
	}
	for name, runs := range map[string][2]func(txn.Side) func(*txn.Record){
		"institutions":                          {of("NSH001", "1", true), of("NSH002", "2", true)},
		"institutions that no settlement names": {of("NSH001", "1", false), of("NSH002", "2", false)},
		"shops":                                 {of("", "1", true), of("", "2", true)},
	} {
		pool := &Pool{Schema: PoolSchema}
		for day := range 3 {
			for i, who := range runs {
				x, n := &recs{}, string(rune('1'+i))
				for _, min := range []int{0, atNight} {
					d := string(rune('a' + day))
					x.term(day*1440+min, n+d+"0", "00", 100, who(txn.Terminal), stan(n+d))
				}
				x.list[1].RRN = n + string(rune('a'+day)) + "1"
				x.bank(day*1440, n+string(rune('a'+day))+"0", 100, who(txn.Settlement))
				want := "matched 1 100; pending_cutoff 1 100; "
				if day > 0 {
					x.bank((day-1)*1440+atNight, n+string(rune('a'+day-1))+"1", 100, who(txn.Settlement))
					want = "matched 2 200; pending_cutoff 1 100; "
				}
				r := run(t, x, Options{Carry: pool})
				if got := r.summary(); got != want || day > 0 && r.Carried.Arrived != 1 {
					t.Errorf("%s, day %d, run %d: got %s want %s, carried %+v", name, day+1, i+1, got, want, r.Carried)
				}
				pool = leaves(t, r)
			}
		}
	}
}

// TestCarriedByTime has nothing but amount and time: the first of two sales is missing, the
// second is not.
func TestCarriedByTime(t *testing.T) {
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(atNight, "", "00", 200)
	one.term(atNight+20, "", "00", 200)
	two := &recs{}
	two.term(1440, "4", "00", 400)
	two.bank(1440, "4", 400)
	two.bank(atNight+20, "", 200)
	r := run(t, two, Options{Carry: leaves(t, run(t, one, Options{}))})
	if got, want := r.summary(), "matched 2 600; terminal_only 1 200; "; got != want || r.Items[0].At != one.list[2].At {
		t.Errorf("got %s want %s, items %+v", got, want, r.Items)
	}
}

// A sale after the cut-off and its void cancel each other out: a settlement file that lists
// neither is right, one that lists the void alone is not.
func TestCarriedPairsCancelOut(t *testing.T) {
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(atNight, "2", "00", 200, stan("000002"))
	one.term(atNight+2, "3", "00", 200, stan("000003"), kind(txn.Void), origRRN("2"))
	one.term(atNight+3, "4", "00", 300, stan("000004"))
	one.term(atNight+4, "5", "00", 200, stan("000005"), kind(txn.Refund), origRRN("4")) // of a part
	r := run(t, one, Options{})
	if got, want := r.summary(), "matched 1 100; pending_cutoff 4 900; "; got != want {
		t.Fatalf("day one: got %s want %s", got, want)
	}
	pool := leaves(t, r)
	two := func(void bool) *recs {
		x := &recs{}
		x.term(1440, "9", "00", 900)
		x.bank(1440, "9", 900)
		x.bank(atNight+3, "4", 300, stan("000004"))
		x.bank(atNight+4, "5", 200, stan("000005"), kind(txn.Refund))
		if void {
			x.bank(atNight+2, "3", 200, stan("000003"), kind(txn.Void))
		}
		return x
	}
	r = run(t, two(false), Options{Carry: pool})
	if got, want := r.summary(), "matched 3 1400; "; got != want {
		t.Errorf("neither: got %s want %s", got, want)
	}
	if want := (Carried{Rows: 4, Arrived: 2, Netted: 2}); r.Carried != want {
		t.Errorf("neither: carried %+v, want %+v", r.Carried, want)
	}
	if want := "0 still wait, 2 cancel each other out."; !strings.Contains(r.Sides.En, want) {
		t.Errorf("said %q, want %q", r.Sides.En, want)
	}
	after := leaves(t, r)
	if again := run(t, two(false), Options{Carry: after}); again.summary() != r.summary() || again.Carried != r.Carried || !reflect.DeepEqual(leaves(t, again), after) {
		t.Errorf("again: %s, %+v", again.summary(), again.Carried)
	}
	r = run(t, two(true), Options{Carry: pool})
	if got, want := r.summary(), "matched 4 1600; terminal_only 1 200; "; got != want {
		t.Errorf("the void alone: got %s want %s", got, want)
	}
}

// A day whose settlement file does not come is named as soon as a later file is here.
func TestFileThatDoesNotCome(t *testing.T) {
	two, three := &recs{}, &recs{}
	two.term(1440, "5", "00", 500)
	two.term(1441, "6", "00", 600)
	r := run(t, two, Options{})
	if strings.Contains(r.Sides.En, "has not come") {
		t.Errorf("said %q", r.Sides.En)
	}
	three.term(2*1440, "7", "00", 700)
	three.bank(2*1440, "7", 700)
	r = run(t, three, Options{Carry: leaves(t, r)})
	if want := "The settlement file of 2026-11-21 has not come, though later ones have: 2 wait for it."; !strings.Contains(r.Sides.En, want) || r.Carried.Waiting != 2 {
		t.Errorf("said %q, want %q; carried %+v", r.Sides.En, want, r.Carried)
	}
	late := &recs{}
	late.term(5*1440, "8", "00", 800)
	late.bank(5*1440, "8", 800)
	r = run(t, late, Options{Carry: leaves(t, r)})
	if want := "The settlement file of 2026-11-21 never came: 2 have waited too long and count as missing."; !strings.Contains(r.Sides.En, want) || r.Carried.Missing != 2 {
		t.Errorf("said %q, want %q; carried %+v", r.Sides.En, want, r.Carried)
	}
}

// TestForecastOfPartOfTheFiles has the log of two days, the second's settlement file and a
// settled row of a third day: only what may still come is expected.
func TestForecastOfPartOfTheFiles(t *testing.T) {
	x := &recs{}
	x.term(-1440, "1", "00", 100)
	x.term(-1439, "2", "00", 30, kind(txn.Refund))
	x.term(0, "3", "00", 300)
	x.bank(0, "3", 300)
	x.term(11*60+10, "4", "00", 400) // 23:10
	x.bank(2*1440, "5", 500)
	want := map[txn.Date]Due{
		20261122: {SoldElsewhere: Sum{1, 500}},
		20261119: {SettledElsewhere: Sum{2, 70}},
		20261121: {WaitingRows: 1, WaitingAmount: 400},
	}
	for _, d := range run(t, x, Options{}).Forecast {
		if w := want[d.Day]; d.WaitingRows != w.WaitingRows || d.WaitingAmount != w.WaitingAmount || d.SettledElsewhere != w.SettledElsewhere || d.SoldElsewhere != w.SoldElsewhere {
			t.Errorf("%+v", d)
		}
	}
}
