// Package sheet turns files that hold grids - delimited text and workbooks -
// into rows of cells, and knows nothing of what the cells mean.
//
// In comes an [Input]: bytes and their first part. Out comes a [Book] with one
// or more [Sheet]s, whose [Rows] are read as a stream: text with its charset
// decided by content, quotes, TAB padding and line numbers as real exports have
// them, and workbook cells with the stored number rather than what a display
// format makes of it, so that a 16-digit reference stays exact.
//
// Memory is bounded: six times [MaxRow] (96 MiB) for text and sheets whatever
// their size, and beyond that the shared strings of a workbook ([MaxStrings]) and
// what has to be held as a whole ([MaxBuffered], [MaxMarkup]). What exceeds a
// bound is an [Error] and never a crash.
package sheet

import (
	"bytes"
	"fmt"
	"io"
)

const (
	// MaxRow is the longest row in bytes, a line of text or a row element.
	MaxRow = 16 << 20
	// MaxStrings bounds the shared strings of a workbook, in bytes of XML.
	MaxStrings = 512 << 20
	// MaxBuffered bounds a workbook that has to be held in memory because the
	// input cannot be read at random, such as standard input.
	MaxBuffered = 256 << 20
	// MaxRows and MaxCols are the limits of the workbook formats themselves.
	MaxRows = 1 << 20
	MaxCols = 1 << 14
)

// Kind is how a cell is stored.
type Kind uint8

const (
	Text   Kind = iota // text, also the empty cell
	Number             // raw digits of a workbook number, possibly with an exponent
	Date               // a Number whose style shows it as a date
	Moment             // a Number whose style shows it as a time, with or without its date
	Bool               // TRUE or FALSE
	Fault              // #N/A, #REF! and their like
)

// Cell is one field of a row. Text may be a view into a buffer that is never
// overwritten; clone it where it outlives the file by far.
type Cell struct {
	Text   string
	Kind   Kind
	Spread bool // repeats the first cell of a merged area
}

// Row is one row of a grid.
type Row struct {
	Line    int    // physical line or sheet row of its first line, from 1
	Lines   int    // physical lines that it covers; more than 1 for quoted line ends
	Cells   []Cell // reused for the next row
	Raw     string // the text as it stands in the file, "" for workbooks
	Unended bool   // the last line of a text, which has no line end
	Damaged bool   // bytes that are not of the file's charset were replaced

	Notes []string // by cell, what a dump says of the column whose name it is; nil where nothing is said
}

// Blank reports whether every cell is empty after [Clean].
func (r *Row) Blank() bool {
	for i := range r.Cells {
		if Clean(r.Cells[i].Text) != "" {
			return false
		}
	}
	return true
}

// String is the text of the row, cells of workbooks joined by " | ".
func (r *Row) String() string {
	if r.Raw != "" {
		return r.Raw
	}
	var b bytes.Buffer
	for i := range r.Cells {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(Clean(r.Cells[i].Text))
	}
	return b.String()
}

// Rows is a stream of rows. Rows that a workbook does not store (gaps in its
// row numbers) are not handed on; [Row.Line] tells.
type Rows interface {
	// Next fills r. The error is io.EOF after the last row.
	Next(r *Row) error
	Close() error
}

// Input is what Open reads.
type Input struct {
	Name     string
	Head     []byte      // the first bytes, up to 64 KiB; also the start of R
	R        io.Reader   // the whole content
	At       io.ReaderAt // the same for random access, or nil
	Size     int64       // length behind At
	Password string      // for encrypted workbooks
}

// Book is an opened file.
type Book struct {
	Format   string // "csv", "tsv", "xlsx", "ods", "xls", "sql" ...
	Sheets   []*Sheet
	Date1904 bool // serial dates count from 1904-01-01
	Aligned  bool // columns are kept apart by blanks: an empty cell shifts those behind it

	notes   []string
	late    func() []string // notes that come while reading
	charset func() string
}

// Notes says what was assumed, one sentence each, by now.
func (b *Book) Notes() []string {
	if b.late == nil {
		return b.notes
	}
	return append(b.notes, b.late()...)
}

// Charset is how the text is stored, known for sure only after the last row:
// text that is plain ASCII at first is decided at its first other byte.
func (b *Book) Charset() string {
	if b.charset == nil {
		return "utf-8"
	}
	return b.charset()
}

// Sheet is one grid of a book. Text files have one, without a name.
type Sheet struct {
	Name   string
	Hidden bool
	rows   func() (Rows, error)
	book   *Book // the workbook that it is of, nil for others
}

// Rows starts reading the sheet from its first row. Text can be read once.
func (s *Sheet) Rows() (Rows, error) {
	if s.book == nil {
		return s.rows()
	}
	return s.book.cut(s)
}

// Error is a file or a place in it that cannot be read as a grid.
type Error struct {
	Where string // "line 12", "xl/workbook.xml", "" for the whole file
	Rule  string // stable word
	Msg   string // what is wrong
	Hint  string // what to do
	Err   error  // cause, may be nil
}

func (e *Error) Error() string {
	s := e.Msg
	if e.Where != "" {
		s = e.Where + ": " + s
	}
	if e.Err != nil {
		s += fmt.Sprintf(" (%v)", e.Err)
	}
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

var (
	magicZip = []byte("PK\x03\x04")
	magicOLE = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
)

// IsZip and IsOLE tell workbooks by their first bytes; names lie.
func IsZip(head []byte) bool { return bytes.HasPrefix(head, magicZip) }

// IsOLE reports a compound file: a legacy .xls or an encrypted workbook.
func IsOLE(head []byte) bool { return bytes.HasPrefix(head, magicOLE) }

// Open recognises the form by content and opens it.
func Open(in Input) (*Book, error) {
	switch {
	case len(in.Head) == 0:
		return nil, &Error{Rule: "empty-file", Msg: "the file is empty", Hint: "export it again"}
	case IsZip(in.Head):
		return ofBook(openXLSX(in))
	case IsOLE(in.Head):
		return ofBook(openOLE(in))
	}
	return openText(in)
}

func ofBook(b *Book, err error) (*Book, error) {
	if err != nil {
		return nil, err
	}
	for _, s := range b.Sheets {
		s.book = b
	}
	return b, nil
}
