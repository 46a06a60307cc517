package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// surge says what the mere number of attempts tells about the edges of an incident that
// brings its own, such as somebody who tries stolen cards at one terminal: an attempt
// lies more likely inside, a time without any outside. It is zero for all others, where
// people come as they always do.
type surge struct {
	times float64 // attempts inside, as a multiple of what is usual before and after; 0 where unknown
	each  float64 // nats per attempt inside
	rate  float64 // nats per microsecond inside
}

// Traffic is the number of attempts inside, retries counted once, as a multiple of what its
// scope had in the hour before or after, 0 where the data do not say.
func (w *Window) Traffic() float64 { return w.surge.times }

// Surges reports whether the incident brings attempts of its own: far more than chance
// would bring.
func (w *Window) Surges() bool { return w.surge.rate > 0 }

const (
	surgeTimes = 3. // as many attempts as usual make a surge
	surgeNats  = 6. // and so much likelier than chance
	surgeReach = txn.Instant(60 * 60e6)
)

// surge compares the traffic of a found stretch with that of its scope in the hour
// before and in the hour after it, with the busier one.
func (p *pool) surge(f *found) surge {
	span, n := float64(p.ev.at(f.hi)-p.ev.at(f.lo)), float64(f.c.n-1)
	usual := max(p.traffic(f.scope, f.lo, -1), p.traffic(f.scope, f.hi, +1))
	if span <= 0 || usual <= 0 {
		return surge{}
	}
	times := n / span / usual
	s := surge{times, math.Log(times) / p.phi, usual * (times - 1) / p.phi}
	if times < surgeTimes || n*s.each-span*s.rate < surgeNats {
		return surge{times: times}
	}
	return s
}

// traffic is the number of attempts per microsecond of a scope in the hour that ends
// before an event or begins after it; 0 where too little of it is in the data.
func (p *pool) traffic(sc Scope, from, dir int32) float64 {
	ev := p.ev
	n := .5
	i := from + dir
	for ; i >= 0 && int(i) < ev.len() && max(ev.at(i)-ev.at(from), ev.at(from)-ev.at(i)) < surgeReach; i += dir {
		if !ev.retry.Has(i) && ev.matches(sc, i) {
			n++
		}
	}
	if i >= 0 && int(i) < ev.len() {
		return n / float64(surgeReach)
	}
	seen := ev.at(i-dir) - ev.at(from)
	if seen = max(seen, -seen); seen < surgeReach/6 {
		return 0
	}
	return n / float64(seen)
}

// widths are the logarithms of the widths of gaps, each weighed by the traffic inside if
// the edge lies in it. inside counts the attempts between gap k and the middle.
func (s surge) widths(n int, gap func(int) (from, to txn.Instant), inside func(k int) int, mid txn.Instant) []float64 {
	out := make([]float64, n)
	for k := range out {
		from, to := gap(k)
		a, b := near(from, to, mid)
		switch w := float64(b - a); {
		case w <= 0:
			out[k] = math.Inf(-1)
		case s.rate == 0:
			out[k] = math.Log(w)
		default:
			away := float64(max(a-mid, mid-b, 0))
			out[k] = s.each*float64(inside(k)) - s.rate*away + math.Log(-math.Expm1(-s.rate*w)/s.rate)
		}
	}
	return out
}

// pieces divides a gap into parts of equal mass: one where people come as usual, more of
// them, and shorter ones next to the middle, in a surge.
func (s surge) pieces(from, to, mid txn.Instant, part func(from, to txn.Instant, share float64)) {
	if s.rate == 0 || to <= from {
		part(from, to, 1)
		return
	}
	const n = 16
	whole := -math.Expm1(-s.rate * float64(to-from))
	far := func(j int) txn.Instant { // from the middle's side, where j parts lie before it
		return txn.Instant(min(float64(to-from), -math.Log1p(-whole*float64(j)/n)/s.rate))
	}
	for j := range n {
		if mid >= to { // the parts in order of time
			part(to-far(n-j), to-far(n-j-1), 1./n)
		} else {
			part(from+far(j), from+far(j+1), 1./n)
		}
	}
}

// crowd narrows a burst of declines down to the terminal that brings the attempts. In a
// few minutes hardly anybody else pays in the shop, so that the declines alone cannot
// tell the terminal from the shop; that only the terminal is busier than usual can.
func (s *search) crowd(f *found) {
	p := s.p
	if p.ch != Business || slices.ContainsFunc(f.scope, func(t Term) bool { return t.Dim != ledger.Merchant && t.Dim != ledger.Institution }) {
		return
	}
	attempts := s.attempts(f)
	terminal, counts := p.ev.column(ledger.Terminal), map[uint32]int{}
	id := uint32(0) // of the busiest
	for _, i := range attempts {
		t := terminal.id(i)
		if counts[t]++; counts[t] > counts[id] || counts[t] == counts[id] && t < id {
			id = t
		}
	}
	own := Scope{{Dim: ledger.Terminal, IDs: []uint32{id}}}
	n, k := float64(len(attempts)), float64(counts[id])
	usual := (p.traffic(own, f.lo, -1) + p.traffic(own, f.hi, +1)) / (p.traffic(f.scope, f.lo, -1) + p.traffic(f.scope, f.hi, +1))
	if id == 0 || !(k > n*usual) {
		return
	}
	gain := k*math.Log(k/n/usual) - math.Log(float64(len(counts))) - 2
	c, lo, hi := f.c, f.lo, f.hi
	if k < n {
		gain += (n - k) * math.Log((1-k/n)/(1-usual))
		kids, _ := s.children(f, attempts, ledger.Terminal, 0)
		j := slices.IndexFunc(kids, func(x child) bool { return x.id == id })
		if j < 0 || 10*len(kids[j].r.fail) < 9*f.c.fails { // others fail as well
			return
		}
		r := kids[j].r
		c = p.cut(r, p.scan(r))
		c.code, c.extra = f.c.code, f.c.extra
		gain += c.llr - f.c.llr
		lo, hi = p.event(r, c.first), p.event(r, c.last)
	}
	if gain > 0 {
		f.rival, f.margin = f.scope, gain
		f.scope, f.series, f.c, f.lo, f.hi = own, nil, c, lo, hi
	}
}

// drowned reports whether a gap is no longer remarkable without the attempts that a
// surge at its peers brought: next to somebody who tries cards every other terminal
// seems to fall silent.
func (g *Gap) drowned(ev *events, windows []Window, opt *Options) bool {
	if g.Lost || g.peers == 0 {
		return false
	}
	shop, more := ev.column(ledger.Merchant), 0
	for i := range windows {
		w := &windows[i]
		if !w.Surges() || w.Start >= g.End || w.End <= g.Start {
			continue
		}
		ev.each(w, func(i int32) {
			if at := ev.at(i); at > g.Start && at < g.End && ev.usual(i) && (g.shop == 0 || shop.id(i) == g.shop) {
				more++
			}
		})
	}
	// The chance of a gap falls by e with every attempt of its own that was expected.
	return more > 0 && g.EValue*math.Exp(g.Expected*float64(more)/float64(g.peers)) > opt.E0*rareGap
}
