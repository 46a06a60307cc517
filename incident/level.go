package incident

import (
	"math"
	"slices"
	"time"
)

// level reports whether a find is a level and no incident: one rate for all
// that is left of the scope explains it about as well as a window and another rate
// outside do, which have two edges to choose. A weak window that fills much of the data is one, too,
// as a bad terminal is worse in busy hours. factor is what the usual rate must be raised by.
func (p *pool) level(f *found) (factor float64, yes bool) {
	var fails []int32
	m, expected := 0, 0.0
	if f.series != nil {
		fails, m = f.series.fail, int(f.series.n)-len(f.series.fail)
	} else {
		fails, m, expected = p.left(f.scope)
	}
	n := float64(len(fails) + m)
	w, all := p.w, len(fails)
	if f.c.code > 0 {
		fails, w = slices.DeleteFunc(slices.Clone(fails), func(k int32) bool { return p.ev.code[p.fails[k]] != uint16(f.c.code-1) }), p.odds
		m += all - len(fails)
	}
	g, llr := best(w, fails, m)
	if g >= steadyBelow {
		return 0, false
	}
	long := f.c.g < longBelow && float64(f.c.n) > .3*n
	var rest []int32
	for _, k := range fails {
		if i := p.fails[k]; i < f.lo || i > f.hi {
			rest = append(rest, k)
		}
	}
	_, outside := best(w, rest, int(n)-f.c.n-len(rest))
	if !long && llr/p.phi <= f.c.llr+max(0, outside)/p.phi-2*math.Log(n)-3 {
		return 0, false
	}
	if f.series != nil {
		_, _, expected = p.left(f.scope)
	}
	if f.c.code > 0 {
		expected = 0
		for _, k := range fails {
			expected += 1 / (1 + w[k])
		}
		expected *= n / float64(len(fails))
	}
	own := ownTerminal * expected / n
	factor = (float64(len(fails)) + own) / (expected + own)
	return factor, factor >= 1.2
}

// left lists the failures that are left of a scope, and counts its other attempts
// and the failures that the usual rate expects of all.
func (p *pool) left(sc Scope) (fails []int32, others int, expected float64) {
	inside := p.ev.filter(sc)
	k := 0
	for i := range p.live {
		failed := k < len(p.fails) && p.fails[k] == int32(i)
		if failed {
			k++
		}
		if !p.live[i] || !inside.has(int32(i)) {
			continue
		}
		expected += float64(p.base[i])
		if failed {
			fails = append(fails, int32(k-1))
		} else {
			others++
		}
	}
	return fails, others, expected
}

// A slight rise over hours is the day's own change and no incident: its attempts
// stay in the estimate of the usual rate.
const (
	swell     = .1
	longSwell = 90 * time.Minute
)

// lift raises the usual rate of a found stretch to what it shows.
func (p *pool) lift(f *found) {
	for i := f.lo; i <= f.hi; i++ {
		if p.live[i] && p.ev.matches(f.scope, i) {
			p.base[i] = float32(1 - (1-float64(p.base[i]))*(1-f.c.g))
		}
	}
	p.rescore()
}

// steadyBelow is the share of spoilt attempts from which on a level is an
// outage however long it lasts.
const steadyBelow = .6

// longBelow is the like for a stretch that fills much of its slice: the busy hours of
// a bad terminal, of which chance shows the worst.
const longBelow = .75

// raise multiplies the usual rate of a scope.
func (p *pool) raise(sc Scope, factor float64) {
	inside := p.ev.filter(sc)
	for i := range p.base {
		if inside.has(int32(i)) {
			p.base[i] = float32(max(rateFloor, min(rateCeil, factor*float64(p.base[i]))))
		}
	}
	p.rescore()
}

// raiseCode multiplies the usual rate of one code in a scope.
func (p *pool) raiseCode(sc Scope, code uint16, factor float64) {
	inside := p.ev.filter(sc)
	for k, i := range p.fails {
		if p.ev.code[i] == code && inside.has(i) {
			p.share[k] *= factor
		}
	}
	p.rescore()
}

// chronicLevel describes a chronic slice.
func chronicLevel(ev *events, sc Scope, inWin []int32) Chronic {
	c := Chronic{Scope: sc}
	n, f := 0, 0
	inside := ev.filter(sc)
	for i := range ev.at {
		if ev.retry[i] || inWin[i] >= 0 {
			continue
		}
		failed := in(ev.fam[i], Technical)
		if inside.has(int32(i)) {
			c.Attempts++
			if failed {
				c.Failures++
			}
		} else {
			n++
			if failed {
				f++
			}
		}
	}
	c.Rate, c.Usual = ratio(c.Failures, c.Attempts), ratio(f, n)
	return c
}
