package sheet

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// Where Cut finds the cells of a row they are those of Next, whatever the text is.
func TestCutAgreesWithNext(t *testing.T) {
	parts := []string{"a", "12.34", "2026-11-20", "西湖便利店", ",", ",", ",", ",", ";", "|", "\t", "\n", "\n", "\r\n", "\r", `"`, `""`, `"x,y"`, `"x`, `y"`, `,"a""b",`, `""",`, `,"绍兴,老酒行",`,
		`="0012"`, "`", " ", "\x01", "\xFF", "\uFFFD", "\x00", "，", strings.Repeat("7", 9), strings.Repeat("x", maxPlain)}
	cut, rows := 0, 0
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		eol := byte('\n')
		if seed%7 == 0 {
			eol = '\r'
		}
		delim := []byte{',', ',', ';', '\t', '|', 1}[rnd.IntN(6)]
		var b strings.Builder
		for range 40 + rnd.IntN(100) {
			if rnd.IntN(3) > 0 { // an ordinary row
				b.WriteString("1" + string(delim) + `"b,c"` + string(delim) + "西湖" + string(eol))
				continue
			}
			b.WriteString(parts[rnd.IntN(len(parts))])
		}
		block := &Block{rows: textRows{buf: []byte(b.String()), line: 1, delim: delim, eol: eol, ended: true, dec: &decoder{}}}
		all := block.Rows()
		var r Row
		spans := make([]Span, 3)
		for {
			text, line := block.Text()
			doubled, ok := block.Cut(spans)
			if ok {
				cut++
			}
			next := block.next
			if err := all.Next(&r); err == io.EOF {
				if ok {
					t.Fatalf("seed %d: a row behind the last", seed)
				}
				break
			}
			rows++
			if !ok {
				continue
			}
			if r.Lines != 1 || r.Line != line || len(r.Cells) != len(spans) || r.Damaged || block.rows.pos != next {
				t.Fatalf("seed %d: %q at line %d was cut into %v, and is %+v", seed, r.Raw, line, spans, r)
			}
			for i, s := range spans {
				got := text[s.From:s.To]
				if doubled&(1<<i) != 0 {
					if got = strings.ReplaceAll(got, `""`, `"`); got == text[s.From:s.To] {
						t.Fatalf("seed %d: %q has no quotes", seed, got)
					}
				}
				if got != r.Cells[i].Text {
					t.Fatalf("seed %d: cell %d of %q: %q, want %q", seed, i, r.Raw, got, r.Cells[i].Text)
				}
			}
		}
	}
	if cut < rows/4 {
		t.Errorf("only %d of %d rows were cut", cut, rows)
	}
}

func TestValidUTF8(t *testing.T) {
	parts := []string{"a", "12345678", "西", "湖店", "é", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\U0010FFFF", "😀", "\xFF", "\x80", "\xE8", "\xE8\xA5", "\xED\xA0\x80", "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xC0\x80"}
	for seed := range uint64(20000) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		var b strings.Builder
		for range rnd.IntN(12) {
			n := len(parts)
			if rnd.IntN(3) > 0 {
				n = 12
			}
			b.WriteString(parts[rnd.IntN(n)])
		}
		if s := b.String(); validUTF8([]byte(s)) != utf8.ValidString(s) {
			t.Fatalf("%q", s)
		}
	}
}

// Where glance finds the end of a row it is that of extent, and its cell is the row's.
func TestGlanceAgreesWithExtent(t *testing.T) {
	parts := []string{"a", "12.34", "2026-11-20", "西湖便利店", ",", ",", ",", ",", ";", "\t", "\n", "\n", "\r\n", "\r", `"`, `""`, `"x,y"`, `"x,y",`, `"x`, `y"`, `,"绍兴,老酒行",`,
		`="0012"`, "`", " ", "\x01", "\xC9\xCC", "\uFFFD", "\x00", strings.Repeat("7", 9)}
	found := 0
	for seed := range uint64(20000) {
		rnd := rand.New(rand.NewPCG(seed, 5))
		var b strings.Builder
		for range 1 + rnd.IntN(30) {
			b.WriteString(parts[rnd.IntN(len(parts))])
		}
		data := []byte(b.String())
		rows := &textRows{delim: []byte{',', ';', '\t', '|'}[rnd.IntN(4)], eol: "\n\n\n\r"[rnd.IntN(4)], ended: rnd.IntN(2) == 0, dec: &decoder{}}
		column := rnd.IntN(4)
		cell, n := rows.glance(data, column)
		if n == 0 {
			continue
		}
		found++
		if m, lines, ok := rows.extent(data); m != n || lines != 1 || !ok {
			t.Fatalf("%q: %d bytes, want %d in %d lines", data, n, m, lines)
		}
		var r Row
		rows.split(&r, string(data[:n]))
		if column >= len(r.Cells) || r.Cells[column].Text != cell {
			t.Fatalf("%q: cell %d is %q of %v", data, column, cell, r.Cells)
		}
	}
	if found < 500 {
		t.Errorf("only %d rows were found", found)
	}
}
