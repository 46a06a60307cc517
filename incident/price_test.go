package incident

import (
	"math"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// What the prices leave of the chance windows that a report may show is hardly more than it may show: over
// the numbers of dimensions, and over the pairs, whatever is known of them.
func TestPricesKeepTheChance(t *testing.T) {
	for _, terminals := range []int{4, 24} {
		p := &pool{ev: &events{reading: &reading{book: shop{attempts: 200, terminals: terminals}.book()}}}
		if several := terminals > 12; p.several() != several {
			t.Fatalf("%d terminals: of several institutions %v", terminals, p.several())
		}
		sum := 0.0
		for dims := range 3 {
			sum += math.Exp(-p.layer(dims))
		}
		if sum > 1.5 {
			t.Errorf("%d terminals: scopes of up to two dimensions may show %.2f times as many chance windows", terminals, sum)
		}
	}
	var o Options
	o.defaults()
	for ch := Technical; ch <= Data; ch++ {
		sum, pairs := 0.0, 0
		for i, a := range o.Dims {
			for _, b := range o.Dims[i+1:] {
				sum += math.Exp(-unlikely(ch, []ledger.Dim{a, b}))
				pairs++
			}
		}
		if sum > float64(pairs) {
			t.Errorf("channel %v: %d pairs may show %.1f times as many chance windows as one", ch, pairs, sum)
		}
	}
}

// Few attempts go over one route of an institution to an issuer: five of six that fail are found.
func TestRouteOfFewAttempts(t *testing.T) {
	n := 0
	b := shop{attempts: 1500, terminals: 24, base: .02, seed: 3, edit: func(_ int, r *txn.Record) {
		if r.Institution == "BANK1" && r.Issuer == "I2" && r.At >= clock(14, 0) && n < 6 {
			n++
			r.Code = map[bool]string{true: "00", false: "98"}[n == 4]
		}
	}}.book()
	w := one(t, b, Find(b, rule(b), Options{}))
	if got := names(b, w.Scope); got != "institution=BANK1 issuer=I2 " || w.Failures != 5 {
		t.Errorf("%s with %d failures, not BANK1, I2 with 5", got, w.Failures)
	}
}

// Two attempts in a region of a bank that went well while the bank failed elsewhere do not make the other regions
// a set of their own; six do.
func TestAllButOne(t *testing.T) {
	for lucky, want := range map[int]string{2: "institution=BANK0 ", 6: "institution=BANK0 region=R0 region=R1 region=R2 "} {
		n := 0
		b := shop{attempts: 3000, terminals: 24, base: .02, seed: 6, edit: func(i int, r *txn.Record) {
			switch {
			case r.At < clock(14, 0) || r.At >= clock(15, 0) || r.Institution != "BANK0":
			case r.Region == "R3":
				if r.Code = "00"; n == lucky {
					r.Institution = "BANK1"
				} else {
					n++
				}
			case i%14 != 0:
				r.Code = "98"
			}
		}}.book()
		w := one(t, b, Find(b, rule(b), Options{}))
		if got := names(b, w.Scope); got != want {
			t.Errorf("%d went well: the scope is %q, not %q", lucky, got, want)
		}
	}
}
