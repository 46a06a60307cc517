package incident

import (
	"math"
	"slices"

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
	n, f := 0, 0
	for i := range ev.at {
		if ev.retry[i] {
			continue
		}
		n++
		if in(ev.fam[i], ch) {
			f++
		}
	}
	if n == 0 {
		return opt.Base, true
	}
	floor := ev.floor(ch)
	rate = float64(f) / float64(n)
	blocks := min(20, n/25)
	if blocks >= 4 {
		rates := make([]float64, 0, blocks)
		size, m, k := n/blocks, 0, 0
		for i := range ev.at {
			if ev.retry[i] {
				continue
			}
			m++
			if in(ev.fam[i], ch) {
				k++
			}
			if m == size {
				rates = append(rates, float64(k)/float64(m))
				m, k = 0, 0
			}
		}
		slices.Sort(rates)
		mid := rates[len(rates)/2] + 1/float64(size) // sparse blocks have a median of 0
		rate = min(rate, mid)
		// A day may be bad for more than half of its attempts. Where a quarter of the
		// blocks is far better than the middle one, that quarter is what is usual.
		if low := rates[len(rates)/4] + 1/float64(size); mid > 2*(low+2*math.Sqrt(low/float64(size))) {
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
func usual(ev *events, ch Channel, inWin []int32, chronic []Scope, fallback float64) []float32 {
	n, f := ev.counts(ch, inWin)
	r := &rates{ev: ev, all: (float64(f) + 20*fallback) / (float64(n) + 20)}
	// failures sees every attempt outside windows with its rate so far.
	failures := func(do func(i int32, rate float64, failed bool)) {
		r.each(func(i int32, rate float64) {
			if !ev.retry[i] && inWin[i] < 0 {
				do(i, rate, in(ev.fam[i], ch))
			}
		})
	}
	r.drift = drift(ev, failures)
	level := func(d ledger.Dim, own float64) {
		names := ev.book.Names(d)
		if names <= 2 && d != ledger.Kind { // one value and "not stated"
			return
		}
		col := ev.column(d)
		f, e := make([]float64, names), make([]float64, names)
		failures(func(i int32, rate float64, failed bool) {
			k := col.id(i)
			e[k] += rate
			if failed {
				f[k]++
			}
		})
		factors(f, e, own*r.all)
		by := make([]float64, len(col.ids))
		for k, id := range col.ids {
			by[k] = f[id]
		}
		r.levels = append(r.levels, factorBy{col.of, by})
	}
	level(ledger.Institution, ownInstitution)
	r.wide = len(r.levels)
	level(ledger.Merchant, ownMerchant)
	level(ledger.Terminal, ownTerminal)
	level(ledger.Issuer, ownIssuer)
	r.done = true
	for _, sc := range chronic {
		inside := ev.filter(sc)
		f, e := make([]float64, 2), make([]float64, 2)
		failures(func(i int32, rate float64, failed bool) {
			k := 0
			if inside.has(i) {
				k = 1
			}
			e[k] += rate
			if failed {
				f[k]++
			}
		})
		factors(f, e, ownTerminal*r.all)
		r.chronic = append(r.chronic, factorIn{inside, f[1]})
	}
	base, floor := room.Slice[float32](ev.len()), ev.floor(ch)
	r.each(func(i int32, rate float64) { base[i] = float32(max(floor, min(rateCeil, rate))) })
	return base
}

// rates are the usual failure rates of all events as far as they are known: a
// product, worked out where it is asked for, as a table would be as large as the times
// of the events.
type rates struct {
	ev      *events
	all     float64
	drift   []float64  // by cell of time; nil: none
	levels  []factorBy // the first wide ones are of large groups
	wide    int
	done    bool // all levels are known
	chronic []factorIn
}

// factorBy is a factor by the place or card of an event, factorIn one of those
// that a filter holds.
type (
	factorBy struct {
		of []uint32
		by []float64
	}
	factorIn struct {
		inside *filter
		factor float64
	}
)

// each calls f for every event with its rate.
func (r *rates) each(f func(i int32, rate float64)) {
	at := r.ev.at
	end, here := txn.NoInstant, r.all // of the cell of time, and the rate in it
	for i := range at {
		if r.drift != nil && (i == 0 || at[i] >= end) {
			cell := (at[i] - at[0]) / driftCell
			end, here = at[0]+(cell+1)*driftCell, r.all*r.drift[cell]
		}
		rate, low := here, here
		for k := range r.levels {
			l := &r.levels[k]
			if rate *= l.by[l.of[i]]; k < r.wide {
				low = rate
			}
		}
		if r.done { // four factors that are all a little low by chance would make one that is very low
			rate = max(rate, lowest*low)
		}
		for k := range r.chronic {
			if r.chronic[k].inside.has(int32(i)) {
				rate *= r.chronic[k].factor
			}
		}
		f(int32(i), rate)
	}
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
		for k := range f {
			switch {
			case e[k] <= 0:
			case f[k] == 0:
				sum += s * math.Log(s/(s+e[k]))
			default:
				a, _ := math.Lgamma(f[k] + s)
				sum += a - b + s*math.Log(s/(s+e[k])) + f[k]*math.Log(e[k]/(s+e[k]))
			}
		}
		if sum > best+1e-9 {
			best, strength = sum, s
		}
	}
	return strength
}

const driftCell = txn.Instant(15 * 60e6)

// drift is the slow change of the whole book's rate in time, a factor for each
// cell: failures over expectation under a triangle of three hours to either side,
// shrunk by what a dozen failures weigh. Nil where there is none to tell.
func drift(ev *events, failures func(func(i int32, rate float64, failed bool))) []float64 {
	const (
		reach  = 12 // cells
		weight = 12
	)
	if ev.len() == 0 {
		return nil
	}
	first := ev.at[0]
	cells := int((ev.at[ev.len()-1]-first)/driftCell) + 1
	if cells > 1<<20 {
		return nil // a time far off; the rate stays flat
	}
	f, e := make([]float64, cells), make([]float64, cells)
	failures(func(i int32, rate float64, failed bool) {
		k := int((ev.at[i] - first) / driftCell)
		e[k] += rate
		if failed {
			f[k]++
		}
	})
	factor := make([]float64, cells)
	for k := range factor {
		x, y := 0.0, 0.0
		for j := max(0, k-reach); j <= min(cells-1, k+reach); j++ {
			w := 1 - math.Abs(float64(j-k))/(reach+1)
			x, y = x+w*f[j], y+w*e[j]
		}
		factor[k] = (x + weight) / (y + weight)
	}
	return factor
}

// dispersion is how much more than binomial the counts of the quiet part vary:
// 1 where they do not. It is only believed beyond its own sampling error.
func dispersion(ev *events, ch Channel, inWin []int32, base []float32) float64 {
	chi, df := 0.0, 0
	e, v, f := 0.0, 0.0, 0.0
	for i := range ev.at {
		if ev.retry[i] || inWin[i] >= 0 {
			continue
		}
		p := float64(base[i])
		e, v = e+p, v+p*(1-p)
		if in(ev.fam[i], ch) {
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
