package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/evidence"
	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/incident/cause"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// size is one kind of day.
type size struct {
	name                              string
	attempts, terminals, institutions int
}

var sizes = []size{{"shop", 1200, 4, 1}, {"bank", 8000, 120, 3}, {"region", 3000, 60, 2}}

// stall is where confounders are looked at besides: a small merchant.
var stall = size{"stall", 200, 2, 1}

// group says how hard a scenario is meant to be.
type group int

const (
	whole      group = iota // one cause alone
	subset                  // the same in a part of the scope
	hard                    // short (3-10 min) or weak (25-35 % failing)
	confounded              // made to be mistaken
	lacking                 // the same, in a log that does not say everything
	groups
)

// rows are what tables show of the groups.
var rows = []struct {
	name string
	of   []group
}{{"clean", []group{whole, subset}}, {"clean: whole", []group{whole}}, {"clean: subset", []group{subset}}, {"short or weak", []group{hard}},
	{"confounded", []group{confounded}}, {"confounded, logs that lack something", []group{lacking}}}

type scenario struct {
	name    string
	group   group
	days    int
	variant string // of a confounder
	form    form
}

func (s scenario) String() string {
	if s.variant == "" || s.variant == "clean" {
		return s.name
	}
	return s.name + " " + s.variant
}

// confounders are all of package generate that have an incident. Silence is found by
// other means and is no case here.
var confounders = []string{"both", "overrun", "drop-inside", "unannounced", "off-round", "on-the-hour", "one-carrier", "host-at-two", "host-fast",
	"slow-refusal", "flapping", "ramp", "decline-burst", "payday", "skew", "two-carriers", "recurring", "b4-outage", "b4-refusal",
	"b4-approved-outage", "b4-switch-outage", "holiday-fault", "log-hole", "harmless-drop", "dst",
	"dead-host", "trunk", "node-down", "circuit-down", "front-end", "night-host", "night-work", "postponed", "stale-keys", "release", "issuer-refuses", "moving",
	"shop-router", "patchy-reversals", "retry-storm", "one-code", "private-codes"}

// scenarios are all cells of the grid whose windows are incidents, and every
// confounder that has one, whole, in a subset, short and weak.
func scenarios() []scenario {
	var out []scenario
	for _, c := range generate.Causes {
		if c == generate.DataGap {
			continue
		}
		for _, v := range generate.Variants {
			g := map[string]group{"clean": whole, "subset": subset, "short": hard, "weak": hard}[v]
			out = append(out, scenario{strings.ReplaceAll(c, "_", "-") + "-" + v, g, 1, "", form{}})
		}
	}
	for _, n := range confounders {
		s := scenario{n, confounded, 1, "", form{}}
		switch n {
		case "recurring":
			s.days = 4
		case "b4-switch-outage":
			s.days = 2
		}
		for _, v := range generate.Forms(n) {
			s.variant = v
			out = append(out, s)
		}
	}
	return out
}

// testCase is one found window that holds one true fault.
type testCase struct {
	scenario string
	variant  string
	form     string
	size     string
	group    group
	truth    cause.Cause
	planned  bool             // announced, by the truth
	overrun  [2]time.Duration // true, and as found against the announced end
	features cause.Features
	codes    map[string]int // of its failures
	inside   bool           // overlaps an announced window, for the simple rules
	edges    [2][2]float64  // errors of start and end, as found and as attributed, seconds
	scopeOK  bool           // the found scope holds the true fault's attempts and no others
}

// tally counts what became of the true faults.
type tally struct {
	faults                [groups]int
	found, missed, merged int
	extra                 int         // windows that match no fault
	visible               [groups]int // faults that stand out at all, see stands
	noRow                 [groups]int // faults of which fewer than four failures have a row
	unseen                [groups]int // of those not found, that do not
	notes                 []string    // a line on each fault that was not found or has another scope
}

// rule is the meaning of each row as the analysis finds it: by the tables, and by
// evidence where those leave it open.
func rule(w *generate.World, b ledger.Book, cal *calendar.Calendar) cause.Rule {
	settled, last := map[uint32]int{}, txn.NoInstant
	for i := range w.Settled {
		if s := &w.Settled[i]; !s.Dropped && s.Row >= 0 {
			settled[uint32(s.Row)+1] = i
			last = max(last, s.At)
		}
	}
	rows, reversals := make([]uint32, b.Len(txn.Terminal)), map[uint32]int{} // lines, and line -> the row of the 04xx
	for i, r := range b.Rows(txn.Terminal) {
		rows[i] = r.Line
		if x := &w.Rows[r.Line-1]; x.Kind == txn.Reversal {
			reversals[uint32(x.Orig)+1] = i
		}
	}
	find := func(m map[uint32]int) func(int) int {
		return func(i int) int {
			if k, ok := m[rows[i]]; ok {
				return k
			}
			return -1
		}
	}
	in := evidence.Input{Settled: find(settled), HasSettlement: true, ReversedBy: find(reversals), Location: w.Zone,
		SettlementCovers: func(r *ledger.Row) bool { return r.At <= last }}
	if cal != nil {
		in.Windows = cal.Between(w.Start, w.Start.AddDate(0, 0, w.Days))
	}
	set := evidence.Gather(b, in)
	return func(i int, _ *ledger.Row) classify.Ruling { return set.Ruling(i) }
}

// collect makes the cases of one scenario, size and seed.
func collect(sc scenario, sz size, profile string, seed uint64, hide view, t *tally) ([]testCase, error) {
	o := generate.Options{Profile: profile, Days: sc.days, Attempts: sz.attempts, Terminals: sz.terminals, Institutions: sz.institutions}
	if sc.variant != "" {
		o.Variant, o.Habits = sc.variant, true
	}
	w, err := generate.Scenario(sc.name, seed, o)
	if err != nil {
		return nil, err
	}
	hide = hide.and(sc.form.view)
	b := hidden(w.Fill(mem.New()), hide)
	opts := []cause.Option{cause.WithZone(w.Zone)}
	var cal *calendar.Calendar
	if !hide.noCalendar {
		if cal, err = w.Announced(); err != nil {
			return nil, err
		}
		opts = append(opts, cause.WithCalendar(cal))
	}
	say := rule(w, b, cal)
	found := incident.Find(b, say, incident.Options{})
	x := cause.NewContext(b, say, found, opts...)
	d := &day{sc: sc, size: sz.name, seed: seed, w: w, b: b, found: found}
	d.match(t)
	var out []testCase
	usual := usualRates(b, w, say, found)
	for k, f := range d.faults {
		t.faults[sc.group]++
		stood, note := usual.stands(f)
		if stood {
			t.visible[sc.group]++
		}
		if d.window[k] < 0 {
			d.note(t, "%s", note)
			if !stood {
				t.unseen[sc.group]++
			}
			if d.shared[k] {
				t.merged++
			} else {
				t.missed++
			}
			continue
		}
		t.found++
		c := d.testCase(x, f, &found.Windows[d.window[k]])
		if !c.scopeOK {
			d.note(t, "scope %v is found as %s: %s", f.Scope, found.Windows[d.window[k]].Scope.Text(b), note)
		}
		out = append(out, c)
	}
	return out, nil
}

// day is a generated day and what was found in it.
type day struct {
	sc     scenario
	size   string
	seed   uint64
	w      *generate.World
	b      ledger.Book
	found  *incident.Result
	faults []*generate.Fault // that can be found
	window []int             // of each, -1 where none is its own
	shared []bool            // a window holds it, be it its own or another's
}

// match gives each fault the window that agrees with it best, one to one.
func (d *day) match(t *tally) {
	shown := make([]int, len(d.w.Faults)) // failures that have a row
	for _, r := range d.b.Rows(txn.Terminal) {
		if f := d.w.Rows[r.Line-1].Fault; f > 0 {
			shown[f-1]++
		}
	}
	type pair struct {
		fault, window int
		agree         float64
	}
	var pairs []pair
	for k, f := range d.w.Faults {
		truth, ok := cause.Parse(f.Cause)
		if !ok || truth == cause.DataGap || f.Failures < 4 {
			continue
		}
		if shown[k] < 4 {
			t.noRow[d.sc.group]++
			continue
		}
		held := false
		for i := range d.found.Windows {
			if o := agreement(d.b, &d.found.Windows[i], d.w, f); o > .5 {
				pairs = append(pairs, pair{len(d.faults), i, o})
				held = true
			}
		}
		d.faults, d.window, d.shared = append(d.faults, f), append(d.window, -1), append(d.shared, held)
	}
	slices.SortStableFunc(pairs, func(x, y pair) int { return cmp.Compare(y.agree, x.agree) })
	taken := map[int]bool{}
	for _, p := range pairs {
		if d.window[p.fault] < 0 && !taken[p.window] {
			d.window[p.fault], taken[p.window] = p.window, true
		}
	}
	t.extra += len(d.found.Windows) - len(taken)
}

// testCase is a fault as its window shows it.
func (d *day) testCase(x *cause.Context, f *generate.Fault, win *incident.Window) testCase {
	truth, _ := cause.Parse(f.Cause)
	c := testCase{scenario: d.sc.name, variant: d.sc.variant, form: d.sc.form.name, size: d.size, group: d.sc.group, truth: truth, planned: f.Declared != nil, features: x.Measure(win), codes: map[string]int{}}
	if a := c.features.Window; a != nil && f.Declared != nil {
		c.overrun = [2]time.Duration{max(0, f.End.Time().Sub(f.Declared.End)), max(0, win.End.Time().Sub(a.End))}
	}
	for _, r := range win.Rows {
		c.codes[d.b.Code(d.b.Row(txn.Terminal, int(r)).Code)]++
	}
	for _, a := range d.w.Calendar {
		c.inside = c.inside || a.Start.Before(win.End.Time()) && a.End.After(win.Start.Time())
	}
	c.scopeOK = sameScope(d.b, win, d.w, f)
	c.edges[0] = edgeErrors(win, f)
	x.Attribute(win)
	c.edges[1] = edgeErrors(win, f)
	return c
}

// note keeps what went otherwise than it is.
func (d *day) note(t *tally, format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf("%s/%s%s %d: ", d.sc, d.size, lacks(d.sc.form), d.seed)+fmt.Sprintf(format, args...))
}

// lacks is how a form is written behind a scenario.
func lacks(f form) string {
	if f.name == "" {
		return ""
	}
	return " (" + f.name + ")"
}

// edgeErrors are how far the start and the end are off, in seconds.
func edgeErrors(win *incident.Window, f *generate.Fault) [2]float64 {
	return [2]float64{win.Start.Sub(f.Start).Abs().Seconds(), win.End.Sub(f.End).Abs().Seconds()}
}

// agreement is the Jaccard index of the attempts of a found window and those
// of a true fault. What another fault made fail before this one could is nobody's miss where the
// window leaves it out, as one does that has a hole for an incident inside it.
func agreement(b ledger.Book, win *incident.Window, w *generate.World, f *generate.Fault) float64 {
	if win.Start >= f.End || f.Start >= win.End {
		return 0
	}
	both, either := 0, 0
	for _, r := range b.Rows(txn.Terminal) {
		if !r.Kind.Attempt() || r.At < min(win.Start, f.Start) || r.At >= max(win.End, f.End) {
			continue
		}
		x := &w.Rows[r.Line-1]
		in, hit := win.Covers(b, r), w.Hits(f, x.At, x.Term, x.Card, x.Kind)
		if hit && !in && x.Fault > 0 && w.Faults[x.Fault-1] != f {
			continue
		}
		if in || hit {
			either++
		}
		if in && hit {
			both++
		}
	}
	if either == 0 {
		return 0
	}
	return float64(both) / float64(either)
}

// sameScope compares dimensions and names; a scope that holds the very same
// attempts of the window is the same.
func sameScope(b ledger.Book, win *incident.Window, w *generate.World, f *generate.Fault) bool {
	for _, s := range append([]incident.Scope{win.Scope}, win.Same...) {
		ok := len(s) == len(f.Scope)
		for _, t := range s {
			want := f.Scope[t.Dim.String()]
			if len(want) != len(t.IDs) {
				ok = false
				break
			}
			for _, id := range t.IDs {
				ok = ok && has(want, b.Name(t.Dim, id))
			}
		}
		if ok {
			return true
		}
	}
	for _, r := range b.Rows(txn.Terminal) {
		if !r.Kind.Attempt() || !win.During(r.At) {
			continue
		}
		x := &w.Rows[r.Line-1]
		if win.Covers(b, r) != w.Inside(f, x.Term, x.Card, x.Kind) {
			return false
		}
	}
	return true
}

func has(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
