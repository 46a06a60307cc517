package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/internal/yamlerr"
)

// The YAML form:
//
//	timezone: Asia/Shanghai          # required, an IANA name
//	cutoff: "23:00"                  # end of the settlement day, optional
//	cutoffs: {NSH001: "22:30"}       # the same for single institutions
//	windows:
//	  - {start: 2026-11-21 23:00, end: 2026-11-22 06:00, institution: NSH001, title: 核心升级}
//	  - {rrule: FREQ=WEEKLY;BYDAY=SU, start: "02:00", end: "04:00"}
//
// A window may name an institution, issuer or carrier; what it leaves out holds
// for all. An end that is a clock time at or before the start's means the next day.
var windowKeys = []string{"start", "end", "duration", "rrule", "except", "institution", "issuer", "carrier", "title", "planned"}

// yamlFile collects the errors of one file with their positions.
type yamlFile struct {
	name string
	zone *time.Location
	errs []error
}

func (f *yamlFile) fail(n ast.Node, format string, args ...any) {
	p := f.name
	if n != nil && n.GetToken() != nil {
		p = fmt.Sprintf("%s:%d", f.name, n.GetToken().Position.Line)
	}
	f.errs = append(f.errs, fmt.Errorf("%s: %s", p, fmt.Sprintf(format, args...)))
}

func readYAML(name string, data []byte) (*Calendar, error) {
	f := &yamlFile{name: name}
	doc, err := parser.ParseBytes(data, 0)
	if err != nil {
		at, message := yamlerr.Split(name, err)
		return nil, fmt.Errorf("%s: not YAML: %s", at, message)
	}
	if len(doc.Docs) == 0 || doc.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: empty: a calendar has a timezone and windows", name)
	}
	if len(doc.Docs) > 1 {
		return nil, fmt.Errorf("%s: more than one YAML document: put each into its own file", name)
	}
	c := &Calendar{}
	top := f.mapping(doc.Docs[0].Body, "calendar", []string{"timezone", "cutoff", "cutoffs", "windows"})
	zone := f.text(top["timezone"])
	switch {
	case zone == "" && len(f.errs) == 0:
		f.fail(nil, "timezone is missing: add a line such as timezone: Asia/Shanghai")
	case zone != "":
		if f.zone, err = time.LoadLocation(zone); err != nil || zone == "Local" {
			f.fail(top["timezone"], "unknown timezone %q: use an IANA name such as Asia/Shanghai", zone)
			f.zone = nil
		}
	}
	if f.zone == nil {
		return nil, errors.Join(f.errs...)
	}
	if n := top["cutoff"]; n != nil {
		f.cutoff(c, "", n)
	}
	if n := top["cutoffs"]; n != nil {
		for _, kv := range f.pairs(n, "cutoffs") {
			f.cutoff(c, kv.key, kv.value)
		}
	}
	if n := top["windows"]; n != nil {
		list, ok := n.(*ast.SequenceNode)
		if _, null := n.(*ast.NullNode); !ok && !null {
			f.fail(n, "windows is no list: begin each window with a hyphen")
		}
		if ok {
			for _, w := range list.Values {
				f.window(c, w)
			}
		}
	}
	return c, errors.Join(f.errs...)
}

func (f *yamlFile) cutoff(c *Calendar, institution string, n ast.Node) {
	clock, ok := clockTime(f.text(n))
	if !ok {
		f.fail(n, "cut-off %q is no clock time: write it as \"23:00\"", f.text(n))
		return
	}
	source := fmt.Sprintf("%s:%d", f.name, n.GetToken().Position.Line)
	clock = cmp.Or(clock, 24*time.Hour) // midnight is the end of the day that it closes
	if err := c.addCutoff(cutoff{institution, clock, f.zone, source}); err != nil {
		f.errs = append(f.errs, err)
	}
}

func (f *yamlFile) window(c *Calendar, n ast.Node) {
	before := len(f.errs)
	m := f.mapping(n, "window", windowKeys)
	w := Window{
		Title: f.text(m["title"]), Institution: f.text(m["institution"]), Issuer: f.text(m["issuer"]), Carrier: f.text(m["carrier"]),
		Planned: true, Source: fmt.Sprintf("%s:%d", f.name, line(n)),
	}
	switch p := f.text(m["planned"]); p {
	case "", "true":
	case "false":
		w.Planned = false
	default:
		f.fail(m["planned"], "planned is %q: use true or false", p)
	}
	if m["start"] == nil || m["end"] == nil && m["duration"] == nil || m["end"] != nil && m["duration"] != nil {
		if len(f.errs) == before {
			f.fail(n, "a window needs start and one of end or duration")
		}
		return
	}
	start, clockOnly, ok := f.moment(m["start"])
	if !ok {
		return
	}
	length, ok := f.length(m, start, clockOnly)
	if !ok || len(f.errs) > before {
		return
	}
	text := f.text(m["rrule"])
	if text == "" {
		if clockOnly {
			f.fail(m["start"], "start %q has no date: add one, or an rrule for a window that comes again", f.text(m["start"]))
			return
		}
		if m["except"] != nil {
			f.fail(m["except"], "except is for a window that comes again: it has no rrule")
			return
		}
		w.Start, w.End = start, length.end(start)
		c.dated = append(c.dated, w)
		return
	}
	o, err := rule(text, f.zone)
	if err != nil {
		f.fail(m["rrule"], "%v", err)
		return
	}
	if clockOnly {
		if o.Interval > 1 || o.Count > 0 || o.Freq != 3 && o.Byweekday == nil && o.Bymonthday == nil && o.Byyearday == nil {
			f.fail(m["start"], "start %q has no date, and this rrule counts from its first day: write the first day too, such as 2026-11-01 02:00", f.text(m["start"]))
			return
		}
		h, mi, s := start.Clock()
		start = time.Date(2000, 1, 1, h, mi, s, 0, f.zone)
	}
	set, err := recur(o, start)
	if err != nil {
		f.fail(m["rrule"], "%v", err)
		return
	}
	r := recurring{like: w, set: set, start: start, length: length}
	for _, d := range f.list(m["except"]) {
		day, err := time.ParseInLocation("2006-01-02", f.text(d), f.zone)
		if err != nil {
			f.fail(d, "except %q is no day: write it as 2026-11-22", f.text(d))
			continue
		}
		at := r.startOn(day)
		if len(set.Between(at, at, true)) == 0 {
			f.fail(d, "except %s: the window does not come on that day", f.text(d))
			continue
		}
		set.ExDate(at)
	}
	c.rules = append(c.rules, r)
}

// length reads end or duration.
func (f *yamlFile) length(m map[string]ast.Node, start time.Time, clockOnly bool) (span, bool) {
	if n := m["duration"]; n != nil {
		d, err := time.ParseDuration(f.text(n))
		if err != nil || d <= 0 {
			f.fail(n, "duration %q: write it as 2h or 90m", f.text(n))
			return span{}, false
		}
		return span{exact: d}, true
	}
	n := m["end"]
	if d, _ := clockTime(f.text(n)); d == 24*time.Hour {
		return span{wall: true, days: 1}, true
	}
	end, endClock, ok := f.moment(n)
	if !ok {
		return span{}, false
	}
	h, mi, s := end.Clock()
	clock := time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute + time.Duration(s)*time.Second
	if endClock {
		h, mi, s = start.Clock()
		sp := span{wall: true, clock: clock}
		if clock <= time.Duration(h)*time.Hour+time.Duration(mi)*time.Minute+time.Duration(s)*time.Second {
			sp.days = 1
		}
		return sp, true
	}
	if clockOnly {
		f.fail(n, "end has a date and start has none: write both alike")
		return span{}, false
	}
	if !end.After(start) {
		f.fail(n, "the window ends (%s) before it starts (%s): exchange them, or put the next day into end", f.text(n), f.text(m["start"]))
		return span{}, false
	}
	if start.Location() != f.zone {
		return span{exact: end.Sub(start)}, true
	}
	return span{wall: true, clock: clock, days: daysBetween(start, end.In(f.zone))}, true
}

var (
	clockRE   = lazy.MustCompile(`^([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?$`)
	layouts   = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006/1/2 15:04"}
	withZones = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"}
)

// clockTime parses 23:00 or 23:00:30; 24:00 is the end of the day.
func clockTime(s string) (time.Duration, bool) {
	m := clockRE.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	var h, mi, sec int
	fmt.Sscan(m[1], &h)
	fmt.Sscan(m[2], &mi)
	if m[3] != "" {
		fmt.Sscan(m[3], &sec)
	}
	d := time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute + time.Duration(sec)*time.Second
	return d, d <= 24*time.Hour
}

// moment reads a date with a clock time, or a clock time alone (on day 1 of
// year 2000, clock true).
func (f *yamlFile) moment(n ast.Node) (t time.Time, clock, ok bool) {
	s := f.text(n)
	if d, isClock := clockTime(s); isClock && d < 24*time.Hour {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, f.zone).Add(d), true, true
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, s, f.zone); err == nil {
			return t, false, true
		}
	}
	for _, l := range withZones {
		if t, err := time.Parse(l, s); err == nil {
			return t, false, true
		}
	}
	if day, ok := strings.CutSuffix(s, " 24:00"); ok {
		if t, err := time.ParseInLocation("2006-01-02", day, f.zone); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, f.zone), false, true
		}
	}
	f.fail(n, "%q is no time: write it as 2026-11-21 23:00", s)
	return time.Time{}, false, false
}

type pair struct {
	key   string
	value ast.Node
}

// pairs lists a mapping in the order of the file.
func (f *yamlFile) pairs(n ast.Node, what string) []pair {
	m, ok := n.(ast.MapNode)
	if !ok {
		f.fail(n, "the %s is no mapping: write key: value lines", what)
		return nil
	}
	var out []pair
	seen := map[string]bool{}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		if seen[key] {
			f.fail(it.Key(), "%s stands twice: remove one", key)
		}
		seen[key] = true
		out = append(out, pair{key, it.Value()})
	}
	return out
}

// mapping is pairs with known keys only.
func (f *yamlFile) mapping(n ast.Node, what string, keys []string) map[string]ast.Node {
	out := map[string]ast.Node{}
	for _, kv := range f.pairs(n, what) {
		if slices.Contains(keys, kv.key) {
			out[kv.key] = kv.value
		} else {
			f.fail(kv.value, "unknown key %q in a %s: use %s", kv.key, what, strings.Join(keys, ", "))
		}
	}
	return out
}

func (f *yamlFile) list(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return n.Values
	}
	return []ast.Node{n}
}

// text returns a scalar as written; "" where it is absent or null.
func (f *yamlFile) text(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return ""
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case ast.ScalarNode:
		return strings.TrimSpace(n.GetToken().Value)
	}
	f.fail(n, "a single value is expected here")
	return ""
}

func line(n ast.Node) int {
	if m, ok := n.(ast.MapNode); ok {
		if it := m.MapRange(); it.Next() {
			return it.Key().GetToken().Position.Line
		}
	}
	return n.GetToken().Position.Line
}
