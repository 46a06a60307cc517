package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
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

// TestOverlapsCountOnce: a failure that a bank's incident and a carrier's both hold is said of both, and is one
// in what the first sentence adds up.
func TestOverlapsCountOnce(t *testing.T) {
	var b strings.Builder
	stan := 0
	for at := range 24 * 60 * 2 { // every half minute; carriers and banks take turns
		inst, carrier, rc := "NSH001", "CMCC", "RC=00"
		if at%2 > 0 {
			inst = "NSH002"
		}
		if at/2%2 > 0 {
			carrier = "CUCC"
		}
		minute := at / 2
		switch {
		case inst == "NSH001" && minute >= 600 && minute < 660:
			rc = "RC=91"
		case carrier == "CUCC" && minute >= 640 && minute < 720:
			rc = "RC= TIMEOUT=Y"
		}
		stan++
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:%02d.000 INFO TXN INST=%s MID=%s0%s TID=1%s%s MTI=0210 STAN=%06d AMT=%012d %s RT=500ms CARRIER=%s\n",
			minute/60, minute%60, at%2*30, inst, inst[3:], carrier[:2], inst[3:], map[string]string{"CMCC": "0001", "CUCC": "0002"}[carrier], stan, 1000+stan, rc, carrier)
	}
	dir := t.TempDir()
	log, file := filepath.Join(dir, "day.log"), filepath.Join(dir, "r.json")
	if err := os.WriteFile(log, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, _ := poslog(t, "analyze", log, "--lang", "en", "--format", "text", "-o", file)
	r, err := readReport(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Incidents) != 2 || len(r.Incidents[0].Overlaps) != 1 || r.Incidents[0].Overlaps[0] != (analyze.Overlap{Incident: "I2", Failures: r.Shared}) {
		t.Fatalf("%d incidents, %d failures shared\n%s", len(r.Incidents), r.Shared, out)
	}
	sum := 0
	for _, c := range r.Causes {
		sum += c.Failures
	}
	if failed := r.Totals.Declined.Technical + r.Totals.Unknown; r.Shared == 0 || sum-r.Shared != failed {
		t.Errorf("%d failures by cause, %d of them shared, %d in all", sum, r.Shared, failed)
	}
	for _, want := range []string{fmt.Sprintf("(%d of them under more than one, counted once in the total)", r.Shared), fmt.Sprintf("%d also in I2", r.Shared), fmt.Sprintf("%d also in I1", r.Shared)} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	if _, stderr, code := poslog(t, "explain", file, "causes"); code != exitDone {
		t.Errorf("explain causes: exit %d, %s", code, stderr)
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
