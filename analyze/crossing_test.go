package analyze_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A fault of one bank inside a night in which a rule of everybody's refuses payments is its own
// incident: what failed of it is counted and shown there, and not in the wider one that began before.
func TestFailuresOfTheNarrowerIncident(t *testing.T) {
	var log strings.Builder
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range 1400 {
		at = at.Add(41 * time.Second)
		bank, code := i%3, "00"
		switch {
		case bank == 1 && at.Hour() == 3:
			code = "91"
		case at.Hour() < 6 && i%5 == 0:
			code = "59"
		}
		fmt.Fprintf(&log, "%s txn inst=BANK%d tid=1000%d%03d stan=%06d card=622848******%04d type=SALE amount=%d.00 resp=%s\n",
			at.Format(time.DateTime), bank, bank, i%8, i, i, 20+i%50, code)
	}
	r := run(t, "pos.log", log.String())
	if len(r.Incidents) != 2 {
		t.Fatalf("%d incidents: %+v", len(r.Incidents), r.Incidents)
	}
	for _, in := range r.Incidents {
		for _, e := range in.Examples {
			if e.Incident != in.ID {
				t.Errorf("%s %v: the failure of %v with %s is said to be of %s", in.ID, in.Scope, e.Time, e.Code, e.Incident)
			}
		}
	}
}
