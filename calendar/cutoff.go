package calendar

import (
	"iter"
	"time"

	"github.com/poslog/poslog/txn"
)

// Cutoff returns the clock time, counted from midnight, at which an
// institution's settlement day ends, and the zone it is meant in. ok is false
// where no calendar states one.
func (c *Calendar) Cutoff(institution string) (clock time.Duration, zone *time.Location, ok bool) {
	for _, n := range c.cutoffs {
		if n.institution == institution || n.institution == "" {
			clock, zone, ok = n.clock, n.zone, true
			if n.institution == institution {
				return
			}
		}
	}
	return
}

// OwnCutoffs gives each institution that has a cut-off of its own, and where it is stated.
func (c *Calendar) OwnCutoffs() iter.Seq2[string, string] {
	return func(yield func(institution, source string) bool) {
		for _, n := range c.cutoffs {
			if n.institution != "" && !yield(n.institution, n.source) {
				return
			}
		}
	}
}

// SettlementDate returns the business day that an instant settles on: the day
// of t in the institution's zone, or the next one from the cut-off on. It returns 0
// where no cut-off is known. Whether the next day is a working day is the bank's
// secret and not guessed.
func (c *Calendar) SettlementDate(t time.Time, institution string) txn.Date {
	clock, zone, ok := c.Cutoff(institution)
	if !ok {
		return 0
	}
	t = t.In(zone)
	h, m, s := t.Clock()
	if time.Duration(h)*time.Hour+time.Duration(m)*time.Minute+time.Duration(s)*time.Second >= clock {
		y, mo, d := t.Date()
		t = time.Date(y, mo, d+1, 12, 0, 0, 0, zone)
	}
	return txn.DateOf(t)
}
