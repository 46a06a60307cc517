// Package entry is what every reader of inputs hands on: records, rejects and
// classified skips, so that nothing of a file is lost.
//
// A reader takes bytes and a [Sink] and accounts for every physical line or
// sheet row exactly once: as part of a record, as a skip of a stated kind, or as
// a reject. [Count] keeps the sum and [Count.Check] proves it.
package entry

import (
	"fmt"
	"strings"

	"github.com/poslog/poslog/txn"
)

// Skip is why a line that holds no record was passed over.
type Skip uint8

const (
	Header       Skip = iota // titles, preambles, column names
	Footer                   // totals and closing remarks
	Blank                    // nothing but white space and empty cells
	Comment                  // lines that the format declares as remarks
	Continuation             // further lines of a record or reject that is already counted
	Noise                    // log lines that are no transactions (start-up, heartbeats)
	Duplicate                // rows of a sheet that repeats another sheet word for word
	Filtered                 // sound rows outside --since/--until/--where
)

// Skips names all kinds, in order.
var Skips = [...]string{"header", "footer", "blank", "comment", "continuation", "noise", "duplicate", "filtered"}

func (s Skip) String() string { return Skips[s] }

// Reject is a line that should hold a record and does not. It is data: it
// never ends a run and is never silent.
type Reject struct {
	Pos   txn.Pos
	Field string // canonical field name, "" where the whole line is at fault
	Rule  string // stable word for the rule that refused it, such as "amount-syntax"
	Text  string // the offending text, scrubbed and cut to 200 bytes
	Msg   string // what is wrong, in one sentence
	Hint  string // what to change
}

// NewReject scrubs and cuts the text, and shares no memory with it.
func NewReject(pos txn.Pos, field, rule, text, msg, hint string) *Reject {
	text = txn.Scrub(text)
	if len(text) > 200 {
		cut := 200
		for cut > 190 && text[cut]&0xC0 == 0x80 {
			cut--
		}
		text = text[:cut] + "…"
	} else {
		text = strings.Clone(text)
	}
	return &Reject{pos, field, rule, text, msg, hint}
}

func (r *Reject) Error() string {
	s := fmt.Sprintf("%s: %s", r.Pos, r.Msg)
	if r.Text != "" {
		s += fmt.Sprintf(" (%q)", r.Text)
	}
	if r.Hint != "" {
		s += "; " + r.Hint
	}
	return s
}

// Sink takes what a reader finds. A Record is valid until the call returns;
// the sink copies what it keeps. lines is how many physical lines the record,
// reject or skip covers: of a record or reject the sink counts the first as
// that, and the others as Continuation.
type Sink interface {
	Record(r *txn.Record, lines int)
	Reject(r *Reject, lines int)
	Skip(kind Skip, lines int)
}

// Count is the conservation account of one file.
type Count struct {
	Lines    int // physical lines or sheet rows
	Records  int
	Rejected int
	Skipped  [len(Skips)]int
}

// Check returns an error unless lines = records + skips + rejects.
func (c *Count) Check() error {
	if c.Sum() != c.Lines {
		return fmt.Errorf("%d lines but %d records + rejects + skips: lines were lost or invented", c.Lines, c.Sum())
	}
	return nil
}

// Sum is the number of lines that are accounted for.
func (c *Count) Sum() int {
	sum := c.Records + c.Rejected
	for _, n := range c.Skipped {
		sum += n
	}
	return sum
}

// Add accumulates d.
func (c *Count) Add(d Count) {
	c.Lines += d.Lines
	c.Records += d.Records
	c.Rejected += d.Rejected
	for i, n := range d.Skipped {
		c.Skipped[i] += n
	}
}
