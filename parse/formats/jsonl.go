package formats

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
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
		j := &jsonLines{builder: newBuilder(f, st, sink), names: map[string]meaning{}}
		if err := j.eachLine(j.take); err != nil {
			return nil, err
		}
		for _, n := range j.order {
			c := entry.Column{Name: n}
			if g := j.names[n].field; g != field.None && g != field.Level {
				c.Field = g.String()
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
	return entry.Reader{Name: name, Sniff: sniff, Read: read}
}

type meaning struct {
	field field.Field
	unit  field.Unit
}

type jsonLines struct {
	*builder
	names  map[string]meaning // by path
	order  []string
	values []value
}

func (j *jsonLines) take(raw string) {
	s, _ := j.charset.Decode(raw)
	trimmed := strings.TrimSpace(s)
	if trimmed[0] != '{' {
		j.sink.Skip(entry.Noise, 1)
		return
	}
	j.values = j.values[:0]
	d := json.NewDecoder(strings.NewReader(trimmed))
	d.UseNumber()
	if err := j.object(d, ""); err != nil {
		j.reject("", "json-syntax", s, "the line is not one JSON object: "+jsonError(err), "look whether the line was cut or two lines were joined")
		return
	}
	if rest := strings.TrimSpace(trimmed[d.InputOffset():]); rest != "" {
		j.reject("", "json-syntax", s, "something follows the JSON object", "look whether two lines were joined")
		return
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
	if j.f != nil && verdict != field.Answer && have.Known() > 0 {
		verdict = field.Answer // the format says what its lines are; what lacks is a reject
	}
	if verdict == field.Answer || verdict == field.Request {
		j.emit(j.values, s)
		return
	}
	if verdict == field.Partial {
		j.reject("", "line-truncated", s, "the object has members of a transaction and neither a response code nor a word of a time-out", "name the member that holds the code in a format file")
		return
	}
	j.sink.Skip(entry.Noise, 1)
}

func jsonError(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return err.Error()
}

var errDeep = fmt.Errorf("objects are nested more than %d deep", maxNesting)

// object reads one object and collects the values of its members.
func (j *jsonLines) object(d *json.Decoder, path string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return errors.New("it is no object")
	}
	return j.members(d, path, 1)
}

func (j *jsonLines) members(d *json.Decoder, path string, depth int) error {
	if depth > maxNesting {
		return errDeep
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := k.(string)
		if path != "" {
			name = path + "." + name
		}
		if err := j.value(d, name, depth); err != nil {
			return err
		}
	}
	_, err := d.Token() // the closing brace
	return err
}

func (j *jsonLines) value(d *json.Decoder, name string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return j.members(d, name, depth+1)
		}
		if depth >= maxNesting {
			return errDeep
		}
		for i := 0; d.More(); i++ { // an array: its elements under the same name
			if err := j.value(d, name, depth+1); err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	case string:
		j.add(name, v)
	case json.Number:
		j.add(name, v.String())
	case bool:
		j.add(name, strconv.FormatBool(v))
	}
	return nil
}

// add keeps the value of a member under the field of its path, or of its last
// name.
func (j *jsonLines) add(path, v string) {
	m, ok := j.names[path]
	if !ok {
		m.field, m.unit = j.lookup(path)
		if i := strings.LastIndexByte(path, '.'); m.field == field.None && i >= 0 {
			m.field, m.unit = j.lookup(path[i+1:])
		}
		if len(j.names) < 10_000 {
			path = strings.Clone(path)
			j.names[path] = m
			if len(j.order) < 500 {
				j.order = append(j.order, path)
			}
		}
	}
	if m.field > field.Ignore {
		j.values = append(j.values, value{m.field, m.unit, v})
	}
}
