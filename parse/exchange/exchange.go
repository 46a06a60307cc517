// Package exchange makes records of ISO 8583 messages and joins answers to
// requests.
//
// In come the values of single messages ([Fill]) and the messages of a log in the
// order of the file ([Pairing.Add]); out go records: one per request, completed
// with its answer's code, reference number, authorisation code and the time between
// the two, and one per message without a partner. Late, repeated and forwarded
// messages are kept, marked and counted, so that nobody counts one attempt twice.
package exchange

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/poslog/poslog/txn"
)

// Message is one ISO 8583 message on its way through pairing. Its MTI has four
// digits.
type Message struct {
	*txn.Record
	Lines   int    // physical lines that it covers
	Channel string // connection on which it was seen, "" where unknown; what follows a slash is left out

	reversed bool // a reversal of it was sent before its answer came
	answered bool
}

// key is what a request and its answer share. Parts that a look-up leaves out
// are empty.
type key struct {
	look    look
	class   string // version and class of the MTI
	stan    string
	tid     string
	sentAt  string
	channel string
}

// look is how strictly a partner is looked for.
type look uint8

const (
	exact    look = iota // channel, terminal and transmission time
	anywhere             // a multiplexer may answer on another channel
	bare                 // the answer may leave out the terminal
	retimed              // ... or state a transmission time of its own
	looks
)

// How long a request waits for its answer, in the log's own time; how many wait
// at once, and how many keys are remembered after that; how soon the same message
// is a repetition; and how near to its end a log says nothing about a missing answer.
const (
	patience   = 10 * time.Minute
	maxPending = 1 << 17
	again      = time.Minute
	nearEnd    = time.Minute
)

// Pairing joins answers to requests as they are read.
type Pairing struct {
	Joined     int // requests with their answer
	Unanswered int // requests without one
	Cut        int // requests too near to the end of the log to call unanswered
	Legs       int // second legs of forwarded requests, which are marked as repeats
	Repeats    int // the same message again, on the same way
	Late       int // answers after a reversal of their request, or after anybody waited for them
	Unasked    int // answers whose request is not in the log

	pending map[key]*Message
	order   []*Message   // requests of the last minutes, oldest first
	gone    map[key]bool // requests before those, and whether they were answered
	leaving []key        // the keys of gone, oldest first
	emit    func(*Message)
	last    txn.Instant
	limit   int // requests that wait, and keys that are remembered
}

// New returns a Pairing that hands every finished message to emit.
func New(emit func(*Message)) *Pairing {
	return &Pairing{pending: map[key]*Message{}, gone: map[key]bool{}, emit: emit, last: math.MinInt64, limit: maxPending}
}

// isAnswer reports whether the MTI is a response: the function digit is odd.
func isAnswer(mti string) bool { return (mti[2]-'0')%2 == 1 }

func (m *Message) channel() string {
	c, _, _ := strings.Cut(m.Channel, "/")
	return c
}

// key returns what the partner of m is looked for by, and whether m states
// enough for that.
func (m *Message) key(l look) (key, bool) {
	k := key{look: l, class: m.MTI[:2], stan: strings.TrimLeft(m.STAN, "0"), tid: m.TID, sentAt: m.SentAt}
	switch l {
	case exact:
		k.channel = m.channel()
	case bare:
		k.tid = ""
	case retimed:
		k.sentAt = ""
		return k, m.TID != ""
	}
	return k, true
}

// Add takes the next message of the log.
func (p *Pairing) Add(m *Message) {
	if m.At.Valid() && (m.At > p.last || p.last.Sub(m.At) > patience) { // a clock that was set back, or one that ran ahead once
		p.last = m.At
	}
	p.expire()
	switch {
	case isAnswer(m.MTI) && m.STAN == "":
		p.Unasked++
		p.emit(m)
	case m.STAN == "":
		p.emit(m)
	case isAnswer(m.MTI):
		p.answer(m)
	default:
		p.request(m)
	}
}

func (p *Pairing) request(m *Message) {
	k, _ := m.key(exact)
	if first := p.pending[k]; first != nil && p.repeats(first, m) {
		m.Flags |= txn.Repeat
		if !first.answered { // sent again while waiting: the answer belongs to the first
			p.Repeats++
			p.emit(m)
			return
		}
	}
	k, _ = m.key(anywhere)
	if first := p.pending[k]; first != nil && p.repeats(first, m) {
		m.Flags |= txn.Repeat
		if first.channel() != m.channel() {
			p.Legs++
		} else {
			p.Repeats++
		}
	}
	if txn.Reversing(m.MTI) {
		p.reverse(m)
	}
	for l := exact; l < looks; l++ {
		if k, ok := m.key(l); ok {
			p.pending[k] = m
		}
	}
	p.order = append(p.order, m)
}

// repeats reports whether m is the message first once more: its type says so, or
// it came within a minute and asks for the same amount.
func (p *Pairing) repeats(first, m *Message) bool {
	if first.Amount != m.Amount && first.Amount.Valid() && m.Amount.Valid() {
		return false
	}
	return (m.MTI[3]-'0')%2 == 1 || m.At.Valid() && first.At.Valid() && m.At.Sub(first.At) < again
}

// reverse marks the request that a reversal undoes. Terminals in China reverse
// under the STAN of the transaction itself.
func (p *Pairing) reverse(m *Message) {
	orig := *m.Record
	if m.OrigSTAN != "" {
		orig.STAN = m.OrigSTAN
	}
	for _, class := range []string{"2", "1"} {
		orig.MTI = m.MTI[:1] + class + m.MTI[2:]
		if k, ok := (&Message{Record: &orig}).key(retimed); ok {
			if first := p.pending[k]; first != nil {
				first.reversed = true
				return
			}
		}
	}
}

func (p *Pairing) answer(m *Message) {
	answered := false
	for l := exact; l < looks; l++ {
		k, ok := m.key(l)
		req := p.pending[k]
		if !ok || req == nil || req.TID != m.TID && req.TID != "" && m.TID != "" {
			continue
		}
		if !req.answered {
			p.join(req, m)
			return
		}
		answered = true
	}
	k, _ := m.key(anywhere)
	before, known := p.gone[k]
	switch {
	case answered || known && before:
		m.Flags |= txn.Repeat // its request has its answer already
		p.Repeats++
	case known: // the request was handed on without it
		m.Flags |= txn.Late | txn.Repeat
		p.Late++
		p.gone[k] = true
	default:
		p.Unasked++
	}
	p.emit(m)
}

// partly is the code of an answer that approves a part of the amount, which it states.
const partly = "10"

// join completes a request with its answer and hands it on. The answer's lines
// are continuation lines of the request's record.
func (p *Pairing) join(req, ans *Message) {
	rec := *req.Record
	r := *req
	r.Record = &rec
	// Where the log states no time, both have that of field 7, which the answer repeats.
	repeated := r.At == ans.At && r.Prec == txn.PrecSecond && r.SentAt != "" && r.SentAt == ans.SentAt
	if r.At.Valid() && ans.At.Valid() && !repeated {
		ms := ans.At.Sub(r.At).Milliseconds()
		r.Latency = int32(min(max(ms, 0), math.MaxInt32))
	}
	if !r.At.Valid() && ans.At.Valid() { // a terminal without a clock has it from the host
		r.At, r.Prec, r.SentAt = ans.At, ans.Prec, cmp.Or(r.SentAt, ans.SentAt)
		r.Flags |= ans.Flags & (txn.YearInferred | txn.ZoneAssumed)
	}
	switch {
	case r.Origin == txn.ReversalReason:
		r.Status = ans.Code // what the host said to the reversal
	case ans.Code != "":
		r.Code, r.Origin = ans.Code, ans.Origin
	}
	for _, f := range [][2]*string{{&r.RRN, &ans.RRN}, {&r.AuthCode, &ans.AuthCode}, {&r.Text, &ans.Text}, {&r.MID, &ans.MID},
		{&r.TID, &ans.TID}, {&r.Acquirer, &ans.Acquirer}, {&r.Batch, &ans.Batch}, {&r.PAN.Masked, &ans.PAN.Masked}} {
		if *f[0] == "" {
			*f[0] = *f[1]
		}
	}
	if r.PAN.Token == 0 {
		r.PAN.Token = ans.PAN.Token
	}
	if !r.Amount.Valid() || ans.Code == partly && ans.Amount.Valid() {
		r.Amount, r.Currency = ans.Amount, cmp.Or(ans.Currency, r.Currency)
	}
	if r.SettleOn == 0 {
		r.SettleOn = ans.SettleOn
	}
	r.Flags |= ans.Flags & (txn.CardEvent | txn.TruncatedText | txn.TimedOut | txn.Disconnected)
	if req.reversed {
		r.Flags |= txn.Late
		p.Late++
	}
	r.Lines += ans.Lines
	req.answered = true
	p.Joined++
	p.emit(&r)
}

// expire hands on requests whose answer did not come in time, and keeps memory
// bounded.
func (p *Pairing) expire() {
	n := 0
	stale := func(i int) bool {
		return i < len(p.order) && p.order[i].At.Valid() && p.last.Sub(p.order[i].At) > patience
	}
	for n < len(p.order) && (len(p.order)-n > p.limit || stale(n) || p.order[n].At > p.last && stale(n+1)) { // one of a clock that ran ahead
		p.leave(p.order[n])
		p.order[n] = nil
		n++
	}
	p.order = p.order[n:]
}

// Flush hands on what waits at the end of the log. Another log may follow, of any time.
func (p *Pairing) Flush() {
	for _, m := range p.order {
		p.leave(m)
	}
	p.order, p.last = nil, math.MinInt64
}

// leave takes a request out of the waiting ones and hands it on unless its
// answer did that.
func (p *Pairing) leave(m *Message) {
	for l := exact; l < looks; l++ {
		if k, ok := m.key(l); ok && p.pending[k] == m {
			delete(p.pending, k)
		}
	}
	k, _ := m.key(anywhere)
	if _, twice := p.gone[k]; !twice {
		p.leaving = append(p.leaving, k)
	}
	p.gone[k] = m.answered
	for len(p.leaving) > p.limit {
		delete(p.gone, p.leaving[0])
		p.leaving = p.leaving[1:]
	}
	if m.answered {
		return
	}
	if m.At.Valid() && max(p.last, m.At).Sub(min(p.last, m.At)) < nearEnd {
		p.Cut++
	} else {
		m.Flags |= txn.NoAnswer
		p.Unanswered++
	}
	p.emit(m)
}

// Notes says in sentences what pairing found, for the account of the input.
func (p *Pairing) Notes() (out []string) {
	for _, c := range []struct {
		n    int
		text string
	}{
		{p.Joined, "%d requests were joined with their answers by message class, STAN, terminal, transmission time and channel"},
		{p.Unanswered, "%d requests have no answer in the log"},
		{p.Cut, "%d requests of the last minute have no answer: the log may end before it came"},
		{p.Legs, "%d messages are the second leg of a forwarded one and are marked as repeats"},
		{p.Repeats, "%d messages are repetitions and are marked as such"},
		{p.Late, "%d answers came late: after a reversal of their request, or after more than ten minutes"},
		{p.Unasked, "%d answers have no request in the log"},
	} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf(c.text, c.n))
		}
	}
	return out
}
