package parse

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// messages joins the rows of requests with those of their answers, for readers to which
// every row is one of its own: a database's table of messages, a log of JSON lines.
type messages struct {
	entry.Sink
	pair    *exchange.Pairing
	order   order
	unknown bool // the order is that of the first messages at hand
	held    []*exchange.Message
	sheet   string // of the message that was added last
}

// order is how the requests of an input stand to their answers.
type order uint8

const (
	apart    order = iota // one of both is not there
	forward               // a request comes before its answer
	backward              // the newest row comes first
	strewn                // they are on sheets of their own
)

// withAnswers is a reader that joins requests with their answers where the head of an input
// has such a pair, and r itself elsewhere. The head of a workbook does not tell.
func withAnswers(r entry.Reader, st *entry.Stream) entry.Reader {
	if !r.Unjoined {
		return r
	}
	m := messages{unknown: sheet.IsZip(st.Head) || sheet.IsOLE(st.Head)}
	if !m.unknown {
		narrow := bytes.ReplaceAll(st.Head, []byte{0}, nil) // of UTF-16
		if !names(narrow, "0200", "0100", "0220", "0400") || !names(narrow, "0210", "0110", "0230", "0410") {
			return r
		}
		head := st.Head
		if n := bytes.LastIndexByte(head, '\n'); n > 0 {
			head = head[:n+1]
		}
		var p pairs
		skim(r, st.Src.Name, st.Side, head, &p)
		if m.order = p.order(); m.order == apart {
			return r
		}
	}
	plain := r.Read
	r.Read = func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		own, m := *st, m
		own.Share, own.Wait = nil, nil
		m.Sink = sink
		m.pair = exchange.New(func(m *exchange.Message) { sink.Record(m.Record, m.Lines) })
		sum, err := plain(&own, &m)
		m.turn()
		m.pair.Flush()
		if sum != nil {
			sum.Notes = append(sum.Notes, m.pair.Notes()...)
		}
		return sum, err
	}
	r.Parts = nil // a request may be far from its answer
	return r
}

// maxTurned is how many messages are put in order at once.
var maxTurned = 1 << 17

func (m *messages) Record(r *txn.Record, lines int) {
	request, answer := role(r)
	if !request && !answer || m.order == apart && !m.unknown {
		m.Sink.Record(r, lines)
		return
	}
	x := &exchange.Message{Record: r.Clone(), Lines: lines}
	if m.order == forward {
		m.add(x)
		return
	}
	if m.held = append(m.held, x); len(m.held) == maxTurned {
		m.turn()
	}
}

// turn hands on the messages at hand in the order of time.
func (m *messages) turn() {
	if m.unknown {
		p := pairs{}
		for _, x := range m.held {
			p.Record(x.Record, x.Lines)
		}
		m.order, m.unknown = p.order(), false
	}
	switch m.order {
	case backward:
		slices.Reverse(m.held)
	case strewn:
		slices.SortStableFunc(m.held, func(a, b *exchange.Message) int {
			return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.MTI, b.MTI))
		})
	}
	for _, x := range m.held {
		if m.order == apart {
			m.Sink.Record(x.Record, x.Lines)
		} else {
			m.add(x)
		}
	}
	m.held = m.held[:0]
	if m.order == backward { // what comes is older
		m.pair.Flush()
	}
}

// add takes a sheet for a log of its own, unless requests and answers have sheets each.
func (m *messages) add(x *exchange.Message) {
	if m.order != strewn && x.Pos.Sheet != m.sheet {
		m.pair.Flush()
		m.sheet = x.Pos.Sheet
	}
	m.pair.Add(x)
}

// role tells what a row is by its message type: a request states no outcome. The rows of a
// journal, which have their outcome beside the type of the request, are neither.
func role(r *txn.Record) (request, answer bool) {
	if len(r.MTI) != 4 || r.STAN == "" || r.Side == txn.Settlement {
		return false, false
	}
	answer = (r.MTI[2]-'0')%2 == 1
	return !answer && r.Code == "" && r.Status == "", answer
}

// names reports whether one of the words, message types, stands in b as a number of its own.
func names(b []byte, words ...string) bool {
	for _, w := range words {
		for rest := b; ; {
			i := bytes.Index(rest, []byte(w))
			if i < 0 {
				break
			}
			if (i == 0 || rest[i-1]-'0' > 9) && (i+4 == len(rest) || rest[i+4]-'0' > 9) {
				return true
			}
			rest = rest[i+4:]
		}
	}
	return false
}

// pairs counts the pairs of a request and an answer of the same terminal and trace number,
// by their order.
type pairs struct {
	open map[[3]string]half
	n    [strewn + 1]int
}

// half is a request or an answer whose other half was not seen.
type half struct{ mti, sheet string }

func (p *pairs) Record(r *txn.Record, _ int) {
	request, answer := role(r)
	if !request && !answer {
		return
	}
	if p.open == nil {
		p.open = map[[3]string]half{}
	}
	key := [3]string{strings.Clone(r.MTI[:2]), strings.Clone(strings.TrimLeft(r.STAN, "0")), strings.Clone(r.TID)}
	was := p.open[key]
	switch {
	case was.mti == "" || (was.mti[2]-'0')%2 == 1 == answer:
		p.open[key] = half{strings.Clone(r.MTI), r.Pos.Sheet}
		return
	case was.sheet != r.Pos.Sheet:
		p.n[strewn]++
	case answer:
		p.n[forward]++
	default:
		p.n[backward]++
	}
	delete(p.open, key)
}

func (p *pairs) Reject(*entry.Reject, int) {}
func (p *pairs) Skip(entry.Skip, int)      {}

// order is that of most pairs.
func (p *pairs) order() order {
	best := apart
	for o, n := range p.n {
		if n > p.n[best] {
			best = order(o)
		}
	}
	return best
}
