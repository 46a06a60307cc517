package reconcile

import (
	"maps"
	"slices"

	"github.com/poslog/poslog/txn"
)

// Deposits are paid less fees that often nobody states. Where most of a place, or most of all, miss
// their transactions by one rate, row by row as fees are charged, that is the fee, and a deposit that
// misses by anything else is the finding. Where a fee is agreed or stated, no other one is an excuse.

// minTotals is how many totals have to agree on a rate.
const minTotals = 3

// claimed is totals of one day and the transactions that they most likely pay, less what may be fees.
type claimed struct {
	totals []int32
	of     *group
}

// feeKnown reports whether a fee is agreed or stated.
func (j *judge) feeKnown(c claimed) bool {
	return c.of.fee != 0 || slices.ContainsFunc(c.totals, func(s int32) bool {
		return j.m.b.Extra(j.m.row(right, s).Extra).Fee.Or(0) != 0
	})
}

// place is the place of totals.
func (j *judge) place(totals []int32) sumKey {
	k, _ := j.totalKey(totals[0], j.m.shared)
	k.batch, k.withBatch = 0, false
	return k
}

// rateOfTotals is the rate, in millionths, by which most totals fall short, 0 where there is none. exact
// are how many others do not fall short at all.
func (j *judge) rateOfTotals(list []claimed, exact int) int64 {
	votes := map[int64]int{}
	for _, c := range list {
		paid := j.m.sumOf(c.totals)
		if short := c.of.sum - paid; short > 0 && likeFees(c.of.sum, paid) {
			if ppm := (charge{amount: c.of.sum, fee: short}).rate(); j.agrees(c, ppm) {
				votes[ppm]++
			}
		}
	}
	best := int64(0)
	for _, ppm := range slices.Sorted(maps.Keys(votes)) {
		if votes[ppm] > votes[best] {
			best = ppm
		}
	}
	if votes[best] < minTotals || 2*votes[best] <= len(list)+exact {
		return 0
	}
	return best
}

// agrees reports whether totals are their transactions less a fee of this rate, on each or on the sum.
func (j *judge) agrees(c claimed, ppm int64) bool {
	paid := j.m.sumOf(c.totals)
	return absolute(j.dueAt(c.of, ppm)-paid) <= 1 || absolute(netOf(c.of.sum, txn.Minor(ppm))-paid) <= 1
}

// dueAt is what transactions come to less a fee of this rate on each.
func (j *judge) dueAt(g *group, ppm int64) txn.Minor {
	rule, due := FeeRule{PPM: ppm}, g.sum
	less := func(a txn.Minor) {
		if a < 0 {
			due += rule.fee(-a)
		} else {
			due -= rule.fee(a)
		}
	}
	for _, t := range g.rows {
		less(j.m.signed(left, t))
	}
	for _, i := range g.carried {
		less(j.pool[i].signed())
	}
	return due
}

// claimAll puts totals into their states: those that fall short by the rate of their place agree.
func (j *judge) claimAll(list []claimed) {
	unknown := slices.DeleteFunc(slices.Clone(list), j.feeKnown)
	places := map[sumKey][]claimed{}
	for _, c := range unknown {
		k := j.place(c.totals)
		places[k] = append(places[k], c)
	}
	exact := 0
	for k := range places {
		exact += j.exact[k]
	}
	all, rates := j.rateOfTotals(unknown, exact), map[sumKey]int64{}
	for k, of := range places {
		rates[k] = j.rateOfTotals(of, j.exact[k])
		if j.exact[k] == 0 && rates[k] == 0 {
			rates[k] = all
		}
	}
	for _, c := range list {
		state := AmountDiffers
		if ppm := rates[j.place(c.totals)]; ppm > 0 && !j.feeKnown(c) {
			c.of.due, c.of.rate = j.dueAt(c.of, ppm), ppm
			if j.agrees(c, ppm) {
				state = Matched
			}
			if !slices.Contains(j.rates, txn.Minor(ppm)) {
				j.rates = append(j.rates, txn.Minor(ppm))
			}
		}
		j.claimTotal(state, c.totals, c.of)
	}
	slices.Sort(j.rates)
}
