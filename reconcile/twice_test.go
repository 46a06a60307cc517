package reconcile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// No row whose key stands in another one is left out, for any number of workers.
func TestPerhapsTwice(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 5))
		x := crowded(rng, 5+rng.IntN(40))
		if seed%2 == 0 {
			x = dirty(rng, 5+rng.IntN(40))
		}
		b := x.book()
		for workers := 1; workers <= 3; workers++ {
			m := Match(b, Options{Workers: workers})
			for side := range m.have {
				for _, on := range []field{fRRN | fTID, fBatch | fSTAN | fTID, fOrder, fTID | fMID} {
					rows := picked{book: b, side: side, n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&on == on }}
					list := m.mayRepeat(pass{key: ByRRN}, &rows, on)
					if !slices.IsSorted(list) {
						t.Fatalf("seed %d: %v is out of order", seed, list)
					}
					keys := map[key]int{}
					rows.each(0, 1, func(i int32) { keys[m.ids.key(m.row(side, i), on)]++ })
					rows.each(0, 1, func(i int32) {
						if keys[m.ids.key(m.row(side, i), on)] > 1 && !slices.Contains(list, i) {
							t.Fatalf("seed %d, workers %d, side %d, fields %x: row %d is left out of %v", seed, workers, side, on, i, list)
						}
					})
				}
				const on = fSTAN | fAmount | fTID
				rows := picked{book: b, side: side, n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&on == on }}
				list := m.soonAgain(&rows)
				if !slices.IsSorted(list) {
					t.Fatalf("seed %d: %v is out of order", seed, list)
				}
				rows.each(0, 1, func(x int32) {
					rows.each(0, 1, func(y int32) {
						a, b := m.row(side, x), m.row(side, y)
						if x != y && m.ids.key(a, on) == m.ids.key(b, on) && a.At.Valid() && b.At.Valid() && max(a.At-b.At, b.At-a.At) <= repeatWithin && !slices.Contains(list, x) {
							t.Fatalf("seed %d, workers %d, side %d: row %d, soon after or before row %d, is left out of %v", seed, workers, side, x, y, list)
						}
					})
				})
			}
		}
	}
}

// Nearly all rows whose numbers stand once are left out.
func TestPerhapsTwiceIsFew(t *testing.T) {
	x := &recs{}
	for i := range 4000 {
		x.term(i, fmt.Sprintf("%012d", i+1), "00", 100)
	}
	b := x.book()
	m := Match(b, Options{})
	rows := picked{book: b, n: len(m.have[left])}
	if n := len(m.mayRepeat(pass{key: ByRRN}, &rows, fRRN|fTID)); n > 0 {
		t.Errorf("%d of 4000 rows with numbers of their own may be repeats", n)
	}
}
