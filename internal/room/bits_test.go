package room

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Sets against slices of bools: what is in, in order, and how many of a stretch.
func TestBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, share := range []float64{0, .01, .5, 1} {
		n := 1 + rng.IntN(3000)
		s, plain := NewBits(n), make([]bool, n)
		var want, got []int32
		for i := range int32(n) {
			if s.Add(i); !s.Share(i) {
				t.Fatalf("%d was added and is not there", i)
			}
			if rng.Float64() >= share {
				s.Remove(i)
				continue
			}
			plain[i], want = true, append(want, i)
		}
		if s.Each(func(i int32) { got = append(got, i) }); !slices.Equal(got, want) {
			t.Fatalf("%d of %d: each yields %d", len(want), n, len(got))
		}
		for i, on := range plain {
			if s.Has(int32(i)) != on {
				t.Fatalf("%d: %v", i, !on)
			}
		}
		for range 200 {
			from := rng.IntN(n)
			to, want := from+rng.IntN(n-from+1), 0
			for _, on := range plain[from:to] {
				if on {
					want++
				}
			}
			if got := s.Count(from, to); got != want {
				t.Fatalf("%d..%d of %d: %d, want %d", from, to, n, got, want)
			}
		}
	}
}
