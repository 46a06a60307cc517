package mem

import (
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// at is where row i stands: its block, and its bytes.
func (s *rows) at(i int, buf *rowBytes) (*sealed, *rowBytes) {
	b, k := &s.sealed[i>>blockBits], i&(blockSize-1)
	if s.near == nil {
		return b, (*rowBytes)(b.rows(k, k+1))
	}
	s.near.get(b, i, buf)
	return b, buf
}

// sort puts the rows into the canonical order and seals them. shapes are those of their book, own
// moves the rows that are by its ids.
//
// Note: the rows are long ascending runs, one per input or part of one, so they
// are merged run by run: that takes few comparisons and reads memory in order,
// where a general sort took half of a whole analysis. Equal rows keep the order in which
// they were added.
func (s *rows) sort(shapes []shape, own *moved) {
	for i := range s.open {
		own.row(&s.open[i], shapes)
	}
	for n := range s.full {
		if f := &s.full[n]; f.moved == nil {
			f.moved = own
		}
	}
	less := func(x, y uint32) bool {
		if a, b := s.instant(x), s.instant(y); a != b {
			return a < b
		}
		var a, b [1]row
		s.load(a[:], int(x>>blockBits), int(x&(blockSize-1)), shapes)
		s.load(b[:], int(y>>blockBits), int(y&(blockSize-1)), shapes)
		if f, g := shapes[a[0].shape].file, shapes[b[0].shape].file; f != g {
			return f < g
		}
		return a[0].line < b[0].line
	}
	ids := s.ids()
	starts := []int{0} // of runs
	for i := 1; i < len(ids); i++ {
		if less(ids[i], ids[i-1]) {
			starts = append(starts, i)
		}
	}
	var aside []uint32
	for len(starts) > 1 {
		merged := starts[:0]
		for i := 0; i < len(starts); i += 2 {
			merged = append(merged, starts[i])
			if i+1 < len(starts) {
				end := len(ids)
				if i+2 < len(starts) {
					end = starts[i+2]
				}
				aside = mergeRuns(ids[starts[i]:end], starts[i+1]-starts[i], aside, less)
			}
		}
		starts = merged
	}
	room.Free(aside)
	s.seal(ids, shapes)
	room.Free(ids)
}

// instant is the time of a row as it was added.
func (s *rows) instant(id uint32) txn.Instant {
	n, k := int(id>>blockBits), int(id&(blockSize-1))
	if n == len(s.full) {
		return s.open[k].at
	}
	f := &s.full[n]
	return f.sealed.instant((*rowBytes)(f.data[k*f.size:]))
}

// mergeRuns merges two ascending runs, of which the second begins at mid; of equal rows those
// of the first come first. Stretches of one run between two rows of the other are found by doubling
// steps and copied whole, and only rows that have others to go between them are put aside: parts of one file
// hardly overlap. It returns the place for these, to be used again.
func mergeRuns(to []uint32, mid int, aside []uint32, less func(x, y uint32) bool) []uint32 {
	a, b := to[:mid], to[mid:]
	n := leading(len(a), func(i int) bool { return !less(b[0], a[i]) })
	if a, to = a[n:], to[n:]; len(a) == 0 {
		return aside
	}
	b = b[:leading(len(b), func(i int) bool { return less(b[i], a[len(a)-1]) })]
	if cap(aside) < len(a) {
		room.Free(aside)
		aside = room.Slice[uint32](len(a))
	}
	a = aside[:copy(aside[:len(a)], a)]
	for len(b) > 0 {
		n := leading(len(a), func(i int) bool { return !less(b[0], a[i]) })
		copy(to, a[:n])
		to, a = to[n:], a[n:]
		n = leading(len(b), func(i int) bool { return less(b[i], a[0]) })
		copy(to, b[:n])
		to, b = to[n:], b[n:]
	}
	copy(to, a)
	return aside
}

// leading is the number of leading indexes below n for which ok holds, once it
// fails it fails for all that follow.
func leading(n int, ok func(int) bool) int {
	lo, step := 0, 1 // all below lo are ok
	for lo+step <= n && ok(lo+step-1) {
		lo += step
		step *= 2
	}
	hi := min(n, lo+step-1) // ok fails from hi on, where hi < n
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); ok(mid) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
