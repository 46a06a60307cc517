package generate

import (
	"math"
	"sync"
	"time"

	"github.com/poslog/poslog/txn"
)

// recipe plants one day's worth of something that is hard to tell.
type recipe struct {
	about string
	world func(w *World)   // once, before any day
	day   func(p *planter) // once per faulty day; nil = nothing ever breaks
	forms []string         // of its faults; nil = Variants
}

// once is a confounder that has one form only, whole one whose scope is its own.
var once, whole = Variants[:1], []string{"clean", "short", "weak"}

// Forms lists the variants in which a scenario occurs.
func Forms(name string) []string {
	r, ok := confounders()[name]
	switch {
	case !ok:
		return once
	case r.forms != nil:
		return r.forms
	}
	return Variants
}

// confounders by name. Every one is a scenario of its own.
var confounders = sync.OnceValue(func() map[string]recipe {
	return map[string]recipe{
		"quiet":       {about: "nothing is broken", day: nil},
		"both":        {about: "maintenance at one bank and a carrier outage overlap", day: both},
		"overrun":     {about: "announced maintenance that ends 10 to 120 minutes late", day: overrun},
		"drop-inside": {about: "the line drops inside a maintenance window", day: dropInside},
		"unannounced": {about: "maintenance that nobody announced", day: func(p *planter) { unplan(p, p.cell(Maintenance), "unannounced") }},
		"off-round": {about: "unannounced maintenance away from round times", day: func(p *planter) {
			p.odd = true
			unplan(p, p.cell(Maintenance), "unannounced", "off-round")
		}},
		"on-the-hour": {about: "a network outage that starts on the hour", day: onTheHour},
		"one-carrier": {about: "all terminals on one carrier: its outage looks global", world: oneCarrier, day: func(p *planter) {
			note(p.cell(Network), "one-carrier")
		}},
		"host-at-two":        {about: "a host fault at two in the morning, without notice", day: hostAtTwo},
		"host-fast":          {about: "a sick host that refuses at once, as maintenance does", day: hostFast},
		"slow-refusal":       {about: "maintenance refused slowly, as by a sick host", day: slowRefusal},
		"flapping":           {about: "a line that comes and goes", day: flapping},
		"ramp":               {about: "an outage that builds up and fades", day: func(p *planter) { f := p.cell(Network); f.ramp = rampOf(p); note(f, "ramp") }},
		"holiday":            {about: "two to four times the traffic, nothing broken", world: holiday},
		"decline-burst":      {about: "a card tester at one terminal", day: func(p *planter) { note(p.cell(Cardholder), "card-tester") }},
		"payday":             {about: "a run of empty accounts", day: payday, forms: once},
		"harmless":           {about: "announced maintenance without any effect", day: harmless},
		"skew":               {about: "terminal clocks off by up to minutes", world: skewed, day: func(p *planter) { note(p.cell(pick(p.r, Network, HostFault)), "skew") }},
		"lost-log":           {about: "hours of a log are missing while the shop traded", day: func(p *planter) { gap(p, true) }},
		"closed":             {about: "a shop is closed in its busy hours", day: func(p *planter) { gap(p, false) }},
		"two-carriers":       {about: "the same carrier fails twice a day", day: func(p *planter) { f := p.cell(Network); again(p, f) }},
		"recurring":          {about: "maintenance every day at the same hour, never announced", world: recurring, forms: once},
		"same-latency":       {about: "refusals take as long as approvals", day: sameLatency},
		"drift":              {about: "technical failures grow two- to fourfold over each day, nothing breaks", world: drift},
		"chronic":            {about: "one terminal in ten fails a third of the time, always: no incident", world: chronic},
		"b4-approved":        {about: "B4 settles: an approval", world: quirk("approved", .05)},
		"b4-approved-outage": {about: "B4 is an approval, and the line fails besides", world: quirk("approved", .05), day: func(p *planter) { note(p.cell(Network), "b4-is-approval") }},
		"b4-reversed":        {about: "B4 is approved and then reversed", world: quirk("reversed", .03)},
		"b4-config":          {about: "B4 is a flat refusal of one shop's set-up", world: quirkConfig},
		"b4-limit":           {about: "B4 refuses amounts above a limit", world: quirkLimit},
		"b4-funds":           {about: "B4 is a decline like insufficient funds", world: quirk("funds", .02)},
		"b4-mixed":           {about: "B4 settles from one terminal model and is refused from others", world: quirkMixed},
		"b4-switch":          {about: "B4 changes from refusal to approval half way", world: quirkSwitch},
		"b4-outage":          {about: "B4 is what terminals show on time-outs", world: showB4, day: func(p *planter) { note(p.cell(Network), "b4-is-time-out") }},
		"b4-switch-outage":   {about: "B4 changes its meaning half way, and the line fails besides", world: quirkSwitch, day: func(p *planter) { note(p.cell(Network), "b4-changes") }},
		"holiday-fault":      {about: "something breaks on a day of two to four times the traffic", world: holiday, day: func(p *planter) { note(p.cell(pick(p.r, Maintenance, Network, HostFault)), "holiday") }},
		"log-hole":           {about: "the log lacks the time around one edge of what broke", day: logHole},
		"harmless-drop":      {about: "the line drops inside announced maintenance that has no effect", day: harmlessDrop},
		"b4-refusal":         {about: "B4 is the refusal during maintenance", world: b4Refusal, day: func(p *planter) { note(p.cell(Maintenance), "b4-is-refusal") }},
		"dead-host":          {about: "an institution's host answers nothing: it looks like a cut line", day: func(p *planter) { note(unheard(p, HostFault), "unheard") }},
		"trunk":              {about: "the line between the switch and one institution is cut: it looks like a dead host", day: func(p *planter) { note(unheard(p, Network), "unheard") }},
		"node-down":          {about: "one of a host's two nodes answers nothing: every second payment is lost", day: func(p *planter) { everySecond(p, HostFault) }},
		"circuit-down":       {about: "one of two circuits to an institution is down: every second payment is lost", day: func(p *planter) { everySecond(p, Network) }},
		"front-end":          {about: "two institutions behind one front-end fail together", day: frontEnd, forms: whole},
		"night-host":         {about: "a host that refuses at once from a quarter hour of the night, as maintenance does", day: nightHost},
		"night-work":         {about: "maintenance at night that nobody announced, refused with the codes of a fault", day: nightWork},
		"postponed":          {about: "maintenance that begins and ends 20 to 80 minutes later than announced", day: postponed},
		"stale-keys":         {about: "after announced work terminals have the wrong keys until they sign on", day: staleKeys},
		"release":            {about: "a release for one terminal model fails from the hour at which it was sent", day: release, forms: whole},
		"issuer-refuses":     {about: "an issuer's rules refuse nearly all of its own cards, as if they were a risk", day: issuerRefuses},
		"moving":             {about: "a line that fails in one region and then in the next", day: moving, forms: whole},
		"shop-router":        {about: "a shop's router fails, and one terminal with a SIM of its own works on", world: behindRouter, day: router, forms: whole},
		"patchy-reversals":   {about: "half of the terminals write no reversals", world: patchy, day: func(p *planter) { note(p.cell(pick(p.r, Network, HostFault)), "patchy-reversals") }},
		"retry-storm":        {about: "each failed payment is tried again three to six times", day: storm},
		"one-code":           {about: "a register writes one and the same code whatever failed", world: oneCode, day: func(p *planter) { note(p.cell(pick(p.r, Maintenance, Network, HostFault)), "one-code") }},
		"private-codes":      {about: "failures have codes of a list that no table knows", world: privateCodes, day: func(p *planter) { note(p.cell(pick(p.r, Maintenance, HostFault)), "private-codes") }},
	}
})

func note(f *Fault, words ...string) { f.Confounders = append(f.Confounders, words...) }

func pick[T any](r *rng, from ...T) T { return from[r.intn(len(from))] }

// unplan takes the announcement of a fault back.
func unplan(p *planter, f *Fault, words ...string) {
	p.Calendar = p.Calendar[:len(p.Calendar)-1]
	f.Declared = nil
	note(f, words...)
}

func both(p *planter) {
	p.busy = true
	m := p.cell(Maintenance)
	n := &Fault{Cause: Network, Variant: p.variant, Severity: p.strength()}
	p.within(n, m, [2]float64{.3, .8}, [2]float64{.4, 1}, "carrier", "carrier+region")
	p.habit(n)
	p.add(n)
	note(m, "both")
	note(n, "both")
}

func overrun(p *planter) {
	f := p.cell(Maintenance)
	f.End = f.End.Add(time.Duration(p.r.between(10, 120) * float64(time.Minute)).Truncate(time.Second))
	f.End = min(f.End, p.end().Add(-10*time.Minute))
	note(f, "overrun")
}

func dropInside(p *planter) {
	p.busy = true
	m := p.cell(Maintenance)
	n := &Fault{Cause: Network, Variant: p.variant, Severity: p.strength()}
	p.within(n, m, [2]float64{.15, .4}, [2]float64{.2, .5}, "carrier", "carrier+region")
	p.habit(n)
	p.add(n)
	note(m, "drop-inside")
	note(n, "drop-inside")
}

func onTheHour(p *planter) {
	f := p.cell(Network)
	f.toTheHour()
	note(f, "on-the-hour")
}

// toTheHour moves a fault back to the hour in which it starts.
func (f *Fault) toTheHour() {
	shift := f.Start % txn.Instant(time.Hour/time.Microsecond)
	f.Start, f.End = f.Start-shift, f.End-shift
	for i := range f.up {
		f.up[i][0], f.up[i][1] = f.up[i][0]-shift, f.up[i][1]-shift
	}
}

func hostAtTwo(p *planter) {
	p.atNight(p.cell(HostFault), p.local(p.day, 2, p.r.intn(6), p.r.intn(60)))
}

// atNight moves a fault to a time at which few pay.
func (p *planter) atNight(f *Fault, start txn.Instant) {
	d := f.End.Sub(f.Start)
	if p.variant != "short" {
		d = max(d, 90*time.Minute)
	}
	f.Start, f.End = start, start.Add(d)
	note(f, "at-night")
}

func hostFast(p *planter) { p.refusingAtOnce() }

// refusingAtOnce is a host that answers without delay, and refuses nearly everything.
func (p *planter) refusingAtOnce() *Fault {
	f := p.cell(HostFault)
	f.latency, f.warn = [2]float64{}, 0
	if s := p.r.between(.92, 1); p.variant != "weak" {
		f.Severity = s
	}
	note(f, "fast-refusal")
	return f
}

func slowRefusal(p *planter) {
	f := p.cell(Maintenance)
	f.latency = slowly(p.r)
	note(f, "slow-refusal")
}

// slowly is the time that a host takes which refuses only after it has looked for
// what it is to refuse.
func slowly(r *rng) [2]float64 { return [2]float64{r.between(3000, 9000), .3} }

func sameLatency(p *planter) {
	f := p.cell(pick(p.r, Maintenance, HostFault))
	f.latency, f.warn = [2]float64{p.Profile.Latency, p.Profile.LatencySigma}, 0
	note(f, "same-latency")
}

func drift(w *World) { w.drift = newRNG(w.Seed, "drift").between(2, 4) }

func chronic(w *World) {
	r := newRNG(w.Seed, "chronic")
	for i := range w.Terminals {
		if i%10 == 0 {
			w.Terminals[i].tech = r.between(.2, .45)
			w.Notes = append(w.Notes, "chronic "+w.Terminals[i].TID)
		}
	}
}

func flapping(p *planter) {
	f := p.cell(Network)
	f.up = nil
	flap(p.r, f)
	note(f, "flapping")
}

// flap lets a line work again for short stretches.
func flap(r *rng, f *Fault) {
	for at := f.Start; ; {
		from := at.Add(time.Duration(r.between(2, 9) * float64(time.Minute)))
		at = from.Add(time.Duration(r.between(.3, 1.5) * float64(time.Minute)))
		if at >= f.End.Add(-time.Minute) {
			break
		}
		f.up = append(f.up, [2]txn.Instant{from, at})
	}
}

func rampOf(p *planter) time.Duration {
	return time.Duration(p.r.between(p.Profile.Ramp[0]+20, p.Profile.Ramp[1]+60) * float64(time.Second))
}

func payday(p *planter) {
	f := &Fault{Cause: Cardholder, Variant: p.variant, Severity: p.r.between(.12, .25), Scope: Scope{}, mix: newMix("51", 100.0),
		Start: p.local(p.day, 9, 0, 0), End: p.local(p.day, 19, 0, 0), Confounders: []string{"payday"}}
	p.add(f)
}

func harmless(p *planter) {
	f := &Fault{Cause: Maintenance}
	p.scope(f, "institution", "institution")
	p.place(f)
	p.announce(f.Start, f.End, p.institutionOf(f), "例行维护")
}

func gap(p *planter, lost bool) {
	f := p.cell(DataGap)
	f.lost = lost
	note(f, map[bool]string{true: "lost-log", false: "closed"}[lost])
}

// logHole loses what all terminals wrote from inside a window to beyond one of its
// edges.
func logHole(p *planter) {
	f := p.cell(pick(p.r, Maintenance, Network, HostFault))
	note(f, "log-hole")
	d := float64(f.End.Sub(f.Start))
	inside, beyond := time.Duration(p.r.between(.1, .5)*d), time.Duration(p.r.between(10, 60)*float64(time.Minute))
	g := &Fault{Cause: DataGap, Variant: p.variant, Severity: 1, Scope: Scope{}, lost: true, Start: f.Start.Add(-beyond), End: f.Start.Add(inside)}
	if p.r.hit(.5) {
		g.Start, g.End = f.End.Add(-inside), f.End.Add(beyond)
	}
	g.Start, g.End = max(g.Start, p.midnight), min(g.End, p.end())
	p.add(g)
	note(g, "log-hole")
}

// harmlessDrop announces, at round times, maintenance that never shows, around a
// line that fails.
func harmlessDrop(p *planter) {
	f := p.cell(Network)
	const quarter = txn.Instant(15 * time.Minute / time.Microsecond)
	from, to := f.Start.Add(-time.Duration(p.r.between(0, 60)*float64(time.Minute))), f.End.Add(time.Duration(p.r.between(0, 60)*float64(time.Minute)))
	p.announce(from-from%quarter, to+quarter-to%quarter, p.institutionOf(f), "例行维护")
	note(f, "harmless-announcement")
}

// again repeats a fault later on the same day with the same scope.
func again(p *planter, first *Fault) {
	f := &Fault{Cause: first.Cause, Variant: first.Variant, Severity: p.strength(), Scope: first.Scope}
	p.place(f)
	p.habit(f)
	p.add(f)
	note(first, "twice")
	note(f, "twice")
}

func oneCarrier(w *World) {
	for i := range w.Terminals {
		w.Terminals[i].Carrier = 0
	}
}

func holiday(w *World) {
	r := newRNG(w.Seed, "holiday")
	w.inject.holiday = map[int]float64{}
	for d := range w.Days {
		if w.Days == 1 || r.hit(.5) {
			w.inject.holiday[d] = r.between(w.Profile.Holiday[0], w.Profile.Holiday[1])
		}
	}
}

// skewed gives at least every third terminal a clock that is off.
func skewed(w *World) {
	r := newRNG(w.Seed, "skew")
	for i := range w.Terminals {
		if i%3 == 0 || r.hit(w.Profile.Skewed) {
			w.Terminals[i].Skew = time.Duration(math.Round(r.between(-w.Profile.MaxSkew, w.Profile.MaxSkew))) * time.Second
		}
	}
}

func recurring(w *World) {
	r := newRNG(w.Seed, "recurring")
	start, minutes := pick(r, 5, 6, 22), pick(r, 30, 45, 60)
	code := w.Institutions[r.intn(len(w.Institutions))].Code
	for d := range w.Days {
		at := w.local(d, start, 30, 0)
		w.add(&Fault{Cause: Maintenance, Start: at, End: at.Add(time.Duration(minutes) * time.Minute), Scope: Scope{"institution": {code}}, Severity: .99,
			Variant: "clean", signOn: true, Confounders: []string{"unannounced", "recurring"}})
	}
}
