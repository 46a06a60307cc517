package kv

import (
	"strings"

	"github.com/poslog/poslog/internal/digits"
)

// numbered reports whether the keys of a line are numbers of fields of ISO 8583:
// [0]0200 [11]000123 [41]10000001, or 0=0200|11=000123|41=10000001. Other numbers before a
// value are those of lines and threads.
func numbered(s string) bool {
	if !strings.Contains(s, "11]") && !strings.Contains(s, "11=") {
		return false
	}
	var found [43]bool // message type, amount, STAN, RRN, response code, terminal, merchant
	n := 0
	for i := 1; i < len(s); i++ {
		if s[i] != ']' && s[i] != '=' {
			continue
		}
		k := numberStart(s, i)
		if k == i || k > 0 && s[k-1] != '[' && s[i] == ']' {
			continue
		}
		f, _ := digits.Value(s[k:i])
		if f == 0 && (i+5 > len(s) || !digits.Only(s[i+1:i+5])) { // no message type
			continue
		}
		switch f {
		case 0, 4, 11, 37, 39, 41, 42:
			if !found[f] {
				found[f] = true
				n++
			}
		}
	}
	return found[0] && found[11] && n > 2
}

// numberStart walks back over the number of a field that ends before i: at most three digits
// behind a separator. It is i where there is none.
func numberStart(s string, i int) int {
	k := i
	for k > 0 && i-k < 4 && s[k-1] >= '0' && s[k-1] <= '9' {
		k--
	}
	if i-k > 3 || k > 0 && s[k-1] != '[' && !separator(s[k-1]) {
		return i
	}
	return k
}
