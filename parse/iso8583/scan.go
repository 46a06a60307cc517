package iso8583

import (
	"encoding/hex"
	"strings"

	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
)

// stamp returns the first time in a line: a date with a clock, or a clock alone.
func stamp(l string) string {
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
	if len(s) < 8 || s[2] != ':' || s[5] != ':' || !exchange.Clock(s[:2]+s[3:5]+s[6:8], 24, 60, 61) {
		return 0
	}
	n := 8
	if len(s) > 9 && (s[8] == '.' || s[8] == ',') && s[9] >= '0' && s[9] <= '9' {
		for n = 9; n < len(s) && n < 15 && s[n] >= '0' && s[n] <= '9'; n++ {
		}
	}
	return n
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

// pureHex returns the bytes of a line that is nothing but a dump: an offset, pairs
// of hexadecimal digits with blanks, tabs or hyphens between them, a column of text.
func pureHex(l string) ([]byte, bool) {
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
	if i < len(l) && strings.IndexByte(":-|", l[i]) >= 0 {
		i++
	} else if i < len(l) && l[i] == 'h' {
		if i++; i < len(l) && l[i] == ':' {
			i++
		}
	}
	blanks := i
	for i < len(l) && (l[i] == ' ' || l[i] == '\t') {
		i++
	}
	if i == blanks {
		return 0
	}
	return i
}

// embeddedHex returns the longest run of hexadecimal pairs in a line of text, in
// one piece or in groups of equal length with a blank between them, if it can hold a
// message. The digits of a time in front are no group of it.
func embeddedHex(l string) []byte {
	var best string
	for i := 0; i+40 <= len(l); {
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
	if err != nil || len(data) < 20 {
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

// embeddedText returns a message in text at the end of a line: a message type and
// a bitmap in hexadecimal behind a blank, a bracket, a quote or nothing.
func embeddedText(l string) []byte {
	for i := 0; i+30 <= len(l); i++ {
		if l[i] > '2' || l[i] < '0' || i > 0 && strings.IndexByte(` ["=':`, l[i-1]) < 0 || !exchange.MessageType(l[i:i+4]) {
			continue
		}
		n := i + 4
		for n < i+20 && hexDigit[l[n]] < 16 {
			n++
		}
		if n == i+20 {
			return []byte(l[i:])
		}
	}
	return nil
}
