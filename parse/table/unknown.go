package table

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// judgeUnknown takes columns for the response code or the status and for the kind where no
// name says so and the values prove it: rows that failed would count as paid without the one,
// refunds as sales without the other. Values that are likely codes are enough where the
// name speaks of an answer (银行返回), or is RE or RS, as sqlplus cuts names to the width of their
// values.
func (t *table) judgeUnknown(rows []*sheet.Row) {
	m := t.m
	take := func(k int, f field.Field, note string, values []string) {
		m.columns[k].field = f
		m.rankAgain()
		t.f.note(note, m.columns[k].name, field.Most(values))
	}
	for k, values := range m.unknownCodes(rows) {
		name := m.columns[k].name
		if sure, _ := field.Codes(values); sure || field.Answers(name) || !m.has(field.Status) && (name == "RE" || name == "RS") {
			take(k, field.Code, "column %s is taken for the response code: no name says so, and its values are %s", values)
			break
		}
	}
	ended := m.format != nil || m.has(field.Code) || m.has(field.Status)
	told := m.format != nil || m.has(field.Kind) || m.has(field.Direction) || !m.has(field.Amount)
	for k := 0; k < len(m.columns) && !(ended && told); k++ {
		c := &m.columns[k]
		if c.field != field.None {
			continue
		}
		values := m.values(k, rows)
		switch {
		case len(values) == 0:
		case !ended && field.Succeeds(c.name) && all(field.YesNo)(values):
			t.ctx.YesNo, ended = true, true
			take(k, field.Status, "column %s is taken for the status: no name says so, and its values are %s", values)
		case !ended && ends(values):
			ended = true
			take(k, field.Status, "column %s is taken for the status: no name says so, and its values are %s", values)
		case !told && bothWays(values):
			told = true
			take(k, field.Kind, "column %s is taken for the kind of transaction: no name says so, and its values are %s", values)
		}
	}
}

// ends reports whether values are words for how transactions ended, a failure among them.
func ends(values []string) bool {
	switch n := distinct(values); {
	case n == 2 && all(func(v string) bool { return strings.EqualFold(v, "S") || strings.EqualFold(v, "F") })(values):
		return true
	case n > 12:
		return false
	}
	return all(endWord.MatchString)(values) && slices.ContainsFunc(values, lostWords.MatchString)
}

// bothWays reports whether values are kinds of transactions, of which some bring money and
// some take it back.
func bothWays(values []string) bool {
	in, out := false, false
	for _, v := range values {
		k := field.ParseKind(v)
		if k == txn.KindUnknown || !strings.ContainsFunc(v, unicode.IsLetter) {
			return false
		}
		in, out = in || !negative(k), out || negative(k)
	}
	return in && out
}

// values are those of column k in the rows that have a time.
func (m *mapping) values(k int, rows []*sheet.Row) (list []string) {
	for _, r := range rows {
		if v := cellAt(r, m.columns[k].index); v != nil && !placeholder(v.Text) && m.dated(r) {
			list = append(list, sheet.Clean(v.Text))
		}
	}
	return list
}

// unknownCodes yields the columns, with their values, that may have the response code of a
// table in which no column is named so.
func (m *mapping) unknownCodes(rows []*sheet.Row) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		if m.format != nil || m.has(field.Code) {
			return
		}
		for k := range m.columns {
			c := &m.columns[k]
			if c.field != field.None && c.field != field.Status && c.field != field.ProcCode {
				continue
			}
			values := m.values(k, rows)
			if _, likely := field.Codes(values); likely && !yield(k, values) {
				return
			}
		}
	}
}
