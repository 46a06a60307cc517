package incident

import (
	"math"
	"testing"
	"time"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A host and a carrier that fail at the same time leave little that neither hits,
// and are still two incidents.
func TestHostAndCarrierAtOnce(t *testing.T) {
	host, line := [2]txn.Instant{clock(12, 0), clock(13, 30)}, [2]txn.Instant{clock(12, 40), clock(14, 10)}
	near := 0
	for seed := range uint64(10) {
		b := shop{attempts: 4000, terminals: 24, base: .02, seed: 900 + seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			share(r, "00000020")
			if r.Institution == "BANK0" && at >= host[0] && at < host[1] || r.Carrier == "C1" && at >= line[0] && at < line[1] {
				return .9
			}
			return 0
		}}.book()
		res := Find(b, rule(b), Options{})
		if len(res.Windows) != 2 {
			t.Errorf("seed %d: %d windows", seed, len(res.Windows))
		}
		for i := range res.Windows {
			w, want := &res.Windows[i], line
			switch got := names(b, w.Scope); got {
			case "institution=BANK0 ":
				want = host
			case "carrier=C1 ":
			default:
				t.Errorf("seed %d: scope %q", seed, got)
			}
			if w.Start.Sub(want[0]).Abs() < 5*time.Minute && w.End.Sub(want[1]).Abs() < 5*time.Minute {
				near++
			}
		}
	}
	if near < 14 { // an edge that lies inside the other incident is blurred
		t.Errorf("%d of 20 incidents have their edges", near)
	}
}

// share divides the terminals between two institutions, BANK0 up to a terminal.
func share(r *txn.Record, below string) {
	if r.Institution = "BANK1"; r.TID < below {
		r.Institution = "BANK0"
	}
}

// What hits everything stays one incident, however its parts differ by chance.
func TestEverythingIsNotTwo(t *testing.T) {
	for seed := range uint64(20) {
		b := shop{attempts: 4000, terminals: 24, base: .02, seed: 950 + seed, fail: during(clock(12, 0), clock(13, 30), .3+.03*float64(seed))}.book()
		if w := one(t, b, Find(b, rule(b), Options{})); len(w.Scope) != 0 {
			t.Errorf("seed %d: scope %q", seed, names(b, w.Scope))
		}
	}
}

// The gain of two slices is what trying every slice and every second one gives.
func TestBesideOracle(t *testing.T) {
	compared := 0
	for seed := range uint64(30) {
		b := shop{attempts: 300, terminals: 24, base: .02, seed: 980 + seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			share(r, "00000018")
			if r.Institution == "BANK0" && at < clock(15, 0) || r.Carrier == "C1" && at > clock(10, 0) {
				return .9
			}
			return 0
		}}.book()
		opt := Options{E0: .005, Dims: []ledger.Dim{ledger.Institution, ledger.Carrier, ledger.Issuer}}
		opt.defaults()
		p := newPool(collect(b, rule(b), &opt), flat(.02), Technical)
		s := p.newSearch(opt.Dims, opt.E0)
		whole := run{}
		for k := range p.fails {
			whole.fail, whole.gap = append(whole.fail, int32(k)), append(whole.gap, 0)
		}
		f := &found{lo: p.fails[0], hi: p.fails[len(p.fails)-1]}
		attempts := s.attempts(f)
		f.c = p.fit(whole, 0, len(p.fails)-1)
		f.c.n = len(attempts)
		m := 0
		for _, i := range attempts {
			if !in(p.ev.famOf(i), p.ch) {
				m++
			}
		}
		f.c.g, f.c.llr = p.best(p.usual, whole.fail, m)
		for _, d := range s.free {
			kids, values := s.children(f, attempts, d, 0)
			for i := range kids {
				k := &kids[i]
				k.c = p.cut(k.r, p.scan(k.r))
				gain, _, _ := s.beside(f, attempts, d, values, k)
				if want := byHand(s, f, attempts, d, values, k); want > 0 || gain > 0 {
					compared++
					if diff := gain - want; diff > 1e-6 || diff < -1e-6 {
						t.Errorf("seed %d, %v %d: gain %.3f, by hand %.3f", seed, d, k.id, gain, want)
					}
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d gains compared", compared)
	}
}

// byHand is what beside computes, by a look at every attempt for every value.
func byHand(s *search, f *found, attempts []int32, d ledger.Dim, values int, k *child) float64 {
	p, top := s.p, 0.0
	scope := func(values int) float64 { // with two institutions: of one dimension against none
		return -1.5 + math.Log(float64(values)) + math.Log(float64(len(s.free)))
	}
	for _, other := range s.free {
		if other == d {
			continue
		}
		n := map[uint32]bool{}
		for _, i := range attempts {
			if lo, hi := p.event(k.r, k.c.first), p.event(k.r, k.c.last); i < lo || i > hi || p.ev.id(d, i) != k.id {
				n[p.ev.id(other, i)] = true
			}
		}
		for id := range n {
			var r run
			gap := int32(0)
			for _, i := range attempts {
				if lo, hi := p.event(k.r, k.c.first), p.event(k.r, k.c.last); i >= lo && i <= hi && p.ev.id(d, i) == k.id || p.ev.id(other, i) != id {
					continue
				}
				at := -1
				for j, e := range p.fails {
					if e == i {
						at = j
					}
				}
				if at < 0 {
					gap++
					continue
				}
				r.fail, r.gap, gap = append(r.fail, int32(at)), append(r.gap, gap), 0
			}
			top = max(top, p.cut(r, p.scan(r)).llr-scope(len(n)))
		}
	}
	one := scope(values) + 2*math.Log(float64(f.c.n)) + 4
	if top == 0 || 2*k.c.llr < f.c.llr+one { // then the other is the child to ask
		return 0
	}
	two := k.c.llr + top - one
	return max(0, two-f.c.llr)
}

// Of a line that comes and goes a slice by another dimension may be all that failed at
// a find's child, which then is none.
func TestNothingIsLeftBeside(t *testing.T) {
	for _, c := range []struct {
		seed                         uint64
		on, off, attempts, terminals int
		wifi                         byte // terminals whose last digit is below
	}{{43, 19, 11, 3000, 27, '6'}, {73, 17, 10, 6000, 35, '2'}, {122, 18, 9, 6000, 15, '9'}} {
		b := shop{attempts: c.attempts, terminals: c.terminals, base: .02, seed: c.seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			r.Network = "4G"
			if r.TID[7] < c.wifi {
				r.Network = "WIFI"
			}
			if m := int(at.Sub(clock(12, 0)).Minutes()); r.Carrier == "C1" && m >= 0 && m < 120 && m%(c.on+c.off) < c.on {
				return .97
			}
			return 0
		}}.book()
		res := Find(b, rule(b), Options{})
		for i := range res.Windows {
			if w := &res.Windows[i]; w.Start > clock(14, 0) || w.End < clock(12, 0) {
				t.Errorf("seed %d: a window at %v", c.seed, w.Start.Time())
			}
		}
		if len(res.Windows) == 0 {
			t.Errorf("seed %d: no window", c.seed)
		}
	}
}
