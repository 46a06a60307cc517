package analyze

import (
	"slices"
	"strings"
	"time"
)

// fold gives each recurring window the incidents that it is made of.
func (r *Result) fold() {
	for i := range r.Recurring {
		c := &r.Recurring[i]
		for k := range r.Incidents {
			if in := &r.Incidents[k]; c.holds(in) {
				c.Incidents = append(c.Incidents, in.ID)
				c.Excess = round(c.Excess+in.Excess, 2)
			}
		}
	}
}

// holds reports whether most of an incident lies in the window of one of its days.
func (c *Recurring) holds(in *Incident) bool {
	minute := clockMinutes(c.Start)
	of := in.Scope["institution"]
	if in.Planned || in.Cause == "data_gap" || minute < 0 || len(of) > 0 && !slices.Contains(of, c.Institution) {
		return false
	}
	for day := -1; day <= 1; day++ {
		y, m, d := in.Start.Date()
		start := time.Date(y, m, d+day, minute/60, minute%60, 0, 0, in.Start.Location())
		if _, on, weekly := strings.Cut(c.RRule, "BYDAY="); weekly && !strings.HasPrefix(strings.ToUpper(start.Weekday().String()), on) {
			continue
		}
		from, to := start, start.Add(time.Duration(c.Minutes)*time.Minute)
		if in.Start.After(from) {
			from = in.Start
		}
		if in.End.Before(to) {
			to = in.End
		}
		if 2*to.Sub(from) >= in.End.Sub(in.Start) {
			return true
		}
	}
	return false
}
