package parse

import (
	"bytes"
	"io"
)

// dresses are what text may wear, in the order in which it is taken off.
var dresses = []struct {
	name string // among the wrappings
	worn func(head []byte) bool
	off  func(io.Reader) io.Reader
}{
	{"lines that end in CR", endsInCR, func(r io.Reader) io.Reader { return lineEnds{r} }},
	{"colours of a terminal", coloured, func(r io.Reader) io.Reader { return &uncoloured{r: r} }},
	{collectedLines, collected, newUncollected},
	{collectedLines, collectedDocument, newDocumentLines},
	{"rows quoted as a whole", quotedRows, newUnquotedRows},
	{"lines broken at a width", wrapped, newUnwrapped},
	{"rows folded by sqlplus", folded, newUnfolded},
	{"table of a log collector", collectedTable, readTableLines},
}

// understood reports whether a reader reads what begins so.
func understood(head io.Reader) bool {
	all, _ := io.ReadAll(head)
	_, _, err := detect(content{head: all}, &Options{})
	return len(all) > 0 && err == nil
}

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
