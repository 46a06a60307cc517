package parse

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// raising are the functions that take the words of an error.
var raising = []string{"Errorf", "New", "NewReject", "reject", "fail", "problem", "SampleProblem", "add", "bad", "damaged", "expected", "wrong", "fault"}

// Every message that a parser can raise, with its remedy and with the reasons why an
// input is not a reader's, stands in a golden file or in a test that compares it. The
// messages are looked up in the source, so that a new one without a broken sample fails
// here.
func TestEveryMessageHasItsSample(t *testing.T) {
	var known strings.Builder
	var sources []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasSuffix(path, ".golden"), strings.Contains(path, "testdata") && strings.HasSuffix(path, ".txt"):
			data, err := os.ReadFile(path)
			known.Write(data)
			known.WriteByte('\n')
			return err
		case strings.HasSuffix(path, ".go") && !strings.Contains(path, "testdata"):
			sources = append(sources, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	type message struct {
		at      token.Position
		pattern string
	}
	var messages []message
	for _, path := range sources {
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			if path != "errors_test.go" {
				ast.Inspect(file, func(n ast.Node) bool {
					if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
						s, _ := strconv.Unquote(l.Value)
						known.WriteString(s + "\n")
					}
					return true
				})
			}
			continue
		}
		if strings.HasPrefix(path, "draft") {
			continue // its words are those of a draft
		}
		take := func(e ast.Expr) {
			if p := pattern(e); strings.Contains(strings.ReplaceAll(p, ".*", ""), " ") {
				messages = append(messages, message{set.Position(e.Pos()), p})
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					name = f.Name
				case *ast.SelectorExpr:
					name = f.Sel.Name
				}
				if slices.Contains(raising, name) {
					for _, a := range n.Args {
						take(a)
					}
				}
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Msg" || k.Name == "Hint" || k.Name == "What") {
					take(n.Value)
				}
			case *ast.CompositeLit:
				if name := typeName(n.Type); name == "Error" || name == "fault" {
					for _, e := range n.Elts {
						take(e)
					}
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					name := typeName(l)
					if i < len(n.Rhs) && slices.Contains([]string{"Msg", "Hint", "msg", "hint", "why"}, name) {
						take(n.Rhs[i])
					}
				}
			case *ast.ReturnStmt: // a message, or the reason of a score of 0
				if len(n.Results) == 1 || len(n.Results) == 2 && isZero(n.Results[0]) {
					take(n.Results[len(n.Results)-1])
				}
			}
			return true
		})
	}
	if len(messages) < 300 {
		t.Errorf("only %d messages were found in the source", len(messages))
	}
	text := known.String()
	for _, m := range messages {
		if !regexp.MustCompile(m.pattern).MatchString(text) {
			t.Errorf("%s: no broken sample for: %s", m.at, m.pattern)
		}
	}
}

func isZero(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Value == "0"
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// pattern is the regular expression of the texts that an expression can give, "" where
// nothing is known of it.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, _ := strconv.Unquote(e.Value)
			parts := verb.Split(strings.ReplaceAll(s, "%%", "%"), -1)
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			return strings.Join(parts, ".*")
		}
	case *ast.BinaryExpr:
		return or(pattern(e.X)) + or(pattern(e.Y))
	case *ast.ParenExpr:
		return pattern(e.X)
	case *ast.CallExpr:
		if typeName(e.Fun) == "Sprintf" {
			return pattern(e.Args[0])
		}
	}
	return ""
}

func or(s string) string {
	if s == "" {
		return ".*"
	}
	return s
}
