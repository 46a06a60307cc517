package incident

import (
	"iter"
	"math"
	"math/bits"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// members is a set of which the members are found by their place in it, too.
type members struct {
	room.Bits
	before []int32 // members before each span
}

const span = 512

// rank makes places known; the set must not change any more.
func (r *members) rank() {
	r.before = r.before[:0]
	n := int32(0)
	for from := 0; from < len(r.Bits); from += span / 64 {
		r.before = append(r.before, n)
		for _, w := range r.Bits[from:min(len(r.Bits), from+span/64)] {
			n += int32(bits.OnesCount64(w))
		}
	}
}

// at is member number k.
func (r *members) at(k int32) int32 {
	lo, hi := 0, len(r.before)-1 // spans: the last one with no more than k before it
	for lo < hi {
		if mid := (lo + hi + 1) / 2; r.before[mid] <= k {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	k -= r.before[lo]
	for i := lo * (span / 64); ; i++ {
		w := r.Bits[i]
		if n := int32(bits.OnesCount64(w)); k >= n {
			k -= n
			continue
		}
		for ; k > 0; k-- {
			w &= w - 1
		}
		return int32(i<<6 + bits.TrailingZeros64(w))
	}
}

// from yields the members from number k on.
func (r *members) from(k, n int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if k >= n {
			return
		}
		i := r.at(k)
		for w := r.Bits[i>>6] >> (i & 63) << (i & 63); k < n; k++ {
			for w == 0 {
				i = i&^63 + 64
				w = r.Bits[i>>6]
			}
			if !yield(i&^63 + int32(bits.TrailingZeros64(w))) {
				return
			}
			w &= w - 1
		}
	}
}

// times are instants that ascend. Those of a block are kept by what they are beyond its
// first, in the greatest unit in which they are whole.
type times struct {
	blocks []timeBlock
	since  room.Numbers
	wide   []txn.Instant // instead, where the times of a block are too far from each other
}

type timeBlock struct{ first, unit txn.Instant }

const timeBits = 9 // of the place within a block

// newTimes takes the times, which are given block by block and written into the slice.
func newTimes(n int, fill func(from int, to []txn.Instant)) times {
	t := times{blocks: room.Slice[timeBlock]((n + 1<<timeBits - 1) >> timeBits), since: room.NewNumbers(n, 1<<16)}
	var list [1 << timeBits]txn.Instant
	for k := range t.blocks {
		from := k << timeBits
		block := list[:min(n-from, len(list))]
		fill(from, block)
		if !t.put(k, block) {
			t.free()
			t = times{wide: room.Slice[txn.Instant](n)}
			fill(0, t.wide)
			break
		}
	}
	return t
}

// put reports whether the times fit.
func (t *times) put(k int, list []txn.Instant) bool {
	b := timeBlock{list[0], 1e6}
	for _, at := range list {
		for (at-b.first)%b.unit != 0 {
			b.unit /= 1e3
		}
	}
	if uint64(list[len(list)-1]-b.first)/uint64(b.unit) > math.MaxUint32 {
		return false
	}
	t.blocks[k] = b
	for i, at := range list {
		t.since.Put(k<<timeBits+i, uint32((at-b.first)/b.unit))
	}
	return true
}

func (t *times) at(i int32) txn.Instant {
	if t.wide != nil {
		return t.wide[i]
	}
	b := &t.blocks[uint32(i)>>timeBits]
	return b.first + b.unit*txn.Instant(t.since.At(i))
}

func (t *times) free() {
	room.Free(t.blocks)
	t.since.Free()
	room.Free(t.wide)
}
