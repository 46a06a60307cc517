package parse

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// widths are those of terminals and mails.
var widths = [...]int{72, 76, 78, 79, 80, 100, 120, 128, 132, 160}

// wrapWidth is the width at which the lines of a log were broken, 0 where that is not sure: no line
// is wider, and each that does not begin with a time stands behind one that is as wide. Only
// [widths] count, lest messages that are as long as each other are taken for it.
func wrapWidth(head []byte) int {
	widest, behind, before := 0, 0, 0 // before is the width of the line before, behind the least of those before lines without a time
	broken := 0
	for l := range bytes.Lines(head) {
		if !bytes.HasSuffix(l, []byte("\n")) && len(head) == headSize {
			break // the head ends within it
		}
		line := strings.TrimRight(string(l), "\r\n")
		n := columns(line)
		if widest = max(widest, n); widest > widths[len(widths)-1] {
			return 0
		}
		if !stamped(line) {
			if line == "" || line[0] == '\t' {
				return 0
			}
			if broken++; broken == 1 {
				behind = before
			}
			behind = min(behind, before)
		}
		before = n
	}
	if broken < 2 || behind != widest || !slices.Contains(widths[:], widest) {
		return 0
	}
	return widest
}

func stamped(line string) bool {
	_, n := field.Lead(line)
	return n > 0
}

// wrapped reports whether the lines of a log were broken at a width.
func wrapped(head []byte) bool {
	return wrapWidth(head) > 0 && understood(newUnwrapped(bytes.NewReader(head)))
}

// newUnwrapped puts what was broken into the first line, and leaves the others blank.
func newUnwrapped(r io.Reader) io.Reader {
	first, head := peeked(r)
	width := wrapWidth(head)
	lines := text.NewLines(first)
	n, wide := 0, false // lines at hand, and whether the last is as wide as can be
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		if err != nil || !wide || stamped(l) {
			to.WriteString(strings.Repeat("\n", n))
			n = 0
		}
		if err != nil {
			return err
		}
		to.WriteString(l)
		n++
		wide = columns(l) == width
		return nil
	}}
}
