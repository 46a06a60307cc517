package incident

import (
	"math/bits"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
)

// set is a set of events.
type set []uint64

// newSet is an empty set of n events.
func newSet(n int) set { return room.Slice[uint64]((n + 63) / 64) }

func (s set) has(i int32) bool { return s[uint32(i)>>6]>>(uint32(i)&63)&1 != 0 }
func (s set) add(i int32)      { s[uint32(i)>>6] |= 1 << (uint32(i) & 63) }
func (s set) remove(i int32)   { s[uint32(i)>>6] &^= 1 << (uint32(i) & 63) }

// share is add where several goroutines add.
func (s set) share(i int32) { atomic.OrUint64(&s[uint32(i)>>6], 1<<(uint32(i)&63)) }

// count is how many of the events from..to-1 are in the set.
func (s set) count(from, to int) (n int) {
	for ; from < to && from&63 != 0; from++ {
		n += int(s[from>>6] >> (from & 63) & 1)
	}
	for ; from+64 <= to; from += 64 {
		n += bits.OnesCount64(s[from>>6])
	}
	if from < to {
		n += bits.OnesCount64(s[from>>6] << (64 - (to - from)))
	}
	return n
}

// each calls do for the events of the set.
func (s set) each(do func(i int32)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			do(int32(k<<6 + bits.TrailingZeros64(w)))
		}
	}
}
