package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"

	"github.com/poslog/poslog/internal/lazy"
)

// Properties of an event that name whom it concerns; without them it concerns
// Options.Institution, or everybody.
const (
	propInstitution = "X-POSLOG-INSTITUTION"
	propIssuer      = "X-POSLOG-ISSUER"
	propCarrier     = "X-POSLOG-CARRIER"
)

// icsFile reads one iCalendar file (RFC 5545).
type icsFile struct {
	name  string
	zone  *time.Location            // of floating times of the calendar at hand
	zones map[string]*time.Location // TZIDs that the file defined itself so far
	lines []int                     // line of each BEGIN:VEVENT
	errs  []error
}

// override is one occurrence that a RECURRENCE-ID replaced or cancelled.
type override struct {
	uid string
	at  time.Time
	day bool // programs write the day alone, though RFC 5545 wants the time
}

func readICS(name string, data []byte, o Options) (*Calendar, error) {
	f := &icsFile{name: name, zones: map[string]*time.Location{}}
	for i, l := range bytes.Split(data, []byte("\n")) {
		if strings.EqualFold(strings.TrimSpace(string(l)), "BEGIN:VEVENT") {
			f.lines = append(f.lines, i+1)
		}
	}
	c := &Calendar{}
	var moved []override
	uids := map[int]string{} // rule -> UID
	events := 0
	type read struct {
		comp  *ical.Component
		at    string
		zone  *time.Location
		zones map[string]*time.Location
	}
	var all []read
	newest := map[string]string{} // version by UID and occurrence
	for d := ical.NewDecoder(strings.NewReader(blankLine.ReplaceAllString(string(data), ""))); ; {
		cal, err := decode(d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: not an iCalendar file: %v: export it again from the calendar program", name, err)
		}
		f.zone, f.zones = o.Zone, maps.Clone(f.zones) // what a calendar says of floating times holds for its own
		f.zonesOf(cal)
		for _, comp := range cal.Children {
			if comp.Name != ical.CompEvent {
				continue
			}
			if p := cal.Props.Get(ical.PropMethod); p != nil && strings.EqualFold(p.Value, "CANCEL") {
				comp.Props.SetText(ical.PropStatus, "CANCELLED")
			}
			all = append(all, read{comp, fmt.Sprintf("%s:%d", name, f.line(events)), f.zone, f.zones})
			events++
			id, v := version(comp)
			newest[id] = max(newest[id], v)
		}
	}
	if events < len(f.lines) {
		return nil, fmt.Errorf("%s:%d: the file ends within a calendar, END:VCALENDAR is missing: export it again from the calendar program", name, f.line(events))
	}
	for _, e := range all {
		if id, v := version(e.comp); id != "" && v < newest[id] {
			continue // the file holds a later version
		}
		f.zone, f.zones = e.zone, e.zones
		if err := f.event(c, e.comp, e.at, o, &moved, uids); err != nil {
			f.errs = append(f.errs, fmt.Errorf("%s: event %q: %w", e.at, textOf(e.comp, ical.PropSummary), err))
		}
	}
	if events == 0 && len(f.errs) == 0 {
		return nil, fmt.Errorf("%s: no VEVENT inside: is it a calendar of events?", name)
	}
	for i := range c.rules {
		for _, m := range moved {
			if m.uid == uids[i] {
				if m.day {
					m.at = c.rules[i].startOn(m.at)
				}
				c.rules[i].moved = append(c.rules[i].moved, m.at)
			}
		}
	}
	return c, errors.Join(f.errs...)
}

// blankLine is what RFC 5545 does not know, and editors leave.
var blankLine = lazy.MustCompile(`(?m)^[ \t]*\r?\n`)

// version names an event or one of its occurrences, and says which version of it
// this is, the later the greater: by SEQUENCE, and of one SEQUENCE what cancels it is the last, as
// not all programs count a cancellation.
func version(comp *ical.Component) (id, version string) {
	id = textOf(comp, ical.PropUID)
	if p := comp.Props.Get(ical.PropRecurrenceID); p != nil {
		id += " " + p.Value
	}
	sequence := 0
	if p := comp.Props.Get(ical.PropSequence); p != nil {
		sequence, _ = strconv.Atoi(p.Value)
	}
	version = fmt.Sprintf("%010d", max(0, sequence))
	if cancels(comp) {
		version += " cancelled"
	}
	return id, version
}

func cancels(comp *ical.Component) bool {
	return strings.EqualFold(textOf(comp, ical.PropStatus), "CANCELLED")
}

// decode reads the next calendar. The decoder panics on some damaged lines;
// that is an error of the file like any other.
func decode(d *ical.Decoder) (cal *ical.Calendar, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a line cannot be read (%v)", p)
		}
	}()
	return d.Decode()
}

func (f *icsFile) line(event int) int {
	if event < len(f.lines) {
		return f.lines[event]
	}
	return 0
}

// zonesOf learns the file's own names of zones.
func (f *icsFile) zonesOf(cal *ical.Calendar) {
	if p := cal.Props.Get("X-WR-TIMEZONE"); p != nil {
		if z := zoneNamed(p.Value); z != nil {
			f.zone = z
		}
	}
	for _, comp := range cal.Children {
		if comp.Name != ical.CompTimezone {
			continue
		}
		id := comp.Props.Get(ical.PropTimezoneID)
		if id == nil || zoneNamed(id.Value) != nil {
			continue
		}
		// An invented name: the offset is known only where it never changes.
		offsets := map[string]bool{}
		for _, part := range comp.Children {
			if p := part.Props.Get(ical.PropTimezoneOffsetTo); p != nil {
				offsets[p.Value] = true
			}
		}
		for v := range offsets {
			if s, ok := utcOffset(v); ok && len(offsets) == 1 {
				f.zones[id.Value] = time.FixedZone(id.Value, s)
			}
		}
	}
}

// utcOffset parses +0800 or -053000 to seconds.
func utcOffset(s string) (int, bool) {
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(s[1:])
	if err != nil {
		return 0, false
	}
	if len(s) == 5 {
		n *= 100
	}
	sec := n/10000*3600 + n/100%100*60 + n%100
	if s[0] == '-' {
		sec = -sec
	}
	return sec, true
}

func textOf(comp *ical.Component, prop string) string {
	t, err := comp.Props.Text(prop)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(t), " ") // on one line
}

func (f *icsFile) event(c *Calendar, comp *ical.Component, at string, o Options, moved *[]override, uids map[int]string) error {
	start, date, err := f.time(comp.Props.Get(ical.PropDateTimeStart))
	if err != nil {
		return fmt.Errorf("DTSTART: %w", err)
	}
	uid := textOf(comp, ical.PropUID)
	if id := comp.Props.Get(ical.PropRecurrenceID); id != nil {
		if id.Params.Get(ical.ParamRange) != "" {
			return errors.New("RECURRENCE-ID with RANGE changes a whole series: end the series and enter a new one")
		}
		was, day, err := f.time(id)
		if err != nil {
			return fmt.Errorf("RECURRENCE-ID: %w", err)
		}
		*moved = append(*moved, override{uid, was, day && !date})
	}
	if cancels(comp) {
		return nil
	}
	length, err := f.length(comp, start, date)
	if err != nil {
		return err
	}
	w := Window{
		Title: textOf(comp, ical.PropSummary), Planned: true, Source: at,
		Institution: textOf(comp, propInstitution), Issuer: textOf(comp, propIssuer), Carrier: textOf(comp, propCarrier),
	}
	if w.Institution == "" && w.Issuer == "" && w.Carrier == "" {
		w.Institution = o.Institution
	}
	text := comp.Props.Get(ical.PropRecurrenceRule)
	if text == nil && len(comp.Props.Values(ical.PropRecurrenceDates)) == 0 {
		w.Start, w.End = start, length.end(start)
		c.dated = append(c.dated, w)
		return nil
	}
	if len(comp.Props.Values(ical.PropRecurrenceRule)) > 1 {
		return errors.New("it has more than one RRULE: make an event of each")
	}
	if comp.Props.Get("EXRULE") != nil {
		return errors.New("EXRULE is no longer part of iCalendar: list the exceptions as EXDATE")
	}
	set := &rrule.Set{}
	if text != nil {
		opt, err := rule(text.Value, start.Location())
		if err != nil {
			return err
		}
		if set, err = recur(opt, start); err != nil {
			return err
		}
	} else {
		set.RDate(start)
	}
	if err := f.dates(comp, ical.PropRecurrenceDates, func(t time.Time, _ bool) { set.RDate(t) }); err != nil {
		return err
	}
	r := recurring{like: w, set: set, start: start, length: length}
	err = f.dates(comp, ical.PropExceptionDates, func(t time.Time, day bool) {
		if day && !date {
			t = r.startOn(t)
		}
		set.ExDate(t)
	})
	if err != nil {
		return err
	}
	uids[len(c.rules)] = uid
	c.rules = append(c.rules, r)
	return nil
}

// dates reads all values of EXDATE or RDATE properties, which may be lists.
func (f *icsFile) dates(comp *ical.Component, name string, add func(t time.Time, day bool)) error {
	for _, p := range comp.Props.Values(name) {
		for _, v := range strings.Split(p.Value, ",") {
			if strings.Contains(v, "/") {
				return fmt.Errorf("%s: %q is a period with an end of its own: make an event of it", name, v)
			}
			t, day, err := f.time(&ical.Prop{Name: p.Name, Params: p.Params, Value: v})
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			add(t, day)
		}
	}
	return nil
}

// length is DTEND, DURATION, or by RFC 5545 one day for a date and nothing for
// a time.
func (f *icsFile) length(comp *ical.Component, start time.Time, date bool) (span, error) {
	if p := comp.Props.Get(ical.PropDateTimeEnd); p != nil {
		end, endDate, err := f.time(p)
		if err != nil {
			return span{}, fmt.Errorf("DTEND: %w", err)
		}
		if date && endDate && !end.Before(start) { // whole days; programs give the day itself as the end of one
			return span{wall: true, days: max(daysBetween(start, end), 1)}, nil
		}
		if !end.After(start) {
			return span{}, fmt.Errorf("it ends (%s) before it starts (%s): correct the event", end.Format("2006-01-02 15:04"), start.Format("2006-01-02 15:04"))
		}
		return span{exact: end.Sub(start)}, nil
	}
	if p := comp.Props.Get(ical.PropDuration); p != nil {
		d, err := p.Duration()
		if err != nil {
			return span{}, fmt.Errorf("DURATION %q: %v", p.Value, err)
		}
		if d <= 0 {
			return span{}, fmt.Errorf("DURATION %q: an event must last: write it as PT2H", p.Value)
		}
		if date && d%(24*time.Hour) == 0 {
			return span{wall: true, days: int(d / (24 * time.Hour))}, nil
		}
		return span{exact: d}, nil
	}
	if date {
		return span{wall: true, days: 1}, nil
	}
	return span{}, errors.New("it has no DTEND and no DURATION: give it an end")
}

// time reads a date or date-time; date is true for a whole day.
func (f *icsFile) time(p *ical.Prop) (t time.Time, date bool, err error) {
	if p == nil {
		return t, false, errors.New("missing")
	}
	zone := f.zone
	if id := p.Params.Get(ical.PropTimezoneID); id != "" {
		if zone = zoneNamed(id); zone == nil {
			zone = f.zones[id]
		}
		if zone == nil {
			return t, false, fmt.Errorf("unknown time zone %q: use an IANA name such as Asia/Shanghai", id)
		}
	}
	v := strings.TrimSpace(p.Value)
	switch len(v) {
	case 8:
		t, err = time.ParseInLocation("20060102", v, zone)
		date = true
	case 15:
		t, err = time.ParseInLocation("20060102T150405", v, zone)
	default:
		t, err = time.Parse("20060102T150405Z", v)
	}
	if err != nil {
		err = fmt.Errorf("%q is no time: want 20261121T230000", v)
	}
	return t, date, err
}
