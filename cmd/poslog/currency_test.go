package main

import (
	"encoding/json"
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
	for _, want := range []string{"3 settlement rows, JPY 5000 and USD 30.00 in all", "(USD)"} {
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

// TestDecimals: amounts are read and written with the decimals of their currency, the same
// in a statement in major units and in a message whose field 4 is in minor ones.
func TestDecimals(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ currency, number, stated, minor, want, wrong string }{
		{"JPY", "392", "1500", "000000001500", "JPY 1,500", "1,500.00"},
		{"KWD", "414", "12.345", "000000012345", "KWD 12.345", "123.45"},
		{"USD", "840", "15.00", "000000001500", "USD 15.00", "1,500"},
	} {
		settle, log := filepath.Join(dir, c.currency+".csv"), filepath.Join(dir, c.currency+".log")
		for path, data := range map[string]string{
			settle: "trade_time,terminal_id,amount,fee,currency,rrn\n2026-05-01 12:00:00,10000001," + c.stated + ",0," + c.currency + ",100000000001\n",
			log:    "2026-05-01 12:00:00.000 TXN MTI=0210 F3=000000 F4=" + c.minor + " F11=000001 F37=100000000001 F39=00 F41=10000001 F49=" + c.number + "\n",
		} {
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		args := []string{"analyze", "--settlement", settle, "--terminal", log, "--lang", "en"}
		out, errs, code := poslog(t, append(args, "--format", "json")...)
		if code != exitDone {
			t.Fatalf("%s: exit code %d: %s", c.currency, code, errs)
		}
		var r struct {
			Reconciliation struct {
				States map[string]struct{ Count int }
			}
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil || r.Reconciliation.States["matched"].Count != 1 {
			t.Errorf("%s: %v, states %+v", c.currency, err, r.Reconciliation.States)
		}
		for _, format := range []string{"text", "html", "markdown", "xlsx"} {
			path := filepath.Join(dir, c.currency+"-report."+format)
			if _, errs, code := poslog(t, append(args, "--format", format, "-o", path)...); code != exitDone {
				t.Fatalf("%s: exit code %d: %s", c.currency, code, errs)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if format == "xlsx" {
				continue // cells are numbers; see TestMoneyCells of package report
			}
			if text := string(data); !strings.Contains(text, c.want) || strings.Contains(text, c.wrong) {
				t.Errorf("%s: want %q and no %q in the %s", c.currency, c.want, c.wrong, format)
			}
		}
	}
}

// A till that states no currency is in that of the settlement file: its rows are the same
// sales, not strangers.
func TestUnstatedCurrency(t *testing.T) {
	dir := t.TempDir()
	settle, till := filepath.Join(dir, "payout.csv"), filepath.Join(dir, "till.csv")
	for path, data := range map[string]string{
		settle: "trade_time,terminal_id,amount,fee,currency,rrn\n2026-05-01 12:00:00,10000001,10.00,0.10,EUR,100000000001\n2026-05-01 13:00:00,10000001,30.00,0.10,EUR,100000000002\n",
		till:   "trade_time,terminal_id,amount,response_code,rrn\n2026-05-01 12:00:00,10000001,10.00,00,100000000001\n2026-05-01 13:00:00,10000001,20.00,00,100000000002\n",
	} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := poslog(t, "analyze", "--settlement", settle, "--terminal", till, "--format", "json")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var r struct {
		Currency       string
		Reconciliation struct {
			States map[string]struct {
				Count    int
				Currency string
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	s := r.Reconciliation.States
	if r.Currency != "EUR" || s["matched"].Count != 1 || s["amount_differs"].Count != 1 || s["matched"].Currency != "EUR" {
		t.Errorf("%s %+v", r.Currency, s)
	}
}
