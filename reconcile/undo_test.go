package reconcile

import (
	"testing"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// TestVoidsThatNameNothing has slips of equal sales and their voids, without the number of
// what they take back.
func TestVoidsThatNameNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		rows func(x *recs)
		want string
	}{
		{"two sales, both voided and netted", func(x *recs) {
			x.term(0, "", "00", 100, stan("1"))
			x.term(5, "", "00", 100, stan("2"))
			x.term(6, "", "00", 100, stan("3"), kind(txn.Void))
			x.term(7, "", "00", 100, stan("4"), kind(txn.Void))
		}, "matched 3 700; "},
		{"two sales, both voided and settled all the same", func(x *recs) {
			x.term(0, "", "00", 100, stan("1"))
			x.term(5, "", "00", 100, stan("2"))
			x.term(6, "", "00", 100, stan("3"), kind(txn.Void))
			x.term(7, "", "00", 100, stan("4"), kind(txn.Void))
			x.bank(0, "", 100, stan("1"))
			x.bank(5, "", 100, stan("2"))
		}, "matched 1 500; reversed_but_settled 2 200; "},
		{"the earlier one of two is voided and netted", func(x *recs) {
			x.term(0, "", "00", 100, stan("1"))
			x.term(5, "", "00", 100, stan("2"))
			x.term(6, "", "00", 100, stan("3"), kind(txn.Void))
			x.bank(5, "", 100, stan("2"))
		}, "matched 3 700; "},
		{"voided, and tried again in vain before", func(x *recs) {
			x.term(0, "", "00", 100, stan("1"))
			x.term(5, "", "51", 100, stan("2"))
			x.term(6, "", "00", 100, stan("3"), kind(txn.Void))
		}, "matched 2 600; "},
		{"a void that was refused, and its second try", func(x *recs) {
			x.term(0, "", "00", 100, stan("1"))
			x.term(5, "", "00", 100, stan("2"))
			x.term(6, "", "12", 100, stan("3"), kind(txn.Void))
			x.term(7, "", "00", 100, stan("4"), kind(txn.Void))
			x.bank(0, "", 100, stan("1"))
		}, "matched 3 700; "},
	} {
		x := &recs{}
		c.rows(x)
		x.term(9, "", "00", 500, stan("9"))
		x.bank(9, "", 500, stan("9"))
		b := x.book()
		view := classify.Default().For(classify.Where{})
		m := Match(b, Options{Answer: func(r *ledger.Row) classify.Meaning { return view.Answer(r.Kind, b.Code(r.Code), "", "") }})
		r := m.Judge(ruleOf(b))
		if got := r.summary(); got != c.want || !r.Proof.Holds {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestVoidsOfOneAmount has as many voids as sales of one amount and second: each takes back
// one, and no look at a row is repeated for each of the others.
func TestVoidsOfOneAmount(t *testing.T) {
	const n = 60_000
	b := crowd(n, func(i int, r *txn.Record) {
		r.Side, r.At = txn.Terminal, txn.At(noon)
		if i >= n {
			r.Kind = txn.Void
		}
	})
	m := Match(b, Options{})
	if len(m.undos[left]) != n {
		t.Errorf("%d of %d sales are voided", len(m.undos[left]), n)
	}
	r := m.Judge(func(int) classify.Ruling { return classify.Ruling{Outcome: classify.Approved} })
	if !r.Proof.Holds {
		t.Errorf("proof does not hold: %+v", r.Proof)
	}
}
