package format

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/poslog/poslog/internal/spelling"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// keys are all keys of a format file, in the order of the documentation.
var keys = []string{"format", "title", "kind", "side", "detect", "zone", "date", "decimal", "units", "header_rows", "columns", "pattern",
	"record", "length", "layout", "header", "fields", "ignore", "lines", "codes", "kinds", "in", "out", "negative", "set", "samples"}

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
			f.HeaderRows = l.number(e.value, "header_rows", 0, 5)
		case "columns":
			l.columns(e.value)
		case "pattern":
			l.patterns(e.value)
		case "record":
			f.Record = l.text(e.value, "record")
		case "length":
			l.length(e.value)
		case "layout":
			l.layout(e.value)
		case "header":
			f.Message.Header = l.number(e.value, "header", 0, 200)
		case "fields":
			l.elements(e.value)
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
		if seen[k] == nil && !(l.bare && k == "samples") {
			remedy := map[string]string{"format": "add: format: NAME", "kind": "add: kind: one of " + strings.Join(kinds, ", "),
				"samples": "add samples: with a text and the record that it must give (want)"}[k]
			l.errs = append(l.errs, f.problem(1, "missing-"+k, "the format has no "+k, remedy))
		}
	}
}

func (l *loader) unknown(e entry, known []string) {
	hint := "known keys: " + strings.Join(known, ", ")
	if k := spelling.Near(e.key, known); k != "" {
		hint = "did you mean " + k + "?"
	}
	l.fail(e.node, "unknown-key", "there is no key "+strconv.Quote(e.key), hint)
}
