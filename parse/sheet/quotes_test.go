package sheet

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Rows with quotes against a look at one field after the other.
func TestQuotesFieldByField(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	extent := func(r *textRows, data []byte) (n, lines int, ok bool) {
		lines = 1
		for i := 0; ; i++ {
			_, end, inner, st := quotedField(data[i:], r.delim, r.eol, r.ended, new(unended))
			switch st {
			case fieldMore:
				return 0, 0, false
			case fieldQuoted, fieldStray:
				i += end
				lines += inner
			default:
				for i < len(data) && data[i] != r.delim && data[i] != r.eol {
					i++
				}
			}
			if i >= len(data) {
				return len(data), lines, r.ended
			}
			if data[i] == r.eol {
				return i, lines, true
			}
		}
	}
	split := func(r *textRows, s string) (cells []string) {
		for {
			start, end, _, st := quotedField([]byte(s), r.delim, r.eol, true, new(unended))
			if st == fieldPlain {
				if end = strings.IndexByte(s, r.delim); end < 0 {
					return append(cells, s)
				}
				cells = append(cells, s[:end])
			} else {
				text := s[start:strings.LastIndexByte(s[:end], '"')]
				if st == fieldQuoted {
					text = strings.ReplaceAll(text, `""`, `"`)
				}
				if cells = append(cells, text); end >= len(s) {
					return cells
				}
			}
			s = s[end+1:]
		}
	}
	seen := map[string]int{}
	for range 200_000 {
		r := &textRows{delim: ",\t"[rng.IntN(2)], eol: '\n', ended: rng.IntN(2) == 0}
		b := make([]byte, rng.IntN(40))
		for i := range b {
			b[i] = "ab\"\"\"\"  =\r\n\t,,,,\xe8"[rng.IntN(17)]
		}
		n, lines, ok := r.quotedExtent(b)
		if m, l, o := extent(r, b); ok != o || ok && (n != m || lines != l) {
			t.Fatalf("%q: %d bytes, %d lines, %v, want %d, %d, %v", b, n, lines, ok, m, l, o)
		}
		seen[fmt.Sprint(ok, min(lines, 3))]++
		if !ok {
			continue
		}
		s := string(b[:n])
		want := split(r, s)
		var got []string
		for _, c := range r.splitQuoted(nil, s) {
			got = append(got, c.Text)
		}
		if strings.Join(got, "\x00") != strings.Join(want, "\x00") || len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
	}
	for _, k := range []string{"true 1", "true 2", "true 3", "false 0"} {
		if seen[k] < 100 {
			t.Errorf("%s: %d times", k, seen[k])
		}
	}
}

// A line of quotes that end nothing is looked through once, not once for each of its fields.
func TestQuotesThatEndNothing(t *testing.T) {
	const fields = 200_000
	line := strings.Repeat(`"x,`, fields)
	r := &textRows{delim: ',', eol: '\n', ended: true}
	if n, lines, ok := r.quotedExtent([]byte(line + "\nz")); n != len(line) || lines != 1 || !ok {
		t.Errorf("%d bytes, %d lines, %v", n, lines, ok)
	}
	if cells := r.splitQuoted(nil, line); len(cells) != fields+1 || cells[fields-1].Text != `"x` {
		t.Errorf("%d cells", len(cells))
	}
}
