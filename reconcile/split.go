package reconcile

import (
	"slices"

	"github.com/poslog/poslog/txn"
)

// One payment may stand in several rows: an order paid from two cards and settled
// as one, a sale that the settlement file splits into what the customer and what a coupon
// paid. Such rows share an identifier and nothing else fits: they are matched only where all
// rows that are left of the identifier add up to the one row of the other side, and
// every such case is listed.

// parts are the further rows of splits: the first one is the partner of the whole.
// A further row has the whole as its own partner.
type parts [2]map[int32][]int32 // by the row of the whole on its side

// split matches the only free row of one side with all free rows of the other, if
// they add up to it.
func (p *pairing) split(t, s []int32) {
	if !p.pass.key.identity() {
		return
	}
	ft, fs := p.free(left, t), p.free(right, s)
	switch {
	case len(ft) == 1 && len(fs) > 1 && p.addUp(ft, fs):
		p.match(ft[0], fs[0], p.pass.key, p.pass.key.percent()-5)
		for _, i := range fs[1:] {
			p.m.partner[right].put(i, ft[0])
		}
		p.splits = append(p.splits, splitOf{left, ft[0], slices.Clone(fs[1:])})
	case len(fs) == 1 && len(ft) > 1 && p.pass.key.ofOrder() && p.addUp(ft, fs):
		for _, i := range slices.Backward(ft) { // the first one last: it is the partner
			p.match(i, fs[0], p.pass.key, p.pass.key.percent()-5)
			p.found[p.pass.key]--
		}
		p.found[p.pass.key]++
		p.splits = append(p.splits, splitOf{right, fs[0], slices.Clone(ft[1:])})
	}
}

type splitOf struct {
	side  int // of the whole
	whole int32
	rest  []int32
}

func (p *pairing) free(side int, rows []int32) (out []int32) {
	for _, i := range rows {
		if p.m.partner[side].at(i) == free {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// addUp reports whether both lists have the same sum, all amounts are there, and all
// rows are near the first of the other side.
func (p *pairing) addUp(t, s []int32) bool {
	var sum [2]txn.Minor
	for side, rows := range [2][]int32{t, s} {
		for _, i := range rows {
			a := p.m.row(side, i).Amount
			if !a.Valid() || a <= 0 {
				return false
			}
			sum[side] += a
		}
	}
	if sum[left] != sum[right] {
		return false
	}
	for _, i := range t {
		for _, k := range s {
			if !p.m.near(p.pass.key, i, k, lastRound) {
				return false
			}
		}
	}
	return true
}

// whole reports whether terminal row t, matched with s, is part of a split, and
// lists the rows of both sides.
func (m *Matches) whole(t, s int32) (ts, ss []int32, ok bool) {
	if rest := m.parts[left][t]; len(rest) > 0 {
		return []int32{t}, append([]int32{s}, rest...), true
	}
	if rest := m.parts[right][s]; len(rest) > 0 {
		return append([]int32{m.partner[right].at(s)}, rest...), []int32{s}, true
	}
	return nil, nil, false
}

// split judges the rows of a split as one case, at its first terminal row.
func (j *judge) split(ts, ss []int32) {
	m := j.m
	var shown, got txn.Minor
	var good, alive []int32
	undone, taken := false, Idle
	for _, t := range ts {
		switch {
		case j.r.states[left][t] != Idle || !j.approved(t):
		case j.undone(t):
			undone = true
		default:
			good = append(good, t)
			shown += m.row(left, t).Amount
		}
	}
	for _, s := range ss {
		if state := j.r.states[right][s] &^ leads; state != Idle {
			taken = state
		} else if j.moneyRow(s) {
			alive = append(alive, s)
			got += m.row(right, s).Amount
		}
	}
	if taken != Idle { // settled within the case of what they undo
		j.also(taken, right, alive)
		j.also(taken, left, good)
		return
	}
	lead, amount := ts[0], shown
	if len(good) > 0 {
		lead = good[0]
	}
	var state State
	switch {
	case len(alive) == 0 && len(good) == 0:
		return
	case len(alive) == 0:
		state, alive = StatusDiffers, ss
	case slices.ContainsFunc(alive, m.working):
		state = PendingCutOff
	case m.row(left, lead).Kind == txn.Reversal: // no money of its own
		state, amount = Matched, got
	case len(good) == 0 && undone:
		state, amount = ReversedButSettled, got
	case len(good) == 0:
		state, amount = ChargedButFailed, got
	case !m.accepts(m.row(left, lead), shown, got):
		state, amount = AmountDiffers, absolute(shown-got)
	default:
		state, amount = Matched, got
		k, _ := m.How(int(lead))
		j.r.Splits = append(j.r.Splits, m.group(k, ts, ss, got))
	}
	j.assign(state, lead, alive[0], amount)
	j.also(state, right, alive[1:])
	for _, t := range good {
		if t != lead {
			j.also(state, left, []int32{t})
		}
	}
}
