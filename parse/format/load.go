package format

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Parse reads one format file. The error holds every fault found, each a *Error.
func Parse(file string, data []byte) (*Format, error) {
	l := &loader{f: &Format{File: file, HeaderRows: 1, names: map[string]int{}, lines: strings.Split(string(data), "\n")}}
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

// keys are all keys of a format file, in the order of the documentation.
var keys = []string{"format", "title", "kind", "side", "detect", "zone", "date", "decimal", "units", "header_rows", "columns", "pattern",
	"record", "length", "ignore", "lines", "codes", "kinds", "in", "out", "negative", "set", "samples"}

func (l *loader) top(root ast.Node) {
	f := l.f
	seen := map[string]ast.Node{}
	for _, e := range l.mapping(root, "a format file") {
		seen[e.key] = e.node
		switch e.key {
		case "format":
			f.Name = l.text(e.value, "format")
			if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(f.Name) {
				l.fail(e.value, "bad-name", "the name of a format has small letters, digits and hyphens", "")
			}
		case "title":
			f.Title = l.text(e.value, "title")
		case "kind":
			f.Kind = Kind(l.word(e.value, "kind", kinds))
		case "side":
			if s := l.word(e.value, "side", []string{"terminal", "switch", "settlement"}); s != "" {
				f.Side, _ = txn.ParseSide(s)
			}
		case "detect":
			l.detect(e.value)
		case "zone":
			s := l.text(e.value, "zone")
			loc, err := time.LoadLocation(s)
			if err != nil || s == "" || s == "Local" {
				l.fail(e.value, "unknown-zone", strconv.Quote(s)+" is no time zone", "write an IANA name such as Asia/Shanghai")
			}
			f.Loc = loc
		case "date":
			f.Order = map[string]field.Order{"dmy": field.DayFirst, "mdy": field.MonthFirst}[l.word(e.value, "date", []string{"ymd", "dmy", "mdy"})]
		case "decimal":
			f.Decimal = map[string]field.Decimal{"point": field.DecimalPoint, "comma": field.DecimalComma}[l.word(e.value, "decimal", []string{"point", "comma"})]
		case "units":
			l.units(e.value)
		case "header_rows":
			f.HeaderRows = l.number(e.value, "header_rows", 1, 5)
		case "columns":
			l.columns(e.value)
		case "pattern":
			l.patterns(e.value)
		case "record":
			f.Record = l.text(e.value, "record")
		case "length":
			l.length(e.value)
		case "ignore":
			for _, s := range l.list(e.value, "ignore") {
				if re := l.regexp(e.value, s); re != nil {
					f.Ignore = append(f.Ignore, re)
				}
			}
		case "lines":
			f.Strict = l.word(e.value, "lines", []string{"all", "some"}) == "all"
		case "codes":
			l.codes(e.value)
		case "kinds":
			l.kinds(e.value)
		case "in":
			f.In = l.list(e.value, "in")
		case "out":
			f.Out = l.list(e.value, "out")
		case "negative":
			if k, err := txn.ParseKind(l.text(e.value, "negative")); err != nil {
				l.fail(e.value, "unknown-word", err.Error(), "")
			} else {
				f.Negative = k
			}
		case "set":
			l.constants(e.value)
		case "samples":
			l.samples(e.value)
		default:
			l.unknown(e, keys)
		}
	}
	for _, k := range []string{"format", "kind", "samples"} {
		if seen[k] == nil {
			remedy := map[string]string{"format": "add: format: NAME", "kind": "add: kind: one of " + strings.Join(kinds, ", "),
				"samples": "add samples: with a text and the record that it must give (want)"}[k]
			l.errs = append(l.errs, f.problem(1, "missing-"+k, "the format has no "+k, remedy))
		}
	}
}

func (l *loader) unknown(e entry, known []string) {
	hint := "known keys: " + strings.Join(known, ", ")
	for _, k := range known {
		if distance(k, e.key) <= 2 {
			hint = "did you mean " + k + "?"
		}
	}
	l.fail(e.node, "unknown-key", "there is no key "+strconv.Quote(e.key), hint)
}

// distance is the number of letters to change, add or drop between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

func (l *loader) detect(n ast.Node) {
	for _, e := range l.mapping(n, "detect") {
		switch e.key {
		case "header":
			for _, s := range l.list(e.value, "header") {
				l.f.Detect.Header = append(l.f.Detect.Header, field.Compact(s))
			}
		case "text":
			l.f.Detect.Text = l.regexp(e.value, l.text(e.value, "text"))
		case "name":
			l.f.Detect.Name = l.text(e.value, "name")
			if _, err := path.Match(l.f.Detect.Name, "x"); err != nil {
				l.fail(e.value, "pattern-syntax", "the name pattern is not well formed", "use * ? and [a-z]")
			}
		default:
			l.unknown(e, []string{"header", "text", "name"})
		}
	}
}

func (l *loader) field(n ast.Node, name string) (field.Field, bool) {
	f, err := field.Parse(name)
	if err != nil {
		hint := "see the list with: poslog formats fields"
		for g := field.Ignore; g < field.Count; g++ {
			if distance(g.String(), name) <= 2 {
				hint = "did you mean " + g.String() + "?"
			}
		}
		l.fail(n, "unknown-field", "there is no field "+strconv.Quote(name), hint)
		return field.None, false
	}
	return f, true
}

func (l *loader) units(n ast.Node) {
	for _, e := range l.mapping(n, "units") {
		f, ok := l.field(e.node, e.key)
		if !ok {
			continue
		}
		s := l.text(e.value, "unit")
		u, ok := field.ParseUnit(s)
		if !ok || f.Money() != (u <= field.Thousandth) || !f.Money() && f != field.Latency {
			l.fail(e.value, "unknown-unit", fmt.Sprintf("%s is no unit of %s", strconv.Quote(s), f), "amounts are in yuan, fen or 厘, latency is in ms, s or us")
			continue
		}
		l.f.Units[f] = u
		if f == field.Amount { // the unit of the amount is that of all money
			for g := field.Amount; g <= field.RefundAmount; g++ {
				if l.f.Units[g] == field.UnitAuto {
					l.f.Units[g] = u
				}
			}
		}
	}
}

func (l *loader) columns(n ast.Node) {
	for _, e := range l.mapping(n, "columns") {
		f, ok := l.field(e.node, e.key)
		if !ok {
			continue
		}
		c := Column{Field: f, Names: l.list(e.value, "the names of a column"), line: lineOf(e.node)}
		for _, name := range c.Names {
			key := field.Compact(name)
			if old, dup := l.f.names[key]; dup {
				l.fail(e.value, "name-twice", fmt.Sprintf("the name %s is bound to %s and to %s", strconv.Quote(name), l.f.Columns[old].Field, f), "bind it once")
				continue
			}
			if key == "" {
				l.fail(e.value, "name-empty", "a column name is empty", "")
				continue
			}
			l.f.names[key] = len(l.f.Columns)
		}
		l.f.Columns = append(l.f.Columns, c)
	}
}

var sliceText = regexp.MustCompile(`^(\d{1,5})-(\d{1,5})$`)

// slices turns the names of a fixed-width format into byte ranges.
func (l *loader) slices() {
	for i := range l.f.Columns {
		c := &l.f.Columns[i]
		m := sliceText.FindStringSubmatch(strings.Join(c.Names, ","))
		if m == nil {
			l.errs = append(l.errs, l.f.problem(c.line, "bad-slice", "a fixed-width column is FROM-TO, bytes from 0, TO not included", "write "+c.Field.String()+": 143-155"))
			continue
		}
		c.From, _ = strconv.Atoi(m[1])
		c.To, _ = strconv.Atoi(m[2])
		if c.From >= c.To || c.To > l.f.Length {
			l.errs = append(l.errs, l.f.problem(c.line, "bad-slice", fmt.Sprintf("bytes %d-%d are not inside a record of %d bytes", c.From, c.To, l.f.Length), "correct the offsets, or length:"))
		}
		for _, o := range l.f.Columns[:i] {
			if c.From < o.To && o.From < c.To {
				l.errs = append(l.errs, l.f.problem(c.line, "slices-overlap", fmt.Sprintf("the bytes of %s and %s overlap", o.Field, c.Field), "correct the offsets"))
			}
		}
	}
}

func (l *loader) patterns(n ast.Node) {
	for _, s := range l.list(n, "pattern") {
		re := l.regexp(n, s)
		if re == nil {
			continue
		}
		named := false
		for _, name := range re.SubexpNames() {
			if name == "" {
				continue
			}
			named = true
			if _, err := field.Parse(name); err != nil {
				l.fail(n, "unknown-field", "there is no field "+strconv.Quote(name)+" for a capture", "captures are named after fields: see poslog formats fields")
			}
		}
		if !named {
			l.fail(n, "no-capture", "the pattern has no named capture", "write (?P<code>..) for every value")
		}
		l.f.Patterns = append(l.f.Patterns, re)
	}
}

func (l *loader) length(n ast.Node) {
	s := l.text(n, "length")
	digits, longer := strings.CutSuffix(s, "+")
	v, err := strconv.Atoi(digits)
	if err != nil || v < 10 || v > 100_000 {
		l.fail(n, "bad-number", "length is the number of bytes of a record, with + where it may be longer", "write length: 500")
		return
	}
	l.f.Length, l.f.Longer = v, longer
}

func (l *loader) codes(n ast.Node) {
	l.f.Codes = map[string]string{}
	for _, e := range l.mapping(n, "codes") {
		s, quoted, ok := scalar(e.value)
		switch {
		case !ok:
			l.fail(e.value, "bad-type", "a code must be a single text", `write it as "00"`)
			continue
		case !quoted:
			l.fail(e.value, "unquoted-code", "the code "+s+" is not quoted", `YAML takes an unquoted 00 for a number and 1E2 for a hundred: write "`+s+`"`)
			continue
		case s == "":
			l.fail(e.value, "empty-code", "the code is empty", "leave the word out if it stands for no code")
			continue
		}
		l.f.Codes[field.Compact(e.key)] = strings.ToUpper(s)
	}
}

func (l *loader) kinds(n ast.Node) {
	l.f.Kinds = map[string]txn.Kind{}
	for _, e := range l.mapping(n, "kinds") {
		k, err := txn.ParseKind(l.text(e.value, "a kind"))
		if err != nil {
			l.fail(e.value, "unknown-word", err.Error(), "")
			continue
		}
		l.f.Kinds[field.Compact(e.key)] = k
	}
}

func (l *loader) constants(n ast.Node) {
	for _, e := range l.mapping(n, "set") {
		f, ok := l.field(e.node, e.key)
		if !ok {
			continue
		}
		s, quoted, ok := scalar(e.value)
		if !ok {
			l.fail(e.value, "bad-type", "a value must be a single text", "")
			continue
		}
		if f == field.Code && !quoted {
			l.fail(e.value, "unquoted-code", "the code "+s+" is not quoted", `YAML takes an unquoted 00 for a number and 1E2 for a hundred: write "`+s+`"`)
			continue
		}
		if s == FileDate && f != field.SettleOn && f != field.Date {
			l.fail(e.value, "bad-value", FileDate+" gives a date and the field is "+f.String(), "use it for settle_on or date")
			continue
		}
		l.f.Set = append(l.f.Set, Constant{f, s})
	}
}

func (l *loader) samples(n ast.Node) {
	q, ok := n.(*ast.SequenceNode)
	if !ok || len(q.Values) == 0 {
		l.fail(n, "no-sample", "the format has no samples", "add one: - text: ... and want: below it")
		return
	}
	for _, v := range q.Values {
		s := Sample{line: lineOf(v)}
		wanted := false
		for _, e := range l.mapping(v, "a sample") {
			switch e.key {
			case "text":
				s.Text = l.text(e.value, "text")
			case "want":
				wanted = true
				items := []ast.Node{e.value}
				if w, ok := e.value.(*ast.SequenceNode); ok {
					items = w.Values
				}
				for _, item := range items {
					s.Want = append(s.Want, l.want(item))
				}
			default:
				l.unknown(e, []string{"text", "want"})
			}
		}
		if s.Text == "" {
			l.fail(v, "no-sample", "the sample has no text", "add text: with a line or table as it stands in the file")
		}
		if !wanted {
			l.fail(v, "no-want", "the sample does not say what must come out", "add want: {time: ..., amount: ..., code: ...}, or want: [] for an input without records")
		}
		l.f.Samples = append(l.f.Samples, s)
	}
}

func (l *loader) want(n ast.Node) (out []Value) {
	for _, e := range l.mapping(n, "want") {
		f, ok := l.field(e.node, e.key)
		if !ok {
			continue
		}
		s, quoted, ok := scalar(e.value)
		if !ok {
			l.fail(e.value, "bad-type", "a value must be a single text", "")
			continue
		}
		if f == field.Code && !quoted {
			l.fail(e.value, "unquoted-code", "the code "+s+" is not quoted", `YAML takes an unquoted 00 for a number and 1E2 for a hundred: write "`+s+`"`)
			continue
		}
		out = append(out, Value{f, s, lineOf(e.node)})
	}
	return out
}

// whole checks what concerns several keys.
func (l *loader) whole() {
	f := l.f
	at := func(key string) int {
		for i, s := range f.lines {
			if strings.HasPrefix(s, key+":") {
				return i + 1
			}
		}
		return 1
	}
	add := func(key, rule, msg, hint string) { l.errs = append(l.errs, f.problem(at(key), rule, msg, hint)) }
	if f.Kind == Line {
		if len(f.Patterns) == 0 {
			add("kind", "missing-pattern", "a format of kind line has no pattern", "add pattern: with named captures such as (?P<code>..)")
		}
	} else if len(f.Columns) == 0 {
		add("kind", "missing-columns", "the format has no columns", "add columns: with FIELD: name")
	}
	for _, k := range []struct {
		key string
		of  Kind
		has bool
	}{{"pattern", Line, len(f.Patterns) > 0}, {"record", XML, f.Record != ""}, {"length", Fixed, f.Length > 0}, {"header_rows", Table, f.HeaderRows > 1}} {
		if k.has && f.Kind != k.of {
			add(k.key, "wrong-kind", fmt.Sprintf("%s belongs to formats of kind %s", k.key, k.of), "remove it, or change kind:")
		}
	}
	switch f.Kind {
	case XML:
		if f.Record == "" {
			add("kind", "missing-record", "a format of kind xml does not say which element is a record", "add record: with the name of the element")
		}
	case Fixed:
		if f.Length == 0 {
			add("kind", "missing-length", "a format of kind fixed has no length", "add length: with the bytes of a record without its line end")
		} else {
			l.slices()
		}
	}
	timed := f.Has(field.Time) || f.Has(field.Date) || f.Has(field.SentAt) || f.Has(field.SettleOn)
	valued := f.Has(field.Code) || f.Has(field.Status) || f.Has(field.Amount) || f.Has(field.Credit) || f.Has(field.Debit) || f.Has(field.Net)
	if f.Kind == Line || f.Kind == Fixed || f.Kind == XML {
		if !timed {
			add("columns", "no-time", "no field of the format is a time", "bind time, date, sent_at or settle_on")
		}
		if !valued {
			add("columns", "no-value", "no field of the format is a response code, status or amount", "bind code, status or amount")
		}
	}
	if len(f.Samples) > 0 && !slices.ContainsFunc(f.Samples, func(s Sample) bool { return len(s.Want) > 0 && len(s.Want[0]) > 0 }) {
		add("samples", "no-want", "no sample says what record must come out", "fill want: of at least one sample")
	}
}
