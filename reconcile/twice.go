package reconcile

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Among the rows of one side hardly any key stands twice. A look at the numbers of
// all rows, not at their places, tells which rows may share theirs with another, so that
// only these are brought together.

// mayRepeat lists, in canonical order, the rows that may repeat another of them
// under a key of a pass, see pairing.repeats.
func (m *Matches) mayRepeat(p pass, side int, rows *picked, on field) []int32 {
	if p.key.identity() {
		return m.perhapsTwice(side, rows, on)
	}
	return m.soonAgain(side, rows)
}

// perhapsTwice lists the rows whose values of some fields may stand in another
// of them as well.
func (m *Matches) perhapsTwice(side int, rows *picked, on field) []int32 {
	if own := on &^ (fTID | fMID); own != 0 {
		on = own
	}
	n := rows.len()
	marks := room.Slice[uint32](n) // by place among the rows, and one; 0 where one takes no part
	seen := newDoubles(n)
	parallel(m.opt.Workers, func(w int) {
		rows.eachAt(w, m.opt.Workers, func(at int, row int32) {
			mark := seen.mark(m.values(m.row(side, row), on))
			marks[at] = mark + 1
			seen.put(mark)
		})
	})
	list := []int32{}
	for at, mark := range marks {
		if mark != 0 && seen.twice.has(mark-1) {
			list = append(list, rows.at(at))
		}
	}
	room.Free(marks)
	return list
}

// values is the value of one field of a row, and a hash of those of several.
func (m *Matches) values(r *ledger.Row, on field) uint64 {
	if on&(on-1) == 0 {
		return m.ids.value(r, on)
	}
	h := uint64(0)
	for ; on != 0; on &= on - 1 {
		h = (h ^ m.ids.value(r, on&-on)) * 0x9E3779B97F4A7C15
		h ^= h >> 32
	}
	return h
}

// bitset holds marks: several values may share one.
type bitset []uint64

func (b bitset) has(mark uint32) bool { return b[mark>>6]>>(mark&63)&1 != 0 }

// put reports whether the mark was there. Several may put at once.
func (b bitset) put(mark uint32) bool {
	return atomic.OrUint64(&b[mark>>6], 1<<(mark&63))>>(mark&63)&1 != 0
}

// doubles are the marks that came, and those that came more than once.
type doubles struct {
	once, twice bitset
	width       int // of a mark in bits
}

// newDoubles has at least eight marks for each of n values.
func newDoubles(n int) doubles {
	words := min(bits.Len(uint(n/8)), 25)
	return doubles{make(bitset, 1<<words), make(bitset, 1<<words), words + 6}
}

// mark is where a value stands. Numbers that follow each other have marks that do:
// rows mostly come in the order of theirs, so that marks that meet stand near in memory.
func (d *doubles) mark(v uint64) uint32 {
	return uint32((v ^ (v>>d.width)*0x9E3779B97F4A7C15>>32) & (1<<d.width - 1))
}

func (d *doubles) put(mark uint32) {
	if d.once.put(mark) {
		d.twice.put(mark)
	}
}

// soonAgain lists the rows whose STAN and amount stand in another of them, no
// longer than repeatWithin apart.
func (m *Matches) soonAgain(side int, rows *picked) []int32 {
	found := make([][]int32, m.opt.Workers)
	parallel(m.opt.Workers, func(w int) {
		var l lately
		n := rows.len()
		from, to := n*w/m.opt.Workers, n*(w+1)/m.opt.Workers
		start := from
		for start > 0 && from < to && m.b.At(bookSide[side], int(rows.at(start-1))) >= m.b.At(bookSide[side], int(rows.at(from)))-repeatWithin {
			start-- // the share of another worker: rows to compare with
		}
		for i := start; i < to; i++ {
			row := rows.at(i)
			if rows.ok != nil && !rows.ok(row) {
				continue
			}
			r := m.row(side, row)
			if !r.At.Valid() {
				continue
			}
			if before := l.put(m.values(r, fSTAN|fAmount), row, r.At); before >= 0 {
				found[w] = append(found[w], before, row)
			}
		}
	})
	list := slices.Concat(found...)
	slices.Sort(list)
	return slices.Compact(list)
}

// lately remembers the last row of each value, for repeatWithin at least.
type lately struct {
	now, old []last // a power of two of places; rows of old came before since
	n        int    // rows in now
	since    txn.Instant
}

type last struct {
	value uint32 // a part of it
	row   int32  // and one; 0 is a free place
}

// put notes a row and returns the one that had its value before, -1 where there
// is none. Rows come in the order of time.
func (l *lately) put(value uint64, row int32, at txn.Instant) (before int32) {
	if at-l.since >= repeatWithin {
		l.turn(at)
	}
	if 2*(l.n+1) > len(l.now) {
		l.grow()
	}
	v := uint32(value >> 32)
	e := find(l.now, v)
	before = e.row - 1
	if e.row == 0 {
		l.n++
		if len(l.old) > 0 {
			before = find(l.old, v).row - 1
		}
	}
	*e = last{v, row + 1}
	return before
}

// find is the place of a value, or the free one where it belongs.
func find(list []last, value uint32) *last {
	mask := uint32(len(list) - 1)
	for i := value & mask; ; i = (i + 1) & mask {
		if e := &list[i]; e.row == 0 || e.value == value {
			return e
		}
	}
}

// turn begins a stretch of time: rows from before the one that ends are long past.
func (l *lately) turn(at txn.Instant) {
	if at-l.since >= 2*repeatWithin {
		clear(l.now) // and so are its own
	}
	l.now, l.old = l.old, l.now
	if len(l.now) > max(8*l.n, 1<<10) {
		l.now = nil // so that clearing takes no longer than filling
	}
	clear(l.now)
	l.n, l.since = 0, at
}

func (l *lately) grow() {
	was := l.now
	l.now = make([]last, max(1<<8, 2*len(was)))
	for _, e := range was {
		if e.row != 0 {
			*find(l.now, e.value) = e
		}
	}
}
