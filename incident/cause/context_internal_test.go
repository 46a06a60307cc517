package cause

import (
	"reflect"
	"testing"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// What is usual does not depend on how many portions the rows are read in.
func TestScanInPortions(t *testing.T) {
	b := mem.New()
	src := &txn.Source{Name: "made.log"}
	for i := range 300 {
		r := txn.New()
		r.At, r.Prec, r.Side, r.Kind, r.Code = txn.Instant(1.7e15)+txn.Instant(i)*1e6, txn.PrecMilli, txn.Terminal, txn.Sale, "00"
		r.TID, r.Institution, r.Latency = "10000001", []string{"BANK0", "BANK1", ""}[i%3], int32(100+i*37%900)
		switch {
		case i < 5 || i > 290:
			r.Prec = txn.PrecDay
		case i == 200:
			r.Kind = txn.SignOn
		case i%9 == 0:
			r.Code = "98"
		case i%50 == 0:
			r.Kind, r.Carrier = txn.Reversal, "C1"
		}
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		b.Add(r)
	}
	b.Freeze()
	rule := func(_ int, r *ledger.Row) classify.Ruling {
		if b.Code(r.Code) == "98" {
			return classify.Ruling{Outcome: classify.Unknown, Class: classify.Timeout}
		}
		return classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}
	}
	scanned := func(portions int) *Context {
		x := NewContext(b, rule, nil)
		x.overall, x.all = overall{}, pace{}
		x.scan(portions)
		x.rule, x.weights = nil, nil
		return x
	}
	want := scanned(1)
	if !want.signOns || !want.reversals || !want.lines || want.all.failed == 0 || want.all.hist.n < 200 {
		t.Fatalf("%+v", want.overall)
	}
	for _, n := range []int{2, 3, 60, 400} {
		if got := scanned(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%d portions: %+v, want %+v", n, got.all, want.all)
		}
	}
}
