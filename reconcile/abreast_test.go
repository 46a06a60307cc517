package reconcile

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Parts hold every row of both sides once, and all rows of one time.
func TestSimultaneous(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 6))
		x := &recs{}
		for i := range 1 + rng.IntN(100) {
			x.term(rng.IntN(40), fmt.Sprintf("%012d", i+1), "00", 100)
			if rng.IntN(5) > 0 {
				x.bank(rng.IntN(60), fmt.Sprintf("%012d", i+1), 100)
			}
		}
		b := x.book()
		size := 1 + int(seed%9)
		m := Match(b, Options{abreast: size})
		parts := m.simultaneous(size)
		for side := range m.partner {
			if n := m.partner[side].len(); parts[0][side] != 0 || parts[len(parts)-1][side] != n {
				t.Fatalf("seed %d, side %d: parts from %d to %d of %d rows", seed, side, parts[0][side], parts[len(parts)-1][side], n)
			}
		}
		for k := 1; k < len(parts)-1; k++ {
			at := parts[k]
			if at[left] < parts[k-1][left]+size || at[right] < parts[k-1][right] {
				t.Fatalf("seed %d: part %d begins at %d after %d", seed, k, at, parts[k-1])
			}
			until := m.row(left, int32(at[left]-1)).At
			for side, i := range at {
				if i > 0 && m.row(side, int32(i-1)).At > until || i < m.partner[side].len() && m.row(side, int32(i)).At <= until {
					t.Fatalf("seed %d, side %d: rows at %d are not cut at %v", seed, side, i, until.Time())
				}
			}
		}
	}
}
