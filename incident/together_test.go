package incident

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Two of three banks are behind one front-end, and the third is small.
func TestValuesTogether(t *testing.T) {
	for _, fails := range []float64{.95, .4} {
		s := shop{attempts: 4000, terminals: 60, base: .01, seed: 71}
		s.edit = func(i int, r *txn.Record) {
			bank := min(2, i*7919%11/4) // 4, 4 and 3 of eleven
			r.Institution = fmt.Sprintf("BANK%d", bank)
			if bank < 2 && r.At >= clock(12, 0) && r.At < clock(12, 30) && float64(i*104729%100) < 100*fails {
				r.Code = "98"
			}
		}
		b := s.book()
		w := one(t, b, Find(b, rule(b), Options{}))
		if got := names(b, w.Scope); got != "institution=BANK0 institution=BANK1 " && got != "institution=BANK1 institution=BANK0 " {
			t.Errorf("%v of the attempts fail: scope %q", fails, got)
		}
	}
}

// What fails one after the other is not one incident of both.
func TestValuesInTurn(t *testing.T) {
	s := shop{attempts: 4000, terminals: 60, base: .01, seed: 72, fail: func(at txn.Instant, r *txn.Record) float64 {
		if at >= clock(12, 0) && at < clock(13, 0) && r.Region == "R1" || at >= clock(13, 0) && at < clock(14, 0) && r.Region == "R2" {
			return .9
		}
		return 0
	}}
	b := s.book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 2 || names(b, res.Windows[0].Scope) != "region=R1 " || names(b, res.Windows[1].Scope) != "region=R2 " {
		for i := range res.Windows {
			t.Logf("%s", names(b, res.Windows[i].Scope))
		}
		t.Errorf("%d windows, want one of each region", len(res.Windows))
	}
}

// One of two tills fails, the other takes a payment now and then.
func TestOneOfTwoTills(t *testing.T) {
	right := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s := shop{attempts: 300, terminals: 2, base: .003, seed: seed, edit: func(i int, r *txn.Record) {
			r.Carrier, r.Region, r.Institution, r.MID = "C", "R", "B", "M"
			if r.At < clock(12, 0) || r.At >= clock(12, 55) {
				return
			}
			r.TID = "00000001"
			if rng.IntN(5) == 0 {
				r.TID = "00000002"
			} else if rng.IntN(5) > 0 {
				r.Code = "98"
			}
		}}
		b := s.book()
		if w := Find(b, rule(b), Options{}).Windows; len(w) == 1 && names(b, w[0].Scope) == "terminal=00000001 " {
			right++
		}
	}
	if right < 33 {
		t.Errorf("%d of 40 are named", right)
	}
}
