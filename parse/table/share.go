package table

import (
	"io"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// blockSize is how much text one worker reads at a time.
var blockSize = 1 << 20

// share reads the rest of a text in blocks of rows that several workers read.
// It returns false where the rows must be read one by one, from the same row on.
//
// Note: what a row is depends on the rows ahead of it in five ways only, and
// blocks are cut so that none of them matters: the first record (there has been
// one), names of totals whose values follow (a block ends with a row that ends
// such a wait), and names of columns, rows that leave out their day
// and headings that say anew what all rows have (such a row stands alone, and all
// blocks ahead of it are read before it is).
func (t *table) share(rows sheet.Splitter) (bool, error) {
	st := t.f.st
	var forks []*table
	together := func() error {
		err := st.Wait()
		for _, f := range forks {
			for _, m := range f.audit.marks {
				m.above.join(&t.sums, 1)
				t.audit.marks = append(t.audit.marks, m)
			}
			t.judgeTotals()
			t.sums.join(&f.sums, 1)
			t.rows += f.rows
			t.ctx.Rounded += f.ctx.Rounded
			t.spoilt += f.spoilt
			t.hours += f.hours
			t.foreign += f.foreign
			t.last, t.totals = f.last, f.totals
			if f.above.Valid() {
				t.above = f.above
			}
		}
		forks = forks[:0]
		return err
	}
	for {
		b, alone, err := rows.Block(blockSize, t.timeColumn(), t.ordinary, t.role)
		if b != nil {
			f := t.fork()
			forks = append(forks, f)
			st.Share(func(sink entry.Sink) {
				f.f.sink = sink
				f.block(b)
			})
		}
		if err == nil && !alone {
			continue
		}
		if e := together(); e != nil {
			return true, e
		}
		switch err {
		case nil:
		case io.EOF:
			return true, nil
		case sheet.ErrWhole:
			return false, nil
		default:
			return true, err
		}
		for first := true; first || t.totals != nil; first = false {
			var r sheet.Row
			if err := rows.Next(&r); err == io.EOF {
				return true, nil
			} else if err != nil {
				return true, err
			}
			t.take(&r)
		}
	}
}

// fork returns a table that reads rows of t on its own.
func (t *table) fork() *table {
	f, file := *t, *t.f
	f.f, f.memo, f.plain, f.sums, f.audit, f.rows, f.spoilt, f.foreign, f.hours, f.totals = &file, memo{}, nil, tally{}, audit{}, 0, 0, 0, 0, nil
	f.within, f.above, f.ctx.Rounded = true, txn.NoInstant, 0
	return &f
}

// block reads the rows of a block.
func (t *table) block(b *sheet.Block) {
	rows := b.Rows()
	var r sheet.Row
	for {
		if s := t.straight(); s != nil {
			s.read(b)
		}
		if rows.Next(&r) != nil { // it is in memory: the only error is its end
			break
		}
		t.take(&r)
	}
	if t.totals == nil {
		b.Done()
	}
}

// timeColumn is the column of the times, of the dates where there is one of its own.
func (t *table) timeColumn() int {
	for _, f := range [...]field.Field{field.Date, field.Time, field.SettleOn, field.SentAt, field.Clock} {
		if k := t.m.first[f]; k >= 0 {
			return t.m.columns[k].index
		}
	}
	return 0
}

// role says what part a row may play in a block, by its time.
func (t *table) role(time, text string, row func() *sheet.Row) sheet.Role {
	n := digitsOf(time)
	switch {
	case n >= 8 && t.ctx.Day != 0 && !t.m.has(field.Date):
		return sheet.Alone // the title of another day
	case n >= 6 && time[0] >= '0' && time[0] <= '9' && !strings.Contains(text, "计") && (t.m.format == nil || !t.m.format.Ignores(text)):
		return sheet.Last
	case (time == "" || time[0] < '0' || time[0] > '9') && t.heading(row()):
		return sheet.Alone
	case n < timeDigits && (t.m.has(field.Date) || t.divides(row())):
		return sheet.Alone
	}
	return sheet.Inside
}

// divides reports whether a row has names of columns, upon which it depends what the rows below are.
func (t *table) divides(r *sheet.Row) bool {
	return wordy(r) && (namesSums(r) || otherNames(r)) || t.otherTable(newMapping(r))
}

// ordinary reports a cell that has so many digits at its start that it is surely not of a row
// that must stand alone. Where rows have a time of day only, a date is none of an ordinary one.
func (t *table) ordinary(cell string) bool {
	if len(cell) < 8 || t.ctx.Day != 0 && !t.m.has(field.Date) {
		return false
	}
	n, ascii := digits.Count(digits.Load(cell, 0))
	return ascii && n >= timeDigits
}

// timeDigits are in every time; a row with that many below the name of the time is
// no row of names.
const timeDigits = 4

func digitsOf(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}
