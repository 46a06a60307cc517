// Package kv reads line logs of terminals and gateways in which a transaction
// is one line of KEY=value pairs, in any order, behind an optional time stamp,
// level and tag words:
//
//	2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MTI=0210 AMT=000000012300 RC=00 RT=235ms ERR="通讯超时"
//
// In comes an [entry.Stream]; out go records, rejects and classified skips, each
// physical line once. Keys are found through the dictionary of parse/field.
// Lines without such keys are noise, or continuations (stack traces) where they
// have no time stamp; a line that begins like a transaction and lacks its end is
// a reject. Lines may be UTF-8 or GB18030.
package kv

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Reader reads key=value logs by the dictionary of names.
var Reader = With(nil)

// With returns a reader that knows the names of a format besides the
// dictionary; nil is the dictionary alone.
func With(f *format.Format) entry.Reader {
	name := "kv"
	if f != nil {
		name = f.Name
	}
	return entry.Reader{Name: name, Sure: allRecords,
		Sniff: func(name string, head []byte) (int, string) { return sniff(f, name, head) },
		Read:  func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) { return read(f, st, sink) },
		Parts: func(name string, head []byte) *entry.Parting {
			w := newWatch(f, name, head)
			return &entry.Parting{Side: w.seen.side(f), Look: w.look}
		},
		Knowing: func(more map[string]field.Field) entry.Reader { return With(format.Knowing(name, more)) },
	}
}

// read reads the whole stream or a part of it.
func read(f *format.Format, st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	p := newParser(f, st, sink)
	p.line, p.before = st.Before, st.Before
	before, _ := st.Carry.(*parser)
	if before != nil {
		p.open, before.open = before.open, requests{}
	}
	lines := text.NewLines(st.R)
	var failed error
	for {
		line, err := lines.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			failed = fmt.Errorf("%s: reading stopped after line %d: %w", st.Src.Name, p.line, err)
			break
		}
		p.line++
		if lines.Long > 0 {
			p.tooLong(line, lines.Long)
			continue
		}
		p.read(line)
	}
	if st.Then != nil {
		sum := p.summary()
		st.Then(func(carry any, sink entry.Sink) any {
			before, _ := carry.(*parser)
			return p.follow(before, st.Last, sink, sum)
		})
		return sum, failed
	}
	sum := &entry.Summary{}
	p.follow(before, true, sink, sum)
	if failed != nil {
		return nil, failed
	}
	if p.records == 0 && p.rejects == 0 && st.Part == 0 {
		return nil, fmt.Errorf("%s: none of its %d lines has the keys of a transaction (a response code or message type, with a terminal, trace number or amount)", st.Src.Name, p.line)
	}
	return sum, nil
}

// follow puts a part behind all parts before it, nil where it is the first, and
// returns the whole. The last one says what all of them found.
func (p *parser) follow(before *parser, last bool, sink entry.Sink, sum *entry.Summary) *parser {
	all := p
	if before != nil {
		all = before
		all.sink = sink
		all.join(p)
	}
	if last {
		all.sink = sink
		all.flush()
		*sum = *all.summary()
		sum.Lines = int(p.line - p.before)
	}
	return all
}

// join adds what the part behind found and left.
func (p *parser) join(next *parser) {
	if m := next.open.met; m != nil {
		for _, e := range m.first {
			p.meets(e)
		}
		next.open.met = nil
		m.done()
	}
	p.expire(next.before)
	for _, q := range next.open.queue {
		if next.open.waits(q) {
			k := p.open.key(q)
			p.unanswered(p.open.take(k))
			p.open.add(q)
		}
	}
	p.line = next.line
	p.open.paired += next.open.paired
	p.charset.UTF8 += next.charset.UTF8
	p.charset.GB += next.charset.GB
	p.bare += next.bare
	p.records += next.records
	p.rejects += next.rejects
	p.coded = p.coded || next.coded
	p.opi = p.opi || next.opi
	for _, name := range next.order {
		p.note(name, next.keys[name])
	}
	for _, name := range next.twice {
		p.isTwice(name)
	}
}

// parser is the state of one input.
type parser struct {
	format   *format.Format // nil for the dictionary alone
	src      *txn.Source
	sink     entry.Sink
	ctx      field.Context
	side     txn.Side
	rec      txn.Record
	keys     map[string]key
	order    []string // keys in order of first appearance
	coded    bool     // the key of [process] had processing codes
	opi      bool     // requests of OPI have numbers
	pairs    []pair   // of the line at hand
	numbered bool     // its keys are numbers of fields
	values   []string // of a line that fits a layout
	stampEnd int      // where its stamp ends, for the quick path
	layouts  []*layout
	moulds   moulds
	charset  text.Charset
	open     requests
	asked    bool // requests ahead of this part may have their answers in it
	phased   bool // beginnings of transactions are requests
	plain    bool // those that no word tells, too
	legs     bool // answers that name no terminal are of a further leg

	line, before     uint32 // the last line, and the lines ahead of this part
	records, rejects int
	afterLine        bool   // a line that may be continued came before
	above            []byte // stamp of line aboveLine, which has no pairs: that of a message in the next line
	aboveLine        uint32
	twice            []string // keys that stand twice in a line, with different values
	bare             int      // whole amounts below twelve digits, whose unit was assumed
	fen              bool     // those of the head can only be minor units
	seconds          bool     // durations that do not say their unit are in seconds
	unitNote         string   // how amounts of no stated unit are read, and why
	noLayouts        bool     // tests: use the general path only
}

func newParser(f *format.Format, st *entry.Stream, sink entry.Sink) *parser {
	p := &parser{format: f, src: st.Src, sink: sink, keys: map[string]key{}, side: st.Side, unitNote: field.MajorNote, ctx: st.Context()}
	p.ctx.Events = true
	if f != nil {
		f.Configure(&p.ctx)
	}
	var t *tally
	if a, ok := st.Ahead.(*ahead); ok {
		t, p.charset, p.afterLine, p.asked = a.seen, a.charset, a.lines, a.asked
		p.above, p.aboveLine = []byte(a.above), st.Before
	} else {
		p.charset = text.Judge(st.Head)
		if len(st.Head) > 0 { // not when the head itself is surveyed
			seen := survey(f, st.Src.Name, st.Head)
			t = &seen
		}
	}
	if t != nil {
		p.learnHead(t)
		if p.side == txn.SideUnknown {
			p.side = t.side(f)
		}
	}
	if p.side == txn.SideUnknown {
		p.side = txn.Terminal
	}
	return p
}

// learnHead takes over what the head of the log tells.
func (p *parser) learnHead(t *tally) {
	p.plain = t.phases.found && !t.phases.worded
	p.phased, p.legs, p.open.loose, p.open.orders = t.phases.found, t.phases.legs, t.phases.loose, t.phases.orders
	why := t.minor()
	p.fen, p.unitNote = why != "", cmp.Or(why, field.MajorNote)
	p.seconds = t.seconds
	if t.unionpay > 0 && why == field.InterfaceNote && !p.format.Described() {
		p.ctx.Kinds = field.UnionPayKinds
	}
}

func (p *parser) pos() txn.Pos { return txn.Pos{Src: p.src, Line: p.line} }

func (p *parser) reject(fieldName, rule, text, msg, hint string) {
	p.refuseLine(entry.NewReject(p.pos(), fieldName, rule, text, msg, hint))
}

func (p *parser) refuseLine(r *entry.Reject) {
	p.rejects++
	p.afterLine = true
	p.sink.Reject(r, 1)
}

// cutLine refuses a line that has no outcome.
func (p *parser) cutLine(s string) *entry.Reject {
	return entry.NewReject(p.pos(), "", "line-truncated", s, "the line begins like a transaction and has neither a response code nor a word of a time-out",
		"look whether the log was cut here; if the code stands under a name of its own, describe it in a format file")
}

func (p *parser) tooLong(head string, n int) {
	p.reject("", "line-too-long", head, fmt.Sprintf("the line has %d bytes, more than the %d that a line may have", n, text.MaxLine),
		"check whether the file is text and its lines end in LF")
}

// read accounts for one line.
func (p *parser) read(line string) {
	if p.line == 1 && len(line) >= 3 && line[:3] == "\ufeff" {
		line = line[3:]
		p.charset.BOM = true
	}
	if p.quick(line) {
		return
	}
	if text.Blank(line) {
		p.sink.Skip(entry.Blank, 1)
		return
	}
	s, torn := p.charset.Decode(line)
	s = uncelled(s)
	if i := strings.IndexByte(s, 0); i >= 0 && p.judge(p.parse(s)) != field.Noise {
		p.reject("", "zero-bytes", s, "the line has zero bytes inside", "a crash cut it, and another line follows on it: separate them")
		return
	}
	h := p.parse(s)
	v := p.judge(h)
	if p.phased && v == field.Partial && (p.begins(s, h) || p.plain && p.opens(s, h)) {
		v = field.Request
	} else if v == field.Partial && p.typed() == field.Request {
		v = field.Noise // its answer tells of it, under numbers of its own
	} else if v != field.Answer && p.gaveUp(s, h, v) {
		return
	}
	switch v {
	case field.Answer:
		if p.legs && p.leg() {
			p.afterLine = true
			p.sink.Skip(entry.Continuation, 1)
		} else if p.emit(s, h, torn) && !torn && s == line {
			p.learn(line, h)
		}
	case field.Request:
		p.request(s, h, torn)
	case field.Partial:
		p.refuseLine(p.cutLine(s))
	default:
		kind := entry.Noise
		if h.stamp == "" && h.clock == "" && p.afterLine {
			kind = entry.Continuation
		}
		if h.stamp != "" {
			p.above, p.aboveLine = append(p.above[:0], h.stamp...), p.line
		}
		p.afterLine = true
		p.sink.Skip(kind, 1)
	}
}

// flush ends the file: requests that nobody answered become records.
func (p *parser) flush() {
	for _, q := range p.open.queue {
		if p.open.waits(q) {
			p.unanswered(p.open.take(p.open.key(q)))
		}
	}
	p.open.queue = nil
}

func (p *parser) summary() *entry.Summary {
	s := &entry.Summary{Format: "kv", Charset: p.charset.Name(), Side: p.side, Lines: int(p.line - p.before)}
	if p.format != nil {
		s.Format = p.format.Name
	}
	for _, k := range p.order[:min(len(p.order), maxColumns)] {
		c := entry.Column{Name: k}
		f := p.keys[k].field
		if p.coded && process(k) {
			f = field.ProcCode
		} else if p.opi && k == requestID {
			f = field.OrderNo
		}
		if f > field.Ignore && f != field.Level {
			c.Field = f.String()
		} else if f != field.None {
			c.Field = field.Ignore.String()
		}
		s.Columns = append(s.Columns, c)
	}
	s.Notes = append(s.Notes, "each transaction is one line of KEY=value pairs")
	if _, typed := p.keys["0"]; !typed && p.keys["39"].field == field.Code {
		s.Notes = append(s.Notes, "keys are numbers of fields of ISO 8583: their values have the lengths of these")
	}
	if p.charset.Mixed() {
		s.Notes = append(s.Notes, "some lines are UTF-8 and some GB18030; each was read as what it is")
	}
	s.Notes = append(s.Notes, p.assumed()...)
	if p.open.paired > 0 {
		s.Notes = append(s.Notes, "requests were joined with their answers by terminal and trace number")
	}
	return s
}
