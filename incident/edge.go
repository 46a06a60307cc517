package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/txn"
)

// edge is the posterior of a change point over the gaps between attempts: mass
// k lies evenly between from[k] and to[k], the part of its gap next to the failures.
type edge struct {
	from, to []txn.Instant
	mass     []float64
	whole    [][2]txn.Instant // the gap
}

// idle is how much of a gap counts. Nobody tries in a closed shop, so that the length of
// its night says nothing of when the failures ended.
const idle = txn.Instant(60 * 60e6)

// near is the part of a gap that counts, which is that towards mid.
func near(from, to, mid txn.Instant) (txn.Instant, txn.Instant) {
	if to > mid {
		return from, min(to, from+idle)
	}
	return max(from, to-idle), to
}

// quantile returns the moment below which share q of the mass lies.
func (e *edge) quantile(q float64) txn.Instant {
	if len(e.mass) == 0 {
		return txn.NoInstant
	}
	k, below := e.holds(q)
	part := 0.0
	if m := e.mass[k]; m > 0 {
		part = max(0, min(1, (q-below)/m))
	}
	return e.from[k] + txn.Instant(part*float64(e.to[k]-e.from[k]))
}

// holds returns the part in which quantile q lies, and the mass below it.
func (e *edge) holds(q float64) (k int, below float64) {
	for k = range e.mass {
		if below+e.mass[k] >= q || k == len(e.mass)-1 {
			break
		}
		below += e.mass[k]
	}
	return k, below
}

// interval is the 95 % interval. Where it ends in a gap of which only a part counts, it
// goes on to the attempt at the end of that.
func (e *edge) interval() [2]txn.Instant {
	out := [2]txn.Instant{e.quantile(.025), e.quantile(.975)}
	if len(e.mass) == 0 { // all attempts are of one moment
		return out
	}
	if k, _ := e.holds(.025); e.whole[k][0] < e.from[k] {
		out[0] = e.whole[k][0]
	}
	if k, _ := e.holds(.975); e.whole[k][1] > e.to[k] {
		out[1] = e.whole[k][1]
	}
	return out
}

// Lasted is the time until which a window lasted for certain: that of an attempt, where
// the interval of its end begins between two.
func (w *Window) Lasted() txn.Instant {
	if w.Open || len(w.end.mass) == 0 {
		return w.EndRange[0]
	}
	k, _ := w.end.holds(.025)
	return min(w.EndRange[0], w.end.whole[k][0])
}

// outward is how far the likelihood may fall before the search for an edge
// stops: further out lies the neighbour incident.
const outward = 15

// reachShare bounds the share of spoilt attempts that this is judged by: three
// failures in a row look like an outage that spoils all, yet may be part of one that
// spoils half.
const reachShare = .6

// shares are the values of g over which edges are averaged: evenly, and more of them near one, as most outages
// spoil nearly everything.
var shares = [...]float64{.1, .2, .3, .4, .5, .6, .7, .8, .88, .94, .97, .99}

// edges computes both edges of a found incident from the live attempts of its
// scope, and what its traffic tells. Given g the edges are independent; g is averaged over.
func (p *pool) edges(f *found) (start, end edge, open bool, more surge) {
	ev := p.ev
	mix := p.mixOf(f)
	mid := p.middle(f)
	from, until := p.room(f, ev.at(mid))
	left := p.reach(f, mix, mid, from, until, -1)
	right := p.reach(f, mix, mid, from, until, +1)
	slices.Reverse(left) // ascending, ends with mid
	nl, nr := len(left), len(right)
	span := float64(ev.at(f.hi)-ev.at(f.lo)) / float64(max(1, f.c.n-1))
	last := ev.last()
	before := func(k int) (txn.Instant, txn.Instant) { // gap before left[k]
		if k > 0 {
			return ev.at(left[k-1]), ev.at(left[k])
		}
		to := ev.at(left[0])
		return max(from, to-txn.Instant(3*span)-1), to
	}
	after := func(k int) (txn.Instant, txn.Instant) { // gap after right[k]
		if k < nr-1 {
			return ev.at(right[k]) + 1, ev.at(right[k+1]) + 1
		}
		from := ev.at(right[k]) + 1
		if p.beyond(f, right[k]) {
			return from, min(from+txn.Instant(span), until) + 1
		}
		return from, max(last+1, from+txn.Instant(3*span)) + 1
	}
	onL, onR := p.scored(left, mix), p.scored(right, mix)
	massL, massR := make([]float64, nl), make([]float64, nr)
	l, r := make([]float64, nl), make([]float64, nr)
	more = p.surge(f)
	center := ev.at(mid)
	widthsL := more.widths(nl, before, func(k int) int { return nl - k }, center)
	widthsR := more.widths(nr, after, func(k int) int { return k + 1 }, center)
	given := func(g float64) (weight float64) { // fills l and r
		onL.backward(g, l)
		onR.forward(g, r)
		return weigh(l, widthsL) + weigh(r, widthsR) - p.weigh(onR.odds[0], g)
	}
	var weights [len(shares)]float64
	for j, g := range shares {
		weights[j] = given(g)
	}
	top := slices.Max(weights[:])
	for j, g := range shares {
		w := math.Exp(weights[j] - top)
		if w < 1e-9 {
			continue
		}
		given(g)
		for k, v := range l {
			massL[k] += w * v
		}
		for k, v := range r {
			massR[k] += w * v
		}
	}
	start, end = more.pack(massL, before, center), more.pack(massR, after, center)
	if !p.beyond(f, right[nr-1]) {
		total := 0.0
		for _, m := range massR {
			total += m
		}
		open = massR[nr-1] > .5*total
	}
	return start, end, open, more
}

// weigh turns log-likelihoods into probabilities over gaps (in place) and
// returns the logarithm of their sum.
func weigh(l, widths []float64) float64 {
	top := math.Inf(-1)
	for k := range l {
		l[k] += widths[k]
		top = max(top, l[k])
	}
	sum := 0.0
	for k := range l {
		l[k] = math.Exp(l[k] - top)
		sum += l[k]
	}
	for k := range l {
		l[k] /= sum
	}
	return top + math.Log(sum)
}

// pack leaves out what is next to impossible.
func (s surge) pack(mass []float64, gap func(int) (txn.Instant, txn.Instant), mid txn.Instant) edge {
	var e edge
	total := 0.0
	for _, m := range mass {
		total += m
	}
	for k, m := range mass {
		if m > 1e-6*total {
			first, last := gap(k)
			a, b := near(first, last, mid)
			s.pieces(a, b, mid, func(from, to txn.Instant, share float64) {
				of := [2]txn.Instant{from, to}
				if from == a {
					of[0] = first
				}
				if to == b {
					of[1] = last
				}
				e.from, e.to, e.mass, e.whole = append(e.from, from), append(e.to, to), append(e.mass, share*m/total), append(e.whole, of)
			})
		}
	}
	return e
}

// scored are the events on one side of an incident's middle, in order of time.
//
// A retry of a failure of the same kind says as much as any attempt where that failure
// was the incident's and the retry is not. Where both lie outside, what failed fails
// again with a share of its own, [pool.stays], and the retry says little. So the failure
// before it has a part in its score.
type scored struct {
	p       *pool
	odds    []float64 // of each event, see mix.odds
	retries []retried
}

// retried is retry k of failure of, an index as well, -1 before the list. An attempt
// like it fails with its code with the rate usual.
type retried struct {
	k, of int
	usual float64
}

func (p *pool) scored(events []int32, mix *mix) *scored {
	ev := p.ev
	s := &scored{p: p, odds: mix.list(events)}
	for k, i := range events {
		if !ev.retry.Has(i) {
			continue
		}
		of := ev.before(i)
		if !in(ev.famOf(of), p.ch) {
			continue
		}
		r := retried{k: k, of: -1, usual: p.base.at(i)}
		if j, ok := slices.BinarySearch(events, of); ok {
			r.of = j
		}
		if s.odds[k] > -1 {
			r.usual = mix.usual(i)
		}
		s.retries = append(s.retries, r)
	}
	return s
}

// own fills in the scores of the events by themselves.
func (s *scored) own(g float64, out []float64) {
	quiet := s.p.weigh(-1, g)
	for k, w := range s.odds {
		if out[k] = quiet; w != -1 {
			out[k] = s.p.weigh(w, g)
		}
	}
}

// forward fills in the log-likelihood ratio of an end after each event.
func (s *scored) forward(g float64, out []float64) {
	s.own(g, out)
	for _, r := range s.retries {
		switch {
		case r.of < 0: // inside for certain
		case s.odds[r.k] > -1:
			out[r.of] += math.Log(r.usual/s.p.stays) / s.p.phi
		default:
			out[r.of] += math.Log((1-r.usual)/(1-s.p.stays)) / s.p.phi
		}
	}
	for k := 1; k < len(out); k++ {
		out[k] += out[k-1]
	}
}

// backward fills in that of a start before each event.
func (s *scored) backward(g float64, out []float64) {
	s.own(g, out)
	again := s.p.stays + (1-s.p.stays)*g // what failed outside fails again inside
	for _, r := range s.retries {
		first := math.Log((1 - r.usual) / (1 - s.p.stays))
		if s.odds[r.k] > -1 {
			first = out[r.k]*s.p.phi + math.Log(r.usual/again)
			out[r.k] = math.Log(again/s.p.stays) / s.p.phi
		}
		if r.of >= 0 {
			out[r.of] += first / s.p.phi
		}
	}
	for k := len(out) - 2; k >= 0; k-- {
		out[k] += out[k+1]
	}
}

// step is the score of one attempt.
func (p *pool) step(i int32, g float64) float64 {
	if !in(p.ev.famOf(i), p.ch) {
		return p.weigh(-1, g)
	}
	p0 := p.base.at(i)
	return p.weigh((1-p0)/p0, g)
}

// weigh is the score of an attempt with the odds w of what became of it.
func (p *pool) weigh(w, g float64) float64 { return math.Log1p(g*w) / p.phi }

// middle returns the failure in the middle of the found stretch.
func (p *pool) middle(f *found) int32 {
	var in []int32
	k, _ := slices.BinarySearch(p.fails, f.lo)
	for ; k < len(p.fails) && p.fails[k] <= f.hi; k++ {
		if i := p.fails[k]; p.live.Has(i) && p.ev.matches(f.scope, i) && (f.c.code == 0 || p.ev.codeOf(i) == uint16(f.c.code-1)) {
			in = append(in, i)
		}
	}
	return in[len(in)/2]
}

// room is where an incident can be that holds a moment: between those found before in its
// scope, as what they explain lies beside it.
func (p *pool) room(f *found, mid txn.Instant) (from, until txn.Instant) {
	from, until = math.MinInt64, math.MaxInt64-1
	for i := range p.took {
		w := &p.took[i]
		switch {
		case !same(w.Scope, f.scope):
		case w.End <= mid:
			from = max(from, w.End)
		case w.Start > mid:
			until = min(until, w.Start)
		}
	}
	return from, until
}

// reach lists the live attempts of the scope from mid on in one direction, to
// where the likelihood has fallen by outward nats beyond the stretch.
func (p *pool) reach(f *found, mix *mix, mid int32, from, until txn.Instant, dir int32) []int32 {
	var out []int32
	sum, top := 0.0, 0.0
	for i := mid; i >= 0 && int(i) < p.ev.len() && p.ev.at(i) >= from && p.ev.at(i) < until; i += dir {
		if i != mid && (!p.isLive(i) || !p.ev.matches(f.scope, i)) {
			continue
		}
		out = append(out, i)
		if p.ev.retry.Has(i) {
			continue
		}
		sum += p.weigh(mix.odds(i), min(reachShare, f.c.g))
		top = max(top, sum)
		if (i < f.lo || i > f.hi) && sum < top-outward {
			break
		}
	}
	return out
}

// isLive reports whether an event takes part and is not yet explained, a retry with
// what it goes back to. A card that was declined for its holder's reasons is declined
// again for the same, so that its retries say nothing.
func (p *pool) isLive(i int32) bool {
	return p.live.Has(i) || p.ch != Business && p.ev.retry.Has(i) && p.live.Has(p.ev.first(i))
}

// beyond reports whether the scope has attempts after event i.
func (p *pool) beyond(f *found, i int32) bool {
	for i++; int(i) < p.ev.len(); i++ {
		if !p.ev.retry.Has(i) && p.ev.matches(f.scope, i) {
			return true
		}
	}
	return false
}

// Snap moves the edges of a window to marks, such as the round or announced
// times of a maintenance, on which they are known to fall with the given
// probability. An edge moves only where the attempts leave room for it and the mark
// is the likelier explanation; the window is then counted anew. An edge behind
// which another incident begins stays.
func (r *Result) Snap(w *Window, starts, ends []txn.Instant, prior float64) {
	if r.ev == nil || w.Channel != Technical || w.cut && w.hole == [2]txn.Instant{} {
		return
	}
	start, first := w.start.snap(w.Start, starts, prior)
	end, last := w.End, false
	if !w.Open {
		end, last = w.end.snap(w.End, ends, prior)
	}
	inside := w.hole == [2]txn.Instant{} || start <= w.hole[0] && end >= w.hole[1]
	if !first && !last || end <= start || !inside {
		return
	}
	w.Start, w.End = start, end
	w.StartRange = [2]txn.Instant{min(w.StartRange[0], start), max(w.StartRange[1], start)}
	w.EndRange = [2]txn.Instant{min(w.EndRange[0], end), max(w.EndRange[1], end)}
	p := &pool{ev: r.ev, ch: w.Channel, base: r.base}
	p.count(w)
}

// snap weighs each mark's point mass against the spread mass of the posterior.
func (e *edge) snap(at txn.Instant, marks []txn.Instant, prior float64) (txn.Instant, bool) {
	if len(e.mass) == 0 || prior <= 0 || len(marks) == 0 {
		return at, false
	}
	// Without marks the edge may be anywhere within the reach of one mark, half
	// the distance between marks of a quarter of an hour.
	const spread = 15 * 60e6
	best, total := 0.0, 1-prior
	to := at
	for _, m := range marks {
		for k := range e.mass {
			if m >= e.from[k]-1 && m <= e.to[k] {
				v := prior * e.mass[k] / float64(e.to[k]-e.from[k]) * spread
				total += v
				if v > best {
					best, to = v, m
				}
				break
			}
		}
	}
	if best <= total/2 {
		return at, false
	}
	return to, true
}
