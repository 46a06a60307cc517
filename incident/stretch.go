package incident

import (
	"cmp"
	"math"
	"slices"
)

// The best stretch of a series is asked for again after every incident, of which most
// series lose but a few attempts. So of a long one the scan is kept by blocks, and only
// those that lost attempts are scanned anew: what a block adds to a stretch that begins
// before it, ends behind it or goes through is all that others need to know of it.

// blockFails is how many failures a block has.
const blockFails = 256

// sweep is the scan of the failures of a series, or of those with one code.
type sweep struct {
	code   int32   // one more than the code, 0 = all
	n      int     // failures when it was begun
	most   float64 // all that these could add up to
	blocks []block
	lost   reach
}

// reach is a range of events; of none, the last comes before the first.
type reach struct{ first, last int32 }

var nowhere = reach{math.MaxInt32, -1}

// cover has the events of both.
func (r *reach) cover(o reach) {
	r.first, r.last = min(r.first, o.first), max(r.last, o.last)
}

// kept is what a series remembers of its scans.
type kept struct {
	sweeps []sweep // of all failures, then by code
	lost   reach   // where attempts were taken out since
	whole  cand    // the best stretch before it was cut
	cut    bool    // and best is what was left of it
	rates  *tally  // of the attempts; nil where they were not asked for
}

// forget drops all scans; their memory is used again.
func (k *kept) forget() { *k = kept{sweeps: k.sweeps[:0], lost: nowhere} }

// add begins a sweep.
func (k *kept) add(code int32) *sweep {
	k.sweeps = slices.Grow(k.sweeps, 1)[:len(k.sweeps)+1]
	w := &k.sweeps[len(k.sweeps)-1]
	*w = sweep{code: code, blocks: w.blocks[:0], lost: nowhere}
	return w
}

// scratch is what the scan of a series needs for a moment.
type scratch struct {
	short kept // of a short series
	coded run  // see stretch
}

// refresh finds the best stretch of a series. Its failures are numbered as in the pool.
func (s *search) refresh(x *series) {
	p := s.p
	room, _ := s.rooms.Get().(*scratch)
	if room == nil {
		room = new(scratch)
	}
	defer s.rooms.Put(room)
	x.fresh = true
	k := x.kept
	switch {
	case len(x.fail) < 2*blockFails:
		k, x.kept = &room.short, nil
		k.forget()
	case k == nil:
		k = new(kept)
		k.forget()
		x.kept = k
	}
	c := p.peak(x, k, &room.coded)
	if k.cut && c == k.whole {
		return
	}
	x.best, k.whole, k.cut = c, c, false
	if p.evalue(int(x.n), c.llr-c.extra-x.price) < s.e0 {
		r := p.stretch(x, c.code, c.first, c.last, &room.coded)
		c.first, c.last = 0, len(r.fail)-1
		x.best, k.cut = p.cut(r, c).numbered(r), true
	}
}

// peak returns the best stretch of a series, of all its failures or of those with one code.
func (p *pool) peak(x *series, k *kept, room *run) (best cand) {
	if len(k.sweeps) == 0 {
		p.sweeps(x, k)
	}
	extra, bar := p.codePrice(), x.price
	none := float32(math.Inf(-1))
	x.outlook = outlook{coded: none, other: none}
	heaviest := none
	for i := range k.sweeps {
		w := &k.sweeps[i]
		w.lost.cover(k.lost)
		if w.code == 0 {
			best = p.crest(x, w, room)
			x.all, bar = missed(best.llr), max(bar, best.llr)
			continue
		}
		if w.n < codeFails {
			continue
		}
		top := w.most/p.phi - extra // what all of them would add up to
		most := float32(top)
		if top > bar {
			c := p.crest(x, w, room)
			if most = missed(c.llr - extra); c.llr-extra > bar && c.fails >= codeFails {
				best, best.code, best.extra = c, w.code, extra
				bar = c.llr - extra
			}
		}
		if weight := float32(top); weight > heaviest {
			x.code, x.coded, x.other, heaviest = w.code, most, max(x.other, heaviest), weight
		} else {
			x.other = max(x.other, weight)
		}
	}
	k.lost = nowhere
	return best
}

// crest returns the best stretch of a sweep.
func (p *pool) crest(x *series, w *sweep, room *run) cand {
	peaks := p.sweep(x, w)
	return peaks.best(p.phi, func(first, last int) cand {
		r := p.stretch(x, w.code, first, last, room)
		return p.fit(r, 0, len(r.fail)-1).numbered(r)
	})
}

// sweeps begins those of a series: of all failures and of each code that has enough.
func (p *pool) sweeps(x *series, k *kept) {
	k.add(0)
	if p.share == nil || len(x.fail) < codeFails {
		return
	}
	for _, f := range x.fail {
		code := int32(p.ev.codeOf(p.fails[f])) + 1
		i := 1
		for i < len(k.sweeps) && k.sweeps[i].code != code {
			i++
		}
		if i == len(k.sweeps) {
			k.add(code)
		}
		w := &k.sweeps[i]
		w.n++
		w.most += p.worths.of(p.coded[f]).most
	}
	slices.SortFunc(k.sweeps, func(v, w sweep) int { return cmp.Compare(v.code, w.code) })
}

// sweep brings the scan of a series up to date and returns its peaks.
func (p *pool) sweep(x *series, w *sweep) peaks {
	switch {
	case x.kept == nil:
		return p.peaks(x.run(0, len(x.fail)), w.code)
	case len(w.blocks) == 0:
		for at := 0; at < len(x.fail); at += blockFails {
			w.blocks = append(w.blocks, block{from: x.fail[at]})
		}
		p.rescan(x, w, 0, len(w.blocks)-1)
	case w.lost.first <= w.lost.last:
		lo, _ := slices.BinarySearch(p.fails, w.lost.first)
		hi := len(w.blocks) - 1
		after := func(f, i int32) int { return cmp.Compare(p.fails[f], i+1) }
		if next, _ := slices.BinarySearchFunc(x.fail, w.lost.last, after); next < len(x.fail) {
			hi = w.holds(x.fail[next]) // its gap has changed as well
		}
		p.rescan(x, w, w.holds(int32(lo)), hi)
	}
	w.lost = nowhere
	return join(w.blocks)
}

// holds is the number of the block of failure f.
func (w *sweep) holds(f int32) int {
	i, ok := slices.BinarySearchFunc(w.blocks, f, func(b block, f int32) int { return cmp.Compare(b.from, f) })
	if !ok {
		i--
	}
	return max(0, i)
}

// rescan scans blocks lo to hi of a series anew.
func (p *pool) rescan(x *series, w *sweep, lo, hi int) {
	at := 0
	if lo > 0 {
		at, _ = slices.BinarySearch(x.fail, w.blocks[lo].from)
	}
	for k := lo; k <= hi; k++ {
		to := len(x.fail)
		if k+1 < len(w.blocks) {
			to, _ = slices.BinarySearch(x.fail, w.blocks[k+1].from)
		}
		p.block(x.run(at, to), w.code, &w.blocks[k])
		at = to
	}
}

// run has the failures at..to-1 of a series.
func (s *series) run(at, to int) run { return run{fail: s.fail[at:to], gap: s.gap[at:to]} }

// stretch is the run of failures first to last of a series, numbered as in the pool, of one
// code or all; room is for those of one code.
func (p *pool) stretch(x *series, code int32, first, last int, room *run) run {
	at, _ := slices.BinarySearch(x.fail, int32(first))
	to, _ := slices.BinarySearch(x.fail, int32(last))
	r := x.run(at, to+1)
	if code > 0 {
		*room = p.only(r, code, *room)
		r = *room
	}
	return r
}
