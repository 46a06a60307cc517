package table

import (
	"iter"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
)

// units takes the units that column names state.
func (t *table) units() {
	for _, k := range t.m.used {
		if c := &t.m.columns[k]; c.unit != field.UnitAuto {
			t.ctx.Units[c.field] = c.unit
		}
	}
}

// judge settles from the first rows what no name says: the order of day and
// month, the decimal mark, and whether whole numbers are yuan or fen.
func (t *table) judge(rows []*sheet.Row) {
	t.judgeDecimal(rows)
	t.judgeWhole(rows)
	t.each(rows, field.Direction, func(c *sheet.Cell) { t.plus = t.plus || sheet.Clean(c.Text) == "+" })
	t.judgeSigns(rows)
	t.judgeOrder(rows)
	t.judgeNumbers(rows)
	t.judgeStates(rows)
	t.judgeReference(rows)
	t.judgeRate(rows)
	t.judgeNet(rows)
	t.judgeAmount(rows)
	t.judgeTip(rows)
	t.judgeCharges(rows)
	t.judgeParts(rows)
	t.judgeBeside(rows)
	t.judgeUnit(rows)
	t.judgeFee(rows)
	t.judgeDebit(rows)
	t.judgeSales(rows)
	t.judgeCredits(rows)
	t.judgeSettled(rows)
	t.judgeLetters(rows)
	t.judgeZone()
	t.judgeSpare(rows)
	t.told = t.tells()
	t.judgeShared(rows)
	t.judgeClosed(rows)
	t.judgeUndone(rows)
	t.judgeSettling(rows)
	t.judgeBacks(rows)
	t.judgeErrors(rows)
	t.judgeWhy(rows)
	t.judgeClock(rows)
	t.judgeCodes(rows)
	t.judgeYesNo(rows)
	t.judgeMarks(rows)
}

const (
	maxSpare = 3 // values without a name
	minSpare = 3 // rows that prove them
)

// judgeSpare finds values behind the last name that stand in every row: columns without
// a name. A separator inside a value would look the same, if all rows had one, and would
// move what stands behind it; it is excluded where the last column that is read, and every
// other of its kind, holds a time or an amount with decimals in every row: of two
// neighbours at the place of such a separator, one would hold something else.
func (t *table) judgeSpare(rows []*sheet.Row) {
	width, last := t.m.columns[len(t.m.columns)-1].index+1, -1
	for _, k := range t.m.used {
		last = max(last, t.m.columns[k].index)
	}
	n, spare := 0, 0
	for _, r := range rows {
		if !t.m.dated(r) {
			continue
		}
		more := len(r.Cells) - width
		for more > 0 && blank(r.Cells[width+more-1:width+more]) {
			more--
		}
		if n++; more < 1 || more > maxSpare || spare > 0 && more != spare {
			return
		}
		spare = more
		sound := false // the last column is
		for _, k := range t.m.used {
			c := &t.m.columns[k]
			cell := cellAt(r, c.index)
			switch {
			case c.field.Money():
				if cell == nil || !pointDecimal.MatchString(cell.Text) {
					return
				}
				if _, rule := t.parse(cell.Text, c.field); rule != "" {
					return
				}
			case c.field == field.Time || c.field == field.Date:
				if cell == nil || digitsIn(cell.Text) < 8 {
					return
				}
			default:
				continue
			}
			sound = sound || c.index == last
		}
		if !sound {
			return
		}
	}
	if n >= minSpare && t.f.text() {
		t.spare = spare
		t.f.note("every row has %d more values than there are column names: they were taken for columns without a name", spare)
	}
}

// parse reads an amount of the table.
func (t *table) parse(text string, f field.Field) (field.Value, string) {
	decimals := t.decimals
	if decimals < 0 {
		decimals = 3
	}
	return field.ParseIn(text, t.ctx.Units[f], t.ctx.Decimal, decimals, false)
}

// sign is -1 or 1 by the sign of an amount, 0 for none and for what cannot be read.
func (t *table) sign(c *sheet.Cell, f field.Field) int {
	v, rule := t.parse(c.Text, f)
	switch {
	case rule != "" || !v.Minor.Valid() || v.Minor == 0:
		return 0
	case v.Negative:
		return -1
	}
	return 1
}

// tells reports whether something besides the word for its kind says which way the money of
// a row went.
func (t *table) tells() bool {
	m := t.m
	return m.account() || m.has(field.Direction) || m.has(field.Debit)
}

// each calls f for the cells of a field's column.
func (t *table) each(rows []*sheet.Row, f field.Field, do func(*sheet.Cell)) {
	k := t.m.first[f]
	if k < 0 {
		return
	}
	for _, r := range rows {
		if c := cellAt(r, t.m.columns[k].index); c != nil {
			do(c)
		}
	}
}

// both yields what the dated rows have in two columns, where they have both.
func (m *mapping) both(rows []*sheet.Row, one, other *column) iter.Seq2[*sheet.Cell, *sheet.Cell] {
	return func(yield func(a, b *sheet.Cell) bool) {
		for _, r := range rows {
			if a, b := cellAt(r, one.index), cellAt(r, other.index); a != nil && b != nil && m.dated(r) && !yield(a, b) {
				return
			}
		}
	}
}
