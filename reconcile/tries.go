package reconcile

import (
	"slices"

	"github.com/poslog/poslog/classify"
)

// An order may be tried several times, with the same number: what was refused is paid by
// another card, and what is in process is asked for again until its end is known. Rows of an
// order that say the same are repeats of each other; the others are tries, or the course
// of one. So it is with all rows of settlement files: what one has in process or refused, the next
// one settles.

// told is what a row itself says of its end, before any evidence.
type told uint8

const (
	nothing   told = iota // no code and no word
	inProcess             // not yet
	undecided             // by a code whose meaning is open
	refused
	good
)

// toldBy asks the code and status word of a row.
func (m *Matches) toldBy(side int, i int32) told {
	if side == right {
		return [...]told{moved: good, failed: refused, working: inProcess}[m.says[i]]
	}
	if m.opt.Answer == nil {
		return nothing
	}
	switch a := m.opt.Answer(m.row(left, i)); {
	case a.Code == "":
		return nothing
	case a.Unfinished():
		return inProcess
	case a.Outcome == classify.Declined:
		return refused
	case a.Outcome.IsApproval():
		return good
	}
	return undecided
}

// ended reports whether rows of a side are tries that have ends.
func (p *pairing) ended(side int) bool { return side == right || p.pass.key.ofOrder() }

// unfinished reports whether a row of such a side is in process.
func (p *pairing) unfinished(side int, i int32) bool {
	return p.ended(side) && p.m.toldBy(side, i) == inProcess
}

// goesOn reports whether a row belongs to the try of the row before it.
func (p *pairing) goesOn(side int, before, i int32) bool {
	if !p.ended(side) {
		return true
	}
	a, b := p.m.toldBy(side, before), p.m.toldBy(side, i)
	return a <= inProcess || b == nothing || a == b && (!p.pass.key.ofOrder() || p.m.row(side, before).Code == p.m.row(side, i).Code)
}

// tries parts the rows that a side has of an order, or of a number in settlement: good ones come first and refused ones
// last, so that they take no row that is another try's. What was in process and has an end is
// set aside for the row that tells it.
func (p *pairing) tries(side int, rows []int32) [][]int32 {
	if !p.ended(side) || len(rows) < 2 {
		return [][]int32{rows}
	}
	p.follow(side, rows, func(i int32) bool { return p.unfinished(side, i) })
	parts := make([][]int32, 3)
	for _, i := range rows {
		if p.m.partner[side].at(i) == copyOf {
			continue
		}
		n := 1
		switch p.m.toldBy(side, i) {
		case good:
			n = 0
		case refused:
			n = 2
		}
		parts[n] = append(parts[n], i)
	}
	return slices.DeleteFunc(parts, func(l []int32) bool { return len(l) == 0 })
}
