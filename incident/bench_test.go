package incident

import (
	"fmt"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// crowd is a book of n attempts of 600 terminals over as many days as n needs,
// with a carrier outage, an institution outage and an issuer outage per 100,000.
func crowd(n int) *mem.Book {
	hit := func(at txn.Instant, r *txn.Record) float64 {
		switch h := int(at.Sub(morning) / (10 * time.Minute)); {
		case h%84 == 31 && r.Carrier == "C1" || h%84 == 55 && r.Institution == "BANK1" && r.Carrier == "C2" || h%84 == 70 && r.Issuer == "I2":
			return .9
		}
		return 0
	}
	return shop{attempts: n, terminals: 600, base: .02, seed: 3, fail: hit}.book()
}

// Cost of the full search over scopes and pairs, by attempts.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		book := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			wins := 0
			for b.Loop() {
				wins = len(Find(book, rule(book), Options{}).Windows)
			}
			b.ReportMetric(float64(wins), "windows")
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "attempts/s")
		})
	}
}

// Cost of one series: the maximal scoring stretches of n attempts.
func BenchmarkScan(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		book := shop{attempts: n, terminals: 4, base: .02, seed: 3}.book()
		var opt Options
		opt.defaults()
		ev := collect(book, rule(book), &opt)
		base := make([]float32, ev.len())
		for i := range base {
			base[i] = .02
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := newPool(ev, base, Technical)
				t := &part{values: 1}
				p.build(t, 1, 0)
				p.scan(run{t.series[0].fail, t.series[0].gap})
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "attempts/s")
		})
	}
}
