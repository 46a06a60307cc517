package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/analyze"
)

// writeJSON writes the Result itself, or the Diff that the report was made of,
// in the order of the contract, the same bytes for the same Result. It is laid out for
// people and for line-based tools: objects are indented, but a row of a long list
// - a cell of the cube, an item, a terminal - stands on one line. Values go out one by
// one, so that memory does not grow with the report.
func writeJSON(w io.Writer, p *Report) error {
	j := newJSONWriter(w)
	if p.Result == nil {
		j.value(reflect.ValueOf(p.data), 0)
	} else {
		j.value(reflect.ValueOf(p.Result), 0)
	}
	j.b.WriteByte('\n')
	return j.flush()
}

// rowTypes are what long lists are made of.
var rowTypes = map[reflect.Type]bool{
	reflect.TypeFor[[]int64]():               true, // a cell of the cube
	reflect.TypeFor[analyze.Bucket]():        true,
	reflect.TypeFor[analyze.CodeCount]():     true,
	reflect.TypeFor[analyze.Example]():       true,
	reflect.TypeFor[analyze.Item]():          true,
	reflect.TypeFor[analyze.Line]():          true,
	reflect.TypeFor[analyze.Problem]():       true,
	reflect.TypeFor[analyze.Reason]():        true,
	reflect.TypeFor[analyze.TerminalCount](): true,
	reflect.TypeFor[analyze.Unsure]():        true,
	reflect.TypeFor[Contribution]():          true,
	reflect.TypeFor[DiffSegment]():           true,
}

// jsonWriter writes what encoding/json would, laid out.
type jsonWriter struct {
	b     *bufio.Writer
	line  bytes.Buffer // one value without line breaks
	e     *json.Encoder
	types map[reflect.Type]*jsonType
	err   error
}

// jsonType is what a struct's fields are called, and whether it holds no
// further container.
type jsonType struct {
	names [][]byte // `"name": `
	index [][]int
	omit  []bool
	flat  bool
}

func newJSONWriter(w io.Writer) *jsonWriter {
	j := &jsonWriter{b: bufio.NewWriterSize(w, 1<<16), types: map[reflect.Type]*jsonType{}}
	j.e = json.NewEncoder(&j.line)
	j.e.SetEscapeHTML(false)
	return j
}

func (j *jsonWriter) flush() error {
	if j.err != nil {
		return j.err
	}
	return j.b.Flush()
}

// compact writes v on the current line.
func (j *jsonWriter) compact(v reflect.Value) {
	if t := v.Type(); t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Int64 && !v.IsNil() {
		j.integers(v.Interface().([]int64))
		return
	}
	j.line.Reset()
	if v.CanAddr() {
		v = v.Addr() // so that it need not be copied
	}
	if err := j.e.Encode(v.Interface()); err != nil {
		if j.err == nil {
			j.err = err
		}
		return
	}
	j.b.Write(bytes.TrimSuffix(j.line.Bytes(), []byte{'\n'}))
}

func (j *jsonWriter) integers(list []int64) {
	buf := j.b.AvailableBuffer()
	buf = append(buf, '[')
	for i, n := range list {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = strconv.AppendInt(buf, n, 10)
	}
	j.b.Write(append(buf, ']'))
}

func (j *jsonWriter) newline(depth int) {
	j.b.WriteByte('\n')
	for range depth {
		j.b.WriteString("  ")
	}
}

func (j *jsonWriter) value(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			j.b.WriteString("null")
			return
		}
		j.value(v.Elem(), depth)
	case reflect.Struct:
		if v.Type().Implements(reflect.TypeFor[json.Marshaler]()) || rowTypes[v.Type()] {
			j.compact(v)
			return
		}
		j.object(v, depth)
	case reflect.Map:
		j.table(v, depth)
	case reflect.Slice, reflect.Array:
		j.list(v, depth)
	default:
		j.compact(v)
	}
}

func (j *jsonWriter) object(v reflect.Value, depth int) {
	t := j.typeOf(v.Type())
	if t.flat && depth > 0 && len(t.names) <= 8 {
		j.compact(v)
		return
	}
	open := false
	for i, name := range t.names {
		f := v.FieldByIndex(t.index[i])
		if t.omit[i] && empty(f) {
			continue
		}
		if open {
			j.b.WriteByte(',')
		} else {
			j.b.WriteByte('{')
		}
		open = true
		j.newline(depth + 1)
		j.b.Write(name)
		j.value(f, depth+1)
	}
	if !open {
		j.b.WriteString("{}")
		return
	}
	j.newline(depth)
	j.b.WriteByte('}')
}

func (j *jsonWriter) table(v reflect.Value, depth int) {
	if v.IsNil() {
		j.b.WriteString("null")
		return
	}
	if v.Len() == 0 || v.Len() <= 6 && scalar(v.Type().Elem()) {
		j.compact(v)
		return
	}
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	j.b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			j.b.WriteByte(',')
		}
		j.newline(depth + 1)
		key := reflect.ValueOf(k)
		j.compact(key)
		j.b.WriteString(": ")
		j.value(v.MapIndex(key.Convert(v.Type().Key())), depth+1)
	}
	j.newline(depth)
	j.b.WriteByte('}')
}

func (j *jsonWriter) list(v reflect.Value, depth int) {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		j.b.WriteString("null")
		return
	case oneLine(v):
		j.compact(v)
		return
	}
	row := rowTypes[v.Type().Elem()]
	j.b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			j.b.WriteByte(',')
		}
		j.newline(depth + 1)
		if row {
			j.compact(v.Index(i))
		} else {
			j.value(v.Index(i), depth+1)
		}
	}
	j.newline(depth)
	j.b.WriteByte(']')
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// oneLine reports whether a list is short or of numbers. Read back from a file a
// list of numbers may be a list of anything.
func oneLine(v reflect.Value) bool {
	const few = 4
	for i := range v.Len() {
		x := v.Index(i)
		if x.Kind() == reflect.Interface && !x.IsNil() {
			x = x.Elem()
		}
		if !scalar(x.Type()) || x.Kind() == reflect.String && v.Len() > few {
			return false
		}
	}
	return true
}

// scalar reports whether values of a type hold no container.
func scalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return scalar(t.Elem())
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Interface:
		return false
	case reflect.Struct:
		return t.Implements(reflect.TypeFor[json.Marshaler]())
	}
	return true
}

// typeOf reads the fields of a struct as encoding/json does, those of embedded
// structs among them.
func (j *jsonWriter) typeOf(t reflect.Type) *jsonType {
	if x := j.types[t]; x != nil {
		return x
	}
	x := &jsonType{flat: true}
	j.types[t] = x
	for _, f := range reflect.VisibleFields(t) {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		x.names = append(x.names, []byte(strconv.Quote(name)+": "))
		x.index = append(x.index, f.Index)
		x.omit = append(x.omit, strings.Contains(opts, "omitempty"))
		x.flat = x.flat && scalar(f.Type)
	}
	return x
}

// writeJSONL writes the rows of the Result, one object per line with its type:
// report, input, institution, code, incident, maintenance, state, item, bucket,
// problem.
func writeJSONL(w io.Writer, p *Report) error {
	r := p.Result
	if r == nil {
		return errors.New("JSON Lines needs an analysis; write this report as json")
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	var err error
	put := func(kind string, v any) {
		if err == nil {
			err = e.Encode(struct {
				Type string `json:"type"`
				Data any    `json:"data"`
			}{kind, v})
		}
	}
	put("report", map[string]any{"schema": r.Schema, "tool": r.Tool, "period": r.Period, "timezone": r.Timezone, "currency": r.Currency,
		"provisional": r.Provisional, "verdict": r.Verdict, "totals": r.Totals.Count})
	for i := range r.Inputs {
		put("input", &r.Inputs[i])
	}
	for i := range r.Totals.ByInstitution {
		put("institution", &r.Totals.ByInstitution[i])
	}
	for i := range r.Codes {
		put("code", &r.Codes[i])
	}
	for i := range r.Incidents {
		put("incident", &r.Incidents[i])
	}
	for i := range r.Maintenance {
		put("maintenance", &r.Maintenance[i])
	}
	if c := r.Reconciliation; c != nil {
		for _, k := range sortedKeys(c.States) {
			put("state", map[string]any{"state": k, "total": c.States[k]})
		}
		for i := range c.Items {
			put("item", &c.Items[i])
		}
	}
	for i := range r.Timeline.Buckets {
		put("bucket", &r.Timeline.Buckets[i])
	}
	for i := range r.Problems {
		put("problem", &r.Problems[i])
	}
	return err
}
