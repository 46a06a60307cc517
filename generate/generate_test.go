package generate

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite ../samples")

// committed are the scenarios kept under samples/, with their seeds.
var committed = map[string]uint64{"merchant-day": 7, "bank-day": 34, "b4-success": 5}

// TestSamples makes the committed scenarios again and compares byte for byte.
func TestSamples(t *testing.T) {
	for name, seed := range committed {
		w, err := Scenario(name, seed, Options{})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join("..", "samples", name)
		if *update {
			if err := w.Write(dir); err != nil {
				t.Fatal(err)
			}
		}
		files, err := w.Files()
		if err != nil {
			t.Fatal(err)
		}
		for file, want := range files {
			got, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s/%s differs from what the generator writes: run go test ./generate -run Samples -update", name, file)
			}
		}
	}
}
