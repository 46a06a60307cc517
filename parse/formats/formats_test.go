package formats

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/txn"
)

// withSamples is the built-in formats with their samples.
func withSamples(t testing.TB) *Set {
	t.Helper()
	s, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBuiltinFormatsHold(t *testing.T) {
	all := withSamples(t)
	if err := Check(all); err != nil {
		t.Fatal(err)
	}
	if len(all.List) < 8 {
		t.Errorf("only %d built-in formats", len(all.List))
	}
	if len(Builtin().List) != len(all.List) {
		t.Fatalf("%d formats without their samples, %d with them", len(Builtin().List), len(all.List))
	}
	for i, f := range all.List {
		// What stands in front of the samples is the whole format.
		bare, full := *Builtin().List[i], *f
		if len(bare.Samples) > 0 {
			t.Errorf("%s: the samples are read at every start: put them last", f.Name)
		}
		v, w := reflect.ValueOf(bare), reflect.ValueOf(full)
		for k := range v.NumField() {
			name := v.Type().Field(k)
			if name.IsExported() && name.Name != "Samples" && !reflect.DeepEqual(v.Field(k).Interface(), w.Field(k).Interface()) {
				t.Errorf("%s without its samples: %s is %v, not %v", f.Name, name.Name, v.Field(k), w.Field(k))
			}
		}
		if f.Title == "" {
			t.Errorf("%s has no title", f.Name)
		}
		if src, err := Source(f.Name); err != nil || len(src) == 0 {
			t.Errorf("%s: no source: %v", f.Name, err)
		}
	}
}

// define makes a format of a YAML text without samples of its own.
func define(t testing.TB, yaml string) *format.Format {
	t.Helper()
	f, err := format.Parse("test.yaml", []byte(yaml+"\nsamples: [{text: x, want: {time: x, code: \"x\"}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// lines reads a text and describes what came out: one line per record or
// reject. It proves that no physical line was lost.
func lines(t testing.TB, r entry.Reader, name, text string, fields ...field.Field) string {
	t.Helper()
	var o output
	sum, err := r.Read(&entry.Stream{Src: &txn.Source{Name: name}, Head: []byte(text[:min(len(text), 64<<10)]), R: strings.NewReader(text), Loc: china, Year: 2026}, &o)
	if err != nil {
		return err.Error()
	}
	o.count.Lines = strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		o.count.Lines++
	}
	if sum.Lines != o.count.Lines {
		t.Errorf("%s: the reader counted %d lines of %d", name, sum.Lines, o.count.Lines)
	}
	if err := o.count.Check(); err != nil {
		t.Errorf("%s: %v %+v", name, err, o.count)
	}
	var b strings.Builder
	for _, r := range o.records {
		fmt.Fprintf(&b, "%d", r.Pos.Line)
		for _, f := range fields {
			fmt.Fprintf(&b, " %s", field.Get(r, f, china))
		}
		b.WriteByte('\n')
	}
	for _, r := range o.rejects {
		fmt.Fprintf(&b, "%d reject %s %s\n", r.Pos.Line, r.Field, r.Rule)
	}
	for k, n := range o.count.Skipped {
		if n > 0 {
			fmt.Fprintf(&b, "%d %s\n", n, entry.Skip(k))
		}
	}
	return b.String()
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A new bank's export, unlike all that is built in: its own names, two header
// rows, status words instead of codes. One file of fifteen lines is all it takes.
func TestNewBankInFifteenLines(t *testing.T) {
	set, err := LoadDir("testdata/newbank")
	if err != nil {
		t.Fatal(err)
	}
	yaml, err := os.ReadFile("testdata/newbank/xiangtan-demo.yaml")
	if err != nil || strings.Count(string(yaml), "\n") > 15 {
		t.Errorf("%d lines, %v", strings.Count(string(yaml), "\n"), err)
	}
	csv, err := os.ReadFile("testdata/newbank/export.csv")
	if err != nil {
		t.Fatal(err)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(string(csv))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(csv), gbk} {
		expect(t, lines(t, Reader(set.List[0]), "export.csv", text, field.Time, field.Amount, field.Fee, field.Code, field.Kind, field.TID, field.RRN, field.MID, field.Status), `
5 2026-11-20T08:15:32+08:00 1012.30 6.07 00 sale 00000001 000456789012 898330154110001 办结
6 2026-11-20T08:20:01+08:00 50.00 0.00 51 sale 00000001 000456789013 898330154110001 余额不够
7 2026-11-20T08:21:40+08:00 80.00 0.00 91 sale 00000001 000456789014 898330154110001 主机未回
8 2026-11-20T10:02:11+08:00 12.30 -0.07 00 refund 00000001 000456789015 898330154110001 办结
4 header
1 footer`)
	}
	if msg := lines(t, Reader(Builtin().Find("wechat-bill")), "export.csv", string(csv)); !strings.Contains(msg, "column names") {
		t.Errorf("without the file: %s", msg)
	}
}

func TestFixedWidth(t *testing.T) {
	f := define(t, "format: demo\nkind: fixed\nlength: 40\nlines: all\nignore: '^#'\nunits: {amount: fen}\ncolumns: {time: 0-14, amount: 15-27, code: 28-30, issuer: 31-39}")
	text := "# head\n20261120081532 000000001230 B4 农业银行 \n20261120081533 00000000123x 00 中信     \n\n20261120081534 000000000001\n20261120081535 000000000001 00 ABC      \n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	// Trap 2: offsets are bytes of the GBK text; by characters the issuer would
	// lose half its name. Trap 21: the last name is cut inside a character.
	expect(t, lines(t, Reader(f), "x", gbk+"20261120081536 000000000002 00 \xc5\xa9\xd2\xb5\xd2    \r\n", field.Time, field.Amount, field.Code, field.Issuer), `
2 2026-11-20T08:15:32+08:00 12.30 B4 农业银行
6 2026-11-20T08:15:35+08:00 0.01 00 ABC
7 2026-11-20T08:15:36+08:00 0.02 00 农业`+"\uFFFD"+`
3 reject amount amount-syntax
5 reject  record-length
1 blank
1 noise`)
}

func TestLinePatterns(t *testing.T) {
	f := define(t, `format: demo
kind: line
pattern: ['^(?P<time>\S+ \S+) .*交易结束\[(?P<code>\w+)\]\[(?P<text>[^\]]*)\] 终端\[(?P<tid>\d+)\] 金额\[(?P<amount>[\d.]+)\]', '^(?P<time>\S+ \S+) .*超时 终端\[(?P<tid>\d+)\] 金额\[(?P<amount>[\d.]+)\](?P<timed_out>)']
units: {latency: ms}
set: {institution: NSH001}
ignore: DEBUG`)
	expect(t, lines(t, Reader(f), "x", `2026-11-20 08:15:32 [1] 交易结束[B4][系统维护] 终端[00000001] 金额[12.30]
2026-11-20 08:15:33 [1] DEBUG 交易结束[B4][x] 终端[1] 金额[1.00]
2026-11-20 08:15:34 [1] started
	at x
2026-11-20 08:15:75 [1] 交易结束[00][ok] 终端[1] 金额[1.00]
`, field.Time, field.Code, field.Text, field.TID, field.Amount, field.Institution), `
1 2026-11-20T08:15:32+08:00 B4 系统维护 00000001 12.30 NSH001
5 reject time clock-range
1 continuation
2 noise`)
}

func TestJSONLines(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"ts":"2026-11-20T00:15:32.123Z","tid":"00000001","req":{"amount":"12.30","stan":"000001"},"resp":{"rc":"b4","msg":"系统维护"},"rt_ms":235}
{"ts":"2026-11-20T00:15:33Z","msg":"heartbeat","tid":"1"}
{"time":1763626532123,"F41":"1","F4":"000000000100","F39":"","err":"read timed out"}
{"ts":"2026-11-20T00:15:33Z","tid":"1","rc":"00"
{"ts":"2026-11-20T00:15:33Z","tid":"1","rc":"00","amount":"1.00"}{"ts":1}
{"ts":"2026-11-20T00:15:33Z","tid":"1","rc":"00","amount":"x"}
plain text
{"ts":"2026-11-20T00:15:33Z","tid":"1","stan":"1","amount":"1.00"}
`, field.Time, field.TID, field.Amount, field.STAN, field.Code, field.Text, field.Latency, field.TimedOut), `
1 2026-11-20T08:15:32.123+08:00 00000001 12.30 000001 B4 系统维护 235 
3 2025-11-20T16:15:32.123+08:00 1 1.00   read timed out  true
4 reject  json-syntax
5 reject  json-syntax
6 reject amount amount-syntax
8 reject  line-truncated
2 noise`)
	f := define(t, "format: demo\nkind: jsonl\ncolumns: {time: a.when, code: a.c, tid: [box, kasse], amount: sum}\nunits: {amount: fen}\nzone: Europe/Berlin")
	expect(t, lines(t, Reader(f), "x", `{"a":{"when":"2026-11-20 08:15:32","c":"00"},"kasse":"7","sum":1230}`+"\n", field.Time, field.Code, field.TID, field.Amount),
		"1 2026-11-20T15:15:32+08:00 00 7 12.30")
	expect(t, lines(t, JSONL, "x", `{"at":"2026-11-20 08:15:32","mti":"0210","isoFields":{"4":1230,"11":"000123","39":"05","41":"00000001"},"count":{"4":7}}`+"\n", field.Time, field.Code, field.TID, field.Amount, field.STAN),
		"1 2026-11-20T08:15:32+08:00 05 00000001 12.30 000123")
	expect(t, lines(t, JSONL, "x", `{"created_at":"2026-11-20T00:15:32Z","id":"a","order_id":"1","status":"COMPLETED","amount_money":{"amount":1250,"currency":"USD"}}`+"\n", field.Amount), "1 12.50")
	expect(t, lines(t, JSONL, "x", `{"created_at":"2026-11-20T00:15:32Z","order_id":"1","status":"COMPLETED","amount":{"value":"1250","currency":"USD"}}`+"\n", field.Amount), "1 1250.00") // a text
	expect(t, lines(t, JSONL, "x", `{"created":1763626532,"order_id":"1","status":"succeeded","amount":1250,"currency":"usd"}`+"\n", field.Amount), "1 12.50")
	expect(t, lines(t, JSONL, "x", `{"created":1763626532,"order_id":"1","status":"succeeded","amount":1250,"currency":"usd"}`+"\n"+`{"created":1763626533,"order_id":"2","status":"succeeded","amount":12.5,"currency":"usd"}`+"\n", field.Amount), "1 1250.00\n2 12.50")
	expect(t, lines(t, JSONL, "x", `{"ts":1763626532,"order_id":"1","status":"ok","amount":1250}`+"\n", field.Amount), "1 1250.00") // when it was logged
	if score, why := JSONL.Sniff("x", []byte(`{"order_id":"1","status":"succeeded","amount":1250}`)); score == 0 || score >= 40 || !strings.Contains(why, "no time") {
		t.Errorf("objects without a time: %d, %s", score, why)
	}
	expect(t, lines(t, JSONL, "x", `{"created":1763626532,"order_id":"1","amount":1250,"last_payment_error":{"charge":"ch_1","decline_code":"call_issuer"},"status":"failed"}`+"\n", field.Code, field.Amount, field.Fee), "1 CALL_ISSUER 12.50 ")
	for answer, code := range map[string]string{`"response":"Declined","proc_return_code":"51"`: "51", `"response":"Declined","proc_return_code":""`: "DECLINED"} {
		expect(t, lines(t, JSONL, "x", `{"time":"2026-11-20T08:15:32Z","order_id":"A1","amount":"1.01",`+answer+"}\n", field.Code), "1 "+code)
	}
	deep := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	expect(t, lines(t, JSONL, "x", deep+"\n"), "1 reject  json-syntax")
}

// Rows of a settlement have no outcome; a number of their own may be called no more than id.
func TestSettlementDocuments(t *testing.T) {
	got := lines(t, JSON, "x", `{"object":"list","data":[
{"id":"txn_000001","amount":60000,"fee":870,"net":59130,"currency":"eur","type":"charge",
 "created":1763626532,"available_on":1763726532},
{"id":"txn_000002","amount":-2000,"fee":0,"net":-2000,"currency":"eur","type":"refund","created":1763626533,"available_on":1763726532}]}`,
		field.ChannelNo, field.Kind, field.Amount, field.Fee, field.Net)
	expect(t, got, `
2 txn_000001 sale 600.00 8.70 591.30
4 txn_000002 refund 20.00 0.00 -20.00
1 header`)
	expect(t, lines(t, JSON, "x", `[{"entity_id":"pay_1","type":"payment","debit":0,"credit":97100,"amount":100000,"fee":2900,"currency":"INR","created_at":1763626532}]`, field.Amount, field.Fee, field.Net), "1 1000.00 29.00 971.00")
	expect(t, lines(t, XML, "x", `<List><Pay><Time>2026-11-20 08:15:32</Time><Amount>1.00</Amount><Response>Declined</Response><ProcReturnCode>51</ProcReturnCode></Pay>
<Pay><Time>2026-11-20 08:15:33</Time><Amount>1.00</Amount><Response>Declined</Response><ProcReturnCode></ProcReturnCode></Pay></List>`, field.Code), "1 51\n2 DECLINED")
	expect(t, lines(t, XML, "x", `<report><Row>
<TransactionTime>2026-11-20T08:15:32+08:00</TransactionTime><CaptureAmount>0.00</CaptureAmount><TransactionGrossAmount>-13.00</TransactionGrossAmount>
<TransactionNetAmount>-13.00</TransactionNetAmount><SettlementCurrencyCode>NOK</SettlementCurrencyCode><OrderID>210</OrderID></Row></report>`, field.OrderNo, field.Currency, field.Kind, field.Amount), "1 210 NOK refund 13.00")
}

// A receipt names its merchant twice, by name and by number, and may put blanks before a
// value and how the card was read behind it.
func TestReceipts(t *testing.T) {
	receipt := `POS A1 v1.5.0
Merchant: Shop No-7
Date/Time: 2026-11-20 08:15:32
MID: 000000009000001
TID: 00000166
Operation: Sale
CARD: 622588******1234(CONTACTLESS(W))
Total Amount: 50000
Currency:  UZS
Auth Code: 
Resp Code: 051
RRN: 010965628751
PIN: 
`
	expect(t, lines(t, Blocks, "x", receipt+strings.ReplaceAll(receipt, "628751", "628752"), field.RRN, field.MID, field.PAN, field.Currency, field.Amount, field.Code), `
2 010965628751 000000009000001 622588******1234 UZS 50000.00 051
15 010965628752 000000009000001 622588******1234 UZS 50000.00 051
2 noise`)
}

// Printers of narrow paper put the value below its name.
func TestReceiptsWithValuesBelowNames(t *testing.T) {
	receipt := `商户存根  MERCHANT COPY
商户名(MERCHANT NAME)：
星沙便利店
商户号(MERCHANT NO.)：
898430154110001
终端号(TERMINAL NO.)：
10000001
卡号(CARD NO.)：
622700******1234 I
交易类型(TRANS TYPE)：
消费(SALE)
凭证号(VOUCHER NO.)：000101
参考号(REFER NO.)：
326081500001
日期/时间(DATE/TIME)：
2026/11/20 08:15:32
金额(AMOUNT)：
RMB 128.00
备注(REFERENCE)：
本人确认以上交易
`
	expect(t, lines(t, Blocks, "x", receipt+strings.ReplaceAll(receipt, "081500001", "081500002"), field.Time, field.MID, field.TID, field.PAN, field.Kind, field.STAN, field.RRN, field.Amount), `
4 2026-11-20T08:15:32+08:00 898430154110001 10000001 622700******1234 sale 000101 326081500001 128.00
24 2026-11-20T08:15:32+08:00 898430154110001 10000001 622700******1234 sale 000101 326081500002 128.00
7 noise`)
}

// A journal of an ATM says where a transaction begins; what stands above it and in lines with a
// time of their own is of it and of no other.
func TestJournalsOfATMs(t *testing.T) {
	expect(t, lines(t, Blocks, "x", `*118*11/20/2026*08:15:32*
     *TRANSACTION START*
CARD: 622848******1234
 08:15:40 ATR RECEIVED T=0
20/11/26 08:16:10 ATM00123
TRACE NO: 003221
RESPONSE CODE: 00
AMOUNT: CNY 500.00
 08:16:15 TRANSACTION END
*119*11/20/2026*08:25:32*
     *TRANSACTION START*
CARD: 622848******5678
TRACE NO: 003222
RESPONSE CODE: 51
AMOUNT: CNY 1000.00
 08:26:15 TRANSACTION END
`, field.Time, field.PAN, field.STAN, field.Code, field.Amount), `
3 2026-11-20T08:15:32+08:00 622848******1234 003221 00 500.00
12 2026-11-20T08:25:32+08:00 622848******5678 003222 51 1000.00
7 noise`)
	expect(t, lines(t, Blocks, "x", `2026-11-20 08:15:32 TRANSACTION START
2026-11-20 08:15:33 CARD: 622848******1234
2026-11-20 08:15:52 AMOUNT ENTERED: 500.00
2026-11-20 08:16:00 RESPONSE CODE: 00
2026-11-20 08:16:05 CARD TAKEN
2026-11-20 08:16:15 TRANSACTION END
2026-11-20 08:25:32 TRANSACTION START
2026-11-20 08:25:33 CARD: 622848******5678
2026-11-20 08:25:52 AMOUNT ENTERED: 1000.00
2026-11-20 08:26:00 RESPONSE CODE: 51
2026-11-20 08:26:15 TRANSACTION END
`, field.Time, field.PAN, field.Code, field.Amount), `
2 2026-11-20T08:15:32+08:00 622848******1234 00 500.00
8 2026-11-20T08:25:32+08:00 622848******5678 51 1000.00
5 noise`)
}

// Journals of NCR have receipts without marks between names and values, many lines that say what the
// machine did, and marks for its printer.
func TestJournalsWithReceipts(t *testing.T) {
	expect(t, lines(t, Blocks, "x", `[020t*118*20/11/2026*08:15:32*
     *TRANSACTION START*
[020t CARD INSERTED
[020t 08:15:35 PIN ENTERED
[020t 08:15:36 OPCODE = AAD  A
 08:15:37 AMOUNT 500 ENTERED
[020t 08:15:38 GENAC 1 : ARQC
[020t 08:15:39 GENAC 2 : TC
 CARD NUMBER  622848XXXXXX1234
 RECORD NO.   118
 RRN          632508003221
 RESPONSE CODE 000
 WITHDRAWAL   CNY 500.00
[020t 08:15:42 NOTES STACKED
[020t 08:15:44 CARD TAKEN
[020t 08:15:46 NOTES PRESENTED 0,5,0,0
[020t 08:15:48 NOTES TAKEN
[020t 08:15:50 TRANSACTION END
[020t*119*20/11/2026*08:25:32*
     *TRANSACTION START*
 CARD NUMBER  622848XXXXXX5678
 RRN          632508003222
 RESPONSE CODE 051
 WITHDRAWAL   CNY 1,000.00
[020t 08:26:15 TRANSACTION END
`, field.Time, field.PAN, field.RRN, field.Code, field.Amount), `
9 2026-11-20T08:15:32+08:00 622848******1234 632508003221 000 500.00
21 2026-11-20T08:25:32+08:00 622848******5678 632508003222 051 1000.00
13 noise`)
}

// An amount inside another object is of what that object is called.
func TestMoneyOfObjects(t *testing.T) {
	expect(t, lines(t, JSON, "x", `[{"AcqFee":{"Amount":0.64},"tip":{"amount":1.50},"avs":{"code":"U"},"LocalTime":"20261120081532","ResponseCode":"00","RRN":"632500004567","TransactionAmount":{"Amount":128.00}}]`,
		field.RRN, field.Amount, field.Fee), "1 632500004567 128.00 0.64")
	expect(t, lines(t, XML, "x", `<list>
<txn><Tip><Amount>1.50</Amount></Tip><AcqFee><Amount>0.64</Amount></AcqFee><LocalTime>20261120081532</LocalTime><ResponseCode>00</ResponseCode><RRN>632500004567</RRN><Amount><Value>128.00</Value></Amount></txn></list>`,
		field.RRN, field.Amount, field.Fee), "2 632500004567 128.00 0.64\n1 header")
}

// A time of the payment beside one of its order, and a member that says what it is.
func TestOuterTimes(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"type":"payment","obj":{"order":{"created_at":"2026-11-20T08:00:00+08:00"},"amount_cents":12800,"success":true,"is_refund":false,"created_at":"2026-11-20T08:15:32+08:00"}}
{"type":"payment","obj":{"order":{"created_at":"2026-11-20T08:00:00+08:00"},"amount_cents":12800,"success":true,"is_refund":true,"created_at":"2026-11-20T09:15:32+08:00"}}
{"type":"payment","obj":{"order":{"created_at":"2026-11-20T08:00:00+08:00"},"amount_cents":12800,"success":false}}
`, field.Time, field.Kind, field.Amount, field.Status), `
1 2026-11-20T08:15:32+08:00 sale 128.00 SUCCESS
2 2026-11-20T09:15:32+08:00 refund 128.00 SUCCESS
3 2026-11-20T08:00:00+08:00 sale 128.00 FAILED`)
}

// What an application calls a result beside the answer of the bank.
func TestResultOfTheCall(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"transId":"撤销","resultCode":"0","resultMsg":"","transData":{"resCode":"51","resDesc":"余额不足","terminalNo":"10000001","amt":"12.30","date":"2026/11/20","time":"08:15:32"}}
{"transId":"4200001","resultCode":"0","terminalNo":"10000001","amt":"12.30","time":"2026-11-20 08:15:32"}
{"resultCode":"SUCCESS","data":{"responseCode":"51","terminalNo":"10000001","amt":"12.30","time":"2026-11-20 08:15:32"}}
{"resultCode":"SUCCESS","errCode":"0","terminalNo":"10000001","amt":"12.30","time":"2026-11-20 08:15:32"}
`, field.TID, field.Kind, field.Amount, field.Code, field.Text), `
1 10000001 void 12.30 51 余额不足
2 10000001 unknown 12.30 0 
3 10000001 unknown 12.30 51 
4 10000001 unknown 12.30 SUCCESS `)
	expect(t, lines(t, XML, "x", `<list><txn><time>2026-11-20 08:15:32</time><resultCode>SUCCESS</resultCode><responseCode>51</responseCode><amount>12.30</amount></txn>
<txn><time>2026-11-20 08:15:33</time><resultCode>SUCCESS</resultCode><errCode>0</errCode><amount>12.30</amount></txn>
<txn><time>2026-11-20 08:15:34</time><responseCode>51</responseCode><resultCode code='2'>OK</resultCode><amount>12.30</amount></txn></list>
`, field.Amount, field.Code), `
1 12.30 51
2 12.30 SUCCESS
3 12.30 51`)
}

// A currency that a document states once, for the rows in it.
func TestCurrencyAround(t *testing.T) {
	row := "\n" + `{"time":"2026-11-20T08:15:32+08:00","amount":"1500","fee":"0","type":"sale"%s}`
	rows := "[" + fmt.Sprintf(row, "") + "," + fmt.Sprintf(row, `,"currency":"EUR"`) + "]"
	for text, want := range map[string]string{
		`{"currency":"JPY","list":` + rows + `}`:             "2 1500 JPY\n3 1500.00 EUR\n1 header",
		`{"account":{"currency":"JPY"},"list":` + rows + `}`: "2 1500.00 CNY\n3 1500.00 EUR\n1 header",
		`{"currency":"all","list":` + rows + `}`:             "2 1500.00 CNY\n3 1500.00 EUR\n1 header",
	} {
		expect(t, lines(t, JSON, "x", text, field.Amount, field.Currency), want)
	}
	element := "\n<txn><time>2026-11-20T08:15:32+08:00</time><amount>1500</amount><fee>0</fee>%s</txn>"
	for text, want := range map[string]string{
		"<list><head><currency>JPY</currency></head>" + fmt.Sprintf(element, "") + fmt.Sprintf(element, "<currency>EUR</currency>") + "</list>":  "2 1500 JPY\n3 1500.00 EUR\n1 header",
		"<list><a><currency>JPY</currency></a><b><currency>EUR</currency></b>" + fmt.Sprintf(element, "") + fmt.Sprintf(element, "") + "</list>": "2 1500.00 CNY\n3 1500.00 CNY\n1 header",
	} {
		expect(t, lines(t, XML, "x", text, field.Amount, field.Currency), want)
	}
}

// Arrays as PHP prints them.
func TestPrintedArrays(t *testing.T) {
	expect(t, lines(t, Blocks, "x", `[20-Nov-2026 00:15:32 UTC] answer: Array
(
    [status] => APPROVED
    [chargetotal] => 150.75
    [processor_response_code] => 00
    [terminal_id] => 10000001
)
[20-Nov-2026 00:16:32 UTC] answer: Array
(
    [status] => DECLINED
    [chargetotal] => 99.00
    [processor_response_code] => 05
    [terminal_id] => 10000001
)
`, field.Time, field.TID, field.Status, field.Code, field.Amount), `
3 2026-11-20T08:15:32+08:00 10000001 APPROVED 00 150.75
10 2026-11-20T08:16:32+08:00 10000001 DECLINED 05 99.00
6 noise`)
}

// Fields of ISO 8583 without a message type, one in a line, as C programs print them.
func TestNumberedLines(t *testing.T) {
	for _, form := range []string{
		"[F04]=[000000001230]\n[F11]=[%06d]\n[F12]=[081532]\n[F13]=[1120]\n[F39]=[B4]\n[F41]=[10000001]\n----------\n",
		"F4 交易金额 = 000000001230\nF11 流水号 = %06d\nF12 时间 = 081532\nF13 日期 = 1120\nF39 应答码 = B4\nF41 终端号 = 10000001\n----------\n",
	} {
		text := fmt.Sprintf(form, 1) + fmt.Sprintf(form, 2)
		expect(t, lines(t, Blocks, "x", text, field.Time, field.TID, field.STAN, field.Code, field.Amount), `
1 2026-11-20T08:15:32+08:00 10000001 000001 B4 12.30
8 2026-11-20T08:15:32+08:00 10000001 000002 B4 12.30
2 noise`)
	}
	expect(t, lines(t, Blocks, "x", "2026-11-20 08:15:32 recv:\n[39]=[B4]\n[41]=[10000001]\n[4]=[000000001230]\n[11]=[000001]\n", field.Time, field.TID, field.STAN, field.Code, field.Amount), `
2 2026-11-20T08:15:32+08:00 10000001 000001 B4 12.30
1 noise`)
}

// The time may be the last line of a receipt, and a second name of the code says it again.
func TestReceiptEndsInItsTime(t *testing.T) {
	const receipt = "Card: XXXX1234\nAuth Code: 012345\nAuthorized Amount :$12.30\nTransaction Type:AUTH_ONLY\nResponse Code: 00\nResult Code:1\nDate: 2026-11-20 08:15:32\n"
	expect(t, lines(t, Blocks, "x", receipt+receipt, field.Time, field.Kind, field.AuthCode, field.Code, field.Amount, field.Currency), `
1 2026-11-20T08:15:32+08:00 preauth 012345 00 12.30 USD
8 2026-11-20T08:15:32+08:00 preauth 012345 00 12.30 USD`)
}

// Objects over several lines that stand in no array.
func TestLoneObjects(t *testing.T) {
	const one = `{
 "order": {"created_at": "2026-11-20T08:00:00+08:00"},
 "created_at": "2026-11-20T08:15:32+08:00", "terminalId": "10000001",
 "amount": "%s", "responseCode": "51"
}`
	first, second := fmt.Sprintf(one, "12.30"), fmt.Sprintf(one, "45.00")
	for text, want := range map[string]string{
		first:                        "1 2026-11-20T08:15:32+08:00 51 12.30",
		first + "\n" + second + "\n": "1 2026-11-20T08:15:32+08:00 51 12.30\n6 2026-11-20T08:15:32+08:00 51 45.00",
		"{\"payments\": {\n\"-Ma1\": " + first + ",\n\"-Ma2\": " + second + "\n}}\n":                                                                      "2 2026-11-20T08:15:32+08:00 51 12.30\n7 2026-11-20T08:15:32+08:00 51 45.00\n2 header",
		"{\"status\": \"ok\",\n\"payment\": " + first + "}":                                                                                               "2 2026-11-20T08:15:32+08:00 51 12.30\n1 header",
		"{\"request\": {\"amount\": \"12.30\"},\n\"answer\": {\"time\": \"2026-11-20T08:15:32+08:00\", \"responseCode\": \"51\", \"terminalId\": \"1\"}}": "1 2026-11-20T08:15:32+08:00 51 12.30",
	} {
		expect(t, lines(t, JSON, "x", text, field.Time, field.Code, field.Amount), want)
		if score, why := JSON.Sniff("x", []byte(text)); score < 60 {
			t.Error(score, why)
		}
	}
	cut := "{\"payments\": {\n\"-Ma1\": " + first + ",\n\"-Ma2\": " + second + ",\n\"-Ma3\": {\"amount\": \"1"
	expect(t, lines(t, JSON, "x", cut, field.Code, field.Amount), "2 51 12.30\n7 51 45.00\n7 reject  json-syntax\n1 header")
	if score, why := JSON.Sniff("x", []byte(cut)); score < 60 {
		t.Error(score, why)
	}
	var many strings.Builder // more names than are remembered
	for i := range 12_000 {
		fmt.Fprintf(&many, "{\"k%d\": %s}\n", i, first)
	}
	many.WriteString(`{"created_at": "2026-11-20T08:15:32+08:00", "terminalId": "10000001", "amount": "45.00", "responseCode": "00"}`)
	for r, text := range map[*entry.Reader]string{&JSON: many.String(), &JSONL: strings.ReplaceAll(strings.ReplaceAll(many.String(), "\n", ""), "}}{", "}}\n{")} {
		if got := lines(t, *r, "x", text, field.Code, field.Amount); strings.Count(got, " 51 12.30") != 12_000 {
			t.Errorf("%.200s", got)
		}
	}
	for _, text := range []string{`{"time":"2026-11-20T08:15:32+08:00","terminalId":"1","amount":"1.00","responseCode":"00"}` + "\n", "{\n\"name\": \"x\"\n}\n", "{\n"} {
		if score, why := JSON.Sniff("x", []byte(text)); score > 0 {
			t.Error(text, score, why)
		}
	}
}

// Values with their types, as MongoDB exports them.
func TestMongoTypes(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"_id":{"$oid":"65a000000000000000000001"},"createdAt":{"$date":"2026-11-20T00:15:32Z"},"terminalId":"10000001","amount":{"$numberDecimal":"128.00"},"responseCode":"00"}
{"createdAt":{"$date":{"$numberLong":"1763626532101"}},"terminalId":"10000001","amount":{"$numberDecimal":"300.00"},"responseCode":"51"}
`, field.Time, field.Amount, field.Code), "1 2026-11-20T08:15:32+08:00 128.00 00\n2 2025-11-20T16:15:32.101+08:00 300.00 51")
}

// Durations in seconds, as loggers of Go write them.
func TestSecondsInJSON(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"ts":1763626532.101,"mti":"0210","stan":"000101","tid":"10000001","rc":"00","elapsed":0.788}
{"ts":1763626592.101,"mti":"0210","stan":"000102","tid":"10000001","rc":"91","elapsed":30.001}
`, field.STAN, field.Latency), "1 000101 788\n2 000102 30001")
}

// What UnionPay's interface for merchants answers about a payment, in a document: amounts
// in fen, a type by two digits, and the code of the payment beside that of the call.
func TestUnionPayDocument(t *testing.T) {
	expect(t, lines(t, JSON, "x", `[
{"bizType":"000201","txnType":"01","txnSubType":"01","orderId":"SO26112001","queryId":"602611200912129048001","respCode":"00","respMsg":"成功[0000000]","txnAmt":"12800","txnTime":"20261120081532","origRespCode":"66","origRespMsg":"验证失败"},
{"bizType":"000201","txnType":"01","txnSubType":"01","orderId":"SO26112002","queryId":"602611200912129048002","respCode":"00","respMsg":"成功[0000000]","txnAmt":"5000","txnTime":"20261120081632"}]`,
		field.OrderNo, field.Kind, field.Amount, field.Code, field.Text), `
2 SO26112001 sale 128.00 66 验证失败
3 SO26112002 sale 50.00 00 成功[0000000]
1 header`)
}

func TestXMLRecords(t *testing.T) {
	f := define(t, "format: demo\nkind: xml\nrecord: txn\ncolumns: {time: when, code: resp/code, tid: '@tid', amount: amt}")
	expect(t, lines(t, Reader(f), "x", `<?xml version="1.0"?>
<log>
  <txn tid="00000001"><when>2026-11-20 08:15:32</when>
    <resp><code>B4</code></resp><amt>12.30</amt>
  </txn>
  <other/>
  <txn tid="2"><when>2026-11-20 08:15:33</when><resp><code>00</code></resp><amt>x</amt></txn>
  <txn tid="3"><when>2026-11-20 08:15:34</when><resp><code>00</code></resp><amt>1.00</amt></txn>
</log>
`, field.Time, field.Code, field.TID, field.Amount), `
3 2026-11-20T08:15:32+08:00 B4 00000001 12.30
8 2026-11-20T08:15:34+08:00 00 3 1.00
7 reject amount amount-syntax
2 header
2 noise`)
	expect(t, lines(t, Reader(f), "x", "<log>\n<txn tid=\"3\"><when>2026-11-20 08:15:34</when><resp><code>00</code></resp><amt>1.00</amt></txn>\n<txn tid=\"3\"><when>2026-11", field.Code), `
2 00
3 reject  xml-syntax
1 header`)
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().String("<?xml version=\"1.0\" encoding=\"GBK\"?>\n<txn tid=\"3\" region=\"杭州\"><when>2026-11-20 08:15:34</when><resp><code>00</code></resp><amt>1.00</amt></txn>")
	expect(t, lines(t, Reader(f), "x", gbk, field.Code, field.Region), "2 00 杭州\n1 header")
	latin := "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<txn tid=\"3\" region=\"M\xfcnchen\"><when>2026-11-20 08:15:34</when><resp><code>00</code></resp><amt>1.00</amt></txn>"
	expect(t, lines(t, Reader(f), "x", latin, field.Code, field.Region), "2 00 München\n1 header")
	expect(t, lines(t, Reader(f), "x", strings.Replace(latin, "M\xfcnchen", "上海", 1), field.Code, field.Region), "2 00 上海\n1 header")
}

// An interface that states fen does so in XML too.
func TestJSONInFen(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"created_at":1795162532,"payload":{"id":"pay_A1","amount":100,"currency":"INR","status":"captured","amount_refunded":0,"fee":2,"created_at":1795162530}}
`, field.Amount, field.Fee, field.Status), "1 1.00 0.02 captured")
}

func TestXMLInFen(t *testing.T) {
	f := &format.Format{Name: "xml", Kind: format.XML, Record: "xml"}
	for _, c := range []struct{ text, want string }{
		{"<xml><ins_cd>08M0000001</ins_cd><order_amt>12800</order_amt><result_code>000000</result_code><txn_fin_ts>20261120081532</txn_fin_ts></xml>", "128.00"},
		{"<xml><cvv><result_code>3</result_code></cvv><order_amt>12800</order_amt><result_code>000000</result_code><txn_fin_ts>20261120081532</txn_fin_ts></xml>", "12800.00"},
		{"<xml><shop>1</shop><order_amt>12800</order_amt><result_code>000000</result_code><txn_fin_ts>20261120081532</txn_fin_ts></xml>", "12800.00"},
		{"<xml><ins_cd>08M0000001</ins_cd><order_amt>128.00</order_amt><result_code>000000</result_code><txn_fin_ts>20261120081532</txn_fin_ts></xml>", "128.00"},
	} {
		expect(t, lines(t, Reader(f), "x", c.text, field.Time, field.Code, field.Amount), "1 2026-11-20T08:15:32+08:00 000000 "+c.want)
	}
}

func TestKVFormat(t *testing.T) {
	f := define(t, "format: demo\nkind: kv\nside: switch\ncolumns: {code: jg, tid: jj, amount: je}\nunits: {amount: fen}\nkinds: {gh: sale}\nset: {institution: NSH009}")
	expect(t, lines(t, Reader(f), "x", "2026-11-20 08:15:32 jg=B4 jj=00000001 je=1230 lx=消费 type=gh\n2026-11-20 08:15:33 hello\n", field.Code, field.TID, field.Amount, field.Institution, field.Kind),
		"1 B4 00000001 12.30 NSH009 sale\n1 noise")
}

// Trap 11: a log without years that spans New Year.
func TestNoYearOverNewYear(t *testing.T) {
	f := define(t, `format: demo
kind: line
pattern: '^(?P<time>\d\d-\d\d \S+) (?P<tid>\d+) (?P<code>\w\w) (?P<amount>\S+)$'`)
	var o output
	text := "12-31 23:59:59.900 1 00 1.00\n01-01 00:00:00.100 1 B4 1.00\n"
	if _, err := Reader(f).Read(&entry.Stream{Src: &txn.Source{Name: "pos-20270101.log"}, R: strings.NewReader(text), Loc: time.UTC}, &o); err != nil || len(o.records) != 2 {
		t.Fatal(err, o.rejects)
	}
	for i, want := range []string{"2026-12-31T23:59:59.900Z", "2027-01-01T00:00:00.100Z"} {
		if got := field.Get(o.records[i], field.Time, time.UTC); got != want || !o.records[i].Flags.Has(txn.YearInferred) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	o = output{}
	Reader(f).Read(&entry.Stream{Src: &txn.Source{Name: "pos.log"}, R: strings.NewReader(text), Loc: time.UTC}, &o)
	if len(o.rejects) != 2 || o.rejects[0].Rule != "year-unknown" {
		t.Errorf("without any year: %+v", o.rejects)
	}
}

func TestLoadDirErrors(t *testing.T) {
	dir := t.TempDir()
	for want, arg := range map[string]string{"no format files": dir, "is a file": "formats_test.go", "no such file": dir + "/none"} {
		if _, err := LoadDir(arg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", arg, err)
		}
	}
	os.WriteFile(dir+"/a.yaml", []byte("format: demo\n"), 0o600)
	if _, err := LoadDir(dir); err == nil || !strings.Contains(err.Error(), "a.yaml:1") {
		t.Error(err)
	}
}

// A name bound twice may stand in one column or in two.
func TestNameTwiceInOneColumn(t *testing.T) {
	for _, columns := range []string{"{code: [结论, 结论]}", "{time: 时刻, code: [结论, 结论]}", "{code: ['', '']}"} {
		_, err := format.Parse("x.yaml", []byte("format: demo\nkind: table\ncolumns: "+columns+"\n"))
		var first *format.Error
		if !errors.As(err, &first) || !strings.HasPrefix(first.Rule, "name-") {
			t.Errorf("%s: %v", columns, err)
		}
	}
}

func FuzzFormatFile(f *testing.F) {
	for _, b := range Builtin().List {
		src, _ := Source(b.Name)
		f.Add(src)
	}
	f.Add([]byte("format: demo\nkind: line\npattern: '(?P<code>x)'\nsamples: [{text: x, want: {code: \"x\"}}]"))
	f.Add([]byte("format: demo\nkind: table\ncolumns: {code: [x, x]}"))
	f.Add([]byte("format: demo\nkind: iso8583\nlayout: packed\nheader: 3\nfields: {39: text 3, 48: ll text 20}\nsamples: [{text: 'AABBCC0210', want: {code: \"x\"}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := format.Parse("x.yaml", data)
		if err == nil && len(g.Samples) < 10 {
			_ = Check(&Set{List: []*format.Format{g}})
		}
	})
}

func BenchmarkFixed(b *testing.B) { benchmark(b, "unionpay-acomn", "IND26112001ACOMN") }

func benchmark(b *testing.B, name, file string) {
	f := withSamples(b).Find(name)
	line := strings.SplitAfter(f.Samples[0].Text, "\n")[0]
	text := strings.Repeat(line, 20_000)
	r := Reader(f)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var p probed
		if _, err := r.Read(&entry.Stream{Src: &txn.Source{Name: file}, R: strings.NewReader(text), Loc: china}, &p); err != nil || p.records != 20_000 {
			b.Fatal(err, p.records)
		}
	}
	b.ReportMetric(float64(b.N)*20_000/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkJSONL(b *testing.B) {
	text := strings.Repeat(`{"ts":"2026-11-20T00:15:32.123Z","tid":"00000001","mid":"898330154110001","req":{"amount":"12.30","stan":"000001"},"resp":{"rc":"B4","msg":"busy"},"rt_ms":235}`+"\n", 20_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var p probed
		if _, err := JSONL.Read(&entry.Stream{Src: &txn.Source{Name: "x"}, R: strings.NewReader(text), Loc: china}, &p); err != nil || p.records != 20_000 {
			b.Fatal(err, p.records)
		}
	}
	b.ReportMetric(float64(b.N)*20_000/b.Elapsed().Seconds(), "records/s")
}

func reader(s string) io.Reader { return strings.NewReader(s) }

func stream(text string) *entry.Stream {
	return &entry.Stream{Src: &txn.Source{Name: "x"}, Head: []byte(text), R: reader(text), Loc: china, Year: 2026}
}

func TestSource(t *testing.T) {
	if _, err := Source("demo"); err == nil || err.Error() != `there is no built-in format "demo"` {
		t.Error(err)
	}
	for _, f := range Builtin().List {
		if b, err := Source(f.Name); err != nil || !strings.Contains(string(b), "format: "+f.Name+"\n") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// Interfaces that state amounts in minor units are told by a name beside the amount.
func TestAmountsOfInterfaces(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"sessionId":"A1","terminalId":"16250001","cashRegisterId":"POS005","amount":1100,"currencyCode":"978","success":false,"transactionDateTime":"2026-11-20T08:15:32","message":"Transaction declined by server"}
{"sessionId":"A2","terminalId":"16250001","cashRegisterId":"POS005","amount":2550,"currencyCode":"978","success":true,"transactionDateTime":"2026-11-20T08:16:32","message":"Transaction successful"}
`, field.Amount, field.Currency, field.Status), "1 11.00 EUR FAILED\n2 25.50 EUR SUCCESS")
	expect(t, lines(t, JSONL, "x", `{"id":"TRN_1","created_at":"2026-11-20T00:15:32Z","type":"SALE","status":"DECLINED","capture_mode":"AUTO","amount":"1999","currency":"EUR","payment_method":{"result":"101","message":"Not sufficient fund"}}
`, field.Amount, field.Currency, field.Status), "1 19.99 EUR DECLINED")
	expect(t, lines(t, JSONL, "x", `{"Time":"2026-11-20 08:15:32","Success":false,"ErrorCode":"1051","TerminalKey":"1595DEMO","Status":"REJECTED","PaymentId":"3093639568","OrderId":"21058","Amount":100050}
`, field.Amount, field.Status), "1 1000.50 REJECTED")
}

// The answer of a terminal's application, with the names that Landi gives.
func TestAnswerOfATerminalsApplication(t *testing.T) {
	expect(t, lines(t, JSONL, "x", `{"Amount":"000000008800","PosTraceNumber":"000124","OldTraceNumber":"000123","BatchNumber":"000005","MerchantNumber":"898330154110001","TerminalNumber":"10000001","HostSerialNumber":"081532123457","RejCode":"51","TransDate":"20261120","TransTime":"081532","RejCodeExplain":"余额不足"}
`, field.Amount, field.STAN, field.OrigSTAN, field.RRN, field.Code, field.Text), "1 88.00 000124 000123 081532123457 51 余额不足")
}

// What has a day of settlement and no time is asked before a zone is known.
func TestSettledWithoutTime(t *testing.T) {
	score, why := JSONL.Sniff("", []byte(`{"MerchantID":"898330154110001","ReturnCode":"0000","SettleDate":"2026/11/20"}`))
	if score == 0 {
		t.Error(why)
	}
}
