package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/poslog/poslog/analyze"
)

// ruleArgument says which argument of the functions that refuse something is
// the rule.
var ruleArgument = map[string]int{"NewReject": 2, "Refusal": 1, "reject": 1, "bad": 1, "add": 1, "always": 1, "timeError": -1, "amountError": -1, "latencyError": -1}

// sourceRules finds the rules that the readers and the pipeline can give, with
// one place of each. Formats have rules of their own, which no report shows.
func sourceRules(t *testing.T) map[string]string {
	t.Helper()
	word := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	out := map[string]string{}
	files := []string{"../analyze/lay.go"}
	err := filepath.WalkDir("../parse", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && (d.Name() == "format" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		take := func(e ast.Expr) {
			if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, _ := strconv.Unquote(l.Value); word.MatchString(s) {
					out[s] = path
				}
			}
		}
		name := func(e ast.Expr) string {
			switch x := e.(type) {
			case *ast.Ident:
				return x.Name
			case *ast.SelectorExpr:
				return x.Sel.Name
			}
			return ""
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if name(n.Key) == "Rule" {
					take(n.Value)
				}
			case *ast.CompositeLit:
				if name(n.Type) == "Error" && len(n.Elts) > 1 {
					take(n.Elts[1])
				}
			case *ast.CallExpr:
				at, ok := ruleArgument[name(n.Fun)]
				if at < 0 {
					at = len(n.Args) - 1
				}
				if ok && at < len(n.Args) {
					take(n.Args[at])
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if k := name(l); (k == "rule" || k == "Rule") && i < len(n.Rhs) {
						take(n.Rhs[i])
					}
				}
			case *ast.ReturnStmt:
				if strings.HasPrefix(path, "../parse/field/") || strings.HasPrefix(path, "../analyze/") { // return the rule that is broken
					for _, e := range n.Results {
						if l, ok := e.(*ast.BasicLit); ok && strings.Contains(l.Value, "-") {
							take(e)
						}
					}
				}
			}
			return true
		})
	}
	return out
}

// TestRules: every rule has its words in both languages, and no words are left
// of rules that are gone.
func TestRules(t *testing.T) {
	found := sourceRules(t)
	if len(found) < 60 {
		t.Errorf("only %d rules were found in the sources", len(found))
	}
	for rule, path := range found {
		if _, ok := rules()[rule]; !ok {
			t.Errorf("%s: the rule %q has no words", path, rule)
		}
	}
	for rule, r := range rules() {
		if found[rule] == "" {
			t.Errorf("no source gives the rule %q", rule)
		}
		for _, p := range []phrase{r.what, r.fix} {
			if !strings.ContainsFunc(p.zh, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
				t.Errorf("%s is not Chinese: %q", rule, p.zh)
			}
			if p.en == "" || strings.ContainsFunc(p.en, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
				t.Errorf("%s is not English: %q", rule, p.en)
			}
		}
	}
}

func TestProblemWords(t *testing.T) {
	for _, c := range []struct {
		q                analyze.Problem
		lang, what, want string
	}{
		{analyze.Problem{Rule: "amount-syntax", Text: "this is not an amount: 12x", Excerpt: "12x", Hint: "write 1.00"}, "zh", "金额写法无法识别：12x", "写成 1234.56，或 12 位分值"},
		{analyze.Problem{Rule: "amount-syntax", Text: "this is not an amount: 12x", Excerpt: "12x", Hint: "write 1.00"}, "en", "this is not an amount: 12x", "write 1.00"},
		{analyze.Problem{Rule: "brand-new", Text: "what is this", Hint: "mend it"}, "zh", "what is this", "mend it"},
		{analyze.Problem{Rule: "not-understood", Text: "protected", Excerpt: "encrypted"}, "zh", "这份文件没有读懂，没有计入：工作簿有密码", "用 --password-file 给出密码，或另存为无密码的文件"},
		{analyze.Problem{Rule: "not-understood", Text: "odd"}, "zh", "这份文件没有读懂，没有计入：odd", "用 poslog inspect FILE 看试过哪些格式"},
		{analyze.Problem{Rule: "value", Text: "odd"}, "en", "odd", "correct the value, or describe the column in a format file"},
	} {
		what, fix := words{lang: c.lang}.problem(c.q)
		if what != c.what || fix != c.want {
			t.Errorf("%s %s: %q, %q; want %q, %q", c.lang, c.q.Rule, what, fix, c.what, c.want)
		}
	}
}

// TestChineseReportHasNoEnglishSentence: four words of Latin letters in a row are a
// sentence; names, codes and identifiers are shorter.
func TestChineseReportHasNoEnglishSentence(t *testing.T) {
	sentence := regexp.MustCompile(`[A-Za-z]{2,}(?: [a-z]{2,}){3,}`)
	bad := fixture()
	names := make([]string, 0, len(rules()))
	for rule := range rules() {
		names = append(names, rule)
	}
	slices.Sort(names)
	for _, rule := range names {
		excerpt := "x1"
		if rule == "not-understood" || rule == "read-in-part" {
			excerpt = "encrypted"
		}
		bad.Problems = append(bad.Problems, analyze.Problem{Position: "a.log:1", Rule: rule, Text: "this is the message in English", Excerpt: excerpt, Hint: "do this and that now"})
	}
	for _, view := range []string{Ops, Merchant} {
		for _, f := range []string{"text", "markdown", "csv"} {
			for i, line := range strings.Split(string(render(t, f, bad, Options{Lang: "zh", View: view, Width: 400})), "\n") {
				if m := sentence.FindString(line); m != "" {
					t.Errorf("%s %s, line %d: %q", view, f, i+1, m)
				}
			}
		}
	}
}
