package generate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/txn"
)

// Causes, in the words of the JSON report. DataGap windows have no failures:
// a shop was closed or a log was lost.
const (
	Maintenance = "maintenance"
	Network     = "network"
	HostFault   = "host"
	TermFault   = "terminal"
	Security    = "security"
	Cardholder  = "cardholder"
	DataGap     = "data_gap"
)

// Scope names who is hit: dimension (as in the JSON report) to values. Values
// of one dimension are alternatives, dimensions all apply; empty is everyone.
type Scope map[string][]string

// Fault is one true window.
type Fault struct {
	Cause       string
	Start, End  txn.Instant // true time, half open
	Scope       Scope
	Severity    float64 // share of attempts in scope that fail
	Planned     bool
	Declared    *Announcement
	Confounders []string // what makes it hard to recognise
	Variant     string   // clean, subset, short, weak ...

	// What the simulation counted.
	Attempts, Failures int
	First, Last        txn.Instant // first and last failure made by the fault
	Expected           float64     // first tries that the day's shape puts into window and scope

	mix     mix
	latency [2]float64 // median and sigma; 0 median = refusal of the institution
	ramp    time.Duration
	up      [][2]txn.Instant // stretches in which the line works
	warn    time.Duration    // slow answers before the fault
	extra   float64          // additional attempts per minute (a card tester)
	tries   int              // how often nearly everybody tries again, 0 = as on any day
	lost    bool             // data gap: the log is lost, the shop traded
	signOn  bool             // terminals sign on afterwards
	id      int16            // 1 + index in World.Faults
	terms   []bool
	issuers []bool
	bins    map[string]bool
	kinds   []string
}

// Announcement is one entry of the maintenance calendar.
type Announcement struct {
	Start, End  time.Time
	Institution string // "" = all
	Title       string
}

// Quirk is what an institution means by a code of its own, outside any fault.
type Quirk struct {
	Code       Code
	Hypothesis string // approved, reversed, config, limit, funds
	Share      float64
	From       txn.Instant // 0 = always; a change of meaning starts here
	Until      txn.Instant // 0 = for ever
	Model      string      // "" = all
	Kind       txn.Kind    // KindUnknown = all
	Above      txn.Minor   // limit: only amounts from here on
	MID        string
}

// warning bounds Fault.warn.
const warning = 10 * time.Minute

// add registers a fault, resolves its scope and drops what the scope need not
// say: a carrier is no scope where every terminal is on it.
func (w *World) add(f *Fault) *Fault {
	f.terms = w.terminalsIn(f.Scope)
	short := maps.Clone(f.Scope)
	for _, d := range slices.Sorted(maps.Keys(f.Scope)) {
		v := short[d]
		if delete(short, d); !w.cardDim(d) && slices.Equal(w.terminalsIn(short), f.terms) {
			continue
		}
		short[d] = v
	}
	f.Scope = short
	if v := f.Scope["issuer"]; v != nil {
		f.issuers = make([]bool, len(w.Profile.Issuers))
		for i, s := range w.Profile.Issuers {
			f.issuers[i] = slices.Contains(v, s.code)
		}
	}
	if v := f.Scope["bin"]; v != nil {
		f.bins = map[string]bool{}
		for _, b := range v {
			f.bins[b] = true
		}
	}
	f.kinds = f.Scope["kind"]
	w.Faults = append(w.Faults, f)
	return f
}

func (w *World) terminalsIn(s Scope) []bool {
	in := make([]bool, len(w.Terminals))
	for i := range w.Terminals {
		in[i] = w.inScope(s, i)
	}
	return in
}

func (w *World) cardDim(d string) bool { _, ok := w.dim(d, 0); return !ok }

// inScope tests the dimensions that a terminal has.
func (w *World) inScope(s Scope, term int) bool {
	for d, values := range s {
		if v, ok := w.dim(d, term); ok && !slices.Contains(values, v) {
			return false
		}
	}
	return true
}

// dim is the value of a dimension of a terminal; ok is false for dimensions of
// cards and messages.
func (w *World) dim(d string, term int) (string, bool) {
	t, p := &w.Terminals[term], w.Profile
	switch d {
	case "institution":
		return w.Institutions[t.Institution].Code, true
	case "merchant":
		return w.Merchants[t.Merchant].MID, true
	case "terminal":
		return t.TID, true
	case "carrier":
		return p.Carriers[t.Carrier].name, true
	case "region":
		return p.Regions[t.Region].name, true
	case "network":
		return p.Networks[t.Net].name, true
	case "model":
		return p.Models[t.Model].name, true
	}
	return "", false
}

// Hits reports whether an attempt at terminal term with this card and kind is
// in the fault's scope and window.
func (w *World) Hits(f *Fault, at txn.Instant, term int32, c Card, k txn.Kind) bool {
	return at >= f.Start && at < f.End && w.Inside(f, term, c, k)
}

// Inside reports whether such an attempt is in the fault's scope, at whatever time.
func (w *World) Inside(f *Fault, term int32, c Card, k txn.Kind) bool {
	return f.terms[term] &&
		(f.issuers == nil || f.issuers[c.Issuer]) &&
		(f.bins == nil || f.bins[w.bin(c)]) &&
		(f.kinds == nil || slices.Contains(f.kinds, k.String()))
}

// strength is the share of attempts that fail at an instant inside the window.
func (f *Fault) strength(at txn.Instant) float64 {
	for _, u := range f.up {
		if at >= u[0] && at < u[1] {
			return .05
		}
	}
	if f.ramp > 0 {
		edge := min(at.Sub(f.Start), f.End.Sub(at))
		if edge < f.ramp {
			return f.Severity * (.25 + .75*float64(edge)/float64(f.ramp))
		}
	}
	return f.Severity
}

// Announced is the calendar as the analysis takes it, through the reader of users' files.
func (w *World) Announced() (*calendar.Calendar, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "timezone: %s\nwindows:\n", w.Zone)
	for _, a := range w.Calendar {
		fmt.Fprintf(&b, "  - {start: %q, end: %q, institution: %q}\n", a.Start.Format(time.RFC3339), a.End.Format(time.RFC3339), a.Institution)
	}
	return calendar.Read("calendar.yaml", strings.NewReader(b.String()))
}

// announce puts a window into the calendar.
func (w *World) announce(from, to txn.Instant, institution, title string) *Announcement {
	a := Announcement{from.Time().In(w.Zone), to.Time().In(w.Zone), institution, title}
	w.Calendar = append(w.Calendar, a)
	return &a
}
