package evidence

import (
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/txn"
)

// pattern is what row i shows.
func (g *gathering) pattern(in *institution, e *classify.Evidence, gr *group, i int, burst classify.Tri) classify.Pattern {
	r := g.row(i)
	p := classify.Pattern{Burst: burst}
	if g.covered(i) {
		p.Settled = classify.TriOf(g.settled(i))
	}
	if e.Reversals > 0 {
		p.Reversed = classify.TriOf(g.reversed(i))
	}
	if 3*e.ApprovalsWithAuth >= e.Approvals && e.Approvals >= 5 {
		p.Auth = classify.TriOf(r.Flags.Has(txn.CardEvent))
	}
	if r.Latency >= 0 && e.SlowLimit > 0 {
		switch {
		case r.Latency > e.SlowLimit:
			p.Speed = classify.Slow
		case r.Latency <= e.ApprovedP10:
			p.Speed = classify.AsFast
		default:
			p.Speed = classify.Usual
		}
	}
	if tk := in.at.perKind[tidKind{g.b.Place(r.Place).Terminal, r.Kind}]; tk[0] >= 3 {
		p.DeadEnd = classify.TriOf(tk[1] == 0)
	}
	if a, amount := in.at.amounts[r.Kind], g.in.Amount(r); len(a) >= 10 && amount.Valid() {
		p.Amount = 1
		for _, q := range [3]int{50, 90, 99} {
			if int64(amount) > a[(len(a)-1)*q/100] {
				p.Amount++
			}
		}
	}
	return p
}

// slow is the latency from which an answer counts as slow: twice the approvals'
// 95 % point and at least three seconds, or half of the usual time-out.
func (in *institution) slow() int32 {
	s := max(3000, 2*in.latency.quantile(.95))
	if t := in.timeouts.quantile(.5); t > 0 && t/2 > in.latency.quantile(.95) {
		s = min(s, t/2)
	}
	return s
}

// expectedTerminals is how many terminals n cases would hit if each fell on a
// terminal in proportion to its attempts.
func (in *institution) expectedTerminals(n int) float64 {
	counts := map[int]int{} // terminals by number of attempts: a sum in a fixed order
	for _, c := range in.at.perTID {
		counts[c]++
	}
	sizes := make([]int, 0, len(counts))
	for c := range counts {
		sizes = append(sizes, c)
	}
	slices.Sort(sizes)
	sum := 0.0
	for _, c := range sizes {
		sum += float64(counts[c]) * (1 - pow(1-float64(c)/float64(len(in.list)), n))
	}
	return sum
}

func pow(x float64, n int) float64 {
	p := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= x
		}
		x *= x
	}
	return p
}
