package room

import (
	"math/bits"
	"sync/atomic"
)

// Bits are a set of small numbers.
type Bits []uint64

// NewBits is an empty set of numbers below n.
func NewBits(n int) Bits { return Slice[uint64]((n + 63) / 64) }

func (s Bits) Has(i int32) bool { return s[uint32(i)>>6]>>(uint32(i)&63)&1 != 0 }
func (s Bits) Add(i int32)      { s[uint32(i)>>6] |= 1 << (uint32(i) & 63) }
func (s Bits) Remove(i int32)   { s[uint32(i)>>6] &^= 1 << (uint32(i) & 63) }

// Share is Add where several goroutines add; it reports whether the number was there.
func (s Bits) Share(i int32) bool {
	bit := uint64(1) << (uint32(i) & 63)
	return atomic.OrUint64(&s[uint32(i)>>6], bit)&bit != 0
}

// Shared is Has while others may add.
func (s Bits) Shared(i int32) bool {
	return atomic.LoadUint64(&s[uint32(i)>>6])>>(uint32(i)&63)&1 != 0
}

// Count is how many of the numbers from..to-1 are in the set.
func (s Bits) Count(from, to int) (n int) {
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

// Each calls do for the numbers of the set, in order.
func (s Bits) Each(do func(i int32)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			do(int32(k<<6 + bits.TrailingZeros64(w)))
		}
	}
}
