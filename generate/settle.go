package generate

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

// injection is what a scenario spoils on purpose.
type injection struct {
	holiday map[int]float64 // day -> traffic factor

	// Reconciliation faults, each a number of rows.
	missing, charged, amount, reversed, foreign, duplicate, fee int
}

// settle books what the hosts approved and did not undo, then injects the
// reconciliation faults. Every approved sale, void and refund has its own row.
func (w *World) settle() {
	r := newRNG(w.Seed, w.Name+"/settle/"+w.Profile.Name)
	in := &w.inject
	pick := func(n int, fits func(*Row) bool) map[int32]bool {
		if n == 0 {
			return nil
		}
		var all []int32
		for i := range w.Rows {
			if fits(&w.Rows[i]) {
				all = append(all, int32(i))
			}
		}
		out := map[int32]bool{}
		for len(out) < min(n, len(all)) {
			out[all[r.intn(len(all))]] = true
		}
		return out
	}
	sold := func(x *Row) bool {
		return x.Kind == txn.Sale && x.Code == approved && x.Flags&(Undone|Reversed|Lost) == 0 && w.onTime(x)
	}
	missing := pick(in.missing, sold)
	differs := pick(in.amount, func(x *Row) bool { return sold(x) && x.Amount > 500 })
	charged := pick(in.charged, func(x *Row) bool {
		return x.Kind == txn.Sale && x.Flags&(Answered|Reversed|Lost|Money) == 0 && w.onTime(x)
	})
	reversed := pick(in.reversed, func(x *Row) bool { return x.Kind == txn.Sale && x.Flags&Reversed != 0 && w.onTime(x) })
	twice := pick(in.duplicate, func(x *Row) bool { return sold(x) && x.Amount > 1000 })
	fees := pick(in.fee, func(x *Row) bool { return sold(x) && x.Amount > 10000 })
	share := w.opt.SettledShare
	w.Settled = make([]Settlement, 0, len(w.Rows))
	for i := range w.Rows {
		x, id := &w.Rows[i], int32(i)
		if charged[id] || reversed[id] {
			x.Flags = (x.Flags | Money) &^ Undone
			if x.RRN == 0 {
				in := &w.Institutions[w.Terminals[x.Term].Institution]
				in.rrn += 3
				x.RRN = in.rrn
			}
		}
		if x.Flags&Money == 0 || x.Kind != txn.Sale && x.Kind != txn.Void && x.Kind != txn.Refund || x.Flags&Undone != 0 && x.Flags&Reversed != 0 {
			continue
		}
		s := w.settlement(x, id)
		s.Dropped = missing[id] || !w.onTime(x) || share > 0 && !r.hit(share)
		if differs[id] {
			s.Amount = spoil(s.Amount, r)
			s.Fee = fee(s.Amount, w.rate(x.Term))
		}
		if fees[id] {
			s.Fee += 1 + txn.Minor(r.intn(300))
		}
		w.Settled = append(w.Settled, s)
		if twice[id] {
			w.Settled = append(w.Settled, s)
		}
	}
	for range in.foreign {
		x := Row{At: w.local(r.intn(w.Days), 9+r.intn(10), r.intn(60), r.intn(60)), Term: int32(r.intn(len(w.Terminals))), Kind: txn.Sale,
			Card: w.newCard(r), Amount: txn.Minor(800 + r.intn(30000)), STAN: uint32(1 + r.intn(999999)), Auth: uint32(1 + r.intn(999999))}
		inst := &w.Institutions[w.Terminals[x.Term].Institution]
		inst.rrn += 7
		x.RRN, x.Batch = inst.rrn, w.Terminals[x.Term].batch
		w.Settled = append(w.Settled, w.settlement(&x, -1))
	}
	slices.SortStableFunc(w.Settled, func(a, b Settlement) int { return cmp.Compare(a.At, b.At) })
}

// settlement is the honest row for x. The host's time is true time.
func (w *World) settlement(x *Row, id int32) Settlement {
	return Settlement{At: x.At, Amount: x.Amount, Fee: fee(x.Amount, w.rate(x.Term)), RRN: x.RRN, Row: id, Term: x.Term,
		STAN: x.STAN, Auth: x.Auth, Card: x.Card, Batch: x.Batch, Kind: x.Kind, On: w.businessDay(x.At)}
}

func (w *World) rate(term int32) uint64 { return w.Institutions[w.Terminals[term].Institution].rate }

// fee rounds half up to the fen.
func fee(amount txn.Minor, perTenThousand uint64) txn.Minor {
	return (amount*txn.Minor(perTenThousand) + 5000) / 10000
}

// businessDay is the settlement date: what comes after the cut-off belongs to
// the next day.
func (w *World) businessDay(at txn.Instant) txn.Date {
	return w.dates[w.dayOf(at)]
}

// dayOf is the number of the business day, from 0 to Days.
func (w *World) dayOf(at txn.Instant) int {
	d := max(0, int(at.Sub(w.midnight)/(24*time.Hour))-1)
	for d < w.Days && at >= w.cuts[d] {
		d++
	}
	return d
}

// onTime reports whether the row settles within the world's days.
func (w *World) onTime(x *Row) bool {
	return w.dayOf(x.At) < w.Days
}

// spoil changes an amount as files do: digits swapped, a tip lost, a cent.
func spoil(a txn.Minor, r *rng) txn.Minor {
	switch r.intn(3) {
	case 0:
		return a - 100
	case 1:
		return a * 10
	}
	return a + 1 + txn.Minor(r.intn(99))
}
