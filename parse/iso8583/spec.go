package iso8583

// kind says how the value of a field is stored.
type kind uint8

const (
	digits kind = iota // numeric: ASCII digits, or BCD
	chars              // characters, always one byte each
	track              // track data: characters, or packed nibbles
	raw                // bytes; two hex characters each where everything else is text
)

// shape is the length and storage of one field. A variable field (prefix > 0)
// has a length of that many digits in front; size is then its maximum.
type shape struct {
	kind   kind
	size   int
	prefix int
}

func n(size int) shape          { return shape{digits, size, 0} }
func a(size int) shape          { return shape{chars, size, 0} }
func b(size int) shape          { return shape{raw, size, 0} }
func ll(k kind, max int) shape  { return shape{k, max, 2} }
func lll(k kind, max int) shape { return shape{k, max, 3} }

// fields1987 are the fields of ISO 8583:1987. Field 1 is the second bitmap.
var fields1987 = func() (f [129]shape) {
	f = [129]shape{
		2: ll(digits, 19), 3: n(6), 4: n(12), 5: n(12), 6: n(12), 7: n(10), 8: n(8), 9: n(8), 10: n(8),
		11: n(6), 12: n(6), 13: n(4), 14: n(4), 15: n(4), 16: n(4), 17: n(4), 18: n(4), 19: n(3), 20: n(3), 21: n(3),
		22: n(3), 23: n(3), 24: n(3), 25: n(2), 26: n(2), 27: n(1), 28: a(9), 29: a(9), 30: a(9), 31: a(9),
		32: ll(digits, 11), 33: ll(digits, 11), 34: ll(chars, 28), 35: ll(track, 37), 36: lll(track, 104),
		37: a(12), 38: a(6), 39: a(2), 40: a(3), 41: a(8), 42: a(15), 43: a(40), 44: ll(chars, 25), 45: ll(chars, 76),
		46: lll(chars, 999), 47: lll(chars, 999), 48: lll(chars, 999), 49: a(3), 50: a(3), 51: a(3), 52: b(8), 53: n(16),
		54: lll(chars, 120), 55: lll(chars, 999), 56: lll(chars, 999), 57: lll(chars, 999), 58: lll(chars, 999), 59: lll(chars, 999),
		60: lll(chars, 999), 61: lll(chars, 999), 62: lll(chars, 999), 63: lll(chars, 999), 64: b(8),
		66: n(1), 67: n(2), 68: n(3), 69: n(3), 70: n(3), 71: n(4), 72: n(4), 73: n(6),
		74: n(10), 75: n(10), 76: n(10), 77: n(10), 78: n(10), 79: n(10), 80: n(10), 81: n(10), 82: n(12), 83: n(12), 84: n(12), 85: n(12),
		86: n(16), 87: n(16), 88: n(16), 89: n(16), 90: n(42), 91: a(1), 92: a(2), 93: a(5), 94: a(7), 95: a(42), 96: b(8), 97: a(17), 98: a(25),
		99: ll(digits, 11), 100: ll(digits, 11), 101: ll(chars, 17), 102: ll(chars, 28), 103: ll(chars, 28), 104: lll(chars, 100), 128: b(8),
	}
	for i := 105; i < 128; i++ {
		f[i] = lll(chars, 999)
	}
	return f
}()

// layout is one way in which messages are stored: which characters, which bitmap, and
// where it departs from the standard's fields.
type layout struct {
	name   string
	word   string // that a format file says for it
	packed bool   // numbers, MTI, bitmap and lengths in BCD and bytes
	hexMap bool   // the bitmap as hexadecimal characters
	bytes  bool   // PIN block and MAC as bytes, where everything else is text
	pos    bool   // fields 60 and 61 have the parts of Chinese terminals
	fields *[129]shape
}

// with returns the fields with some replaced.
func with(base [129]shape, changes map[int]shape) *[129]shape {
	for i, s := range changes {
		base[i] = s
	}
	return &base
}

// unionPayPOS are the fields of the terminal protocol of Chinese acquirers (QZCUP
// POS specification): packed numbers, field 55 in bytes, fields 48, 60 and 61 numeric.
var unionPayPOS = with(fields1987, map[int]shape{
	48: lll(digits, 999), 53: n(16), 55: lll(raw, 255), 60: lll(digits, 999), 61: lll(digits, 999), 62: lll(raw, 999),
})

// cups are the fields between institutions and UnionPay (CUPS): text, with longer
// variable fields and the EMV data, PIN block and MAC in bytes.
var cups = with(fields1987, map[int]shape{
	44: ll(chars, 25), 45: ll(chars, 79), 54: lll(chars, 40), 55: lll(raw, 255),
})

// spec is what messages may look like.
type spec struct {
	layouts []layout // tried in this order; the one that explains every byte wins
	header  int      // bytes in front of the message type, 0 for the headers that are known
	own     bool     // described by a user
}

// known are the layouts for inputs that nobody described.
var known = &spec{layouts: []layout{
	{name: "iso8583 text", word: "text", hexMap: true, fields: &fields1987},
	{name: "iso8583 text, binary bitmap", word: "text-binary-bitmap", fields: &fields1987},
	{name: "unionpay cups", bytes: true, fields: cups},
	{name: "unionpay pos, packed", word: "unionpay-pos", packed: true, pos: true, fields: unionPayPOS},
	{name: "iso8583 packed", word: "packed", packed: true, fields: &fields1987},
}}
