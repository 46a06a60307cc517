package evidence

import (
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// settledNear is the settled share of the approvals next to row i, so that
// exports which lack hours or days, or break at the cut-off, mislead nobody.
func (in *institution) settledNear(i int, base float64) float64 {
	a := &in.at
	p := searchRow(a.money, i)
	lo, hi := max(0, p-settleNear), min(len(a.money), p+settleNear)
	return (float64(a.found.Count(lo, hi)) + settleHold*base) / (float64(hi-lo) + settleHold)
}

// searchRow is the index of the first of the sorted rows that is not before i.
func searchRow(rows []int32, i int) int {
	n, _ := slices.BinarySearch(rows, int32(i))
	return n
}

// neighbours looks at the attempts around row i and returns whether they are
// hardly ever approved.
func (g *gathering) neighbours(in *institution, e *classify.Evidence, gr *group, i int) (t classify.Tri) {
	if near, approved, ok := g.around(in, i); ok {
		e.Near++
		t = classify.TriOf(burst(near, approved))
		if t == classify.Yes {
			e.Burst++
		}
	}
	if g.downNear(in, gr, i) {
		e.NearDown++
	}
	return t
}

func burst(near, approved int) bool { return 4*approved <= near }

// around counts the attempts of other cards next to row i and the approvals
// among them; ok is false where there are fewer than three.
func (g *gathering) around(in *institution, i int) (near, approved int, ok bool) {
	r := g.row(i)
	if !r.At.Valid() || r.Prec < txn.PrecMinute {
		return 0, 0, false
	}
	p := searchRow(in.list, i)
	for _, dir := range [2]int{-1, 1} {
		for q, n := p+dir, 0; q >= 0 && q < len(in.list) && n < nearEach; q += dir {
			o := g.b.Brief(txn.Terminal, int(in.list[q]))
			if d := o.At.Sub(r.At); d > nearIn || d < -nearIn {
				break
			}
			if same(r, &o) {
				continue
			}
			n++
			near++
			if g.groups[g.of.At(in.list[q])].meaning.Outcome.IsApproval() {
				approved++
			}
		}
	}
	return near, approved, near >= 3
}

// same reports rows of one card, or where there is no card, of one place and amount.
func same(x *ledger.Row, y *ledger.Brief) bool {
	if x.Token != 0 || y.Token != 0 {
		return x.Token == y.Token
	}
	return x.Place == y.Place && x.Amount == y.Amount
}

// downNear reports a row of another terminal and group within a minute that
// shows a host or line at fault.
func (g *gathering) downNear(in *institution, gr *group, i int) bool {
	r := g.row(i)
	if !r.At.Valid() {
		return false
	}
	d, terminal := in.at.down, g.b.Place(r.Place).Terminal
	p := searchRow(d, i)
	for _, side := range [2]struct{ from, step int }{{p - 1, -1}, {p, 1}} { // the nearest first
		for q := side.from; q >= 0 && q < len(d); q += side.step {
			o := g.b.Brief(txn.Terminal, int(d[q]))
			if off := o.At.Sub(r.At); off > downIn || off < -downIn {
				break
			}
			if int(d[q]) != i && g.groups[g.of.At(d[q])] != gr && g.b.Place(o.Place).Terminal != terminal {
				return true
			}
		}
	}
	return false
}

// sample looks at evenly spaced approvals in the same way, for comparison. A
// group that is no fault itself shares the sample of its institution.
func (g *gathering) sample(in *institution, e *classify.Evidence, gr *group) {
	if a := &in.at; a.sampled > 0 && !down(gr) {
		e.Sample, e.SampleDown = a.sampled, a.sampledDown
		return
	}
	list := in.at.approvals
	step := max(1, (len(list)+maxSample-1)/maxSample)
	for k := 0; k < len(list); k += step {
		e.Sample++
		if g.downNear(in, gr, int(list[k])) {
			e.SampleDown++
		}
	}
	if !down(gr) {
		in.at.sampled, in.at.sampledDown = e.Sample, e.SampleDown
	}
}
