package sheet

import (
	"bytes"
	"iter"
	"slices"
	"strings"
)

// usual are the separators that most texts have, and rare those of the interfaces of some
// banks, which have no other.
var (
	usual = []byte{',', '\t', ';', '|', '~', '^', 1}
	rare  = []byte{'#', '@', '!', '$', '&', 2, 3, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F}
)

// wides are separators of more than a byte that no program takes apart from a text by mistake.
var wides = []string{"，", "｜", "¦", "§"}

// standIn is the separator of rows whose own one is longer than a byte.
const standIn = 1

// separator finds out on the head of a text what keeps its columns apart. Where that is longer
// than a byte, wide is what it is and delim stands for it; wide may be known already.
func separator(head []byte, wide string) (byte, string) {
	if h := bytes.TrimPrefix(head, []byte("\uFEFF")); len(h) > 5 && string(h[:4]) == "sep=" && (h[5] == '\r' || h[5] == '\n') {
		return h[4], wide // the line by which spreadsheets are told
	}
	delim, score := guessDelimiter(head, usual, 1)
	if gaps := gapScore(head); gaps > 2*score {
		delim, score = aligned, gaps
	}
	if wide != "" {
		return delim, wide
	}
	for _, w := range wides {
		if !bytes.Contains(head, []byte(w)) {
			continue
		}
		if d, s := guessDelimiter(bytes.ReplaceAll(head, []byte(w), []byte{standIn}), usual, 1); d == standIn && s > 2*score {
			return standIn, w
		}
	}
	if d, s := guessDelimiter(head, rare, 3); s > 2*max(score, 5) && bytes.IndexByte(head, '=') < 0 {
		delim = d // of three columns and two rows at least
	}
	if w := whole(head, delim); len(w) > 1 {
		return standIn, w
	}
	return delim, ""
}

// whole returns the separator that a byte of it was taken for: the marks around it are the
// same in the first row and, but for values with marks of their own, in all, as those of |!
// and @|@ are.
func whole(head []byte, delim byte) string {
	const marks = "!@#$%^&~|:;<>"
	if strings.IndexByte(marks, delim) < 0 {
		return ""
	}
	var runs, first []string
	times := map[string]int{}
	for line := range firstLines(head) {
		for {
			line = bytes.TrimLeftFunc(line, func(r rune) bool { return !strings.ContainsRune(marks, r) })
			run := line[:len(line)-len(bytes.TrimLeft(line, marks))]
			if len(run) == 0 {
				break
			}
			line = line[len(run):]
			if bytes.IndexByte(run, delim) >= 0 {
				runs = append(runs, string(run))
				times[string(run)]++
			}
		}
		if first == nil {
			first = slices.Clone(runs)
		}
	}
	most := ""
	for run, n := range times {
		if n > times[most] || n == times[most] && (len(run) < len(most) || len(run) == len(most) && run < most) {
			most = run
		}
	}
	other := func(run string) bool { return !strings.Contains(run, most) }
	others := 0
	for _, run := range runs {
		if other(run) {
			others++
		}
	}
	if len(most) < 2 || slices.ContainsFunc(first, other) || 20*others > len(runs) {
		return ""
	}
	return most
}

// firstLines are the lines of a text that a guess looks at.
func firstLines(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		n := 0
		for line := range bytes.SplitSeq(text, []byte{'\n'}) {
			if n++; n > 200 || !yield(line) {
				return
			}
		}
	}
}

// guessDelimiter returns the separator of candidates that cuts the most lines into the same
// number of fields, at least a few. A TAB right before another separator or the line's end is
// padding and does not count. The score says how well it does.
func guessDelimiter(head []byte, candidates []byte, least int) (byte, int) {
	best, bestScore := candidates[0], 0
	for _, delim := range candidates {
		counts := map[int]int{}
		for line := range firstLines(head) {
			if k := countDelimiters(line, delim); k >= least {
				counts[k]++
			}
		}
		score := 0
		for k, lines := range counts {
			score = max(score, min(k, 40)*lines*lines)
		}
		if score > bestScore {
			best, bestScore = delim, score
		}
	}
	return best, bestScore
}

func countDelimiters(line []byte, delim byte) int {
	n, quoted := 0, false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c != delim || quoted && delim != '\t':
		case delim == '\t':
			j := i + 1
			for j < len(line) && (line[j] == ' ' || line[j] == '"') {
				j++
			}
			if j < len(line) && line[j] != ',' && line[j] != ';' && line[j] != '\r' {
				n++
			}
		default:
			n++
		}
	}
	return n
}
