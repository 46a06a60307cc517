package table

import (
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/internal/lazy"
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
	for _, c := range m.unknownCodes(rows) {
		name := m.columns[c.column].name
		if sure, _ := field.Codes(c.values); sure || field.Answers(name) || !m.has(field.Status) && (name == "RE" || name == "RS") {
			take(c.column, field.Code, "column %s is taken for the response code: no name says so, and its values are %s", c.values)
			break
		}
	}
	if k := m.signs(rows); k >= 0 {
		t.ctx.Directed, t.plus = true, true
		m.columns[k].field = field.Direction
		m.rankAgain()
		t.f.note("column %s is taken for the sign of the amounts: its values are + and -", m.columns[k].name)
	}
	ended := m.format != nil || m.has(field.Code) || m.has(field.Status)
	told := m.format != nil || m.has(field.Kind) || m.has(field.Direction) || !m.has(field.Amount)
	for k := 0; k < len(m.columns) && !(ended && told); k++ {
		c := &m.columns[k]
		if c.field != field.None {
			continue
		}
		values, empty := m.values(k, rows)
		switch {
		case len(values) < 9*empty || len(values) == 0 || ofOthers.MatchString(c.name):
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

// signs is the column that has a plus or a minus in every row, and both; -1 where there is none, or
// another says which way the money went.
func (m *mapping) signs(rows []*sheet.Row) int {
	if m.format != nil || m.has(field.Direction) || m.has(field.Debit) || !m.has(field.Amount) {
		return -1
	}
	return slices.IndexFunc(m.columns, func(c column) bool {
		plus, minus := false, false
		for _, r := range rows {
			if c.field != field.None {
				break
			}
			cell, word := cellAt(r, c.index), ""
			if cell != nil {
				word = sheet.Clean(cell.Text)
			}
			switch {
			case word == "+":
				plus = plus || m.dated(r)
			case word == "-":
				minus = minus || m.dated(r)
			case m.dated(r):
				return false
			}
		}
		return plus && minus
	})
}

// prove takes columns whose names nobody knows for what their values prove them to be. Where hardly
// any name is known, their values say what they are as those of a table without names do, or
// leave a doubt.
func (m *mapping) prove(rows []*sheet.Row) {
	if m.format != nil || !slices.ContainsFunc(m.columns, func(c column) bool { return c.field == field.None }) {
		return
	}
	g := m.guessing(rows)
	if g == nil {
		return
	}
	proved := m.proofs(g, rows)
	if known, _ := m.known(); known < leastNames {
		g.identifiers()
		if g.numbered(); !g.payments(proved) {
			return
		}
	}
	for k := range m.columns {
		if c := &m.columns[k]; c.field == field.None && g.list[k].Field != field.None {
			c.field, c.unit, c.proved = g.list[k].Field, g.list[k].Unit, true
		}
	}
	m.rankAgain()
}

// guessing is what can be guessed of the columns whose names nobody knows, nil where there are
// too few rows.
func (m *mapping) guessing(rows []*sheet.Row) *guessing {
	g := &guessing{list: make([]Guess, len(m.columns)), columns: make([][]string, len(m.columns))}
	for k, c := range m.columns {
		if c.field != field.None || k == m.counts || slices.Contains(m.parts, k) {
			g.list[k] = Guess{Name: c.name, Field: c.field}
		}
	}
	for _, r := range rows[:min(len(rows), headerRows+sampleRows)] {
		if _, n := filled(r); 2*n < len(m.columns) || footWords.MatchString(firstText(r)) {
			continue // a total
		}
		cells := make([]string, len(m.columns))
		for k, c := range m.columns {
			if v := cellAt(r, c.index); v != nil && !placeholder(v.Text) {
				cells[k] = shown(v)
				g.columns[k] = append(g.columns[k], cells[k])
			}
		}
		g.rows = append(g.rows, cells)
	}
	if len(g.rows) < leastUnnamed {
		return nil
	}
	return g
}

// proofs finds what the table lacks and values prove: a time, an amount, fees and net amounts
// that add up with the others, card numbers. Identifiers have no such proof. It reports whether
// amounts add up.
func (m *mapping) proofs(g *guessing, rows []*sheet.Row) (proved bool) {
	switch day := m.has(field.Date) || m.has(field.SentAt); {
	case !m.timed(), !day && m.has(field.Clock) && !m.has(field.Time), !day && m.has(field.Time) && m.clockLike(m.first[field.Time], rows):
		g.times()
	case day && !m.has(field.Time) && !m.has(field.Clock):
		g.shape("clock", "every value is a time of day", all(timeValue.MatchString))
	}
	if list := g.open(cardNumbers); len(list) > 0 && 3*distinct(g.columns[list[0]]) >= len(g.columns[list[0]]) { // one card in every row is that of the merchant's account
		g.take(list[0], "pan", everyCard)
	}
	if proved = g.addsUp(); !proved && !m.valued() {
		g.onlyAmount()
	}
	return proved
}

// shown is the text of a cell, of a date as people write it.
func shown(c *sheet.Cell) string {
	if c.Kind == sheet.Date || c.Kind == sheet.Moment {
		if s, ok := sheet.SerialText(c.Text, c.Kind == sheet.Moment, false); ok { // the shape will do
			return s
		}
	}
	return sheet.Clean(c.Text)
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

// ofOthers are words for what is done about a payment, which has outcomes of its own.
var ofOthers = lazy.MustCompile(`(?i)通知|推送|回调|打印|对账|对帐|分账|开票|发票|退款|退货|核销|同步|短信|notif|push|callback|print|refund|invoice|sync|split|share|sms`)

// values are those of column k in the rows that have a time; empty is in how many of these it
// has none.
func (m *mapping) values(k int, rows []*sheet.Row) (list []string, empty int) {
	for _, r := range rows {
		switch v := cellAt(r, m.columns[k].index); {
		case !m.dated(r):
		case v == nil || placeholder(v.Text):
			empty++
		default:
			list = append(list, sheet.Clean(v.Text))
		}
	}
	return list, empty
}

// codesUnder is a column that may have response codes, and its values.
type codesUnder struct {
	column int
	values []string
}

// unknownCodes are the columns that may have the response code of a table in which no column is
// named so.
func (m *mapping) unknownCodes(rows []*sheet.Row) (list []codesUnder) {
	if m.format != nil || m.has(field.Code) {
		return nil
	}
	for k := range m.columns {
		switch m.columns[k].field {
		case field.None, field.Status, field.ProcCode:
			values, empty := m.values(k, rows)
			if _, likely := field.Codes(values); likely && len(values) >= empty {
				list = append(list, codesUnder{k, values})
			}
		}
	}
	return list
}
