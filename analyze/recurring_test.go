package analyze

import (
	"strings"
	"testing"
	"time"
)

// A recurring window has the incidents of its institution that lie in it, over midnight too, and their excess.
func TestRecurringHasItsIncidents(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	r := &Result{
		Recurring: []Recurring{
			{Institution: "NSH001", RRule: "FREQ=DAILY", Start: "23:45", Minutes: 30},
			{Institution: "NSH002", RRule: "FREQ=WEEKLY;BYDAY=SU", Start: "02:00", Minutes: 60},
		},
		Incidents: []Incident{
			{ID: "I1", Start: at(9, 23, 45), End: at(10, 0, 14), Excess: 9, Scope: map[string][]string{"institution": {"NSH001"}}},
			{ID: "I2", Start: at(11, 0, 1), End: at(11, 0, 12), Excess: 4.5},
			{ID: "I3", Start: at(11, 23, 40), End: at(12, 2, 0), Excess: 50, Scope: map[string][]string{"institution": {"NSH001"}}},
			{ID: "I4", Start: at(12, 23, 46), End: at(13, 0, 10), Excess: 7, Scope: map[string][]string{"institution": {"NSH002"}}},
			{ID: "I5", Start: at(13, 23, 45), End: at(14, 0, 15), Excess: 7, Planned: true},
			{ID: "I6", Start: at(15, 2, 5), End: at(15, 2, 50), Excess: 3, Scope: map[string][]string{"institution": {"NSH002"}}},
			{ID: "I7", Start: at(16, 2, 5), End: at(16, 2, 50), Excess: 3, Scope: map[string][]string{"institution": {"NSH002"}}},
		},
	}
	r.fold()
	for i, want := range []struct {
		ids    string
		excess float64
	}{{"I1 I2", 13.5}, {"I6", 3}} {
		if c := r.Recurring[i]; strings.Join(c.Incidents, " ") != want.ids || c.Excess != want.excess {
			t.Errorf("%s: %v, excess %g", c.Start, c.Incidents, c.Excess)
		}
	}
}
