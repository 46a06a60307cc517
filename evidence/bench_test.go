package evidence

import (
	"fmt"
	"testing"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// BenchmarkGather classifies a day of 200,000 rows at 2,000 terminals, 2 % of
// them with an open code, with settlement.
func BenchmarkGather(b *testing.B) {
	book := mem.New()
	codes := []string{"00", "00", "00", "00", "51", "00", "00", "55", "00", "91"}
	const n = 200_000
	for i := range n {
		r := rec(i*86400/n, codes[i%10])
		if i%50 == 7 {
			r.Code = "B4"
		}
		r.Pos.Line = uint32(i + 1)
		r.TID = fmt.Sprintf("T%07d", i*7919%2000)
		r.PAN = txn.PAN{Masked: "622848******0001", Token: uint64(i%60_000 + 1)}
		book.Add(r)
	}
	book.Freeze()
	in := Input{HasSettlement: true, Settled: func(i int) int {
		if i%10 == 4 {
			return -1
		}
		return i
	}}
	b.ResetTimer()
	for range b.N {
		Gather(book, in)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}
