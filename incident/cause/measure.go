package cause

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// attempt is one try in the scope of a window, near it in time.
type attempt struct {
	at          txn.Instant
	amount      txn.Minor
	place, card uint32
	latency     int32 // negative: none
	last4       uint16
	limit       bool // the terminal waited to its limit, or got no answer
	failed      bool
	refused     bool // for reasons of the cardholder, a limit or a rule
	funds       bool // refused for want of money, or a limit of it
	family      Family
	retry       bool
}

// How far evidence is looked for around a window.
const (
	before      = 10 * time.Minute // warning signs
	after       = 15 * time.Minute // recovery, sign-ons, late reversals
	retryWithin = 5 * time.Minute
	nextToEdge  = 10 // attempts on each side of an edge
)

// Measure takes the features of a window from the rows.
func (x *Context) Measure(w *incident.Window) Features {
	f := Features{Start: w.Start.Time().In(x.zone), End: w.End.Time().In(x.zone), Traffic: w.Traffic(), Surges: w.Surges()}
	switch w.Kind {
	case incident.Burst:
		f.Channel = Refusals
	case incident.DataGap:
		f.Channel, f.Gap = Silence, w.Gap
	}
	fl := newFilter(x.book, w.Scope)
	g := x.gather(w, &fl, w.Channel, nil)
	if f.Channel == Refusals {
		switch {
		case g.unknown(w): // a refusal by evidence, which a window of it puts in doubt
			f.Channel = Systemic
			g = x.gather(w, &fl, incident.Technical, refusedByEvidence)
		case ofManyCards(w) && !g.ownReasons(w):
			f.Channel, f.Overruled = Systemic, true
			g = x.gather(w, &fl, incident.Technical, func(v classify.Ruling) bool { return v.Class.Cardholder() })
		}
	}
	if f.Channel == Refusals || f.Overruled {
		if currency := x.book.Currency(); currency != "" { // amounts of several cannot be compared
			f.Bound = g.bound(w, currency)
		}
	}
	x.inside(&f, w, g)
	x.edges(&f, w, g.tries)
	x.paceAround(&f, w, g.tries)
	x.scope(&f, w, g)
	x.calendar(&f, w, g)
	x.recurrence(&f, w, &fl)
	x.probed(&f, w)
	return f
}

// gathered are the rows around a window.
type gathered struct {
	tries        []attempt // attempts in scope, by time
	reversals    int       // in scope, from the start to shortly after the end
	signOns      []signOn
	institutions map[uint32]int // of failures inside
	carriers     map[uint32]int
	traffic      map[uint32]int // attempts inside by institution, in scope
	trafficLines map[uint32]int // attempts inside by carrier, in scope
	shops        map[uint32]int // attempts inside by merchant, in scope or not
	banks        map[uint32]int // attempts inside by institution, in scope or not
	elsewhere    Share
	rest         Share
}

type signOn struct {
	at       txn.Instant
	terminal uint32
}

// gather reads the rows around a window as those of a channel. What is in doubt failed
// like anything else, with a code that says nothing.
func (x *Context) gather(w *incident.Window, fl *filter, ch incident.Channel, doubt func(classify.Ruling) bool) *gathered {
	g := &gathered{institutions: map[uint32]int{}, carriers: map[uint32]int{}, traffic: map[uint32]int{}, trafficLines: map[uint32]int{}, shops: map[uint32]int{}, banks: map[uint32]int{}}
	lo, hi := x.rows(w.Start.Add(-before), w.End.Add(after))
	type other struct {
		row    int32
		failed bool
	}
	var outside []other
	for i, r := range x.book.Range(txn.Terminal, lo, hi) {
		t := x.at(r)
		switch {
		case r.Kind == txn.Reversal || r.Origin == txn.ReversalReason:
			if fl.hasPlace(r) && t >= w.Start && t < w.End.Add(3*time.Minute) && !r.Flags.Has(txn.Repeat) {
				g.reversals++
			}
			continue
		case r.Kind == txn.SignOn:
			if fl.hasPlace(r) {
				g.signOns = append(g.signOns, signOn{t, x.book.Place(r.Place).Terminal})
			}
			continue
		case !x.counts(i, r):
			continue
		}
		v := x.rule(i, r)
		failed, family, ok := reading(x.book, r, v, ch)
		if doubt != nil && doubt(v) {
			failed, family, ok = true, Local, true
		}
		if !ok {
			continue
		}
		in := w.During(t)
		if in {
			g.shops[x.book.Place(r.Place).Merchant]++
			g.banks[x.book.Place(r.Place).Institution]++
		}
		if !fl.has(r) {
			if in {
				outside = append(outside, other{int32(i), failed})
			}
			continue
		}
		if !in && x.inOther(r, t, w) {
			continue
		}
		g.tries = append(g.tries, attempt{at: t, amount: r.Amount, place: r.Place, card: r.Card, latency: r.Latency, last4: r.Last4,
			limit: r.Flags&(txn.TimedOut|txn.NoAnswer) != 0, failed: failed, family: family, refused: v.Class.Cardholder(), funds: v.Class == classify.FundsLimit, retry: x.marks != nil && x.marks[i] == incident.CountedRetry})
		if in {
			p := x.book.Place(r.Place)
			g.traffic[p.Institution]++
			g.trafficLines[p.Carrier]++
			if failed {
				g.institutions[p.Institution]++
				g.carriers[p.Carrier]++
			}
		}
	}
	slices.SortStableFunc(g.tries, func(a, b attempt) int { return cmp.Compare(a.at, b.at) })
	slices.SortStableFunc(g.signOns, func(a, b signOn) int { return cmp.Compare(a.at, b.at) })
	if x.marks == nil {
		x.markRetries(g.tries)
	}
	for _, a := range outside {
		r := x.book.Row(txn.Terminal, int(a.row))
		p := x.book.Place(r.Place)
		same := g.institutions[p.Institution] > 0
		if !same && (p.Carrier == 0 || g.carriers[p.Carrier] == 0) || x.inOther(&r, x.at(&r), w) {
			continue
		}
		s := &g.elsewhere
		if same {
			s = &g.rest
		}
		s.N++
		if !a.failed {
			s.K++
		}
	}
	return g
}

// unknown reports whether most failures inside have codes without a fixed meaning.
func (g *gathered) unknown(w *incident.Window) bool {
	failed, unknown := 0, 0
	for i := range g.tries {
		if a := &g.tries[i]; a.failed && w.During(a.at) {
			failed++
			if a.family == Local {
				unknown++
			}
		}
	}
	return 2*unknown > failed
}

// ofManyCards reports whether refusals are of cards that have nothing to do with one another: they
// follow no terminal or shop, and nobody tries cards.
func ofManyCards(w *incident.Window) bool {
	return !w.Surges() && !slices.ContainsFunc(w.Scope, func(t incident.Term) bool { return t.Dim == ledger.Terminal || t.Dim == ledger.Merchant })
}

// ownReasons reports whether refusals of many cards can be the cardholders' own: pay-day empties
// accounts, but neither all of them at once, nor does it make PINs wrong or cards a risk.
func (g *gathered) ownReasons(w *incident.Window) bool {
	n, failed, funds := 0, 0, 0
	for i := range g.tries {
		a := &g.tries[i]
		if !w.During(a.at) || a.retry {
			continue
		}
		n++
		if a.failed {
			failed++
			if a.funds {
				funds++
			}
		}
	}
	return 2*funds > failed && 5*failed < 4*n
}

// markRetries marks tries that follow a failure of the same card and amount at
// the same terminal: they are no independent events.
func (x *Context) markRetries(tries []attempt) {
	type key struct {
		terminal uint32
		last4    uint16
		card     uint32
		amount   txn.Minor
	}
	failed := map[key]txn.Instant{}
	for i := range tries {
		a := &tries[i]
		k := key{x.book.Place(a.place).Terminal, a.last4, a.card, a.amount}
		limit := retryWithin
		if a.last4 == ledger.NoLast4 {
			limit = time.Minute
		}
		t, ok := failed[k]
		a.retry = ok && a.at.Sub(t) <= limit
		if a.failed {
			failed[k] = a.at
		}
	}
}

// inside counts what happened in the window. Its core leaves the edges out,
// where they are not known exactly. What got no answer waited to its limit and is
// reversed, whoever is at fault: only of what else failed does that say anything.
func (x *Context) inside(f *Features, w *incident.Window, g *gathered) {
	from, to := w.StartRange[1], w.EndRange[0]
	n, core := 0, 0
	for _, a := range g.tries {
		if w.During(a.at) && !a.retry {
			n++
			if a.at >= from && a.at < to {
				core++
			}
		}
	}
	if 10*core < 6*n {
		from, to = w.Start, w.End
	}
	f.Strays = w.P0 * float64(n)
	night, run, silent, told := 0, 0, 0, 0
	seen := false // a failure before the present run of good answers
	for _, a := range g.tries {
		if !w.During(a.at) {
			continue
		}
		f.Attempts++
		if a.failed {
			f.Failures++
			switch a.family {
			case NoReply:
				silent++
			case NoRoute: // never left the terminal
			default:
				told++
			}
		}
		if a.retry {
			continue
		}
		if a.at >= from && a.at < to {
			f.Alive.N++
			if a.failed {
				if run >= 4 && seen {
					f.Flaps.K++
				}
				run, seen = 0, true
			} else {
				f.Alive.K++
				run++
			}
		}
		if !a.failed {
			continue
		}
		f.Mix[a.family]++
		x.speed(f, &a)
		if h := a.at.Time().In(x.zone).Hour(); h < 6 {
			night++
		}
	}
	fails := 0
	for _, c := range f.Mix {
		fails += c
	}
	f.HourKnown, f.Night = fails > 0, 2*night > fails
	if f.Channel == Silence {
		f.HourKnown = false
	}
	if f.Alive.N >= 12 {
		f.Flaps.N = f.Flaps.K + 1
	}
	if x.reversals {
		f.Reversed = Share{min(max(0, g.reversals-silent), told), told}
	}
	x.signedOn(f, w, g)
}

// speed compares the latency of a failure with the institution's approvals.
// What got no answer has none to be timed, and where the switch says that it got none, its
// own wait says the same once more.
func (x *Context) speed(f *Features, a *attempt) {
	if x.all.hist.n < 20 || a.family == NoRoute || a.family == NoReply || f.Channel != Systemic {
		return
	}
	p := &x.paces[x.book.Place(a.place).Institution]
	switch {
	case a.family == Relayed && (a.limit || a.latency > p.at99):
	case a.limit || a.latency >= 0 && p.atEnd > 0 && a.latency >= p.atEnd:
		f.Speed[AtLimit]++
	case a.latency < 0:
	case a.latency > p.at99:
		f.Speed[Slow]++
	case a.latency < p.at10:
		f.Speed[AtOnce]++
	default:
		f.Speed[Usual]++
	}
}

// signedOn counts hit terminals that signed on after a failure, in the time in which a shop
// does not close and open: a sign-on of the next morning is none again.
func (x *Context) signedOn(f *Features, w *incident.Window, g *gathered) {
	if !x.signOns || f.Channel != Systemic {
		return
	}
	const sameDay = 8 * time.Hour
	failed, again, k := map[uint32]txn.Instant{}, map[uint32]bool{}, 0
	until := func(at txn.Instant) {
		for ; k < len(g.signOns) && g.signOns[k].at <= at; k++ {
			s := &g.signOns[k]
			if t, ok := failed[s.terminal]; ok && s.at > t && s.at.Sub(t) < sameDay {
				again[s.terminal] = true
			}
		}
	}
	for _, a := range g.tries {
		if a.failed && w.During(a.at) {
			until(a.at)
			failed[x.book.Place(a.place).Terminal] = a.at
		}
	}
	until(w.End.Add(after))
	f.SignOns = Share{len(again), len(failed)}
}

// edges looks at the attempts next to both edges.
func (x *Context) edges(f *Features, w *incident.Window, tries []attempt) {
	own := make([]int32, 0, len(tries)) // that are no retries
	start, end := 0, 0                  // of those inside
	for i := range tries {
		a := &tries[i]
		if a.retry {
			continue
		}
		own = append(own, int32(i))
		if a.at < w.Start {
			start = len(own)
		}
		if a.at < w.End {
			end = len(own)
		}
	}
	end = max(start, end)
	half := min(nextToEdge, (end-start+1)/2)
	out, next := own[max(0, start-nextToEdge):start], own[end:min(len(own), end+nextToEdge)]
	in, last := own[start:start+half], own[end-half:end]
	// Where another incident goes on, nothing is known of how this one began or ended.
	whole := x.phases(w)
	f.StartEdge = edge(len(out) > 0 && whole.Start == w.Start, w.StartRange, w.Start)
	f.EndEdge = edge(len(next) > 0 && !w.Open && whole.End == w.End, w.EndRange, w.End)
	if f.Channel != Systemic {
		return
	}
	count := func(list []int32, failed bool) {
		for _, i := range list {
			f.Mixed.N++
			if tries[i].failed == failed {
				f.Mixed.K++
			}
		}
	}
	if f.StartEdge.Known {
		count(out, true)
		count(in, false)
	}
	if f.EndEdge.Known {
		count(last, false)
		count(next, true)
	}
}

func edge(known bool, r [2]txn.Instant, at txn.Instant) Edge {
	if !known {
		return Edge{}
	}
	if r[1] <= r[0] {
		r = [2]txn.Instant{at, at}
	}
	return Edge{Known: true, Gap: r[1].Sub(r[0]), Round: holdsQuarter(r[0].Add(-30*time.Second), r[1].Add(30*time.Second))}
}

// holdsQuarter reports whether a quarter hour lies in [a, b]. Every zone in use
// differs from UTC by whole quarter hours.
func holdsQuarter(a, b txn.Instant) bool {
	const q = int64(quarter / time.Microsecond)
	up := (int64(a) + q - 1) / q * q
	return up <= int64(b)
}

// paceAround looks at the approvals inside, and in the ten minutes on either side.
func (x *Context) paceAround(f *Features, w *incident.Window, tries []attempt) {
	if f.Channel != Systemic {
		return
	}
	look := func(from, to txn.Instant) (p Pace, pace int32, fails, n int) {
		var ratio []int32 // latency in percent of the institution's median
		for _, a := range tries {
			if a.at < from || a.at >= to || a.retry {
				continue
			}
			n++
			if a.failed {
				fails++
			} else if m := x.paces[x.book.Place(a.place).Institution].median; a.latency >= 0 && m > 0 {
				ratio = append(ratio, int32(min(int64(a.latency)*100/int64(m), 1e6)))
			}
		}
		if len(ratio) < 5 {
			return PaceUnknown, 0, fails, n
		}
		if p, pace = PaceUsual, median32(ratio); pace >= 140 {
			p = PaceSlow
		}
		return p, pace, fails, n
	}
	_, inside, _, _ := look(w.Start, w.End)
	f.Inside = int(inside)
	p, _, fails, n := look(w.Start.Add(-before), w.StartRange[0])
	if n >= 5 && fails >= 3 && float64(fails) > (3*w.P0+.05)*float64(n) {
		p = PaceFailing
	}
	f.Before = p
	if !w.Open {
		f.After, _, _, _ = look(max(w.End, w.EndRange[1]), w.End.Add(before))
	}
}
