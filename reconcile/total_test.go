package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Deposits of the day before, less fees that nobody stated and that have no rate in common: each
// stands against the sales that it pays, and the fees are offered as the reason before anybody is called.
func TestDepositsLessUnknownFees(t *testing.T) {
	x := &recs{}
	for day, sum := range []txn.Minor{655670, 695889, 602574} {
		for i := range txn.Minor(10) { // ten sales a day
			x.term(1440*day+int(i), "", "00", sum/10+i%2)
		}
		x.bank(1440*(day+1), "", (sum/10*10+5)*(9962-3*txn.Minor(day))/10000, kind(txn.Payout), card(""), tid(""))
	}
	r := run(t, x, Options{})
	if len(r.Items) != 3 {
		t.Fatalf("%s", r.summary())
	}
	for _, it := range r.Items {
		if short := it.TerminalAmount - it.SettlementAmount; it.State != AmountDiffers || short <= 0 || short > it.TerminalAmount/200 || !strings.Contains(it.Advice.Zh, "可能是手续费") {
			t.Errorf("%v: %d of %d, %s", it.State, it.SettlementAmount, it.TerminalAmount, it.Advice.Zh)
		}
	}
}

// Where most deposits miss their sales by one rate, which is that of the fees, they agree, those of a
// weekend too, and one that misses by more is what there is to ask about; so in a statement of a
// bank, whose rows have a time of day and no word for a pay-out.
func TestDepositsOfOneRate(t *testing.T) {
	for _, kinds := range []txn.Kind{txn.Payout, txn.KindUnknown} {
		for _, missing := range []txn.Minor{0, 8850} {
			x := &recs{}
			sums := []txn.Minor{655670, 695880, 602570, 611110, 585850, 640040, 599990}
			for day, sum := range sums {
				for i := range txn.Minor(10) {
					x.term(1440*day+int(i), "", "00", sum/10)
				}
			}
			paid := func(day int, net txn.Minor, of ...txn.Minor) {
				for _, sum := range of {
					net += sum - 10*(&FeeRule{PPM: 3800}).fee(sum/10)
				}
				x.bank(1440*day-240, "", net, kind(kinds), card(""), tid(""))
			}
			paid(1, 0, sums[0])
			paid(4, 0, sums[1:4]...)
			paid(5, 0, sums[4])
			paid(6, -missing, sums[5])
			paid(7, 0, sums[6])
			r := run(t, x, Options{})
			if !strings.Contains(r.Sides.Zh, "到账款是扣除手续费后的净额（费率约 0.38%）") {
				t.Errorf("%v: %s", kinds, r.Sides.Zh)
			}
			if missing == 0 {
				if len(r.Items) != 0 || !strings.HasPrefix(r.summary(), "matched 5 ") {
					t.Errorf("%v: %s", kinds, r.summary())
				}
				continue
			}
			if len(r.Items) != 1 || r.Items[0].State != AmountDiffers || !strings.Contains(r.Items[0].Advice.Zh, "应到 ¥6376.10，少了 ¥88.50") {
				t.Errorf("%v: %s %+v", kinds, r.summary(), r.Items)
			}
		}
	}
}

// TestDaysThatTotalsPay has deposits of the day before: the sales of the last day wait for theirs,
// the first one may pay a day that is not here, and a day between whose deposit never came is missing.
func TestDaysThatTotalsPay(t *testing.T) {
	sums := []txn.Minor{5000, 6100, 7200, 4300, 5400} // Thursday, and on to Monday
	sale := func(x *recs) {
		for day, sum := range sums {
			for i := range txn.Minor(10) {
				x.term(1440*day+int(i), "", "00", sum/10)
			}
		}
	}
	paid := func(x *recs, day int, sum txn.Minor) {
		x.bank(1440*day-180, "", sum, kind(txn.Payout), card(""), tid(""))
	}
	for _, c := range []struct {
		name string
		rows func(x *recs)
		want string
	}{
		{"each day on the next one", func(x *recs) {
			for day := 1; day < 5; day++ {
				paid(x, day, sums[day-1])
			}
		}, "matched 4 22600; pending_cutoff 10 5400; "},
		{"the day before the first one", func(x *recs) {
			paid(x, 0, 9900)
			for day := 1; day < 5; day++ {
				paid(x, day, sums[day-1])
			}
		}, "matched 4 22600; pending_cutoff 11 15300; "},
		{"one never came", func(x *recs) {
			paid(x, 1, sums[0])
			paid(x, 3, sums[2])
			paid(x, 4, sums[3])
		}, "matched 3 16500; terminal_only 10 6100; pending_cutoff 10 5400; "},
		{"wallets and cards apart", func(x *recs) {
			for day := 1; day < 5; day++ {
				paid(x, day, 1200)
				paid(x, day, sums[day-1]-1200)
			}
		}, "matched 4 22600; pending_cutoff 10 5400; "},
		{"a weekend in three, less fees", func(x *recs) {
			net := func(sum txn.Minor) txn.Minor { return sum * 994 / 1000 }
			paid(x, 1, net(sums[0]))
			for day := 1; day < 4; day++ {
				paid(x, 4, net(sums[day]))
			}
			paid(x, 5, net(sums[4]))
		}, "amount_differs 3 170; "},
		{"on the same day", func(x *recs) {
			for day := range 5 {
				paid(x, day, sums[day])
			}
		}, "matched 5 28000; "},
	} {
		x := &recs{}
		sale(x)
		c.rows(x)
		if r := run(t, x, Options{}); r.summary() != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, r.summary(), c.want)
		}
	}
}

// Places pay fees of their own: a rate is that of the deposits of one place, as far as they tell it.
func TestDepositsOfOneRateEach(t *testing.T) {
	shop := func(i int) func(*txn.Record) {
		return func(r *txn.Record) { r.MID, r.TID = fmt.Sprint("89811015399000", i), fmt.Sprint("1000000", i) }
	}
	for _, rates := range [][]int64{{6000, 3800}, {6000, 6000, 3800}, {3800, 6000, 0, 6000}} {
		x := &recs{}
		for day, sum := range []txn.Minor{655670, 695880, 602570, 611110} {
			for i, ppm := range rates {
				for n := range txn.Minor(10) {
					x.term(1440*day+int(n), "", "00", sum/10+txn.Minor(i), shop(i))
				}
				x.bank(1440*(day+1), "", 10*netOf(sum/10+txn.Minor(i), txn.Minor(ppm)), kind(txn.Payout), card(""), shop(i), tid(""))
			}
		}
		r := run(t, x, Options{})
		if len(r.Items) != 0 || !strings.Contains(r.Sides.Zh, "（费率约 0.38%, 0.60%）") {
			t.Errorf("%v: %s %s", rates, r.summary(), r.Sides.Zh)
		}
	}
}

// A shop that is closed over the weekend is paid on Monday for Friday, less fees as on other days.
func TestDepositsOverClosedDays(t *testing.T) {
	x := &recs{}
	for day, sum := range []txn.Minor{655670, 695880, 0, 0, 602570, 611110, 585850, 640040, 599990} { // from Thursday on
		for i := range min(10, sum) {
			x.term(1440*day+int(i), "", "00", sum/10)
		}
		paid := day + 1
		if day == 1 || day == 8 {
			paid = day + 3
		}
		if sum > 0 {
			x.bank(1440*paid, "", 10*netOf(sum/10, 6000), kind(txn.Payout), card(""), tid(""))
		}
	}
	if r := run(t, x, Options{}); len(r.Items) != 0 || !strings.HasPrefix(r.summary(), "matched 7 ") {
		t.Errorf("%s", r.summary())
	}
}

// A fee that begins at some deposit is asked about, as long as most have none.
func TestDepositsShortOfLate(t *testing.T) {
	x := &recs{}
	for day, sum := range []txn.Minor{655670, 695880, 602570, 611110, 585850, 640040, 599990, 601010} {
		for i := range txn.Minor(10) {
			x.term(1440*day+int(i), "", "00", sum/10)
		}
		if day >= 5 {
			sum = 10 * netOf(sum/10, 6000)
		}
		x.bank(1440*(day+1), "", sum, kind(txn.Payout), card(""), tid(""))
	}
	if r := run(t, x, Options{}); len(r.Items) != 3 || !strings.Contains(r.Items[0].Advice.Zh, "可能是手续费") {
		t.Errorf("%s", r.summary())
	}
}

// Where the rate is agreed, another one that all deposits have is no excuse.
func TestDepositsOfAnotherRateThanAgreed(t *testing.T) {
	x := &recs{}
	for day, sum := range []txn.Minor{655670, 695880, 602570, 611110} {
		for i := range txn.Minor(10) {
			x.term(1440*day+int(i), "", "00", sum/10)
		}
		x.bank(1440*(day+1), "", 10*netOf(sum/10, 6000), kind(txn.Payout), card(""), tid(""))
	}
	for agreed, items := range map[int64]int{6000: 0, 3800: 4} {
		if r := run(t, x, Options{Fees: []FeeRule{{PPM: agreed}}}); len(r.Items) != items {
			t.Errorf("%d agreed: %s", agreed, r.summary())
		}
	}
}
