package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// openCode is the code whose meaning is asked. It is in no table.
const openCode = "B4"

var (
	china  = time.FixedZone("CST", 8*3600)
	start  = time.Date(2026, 3, 2, 0, 0, 0, 0, china)
	source = &txn.Source{Name: "world.log"}
)

// world is one labelled institution.
type world struct {
	truth      classify.Hypothesis
	settlement bool
	book       *mem.Book
	settled    []bool // by canonical row
	reversedBy []int
	windows    []calendar.Window
	until      txn.Instant // the settlement export covers rows before
}

// event is one row before it goes into the book.
type event struct {
	at       float64 // seconds since start
	terminal int
	card     uint64
	amount   float64
	code     string
	kind     txn.Kind
	latency  float64
	chip     bool
	auth     bool
	booked   bool // the host moved money
	reverse  bool // a 04xx follows
	silent   bool
	reason   bool // this row is a 04xx of the event before
	of       int  // reason only: index of the event
}

// builder draws one world.
type builder struct {
	*rand.Rand
	h           habits
	days        int
	terminals   int
	weights     []float64 // cumulative activity of terminals
	median      float64
	timeout     float64
	amount      float64
	events      []event
	cards       uint64
	hasAuth     bool
	successAuth bool
}

func (b *builder) between(r [2]float64) float64 { return r[0] + (r[1]-r[0])*b.Float64() }

// moment draws a time of day with a lunch and an evening peak.
func (b *builder) moment() float64 {
	day := float64(b.IntN(b.days)) * 86400
	for {
		h := 24 * b.Float64()
		w := .06
		if h > 7 && h < 22 {
			w = .45 + .3*math.Exp(-(h-12)*(h-12)/2) + .55*math.Exp(-(h-18.5)*(h-18.5)/4)
		}
		if b.Float64() < w {
			return day + h*3600
		}
	}
}

func (b *builder) terminal() int {
	i, _ := slices.BinarySearch(b.weights, b.Float64()*b.weights[len(b.weights)-1])
	return min(i, b.terminals-1)
}

func (b *builder) normalLatency() float64 { return b.median * math.Exp(b.h.spread*b.NormFloat64()) }

// attempt draws an ordinary attempt without an outcome.
func (b *builder) attempt() event {
	b.cards++
	e := event{at: b.moment(), terminal: b.terminal(), card: b.cards, kind: txn.Sale, chip: b.Float64() < .6,
		amount: b.amount * math.Exp(b.h.amountSpread*b.NormFloat64()), latency: b.normalLatency()}
	if x := b.Float64(); x < .04 {
		e.kind = txn.Refund
	} else if x < .06 {
		e.kind = txn.PreAuth
	}
	return e
}

// ordinary settles an attempt as all the other codes do.
func (b *builder) ordinary(e event, declines, silent float64) {
	switch x := b.Float64(); {
	case x < silent:
		e.code, e.silent, e.latency, e.reverse = "", true, b.timeout*(1+.02*b.Float64()), b.Float64() < .7
		e.booked = false
	case x < silent+declines:
		e.code = b.h.codes[b.IntN(len(b.h.codes))]
		if b.Float64() < .08 {
			e.code = b.h.faults[b.IntN(len(b.h.faults))]
		}
		b.add(e)
		if b.Float64() < .2 { // tries again
			e.at += 20 + 200*b.Float64()
			e.code, e.booked, e.auth, e.latency = "00", true, b.hasAuth, b.normalLatency()
		} else {
			return
		}
	default:
		e.code, e.booked, e.auth = "00", true, b.hasAuth
	}
	b.add(e)
}

func (b *builder) add(e event) {
	b.events = append(b.events, e)
	if e.reverse {
		r := e
		r.at += e.latency/1000 + 1 + 4*b.Float64()
		r.reason, r.reverse, r.of, r.code, r.booked, r.auth, r.silent, r.latency = true, false, len(b.events)-1, "98", false, false, false, -1
		b.events = append(b.events, r)
	}
}

// again lets the customer of a refused row try once more.
func (b *builder) again(e event, p, again, smaller float64) {
	if b.Float64() >= p {
		return
	}
	e.at += 15 + 240*b.Float64()
	e.reverse = false
	if b.Float64() < again {
		b.add(e)
		return
	}
	if b.Float64() < smaller {
		e.amount *= .3 + .4*b.Float64()
	}
	e.code, e.booked, e.auth, e.latency = "00", true, b.hasAuth, b.normalLatency()
	b.add(e)
}

// open draws n rows of the open code that mean h.
func (b *builder) open(h classify.Hypothesis, n int, w *world) {
	switch h {
	case classify.Refused:
		b.refused(n, w.truth != classify.Mixed && b.Float64() < .3)
	case classify.Undone:
		models := .2 + .8*b.Float64()
		reversed, settles := b.between(b.h.reversed), b.between(b.h.undoneSettles)
		for range n {
			e := b.attempt()
			e.terminal = int(float64(e.terminal) * models)
			e.kind, e.code, e.chip, e.auth = txn.Sale, openCode, b.Float64() < .97, b.hasAuth && b.Float64() < .9
			e.reverse, e.booked = b.Float64() < reversed, b.Float64() < settles
			b.add(e)
			b.again(e, .5, .2, 0)
		}
	case classify.Success:
		retry := b.between(b.h.successRetry)
		for range n {
			e := b.attempt()
			e.kind, e.code, e.booked, e.auth = txn.Sale, openCode, true, b.hasAuth && b.successAuth
			b.add(e)
			b.again(e, retry, .2, 0)
		}
	case classify.Maintenance:
		b.maintenance(n, w)
	case classify.Network:
		b.network(n)
	case classify.Limit:
		leak := b.between(b.h.limitLeak)
		top := b.amount * math.Exp(b.h.amountSpread*(1.6+.6*b.Float64()))
		for i := range b.events {
			if e := &b.events[i]; e.code == "00" && e.amount > top { // the limit holds for all
				e.amount = top * (.5 + .5*b.Float64())
			}
		}
		for range n {
			e := b.attempt()
			e.kind, e.code = txn.Sale, openCode
			if b.Float64() >= leak {
				e.amount = top * (1 + b.ExpFloat64()*.8)
			}
			b.add(e)
			b.again(e, .4, .4, .8)
		}
	case classify.Funds:
		bias := b.between(b.h.fundsBias)
		for range n {
			e := b.attempt()
			e.kind, e.code = txn.Sale, openCode
			e.amount *= math.Exp(bias)
			b.add(e)
			b.again(e, .4, .5, .7)
		}
	}
}

func (b *builder) refused(n int, byKind bool) {
	fast := b.Float64() < b.h.fastRefusal
	dead := 1 + b.IntN(max(1, b.terminals/5))
	first := b.IntN(b.terminals)
	if !byKind { // these terminals cannot do it at all
		b.events = slices.DeleteFunc(b.events, func(e event) bool {
			return e.kind == txn.Sale && (e.terminal-first+b.terminals)%b.terminals < dead && !e.reason && !e.reverse
		})
		b.reindex()
	}
	for len(b.events) > 0 && n > 0 {
		n--
		e := b.attempt()
		e.kind, e.code = txn.Sale, openCode
		if byKind {
			e.kind = txn.Completion
		} else if b.Float64() >= b.h.spreadRefusal {
			e.terminal = (first + b.IntN(dead)) % b.terminals
		}
		if fast {
			e.latency = b.median * (.1 + .3*b.Float64())
		}
		b.add(e)
		if b.Float64() < .35 && n > 0 {
			n--
			e.at += 20 + 120*b.Float64()
			b.add(e)
		}
	}
}

// reindex mends the links of reversals after rows were taken out: it drops those
// whose original is gone.
func (b *builder) reindex() {
	kept := b.events[:0]
	last := -1
	for _, e := range b.events {
		if e.reason {
			if last < 0 || kept[last].card != e.card {
				continue
			}
			e.of = last
		}
		kept = append(kept, e)
		last = len(kept) - 1
	}
	b.events = kept
}

func (b *builder) maintenance(n int, w *world) {
	fast := b.Float64() < b.h.fastMaintenance
	declared := b.Float64() < b.h.calendar
	windows := 1 + b.IntN(max(1, min(b.days, n/8)))
	clock := float64(b.IntN(20))*3600 + 2*3600 // the same time of the day each time
	if b.Float64() < .5 {
		clock = float64(23+b.IntN(5)) * 3600 // at night
	}
	for i := range windows {
		begin := float64(i*b.days/windows)*86400 + clock
		long := 1200 + 4200*b.Float64()
		b.events = slices.DeleteFunc(b.events, func(e event) bool { return e.at > begin && e.at < begin+long && !e.reason && !e.reverse })
		b.reindex()
		if declared {
			s := start.Add(time.Duration(begin) * time.Second).Round(10 * time.Minute)
			w.windows = append(w.windows, calendar.Window{Start: s, End: s.Add(time.Duration(long) * time.Second), Title: "maintenance", Planned: true})
		}
		for range max(1, n/windows) {
			e := b.attempt()
			e.at = begin + long*b.Float64()
			e.code = openCode
			if e.kind == txn.PreAuth {
				e.kind = txn.Sale
			}
			if fast {
				e.latency = b.median * (.1 + .4*b.Float64())
			}
			switch x := b.Float64(); {
			case x < .06:
				e.code = b.h.faults[b.IntN(len(b.h.faults))]
			case x < .10:
				e.code, e.booked, e.auth = "00", true, b.hasAuth // partly working
			}
			b.add(e)
			if e.code == openCode && b.Float64() < .25 {
				e.at += 20 + 200*b.Float64()
				if e.at > begin+long {
					e.code, e.booked, e.auth = "00", true, b.hasAuth
				}
				b.add(e)
			}
		}
	}
}

func (b *builder) network(n int) {
	slow, reversed := b.between(b.h.slowNetwork), b.between(b.h.networkReversed)
	outages := 1 + b.IntN(max(1, min(2*b.days, n/6)))
	for range outages {
		begin, long := b.moment(), 600+3000*b.Float64()
		part := .1 + .6*b.Float64() // terminals on the line
		first := b.IntN(b.terminals)
		for range max(1, n/outages) {
			e := b.attempt()
			e.at, e.kind, e.code = begin+long*b.Float64(), txn.Sale, openCode
			e.terminal = (first + int(float64(e.terminal)*part)) % b.terminals
			if b.Float64() < .1 { // a lonely failure elsewhere
				e.at, e.terminal = b.moment(), b.terminal()
			}
			if b.Float64() < slow {
				e.latency = b.timeout * (.3 + .7*b.Float64())
			}
			e.reverse = b.Float64() < reversed
			e.booked = b.Float64() < .02
			if b.Float64() < .15 {
				e.code, e.silent, e.latency = "", true, b.timeout
			}
			b.add(e)
			if e.code == openCode {
				b.again(e, .5, .5, 0)
			}
		}
	}
}

// draw makes one world: about n rows of the open code over some days.
func draw(h habits, truth classify.Hypothesis, settlement bool, n, days int, seed uint64) *world {
	b := &builder{Rand: rand.New(rand.NewPCG(seed, 0x706f736c6f67)), h: h, days: days}
	w := &world{truth: truth, settlement: settlement}
	attempts := max(150, min(40000, int(float64(n)/b.between(h.share))))
	b.terminals = h.terminals[0] + b.IntN(max(1, min(h.terminals[1]-h.terminals[0], attempts/20)))
	sum := 0.0
	for range b.terminals {
		sum += math.Exp(.8 * b.NormFloat64())
		b.weights = append(b.weights, sum)
	}
	b.median = math.Exp(math.Log(h.latency[0]) + math.Log(h.latency[1]/h.latency[0])*b.Float64())
	b.timeout = h.timeout[b.IntN(len(h.timeout))]
	b.amount = math.Exp(math.Log(h.amount[0]) + math.Log(h.amount[1]/h.amount[0])*b.Float64())
	b.hasAuth = b.Float64() >= h.noAuth
	b.successAuth = b.Float64() < h.successAuth
	declines, silent := b.between(h.declines), b.between(h.silent)
	for range attempts {
		b.ordinary(b.attempt(), declines, silent)
	}
	if truth == classify.Mixed {
		part := .3 + .4*b.Float64()
		other := []classify.Hypothesis{classify.Refused, classify.Maintenance, classify.Network, classify.Limit, classify.Funds}[b.IntN(5)]
		k := max(1, int(float64(n)*part))
		b.open(other, max(1, n-k), w)
		b.open(classify.Success, k, w)
	} else {
		b.open(truth, n, w)
	}
	b.fill(w)
	return w
}
