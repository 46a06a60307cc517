package reconcile

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Deposits of the day before, less fees that nobody stated: each stands against the sales
// that it pays, and the fees are offered as the reason before anybody is called.
func TestDepositsLessUnknownFees(t *testing.T) {
	x := &recs{}
	for day, sum := range []txn.Minor{655670, 695889, 602574} {
		for i := range txn.Minor(10) { // ten sales a day
			x.term(1440*day+int(i), "", "00", sum/10+i%2)
		}
		x.bank(1440*(day+1), "", (sum/10*10+5)*9962/10000, kind(txn.Payout), card(""), tid(""))
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

// The same where the days of a weekend are paid in one.
func TestWeekendLessUnknownFees(t *testing.T) {
	x := &recs{}
	sums := []txn.Minor{655670, 695880, 602570, 611110, 585850, 640040}
	for day, sum := range sums {
		for i := range txn.Minor(10) {
			x.term(1440*day+int(i), "", "00", sum/10)
		}
	}
	paid := func(day int, sum txn.Minor) {
		x.bank(1440*day, "", sum*9962/10000, kind(txn.Payout), card(""), tid(""))
	}
	paid(1, sums[0])
	paid(4, sums[1]+sums[2]+sums[3])
	paid(5, sums[4])
	paid(6, sums[5])
	r := run(t, x, Options{})
	if len(r.Items) != 4 || r.Items[0].Rows != 30 {
		t.Fatalf("%s %+v", r.summary(), r.Items)
	}
	for _, it := range r.Items {
		if it.State != AmountDiffers || !strings.Contains(it.Advice.Zh, "可能是手续费") {
			t.Errorf("%v: %d of %d, %s", it.State, it.SettlementAmount, it.TerminalAmount, it.Advice.Zh)
		}
	}
}
