package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/ledger"
)

// Two incidents at the same time may look like one of both their scopes, such as
// a host and a carrier that fail together: what neither hits is little then. So a
// child of a find is weighed together with a slice by another dimension.

// beside is how many nats a child of a find and the best slice by another dimension of
// what it leaves explain better than the find, each at its own price and with one more
// window. It returns the child as it is without the attempts of that slice, and these.
func (s *search) beside(f *found, attempts []int32, d ledger.Dim, values int, k *child) (gain float64, own child, aside []int32) {
	p := s.p
	layer := func(dims int) float64 { return p.layer(dims) - lean(dims) }
	scope := func(values int) float64 {
		return layer(len(f.scope)+1) - layer(len(f.scope)) + math.Log(float64(values)) + math.Log(float64(len(s.free)))
	}
	apart := 2*math.Log(float64(f.c.n)) + 4
	price := apart + f.price - lean(len(f.scope)) + scope(values)
	bar := f.c.llr - k.c.llr + price
	if k.c.llr < bar { // the heavier of two explains half
		return 0, own, nil
	}
	_, rest := p.apartBy(d, k, attempts, false)
	var dim ledger.Dim
	var top child
	best := 0.0
	for _, other := range s.free {
		if other == d || f.scope.uses(other) {
			continue
		}
		kids, values := s.children(f, rest, other, bar)
		for i := range kids {
			x := &kids[i]
			x.c = p.cut(x.r, p.scan(x.r))
			if v := x.c.llr - scope(values); v > best {
				best, dim, top = v, other, *x
			}
		}
	}
	if gain = best - bar; best == 0 || gain <= 0 {
		return 0, own, nil
	}
	aside, rest = p.apartBy(dim, &top, attempts, true)
	kids, _ := s.children(f, rest, d, 0)
	for i := range kids {
		if own = kids[i]; own.id == k.id {
			own.c = p.cut(own.r, p.scan(own.r))
			if own.c.llr > apart { // else nearly all that failed is the other's
				return gain, own, aside
			}
		}
	}
	return 0, own, nil
}

// apartBy divides attempts into those of a child's stretch and all others. A stretch that
// is widened takes in what fails without a pause before and after it.
func (p *pool) apartBy(d ledger.Dim, k *child, attempts []int32, widened bool) (inside, rest []int32) {
	col, lo, hi := p.ev.column(d), p.event(k.r, k.c.first), p.event(k.r, k.c.last)
	if widened {
		var own []int32
		for _, i := range attempts {
			if col.id(i) == k.id {
				own = append(own, i)
			}
		}
		failed := func(n int) bool { return in(p.ev.famOf(own[n]), p.ch) }
		from, _ := slices.BinarySearch(own, lo)
		to, _ := slices.BinarySearch(own, hi)
		for from > 0 && failed(from-1) {
			from--
		}
		for to < len(own)-1 && failed(to+1) {
			to++
		}
		lo, hi = own[from], own[to]
	}
	for _, i := range attempts {
		if i >= lo && i <= hi && col.id(i) == k.id {
			inside = append(inside, i)
		} else {
			rest = append(rest, i)
		}
	}
	return inside, rest
}

// turn takes attempts out of the pool, or puts them back.
func (p *pool) turn(events []int32, on bool) {
	for _, i := range events {
		if on {
			p.live.Add(i)
		} else {
			p.live.Remove(i)
		}
	}
}
