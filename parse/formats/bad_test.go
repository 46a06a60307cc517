package formats

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/format"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every error that a format file can raise has a broken file in testdata/bad, named
// after its rule and what is broken, and its message beside it.
func TestEveryErrorHasItsFile(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		rule, _, _ := strings.Cut(filepath.Base(path), ".")
		seen[rule] = true
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := format.Parse(filepath.Base(path), data)
		if err == nil {
			err = Check(&Set{List: []*format.Format{f}}, Builtin())
		}
		if err == nil {
			t.Errorf("%s: no error", path)
			continue
		}
		var first *format.Error
		if !errors.As(err, &first) {
			t.Errorf("%s: %v is no *format.Error", path, err)
			continue
		}
		if first.Rule != rule {
			t.Errorf("%s: rule %s\n%v", path, first.Rule, err)
		}
		if first.Line < 1 || first.Msg == "" {
			t.Errorf("%s: %+v", path, first)
		}
		golden := strings.TrimSuffix(path, ".yaml") + ".txt"
		got := err.Error() + "\n"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := os.ReadFile(golden)
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", golden, got, want)
		}
	}
	for _, rule := range rulesInSource(t) {
		if !seen[rule] {
			t.Errorf("the rule %s has no file in testdata/bad", rule)
		}
	}
}

// rulesInSource collects the rule words of the loader and the checks.
func rulesInSource(t *testing.T) (rules []string) {
	t.Helper()
	for _, path := range []string{"../format/load.go", "../format/top.go", "../format/keys.go", "../format/whole.go", "../format/message.go", "formats.go"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, prefix := range []string{`fail(n, "`, `fail(v, "`, `fail(e.value, "`, `fail(e.node, "`, `fail(d.Body, "`, `fail(-1, -1, "`, `fail(j, k, "`, `fail(j, 0, "`, `problem(1, "`, `problem(c.line, "`, `add(k.key, "`, `add("kind", "`, `add("columns", "`, `add("samples", "`, `SampleProblem(0, -1, -1, "`} {
			for _, part := range strings.Split(string(data), prefix)[1:] {
				rule, _, _ := strings.Cut(part, `"`)
				if strings.HasSuffix(rule, "-") { // "missing-"+k
					continue
				}
				rules = append(rules, rule)
			}
		}
	}
	if len(rules) < 40 {
		t.Errorf("only %d rules found in the source", len(rules))
	}
	return rules
}
