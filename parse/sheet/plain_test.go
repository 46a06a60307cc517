package sheet

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// Where Cut finds the cells of a row they are those of Next, whatever the text is.
func TestCutAgreesWithNext(t *testing.T) {
	parts := []string{"a", "12.34", "2026-11-20", "西湖便利店", ",", ",", ",", ",", ";", "|", "\t", "\n", "\n", "\r\n", "\r", `"`, `""`, `"x,y"`, `"x`, `y"`, `,"绍兴,老酒行",`,
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
			ok := block.Cut(spans)
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
				if got := text[s.From:s.To]; got != r.Cells[i].Text {
					t.Fatalf("seed %d: cell %d of %q: %q, want %q", seed, i, r.Raw, got, r.Cells[i].Text)
				}
			}
		}
	}
	if cut < rows/4 {
		t.Errorf("only %d of %d rows were cut", cut, rows)
	}
}
