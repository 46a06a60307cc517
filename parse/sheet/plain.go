package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Span is where a cell stands in the text of a block.
type Span struct{ From, To uint32 }

// Cut finds the cells of the next row without making a [Row] of it, where that has as
// many cells as there are spans, at most 64, stands in one line and has quotes around whole values
// only. Else it returns false, and the row is to be read by Next, as it may be in any
// case: [Block.Pass] goes on to the row behind it. The cells are those of Next, except that
// quotes inside of them are doubled still; these are marked, the first cell by the lowest bit.
func (b *Block) Cut(spans []Span) (doubled uint64, ok bool) {
	t := &b.rows
	if len(spans) > 64 || t.dec.dirty || t.wide != "" || t.delim == aligned {
		return 0, false
	}
	data := t.buf
	start := t.pos
	if start >= len(data) || data[start] == '`' {
		return 0, false
	}
	pattern, at, n := ones*uint64(t.delim), start, 0
	for i := start; i+8 <= len(data); i += 8 {
		for marks := mayEnd(binary.LittleEndian.Uint64(data[i:]), pattern); marks != 0; marks &= marks - 1 {
			k := i + bits.TrailingZeros64(marks)>>3
			switch data[k] {
			case t.delim:
				if n == len(spans)-1 {
					return 0, false
				}
				spans[n] = Span{uint32(at), uint32(k)}
				n++
				at = k + 1
				continue
			case t.eol:
				if n != len(spans)-1 {
					return 0, false
				}
				b.next = k + 1
				for k > at && data[k-1] == '\r' {
					k--
				}
				spans[n] = Span{uint32(at), uint32(k)}
				return doubled, true
			case '"':
			default:
				continue
			}
			if k != at {
				return 0, false
			}
			end, twice := closing(data, k, t.eol)
			if end < 0 {
				return 0, false
			}
			if twice {
				doubled |= 1 << n
			}
			behind := end + 1
			if behind < len(data) && data[behind] == '\r' && t.eol != '\r' {
				behind++
			}
			if behind >= len(data) {
				return 0, false
			}
			switch {
			case data[behind] == t.eol && n == len(spans)-1:
				spans[n] = Span{uint32(k + 1), uint32(end)}
				b.next = behind + 1
				return doubled, true
			case data[behind] != t.delim || behind != end+1 || n == len(spans)-1:
				return 0, false
			}
			spans[n] = Span{uint32(k + 1), uint32(end)}
			n++
			at = behind + 1
			i = at - 8
			break
		}
	}
	return 0, false
}

// mayEnd marks, by their top bits, those of eight bytes at which a cell may end or be quoted: the
// separator of the pattern, quotes, line ends, and what else is below these.
func mayEnd(x, pattern uint64) uint64 {
	const low = '"' + 1
	y := x ^ pattern
	return (^((y&lows + lows) | y) | ^(x|highs-low*ones)&^x) & highs
}

// maxPlain is how long a quoted value may be that Cut looks at.
const maxPlain = 1 << 10

// closing finds the quote that closes the one at open, -1 for none in the line. twice reports
// quotes between them, doubled.
func closing(data []byte, open int, eol byte) (end int, twice bool) {
	for end = open + 1; ; end += 2 {
		n := bytes.IndexByte(data[min(end, len(data), open+maxPlain):min(len(data), open+maxPlain)], '"')
		if n < 0 {
			return -1, false
		}
		if end += n; end+1 == len(data) || data[end+1] != '"' {
			break
		}
		twice = true
	}
	if bytes.IndexByte(data[open+1:end], eol) >= 0 {
		return -1, false
	}
	return end, twice
}

// Text is what spans are places of, and the number of the line of the next row.
func (b *Block) Text() (text string, line int) { return view(b.rows.buf), b.rows.line }

// Pass passes over the row that [Block.Cut] found.
func (b *Block) Pass() {
	b.rows.pos = b.next
	b.rows.line++
}

// glance finds the cell of a column in the row at the start of data and the end of the row, which
// is n bytes long without its line end. n is 0 where the bytes need a closer look, see extent.
func (t *textRows) glance(data []byte, column int) (cell string, n int) {
	if len(data) == 0 || data[0] == '`' || t.delim >= 0x40 {
		return "", 0
	}
	pattern, at := ones*uint64(t.delim), 0
	for i := 0; i+8 <= len(data); i += 8 {
		for marks := mayEnd(binary.LittleEndian.Uint64(data[i:]), pattern); marks != 0; marks &= marks - 1 {
			k := i + bits.TrailingZeros64(marks)>>3
			c := data[k]
			switch {
			case c == t.delim || c == t.eol && column == 0:
				if column--; column >= 0 {
					at = k + 1
					continue
				}
				rest := data[k:]
				end := bytes.IndexByte(rest, t.eol)
				if end < 0 || bytes.IndexByte(rest[:end], '"') >= 0 {
					return "", 0
				}
				return view(data[at:k]), k + end
			case c == t.eol || c == '"' && k != at:
				return "", 0
			case c != '"':
				continue
			}
			end, _ := closing(data, k, t.eol)
			behind := end + 1
			if column == 0 || end < 0 || behind >= len(data) || data[behind] != t.delim {
				return "", 0
			}
			column--
			at = behind + 1
			i = at - 8
			break
		}
	}
	return "", 0
}

// validUTF8 is utf8.Valid, which takes text that is mostly ASCII, or Chinese, byte by byte.
func validUTF8(b []byte) bool {
	for i := 0; i < len(b); {
		if i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:]) & highs
			if x == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(x) >> 3
		} else if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		for i+3 <= len(b) && b[i] >= 0xE1 && b[i] <= 0xEC && b[i+1]&0xC0 == 0x80 && b[i+2]&0xC0 == 0x80 {
			i += 3
		}
		if i < len(b) && b[i] >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				return false
			}
			i += n
		}
	}
	return true
}
