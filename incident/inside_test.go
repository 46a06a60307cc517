package incident

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// TestInside holds what finds the events of a scope by their places against a look at
// every event.
func TestInside(t *testing.T) {
	book := crowd(20_000, 3)
	var opt Options
	opt.defaults()
	ev := collect(book, rule(book), &opt)
	rng := rand.New(rand.NewPCG(5, 5))
	dims := []ledger.Dim{ledger.Institution, ledger.Merchant, ledger.Terminal, ledger.Carrier, ledger.Region, ledger.Issuer, ledger.Kind}
	found, byPlace := 0, 0
	for range 3000 {
		var sc Scope
		for _, d := range dims {
			if rng.IntN(4) == 0 {
				term := Term{Dim: d}
				for range 1 + rng.IntN(3) {
					term.IDs = append(term.IDs, uint32(1+rng.IntN(max(1, book.Names(d)-1))))
				}
				slices.Sort(term.IDs)
				term.IDs = slices.Compact(term.IDs)
				sc = append(sc, term)
			}
		}
		lo, hi := int32(rng.IntN(ev.len()+1)), int32(rng.IntN(ev.len()+1))
		var want, got []int32
		for i := lo; i < hi; i++ {
			if ev.matches(sc, i) {
				want = append(want, i)
			}
		}
		if _, ok := ev.few(sc, lo, hi); ok {
			byPlace++
		}
		ev.inside(sc, lo, hi, func(i int32) { got = append(got, i) })
		if found += len(got); !slices.Equal(got, want) {
			t.Fatalf("%v from %d to %d: %d events, want %d", sc, lo, hi, len(got), len(want))
		}
	}
	if found == 0 || byPlace < 300 {
		t.Errorf("%d events found, %d scopes by their places", found, byPlace)
	}
}

// mergeByHand tries all pairs again after each that joined.
func (p *pool) mergeByHand(wins []Window) []Window {
	for i := range wins {
		for j := i + 1; j < len(wins); j++ {
			if w, ok := p.join(&wins[i], &wins[j]); ok {
				wins[i] = w
				return p.mergeByHand(slices.Delete(wins, j, j+1))
			}
		}
	}
	return wins
}

func TestMerge(t *testing.T) {
	joined := 0
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 6))
		step := 20 * time.Minute
		book := shop{attempts: 6000, terminals: 24, base: .02, seed: seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			return when(at.Sub(clock(8, 0))/step%3 == 1, .8)
		}}.book()
		var opt Options
		opt.defaults()
		ev := collect(book, rule(book), &opt)
		windows := func(p *pool) (wins []Window) { // pieces of the incidents, in any order
			for k := range 42 {
				for n := range 1 + rng.IntN(3) {
					w := Window{Start: clock(8, 20*k+7*n), End: clock(8, 20*k+7*n+6), EValue: 1e-9}
					if k%2 == 0 {
						w.Start, w.End = clock(8, 20*k), clock(8, 20*k+20)
						w.Scope = Scope{{ledger.Terminal, []uint32{uint32(1 + n)}}}
					}
					p.count(&w)
					r := p.runOf(&w)
					if len(r.fail) < 2 {
						continue
					}
					w.LLR = p.fit(r, 0, len(r.fail)-1).llr
					ev.each(&w, func(i int32) { p.live.Remove(i) })
					wins = append(wins, w)
				}
			}
			rng.Shuffle(len(wins), func(i, j int) { wins[i], wins[j] = wins[j], wins[i] })
			return wins
		}
		p := newPool(ev, flat(.02), Technical)
		wins := windows(p)
		q := newPool(ev, flat(.02), Technical)
		copy(q.live, p.live)
		want := q.mergeByHand(slices.Clone(wins))
		got := p.merge(slices.Clone(wins))
		joined += len(wins) - len(got)
		if !slices.EqualFunc(got, want, func(a, b Window) bool {
			return a.Start == b.Start && a.End == b.End && a.LLR == b.LLR && same(a.Scope, b.Scope) && slices.Equal(a.Rows, b.Rows)
		}) {
			t.Errorf("seed %d: %d windows became %d, by hand %d", seed, len(wins), len(got), len(want))
		}
	}
	if joined < 50 {
		t.Errorf("only %d joined", joined)
	}
	t.Log(joined, "joined")
}
