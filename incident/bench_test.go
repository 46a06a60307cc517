package incident

import (
	"fmt"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// crowd is a book of n attempts of 600 terminals with the given number of
// windows, each of one carrier, institution in carrier, or issuer.
func crowd(n, windows int) *mem.Book {
	step := 14 * time.Hour / time.Duration(windows)
	hit := func(at txn.Instant, r *txn.Record) float64 {
		since := at.Sub(clock(8, 0))
		k, rest := since/step, since%step
		if rest < step/3 || rest > step/2 {
			return 0
		}
		switch k % 3 {
		case 0:
			return when(r.Carrier == "C1", .9)
		case 1:
			return when(r.Institution == "BANK1" && r.Carrier == "C2", .9)
		}
		return when(r.Issuer == "I2", .9)
	}
	return shop{attempts: n, terminals: 600, base: .02, seed: 3, fail: hit}.book()
}

// Cost of the full search over scopes and pairs, by attempts and windows.
func BenchmarkFind(b *testing.B) {
	for _, c := range [][2]int{{10_000, 3}, {100_000, 3}, {1_000_000, 3}, {1_000_000, 12}, {1_000_000, 48}} {
		n, book := c[0], crowd(c[0], c[1])
		b.Run(fmt.Sprintf("attempts=%d/windows=%d", n, c[1]), func(b *testing.B) {
			wins := 0
			for b.Loop() {
				wins = len(Find(book, rule(book), Options{}).Windows)
			}
			b.ReportMetric(float64(wins), "found")
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
		base := flat(.02)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p := newPool(ev, base, Technical)
				t := &part{split: ev.split()}
				p.build(t, 1, 0, nil)
				p.scan(run{fail: t.series[0].fail, gap: t.series[0].gap})
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "attempts/s")
		})
	}
}
