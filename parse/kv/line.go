package kv

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// key is what a key of the log stands for.
type key struct {
	field field.Field
	unit  field.Unit
}

// pair is one KEY=value of a line. The value is unquoted; from and to are where
// it stands in the line, quotes excluded.
type pair struct {
	key
	name     string
	value    string
	from, to int
	quoted   bool
	stamp    bool // a date and a clock with a blank between
	plain    bool // a quick layout may find it: no escapes, no blanks outside quotes
}

// head is what stands before the first pair.
type head struct {
	stamp      string
	clock      string // a time of day, where there is no stamp
	start, end int    // of either
	first      int    // where the first key begins; length of the line where there is none
	tagged     bool
}

// parse cuts a line into the head and p.pairs. This is the general path: any
// order of keys, '=' or ':' behind them, separators of blanks, commas,
// semicolons, bars, ampersands or brackets, quoted values with escapes.
func (p *parser) parse(s string) head {
	p.pairs = p.pairs[:0]
	h := head{first: len(s)}
	if at, n := field.Lead(s); n > 0 {
		h.start, h.end = at, at+n
		h.stamp = s[at:h.end]
	} else if at, n := field.LeadClock(s); n > 0 {
		h.start, h.end = at, at+n
		h.clock = s[at:h.end]
	}
	i := h.end
	from := i
	p.numbered = numbered(s[from:])
	inside := objects{s: s, at: from}
	nested := strings.Contains(s[from:], `{`)
	for i < len(s) {
		k, end, val, ok := p.nextKey(s, i)
		if !ok {
			break
		}
		if p.heads(s, end, val) || nests(s, val) {
			i = val
			continue
		}
		if len(p.pairs) == 0 {
			h.first = k
		}
		name := s[k:end]
		pr := pair{key: p.lookup(name), name: name}
		if pr.field == field.Code && val < len(s) && s[val] == '{' && aside(s, val) == 0 { // resp={"code":"10000"}
			pr.field = field.Ignore
		}
		if nested && (pr.field > field.Ignore || ownNames[name]) {
			p.within(&pr, inside.around(k))
		}
		i = p.value(s, val, &pr)
		if n := len(pr.value); n > 0 && pr.value[n-1] >= 0x80 && !pr.quoted && n == pr.to-pr.from {
			pr.value = strings.TrimRight(pr.value, "，；、。【】「」")
			if in, ok := strings.CutSuffix(pr.value, "）"); ok && !strings.Contains(in, "（") { // （终端号：1；应答码：00）
				pr.value, pr.plain = in, false
			}
			pr.to = pr.from + len(pr.value)
		}
		switch v := pr.value; {
		case pr.field == field.Time && len(v) >= len("0000-00-00") && v[0] == '0' && strings.Trim(v, "0-/.: T") == "": // of a row that has none yet
			pr.field = field.Ignore
		case pr.field == field.TimeZone && len(name) == len("zone") && digits.Only(v): // of a shop or a server
			pr.field = field.Ignore
		}
		if pr.field == field.None && name == field.FeeType && field.IsCurrency(pr.value) {
			pr.field = field.Currency
		}
		if pr.field == field.Fee && field.IsObject(pr.value) {
			pr.field, pr.plain = field.None, false
		}
		if pr.field == field.Code && (!pr.plain || strings.HasSuffix(pr.value, ":")) && !pr.quoted && field.Vague(name) && spoken(pr.value) && p.format == nil {
			pr.field = field.None
		}
		if strings.IndexByte(pr.value, '%') >= 0 && (i < len(s) && s[i] == '&' || k > 0 && s[k-1] == '&') { // date=20%2F11%2F2026&
			if v, err := url.QueryUnescape(pr.value); err == nil {
				pr.value, pr.plain = v, false
			}
		}
		if (pr.value == "STX" || pr.value == "FS" || pr.value == "US") && strings.Contains(s, "[STX]") { // of the frame of a terminal: DECLINE[FS]51[US]
			pr.field = field.None
		}
		if pr.field == field.ChannelNo && (field.KindWord(pr.value) != "" || name == "transId" && !text.ASCII(pr.value)) { // transId=消费, as the bridge of UnionPay's terminals says
			pr.field = field.Kind
		}
		if pr.field == field.Text && len(pr.value) == 4 && messageType(pr.value) && p.format == nil { // MSG=0200
			pr.field, pr.plain = field.MTI, false
		}
		if name == "PaymentType" && p.format == nil {
			p.refunds(&pr)
		}
		if pr.field == field.None && process(name) && sixDigits(pr.value) {
			pr.field, p.coded = field.ProcCode, true
		}
		if name == requestID && pr.field == field.None && strings.Contains(s, "<CardServiceRe") && p.format == nil {
			pr.field, pr.plain, p.opi = field.OrderNo, false, true
		}
		p.pairs = append(p.pairs, pr)
	}
	h.tagged = tagged(s[from:h.first])
	if at := bareType(s[:h.first], from); at >= 0 && len(p.pairs) > 1 && !slices.ContainsFunc(p.pairs, func(o pair) bool { return o.field == field.MTI }) {
		p.pairs = slices.Insert(p.pairs, 0, pair{key: key{field: field.MTI}, value: s[at : at+4], from: at, to: at + 4, plain: true})
		h.first = at
	}
	p.yield()
	return h
}

// spoken reports whether a value before other words begins a sentence: RESPONSE: Decrypted string.
// Response: Approved by host is an answer.
func spoken(value string) bool {
	word := strings.TrimSuffix(value, ":")
	if len(word) < 3 || strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsLetter(c) }) || strings.ToUpper(word) == word {
		return false
	}
	for _, w := range [...]string{"APPROV", "SUCC", "ACCEPT", "CAPTUR", "PAID", "PEND", "DECLIN", "REFUS", "REJECT", "DENIED", "CANCEL", "REVERS", "VOIDED", "FAIL", "ERROR", "TIME", "EXPIRED",
		"INVALID", "INSUFF"} {
		if strings.HasPrefix(strings.ToUpper(word), w) {
			return false
		}
	}
	return true
}

// requestID joins the request of a till with the terminal's answer in OPI, where nothing else does.
const requestID = "RequestID"

// refunds makes the type of a payment its kind where that says that it is a refund, as in
// messages of nexo, whose category is a payment. Elsewhere it is the way of paying.
func (p *parser) refunds(pr *pair) {
	pr.plain = false
	if field.ParseKind(pr.value) != txn.Refund {
		pr.field = field.None
		return
	}
	for i := range p.pairs {
		if p.pairs[i].field == field.Kind {
			p.pairs[i].field = field.Ignore
		}
	}
}

// ownNames say what they are of by the name of the object around them.
var ownNames = map[string]bool{"id": true, "no": true, "number": true, "name": true, "ms": true}

// within tells what a value is of by the object around it.
func (p *parser) within(pr *pair, around string) {
	if around == "" || p.format != nil && p.format.Binds(pr.name) {
		return
	}
	switch pr.field {
	case field.None: // "terminal":{"id":"10000001"}
		pr.key = p.lookup(around + "." + pr.name)
	case field.Amount:
		pr.field = field.MoneyOf(func(name string) (field.Field, field.Unit) { k := p.lookup(name); return k.field, k.unit }, around, pr.name)
	case field.Code:
		pr.field = field.CodeOf(around, pr.name)
	}
}

// objects follows the objects of JSON in a line.
type objects struct {
	s     string
	at    int
	open  int      // the text at at does not end in front of this byte
	names []string // of those that are open, "" for one without
}

// around is the name of the innermost object at i, at or behind the last one asked for.
func (o *objects) around(i int) string {
scan:
	for ; o.at < i; o.at++ {
		switch o.s[o.at] {
		case '"': // a name or value, whose inside has no objects
			from := min(max(o.at+1, o.open), i)
			n := strings.IndexByte(o.s[from:i], '"')
			if n < 0 {
				o.open = i
				break scan // i is inside
			}
			o.at = from + n
		case '{':
			o.names = append(o.names, objectName(o.s[:o.at]))
		case '}':
			o.names = o.names[:max(0, len(o.names)-1)]
		}
	}
	if len(o.names) == 0 {
		return ""
	}
	return o.names[len(o.names)-1]
}

// objectName is the name at the end of s: "avs": before its object.
func objectName(s string) string {
	s, ok := strings.CutSuffix(strings.TrimRight(s, " "), `":`)
	if !ok {
		return ""
	}
	return s[strings.LastIndexByte(s, '"')+1:]
}

// bareType finds a message type that stands without a name right in front of the pairs:
// >>> 0200 STAN=000123. It is -1 where there is none.
func bareType(s string, from int) int {
	at := len(strings.TrimRight(s, " ")) - 4
	if at <= from || at+4 == len(s) || s[at-1] != ' ' && s[at-1] != '>' && s[at-1] != '<' || !messageType(s[at:at+4]) {
		return -1
	}
	return at
}

// messageType reports whether four characters are a type that messages of terminals have: 0200.
func messageType(s string) bool {
	return s[0] == '0' && s[3] == '0' && strings.IndexByte("1248", s[1]) >= 0 && s[2] >= '0' && s[2] <= '3'
}

// nests reports whether an element of XML stands where a value would: what holds others has
// none, as in resp: <xml><code>00</code></xml>.
func nests(s string, val int) bool {
	return val+1 < len(s) && s[val] == '<' && (field.Letter(s[val+1]) || s[val+1] == '?') && aside(s, val) == 0
}

// heads reports whether a key with a colon is a heading of pairs that follow: Response:
// response=1&response_code=100.
func (p *parser) heads(s string, end, val int) bool {
	if s[end] != ':' {
		return false
	}
	n := val
	for n < len(s) && n-val < maxKey && (field.Letter(s[n]) || s[n] == '_' || s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n > val && n < len(s) && s[n] == '=' && p.lookup(s[val:n]).field != field.None
}

// process reports whether a name is that of a processing code or of a process, which the
// value tells: proc=000000, proc=poller.
func process(name string) bool { return len(name) == 4 && strings.EqualFold(name, "proc") }

func sixDigits(s string) bool { return len(s) == 6 && digits.Only(s) }

// yield ignores a vague name of the response code in a line that has another one,
// empty or not, and a vague name of its text. A class of answers stays where the code is
// empty: "response":"Declined","proc_return_code":"".
func (p *parser) yield() {
	p.yieldText()
	given := slices.ContainsFunc(p.pairs, func(o pair) bool { return o.field == field.Code && o.value != "" && !field.Vague(o.name) })
	vague := func(pr *pair) bool {
		return field.Vague(pr.name) && (p.format == nil || !p.format.Binds(pr.name)) && (given || !field.Classes(pr.name) || !field.IsClass(pr.value))
	}
	codes, clear, sent, result := 0, 0, -1, false
	for i := range p.pairs {
		if pr := &p.pairs[i]; pr.field == field.Code {
			if codes++; !vague(pr) {
				clear++
			}
			switch { // return_code says whether the message came through, result_code what became of it
			case field.Returned(pr.name):
				sent = i
			case field.Resulted(pr.name):
				result = true
			}
		}
	}
	if result && sent >= 0 {
		p.pairs[sent].field = field.Ignore
	}
	if clear == codes || clear == 0 && p.have().Anchored() {
		return
	}
	for i := range p.pairs {
		if pr := &p.pairs[i]; pr.field == field.Code && vague(pr) {
			pr.field = field.Ignore
			pr.plain = pr.plain && !field.Classes(pr.name) // whether it counts depends on the others being empty
		}
	}
}

// yieldText ignores what an envelope says, message=ok, where the answer in it says more:
// respMsg=余额不足.
func (p *parser) yieldText() {
	vague := -1
	for i := range p.pairs {
		switch pr := &p.pairs[i]; {
		case pr.field != field.Text:
		case field.Envelope(pr.name) && vague < 0:
			vague = i
		case vague >= 0 && pr.value != "" && !field.Envelope(pr.name) && (p.format == nil || !p.format.Binds(p.pairs[vague].name)):
			p.pairs[vague].field = field.Ignore
			return
		}
	}
}

// nextKey finds the next key at or behind i, s[start:end], and where its value
// begins. A key may stand in quotes or brackets: "RC":"00", [RC]=[00], <RC>00</RC>.
func (p *parser) nextKey(s string, i int) (start, end, value int, ok bool) {
	from := i
	for ; i < len(s); i++ {
		c := s[i]
		sep := 1
		known := true // only a known name counts
		switch {
		case (c == '=' || c == '-') && i+1 < len(s) && s[i+1] == '>': // 'RC' => '00', RC -> 00
			sep = 2
			for i+sep < len(s) && s[i+sep] == ' ' {
				sep++
			}
		case c == '=':
			known = false
		case c == ':':
			// Clocks and class names have colons too.
			if i+1 < len(s) && s[i+1] == ' ' {
				sep = 2
			}
		case c == 0xEF && strings.HasPrefix(s[i:], "："):
			sep = len("：")
		case c == '<' && strings.HasPrefix(s[i:], "<?"): // <?xml version="1.0"?>
			i += max(0, strings.Index(s[i:], "?>"))
			continue
		case c == '[' || c == '>':
			if k, value := p.wrapped(s, i); k >= from && value > 0 {
				return k, i, value, true
			}
			if k, end := p.attributed(s, i); k < end {
				return k, end, i + 1, true
			}
			continue
		case c == ']' && p.numbered: // [39]00
			if k := numberStart(s, i); k < i && k > from && s[k-1] == '[' && i+1 < len(s) && s[i+1] != '=' && s[i+1] != ':' {
				return k, i, i + 1, true
			}
			continue
		case c == '"' && (i == 0 || separator(s[i-1])):
			// A quoted remark before a key; its inside has no keys.
			if j := strings.IndexByte(s[i+1:], '"'); j >= 0 && !strings.HasPrefix(s[i+1+j+1:], ":") {
				i += j + 1
			}
			continue
		default:
			continue
		}
		end = i
		for end > 0 && s[end-1] == ' ' && i-end < 8 {
			end--
		}
		spaced := end < i // RC = 00, 应答码 : 00
		var k int
		if end > 0 && (s[end-1] == '"' || s[end-1] == '\'' || s[end-1] == ']') {
			k, end = enclosed(s, end)
			known = known || s[end] != ']'
		} else if at := bracket(s, end); at > 0 { // 交易金额(元)=12.50
			k, known = keyStart(s, at), true
			if k == at || p.lookup(s[k:end]).field == field.None {
				k = end
			}
		} else {
			k = keyStart(s, end)
		}
		if k == end || k < from || digits.Only(s[k:end]) && !(p.numbered && end-k < 4) {
			continue
		}
		if (known || spaced) && p.lookup(s[k:end]).field == field.None && !(s[end] == '"' && ownNames[s[k:end]]) {
			continue
		}
		value = i + sep
		for (spaced || sep == 2) && value < len(s) && s[value] == ' ' {
			value++
		}
		if value > i+1 && s[value-1] == ' ' && p.isKey(s, value) { // 应答码: 参考号:123
			value--
		}
		return k, end, value, true
	}
	return 0, 0, 0, false
}

// bracket is where the remark in brackets begins with which a key ends: its unit. 0 is none.
func bracket(s string, end int) int {
	open := ""
	switch {
	case end > 0 && s[end-1] == ')':
		open = "("
	case strings.HasSuffix(s[:end], "）"):
		open = "（"
	default:
		return 0
	}
	from := max(0, end-maxRemark)
	if i := strings.LastIndex(s[from:end], open); i >= 0 {
		return from + i
	}
	return 0
}

// maxRemark bounds the bytes of a remark behind a key.
const maxRemark = 16

// isKey reports whether a known key with its separator stands at i: behind a key and
// a blank it is the next pair, and the value before it empty.
func (p *parser) isKey(s string, i int) bool {
	for k := i; k < len(s) && k-i <= maxKey && !endsAt(s, k); k++ {
		if s[k] == '=' || s[k] == ':' || strings.HasPrefix(s[k:], "：") {
			return k > i && !digits.Only(s[i:k]) && p.lookup(s[i:k]).field != field.None
		}
	}
	return false
}

// enclosed finds the key in the quotes or brackets that close before end; where
// there is none, both results are equal.
func enclosed(s string, end int) (int, int) {
	open := s[end-1]
	if open == ']' {
		open = '['
	}
	from := max(0, end-1-maxKey)
	k := strings.LastIndexByte(s[from:end-1], open) + 1
	if k == 0 {
		return end - 1, end - 1
	}
	k += from
	if end--; end > k && s[end-1] == '\\' { // JSON in JSON: \"RC\":\"00\"
		end--
	}
	for k < end && s[k] == ' ' {
		k++
	}
	for end > k && s[end-1] == ' ' {
		end--
	}
	return k, end
}

// wrapped finds a known key that stands right before the bracket at i: 终端[0001]
// or <RC>00</RC>. It returns where the key and its value begin, 0 for no value.
func (p *parser) wrapped(s string, i int) (start, value int) {
	k := keyStart(s, i)
	if k == i {
		return k, 0
	}
	switch f := p.lookup(s[k:i]).field; {
	case s[i] == '>':
		if f > field.Ignore && k > 0 && s[k-1] == '<' && s[i-1] != '/' && closed(s[i:]) {
			return k, i + 1
		}
	case f > field.Ignore && !f.Temporal():
		// "pos[1234]:" is how syslog names a process.
		if j := strings.IndexByte(s[i:], ']'); j > 1 && !strings.HasPrefix(s[i+j+1:], ":") && !strings.ContainsAny(s[i+1:i+j], "[=") {
			return k, i
		}
	}
	return k, 0
}

// closed reports whether an element ends near behind its tag.
func closed(s string) bool { return strings.Contains(s[:min(len(s), maxElement)], "</") }

// maxElement bounds the bytes of a text in an element.
const maxElement = 16 << 10

// attributed finds the known name of an element with attributes whose tag ends at i, before a
// text: <TotalAmount Currency="EUR">25.50</TotalAmount>. Without one both results are equal.
func (p *parser) attributed(s string, i int) (start, end int) {
	if i == 0 || s[i] != '>' || s[i-1] != '"' {
		return i, i
	}
	from := max(0, i-256)
	if start = strings.LastIndexByte(s[from:i], '<') + 1; start == 0 {
		return i, i
	}
	start += from
	name, _, _ := strings.Cut(s[start:i], " ")
	_, rest, _ := strings.Cut(s[i:min(len(s), i+256)], "<")
	if end = start + len(name); end == i || !strings.HasPrefix(rest, "/"+name+">") || p.lookup(name).field <= field.Ignore {
		return i, i
	}
	return start, end
}

// keyStart walks back over the characters that a key may have.
func keyStart(s string, i int) int {
	k := i
	for k > 0 {
		if c := s[k-1]; c < utf8.RuneSelf {
			if !inKey[c] {
				break
			}
			k--
			continue
		}
		r, n := utf8.DecodeLastRuneInString(s[:k])
		if !field.Han(r) {
			break
		}
		k -= n
	}
	for k < i && (s[k] == '-' || s[k] == '.' || s[k] == '/' || s[k] == '@') {
		k++
	}
	return k
}

// inKey marks the ASCII characters of keys.
var inKey = func() (t [128]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	for _, c := range []byte("_.-@/") {
		t[c] = true
	}
	return t
}()

func separator(c byte) bool {
	switch c {
	case ' ', '\t', ',', ';', '|', '&', '[', '{', '(':
		return true
	}
	return false
}

// lookup finds the meaning of a key, once per spelling.
func (p *parser) lookup(name string) key {
	if len(name) > maxKey {
		return key{}
	}
	if k, ok := p.keys[name]; ok {
		return k
	}
	spelled := name
	if digits.Only(name) { // see numbered
		spelled = "F" + name
	}
	f, u, _ := field.Lookup(spelled)
	if p.format != nil {
		f, u, _ = p.format.Lookup(name)
	}
	switch {
	case f == field.OrderNo && name == "BUSINESS_ID" && p.format == nil: // 100100001: of what kind, to the terminals of Allinpay
		f = field.None
	case f != field.None:
	case name == "transId": // of what, the value tells
		f = field.ChannelNo
	case name == "PaymentType" && p.format == nil: // see refunds
		f = field.Kind
	}
	k := key{f, u}
	p.note(name, k)
	return k
}

// note remembers a key.
func (p *parser) note(name string, k key) {
	if _, ok := p.keys[name]; ok || len(p.keys) >= maxKeys { // a garbled log must not fill the memory with keys
		return
	}
	name = strings.Clone(name)
	p.keys[name] = k
	p.order = append(p.order, name)
}

const (
	maxKey     = 64 // bytes of a key; longer ones are no keys
	maxKeys    = 10_000
	maxColumns = 500
)

// stop marks the bytes that end an unquoted value.
var stop = func() (t [256]bool) {
	for c := range 33 {
		t[c] = true
	}
	for _, c := range []byte(`,;|&]}"'`) {
		t[c] = true
	}
	t[fullWidth], t[ideographic] = true, true // perhaps: see endsAt
	return t
}()

// First bytes of the full-width comma and semicolon, and of the enumeration comma,
// ideographic space and lenticular and corner brackets (and of other characters).
const (
	fullWidth   = 0xEF
	ideographic = 0xE3
)

// endsAt reports whether a value ends at i.
func endsAt(s string, i int) bool {
	return stop[s[i]] && (s[i] != fullWidth && s[i] != ideographic || wideComma(s[i:]) > 0)
}

// wideComma returns the length of the Chinese separator at the start of s, or 0.
func wideComma(s string) int {
	if s == "" || s[0] != fullWidth && s[0] != ideographic {
		return 0
	}
	for _, c := range [...]string{"，", "；", "、", "\u3000", "【", "】", "「", "」"} {
		if strings.HasPrefix(s, c) {
			return len(c)
		}
	}
	return 0
}

// value reads the value at i into pr and returns where to go on.
func (p *parser) value(s string, i int, pr *pair) int {
	if pythonString(s[i:]) {
		i++
	}
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		return quoted(s, i, pr)
	}
	if strings.HasPrefix(s[i:], `\"`) {
		if j := strings.Index(s[i+2:], `\"`); j >= 0 {
			pr.value, pr.from, pr.to = s[i+2:i+2+j], i+2, i+2+j
			return i + 2 + j + 2
		}
	}
	if end := aside(s, i); end > 0 { // tid=<10000001>
		pr.value, pr.from, pr.to = s[i+1:end], i+1, end
		return end + 1
	}
	if i < len(s) && s[i] == '{' { // an object, whose members are keys of their own
		pr.from, pr.to = i, i
		return i + 1
	}
	if i > 0 && i < len(s) && s[i-1] == '>' {
		if j := strings.Index(s[i:], "</"); j >= 0 {
			pr.value, pr.from, pr.to = s[i:i+j], i, i+j
			if v, ok := strings.CutPrefix(pr.value, "<![CDATA["); ok {
				pr.value = strings.TrimSuffix(v, "]]>")
			}
			return i + j
		}
	}
	if i < len(s) && s[i] == '[' { // RC:[00]
		if j := strings.IndexByte(s[i:], ']'); j > 0 && !strings.ContainsAny(s[i+1:i+j], "[=") {
			pr.value, pr.from, pr.to = strings.TrimSpace(s[i+1:i+j]), i+1, i+j
			if v := pr.value; pythonString(v) && v[len(v)-1] == v[1] { // [u'1.00']
				pr.value = v[2 : len(v)-1]
			}
			return i + j + 1
		}
	}
	end := i
	for end < len(s) && !endsAt(s, end) {
		end++
	}
	pr.plain = true
	if next := p.rareEnd(s, i, end); pr.field > field.Ignore && next < end {
		end, pr.plain = next, false
	}
	if end > i && s[end-1] == ')' && strings.IndexByte(s[i:end], '(') < 0 { // Answer(rc=00)
		for end > i && s[end-1] == ')' {
			end--
		}
		pr.plain = false
	}
	if pr.field == field.PAN {
		end = cardEnd(s, i, end)
	}
	if pr.plain && end < len(s) && !p.atBoundary(s, end) {
		pr.plain = false
		switch pr.field {
		case field.Time, field.SentAt: // 2026-11-20 08:15:32
			if n := field.LeadingStamp(s[i:]); n > end-i {
				end = i + n
				pr.stamp = pr.field == field.Time && field.ISOStamp(s[i:end]) == n
			}
		case field.Text, field.Reason, field.Status, field.Kind, field.Region, field.None, field.Amount, field.Fee, field.Net:
			// Words up to the next key; an amount may have commas inside.
			if next, _, _, ok := p.nextKey(s, end); ok {
				end = next
				for end > i && (separator(s[end-1]) || s[end-1] == '"' || s[end-1] == '\'') {
					end--
				}
			} else if pr.field == field.Text || pr.field == field.Reason || s[end] != ' ' && s[end] != '\t' {
				end = len(s)
				if text := s[i:end]; strings.IndexByte(text, '{') < 0 { // Answer{rc=, err=Read timed out}
					end = i + len(strings.TrimRight(text, "}"))
				}
			}
		}
	}
	pr.value = s[i:end]
	if pr.field.Money() && !pr.plain {
		// "AMT=123.00 TXN": the words behind belong to nobody, and a currency before to the amount.
		if j := strings.IndexAny(pr.value, " \t"); j >= 0 {
			if next := strings.IndexAny(pr.value[j+1:], " \t"); strings.ContainsAny(pr.value[:j], "0123456789") {
				pr.value = pr.value[:j]
			} else if next >= 0 {
				pr.value = pr.value[:j+1+next]
			}
		}
		pr.value = strings.TrimRight(pr.value, ",;|&]}")
	}
	pr.from, pr.to = i, end
	return end
}

// pythonString reports whether a value begins as Python 2 and its bytes are printed: u'00', b'00'.
func pythonString(s string) bool {
	return len(s) > 2 && (s[0] == 'u' || s[0] == 'b') && (s[1] == '\'' || s[1] == '"')
}

// rare are separators that hardly any log has.
const rare = "#^~!$"

// aside returns where a number or code in angle brackets or braces ends that opens at i, 0 where
// an element or an object does.
func aside(s string, i int) int {
	if i >= len(s) || s[i] != '<' && s[i] != '{' {
		return 0
	}
	numbers := false
	for end := i + 1; end < len(s); end++ {
		c := s[end]
		digit := c >= '0' && c <= '9'
		if c == s[i]+2 && numbers && (end+1 == len(s) || s[end+1] != '<' && stop[s[end+1]]) {
			return end
		}
		if !digit && !field.Letter(c) && strings.IndexByte(" *.-", c) < 0 {
			return 0
		}
		numbers = numbers || digit
	}
	return 0
}

// rareEnd is where a value ends that one of them and a known key follow: 10000001#RC=00; else end.
func (p *parser) rareEnd(s string, i, end int) int {
	at := strings.IndexByte(s[i:end], '=')
	if at <= 0 {
		return end
	}
	if k := keyStart(s, i+at); k > i && k < i+at && !digits.Only(s[k:i+at]) && strings.IndexByte(rare, s[k-1]) >= 0 && p.lookup(s[k:i+at]).field != field.None {
		return k - 1
	}
	return end
}

// cardEnd goes on over the groups of a card number: 6228 4804 0256 4890 018.
func cardEnd(s string, i, end int) int {
	if end-i != 4 {
		return end
	}
	for end < len(s) && s[end] == ' ' {
		k := end + 1
		for k < len(s) && (s[k] >= '0' && s[k] <= '9' || s[k] == '*') {
			k++
		}
		if n := k - end - 1; n < 3 || n > 4 || k < len(s) && s[k] != ' ' && !stop[s[k]] {
			break
		}
		end = k
	}
	return end
}

// gap marks what may stand between a value and the next key.
var gap = func() (t [256]bool) {
	for _, c := range []byte("[]{},;|&") {
		t[c] = true
	}
	return t
}()

// atBoundary reports whether what stands at i ends a value: a key follows, a
// bare word behind a blank, or the end of the line.
func (p *parser) atBoundary(s string, i int) bool {
	j := i
	for j < len(s) {
		if c := s[j]; c <= ' ' || gap[c] {
			j++
		} else if n := wideComma(s[j:]); n > 0 {
			j += n
		} else {
			break
		}
	}
	if j == len(s) {
		return true
	}
	if s[j] == '"' && j > i { // a member of JSON, whatever its name: 4200,"AmtTip":0
		_, rest, ok := strings.Cut(s[j+1:], `"`)
		return ok && strings.HasPrefix(rest, ":")
	}
	k := j
	for k < len(s) && !endsAt(s, k) && s[k] != '=' {
		k++
	}
	return k > j && k < len(s) && s[k] == '=' && !digits.Only(s[j:k]) && keyStart(s, k) == j
}

// quoted reads "..." with backslash escapes and doubled quotes. Without a
// closing quote the value runs to the end of the line.
func quoted(s string, i int, pr *pair) int {
	q := s[i]
	pr.quoted, pr.plain, pr.from = true, q == '"', i+1
	escaped := false
	j := i + 1
	for j < len(s) {
		if s[j] == '\\' && j+1 < len(s) {
			escaped = true
			j += 2
			continue
		}
		if s[j] == q {
			if j+1 < len(s) && s[j+1] == q && j > i+1 {
				escaped = true
				j += 2
				continue
			}
			break
		}
		j++
	}
	j = min(j, len(s))
	pr.value, pr.to = s[i+1:j], j
	if j == len(s) {
		pr.plain = false
		return j
	}
	if escaped {
		pr.plain = false
		pr.value = unescape(pr.value, q)
	}
	return j + 1
}

func unescape(s string, q byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			i++
			switch s[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
			default:
				b.WriteByte(s[i])
			}
			continue
		}
		if c == q && i+1 < len(s) && s[i+1] == q {
			i++
		}
		b.WriteByte(c)
	}
	return b.String()
}

// tagged reports whether the words before the first key call the line a
// transaction.
func tagged(s string) bool {
	for len(s) > 0 {
		i := 0
		for i < len(s) && (s[i] >= 'A' && s[i] <= 'Z' || s[i] >= 'a' && s[i] <= 'z' || s[i] >= 0x80) {
			i++
		}
		switch s[:i] {
		case "TXN", "TRAN", "TRANS", "TRX", "TRANSACTION", "Txn", "txn", "交易", "流水", "交易流水":
			return true
		}
		s = s[min(i+1, len(s)):]
	}
	return false
}

// uncelled takes the quotes of CSV off a line that a spreadsheet or a search page exported as
// the cell of a table: the quotes inside are doubled, and ERR=""time-out"" would have no value.
func uncelled(s string) string {
	if s == "" || s[0] != '"' && !strings.Contains(s, `""`) || !strings.Contains(s, "=") {
		return s
	}
	for from := 0; from < len(s); {
		if s[from] == '"' {
			end := from + 1
			for end < len(s) && (s[end] != '"' || end+1 < len(s) && s[end+1] == '"') {
				if s[end] == '"' {
					end++
				}
				end++
			}
			if cell := s[from+1 : min(end, len(s))]; end < len(s) && (end+1 == len(s) || s[end+1] == ',' || s[end+1] == ';' || s[end+1] == '\t') && strings.Contains(cell, "=") {
				return s[:from] + strings.ReplaceAll(cell, `""`, `"`) + s[end+1:]
			}
		}
		next := strings.IndexAny(s[from:], ",;\t")
		if next < 0 {
			break
		}
		from += next + 1
	}
	return s
}
