package entry

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Stream is one decompressed input as a reader gets it.
type Stream struct {
	Src  *txn.Source
	Head []byte      // the first bytes (up to 64 KiB), also the start of R; where these tell nothing, lines further down
	R    io.Reader   // the whole content from its first byte
	At   io.ReaderAt // the same for random access, nil where the input is no plain file; Size is its length
	Size int64

	Loc      *time.Location // zone of times that state none
	Order    field.Order    // of day and month, as some dates of the input show it; a table judges its own
	Year     int            // year of times that state none, 0 = infer (file name, settlement date, Modified)
	Modified time.Time      // of the file, zero where unknown
	Side     txn.Side       // as the user says, SideUnknown to detect
	Password string         // for encrypted workbooks

	// Part is 0 where R is the whole input, else which part of a long one it is,
	// from 1. Head is that of the input then, Before the number of lines ahead of
	// the part, and finding nothing is no error.
	Part   int
	Before uint32
	Last   bool // no part follows

	// Ahead is what Parting.Look found out about the text before R, nil without it.
	Ahead any

	// Then, of a part, hands over what has to wait for the parts ahead: the step is
	// called once, behind those of all parts ahead, with what the last of them
	// returned (nil of none), and what it returns goes to the next part. The
	// text of the part is there until the step returns, and the Summary, which
	// states its Lines, may be changed until then. That of the last part is
	// that of the input. Carry is not nil where the steps ahead have been taken
	// already; then it is what they returned, and Then is nil. Nil where R is the
	// whole input.
	Then  func(step func(carry any, sink Sink) any)
	Carry any

	// Share has a part of the work done by some worker with a sink of its own, at
	// once or at the same time as what follows; Wait returns when all that was
	// shared is done. Order does not matter to sinks. nil where one worker reads.
	Share func(job func(Sink))
	Wait  func() error

	// Evidence reports whether a text that holds no transaction is evidence by
	// itself (拨号无应答). Readers ask by Telling.
	Evidence func(text string) bool
}

// Context is how values of the stream are read, as far as its reader knows nothing better.
func (s *Stream) Context() field.Context {
	c := field.Context{Loc: s.Loc, Order: s.Order}
	c.SetYear(s.Year, s.Src.Name, s.Modified)
	return c
}

// Telling reports whether a text that holds no transaction is evidence by itself;
// nothing is where the caller knows no such texts.
func (st *Stream) Telling(text string) bool { return st.Evidence != nil && st.Evidence(text) }

// Summary is what a reader found out about an input besides its records.
type Summary struct {
	Format  string   // "kv", "table", "jpos" ... or the name of a format file
	Charset string   // "utf-8", "utf-8-bom", "gb18030", "binary" ...
	Side    txn.Side // as detected or as the user said
	Header  txn.Pos  // of the row of column names, tables only
	Columns []Column
	Unnamed string // what the columns of a table without names were taken for by their values, "" for any other
	Lines   int    // physical lines or sheet rows, where the reader counts them itself; else 0
	Checks  []Check
	Notes   []string // why the format was chosen, what was assumed; one sentence each
}

// MaskCards masks card numbers in what is told of the input: names of columns, and
// notes that quote it.
func (s *Summary) MaskCards() {
	for i := range s.Columns {
		s.Columns[i].Name = txn.MaskCard(s.Columns[i].Name)
	}
	for i := range s.Notes {
		s.Notes[i] = txn.MaskCard(s.Notes[i])
	}
}

// Column maps one column of a table (or one key of a line) to a field.
type Column struct {
	Index int    // 1-based, 0 for keys
	Name  string // as in the input
	Field string // canonical name, "" where the column is not used
}

// Check compares a total that the file states about itself with what was read.
// Amounts are in minor units.
type Check struct {
	What   string // count | amount | fee | net | debit | credit, of a part of the rows: refund_amount, in_count ...
	Stated int64
	Read   int64

	Currency string // of an amount, "" where the file does not say
	Pos      txn.Pos
}

// Agrees reports whether the file's own total is confirmed.
func (c Check) Agrees() bool { return c.Stated == c.Read }

// Counts reports whether a total of that name is a number of rows and not money.
func Counts(what string) bool { return what == "count" || strings.HasSuffix(what, "_count") }

// Figures are the total and what was read as people write them: counts as they
// are, amounts with decimals.
func (c Check) Figures() (stated, read string) {
	if Counts(c.What) {
		return strconv.FormatInt(c.Stated, 10), strconv.FormatInt(c.Read, 10)
	}
	return txn.Minor(c.Stated).In(c.Currency), txn.Minor(c.Read).In(c.Currency)
}

// Reader reads one family of inputs.
type Reader struct {
	Name string
	// Sniff judges the head: 0 is "not mine", 100 is certain; why is a short
	// reason either way ("lines of KEY=value with RC and TID").
	Sniff func(name string, head []byte) (score int, why string)
	// Sure is the score from which no reader behind can be surer, 0 for none: every
	// line of the head is a transaction, and so none is a row of column names.
	Sure int
	// Read hands every line on exactly once. An error means that reading stopped
	// (I/O, limits, not this format after all); bad rows are rejects and not errors.
	Read func(*Stream, Sink) (*Summary, error)
	// Parts says how such an input is cut at line ends and read in parts by several
	// workers, with the same result as in one; nil, the function or its result, is
	// not at all.
	Parts func(name string, head []byte) *Parting
	// Knowing is the same reader where fields stand under names that nobody knows; nil where a
	// reader does not go by names, or judges them itself.
	Knowing func(names map[string]field.Field) Reader
	// Notes are said of every input that it reads.
	Notes []string
	// Unjoined says that a request and its answer, where the input has both, come as
	// records of their own.
	Unjoined bool
}

// Parting says how an input is read in parts.
type Parting struct {
	// Side is that of the records where the user names none, so that not every part
	// has to find out.
	Side txn.Side
	// Cut returns where a part may end at best: behind a line end, 0 for nowhere. Nil
	// is behind the last one.
	Cut func(block []byte) int
	// Look is shown the parts in the order of the file, each before it is read, and
	// returns what a reader must know of the text ahead of it: Stream.Ahead. It is shown
	// nil for an input of one part. May be nil.
	Look func(part []byte) any
}
