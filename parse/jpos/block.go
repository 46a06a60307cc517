package jpos

import (
	"strconv"
	"strings"

	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// block is one <log> element: what one channel or component wrote at once.
type block struct {
	realm, at string
	line      uint32 // where it starts
	lines     int    // physical lines that are charged to it
	direction string // send | receive | ""
	fields    exchange.Fields
	nested    int    // field whose sub-fields are being written
	content   int    // field whose value stands between its tags, 0 for none
	has       bool   // an <isomsg> was seen
	depth     int    // open <isomsg> elements
	event     string // io-timeout | peer-disconnect | stale-connection | exception text
	note      string // the first words of a block that has no message
	closed    bool   // its end was seen
	bare      bool   // it has no <log> around it
	context   bool   // a transaction manager wrote what it did with a message
	inner     bool   // it comes out of a line in JSON: a <log> inside begins nothing
	passed    int    // blocks that began behind it and ended since its message was last written on
}

// scanner finds blocks in lines that may be interleaved, wrapped by another
// logger, cut, or broken by raw markup in exception texts. It looks for the few
// tags that matter and never parses XML, which would stop at the first '<' of a
// stack trace.
//
// Note: an element belongs to the innermost open block that can hold it: a
// <field> to the innermost one with an open <isomsg>, an event to the innermost of
// all. Two threads that write into one file interleave by lines, and this rule
// undoes that for all cases seen so far.
type scanner struct {
	open []*block
	done func(*block)

	line0 string // the line at hand
	above string // the last line that belongs to no block: another logger's, which may have the time

	known   bool // above is known; it is not at the beginning of a part
	guessed bool // it was asked for before
}

// line takes one physical line. It reports whether the line belongs to a block.
func (s *scanner) line(text string, number uint32) bool {
	owner := s.scan(text, number)
	if owner == nil {
		s.above, s.known = text, true
		return false
	}
	owner.lines++
	s.finish()
	return true
}

// scan acts on the tags of a line and returns the block that the line belongs to,
// nil where that is none.
func (s *scanner) scan(text string, number uint32) *block {
	owner := s.top()
	if owner != nil && owner.passed > 0 && owner.event == "" && strings.IndexByte(text, '<') < 0 {
		return nil // another has been written since
	}
	s.line0 = text
	for rest := text; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			s.text(rest)
			break
		}
		s.text(rest[:i])
		rest = rest[i:]
		tag, after := cutTag(rest)
		if tag == "" { // a raw '<'
			s.text("<")
			rest = rest[1:]
			continue
		}
		if b := s.tag(tag, number); b != nil {
			owner = b
		}
		rest = after
	}
	return owner
}

// loggerTime is the time that another logger wrote in front of the line at hand, or
// into the line above it.
func (s *scanner) loggerTime() string {
	if at := lead(s.line0); at != "" {
		return at
	}
	s.guessed = s.guessed || !s.known
	return lead(s.above)
}

// lead is the time in front of a line: a stamp, or a time of day.
func lead(l string) string {
	at, n := field.LeadTime(l)
	return l[at : at+n]
}

// begin opens a block for a message that has no <log> around it.
func (s *scanner) begin(number uint32) *block {
	b := &block{at: s.loggerTime(), line: number, bare: true}
	s.open = append(s.open, b)
	return b
}

// cutTag splits "<...>" off the start of s. A tag that is not closed on its
// line is none: jPOS never breaks one.
func cutTag(s string) (tag, after string) {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' && s[i-1] == '=':
			quote = c
		case c == '>':
			return s[1:i], s[i+1:]
		case c == '<':
			return "", s
		}
	}
	return "", s
}

// tag acts on one tag and returns the block that it opened, if it did.
func (s *scanner) tag(tag string, number uint32) *block {
	name := tag
	if i := strings.IndexAny(tag, " \t/"); i > 0 {
		name = tag[:i]
	}
	if t, ok := strings.CutPrefix(tag, "![CDATA["); ok {
		s.text(strings.TrimSuffix(t, "]]"))
		return nil
	}
	switch name {
	case "log":
		return s.log(tag, number)
	case "/log":
		s.endLog()
	case "send", "receive":
		var opened *block
		if s.top() == nil {
			opened = s.begin(number)
		}
		if b := s.top(); b.direction == "" {
			b.direction = name
		}
		return opened
	case "/send", "/receive":
		if b := s.top(); b != nil && b.bare && b.depth == 0 {
			b.closed = true
		}
	case "isomsg":
		return s.message(tag, number)
	case "/isomsg":
		if b := s.holder(); b != nil && b.depth > 0 {
			b.depth--
			if b.depth == 0 && b.bare && b.direction == "" {
				b.closed = true
			}
		}
	case "field":
		if b := s.holder(); b != nil {
			b.field(tag)
		}
	case "/field":
		if b := s.holder(); b != nil {
			b.content = 0
		}
	case "context", "commit", "abort":
		if b := s.top(); b != nil && !b.has {
			b.context = true
		}
	case "io-timeout", "peer-disconnect", "stale-connection":
		if b := s.top(); b != nil {
			b.event = name
		}
	case "exception", "iso-exception":
		if b := s.top(); b != nil && b.event == "" {
			b.event = "exception"
			if n := attribute(tag, "name"); n != "" {
				b.event += " " + unescape(n)
			}
		}
	}
	return nil
}

// log begins a block, unless its element stands inside the block at hand.
func (s *scanner) log(tag string, number uint32) *block {
	if b := s.top(); b != nil && b.inner {
		return nil
	}
	s.settle(attribute(tag, "realm"))
	b := &block{realm: attribute(tag, "realm"), at: attribute(tag, "at"), line: number}
	if b.at == "" {
		b.at = s.loggerTime()
	}
	s.open = append(s.open, b)
	return b
}

// endLog closes the block that is complete: one with an open message is still being
// written.
func (s *scanner) endLog() {
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].depth == 0 && !s.open[i].closed {
			s.open[i].closed = true
			return
		}
	}
	if b := s.top(); b != nil {
		b.closed = true
	}
}

// message begins a message, or a field of one that is a message itself.
func (s *scanner) message(tag string, number uint32) (opened *block) {
	if s.top() == nil {
		opened = s.begin(number)
	}
	id, inside := fieldID(attribute(tag, "id"))
	if b := s.top(); !inside && b.bare && b.depth > 0 { // the end of the message in front was lost
		b.closed = true
		s.finish()
		opened = s.begin(number)
	}
	if b := s.holder(); b != nil && b.depth == 1 {
		b.nested = id
	}
	whole := strings.HasSuffix(tag, "/")
	if b := s.top(); !inside && !b.has {
		b.deepen(whole)
	} else if b := s.holder(); b != nil && (b.depth > 0 || !b.has) {
		b.deepen(whole)
	} else if b := s.top(); b != nil {
		b.deepen(false)
	}
	return opened
}

// deepen notes that a message begins, which may end at once.
func (b *block) deepen(whole bool) {
	b.has = true
	if !whole {
		b.depth++
	}
}

// field takes a field of the message at hand.
func (b *block) field(tag string) {
	b.passed, b.content = 0, 0
	id, ok := fieldID(attribute(tag, "id"))
	if ok && b.depth == 1 && id > 0 && !strings.HasSuffix(tag, "/") && !strings.Contains(tag, "value=") {
		b.content = id // <field id="39"><![CDATA[00]]></field>
		return
	}
	switch v := unescape(attribute(tag, "value")); {
	case ok && b.depth == 1 && attribute(tag, "type") == "amount":
		b.fields[id] = amount(attribute(tag, "currency"), v)
	case ok && b.depth == 1:
		b.fields[id] = v
	case ok && b.depth == 2 && b.nested > 0 && len(b.fields[b.nested]) < 999: // parts of fixed length, one behind the other
		b.fields[b.nested] += v
	}
}

// amount writes value="12.34" currency="978" of an amount with its currency as a message
// holds it: currency, decimals, twelve digits.
func amount(currency, v string) string {
	whole, cents, _ := strings.Cut(v, ".")
	if n := 12 - len(whole) - len(cents); n >= 0 && len(currency) == 3 {
		return currency + strconv.Itoa(len(cents)) + strings.Repeat("0", n) + whole + cents
	}
	return v
}

// maxNote is how many bytes of a block without a message are looked at.
const maxNote = 200

// text keeps the first words of an exception, and of a block that has no message.
func (s *scanner) text(t string) {
	if h := s.holder(); h != nil && h.content > 0 {
		if len(h.fields[h.content]) < 999 {
			h.fields[h.content] += unescape(t)
		}
		return
	}
	b := s.top()
	switch {
	case b == nil || b.has && b.event != "exception":
	case b.event == "exception":
		if t = strings.TrimSpace(t); t != "" {
			b.event = "exception " + t
		}
	case b.event == "" && len(b.note) < maxNote:
		if t = strings.TrimSpace(t); t != "" {
			b.note = strings.TrimLeft(b.note+" "+txn.ScrubTo(t, maxNote), " ")
		}
	}
}

func (s *scanner) top() *block {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1]
}

// holder is the innermost block with an open message, else the innermost.
func (s *scanner) holder() *block {
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].depth > 0 {
			return s.open[i]
		}
	}
	return s.top()
}

// maxOpen bounds the blocks that wait for their end.
const maxOpen = 16

// settle closes what cannot grow any more when a new block of a realm begins: a block
// with a whole message whose </log> was lost, one of the same realm, since a channel
// writes one at a time, one that others have passed, and the oldest of too many.
func (s *scanner) settle(realm string) {
	for i, b := range s.open {
		if b.has && b.depth == 0 || b.has && realm != "" && b.realm == realm || b.passed > 1 || i == 0 && len(s.open) >= maxOpen {
			b.closed = true
		}
	}
	s.finish()
}

// finish hands over the closed blocks.
func (s *scanner) finish() {
	kept := s.open[:0]
	for _, b := range s.open {
		if b.closed {
			s.done(b)
			for _, o := range kept {
				o.passed++
			}
		} else {
			kept = append(kept, b)
		}
	}
	s.open = kept
}

// flush hands over what is open at the end of the file or at a sign that the
// rest of a block was lost.
func (s *scanner) flush() {
	for _, b := range s.open {
		s.done(b)
	}
	s.open = s.open[:0]
}

func attribute(tag, name string) string {
	for rest := tag; ; {
		i := strings.Index(rest, name+`="`)
		if i < 0 {
			return ""
		}
		v := rest[i+len(name)+2:]
		if i > 0 && rest[i-1] != ' ' && rest[i-1] != '\t' {
			rest = v
			continue
		}
		if end := strings.IndexByte(v, '"'); end >= 0 {
			return v[:end]
		}
		return v
	}
}

func fieldID(s string) (int, bool) {
	n := 0
	if s == "" || len(s) > 3 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, n <= 128
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entities.Replace(s)
}
