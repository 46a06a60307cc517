package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every sentence of the readers' notes is in the catalogue: arguments of note, what
// is appended to Notes or notes, and what Notes methods return.
func TestEveryNoteIsTranslated(t *testing.T) {
	known := map[string]bool{}
	for _, n := range notes {
		if known[n.en] {
			t.Errorf("%q stands twice: the second is never used", n.en)
		}
		known[n.en] = true
	}
	found := 0
	err := filepath.WalkDir("../parse", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "draft") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		check := func(n ast.Node) {
			ast.Inspect(n, func(n ast.Node) bool {
				l, ok := n.(*ast.BasicLit)
				if !ok || l.Kind != token.STRING {
					return true
				}
				s, _ := strconv.Unquote(l.Value)
				if len(s) < 12 || !strings.Contains(s, " ") || strings.HasSuffix(s, " ") || strings.HasPrefix(s, ":") {
					return true // a word in a sentence
				}
				s = strings.Replace(s, "UTC%s%s", "UTC%s", 1)
				said := strings.NewReplacer("%d", "7", "%s", "x", "%q", `"x"`).Replace(s)
				if found++; !known[s] && Note("zh", said) == said {
					if s != "a hundred times" {
						t.Errorf("%s: no Chinese for %q", path, s)
					}
				}
				return true
			})
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncDecl:
				if x.Name.Name == "Notes" || x.Name.Name == "detectSide" {
					check(x.Body)
				}
			case *ast.CallExpr:
				name := ""
				switch f := x.Fun.(type) {
				case *ast.Ident:
					name = f.Name
				case *ast.SelectorExpr:
					name = f.Sel.Name
				}
				if name == "note" {
					check(x.Args[0])
				}
				if name == "append" {
					if to, ok := x.Args[0].(*ast.SelectorExpr); ok && strings.EqualFold(to.Sel.Name, "notes") {
						for _, a := range x.Args[1:] {
							check(a)
						}
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 35 {
		t.Errorf("only %d sentences were found", found)
	}
}

func TestNote(t *testing.T) {
	for note, want := range map[string]string{
		"read as table: a table: row 17 has 11 known column names":                                  "按 table 读取：表格：第 17 行有 11 个已知列名",
		"side settlement because of 收/支, the word 账单":                                               "账本是清算，依据：收/支、字样 账单",
		"amounts are in yuan, from row 4":                                                           "金额单位是元，见第 4 行",
		`12 of 27 rows of sheet "row 2" repeat rows of an earlier sheet and were not counted again`: `工作表 "row 2" 的 27 行中有 12 行与前面的工作表重复，没有再计`,
		"湘潭示例农商行":                                                                                   "湘潭示例农商行",
		"it is byte for byte the same as yuan/a.csv: leave one of them out":                         "与 yuan/a.csv 逐字节相同：请只给其中一个",
		"unpacked from zip, then gzip":                                                              "解包自 zip、再经 gzip",
		"amounts are taken as fen: that is what their total says":                                   "金额按分读取：合计是这样写的",
		"rows have a time of day only: they are of 2026-11-20, from the file name":                  "各行只有钟点：日期是 2026-11-20，见文件名",
	} {
		if got := Note("zh", note); got != want {
			t.Errorf("%q:\n got %s\nwant %s", note, got, want)
		}
		if got := Note("en", note); got != note {
			t.Errorf("%q in English: %q", note, got)
		}
	}
}
