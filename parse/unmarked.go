package parse

import (
	"bytes"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// keptBy are the marks that keep values without names apart behind the time of a log line, blanks last.
const keptBy = "|#^~ "

// leastApart is how many values there are at least.
const leastApart = 4

// markApart is the mark that cuts most entries of a log into as many values, 0 where none does. Where a
// table says so, a bar behind the time, it needs no help.
func markApart(head []byte) byte {
	var entries []string
	for l := range bytes.Lines(head) {
		line := strings.TrimRight(text.Of(l), "\r\n")
		at, n := field.Lead(line)
		if n == 0 {
			continue
		}
		entry := behindLevel(line[at+n:])
		if strings.ContainsAny(entry, "={<") { // names, or what somebody drew: ==== started ====
			entry = ""
		}
		if entries = append(entries, entry); len(entries) == 50 {
			break
		}
	}
	for _, mark := range []byte(keptBy) {
		widths := map[int]int{}
		for _, e := range entries {
			widths[len(cutApart(e, mark))]++
		}
		for width, n := range widths {
			if width >= leastApart && n > 2 && 10*n >= 9*len(entries) {
				return mark
			}
		}
	}
	return 0
}

// cutApart are the values of an entry.
func cutApart(entry string, mark byte) []string {
	if mark == ' ' {
		return strings.Fields(entry)
	}
	return strings.Split(strings.TrimPrefix(entry, string(mark)), string(mark))
}

// behindLevel is what stands behind the brackets and the level of an entry.
func behindLevel(s string) string {
	for {
		s = strings.TrimPrefix(strings.TrimLeft(s, " \t]"), "- ")
		end := 0
		if strings.HasPrefix(s, "[") {
			end = strings.IndexByte(s, ']') + 1
		} else {
			for end < len(s) && field.Letter(s[end]) {
				end++
			}
			if end < 3 || end == len(s) || s[end] != ' ' {
				return s
			}
		}
		if end == 0 {
			return s
		}
		s = s[end:]
	}
}

// unmarked reports whether the entries of a log are values without names that a table has, and no
// reader reads them as they are.
func unmarked(head []byte) bool {
	return markApart(head) != 0 && !understood(bytes.NewReader(head)) && understood(newMarked(bytes.NewReader(head)))
}

// newMarked writes a bar behind the time, and between the values.
func newMarked(r io.Reader) io.Reader {
	first, head := peeked(r)
	mark := markApart(head)
	return newLines(first, func(l string) string {
		line := strings.TrimRight(l, "\r")
		if at, n := field.Lead(line); n > 0 {
			line = line[at:at+n] + "|" + strings.Join(cutApart(behindLevel(line[at+n:]), mark), "|")
		}
		return line
	})
}
