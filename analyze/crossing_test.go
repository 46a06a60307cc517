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

// A rule of risk control that refuses large payments by night is no fault of a host: the amounts
// say so, whatever the codes.
func TestRuleFromAnAmountOn(t *testing.T) {
	var log strings.Builder
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range 1400 {
		at = at.Add(41 * time.Second)
		amount, code := 20+i*37%500, "00"
		if at.Hour() < 5 && amount > 300 {
			code = "59"
		}
		fmt.Fprintf(&log, "%s txn inst=BANK%d tid=1000%d%03d stan=%06d card=622848******%04d type=SALE amount=%d.00 resp=%s\n",
			at.Format(time.DateTime), i%3, i%3, i%8, i, i, amount, code)
	}
	r := run(t, "pos.log", log.String())
	if len(r.Incidents) != 1 || r.Incidents[0].Cause != "cardholder" {
		t.Fatalf("incidents: %+v", r.Incidents)
	}
	said := fmt.Sprint(r.Incidents[0].Evidence, r.Incidents[0].Advice)
	for _, want := range []string{"¥300.00 及以上", "像是限额或风控规则", "¥300.00 起的限额或风控规则"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
}

// One day in three logs - of the terminals, with masked cards, of a gateway, with whole ones, and of
// the switch - is one day: the same attempts, incidents and no gaps.
func TestOneDayInSeveralLogs(t *testing.T) {
	var pos, gateway, trace strings.Builder
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range 1400 {
		at = at.Add(41*time.Second + time.Duration(i%7)*90*time.Millisecond)
		code := "00"
		if at.Hour() == 10 && i%3 == 1 {
			code = "91"
		}
		fields := fmt.Sprintf("mid=89833015411%04d tid=1000%d%03d stan=%06d rrn=%012d type=SALE amount=%d.00 resp=%s", i%3, i%3, i/3%4, i/12+1, 630000000000+i, 20+i%50, code)
		fmt.Fprintf(&pos, "%s txn inst=BANK%d carrier=C%d card=622848******%04d %s\n", at.Format(time.DateTime), i%3, i%2, i, fields)
		fmt.Fprintf(&gateway, "%s gw txn inst=BANK%d pan=622848000000%04d %s\n", at.Format("2006-01-02 15:04:05.000"), i%3, i, fields)
		fmt.Fprintf(&trace, "%s switch mti=0210 card=622848000000%04d %s\n", at.Format("2006-01-02 15:04:05.000"), i, fields)
	}
	want := run(t, "pos.log", pos.String())
	for _, more := range [][]string{{"gateway.log", gateway.String()}, {"switch.log", trace.String()}, {"gateway.log", gateway.String(), "switch.log", trace.String()}} {
		got := run(t, append([]string{"pos.log", pos.String()}, more...)...)
		if got.Totals.Attempts != want.Totals.Attempts || got.Totals.Approved != want.Totals.Approved || len(got.Totals.ByInstitution) != 3 {
			t.Errorf("%s: %d attempts, %d approved of %d institutions, want %d and %d of 3", more[0], got.Totals.Attempts, got.Totals.Approved, len(got.Totals.ByInstitution), want.Totals.Attempts, want.Totals.Approved)
		}
		if len(got.Incidents) != 1 || got.Incidents[0].Failures != want.Incidents[0].Failures || fmt.Sprint(got.Incidents[0].Scope) != "map[institution:[BANK1]]" {
			t.Errorf("%s: %d incidents: %+v", more[0], len(got.Incidents), got.Incidents)
		}
	}
}
