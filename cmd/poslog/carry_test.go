package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCarryFromRunToRun leaves rows after the cut-off to the next day's run: one arrives
// there, one is missing by then.
func TestCarryFromRunToRun(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const pos, bank = "终端号,参考号,金额,交易时间,应答码\n", "终端号,参考号,交易金额,交易日期,交易时间\n"
	pool := filepath.Join(dir, "pool.json")
	days := []struct {
		terminal, settlement string
		matched, waiting     int
		missing              int
	}{
		{pos + "10000001,032500000001,10.00,2026-11-20 10:00:00,00\n10000001,032500000002,20.00,2026-11-20 23:10:00,00\n10000001,032500000003,30.00,2026-11-20 23:20:00,00\n",
			bank + "10000001,032500000001,10.00,2026-11-20,10:00:00\n", 1, 2, 0},
		{pos + "10000001,032600000001,11.00,2026-11-21 10:00:00,00\n",
			bank + "10000001,032500000002,20.00,2026-11-20,23:10:00\n10000001,032600000001,11.00,2026-11-21,10:00:00\n", 2, 0, 1},
	}
	for n, d := range days {
		r := analyzeJSON(t, "--terminal", file("pos.csv", d.terminal), "--settlement", file("bank.csv", d.settlement), "--carry", pool)
		s := r.Reconciliation.States
		if s["matched"].Count != d.matched || s["pending_cutoff"].Count != d.waiting || s["terminal_only"].Count != d.missing || !r.Reconciliation.Proof.Holds {
			t.Errorf("day %d: %+v", n+1, s)
		}
	}
}
