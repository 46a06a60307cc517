package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestWeekendInOnePayment: banks that pay on working days pay a weekend in one sum. Its sales have
// arrived, and what was settled is what was paid.
func TestWeekendInOnePayment(t *testing.T) {
	write := writer(t, t.TempDir())
	rows := "交易时间,商户号,终端号,参考号,交易类型,交易金额,应答码\n"
	for i, sale := range []string{"19 10:00:00,100.10", "20 10:00:00,200.20", "20 11:00:00,250.00", "21 10:00:00,300.30", "22 10:00:00,400.40", "23 10:00:00,500.50"} {
		at, amount, _ := strings.Cut(sale, ",")
		rows += "2026-11-" + at + ",898330154110001,10000001,10000000000" + string(rune('1'+i)) + ",消费," + amount + ",00\n"
	}
	sales := write("sales.csv", rows)
	paid := write("paid.csv", "到账日期,商户号,到账金额\n2026-11-20,898330154110001,100.10\n2026-11-23,898330154110001,1150.90\n2026-11-24,898330154110001,500.50\n")
	out, errs, code := poslog(t, "analyze", sales, paid, "--view", "merchant", "--lang", "en")
	if code != exitDone || !strings.Contains(out, "Every sale was settled to the cent (3); nothing to do.") || !strings.Contains(out, "Settled ¥1,751.50 (3 rows)") || strings.Contains(out, "Less than sold") {
		t.Errorf("exit code %d, %s\n%.900s", code, errs, out)
	}
}

// TestPayOutBesideItsRows: what was paid out counts as no sale beside the sales, and is said where it is too little.
func TestPayOutBesideItsRows(t *testing.T) {
	rows := "交易时间,商户号,终端号,参考号,交易类型,交易金额,手续费\n"
	for day := range 6 {
		short := 0
		if day == 4 {
			short = 5
		}
		rows += fmt.Sprintf("2026-11-%d 10:00:00,898330154110001,10000001,10000000000%d,消费,1%d0.00,1.00\n", 10+day, day, day) +
			fmt.Sprintf("2026-11-%d 09:00:00,898330154110001,,,打款,%d.00,\n", 11+day, 100+10*day-1-short)
	}
	settled := writer(t, t.TempDir())("settled.csv", rows)
	out, errs, code := poslog(t, "analyze", settled, "--settlement", settled, "--view", "merchant", "--lang", "en")
	flat := strings.Join(strings.Fields(out), " ")
	if code != exitDone || !strings.Contains(flat, "Settled ¥750.00 (6 rows)") || !strings.Contains(flat, "Of 6 pay-outs, not the sum of the rows that they pay less the fees: 1 (the first at") || !strings.Contains(flat, "¥134.00, and the rows give ¥139.00") {
		t.Errorf("exit code %d, %s\n%.900s", code, errs, out)
	}
}

// TestNotPaidOutYet: a row that its settlement file calls pending waits, and one that failed to be settled
// is no money that came.
func TestNotPaidOutYet(t *testing.T) {
	sold, settled := "time,tid,rrn,amount,rc\n", "txn_time,terminal_id,rrn,amount,fee,txn_status,settlement_status\n"
	for i, state := range []string{"SETTLED", "PENDING", "SETTLED", "FAILED"} {
		sold += fmt.Sprintf("2026-11-20 10:0%d:00,10000001,63250000000%d,100.00,00\n", i, i)
		settled += fmt.Sprintf("2026-11-20 10:0%d:00,10000001,63250000000%d,100.00,0.60,SUCCESS,%s\n", i, i, state)
	}
	write := writer(t, t.TempDir())
	out, errs, code := poslog(t, "analyze", write("sold.csv", sold), write("settled.csv", settled), "--lang", "en")
	for _, want := range []string{"matched 2 200.00", "status differs 1 100.00", "waits for the other side 1 100.00"} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("%s is missing: exit code %d, %s\n%s", want, code, errs, out)
		}
	}
}
