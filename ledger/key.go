package ledger

import "github.com/poslog/poslog/internal/digits"

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
	if len(s) > 17 {
		return 0, false
	}
	v, ok := digits.Value(s)
	if !ok {
		return 0, false
	}
	return DigitKey(len(s), v), true
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
