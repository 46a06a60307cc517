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

// A device that tries one payment again every second while its host is down costs no more than its rows.
func TestRetriesForHours(t *testing.T) {
	b := mem.New()
	src := &txn.Source{Name: "made.log"}
	n := uint32(0)
	add := func(r *txn.Record) {
		n++
		c := *r
		c.Pos = txn.Pos{Src: src, Line: n}
		b.Add(&c)
	}
	shop{attempts: 3000, terminals: 4, base: .02, seed: 10, fail: during(clock(10, 0), clock(20, 0), .9), edit: func(i int, r *txn.Record) {
		add(r)
		if i != 1000 {
			return
		}
		for r.Code = "98"; r.At < clock(20, 0); r.At = r.At.Add(time.Second) {
			add(r)
		}
	}}.book()
	b.Freeze()
	began := time.Now()
	res := Find(b, rule(b), Options{})
	if w := one(t, b, res); w.Failures < 10_000 || res.Limits.Retries < 10_000 {
		t.Errorf("%d failures, %d retries", w.Failures, res.Limits.Retries)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("%v for %d rows", took, n)
	}
	ev := res.ev
	for _, a := range ev.again {
		first := a.of
		if ev.retry.Has(first) {
			first = ev.retried(first).first
		}
		if ev.retry.Has(a.first) || a.first != first {
			t.Fatalf("retry %d of %d goes back to %d, not to %d", a.at, a.of, a.first, first)
		}
	}
}

// A log that has one trace number for all its rows is compared with a switch's as fast as any.
func TestOneNumberForAll(t *testing.T) {
	b := mem.New()
	const n = 120_000
	for k, side := range []txn.Side{txn.Terminal, txn.Switch} {
		src := &txn.Source{Name: side.String()}
		for i := range n {
			r := txn.New()
			r.Side, r.Kind, r.Code, r.Origin, r.STAN = side, txn.Sale, "00", txn.Host, "000000"
			r.At, r.Prec = clock(0, 0).Add(time.Duration(i)*time.Second+time.Duration(k)*30*24*time.Hour), txn.PrecSecond
			r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
			b.Add(r)
		}
	}
	b.Freeze()
	began := time.Now()
	if e := read(b, rule(b)); e.limits.Repeats != 0 || len(e.what) != 2*n {
		t.Errorf("%d attempts, %d repeats", len(e.what), e.limits.Repeats)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("%v for %d rows", took, 2*n)
	}
}
