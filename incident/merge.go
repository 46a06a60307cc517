package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/txn"
)

// merge joins windows that are one incident: neighbours in time of one scope,
// and equal intervals of scopes that differ in the values of one dimension.
// They are joined where one window explains them about as well as two.
func (p *pool) merge(wins []Window, opt *Options) []Window {
	for again := true; again; {
		again = false
	pairs:
		for i := range wins {
			for j := i + 1; j < len(wins); j++ {
				sc, ok := union(wins[i].Scope, wins[j].Scope)
				if !ok {
					continue
				}
				if w, ok := p.join(&wins[i], &wins[j], sc); ok {
					wins[i] = w
					wins = slices.Delete(wins, j, j+1)
					again = true
					break pairs
				}
			}
		}
	}
	return wins
}

// union joins two scopes of the same dimensions whose ids differ in at most
// one.
func union(a, b Scope) (Scope, bool) {
	if len(a) != len(b) {
		return nil, false
	}
	diff := -1
	for k := range a {
		if a[k].Dim != b[k].Dim {
			return nil, false
		}
		if !slices.Equal(a[k].IDs, b[k].IDs) {
			if diff >= 0 {
				return nil, false
			}
			diff = k
		}
	}
	if diff < 0 {
		return a, true
	}
	sc := slices.Clone(a)
	ids := append(slices.Clone(a[diff].IDs), b[diff].IDs...)
	slices.Sort(ids)
	sc[diff].IDs = slices.Compact(ids)
	return sc, true
}

// join fits one window to both.
func (p *pool) join(a, b *Window, sc Scope) (Window, bool) {
	if !same(a.Scope, b.Scope) {
		// Different values: the intervals must agree.
		if overlap(a, b) < .8 {
			return Window{}, false
		}
	}
	if same(a.Scope, b.Scope) && p.apart(a, b) {
		return Window{}, false
	}
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
		case same(a.Scope, b.Scope) && !in(p.ev.famOf(i), p.ch):
			quiet++
		}
	})
	if foreign || same(a.Scope, b.Scope) && quiet >= 3 {
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
			r.fail, r.gap = append(r.fail, int32(k)), append(r.gap, gap)
			gap = 0
		} else {
			gap++
		}
	})
	ok := len(r.fail) > 1
	var w Window
	if ok {
		f.c = p.fit(r, 0, len(r.fail)-1)
		ok = f.c.llr > p.plainLLR(a)+p.plainLLR(b)-2*math.Log(float64(f.c.n))-4
	}
	if ok {
		w = *a
		w.Scope, w.LLR, w.EValue, w.coded = sc, f.c.llr, min(a.EValue, b.EValue), false
		w.Margin = max(a.Margin, b.Margin)
		w.start, w.end, w.Open, w.surges = p.edges(f)
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
