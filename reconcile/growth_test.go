package reconcile

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// crowd makes n rows of each side that all share one key: one reference number
// and terminal, or nothing but terminal and amount.
func crowd(n int, edit func(i int, r *txn.Record)) ledger.Book {
	b := mem.New()
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range 2 * n {
		r := txn.New()
		r.Side, r.Kind, r.Prec = []txn.Side{txn.Terminal, txn.Settlement}[i%2], txn.Sale, txn.PrecSecond
		r.At = txn.At(noon.Add(time.Duration(rng.IntN(n)) * time.Second))
		r.TID, r.Amount, r.Code = "10000001", 100, "00"
		r.Pos = txn.Pos{Src: fromTerm, Line: uint32(i)}
		edit(i, r)
		b.Add(r)
	}
	b.Freeze()
	return b
}

// TestNoNestedLoop counts the steps of matching where every row has the same
// key: ten times the rows may take little more than ten times the steps.
func TestNoNestedLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for name, edit := range map[string]func(int, *txn.Record){
		"one reference number":               func(_ int, r *txn.Record) { r.RRN = "1" },
		"one reference number, many amounts": func(i int, r *txn.Record) { r.RRN, r.Amount = "1", txn.Minor(rng.IntN(1000)) },
		"one order number, many cards": func(i int, r *txn.Record) {
			r.OrderNo = "A1"
			r.PAN.Masked = fmt.Sprintf("622848******%04d", rng.IntN(10000))
		},
		"terminal and amount":   func(int, *txn.Record) {},
		"one number and second": func(_ int, r *txn.Record) { r.STAN, r.At = "1", txn.At(noon) },
	} {
		t.Run(name, func(t *testing.T) {
			steps := func(n int) (sum int64) {
				m := Match(crowd(n, edit), Options{Workers: 1})
				return m.steps
			}
			small, large := steps(10_000), steps(100_000)
			if small == 0 || large > 15*small {
				t.Errorf("10,000 rows a side took %d steps, 100,000 took %d", small, large)
			}
			t.Logf("%d steps for 10,000 rows a side, %d for 100,000: %.1f a row", small, large, float64(large)/200_000)
		})
	}
}

// TestCopiesOnBothSides judges one transaction that stands many times on both sides: each
// copy of the one side has one of the other, which is not looked for from the first on.
func TestCopiesOnBothSides(t *testing.T) {
	const n = 20_000
	m := Match(crowd(n, func(_ int, r *txn.Record) { r.RRN, r.STAN, r.At = "1", "1", txn.At(noon) }), Options{})
	r := m.Judge(func(int) classify.Ruling { return classify.Ruling{Outcome: classify.Approved} })
	copies := 0
	for i := range n {
		if r.State(txn.Terminal, i) == Duplicate && r.State(txn.Settlement, i) == Duplicate {
			copies++
		}
	}
	if copies != n-1 {
		t.Errorf("%d of %d rows are a duplicate on both sides", copies, n)
	}
	if r.steps > 2*n {
		t.Errorf("%d steps for %d rows on each side", r.steps, n)
	}
}
