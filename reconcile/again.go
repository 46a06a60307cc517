package reconcile

import (
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// An export given twice, or two exports that overlap, say everything twice. That is
// no customer charged twice: where nearly all rows of the time that two files have in
// common stand in both, the repeats count once and are no finding. A row that is settled
// on another day than its like is none of them: that sale was settled anew.

// setAsideExports marks the rows that only repeat another file of their side.
func (m *Matches) setAsideExports() {
	for side, copies := range m.copies {
		pairs := map[files]int{}
		for c, first := range copies {
			if f := (files{m.row(side, first).File, m.row(side, c).File}); f.x != f.y && !m.settledAnew(side, first, c) {
				pairs[f]++
			}
		}
		if len(pairs) == 0 {
			continue
		}
		e := m.compareExports(side, func(h field) bool { return h&fMoney != 0 }, pairs)
		for c, first := range copies {
			if x, y := m.row(side, first).File, m.row(side, c).File; x != y && e.repeated(x, y) && !m.settledAnew(side, first, c) {
				m.twice[side][c] = true
			}
		}
		if side == left {
			m.setAsideRest(&e)
		}
	}
	for c := range m.twice[right] {
		m.says[c] = failed
	}
}

// files are two files.
type files struct{ x, y uint32 }

// exports are what files of one side have in common.
type exports struct {
	pairs  map[files]int       // rows that stand in both
	inside map[files]int       // rows of x within the time of y
	rows   map[uint32]int      // of each file
	others map[uint32][]uint32 // with which a file has rows in common
}

// compareExports looks at the rows that count in the files of pairs, which stand in both.
func (m *Matches) compareExports(side int, counts func(field) bool, pairs map[files]int) exports {
	e := exports{pairs, map[files]int{}, map[uint32]int{}, map[uint32][]uint32{}}
	for f := range pairs {
		e.others[f.x] = append(e.others[f.x], f.y)
		if _, ok := pairs[files{f.y, f.x}]; !ok {
			e.others[f.y] = append(e.others[f.y], f.x)
		}
	}
	spans := map[uint32]*span{} // up to the last row
	each := func(f func(r *ledger.Row)) {
		for i, h := range m.have[side] {
			if counts(h) {
				f(m.row(side, int32(i)))
			}
		}
	}
	each(func(r *ledger.Row) {
		x := spans[r.File]
		if x == nil {
			x = &span{lo: r.At}
			spans[r.File] = x
		}
		x.hi = r.At
		e.rows[r.File]++
	})
	each(func(r *ledger.Row) {
		for _, y := range e.others[r.File] {
			if s := spans[y]; s.lo <= r.At && r.At <= s.hi {
				e.inside[files{r.File, y}]++
			}
		}
	})
	return e
}

// repeated reports whether nearly all rows of the time that two files have in common stand in both.
func (e *exports) repeated(x, y uint32) bool {
	n := e.pairs[files{x, y}] + e.pairs[files{y, x}]
	shared := min(e.inside[files{x, y}], e.inside[files{y, x}])
	return 5*n >= 4*shared && (n >= 3 || n == e.rows[x] || n == e.rows[y])
}

// unique are what tells one transaction from another. A row that moves money and has none is bare.
const unique = fRRN | fSTAN | fOrder | fChannel

func bare(h field) bool { return h&(fMoney|unique) == fMoney }

// inFiles tells whether rows stand in several files.
type inFiles struct {
	file          uint32
	some, several bool
}

func (x *inFiles) note(file uint32) {
	x.several = x.several || x.some && file != x.file
	x.file, x.some = file, true
}

func (x *inFiles) join(o *inFiles) {
	if o.some {
		x.note(o.file)
		x.several = x.several || o.several
	}
}

// setAsideBare does the same with bare rows: those of one file that say what those of
// another one say, of the same second, are not two transactions of one time.
func (m *Matches) setAsideBare() {
	type what struct {
		at     txn.Instant
		amount txn.Minor
		token  uint64
		batch  ledger.Key
		place  uint32
		code   uint16
		last4  uint16
		kind   txn.Kind
		nth    int // of its file
	}
	for side := range m.have {
		if !m.bare[side].several {
			continue
		}
		rows := m.pick(side, func(i int32) bool { return bare(m.have[side][i]) && m.partner[side].at(i) == free })
		again := m.perhapsTwice(&rows, func(r *ledger.Row) uint64 { return mix(uint64(r.At)) ^ uint64(r.Amount)<<16 ^ uint64(r.Last4) })
		type inFile struct {
			what
			file uint32
		}
		same, first := map[inFile]int{}, map[what]int32{}
		copies, pairs := map[int32]int32{}, map[files]int{}
		for _, i := range again {
			r := m.row(side, i)
			if !timed(r) || r.Prec < txn.PrecSecond && r.Last4 == ledger.NoLast4 {
				continue
			}
			w := what{r.At, r.Amount, r.Token, r.Batch, r.Place, r.Code, r.Last4, r.Kind, 0}
			f := inFile{w, r.File}
			w.nth = same[f]
			same[f]++
			o, ok := first[w]
			if !ok {
				first[w] = i
				continue
			}
			if side == right && m.working(o) && !m.working(i) { // the end counts
				first[w], o, i = i, i, o
			}
			copies[i] = o
			pairs[files{m.row(side, o).File, m.row(side, i).File}]++
		}
		if len(pairs) == 0 {
			continue
		}
		e := m.compareExports(side, bare, pairs)
		for c, o := range copies {
			for next, ok := copies[o]; ok; next, ok = copies[o] {
				o = next
			}
			if e.repeated(m.row(side, o).File, m.row(side, c).File) && !m.settledAnew(side, o, c) {
				m.partner[side].put(c, copyOf)
				m.copies[side][c] = o
				m.twice[side][c] = true
			}
		}
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
func (m *Matches) setAsideRest(e *exports) {
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
		if m.partner[left].at(int32(i)) != free || e.others[r.File] == nil || !timed(r) {
			continue
		}
		w := what{r.At, r.Amount, number(r.RRN), number(r.STAN), r.Place, r.Code, r.Last4, r.Kind}
		first, ok := seen[w]
		switch f := m.b.Row(txn.Terminal, int(first)).File; {
		case !ok:
			seen[w] = int32(i)
		case f != r.File && e.repeated(f, r.File):
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
