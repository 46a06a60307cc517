package sheet

import (
	"encoding/binary"
	"slices"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// gbRows maps a lead byte to the runes of its 191 trail bytes 0x40 to 0xFE,
// 0 where there is none; a row is made when a file first needs it.
var gbRows [126]atomic.Pointer[[191]uint16]

func gbRow(lead byte) *[191]uint16 {
	if lead < 0x81 || lead > 0xFE {
		return nil
	}
	slot := &gbRows[lead-0x81]
	if row := slot.Load(); row != nil {
		return row
	}
	row := new([191]uint16)
	dec := simplifiedchinese.GB18030.NewDecoder()
	var out [8]byte
	for i := range row {
		dec.Reset()
		n, _, err := dec.Transform(out[:], []byte{lead, byte(0x40 + i)}, true)
		if r, size := utf8.DecodeRune(out[:n]); err == nil && size == n && r != utf8.RuneError && r < 0x10000 {
			row[i] = uint16(r)
		}
	}
	slot.Store(row)
	return row
}

// appendGB decodes GB18030. used falls short of len(src) where the last
// character is unfinished and more may come. What is no character becomes U+FFFD
// and costs one byte, so that a name cut in its middle never eats a separator.
func appendGB(dst, src []byte, eof bool) (out []byte, used int, bad bool) {
	// Two bytes become at most three; the rare longer cases make room themselves.
	dst = slices.Grow(dst, len(src)+len(src)/2+16)
	n := len(dst)
	out = dst[:cap(dst)]
	i := 0
	for i < len(src) {
		c := src[i]
		if c < 0x80 {
			if i+8 <= len(src) {
				if w := binary.LittleEndian.Uint64(src[i:]); w&highs == 0 {
					binary.LittleEndian.PutUint64(out[n:], w)
					n += 8
					i += 8
					continue
				}
			}
			out[n] = c
			n++
			i++
			continue
		}
		if i+1 >= len(src) && !eof {
			break
		}
		if i+1 < len(src) {
			if trail := src[i+1]; trail >= 0x40 && trail != 0xFF {
				if row := gbRow(c); row != nil {
					if r := row[trail-0x40]; r >= 0x800 {
						out[n], out[n+1], out[n+2] = 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F
						n += 3
						i += 2
						continue
					} else if r != 0 {
						n += utf8.EncodeRune(out[n:], rune(r))
						i += 2
						continue
					}
				}
			} else if trail >= '0' && trail <= '9' {
				if i+3 >= len(src) && !eof {
					break
				}
				if r, ok := gbFour(src[i:]); ok {
					n += utf8.EncodeRune(out[n:], r)
					i += 4
					continue
				}
			}
		}
		n += utf8.EncodeRune(out[n:], utf8.RuneError)
		bad = true
		i++
		if left := len(src) - i; len(out)-n < left+left/2+16 {
			out = slices.Grow(out[:n], left+left/2+16)
			out = out[:cap(out)]
		}
	}
	return out[:n], i, bad
}

// gbFour decodes a four-byte form; they are rare, so the library does it.
func gbFour(b []byte) (rune, bool) {
	if len(b) < 4 || b[2] < 0x81 || b[3] < '0' || b[3] > '9' {
		return 0, false
	}
	var out [8]byte
	n, _, err := simplifiedchinese.GB18030.NewDecoder().Transform(out[:], b[:4], true)
	r, size := utf8.DecodeRune(out[:n])
	return r, err == nil && size == n && r != utf8.RuneError
}
