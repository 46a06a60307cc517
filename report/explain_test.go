package report

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/parse"
)

// sample analyses one of the samples, with its rows.
func sample(t testing.TB, name string) (*analyze.Result, []*analyze.Row) {
	t.Helper()
	dir := filepath.Join("../samples", name)
	loc := zone("Asia/Shanghai")
	var files []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if n := e.Name(); !strings.HasSuffix(n, ".yaml") && !strings.HasSuffix(n, ".json") {
			files = append(files, filepath.Join(dir, n))
		}
	}
	inputs, err := parse.Expand(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	var rows []*analyze.Row
	cfg := analyze.Config{Inputs: inputs, Parse: parse.Options{Location: loc, Workers: 2}, Location: loc, Version: "test", Settings: []string{"tz=Asia/Shanghai"}, Each: func(x *analyze.Row) { rows = append(rows, x) }}
	if cal := filepath.Join(dir, "calendar.yaml"); exists(cal) {
		if cfg.Calendar, err = calendar.Load(cal); err != nil {
			t.Fatal(err)
		}
	}
	r, err := analyze.Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r, rows
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestSamplesSatisfyContract: what the pipeline really makes passes the schema,
// adds up, and every number of it can be followed to its rows.
func TestSamplesSatisfyContract(t *testing.T) {
	for _, name := range []string{"bank-day", "merchant-day", "b4-success"} {
		t.Run(name, func(t *testing.T) {
			r, rows := sample(t, name)
			if err := validate(t, render(t, "json", r, Options{})); err != nil {
				t.Error(err)
			}
			for _, err := range invariants(r) {
				t.Error(err)
			}
			for _, q := range Questions(r) {
				n := 0
				for _, x := range rows {
					if q.Of(x) {
						n++
					}
				}
				if n != q.Stored {
					t.Errorf("%s: the report says %d, its rows are %d", q.ID, q.Stored, n)
				}
			}
		})
	}
}

func TestExplain(t *testing.T) {
	r, rows := sample(t, "bank-day")
	p, agrees, err := Explain(r, "I1", rows, Options{Lang: "en"})
	if err != nil || !agrees {
		t.Fatalf("agrees %v, %v", agrees, err)
	}
	if got := p.Section("rows").Table.Len(); got != r.Incidents[0].Failures {
		t.Errorf("%d rows, want %d", got, r.Incidents[0].Failures)
	}
	if s := p.Section("incident-I1"); s == nil || s.Table == nil {
		t.Error("the reasons are missing")
	}
	if _, agrees, _ = Explain(r, "I1", rows[:10], Options{}); agrees {
		t.Error("missing rows are not noticed")
	}
	if _, _, err = Explain(r, "I99", rows, Options{}); err == nil || !strings.Contains(err.Error(), "I1") {
		t.Errorf("an unknown ID gives %v", err)
	}
}
