package reconcile

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// ReversedBy returns the first reversal of terminal row i, or -1. Whether it was
// accepted is a question of meaning. Voids and refunds are none: what they take back was
// approved, and they move money of their own.
func (m *Matches) ReversedBy(i int) int {
	if m.have[left][i]&fUndone == 0 {
		return -1
	}
	for _, u := range m.undos[left][int32(i)] {
		if m.row(left, u).Kind == txn.Reversal {
			return int(u)
		}
	}
	return -1
}

// undoPass says which value of an undo names which value of its original.
type undoPass struct {
	undo, original undoField
	with           field // equal on both rows
	kinds          []txn.Kind
	within         txn.Instant
	// nameless: only undos that name no original; those that name one which is not here
	// undo no other. without: fields that the undo does not have.
	nameless bool
	without  field
	own      bool // each undo takes an original of its own
}

type undoField uint8

const (
	noField undoField = iota
	uRRN
	uOrigRRN
	uSTAN
	uOrigSTAN
	uOrder
)

var undoPasses = [...]undoPass{
	{uOrigRRN, uRRN, fMID, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day, false, 0, false},
	{uOrigRRN, uRRN, 0, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day, false, 0, false},
	{uRRN, uRRN, fTID, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, overWeekend, false, 0, false},
	{uOrigSTAN, uSTAN, fTID | fAmount, []txn.Kind{txn.Reversal, txn.Void}, overWeekend, false, 0, false},
	{uOrigSTAN, uSTAN, fTID | fLast4, []txn.Kind{txn.Refund}, 40 * day, false, 0, false},
	{uOrder, uOrder, 0, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day, false, 0, false},
	{uSTAN, uSTAN, fTID | fAmount, []txn.Kind{txn.Reversal}, overWeekend, false, 0, false},
	{noField, noField, fTID | fAmount | fLast4, []txn.Kind{txn.Reversal}, day / 144, false, 0, false},
	// Lists of slips name no original: a void takes back the last sale of its amount, and of
	// its card where it states one, that was not refused and that no other void took back.
	{noField, noField, fTID | fAmount | fLast4, []txn.Kind{txn.Void}, day, true, 0, true},
	{noField, noField, fTID | fAmount, []txn.Kind{txn.Reversal}, day / 144, true, fLast4, false},
	{noField, noField, fTID | fAmount, []txn.Kind{txn.Void}, day, true, fLast4, true},
}

// overWeekend is how long a terminal that is switched off may keep a reversal.
const overWeekend = 4 * day

// slack is how much earlier than its original an undo may be written where none stands
// before it: files of one second's resolution mix the order. A retry a few seconds after
// the reversal is no original of it.
const slack = 5_000_000

func (m *Matches) undoValue(r *ledger.Row, f undoField) uint64 {
	switch f {
	case uRRN:
		return m.ids.value(r, fRRN)
	case uSTAN:
		return number(r.STAN)
	case uOrder:
		return m.ids.value(r, fOrder)
	}
	if r.Extra == 0 {
		return 0
	}
	if e := m.b.Extra(r.Extra); f == uOrigRRN {
		return number(e.OrigRRN)
	} else {
		return number(e.OrigSTAN)
	}
}

// The roles of rows in a join of undos with their originals.
const (
	isOriginal = 0
	isUndo     = 1
)

// undoKey is the key of a row in a role; ok is false where it lacks a value.
func (m *Matches) undoKey(p *undoPass, side, role int, row int32, r *ledger.Row) (k key, ok bool) {
	f := p.original
	if role == isUndo {
		f = p.undo
	}
	if m.have[side][row]&p.with != p.with {
		return key{}, false
	}
	if role == isUndo && (m.have[side][row]&p.without != 0 || p.nameless && m.undoValue(r, uOrigRRN)|m.undoValue(r, uOrigSTAN) != 0) {
		return key{}, false
	}
	var named uint64
	if f != noField {
		if named = m.undoValue(r, f); named == 0 {
			return key{}, false
		}
	}
	k = m.ids.key(r, p.with)
	k[0] >>= 1 // the directions differ by nature
	k[8] = named
	return k, true
}

// sieve remembers hashes; it may know one that it was never told.
type sieve struct {
	bits []uint64
	any  bool
}

func newSieve(n int) sieve { return sieve{bits: room.Slice[uint64](1 << bits.Len(uint(n/4)))} }

func (s *sieve) place(h uint64) (*uint64, uint64) {
	return &s.bits[h>>6&uint64(len(s.bits)-1)], 1 << (h & 63)
}

func (s *sieve) put(h uint64) {
	w, bit := s.place(h)
	*w |= bit
	s.any = true
}

func (s *sieve) has(h uint64) bool {
	w, bit := s.place(h)
	return s.any && *w&bit != 0
}

// linkUndos finds the original of every row that undoes one: the nearest one
// before it under the strongest key that both have. Undos are few, so that one look at
// all rows picks those that some undo may name.
func (m *Matches) linkUndos(side int) map[int32][]int32 {
	of, original := map[int32][]int32{}, map[int32]int32{}
	var undos []int32
	for i, h := range m.have[side] {
		if h&(fMoney|fBack) == fMoney|fBack {
			undos = append(undos, int32(i))
		}
	}
	if len(undos) == 0 {
		return of
	}
	hash := m.opt.hash
	if hash == nil {
		hash = (*key).hash
	}
	named := m.namedByUndos(side, undos, hash)
	for n := range undoPasses {
		p := &undoPasses[n]
		j := join{memory: m.opt.Memory, workers: 1}
		j.rows[isOriginal] = picked{book: m.b, side: side, list: named[n]}
		j.rows[isUndo] = picked{book: m.b, side: side, list: undos, ok: func(u int32) bool { _, done := original[u]; return !done }}
		j.fill = func(role int, row int32, r *ledger.Row, e *entry) bool {
			if role == isUndo && !slices.Contains(p.kinds, r.Kind) {
				return false
			}
			k, ok := m.undoKey(p, side, role, row, r)
			e.setCode(hash(&k))
			return ok
		}
		j.key = func(role int, row int32) key {
			k, _ := m.undoKey(p, side, role, row, m.row(side, row))
			return k
		}
		j.visit = func(_ int, originals, undos []int32) {
			if p.own {
				m.eachItsOwn(side, originals, undos, p.within, original)
				return
			}
			var sorted []int32 // by amount, then in the order of time
			if len(originals) > 1 {
				sorted = slices.Clone(originals)
				slices.SortStableFunc(sorted, func(x, y int32) int {
					return cmp.Compare(m.row(side, x).Amount, m.row(side, y).Amount)
				})
			}
			for _, u := range undos {
				// Of several payments under one number, the one of this amount.
				o := m.lastBefore(side, m.ofAmount(side, sorted, m.row(side, u).Amount), u, p.within)
				if o < 0 {
					o = m.lastBefore(side, originals, u, p.within)
				}
				if first, ok := m.copies[side][o]; ok {
					o = first
				}
				if o >= 0 {
					original[u] = o
				}
			}
		}
		if len(named[n]) > 0 {
			j.run()
		}
	}
	for _, u := range undos {
		if o, ok := original[u]; ok {
			of[o] = append(of[o], u)
			m.have[side][o] |= fUndone
		}
	}
	return of
}

// namedByUndos lists, for each way of naming an original, the rows that undos may
// name so.
func (m *Matches) namedByUndos(side int, undos []int32, hash func(*key) uint64) (named [len(undoPasses)][]int32) {
	var asked [len(undoPasses)]sieve
	for n := range undoPasses {
		p := &undoPasses[n]
		asked[n] = newSieve(len(undos))
		for _, u := range undos {
			if r := m.row(side, u); slices.Contains(p.kinds, r.Kind) {
				if k, ok := m.undoKey(p, side, isUndo, u, r); ok {
					asked[n].put(hash(&k))
				}
			}
		}
	}
	found := make([][len(undoPasses)][]int32, m.opt.Workers)
	parallel(m.opt.Workers, func(w int) {
		all := picked{book: m.b, side: side, n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&(fMoney|fBack) == fMoney }}
		from, to := all.share(w, m.opt.Workers)
		all.read(from, to, func(_ int, i int32, r *ledger.Row) {
			for n := range undoPasses {
				if asked[n].any {
					if k, ok := m.undoKey(&undoPasses[n], side, isOriginal, i, r); ok && asked[n].has(hash(&k)) {
						found[w][n] = append(found[w][n], i)
					}
				}
			}
		})
	})
	for w := range found {
		for n := range named {
			named[n] = append(named[n], found[w][n]...)
		}
	}
	return named
}

// ofAmount cuts the rows of one amount out of rows that are sorted by it.
func (m *Matches) ofAmount(side int, sorted []int32, a txn.Minor) []int32 {
	from, _ := slices.BinarySearchFunc(sorted, a, func(i int32, a txn.Minor) int { return cmp.Compare(m.row(side, i).Amount, a) })
	to := from
	for n := len(sorted) - from; n > 0; { // many rows may have the amount
		if half := n / 2; m.row(side, sorted[to+half]).Amount <= a {
			to, n = to+half+1, n-half-1
		} else {
			n = half
		}
	}
	return sorted[from:to]
}

// eachItsOwn links undos that name no original to the latest before each that was not refused
// and that no other void took back, as long as there is one. Of equal ones it is one that the
// other side has as it has the undo: files that leave out what was taken back leave out both.
func (m *Matches) eachItsOwn(side int, originals, undos []int32, within txn.Instant, original map[int32]int32) {
	takes := func(u int32) bool {
		told := m.toldBy(side, u)
		return m.row(side, u).Kind == txn.Void && m.partner[side].at(u) != copyOf && (told == good || told == nothing)
	}
	taken := map[int32]bool{}
	for u, o := range original {
		taken[o] = taken[o] || takes(u)
	}
	open := func(o int32) bool {
		return !taken[o] && m.partner[side].at(o) != copyOf && m.toldBy(side, o) != refused
	}
	shared := func(i int32) int { // 1 where the other side has it, too
		if m.partner[side].at(i) >= 0 {
			return 1
		}
		return 0
	}
	var before [2][]int32
	next, ahead := 0, 0
	for _, u := range undos {
		at := m.row(side, u).At
		for ; next < len(originals) && m.row(side, originals[next]).At <= at; next++ {
			if o := originals[next]; open(o) {
				before[shared(o)] = append(before[shared(o)], o)
			}
		}
		o := int32(free)
		for _, k := range [...]int{shared(u), 1 - shared(u)} {
			list := before[k]
			for len(list) > 0 && taken[list[len(list)-1]] {
				list = list[:len(list)-1]
			}
			if before[k] = list; o < 0 && len(list) > 0 {
				o = m.lastBefore(side, list[len(list)-1:], u, within)
			}
		}
		for ahead = max(ahead, next); o < 0 && ahead < len(originals) && m.row(side, originals[ahead]).At <= at+slack; ahead++ {
			if open(originals[ahead]) {
				o = originals[ahead]
				break
			}
		}
		if o < 0 {
			o = m.lastBefore(side, originals, u, within)
		}
		if first, ok := m.copies[side][o]; ok {
			o = first
		}
		if o < 0 {
			continue
		}
		original[u] = o
		taken[o] = taken[o] || takes(u)
	}
}

// lastBefore returns the latest of the originals that an undo can mean, -1
// where none is near enough. Rows are in the order of time.
func (m *Matches) lastBefore(side int, originals []int32, u int32, within txn.Instant) int32 {
	at := m.row(side, u).At
	if !at.Valid() {
		if len(originals) == 1 {
			return originals[0]
		}
		return free
	}
	for _, until := range [...]txn.Instant{at, at + slack} {
		n, _ := slices.BinarySearchFunc(originals, until, func(o int32, t txn.Instant) int {
			if m.row(side, o).At <= t {
				return -1
			}
			return 1
		})
		if n == 0 {
			continue
		}
		if r := m.row(side, originals[n-1]); !r.At.Valid() || at-r.At <= within {
			return originals[n-1]
		}
	}
	return free
}
