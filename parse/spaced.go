package parse

import (
	"bytes"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// Lines may name their values in several words, Terminal ID: 10000001, Response Code: 00, of which
// readers of lines see the last.

// spaced reports whether lines of a log have several such names.
func spaced(head []byte) bool {
	lines := 0
	for l := range bytes.Lines(head) {
		if _, n := joinedNames(text.Of(l)); n > 1 {
			if lines++; lines == 3 {
				break
			}
		}
	}
	if lines == 0 {
		return false
	}
	if r, _, err := detectHead(bytes.NewReader(head)); err == nil && r.Name != "kv" { // which knows its names
		return false
	}
	all, _ := io.ReadAll(newJoined(bytes.NewReader(head)))
	n, before := rowsOf(bytes.NewReader(all)), rowsOf(bytes.NewReader(head))
	return n > 0 && n >= before || before == 0 && bracketed(all)
}

// newJoined writes such names in one word.
func newJoined(r io.Reader) io.Reader {
	return newLines(r, func(line string) string {
		line, _ = joinedNames(line)
		return line
	})
}

// joinedNames leaves out the blanks in names of two or three words before a value, where the dictionary
// knows them, and says how many they are.
func joinedNames(line string) (string, int) {
	n := 0
	var out strings.Builder
	done := 0
	for at := 0; at < len(line); at++ {
		if !field.Letter(line[at]) || at > 0 && nameByte(line[at-1]) {
			continue
		}
		if end := severalWords(line, at); end > 0 {
			out.WriteString(line[done:at])
			out.WriteString(strings.ReplaceAll(line[at:end], " ", ""))
			done, at = end, end
			n++
		}
	}
	if n == 0 {
		return line, 0
	}
	out.WriteString(line[done:])
	return out.String(), n
}

func nameByte(c byte) bool {
	return field.Letter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// severalWords is the end of a name of two or three words that begins at a place of a line, 0 for none.
func severalWords(line string, at int) int {
	end := at
	for words := 1; ; words++ {
		for end < len(line) && (field.Letter(line[end]) || words > 1 && line[end] == '.') {
			end++
		}
		rest := strings.TrimLeft(line[end:], " ")
		if words > 1 && (strings.HasPrefix(rest, "：") || strings.HasPrefix(rest, "->") || strings.HasPrefix(rest, "【") || rest != "" && strings.IndexByte("=:[(]", rest[0]) >= 0 || strings.HasPrefix(rest, "】")) {
			if f, _, ok := field.Lookup(line[at:end]); ok && f > field.Ignore && !tagged(line[at:end], f) {
				return end
			}
			return 0
		}
		if words == 3 || end+1 >= len(line) || line[end] != ' ' || !field.Letter(line[end+1]) {
			return 0
		}
		end++
	}
}

// tagged reports whether a name is one without its first word, which says what the line is: TXN RC.
func tagged(name string, f field.Field) bool {
	first, rest, _ := strings.Cut(name, " ")
	g, _, ok := field.Lookup(rest)
	return ok && g == f && strings.ToUpper(first) == first
}
