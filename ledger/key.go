package ledger

import (
	"encoding/binary"
	"unsafe"
)

// Key is an identifier packed into eight bytes without loss. The value 0 is
// the absent identifier. Up to 17 decimal digits stand in the key itself, their
// number in the top bits, so that leading zeros survive and "000123" differs
// from "123"; anything else is an id of the book's dictionary of identifiers.
type Key uint64

const (
	keyShift  = 58
	keyInDict = 31 // marker in the length bits
)

// Pack packs s where it consists of 1 to 17 digits; ok is false where it needs
// a dictionary. The empty string is Key 0.
func Pack(s string) (k Key, ok bool) {
	if s == "" {
		return 0, true
	}
	n := len(s)
	if n > 17 {
		return 0, false
	}
	var v uint64
	i := 0
	for ; i+8 <= n; i += 8 {
		eight, ok := eightDigits(binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), n)[i:]))
		if !ok {
			return 0, false
		}
		v = v*1e8 + eight
	}
	for ; i < n; i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + uint64(c)
	}
	return DigitKey(n, v), true
}

// eightDigits is the value of eight digits, the first in the lowest byte.
func eightDigits(x uint64) (v uint64, ok bool) {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	x ^= '0' * ones
	ok = (x|(x+(0x7F-9)*ones))&high == 0
	x = x*10 + x>>8 // pairs in the bytes 0, 2, 4, 6
	const pairs = 0x000000FF000000FF
	return (x&pairs*(100+1e6<<32) + x>>16&pairs*(1+1e4<<32)) >> 32, ok
}

// DictKey makes the key of dictionary entry id.
func DictKey(id uint32) Key { return Key(keyInDict<<keyShift | uint64(id)) }

// Dict returns the dictionary id and true where k is one.
func (k Key) Dict() (uint32, bool) { return uint32(k), k>>keyShift == keyInDict }

// DigitKey makes the key of n digits, at most 17, with a value.
func DigitKey(n int, value uint64) Key { return Key(uint64(n)<<keyShift | value) }

// Digits is the number of digits of a key, 0 for the absent one and more than 17
// for a dictionary id; Number is their value.
func (k Key) Digits() int    { return int(k >> keyShift) }
func (k Key) Number() uint64 { return uint64(k) & (1<<keyShift - 1) }

// Unpack returns the digits of a key that is no dictionary id.
func (k Key) Unpack() string {
	n, v := k.Digits(), k.Number()
	var b [17]byte
	for i := n - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return string(b[:n])
}
