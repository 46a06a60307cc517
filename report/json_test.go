package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// plainJSON is what encoding/json makes of v, without line breaks.
func plainJSON(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// TestJSONIsWhatEncodingJSONWrites: the layout changes blanks and nothing else.
func TestJSONIsWhatEncodingJSONWrites(t *testing.T) {
	d, err := NewDiff(fixture(), scaled("NSH002", 3))
	if err != nil {
		t.Fatal(err)
	}
	reports := map[string]*Report{"fixture": New(fixture(), Options{}), "diff": LayDiff(d, Options{})}
	for round := range 3 {
		reports["hostile"+string(rune('0'+round))] = New(poisoned(round*7), Options{})
	}
	for _, name := range []string{"bank-day", "merchant-day", "b4-success"} {
		r, _ := sample(t, name)
		reports[name] = New(r, Options{})
	}
	for name, p := range reports {
		var doc, got bytes.Buffer
		if err := writeJSON(&doc, p); err != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&got, doc.Bytes()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := plainJSON(t, p.data)
		if p.Result != nil {
			want = plainJSON(t, p.Result)
		}
		if got.String() != want {
			t.Errorf("%s: the values are not those of encoding/json", name)
		}
	}
}

// TestJSONRows: one cell of the cube, one item and one terminal per line.
func TestJSONRows(t *testing.T) {
	r := fixture()
	lines := strings.Count(string(render(t, "json", r, Options{})), "\n")
	rows := len(r.Cube.Cells) + len(r.Timeline.Buckets) + len(r.Terminals)
	if lines < rows || lines > rows+1500 {
		t.Errorf("%d lines for %d rows of long lists", lines, rows)
	}
}

func BenchmarkJSON(b *testing.B) {
	p := New(large(30_000), Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := writeJSON(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	r := large(30_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := writeHTML(io.Discard, New(r, Options{})); err != nil {
			b.Fatal(err)
		}
	}
}
