package evidence

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// Counts by place and card are those of the rows themselves.
func TestValuesOfInstitution(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	b := mem.New()
	for s := range 3000 {
		r := rec(s, []string{"00", "00", "51", "Q9", "B4"}[rng.IntN(5)])
		r.Institution = []string{"桂林农商行", "甲银行"}[rng.IntN(2)]
		r.TID = fmt.Sprintf("T%07d", rng.IntN(40))
		r.Carrier, r.Region = []string{"", "移动", "联通"}[rng.IntN(3)], []string{"象山", "七星"}[rng.IntN(2)]
		r.Issuer, r.EntryMode = []string{"", "工行", "农行"}[rng.IntN(3)], []string{"051", "021"}[rng.IntN(2)]
		r.Kind = []txn.Kind{txn.Sale, txn.Void, txn.Balance}[rng.IntN(3)]
		if rng.IntN(20) == 0 {
			r.Prec = txn.PrecDay
		}
		b.Add(r)
	}
	b.Freeze()
	g := newGathering(b, Input{})
	g.count()
	for _, gr := range g.groups {
		gr.look = g.wanted(gr)
		in := g.institutions[gr.institution]
		in.look = in.look || gr.look
	}
	g.collect()
	looked := 0
	for _, in := range g.institutions {
		if in == nil || !in.look {
			continue
		}
		looked++
		own := g.occurrences(in.list)
		for _, d := range dims {
			want := map[uint32]int{}
			for _, i := range in.list {
				want[ledger.ID(b, g.row(int(i)), d)]++
			}
			if got := in.valuesOf(g, d); !maps.Equal(got, want) {
				t.Errorf("institution %d, %s: %v, want %v", in.id, d, got, want)
			}
			if got := own.values(b, d); !maps.Equal(got, want) {
				t.Errorf("institution %d, %s of its rows: %v, want %v", in.id, d, got, want)
			}
		}
		want := map[uint32]int{}
		for _, i := range in.list {
			if r := g.row(int(i)); r.Prec >= txn.PrecMinute {
				want[uint32(r.At.Time().UTC().Hour()+1)]++
			} else {
				want[0]++
			}
		}
		if got := byHour(in.at.perHour); !maps.Equal(got, want) {
			t.Errorf("institution %d, hours: %v, want %v", in.id, got, want)
		}
		if got := byHour(own.hours); !maps.Equal(got, want) {
			t.Errorf("institution %d, hours of its rows: %v, want %v", in.id, got, want)
		}
	}
	if looked != 2 {
		t.Fatalf("%d institutions with evidence, want 2", looked)
	}
}

// Rows of one hour weigh three together at most, whichever rows a question concerns.
func TestWeightsOfHours(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for range 200 {
		d := &drifter{}
		hour := map[int32]int{} // by row
		for row, h := int32(0), 0; len(d.rows) < 1+rng.IntN(60); row++ {
			if len(d.rows) == 0 || rng.IntN(3) == 0 {
				h++
				d.hours = append(d.hours, int32(len(d.rows)))
			}
			d.rows, hour[row] = append(d.rows, row), h
		}
		chosen := map[int32]bool{}
		perHourN := map[int]int{}
		for _, i := range d.rows {
			if chosen[i] = rng.IntN(4) > 0; chosen[i] {
				perHourN[hour[i]]++
			}
		}
		var tr trial
		tr.ask(d, func(i int32) (mark, ok bool) { return i%2 == 0, chosen[i] })
		n := 0
		for i, w := range tr.weights {
			if i != n {
				t.Fatalf("row %d is yielded as number %d", i, n)
			}
			n++
			row := tr.row(i)
			if want := min(1, perHour/float64(perHourN[hour[row]])); !chosen[row] || tr.marks[i] != (row%2 == 0) || w != want {
				t.Fatalf("row %d: chosen %v, mark %v, weight %v, want %v", row, chosen[row], tr.marks[i], w, want)
			}
		}
		if want := len(d.rows); n > want || n != len(tr.marks) {
			t.Fatalf("%d rows of %d", n, want)
		}
	}
}

// Rows that another export repeats are on no card, and so none of its rows inside incidents nor of its examples.
func TestRepeatsInsideIncidents(t *testing.T) {
	b := mem.New()
	for s := range 10 {
		b.Add(rec(s/2, "91"))
	}
	b.Freeze()
	set := Gather(b, Input{SaidTwice: func(i int) bool { return i%2 == 1 }})
	set.CountIncidents(func(int) bool { return true })
	for _, c := range set.Cards() {
		if c.N != 5 || c.InIncident != 5 {
			t.Errorf("%d rows, %d of them inside incidents", c.N, c.InIncident)
		}
		if first := set.First(&c); !slices.Equal(first, []int{0, 2, 4}) {
			t.Errorf("its first rows are %v", first)
		}
	}
}
