package sheet

import (
	"encoding/binary"
	"unicode/utf16"
)

// text reads a string with a count of two bytes (one byte in the formats of
// BIFF5): in BIFF8 a flag byte and UTF-16, whole or its low bytes only; in BIFF5
// bytes of the code page.
func (b *biffBook) text(p []byte, wide bool) (string, bool) {
	if b.version == 5 {
		size := 2
		if !wide {
			size = 1
		}
		if len(p) < size {
			return "", false
		}
		n := int(p[0])
		if size == 2 {
			n = int(binary.LittleEndian.Uint16(p))
		}
		if len(p) < size+n {
			return "", false
		}
		return b.bytes(p[size : size+n]), true
	}
	if len(p) < 3 {
		return "", len(p) == 2 && p[0] == 0 && p[1] == 0
	}
	return unicodeText(p[3:], int(binary.LittleEndian.Uint16(p)), p[2], b.codePage)
}

// shortText reads a string with a count of one byte.
func (b *biffBook) shortText(p []byte) (string, bool) {
	if len(p) < 1 {
		return "", false
	}
	n := int(p[0])
	if b.version == 5 {
		if len(p) < 1+n {
			return "", false
		}
		return b.bytes(p[1 : 1+n]), true
	}
	if len(p) < 2 {
		return "", n == 0
	}
	return unicodeText(p[2:], n, p[1], b.codePage)
}

func (b *biffBook) bytes(p []byte) string {
	charset := b.bytesIn()
	if page := single[charset]; page != nil {
		return string(appendSingle(nil, p, page))
	}
	if charset == gb18030 {
		out, _, _ := appendGB(nil, p, true)
		return string(out)
	}
	out, _, _ := appendEastern(nil, p, charset, true)
	return string(out)
}

func unicodeText(p []byte, n int, flags byte, codePage int) (string, bool) {
	if flags&8 != 0 { // formatting runs: their number stands before the text
		if len(p) < 2 {
			return "", false
		}
		p = p[2:]
	}
	if flags&4 != 0 {
		if len(p) < 4 {
			return "", false
		}
		p = p[4:]
	}
	if flags&1 == 0 {
		if len(p) < n {
			return "", false
		}
		return lowBytes(p[:n], codePage), true
	}
	if len(p) < 2*n {
		return "", false
	}
	out, _, _ := appendUTF16(nil, p[:2*n], false, true)
	return string(out), true
}

// lowBytes reads text whose high bytes are all zero. Some writers put GBK bytes
// there; pairs of high bytes under a Chinese code page are taken for that.
func lowBytes(p []byte, codePage int) string {
	if codePage == 936 && gbPairs(p) {
		out, _, bad := appendGB(nil, p, true)
		if !bad {
			return string(out)
		}
	}
	out := make([]rune, len(p))
	for i, c := range p {
		out[i] = rune(c)
	}
	return string(out)
}

func gbPairs(p []byte) bool {
	pairs := 0
	for i := 0; i < len(p); i++ {
		if p[i] < 0x80 {
			continue
		}
		if i+1 >= len(p) || p[i] < 0xA1 || p[i+1] < 0xA1 {
			return false
		}
		pairs++
		i++
	}
	return pairs > 0
}

// readSST reads the shared strings. A text that goes on in the next CONTINUE
// record starts there with a new flag byte; its formatting does not.
func readSST(parts [][]byte, codePage int) ([]string, bool) {
	s := &sstReader{parts: parts, codePage: codePage}
	head, ok := s.take(8)
	if !ok {
		return nil, false
	}
	count := int(binary.LittleEndian.Uint32(head[4:]))
	var out []string
	for len(out) < count {
		text, ok := s.text()
		if !ok {
			// Some writers state more texts than there are; a cell that points
			// beyond them is an error where it stands.
			return out, len(out) > 0 || s.atEnd()
		}
		out = append(out, text)
	}
	return out, true
}

type sstReader struct {
	parts    [][]byte
	at       int // in parts[0]
	codePage int
	units    []uint16
	scratch  []byte
}

func (s *sstReader) atEnd() bool {
	for len(s.parts) > 0 && s.at >= len(s.parts[0]) {
		s.parts, s.at = s.parts[1:], 0
	}
	return len(s.parts) == 0
}

// take returns n bytes, across record borders.
func (s *sstReader) take(n int) ([]byte, bool) {
	s.scratch = s.scratch[:0]
	for n > 0 {
		if s.atEnd() {
			return nil, false
		}
		p := s.parts[0][s.at:]
		k := min(n, len(p))
		if len(s.scratch) == 0 && k == n {
			s.at += n
			return p[:n], true
		}
		s.scratch = append(s.scratch, p[:k]...)
		s.at += k
		n -= k
	}
	return s.scratch, true
}

func (s *sstReader) skip(n int) bool {
	for n > 0 {
		if s.atEnd() {
			return false
		}
		k := min(n, len(s.parts[0])-s.at)
		s.at += k
		n -= k
	}
	return true
}

func (s *sstReader) text() (string, bool) {
	head, ok := s.take(3)
	if !ok {
		return "", false
	}
	n, flags := int(binary.LittleEndian.Uint16(head)), head[2]
	runs, ext := 0, 0
	if flags&8 != 0 {
		p, ok := s.take(2)
		if !ok {
			return "", false
		}
		runs = int(binary.LittleEndian.Uint16(p))
	}
	if flags&4 != 0 {
		p, ok := s.take(4)
		if !ok {
			return "", false
		}
		ext = int(binary.LittleEndian.Uint32(p))
	}
	s.units = s.units[:0]
	var low []byte // the text while it is all low bytes
	onlyLow := true
	for n > 0 {
		if s.at >= len(s.parts[0]) {
			if s.atEnd() {
				return "", false
			}
			flags = s.parts[0][0] // the rest of the text may change its width
			s.at = 1
			continue
		}
		p := s.parts[0][s.at:]
		if flags&1 == 0 {
			k := min(n, len(p))
			for _, c := range p[:k] {
				s.units = append(s.units, uint16(c))
			}
			low = append(low, p[:k]...)
			s.at += k
			n -= k
			continue
		}
		onlyLow = false
		k := min(n, len(p)/2)
		if k == 0 { // half a character at the end of a record
			return "", false
		}
		for i := range k {
			s.units = append(s.units, binary.LittleEndian.Uint16(p[2*i:]))
		}
		s.at += 2 * k
		n -= k
	}
	if !s.skip(4*runs) || ext < 0 || !s.skip(ext) {
		return "", false
	}
	if onlyLow {
		return lowBytes(low, s.codePage), true
	}
	return string(utf16.Decode(s.units)), true
}
