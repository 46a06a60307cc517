package table

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
)

// Whatever the text is, every line is counted once, nothing panics, and a full
// card number does not come out.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/traps/*.csv")
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(content))
	}
	f.Add(journal)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 32<<10 || strings.HasPrefix(text, "PK\x03\x04") {
			return
		}
		c := &collector{}
		st := stream("fuzz.csv", []byte(text))
		sum, err := Read(st, c)
		if err != nil {
			return
		}
		c.Lines = sum.Lines
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		if sum.Charset != "utf-8" && sum.Charset != "gb18030" && sum.Charset != "utf-8-bom" || strings.HasPrefix(strings.TrimLeft(text, "\uFEFF \t\r\n"), "<") {
			return
		}
		eol := []byte{'\n'}
		if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
			eol[0] = '\r'
		}
		text = strings.TrimPrefix(text, "\uFEFF")
		n := bytes.Count([]byte(text), eol)
		if text != "" && text[len(text)-1] != eol[0] {
			n++
		}
		if n != sum.Lines {
			t.Fatalf("%d lines, %d counted", n, sum.Lines)
		}
	})
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte(journal))
	f.Fuzz(func(t *testing.T, head []byte) {
		if score, why := Sniff("x", head); score < 0 || score > 100 || why == "" {
			t.Fatalf("score %d, %q", score, why)
		}
	})
}

var _ entry.Sink = (*collector)(nil)
