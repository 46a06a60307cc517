package main

import (
	"os"
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

// TestPartsAsLines: what has no JSON Lines is refused before any work.
func TestPartsAsLines(t *testing.T) {
	for _, part := range [][]string{{"explain", "r.json", "attempts", "--format", "jsonl"}, {"explain", "r.json", "attempts", "-o", "x.ndjson"}, {"diff", "r.json", "r.json", "--format", "jsonl"}} {
		if _, stderr, code := poslog(t, part...); code != exitUsage || !strings.Contains(stderr, "only an analysis is written as jsonl: use one of text, json, csv") {
			t.Errorf("%q: exit code %d, %s", part, code, stderr)
		}
	}
}

// TestExplainMoved: where the inputs are elsewhere now, explain says how to name them.
func TestExplainMoved(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	var minutes []int
	for m := range 600 {
		minutes = append(minutes, m)
	}
	till := write("till.csv", shopDay(minutes, func(int) string { return "" }))
	file, moved := filepath.Join(dir, "r.json"), filepath.Join(dir, "moved.csv")
	poslog(t, "analyze", till, "-o", file)
	if err := os.Rename(till, moved); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := poslog(t, "explain", file, "attempts"); code != exitFailed || !strings.Contains(stderr, "name the files behind the report and the ID") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if _, stderr, code := poslog(t, "explain", file, "attempts", moved); code != exitDone {
		t.Errorf("exit %d, %s", code, stderr)
	}
}

// TestTwoAnnouncements: where one maintenance is announced twice, for all and for the
// institution that it hit, neither of them was without effect.
func TestTwoAnnouncements(t *testing.T) {
	write := writer(t, t.TempDir())
	window := "timezone: Asia/Shanghai\nwindows:\n  - {start: 2026-11-20 22:00, end: 2026-11-20 23:30, title: upgrade"
	all := write("all.yaml", window+"}\n")
	one := write("one.yaml", window+", institution: NSH001}\n")
	other := write("other.yaml", window+", institution: NSH002}\n")
	r := analyzeJSON(t, "samples/bank-day", "--calendar", all, "--calendar", one, "--calendar", other)
	want := map[string]string{"": "effective", "NSH001": "effective", "NSH002": "harmless"}
	for _, m := range r.Maintenance {
		if m.Verdict != want[m.Institution] || (len(m.Incidents) == 1) != (m.Verdict == "effective") {
			t.Errorf("the window for %q is %s, incidents %v", m.Institution, m.Verdict, m.Incidents)
		}
		delete(want, m.Institution)
	}
	if len(want) > 0 {
		t.Errorf("no window for %v", want)
	}
}
