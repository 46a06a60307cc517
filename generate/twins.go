package generate

import (
	"cmp"
	"slices"
	"time"

	"github.com/poslog/poslog/txn"
)

// Confounders of which one looks like another, or which write what they see in words that
// say little: what the desk of a bank meets, and cannot always tell.

// unheard is an institution from which nothing is heard: its host is dead, or the line
// between it and the switch is cut. Terminals reach the switch and wait, or are told by it
// after its own wait that nothing came. Only what comes before and between differs.
func unheard(p *planter, cause string) *Fault {
	f := p.cell(HostFault)
	f.Cause, f.Severity, f.latency = cause, p.strength(), [2]float64{}
	f.mix = newMix("", 100.0)
	if p.r.hit(.5) {
		f.mix, f.latency = newMix("98", 70.0, "68", 30.0), [2]float64{p.r.between(20000, 32000), .1}
	}
	if cause == Network {
		f.warn = 0
	}
	p.habit(f)
	return f
}

// everySecond loses every second payment, as one of two nodes of a host does not answer, or one of
// two circuits to it is down.
func everySecond(p *planter, cause string) {
	f := p.cell(HostFault)
	f.Cause, f.mix, f.latency, f.warn = cause, newMix("", 100.0), [2]float64{}, 0
	if s := p.r.between(.4, .6); p.variant != "weak" {
		f.Severity = s
	}
	note(f, "every-second")
}

// frontEnd hits two institutions that stand behind one front-end.
func frontEnd(p *planter) {
	f := &Fault{Cause: HostFault, Variant: p.variant, Severity: p.strength(), Scope: Scope{}}
	for i := range min(2, len(p.Institutions)) {
		f.Scope["institution"] = append(f.Scope["institution"], p.Institutions[i].Code)
	}
	f.mix, f.latency = pick(p.r, newMix("96", 100.0), newMix("96", 50.0, "", 50.0), newMix("91", 70.0, "98", 30.0)), slowly(p.r)
	p.place(f)
	note(p.add(f), "front-end")
}

// quarter is a quarter hour of the night.
func (p *planter) quarter() txn.Instant { return p.local(p.day, p.r.intn(5), 15*p.r.intn(4), 0) }

// nightHost refuses at once, from the quarter hour at which a job of the night begins.
func nightHost(p *planter) { p.atNight(p.refusingAtOnce(), p.quarter()) }

// nightWork is maintenance without notice, refused with the codes of a fault.
func nightWork(p *planter) {
	f := p.cell(Maintenance)
	unplan(p, f, "unannounced")
	f.mix = pick(p.r, newMix("91", 60.0, "96", 40.0), newMix("96", 100.0), newMix("91", 100.0))
	p.atNight(f, p.quarter())
}

// postponed maintenance begins and ends later than announced.
func postponed(p *planter) {
	f := p.cell(Maintenance)
	by := time.Duration(10*(2+p.r.intn(7))) * time.Minute
	if limit := p.end().Add(-10 * time.Minute); f.End.Add(by) > limit {
		by = max(0, limit.Sub(f.End)).Truncate(10 * time.Minute)
	}
	f.Start, f.End = f.Start.Add(by), f.End.Add(by)
	note(f, "postponed")
}

// staleKeys leaves terminals with keys that the host no longer takes after announced work, until they
// sign on.
func staleKeys(p *planter) {
	m := p.cell(Maintenance)
	m.signOn = false
	d := time.Duration(p.r.between(15, 50) * float64(time.Minute)).Truncate(time.Second)
	if p.variant == "short" {
		d = time.Duration(p.r.between(5, 10) * float64(time.Minute)).Truncate(time.Second)
	}
	n := &Fault{Cause: Security, Variant: p.variant, Severity: p.r.between(.6, .95), Scope: m.Scope, signOn: true,
		mix: p.Profile.Security[p.r.intn(len(p.Profile.Security))], Start: m.End, End: min(m.End.Add(d), p.end().Add(-time.Minute))}
	if p.variant == "weak" {
		n.Severity = p.strength()
	}
	note(m, "stale-keys")
	note(p.add(n), "stale-keys")
}

// release is a program or parameters that one model was sent on the hour and that do not work, but
// for its keys.
func release(p *planter) {
	faults := slices.DeleteFunc(slices.Clone(p.Profile.Terminal), func(m mix) bool {
		return slices.ContainsFunc(p.Profile.Security, func(k mix) bool { return slices.Contains(k.codes, m.codes[0]) })
	})
	f := &Fault{Cause: TermFault, Variant: p.variant, Severity: p.strength(), mix: faults[p.r.intn(len(faults))], signOn: true}
	p.scope(f, "model", "model")
	p.place(f)
	f.toTheHour()
	note(p.add(f), "release", "on-the-hour")
}

// issuerRefuses is an issuer whose rules refuse nearly every card of its own as a risk.
func issuerRefuses(p *planter) {
	f := &Fault{Cause: HostFault, Variant: p.variant, Severity: p.strength(), mix: pick(p.r, newMix("05", 100.0), newMix("62", 70.0, "57", 30.0), newMix("05", 60.0, "75", 40.0)),
		latency: [2]float64{p.Profile.Latency, p.Profile.LatencySigma}}
	p.scope(f, "issuer", "institution+issuer")
	p.place(f)
	note(p.add(f), "issuer-refuses")
}

// moving is a line that fails in one region, or at one terminal of a shop, and when that is mended in
// the next.
func moving(p *planter) {
	dim := "region"
	if len(p.Merchants) == 1 {
		dim = "terminal"
	}
	f := &Fault{Cause: Network, Variant: p.variant, Severity: p.strength()}
	p.scope(f, dim, dim)
	p.place(f)
	p.habit(f)
	where := f.Scope[dim]
	p.add(f)
	note(f, "moves")
	for _, next := range p.present(dim) {
		if slices.Contains(where, next) {
			continue
		}
		d := f.End.Sub(f.Start)
		n := &Fault{Cause: Network, Variant: p.variant, Severity: p.strength(), Scope: Scope{dim: {next}}, Start: f.End.Add(time.Duration(p.r.between(0, 60) * float64(time.Second)))}
		if n.End = min(n.Start.Add(d), p.end().Add(-time.Minute)); n.End > n.Start {
			p.habit(n)
			note(p.add(n), "moves")
		}
		return
	}
}

// routerShop is the shop with most terminals, the busiest first: all but that share its router.
func (w *World) routerShop() (mid string, terminals []int) {
	of := make([][]int, len(w.Merchants))
	best := 0
	for i := range w.Terminals {
		m := w.Terminals[i].Merchant
		if of[m] = append(of[m], i); len(of[m]) > len(of[best]) {
			best = m
		}
	}
	slices.SortStableFunc(of[best], func(a, b int) int { return cmp.Compare(w.Terminals[b].weight, w.Terminals[a].weight) })
	return w.Merchants[best].MID, of[best]
}

func behindRouter(w *World) {
	_, terminals := w.routerShop()
	for k, i := range terminals {
		name := "WIFI"
		if k == 0 && len(terminals) > 1 {
			name = "4G"
		}
		w.Terminals[i].Net = slices.IndexFunc(w.Profile.Networks, func(s share) bool { return s.name == name })
	}
}

func router(p *planter) {
	mid, _ := p.routerShop()
	f := &Fault{Cause: Network, Variant: p.variant, Severity: p.strength(), Scope: Scope{"merchant": {mid}, "network": {"WIFI"}}}
	p.place(f)
	p.habit(f)
	note(p.add(f), "router")
}

// patchy takes the reversals of every second terminal model out of the log, of every second
// terminal where there is one model.
func patchy(w *World) {
	models := w.present("model")
	for i := range w.Terminals {
		k := slices.Index(models, w.Profile.Models[w.Terminals[i].Model].name)
		if len(models) == 1 {
			k = i
		}
		w.Terminals[i].noReversals = k%2 == 0
	}
}

// storm makes every failure of a fault be tried again three to six times.
func storm(p *planter) {
	f := p.cell(pick(p.r, Maintenance, Network, HostFault))
	f.tries = 3 + p.r.intn(4)
	note(f, "retry-storm")
}

// oneCode is a register that writes the same code whatever failed, if the cardholder was not refused.
func oneCode(w *World) {
	to := codeOf(pick(newRNG(w.Seed, "one-code"), "96", "06", "XX"))
	w.as = func(Code) Code { return to }
}

// privateCodes are those of a host that keeps a list of its own; what got no answer has none.
func privateCodes(w *World) {
	own := []Code{codeOf("E1"), codeOf("E2"), codeOf("E3"), codeOf("E7"), codeOf("E9")}
	shift := newRNG(w.Seed, "private-codes").intn(len(own))
	w.as = func(c Code) Code {
		if c == noAnswer {
			return c
		}
		return own[(int(c)+shift)%len(own)]
	}
}
