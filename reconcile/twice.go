package reconcile

import (
	"math/bits"

	"github.com/poslog/poslog/ledger"
)

// Among the rows of one side hardly any key stands twice. A look at the numbers of
// all rows, not at their places, tells which rows may share theirs with another, so that
// only these are brought together.

// perhapsTwice lists, in canonical order, the rows whose values of some fields
// may stand in another of them as well.
func (m *Matches) perhapsTwice(side int, rows *picked, on field) []int32 {
	if own := on &^ (fTID | fMID); own != 0 {
		on = own
	}
	workers, n := m.opt.Workers, rows.len()
	marks := make([]uint32, n) // by place among the rows; 0 where one takes no part
	seen := make([]doubles, workers)
	size := 1 << bits.Len(uint(n/8)) // words: at least eight bits for each row
	parallel(workers, func(w int) {
		seen[w] = doubles{make(bitset, size), make(bitset, size)}
		rows.eachAt(w, workers, func(at int, row int32) {
			marks[at] = m.mark(m.row(side, row), on)
			seen[w].put(marks[at])
		})
	})
	twice := seen[0].twice
	for w := 1; w < workers; w++ {
		for i := range twice {
			twice[i] |= seen[w].twice[i] | seen[0].once[i]&seen[w].once[i]
			seen[0].once[i] |= seen[w].once[i]
		}
	}
	list := []int32{}
	for at, mark := range marks {
		if mark != 0 && twice.has(mark) {
			list = append(list, rows.at(at))
		}
	}
	return list
}

// mark is a hash of values of a row, never 0.
func (m *Matches) mark(r *ledger.Row, on field) uint32 {
	h := uint64(0)
	for ; on != 0; on &= on - 1 {
		h = (h ^ m.ids.value(r, on&-on)) * 0x9E3779B97F4A7C15
		h ^= h >> 32
	}
	return max(1, uint32(h))
}

// bitset holds marks by their low bits: it may know one that it was never told.
type bitset []uint64

func (b bitset) has(mark uint32) bool {
	return b[mark>>6&uint32(len(b)-1)]>>(mark&63)&1 != 0
}

// doubles are the marks that came, and those that came more than once.
type doubles struct{ once, twice bitset }

func (d *doubles) put(mark uint32) {
	at, bit := mark>>6&uint32(len(d.once)-1), uint64(1)<<(mark&63)
	d.twice[at] |= d.once[at] & bit
	d.once[at] |= bit
}
