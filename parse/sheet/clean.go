package sheet

import "strings"

// Clean removes what exports put around a value: blanks of every width, TABs,
// a byte order mark, zero-width marks, and one leading back-tick or apostrophe
// by which text is kept from being read as a number.
func Clean(s string) string {
	if s == "" {
		return s
	}
	if plain(s[0]) && plain(s[len(s)-1]) {
		return s
	}
	s = strings.TrimFunc(s, padding)
	if s != "" && (s[0] == '`' || s[0] == '\'') {
		s = strings.TrimLeftFunc(s[1:], padding)
	}
	return s
}

// plain is a byte that can neither be padding nor begin or end it.
func plain(c byte) bool { return c > ' ' && c < 0x7F && c != '`' && c != '\'' }

func padding(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\v', '\f', 0, 0x1A, 0xA0, 0x3000, 0xFEFF, 0x200B, 0x200E, 0x200F, 0x202F, 0x2060:
		return true
	}
	return false
}
