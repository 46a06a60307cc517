package analyze_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestWalletCalls has the log of a gateway that calls a wallet: one payment is several calls, all
// of which succeed, and their status says what became of it.
func TestWalletCalls(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	call := func(order int, method, rest string) {
		at = at.Add(7 * time.Second)
		fmt.Fprintf(&b, "%s.123 INFO c.p.Gateway - method=alipay.trade.%s out_trade_no=2026%04d terminal_id=70000001 total_amount=12.%02d %s cost=90ms\n",
			at.Format(time.DateTime), method, order, order%100, rest)
	}
	for order := range 60 {
		switch order % 6 {
		case 0, 1, 2:
			call(order, "pay", "code=10000 msg=Success")
		case 3:
			call(order, "pay", "code=10003 msg=pending")
			call(order, "query", "code=10000 msg=Success trade_status=WAIT_BUYER_PAY")
			call(order, "query", "code=10000 msg=Success trade_status=TRADE_SUCCESS")
		case 4:
			call(order, "pay", "code=10003 msg=pending")
			call(order, "query", "code=10000 msg=Success trade_status=WAIT_BUYER_PAY")
			call(order, "cancel", "code=10000 msg=Success action=close")
		case 5:
			call(order, "pay", "code=40004 msg=Failed sub_code=ACQ.BUYER_BALANCE_NOT_ENOUGH")
		}
	}
	r := run(t, "gateway.log", b.String())
	if c := r.Totals.Count; c.Attempts != 60 || c.Approved != 40 || c.Declined.Business != 20 || c.Unknown != 0 || len(r.Incidents) != 0 {
		t.Errorf("%+v, %d incidents", c, len(r.Incidents))
	}
	if s := r.Sales; s.Approved.Count != 40 || s.Approved.Amount != r.Totals.ApprovedAmount {
		t.Errorf("sales %+v of %d", s.Approved, r.Totals.ApprovedAmount)
	}
}

// TestOrderTriedAgain has orders that were refused and paid under the same number.
func TestOrderTriedAgain(t *testing.T) {
	r := run(t, "pos.csv", "交易时间,商户订单号,终端号,交易金额,应答码\n"+
		"2026-11-20 08:01:30,A1,10000001,253.31,51\n2026-11-20 08:03:30,A1,10000001,253.31,00\n"+
		"2026-11-20 08:05:30,A2,10000001,10.00,B4\n2026-11-20 08:07:30,A2,10000001,10.00,00\n"+
		"2026-11-20 08:09:30,A3,10000001,20.00,00\n2026-11-20 08:09:33,A3,10000001,20.00,00\n",
		"settle.csv", "交易时间,商户订单号,终端号,交易金额,手续费\n2026-11-20 08:03:31,A1,10000001,253.31,0.96\n2026-11-20 08:07:31,A2,10000001,10.00,0.04\n2026-11-20 08:09:31,A3,10000001,20.00,0.08\n")
	if c := r.Totals.Count; c.Attempts != 5 || c.Approved != 3 || c.Declined.Business != 1 || c.ApprovedAmount != 28331 {
		t.Errorf("%+v", c)
	}
	if s := r.Reconciliation.States; s["matched"].Count != 3 || s["charged_but_failed"].Count+s["settlement_only"].Count+s["terminal_only"].Count != 0 {
		t.Errorf("%+v", s)
	}
}
