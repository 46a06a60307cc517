package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// Rows that state a day and no time are neither before nor after a moment of it: where --since or --until cuts the
// day they are left out, and that is said. Kept, those of the other part of the day would lack their terminal rows.
func TestCutDay(t *testing.T) {
	write := writer(t, t.TempDir())
	var sold, settled strings.Builder
	sold.WriteString("交易时间,商户号,终端号,流水号,参考号,金额,应答码\n")
	settled.WriteString("交易日期,商户号,终端号,参考号,交易金额,手续费,净额\n")
	for i := range 240 {
		fmt.Fprintf(&sold, "2026-11-2%d %02d:%02d:00,898330154110001,10000001,%06d,1234560%05d,100.00,00\n", i/120, 8+i%120/10, i%10*6, i, i)
		fmt.Fprintf(&settled, "2026-11-2%d,898330154110001,10000001,1234560%05d,100.00,0.60,99.40\n", i/120, i)
	}
	a, b := write("pos.csv", sold.String()), write("settle.csv", settled.String())
	for _, c := range []struct {
		flags              string
		matched, open, cut int
	}{
		{"--since 2026-11-20 --until 2026-11-22", 240, 0, 0},
		{"--since 2026-11-21", 120, 0, 0},
		{"--until 2026-11-21", 120, 0, 0},
		{"--until 2026-11-21T15:00", 120, 0, 1},
		{"--since 2026-11-20T15:00", 120, 0, 1},
	} {
		out, errs, code := poslog(t, append(strings.Fields(c.flags), "analyze", a, b, "--format", "json")...)
		var r analyze.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone {
			t.Fatalf("%s: exit code %d, %v: %s", c.flags, code, err, errs)
		}
		if n, open := r.Reconciliation.States["matched"].Count, r.Reconciliation.ToDo(); n != c.matched || open != c.open || strings.Count(errs, "no time of day") != c.cut {
			t.Errorf("%s: %d matched, %d to do, said %q; want %d, %d and %d notes", c.flags, n, open, errs, c.matched, c.open, c.cut)
		}
	}
}

// A settlement file that names no institution holds the rows of all: where some institutions are chosen, those of
// the others' terminals are not said to be unknown to the terminal, and a row more at one of theirs is.
func TestChosenInstitution(t *testing.T) {
	write := writer(t, t.TempDir())
	var sold, settled strings.Builder
	sold.WriteString("交易时间,机构,商户号,终端号,流水号,参考号,金额,应答码\n")
	settled.WriteString("交易日期,商户号,终端号,参考号,交易金额,手续费,净额\n")
	for i := range 240 {
		fmt.Fprintf(&sold, "2026-11-20 %02d:%02d:00,NSH00%d,898330154110001,1000000%d,%06d,1234560%05d,100.00,00\n", 8+i/60, i%60, 1+i%2, i%4, i, i)
		fmt.Fprintf(&settled, "2026-11-20,898330154110001,1000000%d,1234560%05d,100.00,0.60,99.40\n", i%4, i)
	}
	settled.WriteString("2026-11-20,898330154110001,10000002,123456099999,77.00,0.46,76.54\n")
	a, b := write("pos.csv", sold.String()), write("settle.csv", settled.String())
	out, errs, code := poslog(t, "analyze", a, b, "--institution", "NSH001", "--format", "json")
	var r analyze.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone {
		t.Fatalf("exit code %d, %v: %s", code, err, errs)
	}
	s := r.Reconciliation.States
	if s["matched"].Count != 120 || s["settlement_only"].Count != 1 || s["pending_cutoff"].Count != 120 || !strings.Contains(r.Reconciliation.Sides.En, "perhaps none of the rows that were chosen, so that nothing can be said of them: 120") {
		t.Errorf("%+v %s", s, r.Reconciliation.Sides.En)
	}
	out, _, _ = poslog(t, "analyze", a, b, "--where", "not institution = NSH002", "--format", "json")
	var w analyze.Result
	if err := json.Unmarshal([]byte(out), &w); err != nil || w.Reconciliation.States["settlement_only"].Count != 1 {
		t.Errorf("%v: %+v", err, w.Reconciliation)
	}
	if strings.Contains(errs, "no row names it") {
		t.Error(errs)
	}
	// One that nobody has leaves the rows that name none: the run says so.
	if _, errs, _ := poslog(t, "analyze", a, b, "--institution", "NSH001", "--institution", "nsh002", "--format", "json"); !strings.Contains(errs, "--institution nsh002: no row names it") {
		t.Error(errs)
	}
}

// What rows say of themselves the other side mostly does not: where they are chosen by it, those that are left of the
// settlement file are not said to be unknown to the terminal, nor is anybody silent whose rows were left out.
func TestChosenRows(t *testing.T) {
	dir := t.TempDir()
	poslog(t, "generate", "bank-day", "--out", dir)
	for _, where := range []string{"not code = 00", "code != B4", "latency > 500 or latency <= 500"} {
		out, errs, _ := poslog(t, "analyze", dir, "--where", where, "--format", "json")
		var r analyze.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%s: %v: %s", where, err, errs)
		}
		if n := r.Reconciliation.States["settlement_only"].Count; n > 0 || len(r.Health.Gaps) > 0 {
			t.Errorf("%s: %d settled and unknown to the terminal, gaps %+v", where, n, r.Health.Gaps)
		}
	}
}

// A bank may have a comma in its name: what a report was made of is explained with it.
func TestChosenWithComma(t *testing.T) {
	write := writer(t, t.TempDir())
	rows := write("pos.csv", "交易时间,机构,终端号,流水号,金额,应答码\n"+
		"2026-11-20 08:00:00,\"First Bank, N.A.\",10000001,000001,2.00,00\n2026-11-20 08:01:00,B2,10000002,000002,3.00,91\n2026-11-20 08:02:00,B3,10000003,000003,3.00,91\n")
	report := write("report.json", "")
	poslog(t, "analyze", rows, "--institution", "First Bank, N.A.", "--institution", "B2", "-o", report)
	if _, errs, code := poslog(t, "explain", report, "attempts"); code != exitDone {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
