package exchange

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

var noon = txn.At(time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC))

// msg reads "0200 stan=1 tid=T1 ch=a/1.2.3.4 at=1.5 code=00 sent=1120120000 amt=100 orig=7": at in seconds
// after noon.
func msg(line uint32, s string) *Message {
	m := &Message{Record: txn.New(), Lines: 1}
	m.Pos.Line = line
	for i, w := range strings.Fields(s) {
		k, v, _ := strings.Cut(w, "=")
		switch {
		case i == 0:
			m.MTI = w
		case k == "stan":
			m.STAN = v
		case k == "tid":
			m.TID = v
		case k == "ch":
			m.Channel = v
		case k == "sent":
			m.SentAt = v
		case k == "orig":
			m.OrigSTAN = v
		case k == "code":
			m.Code, m.Origin = v, txn.Host
			if txn.Reversing(m.MTI) && !isAnswer(m.MTI) {
				m.Origin = txn.ReversalReason
			}
		case k == "amt":
			var n int64
			fmt.Sscan(v, &n)
			m.Amount = txn.Minor(n)
		case k == "at":
			d, err := time.ParseDuration(v + "s")
			if err != nil {
				panic(err)
			}
			m.At = noon.Add(d)
		default:
			panic(w)
		}
	}
	return m
}

func word(m *Message) string {
	s := fmt.Sprintf("%d %s/%d code=%s", m.Pos.Line, m.MTI, m.Lines, m.Code)
	if m.Status != "" {
		s += " status=" + m.Status
	}
	if m.Latency != txn.NoLatency {
		s += fmt.Sprintf(" rt=%d", m.Latency)
	}
	if f := m.Flags.Names(); len(f) > 0 {
		s += " " + strings.Join(f, "+")
	}
	return s
}

func run(lines []string) (out []string, p *Pairing) {
	p = New(func(m *Message) { out = append(out, word(m)) })
	for i, l := range lines {
		p.Add(msg(uint32(i+1), l))
	}
	p.Flush()
	return out, p
}

func TestPairing(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
		count string // joined unanswered cut legs repeats late unasked
	}{
		{"pair", []string{"0200 stan=1 tid=T at=0", "0210 stan=000001 tid=T at=0.235 code=B4"}, []string{"1 0200/2 code=B4 rt=235"}, "1 0 0 0 0 0 0"},
		{"answers cross", []string{"0200 stan=1 tid=T at=0", "0200 stan=2 tid=T at=0.1", "0210 stan=2 tid=T at=0.2 code=05", "0210 stan=1 tid=T at=0.3 code=00"},
			[]string{"2 0200/2 code=05 rt=100", "1 0200/2 code=00 rt=300"}, "2 0 0 0 0 0 0"},
		{"same STAN at two terminals", []string{"0200 stan=1 tid=A at=0", "0200 stan=1 tid=B at=0.1", "0210 stan=1 tid=A at=0.5 code=00", "0210 stan=1 tid=B at=0.6 code=91"},
			[]string{"1 0200/2 code=00 rt=500", "2 0200/2 code=91 rt=500"}, "2 0 0 0 0 0 0"},
		{"the answer of another terminal is not taken", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=B at=0.5 code=00", "0800 at=99"},
			[]string{"2 0210/1 code=00", "3 0800/1 code=", "1 0200/1 code= no_answer"}, "0 1 0 0 0 0 1"},
		{"the answer leaves out the terminal", []string{"0200 stan=1 tid=A sent=1120120000 at=0", "0210 stan=1 sent=1120120000 at=0.5 code=00"}, []string{"1 0200/2 code=00 rt=500"}, "1 0 0 0 0 0 0"},
		{"the answer has a time of its own", []string{"0200 stan=1 tid=A sent=1120120000 at=0", "0210 stan=1 tid=A sent=1120120001 at=0.5 code=00"}, []string{"1 0200/2 code=00 rt=500"}, "1 0 0 0 0 0 0"},
		{"the answer comes on another channel", []string{"0200 stan=1 tid=A ch=a/1 at=0", "0210 stan=1 tid=A ch=mux at=0.5 code=00"}, []string{"1 0200/2 code=00 rt=500"}, "1 0 0 0 0 0 0"},
		{"classes are not mixed", []string{"0200 stan=1 tid=A at=0", "0410 stan=1 tid=A at=0.5 code=00"}, []string{"2 0410/1 code=00", "1 0200/1 code="}, "0 0 1 0 0 0 1"},
		{"forwarded", []string{"0200 stan=1 tid=A ch=in at=0", "0200 stan=1 tid=A ch=host at=0.1", "0210 stan=1 tid=A ch=host at=0.4 code=00", "0210 stan=1 tid=A ch=in at=0.5 code=00"},
			[]string{"2 0200/2 code=00 rt=300 repeat", "1 0200/2 code=00 rt=500"}, "2 0 0 1 0 0 0"},
		{"sent again while waiting", []string{"0200 stan=1 tid=A at=0 amt=5", "0201 stan=1 tid=A at=30 amt=5", "0210 stan=1 tid=A at=31 code=00"},
			[]string{"2 0201/1 code= repeat", "1 0200/2 code=00 rt=31000"}, "1 0 0 0 1 0 0"},
		{"sent again after the answer", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=1 code=00", "0200 stan=1 tid=A at=2", "0210 stan=1 tid=A at=3 code=94"},
			[]string{"1 0200/2 code=00 rt=1000", "3 0200/2 code=94 rt=1000 repeat"}, "2 0 0 0 1 0 0"},
		{"another amount is another transaction", []string{"0200 stan=1 tid=A at=0 amt=5", "0200 stan=1 tid=A at=30 amt=7", "0210 stan=1 tid=A at=31 code=00", "0800 at=300"},
			[]string{"2 0200/2 code=00 rt=1000", "4 0800/1 code=", "1 0200/1 code= no_answer"}, "1 1 0 0 0 0 0"},
		{"answered twice", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=1 code=00", "0210 stan=1 tid=A at=2 code=00"},
			[]string{"1 0200/2 code=00 rt=1000", "3 0210/1 code=00 repeat"}, "1 0 0 0 1 0 0"},
		{"answered again after everybody left", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=1 code=00", "0210 stan=1 tid=A at=1000 code=00"},
			[]string{"1 0200/2 code=00 rt=1000", "3 0210/1 code=00 repeat"}, "1 0 0 0 1 0 0"},
		{"too late", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=601 code=00", "0210 stan=1 tid=A at=602 code=00"},
			[]string{"1 0200/1 code= no_answer", "2 0210/1 code=00 late+repeat", "3 0210/1 code=00 repeat"}, "0 1 0 0 1 1 0"},
		{"just in time", []string{"0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=600 code=00"}, []string{"1 0200/2 code=00 rt=600000"}, "1 0 0 0 0 0 0"},
		{"STAN used again after the patience", []string{"0200 stan=1 tid=A at=0", "0200 stan=1 tid=A at=700", "0210 stan=1 tid=A at=701 code=00"},
			[]string{"1 0200/1 code= no_answer", "2 0200/2 code=00 rt=1000"}, "1 1 0 0 0 0 0"},
		{"near the end of the log", []string{"0200 stan=1 tid=A at=0", "0200 stan=2 tid=A at=50", "0800 at=61"},
			[]string{"3 0800/1 code=", "1 0200/1 code= no_answer", "2 0200/1 code="}, "0 1 1 0 0 0 0"},
		{"answer without a request", []string{"0210 stan=1 tid=A at=0 code=00", "0210 at=1 code=05"}, []string{"1 0210/1 code=00", "2 0210/1 code=05"}, "0 0 0 0 0 0 2"},
		{"answer after the reversal", []string{"0200 stan=1 tid=A at=0", "0400 stan=1 tid=A at=60 code=98", "0210 stan=1 tid=A at=61 code=00", "0410 stan=1 tid=A at=62 code=00"},
			[]string{"1 0200/2 code=00 rt=61000 late", "2 0400/2 code=98 status=00 rt=2000"}, "2 0 0 0 0 1 0"},
		{"reversal by the original's number", []string{"0200 stan=1 tid=A at=0", "0420 stan=2 orig=000001 tid=A at=60", "0210 stan=1 tid=A at=61 code=00", "0430 stan=2 tid=A at=62 code=00"},
			[]string{"1 0200/2 code=00 rt=61000 late", "2 0420/2 code=00 rt=2000"}, "2 0 0 0 0 1 0"},
		{"reversal repeated", []string{"0400 stan=1 tid=A at=0 code=98", "0401 stan=1 tid=A at=120 code=98", "0410 stan=1 tid=A at=121 code=25"},
			[]string{"2 0401/1 code=98 repeat", "1 0400/2 code=98 status=25 rt=121000"}, "1 0 0 0 1 0 0"},
		{"the clock ran ahead once", []string{"0800 at=86400", "0200 stan=1 tid=A at=0", "0210 stan=1 tid=A at=1 code=00", "0200 stan=2 tid=A at=2", "0210 stan=2 tid=A at=3 code=51"},
			[]string{"1 0800/1 code=", "2 0200/2 code=00 rt=1000", "4 0200/2 code=51 rt=1000"}, "2 0 0 0 0 0 0"},
		{"terminal by terminal", []string{"0200 stan=1 tid=A at=5000", "0210 stan=1 tid=A at=5001 code=00", "0200 stan=1 tid=B at=0", "0210 stan=1 tid=B at=1 code=00", "0200 stan=2 tid=B at=2"},
			[]string{"1 0200/2 code=00 rt=1000", "3 0200/2 code=00 rt=1000", "5 0200/1 code="}, "2 0 1 0 0 0 0"},
		{"sent later under its own time", []string{"0200 stan=1 tid=A at=5000", "0220 stan=2 tid=A at=0", "0230 stan=2 tid=A at=0 code=00", "0210 stan=1 tid=A at=5001 code=00"},
			[]string{"2 0220/2 code=00 rt=0", "1 0200/2 code=00 rt=1000"}, "2 0 0 0 0 0 0"},
		{"no times", []string{"0200 stan=1 tid=A", "0210 stan=1 tid=A code=00", "0200 stan=2 tid=A"}, []string{"1 0200/2 code=00", "3 0200/1 code= no_answer"}, "1 1 0 0 0 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, p := run(c.lines)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
			if s := fmt.Sprint(p.Joined, p.Unanswered, p.Cut, p.Legs, p.Repeats, p.Late, p.Unasked); s != c.count {
				t.Errorf("counted %s, want %s", s, c.count)
			}
			if n := p.Notes(); len(n) == 0 {
				t.Error("no notes")
			}
		})
	}
}

// slowly pairs by the rules in their plainest form: one list of requests, searched
// from its end for every message.
func slowly(lines []string) (out []string) {
	type req struct {
		*Message
		left bool
	}
	var reqs []*req
	var last txn.Instant = -1 << 62
	emit := func(m *Message) { out = append(out, word(m)) }
	chan0 := func(m *Message) string { return strings.Split(m.Channel, "/")[0] }
	stan := func(m *Message) string { return strings.TrimLeft(m.STAN, "0") }
	// newest returns the last request that has not left and agrees with m in what the look asks for.
	newest := func(m *Message, l look) *req {
		for _, r := range slices.Backward(reqs) {
			if r.left || r.MTI[:2] != m.MTI[:2] || stan(r.Message) != stan(m) {
				continue
			}
			switch l {
			case exact:
				if chan0(r.Message) == chan0(m) && r.TID == m.TID && r.SentAt == m.SentAt {
					return r
				}
			case anywhere:
				if r.TID == m.TID && r.SentAt == m.SentAt {
					return r
				}
			case bare:
				if r.SentAt == m.SentAt {
					return r
				}
			case retimed:
				if m.TID != "" && r.TID == m.TID {
					return r
				}
			}
		}
		return nil
	}
	leave := func(r *req) {
		r.left = true
		if !r.answered {
			if !(r.At.Valid() && last.Sub(r.At) < nearEnd) {
				r.Flags |= txn.NoAnswer
			}
			emit(r.Message)
		}
	}
	same := func(r *req, m *Message) bool {
		if r.Amount.Valid() && m.Amount.Valid() && r.Amount != m.Amount {
			return false
		}
		return (m.MTI[3]-'0')%2 == 1 || m.At.Valid() && r.At.Valid() && m.At.Sub(r.At) < again
	}
	for i, l := range lines {
		m := msg(uint32(i+1), l)
		if m.At.Valid() && (m.At > last || last.Sub(m.At) > patience) {
			last = m.At
		}
		for _, r := range reqs {
			if r.left {
				continue
			}
			if !r.At.Valid() || last.Sub(r.At) <= patience {
				break
			}
			leave(r)
		}
		if m.STAN == "" {
			emit(m)
			continue
		}
		if !isAnswer(m.MTI) {
			if r := newest(m, exact); r != nil && same(r, m) && !r.answered {
				m.Flags |= txn.Repeat
				emit(m)
				continue
			} else if r != nil && same(r, m) {
				m.Flags |= txn.Repeat
			}
			if r := newest(m, anywhere); r != nil && same(r, m) {
				m.Flags |= txn.Repeat
			}
			if txn.Reversing(m.MTI) && m.TID != "" {
				for _, class := range []string{"2", "1"} {
					o := *m.Record
					o.MTI = m.MTI[:1] + class + m.MTI[2:]
					if m.OrigSTAN != "" {
						o.STAN = m.OrigSTAN
					}
					if r := newest(&Message{Record: &o}, retimed); r != nil {
						r.reversed = true
						break
					}
				}
			}
			reqs = append(reqs, &req{Message: m})
			continue
		}
		var partner *req
		answered := false
		for l := exact; l < looks && partner == nil; l++ {
			r := newest(m, l)
			if r == nil || r.TID != m.TID && r.TID != "" && m.TID != "" {
				continue
			}
			if r.answered {
				answered = true
			} else {
				partner = r
			}
		}
		if partner != nil {
			partner.answered = true
			rec := *partner.Record
			if rec.At.Valid() && m.At.Valid() {
				rec.Latency = int32(max(m.At.Sub(rec.At).Milliseconds(), 0))
			}
			if rec.Origin == txn.ReversalReason {
				rec.Status = m.Code
			} else if m.Code != "" {
				rec.Code = m.Code
			}
			if partner.reversed {
				rec.Flags |= txn.Late
			}
			emit(&Message{Record: &rec, Lines: partner.Lines + 1})
			continue
		}
		if !answered { // what became of the last request with these very keys that has left
			for _, r := range slices.Backward(reqs) {
				if r.left && r.MTI[:2] == m.MTI[:2] && stan(r.Message) == stan(m) && r.TID == m.TID && r.SentAt == m.SentAt {
					if answered = r.answered; !answered {
						m.Flags |= txn.Late | txn.Repeat
						r.answered = true
					}
					break
				}
			}
		}
		if answered {
			m.Flags |= txn.Repeat
		}
		emit(m)
	}
	for _, r := range reqs {
		if !r.left {
			leave(r)
		}
	}
	return out
}

func TestAgainstSlowPairing(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 1))
		pick := func(s ...string) string { return s[rng.IntN(len(s))] }
		var lines []string
		at := 0.0
		for range 5 + rng.IntN(60) {
			at += rng.ExpFloat64() * []float64{1, 20, 200}[seed%3]
			l := fmt.Sprintf("%s stan=%d", pick("0200", "0200", "0210", "0210", "0210", "0400", "0401", "0410", "0201"), rng.IntN(4))
			l += pick(" tid=A", " tid=A", " tid=B", "") + pick(" ch=x/1", " ch=x/2", " ch=y", "") + pick("", " sent=1120120000", " sent=1120120001")
			l += pick("", "", " amt=5", " amt=7") + pick("", " code=00", " code=98")
			if rng.IntN(10) > 0 {
				l += fmt.Sprintf(" at=%.3f", at-rng.Float64()*pick2(rng, 0, 0, 30))
			}
			lines = append(lines, l)
		}
		got, p := run(lines)
		if want := slowly(lines); !slices.Equal(got, want) {
			t.Fatalf("seed %d\n%s\ngot\n  %s\nwant\n  %s", seed, strings.Join(lines, "\n"), strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
		sum := 0
		for _, g := range got {
			var line, n int
			var mti string
			fmt.Sscanf(strings.ReplaceAll(g, "/", " "), "%d %s %d", &line, &mti, &n)
			sum += n
		}
		if sum != len(lines) || len(got)+p.Joined != len(lines) {
			t.Fatalf("seed %d: %d lines, %d messages, %d joined for %d", seed, sum, len(got), p.Joined, len(lines))
		}
	}
}

func pick2(rng *rand.Rand, v ...float64) float64 { return v[rng.IntN(len(v))] }

// A log without times and without answers must not fill the memory.
func TestMemoryIsBounded(t *testing.T) {
	n := 0
	p := New(func(*Message) { n++ })
	p.limit = 1000
	for i := range 3 * p.limit {
		m := &Message{Record: txn.New(), Lines: 1}
		m.MTI, m.STAN, m.TID = "0200", fmt.Sprint(i+1), "T"
		p.Add(m)
	}
	if len(p.order) > p.limit+1 || len(p.pending) > int(looks)*(p.limit+1) || len(p.gone) > p.limit || len(p.leaving) > p.limit {
		t.Errorf("%d waiting, %d keys, %d remembered", len(p.order), len(p.pending), len(p.gone))
	}
	p.Flush()
	if n != 3*p.limit || p.Unanswered != n {
		t.Errorf("%d handed on, %d unanswered", n, p.Unanswered)
	}
}

func BenchmarkPairing(b *testing.B) {
	var req, ans []*Message
	for i := range 10_000 {
		req = append(req, msg(1, fmt.Sprintf("0200 stan=%d tid=T%d sent=1120120000 at=%d", i, i%50, i)))
		ans = append(ans, msg(2, fmt.Sprintf("0210 stan=%d tid=T%d sent=1120120000 at=%d.3 code=00", i, i%50, i)))
	}
	for b.Loop() {
		p := New(func(*Message) {})
		for i := range req {
			r := *req[i]
			p.Add(&r)
			p.Add(ans[i])
		}
		p.Flush()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20_000, "ns/message")
}

// What was approved in part is as much as the answer says.
func TestPartlyApproved(t *testing.T) {
	var got *Message
	p := New(func(m *Message) { got = m })
	p.Add(msg(1, "0200 stan=1 tid=A at=0 amt=5000"))
	p.Add(msg(2, "0210 stan=1 tid=A at=1 amt=3000 code=10"))
	if got == nil || got.Amount != 3000 {
		t.Errorf("%+v", got)
	}
	p.Add(msg(3, "0200 stan=2 tid=A at=2 amt=5000"))
	p.Add(msg(4, "0210 stan=2 tid=A at=3 amt=0 code=51"))
	if got.Amount != 5000 {
		t.Errorf("%+v", got)
	}
}

// No part of a card number is left where a line is cut.
func TestEvidenceIsMaskedBeforeItIsCut(t *testing.T) {
	const card = "6222021234567890123"
	for n := range 40 {
		line := "2026-11-20 08:15:32 connect timed out " + strings.Repeat("x", maxText-40+n) + " " + card
		rec, err := Evidence(&entry.Stream{}, &field.Context{}, line, line[:19])
		if err != nil || rec == nil || strings.Contains(rec.Text, card[:7]) {
			t.Fatalf("%d: %v %+v", n, err, rec)
		}
	}
}
