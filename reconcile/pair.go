package reconcile

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// pairing is what one worker decides about the rows of one key at a time.
type pairing struct {
	m        *Matches
	pass     pass
	found    [len(keyNames)]int
	copies   [2][][2]int32 // row, the row that it repeats
	contests []contest
	splits   []splitOf
	unzeroed int // pairs whose numbers differ in leading zeros
	steps    int // comparisons made, for the test of growth
	// A settlement row is near enough for the pass if it is later by at least
	// earliest and at most latest minutes; outside that the rows must be looked at.
	earliest, latest int32
	zeros            bool // the key's numbers may have lost leading zeros on one side
}

// surelyNear works out in whole minutes what near allows in the last round.
func (p *pairing) surelyNear() {
	before, after := p.m.opt.LagBefore*1440, p.m.opt.LagAfter*1440
	if !p.pass.key.identity() {
		before, after = min(before, 720), min(after, 720)
	}
	p.earliest, p.latest = int32(1-before), int32(after-1)
	p.zeros = (p.pass.need&fRRN != 0) && p.m.zerosLost()
}

func (p *pairing) match(t, s int32, k Key, percent uint8) {
	p.m.partner[left].put(t, s)
	p.m.partner[right].put(s, t)
	p.m.how[t], p.m.sure[t] = k, percent
	p.found[k]++
}

// strong matches rows that share an identifier. Repeats of a message at the
// terminal are set aside first; equal amounts are paired in the order of time, then rows of
// different amounts that are simultaneous; what repeats a paired row is set aside; what
// is left is paired whatever its amount. Sorting and walking, however many rows share the key.
func (p *pairing) strong(t, s []int32) {
	if len(t) == 1 && len(s) == 1 {
		p.one(t[0], s[0])
		return
	}
	percent := p.pass.key.percent()
	byAmountCard := func(r *ledger.Row) [2]uint64 { return [2]uint64{p.m.ids.value(r, fAmount), uint64(r.Last4)} }
	byAmount := func(r *ledger.Row) [2]uint64 { return [2]uint64{p.m.ids.value(r, fAmount)} }
	byNothing := func(*ledger.Row) [2]uint64 { return [2]uint64{} }
	if !p.pass.key.ofOrder() {
		p.setAside(left, t)
	}
	ts, ss := p.tries(left, t), p.tries(right, s)
	each := func(percent uint8, last int, by func(*ledger.Row) [2]uint64) {
		for _, t := range ts {
			for _, s := range ss {
				p.equal(t, s, percent, last, by)
			}
		}
	}
	each(percent, lastRound, byAmountCard)
	each(percent, lastRound, byAmount)
	p.split(t, s)
	if p.pass.key.identity() {
		each(percent-10, sameTime, byNothing)
	}
	p.setAside(left, t)
	p.setAside(right, s)
	if p.pass.key.identity() {
		each(percent-10, lastRound, byNothing)
	}
}

// pair decides on the only two rows of a key by their entries, nearly always, and
// looks at the rows where these do not tell.
func (p *pairing) pair(t, s *entry) {
	later := s.minute() - t.minute()
	if t.amount == largeAmount || s.amount == largeAmount || t.minute() == noMinute || s.minute() == noMinute ||
		later < p.earliest || later > p.latest {
		p.one(t.row(), s.row())
		return
	}
	p.decide(t.row(), s.row(), evidence{near: true,
		same:  t.amount == s.amount || t.amount == noAmount || s.amount == noAmount,
		equal: t.amount == s.amount && t.amount != noAmount,
		cards: t.card() != s.card() && t.card() != noCard && s.card() != noCard,
	})
}

// one decides on the only two rows of a key.
func (p *pairing) one(t, s int32) {
	x, y := p.m.row(left, t), p.m.row(right, s)
	p.decide(t, s, evidence{
		near:  p.m.near(p.pass.key, t, s, lastRound),
		same:  x.Amount == y.Amount || !x.Amount.Valid() || !y.Amount.Valid(),
		equal: x.Amount == y.Amount && x.Amount.Valid(),
		cards: x.Last4 != y.Last4 && x.Last4 != ledger.NoLast4 && y.Last4 != ledger.NoLast4,
	})
}

// evidence is how two rows of one key compare otherwise.
type evidence struct {
	near  bool // in time
	same  bool // no different amounts
	equal bool // the same amount on both
	cards bool // different cards
}

func (p *pairing) decide(t, s int32, e evidence) {
	percent := p.pass.key.percent()
	switch {
	case e.near && e.same:
	case e.near && p.pass.key.identity():
		percent -= 10
	case e.same && p.pass.key == ByRRN:
		// A dead clock does not undo an equal reference number, terminal and amount.
		percent -= 15
	default:
		return
	}
	if e.cards {
		percent -= 5 // a phone's token may stand on one side, the card on the other
	}
	if p.zeros && p.m.row(left, t).RRN != p.m.row(right, s).RRN {
		percent -= 3 // equal as numbers only
		p.unzeroed++
	}
	p.match(t, s, p.pass.key, percent)
	if e.equal {
		p.m.sure[t] |= agreed
	}
}

// equal pairs the free rows that agree in what by returns, nearest in time
// first, up to the window of the last round.
func (p *pairing) equal(t, s []int32, percent uint8, last int, by func(*ledger.Row) [2]uint64) {
	if len(t) == 0 || len(s) == 0 {
		return
	}
	compare := func(side int) func(x, y int32) int {
		return func(x, y int32) int {
			p.steps++
			kx, ky := by(p.m.row(side, x)), by(p.m.row(side, y))
			return cmp.Or(slices.Compare(kx[:], ky[:]), cmp.Compare(x, y)) // the order of time
		}
	}
	slices.SortFunc(t, compare(left))
	slices.SortFunc(s, compare(right))
	for i, j := 0, 0; i < len(t) && j < len(s); {
		p.steps++
		kt, ks := by(p.m.row(left, t[i])), by(p.m.row(right, s[j]))
		if c := slices.Compare(kt[:], ks[:]); c < 0 {
			i++
			continue
		} else if c > 0 {
			j++
			continue
		}
		ti, sj := i, j
		for i < len(t) && by(p.m.row(left, t[i])) == kt {
			i++
		}
		for j < len(s) && by(p.m.row(right, s[j])) == ks {
			j++
		}
		for round := range last + 1 {
			p.walk(t[ti:i], s[sj:j], percent, round)
		}
	}
}

// walk pairs two lists in the order of time within the window of the round.
// Taking the first fit of each is a largest possible matching, since all windows
// have the same width.
func (p *pairing) walk(t, s []int32, percent uint8, round int) {
	for i, j := 0, 0; i < len(t) && j < len(s); {
		p.steps++
		switch {
		case p.m.partner[left].at(t[i]) != free:
			i++
		case p.m.partner[right].at(s[j]) != free:
			j++
		case p.m.near(p.pass.key, t[i], s[j], round):
			p.match(t[i], s[j], p.pass.key, percent)
			i++
			j++
		case p.m.gap(t[i], s[j]) < 0:
			j++
		default:
			i++
		}
	}
}

// setAside marks rows that repeat another row of their side: same kind, amount,
// card and terminal under the same identifier, near in time. The one that stays is
// matched already, or else ranks highest, then is the earliest. Two rows that are matched both stay.
// What was in process goes first, for it stands between repeats of one end without parting them.
func (p *pairing) setAside(side int, rows []int32) {
	if p.ended(side) {
		p.follow(side, rows, func(i int32) bool { return p.unfinished(side, i) })
	}
	p.follow(side, rows, nil)
}

// follow marks, of rows that follow one another, those that repeat the one that stays and that only
// names, nil for all.
func (p *pairing) follow(side int, rows []int32, only func(int32) bool) {
	if len(rows) < 2 {
		return
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(i int32) bool { return p.m.partner[side].at(i) == copyOf })
	same := func(x, y *ledger.Row) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Amount, y.Amount),
			cmp.Compare(p.m.ids.value(x, fTID), p.m.ids.value(y, fTID)), cmp.Compare(x.Last4, y.Last4))
	}
	slices.SortFunc(rows, func(x, y int32) int {
		p.steps++
		a, b := p.m.row(side, x), p.m.row(side, y)
		c := same(a, b)
		if c == 0 && a.At == b.At && p.unfinished(side, x) != p.unfinished(side, y) {
			if c = 1; p.unfinished(side, x) { // at one time what is in process comes before its end
				c = -1
			}
		}
		return cmp.Or(c, cmp.Compare(x, y))
	})
	for i := 0; i < len(rows); {
		n, best := i+1, i
		for n < len(rows) && same(p.m.row(side, rows[i]), p.m.row(side, rows[n])) == 0 && p.repeats(side, rows[n-1], rows[n]) && p.goesOn(side, rows[n-1], rows[n]) {
			if w, b := p.rank(side, rows[n]), p.rank(side, rows[best]); w > b || w == b && w == rankUnfinished {
				best = n // of rows in process the last one
			}
			n++
		}
		for k := i; k < n; k++ {
			if k != best && p.m.partner[side].at(rows[k]) == free && (only == nil || only(rows[k])) {
				p.m.partner[side].put(rows[k], copyOf)
				p.copies[side] = append(p.copies[side], [2]int32{rows[k], rows[best]})
			}
		}
		i = n
	}
}

const rankUnfinished, rankMatched = -1, 24

// rank orders the rows of one transaction: one that is matched, then by what they know (worth); of
// tries one that tells its end, then one in process, then one that tells nothing.
func (p *pairing) rank(side int, i int32) int {
	if p.m.partner[side].at(i) >= 0 {
		return rankMatched
	}
	w := p.m.worth(p.m.row(side, i))
	if p.ended(side) {
		switch p.m.toldBy(side, i) {
		case nothing:
			return w - rankMatched
		case inProcess:
			return rankUnfinished
		}
	}
	return w
}

// repeats reports whether two rows with the same identifier and values are near
// enough in time to be one transaction.
func (p *pairing) repeats(side int, x, y int32) bool {
	a, b := p.m.row(side, x), p.m.row(side, y)
	switch {
	case a.Token != 0 && b.Token != 0 && a.Token != b.Token && a.File == b.File: // one file may mask what another shows
		return false
	case !p.pass.key.identity(): // STAN numbers come round again
		return timed(a) && timed(b) && b.At-a.At <= repeatWithin
	case !a.At.Valid() || !b.At.Valid():
		return true
	case side == left:
		return b.At-a.At <= day/2
	}
	return b.At-a.At <= txn.Instant(p.m.opt.LagAfter+1)*day
}

// repeatWithin is the time in which a terminal sends the same message again.
const repeatWithin = 10 * 60 * 1_000_000

// worth ranks rows of one transaction by what they know of it: a code before one that the terminal
// made, and that before none; then the terminal's own before what a switch saw, which knows neither
// the line nor the shop behind it; then those that name the institution, and those with the host's code.
func (m *Matches) worth(r *ledger.Row) (n int) {
	k := knowledge(r)
	n = 8 * min(k, 2)
	if !ledger.OfSwitch(m.b, r) {
		n += 4
	}
	if m.b.Place(r.Place).Institution != 0 {
		n += 2
	}
	return n + k/3
}

func knowledge(r *ledger.Row) int {
	switch {
	case r.Code == 0:
		return 0
	case r.Origin == txn.Host:
		return 3
	case r.Origin == txn.TerminalMade:
		return 1
	}
	return 2
}
