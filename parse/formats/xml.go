package formats

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
)

// maxElement bounds the bytes of one element of an XML input.
const maxElement = 16 << 20

// xmlReader reads one element per record. Names are those of the elements below
// it, with their path ("card/pan"), or of attributes ("@tid").
func xmlReader(f *format.Format) entry.Reader {
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		b := newBuilder(f, st, sink)
		b.sum.Charset = "utf-8"
		x := &xmlRecords{builder: b, guard: &guard{r: st.R}}
		x.d = xml.NewDecoder(x.guard)
		x.d.Strict = false
		x.d.CharsetReader = func(name string, r io.Reader) (io.Reader, error) {
			switch n := strings.ToLower(name); n {
			case "gbk", "gb2312", "gb18030":
				b.sum.Charset = "gb18030"
				return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
			case "utf-8", "us-ascii":
				return r, nil
			default:
				return nil, fmt.Errorf("the charset %q is neither UTF-8 nor GB18030", name)
			}
		}
		if err := x.run(); err != nil {
			return nil, fmt.Errorf("%s: reading stopped at line %d: %w", st.Src.Name, x.done, err)
		}
		return b.finish("an element <" + f.Record + ">")
	}
	sniff := func(name string, head []byte) (int, string) {
		if !f.Detect.Fits(name, head) {
			return 0, notFitting(f)
		}
		if first := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"); len(first) == 0 || first[0] != '<' {
			return 0, "it does not begin with <"
		}
		if p := probe(name, head, read); p.records > 0 {
			return 96, fmt.Sprintf("%d elements <%s>", p.records, f.Record)
		}
		return 0, "no element <" + f.Record + "> can be read as a record"
	}
	return entry.Reader{Name: f.Name, Sniff: sniff, Read: read}
}

// guard ends the reading of an element that is too long to be one.
type guard struct {
	r io.Reader
	n int
}

func (g *guard) Read(p []byte) (int, error) {
	if g.n > maxElement {
		return 0, fmt.Errorf("an element has more than %d MiB", maxElement>>20)
	}
	n, err := g.r.Read(p)
	g.n += n
	return n, err
}

type xmlRecords struct {
	*builder
	guard *guard
	d     *xml.Decoder
	done  int // last line that is accounted for
}

func (x *xmlRecords) run() error {
	for {
		before, _ := x.d.InputPos()
		t, err := x.d.Token()
		if err != nil {
			end, col := x.d.InputPos()
			if col <= 1 { // behind the last line end
				end--
			}
			if errors.Is(err, io.EOF) {
				x.pass(end)
				x.sum.Lines = x.done
				return nil
			}
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) && x.records > 0 {
				// A file that ends inside an element keeps what was read before.
				x.pass(before - 1)
				x.line = uint32(max(x.done+1, before))
				x.done = int(x.line)
				x.reject("", "xml-syntax", "", "the XML is damaged here: "+syntax.Msg, "look whether the file was cut off")
				x.sum.Lines = x.done
				return nil
			}
			return err
		}
		x.guard.n = 0
		s, ok := t.(xml.StartElement)
		if !ok || s.Name.Local != x.f.Record {
			continue
		}
		x.pass(before - 1)
		values, err := x.element(s)
		last, _ := x.d.InputPos()
		if err != nil && x.records == 0 && x.rejects == 0 && !errors.Is(err, io.ErrUnexpectedEOF) {
			var syntax *xml.SyntaxError
			if !errors.As(err, &syntax) {
				return err
			}
		}
		// Several records on one line count one line each.
		x.line = uint32(max(before, 1)) // its tag may go over several lines
		extra := max(0, last-max(before, x.done+1))
		x.done = max(x.done+1, last)
		if err != nil {
			x.reject("", "xml-syntax", "", "the element <"+x.f.Record+"> is damaged: "+err.Error(), "look whether the file was cut off")
			x.sum.Lines = x.done
			if extra > 0 {
				x.sink.Skip(entry.Continuation, extra)
			}
			return nil
		}
		x.emit(values, x.f.Record)
		if extra > 0 {
			x.sink.Skip(entry.Continuation, extra)
		}
	}
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

// element collects the texts and attributes below a record's element.
func (x *xmlRecords) element(s xml.StartElement) ([]value, error) {
	var values []value
	var path []string
	var chars []byte
	add := func(name, v string) {
		f, u := x.lookup(strings.Join(append(path, name), "/"))
		if f == field.None {
			f, u = x.lookup(strings.TrimPrefix(name, "@"))
		}
		if v = strings.TrimSpace(v); v != "" && f > field.Ignore {
			values = append(values, value{f, u, v})
		}
	}
	for _, a := range s.Attr {
		add("@"+a.Name.Local, a.Value)
	}
	for {
		t, err := x.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(path) > 100 {
				return nil, errors.New("elements are nested more than 100 deep")
			}
			path, chars = append(path, t.Name.Local), chars[:0]
			for _, a := range t.Attr {
				add("@"+a.Name.Local, a.Value)
			}
		case xml.CharData:
			chars = append(chars, t...)
		case xml.EndElement:
			if len(path) == 0 {
				return values, nil
			}
			name := path[len(path)-1]
			path = path[:len(path)-1]
			add(name, string(chars))
			chars = chars[:0]
		}
	}
}
