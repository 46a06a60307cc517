// Package hexdump finds bytes that a text log holds as hexadecimal digits.
//
// In come lines of text; out go the bytes of lines that are nothing but a dump
// ([Line]), of the longest run inside a line ([Find]), and the time that a line
// states ([Stamp]).
package hexdump

import (
	"encoding/hex"
	"strings"

	"github.com/poslog/poslog/parse/field"
)

// Stamp returns the first time in a line: a date with a clock, or a clock alone.
func Stamp(l string) string {
	for i := 0; i+8 <= len(l); i++ {
		if l[i] < '0' || l[i] > '9' || i > 0 && l[i-1] >= '0' && l[i-1] <= '9' {
			continue
		}
		if n := field.ISOStamp(l[i:]); n > 0 {
			return l[i : i+n]
		}
		if n := clock(l[i:]); n > 0 {
			return l[i : i+n]
		}
	}
	return ""
}

// clock returns the length of hh:mm:ss with or without a fraction at the start of s.
func clock(s string) int {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' || !below(s[0:], 24) || !below(s[3:], 60) || !below(s[6:], 61) {
		return 0
	}
	n := 8
	if len(s) > 9 && (s[8] == '.' || s[8] == ',') && s[9] >= '0' && s[9] <= '9' {
		for n = 9; n < len(s) && n < 15 && s[n] >= '0' && s[n] <= '9'; n++ {
		}
	}
	return n
}

// below reports whether s begins with two digits that make a number below limit.
func below(s string, limit int) bool {
	return s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9' && int(s[0]-'0')*10+int(s[1]-'0') < limit
}

// hexDigit is the value of a hexadecimal digit, 16 for any other byte.
var hexDigit = func() (t [256]byte) {
	for i := range t {
		t[i] = 16
	}
	for i, c := range "0123456789ABCDEF" {
		t[c], t[c|0x20] = byte(i), byte(i)
	}
	return t
}()

// Line returns the bytes of a line that is nothing but a dump: an offset, pairs
// of hexadecimal digits with blanks, tabs or hyphens between them, a column of text.
func Line(l string) ([]byte, bool) {
	from := gutter(l)
	body := l[from:]
	if i := strings.IndexByte(body, '|'); i > 0 {
		body = body[:i]
	}
	body = strings.Trim(body, " \t")
	if i := strings.Index(body, "   "); i > 0 {
		body = body[:i]
	}
	data := make([]byte, 0, len(body)/2)
	half, high := false, byte(0)
	spaced := false
	for i := 0; i < len(body); i++ {
		c := body[i]
		v := hexDigit[c]
		switch {
		case v < 16 && half:
			data, half = append(data, high<<4|v), false
		case v < 16:
			high, half = v, true
		case c == ' ' || c == '\t' || c == '-':
			spaced = spaced || c == ' '
		default:
			return nil, false
		}
	}
	if half || len(data) == 0 {
		return nil, false
	}
	return data, len(data) >= 8 || spaced || from > 0
}

// gutter returns the length of an offset in front of a dump, with its separator:
// "0010: ", "0x0010  ", "00000010h ".
func gutter(l string) int {
	i := 0
	for i < len(l) && (l[i] == ' ' || l[i] == '\t') {
		i++
	}
	if strings.HasPrefix(l[i:], "0x") {
		i += 2
	}
	from := i
	for i < len(l) && hexDigit[l[i]] < 16 {
		i++
	}
	if i-from < 4 || i-from > 8 {
		return 0
	}
	bare := false
	if i < len(l) && strings.IndexByte(":-|", l[i]) >= 0 {
		i++
	} else if i < len(l) && l[i] == 'h' {
		if i++; i < len(l) && l[i] == ':' {
			i++
		}
	} else {
		bare = true
	}
	blanks := i
	for i < len(l) && (l[i] == ' ' || l[i] == '\t') {
		i++
	}
	if i == blanks || bare && i == blanks+1 && hexLength(l[i:]) != 2 { // groups of a dump without offsets
		return 0
	}
	return i
}

// Find returns the longest run of hexadecimal pairs in a line of text, in one piece
// or in groups of equal length with a blank between them; nil where it has fewer
// bytes than least. The digits of a time in front are no group of it.
func Find(l string, least int) []byte {
	var best string
	for i := 0; i+2*least <= len(l); {
		n := hexLength(l[i:])
		if n == 0 {
			i++
			continue
		}
		end := i + n
		if n%2 == 1 || n == 2 && i > 0 && strings.IndexByte(":.,-/", l[i-1]) >= 0 { // of a time
			i = end
			continue
		}
		for end+1 < len(l) && l[end] == ' ' {
			m := hexLength(l[end+1:])
			if m == 0 || m > n || m%2 == 1 {
				break
			}
			end += 1 + m
			if m < n {
				break
			}
		}
		if end-i > len(best) {
			best = l[i:end]
		}
		i = end
	}
	data, err := hex.DecodeString(strings.ReplaceAll(best, " ", ""))
	if err != nil || len(data) < least {
		return nil
	}
	return data
}

// hexLength is how many hexadecimal digits s begins with.
func hexLength(s string) int {
	n := 0
	for n < len(s) && hexDigit[s[n]] < 16 {
		n++
	}
	return n
}
