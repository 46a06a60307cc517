package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// A window is divided where what fails changes for good: a line that drops
// while the host is down hits the same attempts, and so do keys that are stale after
// maintenance, so that neither the rate of failures nor the scope shows it.
const (
	leastPart = 4  // failures of either part
	contrast  = .5 // least difference of the parts' shares of a family
	reweighed = 4  // times that a stretch is looked for, with votes by what the one before shows
)

// divide splits a window by the family of its failures, one or all others, into
// two neighbours, or into one inside the other; a window that is one incident
// comes back alone. Of n²/2 stretches most are nearly alike, so that the one whose family differs most
// from the rest pays for one in n: of 10 to 400 failures whose codes are mixed by chance less than 1 % are divided.
// Failures that other windows hold as well say nothing of this one.
func (p *pool) divide(w Window, others room.Bits) []Window {
	ev := p.ev
	var fails []int32
	ev.each(&w, func(i int32) {
		if !ev.retry.Has(i) && !others.Has(i) && in(ev.famOf(i), p.ch) {
			fails = append(fails, i)
		}
	})
	n := len(fails)
	best, from, to := 0.0, 0, 0
	for _, is := range []func(int32) bool{
		func(i int32) bool { return in(ev.famOf(i), Line) },
		func(i int32) bool { return in(ev.famOf(i), Key) },
		func(i int32) bool { return ev.codeOf(i) == 0 }, // no answer, whatever codes without a meaning are taken for
	} {
		if v, a, b := p.turning(fails, is); v > best {
			best, from, to = v, a, b
		}
	}
	if best <= barOf(n) {
		return []Window{w}
	}
	before := func(k int) edge { return between(ev.at(fails[k-1]), ev.at(fails[k])) }
	inner, outer := w, w
	inner.cut, outer.cut = true, true
	if from > 0 {
		inner.start = before(from)
	}
	if to < n {
		inner.end, inner.Open = before(to), false
	}
	inner.settle(p)
	switch {
	case from == 0:
		outer.start = inner.end
		outer.settle(p)
	case to == n:
		outer.end, outer.Open = inner.start, false
		outer.settle(p)
	default:
		outer.hole = [2]txn.Instant{inner.Start, inner.End}
	}
	out := []Window{outer, inner}
	for k := range out {
		if !p.anew(&out[k]) {
			return []Window{w}
		}
	}
	return out
}

// barOf is what the turning of n failures must be worth.
func barOf(n int) float64 { return math.Log(float64(n)) + 5 }

// between is an edge that lies anywhere between two moments.
func between(a, b txn.Instant) edge {
	return edge{[]txn.Instant{a}, []txn.Instant{b}, []float64{1}, [][2]txn.Instant{{a, b}}}
}

// anew counts a window that is a part of another one. It reports whether enough failed in it: of what
// has one time, as in logs to the minute, all is in the same part.
func (p *pool) anew(w *Window) bool {
	p.count(w)
	r := p.runOf(w)
	if len(r.fail) < leastPart {
		return false
	}
	w.LLR, w.coded = p.fit(r, 0, len(r.fail)-1).llr, false
	return true
}

// turning returns the stretch of failures whose share of a kind differs most from that of the
// rest, and by how many nats two shares explain them better than one.
func (p *pool) turning(fails []int32, is func(int32) bool) (best float64, from, to int) {
	count := func(list []int32) (k int) {
		for _, i := range list {
			if is(i) {
				k++
			}
		}
		return k
	}
	n, all := len(fails), count(fails)
	if n < 2*leastPart || all < leastPart || n-all < leastPart {
		return 0, 0, 0
	}
	share := ratio(all, n)
	for _, sign := range []float64{1, -1} { // the stretch with most of the family, and that with fewest
		yes, no := sign*(1-share), -sign*share
		top := 0.0
		for range reweighed {
			a, b := densest(fails, func(i int32) float64 {
				if is(i) {
					return yes
				}
				return no
			})
			k, m := count(fails[a:b]), b-a
			if m < leastPart || n-m < leastPart {
				break
			}
			v := apart(k, m, all, n) / p.phi
			if v <= top {
				break
			}
			top = v
			if v > best && math.Abs(ratio(k, m)-ratio(all-k, n-m)) >= contrast {
				best, from, to = v, a, b
			}
			inside, outside := (float64(k)+.5)/float64(m+1), (float64(all-k)+.5)/float64(n-m+1)
			yes, no = math.Log(inside/outside), math.Log((1-inside)/(1-outside))
		}
	}
	return best, from, to
}

// densest returns the stretch of the highest sum of votes.
func densest(list []int32, vote func(int32) float64) (from, to int) {
	sum, top, at := 0.0, 0.0, 0
	for k, i := range list {
		if sum <= 0 {
			sum, at = 0, k
		}
		if sum += vote(i); sum > top {
			top, from, to = sum, at, k+1
		}
	}
	return from, to
}

// apart is by how many nats a share of their own for k of n, and one for the rest of all of total, explain
// them better than one share.
func apart(k, n, all, total int) float64 {
	return plain(k, n) + plain(all-k, total-n) - plain(all, total)
}

// plain is the log-likelihood of k of n under their own share.
func plain(k, n int) float64 {
	v := 0.0
	if k > 0 {
		v += float64(k) * math.Log(ratio(k, n))
	}
	if k < n {
		v += float64(n-k) * math.Log(ratio(n-k, n))
	}
	return v
}

// runOf lists the failures of a window, taken out of the search or not.
func (p *pool) runOf(w *Window) run {
	var r run
	gap, k := int32(0), 0
	p.ev.each(w, func(i int32) {
		if p.ev.retry.Has(i) {
			return
		}
		if !in(p.ev.famOf(i), p.ch) {
			gap++
			return
		}
		if r.fail == nil {
			k, _ = slices.BinarySearch(p.fails, i)
		}
		for p.fails[k] < i {
			k++
		}
		r.add(k, &gap)
	})
	return r
}
