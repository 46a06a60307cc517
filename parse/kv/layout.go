package kv

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// layout is the order of keys of a line that the general path has read. Lines
// of the same program mostly have the same few orders, so that comparing the
// text between two values replaces cutting the line apart: about twice as fast.
// A line that does not fit in every byte goes to the general path.
type layout struct {
	start   int    // where the stamp begins
	keyed   bool   // the line begins with its first key; the time, if any, has a key too
	first   string // separator and first key: " INST="
	between string // stamp and first key, in some line: mostly the same again
	slots   []slot
	proc    int  // number of the slot that holds a processing code or the name of a process, 0 for none
	coded   bool // it holds the code
}

type slot struct {
	key
	lit    string // what stands before the value, from the end of the value before
	quoted bool
	stamp  bool // a time with a blank inside
	use    bool // the first key of its field, and one that is kept

	word, mask uint64 // lit as a number, where it has at most eight bytes; else mask is 0

	// What the line before tells of the value, which mostly has as many digits, or is the
	// same word.
	to     *string  // where it goes in p.rec as it stands, nil where it has to be looked at
	digits bool     // it may be digits alone, which then go there
	n      int      // how many they are; 0 where it is something else
	last   [16]byte // the last value that went there as it stood
	lastN  int      // its length, 0 for none
}

// again reports whether the value at a place of the line is the same word as before.
func (s *slot) again(line string, at int) bool {
	end := at + s.lastN
	return s.lastN > 0 && end < len(line) && stop[line[end]] && line[at:end] == string(s.last[:s.lastN])
}

// stands reports whether lit stands at a place of the line.
func (s *slot) stands(line string, at int) bool {
	if s.mask != 0 && at+8 <= len(line) {
		return digits.Load(line, at)&s.mask == s.word
	}
	return len(line)-at >= len(s.lit) && line[at:at+len(s.lit)] == s.lit
}

// valueEnd returns where an unquoted value ends that begins at a place of s. Eight
// bytes at a time are passed over where all are digits, letters or other bytes from
// '0' to 'z' that are in no stop.
func valueEnd(s string, at int) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for at+8 <= len(s) {
		x := digits.Load(s, at)
		semicolon, bracket := x^(';'*ones), x^(']'*ones)
		// The lowest mark is right; bytes above it may be marked by its carry.
		m := (x - '0'*ones) &^ x
		m |= x | (x + (0x7F-'z')*ones)
		m |= (semicolon - ones) &^ semicolon
		m |= (bracket - ones) &^ bracket
		if m &= high; m == 0 {
			at += 8
			continue
		}
		at += bits.TrailingZeros64(m) / 8
		for at < len(s) && (s[at] < '0' || s[at] > 'z') && !stop[s[at]] {
			at++
		}
		if at < len(s) && stop[s[at]] {
			return at
		}
	}
	for at < len(s) && !stop[s[at]] {
		at++
	}
	return at
}

const maxLayouts = 12

// learn remembers the layout of a line that the general path has read and that
// needs nothing special.
func (p *parser) learn(line string, h head) {
	if p.noLayouts || p.format != nil && len(p.format.Set) > 0 || len(p.pairs) < 3 || !text.ASCII(line[:h.first]) {
		return
	}
	l := &layout{start: h.start, keyed: h.stamp == "" && h.first == 0}
	prev := 0
	if !l.keyed {
		if h.stamp == "" || field.ISOStamp(h.stamp) != len(h.stamp) || h.first == 0 {
			return
		}
		prev = h.first - 1
	}
	var got field.Set
	if p.have().Judge("", "") != field.Answer {
		return
	}
	for i := range p.pairs {
		pr := &p.pairs[i]
		if !pr.plain && !pr.stamp || pr.quoted && pr.value == "" {
			return
		}
		from := pr.from
		if !text.ASCII(line[prev:from]) {
			return
		}
		s := slot{key: pr.key, lit: strings.Clone(line[prev:from]), quoted: pr.quoted, stamp: pr.stamp}
		s.use = pr.field > field.Ignore && got&(1<<pr.field) == 0 && (l.keyed || pr.field != field.Time && pr.field != field.Date && pr.field != field.Clock)
		if repeatable.Has(pr.field) && got.Has(pr.field) && p.first(i) != nil {
			return // see repeats
		}
		if pr.field == field.Code && got&(1<<field.Code) != 0 {
			return // which of the two counts depends on the first being empty
		}
		if n := len(s.lit); n > 0 && n <= 8 {
			var b [8]byte
			copy(b[:], s.lit)
			s.word, s.mask = binary.LittleEndian.Uint64(b[:]), ^uint64(0)>>(64-8*n)
		}
		switch s.field {
		case field.TID, field.MID, field.STAN, field.RRN, field.ProcCode, field.Code, field.MTI:
			s.to, s.digits = field.In(&p.rec, s.field), true
		case field.Amount:
			s.digits = true
		case field.Institution, field.Carrier, field.Region, field.Network, field.Model, field.EntryMode, field.CondCode:
			s.to = field.In(&p.rec, s.field)
		}
		got |= 1 << pr.field
		l.slots = append(l.slots, s)
		if process(pr.name) {
			l.proc, l.coded = len(l.slots), pr.field == field.ProcCode
		}
		prev = pr.to
		if pr.quoted {
			prev++ // behind the closing quote
		}
	}
	if prev != len(line) {
		return
	}
	l.first = l.slots[0].lit
	if l.keyed && !strings.Contains(l.first, "=") || !l.keyed && !strings.ContainsAny(l.first[:1], " \t]|,;") {
		return
	}
	for _, old := range p.layouts {
		if old.same(l) {
			return
		}
	}
	p.layouts = append([]*layout{l}, p.layouts[:min(len(p.layouts), maxLayouts-1)]...)
}

func (l *layout) same(m *layout) bool {
	if l.start != m.start || l.keyed != m.keyed || len(l.slots) != len(m.slots) {
		return false
	}
	for i := range l.slots {
		if a, b := &l.slots[i], &m.slots[i]; a.key != b.key || a.lit != b.lit || a.quoted != b.quoted || a.stamp != b.stamp || a.use != b.use {
			return false
		}
	}
	return true
}

// quick reads a line by one of the layouts seen so far. It returns false where
// none fits, having done nothing.
func (p *parser) quick(line string) bool {
	if m := p.moulds.find(line); m != nil {
		return p.cast(m, line)
	}
	if strings.IndexByte(line, 0) >= 0 { // a crash cut the line, or it was padded
		return false
	}
	for i, l := range p.layouts {
		if !p.spans(l, line) {
			continue
		}
		if i > 0 {
			copy(p.layouts[1:i+1], p.layouts[:i])
			p.layouts[0] = l
		}
		records := p.records
		read := p.quickRecord(l, line)
		if p.records > records {
			p.remember(l, line)
		}
		return read
	}
	return false
}

// spans finds the values of the line by the layout and puts them into p.pairs.
func (p *parser) spans(l *layout, line string) bool {
	if len(line) < l.start+24 {
		return false
	}
	at := 0
	if !l.keyed {
		if at, p.stampEnd = l.words(line); at < 0 {
			return false
		}
	}
	if cap(p.values) < len(l.slots) {
		p.values = make([]string, 0, 64+len(l.slots))
	}
	values := p.values[:len(l.slots)]
	for k := range l.slots {
		s := &l.slots[k]
		if !s.stands(line, at) {
			return false
		}
		at += len(s.lit)
		from := at
		switch {
		case s.stamp:
			n := field.ISOStamp(line[at:])
			if n == 0 || field.ZoneLength(line[at+n:]) != 0 {
				return false
			}
			at += n
			values[k] = line[from:at]
		case s.quoted:
			j := strings.IndexByte(line[at:], '"')
			if j < 0 || strings.IndexByte(line[at:at+j], '\\') >= 0 || at+j+1 < len(line) && line[at+j+1] == '"' {
				return false
			}
			values[k] = line[from : at+j]
			at += j + 1
		case s.n > 0 && at+s.n < len(line) && stop[line[at+s.n]] && digits.At(line, at, s.n):
			at += s.n
			values[k] = line[from:at]
			continue
		case s.again(line, at):
			at += s.lastN
			values[k] = line[from:at]
			s.n = 0
			continue
		default:
			at = valueEnd(line, at)
			values[k] = line[from:at]
			if from < at && (line[from] == '[' || line[from] == '\\' || line[at-1] == ')' || s.field > field.Ignore && strings.IndexByte(values[k], '=') >= 0) {
				return false
			}
		}
		s.n = 0
		if n := len(values[k]); n == 0 && s.use && s.field != field.Code {
			return false
		} else if s.digits && n > 0 && n <= 16 && digits.Only(values[k]) && (s.field != field.STAN || n > 1) && (s.field != field.MTI || n == 4) {
			s.n = n // field.Context would store them as they stand
		}
	}
	p.values = values
	if l.proc > 0 && sixDigits(values[l.proc-1]) != l.coded {
		return false
	}
	return at == len(line)
}

// words returns where the first key begins behind the stamp, and where the stamp
// ends; -1 where stamp or words are unlike those of the layout.
func (l *layout) words(line string) (first, stamp int) {
	for k := range l.start {
		if line[k] != '[' && line[k] != ' ' && line[k] != '<' {
			return -1, 0
		}
	}
	n := field.ISOStamp(line[l.start:])
	if n == 0 {
		return -1, 0
	}
	words := line[l.start+n:]
	if k := len(l.between); len(words) > k+len(l.first) && words[:k] == l.between && words[k:k+len(l.first)] == l.first {
		return l.start + n + k, l.start + n
	}
	// The words between stamp and first key may differ (levels, threads), but
	// must hold nothing that could be a key, a quote or a zone.
	i := strings.Index(words[:min(len(words), 200)], l.first)
	if i < 0 || i > 0 && !harmless(words[:i]) {
		return -1, 0
	}
	if l.between == "" {
		l.between = strings.Clone(words[:i])
	}
	return l.start + n + i, l.start + n
}

// harmless reports that the words before the first key cannot change how the
// general path reads the line.
func harmless(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '=' || c == ':' || c == '"' || c == '\'' || c == '+' || c == '<' || c == '{' || c >= 0x80:
			return false
		}
	}
	return field.ZoneLength(s) == 0
}

// quickRecord makes a record of the spans. Lines that the general path would
// not take as a record of their own go there.
func (p *parser) quickRecord(l *layout, line string) bool {
	if !text.ASCII(line) {
		if p.charset.PreferGB || !text.Wide(line) || !utf8.ValidString(line) {
			return false
		}
		p.charset.UTF8++
	}
	stamp := ""
	if !l.keyed {
		stamp = line[l.start:p.stampEnd]
	}
	if !p.begin(stamp) {
		return p.undo(line)
	}
	for k := range l.slots {
		s, v := &l.slots[k], p.values[k]
		if !s.use || v == "" {
			continue
		}
		if s.to != nil && (s.n > 0 || v == string(s.last[:s.lastN])) {
			*s.to = v
			continue
		}
		if !p.put(s.key, v) {
			return true // rejected, and accounted for
		}
		if s.to != nil && *s.to == v && len(v) <= len(s.last) {
			s.lastN = copy(s.last[:], v)
		}
	}
	if p.complete(line) {
		p.answer()
	}
	return true
}

// begin begins a record, with its stamp, "" for none. It returns false where that is no time.
func (p *parser) begin(stamp string) bool {
	r := &p.rec
	p.ctx.Begin(r)
	r.Pos = p.pos()
	r.Side = p.side
	return stamp == "" || p.ctx.Set(r, field.Time, stamp) == nil
}

// undo leaves the line to the general path.
func (p *parser) undo(line string) bool {
	if !text.ASCII(line) {
		p.charset.UTF8--
	}
	return false
}
