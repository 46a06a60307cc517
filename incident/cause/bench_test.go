package cause_test

import (
	"testing"

	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// BenchmarkAttribute judges every window of a bank's day of 200,000 attempts,
// the pass over the book and the accounts included.
func BenchmarkAttribute(b *testing.B) {
	w, err := generate.Scenario("both", 1, generate.Options{Attempts: 200_000, Terminals: 400, Institutions: 3})
	if err != nil {
		b.Fatal(err)
	}
	book := w.Fill(mem.New())
	r := rule(book)
	found := incident.Find(book, r, incident.Options{})
	b.ReportMetric(float64(book.Len(txn.Terminal)), "rows")
	for b.Loop() {
		x := cause.NewContext(book, r, found)
		var as []cause.Attribution
		for i := range found.Windows {
			as = append(as, x.Attribute(&found.Windows[i]))
		}
		x.Accounts()
		x.Availabilities(as)
	}
}
