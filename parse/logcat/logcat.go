// Package logcat reads the log of Android, on which smart terminals run.
//
// In come lines in the forms of logcat and Android Studio, with and without a
// year. Lines of one thread and one moment are put together, because logcat splits
// messages at line ends and at four kilobytes. Out go records of messages with
// KEY=value pairs (see parse/kv) and of ISO 8583 messages in hexadecimal (see
// parse/iso8583), records of evidence (kind other) for texts that speak of time-outs,
// lost connections and what else the caller knows as telling, and skips for the rest.
package logcat

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/hexdump"
	"github.com/poslog/poslog/parse/iso8583"
	"github.com/poslog/poslog/parse/kv"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads Android logs.
var Reader = entry.Reader{Name: "logcat", Sniff: sniff, Read: read}

func sniff(_ string, head []byte) (int, string) {
	lines, ours, long := 0, 0, false
	for l := range strings.Lines(text.Of(head)) {
		if lines == 400 {
			break
		}
		if l = strings.TrimRight(l, "\r\n"); l == "" || divider(l) {
			continue
		}
		m, ok := parse(l)
		if ok {
			ours++
			long = m.long
		}
		if ok || !long {
			lines++
		}
	}
	switch {
	case ours == 0:
		return 0, "no line has the time, process and tag of an Android log"
	case ours*2 < lines:
		return 30, fmt.Sprintf("%d of the first %d lines are those of an Android log", ours, lines)
	}
	return 97, fmt.Sprintf("%d of the first %d lines are those of an Android log", ours, lines)
}

func divider(l string) bool { return strings.HasPrefix(l, "--------- ") }

// group is the lines of one thread, tag and moment.
type group struct {
	line
	number uint32
	more   []string // texts of further lines
	lines  int
	torn   bool
}

type reader struct {
	st      *entry.Stream
	side    txn.Side
	sink    entry.Sink
	ctx     field.Context
	charset text.Charset
	pairs   *kv.Singles
	iso     *iso8583.Messages
	open    []*group // of one moment, oldest first
	last    *group

	found, evidence int
}

// counter notes what the readers of single messages hand on.
type counter struct {
	entry.Sink
	found *int
}

func (c counter) Record(r *txn.Record, lines int)   { *c.found++; c.Sink.Record(r, lines) }
func (c counter) Reject(r *entry.Reject, lines int) { *c.found++; c.Sink.Reject(r, lines) }

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	own := *st
	if own.Side == txn.SideUnknown {
		own.Side = txn.Terminal
	}
	r := &reader{st: &own, side: own.Side, sink: sink, ctx: st.Context(), charset: text.Judge(st.Head)}
	counted := counter{sink, &r.found}
	r.pairs, r.iso = kv.NewSingles(&own, counted), iso8583.NewMessages(&own, counted)
	r.pairs.Ahead(messages(st.Head, &r.charset))
	last := uint32(0)
	failed := st.EachLine(st.R, counted, func() {}, func(l string, number uint32) {
		last = number
		s, torn := r.charset.Decode(l)
		r.line(s, number, torn)
	})
	r.moment("")
	r.pairs.Flush()
	notes := r.iso.Flush()
	if r.found+r.evidence == 0 && failed == nil {
		return nil, fmt.Errorf("%s: it is an Android log, and none of its %d lines has a transaction or speaks of a connection", st.Src.Name, last)
	}
	sum := &entry.Summary{Format: "logcat", Charset: r.charset.Name(), Side: r.side, Notes: append(notes, r.pairs.Notes()...)}
	if r.evidence > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d messages without a transaction are kept as evidence", r.evidence))
	}
	return sum, failed
}

// messages are the texts of the first lines behind their time stamps.
func messages(head []byte, charset *text.Charset) string {
	var b strings.Builder
	above := "" // the time of a head whose text is below
	for l := range strings.Lines(string(head)) {
		s, _ := charset.Decode(strings.TrimRight(l, "\r\n"))
		m, ok := parse(s)
		switch {
		case ok && m.long:
			above = m.stamp
		case ok:
			b.WriteString(m.stamp + " " + m.text + "\n")
		case above != "":
			b.WriteString(above + " " + s + "\n")
		}
	}
	return b.String()
}

// least is how many bytes a message has at least.
const least = 20

// maxParts bounds how many lines make one message, and maxOpen how many messages
// of one moment are kept apart.
const (
	maxParts = 1000
	maxOpen  = 64
)

// line accounts for one line.
func (r *reader) line(s string, number uint32, torn bool) {
	if text.Blank(s) {
		r.sink.Skip(entry.Blank, 1)
		return
	}
	if divider(s) {
		r.sink.Skip(entry.Header, 1)
		return
	}
	l, ok := parse(s)
	if !ok {
		if g := r.last; g != nil && g.long && g.lines == 1 {
			g.text, g.lines, g.torn = s, 2, torn
		} else if g != nil && g.lines < maxParts { // copied from a screen: only the first line has its head
			g.more, g.lines, g.torn = append(g.more, s), g.lines+1, g.torn || torn
		} else {
			r.sink.Skip(entry.Noise, 1)
		}
		return
	}
	if g := r.last; g != nil && g.stamp != l.stamp && g.goesOn(&l) {
		g.more, g.lines, g.torn = append(g.more, l.text), g.lines+1, g.torn || torn
		return
	}
	r.moment(l.stamp)
	for _, g := range r.open {
		if g.who == l.who && g.tag == l.tag && g.level == l.level && g.lines < maxParts && !l.long && !begins(l.text) {
			g.more, g.lines, g.torn = append(g.more, l.text), g.lines+1, g.torn || torn
			r.last = g
			return
		}
	}
	if len(r.open) == maxOpen { // a log whose clock stands still
		r.moment("")
	}
	r.last = &group{line: l, number: number, lines: 1, torn: torn}
	r.open = append(r.open, r.last)
}

// begins reports whether a text is a message of its own: pairs and not one value
// of many, or words with a dump and not a row of one.
func begins(s string) bool {
	if strings.Count(s, "=") > 1 {
		return true
	}
	_, row := hexdump.Line(s)
	return !row && strings.ContainsFunc(s, notHex) && hexdump.Find(s, least) != nil
}

// goesOn reports whether l is the rest of a dump that was cut at four kilobytes, written a moment later.
func (g *group) goesOn(l *line) bool {
	tail := g.text
	if len(g.more) > 0 {
		tail = g.more[len(g.more)-1]
	}
	return len(tail) > 3000 && g.who == l.who && g.tag == l.tag && g.lines < maxParts && lastDigits(tail) != "" && l.text != "" && !strings.ContainsFunc(l.text, notHex)
}

// moment ends the messages of another moment than stamp; "" ends all.
func (r *reader) moment(stamp string) {
	if len(r.open) == 0 || r.open[0].stamp == stamp {
		return
	}
	for _, g := range r.open {
		r.take(g)
	}
	r.open, r.last = r.open[:0], nil
}

// take accounts for one message.
func (r *reader) take(g *group) {
	if data := g.bytes(); data != nil && r.iso.Take(data, g.number, g.lines, g.stamp) {
		return
	}
	if strings.Contains(g.text, "=") || strings.ContainsAny(g.text, ":：") {
		if r.pairs.Take(g.stamp+" "+strings.Join(append([]string{g.text}, g.more...), " "), g.number) {
			if g.lines > 1 {
				r.sink.Skip(entry.Continuation, g.lines-1)
			}
			return
		}
	}
	if !r.evident(g) {
		r.sink.Skip(entry.Noise, g.lines)
	}
}

// bytes returns what the message holds in hexadecimal: in one line, cut over
// lines, or as a dump with one row per line.
func (g *group) bytes() []byte {
	if len(g.more) == 0 {
		if len(g.text) < 2*least {
			return nil
		}
		return hexdump.Find(g.text, least)
	}
	if lastDigits(g.text) != "" && !strings.ContainsFunc(strings.Join(g.more, ""), notHex) { // cut, perhaps inside a byte
		return hexdump.Find(g.text+strings.Join(g.more, ""), least)
	}
	rows, _ := hexdump.Line(g.text)
	for _, l := range g.more {
		data, ok := hexdump.Line(l)
		if !ok {
			return hexdump.Find(g.text, least)
		}
		rows = append(rows, data...)
	}
	return rows
}

func notHex(c rune) bool {
	return !(c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f')
}

// lastDigits returns the hexadecimal digits at the end of s, "" for fewer than eight.
func lastDigits(s string) string {
	t := strings.TrimRightFunc(s, func(c rune) bool { return !notHex(c) })
	if len(s)-len(t) < 8 {
		return ""
	}
	return s[len(t):]
}

// systemTags are parts of Android whose time-outs tell nothing about payments.
var systemTags = []string{"ActivityManager", "WindowManager", "PackageManager", "PowerManager", "AlarmManager", "Audio", "Camera", "SurfaceFlinger", "Bluetooth", "bt_",
	"Input", "chatty", "zygote", "libc", "Choreographer", "OpenGL", "art", "dex2oat", "Sensor", "JobScheduler", "GC"}

// evident hands a text on that is evidence by itself.
func (r *reader) evident(g *group) bool {
	s := strings.TrimSpace(strings.Join(append([]string{g.text}, g.more...), " "))
	for _, t := range systemTags {
		if strings.HasPrefix(g.tag, t) && !r.st.Telling(s) {
			return false
		}
	}
	rec, err := exchange.Evidence(r.st, &r.ctx, s, g.stamp)
	pos := txn.Pos{Src: r.st.Src, Line: g.number}
	if err != nil {
		name, rule, msg, hint := "time", "time-syntax", err.Error(), ""
		var fe *field.Error
		if errors.As(err, &fe) {
			name, rule, msg, hint = fe.Field.String(), fe.Rule, fe.Msg, fe.Hint
		}
		r.found++
		r.sink.Reject(entry.NewReject(pos, name, rule, g.stamp, msg, hint), g.lines)
		return true
	}
	if rec == nil {
		return false
	}
	rec.Pos, rec.Side = pos, r.side
	if g.torn {
		rec.Flags |= txn.TruncatedText
	}
	r.evidence++
	r.sink.Record(rec, g.lines)
	return true
}
