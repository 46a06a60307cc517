package cause

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/poslog/poslog/calendar"
	"github.com/poslog/poslog/internal/localtime"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Proposal is a window that seems to come again and that nobody announced: a
// calendar entry for a person to confirm. It is never applied by itself.
type Proposal struct {
	Institution string
	RRule       string
	Start, End  string // clock times, to five minutes
	K, N        int    // days that failed, of days with traffic at that time
	EValue      float64
	Entry       string // the line for the calendar's windows list
	Observed    Text
}

// The finder folds days onto each other in slots of a quarter of an hour.
const (
	slotLength = 15 * time.Minute
	slots      = int(24 * time.Hour / slotLength)
	often      = .6 // of the days with traffic
	proposalE  = .01
)

// slotDay counts one slot of one day.
type slotDay struct {
	n, failed   int
	first, last int // minute of the day of the first and last failure
}

func (s *slotDay) bad() bool { return s.failed >= 2 && 2*s.failed >= s.n }

// folded holds the slots of one institution by day.
type folded struct {
	days  map[int64][]slotDay // by day, counted from 1970: its slots
	last  int64               // day of slots
	slots []slotDay
}

// add counts an attempt at a local time.
func (f *folded) add(second int64, failed bool) {
	if day := localtime.Day(second); f.slots == nil || day != f.last {
		if f.last, f.slots = day, f.days[day]; f.slots == nil {
			f.slots = make([]slotDay, slots)
			f.days[day] = f.slots
		}
	}
	minute := localtime.Minute(second)
	s := &f.slots[minute/15]
	s.n++
	if failed {
		if s.failed == 0 {
			s.first = minute
		}
		s.failed++
		s.last = minute
	}
}

// Proposals looks for times of the day at which an institution fails on most
// days, or on most of one weekday, outside of announced windows. It needs at
// least three such days.
func (c *Counts) Proposals() (out []Proposal) {
	named := slices.ContainsFunc(c.of, func(own *counted) bool { return own != nil && own.name != "" })
	for _, own := range c.of {
		if own == nil {
			continue
		}
		f, who := &own.folded, Text{own.name, own.name}
		switch {
		case own.name != "":
		case named:
			who = Text{"未写明机构的交易", "What names no institution"}
		default:
			who = Text{"全部交易", "Everything"}
		}
		every := f.runs(nil)
		var week [7][]run
		for wd := range week {
			day := time.Weekday(wd)
			week[wd] = slices.DeleteFunc(f.runs(&day), func(p run) bool { // already said for every day
				return slices.ContainsFunc(every, func(q run) bool { return q.from <= p.to && p.from <= q.to })
			})
		}
		for _, p := range overnight(every, every) {
			out = append(out, p.propose(own.name, who, "FREQ=DAILY", Text{"每天", "every day"}))
		}
		for wd := range week {
			next := &week[(wd+1)%7]
			*next = overnight(week[wd], *next)
		}
		for wd, runs := range week {
			code := [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}[wd]
			zh := [...]string{"日", "一", "二", "三", "四", "五", "六"}[wd]
			for _, p := range runs {
				out = append(out, p.propose(own.name, who, "FREQ=WEEKLY;BYDAY="+code, Text{"每周" + zh, "every " + time.Weekday(wd).String()}))
			}
		}
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.RRule, b.RRule), cmp.Compare(a.Start, b.Start))
	})
	return out
}

func (x *Context) isAnnounced(r *ledger.Row, t txn.Instant) (found bool) {
	x.eachNotice(r, t, func(int, *calendar.Window) bool {
		found = true
		return false
	})
	return found
}

// run is a stretch of slots that fail often.
type run struct {
	from, to   int // slots, both inside
	k, n       int
	e          float64
	start, end int // minutes of the day, medians; the end may be one of the next day
}

// runs finds the stretches; on limits them to a weekday.
func (f *folded) runs(on *time.Weekday) []run {
	var days []int64
	for d := range f.days {
		if on == nil || localtime.Weekday(d) == *on {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	bad, all := 0, 0
	for _, slotsOf := range f.days {
		for i := range slotsOf {
			if slotsOf[i].n >= 2 {
				all++
				if slotsOf[i].bad() {
					bad++
				}
			}
		}
	}
	var out []run
	for i := 0; i < slots; i++ {
		k, n := f.count(days, i)
		if k < 3 || float64(k) < often*float64(n) {
			continue
		}
		r := run{from: i, to: i, k: k, n: n}
		for r.to+1 < slots {
			k2, n2 := f.count(days, r.to+1)
			if k2 < 2 || float64(k2) < .4*float64(n2) {
				break
			}
			r.to++
			if k2 > r.k {
				r.k, r.n = k2, n2
			}
		}
		// The share of bad slots elsewhere is what chance would give here; 8
		// patterns of 96 slots are looked at.
		q := (float64(bad-r.k) + .5) / (float64(all-r.n) + 1)
		r.e = 8 * float64(slots) * binomialTail(r.k, r.n, q)
		if r.e <= proposalE {
			f.bounds(&r, days)
			out = append(out, r)
		}
		i = r.to
	}
	return out
}

// count gives the days that failed in a slot, of those with traffic. A single failure says
// nothing; a single attempt that went well speaks against the slot.
func (f *folded) count(days []int64, slot int) (k, n int) {
	for _, d := range days {
		if s := &f.days[d][slot]; s.n >= 2 || s.n == 1 && s.failed == 0 {
			n++
			if s.bad() {
				k++
			}
		}
	}
	return k, n
}

// bounds takes the medians of the first and last failure of the days, one
// slot more on either side.
func (f *folded) bounds(r *run, days []int64) {
	var first, last []int
	for _, d := range days {
		lo, hi := -1, -1
		for i := max(0, r.from-1); i <= min(slots-1, r.to+1); i++ {
			s := &f.days[d][i]
			if s.failed == 0 || !s.bad() && (i < r.from || i > r.to) && 3*s.failed < s.n {
				continue
			}
			if lo < 0 {
				lo = s.first
			}
			hi = s.last
		}
		if lo >= 0 {
			first, last = append(first, lo), append(last, hi)
		}
	}
	slices.Sort(first)
	slices.Sort(last)
	r.start = first[len(first)/2] / 5 * 5
	r.end = (last[len(last)/2] + 5) / 5 * 5
}

// overnight joins the run that lasts to midnight with the one that goes on from there, and returns the runs of the
// morning without it.
func overnight(evening, morning []run) []run {
	if len(evening) == 0 || len(morning) == 0 {
		return morning
	}
	late, early := &evening[len(evening)-1], &morning[0]
	if late == early || late.to < slots-1 || early.from > 0 || early.to == slots-1 {
		return morning
	}
	late.end, late.e = early.end+24*60, max(late.e, early.e)
	if early.k*late.n < late.k*early.n {
		late.k, late.n = early.k, early.n
	}
	return morning[1:]
}

func (r run) propose(institution string, who Text, rule string, when Text) Proposal {
	clock := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60%24, m%60) }
	p := Proposal{Institution: institution, RRule: rule, Start: clock(r.start), End: clock(r.end), K: r.k, N: r.n, EValue: r.e}
	p.Entry = fmt.Sprintf("- {rrule: %s, start: %q, end: %q, institution: %q, title: %q}", rule, p.Start, p.End, institution, "待确认 "+when.Zh+"维护")
	p.Observed = Text{
		fmt.Sprintf("%s %s %s–%s 失败：有交易的 %d 天中有 %d 天；维护日历中没有，请确认", who.Zh, when.Zh, p.Start, p.End, r.n, r.k),
		fmt.Sprintf("%s fails %s from %s to %s: %d of %d days with traffic; the calendar does not have it, please confirm", who.En, when.En, p.Start, p.End, r.k, r.n),
	}
	return p
}

// binomialTail is the chance of k or more of n at rate p.
func binomialTail(k, n int, p float64) float64 {
	sum := 0.0
	lg := func(v int) float64 { return lgamma(float64(v) + 1) }
	for i := k; i <= n; i++ {
		sum += math.Exp(lg(n) - lg(i) - lg(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}
