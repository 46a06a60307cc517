package incident

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// The table of host times agrees with a map, however small it begins and
// whatever the numbers have in common.
func TestHostTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	src := &txn.Source{Name: "settle.csv"}
	for _, side := range []txn.Side{txn.Settlement, txn.Terminal} {
		for _, step := range []uint64{1, 8, 10, 4096} {
			b := mem.New()
			for i := range 20000 {
				r := txn.New()
				r.Side, r.At, r.Prec, r.Kind = side, txn.Instant(1+rng.IntN(2)), txn.PrecSecond, txn.Sale
				r.RRN = fmt.Sprint(532000000000 + step*rng.Uint64N(15000))
				r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
				switch rng.IntN(50) {
				case 0:
					r.RRN = ""
				case 1:
					r.Prec = txn.PrecMinute
				case 2:
					r.RRN = "NO" + r.RRN
				}
				b.Add(r)
			}
			b.Freeze()
			h, want := newHostTimes(b, side), map[ledger.Key]txn.Instant{}
			h.next()
			for i, r := range b.Rows(side) {
				h.note(i, r)
				if r.RRN == 0 || r.Prec < txn.PrecSecond {
					continue
				}
				if at, ok := want[r.RRN]; ok && at != r.At {
					want[r.RRN] = txn.NoInstant
				} else {
					want[r.RRN] = r.At
				}
			}
			if h.n != len(want) {
				t.Errorf("%v, step %d: %d numbers, want %d", side, step, h.n, len(want))
			}
			for k, at := range want {
				if got := h.at(k); got != at {
					t.Fatalf("%v, step %d: %x has %v, want %v", side, step, k, got, at)
				}
			}
			if h.at(ledger.DigitKey(12, 1)) != txn.NoInstant {
				t.Errorf("%v, step %d: a number that is not there is found", side, step)
			}
		}
	}
}

// Clocks that are corrected a second time give the same events as if they had
// been known at first, equal times included.
func TestCorrectedTwice(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 9))
	b := mem.New()
	src := &txn.Source{Name: "day.log"}
	for i := range 4000 {
		r := txn.New()
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		r.Side, r.Kind, r.Prec, r.Origin = txn.Terminal, txn.Sale, txn.PrecSecond, txn.Host
		r.At = txn.At(time.Date(2026, 11, 20, 8, 0, rng.IntN(900), 0, time.UTC))
		r.Code = []string{"00", "00", "51", "91"}[rng.IntN(4)]
		r.Institution, r.MID, r.TID = "甲银行", "898000000000001", fmt.Sprintf("T%07d", rng.IntN(30))
		r.Amount = txn.Minor(100 * (1 + rng.IntN(3)))
		b.Add(r)
	}
	b.Freeze()
	rule := func(_ int, r *ledger.Row) classify.Ruling {
		if b.Code(r.Code) == "00" {
			return classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}
		}
		return classify.Ruling{Outcome: classify.Declined, Class: classify.IssuerHost}
	}
	first := Options{Skew: map[uint32]time.Duration{3: time.Minute, 7: -30 * time.Second}}
	second := Options{Skew: map[uint32]time.Duration{3: time.Minute, 7: -30 * time.Second, 9: 2 * time.Minute}}
	first.defaults()
	second.defaults()
	again := read(b, rule)
	again.events(&first)
	got, want := again.events(&second), read(b, rule).events(&second)
	column := func(e *events, of func(i int32) int64) (out []int64) {
		for i := range int32(e.len()) {
			out = append(out, of(i))
		}
		return out
	}
	rows := func(e *events) []int64 { return column(e, func(i int32) int64 { return int64(e.row(i)) }) }
	at := func(e *events) []int64 { return column(e, func(i int32) int64 { return int64(e.at(i)) }) }
	if !slices.Equal(at(got), at(want)) || !slices.Equal(rows(got), rows(want)) || !reflect.DeepEqual(got.place, want.place) ||
		!slices.Equal(got.what, want.what) || !slices.Equal(got.retry, want.retry) || got.limits != want.limits {
		t.Error("events differ from those of clocks that were known at first")
	}
	if want.limits.Retries == 0 || slices.IsSorted(rows(want)) {
		t.Fatalf("%d retries, rows in order %v: the test shows nothing", want.limits.Retries, slices.IsSorted(rows(want)))
	}
}

// A terminal that keeps the time of another zone is off by hours; one whose payments the bank
// booked hours later is not, however narrow its busy time.
func TestSkewOfHours(t *testing.T) {
	for _, booked := range []bool{false, true} {
		b := mem.New()
		src, bank := &txn.Source{Name: "pos.log"}, &txn.Source{Name: "settle.csv"}
		s := shop{attempts: 2000, terminals: 8, seed: 36, edit: func(i int, r *txn.Record) {
			lunch := r.At >= clock(11, 40) && r.At < clock(12, 20)
			if r.TID == "00000003" && !lunch {
				return
			}
			r.RRN = fmt.Sprintf("%012d", i)
			c := r.Clone()
			c.Side, c.Pos = txn.Settlement, txn.Pos{Src: bank, Line: uint32(i + 1)}
			if booked {
				c.At = clock(23, 0)
			}
			b.Add(c)
			c = r.Clone()
			c.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
			if c.TID == "00000002" && !booked {
				c.At = c.At.Add(-8 * time.Hour)
			}
			b.Add(c)
		}}
		s.book()
		b.Freeze()
		list := Clocks(b)
		if booked && len(list) != 0 {
			t.Errorf("booked at eleven: %+v", list)
		}
		if !booked && (len(list) != 1 || b.Name(ledger.Terminal, list[0].Terminal) != "00000002" || list[0].Offset != 8*time.Hour) {
			t.Errorf("eight hours: %+v", list)
		}
	}
}

// Rows whose clocks are wrong state times outside of the window that they are in.
func TestReach(t *testing.T) {
	w := Window{Start: clock(9, 0), End: clock(10, 0), skew: map[uint32]time.Duration{1: -7 * time.Minute, 2: time.Minute}}
	if from, until := w.Reach(); from != clock(8, 59) || until != clock(10, 7) {
		t.Errorf("%v to %v", from.Time(), until.Time())
	}
}
