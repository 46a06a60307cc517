package incident

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
)

// run is a sequence of failures with the successes before each: a series, or a
// selection made for one question.
type run struct {
	fail  []int32 // indexes into pool.fails
	gap   []int32
	coded bool // failures of one code alone
}

// add takes failure k of the pool and the successes since the last one, which begin anew.
func (r *run) add(k int, gap *int32) {
	r.fail, r.gap = append(r.fail, int32(k)), append(r.gap, *gap)
	*gap = 0
}

// cand is a stretch of a run: failures first..last.
type cand struct {
	first, last int
	fails       int
	n           int     // attempts inside
	g           float64 // share of attempts that the incident spoils
	llr         float64 // best over g, over-dispersion taken off
	code        int32   // one more than the code it was found in, 0 = all
	extra       float64 // price of having looked at codes
}

// scan returns the best stretch of a run: for each g of the grid the maximal
// scoring segment (it starts and ends with a failure), all in one pass, the best
// of which is refitted.
func (p *pool) scan(r run) cand {
	c, rates := newClimb(), p.rates(r.coded)
	for j, f := range r.fail {
		c.pass(int32(j), r.gap[j])
		c.fail(int32(j), &p.worths.of(rates[f]).score)
	}
	return c.best(p.phi, func(first, last int) cand { return p.fit(r, first, last) })
}

// fit returns the stretch with its best g.
func (p *pool) fit(r run, first, last int) cand {
	m := 0
	for _, g := range r.gap[first+1 : last+1] {
		m += int(g)
	}
	c := cand{first: first, last: last, fails: last - first + 1, n: m + last - first + 1}
	c.g, c.llr = p.best(p.rates(r.coded), r.fail[first:last+1], m)
	c.llr /= p.phi
	return c
}

// numbered has the failures of a run's stretch numbered as in the pool.
func (c cand) numbered(r run) cand {
	if len(r.fail) > 0 {
		c.first, c.last = int(r.fail[c.first]), int(r.fail[c.last])
	}
	return c
}

// gMin is the weakest incident that is told from a level.
const gMin = .06

// best maximises m ln(1-g) + sum of ln(1+g w) over g in [gMin, .995].
func (p *pool) best(rates []logRate, fails []int32, m int) (g, llr float64) {
	value := func(g float64) float64 {
		s, product := float64(m)*math.Log1p(-g), 1.0
		for _, f := range fails {
			if product *= 1 + g*p.worths.of(rates[f]).odds; product > 1e200 {
				s, product = s+math.Log(product), 1
			}
		}
		return s + math.Log(product)
	}
	slope := func(g float64) (d1, d2 float64) {
		d1, d2 = -float64(m)/(1-g), -float64(m)/((1-g)*(1-g))
		for _, f := range fails {
			w := p.worths.of(rates[f]).odds
			q := w / (1 + g*w)
			d1 += q
			d2 -= q * q
		}
		return d1, d2
	}
	lo, hi := gMin, .995
	if d, _ := slope(lo); d <= 0 {
		return lo, value(lo)
	}
	if d, _ := slope(hi); d >= 0 {
		return hi, value(hi)
	}
	g = max(lo, min(hi, float64(len(fails))/float64(len(fails)+m)))
	for range 40 {
		d1, d2 := slope(g)
		if d1 > 0 {
			lo = g
		} else {
			hi = g
		}
		next := g - d1/d2
		if next <= lo || next >= hi {
			next = (lo + hi) / 2
		}
		if math.Abs(next-g) < 1e-6 {
			g = next
			break
		}
		g = next
	}
	return g, value(g)
}

// cut splits a stretch where a quiet part inside is better explained as no
// incident, and returns the best final piece. Any of n²/2 stretches could have
// been picked, hence the price that grows with n.
func (p *pool) cut(r run, c cand) cand {
	a, b, ok := p.split(r, c)
	if !ok {
		return c
	}
	a, b = p.cut(r, a), p.cut(r, b)
	if b.llr > a.llr {
		a = b
	}
	a.code, a.extra = c.code, c.extra
	return a
}

func (p *pool) split(r run, c cand) (a, b cand, ok bool) {
	if c.last-c.first < 1 {
		return a, b, false
	}
	// The quietest stretch is the one of least sum under the whole's own g.
	ls := math.Log1p(-c.g)
	rates := p.rates(r.coded)
	low, sum := 0.0, 0.0
	from, x, y := c.first, -1, -1
	for j := c.first + 1; j <= c.last; j++ {
		if sum >= 0 {
			sum, from = 0, j-1
		}
		sum += float64(r.gap[j]) * ls
		if sum < low {
			low, x, y = sum, from, j // quiet between failures x and y
		}
		sum += math.Log1p(c.g * p.worths.of(rates[r.fail[j]]).odds)
	}
	if x < 0 || -low/p.phi < 5 {
		return a, b, false
	}
	a, b = p.fit(r, c.first, x), p.fit(r, y, c.last)
	return a, b, a.llr+b.llr-c.llr > 2*math.Log(float64(c.n))+5
}

// event returns the event index of failure j of a run.
func (p *pool) event(r run, j int) int32 { return p.fails[r.fail[j]] }

// found is the best incident of one round.
type found struct {
	scope  Scope
	lo, hi int32 // events of its first and last failure
	c      cand
	n      int // attempts of the scope
	price  float64
	rival  Scope // best other scope at the same time
	margin float64
	series *series // of the scope, nil where no partition holds it
	aside  []int32 // attempts that fail for another incident's sake as well, and say nothing of this one's edges
}

func (f *found) priced() float64 { return f.c.llr - f.price }

// search finds one incident at a time, takes its attempts out and looks again,
// so that parents and siblings of a true scope do not come back as further
// windows.
type search struct {
	p     *pool
	parts []*part
	free  []ledger.Dim // dimensions with more than one value
	e0    float64
	bar   float64 // that a series must be able to reach

	rooms  sync.Pool // *scratch
	inside []int32   // see attempts
	top    []float64 // see children
	kid    []int32   // see children
}

// kappa is the constant of the bound on chance windows in a book of n attempts,
// E = kappa n e^-S. Theory says only that it is below 1. Quiet days of
// bench/detect, profile A, showed .1 of what 1 promises at 150 attempts, .2 at
// 600 and .5 at 20,000, as few attempts are too coarse to come near the bound;
// the smaller ones are not used to the full.
func kappa(n int) float64 { return min(.5, .25*math.Pow(float64(max(1, n))/150, .2)) }

// Bar is the log-likelihood ratio that a window must beat among n attempts, so that e0
// windows as good are expected by chance; what is taken off for where one looked comes on top.
func Bar(n int, e0 float64) float64 { return math.Log(kappa(n) * float64(max(1, n)) / e0) }

// matters is how many failures beyond expectation a window needs in a slice of n
// attempts: five among the fifty thousand of a day are no incident, however quick they
// came. Of data that last for weeks n is that of a day: what a bank would call an
// incident today it does not cease to call so because a month is looked at.
func (p *pool) matters(n int) float64 { return math.Sqrt(float64(n)/p.ev.days()) / 12 }

func (p *pool) newSearch(dims []ledger.Dim, e0 float64) *search {
	s := &search{p: p, parts: partitions(p.ev, dims), e0: e0}
	var counts [3]int
	var single []*part
	for _, t := range s.parts {
		counts[len(t.dims)]++
		if len(t.dims) == 1 {
			s.free = append(s.free, t.dims[0])
			single = append(single, t)
		}
	}
	s.bar = math.Log(kappa(p.n) / e0)
	side(len(single)+1, func(i int) { p.build(s.parts[i], counts[len(s.parts[i].dims)], s.bar, single) })
	pairs := s.parts[len(single)+1:]
	side(len(pairs), func(i int) { p.build(pairs[i], counts[2], s.bar, single) })
	return s
}

// renew goes on where usual rates have risen.
func (s *search) renew() {
	side(len(s.parts), func(i int) { s.p.renew(s.parts[i], s.bar) })
}

// release gives back what the partitions hold.
func (s *search) release() {
	for _, t := range s.parts {
		room.Free(t.lists)
		t.series, t.lists = nil, nil
	}
}

// evalue is the number of stretches of priced score s that a slice of n attempts
// shows by chance.
func (p *pool) evalue(n int, s float64) float64 { return kappa(p.n) * float64(n) * math.Exp(-s) }

// next returns the best incident left.
func (s *search) next() (*found, bool) {
	p := s.p
	best, _ := s.lead(func(x *series, v float64) bool {
		return p.evalue(int(x.n), v) < s.e0 && float64(x.best.fails)-p.expect(x) > p.matters(int(x.n))
	})
	if best == nil {
		return nil, false
	}
	lo, hi := p.ends(best)
	f := &found{scope: best.scope(p.ev, lo), lo: lo, hi: hi, c: best.best, n: int(best.n), price: best.price + best.best.extra, series: best}
	s.narrow(f)
	s.crowd(f)
	s.rival(f)
	s.widen(f)
	return f, true
}

// expect is roughly how many failures the usual rate gives for the best stretch.
func (p *pool) expect(x *series) float64 {
	c := x.best
	sum := 0.0
	rates := p.rates(c.code > 0)
	p.within(x, func(f int32) { sum += rates[f].value() })
	return sum / float64(c.fails) * float64(c.n)
}

// within yields the failures of the best stretch.
func (p *pool) within(x *series, do func(f int32)) {
	c := x.best
	from, _ := slices.BinarySearch(x.fail, int32(c.first))
	for _, f := range x.fail[from:] {
		if f > int32(c.last) {
			return
		}
		if c.code == 0 || p.ev.codeOf(p.fails[f]) == uint16(c.code-1) {
			do(f)
		}
	}
}

// ends are the events of the first and the last failure of the best stretch.
func (p *pool) ends(x *series) (lo, hi int32) { return p.fails[x.best.first], p.fails[x.best.last] }

// rival looks for the best other scope whose stretch overlaps.
func (s *search) rival(f *found) {
	if f.rival != nil { // one incident of the wider scope, see narrow
		return
	}
	other, top := s.lead(func(x *series, _ float64) bool {
		lo, hi := s.p.ends(x)
		return hi >= f.lo && lo <= f.hi && !same(x.scope(s.p.ev, lo), f.scope)
	})
	if other != nil {
		lo, _ := s.p.ends(other)
		f.rival = other.scope(s.p.ev, lo)
	}
	f.margin = f.priced() + lean(len(f.scope)) - top
}

// failed reports whether an attempt fails as a find does: with its code, where one has found it.
func (p *pool) failed(f *found, i int32) bool {
	return in(p.ev.famOf(i), p.ch) && (f.c.code == 0 || p.ev.codeOf(i) == uint16(f.c.code-1))
}

// child is a value of a free dimension inside a found incident.
type child struct {
	id  uint32
	r   run
	c   cand
	gap int32
}

// attempts lists the live attempts of a find's scope between its edges.
func (s *search) attempts(f *found) []int32 {
	p := s.p
	s.inside = s.inside[:0]
	p.ev.inside(f.scope, f.lo, f.hi+1, func(i int32) {
		if p.live.Has(i) {
			s.inside = append(s.inside, i)
		}
	})
	return s.inside
}

// children splits the attempts of a find by a free dimension. It returns the values
// whose failures can add up to more than bar, and, if there are such, the number of all.
func (s *search) children(f *found, attempts []int32, d ledger.Dim, bar float64) (out []child, values int) {
	p := s.p
	col, names := p.ev.column(d), max(256, p.ev.book.Names(d))
	rates, coded := p.rates(f.c.code > 0), f.c.code > 0
	// next returns the next of the attempts from number n on that fails, with its number among
	// the failures from number k on.
	next := func(n, k int) (int, int) {
		for ; n < len(attempts); n++ {
			i := attempts[n]
			if !p.failed(f, i) {
				continue
			}
			for p.fails[k] < i {
				k++
			}
			break
		}
		return n, k
	}
	const seen = 1e-9 // more than nothing
	s.top = sized(s.top, names)
	clear(s.top)
	mark := func(id uint32) *float64 {
		t := &s.top[id]
		if *t == 0 {
			*t = seen
			values++
		}
		return t
	}
	first, _ := slices.BinarySearch(p.fails, f.lo)
	reach := false
	for n, k := next(0, first); n < len(attempts); n, k = next(n+1, k) {
		if id := col.id(attempts[n]); id != 0 {
			t := mark(id)
			*t += p.worths.of(rates[k]).most
			reach = reach || *t/p.phi > bar
		}
	}
	if !reach {
		return nil, 0
	}
	s.kid = sized(s.kid, names) // one more than the place in out
	clear(s.kid)
	from := 0
	for n, k := next(0, first); from < len(attempts); n, k = next(n+1, k) {
		for ; from <= n && from < len(attempts); from++ {
			id := col.id(attempts[from])
			if id == 0 || *mark(id)/p.phi <= bar {
				continue
			}
			if s.kid[id] == 0 {
				out = append(out, child{id: id, r: run{coded: coded}})
				s.kid[id] = int32(len(out))
			}
			c := &out[s.kid[id]-1]
			if from < n {
				c.gap++
				continue
			}
			c.r.add(k, &c.gap)
		}
	}
	if values < 2 {
		return nil, values
	}
	return out, values
}

// narrow asks of each free dimension whether its values, each with its own
// window inside the parent's, explain more than the parent: then they are
// separate incidents, of which the best one is taken, or one of several values. So it does of two values of
// different dimensions, such as a host and a carrier that fail at the same time. It also
// tries a third dimension, which the partitions do not hold.
func (s *search) narrow(f *found) {
	for len(f.scope) < 3 {
		n2 := 2 * math.Log(float64(f.c.n))
		attempts := s.attempts(f)
		var best Term
		var pick child
		var aside []int32
		gain := 0.0
		take := func(v float64, t Term, c child, others []int32) {
			if v > gain {
				gain, best, pick, aside = v, t, c, others
			}
		}
		for _, d := range s.free {
			if f.scope.uses(d) {
				continue
			}
			kids, values := s.children(f, attempts, d, n2+4)
			if len(kids) == 0 {
				continue
			}
			sum, top := 0.0, -1
			for i := range kids {
				k := &kids[i]
				k.c = s.p.cut(k.r, s.p.scan(k.r))
				if v := k.c.llr - n2 - 4; v > 0 {
					sum += v
					if top < 0 || k.c.llr > kids[top].c.llr || k.c.llr == kids[top].c.llr && k.id < kids[top].id {
						top = i
					}
				}
			}
			if top < 0 {
				continue
			}
			own := 0.0
			if len(f.scope) == 2 { // one value alone was never weighed against the parent
				own = kids[top].c.llr - math.Log(float64(values)) - 2 - math.Log(float64(len(s.free)))
			}
			take(max(sum, own)-f.c.llr, Term{d, []uint32{kids[top].id}}, kids[top], nil)
			v, k, others := s.beside(f, attempts, d, values, &kids[top])
			take(v, Term{d, []uint32{k.id}}, k, others)
			v, ids, k := s.together(f, attempts, d, kids, values)
			take(v, Term{d, ids}, k, nil)
		}
		if gain <= 0 {
			return
		}
		f.aside = append(f.aside, aside...)
		s.p.turn(aside, false)
		f.rival, f.margin = append(Scope{}, f.scope...), gain
		f.price += 2 + float64(len(best.IDs))*math.Log(float64(s.p.ev.book.Names(best.Dim)))
		f.scope, f.series = f.scope.with(best.Dim, best.IDs...), nil
		f.lo, f.hi = s.p.event(pick.r, pick.c.first), s.p.event(pick.r, pick.c.last)
		pick.c.code, pick.c.extra = f.c.code, f.c.extra
		f.c = pick.c
	}
}

// remove takes the attempts of a scope between two events out of the search.
func (s *search) remove(sc Scope, lo, hi int32) {
	var gone []int32
	s.p.ev.inside(sc, lo, hi+1, func(i int32) {
		if s.p.live.Has(i) {
			s.p.live.Remove(i)
			gone = append(gone, i)
		}
	})
	s.p.drop(s.parts, gone)
}

// side calls f for every index below n, several at a time.
func side(n int, f func(i int)) {
	var next atomic.Int32
	var wg sync.WaitGroup
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			f(i)
		}
	}
	for range min(n, room.Processors()) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}
