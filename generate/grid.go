package generate

import (
	"fmt"
	"math"
	"time"

	"github.com/poslog/poslog/txn"
)

// Causes and Variants span the grid: "network-weak" is a scenario, as is every
// other pair.
var (
	Causes   = []string{Maintenance, Network, HostFault, TermFault, Security, Cardholder, DataGap}
	Variants = []string{"clean", "subset", "short", "weak"}
)

// minExpected is how many first tries a planted window should spoil: fewer
// could not be found by anyone.
const minExpected = 8

// planter puts the faults of one day into a world.
type planter struct {
	*World
	r       *rng
	day     int
	variant string
	busy    bool // by day, where there is traffic
	odd     bool // maintenance away from round times
	habits  bool // see Options.Habits
}

// cell plants one fault of a cause in the planter's variant.
func (p *planter) cell(cause string) *Fault {
	f := &Fault{Cause: cause, Variant: p.variant, Severity: 1}
	switch cause {
	case Maintenance:
		f.Severity = 1 - p.Profile.Leak*p.r.between(0, 2)
		f.signOn = true
		p.scope(f, "institution", "issuer")
	case Network:
		f.Severity = p.r.between(.85, 1)
		p.scope(f, "carrier", "carrier+region")
	case HostFault:
		f.Severity = p.r.between(.6, 1)
		f.latency = [2]float64{p.r.between(p.Profile.HostLatency[0], p.Profile.HostLatency[1]), .5}
		if p.r.hit(.5) {
			f.warn = time.Duration(p.r.between(2, 10) * float64(time.Minute))
		}
		p.scope(f, "institution", "institution+issuer")
	case TermFault:
		f.Severity = p.r.between(.9, 1)
		f.mix = p.Profile.Terminal[p.r.intn(len(p.Profile.Terminal))]
		f.signOn = true
		p.scope(f, "terminal", "model")
	case Security:
		f.Severity = p.r.between(.85, 1)
		f.mix = p.Profile.Security[p.r.intn(len(p.Profile.Security))]
		f.signOn = true
		p.scope(f, "institution", "institution+model")
	case Cardholder:
		p.cardholder(f)
	case DataGap:
		f.lost = p.r.hit(.5)
		p.scope(f, "terminal", "merchant")
	}
	if p.variant == "weak" && cause != DataGap {
		f.Severity = p.r.between(.25, .35)
	}
	p.place(f)
	p.habit(f)
	if cause == Maintenance {
		f.Planned = true
		f.Declared = p.announce(f.Start, f.End, p.institutionOf(f), "系统维护")
	}
	return p.add(f)
}

// habit gives a fault what its kind has in a part of all cases, whatever else makes
// it hard to recognise.
func (p *planter) habit(f *Fault) {
	if !p.habits {
		return
	}
	r := newRNG(p.Seed, fmt.Sprintf("%s/%s/habit/%d/%d", p.Name, p.Profile.Name, p.day, len(p.Faults)))
	switch f.Cause {
	case Maintenance:
		if r.hit(p.Profile.SlowRefusal) {
			f.latency = slowly(r)
		}
	case Network:
		f.ramp = time.Duration(r.between(p.Profile.Ramp[0], p.Profile.Ramp[1]) * float64(time.Second))
		if r.hit(p.Profile.Flap) {
			flap(r, f)
		}
	}
}

// strength is the share that a further fault of a confounder spoils.
func (p *planter) strength() float64 {
	if p.variant == "weak" {
		return p.r.between(.25, .35)
	}
	return p.r.between(.85, 1)
}

// cardholder is a tester trying stolen cards at one terminal, or, as subset
// and weak variants, a run of empty accounts.
func (p *planter) cardholder(f *Fault) {
	if p.variant == "subset" || p.variant == "weak" {
		f.mix = newMix("51", 92.0, "61", 8.0)
		f.Severity = p.r.between(.3, .5)
		p.scope(f, "issuer", "issuer")
		return
	}
	f.mix = newMix("14", 40.0, "05", 20.0, "54", 15.0, "59", 15.0, "51", 10.0)
	f.extra = p.r.between(1.5, 4)
	f.Severity = p.r.between(.85, .97)
	p.scope(f, "terminal", "terminal")
}

// place finds a window with enough traffic in scope, as the day's shape has it.
func (p *planter) place(f *Fault) {
	share := p.traffic(f)
	best := -1.0
	for range 40 {
		from, to := p.window(f)
		if p.collides(f, from, to) {
			continue
		}
		n := p.expected(from, to) * share * f.Severity
		if f.extra > 0 {
			n += f.extra * to.Sub(from).Minutes()
		}
		if n > best {
			best, f.Start, f.End = n, from, to
		}
		if n >= minExpected {
			break
		}
	}
	if best < 0 {
		f.Start, f.End = p.window(f)
	}
}

// window draws one. Maintenance keeps round times and often the night; the
// rest starts when it likes.
func (p *planter) window(f *Fault) (from, to txn.Instant) {
	midnight := p.local(p.day, 0, 0, 0)
	minutes := p.r.between(15, 120)
	round := f.Cause == Maintenance && !p.odd
	switch {
	case p.variant == "short":
		minutes = p.r.between(3, 10)
		if round {
			minutes = 5 * float64(1+p.r.intn(2))
		}
	case round:
		minutes = 15 * float64(2+p.r.intn(9))
	}
	h := p.hourAt(p.r.between(.06, .94))
	if f.Cause == Maintenance && !p.busy && p.r.hit(p.Profile.NightMnt) {
		h = []float64{0, 0.5, 1, 2, 3, 4, 5, 21.5, 22, 22.5}[p.r.intn(10)]
	}
	d := time.Duration(minutes * float64(time.Minute)).Truncate(time.Second)
	from = midnight.Add(time.Duration(h * float64(time.Hour)).Truncate(time.Second))
	if round {
		from = midnight.Add(time.Duration(math.Round(h*4)) * 15 * time.Minute)
	}
	if limit := p.end().Add(-10 * time.Minute); from.Add(d) > limit && p.day == p.Days-1 { // keep both edges inside the data
		from = limit.Add(-d)
		if round {
			from -= (from - midnight) % txn.Instant(15*time.Minute/time.Microsecond)
		}
	}
	return from, from.Add(d)
}

// collides keeps half an hour between two windows.
func (p *planter) collides(f *Fault, from, to txn.Instant) bool {
	for _, o := range p.Faults {
		if o != f && from < o.End.Add(30*time.Minute) && o.Start < to.Add(30*time.Minute) {
			return true
		}
	}
	return false
}

// expected is the number of first tries between two instants, all terminals.
func (w *World) expected(from, to txn.Instant) float64 {
	hours := func(at txn.Instant) float64 {
		h := at.Sub(w.midnight).Hours()
		day := math.Floor(h / 24)
		return day + w.massAt(h-24*day)
	}
	return w.perDay * (hours(to) - hours(from))
}

// within places n within a stretch of m so that it spoils enough: it starts
// after the share from, and lasts for the share for, of m.
func (p *planter) within(n, m *Fault, from, lasts [2]float64, whole, subset string) {
	d := float64(m.End.Sub(m.Start))
	best := -1.0
	for range 20 {
		c := Fault{Severity: n.Severity, Scope: Scope{}}
		if len(p.Merchants) > 1 {
			p.scope(&c, whole, subset)
		}
		c.Start = m.Start.Add(time.Duration(p.r.between(from[0], from[1]) * d).Truncate(time.Second))
		c.End = min(c.Start.Add(time.Duration(p.r.between(lasts[0], lasts[1])*d).Truncate(time.Second)), p.end().Add(-10*time.Minute))
		if hit := p.expected(c.Start, c.End) * p.traffic(&c) * c.Severity; hit > best {
			best = hit
			n.Scope, n.Start, n.End = c.Scope, c.Start, c.End
		}
		if best >= minExpected {
			return
		}
	}
}

// traffic is the share of attempts that are in scope.
func (w *World) traffic(f *Fault) float64 {
	in := w.terminalsIn(f.Scope)
	hit, all := 0.0, 0.0
	for i := range w.Terminals {
		all += w.Terminals[i].weight
		if in[i] {
			hit += w.Terminals[i].weight
		}
	}
	share := hit / all
	if v := f.Scope["issuer"]; v != nil {
		part, sum := 0.0, 0.0
		for _, s := range w.Profile.Issuers {
			sum += s.w
			for _, c := range v {
				if s.code == c {
					part += s.w
				}
			}
		}
		share *= part / sum
	}
	return share
}

func (p *planter) institutionOf(f *Fault) string {
	if v := f.Scope["institution"]; len(v) == 1 {
		return v[0]
	}
	if len(p.Institutions) == 1 {
		return p.Institutions[0].Code
	}
	return ""
}
