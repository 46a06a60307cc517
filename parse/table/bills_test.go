package table

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// The rows below are made up in the shapes that the operators publish.

func wantChecks(t *testing.T, sum *entry.Summary, want map[string]int64) {
	t.Helper()
	for _, c := range sum.Checks {
		stated, ok := want[c.What]
		if !ok {
			t.Errorf("unexpected check %+v", c)
			continue
		}
		if c.Stated != stated || !c.Agrees() {
			t.Errorf("%s: stated %d, read %d, want %d", c.What, c.Stated, c.Read, stated)
		}
		delete(want, c.What)
	}
	for what := range want {
		t.Errorf("no check of %s", what)
	}
}

func TestWeChatMerchantBill(t *testing.T) {
	const current = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n" +
		"`2026-11-20 08:15:32,`wx0000,`1230000109,`0,`SH01,`4200000001202611200000000001,`0001,`oX1,`MICROPAY,`SUCCESS,`ICBC_DEBIT,`CNY,`99.00,`1.00,`0,`0,`0.00,`0.00,`,`,`龙井, 一级,`,`0.59,`0.60%,`100.00,`0.00,`\n" +
		"`2026-11-20 09:00:00,`wx0000,`1230000109,`0,`SH01,`4200000001202611200000000001,`0001,`oX1,`MICROPAY,`REFUND,`ICBC_DEBIT,`CNY,`0.00,`0.00,`5030000001,`R0001,`40.00,`0.00,`ORIGINAL,`SUCCESS,`龙井, 一级,`,`-0.24,`0.60%,`0.00,`40.00,`\n" +
		"总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n" +
		"`2,`99.00,`40.00,`0.00,`0.35,`100.00,`40.00\n"
	c, sum := readText(t, "\uFEFF"+current)
	if c.Records != 2 || c.Rejected != 0 || c.Skipped[entry.Footer] != 2 || sum.Side != txn.Settlement {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	sale, refund := c.recs[0], c.recs[1]
	if sale.Amount != 99_00 || sale.Fee != 59 || sale.Status != "SUCCESS" || sale.OrderNo != "0001" || sale.ChannelNo != "4200000001202611200000000001" || sale.MID != "1230000109" || sale.TID != "SH01" || sale.Kind != txn.Sale || sale.Issuer != "ICBC_DEBIT" {
		t.Errorf("sale: %+v", sale)
	}
	// The refund repeats its sale's order number; it is a row of its own.
	if refund.Amount != 40_00 || refund.Kind != txn.Refund || refund.Fee != -24 || refund.OrderNo != "0001" || refund.RefundNo == "" {
		t.Errorf("refund: %+v", refund)
	}
	wantChecks(t, sum, map[string]int64{"count": 2, "amount": 99_00, "refund_amount": 40_00, "fee": 35})

	const old = "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率\n" +
		"`2014-11-10 16：33：45,`wx0000,`10000100,`0,`1000,`1001690740201411100005734289,`1415640626,`085e,`MICROPAY,`SUCCESS,`CFT,`CNY,`0.01,`0.0,`0,`0,`0,`0,`,`,`被扫支付测试,`订单额外描述,`0,`0.60%\n" +
		"总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额\n`1,`0.01,`0.0,`0.0,`0\n"
	c, sum = readText(t, old)
	if c.Records != 1 || c.recs[0].Amount != 1 || c.recs[0].At.Time().In(shanghai).Format("15:04:05") != "16:33:45" {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	wantChecks(t, sum, map[string]int64{"count": 1, "amount": 1, "refund_amount": 0, "fee": 0})
}

func TestAlipayMerchantBill(t *testing.T) {
	const bill = "#支付宝业务明细查询\r\n#账号：[20880000000000000156]\r\n#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\r\n#-----------------------------------------业务明细列表----------------------------------------\r\n" +
		"支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\r\n" +
		"2026112022001400000000000001\t,T0001\t,交易,龙井,2026-11-20 08:15:32,2026-11-20 08:15:40,\t,\t,\t,00000001\t,a***@qq.com,100.00,100.00,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,\t,-0.60,0.00,\r\n" +
		"2026112022001400000000000001\t,T0001\t,退款,龙井,2026-11-20 08:15:32,2026-11-20 09:00:00,\t,\t,\t,00000001\t,a***@qq.com,-40.00,-40.00,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,R0001\t,0.24,0.00,\r\n" +
		"#-----------------------------------------业务明细列表结束------------------------------------\r\n#交易合计：1笔，商家实收共100.00元，商家优惠共0.00元\r\n#退款合计：1笔，商家实收退款共-40.00元，商家优惠退款共0.00元\r\n#导出时间：[2026年11月21日 08:00:00]\r\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(bill)
	if err != nil {
		t.Fatal(err)
	}
	c, sum := readText(t, gbk)
	if c.Records != 2 || c.Rejected != 0 || c.Skipped[entry.Footer] != 4 || c.Skipped[entry.Header] != 5 || sum.Charset != "gb18030" {
		t.Fatalf("%+v %v %s", c.Count, c.rejects, sum.Charset)
	}
	sale, refund := c.recs[0], c.recs[1]
	if sale.Amount != 100_00 || sale.Net != 100_00 || sale.Fee != 60 || sale.TID != "00000001" || sale.ChannelNo != "2026112022001400000000000001" || sale.At.Time().In(shanghai).Format("15:04:05") != "08:15:40" {
		t.Errorf("sale: %+v", sale)
	}
	if refund.Kind != txn.Refund || refund.Amount != 40_00 || refund.Net != -40_00 || refund.RefundNo != "R0001" || refund.Fee != -24 || refund.OrderNo != sale.OrderNo {
		t.Errorf("refund: %+v", refund)
	}
	wantChecks(t, sum, map[string]int64{"sale_count": 1, "sale_net": 100_00, "refund_count": 1, "refund_net": -40_00})
}

func TestAllinpayExport(t *testing.T) {
	c, sum := readText(t, `商户号,门店名称,终端号,交易时间,交易类型,交易批次号,凭证号,参考号,卡号,卡类别,发卡行机构代码,发卡行名称,交易金额,手续费,交易日期,交易单号,订单号,商户备注,对接应用号,原始金额,结算金额,产品类型,分期贴息,交易完成时间
821330154110001,西湖店,00000001,08:15:32,消费,000012,000123,012345678901,622848******1234,借记卡,01020000,工商银行,100.00,0.60,2026-11-20,P001,O001,,,100.00,99.40,刷卡,0.00,2026-11-20 08:15:40
821330154110001,西湖店,00000001,08:20:00,消费撤销,000012,000124,012345678902,622848******1234,借记卡,01020000,工商银行,100.00,0.60,2026-11-20,P002,O001,,,100.00,99.40,刷卡,0.00,2026-11-20 08:20:01
`)
	if c.Records != 2 || sum.Side != txn.Settlement {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	r := c.recs[0]
	if r.At.Time().In(shanghai).Format("2006-01-02 15:04:05") != "2026-11-20 08:15:32" || r.STAN != "000123" || r.RRN != "012345678901" || r.Batch != "000012" || r.TID != "00000001" ||
		r.Amount != 100_00 || r.Fee != 60 || r.Net != 99_40 || r.Issuer != "工商银行" || r.ChannelNo != "P001" || r.OrderNo != "O001" || r.PAN.Masked != "622848******1234" {
		t.Errorf("%+v", r)
	}
	if r := c.recs[1]; r.Kind != txn.Void || !r.Flags.Has(txn.NegativeByType) {
		t.Errorf("the sign is given by the type: %+v", r)
	}
}

func TestAdyenSettlementDetails(t *testing.T) {
	c, sum := readText(t, `Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number
Shop,ShopPOS,8814769000000001,O-1,visa,2026-11-20 08:15:32,CET,Settled,8814769000000002,EUR,,100.00,1,EUR,,98.90,,0.20,0.30,0.60,visadebit,,12
Shop,ShopPOS,8814769000000001,O-1,visa,2026-11-20 09:15:32,CDT,Refunded,8814769000000003,EUR,40.00,,1,EUR,40.10,,0.10,,,,visadebit,,12
Shop,ShopPOS,,,,2026-11-21 00:00:00,CET,MerchantPayout,8814769000000004,EUR,,,,EUR,58.80,,,,,,,,12
`)
	if c.Records != 3 || c.Rejected != 0 || sum.Side != txn.Settlement {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	settled, refunded, payout := c.recs[0], c.recs[1], c.recs[2]
	if settled.Amount != 100_00 || settled.Net != 98_90 || settled.Fee != 1_10 || settled.Kind != txn.Sale || settled.Currency != "EUR" || settled.ChannelNo != "8814769000000001" || settled.At.Time().Format("15:04") != "07:15" {
		t.Errorf("settled: %+v", settled)
	}
	if refunded.Amount != 40_00 || refunded.Net != -40_10 || refunded.Fee != 10 || refunded.Kind != txn.Refund || refunded.At.Time().Format("15:04") != "14:15" {
		t.Errorf("refunded: %+v", refunded)
	}
	if payout.Kind != txn.Payout || payout.Amount != 58_80 {
		t.Errorf("payout: %+v", payout)
	}
}

func TestStripeReport(t *testing.T) {
	c, sum := readText(t, `balance_transaction_id,created_utc,created,available_on_utc,currency,gross,fee,net,reporting_category,description
txn_1,2026-11-20 00:15:32,2026-11-20 08:15:32,2026-11-22 00:00:00,usd,100.00,3.20,96.80,charge,POS
txn_2,2026-11-20 01:15:32,2026-11-20 09:15:32,2026-11-22 00:00:00,usd,-40.00,0.00,-40.00,refund,POS
txn_3,2026-11-22 01:15:32,2026-11-22 09:15:32,2026-11-22 00:00:00,usd,-56.80,0.00,-56.80,payout,STRIPE PAYOUT
`)
	if c.Records != 3 || sum.Side != txn.Settlement {
		t.Fatalf("%+v %v", c.Count, c.rejects)
	}
	if r := c.recs[0]; r.Amount != 100_00 || r.Fee != 3_20 || r.Net != 96_80 || r.Currency != "USD" || r.Kind != txn.Sale || r.At.Time().Format("15:04") != "00:15" || r.ChannelNo != "txn_1" {
		t.Errorf("charge: %+v", r)
	}
	if r := c.recs[1]; r.Kind != txn.Refund || r.Amount != 40_00 {
		t.Errorf("refund: %+v", r)
	}
	if r := c.recs[2]; r.Kind != txn.Payout {
		t.Errorf("payout: %+v", r)
	}
}

func TestPayPalActivity(t *testing.T) {
	english, _ := readText(t, `"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID"
"11/20/2026","08:15:32","PST","Ann","Express Checkout Payment","Completed","USD","4,626.81","-135.00","4,491.81","1AB"
"11/20/2026","09:15:32","PST","Ann","Payment Refund","Completed","USD","-40.00","1.16","-38.84","2AB"
"11/21/2026","10:15:32","PST","","General Withdrawal","Completed","USD","-100.00","0.00","-100.00","3AB"
`)
	spanish, sum := readText(t, `"Fecha","Hora","Zona horaria","Nombre","Tipo","Estado","Divisa","Bruto","Comisión","Neto","Id. de transacción"
"20/11/2026","08:15:32","PST","Ann","Express Checkout Payment","Completed","USD","4.626,81","-135,00","4.491,81","1AB"
"20/11/2026","09:15:32","PST","Ann","Payment Refund","Completed","USD","-40,00","1,16","-38,84","2AB"
"21/11/2026","10:15:32","PST","","General Withdrawal","Completed","USD","-100,00","0,00","-100,00","3AB"
`)
	if english.Records != 3 || spanish.Records != 3 {
		t.Fatalf("%v %v", english.rejects, spanish.rejects)
	}
	for i := range english.recs {
		a, b := *english.recs[i], *spanish.recs[i]
		if a != b && a.Pos.Line == b.Pos.Line {
			a.Pos, b.Pos = txn.Pos{}, txn.Pos{}
			if a != b {
				t.Errorf("row %d\n  en %+v\n  es %+v", i, a, b)
			}
		}
	}
	r := english.recs[0]
	if r.Amount != 4626_81 || r.Fee != 135_00 || r.Net != 4491_81 || r.Kind != txn.Sale || r.Currency != "USD" || r.At.Time().Format("2006-01-02 15:04") != "2026-11-20 16:15" {
		t.Errorf("%+v", r)
	}
	if r := english.recs[1]; r.Kind != txn.Refund || r.Fee != -1_16 {
		t.Errorf("%+v", r)
	}
	if r := english.recs[2]; r.Kind == txn.Refund || r.Kind == txn.Sale {
		t.Errorf("a withdrawal is no sale: %+v", r)
	}
	if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, "day first") || !strings.Contains(notes, "comma separates decimals") {
		t.Errorf("notes: %s", notes)
	}
}

// TestFeeAboveTheSale: of a sale that is worth less than its fee the net amount is below zero; what was
// paid back has its amount in it.
func TestFeeAboveTheSale(t *testing.T) {
	c, _ := read(t, stream("s.csv", []byte(`交易时间,终端号,参考号,交易金额,手续费,结算金额
2026-11-20 10:00:00,10000001,100000000001,10.00,0.05,9.95
2026-11-20 10:01:00,10000001,100000000002,0.01,0.05,-0.04
2026-11-20 10:02:00,10000001,100000000003,0.02,-0.05,-0.03
2026-11-20 10:03:00,10000001,100000000004,0.01,0.05,-0.06
2026-11-20 10:04:00,10000001,100000000005,10.00,0.05,-9.95
2026-11-20 10:05:00,10000001,100000000006,10.00,0.00,-10.00
`)))
	for i, refund := range []bool{false, false, false, true, true, true} {
		if r := c.recs[i]; (r.Kind == txn.Refund) != refund {
			t.Errorf("%s of %d, fee %d, net %d", r.Kind, r.Amount, r.Fee, r.Net)
		}
	}
}
