// Package where is the row filter of --where: a small expression language over
// records.
//
// In goes a text such as
//
//	code in (B4, 91) and institution = NSH001 and not amount < 100
//
// out comes an [Expr] whose Match tells whether a record passes. Comparison is
// by text for identifiers and names (case matters not), by number for amount
// (in major units of the record's currency: 12.50) and latency (milliseconds). `~` means "contains". A
// value that the record does not have is equal to "" and neither less nor greater
// than anything.
package where

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/txn"
)

// Expr is a compiled filter.
type Expr struct {
	text   string
	fields []string
	match  func(*txn.Record) bool
}

// Fields lists what is asked for, each once.
func (e *Expr) Fields() []string { return e.fields }

// Match reports whether r passes.
func (e *Expr) Match(r *txn.Record) bool { return e.match(r) }

// SyntaxError says where a filter is wrong.
type SyntaxError struct {
	Text string
	Off  int // byte offset into Text
	Msg  string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s\n  %s\n  %s^", e.Msg, e.Text, strings.Repeat(" ", len([]rune(e.Text[:e.Off]))))
}

var textFields = map[string]func(*txn.Record) string{
	"institution": func(r *txn.Record) string { return r.Institution },
	"merchant":    func(r *txn.Record) string { return r.MID },
	"terminal":    func(r *txn.Record) string { return r.TID },
	"issuer":      func(r *txn.Record) string { return r.Issuer },
	"carrier":     func(r *txn.Record) string { return r.Carrier },
	"region":      func(r *txn.Record) string { return r.Region },
	"network":     func(r *txn.Record) string { return r.Network },
	"channel":     func(r *txn.Record) string { return r.Channel },
	"model":       func(r *txn.Record) string { return r.Model },
	"bin":         func(r *txn.Record) string { return r.PAN.BIN() },
	"kind":        func(r *txn.Record) string { return r.Kind.String() },
	"side":        func(r *txn.Record) string { return r.Side.String() },
	"origin":      func(r *txn.Record) string { return r.Origin.String() },
	"code":        func(r *txn.Record) string { return r.Code },
	"status":      func(r *txn.Record) string { return r.Status },
	"text":        func(r *txn.Record) string { return r.Text },
	"rrn":         func(r *txn.Record) string { return r.RRN },
	"stan":        func(r *txn.Record) string { return r.STAN },
	"batch":       func(r *txn.Record) string { return r.Batch },
	"mti":         func(r *txn.Record) string { return r.MTI },
	"entry_mode":  func(r *txn.Record) string { return r.EntryMode },
	"order":       func(r *txn.Record) string { return r.OrderNo },
	"file": func(r *txn.Record) string {
		if r.Pos.Src == nil {
			return ""
		}
		return r.Pos.Src.Name
	},
}

var numberFields = map[string]struct {
	get   func(*txn.Record) number
	parse func(string) (int64, error)
}{
	"amount":  {thousandths, parseMajor},
	"latency": {func(r *txn.Record) number { return present(int64(r.Latency), r.Latency != txn.NoLatency) }, parseInt},
}

// present is a number, or none.
func present(n int64, stated bool) (v number) {
	if stated {
		v = number{n, true}
	}
	return v
}

// thousandths is the amount in parts of its major unit that no currency has smaller ones of.
func thousandths(r *txn.Record) number {
	n := int64(r.Amount)
	for range 3 - txn.Exponent(r.Currency) {
		n *= 10
	}
	return present(n, r.Amount.Valid())
}

// Fields lists what can be asked for, sorted.
func Fields() []string {
	var out []string
	for f := range textFields {
		out = append(out, f)
	}
	for f := range numberFields {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// Parse compiles a filter.
func Parse(text string) (*Expr, error) {
	p := &parser{text: text}
	p.next()
	m, err := p.or()
	if err == nil && p.tok != "" {
		err = p.fail("expected 'and', 'or' or the end, found %q", p.tok)
	}
	if err != nil {
		return nil, err
	}
	return &Expr{text, p.fields, m}, nil
}

type predicate = func(*txn.Record) bool

type parser struct {
	text   string
	pos    int // after the current token
	off    int // of the current token
	tok    string
	quoted bool
	open   bool // quoted, and the mark that closes it is missing
	fields []string
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{p.text, p.off, fmt.Sprintf(format, args...)}
}

// next reads one token: a parenthesis, a comma, an operator, a quoted text or a word.
func (p *parser) next() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
	p.off, p.quoted, p.open = p.pos, false, false
	if p.pos == len(p.text) {
		p.tok = ""
		return
	}
	rest := p.text[p.pos:]
	for _, op := range []string{"(", ")", ",", "==", "!=", ">=", "<=", "=", ">", "<", "~"} {
		if strings.HasPrefix(rest, op) {
			p.tok, p.pos = op, p.pos+len(op)
			return
		}
	}
	if q := rest[0]; q == '"' || q == '\'' {
		end := strings.IndexByte(rest[1:], q)
		if p.open = end < 0; p.open {
			end = len(rest) - 1
		}
		p.tok, p.quoted, p.pos = rest[1:end+1], true, min(p.pos+end+2, len(p.text))
		return
	}
	n := strings.IndexAny(rest, " \t\n(),=!<>~")
	if n < 0 {
		n = len(rest)
	}
	n = max(n, 1)
	p.tok, p.pos = rest[:n], p.pos+n
}

func (p *parser) word(w string) bool { return !p.quoted && strings.EqualFold(p.tok, w) }

func (p *parser) or() (predicate, error) {
	a, err := p.and()
	for err == nil && p.word("or") {
		p.next()
		var b predicate
		left := a
		if b, err = p.and(); err == nil {
			a = func(r *txn.Record) bool { return left(r) || b(r) }
		}
	}
	return a, err
}

func (p *parser) and() (predicate, error) {
	a, err := p.not()
	for err == nil && p.word("and") {
		p.next()
		var b predicate
		left := a
		if b, err = p.not(); err == nil {
			a = func(r *txn.Record) bool { return left(r) && b(r) }
		}
	}
	return a, err
}

func (p *parser) not() (predicate, error) {
	if p.word("not") {
		p.next()
		a, err := p.not()
		return func(r *txn.Record) bool { return !a(r) }, err
	}
	if p.word("(") {
		p.next()
		a, err := p.or()
		if err == nil && !p.word(")") {
			err = p.fail("expected ')'")
		}
		p.next()
		return a, err
	}
	return p.comparison()
}

func (p *parser) comparison() (predicate, error) {
	field := strings.ToLower(p.tok)
	text, isText := textFields[field]
	number, isNumber := numberFields[field]
	if !isText && !isNumber {
		return nil, p.fail("unknown field %q; use one of %s", p.tok, strings.Join(Fields(), ", "))
	}
	if !slices.Contains(p.fields, field) {
		p.fields = append(p.fields, field)
	}
	p.next()
	op := strings.ToLower(p.tok)
	switch op {
	case "==":
		op = "="
	case "=", "!=", ">=", "<=", ">", "<", "in":
	case "~":
		if isNumber {
			return nil, p.fail("'~' compares texts, %s is a number", field)
		}
	default:
		return nil, p.fail("expected =, !=, <, <=, >, >=, ~ or in after %s", field)
	}
	p.next()
	var values []string
	if op == "in" {
		if !p.word("(") {
			return nil, p.fail("expected '(' after in")
		}
		for more := true; more; more = p.word(",") {
			p.next()
			if err := p.value(&values); err != nil {
				return nil, err
			}
		}
		if !p.word(")") {
			return nil, p.fail("expected ',' or ')'")
		}
		p.next()
	} else if err := p.value(&values); err != nil {
		return nil, err
	}
	if isNumber {
		return numeric(p, op, values, number.get, number.parse)
	}
	return textual(op, values, text), nil
}

func (p *parser) value(to *[]string) error {
	if p.open {
		return p.fail("the quotation mark is not closed")
	}
	if p.tok == "" && !p.quoted || p.word(")") || p.word("(") || p.word(",") {
		return p.fail("expected a value")
	}
	*to = append(*to, p.tok)
	p.next()
	return nil
}

func textual(op string, values []string, get func(*txn.Record) string) predicate {
	v := values[0]
	switch op {
	case "=":
		return func(r *txn.Record) bool { return strings.EqualFold(get(r), v) }
	case "!=":
		return func(r *txn.Record) bool { return !strings.EqualFold(get(r), v) }
	case "~":
		v = strings.ToLower(v)
		return func(r *txn.Record) bool { return strings.Contains(strings.ToLower(get(r)), v) }
	case "in":
		return func(r *txn.Record) bool {
			s := get(r)
			return slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(s, v) })
		}
	}
	v = strings.ToLower(v)
	return func(r *txn.Record) bool {
		s := get(r)
		return s != "" && ordered(op, strings.Compare(strings.ToLower(s), v))
	}
}

// number is one that a record or a filter states, or none.
type number struct {
	n      int64
	stated bool
}

func numeric(p *parser, op string, values []string, get func(*txn.Record) number, parse func(string) (int64, error)) (predicate, error) {
	numbers := make([]number, len(values))
	for i, v := range values {
		if v == "" && (op == "=" || op == "!=" || op == "in") {
			continue
		}
		n, err := parse(v)
		if err != nil {
			return nil, p.fail("%q is no number: %v", v, err)
		}
		numbers[i] = number{n, true}
	}
	switch op {
	case "=", "in":
		return func(r *txn.Record) bool { return slices.Contains(numbers, get(r)) }, nil
	case "!=":
		return func(r *txn.Record) bool { return get(r) != numbers[0] }, nil
	}
	return func(r *txn.Record) bool {
		v := get(r)
		return v.stated && ordered(op, cmp.Compare(v.n, numbers[0].n))
	}, nil
}

func ordered(op string, c int) bool {
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

func parseInt(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

// parseMajor reads an amount in major units with at most three decimals.
func parseMajor(s string) (int64, error) {
	whole, frac, _ := strings.Cut(s, ".")
	switch {
	case strings.Trim(s, "+-.") == "":
		return 0, fmt.Errorf("no digits")
	case len(frac) > 3:
		return 0, fmt.Errorf("more than three decimals")
	}
	return strconv.ParseInt(whole+(frac + "000")[:3], 10, 64)
}
