package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/poslog/poslog/generate"
)

// Long files are read in parts by several workers, whatever they are packed in:
// the report must be the same, byte for byte, for any number of workers and any
// order of the files.
func TestSameReportForAnyWorkersAndOrder(t *testing.T) {
	dir := t.TempDir()
	if _, err := generate.Bulk(dir, generate.BulkOptions{Seed: 7, Lines: 18_000, Terminals: 300, Settle: 10_000, Files: []string{"term.log", "settle.csv", "settle_gbk.csv", "dirty.log"}}); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, name := range []string{"term.log", "settle.csv", "settle_gbk.csv", "dirty.log"} {
		path := filepath.Join(dir, name)
		if name == "dirty.log" || name == "settle_gbk.csv" {
			path = gzipped(t, path)
		}
		files = append(files, path)
	}
	want, code := "", 0
	for i, workers := range []string{"1", "2", "5"} {
		list := append([]string{"analyze", "--format", "json", "--tolerance", "50%", "--workers", workers}, append(files[i:len(files):len(files)], files[:i]...)...)
		out, errs, c := poslog(t, list...)
		if i == 0 {
			if want, code = out, c; len(want) < 10_000 {
				t.Fatalf("exit code %d, %s%s", c, out, errs)
			}
			continue
		}
		if c != code || out != want {
			t.Errorf("%s workers: exit code %d and %d bytes, want %d and %d: %s", workers, c, len(out), code, len(want), errs)
		}
	}
}

// gzipped packs a file with gzip and takes the original away.
func gzipped(t *testing.T, path string) string {
	t.Helper()
	in, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(out)
	if _, err := w.Write(in); err != nil {
		t.Fatal(err)
	}
	for _, c := range []io.Closer{w, out} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	return path + ".gz"
}
