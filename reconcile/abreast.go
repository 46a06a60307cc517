package reconcile

import (
	"slices"
	"sort"
	"sync/atomic"

	"github.com/poslog/poslog/ledger"
)

// Nearly every row has its counterpart in the same minutes of the other side, and a
// reference number that no other row of its own side has. Two such rows meet while both
// sides are read abreast, in the order of time: what is compared stays within the
// processor's cache, and nothing is written but the pairs. Whatever does not meet so is
// left to [join.run], which gives the same pairs.

// abreastRows is how many terminal rows are looked at together with the settlement rows
// of the same time.
const abreastRows = partitionRows / 2

// abreast joins rows of the same time whose number may not stand in another row of
// their side.
func (j *join) abreast(m *Matches, number func(*ledger.Row) uint64) {
	size := m.opt.abreast
	if size == 0 {
		size = abreastRows
	}
	parts := m.simultaneous(size)
	var next atomic.Int64
	parallel(j.workers, func(w int) {
		var t table
		some, met := 0, 0
		for {
			p := int(next.Add(1))
			if p >= len(parts) || some > 16*size && met < some/8 {
				return // the sides date their rows differently
			}
			from, to := parts[p-1], parts[p]
			if from[right] == to[right] || to[left]-from[left] > 4*size || to[right]-from[right] > 4*size {
				continue
			}
			t.list = slices.Grow(t.list[:0], to[left]-from[left]+to[right]-from[right]+1)[:1]
			e := &t.list[0] // the place of the next one
			for side := range j.rows {
				j.rows[side].read(from[side], to[side], func(_ int, row int32, r *ledger.Row) {
					if !m.doubled[side].has(number(r)) && j.fill(side, row, r, e) {
						e.id = entryID(side, row)
						n := len(t.list)
						t.list = t.list[:n+1]
						e = &t.list[n]
					}
				})
			}
			t.list = t.list[:len(t.list)-1]
			some += to[left] - from[left]
			met += j.meet(w, &t)
		}
	})
	m.listOpen()
	for side := range j.rows {
		j.rows[side].list = m.open[side]
	}
}

// simultaneous cuts both sides at the same moments, into parts of size terminal rows or
// the few more that have one time. It lists where they begin, and the end.
func (m *Matches) simultaneous(size int) (parts [][2]int) {
	at, end := [2]int{}, [2]int{m.partner[left].len(), m.partner[right].len()}
	for at[left]+size < end[left] {
		parts = append(parts, at)
		until := m.b.At(bookSide[left], at[left]+size-1)
		for side := range at {
			from := at[side]
			at[side] += sort.Search(end[side]-from, func(i int) bool { return m.b.At(bookSide[side], from+i) > until })
		}
	}
	return append(parts, at, end)
}
