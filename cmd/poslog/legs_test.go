package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBothLegs: a front-end that writes down what it got from the terminal and what it sent to the
// host, under a trace number of its own, has each payment twice. Each counts once, and none is missing.
func TestBothLegs(t *testing.T) {
	dir := t.TempDir()
	var log, list strings.Builder
	list.WriteString("交易时间,终端号,卡号,交易金额,流水号\n")
	for i := range 8 {
		row := func(leg string, second, stan int) {
			fmt.Fprintf(&log, "2026-11-20 08:%02d:%02d.000 leg=%s TID=10000001 STAN=%06d PAN=622848******%04d AMT=12.50 RC=00\n", 2*i, second, leg, stan, i)
		}
		row("out", 1, 700000+i)
		row("in", 2, i+1)
		fmt.Fprintf(&list, "2026-11-20 08:%02d:01,10000001,622848******%04d,12.50,%06d\n", 2*i, i, 700000+i)
	}
	for name, text := range map[string]string{"front.log": log.String(), "settlement.csv": list.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "r.json")
	if _, stderr, code := poslog(t, "analyze", dir, "-o", file); code != exitDone {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	r, err := readReport(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.Totals.Attempts != 8 || r.Totals.ApprovedAmount != 10000 {
		t.Errorf("%d attempts of %d", r.Totals.Attempts, r.Totals.ApprovedAmount)
	}
	for state, s := range r.Reconciliation.States {
		if want := map[string]int{"matched": 8}[state]; s.Count != want {
			t.Errorf("%d are %s, want %d", s.Count, state, want)
		}
	}
}
