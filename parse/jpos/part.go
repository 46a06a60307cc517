package jpos

import (
	"bytes"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// whole reads a log from its first line on, or goes on behind parts that others have
// read: it holds what a log leaves open at any line.
type whole struct {
	*reader
	out  entry.Sink
	pair *exchange.Pairing
}

func newWhole(st *entry.Stream) *whole {
	w := &whole{}
	w.reader = newReader(st, w)
	w.pair = exchange.New(func(m *exchange.Message) { w.out.Record(m.Record, m.Lines) })
	w.scan.known = true
	return w
}

// whole is the sink of its reader: messages are paired at once.
func (w *whole) Record(r *txn.Record, lines int)   { w.out.Record(r, lines) }
func (w *whole) Reject(r *entry.Reject, lines int) { w.out.Reject(r, lines) }
func (w *whole) Skip(k entry.Skip, lines int)      { w.out.Skip(k, lines) }
func (w *whole) Message(m *exchange.Message)       { w.pair.Add(m) }

func (w *whole) summary(before uint32) *entry.Summary {
	notes := w.pair.Notes()
	if w.zone != "" {
		notes = append(notes, "times are those of "+w.zone+", which the system monitor states")
	}
	return &entry.Summary{Format: "jpos", Charset: w.charset.Name(), Side: w.side, Lines: int(w.line - before), Notes: notes}
}

// flush hands on what is open at the end of the log.
func (w *whole) flush() {
	w.scan.flush()
	w.pair.Flush()
}

// part is what was found in a part of a log, in its order. Each record is one of its
// own, so that it may be kept.
type part struct {
	found []found
	skips [len(entry.Skips)]int
}

// found is one message, record or reject.
type found struct {
	message *exchange.Message
	record  *txn.Record
	reject  *entry.Reject
	lines   int
}

func (p *part) Record(r *txn.Record, lines int) {
	p.found = append(p.found, found{record: r, lines: lines})
}
func (p *part) Reject(r *entry.Reject, lines int) {
	p.found = append(p.found, found{reject: r, lines: lines})
}
func (p *part) Skip(k entry.Skip, lines int) { p.skips[k] += lines }
func (p *part) Message(m *exchange.Message) {
	p.found = append(p.found, found{message: m})
}

// readPart reads a part as if no element were open at its beginning, which is where
// [cut] cuts. Where that turns out wrong, it is read again behind the others.
func readPart(st *entry.Stream) (*entry.Summary, error) {
	p, lines := &part{}, text.Lasting(st.R)
	r := newReader(st, p)
	err := r.read(lines)
	sum := &entry.Summary{Format: "jpos", Lines: int(r.line - st.Before)}
	st.Then(func(carry any, sink entry.Sink) any {
		w, _ := carry.(*whole)
		if w == nil {
			w = newWhole(st)
		}
		w.out = sink
		if len(w.scan.open) > 0 || r.scan.guessed && hasTime(w.scan.above) {
			_ = w.read(lines) // the error is known
		} else {
			w.follow(p, r)
		}
		if st.Last {
			w.flush()
			*sum = *w.summary(st.Before)
		}
		return w
	})
	return sum, err
}

// follow takes over what was found in the next part, and what is open at its end.
func (w *whole) follow(p *part, r *reader) {
	for _, f := range p.found {
		switch {
		case f.message != nil:
			w.pair.Add(f.message)
		case f.record != nil:
			w.out.Record(f.record, f.lines)
		default:
			w.out.Reject(f.reject, f.lines)
		}
	}
	for k, n := range p.skips {
		if n > 0 {
			w.out.Skip(entry.Skip(k), n)
		}
	}
	w.scan.open = r.scan.open
	if r.scan.known {
		w.scan.above = r.scan.above
	}
	w.charset.UTF8 += r.charset.UTF8
	w.charset.GB += r.charset.GB
	w.line = r.line
}

func hasTime(line string) bool { return lead(line) != "" }

// cut ends a part behind the end of an element, where mostly nothing is open.
func cut(block []byte) int {
	end := []byte("</log>")
	for i := len(block); ; {
		if i = bytes.LastIndex(block[:i], end); i < 0 {
			return 0
		}
		if n := bytes.IndexByte(block[i:], '\n'); n >= 0 {
			return i + n + 1
		}
	}
}
