package formats

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks over one JSON text. Texts without escapes are views into it.
type scanner struct {
	s string
	i int
}

func (d *scanner) blank() {
	for d.i < len(d.s) && (d.s[d.i] == ' ' || d.s[d.i] == '\t' || d.s[d.i] == '\r' || d.s[d.i] == '\n') {
		d.i++
	}
}

func (d *scanner) peek() byte {
	if d.i < len(d.s) {
		return d.s[d.i]
	}
	return 0
}

func (d *scanner) take(c byte) bool {
	if d.peek() == c && d.i < len(d.s) {
		d.i++
		return true
	}
	return false
}

func (d *scanner) expected(what string) string {
	if d.i >= len(d.s) {
		return "it ends too early"
	}
	return fmt.Sprintf("%s is expected at byte %d", what, d.i+1)
}

// members walks over the object at hand; value has to read each value.
func (d *scanner) members(value func(name string) string) string {
	d.i++ // {
	for first := true; ; first = false {
		d.blank()
		if d.take('}') {
			return ""
		}
		if !first {
			if !d.take(',') {
				return d.expected("a comma or }")
			}
			d.blank()
		}
		name, ok := d.text()
		if !ok {
			return d.expected("a quoted name")
		}
		if d.blank(); !d.take(':') {
			return d.expected("a colon")
		}
		d.blank()
		if msg := value(name); msg != "" {
			return msg
		}
	}
}

// elements walks over the array at hand; value has to read each element.
func (d *scanner) elements(value func() string) string {
	d.i++ // [
	for first := true; ; first = false {
		d.blank()
		if d.take(']') {
			return ""
		}
		if !first && !d.take(',') {
			return d.expected("a comma or ]")
		}
		d.blank()
		if msg := value(); msg != "" {
			return msg
		}
	}
}

// skip passes over one value.
func (d *scanner) skip(depth int) string {
	if depth > maxNesting {
		return fmt.Sprintf("values are nested more than %d deep", maxNesting)
	}
	switch d.peek() {
	case '{':
		return d.members(func(string) string { return d.skip(depth + 1) })
	case '[':
		return d.elements(func() string { return d.skip(depth + 1) })
	case '"':
		if _, ok := d.text(); !ok {
			return d.expected("the closing quote of a text")
		}
	default:
		if d.bare() == "" {
			return d.expected("a value")
		}
	}
	return ""
}

// bare reads a number, true, false or null.
func (d *scanner) bare() string {
	from := d.i
	for d.i < len(d.s) {
		switch c := d.s[d.i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c == '-', c == '+', c == '.', c == 'E':
			d.i++
			continue
		}
		break
	}
	v := d.s[from:d.i]
	switch v {
	case "true", "false", "null":
		return v
	}
	if v == "" || v[0] >= 'a' || v[0] == '+' || v[0] == '.' || strings.Trim(v, "0123456789+-.eE") != "" {
		d.i = from
		return ""
	}
	return v
}

// text reads a quoted text.
func (d *scanner) text() (string, bool) {
	if !d.take('"') {
		return "", false
	}
	from := d.i
	for d.i < len(d.s) {
		switch d.s[d.i] {
		case '"':
			d.i++
			return d.s[from : d.i-1], true
		case '\\':
			return d.escaped(from)
		}
		d.i++
	}
	return "", false
}

// escaped reads on from the first backslash of a text that began at from.
func (d *scanner) escaped(from int) (string, bool) {
	var b strings.Builder
	b.WriteString(d.s[from:d.i])
	for d.i < len(d.s) {
		c := d.s[d.i]
		d.i++
		switch c {
		case '"':
			return b.String(), true
		case '\\':
			if !d.escape(&b) {
				return "", false
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

func (d *scanner) escape(b *strings.Builder) bool {
	if d.i >= len(d.s) {
		return false
	}
	c := d.s[d.i]
	d.i++
	switch c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'b', 'f':
		b.WriteByte(' ')
	case '"', '\\', '/':
		b.WriteByte(c)
	case 'u':
		r, ok := d.unit()
		if !ok {
			return false
		}
		if utf16.IsSurrogate(r) && strings.HasPrefix(d.s[d.i:], `\u`) {
			mark := d.i
			d.i += 2
			low, ok := d.unit()
			if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
				d.i = mark
				r = utf8.RuneError
			}
		}
		b.WriteRune(r)
	default:
		return false
	}
	return true
}

// unit reads the four hexadecimal digits of \uXXXX.
func (d *scanner) unit() (rune, bool) {
	if d.i+4 > len(d.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(d.s[d.i:d.i+4], 16, 16)
	d.i += 4
	return rune(n), err == nil
}
