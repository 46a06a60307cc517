package reconcile

import "github.com/poslog/poslog/txn"

// tooSoon is the time in which no card is presented again and approved.
const tooSoon = 4_000_000

// Tells reports whether the match of terminal row i is evidence of what its code means. A
// match by amount and time alone may be a later retry of the same purchase, which would make a
// success of every failure; it counts where the two rows are each other's only candidates, name
// one terminal or merchant (or one side names none at all) and, to a few seconds in a common
// clock, one moment. Where a side states no seconds, hardly any row of the code may be
// a minute off besides: of retries half are.
func (m *Matches) Tells(i int) bool {
	s := m.partner[left].at(int32(i))
	if s < 0 || !m.how[i].Weak() {
		return s >= 0
	}
	if !m.onlyPair(int32(i), s) || !m.oneMoment(int32(i), s) {
		return false
	}
	if m.seconds(int32(i), s) == 2 {
		return true
	}
	m.minuted.Do(m.countMinutes)
	return m.prompt[m.row(left, int32(i)).Code]
}

// onlyPair reports whether rows matched by time are each other's only candidates at one place.
func (m *Matches) onlyPair(t, s int32) bool {
	const place = fTID | fMID
	apart := m.stated[left]&place != 0 && m.stated[right]&place != 0 && m.have[left][t]&m.have[right][s]&place&^m.names.apart == 0
	return !apart && m.how[t] == ByTime && m.sure[t]&^agreed == ByTime.percent()
}

// oneMoment reports whether no retry fits between two rows, as far as their times tell.
func (m *Matches) oneMoment(t, s int32) bool {
	g := m.gap(t, s)
	if m.seconds(t, s) == 0 {
		return g == 0 // the next minute may be as much as two later
	}
	return -tooSoon <= g && g <= tooSoon
}

// seconds counts the rows of a pair that state seconds.
func (m *Matches) seconds(t, s int32) (n int) {
	for side, i := range [2]int32{t, s} {
		if m.row(side, i).Prec >= txn.PrecSecond {
			n++
		}
	}
	return n
}

// countMinutes finds the codes with enough pairs to the minute of which four in five are of
// one moment.
func (m *Matches) countMinutes() {
	const enough = 7
	pairs, prompt := map[uint16]int{}, map[uint16]int{}
	for t, s := range m.partner[left].pairs() {
		if !m.onlyPair(t, s) || m.seconds(t, s) == 2 {
			continue
		}
		code := m.row(left, t).Code
		pairs[code]++
		if m.oneMoment(t, s) {
			prompt[code]++
		}
	}
	m.prompt = map[uint16]bool{}
	for code, n := range pairs {
		m.prompt[code] = n >= enough && 5*prompt[code] >= 4*n
	}
}
