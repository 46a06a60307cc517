// Package fielddump reads messages of ISO 8583 that a program has taken apart and
// printed one field per line, as developers' tools and gateways do:
//
//	MTI..........: 0810            (moov-io/iso8583, Describe)
//	F39  Response Code....: 96
//	[039] 004                      (pyiso8583 and others)
//	'39' Response Code : '00'
//	Response code [39]......0      (SocketQueue)
//	Field 39: 00, DE039 = 00       (many)
//	[ 39] = [00], 域[039]:00         (C programs of Chinese banks)
//	39  Response Code    : '00'
//	fld[ 39] len[  2] = [00], F39_ResponseCode : 00
//	39域: 00, 返回值39域[应答码]=00, [39] 应答码 = [00], 域[39]长度[2]值[00]
//	i039:[00], P-039: 00, [39] => 00
//	action_code          : 039         : 100      (iso8583_rs)
//	[Fixed  an      2 002] 039 [00] below 0210:  (Postilion, OpenIso8583.Net)
//	<MTI>0210</MTI> <Element Number="39">00</Element>
//	{"0":"0210","39":"00"}, {'t': '0210', '39': '00'}, in one line or many
//
// In come lines; out go one record per request with its answer (see
// parse/exchange), and a reject for every block that looks like a message and
// cannot be one: a wrong packager prints plausible nonsense. A message begins with
// its type and ends at the first line that is no field of it; its time is that of
// its first line, else of the line before, else its own.
package fielddump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads dumps of one field per line.
var Reader = entry.Reader{Name: "fielddump", Sniff: sniff, Read: read}

func sniff(name string, head []byte) (int, string) {
	good, bad := 0, 0
	c := collector{done: func(b *block) {
		switch fields := b.fields; {
		case !b.message():
		case b.several:
			bad++
		case exchange.Fill(&field.Context{Year: 2000, Day: 20000101}, txn.New(), &fields, b.at) == nil:
			good++
		default:
			bad++
		}
	}}
	lines := 0
	charset := text.Judge(head)
	for l := range strings.Lines(text.Of(head)) {
		if lines++; lines > 2000 {
			break
		}
		l, _ = charset.Decode(strings.TrimRight(l, "\r\n"))
		c.line(l, uint32(lines))
	}
	c.flush()
	switch {
	case good == 0 && bad == 0:
		return 0, "no block of lines such as \"F39 Response Code: 00\" behind a message type"
	case good == 0:
		return 20, fmt.Sprintf("%d blocks of ISO 8583 fields, none of them a possible message", bad)
	}
	return 70 + 20*good/(good+bad), fmt.Sprintf("%d ISO 8583 messages of one field per line", good)
}

type reader struct {
	src  *txn.Source
	side txn.Side
	sink entry.Sink
	ctx  field.Context
	pair *exchange.Pairing
}

func read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	r := &reader{src: st.Src, side: st.Side, sink: sink, ctx: st.Context()}
	if r.side == txn.SideUnknown {
		r.side = txn.Switch
	}
	r.pair = exchange.New(func(m *exchange.Message) { sink.Record(m.Record, m.Lines) })
	charset := text.Judge(st.Head)
	var number uint32
	c := collector{done: r.block}
	c.other = func(l string) {
		switch rec, err := exchange.Evidence(st, &r.ctx, l, c.at); {
		case rec != nil && err == nil:
			rec.Pos, rec.Side = txn.Pos{Src: r.src, Line: number}, r.side
			sink.Record(rec, 1)
		case text.Blank(l):
			sink.Skip(entry.Blank, 1)
		default:
			sink.Skip(entry.Noise, 1)
		}
	}
	failed := st.EachLine(st.R, sink, c.flush, func(l string, n uint32) {
		number = n
		l, _ = charset.Decode(l)
		c.line(l, n)
	})
	c.flush()
	r.pair.Flush()
	return &entry.Summary{Format: "fielddump", Charset: charset.Name(), Side: r.side, Notes: r.pair.Notes()}, failed
}

// block makes a record, a reject or a skip of one block.
func (r *reader) block(b *block) {
	if !b.message() {
		r.sink.Skip(entry.Noise, b.lines)
		return
	}
	if b.several {
		r.sink.Reject(entry.NewReject(txn.Pos{Src: r.src, Line: b.line}, "", "several-transactions", fmt.Sprintf("0=%s 11=%s", b.fields[0], b.fields[11]),
			"the line holds more than one transaction", "write one transaction per line, or save the JSON of the answer as a file of its own"), b.lines)
		return
	}
	m := &exchange.Message{Record: new(txn.Record), Lines: b.lines}
	r.ctx.Begin(m.Record)
	m.Pos, m.Side = txn.Pos{Src: r.src, Line: b.line}, r.side
	excerpt := fmt.Sprintf("0=%s 11=%s 39=%s", b.fields[0], b.fields[11], b.fields[39])
	err := exchange.Fill(&r.ctx, m.Record, &b.fields, b.at)
	var fe *field.Error
	switch {
	case err == nil:
		r.pair.Add(m)
	case errors.As(err, &fe) && fe.Field != field.None:
		r.sink.Reject(entry.NewReject(m.Pos, fe.Field.String(), fe.Rule, excerpt, fe.Msg, fe.Hint), b.lines)
	default:
		r.sink.Reject(entry.NewReject(m.Pos, "", "iso8583-value", excerpt, err.Error(), ""), b.lines)
	}
}
