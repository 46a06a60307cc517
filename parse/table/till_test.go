package table

import (
	"slices"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Exports of tills: the card pays the tip too, whatever the sum is called; what was voided
// is not paid; a change of the tip is no second sale; a plain code may be a number of the row.
func TestTills(t *testing.T) {
	c, sum := readText(t, `Date,Payment #,Trans Type,Voided,Pay Amt,Tip Amt,Total Charge,Card Info,Status,Code
11/20/2026,1001,Sale,No,$25.00,$5.00,$30.00,************1234,Approved,1000581
11/20/2026,1002,Sale,Yes,$40.00,$0.00,$40.00,************9876,Approved,1000582
11/20/2026,1003,Tip Adjust,No,$30.00,$1.00,$31.00,************1234,Approved,1000583
11/20/2026,1004,Refund,No,($10.00),,($10.00),************1234,Approved,1000584
`)
	for i, want := range []struct {
		amount txn.Minor
		kind   txn.Kind
		status string
	}{{30_00, txn.Sale, "Approved"}, {40_00, txn.Sale, "VOIDED"}, {31_00, txn.Other, "Approved"}, {10_00, txn.Refund, "Approved"}} {
		if r := c.recs[i]; r.Amount != want.amount || r.Kind != want.kind || r.Status != want.status || r.Code != "" {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
	if sum.Side != txn.Settlement {
		t.Error(sum.Notes)
	}
}

// A column of errors alone: rows without one were approved where they have what an approval
// has.
func TestErrorsAlone(t *testing.T) {
	const head = "オーダーID,処理区分,処理日時,利用金額,承認番号,エラーコード\n"
	for text, want := range map[string]string{
		head + "A1,CAPTURE,2026/11/20 08:15:32,12300,0123456,\nA2,CAPTURE,2026/11/20 08:16:32,9800,,G02\n": "SUCCESS ",
		head + "A1,CAPTURE,2026/11/20 08:15:32,12300,,\nA2,CAPTURE,2026/11/20 08:16:32,9800,,G02\n":        " ",
	} {
		c, sum := readText(t, text)
		if got := c.recs[0].Status + " " + c.recs[1].Status; len(c.recs) != 2 || got != want || c.recs[1].Code != "G02" {
			t.Errorf("%+v %v", c.recs, sum.Notes)
		}
	}
}

// Nothing of that is taken where the values do not bear it out.
func TestTillsThatAreNone(t *testing.T) {
	for text, want := range map[string]txn.Minor{
		"交易时间,终端号,应答码,交易金额,小费,订单合计,是否撤销\n2026-11-20 08:15:32,10000001,00,25.00,5.00,31.00,是\n2026-11-20 08:16:32,10000001,00,20.00,1.00,21.00,否\n":                   25_00, // the sum is of something else; a code says how it ended
		"Time,Terminal ID,Code,Amount,Tip,Sum,Voided\n2026-11-20 08:15:32,10000001,00,25.00,0.00,25.00,maybe\n2026-11-20 08:16:32,10000001,51,20.00,0.00,20.00,no\n": 25_00,
	} {
		c, sum := readText(t, text)
		if r := c.recs[0]; r.Amount != want || r.Status != "" || r.Code != "00" {
			t.Errorf("%+v %v", r, sum.Notes)
		}
	}
}

// Bills of a till that say how much was paid which way: the amounts have cash in them.
func TestWaysBesideTheAmount(t *testing.T) {
	const text = "流水号,时间,实收金额,现金,微信支付,银联卡,类型\n000001,2026-11-20 09:15:32,50.00,0.00,50.00,0.00,消费\n000002,2026-11-20 09:25:32,27.00,7.00,0.00,20.00,消费\n"
	const note = "现金, 微信支付, 银联卡 say how much of a row was paid in which way and are not read: the amounts are of all ways together"
	if got, sum := readText(t, text); len(got.recs) != 2 || got.recs[1].Net != 27_00 || !slices.Contains(sum.Notes, note) {
		t.Errorf("%+v %q", got.recs, sum.Notes)
	}
}
