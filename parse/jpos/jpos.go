// Package jpos reads the logs that jPOS and its relatives write: gateways and
// switches in many countries, some in China.
//
// In come the lines of such a log in XML, or in JSON with XML inside (jPOS 3), or
// both in one file, whether clean, wrapped by another logger, interleaved by
// threads, or cut. Out go one record per request with the answer
// that belongs to it (the answer's code, its RRN and authorisation code, and the
// time between them), one per message without partner, and one per network event
// (<io-timeout/>, <peer-disconnect/>, exceptions), which is evidence and no attempt.
// Everything else is a classified skip.
//
// Note: the lifespan of a <receive> is how long the channel had waited for
// anything, not the latency of an answer, and is not read.
package jpos

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads jPOS logs.
var Reader = entry.Reader{Name: "jpos", Sniff: sniff, Read: read,
	Parts: func(string, []byte) *entry.Parting { return &entry.Parting{Cut: cut} }}

func sniff(_ string, head []byte) (int, string) {
	messages := bytes.Contains(head, []byte("<isomsg"))
	json := bytes.Contains(head, []byte(`"payload"`)) && bytes.Contains(head, []byte(`{"ts"`))
	logs := bytes.Count(head, []byte("<log realm=")) + bytes.Count(head, []byte("<log at="))
	switch {
	case json && (messages || bytes.Contains(head, []byte(`\u003cisomsg`))):
		return 97, "JSON lines with <isomsg> messages in their payload"
	case logs > 0 && messages:
		return 95, "<log> elements with <isomsg> messages"
	case logs > 0:
		return 80, "<log realm=...> elements"
	case messages && 2*bytes.Count(head, []byte("<field id=")) > bytes.Count(head, []byte("\n")):
		return 95, "<isomsg> messages without <log>"
	case messages:
		return 60, "<isomsg> messages without <log>"
	}
	return 0, "no <log realm=...> element"
}

// monitorZone is the zone that the system monitor of jPOS writes down when it starts; later
// versions write their times without one.
var monitorZone = lazy.MustCompile(`(?m)^ *timezone: ([A-Z][A-Za-z_]*/[A-Za-z_/]+)`)

type reader struct {
	src      *txn.Source
	side     txn.Side
	sink     sink
	ctx      field.Context
	charset  text.Charset
	scan     scanner
	line     uint32 // the last one
	zone     string // that the log states, "" where it states none
	channels bool   // channels write into the log
	telling  func(string) bool
}

// sink takes what a reader finds.
type sink interface {
	entry.Sink
	Message(*exchange.Message) // that may have a partner
}

func newReader(st *entry.Stream, out sink) *reader {
	r := &reader{src: st.Src, side: st.Side, sink: out, ctx: st.Context(), charset: text.Judge(st.Head), line: st.Before, telling: st.Telling}
	if m := monitorZone.FindSubmatch(st.Head); m != nil {
		if loc, err := time.LoadLocation(string(m[1])); err == nil {
			r.ctx.Loc, r.ctx.LocSaid, r.zone = loc, true, loc.String()
		}
	}
	r.channels = bytes.Contains(st.Head, []byte("<receive")) || bytes.Contains(st.Head, []byte("<send"))
	if r.side == txn.SideUnknown {
		r.side = txn.Switch
	}
	r.scan.done = r.block
	return r
}

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	if st.Then != nil {
		return readPart(st)
	}
	w, _ := st.Carry.(*whole)
	if w == nil {
		w = newWhole(st)
	}
	w.out = sink
	err := w.read(st.R)
	w.flush()
	return w.summary(st.Before), err
}

// read reads a stream to its end.
func (r *reader) read(stream io.Reader) error {
	lines := text.NewLines(stream)
	for {
		l, err := lines.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r.line++
		if lines.Long > 0 {
			r.sink.Reject(entry.NewReject(txn.Pos{Src: r.src, Line: r.line}, "", "line-too-long", l,
				fmt.Sprintf("the line has %d bytes, more than %d", lines.Long, text.MaxLine), "cut the file at its line ends, or check that it is a text log"), 1)
			continue
		}
		// Elements are cut before they are decoded: no byte of a Chinese character in
		// GB18030 looks like markup, but one that was cut would swallow the quote behind it.
		decoded, _ := r.charset.Decode(l)
		if i := strings.Index(l, `{"ts"`); i >= 0 && strings.Contains(l[i:], `"payload"`) || len(r.scan.open) == 0 && strings.HasPrefix(l, "{") {
			r.json(decoded[max(strings.Index(decoded, `{"ts"`), 0):], r.line)
		} else if !r.scan.line(l, r.line) {
			r.sink.Skip(outside(l), 1)
		}
	}
}

// json takes a line in JSON.
func (r *reader) json(line string, number uint32) {
	b, err := jsonLine(line, number)
	if err != nil {
		r.reject(txn.Pos{Src: r.src, Line: number}, &block{lines: 1}, err)
		return
	}
	r.block(b)
}

// outside classifies a line that belongs to no block.
func outside(text string) entry.Skip {
	t := strings.TrimSpace(text)
	switch {
	case t == "":
		return entry.Blank
	case strings.HasPrefix(t, "<?xml"), strings.HasPrefix(t, "<logger"):
		return entry.Header
	case strings.HasPrefix(t, "</logger"):
		return entry.Footer
	}
	return entry.Noise
}

// block turns one <log> element into a record, a reject or a skip.
func (r *reader) block(b *block) {
	pos := txn.Pos{Src: r.src, Line: b.line}
	if !b.has && b.event == "" && r.tells(b.note) {
		b.event = b.note
	}
	if b.lines == 0 {
		// Two elements that begin on one line: the second has no line to be counted on.
		if b.has || b.event != "" {
			r.sink.Reject(entry.NewReject(pos, "", "jpos-shared-line", b.at, "a second <log> element stands on the line of another",
				"write one element per line, or separate the log of each thread"), 0)
		}
		return
	}
	m := &exchange.Message{Record: new(txn.Record), Lines: b.lines, Channel: b.realm}
	r.ctx.Begin(m.Record)
	m.Pos, m.Side = pos, r.side
	switch {
	case b.has && b.context && b.direction == "" && r.channels: // which wrote the message when it came
		r.sink.Skip(entry.Continuation, b.lines)
	case b.has:
		if err := exchange.Fill(&r.ctx, m.Record, &b.fields, b.at); err != nil {
			r.reject(pos, b, err)
			return
		}
		if b.event != "" { // it could not be sent, or not be read to its end
			r.event(m.Record, b)
		}
		r.sink.Message(m)
	case b.event != "":
		err := r.ctx.Set(m.Record, field.Time, b.at)
		if err == nil {
			err = r.ctx.Finish(m.Record)
		}
		if err != nil {
			r.reject(pos, b, err)
			return
		}
		m.Kind = txn.Other
		r.event(m.Record, b)
		r.sink.Record(m.Record, m.Lines)
	default:
		r.sink.Skip(entry.Noise, b.lines)
	}
}

// tells reports whether the words of a block without a message are evidence: of a
// lost connection or a time-out, of a server whose threads are all busy, or what else
// the caller of the stream knows as telling.
func (r *reader) tells(note string) bool {
	if note == "" {
		return false
	}
	note, _ = r.charset.Decode(note)
	return field.EventFlags(note) != 0 || strings.Contains(note, "pool exhausted") || r.telling(note)
}

// event puts into a record what happened to the channel.
func (r *reader) event(rec *txn.Record, b *block) {
	event, _ := r.charset.Decode(b.event)
	rec.Flags |= field.TextFlags(event)
	switch event {
	case "io-timeout":
		rec.Flags |= txn.TimedOut
	case "peer-disconnect", "stale-connection":
		rec.Flags |= txn.Disconnected
	}
	if rec.Text == "" {
		rec.Text = txn.Scrub(event + " " + b.realm)
	}
}

func (r *reader) reject(pos txn.Pos, b *block, err error) {
	excerpt := ""
	if b.has {
		excerpt = fmt.Sprintf("at=%s 0=%s 11=%s 39=%s", b.at, b.fields[0], b.fields[11], b.fields[39])
	}
	r.sink.Reject(exchange.Refusal(pos, "jpos-element", excerpt, err), b.lines)
}
