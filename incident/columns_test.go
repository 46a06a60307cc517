package incident

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// Members by their place among all.
func TestMembers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, share := range []float64{0, .01, .5, 1} {
		n := 1 + rng.IntN(3000)
		m := members{Bits: room.NewBits(n)}
		var list []int32
		for i := range int32(n) {
			if rng.Float64() < share {
				m.Add(i)
				list = append(list, i)
			}
		}
		m.rank()
		for k := range int32(len(list)) {
			if got := slices.Collect(m.from(k, int32(len(list)))); !slices.Equal(got, list[k:]) {
				t.Fatalf("%d of %d: from %d on %d, want %d", len(list), n, k, len(got), len(list)-int(k))
			}
		}
		for k, want := range list {
			if got := m.at(int32(k)); got != want {
				t.Fatalf("%d of %d: member %d is %d, want %d", len(list), n, k, got, want)
			}
		}
	}
}

// Times come back as they were given: whole seconds, single microseconds, and years apart.
func TestTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		unit, step txn.Instant
		wide       bool
	}{{1, 1000, false}, {1e3, 2e6, false}, {1e6, 60e6, false}, {1e6, txn.Instant(20 * 24 * time.Hour / time.Microsecond), false}, {1, txn.Instant(time.Hour / time.Microsecond), true}} {
		list := make([]txn.Instant, 10_001)
		at := clock(3, 0)
		for i := range list {
			at += c.unit * txn.Instant(rng.Int64N(int64(c.step/c.unit)))
			list[i] = at
		}
		got := newTimes(len(list), func(from int, to []txn.Instant) { copy(to, list[from:]) })
		if (got.wide != nil) != c.wide {
			t.Errorf("unit %d, step %d: wide %v", c.unit, c.step, !c.wide)
		}
		for i, want := range list {
			if got := got.at(int32(i)); got != want {
				t.Fatalf("unit %d, step %d: time %d is %d, want %d", c.unit, c.step, i, got, want)
			}
		}
	}
}

// A rate in steps is the rate but for the step.
func TestLogRate(t *testing.T) {
	for p := 1.0; p > rateFloor/2; p *= .997 {
		if got := logRateOf(p).value(); math.Abs(got/p-1) > .75/rateSteps {
			t.Errorf("%g: %g", p, got)
		}
	}
}
