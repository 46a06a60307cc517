package incident

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// The failures of one code are scanned as trying every stretch of attempts would.
func TestOneCodeOracle(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 11))
		edit := func(i int, r *txn.Record) {
			if r.Code == "98" && rng.IntN(2) == 0 {
				r.Code = "91"
			}
		}
		b := shop{attempts: 60, terminals: 3, base: .15, seed: 300 + seed, edit: edit}.book()
		opt := Options{E0: .005, Dims: []ledger.Dim{}}
		opt.defaults()
		ev := collect(b, rule(b), &opt)
		p := newPool(ev, flat(.15), Technical)
		p.measure(room.NewBits(ev.len()))
		x := &p.newSearch(opt.Dims, opt.E0).parts[0].series[0]
		for k := range p.fails {
			code := ev.codeOf(p.fails[k])
			got := p.scan(p.only(x.run(0, len(x.fail)), int32(code)+1, run{}))
			best := 0.0
			for lo := range ev.len() {
				for hi := lo; hi < ev.len(); hi++ {
					for j := 1; j < 30; j++ {
						g, sum := gMin+(.995-gMin)*float64(j)/30, 0.0
						f := 0
						for i := lo; i <= hi; i++ {
							for f < len(p.fails) && p.fails[f] < int32(i) {
								f++
							}
							switch {
							case ev.retry.Has(int32(i)):
							case f < len(p.fails) && p.fails[f] == int32(i) && ev.codeOf(int32(i)) == code:
								sum += p.weigh(p.worths.of(p.coded[f]).odds, g)
							default:
								sum += p.weigh(-1, g)
							}
						}
						best = max(best, sum)
					}
				}
			}
			if got.llr < best-1e-9 {
				t.Errorf("seed %d, code %s: %.3f, by hand %.3f", seed, b.Code(code), got.llr, best)
			}
			if k == 1 {
				break
			}
		}
	}
}

// Three time-outs in a row are a window, to a bar of .02 chance windows, where failures come
// with several codes, and a failure of each of three codes is none.
func TestOneCode(t *testing.T) {
	for _, c := range []struct {
		codes [3]string
		want  int
	}{{[3]string{"98", "98", "98"}, 1}, {[3]string{"98", "91", "A0"}, 0}} {
		usual := []string{"98", "91", "A0", "06"}
		n := 0
		edit := func(i int, r *txn.Record) {
			switch {
			case i >= 300 && i < 303:
				r.Code = c.codes[n]
				n++
			case i%20 == 17:
				r.Code = usual[i/20%4]
			}
		}
		b := shop{attempts: 600, terminals: 3, seed: 8, edit: edit}.book()
		if got := len(Find(b, rule(b), Options{E0: .02}).Windows); got != c.want {
			t.Errorf("codes %v: %d windows, want %d", c.codes, got, c.want)
		}
	}
}

// Three long outages of one day are no level, though they fill most of it.
func TestLongOutagesAreNoLevel(t *testing.T) {
	bad := [][2]txn.Instant{{clock(9, 0), clock(10, 30)}, {clock(12, 0), clock(13, 30)}, {clock(16, 0), clock(18, 0)}}
	fail := func(at txn.Instant, _ *txn.Record) float64 {
		for _, w := range bad {
			if at >= w[0] && at < w[1] {
				return .9
			}
		}
		return 0
	}
	b := shop{attempts: 1800, terminals: 3, base: .02, seed: 9, fail: fail}.book()
	res := Find(b, rule(b), Options{})
	if len(res.Windows) != 3 || len(res.Chronic) != 0 {
		t.Fatalf("%d windows and %d levels, want 3 and none", len(res.Windows), len(res.Chronic))
	}
	for i, w := range res.Windows {
		if a := overlap(&w, &Window{Start: bad[i][0], End: bad[i][1]}); a < .95 {
			t.Errorf("window %d: overlap %.3f", i, a)
		}
	}
}

// Each institution has its own code for an issuer that is down: the one that has few of
// its cards belongs to the scope as well, unless its attempts succeed or fail at another time.
func TestScopeOfSeveralCodes(t *testing.T) {
	from, to := clock(11, 0), clock(12, 30)
	for _, c := range []struct {
		name      string
		fail      float64 // of the small institution's attempts
		beginning txn.Instant
		scopes    []string
	}{
		{"both", .97, from, []string{"issuer=I3 "}},
		{"one", .02, from, []string{"institution=BANK1 issuer=I3 "}},
		{"another time", .97, clock(8, 30), []string{"institution=BANK0 issuer=I3 ", "institution=BANK1 issuer=I3 "}},
	} {
		for seed := range uint64(10) {
			b := shop{attempts: 8000, terminals: 24, base: .02, seed: 700 + seed, fail: func(at txn.Instant, r *txn.Record) float64 {
				share(r, "00000004")
				switch {
				case r.Issuer != "I3" || at >= to:
				case r.Institution == "BANK0" && at >= c.beginning:
					return c.fail
				case r.Institution == "BANK1" && at >= from:
					return .97
				}
				return 0
			}, edit: func(_ int, r *txn.Record) {
				if r.Code == "98" && r.Issuer == "I3" && r.At >= c.beginning && r.At < to {
					r.Code = map[string]string{"BANK0": "96", "BANK1": "91"}[r.Institution]
				}
			}}.book()
			var got []string
			res := Find(b, rule(b), Options{})
			for i := range res.Windows {
				got = append(got, names(b, res.Windows[i].Scope))
			}
			if !slices.Equal(got, c.scopes) {
				t.Errorf("%s, seed %d: scopes %q, want %q", c.name, seed, got, c.scopes)
			}
		}
	}
}
