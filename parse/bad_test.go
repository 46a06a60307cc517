package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// refusals is a handler that writes down the rejects.
type refusals struct {
	b     strings.Builder
	rules map[string]bool
}

func (r *refusals) Record(*txn.Record) {}
func (r *refusals) Reject(e *entry.Reject) {
	r.rules[e.Rule] = true
	fmt.Fprintf(&r.b, "%s %s: %v\n", e.Field, e.Rule, e)
}

// Every rule that can refuse a line has a broken line in testdata/bad, with its
// message beside it; the rules are looked up in the source.
func TestEveryRefusalHasItsLine(t *testing.T) {
	all := &refusals{rules: map[string]bool{}}
	inputs := []Input{Bytes("too-long.log", []byte("2026-11-20 08:15:32 TXN TID=1 RC=00\n"+strings.Repeat("x", text.MaxLine+1)))}
	described, err := LoadFormats("testdata/bad") // of kinds that need a description
	if err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob("testdata/bad/*")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if ext := filepath.Ext(path); ext != ".golden" && ext != ".yaml" {
			inputs = append(inputs, Bytes(filepath.Base(path), data))
		}
	}
	files, err := Read(t.Context(), inputs, Options{Location: china, Formats: described}, func(int) Handler { return all })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Err != nil {
			t.Error(f.Source.Name, f.Err)
		}
	}
	got := all.b.String()
	if *update {
		if err := os.WriteFile("testdata/bad/lines.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile("testdata/bad/lines.golden"); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	elsewhere := map[string]string{"value": "unreachable: an error that is no *field.Error"}
	rule := regexp.MustCompile(`reject\([^,]*, "([a-z-]+)"|return [^\n"]*"([a-z]+-[a-z-]+)"$|rule = "([a-z-]+)"|&Error\{[A-Za-z]+, "([a-z-]+)"`)
	for _, dir := range []string{"field", "kv", "formats"} {
		sources, _ := filepath.Glob(dir + "/*.go")
		for _, path := range sources {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(string(data), "\n") {
				for _, m := range rule.FindAllStringSubmatch(line, -1) {
					name := m[1] + m[2] + m[3] + m[4]
					if !all.rules[name] && elsewhere[name] == "" {
						t.Errorf("%s: no broken line for the rule %q", path, name)
					}
				}
			}
		}
	}
}
