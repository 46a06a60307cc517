// Package jpos reads the XML logs that jPOS and its relatives write: gateways
// and switches in many countries, some in China.
//
// In come the lines of such a log, whether clean, wrapped by another logger,
// interleaved by threads, or cut. Out go one record per request with the answer
// that belongs to it (the answer's code, its RRN and authorisation code, and the
// time between them), one per message without partner, and one per network event
// (<io-timeout/>, <peer-disconnect/>, exceptions), which is evidence and no attempt.
// Everything else is a classified skip.
//
// Note: the lifespan of a <receive> is how long the channel had waited for
// anything, not the latency of an answer, and is not read.
package jpos

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Reader reads jPOS XML logs.
var Reader = entry.Reader{Name: "jpos", Sniff: sniff, Read: read}

func sniff(_ string, head []byte) (int, string) {
	logs := bytes.Count(head, []byte("<log realm=")) + bytes.Count(head, []byte("<log at="))
	switch {
	case logs > 0 && bytes.Contains(head, []byte("<isomsg")):
		return 95, "<log> elements with <isomsg> messages"
	case logs > 0:
		return 80, "<log realm=...> elements"
	case bytes.Contains(head, []byte("<isomsg")):
		return 60, "<isomsg> messages without <log>"
	}
	return 0, "no <log realm=...> element"
}

// maxLine bounds one physical line.
const maxLine = 1 << 20

type reader struct {
	src  *txn.Source
	side txn.Side
	sink entry.Sink
	ctx  field.Context
	scan scanner
	pair *exchange.Pairing
}

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	r := &reader{src: st.Src, side: st.Side, sink: sink, ctx: field.Context{Loc: st.Loc}}
	r.ctx.SetYear(st.Year, st.Src.Name, st.Modified)
	if r.side == txn.SideUnknown {
		r.side = txn.Switch
	}
	r.scan.done = r.block
	r.pair = exchange.New(r.emit)
	br := bufio.NewReaderSize(st.R, 1<<16)
	for number := uint32(1); ; number++ {
		text, long, err := readLine(br)
		if err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return nil, err
		}
		if long {
			pos := txn.Pos{Src: r.src, Line: number}
			sink.Reject(entry.NewReject(pos, "", "line-too-long", text, fmt.Sprintf("the line is longer than %d bytes", maxLine),
				"cut the file at its line ends, or check that it is a text log"), 1)
			continue
		}
		if !r.scan.line(text, number) {
			sink.Skip(outside(text), 1)
		}
	}
	r.scan.flush()
	r.pair.Flush()
	sum := &entry.Summary{Format: "jpos", Charset: "utf-8", Side: r.side,
		Notes: []string{"requests and answers were paired by channel, message class, STAN, terminal and transmission time"}}
	if r.pair.Legs > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d messages are the second leg of a forwarded one and are marked as repeats", r.pair.Legs))
	}
	if r.pair.Cut > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d requests of the last minute have no answer: the log may end before it came", r.pair.Cut))
	}
	return sum, nil
}

// readLine returns a line without its end. A line beyond maxLine is cut to its
// first bytes and reported as long; the rest is passed over.
func readLine(br *bufio.Reader) (text string, long bool, err error) {
	var b []byte
	for {
		part, err := br.ReadSlice('\n')
		if len(b)+len(part) > maxLine {
			long = true
			if room := 256 - len(b); room > 0 {
				b = append(b, part[:min(room, len(part))]...)
			}
		} else if !long {
			b = append(b, part...)
		}
		switch {
		case err == nil:
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(b) > 0:
		default:
			return "", false, err
		}
		if long {
			b = b[:min(len(b), 256)]
		}
		return strings.TrimRight(string(b), "\r\n"), long, nil
	}
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
	if b.at != "" {
		if err := r.ctx.Set(m.Record, field.Time, b.at); err != nil {
			r.reject(pos, b, err)
			return
		}
	}
	switch {
	case b.has && b.fields[0] != "":
		if err := r.fill(m, b); err != nil {
			r.reject(pos, b, err)
			return
		}
		r.pair.Add(m)
	case b.event != "":
		if err := r.ctx.Finish(m.Record); err != nil {
			r.reject(pos, b, err)
			return
		}
		m.Kind, m.Text = txn.Other, txn.Scrub(b.event+" "+b.realm)
		switch b.event {
		case "io-timeout":
			m.Flags |= txn.TimedOut
		case "peer-disconnect":
			m.Flags |= txn.Disconnected
		}
		r.emit(m)
	case b.has:
		r.reject(pos, b, &field.Error{Field: field.MTI, Rule: "mti-missing", Msg: "the message has no field 0",
			Hint: "the element was cut or mixed with another; see the lines around it"})
	default:
		r.sink.Skip(entry.Noise, b.lines)
	}
}

func (r *reader) reject(pos txn.Pos, b *block, err error) {
	name, rule, msg, hint := "", "jpos-element", err.Error(), ""
	var fe *field.Error
	if errors.As(err, &fe) {
		name, rule, msg, hint = fe.Field.String(), fe.Rule, fe.Msg, fe.Hint
	}
	text := fmt.Sprintf("at=%s 0=%s 11=%s 39=%s", b.at, b.fields[0], b.fields[11], b.fields[39])
	r.sink.Reject(entry.NewReject(pos, name, rule, text, msg, hint), 1)
	if b.lines > 1 {
		r.sink.Skip(entry.Continuation, b.lines-1)
	}
}

func (r *reader) emit(m *exchange.Message) { r.sink.Record(m.Record, m.Lines) }

// isoFields maps the fields that are read, in the order in which they are set:
// the MTI and the processing code decide the kind, and with it what a code is.
var isoFields = []struct {
	id int
	f  field.Field
}{
	{0, field.MTI}, {3, field.ProcCode}, {25, field.CondCode}, {4, field.Amount}, {7, field.SentAt}, {11, field.STAN}, {22, field.EntryMode},
	{32, field.Acquirer}, {33, field.Forwarder}, {37, field.RRN}, {38, field.AuthCode}, {39, field.Code},
	{41, field.TID}, {42, field.MID}, {49, field.Currency},
}

// fill copies the message into the record. What a wrong packager makes of a
// message looks plausible field by field, so the MTI and the code are checked
// before anything is believed.
func (r *reader) fill(m *exchange.Message, b *block) error {
	mti := b.fields[0]
	if len(mti) != 4 || strings.Trim(mti, "0123456789") != "" || mti[1] == '0' || mti[1] == '9' {
		return &field.Error{Field: field.MTI, Rule: "mti-syntax", Msg: fmt.Sprintf("%q is no message type", mti),
			Hint: "check that the channel's packager fits the message"}
	}
	if c := strings.TrimSpace(b.fields[39]); c != "" && !codeLike(c) {
		return &field.Error{Field: field.Code, Rule: "code-syntax", Msg: "field 39 holds no response code",
			Hint: "check that the channel's packager fits the message"}
	}
	if a := b.fields[4]; a != "" && len(a) < 12 && strings.Trim(a, "0123456789") == "" {
		b.fields[4] = strings.Repeat("0", 12-len(a)) + a // field 4 is in minor units whether padded or not
	}
	for _, f := range isoFields {
		if v := b.fields[f.id]; v != "" && v != "[WIPED]" {
			if err := r.ctx.Set(m.Record, f.f, v); err != nil {
				return err
			}
		}
	}
	pan := b.fields[2]
	if pan == "" || pan == "[WIPED]" {
		pan, _, _ = strings.Cut(b.fields[35], "=")
		pan, _, _ = strings.Cut(pan, "D")
	}
	if pan != "" && pan != "[WIPED]" {
		m.PAN = txn.Mask(pan)
	}
	if o := b.fields[90]; len(o) >= 10 {
		m.OrigSTAN = o[4:10]
	}
	if t := b.fields[44]; t != "" && t != "[WIPED]" {
		m.Text = txn.Scrub(t)
	}
	if err := r.ctx.Finish(m.Record); err != nil {
		return err
	}
	if k, ok := network[b.fields[70]]; ok && mti[1] == '8' {
		m.Kind = k
	}
	return nil
}

// network maps field 70, the network management code.
var network = map[string]txn.Kind{"001": txn.SignOn, "002": txn.SignOff, "301": txn.Echo}

// codeLike reports whether s may be field 39: two to four letters and digits.
func codeLike(s string) bool {
	if len(s) < 2 || len(s) > 4 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z' || s[i] >= '0' && s[i] <= '9') {
			return false
		}
	}
	return true
}
