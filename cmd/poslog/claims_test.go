package main

import (
	"fmt"
	"strings"
	"testing"
)

// The merchant's page claims no more than the files say: no "all settled" while some rows
// wait, and no two files that do not match where there is one.
func TestMerchantClaims(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	till := "trade_time,terminal_id,amount,response_code,rrn\n2026-05-01 12:00:00,10000001,10.00,00,100000000001\n"
	settle := write("settle.csv", "trade_time,terminal_id,amount,fee,rrn\n2026-05-01 12:00:00,10000001,10.00,0.10,100000000001\n")
	whole := write("till.csv", till)
	bad := write("bad.csv", strings.ReplaceAll(till, ",00,", ",51,"))
	many := till
	for i := range 250 {
		many += fmt.Sprintf("2026-05-01 %02d:%02d:00,10000001,10.00,00,1000001%05d\n", 13+i/60, i%60, i)
	}
	good := write("good.csv", many)
	late := write("late.csv", till+"2026-05-03 12:00:00,10000001,20.00,00,100000000002\n")
	for _, c := range []struct {
		name           string
		args           []string
		want, unwanted string
	}{
		{"both", []string{"--settlement", settle, "--terminal", whole}, "Every sale was settled to the cent (1)", "nothing can be said"},
		{"one waits", []string{"--settlement", settle, "--terminal", late}, "To the cent: 1 sale; of 1 more nothing can be said yet.", "Every sale"},
		{"settlement only", []string{"--settlement", settle}, "There are no terminal records", "Nothing matches"},
		{"terminal only", []string{"--terminal", late}, "There is no settlement file", "cut-off"},
		{"no outage without an attempt", []string{"--settlement", settle}, "There are no terminal records", "The day"},
		{"no table of no failures", []string{"--terminal", whole}, "There is no settlement file", "that failed"},
		{"failures only", []string{"--terminal", bad}, "Not one approval: perhaps failures only were exported", "No outage"},
		{"successes only", []string{"--terminal", good}, "Not one failure: perhaps successes only were exported", "No outage"},
		{"successes only, to the desk", []string{"--terminal", good, "--view", "ops"}, "Not one failure: perhaps successes only were exported", "No incident"},
	} {
		out, errs, code := poslog(t, append([]string{"analyze", "--view", "merchant", "--lang", "en"}, c.args...)...)
		if code != exitDone {
			t.Fatalf("%s: exit code %d: %s", c.name, code, errs)
		}
		if !strings.Contains(out, c.want) || strings.Contains(out, c.unwanted) {
			t.Errorf("%s: want %q and no %q in\n%s", c.name, c.want, c.unwanted, out)
		}
	}
}

// What customers' cards refused while the line was down is none of the outage's.
func TestOutageIsNotTheCustomers(t *testing.T) {
	for _, g := range analyzeJSON(t, "samples/merchant-day").Sales.Groups {
		switch {
		case g.Group == "customer" && len(g.Incidents) > 0:
			t.Errorf("customers' declines are counted to %v", g.Incidents)
		case g.Group == "bank_or_network" && len(g.Incidents) != 1:
			t.Errorf("failures of bank or network are counted to %v", g.Incidents)
		}
	}
}

// A list of sales states no outcome. Without a settlement file to look into, nothing is
// known of any: they are no failures, and their time no outage.
func TestListOfSalesClaimsNoFailures(t *testing.T) {
	r := analyzeJSON(t, "--terminal", "samples/merchant-day/settlement.csv")
	if n := r.Totals; n.Attempts == 0 || n.Unknown != n.Attempts || n.Declined.Technical != 0 || len(r.Incidents) != 0 {
		t.Errorf("of %d rows without an outcome %d are unknown, %d technical declines, %d incidents", n.Attempts, n.Unknown, n.Declined.Technical, len(r.Incidents))
	}
}

// The sentence of the JSON says no more: of one side alone incidents cannot be told.
func TestVerdictOfOneSide(t *testing.T) {
	write := writer(t, t.TempDir())
	till := "trade_time,terminal_id,amount,response_code,rrn\n"
	for i := range 250 {
		till += fmt.Sprintf("2026-05-01 %02d:%02d:00,10000001,10.00,00,1000001%05d\n", 13+i/60, i%60, i)
	}
	for want, data := range map[string]string{"Not one failure": till, "Not one approval": strings.ReplaceAll(till, ",00,", ",51,")} {
		if r := analyzeJSON(t, write("till.csv", data)); !strings.HasPrefix(r.Verdict.Text.En, want) {
			t.Errorf("want %q: %s", want, r.Verdict.Text.En)
		}
	}
}
