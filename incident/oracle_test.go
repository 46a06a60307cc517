package incident

import (
	"math"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// oracle tries every scope of up to two single values and every stretch
// between two failures, and returns the best priced log-likelihood ratio.
func oracle(s *search) (best float64, scope Scope, lo, hi int32) {
	p := s.p
	pairs := map[int]int{}
	for _, t := range s.parts {
		pairs[len(t.dims)]++
	}
	for _, t := range s.parts {
		groups := map[uint64][]int32{}
		for i := range int32(p.ev.len()) {
			if k, ok := t.key(p.ev, i); ok && p.live.Has(i) {
				groups[k] = append(groups[k], int32(i))
			}
		}
		price := p.layer(len(t.dims))
		if len(t.dims) > 0 {
			price += math.Log(float64(t.values)) + math.Log(float64(pairs[len(t.dims)]))
			price += unlikely(p.ch, t.dims)
		}
		for _, list := range groups {
			for a := range list {
				if !in(p.ev.famOf(list[a]), p.ch) {
					continue
				}
				for b := a; b < len(list); b++ {
					if !in(p.ev.famOf(list[b]), p.ch) {
						continue
					}
					if v := bestByHand(p, list[a:b+1]) - price; v > best {
						best, lo, hi = v, list[a], list[b]
						scope = nil
						for _, d := range t.dims {
							scope = append(scope, Term{d, []uint32{p.ev.id(d, lo)}})
						}
					}
				}
			}
		}
	}
	return best, scope, lo, hi
}

// bestByHand tries 200 shares.
func bestByHand(p *pool, list []int32) float64 {
	best := 0.0
	for k := 1; k < 200; k++ {
		g := gMin + (.995-gMin)*float64(k)/200
		sum := 0.0
		for _, i := range list {
			sum += p.step(i, g)
		}
		best = max(best, sum)
	}
	return best
}

// The search must find what trying everything finds, before cuts and further
// dimensions.
func TestOracle(t *testing.T) {
	found := 0
	for seed := range uint64(40) {
		b := shop{attempts: 160, terminals: 6, base: .04, seed: 100 + seed,
			fail: during(clock(12, 0), clock(12, 20+int(seed)), .3+.7*float64(seed%3)/2)}.book()
		opt := Options{Dims: []ledger.Dim{ledger.Institution, ledger.Terminal, ledger.Carrier, ledger.Issuer}}
		opt.defaults()
		ev := collect(b, rule(b), &opt)
		base := flat(.04)
		p := newPool(ev, base, Technical)
		s := p.newSearch(opt.Dims, 1e9) // keep everything
		want, scope, lo, hi := oracle(s)
		got, at := 0.0, (*series)(nil)
		for _, part := range s.parts {
			for i := range part.series {
				x := &part.series[i]
				if c := p.scan(x.run(0, len(x.fail))); c.llr-x.price > got {
					got, at = c.llr-x.price, x
				}
			}
		}
		if want > 3 {
			found++
			if got < want-.35 || got > want+.05 {
				t.Errorf("seed %d: best %.2f, trying everything gives %.2f at %q %v-%v (%v)", seed, got, want,
					names(b, scope), ev.at(lo).Time(), ev.at(hi).Time(), at)
			}
		}
	}
	if found < 20 {
		t.Fatalf("only %d of 40 worlds show anything", found)
	}
}

// Taking attempts out must leave the same series as building without them.
func TestDropEqualsBuild(t *testing.T) {
	b := shop{attempts: 400, terminals: 6, base: .2, seed: 77}.book()
	var opt Options
	opt.defaults()
	ev := collect(b, rule(b), &opt)
	base := flat(.05)
	p := newPool(ev, base, Technical)
	s := p.newSearch(opt.Dims, 1e9)
	s.remove(Scope{{ledger.Carrier, []uint32{1}}}, 100, 220)
	s.remove(nil, 150, 170)
	fresh := p.newSearch(opt.Dims, 1e9)
	n := 0
	for k, part := range s.parts {
		have := map[int]*series{}
		for i := range fresh.parts[k].series {
			have[fresh.parts[k].series[i].cell] = &fresh.parts[k].series[i]
		}
		for i := range part.series {
			x := &part.series[i]
			y := have[x.cell]
			if y == nil {
				if len(x.fail) > 0 {
					t.Errorf("part %v cell %d: failures remain where none should", part.dims, x.cell)
				}
				continue
			}
			n++
			if len(x.fail) != len(y.fail) || x.tail != y.tail || x.n != y.n {
				t.Fatalf("part %v cell %d: %d failures, tail %d, n %d; want %d, %d, %d", part.dims, x.cell, len(x.fail), x.tail, x.n, len(y.fail), y.tail, y.n)
			}
			for j := range x.fail {
				if x.fail[j] != y.fail[j] || x.gap[j] != y.gap[j] {
					t.Fatalf("part %v cell %d: failure %d differs", part.dims, x.cell, j)
				}
			}
		}
	}
	if n < 20 {
		t.Fatalf("only %d series compared", n)
	}
}

// Given no incident, the mass of an edge must be a distribution in time order.
func TestEdgeIsADistribution(t *testing.T) {
	b := shop{attempts: 900, terminals: 3, base: .03, seed: 21, fail: during(clock(13, 0), clock(13, 30), .7)}.book()
	w := one(t, b, Find(b, rule(b), Options{}))
	for _, e := range []edge{w.start, w.end} {
		sum, last := 0.0, txn.Instant(0)
		for k := range e.mass {
			sum += e.mass[k]
			if e.from[k] < last || e.to[k] <= e.from[k] {
				t.Errorf("gap %d is out of order", k)
			}
			last = e.to[k]
		}
		if sum < .999 || sum > 1.001 {
			t.Errorf("mass %f", sum)
		}
	}
}
