package analyze

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// named is a name in the configuration.
type named struct {
	source, name string
	dim          ledger.Dim
	pattern      bool // * and ? match
}

func (n *named) means(name string) bool {
	if n.pattern {
		return classify.Fits(n.name, name)
	}
	return n.name == name
}

// mostCompared bounds how many pairs of names are compared, mostStrangers how many are listed.
const mostCompared, mostStrangers = 100_000, 100

// strangers lists the names of the configuration that are near to one of the data, and all of a
// file of which no name is in the data: one calendar or list of profiles may serve many banks.
func (p *pipeline) strangers() (list []Stranger) {
	var files []string
	of, met := map[string][]named{}, map[string]bool{}
	names := map[ledger.Dim][]string{}
	for _, n := range p.configured() {
		if names[n.dim] == nil {
			names[n.dim] = p.names(n.dim)
		}
		file, _, _ := strings.Cut(n.source, ":")
		if !slices.Contains(files, file) {
			files = append(files, file)
		}
		if slices.ContainsFunc(names[n.dim], n.means) {
			met[file] = true
		} else if !slices.Contains(of[file], n) {
			of[file] = append(of[file], n)
		}
	}
	for _, file := range files {
		for _, n := range of[file] {
			s := Stranger{Source: txn.MaskCard(n.source), Field: n.dim.String(), Name: txn.MaskCard(n.name), Near: []string{}}
			if len(names[n.dim])*len(of[file]) <= mostCompared {
				for _, name := range names[n.dim] {
					if alike(n.name, name) {
						s.Near = append(s.Near, name)
					}
				}
			}
			if (!met[file] || len(s.Near) > 0) && len(list) < mostStrangers {
				list = append(list, s)
			}
		}
	}
	return append(list, p.elsewhen()...)
}

// longAway is how far a calendar's windows must be from the data to be another year's.
const longAway = 183 * 24 * time.Hour

// elsewhen lists what is about another time than the data: probes of which none was made in
// their period, and a calendar of another year.
func (p *pipeline) elsewhen() (list []Stranger) {
	if p.period == nil {
		return nil
	}
	add := func(source string, first, last time.Time) {
		const minute = "2006-01-02 15:04"
		list = append(list, Stranger{Source: source, Field: "period", Name: first.In(p.cfg.Location).Format(minute) + "–" + last.In(p.cfg.Location).Format(minute), Near: []string{}})
	}
	if c := p.cfg.Calendar; c != nil {
		if w, away, ok := c.Nearest(p.period.Start, p.period.End); ok && away > longAway {
			add(w.Source, w.Start, w.End)
		}
	}
	var first, last time.Time
	for i, r := range p.cfg.Probes {
		if !r.At.Before(p.period.Start.Add(-time.Hour)) && r.At.Before(p.period.End.Add(time.Hour)) {
			return list
		}
		if i == 0 || r.At.Before(first) {
			first = r.At
		}
		if r.At.After(last) {
			last = r.At
		}
	}
	if len(p.cfg.Probes) > 0 {
		add("--probe", first, last)
	}
	return list
}

// names are those that the data have of a dimension.
func (p *pipeline) names(d ledger.Dim) (list []string) {
	for id := range p.book.Names(d) {
		if name := p.book.Name(d, uint32(id)); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// configured are the names by which the configuration says where something applies.
func (p *pipeline) configured() (list []named) {
	add := func(source string, d ledger.Dim, name string) {
		if name != "" {
			list = append(list, named{source: source, name: name, dim: d})
		}
	}
	fields := map[string]ledger.Dim{"terminal": ledger.Terminal, "merchant": ledger.Merchant, "institution": ledger.Institution, "channel": ledger.Channel}
	for field, pattern := range p.cfg.Profiles.Selectors() {
		list = append(list, named{pattern.Source, pattern.Pattern, fields[field], true})
	}
	dims := [...]ledger.Dim{ledger.Institution, ledger.Issuer, ledger.Carrier}
	var known [len(dims)]bool // where the data name nobody, a window speaks of all
	for k, d := range dims {
		known[k] = p.book.Names(d) > 1 // beside none
	}
	for _, w := range p.calendarAll {
		for k, d := range dims {
			if known[k] {
				add(w.Source, d, [...]string{w.Institution, w.Issuer, w.Carrier}[k])
			}
		}
	}
	if c := p.cfg.Calendar; c != nil && known[0] && len(p.cfg.Reconcile.CutOff) == 0 { // those of the settings go first
		for name, source := range c.OwnCutoffs() {
			add(source, ledger.Institution, name)
		}
	}
	before := ""
	for _, r := range p.cfg.Probes {
		if r.Institution != before {
			add("--probe", ledger.Institution, r.Institution)
			before = r.Institution
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.cfg.Reconcile.CutOff)) {
		add("--reconcile: cutoff", ledger.Institution, name)
	}
	for i, f := range p.cfg.Reconcile.Fees {
		add(fmt.Sprintf("--reconcile: fees[%d]", i), ledger.Institution, f.Institution)
		add(fmt.Sprintf("--reconcile: fees[%d]", i), ledger.Merchant, f.Merchant)
	}
	slices.SortStableFunc(list, func(x, y named) int { return strings.Compare(x.source, y.source) })
	return list
}

// alike reports whether two names may be spellings of one: equal but for case, signs and leading
// zeros; with a letter too many, too few or wrong; or short and long, as 农商行 is of 农村商业银行.
func alike(a, b string) bool {
	x, y := spelling(a), spelling(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	switch {
	case slices.Equal(x, y):
		return true
	case !slices.Equal(numerals(x), numerals(y)) || len(x) < 3 || x[0] != y[0]:
		return false // names with other numbers are other names
	case slices.ContainsFunc(x, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return within(x, y)
	}
	return len(x) > 3 && (len(x) == len(y) && differing(x, y) == 1 || len(x)+1 == len(y) && within(x, y))
}

// spelling is what counts of a name.
func spelling(s string) (out []rune) {
	digits := false // some have come that count
	for _, r := range norm.NFKC.String(strings.ToLower(s)) {
		switch {
		case unicode.IsDigit(r):
			if r != '0' || digits {
				out, digits = append(out, r), true
			}
		case unicode.IsLetter(r):
			out, digits = append(out, r), false
		default:
			digits = false
		}
	}
	return out
}

func numerals(s []rune) []rune {
	return slices.DeleteFunc(slices.Clone(s), func(r rune) bool { return !unicode.IsDigit(r) })
}

// within reports whether x is y with signs left out.
func within(x, y []rune) bool {
	for _, r := range y {
		if len(x) > 0 && x[0] == r {
			x = x[1:]
		}
	}
	return len(x) == 0
}

func differing(x, y []rune) (n int) {
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n
}
