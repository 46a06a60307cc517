package parse

import (
	"bytes"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// spread reports whether messages in JSON or XML stand over several lines behind a logger, and
// more transactions are read where each is in one.
func spread(head []byte) bool {
	if !marked(head) {
		return false
	}
	found := false
	var m message
	for l := range bytes.Lines(head) {
		found = found || m.goesOn(text.Of(l)) && m.lines > 2
	}
	return found && rowsOf(newUnspread(bytes.NewReader(head))) > rowsOf(bytes.NewReader(head))
}

// marked reports whether a line begins with what lines of JSON or XML begin with. To ask each
// for its time takes longer.
func marked(head []byte) bool {
	for l := range bytes.Lines(head) {
		if l = bytes.TrimLeft(l, " \t"); len(l) > 0 && strings.IndexByte(`{[<"}`, l[0]) >= 0 {
			return true
		}
	}
	return false
}

// message follows the lines of a message that begins behind the time of an entry, or in the
// line below it.
type message struct {
	lines int // of the entry so far, 0 = none
	depth int // objects and lists that are open
	xml   bool
}

// mostSpread bounds the lines of a message.
const mostSpread = 5000

// goesOn reports whether a line goes on with the entry before it.
func (m *message) goesOn(line string) bool {
	s := strings.TrimSpace(line)
	if _, n := field.Lead(line); n > 0 {
		*m = message{lines: 1}
		if strings.HasSuffix(s, "{") || strings.HasSuffix(s, "[") {
			m.depth = 1
		}
		return false
	}
	switch {
	case m.lines == 0 || s == "" || m.lines == mostSpread:
	case m.depth > 0 || m.lines == 1 && (s[0] == '{' || s[0] == '['):
		m.lines++
		if m.depth += nested(s); m.depth <= 0 {
			m.depth, m.lines = 0, max(m.lines, 2)
		}
		return true
	case s[0] == '<' && (m.xml || m.lines == 1):
		m.xml = true
		m.lines++
		return true
	}
	*m = message{}
	return false
}

// nested is by how much a line of JSON opens more objects and lists than it closes.
func nested(s string) (depth int) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth
}

// newUnspread puts the lines of such a message into that of its entry, and leaves the others blank.
func newUnspread(r io.Reader) io.Reader {
	lines := text.NewLines(r)
	var m message
	behind := 0
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err == nil && m.goesOn(l) {
			to.WriteByte(' ')
			to.WriteString(strings.TrimSpace(l))
			behind++
			return nil
		}
		to.WriteString(strings.Repeat("\n", behind))
		behind = 0
		if err != nil {
			return err
		}
		to.WriteString(strings.TrimRight(l, "\r"))
		if m.lines == 1 {
			behind = 1
		} else {
			to.WriteByte('\n')
		}
		return nil
	}}
}
