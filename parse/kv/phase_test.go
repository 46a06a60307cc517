package kv

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// A log that tells the beginning of a transaction from its end by words alone has one record
// for each transaction, with what either line states.
func TestBeginAndEnd(t *testing.T) {
	chinese := `2026-11-20 10:00:01.123 [INFO] 交易开始 终端号=10000001 商户号=898330154110001 流水号=000101 金额=12.50 卡号=622848******1234 交易类型=消费
2026-11-20 10:00:02.456 [INFO] 交易结束 终端号=10000001 流水号=000101 应答码=00
2026-11-20 10:02:01.123 [INFO] 交易开始 终端号=10000001 商户号=898330154110001 流水号=000103 金额=30.00 卡号=622848******1236 交易类型=消费
2026-11-20 10:03:01.123 [ERROR] 终端号=10000001 流水号=000103 交易超时
2026-11-20 10:04:01.123 [INFO] 交易开始 终端号=10000001 商户号=898330154110001 流水号=000104 金额=31.00 卡号=622848******1236 交易类型=消费
2026-11-20 10:05:01.123 [INFO] 打印小票 终端号=10000001
`
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	english := strings.NewReplacer("交易开始", "Sending request to host:", "交易结束", "Response received:", "交易超时", "no response from host", "打印小票", "printing",
		"终端号", "terminal_id", "商户号", "merchant_id", "流水号", "stan", "金额", "amount", "卡号", "pan", "交易类型", "txn_type", "消费", "SALE", "应答码", "resp_code").Replace(chinese)
	for name, log := range map[string]string{"utf-8": chinese, "gbk": gbk, "english": english, "order numbers": strings.NewReplacer("stan", "order_no", "=0001", "=B20261120").Replace(english)} {
		s, _, err := readLog(t, log)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(s.records) != 3 || s.count.Rejected != 0 || s.count.Lines != 6 {
			t.Fatalf("%s: %d records of %+v", name, len(s.records), s.count)
		}
		if r := s.records[0]; r.Code != "00" || r.Amount != 1250 || r.Latency != 1333 || r.Kind != txn.Sale || r.PAN.Masked != "622848******1234" || r.MID != "898330154110001" || r.TID != "10000001" || r.Pos.Line != 2 {
			t.Errorf("%s: %+v", name, r)
		}
		if r := s.records[1]; r.Code != "" || r.Amount != 3000 || !r.Flags.Has(txn.NoAnswer) || !r.Flags.Has(txn.TimedOut) || r.Pos.Line != 3 {
			t.Errorf("%s: timed out %+v", name, r)
		}
		if r := s.records[2]; r.Amount != 3100 || !r.Flags.Has(txn.NoAnswer) || r.Flags.Has(txn.TimedOut) {
			t.Errorf("%s: without answer %+v", name, r)
		}
	}
}

// A log of beginnings alone says nothing of outcomes: none of them is a failure.
func TestBeginningsAlone(t *testing.T) {
	log := strings.Repeat("2026-11-20 10:00:01.123 [INFO] 交易开始 终端号=10000001 流水号=000101 金额=12.50\n", 3) +
		"2026-11-20 10:00:05.000 INFO TXN TID=10000002 STAN=000007 AMT=1.00 RC=00\n"
	s, _, err := readLog(t, log)
	if err != nil {
		t.Fatal(err)
	}
	if s.count.Records != 1 || s.count.Rejected != 3 || s.count.Skipped[entry.Continuation] != 0 {
		t.Errorf("%+v", s.count)
	}
}

// OPI joins the terminal's answer with the till's request by the number of the request alone.
func TestOPI(t *testing.T) {
	ask := func(at, number, amount string) string {
		return at + ` OPI > <?xml version="1.0"?><CardServiceRequest RequestType="CardPayment" RequestID="` + number + `" WorkstationID="1"><POSdata><POSTimeStamp>2026-11-20T10:00:00</POSTimeStamp></POSdata><TotalAmount Currency="EUR">` + amount + "</TotalAmount></CardServiceRequest>\n"
	}
	answer := func(at, number, amount, stan string) string {
		return at + ` OPI < <?xml version="1.0"?><CardServiceResponse RequestType="CardPayment" WorkstationID="1" RequestID="` + number + `" OverallResult="Success"><Terminal TerminalID="10000001" STAN="` + stan + `"/><Tender><TotalAmount Currency="EUR">` + amount + "</TotalAmount></Tender></CardServiceResponse>\n"
	}
	s, sum, err := readLog(t, ask("2026-11-20 10:00:01.100", "41", "39.50")+answer("2026-11-20 10:00:09.300", "41", "39.50", "000101")+
		`2026-11-20 10:01:00.000 OPI > <ServiceRequest RequestType="Login" RequestID="42" WorkstationID="1"></ServiceRequest>`+"\n"+
		ask("2026-11-20 10:02:01.100", "43", "8.00")+ask("2026-11-20 10:04:01.100", "44", "5.00")+answer("2026-11-20 10:04:03.100", "44", "5.00", "000103"))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.records) != 3 || s.count.Rejected != 0 {
		t.Fatalf("%d records of %+v", len(s.records), s.count)
	}
	if r := s.records[0]; r.Latency != 8200 || r.Amount != 3950 || r.TID != "10000001" || r.STAN != "000101" || r.Kind != txn.Sale {
		t.Errorf("%+v", r)
	}
	lost := 0
	for _, r := range s.records {
		if r.Flags.Has(txn.NoAnswer) {
			lost++
			if r.Amount != 800 {
				t.Errorf("%+v", r)
			}
		}
	}
	if !slices.ContainsFunc(sum.Columns, func(c entry.Column) bool { return c.Name == requestID && c.Field == "order_no" }) {
		t.Errorf("columns %v", sum.Columns)
	}
	if lost != 1 {
		t.Errorf("%d without an answer", lost)
	}
}
