package jpos

import (
	"math"
	"strings"
	"time"

	"github.com/poslog/poslog/txn"
)

// message is one record on its way through pairing.
type message struct {
	*txn.Record
	lines int
	realm string
}

// key is what a request and its answer share.
type key struct {
	channel  string // the realm without the connection's port
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

// pairing joins answers to requests as they are read.
type pairing struct {
	pending map[key]*message
	order   []*message       // requests of the last minutes, oldest first; answered ones have no lines left
	seen    map[key]*message // the same by key, to tell repeats
	emit    func(*message)
	last    txn.Instant
	legs    int // second legs of forwarded requests
	cut     int // requests too near to the end to call unanswered
}

func (p *pairing) init(emit func(*message)) {
	p.pending, p.seen, p.emit, p.last = map[key]*message{}, map[key]*message{}, emit, math.MinInt64
}

// isAnswer reports whether the MTI is a response: the function digit is odd.
func isAnswer(mti string) bool { return (mti[2]-'0')%2 == 1 }

func (p *pairing) key(m *message, channel bool) key {
	k := key{class: m.MTI[:2], stan: strings.TrimLeft(m.STAN, "0"), tid: m.TID, sentAt: m.SentAt}
	if channel {
		k.channel, _, _ = strings.Cut(m.realm, "/")
	} else {
		k.anywhere = true
	}
	return k
}

// keys lists the looks for a partner, strictest first: an answer may leave out
// the terminal, and a multiplexer may answer on another channel.
func (p *pairing) keys(m *message) []key {
	a, b := p.key(m, true), p.key(m, false)
	c := b
	c.tid = ""
	return []key{a, b, c}
}

func (p *pairing) add(m *message) {
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

func (p *pairing) request(m *message) {
	if first, ok := p.seen[p.key(m, false)]; ok && m.At.Valid() && first.At.Valid() && m.At.Sub(first.At) < time.Minute {
		m.Flags |= txn.Repeat // the same message on its way on, or sent again
		if m.realm != first.realm {
			p.legs++
		}
	}
	for _, k := range p.keys(m) {
		p.pending[k] = m
	}
	p.seen[p.key(m, false)] = m
	p.order = append(p.order, m)
}

func (p *pairing) answer(m *message) {
	for _, k := range p.keys(m) {
		req, ok := p.pending[k]
		if !ok || req.lines == 0 {
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
func (p *pairing) join(req, ans *message) {
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
	r.lines += ans.lines
	req.lines = 0 // answered
	p.emit(&r)
}

// expire hands on requests whose answer did not come in time, and keeps memory
// bounded.
func (p *pairing) expire() {
	n := 0
	for n < len(p.order) && (len(p.order)-n > maxPending || p.order[n].At.Valid() && p.last.Sub(p.order[n].At) > patience) {
		p.unanswered(p.order[n])
		n++
	}
	p.order = p.order[n:]
}

func (p *pairing) flush() {
	for _, m := range p.order {
		p.unanswered(m)
	}
	p.order = nil
}

func (p *pairing) unanswered(m *message) {
	for _, k := range p.keys(m) {
		if p.pending[k] == m {
			delete(p.pending, k)
		}
	}
	if k := p.key(m, false); p.seen[k] == m {
		delete(p.seen, k)
	}
	if m.lines == 0 {
		return
	}
	if m.At.Valid() && p.last.Sub(m.At) < nearEnd {
		p.cut++
	} else {
		m.Flags |= txn.NoAnswer
	}
	p.emit(m)
}
