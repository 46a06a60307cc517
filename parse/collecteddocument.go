package parse

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/text"
)

// collectedDocument reports whether the head begins one document in whose arrays are such
// objects: what a search index answers, {"hits":{"hits":[{"_source":{"message":"..."}}]}}, and
// Loki, Cloudwatch, Datadog, Google.
func collectedDocument(head []byte) bool {
	first := text.Begin(head)
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return false
	}
	d := documentLines{to: &bytes.Buffer{}}
	_ = d.walk(head) // it may be cut
	if d.n == 0 || d.values > 1 {
		return false
	}
	score, _ := sniff(formats.JSON, "", head)
	if d.n == 1 {
		one, _ := sniff(formats.JSONL, "", head)
		score = max(score, one)
	}
	return score < enough
}

// documentLines writes the lines of the log that stand in a document. A line has the number of
// that in which its object begins; where several objects begin in one, and in a message of several
// lines, they are counted on.
type documentLines struct {
	to     *bytes.Buffer
	dated  bool // lines get the time of the collector
	n      int  // lines of the log
	at     int  // lines written
	values int  // at the top
}

// newDocumentLines holds the document in memory.
func newDocumentLines(r io.Reader) io.Reader { return collectedAs(r, documentOf) }

func documentOf(r io.Reader, dated bool) io.Reader {
	return &rewritten{next: func(to *bytes.Buffer) error {
		all, err := heldDocument(r)
		if err != nil {
			return err
		}
		d := documentLines{to: to, dated: dated}
		if err := d.walk(all); err != nil {
			return readError(content{wrapping: []string{collectedLines}}, err)
		}
		return io.EOF
	}}
}

// heldDocument is a whole document of JSON.
func heldDocument(r io.Reader) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(r, maxHeld+1))
	if err == nil && int64(len(all)) > maxHeld {
		err = &PackedError{Rule: "document-long", Err: fmt.Errorf("the JSON document has more than %d MiB; write its entries one per line (jq -c)", maxHeld>>20)}
	}
	return all, err
}

func (d *documentLines) walk(all []byte) error {
	all = bytes.TrimPrefix(all, []byte("\ufeff"))
	w := documentWalk{documentLines: d, lineWalk: newLineWalk(all, 1)}
	for ; len(bytes.TrimSpace(w.all[w.InputOffset():])) > 0; d.values++ {
		if err := w.value(); err != nil {
			return err
		}
	}
	return nil
}

// lineWalk is a way through a document of JSON that knows its lines.
type lineWalk struct {
	*json.Decoder
	all  []byte
	seen int // bytes of all whose lines are counted
	line int // of the byte at seen
}

// newLineWalk begins in a line.
func newLineWalk(all []byte, line int) lineWalk {
	return lineWalk{Decoder: json.NewDecoder(bytes.NewReader(all)), all: all, line: line}
}

// reach counts the lines up to a byte.
func (w *lineWalk) reach(at int) {
	w.line += bytes.Count(w.all[w.seen:at], []byte{'\n'})
	w.seen = at
}

// next is where the next element of an array begins.
func (w *lineWalk) next() int {
	from := int(w.InputOffset())
	return from + len(w.all[from:]) - len(bytes.TrimLeft(w.all[from:], ", \t\r\n"))
}

// documentWalk is the way through one value.
type documentWalk struct {
	*documentLines
	lineWalk
	depth int
}

// value passes over a value. What arrays have is taken.
func (w *documentWalk) value() error {
	t, err := w.Token()
	switch t {
	case json.Delim('{'):
		for err == nil && w.More() {
			if _, err = w.Token(); err == nil {
				err = w.value()
			}
		}
	case json.Delim('['):
		for err == nil && w.More() {
			err = w.element()
		}
	default:
		return err
	}
	if err == nil {
		_, err = w.Token()
	}
	if err == io.EOF { // as Token says within a value, too
		err = io.ErrUnexpectedEOF
	}
	return err
}

// element takes an object or a list that is a line of the log, or what is in it.
func (w *documentWalk) element() error {
	from := w.next()
	w.reach(from)
	var raw json.RawMessage
	cut := w.Decode(&raw)
	if cut != nil {
		raw = w.all[from:]
	}
	line, at, ok := "", "", false
	switch {
	case len(raw) == 0 || w.depth > 8:
		return cut
	case raw[0] == '{':
		line, at, ok = collectedLine(raw)
	case raw[0] == '[':
		line, at, ok = collectedList(raw)
	}
	if !ok {
		in := documentWalk{w.documentLines, newLineWalk(raw, w.line), w.depth + 1}
		return cmp.Or(cut, in.value())
	}
	_, stamp := field.Lead(line)
	for ; (w.dated || stamp > 0) && w.at+1 < w.line; w.at++ { // what goes on with a message stays beside it
		w.to.WriteByte('\n')
	}
	putLine(w.to, line, at, w.dated)
	w.at++
	w.n++
	return nil
}

// collectedList is a line of a log as Loki returns it, ["1795162532123456789","..."], and
// Cloudwatch, [{"field":"@timestamp","value":"..."},{"field":"@message","value":"..."}].
func collectedList(raw json.RawMessage) (line, at string, ok bool) {
	var pair []string
	if json.Unmarshal(raw, &pair) == nil {
		if len(pair) != 2 || len(pair[0]) != 19 {
			return "", "", false
		}
		return pair[1], collectedTime(pair[0]), true
	}
	var fields []struct{ Field, Value string }
	if json.Unmarshal(raw, &fields) != nil {
		return "", "", false
	}
	for _, f := range fields {
		switch f.Field {
		case "@message":
			line, ok = f.Value, true
		case "@timestamp":
			at = f.Value + "Z" // it has no zone and is UTC
		}
	}
	return line, at, ok && at != ""
}
