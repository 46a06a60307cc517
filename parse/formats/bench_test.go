package formats

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readbench"
)

// What every start pays for the built-in formats.
func BenchmarkLoadBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkXML reads elements that a format describes.
func BenchmarkXML(b *testing.B) {
	line := "<txn tid=\"10000001\"><when>2026-11-20T08:15:32</when><rc>B4</rc><amt>12.30</amt><note>a text of some length</note></txn>\n"
	readbench.Run(b, Reader(define(b, xmlDemo)), "x.xml", "<log>\n"+strings.Repeat(line, 10_000)+"</log>\n", 10_000)
}
