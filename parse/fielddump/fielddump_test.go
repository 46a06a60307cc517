package fielddump

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

type book = readtest.Book

func readText(t *testing.T, s string) *book {
	t.Helper()
	b := &book{}
	_, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "x.log"}, Head: []byte(s[:min(len(s), 64<<10)]), R: strings.NewReader(s),
		Loc: time.FixedZone("Asia/Shanghai", 8*3600), Year: 2026}, b)
	if err != nil {
		t.Fatal(err)
	}
	b.Whole(t, s)
	return b
}

func words(recs []*txn.Record) string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s %s stan=%s code=%s amount=%s", r.Pos.Line, r.MTI, r.Kind, r.At.Time().Format("01-02T15:04:05.000"), r.STAN, r.Code, r.Amount.Decimal())
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

const moov = `2026-11-20 08:15:32.100 sending
ISO 8583 Message:
MTI..........: 0200
Bitmap HEX...: 7220000000808000
Bitmap bits..:
	[1-8]01110010    [9-16]00100000   [17-24]00000000   [25-32]00000000
	[33-40]00000000  [41-48]10000000  [49-56]10000000   [57-64]00000000
F2   Primary Account Number.......: 6228480402564890018
F3   Processing Code SUBFIELDS:
-------------------------------------------
F1   Transaction Type.............: 00
F2   From Account.................: 00
F3   To Account...................: 00
-------------------------------------------
F4   Transaction Amount...........: 000000012300
F7   Transmission Date & Time.....: 1120081532
F11  Systems Trace Audit Number...: 000123
F41  Card Acceptor Terminal ID....: 10000001
F49  Transaction Currency Code....: 156
2026-11-20 08:15:32.335 received
ISO 8583 Message:
MTI..........: 0210
Bitmap HEX...: 0220000002800000
F7   Transmission Date & Time.....: 1120081532
F11  Systems Trace Audit Number...: 000123
F39  Response Code................: B4
F41  Card Acceptor Terminal ID....: 10000001
F55  Chip Data SUBFIELDS:
-------------------------------------------
F9F27 Cryptogram Information Data..: 80
F8A   Authorisation Response Code..: 3030
-------------------------------------------
`

const pair = "3 0200 sale 11-20T00:15:32.100 stan=000123 code=B4 amount=123.00 rt=235"

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"moov", moov, pair},
		{"iso8583tool", strings.NewReplacer(": B4", ": B4  → Rückseite", ": 0210", ": 0210  → Response", ": 156", ": 156  → CNY").Replace(moov), pair},
		{"numbers in brackets", "2026-11-20 08:15:32.100\n[000] 0200\n[003] 000000\n[004] 000000012300\n[007] 1120081532\n[011] 000123\n\n2026-11-20 08:15:32.335\n[000] 0210\n[007] 1120081532\n[011] 000123\n[039] B4\n", "2" + pair[1:]},
		{"pyiso8583", "2026-11-20 08:15:32.100\n'h'  Message Header            : ''\n't'  Message Type              : '0200'\n'p'  Bitmap, Primary           : '32200000'\n'3'  Processing Code           : '000000'\n'4'  Amount, Transaction       : '000000012300'\n'7'  Transmission Date         : '1120081532'\n'11' System Trace Audit Number : '000123'\n'35' Track 2                   : 37 '6228480402564890018=30122010000000000'\n" +
			"2026-11-20 08:15:32.335\n't' Message Type : '0210'\n'7'  Transmission Date : '1120081532'\n'11' STAN : '000123'\n'39' Response Code : 'B4'\n", "3" + pair[1:]},
		{"pyiso8583 without quotes", "2026-11-20 08:15:32.100\nt   Message Type                  : '0200'\np   Bitmap, Primary               : '3220000000000000'\n3   Processing Code               : '000000'\n4   Amount, Transaction           : '000000012300'\n7   Transmission Date             : '1120081532'\n11  STAN (of the terminal)        : '000123'\n" +
			"2026-11-20 08:15:32.335\nt   Message Type                  : '0210'\n11  STAN                          : '000123'\n7   Transmission Date             : '1120081532'\n39  Response Code                 : 'B4'\n", "2" + pair[1:]},
		{"Python in one line", "2026-11-20 08:15:32.100 INFO send {'bm': {3, 4, 7, 11}, 't': '0200', 'p': '3220000000000000', '3': '000000', '4': '000000012300', '7': '1120081532', '11': '000123'}\n" +
			"2026-11-20 08:15:32.335 INFO recv {'t': '0210', '7': '1120081532', '11': '000123', '39': 'B4'}\n", "1" + pair[1:]},
		{"Python in many lines", "2026-11-20 08:15:32.100\n{'t': '0200',\n 'p': '3220000000000000',\n '3': '000000',\n '4': '000000012300',\n '7': '1120081532',\n '11': '000123'}\n\n2026-11-20 08:15:32.335\n{'t': '0210',\n '7': '1120081532',\n '11': '000123',\n '39': 'B4'}\n", "2" + pair[1:]},
		{"JSON in one line", `{"time":"2026-11-20 08:15:32.100","mti":"0200","fields":{"3":0,"4":12300,"7":"1120081532","11":123}}` + "\n" + `{"time":"2026-11-20 08:15:32.335","mti":"0210","fields":{"7":"1120081532","11":123,"39":"B4"}}` + "\n", "1" + pair[1:]},
		{"JSON in many lines", "{\n \"mti\": \"0210\",\n \"bitmap\": \"0010001000000000\",\n \"elements\": {\n  \"3\": \"000000\",\n  \"4\": 12300,\n  \"7\": \"1120081532\",\n  \"11\": 123,\n  \"39\": 0\n }\n}\n", "2 0210 sale 11-20T00:15:32.000 stan=000123 code=00 amount=123.00"},
		{"JSON with the answer behind", `2026-11-20 08:15:32.100 INFO {"request":{"0":"0200","3":"000000","4":"000000012300","11":"000123"},"answer":{"0":"0210","11":"000123","39":"B4"}}` + "\n", "1 0210 sale 11-20T00:15:32.100 stan=000123 code=B4 amount=123.00"},
		{"SocketQueue", "2026-11-20 08:15:32.100 - info: Got data\n     [Purchase Request]\n     Message Type Indicator [0].......................0200\n     Processing Code [3]..............................0\n     Amount, Transaction [4]..........................12300\n     Transmission Date and Time [7]...................1120081532\n     System Trace Audit Number [11]...................123\n     Time, Local Transaction [12].....................261120081532\n" +
			"2026-11-20 08:15:32.335 - info: Got data from ISO-host (306b)\n     [Purchase Response]\n     Message Type Indicator [0].......................210\n     Bitmap [1].......................................723005802ec08200\n     Transmission Date and Time [7]...................1120081532\n     System Trace Audit Number [11]...................123\n     Response code [39]...............................0 (Successful Transaction)\n",
			"3 0200 sale 11-20T00:15:32.100 stan=000123 code=00 amount=123.00 rt=235"},
		{"words", "2026-11-20 08:15:32.100 INFO MTI: 0200\n2026-11-20 08:15:32.100 INFO Field 3: 000000\nField 4: 000000012300\nDE007 = 1120081532\nbit[11] : 000123\n2026-11-20 08:15:32.335 INFO MTI: 0210\n域7：1120081532\n域11: 000123\n域39: B4\n", "1" + pair[1:]},
		{"lengths", "20261120-08:15:32.100 DEBUG fld[  0] len[  4] = [0200]\n20261120-08:15:32.100 DEBUG fld[  3] len[  6] = [000000]\n20261120-08:15:32.100 DEBUG fld[  4] len[ 12] = [000000012300]\n20261120-08:15:32.100 DEBUG fld[ 11] len[  6] = [000123]\n" +
			"20261120-08:15:32.335 DEBUG fld[  0] len[  4] = [0210]\n20261120-08:15:32.335 DEBUG fld[ 11] len[  6] = [000123]\n20261120-08:15:32.335 DEBUG fld[ 39] len[  2] = [B4]\n", "1" + pair[1:]},
		{"names and lengths", "2026-11-20 08:15:32.100 请求解析:\n消息类型:0200\n位图:3020000000C00000=[3,4,11,41,42,]\n域3[交易处理码],长度:6,值:000000\n域4[交易金额],长度:12,值:000000012300\n域11[受卡方系统跟踪号],长度:6,值:000123\n" +
			"2026-11-20 08:15:32.335 响应解析:\n消息类型:0210\n位图:0020000002000000=[11,39,]\n域11[受卡方系统跟踪号],长度:6,值:000123\n域39[应答码],长度:2,值:B4\n", "2" + pair[1:]},
		{"the host gives the time", "消息类型:0200\n域3: 000000\n域4: 000000012300\n域11: 000123\n域41: 10000001\n\n消息类型:0210\n域11: 000123\n域12: 081532\n域13: 1120\n域39: B4\n域41: 10000001\n", "1 0200 sale 11-20T00:15:32.000 stan=000123 code=B4 amount=123.00"},
		{"behind the id of a process", "2026-11-20 08:15:32.100 [12345] [000] [0200]\n2026-11-20 08:15:32.100 [12345] [003] [000000]\n2026-11-20 08:15:32.100 [12345] [004] [000000012300]\n2026-11-20 08:15:32.100 [12345] [011] [000123]\n" +
			"2026-11-20 08:15:32.335 [12345] [000] [0210]\n2026-11-20 08:15:32.335 [12345] [011] [000123]\n2026-11-20 08:15:32.335 [12345] [039] [B4]\n", "1" + pair[1:]},
		{"Postilion", "[20-Nov-2026 08:15:32.100] Message to Node\n0200:\n   [Fixed  n       6 006] 003 [000000]\n   [Fixed  n      12 012] 004 [000000012300]\n   [Fixed  n       6 006] 011 [000123]\n" +
			"[20-Nov-2026 08:15:32.335] Message from Node\n0210:\n   [Fixed  n       6 006] 011 [000123]\n   [Fixed  an      2 002] 039 [B4]\n", "2" + pair[1:]},
		{"in capitals", "2026-11-20 08:15:32.100 [Tm] Message to Node\n0200:\n   [FIXED  n       6 006] 003 [000000]\n   [FIXED  n      12 012] 004 [000000012300]\n   [FIXED  n       6 006] 011 [000123]\n" +
			"2026-11-20 08:15:32.335 [Tm] Message from Node\n0210:\n   [FIXED  n       6 006] 011 [000123]\n   [FIXED  an      2 002] 039 [B4]\n", "2" + pair[1:]},
		{"OpenIso8583.Net", "2026-11-20 08:15:32,100 [7] INFO  Switch - Sending:\nMTI        : 0200 Financial transaction Request\n   [Fixed  n       6 006] 003 [000000]\n   [Fixed  n      12 012] 004 [000000012300]\n   [Fixed  n       6 006] 011 [000123]\n" +
			"2026-11-20 08:15:32,335 [7] INFO  Switch - Received:\nMTI        : 0210 Financial transaction Request Response\n   [Fixed  n       6 006] 011 [000123]\n   [Fixed  an      2 002] 039 [B4]\n", "2" + pair[1:]},
		{"names behind the numbers", "2026-11-20 08:15:32.100 MessageType      : 0200\n2026-11-20 08:15:32.100 F03_ProcessingCode : 000000\n2026-11-20 08:15:32.100 F04_Amount : 000000012300\n2026-11-20 08:15:32.100 F11_STAN : 000123\n" +
			"2026-11-20 08:15:32.335 MessageType      : 0210\n2026-11-20 08:15:32.335 F11_STAN : 000123\n2026-11-20 08:15:32.335 F39_ResponseCode : B4\n", "1" + pair[1:]},
		{"behind whom the line is of", "2026-11-20 08:15:32:100:ISS: MessageType   : 0200\n2026-11-20 08:15:32:100:ISS: Bitmap       : 3020000000000000 [3,4,11]\n2026-11-20 08:15:32:100:ISS: F03_ProcessingCode : 000000\n2026-11-20 08:15:32:100:ISS: F04_Amount : 000000012300\n2026-11-20 08:15:32:100:ISS: F11_STAN : 000123\n" +
			"2026-11-20 08:15:32:335:ISS: MessageType   : 0210\n2026-11-20 08:15:32:335:ISS: F11_STAN : 000123\n2026-11-20 08:15:32:335:ISS: F39_ResponseCode : B4\n", "1" + pair[1:]},
		{"a time of day, and the day of the message", "08:15:32.100 [main] INFO Iso - MTI: 0200\nF4 Amount: 000000012300\nF7 Time: 1120001532\nF11 STAN: 123\n08:15:32.335 [main] INFO Iso - MTI: 0210\nF7 Time: 1120001532\nF11 STAN: 123\nF39 Code: B4\n", "1 0200 sale 11-20T00:15:32.100 stan=123 code=B4 amount=123.00 rt=235"},
		{"elements", "<isoMessage>\n\t<MTI>0200</MTI>\n\t<Bitmap>3220000000000000</Bitmap>\n\t<DataElements>\n\t\t<Element Number=\"3\">000000</Element>\n\t\t<Element Number=\"4\">000000012300</Element>\n\t\t<Element Number=\"7\">1120081532</Element>\n\t\t<Element Number=\"11\">000123</Element>\n\t</DataElements>\n</isoMessage>\n" +
			"<isoMessage>\n\t<MTI>0210</MTI>\n\t<Element Number=\"7\">1120081532</Element>\n\t<Element Number=\"11\">000123</Element>\n\t<Element Number=\"39\">B4</Element>\n</isoMessage>\n", "2 0200 sale 11-20T00:15:32.000 stan=000123 code=B4 amount=123.00"},
		{"no time but its own", "MTI: 0800\nF7 Time: 1120081532\nF11 STAN: 1\nF70 Code: 301\n", "1 0800 echo 11-20T00:15:32.000 stan=1 code= amount="},
		{"a repeated time tells no latency", "MTI: 0200\nF4 Amount: 000000012300\nF7 Time: 1120081532\nF11 STAN: 123\n\nMTI: 0210\nF7 Time: 1120081532\nF11 STAN: 123\nF39 Code: B4\n", "1 0200 sale 11-20T00:15:32.000 stan=123 code=B4 amount=123.00"},
		{"evidence", moov + "2026-11-20 08:16:32 connection reset by peer\n", pair + fmt.Sprintf("\n%d  other 11-20T00:16:32.000 stan= code= amount=", strings.Count(moov, "\n")+1)},
		{"ISO 93", "MTI: 1210\nF11 STAN: 1\nF12 Time: 261120081532\nF39 Action: 000\n", "1 1210 sale 11-20T00:15:32.000 stan=1 code=000 amount="},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := readText(t, c.text)
			if got := words(b.Records); got != c.want || len(b.Rejects) > 0 {
				t.Errorf("got\n%s\nwant\n%s\nrejects %v", got, c.want, b.Rejects)
			}
			if score, why := Reader.Sniff("x", []byte(c.text)); score < 70 {
				t.Errorf("not recognised: %d, %s", score, why)
			}
		})
	}
	r := readText(t, moov).Records[0]
	if r.PAN.Masked != "622848*********0018" || r.ProcCode != "000000" || r.TID != "10000001" || r.Origin != txn.Host || r.Currency != "CNY" {
		t.Errorf("%+v", r)
	}
}

// TestGarbage: what a wrong packager prints looks like fields.
// TestCutInsideParts: a message that breaks off inside the parts of a field does not swallow those behind it.
func TestCutInsideParts(t *testing.T) {
	cut, _, _ := strings.Cut(moov, "F2   From Account")
	b := readText(t, cut+strings.ReplaceAll(moov, " 08:15:", " 09:15:"))
	want := "3 0200 sale 11-20T00:15:32.100 stan= code= amount=\n14 0200 sale 11-20T01:15:32.100 stan=000123 code=B4 amount=123.00 rt=235"
	if got := words(b.Records); got != want || len(b.Rejects) > 0 {
		t.Errorf("got\n%s\nwant\n%s\n%v", got, want, b.Rejects)
	}
}

func TestGarbage(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"type", "MTI: 30 3\nF11 STAN: 1\nF39 Code: 00\n", `x.log:1: "30 3" is no message type ("0=30 3 11=1 39=00"); check that the packager fits the message`},
		{"amount", "Message Type Indicator [0].....0210\nAmount [4]......0A415\nTrace [11].....1\nResponse code [39]......415\n", `x.log:1: field 4 is not an amount of up to 12 digits ("0=0210 11=000001 39=415"); check that the packager fits the message`},
		{"code", "MTI: 0210\nF11 STAN: 1\nF39 Code: 0\x1c\n", `x.log:1: field 39 holds no response code ("0=0210 11=1 39=0\x1c"); check that the packager fits the message`},
		{"code is a card", "MTI: 0210\nF11 STAN: 1\nF39 Code: 6228480402564890018\n", `x.log:1: field 39 holds no response code ("0=0210 11=1 39=622848*********0018"); check that the packager fits the message`},
		{"trace", "MTI: 0210\nF11 STAN: 00=1\nF39 Code: 00\n", `x.log:1: field 11 is not a trace number ("0=0210 11=00=1 39=00"); check that the packager fits the message`},
		{"time", "MTI: 0210\nF7 Time: 9920081532\nF11 STAN: 1\n", `x.log:1: field 7 is not a time of the form MMDDhhmmss ("0=0210 11=1 39="); check that the packager fits the message`},
		{"cut in front", "F7 Time: 1120081532\nF11 STAN: 1\nF39 Code: 00\nF41 TID: 1\n", `x.log:1: the message has no field 0 ("0= 11=1 39=00"); the message was cut or mixed with another; see the lines around it`},
		{"two messages in a line", `2026-11-20 08:15:32.100 [{"0":"0210","4":"000000012300","11":"000123","39":"00"},{"0":"0210","4":"000000004500","11":"000124","39":"B4"}]` + "\n", `x.log:1: the line holds more than one transaction ("0=0210 11=000124"); write one transaction per line, or save the JSON of the answer as a file of its own`},
		{"endless line", strings.Repeat("x", 1<<20+1), `x.log:1: the line has 1048577 bytes, more than 1048576 ("` + strings.Repeat("x", 200) + `…"); check that it is a text log`},
	} {
		b := readText(t, c.text)
		if len(b.Rejects) != 1 || len(b.Records) != 0 || b.Rejects[0].Error() != c.want {
			t.Errorf("%s: %v, %s; want %s", c.name, b.Rejects, words(b.Records), c.want)
		}
		if score, _ := Reader.Sniff("x", []byte(c.text)); score >= 40 {
			t.Errorf("%s: recognised with %d", c.name, score)
		}
	}
	for name, text := range map[string]string{
		"prose":   "F1 help: press F1\nF2 save: press F2\n",
		"kv":      strings.Repeat("2026-11-20 08:15:32.123 INFO TXN TID=10000001 MTI=0210 STAN=000123 RC=00\n", 20),
		"numbers": `{"t":"0210","1":{"a":1},"2":{"a":2}}` + "\n" + `{"39":"00","4":"1"}` + "\n",
		"tags":    `{"t": "2026", "11": "x", "12": "y"}` + "\n",
		"MTI":     "MTI: 0210\n\nMTI: 0210\n",
		"nothing": "",
	} {
		if b := readText(t, text); len(b.Records)+len(b.Rejects) > 0 {
			t.Errorf("%s: %s %v", name, words(b.Records), b.Rejects)
		}
		if score, _ := Reader.Sniff("x", []byte(text)); score > 0 {
			t.Errorf("%s: %d", name, score)
		}
	}
}

func BenchmarkSniff(b *testing.B) {
	line := "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MID=898330154110001 MTI=0210 STAN=000123 RRN=041216300012 AMT=000000012300 RC=00 RT=235ms ERR=\"通讯超时\"\n"
	for name, head := range map[string][]byte{"kv": bytes.Repeat([]byte(line), 64<<10/len(line)), "dump": bytes.Repeat([]byte(moov), 64<<10/len(moov))} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(head)))
			for b.Loop() {
				Reader.Sniff("x", head)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(moov)
	f.Add("[000] 0210\n[011] 1\n[039] 00\n't' x : '0210'\n'39' y : 2 '00'\n")
	f.Add(`{"0":"0200","4":1,"x":{"39":"00"}} {'t': '0210', '39': '00'}` + "\n'4': 1,\n{\"0\": 210,\n\"39\": 0}\n")
	f.Add("Message Type Indicator [0]....210\nTrace [11]....1\nResponse code [39]......0 (x)\nField 4: 1\n域39: 00\n55.8A x: 1\nF3 SUBFIELDS:\n-----\nF1 x: 1\n")
	f.Fuzz(func(t *testing.T, s string) {
		Reader.Sniff("x", []byte(s))
		readText(t, s)
	})
}

// Numbers in front of the word for a field, descriptions in brackets, numbers between a
// name and its value.
func TestNumbersElsewhere(t *testing.T) {
	message := []string{"0 0210", "4 000000012300", "7 1120081532", "11 000123", "39 51", "41 10000001"}
	for _, form := range []string{"%s域: %s", "返回值%s域[说明]=%s", "F%s域（说明）：%s", "8583域 %s = %s", "第%s域[说明]=[%s]", "第[%s]域组包内容[%s]", "[%s] 说明 = [%s]", "name : %03s : %s",
		"i%03s:[%s]", "P-%03s: %s", "S%03s = %s", "Data Element %s: %s", "[%s] => %s", "field[%s] => %s", "域[%s]长度[2]值[%s]"} {
		text := ""
		for _, f := range message {
			id, value, _ := strings.Cut(f, " ")
			line := fmt.Sprintf(form, id, value)
			if id == "0" && strings.HasPrefix(form, "name") {
				line = "message_type :             : " + value
			}
			if id == "0" && strings.HasPrefix(form, "域[") {
				line = "消息类型[" + value + "]"
			}
			text += "2026-11-20 08:15:33.000 INFO " + line + "\n"
		}
		if got := words(readText(t, text).Records); got != "1 0210 sale 11-20T00:15:33.000 stan=000123 code=51 amount=123.00" {
			t.Errorf("%s\n%s", text, got)
		}
	}
}
