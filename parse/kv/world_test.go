package kv

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// What an envelope says is not what became of the payment.
func TestEnvelope(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO response={"code":"200","message":"ok","data":{"termNo":"10000001","respCode":"51","respMsg":"余额不足","amount":12.30}}
2026-11-20 08:15:33.123 INFO response={"code":"200","message":"ok","data":{"termNo":"10000001","respCode":"00","amount":12.30}}
`)
	if err != nil || len(s.records) != 2 || s.records[0].Text != "余额不足" || s.records[0].Code != "51" || s.records[1].Text != "ok" {
		t.Fatalf("%v %+v", err, s.records)
	}
}

// Ends of transactions that do not name their terminal, as beginnings do.
func TestEndsWithoutATerminal(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO 交易请求 终端号=10000001,流水号=000123,交易类型=消费,交易金额=100.00
2026-11-20 08:15:33.523 INFO 交易应答 流水号=000123,应答码=00
2026-11-20 08:16:32.123 INFO 交易请求 终端号=10000002,流水号=000044,交易类型=消费,交易金额=200.00
2026-11-20 08:17:02.123 ERROR 交易超时 流水号=000044
2026-11-20 08:18:32.123 INFO 交易请求 终端号=10000001,流水号=000124,交易类型=退货,交易金额=50.00
2026-11-20 08:18:33.123 INFO 交易应答 流水号=000124,应答码=25
`)
	if err != nil || len(s.records) != 3 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.TID != "10000001" || r.Amount != 100_00 || r.Code != "00" || r.Kind != txn.Sale || r.Latency != 1400 {
		t.Errorf("%+v", r)
	}
	if r := s.records[1]; r.Kind != txn.Refund || r.Code != "25" {
		t.Errorf("%+v", r)
	}
	if r := s.records[2]; r.TID != "10000002" || !r.Flags.Has(txn.TimedOut) || r.Amount != 200_00 {
		t.Errorf("%+v", r)
	}
}

// A transaction that is logged on both of its legs is one.
func TestLegs(t *testing.T) {
	s, _, err := readLog(t, `[20261120 08:15:32][svr.c:233] INFO 收到POS请求 终端[10000001] 流水[000123] 金额[000000010000]
[20261120 08:15:32][svr.c:456] INFO 转发银联 F11[000123] F37[101203000123]
[20261120 08:15:34][svr.c:533] INFO 银联应答 F11[000123] F39[51]
[20261120 08:15:34][svr.c:601] INFO 应答POS 终端[10000001] 流水[000123] 应答码[51] 参考号[101203000123]
[20261120 08:16:32][svr.c:233] INFO 收到POS请求 终端[10000002] 流水[000044] 金额[000000002500]
[20261120 08:17:02][svr.c:601] INFO 应答POS 终端[10000002] 流水[000044] 应答码[98] 参考号[]
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.TID != "10000001" || r.Amount != 100_00 || r.Code != "51" {
		t.Errorf("%+v", r)
	}
}

// The interface of UnionPay for merchants writes fen, and kinds as numbers.
func TestUnionPayInterface(t *testing.T) {
	s, sum, err := readLog(t, `2026-11-20 08:15:32.123 INFO 请求报文: {txnType=01, merId=898310154110001, termId=10000001, txnAmt=10000, orderId=A0001, txnTime=20261120081532, traceNo=000123}
2026-11-20 08:15:33.456 INFO 应答报文: {respCode=00, respMsg=成功, merId=898310154110001, orderId=A0001, txnAmt=10000, queryId=712611200815321234567, traceNo=000123, txnTime=20261120081532}
2026-11-20 08:16:32.123 INFO 请求报文: {txnType=04, merId=898310154110001, termId=10000001, txnAmt=3000, orderId=A0002, txnTime=20261120081632, traceNo=000124}
2026-11-20 08:16:33.456 INFO 应答报文: {respCode=34, respMsg=查无此交易, merId=898310154110001, orderId=A0002, txnAmt=3000, traceNo=000124, txnTime=20261120081632}
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.Amount != 100_00 || r.Kind != txn.Sale || r.TID != "10000001" {
		t.Errorf("%+v %v", r, sum.Notes)
	}
	if r := s.records[1]; r.Amount != 30_00 || r.Kind != txn.Refund || r.Code != "34" {
		t.Errorf("%+v", r)
	}
	s, _, _ = readLog(t, `2026-11-20 08:15:32.123 INFO request: merId=898310154110001&termId=10000001&orderId=A0001&txnAmt=12800&txnTime=20261120081532&txnType=01
2026-11-20 08:15:33.123 INFO response: merId=898310154110001&termId=10000001&orderId=A0001&respCode=00
`) // the amount stands in the request alone
	if len(s.records) != 1 || s.records[0].Amount != 128_00 || s.records[0].Kind != txn.Sale {
		t.Errorf("%+v", s.records)
	}
	s, _, _ = readLog(t, "2026-11-20 08:15:32.123 INFO {\"termNo\":\"10000001\",\"amount\":10000,\"currency\":\"INR\",\"rc\":\"00\",\"created_at\":1795133732}\n")
	if len(s.records) != 1 || s.records[0].Amount != 100_00 {
		t.Errorf("%+v", s.records)
	}
}

// respCode says that the call came through, and origRespCode what became of the payment.
func TestAskedPayment(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:34 [INFO ] 应答报文=[bizType=000201&orderId=SO26112001&queryId=602611200912129048001&respCode=00&respMsg=成功&origRespCode=51&origRespMsg=余额不足&txnAmt=12800&txnTime=20261120081532&txnType=01&txnSubType=01]
2026-11-20 08:16:34 [INFO ] 应答报文=[bizType=000201&orderId=SO26112002&origRespCode=00&origRespMsg=成功&queryId=602611200912129048002&respCode=00&respMsg=成功&txnAmt=5000&txnTime=20261120081632&txnType=01&txnSubType=01]
`)
	if err != nil || len(s.records) != 2 || s.records[0].Code != "51" || s.records[0].Text != "余额不足" || s.records[0].Kind != txn.Sale || s.records[0].Amount != 128_00 || s.records[1].Code != "00" {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
}

// A beginning that knows its order alone, and an end that has a trace number besides.
func TestEndsByTheirOrder(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO startTrade transType=SALE amount=000000010000 orderNo=A0001
2026-11-20 08:15:34.123 INFO onTradeResult respCode=00 voucherNo=000123 terminalId=10000001 orderNo=A0001
2026-11-20 08:16:32.123 INFO startTrade transType=REFUND amount=000000002500 orderNo=A0002
2026-11-20 08:16:54.123 INFO onTradeResult respCode=51 voucherNo=000124 terminalId=10000001 orderNo=A0002
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 || s.records[0].Amount != 100_00 || s.records[1].Kind != txn.Refund || s.records[1].Latency != 22_000 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	s, _, err = readLog(t, `2026-11-20 08:15:32.123 INFO request={"terminalId":"10000001","amount":100.00,"tradeNo":"A0001","type":"SALE"}
2026-11-20 08:15:34.123 INFO response={"code":"200","data":{"tradeNo":"A0001","respCode":"51","traceNo":"000123"}}
`)
	if err != nil || len(s.records) != 1 || len(s.rejects) != 0 || s.records[0].Amount != 100_00 || s.records[0].TID != "10000001" || s.records[0].Code != "51" {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
}

// Requests to UnionPay's merchant services: a type of message in words, amounts in fen.
func TestMerchantServices(t *testing.T) {
	s, sum, err := readLog(t, `2026-11-20 08:15:32.123 [exec-3] INFO UmsClient - 请求银商: {"msgType":"trade.pay","mid":"898330154110001","tid":"12345678","totalAmount":"1230","merOrderId":"3194202611200001"}
2026-11-20 08:15:32.823 [exec-3] INFO UmsClient - 银商返回: {"errCode":"SUCCESS","errMsg":"成功","mid":"898330154110001","tid":"12345678","totalAmount":"1230","merOrderId":"3194202611200001","status":"TRADE_SUCCESS"}
`)
	if err != nil || len(s.records) != 1 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.Amount != 12_30 || r.Code != "SUCCESS" || r.Latency != 700 || r.OrderNo != "3194202611200001" {
		t.Errorf("%+v %v", r, sum.Notes)
	}
}

// A message type may stand in front of the pairs without a name.
func TestBareMessageType(t *testing.T) {
	s, _, err := readLog(t, `[2026-11-20 08:15:32.123][INFO][pos-1] >>> 0200 STAN=000123 TID=12345678 AMT=000000001230
[2026-11-20 08:15:33.003][INFO][pos-1] <<< 0210 STAN=000123 TID=12345678 RC=00
[2026-11-20 08:17:32.223][INFO][pos-1] >>> 0400 STAN=000125 ORIG_STAN=000124 TID=12345678 AMT=000000002230 RC=98
[2026-11-20 08:18:32.223][INFO][0800] pool STAN=000126 TID=12345678 RC=00 AMT=1.00
`)
	if err != nil || len(s.records) != 3 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.Kind != txn.Sale || r.Amount != 12_30 || r.Code != "00" || r.Latency != 880 {
		t.Errorf("%+v", r)
	}
	if r := s.records[1]; r.Kind != txn.Reversal || r.Origin != txn.ReversalReason {
		t.Errorf("%+v", r)
	}
	if r := s.records[2]; r.MTI != "" {
		t.Errorf("a number that is no message type was taken for one: %+v", r)
	}
}

// What a line does may stand in front of its values.
func TestKindsInFront(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 23:00:01 批结算 终端号=10000001 批次号=000001 总金额=1000.00 应答码=00
2026-11-20 23:00:05 [签到] 终端号=10000001 应答码=00
2026-11-20 23:01:05 消费 终端号=10000001 流水号=000200 金额=12.00 应答码=00
2026-11-20 23:02:05 交易 终端号=10000001 流水号=000201 金额=12.00 应答码=00
2026-11-20 23:03:05 消费 撤销 终端号=10000001 流水号=000202 金额=12.00 应答码=00
`)
	if err != nil || len(s.records) != 5 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	for i, want := range []txn.Kind{txn.BatchSettle, txn.SignOn, txn.Sale, txn.KindUnknown, txn.KindUnknown} {
		if got := s.records[i].Kind; got != want {
			t.Errorf("line %d: %v, want %v", i+1, got, want)
		}
	}
}

// Elements of XML that hold others have no value, and commas of Chinese end one.
func TestElementsAndCommas(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO resp: <xml><return_code><![CDATA[SUCCESS]]></return_code><result_code><![CDATA[FAIL]]></result_code><err_code><![CDATA[NOTENOUGH]]></err_code><out_trade_no>A0001</out_trade_no><total_fee>100</total_fee></xml>
2026-11-20 08:16:32.123 INFO 接收报文：<?xml version="1.0"?><response><respcode>51</respcode><respmsg>余额不足</respmsg><traceno>000123</traceno></response>
2026-11-20 08:17:32.123 INFO 【退款响应】订单号：A0002，商户号：898310154110001，金额：100.00元，返回码：0000，返回信息：成功，耗时：1400ms
`)
	if err != nil || len(s.records) != 3 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.Code != "NOTENOUGH" || r.OrderNo != "A0001" {
		t.Errorf("%+v", r)
	}
	if r := s.records[1]; r.Code != "51" || r.Text != "余额不足" || r.STAN != "000123" {
		t.Errorf("%+v", r)
	}
	if r := s.records[2]; r.Code != "0000" || r.Text != "成功" || r.Amount != 100_00 || r.Kind != txn.Refund || r.Latency != 1400 {
		t.Errorf("%+v", r)
	}
}

func TestTimesOfDay(t *testing.T) {
	const line = "08:15:32.123 [http-1] INFO  c.b.Gateway - RC=00 TID=10000001 AMT=1.00"
	for _, c := range []struct{ name, file, line, want string }{
		{"the day of the file's name", "pos.2026-11-20.log", line, "2026-11-20T00:15:32.123Z"},
		{"a day nobody knows", "pos.log", line, "date-missing"},
		{"a time of its own", "pos.2026-11-19.log", line + " TIME=20261120081530", "2026-11-20T00:15:30Z"},
		{"a day of its own", "pos.log", line + " 交易日期=2026-11-20", "2026-11-20T00:15:32.123Z"},
		{"behind a level", "pos_20261120.log", "INFO " + line, "2026-11-20T00:15:32.123Z"},
	} {
		st := stream(t, c.line+"\n")
		st.Src = &txn.Source{Name: c.file}
		s := &sink{}
		if _, err := Reader.Read(st, s); err != nil {
			t.Fatal(err)
		}
		got := ""
		switch {
		case len(s.records) == 1:
			got = s.records[0].At.Time().Format(time.RFC3339Nano)
		case len(s.rejects) == 1:
			got = s.rejects[0].Rule
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// java.util.logging writes the time and the source into a line of their own.
func TestTimeInTheLineAbove(t *testing.T) {
	const head, body = "Nov 20, 2026 2:12:31 PM com.bank.gw.PosService process\n", "INFO: TXN tid=10000001 stan=000123 amount=12.30 rspCode=00\n"
	s, _, err := readLog(t, head+body+body+"\n"+head+"note\n"+body)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.records) != 1 || s.records[0].At.Time().Format(time.RFC3339) != "2026-11-20T06:12:31Z" || s.records[0].Pos.Line != 2 {
		t.Errorf("%+v", s.records)
	}
	if len(s.rejects) != 2 || s.rejects[0].Rule != "time-missing" || s.rejects[1].Rule != "time-missing" {
		t.Errorf("%v", s.rejects)
	}
}

// Interfaces of Chinese acquirers whose amounts are in fen, without a sign of it but their names.
func TestAcquirerInterfaces(t *testing.T) {
	type want struct {
		amount, code, order, channel string
		kind                         txn.Kind
	}
	for text, wants := range map[string][]want{
		`2026-11-20 08:15:32.123 INFO 请求 body={"terminal_sn":"10298371039","client_sn":"A1","total_amount":"100","operator":"01"}
2026-11-20 08:15:34.123 INFO 响应 {"result_code":"200","biz_response":{"result_code":"PAY_SUCCESS","data":{"sn":"7894259244067218","client_sn":"A1","trade_no":"42001","status":"SUCCESS","order_status":"PAID","total_amount":"100"}}}
2026-11-20 08:16:34.123 INFO 响应 {"result_code":"200","biz_response":{"result_code":"PAY_FAIL","error_code":"INSUFFICIENT_FUND","error_message":"余额不足","data":{"client_sn":"A2","status":"FAIL_CANCELED","total_amount":"2500"}}}
2026-11-20 08:17:34.123 INFO 响应 {"result_code":"200","biz_response":{"result_code":"REFUND_SUCCESS","data":{"client_sn":"A1","trade_no":"42001","status":"SUCCESS","order_status":"REFUNDED","total_amount":"100"}}}
`: {{"1.00", "PAY_SUCCESS", "A1", "42001", txn.KindUnknown}, {"25.00", "INSUFFICIENT_FUND", "A2", "", txn.KindUnknown}, {"1.00", "REFUND_SUCCESS", "A1", "42001", txn.Refund}},
		`2026-11-20 08:15:34.123 INFO 响应 {"cusid":"990440153996000","fintime":"20261120081534","reqsn":"B1","retcode":"SUCCESS","trxid":"261120111111","trxstatus":"0000","trxamt":"100"}
2026-11-20 08:16:34.123 INFO 响应 {"cusid":"990440153996000","errmsg":"交易失败,余额不足","reqsn":"B2","retcode":"SUCCESS","trxid":"261120111112","trxstatus":"3045","trxamt":"250"}
`: {{"1.00", "0000", "B1", "261120111111", txn.KindUnknown}, {"2.50", "3045", "B2", "261120111112", txn.KindUnknown}},
		`2026-11-20 08:15:34.123 INFO response: {"code":"BBS00000","msg":"操作成功","resp_data":{"out_trade_no":"C1","trade_no":"20261120","merchant_no":"822290070111135","total_amount":"100"}}
`: {{"1.00", "BBS00000", "C1", "20261120", txn.KindUnknown}},
		`2026-11-20 08:15:34.123 INFO 返回：<xml><result_code>1014</result_code><result_msg>余额不足</result_msg><mchnt_cd>0002900F0370542</mchnt_cd><mchnt_order_no>D1</mchnt_order_no><order_amt>2550</order_amt></xml>
`: {{"25.50", "1014", "D1", "", txn.KindUnknown}},
		`2026-11-20 08:15:34.123 INFO response: {"sysdtm": "2026-11-20 08:15:34", "txcurrcd": "HKD", "respmsg": "", "txdtm": "2026-11-20 08:15:32", "txamt": "2500", "resperr": "余额不足", "out_trade_no": "E1", "syssn": "20261120180500020000000002", "respcd": "1155"}
`: {{"25.00", "1155", "E1", "20261120180500020000000002", txn.KindUnknown}},
	} {
		s, sum, err := readLog(t, text)
		if err != nil || len(s.records) != len(wants) {
			t.Errorf("%v %+v %v %v", err, s.records, s.rejects, sum.Notes)
			continue
		}
		for i, w := range wants {
			if r := s.records[i]; r.Amount.Decimal() != w.amount || r.Code != w.code || r.OrderNo != w.order || r.ChannelNo != w.channel || r.Kind != w.kind {
				t.Errorf("%+v, want %+v", r, w)
			}
		}
	}
}

// A front-end that writes what it got and later how it ended, without words for the two.
func TestPhasesWithoutWords(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32|INFO |posp-01|[TXN] 终端:10000001 商户:898310148160001 流水:000123 批次:000001 交易:消费 金额:100.00
2026-11-20 08:15:33|INFO |posp-01|[TXN] 终端:10000001 流水:000123 应答:00 参考号:715101112345 耗时:1023ms
2026-11-20 08:16:12|INFO |posp-01|[TXN] 终端:10000001 商户:898310148160001 流水:000124 批次:000001 交易:消费 金额:200.00
2026-11-20 08:16:42|ERROR|posp-01|[TXN] 终端:10000001 流水:000124 接收核心应答超时
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.Amount != 100_00 || r.Code != "00" || r.Kind != txn.Sale || r.RRN != "715101112345" {
		t.Errorf("%+v", r)
	}
	if r := s.records[1]; r.Amount != 200_00 || !r.Flags.Has(txn.TimedOut) {
		t.Errorf("%+v", r)
	}
}

// The names of control characters in the frame of a terminal are no values.
func TestFrameOfATerminal(t *testing.T) {
	s, _, _ := readLog(t, "2026-11-20 08:15:32,123 INFO Response: [STX]0[FS]T01[FS]1.54[FS]000000[FS]OK[FS]00[US]APPROVAL[US]611532[US]410813655763[FS]01[FS]15000[US]0[ETX]x\n")
	if len(s.records) != 0 {
		t.Errorf("%+v", s.records)
	}
}

// Durations of a log in which some are below 1 are in seconds.
func TestSeconds(t *testing.T) {
	s, sum, err := readLog(t, `2026-11-20 08:15:32.123 INFO tid=10000001, rc=00, stan=000101, amount=12.00, cost=0.788
2026-11-20 08:16:32.123 INFO tid=10000001, rc=91, stan=000102, amount=12.00, cost=30.001
`)
	if err != nil || len(s.records) != 2 || s.records[0].Latency != 788 || s.records[1].Latency != 30_001 || !slices.Contains(sum.Notes, field.SecondsNote) {
		t.Errorf("%v %+v %v", err, s.records, sum.Notes)
	}
	s, _, _ = readLog(t, "2026-11-20 08:15:32.123 INFO tid=10000001, rc=00, stan=000101, amount=12.00, cost=788.5\n2026-11-20 08:16:32.123 INFO tid=10000001, rc=00, stan=000102, amount=12.00, cost=0.0\n")
	if len(s.records) != 2 || s.records[0].Latency != 788 {
		t.Errorf("%+v", s.records)
	}
}

// The module of a line is no authorisation code.
func TestModuleIsNoCode(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20T01:15:12.101Z  INFO switch::auth: authorization response mti="0110" stan="000101" terminal_id="10000001" amount=128.00 response_code="00" auth_code="A12345"
2026-11-20T01:16:12.101Z  INFO switch::auth: authorization response mti="0110" stan="000102" terminal_id="10000001" amount=300.00 response_code="05" auth_code=None
`)
	if err != nil || len(s.records) != 2 || s.records[0].AuthCode != "A12345" || s.records[1].AuthCode != "" || s.records[1].Flags.Has(txn.CardEvent) {
		t.Errorf("%v %+v", err, s.records)
	}
}

// Messages of a terminal's interface in Australia, whose amounts are in cents.
func TestCentsOfTheTill(t *testing.T) {
	s, sum, _ := readLog(t, `2026-11-20 08:15:32.123 DEBUG Received {"message":{"data":{"currency":"AUD","host_response_code":"000","pos_ref_id":"prchs-1","purchase_amount":1000,"rrn":"261120001102","stan":"001102","success":true,"terminal_id":"100612348842","transaction_type":"PCASH"}}}
2026-11-20 08:16:32.123 DEBUG Received {"message":{"data":{"currency":"AUD","host_response_code":"116","pos_ref_id":"prchs-2","purchase_amount":2500,"rrn":"261120001103","stan":"001103","success":false,"terminal_id":"100612348842","transaction_type":"PURCHASE"}}}
`)
	if len(s.records) != 2 || s.records[0].Amount != 10_00 || s.records[0].Kind != txn.Sale || s.records[0].OrderNo != "prchs-1" || s.records[1].Code != "116" {
		t.Errorf("%+v %v", s.records, sum.Notes)
	}
}

// Messages of nexo, as JSON behind a logger: the category is the kind, a request says so by a
// word and is joined by the number of the sale, and what is no payment counts as none.
func TestMessagesOfNexo(t *testing.T) {
	const header = `"MessageHeader":{"MessageClass":"Service","MessageCategory":"%s","MessageType":"%s","ServiceID":"%s","POIID":"T-1"}`
	sale := func(no string) string { return `"SaleData":{"SaleTransactionID":{"TransactionID":"` + no + `"}}` }
	poi := func(no string) string { return `"POIData":{"POITransactionID":{"TransactionID":"` + no + `"}}` }
	var log strings.Builder
	line := func(at, category, word, service, body string) {
		fmt.Fprintf(&log, "2026-11-20 08:%s INFO nexo {\"SaleToPOI%s\":{"+header+",\"%s%s\":{%s}}}\n", at, word, category, word, service, category, word, body)
	}
	line("00:01.000", "Payment", "Request", "1", sale("A1")+`,"PaymentTransaction":{"AmountsReq":{"Currency":"USD","RequestedAmount":34.50}}`)
	line("00:05.000", "Payment", "Response", "1", `"Response":{"Result":"Failure","ErrorCondition":"Refusal"},`+sale("A1")+`,`+poi("P1")+`,"PaymentResult":{"AmountsResp":{"Currency":"USD","AuthorizedAmount":0}}`)
	line("01:01.000", "Reversal", "Request", "2", `"OriginalPOITransaction":{"POITransactionID":{"TransactionID":"P0"}},"ReversedAmount":24.99`)
	line("01:03.000", "Reversal", "Response", "2", `"Response":{"Result":"Success"},`+poi("P2"))
	line("02:05.000", "Payment", "Response", "3", `"Response":{"Result":"Success"},`+sale("A3")+`,`+poi("P3")+`,"PaymentResult":{"PaymentType":"Refund","AmountsResp":{"Currency":"USD","AuthorizedAmount":5.00}}`)
	line("03:05.000", "Payment", "Response", "4", `"Response":{"Result":"Success"},`+sale("A4")+`,`+poi("P4")+`,"PaymentResult":{"PaymentType":"Normal","AmountsResp":{"Currency":"USD","AuthorizedAmount":6.00}}`)
	line("04:05.000", "Diagnosis", "Response", "5", `"Response":{"Result":"Success"}`)
	s, _, err := readLog(t, log.String())
	if err != nil || len(s.records) != 5 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	for i, want := range []struct {
		kind   txn.Kind
		amount txn.Minor
	}{{txn.Sale, 34_50}, {txn.Reversal, txn.NoAmount}, {txn.Refund, 5_00}, {txn.Sale, 6_00}, {txn.Echo, txn.NoAmount}} {
		if r := s.records[i]; r.Kind != want.kind || r.Amount != want.amount || r.TID != "T-1" {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if r := s.records[0]; r.Latency != 4000 || r.ChannelNo != "A1" {
		t.Errorf("%+v", r)
	}
}

// A key that stands twice in a line with different values is said; the same value again, or one in
// another object of JSON, is not.
func TestKeysTwice(t *testing.T) {
	const line = "2026-11-20 08:15:%02d.123 INFO TXN tid=10000001 stan=00010%d amount=12.50 %s code=00 rrn=123456000101\n"
	for more, want := range map[string]string{"amount=13.50": "amount", "tid=10000002": "tid", "amount=12.50": "", "tip=1.00": "", `data={"tid":"10000002"}`: ""} {
		s, sum, err := readLog(t, fmt.Sprintf(line, 1, 1, "amount=12.50")+fmt.Sprintf(line, 2, 2, "amount=12.50")+fmt.Sprintf(line, 3, 3, more))
		if err != nil || len(s.records) != 3 || s.records[2].Amount != 12_50 || s.records[2].TID != "10000001" {
			t.Fatalf("%s: %v %+v", more, err, s.records)
		}
		note := want + " stands twice in a line, with different values: the first counts"
		if got := slices.ContainsFunc(sum.Notes, func(n string) bool { return strings.Contains(n, "stands twice") }); got != (want != "") || got && !slices.Contains(sum.Notes, note) {
			t.Errorf("%s: %q", more, sum.Notes)
		}
	}
}

// The bridges of terminals: a kind that nobody knows is no number of the channel, and the kind of
// business to Allinpay no number of an order.
func TestBridges(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 onResult {"transId":"扫一扫","resultCode":"0","transData":{"resCode":"00","terminalNo":"12345678","traceNo":"000103","amt":"32.50"}}
2026-11-20 08:16:32.123 request={"BUSINESS_ID":"100100001","AMOUNT":"000000001250","TRANS_ORDER_NO":"A1"}
2026-11-20 08:16:34.123 response={"BUSINESS_ID":"100100001","REJCODE":"X1","REJCODE_CN":"交易取消","AMOUNT":"000000001250","TRANS_ORDER_NO":"A1"}
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	if r := s.records[0]; r.ChannelNo != "" || r.Doing != "扫一扫" || r.Code != "00" {
		t.Errorf("%+v", r)
	}
	if r := s.records[1]; r.OrderNo != "A1" || r.Text != "交易取消" {
		t.Errorf("%+v", r)
	}
}

// A message type may stand under a name for texts.
func TestMessageTypeForText(t *testing.T) {
	s, _, err := readLog(t, `20261120 081532.123 TITP> MSG=0200 F003=000000 F004=000000001250 F011=000101 F041=10000001
20261120 081533.123 TITP< MSG=0210 F003=000000 F004=000000001250 F011=000101 F039=00 F041=10000001
20261120 081633.123 TITP< MSG=hello F011=000102 F039=51 F041=10000001
`)
	if err != nil || len(s.records) != 2 || len(s.rejects) != 0 || s.records[0].MTI != "0210" || s.records[0].Latency != 1000 || s.records[1].Text != "hello" {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
}

// What only the request of a reversal says is what it reverses.
func TestReferencesOfTheRequest(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 TXN MTI=0400 TID=10000001 STAN=000102 AMT=12.50 ORIG_STAN=000101 ORIG_RRN=123456000101 acquirer=48021000
2026-11-20 08:15:33.123 TXN MTI=0410 TID=10000001 STAN=000102 RC=00
`)
	if err != nil || len(s.records) != 1 || s.records[0].OrigSTAN != "000101" || s.records[0].OrigRRN != "123456000101" || s.records[0].Acquirer != "48021000" {
		t.Errorf("%v %+v", err, s.records)
	}
}

// An object that is called charge is no fee, and the code of a host says more than that of
// the program in between.
func TestChargesAndHosts(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32.123 INFO client - {"id":"pi_1","amount":12.50,"currency":"cad","last_payment_error":{"charge":"ch_1","code":"card_declined"},"status":"failed"}
2026-11-20 08:16:32.123 Response: <ResultCode>000100</ResultCode><ResultTxt>DECLINE</ResultTxt><HostCode>51</HostCode><RequestedAmount>12.50</RequestedAmount><RefNum>13</RefNum>
2026-11-20 08:17:32.123 Response: <ResultCode>100001</ResultCode><ResultTxt>TIMEOUT</ResultTxt><HostCode></HostCode><RequestedAmount>12.50</RequestedAmount><RefNum>14</RefNum>
`)
	if err != nil || len(s.records) != 3 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	for i, want := range []string{"CARD_DECLINED", "51", "100001"} {
		if r := s.records[i]; r.Code != want || r.Amount != 12_50 || r.Fee.Valid() {
			t.Errorf("%s: %+v", want, r)
		}
	}
}

// Beside the code of a virtual terminal, its response is a class of answers.
func TestProcReturnCode(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32 INFO <CC5Response><OrderId>A1</OrderId><Response>Declined</Response><HostRefNum>632400000001</HostRefNum><ProcReturnCode>51</ProcReturnCode><ErrMsg>Yetersiz bakiye</ErrMsg></CC5Response>
2026-11-20 08:16:32 INFO response {"order_id":"A2","host_ref_num":"632400000002","response":"Approved","proc_return_code":"00","code":"00","amount":"1.01","currency":"TRY"}
2026-11-20 08:17:32 INFO response {"order_id":"A3","host_ref_num":"632400000003","response":"Declined","proc_return_code":"","amount":"1.01","currency":"TRY"}
`)
	if err != nil || len(s.records) != 3 || len(s.rejects) != 0 {
		t.Fatalf("%v %+v %v", err, s.records, s.rejects)
	}
	full := "2026-11-20 08:15:32.123 TXN TID=10000001 STAN=000123 AMT=1.00 RESPONSE=Declined RC=51 RRN=632400000001\n"
	if q, _, err := readLog(t, strings.Repeat(full, 3)+strings.Replace(full, "51", "", 1)); err != nil || len(q.records) != 4 || q.records[3].Code != "DECLINED" {
		t.Errorf("%v %+v", err, q.records)
	}
	for i, want := range []string{"51", "00", "DECLINED"} {
		if r := s.records[i]; r.Code != want || !strings.HasPrefix(r.RRN, "63240000000") {
			t.Errorf("%s: %+v", want, r)
		}
	}
}
