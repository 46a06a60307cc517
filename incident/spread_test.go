package incident

import (
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// TestSpread: a fault that begins at one carrier and reaches all of them later, or is put right at one carrier last, is
// two windows, each of the scope that it had; one whose rate alone changes is one.
func TestSpread(t *testing.T) {
	from, step, to := clock(12, 0), clock(13, 0), clock(14, 0)
	for _, c := range []struct {
		name string
		fail func(at txn.Instant, r *txn.Record) float64
		want []string // scope and times from noon
	}{
		{"reaches all", func(at txn.Instant, r *txn.Record) float64 {
			if at >= from && at < to && (r.Carrier == "C1" || at >= step) {
				return 1
			}
			return 0
		}, []string{"carrier=C1 0s-1h0m0s", "1h0m0s-2h0m0s"}},
		{"put right at one last", func(at txn.Instant, r *txn.Record) float64 {
			if at >= from && at < to && (r.Carrier == "C1" || at < step) {
				return 1
			}
			return 0
		}, []string{"0s-1h0m0s", "carrier=C1 1h0m0s-2h0m0s"}},
		{"worse later", func(at txn.Instant, _ *txn.Record) float64 {
			switch {
			case at >= from && at < step:
				return .4
			case at >= step && at < to:
				return 1
			}
			return 0
		}, []string{"0s-2h0m0s"}},
	} {
		s := shop{attempts: 6000, terminals: 24, base: .01, seed: 61, fail: c.fail}
		b := s.book()
		var got []string
		rows := 0
		for _, w := range Find(b, rule(b), Options{}).Windows {
			minute := func(at txn.Instant) string {
				return time.Duration(at.Sub(from).Round(10 * time.Minute)).String()
			}
			got = append(got, names(b, w.Scope)+minute(w.Start)+"-"+minute(w.End))
			rows += w.Failures
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
