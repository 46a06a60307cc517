package fielddump

import (
	"strings"

	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
)

// An object is a message in JSON, or as Python prints it, whose names are the numbers
// of the fields:
//
//	{"0":"0210","4":"000000001230","39":"00"}
//	{"mti":"0210","fields":{"4":1230,"39":"00"}}
//	{'t': '0210', '4': '000000001230', '39': '00'}
//
// It stands in one line here; over many lines its members are read like other fields.

// object reads the message in a line, nil where there is none. The answer may stand
// behind its request: what it does not repeat is the request's. A line with two
// messages that are no such pair gives a block that says so.
func object(l string) *block {
	if strings.IndexByte(l, '{') < 0 {
		return nil
	}
	b := &block{}
	for rest := l; ; {
		name, value, after := namedValue(rest)
		if name == "" {
			break
		}
		rest = after
		id, n := number(name)
		switch {
		case n != len(name) || n == 0:
			if typeName(name) && !b.seen[0] && exchange.MessageType(messageType(value)) {
				b.set(0, messageType(value))
			}
		case id == 0 && !exchange.MessageType(messageType(value)):
		case id == 0:
			t := messageType(value)
			if was := b.fields[0]; b.seen[0] && t != was {
				b.several = b.several || b.count > 1 && !answers(was, t)
				b.seen = [129]bool{0: true}
			}
			b.set(0, t)
		case id <= 128 && value != "":
			value = padded(id, value)
			b.several = b.several || b.seen[id] && b.fields[id] != value
			b.set(id, value)
		}
	}
	if !b.seen[0] || b.count < 3 {
		return nil
	}
	b.at = objectTime(l)
	return b
}

// objectTime is the first value of an object whose name is that of a time.
func objectTime(l string) string {
	for {
		name, value, after := namedValue(l)
		if name == "" {
			return ""
		}
		if f, _, ok := field.Lookup(name); ok && f == field.Time {
			return value
		}
		l = after
	}
}

func (b *block) set(id int, value string) {
	if !b.seen[id] {
		b.count++
	}
	b.fields[id], b.seen[id] = value, true
}

// answers reports whether a message type is that of the answer to another: 0200, 0210.
func answers(request, t string) bool {
	return len(request) == 4 && len(t) == 4 && request[:2] == t[:2] && request[2]+1 == t[2]
}

// typeName reports whether a name is that of the message type.
func typeName(s string) bool {
	switch s {
	case "t", "mti", "MTI", "Mti":
		return true
	}
	return false
}

// namedValue returns the next quoted name of s with its value, in quotes of one of two
// kinds or a number, and what follows. A name before an object or a list is passed over.
func namedValue(s string) (name, value, after string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '"' && s[i] != '\'' {
			continue
		}
		n, end := quoted(s[i:])
		if n < 0 {
			return "", "", ""
		}
		i += n
		rest := strings.TrimLeft(s[i:], " \t\\")
		if rest == "" || rest[0] != ':' {
			i--
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \t\\")
		v, n := scalar(rest)
		if n == 0 || end == "" {
			i = len(s) - len(rest) - 1
			continue
		}
		return end, v, rest[n:]
	}
	return "", "", ""
}

// quoted returns the length of the text in quotes at the start of s, and the text;
// -1 where the quote is not closed.
func quoted(s string) (int, string) {
	j := strings.IndexByte(s[1:], s[0])
	if j < 0 {
		return -1, ""
	}
	return j + 2, strings.TrimRight(s[1:1+j], `\`)
}

// scalar reads a value and its length, 0 for an object or a list.
func scalar(s string) (value string, n int) {
	if s == "" || s[0] == '{' || s[0] == '[' {
		return "", 0
	}
	if s[0] == '"' || s[0] == '\'' {
		n, v := quoted(s)
		if n < 0 {
			return "", 0
		}
		return v, n
	}
	if n = strings.IndexAny(s, ",}] \t"); n < 0 {
		n = len(s)
	}
	return s[:n], n
}

// member reads one member of an object that stands over many lines: "39": "00", or
// {'t': '0210', in front. The length of a number is that of its field.
func member(l string) (id int, value string, ok bool) {
	name, value, rest := namedValue(l)
	if name == "" || strings.Trim(rest, " \t\r,}])") != "" { // more than one, and no message
		return 0, "", false
	}
	if typeName(name) {
		value = messageType(value)
		return 0, value, exchange.MessageType(value)
	}
	id, n := number(name)
	if n == 0 || n != len(name) {
		return 0, "", false
	}
	return finish(id, padded(id, value))
}

// padded gives a number back the zeros that its field has in front.
func padded(id int, v string) string {
	if w := widths[id]; len(v) < w && v != "" && strings.Trim(v, "0123456789") == "" {
		return strings.Repeat("0", w-len(v)) + v
	}
	return v
}
