package generate

import (
	"testing"

	"github.com/poslog/poslog/ledger/mem"
)

// BenchmarkDays measures the in-memory path: simulate and fill a book.
func BenchmarkDays(b *testing.B) {
	for _, n := range []int{600, 20000} {
		b.Run(map[int]string{600: "600", 20000: "20000"}[n], func(b *testing.B) {
			rows := 0
			for i := range b.N {
				w, err := Scenario("bank-day", uint64(i), Options{Attempts: n, Days: 5, Terminals: max(4, n/100)})
				if err != nil {
					b.Fatal(err)
				}
				w.Fill(mem.New())
				rows += len(w.Rows)
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
