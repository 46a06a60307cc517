package fielddump

import (
	"strings"

	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/field"
)

// block is the lines of one message.
type block struct {
	line   uint32
	lines  int
	at     string
	fields exchange.Fields
	seen   [129]bool
	count  int
	nested int  // field whose parts follow
	rule   bool // the line that opens the parts was seen

	several bool // its line holds another message
}

// message reports whether the block is enough to be called a message: a type with
// a field, or several fields whose type is missing.
func (b *block) message() bool { return b.seen[0] && b.count > 1 || b.count > 3 }

// collector puts lines together to blocks.
type collector struct {
	done  func(*block)
	other func(string) // lines of no block, nil to pass over them
	open  *block
	at    string // of the last line of no block that has a time
}

// line takes one line of the log.
func (c *collector) line(l string, number uint32) {
	if b := object(l); b != nil {
		c.flush()
		if b.line, b.lines = number, 1; b.at == "" {
			if _, b.at = unwrap(l); b.at == "" {
				b.at = c.at
			}
		}
		c.done(b)
		return
	}
	body, at := unwrap(l)
	id, value, ok := fieldLine(body)
	b := c.open
	switch {
	case b != nil && b.nested > 0:
		if (!ok || id > 0) && b.parts(body, value, ok) { // a type begins another message: this one was cut
			b.lines++
			if !ok && at != "" {
				c.at = at
			}
			return
		}
	case b != nil && !ok && part(body):
		b.lines++
		if i := fieldNumber(body); i > 0 && i < len(b.fields) && strings.HasSuffix(strings.TrimRight(body, " :"), "SUBFIELDS") {
			b.nested, b.rule = i, false
		}
		return
	}
	if !ok {
		c.flush()
		if at != "" {
			c.at = at
		}
		if c.other != nil {
			c.other(l)
		}
		return
	}
	if b != nil && b.seen[id] {
		c.flush()
	}
	if c.open == nil {
		if at == "" {
			at = c.at
		}
		c.open = &block{line: number, at: at}
	}
	b = c.open
	b.fields[id], b.seen[id] = value, true
	b.count++
	b.lines++
}

func (c *collector) flush() {
	if b := c.open; b != nil {
		c.open = nil
		c.done(b)
	}
}

// parts takes a line below a field that has parts: they stand between two rules,
// and those of fixed length make the field when put together.
func (b *block) parts(body, value string, ok bool) bool {
	switch {
	case dashes(body):
		if b.rule {
			b.nested = 0
		}
		b.rule = true
		return true
	case !b.rule: // no rule: the field had no parts after all
		b.nested = 0
		return false
	case ok:
		if !b.seen[b.nested] {
			b.seen[b.nested] = true
			b.count++
		}
		if len(b.fields[b.nested]) < 999 {
			b.fields[b.nested] += value
		}
		return true
	}
	return part(body) || strings.TrimSpace(body) != ""
}

// unwrap takes the time and the level words of a logger off a line.
func unwrap(l string) (body, at string) {
	body = strings.TrimLeft(l, " \t")
	if len(body) > 20 {
		if from, n := field.LeadTime(body); n > 0 {
			at, body = body[from:from+n], strings.TrimLeft(body[from+n:], "] \t-|")
		}
	}
	if at == "" {
		return body, ""
	}
	if n, rest, ok := strings.Cut(strings.TrimPrefix(body, "["), "]"); ok && body[0] == '[' && strings.Trim(n, "0123456789") == "" {
		rest = strings.TrimLeft(rest, " \t")
		if word, _, _ := strings.Cut(rest, " "); len(n) > 3 || levels[word] { // of the process or thread
			body = rest
		}
	}
	for range 4 {
		word, rest, _ := strings.Cut(body, " ")
		if levels[strings.Trim(word, "[]:")] {
			body = strings.TrimLeft(rest, " -:|")
		}
	}
	if name, rest, ok := strings.Cut(body, ": "); ok && len(name) > 1 && len(name) < 10 && name[0] == ':' { // 08:15:32:ISS: F39_ResponseCode : 00
		body = strings.TrimLeft(rest, " ")
	}
	// [main] c.b.posp.Iso - 域39:00
	if i := strings.Index(body, " - "); i > 0 && i < 80 && !strings.ContainsAny(body[:i], "=:") {
		if _, _, whole := fieldLine(body); !whole {
			body = strings.TrimLeft(body[i+3:], " ")
		}
	}
	return body, at
}

var levels = map[string]bool{"TRACE": true, "DEBUG": true, "INFO": true, "WARN": true, "ERROR": true, "FINE": true, "-": true, "debug": true, "info": true, "main": true}

// part reports a line that belongs to a message without being a field of its own:
// bitmaps, rules, EMV tags and parts, headings of parts.
func part(l string) bool {
	switch {
	case strings.HasPrefix(l, "Bitmap"), strings.HasPrefix(l, "bitmap"), strings.HasPrefix(l, "p   Bitmap"), strings.HasPrefix(l, "位图"), strings.HasPrefix(l, "主位图"), strings.HasPrefix(l, "位元表"), dashes(l):
		return true
	case strings.HasPrefix(l, "["): // [1-8]10000010 [9-16]...
		i := 1
		for i < len(l) && l[i] >= '0' && l[i] <= '9' {
			i++
		}
		return i > 1 && i < len(l) && l[i] == '-'
	case strings.HasPrefix(l, "<"): // <Bitmap>7220000102C08000</Bitmap>, <DataElements>
		tag, _, _ := strings.Cut(l[1:], ">")
		return strings.EqualFold(tag, "bitmap") || strings.HasSuffix(l, "<"+tag+">") || strings.HasPrefix(tag, "/")
	case strings.HasPrefix(l, `"`): // "fields": {, "bitmap": "7220000102C08000",
		name, _, _ := strings.Cut(l[1:], `"`)
		return strings.HasSuffix(strings.TrimRight(l, " "), "{") || name == "p" || name == "bm" || strings.EqualFold(name, "bitmap")
	case strings.HasPrefix(l, "'"): // 'p' Bitmap, Primary : 'C000000000000000'
		return len(l) > 3 && l[1] >= 'a' && strings.IndexByte(l[2:min(len(l), 5)], '\'') >= 0
	case strings.HasPrefix(l, "F"): // F9F27 Cryptogram Information Data..: 80, F55 ... SUBFIELDS:
		word, rest, ok := strings.Cut(l[1:], " ")
		return ok && word != "" && strings.Trim(word, "0123456789ABCDEF") == "" && strings.Contains(rest, ":")
	case l != "" && l[0] >= '0' && l[0] <= '9': // 55.8A Authorisation Response Code: 3030
		word, rest, ok := strings.Cut(l, " ")
		n, tag, dot := strings.Cut(word, ".")
		return ok && dot && len(n) <= 3 && tag != "" && strings.Contains(rest, ":")
	}
	return false
}

func dashes(l string) bool {
	l = strings.TrimSpace(l)
	return len(l) >= 5 && strings.Trim(l, "-") == ""
}

// fieldNumber is the number of "F3  Processing Code SUBFIELDS:", 0 for anything else.
func fieldNumber(l string) int {
	if !strings.HasPrefix(l, "F") {
		return 0
	}
	id, n := number(l[1:])
	if n == 0 {
		return 0
	}
	return id
}

// element reads an element of XML that has the number of its field for an attribute, and
// the message type: <Element Number="39">00</Element>, <MTI>0210</MTI>.
func element(l string) (id int, value string, ok bool) {
	tag, rest, _ := strings.Cut(l[1:], ">")
	name, attribute, numbered := strings.Cut(tag, " ")
	value, ok = strings.CutSuffix(strings.TrimRight(rest, " \t"), "</"+name+">")
	switch {
	case !ok:
	case !numbered:
		return 0, value, strings.EqualFold(name, "MTI")
	default:
		if _, q, quoted := strings.Cut(attribute, `="`); quoted && strings.HasSuffix(q, `"`) {
			if id, n := number(q); n > 0 && n == len(q)-1 {
				return finish(id, value)
			}
		}
	}
	return 0, "", false
}

// fieldLine reads the number and value of one field; 0 is the message type.
func fieldLine(l string) (id int, value string, ok bool) {
	if len(l) < 5 {
		return 0, "", false
	}
	if i := strings.Index(l[:min(len(l), 48)], "域"); i > 0 {
		if id, value, ok := before(l[:i], l[i+len("域"):]); ok {
			return id, value, ok
		}
		if id, value, ok := worded(l[i:]); ok && !strings.ContainsAny(l[:i], ":=") { // 8583域 39 = 00
			return id, value, ok
		}
	}
	switch c := l[0] | 0x20; {
	case c == 'm' && (strings.HasPrefix(l, "MTI") || strings.HasPrefix(l, "mti")):
		v := strings.TrimLeft(l[3:], " .\t")
		if v == "" || v[0] != ':' && v[0] != '=' {
			return 0, "", false
		}
		v = clean(v[1:])
		if len(v) > 5 && v[4] == ' ' && strings.Trim(v[:4], "0123456789") == "" {
			v = v[:4] // 0200 Financial transaction
		}
		return 0, messageType(v), true
	case c == 'm' && strings.HasPrefix(l, "Mes"):
		for _, w := range [...]string{"MessageType", "Message Type"} {
			if rest, ok := strings.CutPrefix(l, w); ok {
				if v := strings.TrimLeft(rest, " ."); v != "" && (v[0] == ':' || v[0] == '=') {
					v = clean(v[1:])
					return 0, v, len(v) == 4 && strings.Trim(v, "0123456789") == ""
				}
			}
		}
		return dotted(l)
	case l[0] == '"' || l[0] == '{':
		return member(l)
	case l[0] == '<':
		return element(l)
	case l[0] == '\'':
		if id, value, ok := member(l); ok {
			return id, value, ok
		}
		return bracketed(l)
	case l[0] == '[':
		if rest, ok := described(l); ok {
			return bracketed("[" + rest)
		}
		return bracketed(l)
	case l[0] >= 0xE5 && l[0] <= 0xE8:
		if v, ok := typeLine(l); ok {
			return 0, messageType(v), true
		}
		if id, value, ok := worded(l); ok {
			return id, value, ok
		}
	case l[0] == 'F' && l[1] >= '0' && l[1] <= '9':
		id, n := number(l[1:])
		rest := l[1+n:]
		i := strings.IndexByte(rest, ':')
		if n == 0 || i < 0 || rest[0] != ' ' && rest[0] != '.' && rest[0] != ':' && rest[0] != '_' || strings.HasSuffix(rest[:i], "SUBFIELDS") {
			return 0, "", false
		}
		return finish(id, clean(rest[i+1:]))
	case len(l) == 5 && l[4] == ':' && strings.Trim(l[:4], "0123456789") == "": // 0210: above its fields
		return 0, l[:4], true
	case l[0] >= '0' && l[0] <= '9' || l[0] == 't' && l[1] == ' ':
		if id, value, ok := printed(l); ok {
			return id, value, ok
		}
	case c == 'f' || c == 'd' || c == 'b':
		if id, value, ok := worded(l); ok {
			return id, value, ok
		}
	case c == 'i' || c == 'p' || c == 's':
		if id, value, ok := lettered(l); ok {
			return id, value, ok
		}
	}
	if id, value, ok := between(l); ok {
		return id, value, ok
	}
	return dotted(l)
}

// before reads a number in front of its word: 39域: 00, 返回值39域[应答码]=00, F39域（应答码）：00.
func before(head, rest string) (int, string, bool) {
	head = strings.TrimRight(head, " ])")
	words := strings.TrimRight(head, "0123456789")
	id, n := number(head[len(words):])
	if n == 0 || strings.ContainsAny(words, ":=") {
		return 0, "", false
	}
	if v, ok := valued(rest); ok {
		return finish(id, clean(v))
	}
	for _, b := range [...][2]string{{"[", "]"}, {"(", ")"}, {"（", "）"}} { // the description
		if in, more, ok := strings.Cut(rest, b[1]); ok && strings.HasPrefix(in, b[0]) && strings.TrimLeft(more, " ") != "" {
			rest = more
			break
		}
	}
	i := strings.IndexAny(rest, ":=：[")
	if i < 0 || i > 40 {
		return 0, "", false
	}
	return finish(id, clean(strings.TrimLeft(rest[i:], ":=： ")))
}

// between reads a number between its name and the value, none for the message type:
// action_code          : 039         : 100 (iso8583_rs).
func between(l string) (int, string, bool) {
	name, rest, _ := strings.Cut(l, " :")
	middle, value, ok := strings.Cut(rest, " : ")
	if !ok || len(name) > 40 {
		return 0, "", false
	}
	name, middle = strings.TrimSpace(name), strings.TrimSpace(middle)
	if middle == "" {
		value = clean(value)
		return 0, messageType(value), (name == "message_type" || name == "mti") && len(value) == 4
	}
	id, n := number(middle)
	if n < 3 || n != len(middle) || id == 0 {
		return 0, "", false
	}
	return finish(id, clean(value))
}

// bracketed reads [039] 004, [MTI] 0810, '39' Response Code : '00', 't' Message Type : '0810'.
func bracketed(l string) (int, string, bool) {
	end := l[0]
	if end == '[' {
		end = ']'
	}
	i := strings.IndexByte(l[1:], end)
	if i < 1 || i > 4 {
		return 0, "", false
	}
	name, rest := strings.TrimSpace(l[1:1+i]), l[i+2:]
	if end == '\'' {
		_, v, ok := strings.Cut(rest, ":")
		if !ok {
			return 0, "", false
		}
		rest = v
		if n, quoted, ok := strings.Cut(strings.TrimSpace(v), " '"); ok && strings.Trim(n, "0123456789[]") == "" {
			rest = quoted // the length stands before the value
		}
	}
	if name, v, ok := strings.Cut(rest, "="); ok && strings.Trim(name, " ") != "" && !strings.ContainsFunc(name, func(r rune) bool { return r != ' ' && r < 0x2E80 }) {
		rest = v // [39] 应答码 = [00]
	}
	value := clean(strings.TrimLeft(rest, " \t:=>"))
	switch name {
	case "MTI", "mti", "t":
		return 0, messageType(value), true
	}
	id, n := number(name)
	if n != len(name) {
		return 0, "", false
	}
	return finish(id, value)
}

// described takes the description off [Fixed  an      2 002] 039 [91] and brings what
// follows into the form 039] [91] (OpenIso8583.Net, Postilion).
func described(l string) (string, bool) {
	if len(l) == 0 || l[0] != '[' {
		return "", false
	}
	for _, w := range [...]string{"[Fixed ", "[LLVAR ", "[LLLVAR ", "[LVAR ", "[LLLLVAR ", "[LLLLLLVAR "} {
		if len(l) < len(w) || !strings.EqualFold(l[:len(w)], w) {
			continue
		}
		_, rest, _ := strings.Cut(l, "]")
		rest = strings.TrimLeft(rest, " ")
		if n := len(rest); n > 3 && rest[3] == ' ' {
			return rest[:3] + "]" + rest[3:], true
		}
	}
	return "", false
}

// printed reads 39  Response Code  : '00' and t   Message Type  : '0210'.
func printed(l string) (int, string, bool) {
	l = strings.TrimRight(l, " ")
	name, _, _ := strings.Cut(l, " ")
	i := strings.LastIndex(l, " : '")
	if i < len(name) || l[len(l)-1] != '\'' {
		return 0, "", false
	}
	value := clean(l[i+3:])
	if name == "t" {
		return 0, messageType(value), true
	}
	id, n := number(name)
	if n != len(name) || n == 0 {
		return 0, "", false
	}
	return finish(id, value)
}

// typeLine reads 消息类型:0210, 报文类型 = [0210], 消息类型[0210].
func typeLine(l string) (string, bool) {
	for _, w := range []string{"消息类型", "报文类型", "信息类型", "交易报文类型"} {
		if rest, ok := strings.CutPrefix(l, w); ok {
			rest, _ = strings.CutPrefix(rest, "标识")
			rest = strings.TrimLeft(rest, " \t")
			if v := strings.TrimPrefix(strings.TrimLeft(rest, ":="), "："); len(v) < len(rest) || strings.HasPrefix(v, "[") {
				v = clean(v)
				return v, len(v) <= 4 && v != "" && strings.Trim(v, "0123456789") == ""
			}
		}
	}
	return "", false
}

// lettered reads i039:[00], P-039: 00, S128 = 00: a letter before exactly three digits.
func lettered(l string) (int, string, bool) {
	rest := strings.TrimPrefix(l[1:], "-")
	id, n := number(rest)
	v := strings.TrimLeft(rest[n:], " ")
	if n != 3 || v == "" || v[0] != ':' && v[0] != '=' {
		return 0, "", false
	}
	return finish(id, clean(v[1:]))
}

// worded reads Field 39: 00, DE039 = 00, Bit[39] : 00, 域39: 00, 域39[应答码],长度:2,值:00.
func worded(l string) (int, string, bool) {
	for _, w := range []string{"field", "fld", "fd", "de", "data element", "bit", "域", "第"} {
		if len(l) <= len(w) || !strings.EqualFold(l[:len(w)], w) {
			continue
		}
		rest := strings.TrimLeft(l[len(w):], " -_#[(")
		id, n := number(rest)
		if n == 0 {
			return 0, "", false
		}
		if v, ok := valued(rest[n:]); ok {
			return finish(id, clean(v))
		}
		rest = rest[:n] + lengthless(rest[n:])
		i := strings.IndexAny(rest[n:], ":=：[")
		if i < 0 || i > 60 {
			return 0, "", false
		}
		return finish(id, clean(strings.TrimLeft(rest[n+i:], ":=>： ")))
	}
	return 0, "", false
}

// valued returns what stands behind the word for the value, where a description and a
// length stand before it.
func valued(s string) (string, bool) {
	for _, w := range [...]string{"值", "内容", "数据", "value", "Value", "VALUE", "val"} {
		i := strings.Index(s, w)
		if i < 1 || i > 90 || !strings.HasSuffix(s[:i], ",") && !strings.HasSuffix(s[:i], " ") && !strings.HasSuffix(s[:i], "，") && s[i-1] != ']' && s[i-1] != '[' {
			continue
		}
		rest := strings.TrimLeft(s[i+len(w):], " ")
		if v := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(rest, ":"), "="), "："); len(v) < len(rest) {
			return strings.TrimSuffix(v, "]"), true
		}
	}
	return "", false
}

// lengthless takes the length out of what follows the number of a field:
// ] len[  2] = [51].
func lengthless(s string) string {
	t := strings.TrimLeft(s, " ])")
	for _, w := range [...]string{"len", "LEN", "Len", "length", "长度"} {
		rest, ok := strings.CutPrefix(t, w)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " [(:=")
		if more := strings.TrimLeft(rest, "0123456789"); len(more) < len(rest) {
			return strings.TrimLeft(more, " ])")
		}
	}
	return s
}

// dotted reads Response code [39]......0 (Successful Transaction). The program
// prints numbers without their leading zeros.
func dotted(l string) (int, string, bool) {
	i := strings.Index(l, "]...")
	j := strings.LastIndexByte(l[:max(i, 0)], '[')
	if i < 0 || j < 2 || i-j > 4 {
		return 0, "", false
	}
	id, n := number(l[j+1 : i])
	if n == 0 || n != i-j-1 {
		return 0, "", false
	}
	v := strings.TrimLeft(l[i+1:], ".")
	if k := strings.Index(v, " ("); k >= 0 {
		v = v[:k]
	}
	return finish(id, padded(id, clean(v)))
}

// widths are the lengths of numbers that lose their zeros.
var widths = map[int]int{0: 4, 3: 6, 4: 12, 7: 10, 11: 6, 12: 6, 13: 4, 22: 3, 25: 2, 39: 2}

func finish(id int, value string) (int, string, bool) {
	if id > 128 {
		return 0, "", false
	}
	if id == 0 {
		value = messageType(value)
	}
	return id, value, true
}

// messageType gives a type that was printed as a number its zero back.
func messageType(s string) string {
	if len(s) == 3 && strings.Trim(s, "0123456789") == "" {
		return "0" + s
	}
	return s
}

// clean takes quotes and what a viewer adds off a value.
func clean(v string) string {
	v, _, _ = strings.Cut(v, "→")
	v = strings.TrimSpace(v)
	if n := len(v); n > 1 && (v[0] == '[' && v[n-1] == ']' || v[0] == '<' && v[n-1] == '>') {
		v = v[1 : n-1]
	}
	return strings.TrimSpace(strings.Trim(v, `'"`))
}

// number reads up to three digits in front of anything that is no digit.
func number(s string) (v, n int) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		if n == 3 {
			return 0, 0
		}
		v = v*10 + int(s[n]-'0')
		n++
	}
	return v, n
}
