package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/poslog/poslog/generate"
)

// TestExplainAgrees: every part of a report that counts rows is found again in them, also
// where incidents of other scopes overlap, a code means success for some and failure for
// others, a row has no code, and where attempts are missing.
func TestExplainAgrees(t *testing.T) {
	for scenario, ids := range map[string][]string{
		"both":     {"incidents", "causes", "explained", "no_answer@NSH001/sale"},
		"b4-mixed": {"explained", "codes"},
		"log-hole": {"incidents"},
	} {
		w, err := generate.Scenario(scenario, 11, generate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := w.Write(filepath.Join(dir, "day")); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "r.json")
		poslog(t, "analyze", filepath.Join(dir, "day"), "-o", file)
		for _, id := range ids {
			if _, stderr, code := poslog(t, "explain", file, id, "--format", "json"); code != exitDone {
				t.Errorf("%s: %s: exit %d, %s", scenario, id, code, stderr)
			}
		}
		r, err := readReport(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range r.Incidents {
			if out, stderr, code := poslog(t, "explain", file, in.ID, "--lang", "en"); code != exitDone {
				t.Errorf("%s: %s: exit %d, %s", scenario, in.ID, code, stderr)
			} else if want := "Rows (" + strconv.Itoa(in.Failures) + ")"; !strings.Contains(out, want) {
				t.Errorf("%s: %s does not list %s", scenario, in.ID, want)
			}
		}
	}
}
