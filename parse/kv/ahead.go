package kv

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/bits"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// ahead is what the reader of a part must know of the file ahead of it.
type ahead struct {
	seen    *tally       // of the head of the file
	charset text.Charset // likewise
	asked   bool         // requests may wait for answers in the part
	lines   bool         // a line that may be continued came before
	above   string       // stamp of the last line, where a message may follow it
}

// watch goes over a file ahead of its readers and looks for requests. Most logs have
// none, and then no part has to wait for another. It costs a small part of reading.
type watch struct {
	ahead
	p     *parser // for lines that look like requests
	since int     // lines behind the last part that may have one
}

func newWatch(f *format.Format, name string, head []byte) *watch {
	w := &watch{p: newParser(f, &entry.Stream{Src: &txn.Source{Name: name}, Side: txn.Terminal}, discard{})}
	t := survey(f, name, head)
	w.seen, w.charset = &t, text.Judge(head)
	w.p.charset = w.charset
	return w
}

// look returns what stands ahead of a part and takes the part in.
func (w *watch) look(part []byte) any {
	a := w.ahead
	if w.asked && w.since > reach {
		w.asked, a.asked = false, false
	}
	if w.seen.phases.found || w.mayAsk(part) { // where there are phases any line may be a request
		w.asked, w.since = true, 0
	} else if w.asked {
		w.since += bytes.Count(part, []byte{'\n'})
	}
	last := bytes.TrimRight(part, "\r\n")
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	at, n := field.Lead(string(last[:min(len(last), 64)]))
	w.above = string(last[at : at+n])
	lines := text.NewLines(text.InMemory(part, io.EOF))
	for !w.lines {
		l, err := lines.Next()
		if err != nil {
			break
		}
		w.lines = !text.Blank(l) && l != "\ufeff"
	}
	return &a
}

// mayAsk reports whether a part may hold a request; false is certain. A request
// has a message type that stands in the text as a word of four digits.
func (w *watch) mayAsk(part []byte) bool {
	var last uint64 // which of the 64 bytes before are digits
	for at := 0; at <= len(part); at += 64 {
		var d uint64
		if at+64 <= len(part) {
			d = digitBits((*[64]byte)(part[at:]))
		} else {
			var tail [64]byte
			copy(tail[:], part[at:])
			d = digitBits(&tail)
		}
		// Where four digits end, and no more than four.
		ends := ^d & (d<<1 | last>>63) & (d<<2 | last>>62) & (d<<3 | last>>61) & (d<<4 | last>>60) &^ (d<<5 | last>>59)
		last = d
		for ; ends != 0; ends &= ends - 1 {
			end := at + bits.TrailingZeros64(ends)
			if part[end-2]&1 == 0 && (end == len(part) || closes[part[end]]) && w.request(part, end) {
				return true
			}
		}
	}
	return false
}

// digitBits marks the digits among 64 bytes.
func digitBits(p *[64]byte) uint64 {
	return eightBits(p[0:8]) | eightBits(p[8:16])<<8 | eightBits(p[16:24])<<16 | eightBits(p[24:32])<<24 |
		eightBits(p[32:40])<<32 | eightBits(p[40:48])<<40 | eightBits(p[48:56])<<48 | eightBits(p[56:64])<<56
}

func eightBits(b []byte) uint64 {
	const ones = 0x0101010101010101
	x := binary.LittleEndian.Uint64(b) ^ '0'*ones // digits are 0 to 9
	other := (x&(0x7F*ones) + (0x7F-9)*ones | x) >> 7
	return ^other & ones * 0x0102040810204080 >> 56 // the eight marks as neighbours
}

// request reports whether the four digits that end before b[end], of which the third is
// even and behind which a value may end, are the message type of a request.
func (w *watch) request(b []byte, end int) bool {
	from := end - 4
	if from > 0 && !opens[b[from-1]] {
		return false
	}
	line := b[bytes.LastIndexByte(b[:from], '\n')+1:]
	from -= len(b) - len(line)
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	s := text.Of(line)
	if from > 0 && (s[from-1] == '=' || s[from-1] == ':') {
		// The key itself mostly says that it is something else. Bytes above 0x7F may
		// be Chinese in any charset, and so may the byte behind one.
		if k := keyStart(s, from-1); k < from-1 && text.ASCII(s[max(0, k-2):from]) {
			if f := w.p.lookup(s[k : from-1]).field; f != field.MTI {
				return false
			}
		}
	}
	s, _ = w.p.charset.Decode(text.Line(line))
	return w.p.judge(w.p.parse(s)) == field.Request
}

// opens and closes mark the bytes that may stand before and behind a value.
var opens, closes = func() (o, c [256]bool) {
	for i := range 256 {
		o[i] = i <= ' ' || i >= utf8.RuneSelf
		c[i] = o[i]
	}
	for _, b := range []byte(`=:"'[<>`) {
		o[b] = true
	}
	for _, b := range []byte(`,;|&]}"')<\` + rare) {
		c[b] = true
	}
	return o, c
}()
