package format

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/poslog/poslog/internal/gbk"
)

// Parse reads one format file. The error holds every fault found, each a *Error.
func Parse(file string, data []byte) (*Format, error) { return parse(file, data, false) }

// ParseBare reads a format file without its samples, which stand last in it. It is
// for formats that the tests have checked.
func ParseBare(file string, data []byte) (*Format, error) {
	data, _, _ = bytes.Cut(data, []byte("\nsamples:"))
	return parse(file, data, true)
}

func parse(file string, data []byte, bare bool) (*Format, error) {
	data = gbk.UTF8(data)
	l := &loader{bare: bare, f: &Format{File: file, HeaderRows: 1, names: map[string]int{}, lines: strings.Split(string(data), "\n")}}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, l.syntax(err)
	}
	var root ast.Node
	for _, d := range tree.Docs {
		if d.Body == nil {
			continue
		}
		if root != nil {
			l.fail(d.Body, "two-documents", "the file has a second document", "write one format per file")
			break
		}
		root = d.Body
	}
	if root == nil {
		return nil, l.f.problem(1, "empty-file", "the format file is empty", "begin with: format: NAME")
	}
	l.top(root)
	if len(l.errs) == 0 {
		l.whole()
	}
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return l.f, nil
}

// loader walks the tree of a file and collects what is wrong.
type loader struct {
	f    *Format
	bare bool // the file has no samples
	errs []error
}

func (l *loader) syntax(err error) error {
	e := l.f.problem(1, "yaml-syntax", "this is not YAML: "+err.Error(), "indent with blanks, quote texts that hold : or #")
	var y yaml.Error
	if errors.As(err, &y) {
		if t := y.GetToken(); t != nil {
			e = l.f.problem(t.Position.Line, "yaml-syntax", "this is not YAML: "+y.GetMessage(), e.Hint)
			e.Col = t.Position.Column
		}
	}
	return e
}

func (l *loader) fail(n ast.Node, rule, msg, hint string) {
	p := start(n).Position
	e := l.f.problem(p.Line, rule, msg, hint)
	e.Col = column(e.Excerpt, p.Column)
	l.errs = append(l.errs, e)
}

// column turns a column in characters into one in bytes.
func column(line string, chars int) int {
	k := 1
	for i := range line {
		if k == chars {
			return i + 1
		}
		k++
	}
	return len(line) + 1
}

// start is the first token of a node.
func start(n ast.Node) *token.Token {
	switch v := n.(type) {
	case *ast.MappingNode:
		if len(v.Values) > 0 && !v.IsFlowStyle {
			return v.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return v.Key.GetToken()
	}
	return n.GetToken()
}

func lineOf(n ast.Node) int { return start(n).Position.Line }

// entry is one key of a mapping.
type entry struct {
	key   string
	node  ast.Node // of the key
	value ast.Node
}

func (l *loader) mapping(n ast.Node, what string) []entry {
	var values []*ast.MappingValueNode
	switch v := n.(type) {
	case *ast.MappingNode:
		values = v.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{v}
	default:
		l.fail(n, "bad-type", what+" must be a list of KEY: value lines", "indent the lines below it")
		return nil
	}
	var out []entry
	for _, v := range values {
		out = append(out, entry{v.Key.GetToken().Value, v.Key, v.Value})
	}
	return out
}

// scalar is the text of a single value, and whether it was quoted. The text is
// as written: 00 stays 00.
func scalar(n ast.Node) (text string, quoted, ok bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, v.Token.Type == token.DoubleQuoteType || v.Token.Type == token.SingleQuoteType, true
	case *ast.LiteralNode:
		return v.Value.Value, true, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, false, true
	}
	return "", false, false
}

func (l *loader) text(n ast.Node, what string) string {
	s, _, ok := scalar(n)
	if !ok {
		l.fail(n, "bad-type", what+" must be a single text", "quote it if it has special characters")
	}
	return s
}

// list is one text, or a sequence of texts.
func (l *loader) list(n ast.Node, what string) []string {
	if s, _, ok := scalar(n); ok {
		return []string{s}
	}
	q, ok := n.(*ast.SequenceNode)
	if !ok {
		l.fail(n, "bad-type", what+" must be a text or a list of texts", "write [a, b] or one per line behind a hyphen")
		return nil
	}
	var out []string
	for _, v := range q.Values {
		out = append(out, l.text(v, what))
	}
	return out
}

func (l *loader) word(n ast.Node, what string, words []string) string {
	s := l.text(n, what)
	if s != "" && !slices.Contains(words, s) {
		l.fail(n, "unknown-word", fmt.Sprintf("%s is none of the words for %s", strconv.Quote(s), what), "use one of "+strings.Join(words, ", "))
		return ""
	}
	return s
}

func (l *loader) number(n ast.Node, what string, least, most int) int {
	s := l.text(n, what)
	v, err := strconv.Atoi(s)
	if err != nil || v < least || v > most {
		l.fail(n, "bad-number", fmt.Sprintf("%s must be a number from %d to %d", what, least, most), "")
		return least
	}
	return v
}

func (l *loader) regexp(n ast.Node, s string) *regexp.Regexp {
	re, err := regexp.Compile(s)
	if err != nil {
		l.fail(n, "pattern-syntax", "the pattern is no regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "),
			"see the syntax of RE2; write \\ once, in single quotes")
		return nil
	}
	return re
}
