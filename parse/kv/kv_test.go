package kv

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// sink collects what a reader hands on.
type sink struct {
	records []*txn.Record
	rejects []*entry.Reject
	count   entry.Count
}

func (s *sink) Record(r *txn.Record, lines int) {
	c := r.Clone()
	c.PAN.Token = 0 // differs in every process
	s.records = append(s.records, c)
	s.count.Records += lines
}
func (s *sink) Reject(r *entry.Reject, lines int) {
	s.rejects = append(s.rejects, r)
	s.count.Rejected += lines
}
func (s *sink) Skip(kind entry.Skip, lines int) { s.count.Skipped[kind] += lines }

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func stream(t testing.TB, text string) *entry.Stream {
	return &entry.Stream{Src: &txn.Source{Name: "pos.log"}, Head: []byte(text[:min(len(text), 64<<10)]), R: strings.NewReader(text), Loc: shanghai(t)}
}

// read parses a text and proves that no line was lost.
func readLog(t testing.TB, text string) (*sink, *entry.Summary, error) {
	t.Helper()
	s := &sink{}
	sum, err := Reader.Read(stream(t, text), s)
	if err != nil {
		return s, sum, err
	}
	s.count.Lines = physical(text)
	if sum.Lines != s.count.Lines {
		t.Fatalf("the reader counted %d lines of %d", sum.Lines, s.count.Lines)
	}
	if err := s.count.Check(); err != nil {
		t.Fatalf("%v\n%+v", err, s.count)
	}
	return s, sum, nil
}

func physical(text string) int {
	n := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		n++
	}
	return n
}

const ordinary = `2026-11-20 08:15:32.123 INFO TXN INST=NSH001 MID=898330154110001 TID=10000001 MTI=0210 PCODE=000000 STAN=000123 RRN=123456789012 PAN=622848******1234 AMT=000000012300 RC=00 RT=235ms NET=4G CARRIER=CMCC REGION=杭州 ISSUER=ICBC MODEL=S90`

func TestOrdinaryLine(t *testing.T) {
	s, sum, err := readLog(t, ordinary+` ERR="通讯超时"`+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.records) != 1 {
		t.Fatalf("%d records, rejects %v", len(s.records), s.rejects)
	}
	want := txn.New()
	want.Pos = txn.Pos{Src: s.records[0].Pos.Src, Line: 1}
	want.At = txn.At(time.Date(2026, 11, 20, 0, 15, 32, 123e6, time.UTC))
	want.Prec, want.Side, want.Kind = txn.PrecMilli, txn.Terminal, txn.Sale
	want.Flags = txn.ZoneAssumed | txn.TimedOut
	want.MTI, want.ProcCode, want.Amount, want.Code, want.Latency = "0210", "000000", 12300, "00", 235
	want.Institution, want.MID, want.TID, want.STAN, want.RRN = "NSH001", "898330154110001", "10000001", "000123", "123456789012"
	want.Issuer, want.Carrier, want.Region, want.Network, want.Model = "ICBC", "CMCC", "杭州", "4G", "S90"
	want.Text = "通讯超时"
	want.PAN.Masked = "622848******1234"
	if !reflect.DeepEqual(s.records[0], want) {
		t.Errorf("got  %+v\nwant %+v", s.records[0], want)
	}
	if sum.Charset != "utf-8" || sum.Side != txn.Terminal {
		t.Errorf("summary %+v", sum)
	}
}

func TestLines(t *testing.T) {
	const p = "2026-11-20 08:15:32 "
	tests := []struct {
		name, line string
		want       string // TID code amount kind flags; or reject:rule, or skip:kind
	}{
		{"keys of another log", p + "应答码=b4 终端号=00012345 交易金额=12.30 流水号=000001", "00012345 B4 1230 unknown []"},
		{"any case and order", p + "rspcode=96 amount=1,234.56 term=7 trace=000009", "7 96 123456 unknown []"},
		{"fields by number", p + "F0=0210 F3=000000 F4=100 F11=000001 F39=05 F41=10000001", "10000001 05 100 sale []"},
		{"a wallet's answer", p + "<xml><return_code><![CDATA[SUCCESS]]></return_code><result_code><![CDATA[FAIL]]></result_code><err_code><![CDATA[NOTENOUGH]]></err_code><total_fee>1330</total_fee><out_trade_no>A2</out_trade_no></xml>", " NOTENOUGH 1330 unknown []"},
		{"a wallet's answer that went well", p + "return_code=SUCCESS&result_code=SUCCESS&total_fee=1330&out_trade_no=A2&sign=ABC", " SUCCESS 1330 unknown []"},
		{"a wallet's amount with decimals", p + "out_trade_no=A2&total_fee=12.00&trade_status=TRADE_SUCCESS&trade_no=A20261120", " - 1200 unknown []"},
		{"a wallet's amount with parts", p + "out_trade_no=A2&total_fee=12.5&trade_status=TRADE_SUCCESS&trade_no=A20261120", " - 1250 unknown []"},
		{"cents in the name", p + `{"terminal_id":"10000001","amount_in_cents":1200,"rc":"51"}`, "10000001 51 1200 unknown []"},
		{"a time that there is not yet", p + `{"terminal_id":"10000001","gmt_payment":"0000-00-00 00:00:00","amount":"12.00","rc":"51"}`, "10000001 51 1200 unknown []"},
		{"the zone of a server", p + "TID=10000001 zone=12 AMT=12.00 RC=51", "10000001 51 1200 unknown []"},
		{"lists of Python 2", p + `<QueryDict: {u'tid': [u'10000001'], u'amount': [u'12.00'], u'rc': [u'51'], u'note': u'x'}>`, "10000001 51 1200 unknown []"},
		{"words of Python 2", p + `{u'tid': u'10000001', u'amount': u'12.00', u'rc': u'51'}`, "10000001 51 1200 unknown []"},
		{"a sentence behind a vague name", p + `[RESPONSE]: Decoded body: {"status":"complete-ok","terminal_id":"10000001","amount":"12.00"}`, "10000001 - 1200 unknown []"},
		{"a name behind a vague one", p + `[RESPONSE]: Data: {"status":"refund-ok","terminal_id":"10000001","amount":"12.00"}`, "10000001 - 1200 refund [negative_by_type]"},
		{"a cancel in words", p + "TID=10000001 AMT=1.00 response: Cancelled by customer", "10000001 CANCELLED 100 unknown []"},
		{"a capture in words", p + "TID=10000001 AMT=1.00 response: Captured by host", "10000001 CAPTURED 100 unknown []"},
		{"an answer in words", p + "Response: Declined by host, TID=10000001 AMT=1.00", "10000001 DECLINED 100 unknown []"},
		{"a code in an answer", p + `resp={"code":"10000","total_amount":"12.30","out_trade_no":"A1"}`, " 10000 1230 unknown []"},
		{"a time-out as the reason", p + "TID=10000001 RC=Z5 reason=通讯超时 AMT=1.00", "10000001 Z5 100 unknown [timed_out]"},
		{"a thread beside the terminal", p + "[pid:1234][tid:5678] 终端号[10000001] 应答码[00] 金额[1.00]", "10000001 00 100 unknown []"},
		{"a thread beside field 41", p + "[TID:4711] F003=000000 F004=000000000100 F011=000001 F039=05 F041=10000001", "10000001 05 100 sale []"},
		{"a terminal beside a till", p + "TID=10000001 POS=3 RC=00 AMT=1.00", "10000001 00 100 unknown []"},
		{"digits with a fraction", "[20261120 081532.123] RC=00 TID=10000001 AMT=1.00", "10000001 00 100 unknown []"},
		{"a processing code", p + "tid=10000001 stan=000001 proc=200000 amt=1.00 rc=00", "10000001 00 100 refund [negative_by_type]"},
		{"a void by its processing code", p + "tid=10000001 stan=000001 proc=020000 amt=1.00 rc=00", "10000001 00 100 void [negative_by_type]"},
		{"a process is no processing code", p + "tid=10000001 stan=000001 proc=poller amt=1.00 rc=00", "10000001 00 100 unknown []"},
		{"a heading with a colon", p + "Response: response=1&response_code=100&orderid=A1&amount=1.00&terminalid=10000001", "10000001 100 100 unknown []"},
		{"an amount in JSON in front of a name nobody knows", p + `{"ResponseCode":"00","Amount":42,"AmtTip":0,"Catid":"10000001"}`, "10000001 00 4200 unknown []"},
		{"a notice of Redsys", p + "Ds_Date=20%2F11%2F2026&Ds_Hour=08%3A15&Ds_Amount=1230&Ds_Currency=978&Ds_Order=14460&Ds_MerchantCode=999008881&Ds_Terminal=1&Ds_Response=0190", "1 0190 1230 unknown []"},
		{"a response alone", p + "Response: 05 TID=10000001 AMT=1.00", "10000001 05 100 unknown []"},
		{"commas", p + "[RC=00, TID=10000001, AMT=1.00, STAN=000001]", "10000001 00 100 unknown []"},
		{"bars", p + "|RC=00|TID=10000001|AMT=1.00|STAN=000001|", "10000001 00 100 unknown []"},
		{"a unit in brackets", p + "终端号=10000001,流水号=000001,交易金额(元)=1.00,应答码=00(成功)", "10000001 00 100 unknown []"},
		{"a unit in full-width brackets", p + "终端号=10000001 交易金额（分）=100 应答码=00", "10000001 00 100 unknown []"},
		{"brackets that are no part of a key", p + "done (1)=x (amount)=y TID=10000001 AMT=1.00 RC=00", "10000001 00 100 unknown []"},
		{"colons", p + "RC:00 TID:10000001 AMT:1.00", "10000001 00 100 unknown []"},
		{"colons, the code empty", p + "终端号:10000001 金额:1.00 应答码: 应答信息:通讯超时 参考号: 耗时:60000ms", "10000001 - 100 unknown [timed_out]"},
		{"colons and blanks, the code empty", p + "终端号: 10000001 金额: 1.00 应答码:  应答信息: 通讯超时", "10000001 - 100 unknown [timed_out]"},
		{"a value with a colon", p + "TID: 10000001 RC: 00 AMT: 1.00 TIME: 08:15:32", "10000001 00 100 unknown []"},
		{"full-width colons", p + "应答码：00，终端号：10000001，金额：1.00", "10000001 00 100 unknown []"},
		{"spaced", p + "RC = 00 TID = 10000001 AMT = 1.00", "10000001 00 100 unknown []"},
		{"bracketed values", p + "RC[00] RC:[51] TID:[10000001] AMT:[1.00]", "10000001 00 100 unknown []"},
		{"text without quotes", p + "RC=91 ERR=issuer system down TID=10000001", "10000001 91 - unknown []"},
		{"escapes", p + `RC=91 ERR="say \"no\" RC=00" TID=10000001`, "10000001 91 - unknown []"},
		{"key with time", "TIME=2026-11-20 08:15:32 RC=00 TID=10000001 AMT=1.00", "10000001 00 100 unknown []"},
		{"short key with time", "TS=20261120081532 RC=00 TID=10000001 AMT=1.00", "10000001 00 100 unknown []"},
		{"class name before the keys", "2026-11-20 08:15:32.001 [http-8080-3] DEBUG c.b.Gateway:88 - RC=00 TID=10000001 AMT=1.00", "10000001 00 100 unknown []"},
		{"empty code, time-out text", p + "TXN RC= ERR=\"接收超时\" TID=10000001 AMT=1.00", "10000001 - 100 unknown [timed_out]"},
		{"empty code at the limit", p + "TXN RC= RT=60000ms TID=10000001 AMT=1.00", "10000001 - 100 unknown [timed_out]"},
		{"no code key, time-out text", p + "TXN AMT=1.00 TID=10000001 ERR=TIMEOUT", "10000001 - 100 unknown [timed_out]"},
		{"reversal", p + "MTI=0420 RC=98 TID=10000001 STAN=000002", "10000001 98 - reversal []"},
		{"offset in the stamp", "2026-11-20T08:15:32.123+08:00 RC=00 TID=1 AMT=1.00", "1 00 100 unknown []"},
		{"the first code that is not empty", p + "RC= RESP=51 TID=1 AMT=1.00", "1 51 100 unknown []"},
		{"heartbeat", p + "INFO HEARTBEAT TID=10000001 SEQ=5", "skip:noise"},
		{"start-up", p + "INFO listening on port 8080", "skip:noise"},
		{"heartbeat with a status", p + "INFO alive TID=10000001 STATUS=OK", "skip:noise"},
		{"result holds a code", p + "RESULT=B4 TID=10000001 AMT=1.00", "10000001 B4 100 unknown []"},
		{"status word", p + "STATUS=SUCCESS TID=10000001 AMT=1.00", "10000001 - 100 unknown []"},
		{"logfmt", `ts=2026-11-20T08:15:32+08:00 level=info msg="txn done" rc=00 tid=10000001 amt=1.00`, "10000001 00 100 unknown []"},
		{"Chinese brackets", p + "【交易完成】终端号：10000001、应答码：00、金额：1.00", "10000001 00 100 unknown []"},
		{"keys in brackets", p + "[终端号]=[00012345] [交易金额]=[12.30] [ 应答码 ]=[B4]", "00012345 B4 1230 unknown []"},
		{"brackets right behind keys", "[20261120081532][posp][77]tpsend.c:345 终端[00012345]金额[000000001230]返回[B4]", "00012345 B4 1230 unknown []"},
		{"process in brackets", p + "pos[1234]: RC=00 TID=10000001 AMT=1.00", "10000001 00 100 unknown []"},
		{"JSON behind a logger", p + `INFO [main] c.x.Gateway - 响应: {"respCode":"00","termId" : "00012345","txnAmt":12.30,"msg":null}`, "00012345 00 1230 unknown []"},
		{"codes and amounts of other things", p + `{"reference":{"code":"A1"},"cardVerification":{"resultCode":"3"},"tip":{"amount":"1.00"},"issuerResponse":{"code":"51"},"amount":"12.30","termId":"00012345","store":{"code":"7"}}`, "00012345 51 1230 unknown []"},
		{"the call came through in words, the payment did not", p + `{"resultCode":"SUCCESS","data":{"responseCode":"51","terminalNo":"00012345","amt":"12.30"}}`, "00012345 51 1230 unknown []"},
		{"the call came through in words, the code says no more", p + `{"resultCode":"SUCCESS","errCode":"0","terminalNo":"00012345","amt":"12.30"}`, "00012345 SUCCESS 1230 unknown []"},
		{"the call came through, the payment did not", p + `{"transId":"撤销","resultCode":"0","resultMsg":"","transData":{"resCode":"51","resDesc":"余额不足","terminalNo":"00012345","amt":"12.30"}}`, "00012345 51 1230 void [negative_by_type]"},
		{"elements with attributes", p + `<Response RequestType="PaymentRefund" Result="Success"><Terminal TID="00012345"/><Other Currency="EUR">3.00</Other><RC of="host">00</RC><Amount Currency="EUR">12.30</Amount></Response>`, "00012345 00 1230 refund [negative_by_type]"},
		{"JSON in JSON", p + `{"body":"{\"respCode\":\"51\",\"termId\":\"00012345\",\"txnAmt\":\"12.30\"}"}`, "00012345 51 1230 unknown []"},
		{"dictionary of Python", p + "{'rc': '00', 'tid': '00012345', 'amount': 12.3, 'stan': None}", "00012345 00 1230 unknown []"},
		{"elements of XML", p + `send: <?xml version="1.0"?><A><RC>51</RC><TERMID>00012345</TERMID><AMT>12.30</AMT><ERR><![CDATA[余额不足]]></ERR></A>`, "00012345 51 1230 unknown []"},
		{"answer of a class", p + "TradeResp(termId=00012345, amount=12.30, respCode=00)", "00012345 00 1230 unknown []"},
		{"fields by number in Chinese", p + "域0:0210 域3:000000 域4:000000001230 39域:B4 域41:00012345", "00012345 B4 1230 sale []"},
		{"level before the time", "INFO  2026-11-20 08:15:32 RC=00 TID=1 AMT=1.00", "1 00 100 unknown []"},
		{"syslog", "<134>1 2026-11-20T08:15:32+08:00 posp01 posp 1234 - - RC=00 TID=1 AMT=1.00", "1 00 100 unknown []"},
		{"full-width values", p + "RC=Ｂ４ TID=００１２３４５６ AMT=￥１２．３０", "00123456 B4 1230 unknown []"},
		{"a cell of CSV", `"2026-11-20 08:15:32.000 RC= TID=1 AMT=1.00 ERR=""通讯超时"""`, "1 - 100 unknown [timed_out]"},
		{"a cell of CSV behind others", `2026-11-20 08:15:32,INFO,"RC= TID=1 AMT=1.00 ERR=""通讯超时""",host`, "1 - 100 unknown [timed_out]"},
		{"numbered by a tool", "   12\t2026-11-20 08:15:32 RC=00 TID=1 AMT=1.00", "1 00 100 unknown []"},
		{"access log", p + "GET /a HTTP/1.1 code=200 cost=12ms", "skip:noise"},
		{"a service and its state", p + "beat seq=1 code=200 state=UP cost=12ms", "skip:noise"},
		{"blank", " \t ", "skip:blank"},
		{"cut before the code", p + "INFO TXN INST=NSH001 MID=898330154110001 TI", "reject:line-truncated"},
		{"cut after the amount", p + "INST=NSH001 TID=1 AMT=0000000", "reject:line-truncated"},
		{"bad amount", p + "RC=00 TID=1 AMT=12x", "reject:amount-syntax"},
		{"bad clock", "2026-11-20 28:15:32.000 RC=00 TID=1 AMT=1.00", "reject:clock-range"},
		{"no time", "RC=00 TID=1 AMT=1.00", "reject:time-missing"},
		{"open quote in an identifier", p + `RC=00 AMT=1.00 TID="1`, "reject:quote-open"},
	}
	for _, tt := range tests {
		// A sound line before, so that the file is one of this format.
		s, _, err := readLog(t, ordinary+"\n"+tt.line)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := ""
		switch {
		case len(s.rejects) > 0:
			got = "reject:" + s.rejects[0].Rule
			if s.rejects[0].Pos.Line != 2 || s.rejects[0].Msg == "" || s.rejects[0].Hint == "" {
				t.Errorf("%s: reject %+v", tt.name, s.rejects[0])
			}
		case len(s.records) == 2:
			r := s.records[1]
			amount, code := "-", "-"
			if r.Amount.Valid() {
				amount = fmt.Sprint(int64(r.Amount))
			}
			if r.Code != "" {
				code = r.Code
			}
			got = fmt.Sprintf("%s %s %s %s %v", r.TID, code, amount, r.Kind, (r.Flags &^ txn.ZoneAssumed).Names())
			if want := "2026-11-20T00:15:32"; !strings.HasPrefix(r.At.Time().Format(time.RFC3339Nano), want) {
				t.Errorf("%s: at %v", tt.name, r.At.Time())
			}
		default:
			for k, n := range s.count.Skipped {
				if n > 0 {
					got = "skip:" + entry.Skip(k).String()
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestEscapedText(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:32 RC=91 ERR="say \"no\" RC=00" TID=10000001`)
	if err != nil || len(s.records) != 1 || s.records[0].Text != `say "no" RC=00` {
		t.Fatalf("%v %+v", err, s.records)
	}
}

func TestStackTraceIsContinuation(t *testing.T) {
	text := ordinary + "\n2026-11-20 08:15:33.000 ERROR send failed\njava.net.SocketTimeoutException: Read timed out\n\tat java.net.SocketInputStream.read(SocketInputStream.java:1)\nCaused by: x\n" + ordinary + "\n"
	s, _, err := readLog(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if s.count.Skipped[entry.Continuation] != 3 || s.count.Skipped[entry.Noise] != 1 || s.count.Records != 2 {
		t.Errorf("%+v", s.count)
	}
}

// Trap 13: a log with requests and answers must not count a transaction twice.
func TestRequestAndAnswer(t *testing.T) {
	text := `2026-11-20 08:15:32.000 TXN MTI=0200 PCODE=000000 TID=1 STAN=000001 AMT=1.00 MODEL=S90
2026-11-20 08:15:32.010 TXN MTI=0200 PCODE=000000 TID=2 STAN=000001 AMT=2.00
2026-11-20 08:15:32.240 TXN MTI=0210 TID=1 STAN=000001 RC=00
2026-11-20 08:15:33.000 TXN MTI=0420 PCODE=000000 TID=2 STAN=000001 AMT=2.00
2026-11-20 08:15:33.100 TXN MTI=0430 TID=2 STAN=000001 RC=00
`
	s, _, err := readLog(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.records) != 3 {
		t.Fatalf("%d records", len(s.records))
	}
	a, rev, lone := s.records[0], s.records[1], s.records[2]
	if a.TID != "1" || a.Code != "00" || a.Latency != 240 || a.Amount != 100 || a.Kind != txn.Sale || a.Model != "S90" {
		t.Errorf("answer %+v", a)
	}
	if rev.Kind != txn.Reversal || rev.Amount != 200 {
		t.Errorf("reversal %+v", rev)
	}
	if lone.TID != "2" || !lone.Flags.Has(txn.NoAnswer) || lone.Code != "" || lone.Pos.Line != 2 {
		t.Errorf("request without answer %+v", lone)
	}
}

// An answer that does not name its terminal is that of the request with its number.
func TestAnswersWithoutTerminal(t *testing.T) {
	s, _, err := readLog(t, `2026-11-20 08:15:02.101 [1] INFO x - >> MTI=0200 AMT=000000010000 STAN=000123 TID=10000001 MID=M1
2026-11-20 08:15:02.931 [1] INFO x - << MTI=0210 AMT=000000010000 STAN=000123 RRN=240311231502 RC=00 time=830ms
2026-11-20 08:15:03.101 [2] INFO x - >> MTI=0200 AMT=000000020000 STAN=000124 TID=10000002 MID=M1
`)
	if err != nil || len(s.records) != 2 || s.records[0].TID != "10000001" || s.records[0].Code != "00" || s.records[0].Latency != 830 || !s.records[1].Flags.Has(txn.NoAnswer) {
		t.Errorf("%v %+v", err, s.records)
	}
}

func TestCharsets(t *testing.T) {
	line := strings.Replace(ordinary, "ISSUER=ICBC", "ISSUER=系", 1) // two GBK bytes that are valid UTF-8
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(line + "\n" + ordinary + "\n")
	if err != nil {
		t.Fatal(err)
	}
	s, sum, err := readLog(t, gbk)
	if err != nil || len(s.records) != 2 || s.records[0].Region != "杭州" || s.records[0].Issuer != "系" || sum.Charset != "gb18030" {
		t.Errorf("gbk: %v %+v %+v", err, sum, s.records)
	}
	s, sum, err = readLog(t, "\ufeff"+ordinary+"\n")
	if err != nil || len(s.records) != 1 || sum.Charset != "utf-8-bom" {
		t.Errorf("bom: %v %+v", err, sum)
	}
	s, sum, err = readLog(t, ordinary+"\n"+gbk)
	if err != nil || len(s.records) != 3 || s.records[0].Region != "杭州" || s.records[2].Region != "杭州" || len(sum.Notes) < 2 {
		t.Errorf("mixed: %v %+v", err, sum)
	}
	// Trap 21: a text cut inside a character.
	s, _, err = readLog(t, ordinary+"\n"+strings.Replace(ordinary, "REGION=杭州", "REGION=杭\xe5", 1))
	if err != nil || len(s.records) != 2 || !s.records[1].Flags.Has(txn.TruncatedText) {
		t.Errorf("torn: %v %+v %v", err, s.records, s.rejects)
	}
	s, _, err = readLog(t, ordinary+"\n"+strings.Replace(ordinary, "TID=10000001", "TID=1000\xff\xfe1", 1))
	if err != nil || len(s.rejects) != 1 || s.rejects[0].Rule != "encoding" {
		t.Errorf("damaged identifier: %v %+v", err, s.rejects)
	}
}

func TestEnds(t *testing.T) {
	for _, text := range []string{ordinary, ordinary + "\n", ordinary + "\r\n", ordinary + "\r\n\r\n", "\n" + ordinary} {
		s, _, err := readLog(t, text)
		if err != nil || len(s.records) != 1 || s.records[0].Model != "S90" {
			t.Errorf("%q: %v %+v", text[max(0, len(text)-6):], err, s.records)
		}
	}
}

func TestNothingOfACardLeaks(t *testing.T) {
	const pan = "6228480000001234567"
	text := strings.Replace(ordinary, "622848******1234", pan, 1) + ` ERR="card ` + pan + ` refused" TRACK2=` + pan + "=30101201234567890\n" +
		"2026-11-20 08:15:32 TXN PAN=" + pan + " TID=1\n" +
		"2026-11-20 08:15:32 TXN PAN=" + pan + " RC=00 AMT=" + pan + "x\n"
	s, sum, err := readLog(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.records) != 1 || len(s.rejects) != 2 {
		t.Fatalf("%d records, %d rejects", len(s.records), len(s.rejects))
	}
	all := fmt.Sprintf("%+v %+v %+v", *s.records[0], *s.rejects[0], *s.rejects[1]) + fmt.Sprint(sum)
	if strings.Contains(all, "8480000001") {
		t.Error(all)
	}
}

func TestOverlongLine(t *testing.T) {
	long := strings.Repeat("x", text.MaxLine+5)
	s, _, err := readLog(t, ordinary+"\n"+long+"\n"+ordinary+"\n")
	if err != nil || len(s.records) != 2 || len(s.rejects) != 1 || s.rejects[0].Rule != "line-too-long" || s.records[1].Pos.Line != 3 {
		t.Fatalf("%v %d records %+v", err, len(s.records), s.rejects)
	}
}

func TestNotThisFormat(t *testing.T) {
	for name, text := range map[string]string{
		"text": "hello\nworld\n", "csv": "终端号,金额,应答码\n1,2.00,00\n", "json": `{"RC":"00"}`, "xml": "<log/>", "empty": "", "nul": "a\x00b",
	} {
		if score, why := Reader.Sniff(name, []byte(text)); score != 0 || why == "" {
			t.Errorf("%s: %d %q", name, score, why)
		}
	}
	if _, _, err := readLog(t, "hello\nworld\n"); err == nil || !strings.Contains(err.Error(), "none of its 2 lines") {
		t.Errorf("error %v", err)
	}
	if score, why := Reader.Sniff("pos.log", []byte(ordinary)); score < 90 || why == "" {
		t.Errorf("%d %q", score, why)
	}
}

// agree reads lines with layouts, which are a short cut, and without: the same must come
// out. It returns what came out and how many layouts were learnt.
func agree(t *testing.T, text string) (s *sink, layouts int) {
	t.Helper()
	var got [2]sink
	for i, slow := range []bool{false, true} {
		p := newParser(nil, stream(t, text), &got[i])
		p.noLayouts = slow
		for line := range strings.Lines(text) {
			p.line++
			p.read(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		}
		p.flush()
		if !slow {
			layouts = len(p.layouts)
		}
	}
	if got[0].count != got[1].count || len(got[0].records) != len(got[1].records) || len(got[0].rejects) != len(got[1].rejects) {
		t.Fatalf("counts differ: %+v %+v", got[0].count, got[1].count)
	}
	for i, r := range got[0].records {
		o := *got[1].records[i]
		o.Pos.Src = r.Pos.Src
		if !reflect.DeepEqual(*r, o) {
			t.Fatalf("record %d differs\nquick   %+v\ngeneral %+v", i, *r, o)
		}
	}
	for i, r := range got[0].rejects {
		if r.Error() != got[1].rejects[i].Error() {
			t.Fatalf("reject %d: %v, general %v", i, r, got[1].rejects[i])
		}
	}
	return &got[0], layouts
}

func TestLayoutsAgreeWithGeneralPath(t *testing.T) {
	s, layouts := agree(t, mixture(rand.New(rand.NewPCG(1, 2)), 3000))
	if layouts < 3 {
		t.Errorf("only %d layouts were learnt", layouts)
	}
	if len(s.records) < 1500 || len(s.rejects) < 20 {
		t.Errorf("the mixture tests too little: %+v", s.count)
	}
}

// Moulds are a short cut likewise, for lines that differ in digits only, or nearly so.
func TestMouldsAgreeWithGeneralPath(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	pick := func(s ...string) string { return s[rng.IntN(len(s))] }
	var b strings.Builder
	for i := range 30_000 {
		at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * 337 * time.Millisecond)
		line := at.Format(pick("2006-01-02 15:04:05.000", "2006-01-02 15:04:05.000", "2006-01-02T15:04:05")) + " INFO TXN INST=NSH00" + pick("1", "2") + " MID=" + pick("898330154110001", "622848040256489", "440000000000000") + fmt.Sprintf(" TID=T%07d MTI=", rng.IntN(50)) +
			pick("0210", "0210", "0220", "0430", "0200") + fmt.Sprintf(" STAN=%d RRN=%012d", rng.IntN(12), i) + " PAN=622848******" + pick("1234", "4321", "12*4") + fmt.Sprintf(" AMT=%012d", rng.IntN(1e6)) +
			" RC=" + pick("00", "51", "5A", "b4") + " RT=" + pick("235ms", "1.2s", "60000") + " NET=" + pick("4G", "5G", "1.50", "null", "WIFI") + pick("", "", ` ERR="no answer 91"`, " ERR=通讯超时1")
		if rng.IntN(4) == 0 { // a byte is another one
			k := rng.IntN(len(line))
			line = line[:k] + pick("0", "7", "7", "x", "*", "=", "\"", " ", "\xff", "\x00", ":", "/", ";", "]") + line[k+1:]
		}
		b.WriteString(line + "\n")
	}
	var got [2]sink
	var charsets [2]text.Charset
	for i, slow := range []bool{false, true} {
		p := newParser(nil, stream(t, b.String()), &got[i])
		p.noLayouts = slow
		for line := range strings.Lines(b.String()) {
			p.line++
			p.read(strings.TrimSuffix(line, "\n"))
		}
		p.flush()
		charsets[i] = p.charset
		if !slow && p.moulds.hits < 3000 {
			t.Errorf("%d moulds had %d hits", p.moulds.n, p.moulds.hits)
		}
	}
	if got[0].count != got[1].count || charsets[0] != charsets[1] {
		t.Fatalf("counts differ: %+v %+v, %+v", got[0].count, got[1].count, charsets)
	}
	for i, r := range got[0].records {
		o := *got[1].records[i]
		o.Pos.Src = r.Pos.Src
		if !reflect.DeepEqual(*r, o) {
			t.Fatalf("record %d differs\nquick   %+v\ngeneral %+v", i, *r, o)
		}
	}
	for i, r := range got[0].rejects {
		if r.Error() != got[1].rejects[i].Error() {
			t.Fatalf("reject %d: %v, general %v", i, r, got[1].rejects[i])
		}
	}
}

// mixture writes lines of three programs with optional keys, noise and damage.
func mixture(rng *rand.Rand, n int) string {
	var b strings.Builder
	pick := func(s ...string) string { return s[rng.IntN(len(s))] }
	for i := range n {
		at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * 337 * time.Millisecond)
		var line string
		switch rng.IntN(5) {
		case 0, 1:
			line = at.Format("2006-01-02 15:04:05.000") + pick(" INFO", " WARN", " ERROR", " CST", "") + " TXN INST=NSH001 MID=898330154110001 TID=1000" +
				fmt.Sprintf("%04d", rng.IntN(50)) + pick(" MTI=0210", " MTI=0210", " MTI=210", " MTI=0200", " MTI=0420", "") + pick(fmt.Sprintf(" STAN=%06d", i), " STAN=0", " STAN=A1") +
				pick(fmt.Sprintf(" AMT=%012d", rng.IntN(1e6)), " AMT=12345678901", " AMT=0") + pick("", " NET=4G", " NET=WIFI", " NET=1.50", " NET=null") + " RC=" + pick("00", "51", "B4", "", "b4") + " RT=" + pick("235ms", "60000", "1.2s", "") + pick("", " ERR=\"通讯超时\"", ` ERR="a \"b\""`, " ERR=", " ERR=no answer")
		case 2:
			line = "[" + at.Format("2006/01/02 15:04:05") + "] [" + pick("main", "http-1", "a:b") + "] rc=" + pick("00", "96", "68") + ", amt=" + pick("1.00", "1,234.50", "x", "12") +
				", term=" + pick("7", "00012345", "\"12\"") + ", card=" + pick("6228480000001234567", "622848******1234") + pick("", ", memo=a b c", ", REF=1")
		case 4:
			line = pick("TIME=", "ts=", "TIME: ") + at.Format("2006-01-02 15:04:05") + pick("", ".123", " CST", " +0800") + pick("|", " ", ", ") + "TID=00000001|RC=" + pick("00", "B4", "") + "|AMT=" + pick("1.00", "", "12") + pick("", "|DATE=20261120", "|ERR=a b")
		case 3:
			line = pick("", "\tat x.y.Z", at.Format("2006-01-02 15:04:05.000")+" INFO started RC", "HEARTBEAT TID=1", "2026-11-20 08:61:00.000 RC=00 TID=1 AMT=1.00")
		}
		switch rng.IntN(20) {
		case 0:
			line = line[:rng.IntN(len(line)+1)]
		case 1:
			if len(line) > 0 {
				k := rng.IntN(len(line))
				line = line[:k] + pick("=", "\"", ":", " ", "\xff", "[", "，", "#", "】", "）", "=>", "->", "#RC=") + line[k:]
			}
		case 2:
			line = strings.ReplaceAll(line, pick(" ", "|", ", "), pick("#", "^"))
		}
		b.WriteString(strings.ReplaceAll(line, "\n", "") + pick("\n", "\r\n"))
	}
	return b.String()
}

func TestOrdinaryLinesAllocateNothing(t *testing.T) {
	p := newParser(nil, stream(t, ordinary), discard{})
	lines := make([]string, 200)
	for i := range lines {
		lines[i] = strings.Replace(ordinary, "STAN=000123", fmt.Sprintf("STAN=%06d", i), 1)
	}
	i := 0
	row := func() {
		p.line++
		p.read(lines[i%len(lines)])
		i++
	}
	row()
	if n := testing.AllocsPerRun(500, row); n != 0 {
		t.Errorf("%v allocations per ordinary line", n)
	}
	if p.rejects > 0 || p.records < 500 {
		t.Errorf("%d records, %d rejects", p.records, p.rejects)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(ordinary + "\n" + ordinary))
	f.Add([]byte(mixture(rand.New(rand.NewPCG(3, 4)), 20)))
	f.Add([]byte("[RC=00, TID=10000001]\n应答码：00，终端号：1\nRC = 00\n=\n==\n:\n\"\n[=]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		Reader.Sniff("x", data)
		log := string(data)
		quick, general := &sink{}, &sink{}
		if _, err := Reader.Read(stream(t, log), quick); err != nil {
			return
		}
		quick.count.Lines = physical(log)
		if err := quick.count.Check(); err != nil {
			t.Fatal(err)
		}
		p := newParser(nil, stream(t, log), general)
		p.noLayouts = true
		lines := text.NewLines(bytes.NewReader(data))
		for {
			line, err := lines.Next()
			if err != nil {
				break
			}
			p.line++
			p.read(line)
		}
		p.flush()
		if fmt.Sprint(len(quick.records), len(quick.rejects), quick.count.Skipped) != fmt.Sprint(len(general.records), len(general.rejects), general.count.Skipped) {
			t.Fatalf("quick %+v, general %+v", quick.count, general.count)
		}
		for i, r := range quick.records {
			a, b := *r, *general.records[i]
			b.Pos.Src = a.Pos.Src
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("quick %+v\ngeneral %+v", a, b)
			}
		}
	})
}

func benchmarkText(n int) string {
	var b strings.Builder
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range n {
		line := strings.Replace(ordinary, "REGION=杭州", "REGION=HZ", 1)
		line = strings.Replace(line, "STAN=000123", fmt.Sprintf("STAN=%06d", i), 1)
		b.WriteString(at.Add(time.Duration(i)*12*time.Millisecond).Format("2006-01-02 15:04:05.000") + line[23:] + "\n")
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	log := benchmarkText(50_000)
	for _, slow := range []bool{false, true} {
		b.Run(map[bool]string{false: "layouts", true: "general"}[slow], func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for range b.N {
				p := newParser(nil, stream(b, log[:1000]), discard{})
				p.noLayouts = slow
				lines := text.NewLines(strings.NewReader(log))
				for {
					line, err := lines.Next()
					if err != nil {
						break
					}
					p.line++
					p.read(line)
				}
				if p.records != 50_000 {
					b.Fatal(p.records)
				}
			}
			b.ReportMetric(float64(b.N)*50_000/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// valueEnd against one byte after the other.
func TestValueEnd(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 200_000 {
		b := make([]byte, rng.IntN(40))
		for i := range b {
			switch rng.IntN(8) {
			case 0:
				b[i] = byte(rng.IntN(256))
			case 1:
				b[i] = "*-.;] ,|&}\"'^_~\x7f"[rng.IntN(16)]
			default:
				b[i] = "0123456789AZaz"[rng.IntN(14)]
			}
		}
		s, at := string(b), rng.IntN(len(b)+1)
		want := at
		for want < len(s) && !stop[s[want]] {
			want++
		}
		if got := valueEnd(s, at); got != want {
			t.Fatalf("%q from %d: %d, want %d", s, at, got, want)
		}
	}
}

// A request waits for 200,000 lines and no longer, so that no log can make it fill
// the memory.
func TestReach(t *testing.T) {
	const p = "2026-11-20 08:15:32 TXN TID=1 STAN=000001 "
	for lines, want := range map[int]int{reach - 1: 1, reach: 2} {
		s, _, err := readLog(t, p+"MTI=0200 AMT=1.00\n"+strings.Repeat("x\n", lines)+p+"MTI=0210 RC=00\n")
		if err != nil || len(s.records) != want || s.records[0].Flags.Has(txn.NoAnswer) != (want == 2) {
			t.Errorf("%d lines between: %v %+v", lines, err, s.records)
		}
	}
}

// A line as long as a line may be takes no longer for its length than others.
func TestLongLinesAreQuick(t *testing.T) {
	const line = "2026-11-20 08:15:32.123 TXN MTI=0210 TID=10000001 STAN=000001 AMT=1.00 RC=00 "
	for _, again := range []string{"<RC>", "RC=1 ", "终端[", "RC: ", "a=%20&", `x=\"`, "金额(元)=1 "} {
		start := time.Now()
		s, _, err := readLog(t, line+"\n"+line+strings.Repeat(again, 900_000/len(again))+" {}\n")
		if took := time.Since(start); err != nil || len(s.records) != 2 || took > 10*time.Second {
			t.Errorf("%q: %d records in %v, %v", again, len(s.records), took, err)
		}
	}
}

// Separators and arrows that not many logs have.
func TestRareSeparators(t *testing.T) {
	for _, line := range []string{
		`{"tid"=>"10000001", "stan"=>"000101", "amt"=>"12.50", "rc"=>"51", "err"=>"余额不足"}`,
		"array ( 'tid' => '10000001', 'stan' => '000101', 'amt' => '12.50', 'rc' => '51', 'err' => '余额不足' )",
		"Array([tid] => 10000001 [stan] => 000101 [amt] => 12.50 [rc] => 51 [err] => 余额不足)",
		"tid->10000001, stan->000101, amt -> 12.50, rc -> 51, err->余额不足",
		"【终端号：10000001】【流水号：000101】【金额：12.50元】【应答码：51】【错误：余额不足】",
		"「终端号：10000001」「流水号：000101」「错误：余额不足」「金额：12.50」「应答码：51」",
		"（终端号：10000001；流水号：000101；金额：12.50；错误：余额不足；应答码：51）",
		"Answer{tid=10000001, stan=000101, amt=12.50, rc=51, err=余额不足 }",
		"TID=10000001#STAN=000101#ERR=余额不足#AMT=12.50#RC=51",
		"TID=10000001^STAN=000101^AMT=CNY 12.50 RC=51^ERR=余额不足",
	} {
		s, _, err := readLog(t, strings.Repeat("2026-11-20 08:15:32.123 INFO txn "+line+"\n", 3))
		if err != nil || len(s.records) != 3 {
			t.Errorf("%s: %v %v", line, err, s.rejects)
			continue
		}
		if r := s.records[2]; r.TID != "10000001" || r.STAN != "000101" || r.Amount != 12_50 || r.Code != "51" || r.Text != "余额不足" {
			t.Errorf("%s: %+v", line, r)
		}
	}
}

// A name that says little is that of the object around it.
func TestNamesOfObjects(t *testing.T) {
	s, _, err := readLog(t, strings.Repeat(`2026-11-20 08:15:32 INFO tx {"terminal":{"id":"10000001"},"merchant":{"id":"898330154110113","name":"x"},"amount":{"value":12.50,"currency":"CNY"},"response":{"code":"B4"},"latency":{"ms":121},"session":{"id":"7"}}`+"\n", 3))
	if err != nil || len(s.records) != 3 {
		t.Fatal(err, s.rejects)
	}
	if r := s.records[0]; r.TID != "10000001" || r.MID != "898330154110113" || r.Code != "B4" || r.Amount != 12_50 || r.Latency != 121 {
		t.Errorf("%+v", r)
	}
}
