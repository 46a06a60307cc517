package table

import (
	"math"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// straight reads rows of a block from its text, without making a row of cells of each.
// Most rows of an export can be read so: as many cells as the row before, and in each
// what the name of its column promises. Any other row is left as it is, for [table.take].
//
// Note: what it does is what take does, step by step; only what cannot happen in such a row
// is left out. A row is no remark, no total and no name of columns, since a record comes of
// it that has a time, and a time of day or a number of its own.
type straight struct {
	t      *table
	m      *mapping
	lost   bool
	cells  int // of a row
	steps  []step
	spans  []sheet.Span
	reads  uint64 // the cells of the steps, the first by the lowest bit
	extra  int    // spans behind the last column
	misses int    // rows that were left, less those that were read
}

// step reads the cell of one column.
type step struct {
	col  *column
	cell int
	how  how
	to   *string // of numbers
	tell int     // length from which a value is of one transaction alone, see [table.singular]
}

type how uint8

const (
	general how = iota
	number      // digits, which go to a field of the record as they stand
	quick       // what field.Context knows at sight
	known       // a word whose meaning is known
)

// straight returns what reads rows straight ahead, nil where the table as it is now has no such
// rows, or where too few were.
func (t *table) straight() *straight {
	s := t.plain
	if s == nil {
		s = &straight{t: t}
		t.plain = s
	}
	if s.m != t.m || s.lost != t.lost || s.cells != t.cells {
		s.plan()
	}
	if len(s.steps) == 0 || s.misses > 64 || noStraight {
		return nil
	}
	return s
}

var noStraight = false // tests: use the general path only

// plan finds the steps, none where a row needs more than them.
func (s *straight) plan() {
	t, m := s.t, s.t.m
	s.m, s.lost, s.cells, s.steps = m, t.lost, t.cells, s.steps[:0]
	width := m.columns[len(m.columns)-1].index + 1
	if t.cells < width || !t.f.text() || t.f.book.Aligned || t.f.seen != nil || t.lost || t.short || len(t.given) > 0 || t.shared >= 0 || t.netCurrency != 0 || t.undone > 0 || t.settling > 0 || t.backs > 0 || t.shown != "" ||
		len(m.parts) > 0 || m.has(field.Direction) || m.format != nil && len(m.format.Ignore) > 0 || m.format == nil && m.counts >= 0 {
		return
	}
	s.spans, s.extra, s.reads = make([]sheet.Span, t.cells), max(0, t.cells-width-t.spare), 0
	timed, dated := false, !m.has(field.Date)
	for _, k := range m.used {
		col := &m.columns[k]
		if col.legend != nil {
			s.steps = s.steps[:0]
			return
		}
		st := step{col: col, cell: col.index, tell: math.MaxInt}
		switch f := col.field; f {
		case field.TID, field.MID, field.STAN, field.RRN, field.ProcCode, field.Batch, field.OrderNo, field.ChannelNo, field.Code:
			st.how, st.to = number, field.In(&t.rec, f)
		case field.Amount, field.Fee, field.Net, field.Latency:
			st.how = quick
		case field.Date:
			st.how, dated = quick, true
		case field.Time:
			st.how, st.tell, timed = quick, len("2026-11-20 08:15:32"), true
		case field.Clock:
			st.how, st.tell, timed = quick, len("08:15:32"), true
		case field.Kind, field.SettleOn:
			st.how = known
		}
		switch col.field {
		case field.STAN, field.RRN, field.OrderNo, field.ChannelNo:
			st.tell = 6
		}
		s.steps = append(s.steps, st)
		s.reads |= 1 << col.index
	}
	if !timed || !dated {
		s.steps = s.steps[:0]
	}
}

// read reads rows as long as it can.
func (s *straight) read(b *sheet.Block) {
	text, line := b.Text()
	for {
		doubled, ok := b.Cut(s.spans)
		if !ok || doubled&s.reads != 0 || !s.row(text, line) {
			break
		}
		b.Pass()
		line++
		s.misses = max(s.misses-1, 0)
	}
	s.misses++
}

// row reads one row. It returns false, having handed nothing on, where that needs more.
func (s *straight) row(text string, line int) bool {
	t := s.t
	rec, c := &t.rec, &t.ctx
	c.Begin(rec)
	rec.Side = t.side
	rec.Pos = txn.Pos{Src: t.f.st.Src, Sheet: t.sheet, Line: uint32(line)}
	filled, single := 0, false
	for i := range s.steps {
		st := &s.steps[i]
		span := s.spans[st.cell]
		v := text[span.From:span.To]
		if v == "" {
			if st.col.alt >= 0 || st.how == quick && st.col.field.Temporal() {
				return false
			}
			continue
		}
		switch st.how {
		case number:
			if len(v) < 2 || !digits.Only(v) || st.col.alt >= 0 && numberless(st.col.field, v) {
				return false
			}
			*st.to = v
		case quick:
			if !c.Quick(rec, st.col.field, v) {
				return false
			}
		case known:
			if !t.remembered(rec, st.col.field, &sheet.Cell{Text: v}) {
				return false
			}
		default:
			if !s.set(st.col, v) {
				return false
			}
		}
		filled++
		single = single || len(v) >= st.tell
	}
	if !single {
		return false // a cell may say that it is a total
	}
	for i := range s.extra {
		if span := s.spans[len(s.spans)-1-i]; span.From != span.To {
			return false
		}
	}
	if t.m.has(field.Date) {
		c.Day = 0
	}
	rounded, above, taken := c.Rounded, t.above, t.filled
	if c.Finish(rec) != nil || rec.Prec < txn.PrecSecond || t.complete(filled) != nil {
		c.Rounded, t.above, t.filled = rounded, above, taken
		return false
	}
	t.last = line
	t.count(0, "")
	t.f.sink.Record(rec, 1)
	return true
}

// set sets the field of a column of any other kind.
func (s *straight) set(col *column, v string) bool {
	t := s.t
	if v[0] <= ' ' || v[0] >= 0x7F && (v[0] < 0xE4 || v[0] > 0xE9) || v[0] == '`' || v[0] == '\'' || placeholder(v) || col.alt >= 0 && numberless(col.field, v) || t.clock(col.field) || col.field.Money() {
		return false
	}
	return setCell(&t.ctx, &t.rec, col.field, &sheet.Cell{Text: v}, t.f.book.Date1904, t.m.has(field.Date)) == nil
}
