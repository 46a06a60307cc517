package kv

import (
	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// mould is what lines look like that differ in the digits of their stamps and values only.
// A line of the same length that fits it, compared eight bytes at a time, has its values at the same
// places, and what its layout would find out about each is known.
type mould struct {
	layout   *layout
	length   int
	stampEnd int
	wide     bool // the line is not ASCII
	patterns []digits.Pattern
	values   []cast
}

// cast is a value that is kept.
type cast struct {
	key
	from, to int
	as       *string // where it goes in p.rec as it stands, nil where it has to be looked at
}

// moulds are those of a parser, by the lengths of lines.
type moulds struct {
	list [64][8]*mould
	n    int    // that were made
	hits int    // lines that fitted one
	any  []bool // bytes that may be any digit, of the line at hand
}

// find returns the mould of a line, nil for none.
func (ms *moulds) find(line string) *mould {
	list := &ms.list[len(line)%len(ms.list)]
	for i, m := range list {
		if m == nil {
			break
		}
		if len(line) != m.length || !digits.FitAll(line, m.patterns) {
			continue
		}
		if i > 0 {
			copy(list[1:i+1], list[:i])
			list[0] = m
		}
		ms.hits++
		return m
	}
	return nil
}

// remember makes a mould of the line at hand, of which its layout has just made a record that
// was handed on.
func (p *parser) remember(l *layout, line string) {
	ms := &p.moulds
	if ms.n >= 64 && ms.n > ms.hits/16 || l.keyed || len(line) > 4096 {
		return
	}
	if len(ms.any) < len(line) {
		ms.any = make([]bool, 2*len(line))
	}
	any := ms.any[:len(line)]
	clear(any)
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			any[i] = line[i]-'0' <= 9
		}
	}
	m := &mould{layout: l, length: len(line), stampEnd: p.stampEnd, wide: !text.ASCII(line),
		patterns: make([]digits.Pattern, 0, (len(line)+7)/8), values: make([]cast, 0, len(l.slots))}
	at, _ := l.words(line)
	mark(l.start, p.stampEnd)
	for k := range l.slots {
		s, v := &l.slots[k], p.values[k]
		if s.stamp {
			return
		}
		from := at + len(s.lit)
		if at = from + len(v); s.quoted {
			at++
		}
		mark(from, from+len(v))
		if !s.use || v == "" {
			continue
		}
		c := cast{key: s.key, from: from, to: from + len(v)}
		if s.to != nil && *s.to == v && (s.field != field.STAN || len(v) > 1) {
			c.as = s.to
		}
		m.values = append(m.values, c)
	}
	for at := 0; at < len(line); at += 8 {
		from := min(at, len(line)-8)
		var marks uint8
		for i := range 8 {
			if any[from+i] {
				marks |= 1 << i
			}
		}
		m.patterns = append(m.patterns, digits.PatternWith(line[from:], marks))
	}
	list := &ms.list[len(line)%len(ms.list)]
	copy(list[1:], list[:])
	list[0] = m
	ms.n++
}

// cast makes a record of a line that fits a mould, as quickRecord does.
func (p *parser) cast(m *mould, line string) bool {
	if m.wide {
		if p.charset.PreferGB {
			return false
		}
		p.charset.UTF8++
	}
	if !p.begin(line[m.layout.start:m.stampEnd]) {
		return p.undo(line)
	}
	for i := range m.values {
		c := &m.values[i]
		v := line[c.from:c.to]
		if c.as != nil {
			*c.as = v
		} else if !p.put(c.key, v) {
			return true // rejected, and accounted for
		}
	}
	if p.complete(line) {
		p.answer()
	}
	return true
}
