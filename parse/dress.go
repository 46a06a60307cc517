package parse

import (
	"bufio"
	"bytes"
	"io"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// dresses are what text may wear, in the order in which it is taken off.
var dresses = []struct {
	name string // among the wrappings
	worn func(head []byte) bool
	off  func(io.Reader) io.Reader
}{
	{"lines that end in CR", endsInCR, func(r io.Reader) io.Reader { return lineEnds{r} }},
	{"colours of a terminal", coloured, func(r io.Reader) io.Reader { return &uncoloured{r: r} }},
	{"blanks of pages", blanksOfPages, newBlanks},
	{"something in front of each line", behindHeaders, newUnheaded},
	{collectedLines, collected, newUncollected},
	{collectedLines, collectedDocument, newDocumentLines},
	{gridLines, gridDocument, newGridLines},
	{"rows quoted as a whole", quotedRows, newUnquotedRows},
	{"lines broken at a width", wrapped, newUnwrapped},
	{"rows folded by sqlplus", folded, newUnfolded},
	{"messages over several lines", spread, newUnspread},
	{"answers told by their thread", threaded, newUnthreaded},
	{"names of several words", spaced, newJoined},
	{"names or values in brackets", bracketed, newUnbracketed},
	{"values right behind their names", prose, newSpelled},
	{"objects of Python", pythonObjects, newPythonLines},
	{"values without names", unmarked, newMarked},
	{"table of a log collector", collectedTable, readTableLines},
	{"table with objects in its cells", objectCells, readObjectCells},
}

// understood reports whether a reader reads what begins so.
func understood(head io.Reader) bool {
	_, _, err := detectHead(head)
	return err == nil
}

// rowsOf is how many rows are read from what begins so.
func rowsOf(head io.Reader) int { return rowsOfNamed("", head) }

// rowsOfNamed is how many are read from a file of such a name.
func rowsOfNamed(name string, head io.Reader) int {
	chosen, all, err := detectHead(head)
	if err != nil {
		return 0
	}
	var n rowCount
	skim(chosen, name, txn.SideUnknown, all, &n)
	return int(n)
}

// skim has the head of an input read for what it holds.
func skim(r entry.Reader, name string, side txn.Side, head []byte, sink entry.Sink) {
	_, _ = read(r, &entry.Stream{Src: &txn.Source{Name: name}, Head: head, R: bytes.NewReader(head), Side: side, Loc: time.UTC, Year: 2026, Wait: func() error { return nil }}, sink)
}

// peeked is r with its head.
func peeked(r io.Reader) (*bufio.Reader, []byte) {
	if j, ok := r.(*judged); ok {
		return bufio.NewReaderSize(j.Reader, headSize), j.head
	}
	first := bufio.NewReaderSize(r, headSize)
	head, _ := first.Peek(headSize)
	return first, head
}

// detectHead chooses the reader for what begins so, and returns that.
func detectHead(head io.Reader) (entry.Reader, []byte, error) {
	all, _ := io.ReadAll(head)
	chosen, _, err := detect(content{head: all, r: bytes.NewReader(nil)}, &Options{})
	return chosen, all, err
}

// rowCount counts records.
type rowCount int

func (n *rowCount) Record(*txn.Record, int)   { *n++ }
func (n *rowCount) Reject(*entry.Reject, int) {}
func (n *rowCount) Skip(entry.Skip, int)      {}

// rewritten is a text that is written piece by piece.
type rewritten struct {
	next func(to *bytes.Buffer) error
	out  bytes.Buffer
	err  error
}

func (r *rewritten) Read(p []byte) (int, error) {
	for r.out.Len() == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.err = r.next(&r.out)
	}
	return r.out.Read(p)
}

// newLines is a text in which each line is rewritten by itself.
func newLines(r io.Reader, rewrite func(line string) string) io.Reader {
	lines := text.NewLines(r)
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err == nil {
			to.WriteString(rewrite(l) + "\n")
		}
		return err
	}}
}
