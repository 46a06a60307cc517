package parse

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/text"
)

// folds are the names and rules of a table whose rows sqlplus folded, because they are wider than
// its page: a line of names and one of rules for each line of a row. nil where none is in the head.
func folds(head []byte) (folds []string) {
	before := ""
	for l := range bytes.Lines(head) {
		line := strings.TrimRight(string(l), " \r\n")
		switch {
		case len(line) > 0 && strings.Trim(line, "- ") == "" && before != "" && strings.Trim(before, "- ") != "":
			folds = append(folds, before, line)
			before = ""
			continue
		case before != "" || line == "":
			if len(folds) > 2 {
				return folds
			}
			folds = nil
		}
		before = line
	}
	return nil
}

// folded reports whether rows are folded, and nothing else reads them so.
func folded(head []byte) bool {
	return folds(head) != nil && understood(newUnfolded(bytes.NewReader(head)))
}

// newUnfolded puts the lines of a row into its first, and leaves the others blank. What is no
// row, because a line of it is blank, stays as it is.
func newUnfolded(r io.Reader) io.Reader {
	first, head := peeked(r)
	top := folds(head)
	lines := text.NewLines(first)
	var group []string
	join := func(to *bytes.Buffer, from, step int) {
		end := len(top) / 2
		for i := range end {
			l := group[from+i*step]
			to.WriteString(l)
			if i+1 < end {
				to.WriteString(strings.Repeat(" ", max(1, len(top[2*i+1])+1-columns(l))))
			}
		}
		to.WriteString(strings.Repeat("\n", end))
	}
	return &rewritten{next: func(to *bytes.Buffer) error {
		l, err := lines.Next()
		l = strings.TrimRight(l, " \r")
		if err != nil || l == "" || l == top[0] { // what is at hand is no row
			for _, g := range group {
				to.WriteString(g + "\n")
			}
			group = group[:0]
		}
		if err != nil {
			return err
		} else if l == "" {
			to.WriteString("\n")
			return nil
		}
		group = append(group, l)
		switch {
		case group[0] == top[0] && len(group) == len(top):
			join(to, 0, 2)
			join(to, 1, 2)
			group = group[:0]
		case group[0] != top[0] && len(group) == len(top)/2:
			join(to, 0, 1)
			group = group[:0]
		}
		return nil
	}}
}

// columns are those that a terminal needs for a line.
func columns(l string) int {
	if !utf8.ValidString(l) { // GBK, whose characters have as many bytes
		return len(l)
	}
	n := 0
	for _, r := range l {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}
