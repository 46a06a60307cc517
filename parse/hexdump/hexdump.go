// Package hexdump finds bytes that a text log holds as hexadecimal digits.
//
// In come lines of text; out go the bytes of lines that are nothing but a dump
// ([Line]), of the longest run inside a line ([Find]), and the time that a line
// states ([Stamp]).
package hexdump

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/field"
)

// Stamp returns the time in front of a line, else the first one in it: a date with a clock,
// or a clock alone.
func Stamp(l string) string {
	if at, n := field.Lead(l); n > 0 {
		return l[at : at+n]
	}
	for i := 0; i+8 <= len(l); i++ {
		if l[i] < '0' || l[i] > '9' || i > 0 && l[i-1] >= '0' && l[i-1] <= '9' {
			continue
		}
		if n := field.ISOStamp(l[i:]); n > 0 {
			return l[i : i+n]
		}
		if n := field.ClockStamp(l[i:]); n > 0 {
			return l[i : i+n]
		}
	}
	return ""
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

// Line returns the bytes of a line that is nothing but a row of a dump, see [Row].
func Line(l string) ([]byte, bool) {
	data, _, ok := Row(l)
	return data, ok
}

// Row returns the bytes of a line that is nothing but a row of a dump, and its
// offset, -1 where it has none: an offset in any of the usual gutters, groups of
// hexadecimal pairs with blanks, tabs, hyphens or commas between them, and a column
// of text.
//
//	30 31 32 33            0000: 30 31 32 33  0123      00000000: 3031 3233  0123
//	0x30, 0x31             [0000] 30 31  ; 01           | 0000 | 30 31 | 01 |
//	0000:30 31:01          &0001: 30 31  01             00000000  30 31  |01|
func Row(l string) (data []byte, offset int, ok bool) {
	from, offset := gutter(l)
	body := strings.TrimRight(l[from:], " \t\r")
	spaced := false
	for i := 0; i < len(body); {
		j, gap := i, 0
		for j < len(body) && strings.IndexByte(" \t-,", body[j]) >= 0 {
			switch body[j] {
			case ' ':
				gap++
			case '\t':
				gap += 2
			}
			j++
		}
		if len(data) > 0 && (gap > 2 || gap == 2 && besides(body[j:], len(data))) {
			break // the column of text
		}
		if strings.HasPrefix(body[j:], "0x") || strings.HasPrefix(body[j:], "0X") {
			j += 2
		}
		n := hexLength(body[j:])
		if n == 0 || n%2 == 1 {
			if len(data) > 0 && j < len(body) && (gap >= 2 || strings.IndexByte("|;*<[", body[j]) >= 0 || body[j] == ':' && offset >= 0) {
				break
			}
			return nil, -1, false
		}
		spaced = spaced || len(data) > 0 && gap > 0
		for k := j; k < j+n; k += 2 {
			data = append(data, hexDigit[body[k]]<<4|hexDigit[body[k+1]])
		}
		i = j + n
	}
	if len(data) == 0 {
		return nil, -1, false
	}
	return data, offset, len(data) >= 8 || spaced || offset >= 0
}

// besides reports whether what stands behind a gap is the text of n bytes, and no
// further pairs.
func besides(s string, n int) bool {
	if strings.Trim(s, "0123456789abcdefABCDEF ") == "" && strings.IndexByte(s, ' ') >= 0 {
		return false
	}
	return len(s) == n || utf8.RuneCountInString(s) == n
}

// gutter returns the length of an offset in front of a dump, with its separator,
// and the offset; 0 and -1 for none.
func gutter(l string) (length, offset int) {
	i := 0
	blank := func() bool {
		from := i
		for i < len(l) && (l[i] == ' ' || l[i] == '\t') {
			i++
		}
		return i > from
	}
	blank()
	open := byte(0)
	if i < len(l) && strings.IndexByte("[&#|", l[i]) >= 0 {
		open = l[i]
		i++
		blank()
	}
	if strings.HasPrefix(l[i:], "0x") {
		i += 2
	}
	from := i
	for i < len(l) && hexDigit[l[i]] < 16 {
		offset = offset<<4&0xFFFFFFF | int(hexDigit[l[i]])
		i++
	}
	if i-from < 4 || i-from > 8 {
		return 0, -1
	}
	bare, close := false, byte(0)
	if open == '|' {
		blank()
	}
	switch {
	case i < len(l) && strings.IndexByte(":-|]", l[i]) >= 0:
		close = l[i]
		if i++; close == ']' && i < len(l) && l[i] == ':' {
			i++
		}
	case i < len(l) && l[i] == 'h':
		if i++; i < len(l) && l[i] == ':' {
			i++
		}
	default:
		bare = true
	}
	if (open == '[') != (close == ']') || open == '|' && close != '|' {
		return 0, -1
	}
	at := i
	blank()
	pair := hexLength(l[i:]) == 2
	switch gap := l[at:i]; {
	case gap == "" && (close != ':' || !pair || i+2 < len(l) && l[i+2] != ' '): // but 0000:30 31
		return 0, -1
	case bare && gap == " " && !pair: // groups of a dump without offsets
		return 0, -1
	}
	return i, offset
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
