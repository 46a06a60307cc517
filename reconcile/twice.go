package reconcile

import (
	"math/bits"
	"slices"

	"github.com/poslog/poslog/internal/recent"
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Among the rows of one side hardly any key stands twice. A look at the numbers of
// all rows, not at their places, tells which rows may share theirs with another, so that
// only these are brought together.

// mayRepeat lists, in canonical order, the rows that may repeat another of them
// under a key of a pass, see pairing.repeats.
func (m *Matches) mayRepeat(p pass, rows *picked, on field) []int32 {
	if p.key.identity() || rows.len() < fewRows {
		if own := on &^ (fTID | fMID); own != 0 {
			on = own
		}
		return m.perhapsTwice(rows, func(r *ledger.Row) uint64 { return m.values(r, on) })
	}
	return m.soonAgain(rows)
}

// fewRows have marks that the cache holds, wherever they stand.
const fewRows = 1 << 16

// perhapsTwice lists the rows whose value may be that of another of them as well.
func (m *Matches) perhapsTwice(rows *picked, value func(*ledger.Row) uint64) []int32 {
	n := rows.len()
	marks := room.Slice[int32](n) // by place among the rows, and one; 0 where one takes no part
	seen := newDoubles(n)
	parallel(m.opt.Workers, func(w int) {
		from, to := rows.share(w, m.opt.Workers)
		rows.read(from, to, func(at int, _ int32, r *ledger.Row) {
			mark := seen.mark(value(r))
			marks[at] = mark + 1
			seen.put(mark)
		})
	})
	list := []int32{}
	for at, mark := range marks {
		if mark != 0 && seen.twice.Has(mark-1) {
			list = append(list, rows.at(at))
		}
	}
	room.Free(marks)
	seen.free()
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

// doubles are the marks that came, and those that came more than once.
type doubles struct {
	once, twice room.Bits // several values may share a mark
	width       int       // of a mark in bits
}

// newDoubles has at least eight marks for each of n values.
func newDoubles(n int) doubles {
	words := min(bits.Len(uint(n/8)), 24)
	return doubles{room.Slice[uint64](1 << words), room.Slice[uint64](1 << words), words + 6}
}

func (d *doubles) free() {
	room.Free(d.once)
	room.Free(d.twice)
	*d = doubles{}
}

// has reports whether a value may have come more than once.
func (d *doubles) has(v uint64) bool { return d.twice.Has(d.mark(v)) }

// mark is where a value stands. Numbers that follow each other have marks that do:
// rows mostly come in the order of theirs, so that marks that meet stand near in memory.
func (d *doubles) mark(v uint64) int32 {
	return int32((v ^ (v>>d.width)*0x9E3779B97F4A7C15>>32) & (1<<d.width - 1))
}

func (d *doubles) put(mark int32) {
	if d.once.Share(mark) {
		d.twice.Share(mark)
	}
}

// soonAgain lists the rows whose STAN and amount stand in another of them, no
// longer than repeatWithin apart.
func (m *Matches) soonAgain(rows *picked) []int32 {
	found := make([][]int32, m.opt.Workers)
	parallel(m.opt.Workers, func(w int) {
		seen := recent.New[uint64, int32](repeatWithin)
		from, to := rows.share(w, m.opt.Workers)
		at := func(i int) txn.Instant { return m.b.At(bookSide[rows.side], int(rows.at(i))) }
		for first := from; from > 0 && first < to && at(from-1) >= at(first)-repeatWithin; {
			from-- // the share of another worker: rows to compare with
		}
		rows.read(from, to, func(_ int, row int32, r *ledger.Row) {
			if !r.At.Valid() {
				return
			}
			key := m.values(r, fSTAN|fAmount)
			seen.Each(key, key, r.At, func(before *int32) bool {
				found[w] = append(found[w], *before, row)
				return false // the others were found with it
			})
			seen.Add(key, key, r.At, row)
		})
	})
	list := slices.Concat(found...)
	slices.Sort(list)
	return slices.Compact(list)
}
