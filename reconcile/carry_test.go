package reconcile

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// TestCarryOver runs three days: a row after the cut-off waits, is settled in the
// next day's file, and one that never comes is reported once its file is here.
func TestCarryOver(t *testing.T) {
	const late = 11*60 + 10 // 23:10
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(late, "2", "00", 200, stan("000002"))
	one.term(late+1, "3", "00", 300, stan("000003"))
	one.term(late+2, "4", "51", 400)
	r := run(t, one, Options{})
	if got, want := r.summary(), "matched 1 100; pending_cutoff 2 500; "; got != want {
		t.Fatalf("day one: got %s want %s", got, want)
	}
	data, err := json.Marshal(r.Carry())
	if err != nil {
		t.Fatal(err)
	}
	var pool Pool
	if err := json.Unmarshal(data, &pool); err != nil {
		t.Fatal(err)
	}
	if err := pool.Check(); err != nil {
		t.Fatal(err)
	}
	if len(pool.Rows) != 2 || pool.Rows[0].RRN != "2" || pool.Rows[0].Day != 20261121 {
		t.Fatalf("pool: %s", data)
	}

	// The same day again, as a cron job does that is started twice.
	again := run(t, one, Options{Carry: &pool})
	if got, want := again.summary(), "matched 1 100; pending_cutoff 2 500; "; got != want || again.Carried != (Carried{}) {
		t.Errorf("day one again: got %s want %s, carried %+v", got, want, again.Carried)
	}
	if again, _ := json.Marshal(again.Carry()); string(again) != string(data) {
		t.Errorf("day one again leaves %s, not %s", again, data)
	}

	two := &recs{}
	two.term(1440, "5", "00", 500)
	two.bank(1440, "5", 500)
	two.bank(late, "2", 200, stan("000002"), settleOn(20261121))
	r = run(t, two, Options{Carry: &pool})
	if got, want := r.summary(), "matched 2 700; terminal_only 1 300; "; got != want {
		t.Errorf("day two: got %s want %s", got, want)
	}
	if want := (Carried{Rows: 2, Arrived: 1, Missing: 1}); r.Carried != want || r.Arrivals["CNY"] != 200 {
		t.Errorf("carried %+v, want %+v", r.Carried, want)
	}
	if want := "Carried over from earlier runs: 2, of which 1 arrived, 1 count as missing now, 0 still wait."; !strings.Contains(r.Sides.En, want) {
		t.Errorf("said %q, want %q", r.Sides.En, want)
	}
	if it := r.Items[0]; it.RRN != "3" || it.AgeDays != 0 || it.TerminalAt != "terminal.csv:5" || it.Card != "622848******1234" {
		t.Errorf("item %+v", it)
	}
	left := r.Carry()
	if len(left.Rows) != 2 || !left.Rows[0].Arrived || !left.Rows[1].Missing || left.Rows[1].RRN != "3" {
		t.Errorf("left to the next run: %+v", left.Rows)
	}
	// Day two again, with what it left itself: it says the same and leaves the same.
	twice := run(t, two, Options{Carry: left})
	if got, want := twice.summary(), r.summary(); got != want || twice.Carried != r.Carried || !reflect.DeepEqual(twice.Carry(), left) || !reflect.DeepEqual(twice.Arrivals, r.Arrivals) {
		t.Errorf("day two again: got %s want %s, carried %+v, left %+v", got, want, twice.Carried, twice.Carry().Rows)
	}

	// The bank's file says that it is in process: it goes on waiting.
	working := &recs{}
	working.term(1440, "5", "00", 500)
	working.bank(1440, "5", 500)
	working.bank(late, "2", 200, stan("000002"), status("处理中"))
	r = run(t, working, Options{Carry: &pool})
	if got, want := r.summary(), "matched 1 500; terminal_only 1 300; pending_cutoff 1 200; "; got != want {
		t.Errorf("day two, in process: got %s want %s", got, want)
	}
	if want := (Carried{Rows: 2, Missing: 1, Waiting: 1}); r.Carried != want || len(r.Carry().Rows) != 2 {
		t.Errorf("in process: carried %+v, want %+v, left %+v", r.Carried, want, r.Carry().Rows)
	}
	// The same said in the first file: the sale is left to the next run.
	first := &recs{}
	first.term(0, "1", "00", 100)
	first.bank(0, "1", 100, status("处理中"))
	first.term(1, "2", "00", 200)
	first.bank(1, "2", 200)
	if left := run(t, first, Options{}).Carry().Rows; len(left) != 1 || left[0].RRN != "1" || left[0].Missing {
		t.Errorf("a sale in process leaves %+v", left)
	}

	// It comes two days late, and is no stranger then.
	three := &recs{}
	three.term(2*1440, "6", "00", 600)
	three.bank(2*1440, "6", 600)
	quiet := run(t, three, Options{Carry: left})
	if got, want := quiet.summary(), "matched 1 600; "; got != want || quiet.Carried != (Carried{}) || len(quiet.Carry().Rows) != 2 {
		t.Errorf("day three: got %s want %s, carried %+v, left %+v", got, want, quiet.Carried, quiet.Carry().Rows)
	}
	if want := "Reported as missing by earlier runs, and not here yet: 1."; !strings.Contains(quiet.Sides.En, want) {
		t.Errorf("day three said %q, want %q", quiet.Sides.En, want)
	}
	three.bank(late+1, "3", 300, stan("000003"))
	r = run(t, three, Options{Carry: left})
	for _, again := range []*Result{r, run(t, three, Options{Carry: r.Carry()})} {
		if want := "of which 1 arrived (1 of them reported as missing before)"; !strings.Contains(again.Sides.En, want) || strings.Contains(again.Sides.En, "not here yet") {
			t.Errorf("day three with the late row said %q, want %q", again.Sides.En, want)
		}
	}
	if got, want := r.summary(), "matched 2 900; "; got != want {
		t.Errorf("day three with the late row: got %s want %s", got, want)
	}
	if want := (Carried{Rows: 1, Arrived: 1}); r.Carried != want || r.Arrivals["CNY"] != 300 || !r.Carry().Rows[1].Arrived {
		t.Errorf("carried %+v, want %+v; left %+v", r.Carried, want, r.Carry().Rows)
	}
	// After a week nobody waits for it any more.
	old := &recs{}
	old.term(10*1440, "7", "00", 700)
	old.bank(10*1440, "7", 700)
	if n := len(run(t, old, Options{Carry: left}).Carry().Rows); n != 0 {
		t.Errorf("after ten days %d rows are kept", n)
	}

	// A day whose settlement file does not come at all.
	none := &recs{}
	none.term(1440, "5", "00", 500)
	r = run(t, none, Options{Carry: &pool})
	if n := len(r.Carry().Rows); n != 3 || r.Carried.Waiting != 2 {
		t.Errorf("without a settlement file %d rows wait (%+v), want 3", n, r.Carried)
	}
	if want := "2 still wait"; !strings.Contains(r.Sides.En, want) {
		t.Errorf("said %q, want %q", r.Sides.En, want)
	}
}

func TestWaitingRowsAge(t *testing.T) {
	x := &recs{}
	x.term(0, "1", "00", 100)
	x.bank(0, "1", 100)
	for d := 2; d <= 6; d++ { // no settlement file of the day between
		x.term(d*1440, "1"+string(rune('0'+d)), "00", 100)
		x.bank(d*1440, "1"+string(rune('0'+d)), 100)
	}
	x.term(1440, "99", "00", 900)
	if r := run(t, x, Options{}); r.Items[0].State != TerminalOnly || r.Items[0].AgeDays != 5 {
		t.Errorf("after five days: %+v", r.Items[0])
	}
	if r := run(t, x, Options{PendingDays: 6}); r.Items[0].State != PendingCutOff {
		t.Errorf("within six days: %+v", r.Items[0])
	}
}

func TestPoolCheck(t *testing.T) {
	for _, p := range []Pool{{}, {Schema: PoolSchema, Rows: []Waiting{{Kind: "gift"}}}, {Schema: PoolSchema, Rows: []Waiting{{Kind: "sale", Amount: -5}}}} {
		if p.Check() == nil {
			t.Errorf("%+v passed", p)
		}
	}
	newer := Pool{Schema: "poslog/carry/2"}
	if err := newer.Check(); err == nil || !strings.Contains(err.Error(), "another version of poslog wrote it") || strings.Contains(err.Error(), "delete") {
		t.Errorf("of a newer version: %v", err)
	}
}

func TestTotals(t *testing.T) {
	deposit := func(x *recs, min int, amount txn.Minor, edits ...func(*txn.Record)) {
		x.bank(min, "", amount, append(edits, kind(txn.Payout), card(""), tid(""))...)
	}
	tests := []struct {
		name string
		rows func(x *recs)
		opt  Options
		want string
	}{
		{"a day's deposit", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(1, "2", "00", 250)
			x.term(2, "3", "51", 999)
			x.term(3, "4", "00", 50, kind(txn.Refund))
			deposit(x, 1440, 300)
		}, Options{}, "matched 1 300; "},
		{"a day's deposit less fees", func(x *recs) {
			x.term(0, "1", "00", 10000)
			x.term(1, "2", "00", 20000)
			deposit(x, 1440, 29886)
		}, Options{Fees: []FeeRule{{PPM: 3800}}}, "matched 1 29886; "},
		{"a deposit for a terminal without merchant number, short", func(x *recs) {
			nowhere := func(r *txn.Record) { r.MID = "" }
			x.term(0, "1", "00", 100, nowhere)
			x.term(1, "2", "00", 250, nowhere)
			deposit(x, 1440, 300)
		}, Options{}, "amount_differs 1 50; "},
		{"a deposit that does not call itself one, short", func(x *recs) {
			for i := range 5 {
				x.term(i, string(rune('1'+i)), "00", 100)
			}
			x.bank(1440, "", 450, card(""), tid(""), func(r *txn.Record) { r.Kind, r.Prec = txn.KindUnknown, txn.PrecDay })
		}, Options{}, "amount_differs 1 50; "},
		{"one of two days is short", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(1440, "2", "00", 200)
			x.term(1441, "3", "00", 300)
			deposit(x, 1440, 100)
			deposit(x, 2880, 450)
		}, Options{}, "matched 1 100; amount_differs 1 50; "},
		{"a weekend is paid on Monday", func(x *recs) {
			for day, amount := range []txn.Minor{100, 210, 320, 430, 540} {
				x.term(1440*day, string(rune('1'+day)), "00", amount)
			}
			deposit(x, 1440, 100)
			deposit(x, 4*1440, 960)
			deposit(x, 5*1440, 540)
		}, Options{}, "matched 3 1600; "},
		{"a day without sales before the payment of two others", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(2*1440, "2", "00", 200)
			deposit(x, 3*1440, 300)
		}, Options{}, "matched 1 300; "},
		{"the days of a payment end at one that is paid", func(x *recs) {
			for day, amount := range []txn.Minor{100, 200, 300} {
				x.term(1440*day, string(rune('1'+day)), "00", amount)
			}
			deposit(x, 2*1440, 200)
			deposit(x, 3*1440, 400)
		}, Options{}, "matched 1 200; amount_differs 1 100; pending_cutoff 1 100; "},
		{"batch totals", func(x *recs) {
			x.term(0, "", "00", 100, batch("000001"))
			x.term(1, "", "00", 200, batch("000001"))
			x.term(2, "", "00", 400, batch("000002"))
			x.bank(5, "", 300, kind(txn.BatchSettle), card(""), batch("000001"))
			x.bank(6, "", 400, kind(txn.BatchSettle), card(""), batch("000002"))
		}, Options{}, "matched 2 700; "},
		{"a deposit beside detail rows is no transaction", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			deposit(x, 1440, 100)
		}, Options{}, "matched 1 100; "},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			x := &recs{}
			c.rows(x)
			r := run(t, x, c.opt)
			if got := r.summary(); got != c.want {
				t.Errorf("got  %s\nwant %s\nitems %+v", got, c.want, r.Items)
			}
		})
	}
}

func TestOneSide(t *testing.T) {
	x := &recs{}
	x.term(0, "1", "00", 100)
	x.term(1, "2", "00", 250)
	x.term(1, "2", "00", 250)
	x.term(2, "3", "", 70)
	r := run(t, x, Options{})
	if got, want := r.summary(), "duplicate 1 250; pending_cutoff 2 350; "; got != want {
		t.Errorf("terminal only: got %s want %s", got, want)
	}
	if len(r.Items) != 1 || len(r.Forecast) != 1 || r.Forecast[0].WaitingAmount != 350 || r.Forecast[0].Day != 20261120 {
		t.Errorf("items %+v forecast %+v", r.Items, r.Forecast)
	}
	if u := r.Unanswered; len(u) != 1 || u[0].Amount != 70 || u[0].Call != Issuer || u[0].Advice.Zh == "" {
		t.Errorf("unanswered %+v", u)
	}
	if got := r.MoneyAtRisk(); !reflect.DeepEqual(got, []RiskTotal{{OutcomeUnknown, "CNY", 1, 70}}) {
		t.Errorf("risk %+v", got)
	}

	y := &recs{}
	y.bank(0, "1", 100)
	y.bank(0, "1", 100)
	y.bank(1, "2", 300, fee(9))
	r = run(t, y, Options{Fees: []FeeRule{{PPM: 10000}}})
	if got, want := r.summary(), "duplicate 1 100; fee_differs 1 6; pending_cutoff 1 100; "; got != want {
		t.Errorf("settlement only: got %s want %s", got, want)
	}
	if r = run(t, &recs{}, Options{}); len(r.Totals) != 0 || r.Sides.En != "Nothing to reconcile." {
		t.Errorf("nothing: %+v", r)
	}
}

func TestClocks(t *testing.T) {
	x := &recs{}
	ahead := 7 * time.Minute
	for i := range 5 {
		rrn := string(rune('1' + i))
		x.term(i*60, rrn, "00", 1000)
		x.add(txn.Settlement, noon.Add(time.Duration(i)*time.Hour-ahead), rrn, "", 1000)
	}
	// No number in common; two rows of the same amount ten minutes apart.
	x.term(400, "", "00", 555)
	x.term(410, "", "00", 555)
	x.add(txn.Settlement, noon.Add(403*time.Minute), "", "", 555)
	b := x.book()
	m := Match(b, Options{})
	if d, n := m.Skew(b.Place(b.Row(txn.Terminal, 0).Place).Terminal); d != ahead || n != 5 {
		t.Errorf("skew %v from %d pairs, want %v from 5", d, n, ahead)
	}
	if j := m.Settled(6); j != 5 {
		t.Errorf("row at 18:50 by a clock 7 minutes ahead has settlement row %d, want 5", j)
	}
	if m.Settled(5) != -1 {
		t.Errorf("row at 18:40 was matched")
	}
}

// TestClockToTheMinute: a settlement file without seconds does not make a terminal fast.
func TestClockToTheMinute(t *testing.T) {
	x := &recs{}
	for i := range 12 {
		rrn := strconv.Itoa(i + 1)
		x.add(txn.Terminal, noon.Add(time.Duration(i*605)*time.Second), rrn, "00", 1000)
		x.add(txn.Settlement, noon.Add(time.Duration(i*605)*time.Second).Truncate(time.Minute), rrn, "", 1000, func(r *txn.Record) { r.Prec = txn.PrecMinute })
	}
	b := x.book()
	if d, n := Match(b, Options{}).Skew(b.Place(b.Row(txn.Terminal, 0).Place).Terminal); n != 12 || d.Abs() > 5*time.Second {
		t.Errorf("skew %v from %d pairs, want about none", d, n)
	}
}

// TestScatteredPosting: settlement rows dated by posting, hours apart, say
// nothing about a terminal's clock.
func TestScatteredPosting(t *testing.T) {
	x := &recs{}
	for i := range 9 {
		rrn := string(rune('1' + i))
		x.term(i*10, rrn, "00", 1000)
		x.bank(i*10+i*i*7, rrn, 1000)
	}
	b := x.book()
	if d, n := Match(b, Options{}).Skew(b.Place(b.Row(txn.Terminal, 0).Place).Terminal); d != 0 || n != 0 {
		t.Errorf("skew %v from %d pairs", d, n)
	}
}

func TestRisks(t *testing.T) {
	x := &recs{}
	x.term(0, "1", "51", 100) // recovered, in two tries
	x.term(1, "2", "96", 100)
	x.term(2, "3", "00", 100)
	x.bank(2, "3", 100)
	x.term(60, "4", "51", 100) // lost: an hour later
	x.term(3, "5", "00", 900)  // missing
	x.term(4, "6", "", 800)    // charged
	x.bank(4, "6", 800)
	x.term(5, "7", "51", 100, card("6217000012345675678")) // another card
	r := run(t, x, Options{})
	want := []RiskTotal{{ChargedNotApproved, "CNY", 1, 800}, {ApprovedMissing, "CNY", 1, 900}, {DeclinedLost, "CNY", 2, 200}, {DeclinedRecovered, "CNY", 1, 100}}
	if got := r.MoneyAtRisk(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDeposits(t *testing.T) {
	x := &recs{}
	pay := func(min int, amount txn.Minor) {
		x.bank(min, "", amount, kind(txn.Payout), card(""), tid(""))
	}
	x.bank(0, "1", 10000, fee(38))
	x.bank(1, "2", 5000, fee(19))
	x.bank(2, "3", 1000, kind(txn.Refund), fee(4))
	x.bank(3, "5", 1000, kind(txn.Refund), fee(-4))
	x.bank(1440, "4", 700, fee(3))
	pay(1441, 13000-38-19+4+4)
	pay(2881, 690)
	r := run(t, x, Options{})
	if len(r.Deposits) != 2 {
		t.Fatalf("deposits %+v", r.Deposits)
	}
	if d := r.Deposits[0]; !d.Agrees || d.Rows != 4 || d.Day != 20261120 {
		t.Errorf("first day: %+v", d)
	}
	if d := r.Deposits[1]; d.Agrees || d.Rows != 1 || d.Sum != 697 || d.Day != 20261121 {
		t.Errorf("second day: %+v", d)
	}
}

// TestOddDeposit: days in a row may be paid in one, and a pay-out that is not what it pays is said where the
// others are.
func TestOddDeposit(t *testing.T) {
	for _, c := range []struct {
		short txn.Minor
		want  string
	}{{0, ""}, {50, "Of 6 pay-outs, not the sum of the rows that they pay less the fees: 1 (the first at settlement.csv:"}} {
		x := &recs{}
		sums := []txn.Minor{}
		for day := range 8 {
			amount := txn.Minor(1000 + 37*day*day)
			x.bank(1440*day, string(rune('1'+day)), amount, fee(4))
			sums = append(sums, amount-4)
		}
		pay := func(day int, amount txn.Minor) {
			x.bank(1440*day+600, "", amount, kind(txn.Payout), card(""), tid(""))
		}
		pay(1, sums[0])
		pay(4, sums[1]+sums[2]+sums[3]) // a weekend
		pay(5, sums[4])
		pay(6, sums[5]-c.short)
		pay(7, sums[6])
		pay(8, sums[7])
		r := run(t, x, Options{})
		if got := r.Sides.En; c.want == "" && strings.Contains(got, "pay-outs") || !strings.Contains(got, c.want) {
			t.Errorf("short by %d: %q; %+v", c.short, got, r.Deposits)
		}
	}
}

// TestDepositsOfShops: each shop's pay-out is of its own sales, though there is no terminal side;
// one of a place without sales is of all.
func TestDepositsOfShops(t *testing.T) {
	x := &recs{}
	shop := func(m, id string) func(*txn.Record) { return func(r *txn.Record) { r.MID, r.TID = m, id } }
	for i := range txn.Minor(3) {
		x.bank(int(i), strconv.Itoa(100+int(i)), 1000+i, shop("A", "a1"))
		x.bank(int(i), strconv.Itoa(200+int(i)), 2000+i, shop("B", "b1"))
	}
	x.bank(1440, "", 3003, kind(txn.Payout), card(""), shop("A", ""))
	x.bank(1440, "", 6003, kind(txn.Payout), card(""), shop("B", "till"))
	x.bank(1440, "", 9006, kind(txn.Payout), card(""), shop("C", ""))
	for _, d := range run(t, x, Options{}).Deposits {
		if !d.Agrees || d.Day != 20261120 {
			t.Errorf("%+v", d)
		}
	}
}

// TestToleranceOfTotals: what is configured in units of money is nothing in yen.
func TestToleranceOfTotals(t *testing.T) {
	x := &recs{}
	yen := func(r *txn.Record) { r.Currency = "JPY" }
	for i := range txn.Minor(10) {
		x.term(int(i), "", "00", 1000+i, yen)
	}
	x.bank(1440, "", 10085, kind(txn.Payout), card(""), tid(""), yen)
	if got := run(t, x, Options{Amount: Tolerance{Above: 50}}).summary(); got != "amount_differs 1 40; " {
		t.Errorf("%s", got)
	}
}

// TestCarryWithoutTime: a row without a time is found when it comes late, is known when its day
// is run again, and is forgotten some days after.
func TestCarryWithoutTime(t *testing.T) {
	timeless := func(r *txn.Record) { r.At, r.Prec = txn.NoInstant, txn.PrecNone }
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(0, "2", "00", 200, timeless)
	pool := run(t, one, Options{}).Carry()
	data, err := json.Marshal(pool)
	if err != nil || len(pool.Rows) != 1 {
		t.Fatalf("%s %v", data, err)
	}
	if err := json.Unmarshal(data, pool); err != nil {
		t.Fatal(err)
	}
	if again := run(t, one, Options{Carry: pool}).Carry(); len(again.Rows) != 1 {
		t.Errorf("again: %+v", again)
	}
	later := func(day int, rrn string) *recs {
		x := &recs{}
		x.term(1440*day, "5", "00", 500)
		x.bank(1440*day, "5", 500)
		x.bank(1440*day+1, rrn, 200)
		return x
	}
	if got, want := run(t, later(2, "2"), Options{Carry: pool}).summary(), "matched 2 700; "; got != want {
		t.Errorf("late: %s, want %s", got, want)
	}
	if left := run(t, later(20, "9"), Options{Carry: pool}).Carry(); len(left.Rows) != 0 {
		t.Errorf("kept: %+v", left.Rows)
	}
}

// TestUnansweredAreCapped: the largest are listed.
func TestUnansweredAreCapped(t *testing.T) {
	x := &recs{}
	for i := range txn.Minor(4) {
		x.term(int(i), "", "98", 100+i)
	}
	if r := run(t, x, Options{Items: 2}); len(r.Unanswered) != 2 || r.Unanswered[0].Amount != 103 || r.Unanswered[1].Amount != 102 || r.Unlisted[Idle] != 2 {
		t.Errorf("%d unlisted, %+v", r.Unlisted[Idle], r.Unanswered)
	}
}

// TestItemsAreCapped: what is not described is counted all the same.
func TestItemsAreCapped(t *testing.T) {
	x := &recs{}
	for i := range 30 {
		x.term(i, "1"+string(rune('a'+i)), "00", txn.Minor(100+i))
	}
	x.term(40, "2", "", 70)
	x.bank(0, "9", 900, card("6228480012345670000"))
	x.term(60, "3", "00", 5)
	x.bank(60, "3", 5)
	r := run(t, x, Options{Items: 10})
	if len(r.Items) != 11 || r.Items[0].Amount != 900 || r.Items[1].Amount != 129 || r.Items[10].Amount != 120 {
		t.Errorf("%d items: %+v", len(r.Items), r.Items)
	}
	if want := map[State]int{TerminalOnly: 20}; !reflect.DeepEqual(r.Unlisted, want) {
		t.Errorf("unlisted %v, want %v", r.Unlisted, want)
	}
	if got, want := r.summary(), "matched 1 5; terminal_only 30 3435; settlement_only 1 900; "; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	leads := 0
	for i := range 32 {
		if r.Leads(txn.Terminal, i) {
			leads++
		}
	}
	if leads != 30 || !r.Leads(txn.Settlement, 0) {
		t.Errorf("%d terminal rows lead a case, want 30", leads)
	}
	if risk := r.MoneyAtRisk(); risk[1].Count != 30 || risk[1].Amount != 3435 {
		t.Errorf("risk %+v", risk)
	}
	if !strings.Contains(r.Sides.En, "not listed one by one: 20.") {
		t.Errorf("sides %s", r.Sides.En)
	}
}

// TestCarriedWithoutADay: a row that states no time ages from the first settlement file after it, also
// where there was none yet when it was seen first.
func TestCarriedWithoutADay(t *testing.T) {
	one := &recs{}
	one.term(0, "1", "00", 100, func(r *txn.Record) { r.At = txn.NoInstant })
	pool := leaves(t, run(t, one, Options{}))
	if len(pool.Rows) != 1 {
		t.Fatalf("left %+v", pool.Rows)
	}
	for _, c := range []struct {
		day  int
		want Carried
	}{{1, Carried{Rows: 1, Waiting: 1}}, {3, Carried{Rows: 1, Waiting: 1}}, {9, Carried{Rows: 1, Missing: 1}}} {
		x := &recs{}
		x.term(c.day*1440, "9", "00", 900)
		x.bank(c.day*1440, "9", 900)
		r := run(t, x, Options{Carry: pool})
		if r.Carried != c.want {
			t.Errorf("day %d: carried %+v, want %+v", c.day, r.Carried, c.want)
		}
		pool = leaves(t, r)
	}
}

// TestCarryWithFees has a fee that was agreed with an institution that only the terminal's records
// name: it is judged when the row arrives, too.
func TestCarryWithFees(t *testing.T) {
	opt := Options{Fees: []FeeRule{{Institution: "NSH001", PPM: 3800}}}
	one := &recs{}
	one.term(0, "1", "00", 100)
	one.bank(0, "1", 100)
	one.term(11*60+10, "2", "00", 20000)
	opt.Carry = run(t, one, opt).Carry()
	two := &recs{}
	two.term(1440, "5", "00", 500)
	two.bank(1440, "5", 500)
	two.bank(11*60+10, "2", 20000, settleOn(20261121), fee(90))
	r := run(t, two, opt)
	if got, want := r.summary(), "matched 1 500; fee_differs 1 14; "; got != want {
		t.Fatalf("got %s want %s", got, want)
	}
	if it := r.Items[0]; it.Fee != 90 || it.AgreedFee != 76 || !strings.Contains(it.Advice.Zh, "手续费收了 ¥0.90，按约定应为 ¥0.76") {
		t.Errorf("%d of %d: %s", it.Fee, it.AgreedFee, it.Advice.Zh)
	}
}

// TestCarryToDeposits runs a week day by day with the deposits that the bank makes on working days, of
// what was sold since the last one, with and without fees that nobody states. Each run comes twice.
func TestCarryToDeposits(t *testing.T) {
	sums := []txn.Minor{5000, 6100, 7200, 4300, 5400, 6700}
	pays := [][]int{nil, {0}, nil, nil, {1, 2, 3}, {4}} // days, by the day of the deposit
	for _, c := range []struct {
		share txn.Minor // of a thousand
		want  []string
	}{
		{1000, []string{"pending_cutoff 10 5000; ", "matched 1 5000; pending_cutoff 10 6100; ", "pending_cutoff 10 7200; ", "pending_cutoff 10 4300; ",
			"matched 1 17600; pending_cutoff 10 5400; ", "matched 1 5400; pending_cutoff 10 6700; "}},
		{995, []string{"pending_cutoff 10 5000; ", "amount_differs 1 25; pending_cutoff 10 6100; ", "pending_cutoff 10 7200; ", "pending_cutoff 10 4300; ",
			"amount_differs 1 89; pending_cutoff 10 5400; ", "amount_differs 1 27; pending_cutoff 10 6700; "}},
	} {
		var pool *Pool
		for day, sum := range sums {
			x := &recs{}
			for i := range txn.Minor(10) {
				x.term(1440*day+int(i), "", "00", sum/10)
			}
			paid := txn.Minor(0)
			for _, d := range pays[day] {
				paid += sums[d] * c.share / 1000
			}
			if paid > 0 {
				x.bank(1440*day-180, "", paid, kind(txn.Payout), card(""), tid(""))
			}
			r := run(t, x, Options{Carry: pool})
			if got := r.summary(); got != c.want[day] || r.Carried.Arrived != 10*len(pays[day]) || r.Carried.Missing > 0 {
				t.Errorf("%d, day %d:\ngot  %s, %+v\nwant %s", c.share, day, got, r.Carried, c.want[day])
			}
			for _, it := range r.Items {
				if it.State == AmountDiffers && (it.Rows != 10*len(pays[day]) || it.TerminalAmount-it.SettlementAmount != it.Amount) {
					t.Errorf("%d, day %d: %d of %d rows differ by %d: %d", c.share, day, it.SettlementAmount, it.TerminalAmount, it.Amount, it.Rows)
				}
			}
			again := run(t, x, Options{Carry: r.Carry()})
			if got := again.summary(); got != c.want[day] || !reflect.DeepEqual(again.Carry(), r.Carry()) {
				t.Errorf("%d, day %d again: %s, want %s, leaves %+v", c.share, day, got, c.want[day], again.Carry())
			}
			pool = again.Carry()
		}
	}
}
