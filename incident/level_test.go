package incident

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// A bad terminal fails most in the hours in which everything fails more: that is
// its level and no window, unless the usual rate is the same all day.
func TestLevelFollowsTheDay(t *testing.T) {
	const morning, evening = ".......x...............x........................x.............x", "x.xx.x.xx.x.x.xx.xxx.x.."
	marks := morning + evening
	for _, c := range []struct {
		usual [2]float64 // in the morning and in the evening
		level bool
	}{{[2]float64{.008, .055}, true}, {[2]float64{.012, .012}, false}} {
		s := shop{attempts: len(marks), terminals: 1, seed: 1}
		s.edit = func(i int, r *txn.Record) {
			if marks[i] == 'x' {
				r.Code = "98"
			}
		}
		b := s.book()
		opt := Options{}
		opt.defaults()
		ev := collect(b, rule(b), &opt)
		rates := slices.Repeat([]logRate{logRateOf(c.usual[0])}, ev.len())
		for i := len(morning); i < len(rates); i++ {
			rates[i] = logRateOf(c.usual[1])
		}
		p := newPool(ev, table(rates), Technical)
		f, ok := p.newSearch(opt.Dims, .02).next()
		if !ok || f.c.n > len(evening)+2 {
			t.Fatalf("usual %v: found %+v", c.usual, f)
		}
		if factor, yes := p.level(f); yes != c.level {
			t.Errorf("usual %v: level %v, factor %.1f", c.usual, yes, factor)
		}
	}
}

// The worst hours of one of two hundred terminals are less remarkable than those of one of two.
func TestLevelAmongMany(t *testing.T) {
	marks := strings.Repeat(".", 40) + "xxx.x.xx" + strings.Repeat(".......x........", 2)
	for _, c := range []struct {
		terminals int
		level     bool
	}{{2, false}, {200, true}} {
		s := shop{attempts: 3000, seed: 1}
		s.edit = func(i int, r *txn.Record) {
			k, rest := i/30, i%30
			r.TID, r.MID = fmt.Sprintf("%08d", 2+i%(c.terminals-1)), "898100000000001"
			r.Carrier, r.Region, r.Institution, r.Issuer = "C1", "R1", "BANK1", "I1"
			if rest == 0 && k < len(marks) {
				r.TID = "00000001"
				if marks[k] == 'x' {
					r.Code = []string{"98", "91"}[k%2]
				}
			}
		}
		b := s.book()
		opt := Options{}
		opt.defaults()
		ev := collect(b, rule(b), &opt)
		p := newPool(ev, table(slices.Repeat([]logRate{logRateOf(.04)}, ev.len())), Technical)
		f, ok := p.newSearch(opt.Dims, 1).next()
		if !ok || names(b, f.scope) != "terminal=00000001 " || f.c.n > 10 {
			t.Fatalf("%d terminals: found %+v", c.terminals, f)
		}
		if factor, yes := p.level(f); yes != c.level {
			t.Errorf("%d terminals: level %v, factor %.1f", c.terminals, yes, factor)
		}
	}
}

// The best common factor of the odds, against trying many.
func TestRaisedOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		rates := make([]float64, 20+r.IntN(200))
		for i := range rates {
			rates[i] = .003 + .3*r.Float64()*r.Float64()
		}
		fails := 1 + r.IntN(len(rates)/2)
		best := math.Inf(-1)
		for c := .001; c < 1e4; c *= 1.01 {
			v := float64(fails) * math.Log(c)
			for _, p0 := range rates {
				v -= math.Log(1 - p0 + c*p0)
			}
			best = max(best, v)
		}
		var t0 tally
		for _, p0 := range rates {
			t0.add(p0, 1)
		}
		if got := t0.raised(fails); math.Abs(got-best) > .02 {
			t.Errorf("%d of %d: %.3f, want %.3f", fails, len(rates), got, best)
		}
	}
	if new(tally).raised(0) != 0 {
		t.Error("without failures nothing is raised")
	}
}

// How likely a stretch without an entity is, against drawing one attempt after another.
func TestNatsOracle(t *testing.T) {
	for _, c := range []struct{ n, others, inside int }{{1, 1, 1}, {20, 20, 7}, {300, 300, 12}, {75, 4000, 400}, {20, 50, 50}} {
		p := 1.0
		for k := range c.inside {
			p *= float64(c.others-k) / float64(c.n+c.others-k)
		}
		m := member{n: c.n, others: c.others}
		if got := m.nats(c.inside); math.Abs(got+math.Log(p)) > 1e-6 {
			t.Errorf("%+v: %.4f nats, want %.4f", c, got, -math.Log(p))
		}
	}
}

func TestTurns(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for apart := range 8 { // two counts side by side, however near
		var own, one turns
		next := [3]int32{0, 100, 100 + int32(apart)}
		for k := range int32(400) {
			term := 1 + r.IntN(2)
			own.next(uint32(term), next[term])
			next[term]++
			one.next(uint32(term), k)
		}
		if own.together() || !one.together() {
			t.Errorf("%d apart: together %v, one count %v", apart, own.together(), one.together())
		}
	}
}

// Numbers that the other terminals of a shop used say nothing of the silent one.
func TestSilenceUnderOneCount(t *testing.T) {
	for _, c := range []struct {
		name  string
		count func(r *txn.Record) string // whose count a message is in
		lost  bool
	}{
		{"one of each terminal", func(r *txn.Record) string { return r.TID }, true},
		{"one of the shop", func(r *txn.Record) string { return r.MID }, false},
		{"one of all", func(*txn.Record) string { return "" }, false},
	} {
		stan := map[string]int{}
		s := shop{attempts: 3000, terminals: 4, base: .02, seed: 38}
		s.edit = func(_ int, r *txn.Record) {
			who := c.count(r)
			stan[who]++
			r.STAN = fmt.Sprintf("%06d", stan[who])
			if r.TID == "00000002" && r.At >= clock(12, 0) && r.At < clock(14, 0) {
				if who == r.TID { // its log has a hole, else its customers went next door
					r.STAN = ""
				}
				r.TID = "00000001"
			}
		}
		b := s.book()
		res := Find(b, rule(b), Options{})
		if len(res.Gaps) != 1 || names(b, res.Gaps[0].Scope) != "terminal=00000002 " {
			t.Errorf("%s: gaps %+v", c.name, res.Gaps)
			continue
		}
		if g := &res.Gaps[0]; g.Lost != c.lost || !c.lost && g.Trace != -1 {
			t.Errorf("%s: lost %v, %d numbers used", c.name, g.Lost, g.Trace)
		}
	}
}

// The strength of pooling is the likeliest one, by logarithms of the Gamma function.
func TestPoolingOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		f, e := make([]float64, 1+r.IntN(400)), []float64{}
		for k := range f {
			mean := 20 * r.Float64() * r.Float64() * r.Float64()
			e = append(e, mean)
			f[k] = math.Floor(mean * 3 * r.Float64())
		}
		best, want := math.Inf(-1), 0.0
		for s := .25; s <= 512; s *= 2 {
			sum := 0.0
			for k := range f {
				a, _ := math.Lgamma(f[k] + s)
				b, _ := math.Lgamma(s)
				sum += a - b + s*math.Log(s/(s+e[k])) + f[k]*math.Log(e[k]/(s+e[k]))
			}
			if sum > best+1e-9 {
				best, want = sum, s
			}
		}
		if got := pooling(f, e); got != want {
			t.Errorf("%d groups: strength %v, want %v", len(f), got, want)
		}
	}
}

// A fault that comes back every hour is no level of what it hits.
func TestRecurringIsNoLevel(t *testing.T) {
	for seed := range uint64(4) {
		b := shop{attempts: 12000, terminals: 24, base: .01, seed: 60 + seed, fail: func(at txn.Instant, r *txn.Record) float64 {
			if minute := int64(at-morning) / 60e6 % 60; minute < 6 {
				return .5
			}
			return 0
		}}.book()
		res := Find(b, rule(b), Options{})
		if len(res.Windows) < 10 {
			t.Errorf("seed %d: %d windows", seed, len(res.Windows))
		}
		for _, c := range res.Chronic {
			t.Errorf("seed %d: %s is bad all the time: %d of %d, elsewhere %.4f", seed, names(b, c.Scope), c.Failures, c.Attempts, c.Usual)
		}
	}
}

// TestLevelsByPlace holds the factors of chronic slices against those found by going
// through all attempts for each.
func TestLevelsByPlace(t *testing.T) {
	book := crowd(20_000, 3)
	var opt Options
	opt.defaults()
	ev := collect(book, rule(book), &opt)
	inWin := room.NewBits(ev.len())
	for i := int32(0); int(i) < ev.len(); i += 7 {
		inWin.Add(i)
	}
	rng := rand.New(rand.NewPCG(8, 8))
	dims := []ledger.Dim{ledger.Terminal, ledger.Terminal, ledger.Carrier, ledger.Merchant, ledger.Issuer, ledger.Kind}
	for range 10 {
		var chronic []Scope
		for range rng.IntN(12) {
			var sc Scope
			for range 1 + rng.IntN(2) {
				if d := dims[rng.IntN(len(dims))]; !sc.uses(d) {
					sc = sc.with(d, uint32(1+rng.IntN(max(1, book.Names(d)-1))))
				}
			}
			chronic = append(chronic, sc)
		}
		rates := make([]float64, ev.len())
		r := usual(ev, Technical, inWin, nil, .02)
		r.each(func(i int32, rate float64) { rates[i] = rate })
		for _, sc := range chronic {
			f, e := make([]float64, 2), make([]float64, 2)
			for i := range int32(ev.len()) {
				if ev.retry.Has(i) || inWin.Has(i) {
					continue
				}
				k := 0
				if ev.matches(sc, i) {
					k = 1
				}
				e[k] += rates[i]
				if in(ev.famOf(i), Technical) {
					f[k]++
				}
			}
			factors(f, e, ownTerminal*r.all)
			for i := range rates {
				if ev.matches(sc, int32(i)) {
					rates[i] *= f[1]
				}
			}
		}
		usual(ev, Technical, inWin, chronic, .02).each(func(i int32, rate float64) {
			if math.Abs(rate/rates[i]-1) > 1e-9 {
				t.Fatalf("%v: attempt %d has rate %g, by hand %g", chronic, i, rate, rates[i])
			}
		})
	}
}
