package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Money of different currencies is never added up.
func TestSeveralCurrencies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "payout.csv")
	data := "trade_time,terminal_id,amount,fee,net,currency,rrn\n" +
		"2026-05-01 12:00:00,10000001,10.00,0.59,9.41,USD,100000000001\n" +
		"2026-05-02 12:00:00,10000001,5000.00,150.00,4850.00,JPY,100000000002\n" +
		"2026-05-03 12:00:00,10000002,20.00,0.80,19.20,USD,100000000003\n"
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := poslog(t, "analyze", "--settlement", path, "--lang", "en")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, want := range []string{"3 settlement rows, JPY 5000.00 and USD 30.00 in all", "(USD)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, wrong := range []string{"CNY", "¥", "5,030.00 in all", ":USD"} {
		if strings.Contains(out, wrong) {
			t.Errorf("%q stands in\n%s", wrong, out)
		}
	}
}
