package parse

import (
	"bytes"
	"io"
	"iter"
	"slices"

	"github.com/poslog/poslog/parse/text"
)

// A log may begin with pages of what its program did at its start, and that of a quiet shop has one
// sale among thousands of lines. Its head tells nothing then, but what stands further down does.

const (
	lateSize  = 8 << 20 // how far a text is searched
	latePages = 16      // pages behind the head that are looked at; behind them it is one of sixteen
)

const lateNote = "its head holds no transaction: lines further down tell what it is"

// further is a text whose head nobody understands, with lines from further down that a reader
// understands in the place of its head. Tables and documents begin with what tells them: they are
// none of it.
func further(c *content, o *Options) (content, bool) {
	if c.late || c.damage != nil || !text.Plausible(c.head) {
		return content{}, false
	}
	all, err := io.ReadAll(io.LimitReader(c.r, lateSize))
	if c.r = rest(all, c.r, err); err != nil {
		c.damage = readError(*c, err)
	}
	for page := range pages(all) {
		for _, d := range dresses {
			if !slices.Contains(c.wrapping, d.name) && d.worn(page) {
				first, head := peeked(d.off(&judged{c.r, page}))
				in := c.within(d.name, first)
				in.head = bytes.Clone(head)
				return in, true
			}
		}
		in := *c
		in.head, in.late = page, true
		if r, _, err := detect(in, o); err == nil && r.Name != "table" {
			return in, true
		}
	}
	return content{}, false
}

// pages are the lines of a text that name what transactions have, and its pages behind the head.
func pages(all []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if told := tellingLines(all); len(told) > 0 && !yield(told) {
			return
		}
		for n, at := 1, headSize; at < len(all); n, at = n+1, at+headSize {
			if n > latePages && n%latePages > 0 {
				continue
			}
			page := all[at:min(at+headSize, len(all))]
			if _, page, ok := bytes.Cut(page, []byte("\n")); ok && !yield(page) {
				return
			}
		}
	}
}

// tellingLines are the lines of a text that name a response code, or two other things that a transaction
// has, as many as a head has place for.
func tellingLines(all []byte) (told []byte) {
	charset := text.Judge(all)
	for l := range bytes.Lines(all) {
		line, _ := charset.Decode(text.Of(l))
		have, plain := namedIn(line)
		if plain || (have&(askedNames|saidNames)).Len() > 1 {
			if len(told)+len(l) > headSize {
				break
			}
			told = append(told, l...)
		}
	}
	return told
}

// judged is a text with lines of it that are taken for its head.
type judged struct {
	io.Reader
	head []byte
}
