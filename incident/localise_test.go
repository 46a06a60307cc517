package incident

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// grid3 is a full table of three attributes with n trials per leaf at rate p.
func grid3(sizes [3]uint32, n int, p float64, seed uint64, hit func(ids []uint32) float64) []Cell {
	rng := rand.New(rand.NewPCG(seed, 3))
	var out []Cell
	for a := uint32(1); a <= sizes[0]; a++ {
		for b := uint32(1); b <= sizes[1]; b++ {
			for c := uint32(1); c <= sizes[2]; c++ {
				ids := []uint32{a, b, c}
				q := p + (1-p)*hit(ids)
				cell := Cell{IDs: ids, N: float64(n), Expected: float64(n) * p}
				for range n {
					if rng.Float64() < q {
						cell.Real++
					}
				}
				out = append(out, cell)
			}
		}
	}
	return out
}

func TestLocaliseShares(t *testing.T) {
	for _, c := range []struct {
		name string
		hit  func(ids []uint32) float64
		want [][]uint32
	}{
		{"nothing", func([]uint32) float64 { return 0 }, nil},
		{"one value", func(x []uint32) float64 { return when(x[1] == 3, .5) }, [][]uint32{{0, 3, 0}}},
		{"a pair", func(x []uint32) float64 { return when(x[0] == 2 && x[2] == 4, .5) }, [][]uint32{{2, 0, 4}}},
		{"a leaf", func(x []uint32) float64 { return when(x[0] == 2 && x[1] == 1 && x[2] == 4, .9) }, [][]uint32{{2, 1, 4}}},
		{"two causes", func(x []uint32) float64 { return max(when(x[0] == 1, .4), when(x[1] == 2 && x[2] == 2, .6)) }, [][]uint32{{1, 0, 0}, {0, 2, 2}}},
	} {
		for seed := range uint64(5) {
			found := Localise(grid3([3]uint32{4, 5, 6}, 60, .03, seed, c.hit), LocaliseOptions{Stop: .05})
			var got [][]uint32
			for _, e := range found {
				got = append(got, e.IDs)
			}
			if !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("%s, seed %d: found %v, want %v", c.name, seed, got, c.want)
			}
		}
	}
}

func when(ok bool, v float64) float64 {
	if ok {
		return v
	}
	return 0
}

// Volumes: a forecast with relative noise, one pair 40 % down.
func TestLocaliseVolumes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var cells []Cell
	for a := uint32(1); a <= 8; a++ {
		for b := uint32(1); b <= 9; b++ {
			for c := uint32(1); c <= 5; c++ {
				v := 100 * rng.ExpFloat64()
				cell := Cell{IDs: []uint32{a, b, c}, Expected: v, Real: max(0, v*(1+.1*rng.NormFloat64()))}
				if a == 3 && b == 7 {
					cell.Real = v * .6
				}
				cells = append(cells, cell)
			}
		}
	}
	found := Localise(cells, LocaliseOptions{})
	if len(found) != 1 || !slices.Equal(found[0].IDs, []uint32{3, 7, 0}) {
		t.Errorf("found %+v", found)
	}
}
