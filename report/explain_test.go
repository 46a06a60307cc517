package report

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
				if _, ok := catalogue()[key]; !ok {
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
		for _, it := range slices.Concat(c.Items, c.Unanswered) {
			add("call", it.Call)
			add("state", it.State)
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
	p, agrees, err := Explain(r, nil, "I1", rows, Options{Lang: "en"})
	if err != nil || !agrees {
		t.Fatalf("agrees %v, %v", agrees, err)
	}
	if got := p.Section("rows").Table.Len(); got != r.Incidents[0].Failures {
		t.Errorf("%d rows, want %d", got, r.Incidents[0].Failures)
	}
	if s := p.Section("incident-I1"); s == nil || s.Table == nil {
		t.Error("the reasons are missing")
	}
	if _, agrees, _ = Explain(r, nil, "I1", rows[:10], Options{}); agrees {
		t.Error("missing rows are not noticed")
	}
	if _, _, err = Explain(r, nil, "I99", rows, Options{}); err == nil || !strings.Contains(err.Error(), "I1") {
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
		p, agrees, err := Explain(r, nil, "state:"+name, rows, Options{Lang: "en"})
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
		if _, agrees, _ = Explain(r, nil, "state:"+name, less, Options{}); agrees {
			t.Errorf("%s: missing rows are not noticed", name)
		}
	}
	if asked < 2 {
		t.Errorf("only %d states have cases: the test shows nothing", asked)
	}
}

// TestEveryNumberHasAPath: each number of the samples is found by its path and says how it
// comes about; those that are counts or sums of rows are so.
func TestEveryNumberHasAPath(t *testing.T) {
	for _, name := range []string{"bank-day", "merchant-day", "b4-success"} {
		r, rows := sample(t, name)
		numbers, counted := 0, 0
		root(r).each(func(x *node) {
			if !x.number() {
				return
			}
			numbers++
			if numbers%997 == 0 || !strings.HasPrefix(x.path, "cube/") && numbers%43 == 0 { // finding all of them takes a minute
				if got, _ := root(r).find(x.path); got == nil || got.path != x.path {
					t.Errorf("%s: %s is not found by its path", name, x.path)
				}
			}
			if top, _, _ := strings.Cut(x.path, "/"); top != "samples" && !strings.HasPrefix(x.path, "cube/dims/") && !strings.HasSuffix(x.path, "bucket_seconds") && !strings.HasPrefix(x.path, "latency/edges_ms") && !strings.Contains(x.path, "/examples/") {
				if (words{lang: "zh"}).derivation(x.path) == "" {
					t.Errorf("%s: nothing says how %s comes about", name, x.path)
				}
			}
			if x.count == nil {
				return
			}
			counted++
			if n := countRows(x, rows); strconv.FormatInt(n, 10) != x.json() {
				t.Errorf("%s: %s is %s, its rows give %d", name, x.path, x.json(), n)
			}
		})
		t.Logf("%s: %d numbers, %d of them counted from rows", name, numbers, counted)
		if counted < 500 {
			t.Errorf("%s: only %d numbers are counted from rows", name, counted)
		}
	}
}

func TestExplainPath(t *testing.T) {
	r, rows := sample(t, "merchant-day")
	for _, c := range []struct{ ask, path, value string }{
		{"totals.approved", "totals/approved", strconv.Itoa(r.Totals.Approved)},
		{"money_at_risk/declined_lost/amount", "reconciliation/money_at_risk/declined_lost/amount", strconv.FormatInt(r.Reconciliation.MoneyAtRisk["declined_lost"].Amount, 10)},
		{"Items/1/settlement_amount", "reconciliation/items/1/settlement_amount", strconv.FormatInt(*r.Reconciliation.Items[0].SettlementAmount, 10)},
		{"sales.expected.count", "sales/expected/count", strconv.Itoa(r.Sales.Expected.Count)},
		{"incidents/I1/excess", "incidents/I1/excess", strconv.FormatFloat(r.Incidents[0].Excess, 'g', -1, 64)},
	} {
		for _, lang := range []string{"zh", "en"} {
			p, agrees, err := Explain(r, r, c.ask, rows, Options{Lang: lang, View: Ops})
			if err != nil || !agrees {
				t.Fatalf("%s: agrees %v, %v", c.ask, agrees, err)
			}
			v := p.data.(Explanation).Values
			if p.Title != c.path || len(v) != 1 || string(v[0].Stored) != c.value || string(v[0].Derived) != c.value {
				t.Errorf("%s: %s %+v, want %s", c.ask, p.Title, v, c.value)
			}
			for _, f := range Formats {
				if f.Name != "jsonl" {
					if err := f.Write(io.Discard, p); err != nil {
						t.Errorf("%s as %s: %v", c.ask, f.Name, err)
					}
				}
			}
		}
	}
	other, _ := sample(t, "merchant-day")
	other.Reconciliation.MoneyAtRisk["declined_lost"] = analyze.StateTotal{Count: 1, Amount: 2, Currency: "CNY"}
	if _, agrees, _ := Explain(r, other, "reconciliation/money_at_risk", rows, Options{}); agrees {
		t.Error("another sum is not noticed")
	}
	delete(other.Reconciliation.MoneyAtRisk, "declined_lost")
	if _, agrees, _ := Explain(r, other, "reconciliation/money_at_risk", rows, Options{}); agrees {
		t.Error("a missing number is not noticed")
	}
	if _, agrees, _ := Explain(other, r, "reconciliation/money_at_risk", rows, Options{}); agrees {
		t.Error("a new number is not noticed")
	}
	if _, agrees, _ := Explain(r, r, "totals/approved", rows[:20], Options{}); agrees {
		t.Error("missing rows are not noticed")
	}
	for ask, want := range map[string]string{"nonsense": "reconciliation", "codes/nope": "-/00/all", "totals/x": "approved_amount", "incidents/I99": "I1"} {
		if _, err := Find(r, ask); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %s named", ask, err, want)
		}
	}
}

// Codes may differ by capitals only; where they do not, capitals need not be written.
func TestCodesByCapitals(t *testing.T) {
	r := &analyze.Result{Codes: []analyze.Code{{Institution: "NSH001", Code: "B4", Kind: "sale"}, {Institution: "NSH001", Code: "b4", Kind: "sale"}}}
	for ask, want := range map[string]string{"b4@NSH001/sale": "b4@NSH001/sale", "B4@NSH001/sale": "B4@NSH001/sale", "b4@nsh001/SALE": "B4@NSH001/sale"} {
		if q, err := Find(r, ask); err != nil || q.ID != want {
			t.Errorf("%s is %q, %v, want %s", ask, q.ID, err, want)
		}
	}
}

// A code is asked for at one institution or everywhere, and the kinds need not be written.
func TestCodesOfAllKinds(t *testing.T) {
	r := &analyze.Result{Codes: []analyze.Code{{Institution: "NSH001", Code: "B4", Kind: "sale", N: 5}, {Institution: "NSH001", Code: "B4", Kind: "void", N: 2},
		{Institution: "NSH002", Code: "B4", Kind: "sale", N: 10}, {Institution: "NSH001", Code: "B41", Kind: "sale", N: 100}}}
	for ask, want := range map[string]int{"B4@NSH001": 7, "b4@nsh001": 7, "B4": 17, "B4@NSH002": 10, "B4@NSH001/void": 2} {
		q, err := Find(r, ask)
		n := 0
		for i, c := range r.Codes {
			if err == nil && q.Of(&analyze.Row{Entry: i}) {
				n += c.N
			}
		}
		if err != nil || q.Stored != want || n != want {
			t.Errorf("%s: %d in the report, %d of its rows, %v, want %d", ask, q.Stored, n, err, want)
		}
	}
	if _, err := Find(r, "B4@NSH"); err == nil {
		t.Error("an institution is not known by the first letters of its name")
	}
}
