package parse

import (
	"bytes"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/exchange"
	"github.com/poslog/poslog/txn"
)

// messages joins the rows of requests with those of their answers, for readers to which
// every row is one of its own: a database's table of messages, a log of JSON lines.
type messages struct {
	entry.Sink
	pair   *exchange.Pairing
	newest bool // the newest row comes first
	held   []*exchange.Message
}

// withAnswers is a reader that joins requests with their answers where the head of an input
// has such a pair, and r itself elsewhere.
func withAnswers(r entry.Reader, st *entry.Stream) entry.Reader {
	if !r.Unjoined || !names(st.Head, "0200", "0100", "0220", "0400") || !names(st.Head, "0210", "0110", "0230", "0410") {
		return r
	}
	head := st.Head
	if n := bytes.LastIndexByte(head, '\n'); n > 0 {
		head = head[:n+1]
	}
	p := pairs{seen: map[[3]string]int{}}
	skim(r, st.Src.Name, st.Side, head, &p)
	if p.forward+p.backward == 0 {
		return r
	}
	plain := r.Read
	r.Read = func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
		own := *st
		own.Share, own.Wait = nil, nil
		m := newMessages(sink, p.backward > p.forward)
		sum, err := plain(&own, m)
		notes := m.end()
		if sum != nil {
			sum.Notes = append(sum.Notes, notes...)
		}
		return sum, err
	}
	r.Parts = nil // a request may be far from its answer
	return r
}

// maxTurned is how many messages of an input that begins with the newest are turned round
// at once.
const maxTurned = 1 << 17

func newMessages(sink entry.Sink, newest bool) *messages {
	return &messages{Sink: sink, newest: newest, pair: exchange.New(func(m *exchange.Message) { sink.Record(m.Record, m.Lines) })}
}

func (m *messages) Record(r *txn.Record, lines int) {
	if request, answer := role(r); !request && !answer {
		m.Sink.Record(r, lines)
		return
	}
	x := &exchange.Message{Record: r.Clone(), Lines: lines}
	if !m.newest {
		m.pair.Add(x)
		return
	}
	if m.held = append(m.held, x); len(m.held) == maxTurned {
		m.turn()
	}
}

func (m *messages) turn() {
	for _, x := range slices.Backward(m.held) {
		m.pair.Add(x)
	}
	m.held = m.held[:0]
}

// end hands on what waits and says what was joined.
func (m *messages) end() []string {
	m.turn()
	m.pair.Flush()
	return m.pair.Notes()
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

// pairs counts the pairs of a request and an answer of the same terminal and trace number.
type pairs struct {
	seen              map[[3]string]int // 1 a request, 2 an answer
	forward, backward int
}

func (p *pairs) Record(r *txn.Record, _ int) {
	request, answer := role(r)
	if !request && !answer {
		return
	}
	key := [3]string{r.MTI[:2], strings.TrimLeft(r.STAN, "0"), r.TID}
	switch was := p.seen[key]; {
	case answer && was == 1:
		p.forward++
		p.seen[key] = 0
	case request && was == 2:
		p.backward++
		p.seen[key] = 0
	case request:
		p.seen[key] = 1
	default:
		p.seen[key] = 2
	}
}

func (p *pairs) Reject(*entry.Reject, int) {}
func (p *pairs) Skip(entry.Skip, int)      {}
