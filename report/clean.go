package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCell bounds one text in any format: enough for every honest message.
const maxCell = 2000

// clean makes a text from an input file harmless to print: control characters,
// NUL, direction marks and broken UTF-8 become visible "�" or blanks, and a text
// beyond maxCell characters is cut with "…".
func clean(s string) string {
	if len(s) <= maxCell && isClean(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if n++; n > maxCell {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case hostile(r) || r == utf8.RuneError && size <= 1:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isClean(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || hostile(r) || r == '\n' || r == '\t' || r == '\r' {
			return false
		}
	}
	return true
}

// Printable is a text of any length and number of lines that does nothing to a terminal.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\r' {
			return ' '
		}
		if r != '\n' && hostile(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// hostile reports control characters, the marks that turn the direction of a
// text, zero-width characters, line separators, and code points that XML forbids.
func hostile(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x61c, r == 0xfffe, r == 0xffff:
		return true
	}
	return unicode.Is(unicode.Cs, r)
}
