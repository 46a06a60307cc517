// Package iso8583 reads ISO 8583 messages as logs hold them: one raw message
// per file, messages as text or hexadecimal in log lines, and hex dumps of any
// width with or without offsets and a text column.
//
// In come bytes or lines; out go one record per request with its answer (see
// parse/exchange), and rejects for dumps that no known layout explains. Layouts: ISO
// 8583:1987 in text with hexadecimal or binary bitmap, the same packed (BCD), the
// terminal protocol of Chinese acquirers with TPDU and header, and the messages between
// institutions and UnionPay (CUPS) with their header of 46 bytes. Field numbers and
// lengths follow the standard; the packed layout follows the QZCUP POS specification.
package iso8583

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/hexdump"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads ISO 8583 messages and dumps of them.
var Reader = entry.Reader{Name: "iso8583", Sniff: known.sniff, Read: known.read}

func (s *spec) sniff(_ string, head []byte) (int, string) {
	if !longRun(head) {
		return 0, "no ISO 8583 message in text or hexadecimal"
	}
	m, err := s.decode(trimEnd(head))
	if err == nil {
		return 90, "one ISO 8583 message, " + m.layout.name
	}
	found, meant := s.count(head)
	switch {
	case found == 0 && errors.Is(err, errNear) && exchange.MessageType(string(head[:4])):
		return 20, err.Error()
	case found == 0:
		return 0, "no ISO 8583 message in text or hexadecimal"
	case s.own && 4*found < 3*meant:
		return 0, fmt.Sprintf("its layout explains %d of %d messages near the start", found, meant)
	}
	return 85, fmt.Sprintf("ISO 8583 messages in hexadecimal or text, %d near the start", found)
}

// count returns how many messages the first lines hold and how many were meant to be one.
func (s *spec) count(head []byte) (found, meant int) {
	d := &dump{spec: s, offset: -1, done: func(d *dumped) {
		meant++
		if _, err := s.decode(d.data); err == nil {
			found++
		}
	}}
	lines := strings.Split(string(head), "\n")
	for i, l := range lines[:min(len(lines), 400)] {
		d.line(strings.TrimRight(l, "\r"), uint32(i+1))
	}
	d.flush()
	return found, meant
}

// longRun is the cheap test that spares ordinary files the search: sixteen
// hexadecimal digits in a row for a bitmap, or as many bytes of a dump, or bytes that are no text.
func longRun(head []byte) bool {
	run := 0
	for _, c := range head {
		switch {
		case c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f':
			if run++; run == 20 {
				return true
			}
		case (c == ' ' || c == '-' || c == ',' || c == 'x') && run > 0: // between the pairs of a dump
		case c < ' ' && c != '\t' && c != '\r' && c != '\n':
			return true
		default:
			run = 0
		}
	}
	return false
}

func trimEnd(b []byte) []byte {
	return []byte(strings.TrimRight(string(b), "\r\n"))
}

// maxRaw bounds a file that is one raw message.
const maxRaw = 64 << 10

type reader struct {
	spec    *spec
	st      *entry.Stream
	src     *txn.Source
	side    txn.Side
	sink    entry.Sink
	ctx     field.Context
	pair    *exchange.Pairing
	layouts map[*layout]int
	set     []format.Constant
}

func (s *spec) reader(st *entry.Stream, sink entry.Sink) *reader {
	r := &reader{spec: s, st: st, src: st.Src, side: st.Side, sink: sink, layouts: map[*layout]int{}, ctx: st.Context()}
	if r.side == txn.SideUnknown {
		r.side = txn.Switch
	}
	r.pair = exchange.New(func(m *exchange.Message) { sink.Record(m.Record, m.Lines) })
	return r
}

func (s *spec) read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	return s.reader(st, sink).run()
}

func (r *reader) run() (*entry.Summary, error) {
	st := r.st
	sum := &entry.Summary{Format: "iso8583", Charset: "binary", Side: r.side}
	var err error
	data := trimEnd(st.Head)
	if m, derr := r.spec.decode(data); derr == nil && len(st.Head) < maxRaw {
		// The sink counts rows: the whole message is one.
		sum.Lines = 1
		r.message(m, &dumped{data: data, line: 1, lines: 1})
	} else {
		sum.Charset = "utf-8"
		err = r.lines(st.R)
	}
	r.pair.Flush()
	sum.Notes = r.notes()
	return sum, err
}

func (r *reader) notes() (out []string) {
	for i := range r.spec.layouts {
		if l := &r.spec.layouts[i]; r.layouts[l] > 0 {
			out = append(out, fmt.Sprintf("%d messages read as %s", r.layouts[l], l.name))
		}
	}
	return append(out, r.pair.Notes()...)
}

func (r *reader) lines(in io.Reader) error {
	charset := text.Judge(r.st.Head)
	var number uint32
	d := &dump{spec: r.spec, done: r.dumped, offset: -1}
	d.other = func(l string) {
		l, _ = charset.Decode(l)
		at := ""
		if len(d.at) > len("08:15:32.123456") {
			at = d.at
		}
		switch rec, err := exchange.Evidence(r.st, &r.ctx, l, at); {
		case rec != nil && err == nil:
			rec.Pos, rec.Side = txn.Pos{Src: r.src, Line: number}, r.side
			r.sink.Record(rec, 1)
		case text.Blank(l):
			r.sink.Skip(entry.Blank, 1)
		default:
			r.sink.Skip(entry.Noise, 1)
		}
	}
	defer d.flush()
	return r.st.EachLine(in, r.sink, d.flush, func(l string, n uint32) {
		number = n
		d.line(l, n)
	})
}

// Messages reads single messages that another reader has found in its own log.
type Messages struct{ r *reader }

// NewMessages hands what it finds to sink. Of st it uses the source, the zone, the
// year and the side.
func NewMessages(st *entry.Stream, sink entry.Sink) *Messages {
	return &Messages{known.reader(st, sink)}
}

// Take reads one message with any headers, from a line and the lines behind it that
// its dump covers. at is the time in the log. It returns false where the bytes were
// never meant to be a message, having done nothing; else the sink gets the lines, at once or,
// of a request that waits for its answer, later.
func (m *Messages) Take(data []byte, line uint32, lines int, at string) bool {
	if _, err := m.r.spec.decode(data); err != nil && !m.r.spec.framed(data) {
		return false
	}
	m.r.dumped(&dumped{data: data, line: line, lines: lines, at: at})
	return true
}

// Flush hands on the requests that nobody answered and returns what was found.
func (m *Messages) Flush() (notes []string) {
	m.r.pair.Flush()
	return m.r.notes()
}

// dumped decodes one dump.
func (r *reader) dumped(d *dumped) {
	m, err := r.spec.decode(d.data)
	if err != nil {
		hint := "check that the dump is whole; a private layout can be described in a format file"
		if r.spec.own {
			hint = "check that the dump is whole, and layout, header and fields of the format file"
		}
		r.reject(d, &field.Error{Rule: "iso8583-layout", Msg: err.Error(), Hint: hint})
		return
	}
	r.message(m, d)
}

func (r *reader) reject(d *dumped, err error) {
	// Never the dump itself: it may hold a card number in a form that no mask sees.
	r.sink.Reject(exchange.Refusal(txn.Pos{Src: r.src, Line: d.line}, "iso8583-value", fmt.Sprintf("%d bytes", len(d.data)), err), d.lines)
}

func (r *reader) message(m *message, d *dumped) {
	r.layouts[m.layout]++
	out := &exchange.Message{Record: new(txn.Record), Lines: d.lines, Channel: d.channel}
	r.ctx.Begin(out.Record)
	out.Pos, out.Side = txn.Pos{Src: r.src, Line: d.line}, r.side
	at := ""
	if len(d.at) > len("08:15:32.123456") { // with its date
		at = d.at
	}
	if err := exchange.Fill(&r.ctx, out.Record, &m.fields, at); err != nil {
		r.reject(d, err)
		return
	}
	if err := r.constants(out.Record); err != nil {
		r.reject(d, err)
		return
	}
	if m.layout.pos {
		if c := m.fields[60]; len(c) >= 8 {
			out.Batch = c[2:8] // 60.1 message type, 60.2 batch
		}
		if c := m.fields[61]; len(c) >= 12 && out.OrigSTAN == "" {
			out.OrigSTAN = c[6:12] // 61.1 batch, 61.2 trace number of the original
		}
	}
	r.pair.Add(out)
}

// dumped is one message as it stood in a log.
type dumped struct {
	data    []byte
	line    uint32
	lines   int
	at      string // the time in the line, or in the line before
	channel string
}

// dump collects messages from lines.
type dump struct {
	spec   *spec
	done   func(*dumped)
	other  func(string) // lines that are no part of a message
	open   *dumped
	blanks int    // lines behind the rows of open, which may go on below them
	parts  []part // of open, where it goes on below a blank line
	offset int    // of the row before, -1 for none
	at     string // time of the last line that was no dump
}

// part is where rows go on below a blank line.
type part struct {
	at   int // in the data
	line uint32
}

// line takes one line of the log.
func (d *dump) line(l string, number uint32) {
	if d.open == nil && d.spec.inDigits(l) {
		d.done(&dumped{data: []byte(l), line: number, lines: 1, at: d.at})
		return
	}
	data, offset, ok := hexdump.Row(l)
	own := ""
	if !ok {
		data, offset, own = prefixed(l)
		ok = data != nil
	}
	if ok {
		if offset >= 0 && offset <= d.offset { // another dump begins
			d.flush()
		}
		if d.offset = offset; d.open == nil {
			if own != "" {
				d.at = own
			}
			d.open = &dumped{line: number, at: d.at}
		}
		if d.blanks > 0 {
			d.parts = append(d.parts, part{len(d.open.data), number})
		}
		d.open.data = append(d.open.data, data...)
		d.open.lines += 1 + d.blanks
		d.blanks = 0
		if len(d.open.data) > maxRaw {
			d.flush()
		}
		return
	}
	if d.open != nil && d.blanks == 0 && text.Blank(l) { // between every two rows, as a page of the web copies them
		if !d.whole(d.open.data) {
			d.blanks++
			return
		}
	}
	d.flush()
	at := hexdump.Stamp(l)
	if at != "" {
		d.at = at
	}
	for _, find := range []func(string) []byte{embeddedHex, d.spec.embeddedText} {
		if data := find(l); data != nil {
			if _, err := d.spec.decode(data); err == nil || d.spec.framed(data) {
				d.done(&dumped{data: data, line: number, lines: 1, at: at})
				return
			}
		}
	}
	if d.other != nil {
		d.other(l)
	}
}

// whole reports whether bytes are a message to its end.
func (d *dump) whole(data []byte) bool {
	_, err := d.spec.decode(data)
	return err == nil
}

func (d *dump) flush() {
	if d.open == nil {
		return
	}
	o, parts, blanks := d.open, d.parts, d.blanks
	d.open, d.parts, d.blanks, d.offset = nil, nil, 0, -1
	if len(parts) > 0 && d.whole(o.data) {
		parts = nil
	}
	data, end := o.data, o.line+uint32(o.lines)
	if len(parts) > 0 { // dumps of their own, a blank line between them
		blanks += len(parts)
		o.data, o.lines = data[:parts[0].at], int(parts[0].line-1-o.line)
	}
	d.done(o)
	for ; blanks > 0 && d.other != nil; blanks-- {
		d.other("")
	}
	for i, p := range parts {
		next := part{len(data), end + 1}
		if i+1 < len(parts) {
			next = parts[i+1]
		}
		d.done(&dumped{data: data[p.at:next.at], line: p.line, lines: int(next.line - 1 - p.line), at: o.at, channel: o.channel})
	}
}

// prefixed reads a row of a dump behind the stamp and the words of a logger; it has
// an offset then.
func prefixed(l string) (data []byte, offset int, at string) {
	_, n := field.Lead(l)
	if n == 0 {
		return nil, -1, ""
	}
	for _, mark := range []string{" - ", "] ", ": "} {
		for i := strings.Index(l, mark); i >= 0; {
			rest := l[i+len(mark):]
			if data, offset, ok := hexdump.Row(rest); ok && offset >= 0 {
				return data, offset, hexdump.Stamp(l)
			}
			k := strings.Index(rest, mark)
			if k < 0 || i > 160 {
				break
			}
			i += len(mark) + k
		}
	}
	return nil, -1, ""
}

func embeddedHex(l string) []byte { return hexdump.Find(l, 20) }

// inDigits reports whether a line is a whole message of a described layout in text,
// all of it digits, and so no dump.
func (s *spec) inDigits(l string) bool {
	if !s.own || !s.layouts[0].hexMap {
		return false
	}
	m, err := s.decode([]byte(l))
	return err == nil && m.cost() == 0
}

// embeddedText returns a message in text at the end of a line: a message type and
// a bitmap in hexadecimal behind a blank, a bracket, a quote or nothing, with the
// header of the layout between. Of several the first that can be decoded is meant.
func (s *spec) embeddedText(l string) (first []byte) {
	var line []byte
	for i := 0; i+s.header+30 <= len(l); i++ {
		at := i + s.header
		if l[at] > '2' || l[at] < '0' || i > 0 && strings.IndexByte(` ["=':`, l[i-1]) < 0 || !exchange.MessageType(l[at:at+4]) {
			continue
		}
		n := at + 4
		for n < at+20 && isHex(l[n]) {
			n++
		}
		if n == at+20 {
			if line == nil {
				line = []byte(l)
			}
			data := line[i:]
			if _, err := s.decode(data); err == nil {
				return data
			}
			if first == nil {
				first = data
			}
		}
	}
	return first
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
