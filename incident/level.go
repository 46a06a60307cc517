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
		rest = p.left(f)
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
	usual, far := p.tallies(f)
	var outside []int32
	for _, k := range fails {
		if i := p.fails[k]; i < f.lo || i > f.hi {
			outside = append(outside, k)
		}
	}
	_, other := p.best(rates, outside, rest.n-f.c.n-len(outside))
	if f.c.code == 0 {
		llr = max(llr, usual.raised(len(fails)))
		other = max(other, far.raised(len(outside)))
	}
	more := f.c.llr + (max(0, other)-llr)/p.phi
	long := f.c.g < longBelow && float64(f.c.n) > .3*n && p.bad(len(outside), far)
	if !long && more >= 2*math.Log(n)+3+math.Log(1+badShare*p.slices(f.scope)) {
		return 0, false
	}
	expected := usual.expected()
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
}

// left looks at the attempts of a find's scope that no found window holds.
func (p *pool) left(f *found) (r remains) {
	k := 0
	p.ev.inside(f.scope, 0, int32(p.ev.len()), func(i int32) {
		if !p.live.Has(i) {
			return
		}
		r.n++
		if in(p.ev.famOf(i), p.ch) {
			n, ok := slices.BinarySearch(p.fails[k:], i)
			if k += n; ok {
				r.fails = append(r.fails, int32(k))
			}
		}
	})
	return r
}

// tallies are those of the attempts of a find's scope that no found window holds, and of
// those of them that are outside of the find. A long series keeps its own: many finds may be
// of it, each with few of its attempts.
func (p *pool) tallies(f *found) (all, far *tally) {
	keep := new(*tally)
	if f.series != nil && f.series.kept != nil {
		keep = &f.series.kept.rates
	}
	if *keep == nil {
		*keep = p.tally(f.scope, 0, int32(p.ev.len()))
	}
	all, far = *keep, p.tally(f.scope, f.lo, f.hi+1)
	for i := range far.n {
		far.n[i], far.sum[i] = all.n[i]-far.n[i], all.sum[i]-far.sum[i]
	}
	return all, far
}

// tally is that of what no found window holds of a scope in a range of events.
func (p *pool) tally(sc Scope, lo, hi int32) *tally {
	t := new(tally)
	p.ev.inside(sc, lo, hi, func(i int32) {
		if p.live.Has(i) {
			t.add(p.base.at(i), 1)
		}
	})
	return t
}

// tally counts attempts by their usual rate of failure: 32 steps from each power of two to
// the next, of which the mean is kept. What is added can be taken away again.
type tally struct {
	n   [tallied << 5]int32
	sum [tallied << 5]int64 // in parts of rateParts
}

const (
	tallied   = 24 // powers of two below one
	rateParts = 1 << 32
)

// add counts so many attempts of a rate.
func (t *tally) add(p0 float64, n int32) {
	i := int(math.Float32bits(float32(p0))>>18) - (127-tallied)<<5
	i = max(0, min(len(t.n)-1, i))
	t.n[i] += n
	t.sum[i] += int64(n) * int64(p0*rateParts)
}

// expected is how many attempts fail usually.
func (t *tally) expected() float64 {
	sum := int64(0)
	for _, x := range t.sum {
		sum += x
	}
	return float64(sum) / rateParts
}

func (t *tally) attempts() (n float64) {
	for _, x := range t.n {
		n += float64(x)
	}
	return n
}

// mean is the rate of step i.
func (t *tally) mean(i int) float64 { return float64(t.sum[i]) / rateParts / float64(t.n[i]) }

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
				p0 := t.mean(i)
				q := c * p0 / (1 - p0 + c*p0)
				e, v = e+float64(n)*q, v+float64(n)*q*(1-q)
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
			llr -= float64(n) * math.Log1p((c-1)*t.mean(i))
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
