package format

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/internal/spelling"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

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
		var known []string
		for g := field.Ignore; g < field.Count; g++ {
			known = append(known, g.String())
		}
		if g := spelling.Near(name, known); g != "" {
			hint = "did you mean " + g + "?"
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
			if key == "" {
				l.fail(e.value, "name-empty", "a column name is empty", "")
				continue
			}
			if old, dup := l.f.names[key]; dup {
				other := f // the column that is being read is not in the list yet
				if old < len(l.f.Columns) {
					other = l.f.Columns[old].Field
				}
				l.fail(e.value, "name-twice", fmt.Sprintf("the name %s is bound to %s and to %s", strconv.Quote(name), other, f), "bind it once")
				continue
			}
			l.f.names[key] = len(l.f.Columns)
		}
		l.f.Columns = append(l.f.Columns, c)
	}
}

var sliceText = lazy.MustCompile(`^(\d{1,5})-(\d{1,5})$`)

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

// positions turns the names of a table without column names into places of columns.
func (l *loader) positions() {
	for i := range l.f.Columns {
		c := &l.f.Columns[i]
		n, err := strconv.Atoi(strings.Join(c.Names, ","))
		if err != nil || n < 1 || n > 1000 {
			l.errs = append(l.errs, l.f.problem(c.line, "bad-position", "with header_rows: 0 a column is its number, counted from 1", "write "+c.Field.String()+": 6"))
			continue
		}
		c.From = n - 1
	}
	clear(l.f.names)
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
		f, s, ok := l.value(e)
		if !ok {
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

// value reads what a field is set to or must be read as.
func (l *loader) value(e entry) (f field.Field, s string, ok bool) {
	if f, ok = l.field(e.node, e.key); !ok {
		return f, "", false
	}
	s, quoted, ok := scalar(e.value)
	if !ok {
		l.fail(e.value, "bad-type", "a value must be a single text", "")
		return f, "", false
	}
	if f == field.Code && !quoted {
		l.fail(e.value, "unquoted-code", "the code "+s+" is not quoted", `YAML takes an unquoted 00 for a number and 1E2 for a hundred: write "`+s+`"`)
		return f, "", false
	}
	return f, s, true
}

func (l *loader) want(n ast.Node) (out []Value) {
	for _, e := range l.mapping(n, "want") {
		f, s, ok := l.value(e)
		if !ok {
			continue
		}
		out = append(out, Value{f, s, lineOf(e.node)})
	}
	return out
}
