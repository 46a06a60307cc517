package calendar

import (
	"fmt"
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/poslog/poslog/internal/lazy"
)

// recurring is a window that comes again by an RFC 5545 rule.
type recurring struct {
	like   Window // title, scope and source of every occurrence
	set    *rrule.Set
	start  time.Time // the first
	length span
	moved  []time.Time // starts that an override of an .ics file replaced
}

// span is the length of a window as written: a clock span keeps its wall-clock
// end across a change to or from summer time, an exact one its seconds.
type span struct {
	exact time.Duration
	days  int           // with clock: days between start and end
	clock time.Duration // end as time since midnight, where wall is set
	wall  bool
}

func (s span) end(start time.Time) time.Time {
	if !s.wall {
		return start.Add(s.exact)
	}
	y, m, d := start.Date()
	return time.Date(y, m, d+s.days, 0, 0, int(s.clock/time.Second), 0, start.Location())
}

// startOn is the start of an occurrence on a day.
func (r *recurring) startOn(day time.Time) time.Time {
	h, m, s := r.start.Clock()
	return time.Date(day.Year(), day.Month(), day.Day(), h, m, s, 0, r.start.Location())
}

// daysBetween counts the midnights between two moments of one zone.
func daysBetween(a, b time.Time) int {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return int(time.Date(by, bm, bd, 0, 0, 0, 0, time.UTC).Sub(time.Date(ay, am, ad, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}

// maxOccurrences bounds what one rule may add to one period, maxDaily to one day.
const (
	maxOccurrences = 100_000
	maxDaily       = 96
)

func (r *recurring) between(out []Window, a, b time.Time) []Window {
	next := r.set.Iterator()
	for most := len(out) + maxOccurrences; len(out) < most; {
		start, ok := next()
		if !ok || !start.Before(b) {
			break
		}
		end := r.length.end(start)
		if !end.After(a) || !end.After(start) /* summer time begins within it */ || slices.ContainsFunc(r.moved, start.Equal) {
			continue
		}
		w := r.like
		w.Start, w.End = start, end
		out = append(out, w)
	}
	return out
}

var untilDate = lazy.MustCompile(`(?i)UNTIL=\d{8}(?:;|\s*$)`)

// rule parses the text of an RRULE. Rules finer than a day are refused: they
// are no maintenance, and a hostile one would expand for ever.
func rule(text string, loc *time.Location) (*rrule.ROption, error) {
	o, err := rrule.StrToROptionInLocation(text, loc)
	if err != nil {
		return nil, fmt.Errorf("rrule %q: %v: write it as in RFC 5545, such as FREQ=WEEKLY;BYDAY=SU", text, err)
	}
	if untilDate.MatchString(text) { // that day is the last one
		o.Until = o.Until.AddDate(0, 0, 1).Add(-time.Second)
	}
	if o.Freq > rrule.DAILY {
		return nil, fmt.Errorf("rrule %q: FREQ=%v is finer than a day: use DAILY, with BYHOUR for several times a day", text, o.Freq)
	}
	if n := max(1, len(o.Byhour)) * max(1, len(o.Byminute)) * max(1, len(o.Bysecond)); n > maxDaily {
		return nil, fmt.Errorf("rrule %q: it comes %d times a day: BYHOUR, BYMINUTE and BYSECOND may give %d at most", text, n, maxDaily)
	}
	if o.Interval < 0 || o.Count < 0 {
		return nil, fmt.Errorf("rrule %q: INTERVAL and COUNT must not be negative", text)
	}
	return o, nil
}

// recur makes the set of starts.
func recur(o *rrule.ROption, start time.Time) (*rrule.Set, error) {
	o.Dtstart = start
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, fmt.Errorf("rrule: %v", err)
	}
	set := &rrule.Set{}
	set.RRule(r)
	return set, nil
}
