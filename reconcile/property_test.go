package reconcile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// settlementOf is the settlement row that a bank would write for a terminal row.
func settlementOf(t *txn.Record) *txn.Record {
	s := *t
	s.Side, s.Code, s.Origin, s.Institution, s.Status = txn.Settlement, "", txn.OriginUnknown, "", ""
	s.Flags &^= txn.Repeat
	s.Pos = txn.Pos{Src: fromBank, Line: 9000 + t.Pos.Line}
	return &s
}

// established adds clean pairs that settle what is learned from matches: the
// days that both sides cover, that their numbers mean the same, clocks that agree.
func established(x *recs) {
	for d := -9; d <= 9; d++ {
		for i, edit := range []func(*txn.Record){
			func(r *txn.Record) { r.RRN = fmt.Sprint("77", d+20) },
			func(r *txn.Record) { r.STAN, r.Batch = "000770", fmt.Sprint("77", d+20) },
			func(r *txn.Record) { r.OrderNo = fmt.Sprint("A77", d+20) },
			func(r *txn.Record) { r.ChannelNo = fmt.Sprint("C77", d+20) },
		} {
			for h := range 2 { // both parts of the business day
				id := func(r *txn.Record) { r.MID, r.TID = "M7", fmt.Sprint("7000000", h+1) }
				min := d*1440 + i + h*690
				line := func(r *txn.Record) { r.Pos.Line += 5000 }
				x.term(min, "", "00", 777, id, edit, line)
				x.bank(min, "", 777, id, edit, line)
			}
		}
	}
}

// TestMoreSettlementNeverHurts adds, to cases full of collisions, the settlement
// row of an open terminal row: the number of open items must not grow.
func TestMoreSettlementNeverHurts(t *testing.T) {
	tried, bad := 0, 0
	for seed := range uint64(800) {
		rng := rand.New(rand.NewPCG(seed, 88))
		x := dirty(rng, 2+rng.IntN(20))
		if seed%3 == 0 {
			x = crowded(rng, 2+rng.IntN(20))
		}
		x.list = slices.DeleteFunc(x.list, func(r *txn.Record) bool { return back(r.Kind) == 1 })
		established(x)
		b := x.book()
		before := Match(b, Options{}).Judge(ruleOf(b))
		for _, it := range before.Items {
			if it.State != TerminalOnly || !it.TerminalAmount.Valid() {
				continue // a row without an amount may have nothing to be found by
			}
			row := b.Row(txn.Terminal, it.TerminalRow)
			y := &recs{list: append([]*txn.Record(nil), x.list...)}
			y.list = append(y.list, settlementOf(x.list[at(x, row.Line)]))
			c := y.book()
			after := Match(c, Options{}).Judge(ruleOf(c))
			tried++
			if open(after) > open(before) {
				bad++
				if bad <= 3 {
					for _, r := range y.list {
						t.Logf("%s %s %s rrn=%q tid=%q mid=%q stan=%q batch=%q order=%q/%q chan=%q orig=%q/%q amt=%d card=%s code=%q at=%s", r.Side, r.Kind, r.Pos, r.RRN, r.TID, r.MID, r.STAN, r.Batch, r.OrderNo, r.RefundNo, r.ChannelNo, r.OrigRRN, r.OrigSTAN, r.Amount, r.PAN.Masked, r.Code, r.At.Time())
					}
					t.Errorf("seed %d, row %d: %d open items became %d\nbefore %s\nafter  %s", seed, row.Line, open(before), open(after), list(before), list(after))
				}
			}
		}
	}
	if tried < 300 {
		t.Fatalf("only %d rows were tried", tried)
	}
	t.Logf("%d tried, %d bad", tried, bad)
}

func at(x *recs, line uint32) int {
	return slices.IndexFunc(x.list, func(r *txn.Record) bool { return r.Pos.Line == line && r.Side == txn.Terminal })
}

func open(r *Result) (n int) {
	for _, it := range r.Items {
		if it.State.Open() {
			n++
		}
	}
	return n
}

func list(r *Result) (s string) {
	for _, it := range r.Items {
		s += fmt.Sprintf("\n  %s %s %s %s", it.State, it.TerminalAt, it.SettlementAt, it.Key)
	}
	return s
}

// TestOrderOfInputsDoesNotMatter shuffles the rows before they enter the book and
// splits them over several books, as workers do.
func TestOrderOfInputsDoesNotMatter(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 888))
		x := dirty(rng, 2+rng.IntN(40))
		b := x.book()
		want := Match(b, Options{Workers: 1}).Judge(ruleOf(b))
		rng.Shuffle(len(x.list), func(i, j int) { x.list[i], x.list[j] = x.list[j], x.list[i] })
		first, second := mem.New(), mem.New()
		for i, r := range x.list {
			if i%3 == 0 {
				second.Add(r)
			} else {
				first.Add(r)
			}
		}
		first.Merge(second)
		first.Freeze()
		got := Match(first, Options{Workers: 3, Memory: 500, abreast: 2}).Judge(ruleOf(first))
		if g, w := plain(got), plain(want); g != w {
			t.Fatalf("seed %d\ngot  %s\nwant %s", seed, g, w)
		}
	}
}

// plain prints everything that a report shows.
func plain(r *Result) string {
	return fmt.Sprintf("%v\n%+v\n%+v\n%+v\n%+v\n%+v\n%+v", r.Sides, r.Totals, r.Items, r.Proof, slices.Collect(r.RiskCases()), r.Forecast, r.Unsure)
}

// TestNothingIsLost throws everything at the matcher at once: rows without a time
// or with a date only, totals, fees, tolerances, rows carried over, one-sided books. The proof
// must hold, every row must stand somewhere, and the same rows in another order must give
// the same answer.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 8888))
		x := dirty(rng, rng.IntN(40))
		for _, r := range x.list {
			switch rng.IntN(12) {
			case 0:
				r.At, r.Prec = txn.NoInstant, txn.PrecNone
			case 1:
				r.At, r.Prec = r.At-r.At%day-day/3, txn.PrecDay
			case 2:
				r.Prec = txn.PrecMinute
			case 3:
				r.SettleOn = 20261120 + txn.Date(rng.IntN(3))
			case 4:
				r.Fee = txn.Minor(rng.IntN(5))
			case 5:
				if r.Side == txn.Settlement {
					r.Kind, r.RRN, r.STAN, r.OrderNo, r.ChannelNo, r.PAN = txn.Payout, "", "", "", "", txn.PAN{}
				}
			case 6:
				r.Institution = "NSH002"
			}
			if seed%9 == 0 {
				r.Side = txn.Side(1 + seed%3)
			}
		}
		opt := Options{Fees: []FeeRule{{PPM: 10_000, Min: 1, Max: 3}}, Amount: Tolerance{Above: txn.Minor(rng.IntN(2) * 100)}}
		if rng.IntN(2) == 0 {
			y := dirty(rng, 20)
			b := y.book()
			opt.Carry = Match(b, Options{}).Judge(ruleOf(b)).Carry()
		}
		b := x.book()
		r := Match(b, opt).Judge(ruleOf(b))
		if !r.Proof.Holds {
			t.Fatalf("seed %d: proof does not hold: %+v\n%+v", seed, r.Proof, r.Totals)
		}
		p := r.Proof
		if p.TerminalRows+p.TerminalIdle != b.Len(txn.Terminal) || p.SettlementRows+p.SettlementIdle != b.Len(txn.Settlement) {
			t.Fatalf("seed %d: %+v does not add up to %d and %d rows", seed, p, b.Len(txn.Terminal), b.Len(txn.Settlement))
		}
		if c := r.Carried; opt.Carry != nil && c.Rows != c.Arrived+c.Missing+c.Waiting {
			t.Fatalf("seed %d: carried rows were lost: %+v", seed, c)
		}
		rng.Shuffle(len(x.list), func(i, j int) { x.list[i], x.list[j] = x.list[j], x.list[i] })
		opt.Workers, opt.Memory = 2, 300
		c := x.book()
		if got := Match(c, opt).Judge(ruleOf(c)); plain(got) != plain(r) {
			t.Fatalf("seed %d\ngot  %s\nwant %s", seed, plain(got), plain(r))
		}
	}
}
