package mem

import "github.com/poslog/poslog/internal/room"

// rows are the rows of one side: as they were added, and after sort in the
// canonical order, in sealed blocks of which only the last may be short.
type rows struct {
	blocks[row]
	sealed []sealed
	near   *nearby // nil where rows are in memory
}

// at is where row i stands: its block, and its bytes.
func (s *rows) at(i int, buf *rowBytes) (*sealed, *rowBytes) {
	b, k := &s.sealed[i>>blockBits], i&(blockSize-1)
	if s.near == nil {
		return b, (*rowBytes)(b.rows(k, k+1))
	}
	s.near.get(b, i, buf)
	return b, buf
}

// sort puts the rows into the canonical order and seals them. file ranks the input of a row.
//
// Note: the rows are long ascending runs, one per input or part of one, so they
// are merged run by run: that takes few comparisons and reads memory in order,
// where a general sort took half of a whole analysis. Equal rows keep the order in which
// they were added.
func (s *rows) sort(file func(*row) uint32) {
	less := func(x, y uint32) bool {
		a, b := s.get(x), s.get(y)
		if a.at != b.at {
			return a.at < b.at
		}
		if f, g := file(a), file(b); f != g {
			return f < g
		}
		return a.line < b.line
	}
	from := s.ids()
	runs := []int{0}
	for i := 1; i < len(from); i++ {
		if less(from[i], from[i-1]) {
			runs = append(runs, i)
		}
	}
	to := from
	if len(runs) > 1 {
		to = room.Slice[uint32](len(from))
	}
	for len(runs) > 1 {
		merged := runs[:0:0]
		for i := 0; i < len(runs); i += 2 {
			lo, mid, hi := runs[i], len(from), len(from)
			if i+1 < len(runs) {
				mid = runs[i+1]
			}
			if i+2 < len(runs) {
				hi = runs[i+2]
			}
			mergeRuns(to[lo:hi], from[lo:mid], from[mid:hi], less)
			merged = append(merged, lo)
		}
		from, to, runs = to, from, merged
	}
	if len(from) > 0 && &to[0] != &from[0] {
		room.Free(to)
	}
	s.seal(from)
	room.Free(from)
}

// mergeRuns merges two ascending runs; of equal rows those of a come first.
// Stretches of one run between two rows of the other are found by doubling steps
// and copied whole: parts of one file hardly overlap.
func mergeRuns(to, a, b []uint32, less func(x, y uint32) bool) {
	for len(a) > 0 && len(b) > 0 {
		n := leading(len(a), func(i int) bool { return !less(b[0], a[i]) })
		copy(to, a[:n])
		to, a = to[n:], a[n:]
		if len(a) == 0 {
			break
		}
		n = leading(len(b), func(i int) bool { return less(b[i], a[0]) })
		copy(to, b[:n])
		to, b = to[n:], b[n:]
	}
	copy(to[copy(to, a):], b)
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
