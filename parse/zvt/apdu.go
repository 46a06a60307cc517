package zvt

import (
	"fmt"
	"strings"

	"github.com/poslog/poslog/internal/digits"
)

// apdu is one message between cash register and terminal: class, instruction, length,
// and fields of one byte of number (BMP) and a value whose length the number tells.
type apdu struct {
	command uint16
	data    []byte
}

// The messages that matter.
const (
	completion = 0x060F
	aborted    = 0x061E
	status     = 0x040F
)

// cutAPDU takes the message off that b is, with or without the frame of a serial line
// (10 02 ... 10 03 and a check sum, with every 10 inside doubled).
func cutAPDU(b []byte) (apdu, bool) {
	if len(b) > 6 && b[0] == 0x10 && b[1] == 0x02 && b[len(b)-4] == 0x10 && b[len(b)-3] == 0x03 {
		b = []byte(strings.ReplaceAll(string(b[2:len(b)-4]), "\x10\x10", "\x10"))
	}
	if len(b) < 3 {
		return apdu{}, false
	}
	a := apdu{command: uint16(b[0])<<8 | uint16(b[1])}
	n, rest := int(b[2]), b[3:]
	if n == 0xFF && len(b) > 4 {
		n, rest = int(b[3])|int(b[4])<<8, b[5:]
	}
	a.data = rest
	return a, n == len(rest)
}

// fields are the values of a message by their numbers.
type fields map[byte][]byte

// The lengths of values: so many bytes, or as many as two or three digits F0 to F9 in
// front say.
const (
	ll  = -2
	lll = -3
)

var lengths = map[byte]int{
	0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2, 0x17: 2, 0x19: 1, 0x22: ll, 0x23: ll, 0x24: lll,
	0x27: 1, 0x29: 4, 0x2A: 15, 0x2D: ll, 0x2E: lll, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3C: lll, 0x3D: 3, 0x49: 2, 0x60: lll, 0x87: 2, 0x88: 3,
	0x8A: 1, 0x8B: ll, 0x8C: 1, 0x92: lll, 0x9A: lll, 0xA0: 1, 0xA7: ll, 0xAA: 3, 0xAF: lll, 0xBA: 5, 0xD0: 1, 0xD1: ll, 0xD2: 1, 0xD3: 1,
	0xE0: 1, 0xE1: ll, 0xE2: ll, 0xE3: ll, 0xE4: ll, 0xE5: ll, 0xE6: ll, 0xE7: ll, 0xE8: ll, 0xE9: 1, 0xEA: 1, 0xEB: 8,
	0xF0: 1, 0xF1: ll, 0xF2: ll, 0xF3: ll, 0xF4: ll, 0xF5: ll, 0xF6: ll, 0xF7: ll, 0xF8: ll, 0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1,
}

// mostData is more than a message may hold, so that no length overflows.
const mostData = 1 << 16

// parseFields takes fields apart. whole is false where a number is not known or a value
// is cut: what stands in front is kept.
func parseFields(b []byte) (f fields, whole bool) {
	f = fields{}
	for len(b) > 0 {
		id := b[0]
		n, known := lengths[id]
		b = b[1:]
		if id == 0x06 { // a container with the length of BER
			n, known = 0, len(b) > 0
			if known {
				n, b = int(b[0]), b[1:]
				for k := n & 0x7F; n > 0x80 && k > 0 && k <= len(b); k = 0 {
					n = 0
					for _, c := range b[:k] {
						n = min(n<<8|int(c), mostData)
					}
					b = b[k:]
				}
			}
		}
		if n < 0 {
			size, k := 0, -n
			for i := 0; i < k && known; i++ {
				known = i < len(b) && b[i]>>4 == 0xF && b[i]&15 < 10
				if known {
					size = size*10 + int(b[i]&15)
				}
			}
			if known {
				n, b = size, b[k:]
			}
		}
		if !known || n > len(b) {
			return f, false
		}
		f[id] = b[:n]
		b = b[n:]
	}
	return f, true
}

// digits is a value of packed digits, "" where it is absent or holds others.
func (f fields) digits(id byte) string {
	s := fmt.Sprintf("%X", f[id])
	if !digits.Only(s) {
		return ""
	}
	return s
}

// text is a value of characters, of which those of no code page that matters are left out.
func (f fields) text(id byte) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, string(f[id])))
}

// pan is the card number: packed digits, E for a digit that the terminal hid, F to fill.
func (f fields) pan() string {
	return strings.TrimRight(strings.ReplaceAll(fmt.Sprintf("%X", f[0x22]), "E", "*"), "F")
}
