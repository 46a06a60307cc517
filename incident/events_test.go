package incident

import (
	"reflect"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// Read in any number of portions a book gives the same attempts: twins, rows without a
// clock, repeats, and rows of a switch beside the terminals' own.
func TestReadInPortions(t *testing.T) {
	b := mem.New()
	src := &txn.Source{Name: "made.log"}
	other := &txn.Source{Name: "copy.log"}
	shop{attempts: 400, terminals: 5, base: .1, seed: 9, edit: func(i int, r *txn.Record) {
		r.At -= r.At % txn.Instant(2*time.Minute/time.Microsecond) // many at once
		switch {
		case i%29 == 0:
			r.Prec = txn.PrecDay
		case i%31 == 0:
			r.Flags |= txn.Repeat
		case i%37 == 0:
			r.Kind = txn.Reversal
		}
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		b.Add(r)
		c := *r
		c.Pos.Src = other
		switch {
		case i%3 == 0:
			b.Add(&c)
		case i%5 == 0:
			c.Side, c.At = txn.Switch, c.At.Add(time.Second)
			b.Add(&c)
		case i%7 == 0:
			c.Side, c.STAN = txn.Switch, "999999"
			b.Add(&c)
		}
	}}.book()
	b.Freeze()
	want := readIn(1, b, rule(b))
	if want.limits.Repeats < 100 || want.limits.Undated == 0 || len(want.what) < 300 {
		t.Fatalf("%d attempts, %+v", len(want.what), want.limits)
	}
	for _, n := range []int{2, 3, 7, 50} {
		if got := readIn(n, b, rule(b)); !reflect.DeepEqual(got, want) {
			t.Errorf("%d portions: %d attempts, %+v; want %d, %+v", n, len(got.what), got.limits, len(want.what), want.limits)
		}
	}
}
