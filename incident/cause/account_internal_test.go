package cause

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestUsualRange compares the range with a simulation of what it stands for: a
// rate known from shape rows, then a Poisson count.
func TestUsualRange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct{ mean, shape float64 }{{.3, 5.5}, {3, 10.5}, {30, 40.5}, {300, 100.5}} {
		const n = 40000
		draws := make([]int, n)
		for i := range draws {
			g := 0.0 // gamma of half-integer shape as a sum
			for range int(tt.shape) {
				g += r.ExpFloat64()
			}
			z := r.NormFloat64()
			g += z * z / 2
			lambda := tt.mean * g / tt.shape
			k, p, u := 0, math.Exp(-lambda), r.Float64()
			if lambda > 600 {
				draws[i] = int(math.Round(lambda + math.Sqrt(lambda)*r.NormFloat64()))
				continue
			}
			for s := p; u > s && k < 5000; s += p {
				k++
				p *= lambda / float64(k)
			}
			draws[i] = k
		}
		slices.Sort(draws)
		lo, hi := usualRange(tt.mean, tt.shape)
		wantLo, wantHi := draws[n*25/1000], draws[n*975/1000]
		if math.Abs(float64(lo-wantLo)) > 1+.03*tt.mean || math.Abs(float64(hi-wantHi)) > 1+.03*tt.mean {
			t.Errorf("mean %g, shape %g: %d-%d, simulated %d-%d", tt.mean, tt.shape, lo, hi, wantLo, wantHi)
		}
	}
	if lo, hi := usualRange(0, .5); lo != 0 || hi != 0 {
		t.Errorf("nothing expected: %d-%d", lo, hi)
	}
	// The chance of none is too small for a number here.
	if lo, hi := usualRange(1000, 10_000.5); lo != 934 || hi != 1066 {
		t.Errorf("many expected: %d-%d", lo, hi)
	}
}
