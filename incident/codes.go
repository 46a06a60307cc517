package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
)

// An incident mostly writes one code or two, while stray failures come with all
// that are usual. Three time-outs in a row say more than a time-out, a host error
// and a format error do. So beside all failures of a series those of each of its
// codes alone are scanned, and edges are weighed by code.

const (
	codeFails  = 3   // failures of one code that are looked at alone
	shareGroup = 10  // failures of its own that outweigh the book's share of a code
	rareCode   = .05 // the least share of a code
)

// measure estimates for each failure how often an attempt like it fails with its
// code: the usual rate times the share of the code among the failures outside
// windows. Of the shares of the book and of the attempt's institution, issuer and
// terminal, each shrunk towards the book's, the largest is believed.
func (p *pool) measure(inWin room.Bits) {
	ev := p.ev
	p.stays = p.persistence(inWin)
	codes := 0
	for _, i := range p.fails {
		codes = max(codes, int(ev.codeOf(i))+1)
	}
	count, all := make([]float64, codes), 0.0
	seen := make([]bool, codes)
	for _, i := range p.fails {
		seen[ev.codeOf(i)] = true
		if !inWin.Has(i) {
			count[ev.codeOf(i)]++
			all++
		}
	}
	p.kinds = 0
	for _, on := range seen {
		if on {
			p.kinds++
		}
	}
	share := make([]float64, codes)
	for c := range share {
		share[c] = max(rareCode, (count[c]+1)/(all+float64(p.kinds)))
	}
	usual := make([]float64, len(p.fails))
	for k, i := range p.fails {
		usual[k] = share[ev.codeOf(i)]
	}
	own := make([]float64, codes) // of one id
	for _, d := range []ledger.Dim{ledger.Institution, ledger.Issuer, ledger.Terminal} {
		if ev.book.Names(d) <= 2 {
			continue
		}
		p.byID(d, func(list []int32) {
			total := 0.0
			for _, k := range list {
				if i := p.fails[k]; !inWin.Has(i) {
					own[ev.codeOf(i)]++
					total++
				}
			}
			for _, k := range list {
				c := ev.codeOf(p.fails[k])
				usual[k] = max(usual[k], (own[c]+shareGroup*share[c])/(total+shareGroup))
			}
			for _, k := range list {
				own[ev.codeOf(p.fails[k])] = 0
			}
		})
	}
	p.share, p.ofCode = usual, share
	p.rescore()
}

// usualStays is the share of retries that fail again, as far as nothing is known, which
// is worth staysGroup retries.
const (
	usualStays = .6
	staysGroup = 10
)

// persistence is how often what failed outside of windows fails again when it is
// tried again.
func (p *pool) persistence(inWin room.Bits) float64 {
	ev := p.ev
	n, f := float64(staysGroup), usualStays*staysGroup
	for _, a := range ev.again {
		if in(ev.famOf(a.of), p.ch) && !inWin.Has(a.of) && !inWin.Has(a.at) {
			n++
			if in(ev.famOf(a.at), p.ch) {
				f++
			}
		}
	}
	return f / n
}

// byID yields the failures of each id of a dimension together.
func (p *pool) byID(d ledger.Dim, do func(list []int32)) {
	col := p.ev.column(d)
	end := make([]int32, p.ev.book.Names(d)+1)
	for _, i := range p.fails {
		end[col.id(i)+1]++
	}
	for id := range end[1:] {
		end[id+1] += end[id]
	}
	order := make([]int32, len(p.fails))
	for k, i := range p.fails {
		at := &end[col.id(i)]
		order[*at] = int32(k)
		*at++
	}
	from := int32(0)
	for _, to := range end[:len(end)-1] { // each has moved on to the next
		if to > from {
			do(order[from:to])
		}
		from = to
	}
}

// codePrice is what looking at each code costs. A nat is given back: runs of one
// code are coarser still than those of all, so that chance stays further below the bound;
// quiet days of bench/detect, profile A, show no window more with it.
func (p *pool) codePrice() float64 { return max(0, math.Log(float64(p.kinds))-1) }

// only is the run of the failures of one code, one more than it, in the place of out.
func (p *pool) only(r run, code int32, out run) run {
	out = run{fail: out.fail[:0], gap: out.gap[:0], coded: true}
	p.each(r, code, func(f, gap int32) {
		out.fail, out.gap = append(out.fail, f), append(out.gap, gap)
	})
	return out
}

// calm is by how many nats the attempts of a value must speak against failing as others do, so that it is held not to fail.
const calm = 5

// widen drops a condition of a scope that was found by the failures of one code, where
// the rest of the wider scope fails as well at that time and at no other, only by other codes:
// each institution has its own answer to a card whose issuer is down. One that does not fail keeps the others apart: two
// of three institutions behind one front-end are not all.
func (s *search) widen(f *found) {
	p := s.p
	for k := 0; f.c.code > 0 && k < len(f.scope); k++ {
		wide, inside, gain, least := *f, p.ev.filter(f.scope), 0.0, 0.0
		col, of := p.ev.column(f.scope[k].Dim), map[uint32]float64{}
		wide.scope, wide.series = slices.Delete(slices.Clone(f.scope), k, k+1), nil
		for _, i := range s.attempts(&wide) {
			if !inside.has(i) {
				wide.c.n++
				v := p.step(i, f.c.g)
				gain, of[col.id(i)] = gain+v, of[col.id(i)]+v
			}
		}
		for _, v := range of {
			least = min(least, v)
		}
		if gain > 0 && least > -calm && p.during(wide.scope, inside, f.lo, f.hi) {
			wide.rival, wide.margin = f.scope, gain
			*f, k = wide, -1
		}
	}
}

// during reports whether the best stretch of what a scope has outside of another one
// lies between two events, for four fifths of its failures.
func (p *pool) during(sc Scope, other *filter, lo, hi int32) bool {
	var r run
	inside, gap, k := p.ev.filter(sc), int32(0), 0
	for i := range int32(p.ev.len()) {
		failed := k < len(p.fails) && p.fails[k] == i
		if p.live.Has(i) && inside.has(i) && !other.has(i) {
			if failed {
				r.add(k, &gap)
			} else {
				gap++
			}
		}
		if failed {
			k++
		}
	}
	c, n := p.scan(r), 0
	for j := c.first; j <= c.last; j++ {
		if i := p.event(r, j); i >= lo && i <= hi {
			n++
		}
	}
	return 5*n >= 4*(c.last-c.first+1)
}

const usualAdded = 1.0 // failures with the usual codes, added to those counted

// mix is how an incident's failures divide among the codes.
type mix struct {
	p     *pool
	share []float64 // by code
	rest  float64   // of codes that the incident does not show, as a factor of their usual share
}

// mixOf counts the codes of a found stretch, to which usualAdded are added.
func (p *pool) mixOf(f *found) *mix {
	m := &mix{p: p}
	if p.share == nil {
		return m
	}
	k, _ := slices.BinarySearch(p.fails, f.lo)
	n := usualAdded
	for ; k < len(p.fails) && p.fails[k] <= f.hi; k++ {
		i := p.fails[k]
		if !p.live.Has(i) || !p.ev.matches(f.scope, i) {
			continue
		}
		c := int(p.ev.codeOf(i))
		if c >= len(m.share) {
			m.share = append(m.share, make([]float64, c+1-len(m.share))...)
		}
		m.share[c]++
		n++
	}
	for c := range m.share {
		m.share[c] /= n
	}
	m.rest = usualAdded / n
	return m
}

// odds is how much likelier the incident, if it spoils the attempt, makes what became of it
// than the usual rate does, less one.
func (m *mix) odds(i int32) float64 {
	p := m.p
	if !in(p.ev.famOf(i), p.ch) {
		return -1
	}
	if m.share == nil {
		p0 := p.base.at(i)
		return (1 - p0) / p0
	}
	usual := p.usualCode(i)
	share := m.rest * usual
	if c := int(p.ev.codeOf(i)); c < len(m.share) {
		share += m.share[c]
	}
	return min(1, share)/m.usual(i) - 1
}

// usual is how often an attempt like a failure fails with its code.
func (m *mix) usual(i int32) float64 {
	p0 := m.p.base.at(i)
	if m.share == nil {
		return p0
	}
	return max(rateFloor, p0*m.p.usualCode(i))
}

// usualCode is the share of the code among the failures like it; for a retry it is
// that of the failure it goes back to, or the book's.
func (p *pool) usualCode(i int32) float64 {
	of := p.ev.first(i)
	if k, ok := slices.BinarySearch(p.fails, of); ok && p.ev.codeOf(of) == p.ev.codeOf(i) {
		return p.share[k]
	}
	if c := int(p.ev.codeOf(i)); c < len(p.ofCode) {
		return p.ofCode[c]
	}
	return rareCode
}

func (m *mix) list(events []int32) []float64 {
	out := make([]float64, len(events))
	for k, i := range events {
		out[k] = m.odds(i)
	}
	return out
}
