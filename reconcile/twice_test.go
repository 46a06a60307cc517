package reconcile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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

// A day's file that has some of the day before again, at the time of their sale: settled on
// the same day they are an export that overlaps, on another they were settled anew.
func TestSettledAnew(t *testing.T) {
	next := &txn.Source{Name: "settlement-21.csv"}
	for on, want := range map[txn.Date]int{20261120: 0, 20261121: 3} {
		x := &recs{}
		for i := range 40 {
			rrn := fmt.Sprintf("%012d", 100+i)
			x.term(30*i, rrn, "00", txn.Minor(1000+i))
			day := txn.Date(20261120 + i/24)
			if x.bank(30*i, rrn, txn.Minor(1000+i), settleOn(day)); i >= 24 {
				x.list[len(x.list)-1].Pos.Src = next
			}
		}
		for i := 5; i < 8; i++ {
			x.bank(30*i, fmt.Sprintf("%012d", 100+i), txn.Minor(1000+i), settleOn(on)).Pos.Src = next
		}
		n := 0
		for _, total := range run(t, x, Options{}).Totals {
			if total.State == Duplicate {
				n = total.Count
			}
		}
		if n != want {
			t.Errorf("settled again on %v: %d duplicates, want %d", on, n, want)
		}
	}
}

// TestBareExportsThatOverlap has two files of each side that share some rows, of which none has a
// number: they count once, whatever the files are called.
func TestBareExportsThatOverlap(t *testing.T) {
	for _, c := range []struct {
		name   string
		second string // file
		edit   func(r *txn.Record)
		want   string
		twice  [2]int
	}{
		{"by the second", "b", func(*txn.Record) {}, "matched 30 343500; ", [2]int{10, 10}},
		{"the later file of an earlier name", "a", func(*txn.Record) {}, "matched 30 343500; ", [2]int{10, 10}},
		{"to the minute, without cards", "b", func(r *txn.Record) { r.Prec, r.PAN = txn.PrecMinute, txn.PAN{} }, "matched 40 456000; ", [2]int{}},
		{"another till of the same minutes", "b", func(r *txn.Record) {
			if r.Pos.Src.Name[0] == 'b' {
				r.At += 1_000_000
			}
		}, "matched 40 456000; ", [2]int{}},
	} {
		x := &recs{}
		files := [2]*txn.Source{{Name: "ab.csv"}, {Name: c.second + "a.csv"}}
		for n, of := range [2][2]int{{0, 18}, {8, 30}} {
			for i := of[0]; i < of[1]; i++ {
				for _, r := range []*txn.Record{x.term(i, "", "00", txn.Minor(10000+100*i)), x.bank(i, "", txn.Minor(10000+100*i))} {
					r.Pos.Src = files[n]
					c.edit(r)
				}
			}
		}
		r := run(t, x, Options{})
		if got := [2]int{len(r.m.twice[left]), len(r.m.twice[right])}; r.summary() != c.want || got != c.twice {
			t.Errorf("%s: %s, %v stand twice, want %s, %v", c.name, r.summary(), got, c.want, c.twice)
		}
	}
}

// Exports of the last days, made every day, have most rows three times, and some only in the later two.
func TestExportsThatRoll(t *testing.T) {
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		for _, numbered := range []bool{false, true} {
			x := &recs{}
			files := [3]*txn.Source{{Name: "1.csv"}, {Name: "2.csv"}, {Name: "3.csv"}}
			rows := func(side txn.Side, from, to int, file *txn.Source) {
				for i := from; i < to; i++ {
					rrn := ""
					if numbered {
						rrn = fmt.Sprintf("%012d", 100+i)
					}
					add := x.bank
					if side == txn.Terminal {
						add = func(min int, rrn string, amount txn.Minor, edits ...func(*txn.Record)) *txn.Record {
							return x.term(min, rrn, "00", amount, edits...)
						}
					}
					if r := add(7*i, rrn, txn.Minor(10000+100*i)); file != nil {
						r.Pos.Src = file
					}
				}
			}
			for n, f := range files {
				rows(side, 10*n, 10*n+40, f)
			}
			other := txn.Terminal
			if side == other {
				other = txn.Settlement
			}
			rows(other, 0, 60, nil)
			if r := run(t, x, Options{}); !strings.HasPrefix(r.summary(), "matched 60 ") || len(r.Items) != 0 || len(r.m.twice[left])+len(r.m.twice[right]) != 60 {
				t.Errorf("%v, numbered %v: %s", side, numbered, r.summary())
			}
		}
	}
}
