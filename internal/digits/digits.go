// Package digits reads decimal digits eight at a time.
package digits

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const (
	ones  = 0x0101010101010101
	high  = 0x80 * ones
	zeros = '0' * ones
	nine  = (0x7F - 9) * ones // sets the top bit of a byte above nine
)

// Load returns eight bytes of s from i on, the first in the lowest byte.
func Load(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), len(s))[i:])
}

// Only reports whether s is digits, at least one.
func Only(s string) bool {
	n := len(s)
	if n < 8 {
		for i := 0; i < n; i++ {
			if s[i]-'0' > 9 {
				return false
			}
		}
		return n > 0
	}
	for i := 0; i+8 < n; i += 8 {
		if x := Load(s, i) ^ zeros; (x|(x+nine))&high != 0 {
			return false
		}
	}
	x := Load(s, n-8) ^ zeros
	return (x|(x+nine))&high == 0
}

// Value is the number that up to 19 digits mean; ok is false where there is anything else.
// No digits are 0.
func Value(s string) (v uint64, ok bool) {
	n := len(s)
	if n > 19 {
		return 0, false
	}
	i := 0
	for ; i+8 <= n; i += 8 {
		x := Load(s, i) ^ zeros
		if (x|(x+nine))&high != 0 {
			return 0, false
		}
		const pairs = 0x000000FF000000FF
		x = x*10 + x>>8 // pairs in the bytes 0, 2, 4, 6
		v = v*1e8 + ((x&pairs)*(100+1e6<<32)+(x>>16&pairs)*(1+1e4<<32))>>32
	}
	for ; i < n; i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + uint64(c)
	}
	return v, true
}

// At reports whether the n bytes of s from i on, 1 to 16, are digits. Where fewer than
// eight bytes are left it may say no.
func At(s string, i, n int) bool {
	if i+8 > len(s) {
		return false
	}
	x, more := Load(s, i)^zeros, uint64(0)
	if n > 8 {
		if i+n > len(s) {
			return false
		}
		more = Load(s, i+n-8) ^ zeros
	} else {
		x <<= 64 - 8*n
	}
	return (x|(x+nine)|more|(more+nine))&high == 0
}

// Count is how many of eight bytes are digits, and whether all are ASCII.
func Count(x uint64) (n int, ascii bool) {
	y := x ^ zeros
	others := (y&^high + nine | y) & high
	return 8 - bits.OnesCount64(others), x&high == 0
}

// Pattern is what eight bytes look like.
type Pattern struct{ want, most uint64 }

// PatternOf makes a pattern of eight bytes, in which each 0 stands for any digit.
func PatternOf(s string) (p Pattern) {
	for i := range 8 {
		most := uint64(0x7F) // above what it must be
		if s[i] == '0' {
			most = 0x7F - 9
		}
		p.want |= uint64(s[i]) << (8 * i)
		p.most |= most << (8 * i)
	}
	return p
}

// Fits reports whether eight bytes have the pattern.
func (p *Pattern) Fits(x uint64) bool {
	x ^= p.want
	return (x|(x+p.most))&high == 0
}
