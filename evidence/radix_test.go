package evidence

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortAmounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	for range 3000 {
		a := make([]int64, rng.IntN(2000))
		most, least := rng.Int64N(1<<rng.IntN(62)+1)+1, rng.Int64N(1e6)-5e5
		for i := range a {
			a[i] = least + rng.Int64N(most)
		}
		if len(a) > 1 && rng.IntN(20) == 0 {
			a[0], a[1] = math.MinInt64, math.MaxInt64
		}
		want := slices.Clone(a)
		slices.Sort(want)
		if sortAmounts(a); !slices.Equal(a, want) {
			t.Fatalf("%v, want %v", a, want)
		}
	}
}

func BenchmarkSortAmounts(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 2))
	list := make([]int64, 500_000)
	for i := range list {
		list[i] = int64(math.Exp(8 + 1.5*rng.NormFloat64()))
	}
	a := make([]int64, len(list))
	for b.Loop() {
		copy(a, list)
		sortAmounts(a)
	}
}
