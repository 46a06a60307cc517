package incident

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/poslog/poslog/txn"
)

// The scores of events and their retries, against the probability of what became of all
// of them for every edge.
func TestScoredOracle(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		p := &pool{phi: 1 + rng.Float64(), stays: .3 + .6*rng.Float64()}
		g := .1 + .85*rng.Float64()
		n := 1 + rng.IntN(12)
		s := &scored{p: p, odds: make([]float64, n)}
		usual := make([]float64, n) // rate of failures like it
		of := make([]int, n)        // the failure before it, -1 = none
		for k := range n {
			usual[k], of[k], s.odds[k] = .003+.2*rng.Float64(), -1, -1
			if rng.IntN(2) == 0 {
				s.odds[k] = 50 * rng.Float64()
			}
			if j := rng.IntN(n); j < k && s.odds[j] > -1 {
				of[k] = j
				s.retries = append(s.retries, retried{k, j, usual[k]})
			}
		}
		likely := func(inside func(k int) bool) float64 {
			sum := 0.0
			for k, w := range s.odds {
				fails := usual[k] // with its code; a success is judged by all codes together
				again := of[k] >= 0 && !inside(of[k])
				switch failed := w > -1; {
				case failed && !inside(k) && again:
					sum += math.Log(p.stays)
				case failed && !inside(k):
					sum += math.Log(fails)
				case failed && again:
					sum += math.Log(p.stays + (1-p.stays)*g)
				case failed:
					sum += math.Log(fails * (1 + g*w))
				case !inside(k) && again:
					sum += math.Log(1 - p.stays)
				case !inside(k):
					sum += math.Log(1 - fails)
				case again:
					sum += math.Log((1 - p.stays) * (1 - g))
				default:
					sum += math.Log((1 - fails) * (1 - g))
				}
			}
			return sum / p.phi
		}
		none := likely(func(int) bool { return false })
		ends, starts := make([]float64, n), make([]float64, n)
		s.forward(g, ends)
		s.backward(g, starts)
		for k := range n {
			if want := likely(func(i int) bool { return i <= k }) - none; math.Abs(ends[k]-want) > 1e-9 {
				t.Errorf("end after %d of %d: %.6f, want %.6f", k, n, ends[k], want)
			}
			if want := likely(func(i int) bool { return i >= k }) - none; math.Abs(starts[k]-want) > 1e-9 {
				t.Errorf("start before %d of %d: %.6f, want %.6f", k, n, starts[k], want)
			}
		}
	}
}

// What follows on an incident in its scope, as terminals come back one by one, does not lie across it.
func TestTailIsNotAcross(t *testing.T) {
	pairs := 0
	for seed := range uint64(3) {
		b := shop{attempts: 7000, terminals: 24, base: .01, seed: 100 + seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			switch {
			case r.Institution != "BANK1" || at < clock(10, 0) || at >= clock(13, 40):
				return 0
			case at < clock(13, 0):
				return .97
			}
			return .3 * float64(clock(13, 40)-at) / float64(clock(13, 40)-clock(13, 0))
		}}.book()
		wins := Find(b, rule(b), Options{}).Windows
		for i := range wins {
			for _, v := range wins[i+1:] {
				if w := wins[i]; same(w.Scope, v.Scope) {
					pairs++
					if v.Start < w.End && w.hole == [2]txn.Instant{} {
						t.Errorf("seed %d: %v-%v and %v-%v of %s", seed, w.Start.Time(), w.End.Time(), v.Start.Time(), v.End.Time(), names(b, w.Scope))
					}
				}
			}
		}
	}
	if pairs == 0 {
		t.Error("no tail is found")
	}
}
