package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/generate"
)

// The same export saved anew and given beside the first says everything twice. What codes
// mean, how many of each there are, where hours are missing and what is owed must not hang
// on it: doubled rows would make half of the settled ones unsettled, and the numbers of the
// terminals would seem to stand still and then to jump.
func TestAnExportInTwoGuises(t *testing.T) {
	for _, scenario := range []string{"b4-limit", "b4-reversed"} {
		w, err := generate.Scenario(scenario, 1, generate.Options{Format: "csv"})
		if err != nil {
			t.Fatal(err)
		}
		files, err := w.Files()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		var once []string
		again := ""
		for name, data := range files {
			if filepath.Ext(name) != ".csv" {
				continue
			}
			once = append(once, filepath.Join(dir, name))
			if name == "terminal.csv" {
				again = filepath.Join(dir, "copy of "+name)
				text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(again, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(once[len(once)-1], data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(once)
		report := func(files ...string) (r analyze.Result) {
			out, errs, code := poslog(t, append([]string{"analyze", "--format", "json"}, files...)...)
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("exit code %d: %v: %s", code, err, errs)
			}
			return r
		}
		want, got := report(once...), report(append(once, again)...)
		if got.Health.Duplicates < 1000 {
			t.Errorf("%s: %d repeats were removed", scenario, got.Health.Duplicates)
		}
		if !reflect.DeepEqual(got.Totals, want.Totals) || !reflect.DeepEqual(got.Reconciliation.States, want.Reconciliation.States) || len(got.Incidents) != len(want.Incidents) {
			t.Errorf("%s: totals %+v and %d incidents, once %+v and %d", scenario, got.Totals, len(got.Incidents), want.Totals, len(want.Incidents))
		}
		if len(got.Codes) != len(want.Codes) {
			t.Fatalf("%s: %d codes, once %d", scenario, len(got.Codes), len(want.Codes))
		}
		for i, c := range got.Codes {
			if o := want.Codes[i]; c.Code != o.Code || c.N != o.N || c.Meaning != o.Meaning || c.Status != o.Status || c.Confidence != o.Confidence {
				t.Errorf("%s: %s %s: %d %s %s %v, once %d %s %s %v", scenario, c.Code, c.Kind, c.N, c.Meaning, c.Status, c.Confidence, o.N, o.Meaning, o.Status, o.Confidence)
			}
		}
	}
}

// Where an export lost the time of day all attempts have one time stamp: nothing can stand
// out against anything, which is no day without incidents and no incident without a time.
func TestOneTimeStampForAll(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		code := "00"
		if i >= 90 && i < 120 {
			code = "91"
		}
		fmt.Fprintf(&b, "2026-11-20 00:00:00.000 INFO TXN TID=%08d MTI=0210 STAN=%06d AMT=000000001200 RC=%s\n", 10000001+i%3, i+1, code)
	}
	path := filepath.Join(t.TempDir(), "pos.log")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, _ := poslog(t, "analyze", "--format", "json", path)
	var r analyze.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	if len(r.Incidents) > 0 || !r.Health.Smallest.TooLittle {
		t.Errorf("%d incidents, too little data %v", len(r.Incidents), r.Health.Smallest.TooLittle)
	}
}
