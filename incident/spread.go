package incident

import (
	"math"

	"github.com/poslog/poslog/ledger"
)

// Limits of a step in the rate of a window that is a step of its scope.
const (
	leastStep = .3 // between the rates before and after
	mostCalm  = .1 // rate of the rest of the scope while one value of it fails
)

// spread splits a window at a step of its rate where on the weaker side one value of another dimension, such as a carrier, fails
// as all do on the other side, and the rest of the scope as good as not: the fault began there, or was put right there last. The
// step is weighed like a cut in time, the value like one of all that there are.
func (p *pool) spread(w Window, dims []ledger.Dim) []Window {
	ev := p.ev
	whole := []Window{w}
	var tries []int32
	all := 0
	failed := func(i int32) bool { return in(ev.famOf(i), p.ch) }
	ev.each(&w, func(i int32) {
		if ev.retry.Has(i) {
			return
		}
		if tries = append(tries, i); failed(i) {
			all++
		}
	})
	n, k, at, left := len(tries), 0, 0, 0
	best := 2*math.Log(float64(max(1, n))) + 5
	for j := 1; j < n; j++ {
		if failed(tries[j-1]) {
			k++
		}
		if v := apart(k, j, all, n) / p.phi; v > best {
			best, at, left = v, j, k
		}
	}
	before, after := ratio(left, at), ratio(all-left, n-at)
	if at == 0 || math.Abs(before-after) < leastStep {
		return whole
	}
	weak, strong := tries[:at], after
	if before > after {
		weak, strong = tries[at:], before
	}
	sc := p.first(w.Scope, weak, failed, strong, dims)
	if sc == nil {
		return whole
	}
	step := between(ev.at(tries[at-1]), ev.at(tries[at]))
	narrow, wide := w, w
	narrow.Scope, narrow.RunnerUp = sc, nil
	if before > after {
		narrow.start, wide.end, wide.Open = step, step, false
	} else {
		narrow.end, wide.start, narrow.Open = step, step, false
	}
	out := []Window{wide, narrow}
	for k := range out {
		if out[k].settle(p); !p.anew(&out[k]) {
			return whole
		}
	}
	return out
}

// first is the scope with the one value that fails among some attempts as strongly as all do elsewhere, nil where there is none.
func (p *pool) first(sc Scope, tries []int32, failed func(int32) bool, strong float64, dims []ledger.Dim) (found Scope) {
	count := func(n [2]int, i int32) [2]int {
		if n[0]++; failed(i) {
			n[1]++
		}
		return n
	}
	var all [2]int
	for _, i := range tries {
		all = count(all, i)
	}
	best := 0.0
	for _, d := range dims {
		if sc.uses(d) {
			continue
		}
		of := map[uint32][2]int{}
		for _, i := range tries {
			of[p.ev.id(d, i)] = count(of[p.ev.id(d, i)], i)
		}
		for id := uint32(1); int(id) < p.ev.book.Names(d); id++ {
			own := of[id]
			rest := [2]int{all[0] - own[0], all[1] - own[1]}
			if own[1] < leastPart || rest[0] == 0 || ratio(own[1], own[0]) < noLess*strong || ratio(rest[1], rest[0]) > mostCalm {
				continue
			}
			v := apart(own[1], own[0], all[1], all[0])/p.phi - math.Log(float64(len(of)*len(dims)))
			if v > max(best, 2*math.Log(float64(len(tries)))+5) {
				best, found = v, sc.with(d, id)
			}
		}
	}
	return found
}
