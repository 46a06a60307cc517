package incident

import (
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/internal/room"
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
		rest = p.left(f, true)
		fails = rest.fails
	}
	n, rates := float64(rest.n), p.rates(f.c.code > 0)
	if f.c.code > 0 {
		fails = slices.DeleteFunc(slices.Clone(fails), func(k int32) bool { return p.ev.codeOf(p.fails[k]) != uint16(f.c.code-1) })
	}
	g, llr := p.best(rates, fails, rest.n-len(fails))
	if g >= steadyBelow {
		return 0, false
	}
	if rest.usual == nil {
		rest = p.left(f, false)
	}
	var outside []int32
	for _, k := range fails {
		if i := p.fails[k]; i < f.lo || i > f.hi {
			outside = append(outside, k)
		}
	}
	_, other := p.best(rates, outside, rest.n-f.c.n-len(outside))
	if f.c.code == 0 {
		llr = max(llr, rest.usual.raised(len(fails)))
		other = max(other, rest.far.raised(len(outside)))
	}
	more := f.c.llr + (max(0, other)-llr)/p.phi
	long := f.c.g < longBelow && float64(f.c.n) > .3*n && p.bad(len(outside), rest.far)
	if !long && more >= 2*math.Log(n)+3+math.Log(1+badShare*p.slices(f.scope)) {
		return 0, false
	}
	expected := rest.usual.expected()
	if f.c.code > 0 {
		expected = 0
		for _, k := range fails {
			expected += rates[k].value()
		}
		expected *= n / float64(len(fails))
	}
	own := ownTerminal * expected / n
	factor = (float64(len(fails)) + own) / (expected + own)
	return factor, factor >= 1.2
}

// badShare is how many of the slices of one kind are bad all day, as terminals with a
// poor line are: each of these is another chance for its worst hours to look like a window.
const badShare = .04

// slices is how many slices of a scope's dimensions there are.
func (p *pool) slices(sc Scope) float64 {
	n := 1.0
	for _, t := range sc {
		n *= float64(p.ev.book.Names(t.Dim))
	}
	return n
}

// bad reports whether more attempts failed than elsewhere: no chance, as each of the
// rates that may be usual is less likely by two nats at least.
func (p *pool) bad(fails int, t *tally) bool {
	failed := 0.0
	for _, i := range p.fails {
		if p.live.Has(i) {
			failed++
		}
	}
	n := float64(p.live.Count(0, p.ev.len()))
	return more(float64(fails), min(t.expected(), t.attempts()*failed/n), 2*p.phi)
}

// more reports whether f failures are more than the e expected, by so many nats.
func more(f, e, nats float64) bool { return f > e && f*math.Log(f/e)-(f-e) > nats }

// stands reports whether a level is one when all incidents are known: an early pass may have
// taken for a level what are incidents that come again and again.
func (c *Chronic) stands(phi float64) bool {
	return more(float64(c.Failures), c.Usual*float64(c.Attempts), 6*phi)
}

// remains are what is left of the scope of a find.
type remains struct {
	n     int
	fails []int32 // indexes into pool.fails
	usual *tally  // of all attempts
	far   *tally  // of those outside the find
}

// left looks at the attempts of a find's scope that no found window holds, and
// lists the failures among them if asked to.
func (p *pool) left(f *found, list bool) remains {
	r := remains{usual: new(tally), far: new(tally)}
	k := 0
	p.ev.inside(f.scope, 0, int32(p.ev.len()), func(i int32) {
		if !p.live.Has(i) {
			return
		}
		r.n++
		if i < f.lo || i > f.hi {
			r.far.add(p.base.at(i))
		} else {
			r.usual.add(p.base.at(i))
		}
		if list && in(p.ev.famOf(i), p.ch) {
			n, ok := slices.BinarySearch(p.fails[k:], i)
			if k += n; ok {
				r.fails = append(r.fails, int32(k))
			}
		}
	})
	for i, n := range r.far.n {
		r.usual.n[i] += n
		r.usual.sum[i] += r.far.sum[i]
	}
	return r
}

// tally counts attempts by their usual rate of failure: 32 steps from each power of two to
// the next, of which the mean is kept.
type tally struct {
	n, sum [tallied << 5]float64
}

const tallied = 24 // powers of two below one

func (t *tally) add(p0 float64) {
	i := int(math.Float32bits(float32(p0))>>18) - (127-tallied)<<5
	i = max(0, min(len(t.n)-1, i))
	t.n[i]++
	t.sum[i] += p0
}

// expected is how many attempts fail usually.
func (t *tally) expected() (sum float64) {
	for _, x := range t.sum {
		sum += x
	}
	return sum
}

func (t *tally) attempts() (n float64) {
	for _, x := range t.n {
		n += x
	}
	return n
}

// raised is the log-likelihood ratio of odds of failure that are so many times the
// usual ones, where so many attempts failed: what is bad all day is worse in the
// hours in which all are.
func (t *tally) raised(fails int) float64 {
	if fails == 0 {
		return 0
	}
	f, c := float64(fails), 1.0
	for range 40 {
		// Newton's step for ln c.
		e, v := 0.0, 0.0
		for i, n := range t.n {
			if n > 0 {
				p0 := t.sum[i] / n
				q := c * p0 / (1 - p0 + c*p0)
				e, v = e+n*q, v+n*q*(1-q)
			}
		}
		step := max(-1, min(1, (f-e)/v))
		c *= math.Exp(step)
		if math.Abs(step) < 1e-4 {
			break
		}
	}
	llr := f * math.Log(c)
	for i, n := range t.n {
		if n > 0 {
			llr -= n * math.Log1p((c-1)*t.sum[i]/n)
		}
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
	p.change(f.scope, f.lo, f.hi+1, func(i int32, rate float64) float64 {
		if !p.live.Has(i) {
			return rate
		}
		return 1 - (1-rate)*(1-f.c.g)
	})
}

// change changes the usual rates of what a scope has in a range of events.
func (p *pool) change(sc Scope, lo, hi int32, to func(i int32, rate float64) float64) {
	all := !p.base.listed()
	base := p.base.own(p.ev.len())
	p.rated, p.allRated = p.rated[:0], false
	k := int32(0)
	p.ev.inside(sc, lo, hi, func(i int32) {
		was := base[i]
		if base[i] = logRateOf(to(i, was.value())); base[i] == was || all || !in(p.ev.famOf(i), p.ch) {
			return
		}
		n, ok := slices.BinarySearch(p.fails[k:], i)
		if k += int32(n); ok {
			p.rate(k)
			p.rated = append(p.rated, k)
		}
	})
	if all {
		p.rescore()
	}
}

// steadyBelow is the share of spoilt attempts from which on a level is an
// outage however long it lasts.
const steadyBelow = .6

// longBelow is the like for a stretch that fills much of its slice: the busy hours of
// a bad terminal, of which chance shows the worst.
const longBelow = .75

// raise multiplies the usual rate of a scope.
func (p *pool) raise(sc Scope, factor float64) {
	p.change(sc, 0, int32(p.ev.len()), func(_ int32, rate float64) float64 {
		return max(rateFloor, min(rateCeil, factor*rate))
	})
}

// raiseCode multiplies the usual rate of one code in a scope.
func (p *pool) raiseCode(sc Scope, code uint16, factor float64) {
	inside := p.ev.filter(sc)
	p.rated, p.allRated = p.rated[:0], false
	for k, i := range p.fails {
		if p.ev.codeOf(i) == code && inside.has(i) {
			p.share[k] *= factor
			p.rate(int32(k))
			p.rated = append(p.rated, int32(k))
		}
	}
}

// chronicLevel describes a chronic slice; n and failed are the attempts and failures of all
// outside windows.
func chronicLevel(ev *events, sc Scope, inWin room.Bits, n, failed int) Chronic {
	c := Chronic{Scope: sc}
	ev.inside(sc, 0, int32(ev.len()), func(i int32) {
		if ev.retry.Has(i) || inWin.Has(i) {
			return
		}
		c.Attempts++
		if in(ev.famOf(i), Technical) {
			c.Failures++
		}
	})
	c.Rate, c.Usual = ratio(c.Failures, c.Attempts), ratio(failed-c.Failures, n-c.Attempts)
	return c
}
