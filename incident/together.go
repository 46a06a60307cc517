package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/ledger"
)

// mostTogether is how many values of a dimension a find may name together.
const mostTogether = 4

// shared reports whether several values of a dimension may hang on one thing that fails: hosts, lines and versions do,
// while terminals that do are named by what they share.
func shared(d ledger.Dim) bool {
	switch d {
	case ledger.Institution, ledger.Issuer, ledger.Carrier, ledger.Region, ledger.Network, ledger.Model:
		return true
	}
	return false
}

// together fits one window to several values of a dimension that fail at the same time, where each could stand alone and others
// do not fail: of three institutions two are behind the same front-end. A set costs no further window, but what names it
// among all sets of as many, and a nat a value: few things are shared by all but one. It returns the values and by how many nats they explain more than the find.
func (s *search) together(f *found, attempts []int32, d ledger.Dim, kids []child, values int) (gain float64, ids []uint32, own child) {
	if !shared(d) {
		return 0, nil, own
	}
	p, alone := s.p, 2*math.Log(float64(f.c.n))+4
	from, to := f.lo, f.hi // where all of them fail
	for i := range kids {
		if k := &kids[i]; k.c.llr > alone {
			ids = append(ids, k.id)
			from, to = max(from, p.event(k.r, k.c.first)), min(to, p.event(k.r, k.c.last))
		}
	}
	if len(ids) < 2 || len(ids) > mostTogether || len(ids) == values || from >= to {
		return 0, nil, own
	}
	slices.Sort(ids)
	own.r.coded = f.c.code > 0
	col := p.ev.column(d)
	k, _ := slices.BinarySearch(p.fails, f.lo)
	for _, i := range attempts {
		if !slices.Contains(ids, col.id(i)) {
			continue
		}
		if !p.failed(f, i) {
			own.gap++
			continue
		}
		for p.fails[k] < i {
			k++
		}
		own.r.add(k, &own.gap)
	}
	own.c = p.cut(own.r, p.scan(own.r))
	price := float64(len(ids)) + math.Log(float64(len(s.free)))
	for n := range ids {
		price += math.Log(float64(values-n) / float64(n+1))
	}
	return own.c.llr - price - f.c.llr, ids, own
}
