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
	var rest remains
	if f.series != nil {
		fails, rest.n = f.series.fail, int(f.series.n)
	} else {
		rest = p.left(f.scope)
		fails = rest.fails
	}
	n := float64(rest.n)
	w := p.w
	if f.c.code > 0 {
		fails, w = slices.DeleteFunc(slices.Clone(fails), func(k int32) bool { return p.ev.code[p.fails[k]] != uint16(f.c.code-1) }), p.odds
	}
	g, llr := best(w, fails, rest.n-len(fails))
	if g >= steadyBelow {
		return 0, false
	}
	if rest.rates == nil {
		rest = p.left(f.scope)
	}
	var outside []int32
	for _, k := range fails {
		if i := p.fails[k]; i < f.lo || i > f.hi {
			outside = append(outside, k)
		}
	}
	_, other := best(w, outside, rest.n-f.c.n-len(outside))
	if f.c.code == 0 {
		llr = max(llr, raised(rest.rates, len(fails)))
		var far []float32
		for k, i := range rest.at {
			if i < f.lo || i > f.hi {
				far = append(far, rest.rates[k])
			}
		}
		other = max(other, raised(far, len(outside)))
	}
	long := f.c.g < longBelow && float64(f.c.n) > .3*n
	if !long && llr/p.phi <= f.c.llr+max(0, other)/p.phi-2*math.Log(n)-3 {
		return 0, false
	}
	expected := 0.0
	for _, p0 := range rest.rates {
		expected += float64(p0)
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

// remains are what is left of a scope in a search.
type remains struct {
	n     int
	fails []int32   // indexes into pool.fails
	at    []int32   // all attempts
	rates []float32 // usual rates of these
}

// left lists the attempts of a scope that no found window holds.
func (p *pool) left(sc Scope) (r remains) {
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
		r.n++
		r.at, r.rates = append(r.at, int32(i)), append(r.rates, p.base[i])
		if failed {
			r.fails = append(r.fails, int32(k-1))
		}
	}
	return r
}

// raised is the log-likelihood ratio of odds of failure that are so many times the
// usual ones, where so many attempts failed: what is bad all day is worse in the
// hours in which all are.
func raised(rates []float32, fails int) float64 {
	if fails == 0 {
		return 0
	}
	f, c := float64(fails), 1.0
	for range 40 {
		// Newton's step for ln c.
		e, v := 0.0, 0.0
		for _, p0 := range rates {
			q := c * float64(p0) / (1 - float64(p0) + c*float64(p0))
			e, v = e+q, v+q*(1-q)
		}
		step := max(-1, min(1, (f-e)/v))
		c *= math.Exp(step)
		if math.Abs(step) < 1e-4 {
			break
		}
	}
	llr := f * math.Log(c)
	for _, p0 := range rates {
		llr -= math.Log1p((c - 1) * float64(p0))
	}
	return llr
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
