package parse

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/text"
)

// What is cut out of logs by grep, shown with numbers, or collected from containers and hosts has
// something of its own in front of each line, and what is copied out of a page has blanks of pages.

// header is what stands in front of each line of a text.
type header struct {
	begins   func(line string) bool // as most texts do not
	pattern  *lazy.Regexp
	numbered bool // by numbers that grow but for a few
}

// fileName is the beginning of the name of a log.
const fileName = `^[^\s:|]+\.(?:log|txt|out|jsonl?|err|trc|dat)`

// headers are those that are known, by who writes them.
var headers = []header{
	{fileNamed, lazy.MustCompile(fileName + `[\w.]*(?:-\d[\w.-]*)?[:-](\d+)[:-]`), true}, // grep -Hn
	{fileNamed, lazy.MustCompile(fileName + `[\w.-]*:`), false},                          // grep -H
	{func(s string) bool { // grep -n, cat -n, less -N
		rest := strings.TrimLeft(strings.TrimLeft(s, " "), "0123456789")
		return len(rest) < len(s) && rest != "" && strings.IndexByte(":\t ", rest[0]) >= 0
	}, lazy.MustCompile(`^ *(\d+)(?:[:\t-]| +)`), true},
	{func(s string) bool { return strings.Contains(s[:min(len(s), 60)], "| ") }, // docker compose, pm2
		lazy.MustCompile(`^(?:\d+\|)?[A-Za-z][\w.-]* *\| `), false},
	{func(s string) bool { return s[0] == '[' && strings.Contains(s, "/") }, // kubectl logs --prefix
		lazy.MustCompile(`^\[[a-z]+/[\w./-]+\] `), false},
	{func(s string) bool { return len(s) > 27 && s[10] == 'T' && s[4] == '-' && s[19] == '.' }, // containers
		lazy.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}(?:Z|[+-]\d\d:\d\d) (?:(?:stdout|stderr) [FP] )?`), false},
	{func(s string) bool { return s[0] == '<' }, // syslog, the newer form
		lazy.MustCompile(`^<\d+>1 (?:\S+ ){5}(?:-|\[[^\]]*\]) ?`), false},
	{func(s string) bool { return s[0] == '<' || len(s) > 16 && s[3] == ' ' && s[9] == ':' }, // syslog
		lazy.MustCompile(`^(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: `), false},
}

// fileNamed reports whether a line begins with what may be the name of a file.
func fileNamed(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	dot := strings.IndexByte(word, '.')
	return dot > 0 && strings.IndexByte(word[dot:], ':') > 0
}

// leastHeaded is how many lines show that all have a header.
const leastHeaded = 2

// headed is the pattern of what stands in front of nearly all lines of a head, nil for nothing.
func headed(head []byte) *lazy.Regexp {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if len(first) == 0 {
		return nil
	}
	for _, h := range headers {
		if h.begins(text.Of(first)) && h.fits(head) {
			return h.pattern
		}
	}
	return nil
}

// fits reports whether nearly all lines of a head have such a header.
func (h header) fits(head []byte) bool {
	lines, with, last, back := 0, 0, -1, 0
	for l := range bytes.Lines(head) {
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		if lines++; lines == leastHeaded && with == 0 {
			return false
		}
		m := h.pattern.FindStringSubmatch(text.Of(l))
		if m == nil {
			continue
		}
		if h.numbered {
			n, err := strconv.Atoi(m[1])
			if err != nil || n <= last {
				back++ // of the next file
			}
			last = n
		}
		with++
	}
	return with >= leastHeaded && 20*with >= 19*lines && 5*back <= lines
}

// behindHeaders reports whether lines have something in front of them without which more of them
// are transactions.
func behindHeaders(head []byte) bool {
	return headed(head) != nil && better(head, newUnheaded)
}

// better reports whether more rows are read from what begins so where it is rewritten.
func better(head []byte, off func(io.Reader) io.Reader) bool {
	all, _ := io.ReadAll(off(bytes.NewReader(head)))
	n, before := rowsOfDay(all), rowsOfDay(head)
	return n > before || n == 0 && before == 0 && dressedLines(all)
}

// rowsOfDay is how many rows are read from what begins so, those with a time of day alone among them.
func rowsOfDay(head []byte) int { return rowsOfNamed("20261120.log", bytes.NewReader(head)) }

// dressedLines reports whether the lines of a log have to be rewritten.
func dressedLines(head []byte) bool {
	for _, worn := range [...]func([]byte) bool{collected, spread, threaded, bracketed, prose, pythonObjects, unmarked} {
		if worn(head) {
			return true
		}
	}
	return false
}

// newUnheaded leaves out what stands in front of each line.
func newUnheaded(r io.Reader) io.Reader {
	first, head := peeked(r)
	header := headed(head)
	return newLines(first, func(line string) string {
		if m := header.FindStringSubmatch(line); m != nil {
			return line[len(m[0]):]
		}
		return line
	})
}

// blanksOfPages reports whether a text has blanks of web pages, and more of it are transactions with
// ordinary ones.
func blanksOfPages(head []byte) bool {
	return bytes.Contains(head, []byte("\u00A0")) && better(head, newBlanks)
}

var pageBlanks = strings.NewReplacer("\u00A0", " ", "\u2002", " ", "\u2003", " ", "\u2009", " ", "\u202F", " ")

func newBlanks(r io.Reader) io.Reader { return newLines(r, pageBlanks.Replace) }
