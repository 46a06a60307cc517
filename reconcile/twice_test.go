package reconcile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/poslog/poslog/txn"
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
					rows := picked{n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&on == on }}
					list := m.perhapsTwice(side, &rows, on)
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
				rows := picked{n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&on == on }}
				list := m.soonAgain(side, &rows)
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

// The rows that soonAgain remembers are those of the last minutes, however many came
// in them and however long it is since.
func TestLately(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 6))
		var l lately
		rows := map[uint64]int32{}
		times := []txn.Instant{}
		at := txn.At(noon)
		for row := range int32(20_000) {
			switch rng.IntN(2000) {
			case 0:
				at += txn.Instant(rng.IntN(5)) * repeatWithin / 2
			case 1:
				at += 1000 * repeatWithin
			default:
				at += txn.Instant(rng.IntN(1 << (6 + rng.IntN(20))))
			}
			times = append(times, at)
			value := rng.Uint64N(1<<(4+seed%12)) * 0x9E3779B97F4A7C15
			before, there := rows[value>>32]
			if got := l.put(value, row, at); there && at-times[before] <= repeatWithin && got != before {
				t.Fatalf("seed %d: row %d follows row %d by %d microseconds, not %d", seed, row, before, at-times[before], got)
			} else if got >= 0 && (!there || got != before || at-times[got] > 3*repeatWithin) {
				t.Fatalf("seed %d: row %d follows row %d", seed, row, got)
			}
			rows[value>>32] = row
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
	rows := picked{n: len(m.have[left])}
	if n := len(m.perhapsTwice(left, &rows, fRRN|fTID)); n > 0 {
		t.Errorf("%d of 4000 rows with numbers of their own may be repeats", n)
	}
}
