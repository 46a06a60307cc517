package formats

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/poslog/poslog/parse/field"
)

// decode builds the value that encoding/json would, to compare with it.
func (d *scanner) decode(depth int) (any, bool) {
	d.blank()
	switch d.peek() {
	case '{':
		m := map[string]any{}
		d.i++
		for first := true; ; first = false {
			if d.blank(); d.take('}') {
				return m, true
			}
			if !first && !d.take(',') {
				return nil, false
			}
			d.blank()
			k, ok := d.text()
			if d.blank(); !ok || !d.take(':') {
				return nil, false
			}
			if m[k], ok = d.decode(depth + 1); !ok {
				return nil, false
			}
		}
	case '"':
		return d.text()
	}
	v := d.bare()
	switch v {
	case "":
		return nil, false
	case "null":
		return nil, true
	case "true", "false":
		return v == "true", true
	}
	return json.Number(v), true
}

func TestScannerAgainstEncodingJSON(t *testing.T) {
	for _, s := range []string{`{}`, `{"a":1}`, ` { "a" : -1.5e3 , "b":"x\"y\\z\u00e9\ud83d\ude00\n" , "c":{"d":null,"e":true,"f":false}}`, `{"a":"\/"}`} {
		var want any
		dec := json.NewDecoder(reader(s))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		d := scanner{s: s}
		got, ok := d.decode(0)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{`{`, `{"a"}`, `{"a":}`, `{"a":1,}x`, `{a:1}`, `{"a":"x`, `{"a":"\x"}`, `{"a":"\u12"}`, `{"a":tru}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":[1 2]}`, `{"a":[1,`} {
		j := &jsonLines{builder: newBuilder(nil, stream(""), &output{})}
		d := scanner{s: s}
		if msg := j.object(&d, &j.root, 1); msg == "" && d.i == len(s) {
			t.Errorf("%s was taken", s)
		}
	}
}

func TestOrdinaryJSONLinesAllocateNothing(t *testing.T) {
	j := &jsonLines{builder: newBuilder(nil, stream(""), &probed{})}
	line := `{"ts":"2026-11-20 08:15:32.123","tid":"00000001","req":{"amount":"12.30","stan":"000001"},"resp":{"rc":"B4","msg":"busy"},"rt_ms":235}`
	j.take(line)
	if n := testing.AllocsPerRun(100, func() { j.take(line) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if j.records < 100 || field.Get(&j.rec, field.Code, nil) != "B4" {
		t.Errorf("%d records, %+v", j.records, j.rec)
	}
}
