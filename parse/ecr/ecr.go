// Package ecr reads what the driver of a bank's terminal writes at a cash
// register in China (MIS): its own messages, and the frames between register and
// terminal as hexadecimal digits in a text log.
//
// In come lines; out go one record per transaction - made of the request's frame,
// the answer's frame and the driver's closing line "交易结束[00][交易成功]", as far as
// they are there - one record of evidence per line that speaks of a lost or late
// connection, rejects for frames whose length, tags or check byte are wrong, and
// skips for the rest. A code that the driver sets itself without an answer (99
// 交易取消, 99 设备超时) has the origin terminal. The tags and texts follow the
// source of such a driver that is public (github.com/hehe02921/qqq).
package ecr

import (
	"fmt"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/hexdump"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads logs of MIS drivers.
var Reader = entry.Reader{Name: "ecr", Sniff: sniff, Read: read}

func sniff(_ string, head []byte) (int, string) {
	charset := text.Judge(head)
	frames, ends, lines := 0, 0, 0
	for l := range strings.Lines(text.Of(head)) {
		if lines++; lines > 2000 {
			break
		}
		if i := strings.Index(l, "02"); i >= 0 && (strings.Contains(l, "DF0") || strings.Contains(l, "DF 0") || strings.Contains(l, "df0") || strings.Contains(l, "df 0")) {
			if data := dump(strings.TrimRight(l, "\r\n")); len(data) > 4 && start(data) >= 0 {
				frames++
				continue
			}
		}
		if !text.ASCII(l) {
			s, _ := charset.Decode(l)
			if _, _, _, ok := closing(s); ok {
				ends++
			}
		}
	}
	switch {
	case frames > 0:
		return 92, fmt.Sprintf("%d frames 02 .. DFxx .. 03 of a cash register", frames)
	case ends > 0:
		return 88, fmt.Sprintf("%d lines 交易结束[code][text] of a terminal's driver", ends)
	}
	return 0, "no frames 02 .. DFxx .. 03 and no lines 交易结束[code][text]"
}

// dump returns the bytes of a line, whether it is nothing else or has them inside.
func dump(l string) []byte {
	if data, ok := hexdump.Line(l); ok {
		return data
	}
	return hexdump.Find(l, 6)
}

// closing reads the line with which the driver ends a transaction or a sign-on.
func closing(l string) (kind txn.Kind, code, message string, ok bool) {
	kind = txn.KindUnknown
	_, rest, ok := strings.Cut(l, "交易结束")
	if !ok {
		if _, rest, ok = strings.Cut(l, "签到完成"); !ok {
			return 0, "", "", false
		}
		kind = txn.SignOn
	}
	rest = strings.TrimLeft(rest, "0123456789 ")
	if !strings.HasPrefix(rest, "[") {
		return 0, "", "", false
	}
	code, rest, ok = strings.Cut(rest[1:], "]")
	if !ok || len(code) > 8 {
		return 0, "", "", false
	}
	_, message, _ = strings.Cut(rest, "[")
	message, _, _ = strings.Cut(message, "]")
	return kind, strings.TrimSpace(code), strings.TrimSpace(message), true
}

// deal is the transaction at hand.
type deal struct {
	*txn.Record
	lines    int
	random   string // DF04, equal in request and answer
	answered bool
}

// cut is a frame whose further lines are awaited.
type cut struct {
	data  []byte
	line  uint32
	lines int
	at    string
}

type reader struct {
	st      *entry.Stream
	side    txn.Side
	sink    entry.Sink
	ctx     field.Context
	charset text.Charset
	deal    *deal
	open    *cut
	at      string // last time with its date
	number  uint32

	slips         map[slip]bool // printed so far
	masked, local int
}

// slip is what a reprint has in common with the first print.
type slip struct {
	rrn, tid string
	amount   txn.Minor
}

// maxSlips bounds how many prints are remembered.
const maxSlips = 1 << 16

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	r := &reader{st: st, side: st.Side, sink: sink, ctx: st.Context(), charset: text.Judge(st.Head)}
	if r.side == txn.SideUnknown {
		r.side = txn.Terminal
	}
	failed := st.EachLine(st.R, sink, r.drop, func(l string, number uint32) {
		r.number = number
		r.line(l)
	})
	r.drop()
	r.finish()
	sum := &entry.Summary{Format: "ecr", Charset: r.charset.Name(), Side: r.side}
	if r.masked > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d frames were starred by the driver, so that their check byte cannot be checked", r.masked))
	}
	if r.local > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d codes were made by the driver or the terminal without an answer of the bank", r.local))
	}
	return sum, failed
}

// line accounts for one line.
func (r *reader) line(l string) {
	if r.open != nil {
		if data, ok := hexdump.Line(l); ok && start(data) != 0 {
			r.open.data = append(r.open.data, data...)
			r.open.lines++
			r.close()
			return
		}
		r.drop()
	}
	at := r.stamp(l)
	if data := dump(l); data != nil {
		if i := start(data); i >= 0 {
			if at == "" {
				at = r.at // of the line above the dump
			}
			r.open = &cut{data: data[i:], line: r.number, lines: 1, at: at}
			r.close()
			return
		}
	}
	s, torn := r.charset.Decode(l)
	if kind, code, message, ok := closing(s); ok {
		r.closing(kind, code, message, at, torn)
		return
	}
	switch {
	case text.Blank(s):
		r.sink.Skip(entry.Blank, 1)
	case !r.evidence(s, at, torn):
		r.sink.Skip(entry.Noise, 1)
	}
}

// stamp returns the time of a line. A clock alone gets the date of the file's name.
func (r *reader) stamp(l string) string {
	at := hexdump.Stamp(l)
	if r.ctx.Day == 0 && field.ClockStamp(at) == len(at) {
		return ""
	}
	if at != "" {
		r.at = at
	}
	return at
}

// close takes the open frame if it is whole.
func (r *reader) close() {
	o := r.open
	n := size(o.data)
	if len(o.data) < n {
		return
	}
	r.open = nil
	f, err := parse(o.data[:n])
	if err != nil {
		r.reject(o.line, o.lines, fmt.Sprintf("%d bytes", n), err)
		return
	}
	if f.masked {
		r.masked++
	}
	r.frame(f, o)
}

// drop gives up a frame that was cut.
func (r *reader) drop() {
	if o := r.open; o != nil {
		r.open = nil
		r.reject(o.line, o.lines, fmt.Sprintf("%d bytes", len(o.data)), &field.Error{Rule: "ecr-cut",
			Msg: fmt.Sprintf("the frame has %d bytes and says that it has %d", len(o.data), size(o.data)), Hint: "look whether the log was cut or rotated here"})
	}
}

// frame adds a frame to the transaction at hand, or begins one.
func (r *reader) frame(f *frame, o *cut) {
	_, coded := f.tags[0x07]
	switch {
	case !coded && !f.receipt() && f.tags[0x03] == nil && f.tags[0x02] == nil: // card prompts, data for the host
		r.sink.Skip(entry.Noise, o.lines)
		return
	case !coded && !f.receipt():
		r.finish() // a request
	case r.deal != nil && (r.deal.answered || r.deal.random != "" && f.tags[0x04] != nil && r.deal.random != f.number(0x04)):
		r.finish()
	}
	rec := txn.New()
	if err := r.fill(rec, f, o.at); err != nil {
		e, _ := err.(*field.Error)
		r.reject(o.line, o.lines, fmt.Sprintf("code %q, amount %q", f.tags[0x07], f.tags[0x03]), e)
		return
	}
	rec.Pos, rec.Side = txn.Pos{Src: r.st.Src, Line: o.line}, r.side
	d := r.deal
	if d == nil {
		r.deal = &deal{Record: rec, lines: o.lines, random: f.number(0x04), answered: coded || f.receipt()}
		return
	}
	// The answer to the request at hand: what only the request states is kept.
	if !rec.Amount.Valid() {
		rec.Amount, rec.Kind = d.Amount, d.Kind
	}
	if rec.At.Valid() && d.At.Valid() && rec.At >= d.At && rec.Prec >= txn.PrecMilli {
		rec.Latency = int32(min(rec.At.Sub(d.At).Milliseconds(), 1<<30))
	}
	if d.At.Valid() {
		rec.At, rec.Prec = d.At, d.Prec
	}
	rec.Pos, rec.Flags = d.Pos, rec.Flags|d.Flags
	d.Record, d.lines, d.answered = rec, d.lines+o.lines, true
}

// closing ends the transaction at hand with the driver's own words. Without
// an answer from the terminal the code is the driver's.
func (r *reader) closing(kind txn.Kind, code, message, at string, torn bool) {
	d := r.deal
	if d == nil {
		rec := txn.New()
		r.ctx.Begin(rec)
		err := r.ctx.Set(rec, field.Time, at)
		if err == nil {
			err = r.ctx.Finish(rec)
		}
		if err != nil || !rec.At.Valid() {
			r.reject(r.number, 1, code+" "+message, &field.Error{Field: field.Time, Rule: "time-missing", Msg: "the line has no time with a date", Hint: "put the date into the file's name"})
			return
		}
		rec.Pos, rec.Side = txn.Pos{Src: r.st.Src, Line: r.number}, r.side
		d = &deal{Record: rec}
		r.deal = d
	}
	d.lines++
	if kind != txn.KindUnknown {
		d.Kind = kind
	}
	d.Text = txn.Scrub(message)
	d.Flags |= field.TextFlags(message)
	if torn {
		d.Flags |= txn.TruncatedText
	}
	if !d.answered && code != "" {
		d.Code, d.answered = strings.ToUpper(code), true
		switch {
		case d.Code == "99":
			d.Origin = txn.TerminalMade
		case d.Code == "00": // set before the answer is read
			d.Origin = txn.Inferred
		default:
			d.Origin = txn.Host
		}
	}
	r.finish()
}

// evidence makes a record of a line that speaks of the connection, and marks the
// transaction at hand. It returns false where the line does not, or has no time.
func (r *reader) evidence(s, at string, torn bool) bool {
	if at == "" {
		at = r.at
	}
	rec, err := exchange.Evidence(r.st, &r.ctx, s, at)
	if rec == nil || err != nil {
		return false
	}
	if r.deal != nil && !r.deal.answered {
		r.deal.Flags |= rec.Flags & (txn.TimedOut | txn.Disconnected)
	}
	rec.Pos, rec.Side = txn.Pos{Src: r.st.Src, Line: r.number}, r.side
	if torn {
		rec.Flags |= txn.TruncatedText
	}
	r.sink.Record(rec, 1)
	return true
}

// finish hands the transaction at hand on.
func (r *reader) finish() {
	d := r.deal
	if d == nil {
		return
	}
	r.deal = nil
	if !d.answered {
		d.Flags |= txn.NoAnswer
	}
	if d.Origin == txn.TerminalMade {
		r.local++
	}
	if d.RRN != "" {
		k := slip{strings.Clone(d.RRN), strings.Clone(d.TID), d.Amount}
		if r.slips[k] {
			d.Flags |= txn.Repeat // printed again
		}
		if r.slips == nil || len(r.slips) >= maxSlips {
			r.slips = map[slip]bool{}
		}
		r.slips[k] = true
	}
	if d.Kind == txn.KindUnknown && !d.Amount.Valid() && !d.answered {
		d.Kind = txn.Other // sign-on, parameters, reprint
	}
	r.sink.Record(d.Record, d.lines)
}

func (r *reader) reject(line uint32, lines int, excerpt string, e *field.Error) {
	r.sink.Reject(exchange.Refusal(txn.Pos{Src: r.st.Src, Line: line}, e.Rule, excerpt, e), lines)
}
