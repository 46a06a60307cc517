package recent

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/poslog/poslog/txn"
)

// What a list finds is what a look at everything finds.
func TestList(t *testing.T) {
	const within = 1000
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 6))
		l := New[uint64, int](within)
		type came struct {
			key uint64
			at  txn.Instant
		}
		var all []came
		at := txn.Instant(rng.IntN(5000) - 2500)
		for n := range 3000 {
			switch rng.IntN(300) {
			case 0:
				at += txn.Instant(rng.IntN(5)) * within / 2
			case 1:
				at += 1000 * within
			default:
				at += txn.Instant(rng.IntN(1 << rng.IntN(8)))
			}
			key := rng.Uint64N(1 << (seed % 12))
			hash := key * 0x9E3779B97F4A7C15
			if seed%5 == 0 {
				hash = key & 3 << 40 // many keys share one
			}
			var want []int
			for i := n - 1; i >= 0 && at-all[i].at <= within; i-- {
				if all[i].key == key {
					want = append(want, i)
				}
			}
			var got []int
			l.Each(key, hash, at, func(i *int) bool {
				got = append(got, *i)
				return true
			})
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: before %d came %v, want %v", seed, n, got, want)
			}
			all = append(all, came{key, at})
			l.Add(key, hash, at, n)
		}
	}
}

// Little is kept of a long time.
func TestListStaysSmall(t *testing.T) {
	l := New[int, int](1000)
	for i := range 100_000 {
		l.Add(i, uint64(i)*0x9E3779B97F4A7C15, txn.Instant(10*i), i)
	}
	if len(l.items) > 400 || len(l.now) > 1024 || len(l.old) > 1024 {
		t.Errorf("%d items, %d and %d places for the hundred that came lately", len(l.items), len(l.now), len(l.old))
	}
}

func BenchmarkList(b *testing.B) {
	l := New[int, int](1000)
	for i := range b.N {
		hash := uint64(i) * 0x9E3779B97F4A7C15
		l.Each(i, hash, txn.Instant(i), func(*int) bool { return false })
		l.Add(i, hash, txn.Instant(i), i)
	}
}
