package table

import (
	"testing"

	"github.com/poslog/poslog/txn"
)

// A movement of an account happened when it was booked, not when the goods were ordered.
func TestBookedTime(t *testing.T) {
	c, _ := readText(t, `类型,支付流水号,收入(元),支出(元),余额(元),下单时间,入账时间
订单入账,2611200001,80.00,,1080.00,2026-11-20 08:00:00,2026-11-20 08:00:05
订单退款,2611200002,,80.00,1000.00,2026-11-20 08:00:00,2026-11-20 15:30:05
`)
	if len(c.recs) != 2 || c.recs[1].Kind != txn.Refund || c.recs[1].At.Time().In(shanghai).Format("15:04:05") != "15:30:05" {
		t.Fatalf("%+v %v", c.recs, c.rejects)
	}
	c, _ = readText(t, `交易类型,订单号,订单金额,手续费,下单时间,入账时间
消费,2611200001,80.00,0.30,2026-11-20 08:00:00,2026-11-21 03:00:05
`)
	if len(c.recs) != 1 || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "08:00:00" {
		t.Fatalf("%+v %v", c.recs, c.rejects)
	}
}

// Names of a second table, of which most are new, are names all the same.
func TestSecondTableOfRefunds(t *testing.T) {
	c, sum := readText(t, `商户编号,商户订单号,平台号,下单时间,支付完成时间,订单金额,商户手续费,入账金额,订单状态
10000001,A1,P1,2026-11-20 08:15:32,2026-11-20 08:15:40,80.00,0.30,79.70,SUCCESS
10000001,A2,P2,2026-11-20 08:16:32,2026-11-20 08:16:40,20.00,0.08,19.92,SUCCESS
退款明细,,,,,,,,
商户编号,商户退款请求,平台流水,原订单,退款申请时间,退款完成时间,退款金额,退还,扣账,退款状态
10000001,R1,P9,A1,2026-11-20 09:15:32,2026-11-20 09:15:40,80.00,0.00,80.00,SUCCESS
`)
	if c.Records != 3 || c.Rejected != 0 {
		t.Fatalf("%+v %v %v", c.Count, c.rejects, sum.Notes)
	}
	if r := c.recs[2]; r.Kind != txn.Refund || r.Amount != 80_00 || r.At.Time().In(shanghai).Format("15:04:05") != "09:15:40" {
		t.Errorf("refund: %+v", r)
	}
}
