package kv

import (
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
)

// numbered reports whether the keys of a line are numbers of fields of ISO 8583:
// [0]0200 [11]000123 [41]10000001, or 0=0200|11=000123|41=10000001. Other numbers before a
// value are those of lines and threads. Without a message type the values tell: 39:00
// 41:10000001 4:000000007512.
func numbered(s string) bool {
	return typed(s) || shaped(s)
}

// typed reports whether the number of a line's message type and that of its STAN stand there.
func typed(s string) bool {
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

// shapes are the lengths of values of fields that have the same in every message.
var shapes = map[string]int{"3": 6, "4": 12, "11": 6, "37": 12, "39": 2, "41": 8, "42": 15}

// shaped reports whether three such fields at least have values of their lengths, and none
// another one.
func shaped(s string) bool {
	if !strings.Contains(s, "41") && !strings.Contains(s, "11") {
		return false
	}
	n := 0
	for i := 1; i < len(s); i++ {
		if s[i] != ']' && s[i] != '=' && s[i] != ':' {
			continue
		}
		end := i
		for end > 0 && s[end-1] == ' ' && i-end < 2 {
			end--
		}
		k := numberStart(s, end)
		size := shapes[s[k:end]]
		if size == 0 || (s[i] == ']') != (k > 0 && s[k-1] == '[') {
			continue
		}
		from := i + 1
		for from < len(s) && strings.IndexByte("=: ", s[from]) >= 0 && from-i < 4 {
			from++
		}
		to := from
		for to < len(s) && (s[to]-'0' < 10 || field.Letter(s[to])) {
			to++
		}
		if to-from != size || to < len(s) && s[to] == ':' { // a clock
			return false
		}
		n++
	}
	return n > 2
}
