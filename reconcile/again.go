package reconcile

import "github.com/poslog/poslog/txn"

// An export given twice, or two exports that overlap, say everything twice. That is
// no customer charged twice: where nearly all rows of the time that two files have in
// common stand in both, the repeats count once and are no finding. A row that is settled
// on another day than its like is none of them: that sale was settled anew.

// setAsideExports marks the rows that only repeat another file of their side.
func (m *Matches) setAsideExports() {
	for side, copies := range m.copies {
		type files struct{ x, y uint32 }
		pairs := map[files]int{}
		for c, first := range copies {
			if f := (files{m.row(side, first).File, m.row(side, c).File}); f.x != f.y && !m.settledAnew(side, first, c) {
				pairs[f]++
				pairs[files{f.y, f.x}] += 0
			}
		}
		if len(pairs) == 0 {
			continue
		}
		type span struct {
			from, to txn.Instant
			rows     int
		}
		spans := map[uint32]span{}
		for i, h := range m.have[side] {
			if h&fMoney != 0 {
				r := m.row(side, int32(i))
				x, ok := spans[r.File]
				if !ok {
					x.from = r.At
				}
				x.to = r.At
				x.rows++
				spans[r.File] = x
			}
		}
		others := map[uint32][]uint32{} // with which a file has rows in common
		for f := range pairs {
			others[f.x] = append(others[f.x], f.y)
		}
		inside := map[files]int{} // rows of x within the time of y
		for i, h := range m.have[side] {
			if h&fMoney == 0 {
				continue
			}
			r := m.row(side, int32(i))
			for _, y := range others[r.File] {
				if s := spans[y]; s.from <= r.At && r.At <= s.to {
					inside[files{r.File, y}]++
				}
			}
		}
		repeated := func(x, y uint32) bool {
			n := pairs[files{x, y}] + pairs[files{y, x}]
			shared := min(inside[files{x, y}], inside[files{y, x}])
			return 5*n >= 4*shared && (n >= 3 || n == spans[x].rows || n == spans[y].rows)
		}
		for c, first := range copies {
			if x, y := m.row(side, first).File, m.row(side, c).File; x != y && repeated(x, y) && !m.settledAnew(side, first, c) {
				m.twice[side][c] = true
			}
		}
		if side == left {
			m.setAsideRest(func(f uint32) bool { return others[f] != nil }, repeated)
		}
	}
	for c := range m.twice[right] {
		m.says[c] = failed
	}
}

// settledAnew reports whether two rows state different days of settlement.
func (m *Matches) settledAnew(side int, i, j int32) bool {
	day := func(i int32) txn.Date { return m.b.Extra(m.row(side, i).Extra).SettleOn }
	x, y := day(i), day(j)
	return x != 0 && y != 0 && x != y
}

// setAsideRest marks the terminal rows that no pass has looked at, such as balance inquiries
// and sign-ons, and that a second export repeats.
func (m *Matches) setAsideRest(shared func(file uint32) bool, repeated func(x, y uint32) bool) {
	type what struct {
		at        txn.Instant
		amount    txn.Minor
		rrn, stan uint64
		place     uint32
		code      uint16
		last4     uint16
		kind      txn.Kind
	}
	seen := map[what]int32{}
	for i, r := range m.b.Rows(txn.Terminal) {
		if m.partner[left].at(int32(i)) != free || !shared(r.File) || !timed(r) {
			continue
		}
		w := what{r.At, r.Amount, number(r.RRN), number(r.STAN), r.Place, r.Code, r.Last4, r.Kind}
		first, ok := seen[w]
		switch f := m.b.Row(txn.Terminal, int(first)).File; {
		case !ok:
			seen[w] = int32(i)
		case f != r.File && repeated(f, r.File):
			m.partner[left].put(int32(i), copyOf)
			m.copies[left][int32(i)] = first
			m.twice[left][int32(i)] = true
		}
	}
}

// SaidTwice reports whether terminal row i only repeats what another export says in the same
// words, or is the second leg of one in its log. A second system's record of the same
// transaction is one of its own.
func (m *Matches) SaidTwice(i int) bool {
	if !m.twice[left][int32(i)] {
		return false
	}
	r, first := m.row(left, int32(i)), m.row(left, m.copies[left][int32(i)])
	if r.File == first.File {
		return true
	}
	x, y := m.b.Extra(r.Extra), m.b.Extra(first.Extra)
	return r.Code == first.Code && r.Kind == first.Kind && r.Place == first.Place && (r.Code != 0 || r.Text == first.Text) &&
		(r.Flags^first.Flags)&txn.TimedOut == 0 && x.Status == y.Status && x.Reason == y.Reason && x.Side == y.Side
}
