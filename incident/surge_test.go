package incident

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// tester is a day of a shop with four terminals in which somebody tries n cards at
// terminal 2 from a moment on for a time.
func tester(seed uint64, n int, from txn.Instant, long time.Duration) shop {
	rng := rand.New(rand.NewPCG(seed, 3))
	return shop{attempts: 400 + n, terminals: 4, base: .005, seed: seed, edit: func(i int, r *txn.Record) {
		if i >= n {
			return
		}
		r.At, r.TID, r.MID, r.Carrier, r.Region = from.Add(time.Duration(rng.Float64()*float64(long))), "00000002", "898100000000001", "C1", "R0"
		if rng.IntN(10) > 0 {
			r.Code = "51"
		}
	}}
}

// TestSurge: the attempts of somebody who tries cards tell when it began, to the
// attempt, though the terminal has little else to do; the shop is not hit.
func TestSurge(t *testing.T) {
	inside, total, scopes := 0, 0, 0
	var off []float64
	for seed := range uint64(40) {
		from, long := clock(11, int(seed)), time.Duration(4+seed%9)*time.Minute
		b := tester(seed, 14+int(seed%20), from, long).book()
		w := one(t, b, Find(b, rule(b), Options{}))
		if names(b, w.Scope) == "terminal=00000002 " {
			scopes++
		}
		to := from.Add(long)
		for _, e := range []struct {
			true, found txn.Instant
			between     [2]txn.Instant
		}{{from, w.Start, w.StartRange}, {to, w.End, w.EndRange}} {
			off = append(off, e.found.Sub(e.true).Abs().Seconds())
			total++
			if e.true >= e.between[0] && e.true <= e.between[1] {
				inside++
			}
		}
	}
	sum := 0.0
	for _, v := range off {
		sum += v
	}
	if mean := sum / float64(total); mean > 30 {
		t.Errorf("edges are %.0f s off on average; cards are tried every 20 s", mean)
	}
	if 100*inside < 88*total {
		t.Errorf("%d of %d intervals hold the true edge", inside, total)
	}
	if scopes < 38 {
		t.Errorf("%d of 40 are told to be one terminal's", scopes)
	}
}

// TestNoSurge: declines of all cards in a shop, as busy as ever, are the shop's, and
// edges lie between attempts as those of an outage do.
func TestNoSurge(t *testing.T) {
	b := shop{attempts: 400, terminals: 4, base: .02, seed: 5, edit: func(_ int, r *txn.Record) {
		if r.At >= clock(12, 0) && r.At < clock(13, 0) {
			r.Code = "51"
		}
	}}.book()
	if w := one(t, b, Find(b, rule(b), Options{})); len(w.Scope) != 0 {
		t.Errorf("scope %s", names(b, w.Scope))
	}
}

// TestSurgeOfOthers: a terminal that is busier than usual, and where nothing fails, has
// no part in what fails at the others.
func TestSurgeOfOthers(t *testing.T) {
	b := shop{attempts: 1500, terminals: 12, base: .005, seed: 6, edit: func(i int, r *txn.Record) {
		if i < 15 {
			r.At, r.TID, r.Code = clock(12, 0).Add(time.Duration(i)*2*time.Minute), "00000001", "00"
		} else if r.At >= clock(12, 0) && r.At < clock(12, 30) && r.TID != "00000001" {
			r.Code = "51"
		}
	}}.book()
	if w := one(t, b, Find(b, rule(b), Options{})); names(b, w.Scope) == "terminal=00000001 " {
		t.Errorf("scope %s, %d of %d", names(b, w.Scope), w.Failures, w.Attempts)
	}
}

// TestSurgePieces: the parts of a gap have the mass that the traffic gives them, before
// the middle and after it, and their order is that of time.
func TestSurgePieces(t *testing.T) {
	for _, rate := range []float64{0, 1e-9, 1e-6, 1e-5} {
		s := surge{rate: rate}
		for _, mid := range []txn.Instant{0, 9e6} {
			from, to := txn.Instant(1e6), txn.Instant(7e6)
			near := to
			if mid < from {
				near = from
			}
			mass := func(a, b txn.Instant) float64 { // by small steps
				sum := 0.0
				for x := a; x < b; x += 1000 {
					sum += math.Exp(-rate * math.Abs(float64(x+500-near)))
				}
				return sum
			}
			at, sum := from, 0.0
			s.pieces(from, to, mid, func(a, b txn.Instant, share float64) {
				if a < at-1 || a > at+1 || b < a {
					t.Errorf("rate %g: %d-%d after %d", rate, a, b, at)
				}
				at, sum = b, sum+share
				if want := mass(a, b) / mass(from, to); math.Abs(share-want) > .02 {
					t.Errorf("rate %g, middle %d: %d-%d has %.3f, want %.3f", rate, mid, a, b, share, want)
				}
			})
			if at < to-1 || math.Abs(sum-1) > 1e-9 {
				t.Errorf("rate %g: ends at %d with %.3f", rate, at, sum)
			}
			if rate == 0 {
				continue
			}
			wide := s.widths(1, func(int) (txn.Instant, txn.Instant) { return from, to }, func(int) int { return 0 }, mid)
			apart := rate * math.Abs(float64(near-mid))
			if want := math.Log(mass(from, to)*1000) - apart; math.Abs(wide[0]-want) > .01 {
				t.Errorf("rate %g, middle %d: weight %.3f, want %.3f", rate, mid, wide[0], want)
			}
		}
	}
}
