package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/field"
)

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
	} else if len(f.Columns) == 0 && f.Kind != ISO {
		add("kind", "missing-columns", "the format has no columns", "add columns: with FIELD: name")
	}
	for _, k := range []struct {
		key string
		of  Kind
		has bool
	}{{"pattern", Line, len(f.Patterns) > 0}, {"record", XML, f.Record != ""}, {"length", Fixed, f.Length > 0},
		{"layout", ISO, f.Message.Layout != ""}, {"header", ISO, f.Message.Header > 0}, {"fields", ISO, f.Message.Fields != nil}, {"header_rows", Table, f.HeaderRows != 1}} {
		if k.has && f.Kind != k.of {
			add(k.key, "wrong-kind", fmt.Sprintf("%s belongs to formats of kind %s", k.key, k.of), "remove it, or change kind:")
		}
	}
	switch f.Kind {
	case ISO:
		if f.Message.Layout == "" {
			add("kind", "missing-layout", "a format of kind iso8583 has no layout", "add layout: with one of "+strings.Join(layouts, ", "))
		}
		if len(f.Columns) > 0 {
			add("columns", "wrong-kind", "columns do not belong to formats of kind iso8583", "fields of a message have numbers: remove it, or change kind:")
		}
	case XML:
		if f.Record == "" {
			add("kind", "missing-record", "a format of kind xml does not say which element is a record", "add record: with the name of the element")
		}
	case Table:
		if f.HeaderRows == 0 {
			l.positions()
			if f.Detect.Name == "" && f.Detect.Text == nil {
				add("header_rows", "missing-detect", "nothing says which tables without column names are meant", `add detect: {name: "dz_*.txt"}, or text: with what stands in the first lines`)
			}
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
	if f.Kind == Line || f.Kind == Fixed || f.Kind == XML || f.HeaderRows == 0 {
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
