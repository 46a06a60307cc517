package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A refund or void that names its sale takes money back once: the sale stays approved, and
// the money line of the merchant is the sum that the reconciliation proves.
func TestRefundsCountOnce(t *testing.T) {
	dir := t.TempDir()
	terminal := "交易时间,终端号,流水号,参考号,原参考号,交易类型,交易金额,应答码,卡号\n" +
		"2026-11-20 10:00:00,10000001,000001,100000000001,,消费,100.00,00,622848******1234\n" +
		"2026-11-20 10:05:00,10000001,000002,100000000002,100000000001,退货,30.00,00,622848******1234\n" +
		"2026-11-20 10:10:00,10000001,000003,100000000003,,消费,50.00,00,622848******2345\n" +
		"2026-11-20 10:11:00,10000001,000004,100000000004,100000000003,撤销,50.00,00,622848******2345\n" +
		"2026-11-20 10:12:00,10000001,000005,100000000005,,消费,20.00,00,622848******3456\n"
	settled := "交易时间,终端号,参考号,原参考号,交易类型,交易金额,手续费\n" +
		"2026-11-20 10:00:00,10000001,100000000001,,消费,100.00,0.38\n" +
		"2026-11-20 10:05:00,10000001,100000000002,100000000001,退货,30.00,0\n" +
		"2026-11-20 10:12:00,10000001,100000000005,,消费,20.00,0.08\n"
	for name, data := range map[string]string{"terminal.csv": terminal, "settled.csv": settled} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := poslog(t, "analyze", dir, "--format", "json")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var r struct {
		Totals struct{ Approved, Reversed int }
		Sales  struct {
			Approved   struct{ Count, Amount int }
			Difference *int
		}
		Reconciliation struct {
			Items []any
			Proof struct {
				TerminalAmount int  `json:"terminal_amount"`
				Holds          bool `json:"holds"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Totals.Approved != 5 || r.Totals.Reversed != 0 || r.Sales.Approved.Amount != 9000 || r.Reconciliation.Proof.TerminalAmount != 9000 ||
		r.Sales.Difference == nil || *r.Sales.Difference != 0 || !r.Reconciliation.Proof.Holds || len(r.Reconciliation.Items) != 0 {
		t.Errorf("%+v in\n%s", r, out)
	}
}

// A refund that the settlement file lacks is no payment that is missing there.
func TestRefundMissing(t *testing.T) {
	write := writer(t, t.TempDir())
	pos, settled := "交易时间,终端号,流水号,参考号,交易类型,交易金额,应答码\n", "交易时间,终端号,参考号,交易类型,交易金额,手续费\n"
	for i := range 30 {
		kind := "消费"
		if i == 15 {
			kind = "退货"
		}
		pos += fmt.Sprintf("2026-11-20 10:%02d:00,10000001,%06d,1000000000%02d,%s,10.00,00\n", i, i, i, kind)
		if i != 15 {
			settled += fmt.Sprintf("2026-11-20 10:%02d:00,10000001,1000000000%02d,%s,10.00,0.05\n", i, i, kind)
		}
	}
	out, _, code := poslog(t, "analyze", write("pos.csv", pos), write("settled.csv", settled), "--view", "merchant", "--format", "csv", "--lang", "en")
	if code != exitDone || !strings.Contains(out, "Refunded at the terminal, missing from settlement") || strings.Contains(out, "Paid at the terminal") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
