package generate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// scenario is a named recipe: defaults, and what it puts into the world before
// the days are simulated.
type scenario struct {
	about string // one line for --help
	def   Options
	plan  func(w *World)
}

// samples are kept under samples/, or tested by name.
var samples = map[string]scenario{
	"merchant-day": {
		"one merchant, three terminals, one day: xlsx journal and GBK settlement with reconciliation faults",
		Options{Days: 1, Attempts: 190, Terminals: 3, Institutions: 1, Format: "xlsx"}, merchantDay},
	"bank-day": {
		"three institutions, one day: announced maintenance with B4 as refusal, a carrier outage with B4 as time-out",
		Options{Days: 1, Attempts: 6100, Terminals: 80, Institutions: 3}, bankDay},
	"b4-success": {
		"one institution where B4 settles as success",
		Options{Days: 1, Attempts: 620, Terminals: 12, Institutions: 1, Format: "csv"}, b4Success},
	"ugly": {
		"whole test card numbers and track data in the log: nothing of them may reach any output",
		Options{Days: 1, Attempts: 400, Terminals: 5, Institutions: 1, FullPAN: true}, ugly},
}

// Names lists the scenarios: the committed samples, the grid of causes and
// variants, the confounders, and "mixed", which draws a new one every day.
func Names() []string { return slices.Sorted(maps.Keys(scenarios())) }

// About is one line on a scenario, "" for an unknown name.
func About(name string) string { return scenarios()[name].about }

// scenarios are all of them by name.
var scenarios = sync.OnceValue(func() map[string]scenario {
	scenarios := maps.Clone(samples)
	for _, c := range Causes {
		for _, v := range Variants {
			name := strings.ReplaceAll(c, "_", "-") + "-" + v
			scenarios[name] = scenario{"one cause alone: " + c + ", " + v, Options{}, func(w *World) {
				w.days(recipe{day: func(p *planter) { p.variant = v; p.cell(c) }})
			}}
		}
	}
	for name, r := range confounders() {
		scenarios[name] = scenario{r.about, Options{}, func(w *World) { w.days(r) }}
	}
	scenarios["dst"] = scenario{"the night on which clocks go back an hour, with an outage in the hour that comes twice",
		Options{Zone: "Europe/Berlin", Start: time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), Attempts: 20000}, clockBack}
	scenarios["mixed"] = scenario{"every day something else, or nothing", Options{Days: 35}, mixed}
	return scenarios
})

// quietShare is the least share of days of a longer history on which nothing
// is broken.
const quietShare = .4

// days lets a recipe work on the days of a world: on the last day always, on
// the earlier ones with some chance.
func (w *World) days(r recipe) {
	w.noSkew()
	if r.world != nil {
		r.world(w)
	}
	for d := range w.Days {
		p := &planter{World: w, r: newRNG(w.Seed, fmt.Sprintf("%s/%s/plant/%d", w.Name, w.Profile.Name, d)), day: d, variant: cmp.Or(w.opt.Variant, "clean"), habits: w.opt.Habits}
		if r.day != nil && (d == w.Days-1 || !p.r.hit(quietShare)) {
			r.day(p)
		}
	}
	w.allFiles()
}

// mixed draws a cell of the grid or a confounder for each day that is not quiet.
func mixed(w *World) {
	w.noSkew()
	var names []string
	confounders := confounders()
	for _, n := range slices.Sorted(maps.Keys(confounders)) {
		if r := confounders[n]; r.day != nil && r.world == nil {
			names = append(names, n)
		}
	}
	for d := range w.Days {
		p := &planter{World: w, r: newRNG(w.Seed, fmt.Sprintf("mixed/%s/plant/%d", w.Profile.Name, d)), day: d, variant: "clean"}
		switch {
		case p.r.hit(quietShare):
		case p.r.hit(.65):
			p.variant = pick(p.r, Variants...)
			p.cell(pick(p.r, Causes...))
		default:
			confounders[pick(p.r, names...)].day(p)
		}
	}
	w.allFiles()
}

func (w *World) allFiles() {
	w.terminalFiles(0)
	w.settlementFile("settlement.csv")
	w.calendarFile()
}

// size fills in what a number of attempts a day suggests: a stall, a shop, a
// few shops, a bank, several banks.
func (o *Options) size() {
	terminals, institutions := 3, 1
	switch {
	case o.Attempts > 30000:
		terminals, institutions = 400, 3
	case o.Attempts > 8000:
		terminals, institutions = 180, 3
	case o.Attempts > 1800:
		terminals, institutions = 30, 2
	case o.Attempts > 300:
		terminals = 4
	}
	o.Terminals = cmp.Or(o.Terminals, terminals)
	o.Institutions = cmp.Or(o.Institutions, min(institutions, o.Terminals))
}

// Scenario simulates a named scenario. The same name, seed and options give the
// same world, byte for byte. Options left zero take the scenario's defaults, or
// what 3,000 attempts on one day need.
func Scenario(name string, seed uint64, o Options) (*World, error) {
	s, ok := scenarios()[name]
	if !ok {
		return nil, fmt.Errorf("unknown scenario %q: use one of %s", name, strings.Join(Names(), ", "))
	}
	d := s.def
	o.Days, o.Attempts = cmp.Or(o.Days, d.Days, 1), cmp.Or(o.Attempts, d.Attempts, 3000)
	o.Terminals, o.Institutions = cmp.Or(o.Terminals, d.Terminals), cmp.Or(o.Institutions, d.Institutions)
	o.size()
	o.Format, o.FullPAN = cmp.Or(o.Format, d.Format, "log"), o.FullPAN || d.FullPAN
	if !slices.Contains([]string{"log", "csv", "xlsx", "jpos"}, o.Format) {
		return nil, fmt.Errorf("unknown format %q: use log, csv, xlsx or jpos", o.Format)
	}
	o.Zone = cmp.Or(o.Zone, d.Zone)
	if !slices.Contains([]string{"", "csv", "utf8", "xlsx", "acomn"}, o.Settlement) {
		return nil, fmt.Errorf("unknown settlement format %q: use csv, utf8, xlsx or acomn", o.Settlement)
	}
	if o.Start.IsZero() {
		o.Start = d.Start
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 11, 20, 0, 0, 0, 0, china)
	}
	w, err := newWorld(name, seed, o)
	if err != nil {
		return nil, err
	}
	s.plan(w)
	w.simulate()
	return w, nil
}

// clockBack has its outage across the repeated hour: local times of the log go
// back by an hour inside it.
func clockBack(w *World) {
	w.noSkew()
	at := w.local(0, 1, 40, 25)
	w.add(&Fault{Cause: Network, Start: at, End: at.Add(2 * time.Hour), Severity: .95, Variant: "clean", Scope: Scope{}, Confounders: []string{"dst"}})
	w.allFiles()
}

// noSkew sets all clocks right, unless the options want them off.
func (w *World) noSkew() {
	if w.opt.Skew {
		skewed(w)
		return
	}
	for i := range w.Terminals {
		w.Terminals[i].Skew = 0
	}
}

// merchantDay has a short line fault at the shop, so that some sales stay
// without an answer, and every reconciliation fault.
func merchantDay(w *World) {
	w.noSkew()
	w.Institutions[0].Timeout = 60000
	for i := range w.Terminals {
		w.Terminals[i].tech = .004
	}
	at := w.local(0, 11, 42, 10)
	w.add(&Fault{Cause: Network, Start: at, End: at.Add(23 * time.Minute), Severity: .95, Variant: "clean"})
	w.inject = injection{missing: 3, charged: 2, amount: 2, reversed: 2, foreign: 1, duplicate: 1}
	w.terminalFiles(0)
	w.settlementFile("settlement.csv")
	w.calendarFile()
}

// bankDay is the type specimen: the same code, two meanings, two causes.
func bankDay(w *World) {
	w.noSkew()
	for i := range w.Institutions {
		w.Institutions[i].Timeout = 60000
	}
	a, b := &w.Institutions[0], &w.Institutions[min(1, len(w.Institutions)-1)]
	a.mnt, a.refusal = newMix("B4", 97.0, "96", 3.0), 130
	b.ShowB4 = .85
	start, end := w.local(0, 22, 0, 0), w.local(0, 23, 30, 0)
	w.add(&Fault{Cause: Maintenance, Start: start, End: end, Scope: Scope{"institution": {a.Code}}, Severity: .997, Planned: true, signOn: true,
		Declared: w.announce(start, end, a.Code, "核心系统升级"), Variant: "clean"})
	w.announce(w.local(0, 13, 0, 0), w.local(0, 13, 30, 0), w.Institutions[len(w.Institutions)-1].Code, "参数下发")
	at := w.local(0, 16, 7, 25)
	w.add(&Fault{Cause: Network, Start: at, End: at.Add(38*time.Minute + 40*time.Second), Scope: Scope{"carrier": {"CUCC"}}, Severity: .96, Variant: "clean"})
	w.inject = injection{missing: 2, amount: 1}
	w.terminalFiles(2)
	w.settlementFile("settlement.csv.gz")
	w.calendarFile()
}

// b4Success answers B4 with an authorisation code to a part of its approvals
// and settles them.
func b4Success(w *World) {
	w.noSkew()
	w.Institutions[0].Quirks = []Quirk{{Code: codeB4, Hypothesis: "approved", Share: .055}}
	w.inject = injection{missing: 1}
	w.terminalFiles(0)
	w.settlementFile("settlement-utf8.csv")
	w.calendarFile()
}

func ugly(w *World) {
	at := w.local(0, 15, 3, 12)
	w.add(&Fault{Cause: Network, Start: at, End: at.Add(20 * time.Minute), Severity: .9, Scope: Scope{"terminal": {w.Terminals[0].TID}}, Variant: "clean"})
	w.Institutions[0].ShowB4 = .5
	w.inject = injection{foreign: 1, charged: 1, holiday: map[int]float64{}}
	w.terminalFiles(0)
	w.settlementFile("settlement.csv")
	w.calendarFile()
	w.Notes = append(w.Notes, "full-pan")
}
