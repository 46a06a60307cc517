package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/poslog/poslog/analyze"
)

var update = flag.Bool("update", false, "write the goldens")

// render writes r in a format.
func render(t testing.TB, name string, r *analyze.Result, o Options) []byte {
	t.Helper()
	f, err := FormatNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, New(r, o)); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.Bytes()
}

// golden compares with testdata/name; -update renews it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		os.WriteFile(path+".got", got, 0o666)
		t.Errorf("%s differs from its golden: see %s.got, renew with -update", name, path)
	}
}

func TestGoldens(t *testing.T) {
	r := fixture()
	for _, view := range []string{Ops, Merchant} {
		for _, lang := range []string{"zh", "en"} {
			for _, format := range []string{"text", "markdown", "csv"} {
				f, _ := FormatNamed(format)
				golden(t, view+"."+lang+f.Exts[0], render(t, format, r, Options{Lang: lang, View: view}))
			}
		}
	}
	golden(t, "fixture.json", render(t, "json", r, Options{}))
}
