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
	"bytes"
	"fmt"
	"io"
	"unsafe"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Reader reads key=value logs.
var Reader = entry.Reader{Name: "kv", Sniff: Sniff, Read: Read}

const (
	chunkSize = 1 << 20
	// MaxLine is the longest line that is read as one; a longer one is a reject
	// and is passed over without being held in memory.
	MaxLine = 1 << 20
)

// Read reads the whole stream.
func Read(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	p := newParser(st, sink)
	lines := lineReader{r: st.R}
	for {
		line, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: reading stopped after line %d: %w", st.Src.Name, p.line, err)
		}
		p.line++
		if lines.long > 0 {
			p.tooLong(line, lines.long)
			continue
		}
		p.read(line)
	}
	p.flush()
	if p.records == 0 && p.rejects == 0 {
		return nil, fmt.Errorf("%s: none of its %d lines has the keys of a transaction (a response code or message type, with a terminal, trace number or amount)", st.Src.Name, p.line)
	}
	return p.summary(), nil
}

// lineReader cuts a stream into lines. Buffers are filled once and never
// overwritten, so that a line may be kept as long as anybody likes.
type lineReader struct {
	r    io.Reader
	buf  []byte // what is read and not handed out
	err  error
	long int // length of the line where it exceeds MaxLine, else 0
}

// next returns the next line without its LF or CRLF. Of a line longer than
// MaxLine it returns the beginning and sets long.
func (l *lineReader) next() (string, error) {
	l.long = 0
	searched := 0
	for {
		if i := bytes.IndexByte(l.buf[searched:], '\n'); i >= 0 {
			line := l.buf[:searched+i]
			l.buf = l.buf[searched+i+1:]
			if len(line) > MaxLine {
				l.long = len(line)
				line = line[:256]
			}
			return view(line), nil
		}
		if l.err != nil {
			if len(l.buf) > 0 && l.err == io.EOF {
				line := l.buf
				l.buf = nil
				return view(line), nil
			}
			return "", l.err
		}
		if len(l.buf) > MaxLine {
			return l.skipLong()
		}
		searched = len(l.buf)
		l.fill()
	}
}

// fill puts the rest of the last buffer at the start of a new one and reads
// behind it.
func (l *lineReader) fill() {
	b := make([]byte, len(l.buf)+chunkSize)
	n := copy(b, l.buf)
	for tries := 0; tries < 100; tries++ {
		m, err := l.r.Read(b[n:])
		n += m
		if err != nil {
			l.err = err
		}
		if m > 0 || err != nil {
			l.buf = b[:n]
			return
		}
	}
	l.err = io.ErrNoProgress
}

// skipLong passes over the rest of an overlong line.
func (l *lineReader) skipLong() (string, error) {
	head := bytes.Clone(l.buf[:256])
	l.long = len(l.buf)
	b := make([]byte, 64<<10)
	for {
		n, err := l.r.Read(b)
		if i := bytes.IndexByte(b[:n], '\n'); i >= 0 {
			l.long += i
			l.buf = bytes.Clone(b[i+1 : n])
			l.err = err
			return view(head), nil
		}
		l.long += n
		if err != nil {
			l.buf, l.err = nil, err
			if err == io.EOF {
				return view(head), nil
			}
			return "", err
		}
	}
}

// view returns the bytes as a string without copying; they are never changed.
func view(b []byte) string {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// parser is the state of one input.
type parser struct {
	src     *txn.Source
	sink    entry.Sink
	ctx     field.Context
	side    txn.Side
	rec     txn.Record
	keys    map[string]key
	order   []string // keys in order of first appearance
	pairs   []pair   // of the line at hand
	layouts []*layout
	charset charset
	open    requests

	line             uint32
	records, rejects int
	afterLine        bool // a line that may be continued came before
	bare             int  // whole amounts below twelve digits, whose unit was assumed
	noLayouts        bool // tests: use the general path only
}

func newParser(st *entry.Stream, sink entry.Sink) *parser {
	p := &parser{src: st.Src, sink: sink, keys: map[string]key{}, side: st.Side, charset: judge(st.Head)}
	p.ctx.Loc = st.Loc
	p.ctx.SetYear(st.Year, st.Src.Name, st.Modified)
	if p.side == txn.SideUnknown {
		p.side = sideOf(st.Head)
	}
	return p
}

func (p *parser) pos() txn.Pos { return txn.Pos{Src: p.src, Line: p.line} }

func (p *parser) reject(fieldName, rule, text, msg, hint string) {
	p.rejects++
	p.afterLine = true
	p.sink.Reject(entry.NewReject(p.pos(), fieldName, rule, text, msg, hint), 1)
}

func (p *parser) tooLong(head string, n int) {
	p.reject("", "line-too-long", head, fmt.Sprintf("the line has %d bytes, more than the %d that a line may have", n, MaxLine),
		"check whether the file is text and its lines end in LF")
}

// read accounts for one line.
func (p *parser) read(line string) {
	if p.line == 1 && len(line) >= 3 && line[:3] == "\ufeff" {
		line = line[3:]
		p.charset.bom = true
	}
	if p.quick(line) {
		return
	}
	if blank(line) {
		p.sink.Skip(entry.Blank, 1)
		return
	}
	text, torn := p.charset.decode(line)
	head := p.parse(text)
	switch what, missing := p.judge(text, head); what {
	case isRecord:
		if p.emit(text, head, torn) && !torn && text == line {
			p.learn(line, head)
		}
	case isRequest:
		p.request(text, head, torn)
	case isBroken:
		p.reject("", "line-truncated", text, "the line begins like a transaction and has no "+missing, "look whether the log was cut or rotated here")
	default:
		kind := entry.Noise
		if head.stamp == "" && p.afterLine {
			kind = entry.Continuation
		}
		p.afterLine = true
		p.sink.Skip(kind, 1)
	}
}

func blank(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != 0x0B && s[i] != 0x0C {
			return false
		}
	}
	return true
}

// flush ends the file: requests that nobody answered become records.
func (p *parser) flush() {
	for _, r := range p.open.rest() {
		r.Flags |= txn.NoAnswer
		p.records++
		p.sink.Record(r, 1)
	}
}

func (p *parser) summary() *entry.Summary {
	s := &entry.Summary{Format: "kv", Charset: p.charset.name(), Side: p.side, Lines: int(p.line)}
	for _, k := range p.order {
		c := entry.Column{Name: k}
		if f := p.keys[k].field; f > field.Ignore && f != field.Level {
			c.Field = f.String()
		} else if f != field.None {
			c.Field = field.Ignore.String()
		}
		s.Columns = append(s.Columns, c)
	}
	s.Notes = append(s.Notes, "each transaction is one line of KEY=value pairs")
	if p.charset.mixed() {
		s.Notes = append(s.Notes, "some lines are UTF-8 and some GB18030; each was read as what it is")
	}
	if p.bare > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d amounts are whole numbers of fewer than 12 digits and were read as major units (yuan)", p.bare))
	}
	if p.open.paired > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d requests were joined with their answers by terminal and trace number", p.open.paired))
	}
	return s
}
