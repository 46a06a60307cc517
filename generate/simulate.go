package generate

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

const slot = 15 * time.Minute

// simulate runs the days: first tries arrive by a rate that varies over the
// day and over-disperses by quarter hours; retries, reversals and sign-ons
// follow from what happened.
func (w *World) simulate() {
	slices.SortStableFunc(w.Faults, func(a, b *Fault) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	for i, f := range w.Faults {
		f.id = int16(i + 1)
		f.Expected = w.expected(f.Start, f.End) * w.traffic(f)
		if f.Cause == DataGap {
			w.gaps = append(w.gaps, f)
		} else {
			w.levels = append(w.levels, f)
		}
	}
	s := &sim{World: w, r: newRNG(w.Seed, w.Name+"/days/"+w.Profile.Name)}
	for i := range w.Profile.Kinds {
		s.kindSum += w.Profile.Kinds[i].w
	}
	w.Rows = make([]Row, 0, int(w.perDay*1.2)*w.Days+64)
	for _, f := range w.Faults {
		s.schedule(f)
	}
	for day := range w.Days {
		s.day(day)
	}
	for len(s.queue) > 0 {
		s.run(s.queue.pop())
	}
	w.settle()
}

type sim struct {
	*World
	r       *rng
	queue   queue
	seq     uint32
	times   []txn.Instant
	today   int
	kindSum float64
}

// dayFactor is weekend and holiday traffic.
func (s *sim) dayFactor(day int) float64 {
	if f, ok := s.inject.holiday[day]; ok {
		return f
	}
	if wd := s.Start.AddDate(0, 0, day).Weekday(); s.Days > 1 && (wd == time.Saturday || wd == time.Sunday) {
		return s.Profile.Weekend
	}
	return 1
}

func (s *sim) day(day int) {
	start := s.local(day, 0, 0, 0)
	total := s.perDay * s.dayFactor(day)
	slots := int(s.local(day+1, 0, 0, 0).Sub(start) / slot) // 92 or 100 where the clock changes
	before := 0.0
	for i := range slots {
		if i == (s.Profile.DayEnd-30)/15 {
			s.closeDay(day)
		}
		upTo := s.massAt((float64(i) + 1) / float64(slots) * 24)
		mean := total * (upTo - before) * s.r.gamma(s.Profile.Dispersion)
		before = upTo
		n := s.r.poisson(mean)
		s.times = s.times[:0]
		from := start.Add(time.Duration(i) * slot)
		for range n {
			s.times = append(s.times, from.Add(time.Duration(s.r.float()*float64(slot))))
		}
		slices.Sort(s.times)
		for _, at := range s.times {
			for len(s.queue) > 0 && s.queue[0].at <= at {
				s.run(s.queue.pop())
			}
			s.today = day
			s.arrival(at)
		}
	}
}

// massAt is the share of a day's traffic before hour h.
func (w *World) massAt(h float64) float64 {
	i := int(h)
	if i >= 24 {
		return 1
	}
	low := 0.0
	if i > 0 {
		low = w.mass[i-1]
	}
	return low + (w.mass[i]-low)*(h-float64(i))
}

// hourAt is the inverse of massAt.
func (w *World) hourAt(q float64) float64 {
	low := 0.0
	for h, m := range w.mass {
		if q < m {
			return float64(h) + (q-low)/(m-low)
		}
		low = m
	}
	return 24
}

func (s *sim) arrival(at txn.Instant) {
	term := int32(s.weight.pick(s.r))
	if s.closed(at, term) {
		return
	}
	t, first := &s.Terminals[term], false
	if t.signedOn < s.today {
		t.signedOn = s.today
		s.admin(at, term, txn.SignOn)
		first = true
	}
	kind := s.kind()
	e := event{at: at, term: term, card: s.newCard(s.r), kind: kind, orig: -1}
	e.amount = s.amount()
	switch kind {
	case txn.Balance:
		e.amount = txn.NoAmount
	case txn.Void, txn.Refund:
		o := t.lastSale
		if o < 0 || s.Rows[o].Flags&Undone != 0 {
			e.kind = txn.Sale
			break
		}
		e.orig, e.card, e.amount = o, s.Rows[o].Card, s.Rows[o].Amount
	}
	if first {
		s.later(e, s.r.between(6, 40))
		return
	}
	s.attempt(e)
}

func (s *sim) kind() txn.Kind {
	x := s.r.float() * s.kindSum
	for _, k := range s.Profile.Kinds {
		if x -= k.w; x < 0 {
			return txn.Kind(k.kind)
		}
	}
	return txn.Sale
}

// amount has one price in three rounded to a yuan, as in shops.
func (s *sim) amount() txn.Minor {
	v := txn.Minor(s.r.logNorm(s.Profile.Amount*100, s.Profile.Spread))
	if s.r.hit(.35) {
		v = (v + 50) / 100 * 100
	}
	return max(10, min(v, 9_999_999_00))
}

func (s *sim) closed(at txn.Instant, term int32) bool {
	for _, f := range s.gaps {
		if !f.lost && at >= f.Start && at < f.End && f.terms[term] {
			return true
		}
	}
	return false
}

// put appends a row that the terminal writes.
func (s *sim) put(r Row) int32 {
	t := &s.Terminals[r.Term]
	if r.STAN == 0 {
		t.stan = t.stan%999999 + 1
		r.STAN = t.stan
	}
	r.Batch = t.batch
	for _, f := range s.gaps {
		if f.lost && r.At >= f.Start && r.At < f.End && f.terms[r.Term] {
			r.Flags |= Lost
			f.Attempts++
		}
	}
	s.Rows = append(s.Rows, r)
	return int32(len(s.Rows) - 1)
}

// closeDay lets every terminal that traded settle its batch before the cut-off.
func (s *sim) closeDay(day int) {
	end := s.local(day, 0, s.Profile.DayEnd-20, 0)
	for i := range s.Terminals {
		if s.Terminals[i].signedOn == day {
			s.push(event{at: end.Add(time.Duration(s.r.float() * float64(15*time.Minute))), term: int32(i), kind: txn.BatchSettle, orig: -1})
		}
	}
}

func (s *sim) okLatency(t *Terminal) int32 {
	m := s.Profile.Latency
	switch s.Profile.Networks[t.Net].name {
	case "ETH":
		m *= .7
	case "GPRS":
		m *= 2.2
	}
	return int32(s.r.logNorm(m, s.Profile.LatencySigma)) + 20
}

// event is something that will happen.
type event struct {
	at     txn.Instant
	amount txn.Minor
	seq    uint32
	term   int32
	orig   int32
	card   Card
	kind   txn.Kind
	try    uint8
	before Code // code of the failed try before this one
	test   bool // a card tester's attempt
}

func (s *sim) push(e event) {
	if e.at >= s.end() {
		return
	}
	s.seq++
	e.seq = s.seq
	s.queue.push(e)
}

func (s *sim) later(e event, seconds float64) {
	e.at = e.at.Add(time.Duration(seconds * float64(time.Second)))
	s.push(e)
}

// queue is a binary heap by time, then by order of entry.
type queue []event

func (q queue) less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}

func (q *queue) push(e event) {
	*q = append(*q, e)
	h := *q
	for i := len(h) - 1; i > 0 && h.less(i, (i-1)/2); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (q *queue) pop() event {
	h := *q
	top := h[0]
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	*q = h
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return top
		}
		if c+1 < last && h.less(c+1, c) {
			c++
		}
		if !h.less(c, i) {
			return top
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
