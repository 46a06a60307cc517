package cause

import (
	"cmp"
	"math"
	"slices"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/txn"
)

// Bound is an amount that parts the attempts of a window: those from it on were refused, those
// below hardly. A limit or a rule of risk control does that; faults do not ask how much is paid.
type Bound struct {
	From        txn.Minor
	Currency    string
	Over, Under Share // refused
}

const (
	boundRows = 8  // on either side
	boundNats = 10 // by which two rates explain the refusals better than one
)

// bound finds the amount that parts refusals from the rest, nil where none does.
func (g *gathered) bound(w *incident.Window, currency string) *Bound {
	var in []*attempt // those that were refused, or went well
	all := Share{}
	for i := range g.tries {
		if a := &g.tries[i]; w.During(a.at) && !a.retry && a.amount.Valid() && (a.refused || !a.failed) {
			in = append(in, a)
			all.count(a.failed)
		}
	}
	slices.SortStableFunc(in, func(x, y *attempt) int { return cmp.Compare(x.amount, y.amount) })
	var found *Bound
	best, under := float64(boundNats), Share{}
	for i, a := range in {
		if over := (Share{all.K - under.K, all.N - under.N}); i > 0 && a.amount > in[i-1].amount && under.N >= boundRows && over.N >= boundRows &&
			2*over.K >= over.N && over.Of() >= 5*under.Of() {
			if gain := over.nats() + under.nats() - all.nats(); gain > best {
				best, found = gain, &Bound{roundest(in[i-1].amount, a.amount), currency, over, under}
			}
		}
		under.count(a.failed)
	}
	return found
}

func (s *Share) count(hit bool) {
	s.N++
	if hit {
		s.K++
	}
}

// nats is the log-likelihood of a share under its own rate.
func (s Share) nats() (v float64) {
	for _, k := range [...]int{s.K, s.N - s.K} {
		if k > 0 {
			v += float64(k) * math.Log(float64(k)/float64(s.N))
		}
	}
	return v
}

// roundest is the amount above low, up to high, that somebody would set.
func roundest(low, high txn.Minor) txn.Minor {
	for unit := txn.Minor(1e12); unit > 1; unit /= 10 {
		for _, step := range [...]txn.Minor{unit, unit / 2} {
			if v := (low/step + 1) * step; v <= high {
				return v
			}
		}
	}
	return high
}
