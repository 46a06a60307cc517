package classify

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Pattern is what one row shows, in few values, so that rows can be counted
// without losing which observations go together. The zero value of each field
// is "not known".
type Pattern struct {
	Settled  Tri // found in settlement, of rows that it covers
	Reversed Tri // named by a 04xx, where the institution has any
	Auth     Tri // carries an authorisation code, where approvals do
	Speed    Speed
	Burst    Tri   // hardly an approval among the neighbours
	DeadEnd  Tri   // the terminal never gets this kind approved
	Amount   uint8 // 1 to 4: up to the approvals' 50 %, 90 %, 99 % point, above
}

// Tri is not known, no or yes.
type Tri uint8

const (
	No  Tri = 1
	Yes Tri = 2
)

// TriOf turns a known fact into a Tri.
func TriOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// Speed compares a row's latency with those of approvals.
type Speed uint8

const (
	AsFast Speed = iota + 1 // faster than nine of ten approvals
	Usual
	Slow
)

// Patterns counts rows by pattern.
type Patterns []PatternCount

// PatternCount is a pattern and the number of its rows.
type PatternCount struct {
	Pattern
	N int
}

// CountPatterns lists patterns in an order that depends on nothing but them.
func CountPatterns(m map[Pattern]int) Patterns {
	out := make(Patterns, 0, len(m))
	for p, n := range m {
		out = append(out, PatternCount{p, n})
	}
	slices.SortFunc(out, func(x, y PatternCount) int {
		a, b := x.Pattern, y.Pattern
		return cmp.Or(cmp.Compare(a.Settled, b.Settled), cmp.Compare(a.Reversed, b.Reversed), cmp.Compare(a.Auth, b.Auth),
			cmp.Compare(a.Speed, b.Speed), cmp.Compare(a.Burst, b.Burst), cmp.Compare(a.DeadEnd, b.DeadEnd), cmp.Compare(a.Amount, b.Amount))
	})
	return out
}

// mixture is the best explanation by two meanings of different outcome.
type mixture struct {
	a, b  Hypothesis
	share float64 // of a
	gain  float64 // decibans over the best single meaning
}

const (
	mixtureRows  = 40 // rows at most that count as independent
	mixtureMin   = .1 // smallest share of a part
	mixtureLoose = 8  // rows of doubt about the shares that one meaning expects
	settledLoose = 60 // the same for the settled share, which neighbours calibrate
	mixturePrice = 8  // decibans that a second meaning costs
	mixtureFloor = -20
	mixtureCap   = 60
)

// mix asks whether success and another meaning together explain the rows better
// than any one meaning. One meaning may show other shares than expected, but its
// rows' marks are independent of each other; two meanings show in marks that go
// together, such as fast answers without an authorisation code among failing
// neighbours, and usual ones with a code elsewhere.
func mix(e *Evidence) (best mixture) {
	n := 0
	for _, p := range e.Patterns {
		n += p.N
	}
	if n < 2*fewRows {
		if e.Other != nil { // the code is of one piece elsewhere
			best.gain = -mixturePrice
		}
		return best
	}
	best.gain = mixtureFloor
	w := newRowWeights(e)
	ll := make([][Hypotheses]float64, len(e.Patterns))
	for i, p := range e.Patterns {
		ll[i] = w.row(p.Pattern)
	}
	scale := min(1, mixtureRows/float64(n))
	single := w.single(e.Patterns, scale)
	for other := range Mixed {
		if other == Success || other == Undone && e.Covered == 0 {
			continue // without settlement an approval is one whose reversal is not in the log, or none
		}
		share, both := em(e.Patterns, ll, Success, other)
		gain := (both*scale - single) * 10 / math.Ln10
		if share >= mixtureMin && share <= 1-mixtureMin && gain > best.gain {
			best = mixture{Success, other, share, gain}
		}
	}
	return best
}

// em fits the share of a in a mixture of a and b and returns it with the log
// likelihood.
func em(patterns Patterns, ll [][Hypotheses]float64, a, b Hypothesis) (share, both float64) {
	n := 0.0
	for _, p := range patterns {
		n += float64(p.N)
	}
	share = .5
	for range 40 {
		sum := 0.0
		both = 0
		for i, p := range patterns {
			top := max(ll[i][a], ll[i][b])
			x, y := share*math.Exp(ll[i][a]-top), (1-share)*math.Exp(ll[i][b]-top)
			sum += float64(p.N) * x / (x + y)
			both += float64(p.N) * (top + math.Log(x+y))
		}
		share = min(.999, max(.001, sum/n))
	}
	return share, both
}

// rowWeights holds the shares that each hypothesis expects of a row.
type rowWeights struct {
	settled, auth, burst [Hypotheses]float64
}

func newRowWeights(e *Evidence) (w rowWeights) {
	w.settled = settledShare(e)
	w.auth = authShare(min(.97, share(e.ApprovalsWithAuth, e.Approvals)))
	if 20*e.WithAuth < e.N { // it may be that no such row ever has one
		w.auth[Success], w.auth[Undone] = .03, .03
	}
	w.burst = burstShare(e)
	return w
}

// marks are a pattern's values by feature, 0 where not known, and the shares
// that a hypothesis expects of the values 1, 2 and so on.
func (p Pattern) marks() [7]uint8 {
	return [7]uint8{uint8(p.Settled), uint8(p.Reversed), uint8(p.Auth), uint8(p.Burst), uint8(p.DeadEnd), uint8(p.Speed), p.Amount}
}

func (w *rowWeights) expect(h Hypothesis) [7][]float64 {
	tri := func(p float64) []float64 {
		p = min(.995, max(.005, p))
		return []float64{1 - p, p}
	}
	return [7][]float64{tri(w.settled[h]), tri(reversedShare[h]), tri(w.auth[h]), tri(w.burst[h]), tri(deadEndShare[h]), speedShare[h], amountShare[h][:]}
}

// row is the log likelihood of one row under each single hypothesis.
func (w *rowWeights) row(p Pattern) (ll [Hypotheses]float64) {
	m := p.marks()
	for h := range Mixed {
		for f, shares := range w.expect(h) {
			if m[f] > 0 {
				ll[h] += math.Log(shares[m[f]-1])
			}
		}
	}
	return ll
}

// single is the log likelihood of all rows under the best single hypothesis,
// whose shares may differ from the expected ones.
func (w *rowWeights) single(patterns Patterns, scale float64) float64 {
	var counts [7][4]float64
	for _, p := range patterns {
		for f, v := range p.marks() {
			if v > 0 {
				counts[f][v-1] += float64(p.N) * scale
			}
		}
	}
	best := math.Inf(-1)
	for h := range Mixed {
		ll := 0.0
		for f, shares := range w.expect(h) {
			loose := float64(mixtureLoose)
			if f == 0 {
				loose = settledLoose
			}
			ll += logDirichlet(counts[f][:len(shares)], shares, loose)
		}
		best = max(best, ll)
	}
	return best
}

// split says what a mixed code consists of.
func (m mixture) split() Text {
	a, b := m.a.Explain(), m.b.Explain()
	return Text{fmt.Sprintf("约 %.0f%% 像“%s”，约 %.0f%% 像“%s”", 100*m.share, a.Zh, 100*(1-m.share), b.Zh),
		fmt.Sprintf("about %.0f%% look like: %s; about %.0f%% like: %s", 100*m.share, a.En, 100*(1-m.share), b.En)}
}
