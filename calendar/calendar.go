// Package calendar holds announced maintenance windows and settlement cut-offs.
//
// In come calendar files: YAML, iCalendar, a bank's downtime JSON, or the text
// of a maintenance notice ([Load], [Read]). Out come [Window] values: the
// announced intervals that touch a period, recurring ones expanded, sorted; and
// the settlement day of an instant ([Calendar.SettlementDate]). Nothing here looks
// at transactions: whether a window had any effect is decided elsewhere.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones by name on machines without a zone database

	"github.com/poslog/poslog/internal/gbk"
	"github.com/poslog/poslog/txn"
)

// Window is one announced interval, half open: [Start, End).
type Window struct {
	Start, End  time.Time
	Title       string
	Institution string // "" = all
	Issuer      string
	Carrier     string
	Planned     bool   // false for an announced but unscheduled downtime
	Source      string // "file:line", or the sentence of a notice
}

// Applies reports whether the window speaks of a place and card with these
// names. What the window leaves open holds for all; what the caller does not
// know ("") is no contradiction.
func (w Window) Applies(institution, issuer, carrier string) bool {
	return fits(w.Institution, institution) && fits(w.Issuer, issuer) && fits(w.Carrier, carrier)
}

func fits(stated, asked string) bool { return stated == "" || asked == "" || stated == asked }

// Contains reports whether t lies inside the window.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.Start) && t.Before(w.End) }

// Endless reports whether no end is known, as of a downtime that goes on.
func (w Window) Endless() bool { return !w.End.Before(openEnd) }

// Options say what a file itself cannot. The zero value is right for YAML.
type Options struct {
	Zone        *time.Location // of times without a zone in .ics files and notices; nil: Asia/Shanghai
	Institution string         // whom a notice or .ics file speaks of when it names nobody
	Year        int            // of notices that give month and day only and carry no date of issue
}

// Calendar is the content of one or more calendar files.
type Calendar struct {
	dated   []Window
	rules   []recurring
	cutoffs []cutoff
}

// cutoff is the clock time at which an institution's settlement day ends.
type cutoff struct {
	institution string // "" = every institution without its own
	clock       time.Duration
	zone        *time.Location
	source      string
}

// Load reads a calendar file. The extension chooses the reader: .yaml or .yml,
// .ics, .json, and .txt, .md or .html for the text of a notice. A path written
// as NSH001=notice.txt says whom a notice or .ics file speaks of, as
// Options.Institution does.
func Load(path string, opts ...Options) (*Calendar, error) {
	if institution, file, ok := strings.Cut(path, "="); ok && institution != "" {
		if _, err := os.Stat(path); err != nil {
			var o Options
			if len(opts) > 0 {
				o = opts[0]
			}
			o.Institution = institution
			path, opts = file, []Options{o}
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	defer f.Close()
	return Read(path, f, opts...)
}

// maxBytes bounds a calendar file; announcements are small.
const maxBytes = 8 << 20

// Read reads a calendar whose name tells its form as for [Load]. Errors name
// file and line, the rule, and what to change; all errors of a file are
// reported together.
func Read(name string, r io.Reader, opts ...Options) (*Calendar, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%s: larger than %d MiB: a calendar lists windows only; is this another file?", name, maxBytes>>20)
	}
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	if o.Zone == nil {
		o.Zone = shanghai()
	}
	data = gbk.UTF8(data)
	var c *Calendar
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".yaml", ".yml":
		c, err = readYAML(name, data)
	case ".ics", ".ical":
		c, err = readICS(name, data, o)
	case ".json":
		c, err = readDowntime(name, data, o)
	case ".txt", ".md", ".html", ".htm":
		c, err = readNotice(name, data, o)
	default:
		return nil, fmt.Errorf("%s: no calendar reader for %q: use .yaml, .ics, .json or, for a notice, .txt", name, ext)
	}
	if err != nil {
		return nil, err
	}
	for i := range c.dated {
		c.dated[i].mask()
	}
	for i := range c.rules {
		c.rules[i].like.mask()
	}
	c.sort()
	return c, nil
}

// mask blanks card numbers in what reports repeat. Names of the data are masked alike.
func (w *Window) mask() {
	for _, s := range []*string{&w.Title, &w.Institution, &w.Issuer, &w.Carrier, &w.Source} {
		*s = txn.MaskCard(*s)
	}
}

func shanghai() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("Asia/Shanghai", 8*3600)
	}
	return loc
}

// Merge joins calendars. Two different cut-offs of one institution are an
// error, since the settlement day would depend on the order of the files.
func Merge(calendars ...*Calendar) (*Calendar, error) {
	out := &Calendar{}
	var errs []error
	for _, c := range calendars {
		if c == nil {
			continue
		}
		out.dated = append(out.dated, c.dated...)
		out.rules = append(out.rules, c.rules...)
		for _, n := range c.cutoffs {
			if err := out.addCutoff(n); err != nil {
				errs = append(errs, err)
			}
		}
	}
	out.sort()
	return out, errors.Join(errs...)
}

func (c *Calendar) addCutoff(n cutoff) error {
	for _, o := range c.cutoffs {
		if o.institution != n.institution {
			continue
		}
		if o.clock != n.clock || o.zone.String() != n.zone.String() {
			return fmt.Errorf("%s: the cut-off of %s differs from the one at %s: keep one of them", n.source, orAll(n.institution), o.source)
		}
		return nil
	}
	c.cutoffs = append(c.cutoffs, n)
	return nil
}

func orAll(institution string) string {
	if institution == "" {
		return "all institutions"
	}
	return institution
}

func (c *Calendar) sort() {
	slices.SortStableFunc(c.dated, compare)
	slices.SortStableFunc(c.cutoffs, func(x, y cutoff) int { return cmp.Compare(x.institution, y.institution) })
}

func compare(x, y Window) int {
	return cmp.Or(x.Start.Compare(y.Start), x.End.Compare(y.End), cmp.Compare(x.Institution, y.Institution),
		cmp.Compare(x.Issuer, y.Issuer), cmp.Compare(x.Carrier, y.Carrier), cmp.Compare(x.Title, y.Title), cmp.Compare(x.Source, y.Source))
}

// Between returns the windows that share a moment with [a, b), sorted by start,
// end and names. A window that two files announce alike is returned once.
func (c *Calendar) Between(a, b time.Time) []Window {
	var out []Window
	for _, w := range c.dated {
		if w.Start.Before(b) && w.End.After(a) {
			out = append(out, w)
		}
	}
	for i := range c.rules {
		out = c.rules[i].between(out, a, b)
	}
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(x, y Window) bool {
		x.Source, y.Source = "", ""
		return compare(x, y) == 0
	})
}

// Nearest returns the dated window that is nearest to [a, b), unless some recur; ok is false
// where there is none.
func (c *Calendar) Nearest(a, b time.Time) (w Window, away time.Duration, ok bool) {
	if len(c.rules) > 0 {
		return w, 0, false
	}
	for _, x := range c.dated {
		if d := max(0, a.Sub(x.End), x.Start.Sub(b)); !ok || d < away {
			w, away, ok = x, d, true
		}
	}
	return w, away, ok
}

// Covering returns the windows that hold the instant t and apply to the names;
// "" is not known.
func (c *Calendar) Covering(t time.Time, institution, issuer, carrier string) []Window {
	var out []Window
	for _, w := range c.Between(t, t.Add(1)) {
		if w.Applies(institution, issuer, carrier) {
			out = append(out, w)
		}
	}
	return out
}

// Empty reports whether no window is announced at all, which is different from
// none in a period.
func (c *Calendar) Empty() bool { return len(c.dated) == 0 && len(c.rules) == 0 }
