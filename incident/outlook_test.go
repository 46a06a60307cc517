package incident

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// flapping is a pool of a day on which lines and hosts come and go, with the search in it.
func flapping(seed uint64) (*pool, *search) {
	fail := func(at txn.Instant, r *txn.Record) float64 {
		k, rest := at.Sub(clock(8, 0))/(20*time.Minute), at.Sub(clock(8, 0))%(20*time.Minute)
		switch {
		case rest > 9*time.Minute:
			return 0
		case k%3 == 0 && r.Carrier == "C1":
			return .9
		case k%3 == 1 && r.Institution == "BANK1":
			return .5
		case k%3 == 2 && r.Region == "R2" && r.Carrier == "C2":
			return .25
		}
		return 0
	}
	rng := rand.New(rand.NewPCG(seed, 5))
	edit := func(_ int, r *txn.Record) {
		if r.Code == "98" && rng.IntN(3) == 0 {
			r.Code = "91"
		}
	}
	b := shop{attempts: 30_000, terminals: 30, base: .05, seed: seed, fail: fail, edit: edit}.book()
	opt := Options{E0: .02, Dims: []ledger.Dim{ledger.Institution, ledger.Terminal, ledger.Carrier, ledger.Region, ledger.Issuer}}
	opt.defaults()
	ev := collect(b, rule(b), &opt)
	p := newPool(ev, flat(.05), Technical)
	p.measure(room.NewBits(ev.len()))
	return p, p.newSearch(opt.Dims, opt.E0)
}

// What is remembered of series and put off finds the same as looking at all of them anew.
func TestSearchRemembers(t *testing.T) {
	for seed := range uint64(3) {
		p, s := flapping(seed)
		_, anew := flapping(seed)
		n, looked := 0, 0
		for ; n < 150; n++ {
			f, ok := s.next()
			for _, part := range anew.parts {
				for i := range part.series {
					x := &part.series[i]
					x.fresh, x.outlook, x.kept = false, unknown, nil
				}
			}
			g, also := anew.next()
			if ok != also {
				t.Fatalf("seed %d: find %d: %v, anew %v", seed, n, ok, also)
			}
			if !ok {
				break
			}
			if !same(f.scope, g.scope) || f.lo != g.lo || f.hi != g.hi || math.Abs(f.c.llr-g.c.llr) > 1e-9 ||
				!same(f.rival, g.rival) || math.Abs(f.margin-g.margin) > 1e-9 {
				t.Fatalf("seed %d: find %d: %v %d-%d %.6f, rival %v by %.6f; anew %v %d-%d %.6f, %v %.6f", seed, n,
					f.scope, f.lo, f.hi, f.c.llr, f.rival, f.margin, g.scope, g.lo, g.hi, g.c.llr, g.rival, g.margin)
			}
			s.remove(f.scope, f.lo, f.hi)
			anew.remove(g.scope, g.lo, g.hi)
			for _, part := range s.parts {
				for i := range part.series {
					if !part.series[i].fresh {
						looked++
					}
				}
			}
			if n%8 == 7 && n < 200 { // a level was found
				for _, x := range []*search{s, anew} {
					x.p.raise(Scope{{ledger.Terminal, []uint32{uint32(n/8 + 1)}}}, 1.5)
					x.renew()
				}
			}
		}
		if n < 20 || looked == 0 {
			t.Errorf("seed %d: %d finds, %d series put off", seed, n, looked)
		}
		p.free()
	}
}

// The scan by blocks has the peaks of a scan from end to end, whatever is taken out.
func TestSweepOracle(t *testing.T) {
	p, s := flapping(9)
	rng := rand.New(rand.NewPCG(9, 9))
	compared, blocks := 0, 0
	for range 60 {
		for _, part := range s.parts {
			for i := range part.series {
				x := &part.series[i]
				s.refresh(x)
				if x.kept == nil {
					continue
				}
				for k := range x.kept.sweeps {
					w := &x.kept.sweeps[k]
					if len(w.blocks) == 0 {
						continue
					}
					w.lost.cover(x.kept.lost)
					got, want := p.sweep(x, w), p.peaks(x.run(0, len(x.fail)), w.code)
					for g := range grid {
						if math.Abs(got.top[g]-want.top[g]) > 1e-9*(1+want.top[g]) || got.first[g] != want.first[g] || got.last[g] != want.last[g] {
							t.Fatalf("%v code %d, g %v: %.9f %d-%d, want %.9f %d-%d", part.dims, w.code, grid[g],
								got.top[g], got.first[g], got.last[g], want.top[g], want.first[g], want.last[g])
						}
					}
					compared++
					blocks += len(w.blocks)
				}
			}
		}
		lo := rng.Int32N(int32(p.ev.len()))
		scope := Scope(nil)
		switch rng.IntN(3) {
		case 0:
			scope = Scope{{ledger.Carrier, []uint32{uint32(1 + rng.IntN(3))}}}
		case 1:
			scope = Scope{{ledger.Terminal, []uint32{uint32(1 + rng.IntN(30))}}}
		}
		s.remove(scope, lo, min(int32(p.ev.len())-1, lo+rng.Int32N(2000)))
	}
	if compared < 500 || blocks < 5*compared/2 {
		t.Errorf("%d sweeps of %d blocks compared", compared, blocks)
	}
	p.free()
}
