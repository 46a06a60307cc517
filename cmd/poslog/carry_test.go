package main

import (
	"os"
	"path/filepath"
	"reflect"
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
		// Started twice, with what the first start left: it says the same, and leaves the same.
		left := contents(t, pool)
		again := analyzeJSON(t, "--terminal", file("pos.csv", d.terminal), "--settlement", file("bank.csv", d.settlement), "--carry", pool)
		again.Tool = r.Tool // names the file of carried rows by its content
		if !reflect.DeepEqual(again, r) {
			t.Errorf("day %d again: %+v, not %+v", n+1, again.Reconciliation, r.Reconciliation)
		}
		if now := contents(t, pool); now != left {
			t.Errorf("day %d again leaves\n%s\nnot\n%s", n+1, now, left)
		}
		args := []string{"analyze", "--terminal", filepath.Join(dir, "pos.csv"), "--settlement", filepath.Join(dir, "bank.csv"), "--carry", pool, "-o", filepath.Join(dir, "x.txt"), "--fail-if", "open_items>0"}
		want := exitDone
		if d.missing > 0 {
			want = exitPolicy
		}
		if _, errs, code := poslog(t, args...); code != want {
			t.Errorf("day %d: exit code %d with %d missing and %d waiting: %s", n+1, code, d.missing, d.waiting, errs)
		}
	}
}
