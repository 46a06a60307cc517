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
			for _, key := range wordsOf(r) {
				if _, ok := catalogue[key]; !ok {
					t.Errorf("the catalogue has no %q", key)
				}
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

// wordsOf are the closed words that a Result uses, as keys of the catalogue.
func wordsOf(r *analyze.Result) []string {
	var out []string
	add := func(group string, names ...string) {
		for _, n := range names {
			if n != "" {
				out = append(out, group+"."+n)
			}
		}
	}
	for _, in := range r.Incidents {
		add("cause", in.Cause)
		for d := range in.Scope {
			add("dim", d)
		}
		for _, l := range in.Evidence {
			add("line", l.Name)
		}
	}
	for _, c := range r.Codes {
		add("meaning", c.Meaning)
		add("class", c.Class)
		add("status", c.Status)
		add("kind", c.Kind)
		for _, l := range c.Lines {
			add("line", l.Name)
		}
	}
	if c := r.Reconciliation; c != nil {
		add("state", sortedKeys(c.States)...)
		add("risk", sortedKeys(c.MoneyAtRisk)...)
		add("key", sortedKeys(c.Keys)...)
		for _, it := range c.Items {
			add("call", it.Call)
		}
	}
	for _, in := range r.Inputs {
		add("side", in.Side)
		for _, c := range in.Checks {
			add("check", c.What)
		}
	}
	add("total", sortedKeys(r.Totals.Formulas)...)
	return out
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

// TestExplainState: the rows of a state are listed with those of the other side,
// and its cases are counted once.
func TestExplainState(t *testing.T) {
	r, rows := sample(t, "merchant-day")
	asked := 0
	for name, total := range r.Reconciliation.States {
		if total.Count == 0 {
			continue
		}
		asked++
		p, agrees, err := Explain(r, "state:"+name, rows, Options{Lang: "en"})
		if err != nil || !agrees {
			t.Fatalf("%s: agrees %v, %v", name, agrees, err)
		}
		n := 0
		for _, x := range rows {
			if x.State == name {
				n++
			}
		}
		if got := p.Section("rows").Table.Len(); got != n || n < total.Count {
			t.Errorf("%s: %d rows are listed of %d, in %d cases", name, got, n, total.Count)
		}
		if p.Section("reconciliation") == nil {
			t.Errorf("%s: the reasons are missing", name)
		}
		var less []*analyze.Row
		for _, x := range rows {
			if x.State != name || !x.Case {
				less = append(less, x)
			}
		}
		if _, agrees, _ = Explain(r, "state:"+name, less, Options{}); agrees {
			t.Errorf("%s: missing rows are not noticed", name)
		}
	}
	if asked < 2 {
		t.Errorf("only %d states have cases: the test shows nothing", asked)
	}
}
