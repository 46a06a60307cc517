package parse

import (
	"bytes"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/field"
)

// bracketed reports whether the entries of a log have names or values in brackets that keep both
// apart, 【终端号】：10000001，【应答码】：00 or tid(10000001) rc(00), and no reader reads them as
// they are.
func bracketed(head []byte) bool {
	return tells(head, unbracketed) && rowsOf(bytes.NewReader(head)) == 0 && understood(newUnbracketed(bytes.NewReader(head)))
}

// newUnbracketed writes an equals sign between such names and their values.
func newUnbracketed(r io.Reader) io.Reader { return newTold(r, unbracketed) }

// These are brackets of names, and of values right behind their names.
var (
	aroundNames  = [...][2]string{{"【", "】"}, {"「", "」"}, {"[", "]"}, {"(", ")"}}
	aroundValues = [...][2]string{{"(", ")"}, {"（", "）"}, {"[", "]"}, {"<", ">"}, {"{", "}"}, {"【", "】"}, {"「", "」"}}
)

// unbracketed writes name="value" for each known name in a line behind from that stands in brackets,
// or in front of a value that does. It says which fields it found.
func unbracketed(line string, from int) (string, field.Set) {
	var have field.Set
	var out strings.Builder
	out.WriteString(line[:from])
	rest := line[from:]
	for rest != "" {
		name, value, n := inBrackets(rest)
		if n == 0 {
			name, value, n = behindName(rest)
		}
		f, _, known := field.Lookup(name)
		if n == 0 || !known || f <= field.Ignore {
			n = max(wordLength(rest), 1)
			out.WriteString(rest[:n])
			rest = rest[n:]
			continue
		}
		have |= field.SetOf(f)
		out.WriteString(" " + name + `="` + strings.ReplaceAll(value, `"`, "'") + `" `)
		rest = rest[n:]
	}
	return out.String(), have
}

// inBrackets reads a name in brackets that s begins with, and the value behind it: 【应答码】：00，
// or (039)[00]. n is the length of both, 0 where there is none.
func inBrackets(s string) (name, value string, n int) {
	for _, b := range aroundNames {
		in, ok := strings.CutPrefix(s, b[0])
		if !ok {
			continue
		}
		name, rest, ok := strings.Cut(in, b[1])
		if !ok || name == "" || len(name) > 48 {
			return "", "", 0
		}
		if strings.Trim(name, "0123456789") == "" {
			name = "F" + name
		}
		rest = strings.TrimLeft(rest, " ：:=")
		if value, n := valueIn(rest); n > 0 {
			return name, value, len(s) - len(rest) + n
		}
		if b[0] == "(" || b[0] == "[" { // of a thread
			return "", "", 0
		}
		end := strings.IndexAny(rest, "，；,;|&\t【「")
		if end < 0 {
			end = len(rest)
		}
		return name, strings.TrimSpace(rest[:end]), len(s) - len(rest) + end
	}
	return "", "", 0
}

// behindName reads a name that s begins with, and the value in brackets behind it: tid(10000001).
func behindName(s string) (name, value string, n int) {
	w := wordLength(s)
	if w == 0 {
		return "", "", 0
	}
	for w+1 < len(s) && s[w] == '-' && field.Letter(s[w+1]) { // resp-code
		w += 1 + wordLength(s[w+1:])
	}
	value, n = valueIn(s[w:])
	if n == 0 {
		return "", "", 0
	}
	return s[:w], value, w + n
}

// valueIn reads a value in brackets that s begins with; n is its length with them, 0 for none.
func valueIn(s string) (value string, n int) {
	for _, b := range aroundValues {
		if in, ok := strings.CutPrefix(s, b[0]); ok {
			if end := strings.Index(in, b[1]); end >= 0 && !strings.Contains(in[:end], b[0]) {
				return strings.TrimSpace(in[:end]), len(b[0]) + end + len(b[1])
			}
		}
	}
	return "", 0
}

// wordLength is the length of the word that s begins with.
func wordLength(s string) int {
	for i, r := range s {
		if c := s[i]; r != '_' && !field.Letter(c) && (c < '0' || c > '9') && !field.Han(r) {
			return i
		}
	}
	return len(s)
}
