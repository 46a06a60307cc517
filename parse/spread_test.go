package parse

import (
	"fmt"
	"strings"
	"testing"
)

// Messages that a logger prints over several lines are read like those on one, and lines keep
// their numbers; what stands below an entry and is no message is left as it is.
func TestMessagesOverSeveralLines(t *testing.T) {
	var json, xml, open strings.Builder
	for i := range 10 {
		at := fmt.Sprintf("2026-11-20 08:%02d:32.123 INFO Pos - ", i)
		fmt.Fprintf(&json, at+"应答:\n{\n  \"mti\" : \"0210\",\n  \"terminalId\" : \"10000001\",\n  \"traceNo\" : \"%06d\",\n  \"ext\" : { \"a\" : [ \"]}\", 1 ] },\n  \"respCode\" : \"00\"\n}\n", i)
		fmt.Fprintf(&open, at+"应答: {\r\n  \"terminalId\" : \"10000001\",\r\n  \"traceNo\" : \"%06d\",\r\n  \"respCode\" : \"00\"\r\n}\r\n"+at+"failed\r\njava.io.IOException: x\r\n\tat a.B(C.java:1)\r\n", i)
		fmt.Fprintf(&xml, at+"recv:\n<?xml version=\"1.0\"?>\n<root>\n  <head><termid>10000001</termid></head>\n  <body><traceno>%06d</traceno><respcode>00</respcode></body>\n</root>\n\n", i)
	}
	for name, test := range map[string]struct {
		log          string
		first, lines int // line of the first record, and from one to the next
	}{"json.log": {json.String(), 1, 8}, "xml.log": {xml.String(), 1, 7}, "open.log": {open.String(), 2, 8}} {
		files, b := readAll(t, Options{}, Bytes(name, []byte(test.log)))
		var want []string
		for i := range 10 {
			want = append(want, fmt.Sprintf("%s:%d 00", name, test.lines*i+test.first))
		}
		if files[0].Err != nil || len(b.rejects) > 0 || strings.Join(b.rows, "\n") != strings.Join(want, "\n") || files[0].Count.Lines != 10*test.lines {
			t.Errorf("%s: %v, %d lines, %q, %q", name, files[0].Err, files[0].Count.Lines, b.rows, b.rejects)
		}
	}
}
