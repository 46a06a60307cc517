package kv

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// have is the set of fields whose keys the line has.
func (p *parser) have() (s field.Set) {
	for i := range p.pairs {
		s |= 1 << p.pairs[i].field
	}
	return s
}

// judge tells what the line at hand is from the keys that it has.
func (p *parser) judge(h head) field.Verdict {
	var have field.Set
	mti, message := "", ""
	empty := true // TID= AMT= RC=
	for i := range p.pairs {
		pr := &p.pairs[i]
		have |= 1 << pr.field
		empty = empty && (pr.value == "" || pr.field <= field.Ignore)
		switch pr.field {
		case field.MTI:
			if !pr.quoted || len(pr.value) == pr.to-pr.from { // as it stands, see watch
				mti = pr.value
			}
		case field.Text:
			message = pr.value
		}
	}
	v := have.Judge(mti, message)
	if v == field.Answer && empty {
		return field.Partial
	}
	if v == field.Noise && h.tagged && have.Known() >= 1 {
		return field.Partial // it calls itself a transaction
	}
	return v
}

// fill sets p.rec from the line at hand. It returns false after a reject.
func (p *parser) fill(s string, h head, torn bool) bool {
	r := &p.rec
	p.ctx.Begin(r)
	r.Pos = p.pos()
	r.Side = p.side
	var got field.Set
	if h.stamp != "" {
		if err := p.ctx.Set(r, field.Time, h.stamp); err != nil {
			p.refuse(err, h.stamp)
			return false
		}
		got = field.SetOf(field.Time, field.Date, field.Clock)
	}
	if torn {
		r.Flags |= txn.TruncatedText
	}
	flat := !strings.ContainsAny(s, "{<") // in JSON and XML each of two may be of an object of its own
	for i := range p.pairs {
		pr := &p.pairs[i]
		if flat && repeatable.Has(pr.field) && got.Has(pr.field) {
			p.repeats(i)
		}
		if pr.field <= field.Ignore || got&(1<<pr.field) != 0 || pr.value == "" || pr.field == field.TID && p.thread(i) || (pr.field == field.Code || pr.field == field.Text) && p.failed(i) {
			continue
		}
		if torn && !wordy(pr.field) && strings.ContainsRune(pr.value, utf8.RuneError) {
			p.reject(pr.field.String(), "encoding", pr.value, "the value has bytes that are neither UTF-8 nor GB18030", "look whether the log was damaged here")
			return false
		}
		if pr.quoted && pr.to == len(s) && i == len(p.pairs)-1 && !wordy(pr.field) {
			p.reject(pr.field.String(), "quote-open", pr.value, "the quote is not closed", "look whether the log was cut here")
			return false
		}
		if !p.put(pr.key, pr.value) {
			return false
		}
		if (pr.field != field.Kind || r.Kind != txn.KindUnknown) && (pr.field != field.AuthCode || r.AuthCode != "") { // bizType=000201, txnType=01
			got |= 1 << pr.field
		}
	}
	if got&field.SetOf(field.Kind, field.MTI, field.ProcCode) == 0 && h.end < h.first && !p.format.Described() {
		if words := s[h.end:h.first]; !text.ASCII(words) {
			if w := field.KindWord(words); w != "" && !p.put(key{field: field.Kind}, w) {
				return false
			}
		}
	}
	if h.clock != "" && got&field.SetOf(field.Time, field.Clock, field.SentAt) == 0 && !p.put(key{field: field.Clock}, h.clock) {
		return false
	}
	if h.stamp == "" && len(p.above) > 0 && p.aboveLine+1 == p.line && got&field.SetOf(field.Time, field.Date, field.Clock, field.SentAt) == 0 && levelled(s) &&
		!p.put(key{field: field.Time}, string(p.above)) {
		return false
	}
	if p.format != nil {
		for _, c := range p.format.Set {
			if got&(1<<c.Field) == 0 && !p.put(key{field: c.Field}, c.Value) {
				return false
			}
		}
	}
	return p.complete(s)
}

// repeatable are the fields of which a line of pairs should have one value.
var repeatable = field.SetOf(field.Amount, field.Code, field.STAN, field.RRN, field.TID, field.MID)

// first is the earlier pair of the name of pair i, nil where there is none.
func (p *parser) first(i int) *pair {
	for k := range p.pairs[:i] {
		if o := &p.pairs[k]; o.field == p.pairs[i].field && o.name == p.pairs[i].name && o.value != "" {
			return o
		}
	}
	return nil
}

// repeats notes the name of pair i where it stood before in the line, with another value.
func (p *parser) repeats(i int) {
	pr := &p.pairs[i]
	if o := p.first(i); o != nil && pr.value != "" && o.value != pr.value {
		p.isTwice(pr.name)
	}
}

// isTwice remembers a name that stands twice in a line, with different values.
func (p *parser) isTwice(name string) {
	if len(p.twice) < mostTwice && !slices.Contains(p.twice, name) {
		p.twice = append(p.twice, strings.Clone(name))
	}
}

const mostTwice = 5 // names that are told

// levelled reports whether a line begins with a level and a colon, as java.util.logging
// writes the message below the line with its time and source.
func levelled(s string) bool {
	word, _, ok := strings.Cut(s[:min(len(s), 16)], ":")
	switch {
	case !ok:
	case word == "INFO", word == "WARNING", word == "SEVERE", word == "CONFIG", strings.HasPrefix(word, "FINE"), word == "信息", word == "警告", word == "严重":
		return true
	}
	return false
}

// thread reports whether pair i is a thread's id and no terminal's: [tid:5678] in a line
// that names its terminal by another word.
func (p *parser) thread(i int) bool {
	name := p.pairs[i].name
	if len(name) != 3 || !strings.EqualFold(name, "tid") {
		return false
	}
	for k := i + 1; k < len(p.pairs); k++ { // TID beside POS is a terminal; beside field 41 it is none
		if o := &p.pairs[k]; o.field == field.TID && o.value != "" && o.name != name && (name == "tid" || field.Numbered(o.name)) {
			return true
		}
	}
	return false
}

// failed reports whether pair i says no more than that a transaction failed, or that it was
// asked for or about, and another one what became of it: result_code=FAIL err_code=NOTENOUGH,
// "result_code":"200","biz_response":{"result_code":"PAY_SUCCESS"}, "resultCode":"OK","resCode":"51",
// ResultCode=000100 HostCode=51.
func (p *parser) failed(i int) bool {
	f := p.pairs[i].field
	if slices.ContainsFunc(p.pairs, func(o pair) bool { return o.field == f && o.value != "" && field.Asked(o.name) }) {
		return !field.Asked(p.pairs[i].name)
	}
	if f != field.Code {
		return false
	}
	if field.Resulted(p.pairs[i].name) && slices.ContainsFunc(p.pairs[i+1:], func(o pair) bool { return o.field == field.Code && o.value != "" && field.OfHost(o.name) }) {
		return true
	}
	switch v := p.pairs[i].value; {
	case field.Passed(v) && field.Resulted(p.pairs[i].name):
		return slices.ContainsFunc(p.pairs[i+1:], func(o pair) bool {
			return o.field == field.Code && o.value != "" && (digits.Only(v) || o.value != "0")
		})
	case strings.HasSuffix(v, "_FAIL"):
	case len(v) < 4 || len(v) > 7:
		return false
	case !strings.EqualFold(v, "FAIL") && !strings.EqualFold(v, "FAILED") && !strings.EqualFold(v, "FAILURE") && !strings.EqualFold(v, "ERROR"):
		return false
	}
	return slices.ContainsFunc(p.pairs[i+1:], func(o pair) bool { return o.field == field.Code && o.value != "" })
}

// put stores one value.
func (p *parser) put(k key, value string) bool {
	if k.field == field.Latency || k.field.Money() {
		p.ctx.Units[k.field] = k.unit
		if k.field == field.Latency && k.unit == field.UnitAuto && p.seconds {
			p.ctx.Units[k.field] = field.Second
		}
		if k.unit == field.UnitAuto && k.field.Money() && len(value) < 12 && digits.Only(value) {
			if p.fen {
				p.ctx.Units[k.field] = field.Minor
			}
			p.bare++
		}
	}
	if err := p.ctx.Set(&p.rec, k.field, value); err != nil {
		p.refuse(err, value)
		return false
	}
	return true
}

// complete finishes the record.
func (p *parser) complete(s string) bool {
	if err := p.ctx.Finish(&p.rec); err != nil {
		p.refuse(err, cmp.Or(p.ctx.Refused(), s))
		return false
	}
	if !p.rec.At.Valid() {
		p.reject("time", "time-missing", s, "the line has neither a time stamp nor a key with the time", "look whether the beginning of the line was damaged, or describe the time in a format file")
		return false
	}
	return true
}

// wordy fields may hold a torn character or an open quote without being wrong.
func wordy(f field.Field) bool {
	switch f {
	case field.Text, field.Region, field.Reason, field.Status, field.Issuer, field.Carrier, field.Model, field.None, field.Ignore:
		return true
	}
	return false
}

func (p *parser) refuse(err error, value string) {
	var e *field.Error
	if errors.As(err, &e) {
		p.reject(e.Field.String(), e.Rule, value, e.Msg, e.Hint)
		return
	}
	p.reject("", "value", value, err.Error(), "")
}

// emit hands the line on as a record, with the request that it answers.
func (p *parser) emit(s string, h head, torn bool) bool {
	if p.several() {
		p.reject("", "several-transactions", s, "the line holds more than one transaction", "write one transaction per line, or save the JSON of the answer as a file of its own")
		return false
	}
	if !p.fill(s, h, torn) {
		return false
	}
	p.answer()
	return true
}

// several reports that one line holds several transactions: a code and an amount
// under the same names again, both with values.
func (p *parser) several() bool {
	again := func(f field.Field) bool {
		name := ""
		for i := range p.pairs {
			if pr := &p.pairs[i]; pr.field == f && pr.value != "" {
				if name == pr.name {
					return true
				}
				if name == "" {
					name = pr.name
				}
			}
		}
		return false
	}
	return again(field.Code) && again(field.Amount)
}

func (p *parser) hand() {
	p.records++
	p.afterLine = true
	p.sink.Record(&p.rec, 1)
}

// requests are the messages that wait for their answers, by [openKey]. A log that
// writes both would otherwise count every transaction twice.
type requests struct {
	wait   map[messageKey]*txn.Record
	queue  []*txn.Record // in the order of their lines, with some that wait no more
	met    *met          // in a part that follows requests
	paired int
	loose  bool // answers do not name their terminal
	orders bool // requests have no trace number, and answers the order besides
}

// key is the key of a message in this log.
func (q *requests) key(r *txn.Record) messageKey {
	if q.orders {
		if o := order(r); o != "" {
			return messageKey{order: true, number: o}
		}
	}
	k := openKey(r)
	if q.loose {
		k.tid = ""
	}
	return k
}

// order is the number by which whoever sells knows a transaction.
func order(r *txn.Record) string { return cmp.Or(r.OrderNo, r.ChannelNo) }

// met are the first messages of their keys in a part.
type met struct {
	keys  map[messageKey]struct{}
	first []message
	kept  [][]txn.Record // their answers, a chunk at a time
	n     int            // of them
}

// mets are those of parts that are done: their memory, which is large, serves again.
var mets = sync.Pool{New: func() any { return &met{keys: map[messageKey]struct{}{}} }}

func (m *met) done() {
	clear(m.keys)
	clear(m.first)
	m.first, m.n = m.first[:0], 0
	mets.Put(m)
}

// message is the first of its key in a part: what it means for a request ahead of
// the part shows when that part is read.
type message struct {
	key      messageKey
	answer   *txn.Record   // nil where it is a request
	timedOut bool          // it is neither: the request is given up
	cut      *entry.Reject // what becomes of that line where no request waits, nil for noise
}

// messageKey is equal for a request and its answer.
type messageKey struct {
	class       byte // second digit of the message type
	order       bool // the number is that of an order
	tid, number string
}

// reach is for how many lines a request waits for its answer, which bounds
// the requests that wait.
const reach = 200_000

func (q *requests) add(r *txn.Record) {
	if q.wait == nil {
		q.wait = map[messageKey]*txn.Record{}
	}
	q.wait[q.key(r)] = r
	if len(q.queue) > 2*len(q.wait)+100 { // most have their answer
		q.queue = slices.DeleteFunc(q.queue, func(r *txn.Record) bool { return !q.waits(r) })
	}
	q.queue = append(q.queue, r)
}

func (q *requests) waits(r *txn.Record) bool { return q.wait[q.key(r)] == r }

// take returns the request that waits under a key, nil for none, and ends its
// waiting.
func (q *requests) take(k messageKey) *txn.Record {
	r := q.wait[k]
	if r != nil {
		delete(q.wait, k)
	}
	return r
}

// meets tells a request ahead of a part what its first message in the part means for it.
func (p *parser) meets(e message) {
	if e.timedOut {
		switch q := p.open.wait[e.key]; {
		case q != nil:
			p.giveUp(q)
		case e.cut != nil:
			p.rejects++
			p.sink.Reject(e.cut, 1)
		default:
			p.sink.Skip(entry.Noise, 1)
		}
		return
	}
	q := p.open.take(e.key)
	if e.answer == nil {
		p.unanswered(q)
		return
	}
	p.pair(e.answer, q)
	p.sink.Record(e.answer, 1)
}

// here is what was met in the part.
func (q *requests) here() *met {
	if q.met == nil {
		q.met = mets.Get().(*met)
	}
	return q.met
}

// meet notes the first message of a key in a part, an answer or nil. The texts of both
// are those of the part, which is there until its step is taken.
func (q *requests) meet(k messageKey, answer *txn.Record) {
	m := q.here()
	m.keys[k] = struct{}{}
	if answer != nil {
		chunk := m.n / metChunk
		if chunk == len(m.kept) {
			m.kept = append(m.kept, make([]txn.Record, metChunk))
		}
		to := &m.kept[chunk][m.n%metChunk]
		*to = *answer
		answer = to
		m.n++
	}
	m.first = append(m.first, message{key: k, answer: answer})
}

const metChunk = 64

// known reports whether a message of the key was met in the part.
func (q *requests) known(k messageKey) bool {
	if q.met == nil {
		return false
	}
	_, ok := q.met.keys[k]
	return ok
}

// unanswered hands on a request that has no answer; q may be nil.
func (p *parser) unanswered(q *txn.Record) {
	if q != nil {
		q.Flags |= txn.NoAnswer
		p.records++
		p.sink.Record(q, 1)
	}
}

// expire hands on the requests that are out of reach from a line.
func (p *parser) expire(line uint32) {
	n := 0
	for n < len(p.open.queue) && line-p.open.queue[n].Pos.Line > reach {
		q := p.open.queue[n]
		if p.open.waits(q) {
			p.unanswered(p.open.take(p.open.key(q)))
		}
		n++
	}
	p.open.queue = p.open.queue[n:]
}

// request keeps a request until its answer comes.
func (p *parser) request(s string, h head, torn bool) {
	if !p.fill(s, h, torn) {
		return
	}
	r := &p.rec
	p.afterLine = true
	k := p.open.key(r)
	if k.number == "" {
		r.Flags |= txn.NoAnswer
		p.hand()
		return
	}
	p.expire(p.line)
	if old := p.open.take(k); old != nil {
		p.unanswered(old) // sent again: the first stands for itself
	} else if p.asked && !p.open.known(k) {
		p.open.meet(k, nil)
	}
	p.open.add(r.Clone())
}

// answer hands the record at hand on, joined with the request that it answers.
func (p *parser) answer() {
	if !p.asked && len(p.open.wait) == 0 {
		p.hand()
		return
	}
	k := p.open.key(&p.rec)
	q := p.open.take(k)
	if q == nil && k.number != "" && p.asked && !p.open.known(k) {
		p.open.meet(k, &p.rec)
		p.records++
		p.afterLine = true
		return
	}
	p.pair(&p.rec, q)
	p.hand()
}

// pair completes an answer by the request that waits for it, nil for none: the
// request's line becomes a continuation, and what only the request states is taken
// over.
func (p *parser) pair(r, q *txn.Record) {
	if q == nil {
		return
	}
	if r.Pos.Line-q.Pos.Line > reach {
		p.unanswered(q)
		return
	}
	p.open.paired++
	p.sink.Skip(entry.Continuation, 1)
	if r.Latency == txn.NoLatency && q.At.Valid() && r.At >= q.At && r.Prec >= txn.PrecMilli {
		if d := r.At.Sub(q.At).Milliseconds(); d < 1<<30 {
			r.Latency = int32(d)
		}
	}
	if !r.Amount.Valid() || r.Amount == 0 && q.Amount.Valid() { // none, or that nothing of it was allowed
		r.Amount, r.Currency = q.Amount, q.Currency
	}
	for _, v := range []struct{ to, from *string }{{&r.ProcCode, &q.ProcCode}, {&r.EntryMode, &q.EntryMode}, {&r.CondCode, &q.CondCode},
		{&r.Institution, &q.Institution}, {&r.MID, &q.MID}, {&r.RRN, &q.RRN}, {&r.Batch, &q.Batch}, {&r.Network, &q.Network},
		{&r.Carrier, &q.Carrier}, {&r.Region, &q.Region}, {&r.Issuer, &q.Issuer}, {&r.Model, &q.Model}, {&r.OrderNo, &q.OrderNo},
		{&r.ChannelNo, &q.ChannelNo}, {&r.RefundNo, &q.RefundNo}, {&r.OrigSTAN, &q.OrigSTAN}, {&r.OrigRRN, &q.OrigRRN}, {&r.Channel, &q.Channel}, {&r.Acquirer, &q.Acquirer}} {
		if *v.to == "" {
			*v.to = *v.from
		}
	}
	if (p.open.loose || p.open.orders) && r.TID == "" {
		r.TID = q.TID
	}
	if r.PAN.Masked == "" {
		r.PAN = q.PAN
	}
	if r.Kind == txn.KindUnknown || q.Kind != txn.KindUnknown && !txn.Reversing(r.MTI) {
		r.Kind = q.Kind
	}
}

// openKey is the key of a message: its trace number, or where it has none the number of the
// order.
func openKey(r *txn.Record) messageKey {
	k := messageKey{tid: r.TID, number: r.STAN}
	if k.number == "" {
		k.number, k.order = r.OrderNo, true
	}
	if len(r.MTI) == 4 {
		k.class = r.MTI[1]
	}
	return k
}
