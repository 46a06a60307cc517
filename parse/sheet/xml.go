package sheet

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// element is the start tag of an XML element: its local name and attributes.
type element struct {
	name  string
	attrs string
	pos   int // index after the tag
}

// elements yields the start tags of a document in order; the parts of a
// workbook that it is used for need no more of XML than that. Comments and
// declarations are passed over.
func elements(doc []byte) iter.Seq[element] {
	return func(yield func(element) bool) {
		for i := 0; i < len(doc); {
			k := bytes.IndexByte(doc[i:], '<')
			if k < 0 {
				return
			}
			i += k + 1
			if bytes.HasPrefix(doc[i:], []byte("!--")) {
				k = bytes.Index(doc[i:], []byte("-->"))
				if k < 0 {
					return
				}
				i += k
				continue
			}
			end := tagEnd(doc[i:])
			if end < 0 {
				return
			}
			tag := doc[i : i+end]
			i += end + 1
			if len(tag) == 0 || tag[0] == '/' || tag[0] == '?' || tag[0] == '!' {
				continue
			}
			name := tag
			if k := bytes.IndexAny(tag, " \t\r\n/"); k >= 0 {
				name = tag[:k]
			}
			e := element{name: string(local(name)), attrs: string(tag[len(name):]), pos: i}
			if !yield(e) {
				return
			}
		}
	}
}

// local strips a namespace prefix.
func local(name []byte) []byte {
	if k := bytes.IndexByte(name, ':'); k >= 0 {
		return name[k+1:]
	}
	return name
}

// tagEnd is the index of the '>' that ends the tag at the start of b, a '>'
// inside an attribute's quotes left out; -1 where there is none.
func tagEnd(b []byte) int {
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

// attr returns the raw value of an attribute by its local name, "" where absent.
func (e element) attr(name string) string {
	s := e.attrs
	for {
		k := strings.IndexByte(s, '=')
		if k < 0 {
			return ""
		}
		key := strings.TrimLeft(s[:k], " \t\r\n")
		key = strings.TrimRight(key, " \t\r\n")
		if c := strings.IndexByte(key, ':'); c >= 0 {
			key = key[c+1:]
		}
		s = strings.TrimLeft(s[k+1:], " \t\r\n")
		if s == "" || s[0] != '"' && s[0] != '\'' {
			return ""
		}
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return ""
		}
		if key == name {
			return s[1 : 1+end]
		}
		s = s[end+2:]
	}
}

// unescape resolves the five named and all numeric character references, and
// the _xHHHH_ form by which workbooks write control characters.
func unescape(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		var b strings.Builder
		b.Grow(len(s))
		for {
			k := strings.IndexByte(s, '&')
			if k < 0 {
				break
			}
			b.WriteString(s[:k])
			s = s[k:]
			end := strings.IndexByte(s[:min(len(s), 12)], ';')
			if end < 0 {
				b.WriteByte('&')
				s = s[1:]
				continue
			}
			if r, ok := reference(s[1:end]); ok {
				b.WriteRune(r)
				s = s[end+1:]
			} else {
				b.WriteByte('&')
				s = s[1:]
			}
		}
		b.WriteString(s)
		s = b.String()
	}
	if strings.Contains(s, "_x") {
		s = unescapeControl(s)
	}
	return s
}

func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

func unescapeControl(s string) string {
	var b strings.Builder
	for {
		k := strings.Index(s, "_x")
		if k < 0 || k+7 > len(s) {
			break
		}
		n, err := strconv.ParseUint(s[k+2:k+6], 16, 16)
		if err != nil || s[k+6] != '_' {
			b.WriteString(s[:k+2])
			s = s[k+2:]
			continue
		}
		b.WriteString(s[:k])
		b.WriteRune(rune(n))
		s = s[k+7:]
	}
	b.WriteString(s)
	return b.String()
}
