// Package table reads terminal journals and settlement exports that are tables:
// delimited text and workbooks with a row of column names somewhere near the
// top.
//
// In comes an [entry.Stream]; out go records, rejects and classified skips, each
// physical line or sheet row once, and a summary: the columns and what each was
// taken for, the totals that the file states about itself beside what was read,
// and the reasons for every assumption. Columns are found by name through the
// dictionary of parse/field, so that a new export needs no code and columns that
// a bank adds or moves do no harm.
package table

import (
	"fmt"
	"hash/maphash"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// Reader reads tables by the dictionary of names alone.
var Reader = With()

// With returns a reader that tries the given formats (of kind table) before the
// dictionary: the first one whose column names stand in a row is used.
func With(formats ...format.Outline) entry.Reader {
	return entry.Reader{Name: "table", Unjoined: true,
		Sniff: func(name string, head []byte) (int, string) { return sniff(formats, name, head) },
		Read:  func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) { return readTables(formats, st, sink) },
	}
}

const (
	headerRows = 60   // the header is one of the first 60 rows
	sampleRows = 200  // rows behind it that units and date orders are judged by
	deepRows   = 5000 // rows that are looked at where a column may have response codes
)

// Read reads all visible sheets by the dictionary of names alone.
func Read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) { return Reader.Read(st, sink) }

// Sniff judges the head of an input by the dictionary of names alone.
func Sniff(name string, head []byte) (score int, why string) { return Reader.Sniff(name, head) }

// readTables reads all visible sheets of a table.
func readTables(formats []format.Outline, st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	book, err := sheet.Open(sheet.Input{Name: st.Src.Name, Head: st.Head, R: st.R, At: st.At, Size: st.Size, Password: st.Password})
	if err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		s.Name = txn.MaskCard(s.Name) // banks name the sheets of statements after cards
	}
	f := &file{formats: formats, st: st, sink: sink, book: book, sum: &entry.Summary{Format: "table"}}
	err = f.read()
	f.sum.Charset = book.Charset()
	f.sum.Notes = append(f.sum.Notes, book.Notes()...)
	return f.sum, err
}

// file is the state of one input.
type file struct {
	formats []format.Outline
	st      *entry.Stream
	sink    entry.Sink
	book    *sheet.Book
	sum     *entry.Summary

	seen map[uint64]int // rows of earlier sheets, by hash; nil for a single sheet
	last *mapping       // of the sheet before, nil for the first
}

// text reports whether separators in a text tell the columns, so that one inside a value
// moves all behind it. The cells of a workbook have their places.
func (f *file) text() bool {
	switch f.book.Format {
	case "csv", "tsv", "report":
		return true
	}
	return false
}

func (f *file) note(format string, args ...any) {
	f.sum.Notes = append(f.sum.Notes, fmt.Sprintf(format, args...))
}

func (f *file) read() error {
	visible := 0
	for _, s := range f.book.Sheets {
		if !s.Hidden {
			visible++
		}
	}
	if visible > 1 {
		f.seen = map[uint64]int{}
	}
	var missing []error // of sheets without a usable header
	tables := 0
	for _, s := range f.book.Sheets {
		if s.Hidden && visible > 0 {
			n, err := f.pass(s, nil)
			if err != nil {
				return err
			}
			f.note("sheet %q is hidden and was not read (%d rows)", s.Name, n)
			continue
		}
		err := f.readSheet(s)
		if h, ok := err.(*headerError); ok {
			if len(f.book.Sheets) == 1 {
				return h
			}
			missing = append(missing, h)
			continue
		}
		if err != nil {
			return err
		}
		tables++
	}
	if tables == 0 {
		if len(missing) > 0 {
			return missing[0]
		}
		return &headerError{msg: "the workbook has no visible sheet"}
	}
	for _, err := range missing {
		f.note("%s; its rows were passed over", strings.TrimSuffix(err.(*headerError).short(), "."))
	}
	return nil
}

// pass counts the rows of a sheet that is not read as a table, the given ones
// among them, as remarks.
func (f *file) pass(s *sheet.Sheet, opened *window) (int, error) {
	w := opened
	if w == nil {
		rows, err := s.Rows()
		if err != nil {
			return 0, err
		}
		w = &window{rows: rows}
		defer w.close()
	}
	last := 0
	for {
		r, err := w.next()
		if err == io.EOF {
			f.sum.Lines += last
			return last, nil
		}
		if err != nil {
			return 0, err
		}
		f.gap(last, r)
		last = r.Line + r.Lines - 1
		kind := entry.Comment
		if r.Blank() {
			kind = entry.Blank
		}
		f.sink.Skip(kind, r.Lines)
	}
}

// gap counts the rows that a sheet does not store before r.
func (f *file) gap(last int, r *sheet.Row) {
	if n := r.Line - last - 1; n > 0 {
		f.sink.Skip(entry.Blank, n)
	}
}

// readSheet reads one sheet as a table.
func (f *file) readSheet(s *sheet.Sheet) error {
	rows, err := s.Rows()
	if err != nil {
		return err
	}
	w := &window{rows: rows}
	defer w.close()
	if err := w.peek(headerRows + sampleRows); err != nil {
		return err
	}
	m, err := findHeaderOf(f.formats, f.st, w.ahead)
	if err != nil && w.err != nil && w.err != io.EOF {
		return w.err // it is why there are no names
	}
	if err != nil && f.last.goesOn(w.ahead) {
		again := *f.last
		again.row = &sheet.Row{}
		m, err = &again, nil
		f.note("sheet %q has no column names: it goes on under those of the sheet before", s.Name)
	}
	if err != nil {
		h := err.(*headerError)
		h.sheet = s.Name
		if len(f.book.Sheets) > 1 {
			if _, err := f.pass(s, w); err != nil {
				return err
			}
		}
		return h
	}
	if m.sums() && f.detailed(s) {
		n, err := f.pass(s, w)
		if err == nil {
			f.note("the rows of sheet %q add up transactions of other sheets and were passed over (%d rows)", s.Name, n)
		}
		return err
	}
	if len(m.unknownCodes(w.ahead)) > 0 { // whether they are codes is seen where something failed
		if err := w.peek(deepRows); err != nil {
			return err
		}
	}
	t := newTable(f, s.Name, m, w.ahead)
	f.last = t.m
	return t.run(w)
}

// goesOn reports whether rows without names are those of this table, which an export went on with
// on another sheet: each has a time and an amount where they belong, and no value behind the
// last name.
func (m *mapping) goesOn(rows []*sheet.Row) bool {
	if m == nil || m.format != nil || !m.has(field.Amount) {
		return false
	}
	n, width := 0, m.columns[len(m.columns)-1].index+1
	for _, r := range rows[:min(len(rows), headerRows)] {
		if r.Blank() {
			continue
		}
		c := cellAt(r, m.columns[m.first[field.Amount]].index)
		if !m.dated(r) || c == nil || len(r.Cells) > width && !blank(r.Cells[width:]) {
			return false
		}
		if v, rule := field.ParseIn(c.Text, field.UnitAuto, field.DecimalAuto, 3, true); rule != "" || !v.Minor.Valid() {
			return false
		}
		n++
	}
	return n > 0
}

// detailed reports whether a sheet besides s has a table of single transactions.
func (f *file) detailed(s *sheet.Sheet) bool {
	for _, o := range f.book.Sheets {
		if o == s || o.Hidden {
			continue
		}
		rows, err := o.Rows()
		if err != nil {
			continue
		}
		w := &window{rows: rows}
		err = w.peek(headerRows + sampleRows)
		m, none := findHeaderOf(f.formats, f.st, w.ahead)
		w.close()
		if (err == nil || err == io.EOF) && none == nil && !m.sums() {
			return true
		}
	}
	return false
}

var rowSeed = maphash.MakeSeed()

// recordHash is for equality within one run only. It is taken of the values, not
// of the cells: the same row may show ¥28.16 as text in one sheet and as a number
// in another.
func recordHash(r *txn.Record, signed txn.Minor) uint64 {
	var h maphash.Hash
	h.SetSeed(rowSeed)
	for _, n := range [...]int64{int64(r.At), int64(r.Amount), int64(signed), int64(r.Fee), int64(r.Net), int64(r.Kind), int64(r.SettleOn)} {
		maphash.WriteComparable(&h, n)
	}
	for _, s := range [...]string{r.MTI, r.Code, r.Status, r.Text, r.MID, r.TID, r.STAN, r.Batch, r.RRN, r.AuthCode, r.OrderNo, r.ChannelNo,
		r.RefundNo, r.OrigSTAN, r.OrigRRN, r.Issuer, r.PAN.Masked} {
		h.WriteString(s)
		h.WriteByte(0)
	}
	return h.Sum64()
}
