package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/txn"
)

// merge joins windows that are one incident: neighbours in time of one scope,
// and equal intervals of scopes that differ in the values of one dimension.
// They are joined where one window explains them about as well as two: the first
// two that do so, then the first two of what that leaves, to the end. Those that
// were tried and are still the same are not tried again.
func (p *pool) merge(wins []Window) []Window {
	join := func(i, j int) bool {
		w, ok := p.join(&wins[i], &wins[j])
		if ok {
			wins[i], wins = w, slices.Delete(wins, j, j+1)
		}
		return ok
	}
	tried := 0 // windows that have been tried with all behind them, but for window i
	for i := 0; i < len(wins); {
		joined := -1
		for j := i + 1; j < len(wins) && joined < 0; j++ {
			if join(i, j) {
				joined = j
			}
		}
		if joined < 0 {
			i = max(i+1, tried)
			tried = i
			continue
		}
		if joined < tried {
			tried--
		}
		for k := 0; k < i; { // those before have been tried with all but this one
			if !join(k, i) {
				k++
				continue
			}
			if i < tried {
				tried--
			}
			i, k = k, 0
		}
	}
	return wins
}

// apartIn returns the place of the only term in which two scopes of the same
// dimensions differ, -1 where they are the same; false where there are more.
func apartIn(a, b Scope) (term int, ok bool) {
	if len(a) != len(b) {
		return 0, false
	}
	term = -1
	for k := range a {
		if a[k].Dim != b[k].Dim {
			return 0, false
		}
		if !slices.Equal(a[k].IDs, b[k].IDs) {
			if term >= 0 {
				return 0, false
			}
			term = k
		}
	}
	return term, true
}

// union joins two scopes that differ in one term, or in none with -1.
func union(a, b Scope, term int) Scope {
	if term < 0 {
		return a
	}
	sc := slices.Clone(a)
	ids := slices.Concat(a[term].IDs, b[term].IDs)
	slices.Sort(ids)
	sc[term].IDs = slices.Compact(ids)
	return sc
}

// join fits one window to both.
func (p *pool) join(a, b *Window) (Window, bool) {
	dim, ok := apartIn(a.Scope, b.Scope)
	one := dim < 0 // scope
	switch {
	case !ok, !one && overlap(a, b) < .8: // the intervals of different values must agree
		return Window{}, false
	case one && p.apart(a, b):
		return Window{}, false
	}
	sc := union(a.Scope, b.Scope, dim)
	was := make([]int32, 0, 64)
	whole := Window{Start: min(a.Start, b.Start), End: max(a.End, b.End), Scope: sc}
	quiet, foreign := 0, false
	p.ev.each(&whole, func(i int32) {
		inside := p.ev.at(i) >= a.Start && p.ev.at(i) < a.End && p.ev.matches(a.Scope, i) ||
			p.ev.at(i) >= b.Start && p.ev.at(i) < b.End && p.ev.matches(b.Scope, i)
		switch {
		case p.ev.retry.Has(i):
		case inside:
			was = append(was, i)
		case !p.live.Has(i):
			foreign = true // another incident lies between
		case one && !in(p.ev.famOf(i), p.ch):
			quiet++
		}
	})
	if foreign || one && quiet >= 3 {
		return Window{}, false
	}
	for _, i := range was {
		p.live.Add(i)
	}
	f := &found{scope: sc, lo: -1}
	var r run
	gap := int32(0)
	k, _ := slices.BinarySearchFunc(p.fails, whole.Start, func(i int32, t txn.Instant) int {
		if p.ev.at(i) < t {
			return -1
		}
		return 1
	})
	p.ev.each(&whole, func(i int32) {
		if !p.live.Has(i) {
			return
		}
		for k < len(p.fails) && p.fails[k] < i {
			k++
		}
		if k < len(p.fails) && p.fails[k] == i {
			if f.lo < 0 {
				f.lo = i
			}
			f.hi = i
			r.add(k, &gap)
		} else {
			gap++
		}
	})
	ok = len(r.fail) > 1
	var w Window
	if ok {
		f.c = p.fit(r, 0, len(r.fail)-1)
		ok = f.c.llr > p.plainLLR(a)+p.plainLLR(b)-2*math.Log(float64(f.c.n))-4
	}
	if ok {
		w = *a
		w.Scope, w.LLR, w.EValue, w.coded = sc, f.c.llr, min(a.EValue, b.EValue), false
		w.Margin = max(a.Margin, b.Margin)
		w.start, w.end, w.Open, w.surge = p.edges(f)
		w.settle(p)
		p.count(&w)
	}
	for _, i := range was {
		p.live.Remove(i)
	}
	return w, ok
}

// plainLLR is the log-likelihood ratio of a window by all its failures.
func (p *pool) plainLLR(w *Window) float64 {
	if !w.coded {
		return w.LLR
	}
	r := p.runOf(w)
	return p.fit(r, 0, len(r.fail)-1).llr
}

// apart reports whether three attempts that did not fail, or a stranger's
// incident, lie between two windows of one scope.
func (p *pool) apart(a, b *Window) bool {
	ev := p.ev
	i := ev.since(min(a.End, b.End))
	quiet := 0
	for ; int(i) < ev.len() && ev.at(i) < max(a.Start, b.Start); i++ {
		if ev.retry.Has(i) || !ev.matches(a.Scope, i) {
			continue
		}
		if !in(ev.famOf(i), p.ch) || !p.live.Has(i) {
			if quiet++; quiet >= 3 {
				return true
			}
		}
	}
	return false
}

// overlap is the intersection of two intervals over their union.
func overlap(a, b *Window) float64 {
	in := float64(min(a.End, b.End) - max(a.Start, b.Start))
	if in <= 0 {
		return 0
	}
	return in / float64(max(a.End, b.End)-min(a.Start, b.Start))
}
