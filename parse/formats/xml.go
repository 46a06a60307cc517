package formats

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
)

// maxElement bounds the bytes of one element of an XML input.
const maxElement = 16 << 20

// xmlReader reads one element per record. Names are those of the elements below
// it, with their path ("card/pan"), or of attributes ("@tid").
func xmlReader(f *format.Format) entry.Reader {
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		x := &xmlRecords{rows: tally{sink, 1}, in: st.R, start: -1, line: 1, endless: map[string]int{}}
		x.builder = newBuilder(f, st, &x.rows)
		if x.element.lookup = x.lookup; len(f.Columns) == 0 || f.Learned {
			x.element.lookup = func(name string) (field.Field, field.Unit) {
				if f.Binds(name) {
					return x.lookup(name)
				}
				return meant(name)
			}
		}
		switch name := declared(st.Head); {
		case latin(name) && utf8.Valid(st.Head[:bytes.LastIndexByte(st.Head, '<')]) && !text.ASCII(text.Of(st.Head)): // it says so and is not
		case latin(name):
			x.in, x.sum.Charset = charmap.Windows1252.NewDecoder().Reader(st.R), name
			x.charset.PreferGB = false
		case name != "" && !readable(name):
			return nil, fmt.Errorf("%s: the charset %q of the XML is neither UTF-8 nor GB18030: convert it with iconv -t utf-8 and declare that", st.Src.Name, name)
		}
		if err := x.run(); err != nil {
			return nil, fmt.Errorf("%s: reading stopped at line %d: %w", st.Src.Name, x.line, err)
		}
		if x.shared > 0 {
			x.sum.Notes = append(x.sum.Notes, fmt.Sprintf("%d elements share a line with another; each counts as a row, and positions number them on", x.shared))
		}
		return x.finish("an element <" + f.Record + ">")
	}
	sniff := func(name string, head []byte) (int, string) {
		if !f.Detect.Fits(name, head) {
			return 0, notFitting(&f.Detect)
		}
		if first := text.Begin(head); len(first) == 0 || first[0] != '<' {
			return 0, "it does not begin with <"
		}
		p := probe(name, head, read)
		switch {
		case p.records > 0:
			return 96, fmt.Sprintf("%d elements <%s>", p.records, f.Record)
		case p.err != nil && declared(head) != "" && !readable(declared(head)) && !latin(declared(head)):
			return 0, strings.TrimPrefix(p.err.Error(), name+": ")
		case p.first != nil:
			return 0, "no element <" + f.Record + "> can be read as a record: " + p.first.Msg
		}
		return 0, "it has no element <" + f.Record + ">"
	}
	return entry.Reader{Name: f.Name, Sniff: sniff, Read: read, Unjoined: true}
}

var xmlDeclaration = lazy.MustCompile(`^[\s\x{feff}]*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']*)["']`)

// declared is the charset that an XML document says it has, in small letters.
func declared(head []byte) string {
	if m := xmlDeclaration.FindSubmatch(head[:min(len(head), 512)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

// readable reports whether the bytes of a declared charset can be told: UTF-16 is UTF-8
// by the time that a reader has it.
func readable(charset string) bool {
	switch charset {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "gbk", "gb2312", "gb18030":
		return true
	}
	return false
}

// latin reports whether a declared charset is that of western Europe; Windows' has all of it.
func latin(charset string) bool {
	switch charset {
	case "iso-8859-1", "iso8859-1", "latin1", "windows-1252", "cp1252":
		return true
	}
	return false
}

// xmlRecords cuts the elements of records out of an XML text. It looks for their tags
// alone and has only what stands between them parsed, so that damage costs the element
// in which it is and no other: reading goes on at the next beginning of one.
type xmlRecords struct {
	*builder
	element xmlElement
	rows    tally // the account of the element at hand goes through it
	in      io.Reader
	err     error // of in, with io.EOF

	buf       []byte
	base      int // bytes in front of buf
	at        int // all of buf in front is looked through
	line      int // of buf[at]
	start     int // of the element that is open, -1 where none is
	startLine int
	done      int            // last line that is accounted for
	shared    int            // elements that begin on the line of another
	endless   map[string]int // what closes a comment stands nowhere in front of this byte
}

// more reads on and keeps what stands from the open element, or from at.
func (x *xmlRecords) more() bool {
	if x.err != nil {
		return false
	}
	if n := len(x.buf); cap(x.buf)-n < 32<<10 {
		from := x.at
		if x.start >= 0 {
			from, x.start = x.start, 0
		}
		x.at, x.base = x.at-from, x.base+from
		if n -= from; n < from {
			x.buf = x.buf[:copy(x.buf, x.buf[from:])]
		} else {
			x.buf = append(make([]byte, 0, 2*n+64<<10), x.buf[from:]...)
		}
	}
	n := len(x.buf)
	var m int
	for range 100 {
		m, x.err = x.in.Read(x.buf[n:cap(x.buf)])
		if x.buf = x.buf[:n+m]; m > 0 || x.err != nil {
			return m > 0 || x.err == nil
		}
	}
	x.err = io.ErrNoProgress
	return false
}

// step passes over n bytes.
func (x *xmlRecords) step(n int) {
	x.line += bytes.Count(x.buf[x.at:x.at+n], []byte("\n"))
	x.at += n
}

func (x *xmlRecords) run() error {
	for {
		if x.start >= 0 && x.at-x.start > maxElement {
			x.damaged(x.line, fmt.Sprintf("it has more than %d MiB", maxElement>>20))
		}
		i := bytes.IndexByte(x.buf[x.at:], '<')
		if i < 0 {
			x.step(len(x.buf) - x.at)
			if !x.more() {
				break
			}
			continue
		}
		x.step(i)
		if len(x.buf)-x.at < 256 && x.more() { // no tag's name is longer
			continue
		}
		switch rest := x.buf[x.at:]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			x.passOver("-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			x.passOver("]]>")
		case x.names(rest[1:]):
			if x.start >= 0 {
				last := x.line
				if bytes.Count(x.buf[x.start:x.at], []byte("\n")) > 0 && len(bytes.TrimSpace(x.buf[bytes.LastIndexByte(x.buf[:x.at], '\n')+1:x.at])) == 0 {
					last-- // the line of the next one is that one's
				}
				x.damaged(last, "another one begins before its end")
			}
			x.start, x.startLine = x.at, x.line
			if n := x.tag(); n > 0 && x.buf[x.at+n-2] == '/' {
				x.step(n)
				x.complete()
			} else {
				x.step(1)
			}
		case len(rest) > 2 && rest[1] == '/' && x.names(rest[2:]):
			n := x.tag()
			x.step(max(n, 1))
			switch {
			case x.start < 0:
				x.start, x.startLine = x.at-max(n, 1), x.line
				x.damaged(x.line, "it has an end and no beginning")
			case n == 0:
				x.damaged(x.line, "its end is cut")
			default:
				x.complete()
			}
		default:
			x.step(1)
		}
	}
	if x.err != io.EOF {
		return x.err
	}
	last := x.line
	if n := len(x.buf); n == 0 || x.buf[n-1] == '\n' {
		last--
	}
	if x.start < 0 { // a tag that is not closed may have been anything
		tail := x.buf[min(x.tail(), len(x.buf)):]
		if len(tail) > 0 {
			x.start, x.startLine = len(x.buf)-len(tail), x.line-bytes.Count(tail, []byte("\n"))
			x.refuse(last, "the file ends inside a tag")
		}
	} else {
		x.damaged(last, "the file ends inside it")
	}
	x.pass(last)
	x.sum.Lines = last + x.shared
	return nil
}

// tail is where a tag begins that is open at the end of what was read.
func (x *xmlRecords) tail() int {
	if i := bytes.LastIndexByte(x.buf, '<'); i >= 0 && bytes.IndexByte(x.buf[i:], '>') < 0 {
		return i
	}
	return len(x.buf)
}

// names reports whether a tag whose name stands at the start of b is that of a record,
// with or without a prefix.
func (x *xmlRecords) names(b []byte) bool {
	from := 0
	for i, c := range b[:min(len(b), 250)] {
		switch c {
		case ':':
			if from == 0 {
				from = i + 1
			}
		case ' ', '\t', '\r', '\n', '/', '>', '<':
			return string(b[from:i]) == x.f.Record
		}
	}
	return false
}

// tag is the length of the tag at hand, 0 where another begins before it ends.
func (x *xmlRecords) tag() int {
	quote := byte(0)
	for i := 1; i < maxElement; i++ {
		if x.at+i >= len(x.buf) && !x.more() {
			return 0
		}
		switch c := x.buf[x.at+i]; {
		case c == '<':
			return 0
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"', c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return 0
}

// passOver passes over a comment or a section of plain characters. One that is never
// closed is no such thing.
func (x *xmlRecords) passOver(end string) {
	for {
		from := min(max(x.at, x.endless[end]-x.base), len(x.buf))
		if i := bytes.Index(x.buf[from:], []byte(end)); i >= 0 {
			x.step(from + i + len(end) - x.at)
			return
		}
		x.endless[end] = x.base + max(from, len(x.buf)-len(end)+1)
		if len(x.buf)-x.at > maxElement || !x.more() {
			x.step(1)
			return
		}
	}
}

// complete takes the element from its start to at.
func (x *xmlRecords) complete() {
	text, _ := x.charset.Decode(string(x.buf[x.start:x.at]))
	values, err := x.element.read(text)
	if err != nil {
		why := err.Error()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			why = syntax.Msg // its line is one of the element
		}
		x.damaged(x.line, why)
		return
	}
	if x.records+x.rejects == 0 && (len(x.f.Columns) == 0 || x.f.Learned) && x.element.interfaced() {
		x.fen = true
		x.sum.Notes = append(x.sum.Notes, field.InterfaceNote)
	}
	x.cover(x.line)
	x.emit(values, x.f.Record)
	x.start, x.rows.lines = -1, 1
}

// damaged rejects the open element with the lines up to last.
func (x *xmlRecords) damaged(last int, why string) {
	x.refuse(last, "the element <"+x.f.Record+"> is damaged: "+why)
}

func (x *xmlRecords) refuse(last int, msg string) {
	raw, _ := x.charset.Decode(string(x.buf[x.start:min(x.at, x.start+200)]))
	x.cover(last)
	x.reject("", "xml-syntax", raw, msg, "look whether the file was cut or overwritten here; reading goes on at the next element")
	x.start, x.rows.lines = -1, 1
}

// cover accounts for the lines in front of the open element, and has what it becomes
// account for its own up to last. Several on one line count one row each.
func (x *xmlRecords) cover(last int) {
	x.pass(x.startLine - 1)
	x.builder.line = max(uint32(x.startLine), x.builder.line+1)
	x.rows.lines = last - x.startLine + 1
	if x.startLine <= x.done {
		x.shared++
		x.rows.lines = max(1, last-x.done+1)
	}
	x.done = max(x.done, last)
}

// pass accounts for lines without a record.
func (x *xmlRecords) pass(to int) {
	if n := to - x.done; n > 0 {
		kind := entry.Noise
		if x.records+x.rejects == 0 {
			kind = entry.Header
		}
		x.sink.Skip(kind, n)
		x.done = to
	}
}
