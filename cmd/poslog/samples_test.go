package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/txn"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// poslog runs the program in-process, in the root of the repository.
func poslog(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	t.Chdir("../..")
	defer t.Chdir("cmd/poslog")
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), code
}

// writer returns a function that writes a file into a directory and returns its path.
func writer(t *testing.T, dir string) func(name, data string) string {
	return func(name, data string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// golden compares text with testdata/name; a difference leaves name.got beside it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		_ = os.WriteFile(path+".got", []byte(got), 0o644)
		t.Errorf("%s differs; compare it with %s.got, and rewrite it with -update where the new one is right", path, path)
	}
}

// truth is the part of truth.json that reports are held against.
type truth struct {
	Windows []struct {
		Start, End time.Time
		Cause      string
		Planned    bool
		Scope      map[string][]string
		Attempts   int
	}
	Reconciliation map[string]struct {
		Count  int
		Amount int64
	}
	Codes []struct {
		Institution, Code, Meaning string
		N                          int
	}
}

func readTruth(t *testing.T, scenario string) (tr truth) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "samples", scenario, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

func analyzeJSON(t *testing.T, args ...string) *analyze.Result {
	t.Helper()
	out, errs, code := poslog(t, append([]string{"analyze", "--format", "json"}, args...)...)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	res := &analyze.Result{}
	if err := json.Unmarshal([]byte(out), res); err != nil {
		t.Fatal(err)
	}
	return res
}

var scenarios = []string{"merchant-day", "bank-day", "b4-success"}

// TestSamplesAgainstTruth holds the reports of the samples against what the
// generator knows: windows to within one gap between attempts, causes, scopes,
// the meaning of B4, and every state of the reconciliation to the fen.
func TestSamplesAgainstTruth(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s, func(t *testing.T) {
			res, tr := analyzeJSON(t, "samples/"+s), readTruth(t, s)
			if len(res.Incidents) != len(tr.Windows) {
				t.Fatalf("%d incidents, %d in truth", len(res.Incidents), len(tr.Windows))
			}
			for i, w := range tr.Windows {
				got, gap := res.Incidents[i], w.End.Sub(w.Start)/time.Duration(w.Attempts)
				if d := got.Start.Sub(w.Start).Abs(); d > gap {
					t.Errorf("%s starts %v, truth %v: %v off, the gap between attempts is %v", got.ID, got.Start, w.Start, d, gap)
				}
				if d := got.End.Sub(w.End).Abs(); d > gap {
					t.Errorf("%s ends %v, truth %v: %v off, the gap between attempts is %v", got.ID, got.End, w.End, d, gap)
				}
				if got.Cause != w.Cause || got.Planned != w.Planned || !reflect.DeepEqual(got.Scope, w.Scope) {
					t.Errorf("%s: %s planned=%v %v; truth %s planned=%v %v", got.ID, got.Cause, got.Planned, got.Scope, w.Cause, w.Planned, w.Scope)
				}
			}
			for state, want := range tr.Reconciliation {
				if got := res.Reconciliation.States[state]; got.Count != want.Count {
					t.Errorf("%s: %d rows, truth %d", state, got.Count, want.Count)
				}
			}
			if !res.Reconciliation.Proof.Holds {
				t.Error("the reconciliation's proof does not hold")
			}
			for _, want := range tr.Codes {
				if want.Code != "B4" {
					continue
				}
				n := 0
				for _, got := range res.Codes {
					if kind, err := txn.ParseKind(got.Kind); got.Institution != want.Institution || got.Code != want.Code || err == nil && !kind.Attempt() {
						continue
					}
					n += got.N
					if got.N >= 10 && got.Meaning != want.Meaning {
						t.Errorf("B4 at %s (%s, %d rows) is %s, truth %s", got.Institution, got.Kind, got.N, got.Meaning, want.Meaning)
					}
				}
				if n != want.N {
					t.Errorf("%d B4 rows at %s, truth %d", n, want.Institution, want.N)
				}
			}
			for _, in := range res.Inputs {
				n := in.Records + in.Rejected
				for _, k := range in.Skipped {
					n += k
				}
				if n != in.Lines || in.Rejected != 0 {
					t.Errorf("%s: %d lines, %d accounted for, %d rejected", in.Name, in.Lines, n, in.Rejected)
				}
				for _, c := range in.Checks {
					if !c.Agrees {
						t.Errorf("%s: %+v", in.Name, c)
					}
				}
			}
		})
	}
}

// TestSamplesReports keeps the text of the reports, in both languages and for both
// readers, and the whole JSON of the smallest sample.
func TestSamplesReports(t *testing.T) {
	for _, s := range scenarios {
		for _, lang := range []string{"zh", "en"} {
			for _, view := range []string{"ops", "merchant"} {
				out, errs, code := poslog(t, "analyze", "samples/"+s, "--lang", lang, "--view", view)
				if code != exitDone || errs != "" {
					t.Fatalf("%s: exit code %d: %s", s, code, errs)
				}
				golden(t, fmt.Sprintf("%s.%s.%s.txt", s, view, lang), out)
			}
		}
	}
	out, _, _ := poslog(t, "analyze", "samples/merchant-day", "--format", "json")
	golden(t, "merchant-day.json", out)
}

// TestSameInSameOut: any number of workers and any order of the inputs give the
// same bytes.
func TestSameInSameOut(t *testing.T) {
	for _, s := range scenarios {
		files, err := filepath.Glob(filepath.Join("..", "..", "samples", s, "*"))
		if err != nil {
			t.Fatal(err)
		}
		var args []string
		for _, f := range files {
			if name := filepath.Base(f); name != "truth.json" && name != "calendar.yaml" {
				args = append(args, "samples/"+s+"/"+name)
			}
		}
		base := []string{"analyze", "--format", "json", "--calendar", "samples/" + s + "/calendar.yaml"}
		want, _, _ := poslog(t, slices.Concat(base, []string{"--workers", "1"}, args)...)
		slices.Reverse(args)
		for _, workers := range []string{"1", "2", "7"} {
			got, _, _ := poslog(t, slices.Concat(base, []string{"--workers", workers}, args)...)
			if got != want {
				t.Errorf("%s: other bytes with %s workers and the inputs reversed", s, workers)
			}
		}
	}
}
