package sheet

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// eastern tells GB18030 from the legacy charsets of Korea, Japan and Taiwan, whose bytes are
// nearly all sound GB18030 too. Korean syllables have lead bytes B0 to C8 alone, which
// Chinese text leaves at every third character; Shift_JIS has kana and most kanji
// below the lead byte A0, where GB18030 keeps characters that hardly anybody writes.
func eastern(b []byte) string {
	switch {
	case shiftedJIS(b):
		return shiftJIS
	case hangul(b):
		return eucKR
	case traditional(b):
		return big5
	}
	return gb18030
}

func hangul(b []byte) bool {
	syllables, others := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		switch c := b[i]; {
		case i+1 == len(b): // cut
		case b[i+1] < 0xA1:
			return false // no EUC
		case c >= 0xB0 && c <= 0xC8:
			syllables++
		case c >= 0xA1 && c <= 0xA3: // signs and full-width letters
		default:
			others++
		}
		i++
	}
	return syllables >= 12 && others*10 <= syllables && !bytes.Contains(b, []byte("\xbd\xbb\xd2\xd7")) // 交易
}

// traditional reports text of Big5, in which a third of the characters ends in a byte of
// ASCII. Those of GB18030 that do so stand for what hardly anybody writes.
func traditional(b []byte) bool {
	low, n := 0, 0
	for i := 0; i+1 < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
			continue
		case c < 0xA1 || c > 0xF9:
			return false
		}
		switch t := b[i+1]; {
		case t >= 0x40 && t <= 0x7E:
			low++
		case t < 0xA1 || t == 0xFF:
			return false
		}
		n++
		i++
	}
	return n >= 8 && low*5 >= n
}

// shiftedJIS reports text of which most is kana and kanji of Shift_JIS, and all is sound.
func shiftedJIS(b []byte) bool {
	low, high, kana := 0, 0, 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < 0x80:
			continue
		case c >= 0xA1 && c <= 0xDF: // half-width kana, one byte each
			kana++
			continue
		case c == 0x80 || c == 0xA0 || c > 0xFC:
			return false
		case i+1 == len(b): // cut
			continue
		}
		if t := b[i+1]; t < 0x40 || t == 0x7F || t > 0xFC {
			return false
		}
		if i++; c < 0xA0 {
			low++
		} else {
			high++
		}
	}
	return low >= 6 && low > 2*high && kana <= low
}

// appendEastern decodes Korean, Japanese or traditional Chinese text. used falls short of len(src) where the last
// character is unfinished and more may come.
func appendEastern(dst, src []byte, charset string, eof bool) (out []byte, used int, bad bool) {
	var enc encoding.Encoding = korean.EUCKR
	switch charset {
	case shiftJIS:
		enc = japanese.ShiftJIS
	case big5:
		enc = traditionalchinese.Big5
	}
	dec := enc.NewDecoder()
	out = dst
	for used < len(src) {
		out = slices.Grow(out, 2*(len(src)-used)+16)
		to := out[len(out):cap(out)]
		n, m, err := dec.Transform(to, src[used:], eof)
		out, used = out[:len(out)+n], used+m
		if err != nil && err != transform.ErrShortDst {
			break // an unfinished character
		}
	}
	return out, used, bytes.ContainsRune(out[len(dst):], utf8.RuneError)
}
