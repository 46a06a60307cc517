package incident

import (
	"math"
	"slices"
	"sort"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Strengths of shrinkage in attempts: how much of its own traffic a slice must
// show before its own rate outweighs that of its surroundings.
const (
	ownInstitution = 200
	ownMerchant    = 100
	ownTerminal    = 60
	ownIssuer      = 300
)

const (
	lowest    = .6   // of its institution's rate that a terminal may have
	rateFloor = .003 // a rate of nearly nothing makes any two failures significant
	rateCeil  = .6

	unknownRate = .3 // what may fail where nothing is known
)

// floor is the least usual rate that these data let one believe. What hardly
// succeeds anywhere in them may be usual: of a handful of attempts two failures in
// a row say nothing. From some thirty successes on it is rateFloor.
func (e *events) floor(ch Channel) float64 {
	n, f := e.counts(ch, nil)
	return max(rateFloor, unknownRate*math.Exp(-float64(n-f)/8))
}

// firstRate is the usual rate before anything is known: the overall rate, or
// the rate of the median block of time where blocks hold enough failures. A
// trimmed rate of sparse blocks would be biased low.
func firstRate(ev *events, ch Channel, opt *Options) (rate float64, assumed bool) {
	n, f := ev.counts(ch, nil)
	if n == 0 {
		return opt.Base, true
	}
	floor := ev.floor(ch)
	rate = float64(f) / float64(n)
	blocks := min(20, n/25)
	if blocks >= 4 {
		size := n / blocks
		rates := make([]float64, n/size)
		for k, i := range ev.fails {
			if b := int(ev.rank[k]) / size; b < len(rates) && in(ev.famOf(i), ch) {
				rates[b]++
			}
		}
		for b := range rates {
			rates[b] /= float64(size)
		}
		slices.Sort(rates)
		mid := rates[len(rates)/2] + 1/float64(size) // sparse blocks have a median of 0
		rate = min(rate, mid)
		// A day may be bad for most of its attempts. Where an eighth of the blocks is far
		// better than the middle one, that eighth is what is usual.
		if low := rates[len(rates)/8] + 1/float64(size); mid > 2*(low+2*math.Sqrt(low/float64(size))) {
			rate = min(rate, low+math.Sqrt(low/float64(size)))
		}
	}
	if rate > .3 {
		return max(floor, opt.Base), true
	}
	return max(floor, rate), false
}

// usual estimates the failure rate of every attempt from those outside windows:
// institution within all, merchant within institution, terminal within merchant,
// issuer across, then the chronic slices; each as a factor that is shrunk
// towards 1.
func usual(ev *events, ch Channel, inWin room.Bits, chronic []Scope, fallback float64) *rates {
	r := &rates{ev: ev, floor: ev.floor(ch)}
	r.quiet(ch, inWin)
	n := 0
	for _, k := range r.cells {
		n += int(k)
	}
	r.all = (float64(len(r.fails)) + 20*fallback) / (float64(n) + 20)
	if r.brief() {
		r.drift = r.drifts()
	}
	r.places(inWin)
	r.cards(inWin)
	r.levels(chronic, inWin)
	return r
}

// levels finds the factors of chronic slices, each beside those before it. Of slices by
// place, such as terminals, there may be many.
func (r *rates) levels(chronic []Scope, inWin room.Bits) {
	ev := r.ev
	var expected, failed []float64 // by place
	f, e := make([]float64, 2), make([]float64, 2)
	for _, sc := range chronic {
		inside := ev.filter(sc)
		number := func(in bool) int {
			if in {
				return 1
			}
			return 0
		}
		clear(f)
		clear(e)
		if !inside.byPlace() {
			r.each(func(i int32, rate float64) {
				if !ev.retry.Has(i) && !inWin.Has(i) {
					e[number(inside.has(i))] += rate
				}
			})
			for _, i := range r.fails {
				f[number(inside.has(i))]++
			}
			factors(f, e, ownTerminal*r.all)
			r.chronic = append(r.chronic, factorIn{inside, f[1]})
			expected = nil
			continue
		}
		if expected == nil {
			expected, failed = make([]float64, len(r.place)), make([]float64, len(r.place))
			r.each(func(i int32, rate float64) {
				if !ev.retry.Has(i) && !inWin.Has(i) {
					expected[ev.place.At(i)] += rate
				}
			})
			for _, i := range r.fails {
				failed[ev.place.At(i)]++
			}
		}
		if r.level == nil {
			r.level = slices.Repeat([]float64{1}, len(r.place))
		}
		for p := range expected {
			k := number(inside.holds[0][p])
			e[k] += expected[p]
			f[k] += failed[p]
		}
		factors(f, e, ownTerminal*r.all)
		for p, in := range inside.holds[0] {
			if in {
				expected[p] *= f[1]
				r.level[p] *= f[1]
			}
		}
	}
}

// table lists the rates, in the place of an old list.
func (r *rates) table(old []logRate) []logRate {
	of := sized(old, r.ev.len())
	r.each(func(i int32, rate float64) { of[i] = logRateOf(r.within(rate)) })
	return of
}

// shift is the change of the usual rate against a list, by mean.
func (r *rates) shift(of []logRate) float64 {
	x, y := 0.0, 0.0
	for _, rate := range of {
		x += rate.value()
	}
	if x == 0 {
		return 0
	}
	r.each(func(_ int32, rate float64) { y += r.within(rate) })
	return math.Abs(y/x - 1)
}

// within keeps a rate within bounds.
func (r *rates) within(rate float64) float64 { return max(r.floor, min(rateCeil, rate)) }

// rates are the usual failure rates of all events as far as they are known: a
// product of factors by time, place and card.
type rates struct {
	ev      *events
	fails   []int32 // outside windows
	cells   []int32 // attempts outside windows by cell of time
	all     float64
	floor   float64   // no rate is less
	drift   []float64 // by cell of time; nil: none
	place   []float64 // by place
	low     []float64 // the like of the large groups alone
	card    []float64 // by card; nil: none
	level   []float64 // of chronic slices, by place; nil: none
	chronic []factorIn
}

// factorIn is a factor of those that a filter holds.
type factorIn struct {
	inside *filter
	factor float64
}

// quiet counts what lies outside windows.
func (r *rates) quiet(ch Channel, inWin room.Bits) {
	ev := r.ev
	for _, i := range ev.fails {
		if in(ev.famOf(i), ch) && !inWin.Has(i) {
			r.fails = append(r.fails, i)
		}
	}
	if !r.brief() {
		n, _ := ev.counts(ch, inWin)
		r.cells = []int32{int32(n)}
		return
	}
	r.inCells(func(cell int, from, to int32) {
		n := int32(0)
		for i := from; i < to; i++ {
			if !ev.retry.Has(i) && !inWin.Has(i) {
				n++
			}
		}
		r.cells = append(r.cells, make([]int32, cell+1-len(r.cells))...)
		r.cells[cell] = n
	})
}

// brief reports whether the data last no longer than a drift can be told in: a time far
// off leaves the rate flat.
func (r *rates) brief() bool {
	n := int32(r.ev.len())
	return n > 0 && (r.ev.at(n-1)-r.ev.at(0))/driftCell < 1<<20
}

// inCells yields the events of each cell of time that has some; all are one where no
// drift is known.
func (r *rates) inCells(do func(cell int, from, to int32)) {
	ev := r.ev
	for from, n := int32(0), int32(ev.len()); from < n; {
		cell, to := 0, n
		if r.brief() {
			cell = int((ev.at(from) - ev.at(0)) / driftCell)
			end := ev.at(0) + txn.Instant(cell+1)*driftCell
			to = from + int32(sort.Search(int(n-from), func(k int) bool { return ev.at(from+int32(k)) >= end }))
		}
		do(cell, from, to)
		from = to
	}
}

// here is the rate in a cell of time.
func (r *rates) here(cell int) float64 {
	if r.drift == nil {
		return r.all
	}
	return r.all * r.drift[cell]
}

// places finds the factors of institution, merchant and terminal.
func (r *rates) places(inWin room.Bits) {
	ev := r.ev
	expected, failed := make([]float64, ev.book.Places()), make([]float64, ev.book.Places())
	r.place = make([]float64, len(expected))
	for p := range r.place {
		r.place[p] = 1
	}
	r.inCells(func(cell int, from, to int32) {
		here := r.here(cell)
		for i := from; i < to; i++ {
			if !ev.retry.Has(i) && !inWin.Has(i) {
				expected[ev.place.At(i)] += here
			}
		}
	})
	for _, i := range r.fails {
		failed[ev.place.At(i)]++
	}
	for _, l := range [...]struct {
		d   ledger.Dim
		own float64
	}{{ledger.Institution, ownInstitution}, {ledger.Merchant, ownMerchant}, {ledger.Terminal, ownTerminal}} {
		names := ev.book.Names(l.d)
		if names > 2 { // more than one value and "not stated"
			ids := ev.column(l.d).ids
			f, e := make([]float64, names), make([]float64, names)
			for p, id := range ids {
				f[id] += failed[p]
				e[id] += expected[p] * r.place[p]
			}
			factors(f, e, l.own*r.all)
			for p, id := range ids {
				r.place[p] *= f[id]
			}
		}
		if l.d == ledger.Institution {
			r.low = slices.Clone(r.place)
		}
	}
}

// cards finds the factors of the issuer.
func (r *rates) cards(inWin room.Bits) {
	ev := r.ev
	names := ev.book.Names(ledger.Issuer)
	if names <= 2 {
		return
	}
	expected, ids := make([]float64, ev.book.Cards()), ev.column(ledger.Issuer).ids
	r.inCells(func(cell int, from, to int32) {
		here := r.here(cell)
		for i := from; i < to; i++ {
			if !ev.retry.Has(i) && !inWin.Has(i) {
				expected[ev.card.At(i)] += here * r.place[ev.place.At(i)]
			}
		}
	})
	f, e := make([]float64, names), make([]float64, names)
	for c, id := range ids {
		e[id] += expected[c]
	}
	for _, i := range r.fails {
		f[ids[ev.card.At(i)]]++
	}
	factors(f, e, ownIssuer*r.all)
	r.card = make([]float64, len(ids))
	for c, id := range ids {
		r.card[c] = f[id]
	}
}

// each calls f for every event with its rate.
func (r *rates) each(f func(i int32, rate float64)) {
	ev := r.ev
	r.inCells(func(cell int, from, to int32) {
		here := r.here(cell)
		for i := from; i < to; i++ {
			p := ev.place.At(i)
			rate := here * r.place[p]
			if r.card != nil {
				rate *= r.card[ev.card.At(i)]
			}
			// Four factors that are all a little low by chance would make one that is very low.
			rate = max(rate, lowest*here*r.low[p])
			if r.level != nil {
				rate *= r.level[p]
			}
			for k := range r.chronic {
				if r.chronic[k].inside.has(i) {
					rate *= r.chronic[k].factor
				}
			}
			f(i, rate)
		}
	})
}

// factors turns each group's failures f into a factor by what is expected of it,
// e.
func factors(f, e []float64, own float64) {
	own = max(own, pooling(f, e))
	for k := range f {
		if f[k] >= e[k] {
			f[k] = (f[k] + own) / (e[k] + own)
		} else { // too low a rate would make chance significant, so less is believed
			f[k] = (f[k] + 4*own) / (e[k] + 4*own)
		}
	}
}

// pooling is how many expected failures of its own a group needs before its own
// rate counts as much as that of all groups: the strength under which the
// groups' counts are likeliest, a gamma-Poisson fit. Groups that differ by chance
// alone give a large one.
func pooling(f, e []float64) float64 {
	best, strength := math.Inf(-1), 0.0
	for s := .25; s <= 512; s *= 2 {
		sum := 0.0
		b, _ := math.Lgamma(s)
		// Logarithms are dear: what they would be taken of is multiplied as far as it fits.
		none, some := product{times: s}, product{times: 1}
		for k := range f {
			if e[k] <= 0 {
				continue
			}
			none.by(s / (s + e[k]))
			switch n := f[k]; {
			case n > 16:
				a, _ := math.Lgamma(n + s)
				sum += a - b + n*math.Log(e[k]/(s+e[k]))
			case n > 0:
				share, x := e[k]/(s+e[k]), 1.0
				for j := 0.0; j < n; j++ {
					x *= (s + j) * share
				}
				some.by(x)
			}
		}
		sum += none.log() + some.log()
		if sum > best+1e-9 {
			best, strength = sum, s
		}
	}
	return strength
}

// product is the logarithm of a product, times a factor.
type product struct{ value, sum, times float64 }

func (p *product) by(x float64) {
	if p.value == 0 {
		p.value = 1
	}
	if p.value *= x; p.value < 1e-200 || p.value > 1e200 {
		p.sum, p.value = p.log(), 1
	}
}

func (p *product) log() float64 {
	if p.value == 0 {
		return p.sum
	}
	return p.sum + p.times*math.Log(p.value)
}

const driftCell = txn.Instant(15 * 60e6)

// drifts is the slow change of the whole book's rate in time, a factor for each
// cell: failures over expectation under a triangle of three hours to either side,
// shrunk by what a dozen failures weigh.
func (r *rates) drifts() []float64 {
	const (
		reach  = 12 // cells
		weight = 12
	)
	at := r.ev.at
	cells := len(r.cells)
	f := make([]float64, cells)
	for _, i := range r.fails {
		f[(at(i)-at(0))/driftCell]++
	}
	factor := make([]float64, cells)
	for k := range factor {
		x, y := 0.0, 0.0
		for j := max(0, k-reach); j <= min(cells-1, k+reach); j++ {
			w := 1 - math.Abs(float64(j-k))/(reach+1)
			x, y = x+w*f[j], y+w*r.all*float64(r.cells[j])
		}
		factor[k] = (x + weight) / (y + weight)
	}
	return factor
}

// dispersion is how much more than binomial the counts of the quiet part vary:
// 1 where they do not. It is only believed beyond its own sampling error.
func dispersion(ev *events, ch Channel, inWin room.Bits, base baseline) float64 {
	chi, df := 0.0, 0
	e, v, f := 0.0, 0.0, 0.0
	for i := range int32(ev.len()) {
		if ev.retry.Has(i) || inWin.Has(i) {
			continue
		}
		p := base.at(i)
		e, v = e+p, v+p*(1-p)
		if in(ev.famOf(i), ch) {
			f++
		}
		if e >= 4 {
			chi += (f - e) * (f - e) / v
			df++
			e, v, f = 0, 0, 0
		}
	}
	if df < 5 {
		return 1
	}
	return max(1, min(3, chi/float64(df)*(1-1.5/math.Sqrt(float64(df)))))
}
