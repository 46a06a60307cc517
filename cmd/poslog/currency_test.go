package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
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
	for _, want := range []string{"3 settlement rows, JPY 5,000 and USD 30.00 in all", "(USD)"} {
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

// TestSumsOfOneCurrency: every sum of a report is of one currency, and the report says what
// moved in others.
func TestSumsOfOneCurrency(t *testing.T) {
	dir := t.TempDir()
	terminal, settled := filepath.Join(dir, "pos.csv"), filepath.Join(dir, "paid.csv")
	for path, data := range map[string]string{
		terminal: "Date,Terminal,Merchant,STAN,RRN,Card,Amount,Currency,Response\n" +
			"2026-11-20 10:00:00,T0000001,M01,000001,630001000001,622848******1234,12.50,USD,00\n" +
			"2026-11-20 10:01:00,T0000001,M01,000002,630001000002,622848******1235,1250,JPY,00\n" +
			"2026-11-20 10:02:00,T0000001,M01,000003,630001000003,622848******1236,20.00,USD,00\n" +
			"2026-11-20 10:03:00,T0000001,M01,000004,630001000004,622848******1237,3000,JPY,91\n" +
			"2026-11-20 10:04:00,T0000001,M01,000005,630001000005,622848******1238,5.00,USD,91\n" +
			"2026-11-20 10:05:00,T0000001,M01,000006,630001000006,622848******1239,7.00,USD,00\n",
		settled: "trade_time,terminal_id,amount,currency,rrn\n" +
			"2026-11-20 10:00:00,T0000001,12.50,USD,630001000001\n" +
			"2026-11-20 10:01:00,T0000001,1250,JPY,630001000002\n" +
			"2026-11-20 10:02:00,T0000001,20.00,USD,630001000003\n" +
			"2026-11-20 10:03:00,T0000001,3000,JPY,630001000004\n",
	} {
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"analyze", "--terminal", terminal, "--settlement", settled, "--lang", "en"}
	out, errs, code := poslog(t, append(args, "--format", "json")...)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var r map[string]any
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"currency":               "USD",
		"totals/approved_amount": 3950.0,
		"totals/by_institution/0/approved_amount":                      3950.0,
		"totals/other_currencies/0":                                    map[string]any{"currency": "JPY", "attempts": 2.0, "approved": 1.0, "approved_amount": 1250.0},
		"sales/approved/amount":                                        3950.0,
		"sales/approved/count":                                         3.0,
		"sales/failed/amount":                                          500.0,
		"sales/settled/amount":                                         3250.0,
		"codes/0/amount":                                               3950.0,
		"codes/1/amount":                                               500.0,
		"reconciliation/proof/terminal_amount":                         3950.0,
		"reconciliation/proof/settlement_amount":                       3250.0,
		"reconciliation/other_currencies/0":                            map[string]any{"currency": "JPY", "terminal_amount": 1250.0, "settlement_amount": 4250.0},
		"reconciliation/states/matched/amount":                         3250.0,
		"reconciliation/states/matched:JPY/amount":                     1250.0,
		"reconciliation/states/charged_but_failed:JPY/amount":          3000.0,
		"reconciliation/money_at_risk/charged_not_approved:JPY/amount": 3000.0,
	} {
		if got := at(r, path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	out, _, _ = poslog(t, args...)
	for _, want := range []string{"Approved amount USD 39.50", "Sums of money are of USD only; counts are of all currencies. In another currency: 2 attempts, 1 approved, JPY 1,250.",
		"charged but failed (JPY)", "JPY 3,000", "4 settlement rows of USD 32.50", "settlement rows of JPY 4,250"} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	report := filepath.Join(dir, "report.json")
	if _, errs, code := poslog(t, append(args, "-o", report)...); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, path := range []string{"totals/approved_amount", "totals/other_currencies/JPY/approved_amount", "codes/-/00/unknown/amount",
		"reconciliation/states/charged_but_failed:JPY/count", "reconciliation/states/charged_but_failed/count"} {
		if out, errs, code := poslog(t, append([]string{"explain", report, path}, args[1:]...)...); code != exitDone {
			t.Errorf("explain %s: exit code %d\n%s%s", path, code, out, errs)
		}
	}
}

// at is the value at a path of decoded JSON, nil where there is none.
func at(v any, path string) any {
	for _, name := range strings.Split(path, "/") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n >= len(x) {
				return nil
			}
			v = x[n]
		default:
			return nil
		}
	}
	return v
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
