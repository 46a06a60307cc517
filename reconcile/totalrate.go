package reconcile

import (
	"maps"
	"slices"

	"github.com/poslog/poslog/txn"
)

// Deposits are paid less fees that often nobody states. Where most of them miss their
// transactions by one rate, row by row as fees are charged, that is the fee, and a deposit that
// misses by anything else is the finding.

// minTotals is how many totals have to agree on a rate.
const minTotals = 3

// claimed is totals of one day and the transactions that they most likely pay, less what may be fees.
type claimed struct {
	totals []int32
	of     *group
}

// rateOfTotals is the rate, in millionths, by which most totals fall short, 0 where there is none.
func (j *judge) rateOfTotals(list []claimed) int64 {
	votes := map[int64]int{}
	for _, c := range list {
		paid := j.m.sumOf(c.totals)
		if short := c.of.sum - paid; short > 0 && likeFees(c.of.sum, paid) {
			ppm := charge{amount: c.of.sum, fee: short}.rate()
			if absolute(j.dueAt(c.of, ppm)-paid) <= 1 || absolute(netOf(c.of.sum, txn.Minor(ppm))-paid) <= 1 {
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
	if votes[best] < minTotals || 2*votes[best] <= len(list) {
		return 0
	}
	return best
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

// claimAll puts totals into their states: those that fall short by the rate of most agree.
func (j *judge) claimAll(list []claimed) {
	j.rate = j.rateOfTotals(list)
	for _, c := range list {
		state, paid := AmountDiffers, j.m.sumOf(c.totals)
		if j.rate > 0 {
			c.of.due = j.dueAt(c.of, j.rate)
			if absolute(c.of.due-paid) <= 1 || absolute(netOf(c.of.sum, txn.Minor(j.rate))-paid) <= 1 {
				state = Matched
			}
		}
		j.claimTotal(state, c.totals, c.of)
	}
}
