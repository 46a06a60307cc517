package formats

import (
	"encoding/xml"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/field"
)

// maxDepth bounds how deep the elements of a record may be nested.
const maxDepth = 100

// meaning is what a name of an element or attribute stands for.
type meaning struct {
	field field.Field
	unit  field.Unit
	call  bool // it may be the code of the call, which stands back
	class bool // it may be a class of answers, which does so beside a code
	paid  bool // it is the currency, where its value is one
}

// xmlElement collects the texts and attributes below a record's element.
type xmlElement struct {
	lookup func(name string) (field.Field, field.Unit)
	known  map[string]meaning // by path; every file has few
	values []value
	call   value  // code of the call, without a text where there is none
	path   []byte // "card/pan", of the open elements below the record's
}

// maxNames bounds the paths that are remembered.
const maxNames = 4096

// meaning finds what a name below the open elements means: by its path, else by itself.
func (e *xmlElement) meaning(name string, attribute bool) meaning {
	open := len(e.path)
	if open > 0 {
		e.path = append(e.path, '/')
	}
	if attribute {
		e.path = append(e.path, '@')
	}
	e.path = append(e.path, name...)
	m, ok := e.known[string(e.path)]
	if !ok {
		m.field, m.unit = e.lookup(string(e.path))
		if m.field == field.None {
			m.field, m.unit = e.lookup(name)
			if around := string(e.path[strings.LastIndexByte(string(e.path[:open]), '/')+1 : open]); around != "" {
				switch m.field {
				case field.Amount:
					m.field = field.MoneyOf(e.lookup, around, name)
				case field.Code:
					m.field = field.CodeOf(around, name)
				}
			}
		}
		m.call = m.field == field.Code && field.Resulted(name)
		m.class = m.field == field.Code && field.Classes(name)
		m.paid = m.field == field.None && name == field.FeeType
		if e.known == nil {
			e.known = map[string]meaning{}
		}
		if len(e.known) < maxNames {
			e.known[string(e.path)] = m
		}
	}
	e.path = e.path[:open]
	return m
}

// interfaced reports whether all amounts of the element that was read are whole numbers
// that do not say their unit, under the names of an interface whose amounts are in fen.
func (e *xmlElement) interfaced() bool {
	var amounts field.Shape
	for _, v := range e.values {
		if v.field == field.Amount && v.unit == field.UnitAuto {
			amounts.Add(v.text)
		}
	}
	return amounts.Whole() && !e.named(func(name string, m meaning) bool {
		return m.field == field.Amount && m.unit == field.UnitAuto &&
			!e.named(func(beside string, _ meaning) bool { return field.InterfaceAmount(name, beside) })
	})
}

// named reports whether f holds for a name that was seen, without its path.
func (e *xmlElement) named(f func(name string, m meaning) bool) bool {
	for path, m := range e.known {
		if f(path[strings.LastIndexByte(path, '/')+1:], m) {
			return true
		}
	}
	return false
}

func (e *xmlElement) add(m meaning, v string) {
	v = strings.TrimSpace(v)
	if m.paid && field.IsCurrency(v) {
		m.field = field.Currency
	}
	switch {
	case v == "" || m.field <= field.Ignore:
	case (m.call && field.Passed(v) || m.class && field.IsClass(v)) && e.call.text == "":
		e.call = value{m.field, m.unit, v}
	default:
		e.values = append(e.values, value{m.field, m.unit, v})
	}
}

// read returns the values of an element, valid until the next call. Nearly all are
// plain; the others take ten times as long.
func (e *xmlElement) read(text string) ([]value, error) {
	e.call = value{}
	if !e.plain(text) {
		e.call = value{}
		if _, err := e.parse(text); err != nil {
			return nil, err
		}
	}
	if e.call.text != "" {
		e.values = withCall(e.values, e.call)
	}
	return e.values, nil
}

// plain reads an element that is as machines write them: matching tags of ordinary names,
// quoted attributes, and text with the five entities. It returns false for any other.
func (e *xmlElement) plain(s string) bool {
	e.values, e.path = e.values[:0], e.path[:0]
	if !ordinary(s) {
		return false
	}
	var open [maxDepth]string // names with their prefixes
	depth := -1               // of the elements below the record's, which is 0
	i, from := 0, 0           // from is where the text behind the last tag begins
	for {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			return false
		}
		text := s[from : i+n]
		if i += n + 1; i < len(s) && s[i] == '/' {
			name := nameAt(s[i+1:])
			if i += 1 + len(name); depth < 0 || name != open[depth] || i >= len(s) || s[i] != '>' {
				return false
			}
			i++
			if depth == 0 {
				return i == len(s)
			}
			e.close(name, text)
			depth--
			from = i
			continue
		}
		name := nameAt(s[i:])
		if i += len(name); name == "" || depth+1 == maxDepth {
			return false
		}
		depth++
		if open[depth] = name; depth > 0 {
			if depth > 1 {
				e.path = append(e.path, '/')
			}
			e.path = append(e.path, local(name)...)
		}
		end, ok := e.attributes(s, i)
		if !ok {
			return false
		}
		i = end
		if s[i] == '/' {
			if i++; i >= len(s) || s[i] != '>' {
				return false
			}
			if i++; depth == 0 {
				return i == len(s)
			}
			e.close(name, "")
			depth--
		} else {
			i++
		}
		from = i
	}
}

// attributes reads the attributes at i and returns where they end, at a > or /.
func (e *xmlElement) attributes(s string, i int) (end int, ok bool) {
	for {
		blanks := i
		for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
			i++
		}
		if i >= len(s) {
			return i, false
		}
		if s[i] == '>' || s[i] == '/' {
			return i, true
		}
		name := nameAt(s[i:])
		i += len(name)
		if i == blanks+len(name) || name == "" || i+1 >= len(s) || s[i] != '=' || s[i+1] != '"' && s[i+1] != '\'' {
			return i, false
		}
		n := strings.IndexByte(s[i+2:], s[i+1])
		if n < 0 {
			return i, false
		}
		v := unescape(s[i+2 : i+2+n])
		if strings.IndexByte(v, '<') >= 0 {
			return i, false
		}
		e.add(e.meaning(local(name), true), v)
		i += 2 + n + 1
	}
}

// close takes the text of the innermost element.
func (e *xmlElement) close(name, text string) {
	e.path = e.path[:max(0, len(e.path)-len(local(name))-1)]
	e.add(e.meaning(local(name), false), unescape(text))
}

// local is a name without its prefix.
func local(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// nameAt is the ordinary name at the start of s, "" where there is none: letters, digits
// and - _ . with at most one prefix.
func nameAt(s string) string {
	prefix := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		case (c >= '0' && c <= '9' || c == '-' || c == '.') && i > prefix:
		case c == ':' && i > 0 && prefix == 0:
			prefix = i + 1
		default:
			if i == prefix || c >= utf8.RuneSelf || c == ':' {
				return ""
			}
			return s[:i]
		}
	}
	return ""
}

// ordinary reports whether a text has none of what the parser of XML refuses or treats in
// its own way: characters of control, CR, damaged or rare characters, and entities other
// than the five, wherever they stand.
func ordinary(s string) bool {
	high := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			high = true
		case c < ' ' && c != '\n' && c != '\t':
			return false
		}
	}
	if strings.Contains(s, "]]>") {
		return false
	}
	if high {
		for _, r := range s {
			if r >= 0xFFFD && r <= 0xFFFF { // invalid bytes are U+FFFD here
				return false
			}
		}
	}
	for rest := s; ; {
		n := strings.IndexByte(rest, '&')
		if n < 0 {
			return true
		}
		rest = rest[n:]
		if !slices.ContainsFunc(entities, func(e string) bool { return strings.HasPrefix(rest, e) }) {
			return false
		}
		rest = rest[1:]
	}
}

var (
	entities  = []string{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`, "&apos;", "'")
)

// unescape replaces the entities of an ordinary text.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return unescaper.Replace(s)
}

// parse reads any element.
func (e *xmlElement) parse(text string) ([]value, error) {
	e.values, e.path = e.values[:0], e.path[:0]
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	var open []string
	var chars []byte
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(open) > maxDepth+1 {
				return nil, errors.New("elements are nested more than 100 deep")
			}
			if open = append(open, t.Name.Local); len(open) > 1 {
				if len(open) > 2 {
					e.path = append(e.path, '/')
				}
				e.path = append(e.path, t.Name.Local...)
			}
			chars = chars[:0]
			for _, a := range t.Attr {
				e.add(e.meaning(a.Name.Local, true), a.Value)
			}
		case xml.CharData:
			chars = append(chars, t...)
		case xml.EndElement:
			name := open[len(open)-1]
			if open = open[:len(open)-1]; len(open) == 0 {
				return e.values, nil
			}
			e.path = e.path[:max(0, len(e.path)-len(name)-1)]
			e.add(e.meaning(name, false), string(chars))
			chars = chars[:0]
		}
	}
}
