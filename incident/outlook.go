package incident

import (
	"cmp"
	"math"
	"slices"
)

// outlook bounds what the best stretch of a series can be worth, whatever has been taken out
// of the series since it was looked for.
type outlook struct {
	all   float32 // of all failures
	code  int32   // that of most weight, and one more; 0 = none
	coded float32 // of the failures with this code
	other float32 // of those with another
}

var unknown = outlook{all: float32(math.Inf(1))}

func (o *outlook) most() float64 { return float64(max(o.all, o.coded, o.other)) }

// A stretch gains lostSuccess at most by a success that is taken out of it, as no g is above
// that of the best fit. What a scan has missed is little better than what it found.
const lostSuccess = 5.3 // -ln(1-.995)

func missed(llr float64) float32 { return float32(1.05*llr + 1) }

// lose follows an attempt that is taken out; code is one more than that of its failure, 0 = it
// has not failed.
func (o *outlook) lose(code int32, phi float64) {
	if code == 0 {
		o.all += float32(lostSuccess / phi)
	}
	if code != o.code {
		o.coded += float32(lostSuccess / phi)
	}
}

// lead returns the series with the best stretch of those that suit, and what that is worth:
// its score less the price, which suits is given too, and the lean. Of equal ones it is
// the first. A series that has changed is looked at only if it could lead.
func (s *search) lead(suits func(x *series, v float64) bool) (best *series, top float64) {
	type stale struct {
		x    *series
		most float64
		at   int
	}
	var list []stale
	first := 0
	try := func(x *series, at int) {
		v := x.best.llr - x.best.extra - x.price
		if w := v + lean(len(x.part.dims)); w > top || w == top && at < first {
			if x.best.fails > 0 && suits(x, v) {
				best, top, first = x, w, at
			}
		}
	}
	at := 0
	for _, t := range s.parts {
		lean := lean(len(t.dims))
		for i := range t.series {
			if x := &t.series[i]; x.fresh {
				try(x, at)
			} else if most := x.outlook.most() - x.price + lean; most > top {
				list = append(list, stale{x, most, at})
			}
			at++
		}
	}
	slices.SortFunc(list, func(a, b stale) int { return cmp.Or(cmp.Compare(b.most, a.most), cmp.Compare(a.at, b.at)) })
	for len(list) > 0 && list[0].most >= top {
		n := min(len(list), 64)
		for n < len(list) && math.IsInf(list[n].most, 1) {
			n++
		}
		side(n, func(i int) { s.refresh(list[i].x) })
		for _, o := range list[:n] {
			try(o.x, o.at)
		}
		list = list[n:]
	}
	return best, top
}
