// Package exchange joins answers to requests.
//
// In come the single messages of a switch's log in the order of the file
// ([Pairing.Add]); out go records: one per request, completed with its answer's code,
// reference number, authorisation code and the time between the two, and one per
// message without a partner. Late, repeated and forwarded messages are kept and
// marked, so that nobody counts one attempt twice.
package exchange

import (
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
}

// key is what a request and its answer share.
type key struct {
	channel  string
	class    string // version and class of the MTI
	stan     string
	tid      string
	sentAt   string
	anywhere bool // second look-up, without the channel
}

// How long a request waits for its answer, in the log's own time, and how many
// wait at once.
const (
	patience   = 10 * time.Minute
	maxPending = 1 << 17
	nearEnd    = time.Minute
)

// Pairing joins answers to requests as they are read.
type Pairing struct {
	Legs int // second legs of forwarded requests, which are marked as repeats
	Cut  int // requests too near to the end of the log to call unanswered

	pending map[key]*Message
	order   []*Message       // requests of the last minutes, oldest first; answered ones have no lines left
	seen    map[key]*Message // the same by key, to tell repeats
	emit    func(*Message)
	last    txn.Instant
}

// New returns a Pairing that hands every finished message to emit.
func New(emit func(*Message)) *Pairing {
	return &Pairing{pending: map[key]*Message{}, seen: map[key]*Message{}, emit: emit, last: math.MinInt64}
}

// isAnswer reports whether the MTI is a response: the function digit is odd.
func isAnswer(mti string) bool { return (mti[2]-'0')%2 == 1 }

func (p *Pairing) key(m *Message, channel bool) key {
	k := key{class: m.MTI[:2], stan: strings.TrimLeft(m.STAN, "0"), tid: m.TID, sentAt: m.SentAt}
	if channel {
		k.channel, _, _ = strings.Cut(m.Channel, "/")
	} else {
		k.anywhere = true
	}
	return k
}

// keys lists the looks for a partner, strictest first: an answer may leave out
// the terminal, and a multiplexer may answer on another channel.
func (p *Pairing) keys(m *Message) []key {
	a, b := p.key(m, true), p.key(m, false)
	c := b
	c.tid = ""
	return []key{a, b, c}
}

// Add takes the next message of the log.
func (p *Pairing) Add(m *Message) {
	if m.At.Valid() {
		p.last = max(p.last, m.At)
	}
	if m.STAN == "" {
		p.emit(m)
		return
	}
	if isAnswer(m.MTI) {
		p.answer(m)
	} else {
		p.request(m)
	}
	p.expire()
}

func (p *Pairing) request(m *Message) {
	if first, ok := p.seen[p.key(m, false)]; ok && m.At.Valid() && first.At.Valid() && m.At.Sub(first.At) < time.Minute {
		m.Flags |= txn.Repeat // the same message on its way on, or sent again
		if m.Channel != first.Channel {
			p.Legs++
		}
	}
	for _, k := range p.keys(m) {
		p.pending[k] = m
	}
	p.seen[p.key(m, false)] = m
	p.order = append(p.order, m)
}

func (p *Pairing) answer(m *Message) {
	for _, k := range p.keys(m) {
		req, ok := p.pending[k]
		if !ok || req.Lines == 0 {
			continue
		}
		p.join(req, m)
		return
	}
	if _, ok := p.seen[p.key(m, false)]; ok {
		m.Flags |= txn.Repeat // its request has its answer already
	}
	p.emit(m)
}

// join completes a request with its answer and hands it on. The answer's lines
// are continuation lines of the request's record.
func (p *Pairing) join(req, ans *Message) {
	r := *req
	if r.At.Valid() && ans.At.Valid() {
		ms := ans.At.Sub(r.At).Milliseconds()
		r.Latency = int32(min(max(ms, 0), math.MaxInt32))
	}
	if r.Origin == txn.ReversalReason {
		r.Status = ans.Code // what the host said to the reversal
	} else {
		r.Code, r.Origin = ans.Code, txn.Host
	}
	for _, f := range [][2]*string{{&r.RRN, &ans.RRN}, {&r.AuthCode, &ans.AuthCode}, {&r.Text, &ans.Text}, {&r.MID, &ans.MID},
		{&r.TID, &ans.TID}, {&r.Acquirer, &ans.Acquirer}} {
		if *f[0] == "" {
			*f[0] = *f[1]
		}
	}
	if !r.Amount.Valid() {
		r.Amount = ans.Amount
	}
	r.Lines += ans.Lines
	req.Lines = 0 // answered
	p.emit(&r)
}

// expire hands on requests whose answer did not come in time, and keeps memory
// bounded.
func (p *Pairing) expire() {
	n := 0
	for n < len(p.order) && (len(p.order)-n > maxPending || p.order[n].At.Valid() && p.last.Sub(p.order[n].At) > patience) {
		p.unanswered(p.order[n])
		n++
	}
	p.order = p.order[n:]
}

// Flush hands on what waits at the end of the log.
func (p *Pairing) Flush() {
	for _, m := range p.order {
		p.unanswered(m)
	}
	p.order = nil
}

func (p *Pairing) unanswered(m *Message) {
	for _, k := range p.keys(m) {
		if p.pending[k] == m {
			delete(p.pending, k)
		}
	}
	if k := p.key(m, false); p.seen[k] == m {
		delete(p.seen, k)
	}
	if m.Lines == 0 {
		return
	}
	if m.At.Valid() && p.last.Sub(m.At) < nearEnd {
		p.Cut++
	} else {
		m.Flags |= txn.NoAnswer
	}
	p.emit(m)
}
