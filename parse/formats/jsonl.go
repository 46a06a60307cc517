package formats

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
)

// JSONL reads logs of one JSON object per line by the dictionary of names.
var JSONL = jsonReader(nil)

// maxNesting bounds how deep an object is looked into.
const maxNesting = 16

// jsonReader reads one JSON object per line. Names are those of members, with
// the members around them where a format asks for that: "resp.code".
func jsonReader(f *format.Format) entry.Reader {
	name := "jsonl"
	if f != nil {
		name = f.Name
	}
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		j := &jsonLines{builder: newBuilder(f, st, sink)}
		if err := j.eachLine(j.take); err != nil {
			return nil, err
		}
		for _, m := range j.order {
			if m.below != nil {
				continue
			}
			c := entry.Column{Name: m.path}
			if m.field != field.None && m.field != field.Level {
				c.Field = m.field.String()
			}
			j.sum.Columns = append(j.sum.Columns, c)
		}
		if j.sum.Format == "" {
			j.sum.Format = "jsonl"
		}
		return j.finish("a JSON object with the members of a transaction")
	}
	sniff := func(name string, head []byte) (int, string) {
		first := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
		if len(first) == 0 || first[0] != '{' {
			return 0, "its first line is no JSON object"
		}
		if f != nil && !f.Detect.Fits(name, head) {
			return 0, notFitting(f)
		}
		p := probe(name, head, read)
		if p.records == 0 {
			return 0, "no line is a JSON object with members such as code, tid and amount"
		}
		score := 55 + 40*p.records/(p.records+p.rejects+p.noise)
		if f != nil {
			score += 3
		}
		return score, fmt.Sprintf("%d lines are JSON objects of transactions", p.records)
	}
	return entry.Reader{Name: name, Sniff: sniff, Read: read, Parts: always}
}

// member is a name at its place in the objects: what it means, and the members
// below it. The tree is built once per name and keeps paths from being put
// together for every line.
type member struct {
	vague bool
	field field.Field
	unit  field.Unit
	path  string
	below map[string]*member
}

type jsonLines struct {
	*builder
	root    member
	members int
	order   []*member
	values  []value
	vague   []value // codes under a name that any other one stands against
}

// take accounts for one line.
func (j *jsonLines) take(raw string) {
	s, _ := j.charset.Decode(raw)
	trimmed := strings.TrimSpace(s)
	switch {
	case trimmed == "": // blanks of another charset
		j.sink.Skip(entry.Blank, 1)
		return
	case trimmed[0] != '{':
		j.sink.Skip(entry.Noise, 1)
		return
	}
	j.values, j.vague = j.values[:0], j.vague[:0]
	d := scanner{s: trimmed}
	if msg := j.object(&d, &j.root, 1); msg != "" {
		j.reject("", "json-syntax", s, "the line is not one JSON object: "+msg, "look whether the line was cut or two lines were joined")
		return
	}
	if d.blank(); d.i < len(d.s) {
		j.reject("", "json-syntax", s, "something follows the JSON object", "look whether two lines were joined")
		return
	}
	if !slices.ContainsFunc(j.values, func(v value) bool { return v.field == field.Code }) {
		j.values = append(j.values, j.vague...)
	}
	var have field.Set
	mti, message := "", ""
	for _, v := range j.values {
		have |= 1 << v.field
		switch v.field {
		case field.MTI:
			mti = v.text
		case field.Text:
			message = v.text
		}
	}
	verdict := have.Judge(mti, message)
	if j.f != nil && have.Known() > 0 {
		verdict = field.Answer // the format says what its lines are; what lacks is a reject
	}
	switch verdict {
	case field.Answer, field.Request:
		j.emit(j.values, s)
	case field.Partial:
		j.reject("", "line-truncated", s, "the object has members of a transaction and neither a response code nor a word of a time-out", "name the member that holds the code in a format file")
	default:
		j.sink.Skip(entry.Noise, 1)
	}
}

// object reads an object at d and collects the values of its members. A message
// is returned where it is not well formed.
func (j *jsonLines) object(d *scanner, in *member, depth int) (msg string) {
	if depth > maxNesting {
		return fmt.Sprintf("objects are nested more than %d deep", maxNesting)
	}
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
		if msg := j.value(d, j.child(in, name), depth); msg != "" {
			return msg
		}
	}
}

// value reads any value; the elements of an array go under the name of the array.
func (j *jsonLines) value(d *scanner, m *member, depth int) string {
	d.blank()
	switch d.peek() {
	case '{':
		return j.object(d, m, depth+1)
	case '[':
		if depth >= maxNesting {
			return fmt.Sprintf("objects are nested more than %d deep", maxNesting)
		}
		d.i++
		for first := true; ; first = false {
			d.blank()
			if d.take(']') {
				return ""
			}
			if !first && !d.take(',') {
				return d.expected("a comma or ]")
			}
			if msg := j.value(d, m, depth+1); msg != "" {
				return msg
			}
		}
	case '"':
		v, ok := d.text()
		if !ok {
			return d.expected("the closing quote of a text")
		}
		j.add(m, v)
	default:
		v := d.bare()
		if v == "" {
			return d.expected("a value")
		}
		if v != "null" {
			j.add(m, v)
		}
	}
	return ""
}

func (j *jsonLines) add(m *member, v string) {
	switch {
	case m.vague:
		j.vague = append(j.vague, value{m.field, m.unit, v})
	case m.field > field.Ignore:
		j.values = append(j.values, value{m.field, m.unit, v})
	}
}

// child finds the member of a name, and what it means when it is first seen: by
// its path, else by its own name.
func (j *jsonLines) child(in *member, name string) *member {
	if m, ok := in.below[name]; ok {
		return m
	}
	name = strings.Clone(name)
	m := &member{path: name}
	if in.path != "" {
		m.path = in.path + "." + name
	}
	m.field, m.unit = j.lookup(m.path)
	if m.field == field.None && in.path != "" {
		m.field, m.unit = j.lookup(name)
	}
	m.vague = m.field == field.Code && field.Vague(name) && (j.f == nil || !j.f.Binds(m.path) && !j.f.Binds(name))
	if j.members < 10_000 { // a log with ever new names must not fill the memory
		j.members++
		if in.below == nil {
			in.below = map[string]*member{}
		}
		in.below[name] = m
		if len(j.order) < 500 {
			j.order = append(j.order, m)
		}
	}
	return m
}
