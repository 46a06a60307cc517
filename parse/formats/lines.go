package formats

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
)

func lastLine(err error) bool { return err == io.EOF }

// fixedReader reads records of fixed width. Offsets count bytes of the file, so
// that a line is cut before it is decoded: a GBK name takes the bytes that it
// takes.
func fixedReader(f *format.Format) entry.Reader {
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		b := newBuilder(f, st, sink)
		least := 0
		for _, c := range f.Columns {
			least = max(least, c.To)
		}
		values := make([]value, len(f.Columns))
		err := b.eachLine(func(s string) {
			switch n := len(s); {
			case f.Ignores(s):
				sink.Skip(entry.Noise, 1)
				return
			case n > f.Length && !f.Longer, n < least:
				b.reject("", "record-length", s, fmt.Sprintf("the record has %d bytes, not %d", n, f.Length),
					"the layout is another version: describe it in a format file of its own")
				return
			}
			for i, c := range f.Columns {
				t, _ := b.charset.Decode(s[c.From:c.To])
				values[i] = value{c.Field, f.Units[c.Field], strings.TrimSpace(t)}
			}
			b.emit(values, s)
		})
		if err != nil {
			return nil, err
		}
		for _, c := range f.Columns {
			b.sum.Columns = append(b.sum.Columns, entry.Column{Index: c.From + 1, Name: fmt.Sprintf("%d-%d", c.From, c.To), Field: c.Field.String()})
		}
		return b.finish("a record of " + f.Name)
	}
	sniff := func(name string, head []byte) (int, string) {
		if !f.Detect.Fits(name, head) {
			return 0, notFitting(&f.Detect)
		}
		first, _, _ := bytes.Cut(head, []byte("\n"))
		if n := len(bytes.TrimSuffix(first, []byte("\r"))); n > f.Length && !f.Longer || n < f.Length/2 {
			return 0, fmt.Sprintf("the first line has %d bytes, a record %d", n, f.Length)
		}
		p := probe(name, head, read)
		if p.records == 0 || p.rejects > p.records/4 {
			why := "no line can be read as a record"
			if p.first != nil {
				why = p.first.Msg
			}
			return 0, why
		}
		return 97, fmt.Sprintf("%d records of %d bytes", p.records, f.Length)
	}
	return entry.Reader{Name: f.Name, Sniff: sniff, Read: read, Parts: always, Unjoined: true}
}

func notFitting(d *format.Detect) string {
	var s []string
	if d.Name != "" {
		s = append(s, "the name "+d.Name)
	}
	if d.Text != nil {
		s = append(s, "the text "+d.Text.String())
	}
	return "it lacks " + strings.Join(s, " or ")
}

// lineReader reads logs of one record per line by regular expressions, the
// first of them that matches.
func lineReader(f *format.Format) entry.Reader {
	captures := make([][]field.Field, len(f.Patterns))
	for i, re := range f.Patterns {
		for _, name := range re.SubexpNames() {
			g, _ := field.Parse(name)
			captures[i] = append(captures[i], g)
		}
	}
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		b := newBuilder(f, st, sink)
		var values []value
		after := st.Part > 1
		err := b.eachLine(func(raw string) {
			s, _ := b.charset.Decode(raw)
			if f.Ignores(s) {
				sink.Skip(entry.Noise, 1)
				return
			}
			for i, re := range f.Patterns {
				m := re.FindStringSubmatchIndex(s)
				if m == nil {
					continue
				}
				values = values[:0]
				for k, g := range captures[i] {
					if g != field.None && m[2*k] >= 0 {
						values = append(values, value{g, f.Units[g], s[m[2*k]:m[2*k+1]]})
					}
				}
				after = true
				b.emit(values, s)
				return
			}
			switch {
			case f.Strict:
				b.reject("", "no-pattern", s, "no pattern of the format matches the line", "add a pattern, or an ignore for lines of this kind")
			case after && (s[0] == ' ' || s[0] == '\t'):
				sink.Skip(entry.Continuation, 1)
			default:
				after = true
				sink.Skip(entry.Noise, 1)
			}
		})
		if err != nil {
			return nil, err
		}
		return b.finish("matched by a pattern of " + f.Name)
	}
	sniff := func(name string, head []byte) (int, string) {
		if !f.Detect.Fits(name, head) {
			return 0, notFitting(&f.Detect)
		}
		if !text.Plausible(head) {
			return 0, "it has bytes of control, so it is no text"
		}
		p := probe(name, head, read)
		if p.records == 0 {
			return 0, "no line matches a pattern"
		}
		return 60 + 38*p.records/(p.records+p.rejects+p.noise), fmt.Sprintf("%d lines match a pattern", p.records)
	}
	return entry.Reader{Name: f.Name, Sniff: sniff, Read: read, Parts: always, Unjoined: true}
}

// Matches counts the patterns of a line format that match a text, for the rule
// that one does.
func matches(f *format.Format, s string) (which []*regexp.Regexp) {
	for _, re := range f.Patterns {
		if re.MatchString(s) {
			which = append(which, re)
		}
	}
	return which
}
