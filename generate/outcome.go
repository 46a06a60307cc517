package generate

import (
	"time"

	"github.com/poslog/poslog/txn"
)

// run lets an event happen.
func (s *sim) run(e event) {
	if s.closed(e.at, e.term) {
		return
	}
	t := &s.Terminals[e.term]
	switch e.kind {
	case txn.BatchSettle, txn.SignOn:
		s.admin(e.at, e.term, e.kind)
		if e.kind == txn.BatchSettle {
			t.batch = t.batch%60000 + 1
			if s.Profile.Restart {
				t.stan = 0
			}
		}
	case txn.Reversal:
		o := &s.Rows[e.orig]
		o.Flags |= Reversed
		if !s.r.hit(s.Profile.ReversalLost) {
			o.Flags |= Undone
		}
		reason, text := reasonNoRx, textTimeout
		if o.Flags&Answered != 0 {
			reason, text = reasonChip, noText
		}
		s.put(Row{At: e.at, Term: e.term, Kind: txn.Reversal, Orig: e.orig, STAN: o.STAN, Card: o.Card, Amount: o.Amount,
			Code: reason, Text: text, Latency: s.okLatency(t), Flags: Answered})
	default:
		s.attempt(e)
	}
}

// admin is a sign-on or batch total: it fails as attempts do, and counts as none.
func (s *sim) admin(at txn.Instant, term int32, k txn.Kind) {
	t := &s.Terminals[term]
	o := outcome{code: approved, flags: Answered, latency: s.okLatency(t)}
	for _, f := range s.levels {
		if f.Cause != Cardholder && f.issuers == nil && f.kinds == nil && s.Hits(f, at, term, Card{}, k) && s.r.hit(f.strength(at)) {
			o = s.fail(f, t)
			o.flags &^= Money
		}
	}
	s.put(Row{At: at, Term: term, Kind: k, Orig: -1, Code: o.code, Text: o.text, Amount: txn.NoAmount, Latency: o.latency, Flags: o.flags})
}

// outcome is what became of one attempt.
type outcome struct {
	code    Code
	text    uint8
	flags   RowFlags
	latency int32
	fault   int16
}

func (s *sim) attempt(e event) {
	t := &s.Terminals[e.term]
	o := s.decide(&e, t)
	row := Row{At: e.at, Term: e.term, Kind: e.kind, Orig: e.orig, Card: e.card, Amount: e.amount,
		Code: o.code, Text: o.text, Latency: o.latency, Flags: o.flags, Fault: o.fault}
	if e.try > 0 {
		row.Flags |= Retry
	}
	if o.flags&(Answered|Money) != 0 {
		in := &s.Institutions[t.Institution]
		in.rrn += 1 + uint64(s.r.intn(3))
		row.RRN = in.rrn
	}
	if o.flags&Money != 0 && o.flags&Answered != 0 {
		row.Auth = uint32(1 + s.r.intn(999999))
	}
	id := s.put(row)
	s.follow(id, &e, &row)
}

// follow schedules what people and terminals do next.
func (s *sim) follow(id int32, e *event, row *Row) {
	t, p := &s.Terminals[e.term], s.Profile
	ok := row.Flags&Money != 0 && row.Flags&Answered != 0
	switch {
	case ok && e.kind == txn.Sale && row.Flags&ByQuirk == 0:
		t.lastSale = id
	case ok && (e.kind == txn.Void || e.kind == txn.Refund):
		s.Rows[e.orig].Flags |= Undone
	}
	if row.Flags&Answered == 0 && e.kind == txn.Sale && !t.noReversals && row.Text != textConnect && (s.as == nil || row.Flags&TimedOut != 0) && s.r.hit(p.Reversal) {
		s.later(event{at: e.at, term: e.term, kind: txn.Reversal, orig: id}, float64(row.Latency)/1000+s.r.between(1, 25))
	}
	if q := s.quirk(t, e); q != nil && q.Hypothesis == "reversed" && row.Code == q.Code && row.Flags&ByQuirk != 0 {
		s.later(event{at: e.at, term: e.term, kind: txn.Reversal, orig: id}, s.r.between(2, 9))
	}
	tries, again, delay := p.Tries, p.Retry, p.RetryDelay
	storm := row.Fault > 0 && s.Faults[row.Fault-1].tries > 0
	switch {
	case storm:
		tries, again, delay = s.Faults[row.Fault-1].tries, .95, [2]float64{5, 40}
	case row.Code != noAnswer && row.Fault == 0:
		again = p.RetryDecline
	}
	if ok || e.test || int(e.try) >= tries || !s.r.hit(again) {
		return
	}
	next := *e
	next.try++
	next.before = row.Code
	if row.Code == codeOf51 && s.r.hit(.5) || storm && s.r.hit(.2) { // another card of the same customer
		next.card, next.before = s.newCard(s.r), approved
	}
	s.later(next, float64(row.Latency)/1000+s.r.between(delay[0], delay[1]))
}

var codeOf51 = codeOf("51")

// decide asks the faults first, then the terminal's own health, the
// cardholder, and the institution's quirks.
func (s *sim) decide(e *event, t *Terminal) outcome {
	slow := 1.0
	by := -1 // the fault that takes this attempt; a dead line hides a sick host
	for i, f := range s.levels {
		if e.at.Add(warning) < f.Start {
			break
		}
		if e.at >= f.End || !s.Inside(f, e.term, e.card, e.kind) {
			continue
		}
		if e.at < f.Start {
			if e.at.Add(f.warn) >= f.Start {
				slow = 2.5
			}
			continue
		}
		f.Attempts++
		if (by < 0 || f.Cause == Network && s.levels[by].Cause != Network) && (f.extra == 0 || e.test) && s.r.hit(f.strength(e.at)) {
			by = i
		} else if f.Cause == Network || f.Cause == HostFault {
			slow = 2.2
		}
	}
	if by >= 0 {
		f := s.levels[by]
		if f.Failures == 0 {
			f.First = e.at
		}
		f.Failures++
		f.Last = e.at
		o := s.written(s.fail(f, t))
		o.fault = f.id
		return o
	}
	p, m := s.Profile, &s.Merchants[t.Merchant]
	if e.try > 0 && e.before != approved && s.stubborn(e.before) && s.r.hit(.8) {
		return outcome{code: e.before, flags: Answered, latency: s.okLatency(t)}
	}
	if s.r.hit(s.tech(t, e.at)) {
		c := p.Background.pick(s.r)
		if c == noAnswer {
			return s.written(s.silent(t, .15))
		}
		lat := s.okLatency(t)
		if c == codeOf98 || c == codeOf68 {
			lat = int32(s.r.between(20000, 32000))
		}
		return s.written(outcome{code: c, flags: Answered, latency: lat})
	}
	if !e.test && s.r.hit(m.declines) {
		return outcome{code: p.Cardholder.pick(s.r), flags: Answered, latency: s.okLatency(t)}
	}
	lat := int32(float64(s.okLatency(t)) * slow)
	if q := s.quirk(t, e); q != nil && s.r.hit(q.Share) {
		return s.byQuirk(q, t, lat)
	}
	return outcome{code: approved, flags: Answered | Money, latency: lat}
}

var codeOf98, codeOf68 = codeOf("98"), codeOf("68")

// tech is the terminal's own rate of technical failures at an instant.
func (s *sim) tech(t *Terminal, at txn.Instant) float64 {
	if s.drift == 0 {
		return t.tech
	}
	h := at.Sub(s.midnight).Hours() / 24
	return t.tech * (1 + (s.drift-1)*(h-float64(int(h))))
}

// stubborn declines do not go away when the same card tries again.
func (s *sim) stubborn(c Code) bool {
	for _, k := range s.Profile.Cardholder.codes {
		if k == c {
			return true
		}
	}
	return false
}

// quirk finds the institution's habit that applies to an attempt.
func (s *sim) quirk(t *Terminal, e *event) *Quirk {
	in := &s.Institutions[t.Institution]
	for i := range in.Quirks {
		q := &in.Quirks[i]
		if e.at >= q.From && (q.Until == 0 || e.at < q.Until) && (q.Kind == txn.KindUnknown || q.Kind == e.kind) &&
			(q.Model == "" || q.Model == s.Profile.Models[t.Model].name) && (q.MID == "" || q.MID == s.Merchants[t.Merchant].MID) &&
			(q.Above == 0 || e.amount >= q.Above) {
			return q
		}
	}
	return nil
}

func (s *sim) byQuirk(q *Quirk, t *Terminal, lat int32) outcome {
	o := outcome{code: q.Code, flags: Answered | ByQuirk, latency: lat}
	switch q.Hypothesis {
	case "approved", "reversed":
		o.flags |= Money
	case "config":
		o.latency = int32(s.r.logNorm(s.Institutions[t.Institution].refusal, .25)) + 15
	}
	return o
}

// fail makes a failure of fault f at terminal t.
func (s *sim) fail(f *Fault, t *Terminal) outcome {
	in := &s.Institutions[t.Institution]
	switch f.Cause {
	case Network:
		if len(f.mix.codes) == 0 {
			return s.silent(t, s.Profile.Connect)
		}
	case Maintenance:
		if s.r.hit(.015) {
			return s.silent(t, .5)
		}
	}
	m := &f.mix
	if len(m.codes) == 0 {
		m = &in.mnt
		if f.Cause == HostFault {
			m = &in.host
		}
	}
	c := m.pick(s.r)
	if c == noAnswer {
		return s.silent(t, 0)
	}
	median, sigma := f.latency[0], f.latency[1]
	switch {
	case f.Cause == Cardholder: // the issuer looks at the card as at any other
		return outcome{code: c, flags: Answered, latency: s.okLatency(t)}
	case median == 0:
		median, sigma = in.refusal, .28
	}
	lat := min(s.r.logNorm(median, sigma)+15, float64(in.Timeout)-500)
	return outcome{code: c, flags: Answered, latency: int32(lat)}
}

// written is a failure of systems as the log names it.
func (s *sim) written(o outcome) outcome {
	if s.as != nil {
		if o.code = s.as(o.code); o.code != noAnswer {
			o.text = noText
		}
	}
	return o
}

// silent is an attempt that got no answer: at once on connecting, or after the
// whole time-out. Some institutions' terminals show a code of their own then.
func (s *sim) silent(t *Terminal, connect float64) outcome {
	in := &s.Institutions[t.Institution]
	if s.r.hit(connect) {
		text := textConnect
		if s.r.hit(.2) {
			text = textPeer
		}
		return outcome{text: text, latency: int32(s.r.between(30, 3200))}
	}
	o := outcome{text: textTimeout, flags: TimedOut, latency: in.Timeout + int32(s.r.intn(400))}
	if in.ShowB4 > 0 && s.r.hit(in.ShowB4) {
		o.code = codeB4 // and the request never reached the host
	} else if s.r.hit(s.Profile.HostSaw) {
		o.flags |= Money
	}
	return o
}

// schedule enters what a fault brings about by itself: a card tester's
// attempts, and sign-ons when a host or key is back.
func (s *sim) schedule(f *Fault) {
	if f.extra > 0 {
		for at := f.Start; ; {
			at = at.Add(time.Duration(s.r.exp() * float64(time.Minute) / f.extra))
			if at >= f.End {
				break
			}
			for i := range f.terms {
				if f.terms[i] {
					s.push(event{at: at, term: int32(i), card: s.newCard(s.r), amount: txn.Minor(100 + s.r.intn(900)), kind: txn.Sale, orig: -1, test: true})
					break
				}
			}
		}
	}
	if f.signOn {
		for i := range f.terms {
			if f.terms[i] && s.r.hit(.6) {
				s.push(event{at: f.End.Add(time.Duration(s.r.between(2, 420) * float64(time.Second))), term: int32(i), kind: txn.SignOn, orig: -1})
			}
		}
	}
}
