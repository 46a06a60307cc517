package formats

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// JSONL reads logs of one JSON object per line by the dictionary of names.
var JSONL = jsonReader(nil)

// maxNesting bounds how deep an object is looked into.
const maxNesting = 16

// jsonReader reads one JSON object per line. Names are those of members, with
// the members around them where a format asks for that: "resp.code".
func jsonReader(f *format.Format) entry.Reader {
	name := "jsonl"
	if f != nil {
		name = f.Name
	}
	read := func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		j := &jsonLines{builder: newBuilder(f, st, sink)}
		j.judgeFen(st.Head)
		if err := j.eachLine(j.take); err != nil {
			return nil, err
		}
		j.columns()
		if j.sum.Format == "" {
			j.sum.Format = "jsonl"
		}
		return j.finish("a JSON object with the members of a transaction")
	}
	sniff := func(name string, head []byte) (int, string) {
		first := text.Begin(head)
		if len(first) == 0 || first[0] != '{' {
			return 0, "its first line is no JSON object"
		}
		if text.Ours(head) {
			return 0, "it is a report of poslog"
		}
		if f != nil && !f.Detect.Fits(name, head) {
			return 0, notFitting(&f.Detect)
		}
		p := probe(name, head, read)
		switch {
		case p.records == 0 && p.rejects > 0:
			return 20, fmt.Sprintf("%d lines are JSON objects of transactions, and none can be read: %s", p.rejects, p.first.Msg)
		case p.records == 0:
			return 0, "no line is a JSON object with members such as code, tid and amount"
		}
		score := 55 + 40*p.records/(p.records+p.rejects+p.noise)
		if f.Described() {
			score += 3
		} else if bytes.Contains(head, []byte("[")) {
			var lists probed
			newDocument(f, &entry.Stream{Src: &txn.Source{Name: name}, Head: head, Year: 2026}, &lists).walk(string(head))
			if lists.records > p.records+p.rejects { // it is a document, or one per line
				score = 0
			}
		}
		return score, fmt.Sprintf("%d lines are JSON objects of transactions", p.records)
	}
	return entry.Reader{Name: name, Sniff: sniff, Read: read, Parts: always, Unjoined: true,
		Knowing: func(more map[string]field.Field) entry.Reader {
			return jsonReader(format.Knowing(name, more))
		}}
}

// member is a name at its place in the objects: what it means, and the members
// below it. The tree is built once per name and keeps paths from being put
// together for every line.
type member struct {
	vague   bool
	verdict bool     // true or false says what became of the payment
	asked   bool     // what became of the payment that the call was about
	kind    txn.Kind // what the transaction is where the value is true
	field   field.Field
	unit    field.Unit
	path    string
	below   map[string]*member
}

type jsonLines struct {
	*builder
	root    member
	members int
	order   []*member
	values  []value
	vague   []value    // under a name that any other one stands against
	again   bool       // a value was taken whose name has turned out to be vague
	listed  bool       // objects are elements of a list, not lines of a log
	signs   *unitSigns // nil but while the head is looked at

	unitNote string // how amounts of no stated unit are read, and why
}

// unitSigns are what tells minor units beside the amounts themselves, of those that do not
// say their unit and of the times.
type unitSigns struct {
	money, amounts int  // amounts in an object of their own, as numbers; all of them
	unix, times    int  // times in Unix time; all times
	created        int  // those in Unix time that are of creation
	seconds        bool // a duration of no stated unit is below 1
}

// add looks at one value under the name of m.
func (u *unitSigns) add(m *member, v string, number bool) {
	switch {
	case m.field == field.Time:
		u.times++
		name := strings.ToLower(m.path[strings.LastIndexByte(m.path, '.')+1:])
		if number && (len(v) == 10 || len(v) == 13) {
			u.unix++
			if strings.HasPrefix(name, "creat") {
				u.created++
			}
		}
	case m.field == field.Latency && m.unit == field.UnitAuto:
		u.seconds = u.seconds || field.BelowOne(v)
	case m.field == field.Amount && m.unit == field.UnitAuto:
		u.amounts++
		in, name := "", strings.ToLower(m.path)
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			in, name = name[:i], name[i+1:]
			in = in[strings.LastIndexByte(in, '.')+1:]
		}
		if number && (strings.Contains(in, "amount") || strings.Contains(in, "money")) && (name == "value" || name == "amount" || name == "total") {
			u.money++
		}
	}
}

// minor is the note that says why amounts of this shape are minor units, "" where nothing
// says so.
func (u *unitSigns) minor(s *field.Shape) string {
	switch {
	case s.Fen():
		return field.FenNote
	case s.Whole() && u.money == u.amounts:
		return field.ObjectNote
	case s.Large() && u.created > 0 && u.unix == u.times:
		return field.CreatedNote
	}
	return ""
}

// columns lists the members for the summary, and what was assumed of them.
func (j *jsonLines) columns() {
	for _, m := range j.order {
		if m.below != nil {
			continue
		}
		c := entry.Column{Name: m.path}
		if m.field != field.None && m.field != field.Level {
			c.Field = m.field.String()
		}
		j.sum.Columns = append(j.sum.Columns, c)
	}
	if j.unitNote != "" {
		j.sum.Notes = append(j.sum.Notes, j.unitNote)
	}
	if j.seconds {
		j.sum.Notes = append(j.sum.Notes, field.SecondsNote)
	}
}

// known are the fields that members stand for.
func (j *jsonLines) known() (s field.Set) {
	for _, m := range j.order {
		if m.below == nil {
			s |= field.SetOf(m.field)
		}
	}
	return s
}

// shape looks at the amounts of an object that do not say their unit.
func (j *jsonLines) shape(s string, to *field.Shape) {
	if j.collect(s) != "" {
		return
	}
	for _, v := range j.values {
		if v.field == field.Amount && v.unit == field.UnitAuto {
			to.Add(v.text)
		}
	}
}

// settle takes over what the amounts of the head tell of their unit, as they were read
// ahead.
func (j *jsonLines) settle(shape *field.Shape, ahead *jsonLines) {
	if j.unitNote = ahead.signs.minor(shape); j.unitNote == "" && shape.Whole() && ahead.interfaced() {
		j.unitNote = field.InterfaceNote
		if slices.ContainsFunc(ahead.order, func(m *member) bool { return lastName(m) == "txnAmt" }) {
			j.ctx.Kinds = field.UnionPayKinds
		}
	}
	if j.fen = j.unitNote != ""; !j.fen && shape.Whole() {
		j.unitNote = field.MajorNote
	}
	j.seconds = ahead.signs.seconds
}

// interfaced reports whether all amounts that do not say their unit stand under the names of
// an interface whose amounts are in fen.
func (j *jsonLines) interfaced() bool {
	amounts := 0
	for _, m := range j.order {
		if m.below != nil || m.field != field.Amount || m.unit != field.UnitAuto {
			continue
		}
		if amounts++; !slices.ContainsFunc(j.order, func(o *member) bool { return field.InterfaceAmount(lastName(m), lastName(o)) }) {
			return false
		}
	}
	return amounts > 0
}

// lastName is the name of a member without its path.
func lastName(m *member) string { return m.path[strings.LastIndexByte(m.path, '.')+1:] }

// judgeFen finds out whether the amounts of the head can only be minor units.
func (j *jsonLines) judgeFen(head []byte) {
	if j.f != nil && j.f.Units[field.Amount] != field.UnitAuto {
		return
	}
	var shape field.Shape
	j.signs = &unitSigns{}
	for s := range strings.Lines(string(head)) {
		if s = strings.TrimSpace(s); s != "" && s[0] == '{' {
			j.shape(s, &shape)
		}
	}
	j.settle(&shape, j)
	j.signs = nil
}

// take accounts for one line.
func (j *jsonLines) take(raw string) {
	s, _ := j.charset.Decode(raw)
	trimmed := strings.TrimSpace(s)
	switch {
	case trimmed == "": // blanks of another charset
		j.sink.Skip(entry.Blank, 1)
		return
	case trimmed[0] != '{':
		j.sink.Skip(entry.Noise, 1)
		return
	}
	if msg := j.collect(trimmed); msg != "" {
		j.reject("", "json-syntax", s, msg, "look whether the line was cut or two lines were joined")
		return
	}
	verdict := j.verdict()
	if j.f.Described() && verdict != field.Answer && j.have().Known() > 0 {
		verdict = field.Answer // the format says what its lines are; what lacks is a reject
	}
	switch verdict {
	case field.Answer, field.Request:
		j.emit(j.values, s)
	case field.Partial:
		j.reject("", "line-truncated", s, "the object has members of a transaction and neither a response code nor a word of a time-out", "name the member that holds the code in a format file")
	default:
		j.sink.Skip(entry.Noise, 1)
	}
}

// collect reads the values of one object. A message is returned where it is not
// well formed.
func (j *jsonLines) collect(s string) string {
	j.values, j.vague, j.again = j.values[:0], j.vague[:0], false
	d := scanner{s: s}
	if msg := j.object(&d, &j.root, 1); msg != "" {
		return "the line is not one JSON object: " + msg
	}
	if j.again {
		return j.collect(s)
	}
	if d.blank(); d.i < len(d.s) {
		return "something follows the JSON object"
	}
	anchored := j.have().Anchored()
	priced := j.have().Has(field.Amount)
	for _, v := range j.vague {
		if v.field == field.Code && !anchored || v.field == field.Status && !priced {
			continue
		}
		if v.field == field.Code && field.Passed(v.text) && v.text != "200" {
			j.values = withCall(j.values, v)
		} else if !slices.ContainsFunc(j.values, func(w value) bool {
			return w.field == v.field && (w.text != "" || v.field != field.Code || !field.IsClass(v.text))
		}) {
			j.values = append(j.values, v)
		}
	}
	if have := j.have(); j.listed && have.Has(field.Amount) && have.Has(field.Fee) {
		for i := range j.values { // of the account, beside what was paid
			switch v := &j.values[i]; v.field {
			case field.Debit:
				v.field = field.NetDebit
			case field.Credit:
				v.field = field.NetCredit
			}
		}
	}
	return ""
}

// verdict tells what the object is by the values that it has.
func (j *jsonLines) verdict() field.Verdict {
	if have := j.have(); j.listed && have.Has(field.Amount) && (have.Has(field.Time) || have.Has(field.Date)) && have&settled != 0 {
		return field.Answer // a row of a settlement, which has no outcome
	}
	mti, message := "", ""
	for _, v := range j.values {
		switch v.field {
		case field.MTI:
			mti = v.text
		case field.Text:
			message = v.text
		}
	}
	if v := j.have().Judge(mti, message); v != field.Partial || !strings.EqualFold(mti, "Request") {
		return v
	}
	return field.Noise // of nexo: its answer tells of it
}

// settled are the fields that rows of a settlement have.
var settled = field.SetOf(field.Fee, field.Net, field.NetDebit, field.NetCredit, field.SettleOn)

func (j *jsonLines) have() (s field.Set) {
	for _, v := range j.values {
		s |= 1 << v.field
	}
	return s
}

// object reads an object at d and collects the values of its members. A message
// is returned where it is not well formed.
func (j *jsonLines) object(d *scanner, in *member, depth int) (msg string) {
	if depth > maxNesting {
		return fmt.Sprintf("objects are nested more than %d deep", maxNesting)
	}
	return d.members(func(name string) string { return j.value(d, j.child(in, name), depth) })
}

// value reads any value; the elements of an array go under the name of the array.
func (j *jsonLines) value(d *scanner, m *member, depth int) string {
	d.blank()
	switch d.peek() {
	case '{':
		return j.object(d, m, depth+1)
	case '[':
		if depth >= maxNesting {
			return fmt.Sprintf("objects are nested more than %d deep", maxNesting)
		}
		return d.elements(func() string { return j.value(d, m, depth+1) })
	case '"':
		v, ok := d.text()
		if !ok {
			return d.expected("the closing quote of a text")
		}
		if !j.packed(v, m, depth) {
			j.add(m, v, false)
		}
	default:
		v := d.bare()
		if v == "" {
			return d.expected("a value")
		}
		switch {
		case v == "null", (v == "true" || v == "false") && m.field == field.Text: // "error":false says nothing in words
		case m.verdict && v == "true":
			j.add(m, "SUCCESS", false)
		case m.verdict && v == "false":
			j.add(m, "FAILED", false)
		case m.kind != txn.KindUnknown:
			if v == "true" { // before "type":"payment"
				j.values = slices.Insert(j.values, 0, value{field.Kind, field.UnitAuto, m.kind.String()})
			}
		default:
			j.add(m, v, true)
		}
	}
	return ""
}

// packed reads a text that holds an object of its own: {"msg":"{\"rc\":\"00\"}"}.
func (j *jsonLines) packed(v string, m *member, depth int) bool {
	if v == "" || v[0] != '{' || v[len(v)-1] != '}' {
		return false
	}
	values, vague := len(j.values), len(j.vague)
	d := scanner{s: v}
	if j.object(&d, m, depth+1) == "" && d.i == len(v) {
		return true
	}
	j.values, j.vague = j.values[:values], j.vague[:vague]
	return false
}

func (j *jsonLines) add(m *member, v string, number bool) {
	if j.signs != nil {
		j.signs.add(m, v, number)
	}
	if m.field == field.Network && number && strings.EqualFold(lastName(m), "net") { // no network is called by a number
		m.field = field.Net
	}
	if m.field == field.Fee && !number && field.IsObject(v) {
		return
	}
	if m.field == field.None && lastName(m) == "transId" && field.KindWord(v) != "" { // 消费, as the bridge of UnionPay's terminals says
		j.values = append(j.values, value{field.Kind, field.UnitAuto, v})
		return
	}
	switch {
	case m.field == field.Code && field.Passed(v) && field.Resulted(lastName(m)) && (j.f == nil || !j.f.Binds(m.path)): // of the call, beside "resCode":"51"
		j.vague = append(j.vague, value{m.field, m.unit, v})
	case v != "" && m.asked:
		j.values = slices.Insert(j.values, 0, value{m.field, m.unit, v}) // before respCode
	case m.vague && m.field == field.ChannelNo && (len(v) < 6 || !strings.ContainsFunc(v, unicode.IsLetter)): // counts rows
	case m.vague:
		j.vague = append(j.vague, value{m.field, m.unit, v})
	case m.field > field.Ignore:
		j.values = append(j.values, value{m.field, m.unit, v})
	}
}

// numbersFields reports whether the members of an object are fields of ISO 8583 by
// their numbers, as its name says: isoFields, responseFields, dataElements, de.
func numbersFields(path string) bool {
	name := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	return strings.HasSuffix(name, "fields") || strings.HasSuffix(name, "elements") || name == "de" || name == "iso" || name == "iso8583" || name == "isomsg"
}

// child finds the member of a name, and what it means when it is first seen: by
// its path, else by its own name.
func (j *jsonLines) child(in *member, name string) *member {
	if m, ok := in.below[name]; ok {
		return m
	}
	name = strings.Clone(name)
	m := &member{path: name}
	if in.path != "" {
		m.path = in.path + "." + name
	}
	m.field, m.unit = j.lookup(m.path)
	if name != "" && name[0] == '$' && in.path != "" { // {"amount":{"$numberDecimal":"128.00"}}, as MongoDB writes types
		m.field, m.unit = in.field, in.unit
	}
	if m.field == field.None && in.path != "" {
		m.field, m.unit = j.lookup(in.path[strings.LastIndexByte(in.path, '.')+1:] + "." + name) // terminal.id
	}
	if m.field == field.None && in.path != "" {
		m.field, m.unit = j.lookup(name)
	}
	if m.field == field.None && numbersFields(in.path) && len(name) <= 3 && strings.Trim(name, "0123456789") == "" {
		m.field, m.unit = j.lookup("F" + name) // "fields":{"4":"000000012300","39":"00"}
	}
	if in.path != "" && (j.f == nil || !j.f.Binds(m.path)) {
		switch m.field {
		case field.Amount:
			m.field = field.MoneyOf(j.lookup, lastName(in), name)
		case field.Code:
			m.field = field.CodeOf(lastName(in), name)
		}
	}
	m.asked = field.Asked(name)
	// A plain code is the answer's where no other is; so is a message of the logger.
	if m.field == field.None && j.listed && strings.EqualFold(m.path, "id") {
		m.field, m.vague = field.ChannelNo, true
	}
	if m.field == field.None && (j.f == nil || !j.f.Binds(m.path) && !j.f.Binds(name)) {
		switch strings.ToLower(name) {
		case "success", "successful", "issuccess", "issuccessful", "approved", "isapproved":
			m.field, m.vague, m.verdict = field.Status, true, true
		case "is_refund", "isrefund":
			m.kind = txn.Refund
		case "is_void", "isvoid":
			m.kind = txn.Void
		}
	}
	m.vague = m.vague || (m.field == field.Code && (field.Vague(name) || field.Returned(name)) || m.field == field.Text && in.path == "" && field.Envelope(name)) &&
		(j.f == nil || !j.f.Binds(m.path) && !j.f.Binds(name))
	j.yieldTime(m)
	if j.members < 10_000 { // a log with ever new names must not fill the memory
		j.members++
		if in.below == nil {
			in.below = map[string]*member{}
		}
		in.below[name] = m
		if len(j.order) < 500 {
			j.order = append(j.order, m)
		}
	}
	return m
}

// yieldTime has a time stand back where the object around its own has one of the same name:
// "created_at" beside "order":{"created_at"} is that of the payment.
func (j *jsonLines) yieldTime(m *member) {
	if m.field != field.Time || j.f != nil && j.f.Binds(m.path) {
		return
	}
	name := lastName(m)
	beside := func(inner, outer *member) bool {
		in, ok := strings.CutPrefix(inner.path, strings.TrimSuffix(outer.path, name))
		return ok && strings.Count(in, ".") == 1
	}
	for _, o := range j.order {
		switch {
		case o.field != field.Time || lastName(o) != name:
		case beside(o, m):
			j.again = j.again || !o.vague
			o.vague = true
		case beside(m, o):
			m.vague = true
		}
	}
}
