package reconcile

import (
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// An export given twice, or two exports that overlap, say everything twice. That is
// no customer charged twice: where nearly all rows of the time that two files have in
// common stand in both, the repeats count once and are no finding. A row that is settled
// on another day than its like is none of them: that sale was settled anew.

// setAsideExports marks the rows that only repeat another file of their side.
func (m *Matches) setAsideExports() {
	for side := range m.copies {
		list := m.inSeveralFiles(side)
		if len(list) == 0 {
			continue
		}
		e := m.compareExports(side, func(h field) bool { return h&fMoney != 0 }, list)
		for _, x := range list {
			e.repeats(x, func(c, _ int32) { m.twice[side][c] = true })
		}
		if side == left {
			m.setAsideRest(&e)
		}
	}
	for c := range m.twice[right] {
		m.says[c] = failed
	}
}

// alike are rows of one side that say the same, in their order, and the one that counts.
type alike struct {
	rows []int32
	best int32
}

// inSeveralFiles are the rows that have copies in another file.
func (m *Matches) inSeveralFiles(side int) (list []alike) {
	at := map[int32]int{}
	for _, twice := range [...]bool{false, true} {
		for c, o := range m.copies[side] {
			for next, ok := m.copies[side][o]; ok; next, ok = m.copies[side][o] {
				o = next
			}
			n, ok := at[o]
			switch {
			case twice && ok:
				list[n].rows = append(list[n].rows, c)
			case !twice && !ok && m.row(side, o).File != m.row(side, c).File:
				at[o], list = len(list), append(list, alike{[]int32{o}, o})
			}
		}
	}
	for _, x := range list {
		slices.Sort(x.rows)
	}
	return list
}

// files are two files.
type files struct{ x, y uint32 }

// exports are what files of one side have in common.
type exports struct {
	m      *Matches
	side   int
	pairs  map[files]int       // rows that stand in both
	inside map[files]int       // rows of x within the time of y
	rows   map[uint32]int      // of each file
	others map[uint32][]uint32 // with which a file has rows in common
	seen   map[uint32]int      // rows of each file, of those that say the same
	nth    []int               // of its file each of these is
}

// compareExports looks at the rows that count in the files that have some of list.
func (m *Matches) compareExports(side int, counts func(field) bool, list []alike) exports {
	e := exports{m: m, side: side, pairs: map[files]int{}, inside: map[files]int{}, rows: map[uint32]int{},
		others: map[uint32][]uint32{}, seen: map[uint32]int{}}
	for _, x := range list {
		e.each(x.rows, func(k, o int) bool {
			e.pairs[files{e.file(x.rows[o]), e.file(x.rows[k])}]++
			return true
		})
	}
	for f := range e.pairs {
		e.others[f.x] = append(e.others[f.x], f.y)
		if _, ok := e.pairs[files{f.y, f.x}]; !ok {
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

func (e *exports) file(i int32) uint32 { return e.m.row(e.side, i).File }

// mostFiles is with how many rows before it one is compared.
const mostFiles = 30

// each calls f with the places of two of the rows that are the first of their files, the second
// and so on, the nearer ones first, as long as it wants more of a row.
func (e *exports) each(rows []int32, f func(k, o int) bool) {
	clear(e.seen)
	e.nth = e.nth[:0]
	for k, i := range rows {
		file := e.file(i)
		e.nth = append(e.nth, e.seen[file])
		e.seen[file]++
		for o := k - 1; o >= max(0, k-mostFiles); o-- {
			if x := e.file(rows[o]); x != file && e.nth[o] == e.nth[k] && !e.m.settledAnew(e.side, rows[o], i) && !f(k, o) {
				break
			}
		}
	}
}

// repeats calls f with those of the rows that only repeat another file, and the row that counts for
// them: the best one, or the first that stands in no file which that one's repeats.
func (e *exports) repeats(x alike, f func(c, counts int32)) {
	from := make([]int, len(x.rows)) // the place of the first that a row repeats, over other files too
	for k := range from {
		from[k] = k
	}
	e.each(x.rows, func(k, o int) bool {
		if !e.repeated(e.file(x.rows[o]), e.file(x.rows[k])) {
			return true
		}
		from[k] = from[o]
		return false
	})
	best := from[slices.Index(x.rows, x.best)]
	for k, c := range x.rows {
		switch {
		case c == x.best:
		case from[k] == best || e.file(c) != e.file(x.best) && e.repeated(e.file(x.best), e.file(c)) && !e.m.settledAnew(e.side, x.best, c):
			f(c, x.best)
		case from[k] != k:
			f(c, x.rows[from[k]])
		}
	}
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

// setAsideBare does the same with bare rows: those of one file that say what those of another
// one say, of the same second, are not two transactions of one time.
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
		same, at := map[inFile]int{}, map[what]int{}
		var list []alike
		for _, i := range again {
			r := m.row(side, i)
			if !timed(r) || r.Prec < txn.PrecSecond && r.Last4 == ledger.NoLast4 {
				continue
			}
			w := what{r.At, r.Amount, r.Token, r.Batch, r.Place, r.Code, r.Last4, r.Kind, 0}
			f := inFile{w, r.File}
			w.nth = same[f]
			same[f]++
			n, ok := at[w]
			if !ok {
				at[w], list = len(list), append(list, alike{[]int32{i}, i})
				continue
			}
			x := &list[n]
			if x.rows = append(x.rows, i); side == right && m.working(x.best) && !m.working(i) { // the end counts
				x.best = i
			}
		}
		if list = slices.DeleteFunc(list, func(x alike) bool { return len(x.rows) < 2 }); len(list) == 0 {
			continue
		}
		e := m.compareExports(side, bare, list)
		for _, x := range list {
			e.repeats(x, func(c, counts int32) {
				m.partner[side].put(c, copyOf)
				m.copies[side][c] = counts
				m.twice[side][c] = true
			})
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
