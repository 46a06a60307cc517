package formats

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/format"
)

// The outlines are those of the files.
func TestOutlines(t *testing.T) {
	var want strings.Builder
	for _, f := range Builtin().List {
		want.WriteString(f.Outline().String() + "\n")
	}
	if *update {
		if err := os.WriteFile("outlines.txt", []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if outlines != want.String() {
		t.Errorf("outlines.txt is not that of the format files: run go test ./parse/formats -update\n%s\nwant\n%s", outlines, want.String())
	}
	for i, f := range Builtin().List {
		o := Outlines()[i]
		if o.Name != f.Name || o.Kind != f.Kind || o.HeaderRows != f.HeaderRows || !reflect.DeepEqual(o.Detect, f.Detect) {
			t.Errorf("%s: %+v", f.Name, o)
		}
		if !reflect.DeepEqual(o.Load(), f) {
			t.Errorf("%s: the format that is loaded later is another one", f.Name)
		}
	}
}

func TestOutlineSyntax(t *testing.T) {
	for line, want := range map[string]string{
		"a b":                   `"a b" is no outline of a format: five parts are needed`,
		"a\ttable\tone\t\t":     `strconv.Atoi: parsing "one": invalid syntax`,
		"a\ttable\t1\t\t(\tTID": "error parsing regexp: missing closing ): `(`",
	} {
		if _, err := format.ParseOutline(line); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// A format that is loaded later judges as one that is there.
func TestLater(t *testing.T) {
	inputs := map[string]string{"empty.txt": "", "x.csv": "a,b\n1,2\n"}
	for _, f := range withSamples(t).List {
		inputs[sampleName(f)] = f.Samples[0].Text
	}
	for i, f := range Builtin().List {
		if f.Kind == format.Table {
			continue // one reader asks for all of them
		}
		now, later := Reader(f), Later(Outlines()[i])
		for name, text := range inputs {
			s, why := now.Sniff(name, []byte(text))
			s2, why2 := later.Sniff(name, []byte(text))
			if s != s2 || why != why2 {
				t.Errorf("%s on %s: %d %q, and later %d %q", f.Name, name, s, why, s2, why2)
			}
		}
	}
}
