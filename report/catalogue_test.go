package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

var verbs = regexp.MustCompile(`%[+0-9.]*[a-z]`)

// TestCatalogue checks that both languages are there, take the same arguments,
// and are not mixed.
func TestCatalogue(t *testing.T) {
	for key, p := range catalogue() {
		if p.zh == "" || p.en == "" {
			t.Errorf("%s lacks a language", key)
		}
		if a, b := strings.Join(verbs.FindAllString(p.zh, -1), ""), strings.Join(verbs.FindAllString(p.en, -1), ""); a != b {
			t.Errorf("%s takes %q in Chinese and %q in English", key, a, b)
		}
		for _, r := range p.en {
			if unicode.Is(unicode.Han, r) || strings.ContainsRune("，。；：、（）", r) {
				t.Errorf("%s is Chinese in English: %q", key, p.en)
				break
			}
		}
	}
}

// TestCatalogueIsUsed finds keys that the code asks for and the catalogue lacks,
// and keys that nothing uses.
func TestCatalogueIsUsed(t *testing.T) {
	groups := map[string]bool{} // word groups, whose members come from the data
	used := map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == "catalogue.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				s, _ := strconv.Unquote(l.Value)
				used[s] = true
			}
			c, ok := n.(*ast.CallExpr)
			if !ok || len(c.Args) == 0 {
				return true
			}
			s, ok := c.Fun.(*ast.SelectorExpr)
			l, ok2 := c.Args[0].(*ast.BasicLit)
			if !ok || !ok2 || l.Kind != token.STRING {
				return true
			}
			key, _ := strconv.Unquote(l.Value)
			switch s.Sel.Name {
			case "t":
				if _, ok := catalogue()[key]; !ok {
					t.Errorf("%s: %q is not in the catalogue", e.Name(), key)
				}
			case "word", "ofCurrency":
				groups[key] = true
			}
			return true
		})
	}
	page, err := os.ReadFile("page/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\bt "([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		used[m[1]] = true
		if _, ok := catalogue()[m[1]]; !ok {
			t.Errorf("page.html: %q is not in the catalogue", m[1])
		}
	}
	for _, g := range []string{"hypothesis", "cause", "meaning", "sheet", "total", "ev", "html", "dur", "gap"} { // keys put together in code
		groups[g] = true
	}
	for key := range catalogue() {
		group, _, _ := strings.Cut(key, ".")
		if i := strings.LastIndex(key, "."); !used[key] && !groups[group] && (i < 0 || !groups[key[:i]]) {
			t.Errorf("nothing uses %q", key)
		}
	}
}

// TestEnglishReportHasNoChinese: what poslog says of its own is in one language;
// names from the input stay as they are.
func TestEnglishReportHasNoChinese(t *testing.T) {
	data := regexp.MustCompile(`清算明细\.xlsx\S*|核心系统升级|前置机巡检|中国联通|中国移动`)
	for _, view := range []string{Ops, Merchant} {
		for _, f := range []string{"text", "markdown", "csv"} {
			s := data.ReplaceAllString(string(render(t, f, fixture(), Options{Lang: "en", View: view, Width: 400})), "")
			for i, line := range strings.Split(s, "\n") {
				for _, r := range line {
					if unicode.Is(unicode.Han, r) || strings.ContainsRune("，。；：、（）", r) {
						t.Errorf("%s %s, line %d: %s", view, f, i+1, line)
						break
					}
				}
			}
		}
	}
}
