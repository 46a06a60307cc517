package kv

import (
	"fmt"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
)

// Singles reads single lines of KEY=value pairs that another reader has cut out of
// its own log, by the dictionary alone.
type Singles struct{ p *parser }

// NewSingles hands what it finds to sink. Of st it uses the source, the zone, the
// year and the side.
func NewSingles(st *entry.Stream, sink entry.Sink) *Singles {
	own := *st
	own.Head = nil
	return &Singles{newParser(nil, &own, sink)}
}

// Take reads a line, in UTF-8 and with its time stamp in front. It returns false
// where that is no transaction, having done nothing; else the sink gets one line, at
// once or, of a request that waits for its answer, later.
func (s *Singles) Take(line string, number uint32) bool {
	h := s.p.parse(line)
	if s.p.judge(h) == field.Noise {
		return false
	}
	s.p.line = number
	s.p.read(line)
	return true
}

// Ahead looks at the first lines, in UTF-8 and with their time stamps in front, before any
// is taken: they tell the unit of amounts, and the lines with which transactions begin.
func (s *Singles) Ahead(lines string) {
	t := survey(nil, s.p.src.Name, []byte(lines))
	s.p.learnHead(&t)
}

// Notes says what was assumed.
func (s *Singles) Notes() []string { return s.p.assumed() }

// assumed says in which units amounts and durations are that state none, and which of two values
// was taken.
func (p *parser) assumed() (notes []string) {
	if p.bare > 0 {
		notes = append(notes, p.unitNote)
	}
	if p.seconds {
		notes = append(notes, field.SecondsNote)
	}
	for _, name := range p.twice {
		notes = append(notes, fmt.Sprintf("%s stands twice in a line, with different values: the first counts", name))
	}
	return notes
}

// Flush hands on the requests that nobody answered.
func (s *Singles) Flush() { s.p.flush() }
