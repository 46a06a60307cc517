// Package digits reads decimal digits eight at a time, and writes them in groups.
package digits

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
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
func PatternOf(s string) Pattern {
	var any uint8
	for i := range 8 {
		if s[i] == '0' {
			any |= 1 << i
		}
	}
	return PatternWith(s, any)
}

// PatternWith makes a pattern of eight bytes, of which those that are marked, the first by
// the lowest bit, stand for any digit.
func PatternWith(s string, any uint8) (p Pattern) {
	for i := range 8 {
		want, most := uint64(s[i]), uint64(0x7F) // above what it must be
		if any&(1<<i) != 0 {
			want, most = '0', 0x7F-9
		}
		p.want |= want << (8 * i)
		p.most |= most << (8 * i)
	}
	return p
}

// Fits reports whether eight bytes have the pattern.
func (p *Pattern) Fits(x uint64) bool { return p.Off(x)&high == 0 }

// Off is what eight bytes are off the pattern: they fit where no top bit of a byte is set in it.
func (p *Pattern) Off(x uint64) uint64 {
	x ^= p.want
	return x | (x + p.most)
}

// FitAll reports whether a line fits patterns, of its eight bytes each and, the last one, of its last eight.
func FitAll(line string, patterns []Pattern) bool {
	last := len(patterns) - 1
	if !patterns[last].Fits(Load(line, len(line)-8)) { // where lines differ most
		return false
	}
	b := unsafe.Slice(unsafe.StringData(line), len(line))[:8*last]
	off := uint64(0)
	for i := range patterns[:last] {
		off |= patterns[i].Off(binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	return off&high == 0
}

// Group writes a number in groups of three digits: 1,204,318.
func Group(n int64) string { return GroupDecimal(strconv.FormatInt(n, 10)) }

// GroupDecimal writes a decimal number in groups of three digits: -318,204.50.
func GroupDecimal(s string) string {
	whole, decimals, pointed := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if pointed {
		return whole + "." + decimals
	}
	return whole
}

// Percent writes a share as "91.3%". One that is neither 0 nor 1 is never written as one of these.
func Percent(v float64) string {
	switch {
	case v > 0 && v < 0.0005:
		return "<0.1%"
	case v < 1 && v >= 0.9995:
		return ">99.9%"
	}
	return strconv.FormatFloat(v*100, 'f', 1, 64) + "%"
}
