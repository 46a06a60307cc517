package cause

import (
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// startTolerance is how far from an announced start failures may begin: clocks
// differ, and the last transactions are drained first.
const startTolerance = 5 * time.Minute

// calendar finds the announced window that explains most of this one. A window
// only counts as far as it speaks of the place and card of the failures.
func (x *Context) calendar(f *Features, w *incident.Window, g *gathered) {
	if !x.isCalendar {
		return
	}
	f.Announced = NotAnnounced
	whole := x.phases(w)
	start, end := w.Start.Time(), w.End.Time()
	best := time.Duration(0)
	x.announced.each(x.announced.every, start, end, func(_ int, a *calendar.Window) bool {
		overlap := minTime(a.End, end).Sub(maxTime(a.Start, start))
		if overlap <= 0 || !x.covers(a, w, g) {
			return true
		}
		level := Touches
		switch {
		case !a.Planned:
			level = AnnouncedDown
		case startsWith(a, w), startsWith(a, &whole) && !whole.EndRange[0].Time().After(a.End):
			level = StartsWith
		case !start.Before(a.Start) || 2*overlap >= end.Sub(start):
			level = Inside
		}
		if f.Window == nil || rank(level) > rank(f.Announced) || level == f.Announced && overlap > best {
			f.Announced, f.Window, best = level, a, overlap
		}
		return true
	})
	if f.Window != nil && f.Window.Planned {
		f.Window = x.join(f.Window)
		f.Named = f.Announced != Touches && f.Window.Carrier != "" && x.onlyCarrier(w.Scope) == f.Window.Carrier
	}
}

// onlyCarrier is the one carrier that a scope names, "" for none or several.
func (x *Context) onlyCarrier(s incident.Scope) string {
	for _, t := range s {
		if t.Dim == ledger.Carrier && len(t.IDs) == 1 {
			return x.book.Name(ledger.Carrier, t.IDs[0])
		}
	}
	return ""
}

// phases joins a window with the neighbours that follow on it in the same scope. A
// host that first refuses and then is silent goes through one maintenance, if
// the announcement holds both.
func (x *Context) phases(w *incident.Window) incident.Window {
	whole := *w
	for again := true; again; {
		again = false
		for i := range x.found {
			switch v := &x.found[i]; {
			case v.Before(&whole) && v.Start < whole.Start:
				whole.Start, whole.StartRange, again = v.Start, v.StartRange, true
			case whole.Before(v) && v.End > whole.End:
				whole.End, whole.EndRange, whole.Open, again = v.End, v.EndRange, v.Open, true
			}
		}
	}
	return whole
}

func rank(a Announced) int {
	return map[Announced]int{NotAnnounced: 0, Touches: 1, AnnouncedDown: 2, Inside: 3, StartsWith: 4}[a]
}

func startsWith(a *calendar.Window, w *incident.Window) bool {
	lo := min(w.StartRange[0], w.Start).Time().Add(-startTolerance)
	hi := max(w.StartRange[1], w.Start).Time().Add(startTolerance)
	return !a.Start.Before(lo) && !a.Start.After(hi)
}

// covers reports whether most failures of the window's scope lie where the
// announcement applies; of a silence, which has none, the attempts next to it.
func (x *Context) covers(a *calendar.Window, w *incident.Window, g *gathered) bool {
	k, n := 0, 0
	for i := range g.tries {
		t := &g.tries[i]
		if w.Kind != incident.DataGap && (!t.failed || !w.During(t.at)) {
			continue
		}
		n++
		p, c := x.book.Place(t.place), x.book.Card(t.card)
		if a.Applies(x.book.Name(ledger.Institution, p.Institution), x.book.Name(ledger.Issuer, c.Issuer), x.book.Name(ledger.Carrier, p.Carrier)) {
			k++
		}
	}
	return n > 0 && 5*k >= 4*n
}

// join follows announced windows that continue one another: a notice may name
// two parts of one night.
func (x *Context) join(w *calendar.Window) *calendar.Window {
	out := *w
	for again := true; again; {
		again = false
		x.announced.each(x.announced.of[w.Institution], out.Start, out.End, func(_ int, a *calendar.Window) bool {
			if a.Planned && a.Issuer == w.Issuer && a.Carrier == w.Carrier && (a.Start.Before(out.Start) || a.End.After(out.End)) {
				out.Start, out.End, again = minTime(a.Start, out.Start), maxTime(a.End, out.End), true
			}
			return true
		})
	}
	return &out
}

// plan fills what follows from the verdict "maintenance" and an announcement.
func (a *Attribution) plan(w *incident.Window) {
	d := a.Features.Window
	if a.Cause != Maintenance || d == nil || !d.Planned {
		return
	}
	a.Declared = d
	if a.Features.Announced == Touches {
		return // most of it lies outside of what was announced
	}
	a.Planned = true
	// Only what the interval of the end proves is called an overrun.
	if end := min(w.End, w.Lasted()); end.Valid() && end.Time().After(d.End) {
		a.Overrun = w.End.Time().Sub(d.End).Round(time.Second)
	}
}

// Attribute measures and judges one window. Where the cause is maintenance, whose
// times people choose, an edge of w moves to a quarter hour or an announced time
// if the attempts next to it leave room for that.
func (x *Context) Attribute(w *incident.Window) Attribution {
	a := x.weights.Judge(x.Measure(w))
	if a.Cause == Maintenance {
		x.snap(w, &a.Features)
	}
	a.plan(w)
	return a
}

// onMark is the share of maintenance edges that are taken to fall on a mark.
const onMark = .5

// snap moves the edges of a maintenance window onto marks.
func (x *Context) snap(w *incident.Window, f *Features) {
	if x.result == nil || w.Kind != incident.Outage {
		return
	}
	start, end := quarters(w.StartRange), quarters(w.EndRange)
	if d := f.Window; d != nil && d.Planned { // the announcement names the marks; work that begins late or runs over has none
		start, end = nil, nil
		if f.Announced == StartsWith {
			start = []txn.Instant{txn.At(d.Start)}
		}
		if w.Lasted() <= txn.At(d.End) {
			end = []txn.Instant{txn.At(d.End)}
		}
	}
	x.result.Snap(w, start, end, onMark)
}

// quarters lists the quarter hours in and next to an interval. Every zone in use
// differs from UTC by whole quarter hours.
func quarters(r [2]txn.Instant) []txn.Instant {
	const most = 1000
	var out []txn.Instant
	last := r[1].Time().Add(quarter)
	for t := r[0].Time().Truncate(quarter); !t.After(last) && len(out) < most; t = t.Add(quarter) {
		out = append(out, txn.At(t))
	}
	return out
}

const quarter = 15 * time.Minute

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
