package kv

import (
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Many front-ends write a line when a transaction begins and one when it ends, and tell the
// two by words where others have a message type:
//
//	10:00:01.123 交易开始 终端号=10000001 流水号=000101 金额=12.50 交易类型=消费
//	10:00:02.456 交易结束 终端号=10000001 流水号=000101 应答码=00
//	10:03:01.000 交易超时 终端号=10000001 流水号=000103
//
// A log is such a one where, at its head, an end has the keys of a beginning. The beginning
// is then a request, and a time-out is that of the request that waits.

var (
	beginWords = []string{"开始", "发起", "请求", "发送", "上送", "START", "STARTED", "BEGIN", "REQUEST", "REQ", "SEND", "SENT", "SENDING"}
	endWords   = []string{"结束", "完成", "应答", "响应", "返回", "END", "ENDED", "FINISH", "FINISHED", "DONE", "RESPONSE", "RESP", "RSP", "REPLY"}

	// What was received is the answer, unless it is called a request.
	takenWords = []string{"接收", "收到", "RECV", "RECEIVED"}
	askedWords = []string{"请求", "REQUEST", "REQ"}
)

// says reports whether one of the words, upper case where they are Latin, stands in a text.
// Latin ones stand alone.
func says(s string, words []string) bool {
	for _, w := range words {
		if w[0] >= 0x80 {
			if strings.Contains(s, w) {
				return true
			}
			continue
		}
		for at := 0; at+len(w) <= len(s); at++ {
			if strings.EqualFold(s[at:at+len(w)], w) && apart(s, at) && apart(s, at+len(w)) {
				return true
			}
		}
	}
	return false
}

// apart reports whether one word ends and another begins at a place: startTrade.
func apart(s string, at int) bool {
	return at == 0 || at == len(s) || !field.Letter(s[at-1]) || !field.Letter(s[at]) || s[at-1] >= 'a' && s[at] <= 'Z'
}

// outside is what of the line at hand stands outside its pairs.
func (p *parser) outside(s string, h head) string {
	var b strings.Builder
	at := h.end
	for i := range p.pairs {
		pr := &p.pairs[i]
		gap := s[min(at, pr.from):pr.from]
		b.WriteString(gap[:max(0, strings.LastIndex(gap, pr.name))])
		b.WriteByte(' ')
		at = pr.to
	}
	return b.String() + s[min(at, len(s)):]
}

// begins reports whether the words of the line at hand say that a transaction begins.
func (p *parser) begins(s string, h head) bool {
	if p.typed() == field.Request || strings.Contains(s, "<CardServiceRequest") { // one without an amount is about another, by whose number its answer is not found
		return p.have().Has(field.Amount)
	}
	words := p.outside(s, h)
	for i := range p.pairs { // 请求报文: {merId=...
		if pr := &p.pairs[i]; pr.field == field.None && (pr.name[0] >= 0x80 || says(pr.name, askedWords)) {
			words += " " + pr.name
		}
	}
	return says(words, beginWords) && !says(words, endWords) && (!says(words, takenWords) || says(words, askedWords))
}

// typed is what the line at hand is by a message type in words, as nexo has it:
// "MessageType":"Request".
func (p *parser) typed() field.Verdict {
	for i := range p.pairs {
		if pr := &p.pairs[i]; pr.field == field.MTI {
			switch {
			case strings.EqualFold(pr.value, "Request"):
				return field.Request
			case strings.EqualFold(pr.value, "Response"):
				return field.Answer
			}
		}
	}
	return field.Noise
}

// opens reports whether the line at hand says what a transaction is about, without a word for
// its beginning or its end: the amount, the terminal and the trace number, and no outcome.
func (p *parser) opens(s string, h head) bool {
	var have field.Set
	for i := range p.pairs {
		if pr := &p.pairs[i]; pr.value != "" || pr.field == field.Code {
			have |= 1 << pr.field
		}
	}
	const all = 1<<field.Amount | 1<<field.TID | 1<<field.STAN
	return have&(all|1<<field.Code|1<<field.Status|1<<field.Text) == all && !says(p.outside(s, h), endWords)
}

// phases looks at the head of a log for transactions that have a line for their beginning and
// one for their end.
type phases struct {
	begun  map[messageKey]bool // with the terminal and without it
	named  map[string]bool     // numbers of those that have one
	lines  int                 // that say so
	found  bool
	worded bool            // some say so in words
	loose  bool            // ends do not name the terminal that the beginnings do
	tight  bool            // some do
	leg    map[string]bool // numbers of ends that do not
	legs   bool            // ends that do not are those of a further leg, to the bank
	sent   map[string]bool // numbers of requests, by their message type, that name their terminal
	asked  map[string]bool // orders of beginnings without a trace number
	orders bool            // ends have them and a trace number besides
}

func (ps *phases) add(p *parser, s string, h head, v field.Verdict) {
	switch key, ok := p.key(); {
	case !ok:
	case v == field.Request:
		if ps.sent == nil {
			ps.sent = map[string]bool{}
		}
		ps.sent[key.number] = key.tid != ""
	case v == field.Answer:
		if ps.sent[key.number] {
			ps.tight = ps.tight || key.tid != ""
			ps.loose = !ps.tight
		}
		if ps.asked[order(&p.rec)] {
			ps.found, ps.orders = true, true
		}
		ps.found = ps.found || ps.begun[key]
		if ps.begun[key] {
			switch {
			case key.tid != "":
				ps.tight, ps.loose = true, false
				ps.legs = ps.legs || ps.leg[key.number]
			case ps.named[key.number]:
				ps.loose = !ps.tight
				ps.leg[key.number] = true
			}
		}
	case v == field.Partial && (p.begins(s, h) || !ps.worded && p.opens(s, h)):
		ps.worded = ps.worded || p.begins(s, h)
		if ps.begun == nil {
			ps.begun, ps.named, ps.leg, ps.asked = map[messageKey]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
		}
		if p.rec.STAN == "" {
			ps.asked[order(&p.rec)] = true
		}
		ps.begun[key] = key.number != ""
		if key.tid != "" {
			key.tid = ""
			ps.begun[key], ps.named[key.number] = key.number != "", true
		}
		ps.lines++
	}
}

// key is the key of the line at hand, the class of its message apart, where it has one.
func (p *parser) key() (k messageKey, ok bool) {
	r := &p.rec
	p.ctx.Begin(r)
	var got field.Set
	for i := range p.pairs {
		switch pr := &p.pairs[i]; pr.field {
		case field.TID, field.STAN, field.OrderNo, field.ChannelNo:
			if pr.value == "" || got.Has(pr.field) { // the first is the record's
				continue
			}
			if got |= field.SetOf(pr.field); p.ctx.Set(r, pr.field, pr.value) != nil {
				return k, false
			}
		}
	}
	k = p.open.key(r)
	return k, k.number != "" || r.ChannelNo != ""
}

// gaveUp takes a line that says that a request timed out, and tells it with the request. It
// returns false where no request waits, having done nothing.
func (p *parser) gaveUp(s string, h head, v field.Verdict) bool {
	if !p.phased || h.stamp == "" || field.TextFlags(p.outside(s, h))&txn.TimedOut == 0 {
		return false
	}
	k, ok := p.key()
	if !ok || k.number == "" {
		return false
	}
	switch q := p.open.wait[k]; {
	case q != nil:
		p.giveUp(q)
	case p.asked && !p.open.known(k):
		m := message{key: k, timedOut: true}
		if v == field.Partial {
			m.cut = p.cutLine(s)
		}
		here := p.open.here()
		here.first = append(here.first, m)
	default:
		return false
	}
	p.afterLine = true
	return true
}

// giveUp accounts for the line that gives a request up.
func (p *parser) giveUp(q *txn.Record) {
	q.Flags |= txn.TimedOut
	p.sink.Skip(entry.Continuation, 1)
}

// leg reports whether the line at hand is the bank's answer on its way to the terminal,
// which has a line of its own: it names neither terminal nor merchant nor amount.
func (p *parser) leg() bool {
	number := false
	for i := range p.pairs {
		switch pr := &p.pairs[i]; {
		case pr.value == "":
		case pr.field == field.TID, pr.field == field.MID, pr.field == field.Amount:
			return false
		case pr.field == field.STAN:
			number = true
		}
	}
	return number
}
