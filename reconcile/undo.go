package reconcile

import (
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// undoLinks ties reversals, voids and refunds of one side to the rows that they
// undo. One original may have several: retransmitted reversals, partial refunds.
type undoLinks struct {
	original map[int32]int32
	undos    map[int32][]int32 // in canonical order
}

// Original returns the terminal row that row i reverses, voids or refunds, -1
// where there is none in the input.
func (m *Matches) Original(i int) int { return m.original(left, i) }

// ReversedBy returns the first reversal, void or refund of terminal row i, or
// -1. Whether it was accepted is a question of meaning.
func (m *Matches) ReversedBy(i int) int {
	if u := m.undo[left].undos[int32(i)]; len(u) > 0 {
		return int(u[0])
	}
	return -1
}

// Undos returns every reversal, void and refund of terminal row i.
func (m *Matches) Undos(i int) []int {
	var out []int
	for _, u := range m.undo[left].undos[int32(i)] {
		out = append(out, int(u))
	}
	return out
}

func (m *Matches) original(side, i int) int {
	if o, ok := m.undo[side].original[int32(i)]; ok {
		return int(o)
	}
	return -1
}

// undoPass says which value of an undo names which value of its original.
type undoPass struct {
	undo, original undoField
	with           field // equal on both rows
	kinds          []txn.Kind
	within         txn.Instant
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
	{uOrigRRN, uRRN, fMID, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day},
	{uOrigRRN, uRRN, 0, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day},
	{uRRN, uRRN, fTID, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 2 * day},
	{uOrigSTAN, uSTAN, fTID | fAmount, []txn.Kind{txn.Reversal, txn.Void}, 2 * day},
	{uOrigSTAN, uSTAN, fTID | fLast4, []txn.Kind{txn.Refund}, 40 * day},
	{uOrder, uOrder, 0, []txn.Kind{txn.Reversal, txn.Void, txn.Refund}, 400 * day},
	{uSTAN, uSTAN, fTID | fAmount, []txn.Kind{txn.Reversal}, day},
	{noField, noField, fTID | fAmount | fLast4, []txn.Kind{txn.Reversal}, day / 144},
}

// slack is how much earlier than its original an undo may be written: files of
// one second's resolution mix the order.
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

// linkUndos finds the original of every row that undoes one: the nearest one
// before it under the strongest key that both have.
func (m *Matches) linkUndos(side int) undoLinks {
	l := undoLinks{original: map[int32]int32{}, undos: map[int32][]int32{}}
	var undos []int32
	for i, h := range m.have[side] {
		if h&(fMoney|fBack) == fMoney|fBack {
			undos = append(undos, int32(i))
		}
	}
	for _, p := range undoPasses {
		j := join{n: [2]int{len(m.have[side]), len(m.have[side])}, memory: m.opt.Memory, workers: 1, hash: m.opt.hash}
		keyOf := func(role int, row int32) (key, bool) {
			r := m.row(side, row)
			f := p.original
			if role == 1 {
				f = p.undo
				if _, done := l.original[row]; done || !slices.Contains(p.kinds, r.Kind) {
					return key{}, false
				}
			}
			k := m.ids.key(r, p.with)
			k[0] >>= 1 // the directions differ by nature
			if m.have[side][row]&p.with != p.with {
				return key{}, false
			}
			if f != noField {
				if k[8] = m.undoValue(r, f); k[8] == 0 {
					return key{}, false
				}
			}
			return k, true
		}
		j.pick = func(role int, row int32) bool {
			return m.have[side][row]&(fMoney|fBack) == [2]field{fMoney, fMoney | fBack}[role]
		}
		// Undos are few: only originals that some undo names are worth sorting.
		asked := map[key]bool{}
		for _, u := range undos {
			if k, ok := keyOf(1, u); ok {
				asked[k] = true
			}
		}
		if len(asked) == 0 {
			continue
		}
		j.key = func(role int, row int32) (key, bool) {
			k, ok := keyOf(role, row)
			return k, ok && (role == 1 || asked[k])
		}
		j.visit = func(_ int, originals, undos []int32) {
			for _, u := range undos {
				o := m.lastBefore(side, originals, u, p.within)
				if first, ok := m.copies[side][o]; ok {
					o = first
				}
				if o >= 0 {
					l.original[u] = o
				}
			}
		}
		j.run()
	}
	for _, u := range undos {
		if o, ok := l.original[u]; ok {
			l.undos[o] = append(l.undos[o], u)
		}
	}
	return l
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
	n, _ := slices.BinarySearchFunc(originals, at+slack, func(o int32, t txn.Instant) int {
		if m.row(side, o).At <= t {
			return -1
		}
		return 1
	})
	if n == 0 {
		return free
	}
	o := originals[n-1]
	if r := m.row(side, o); r.At.Valid() && at-r.At > within {
		return free
	}
	return o
}
