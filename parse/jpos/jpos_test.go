package jpos

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/internal/readbench"
	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

type book = readtest.Book

func readText(t *testing.T, text string) (*book, *entry.Summary) {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	b := &book{}
	sum, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "x.xml"}, Head: []byte(text), R: strings.NewReader(text), Loc: loc}, b)
	if err != nil {
		t.Fatal(err)
	}
	b.Whole(t, text)
	return b, sum
}

// words writes records so that a table can state them.
func words(recs []*txn.Record) []string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s stan=%s code=%s", r.Pos.Line, r.MTI, r.Kind, r.STAN, r.Code)
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		if f := r.Flags &^ (txn.ZoneAssumed | txn.CardEvent); f != 0 {
			s += " " + strings.Join(f.Names(), "+")
		}
		out = append(out, s)
	}
	return out
}

func element(realm, at string, fields ...string) string {
	s := fmt.Sprintf("<log realm=%q at=%q lifespan=\"3ms\">\n  <send>\n    <isomsg direction=\"outgoing\">\n", realm, at)
	for _, f := range fields {
		id, v, _ := strings.Cut(f, "=")
		s += fmt.Sprintf("      <field id=%q value=\"%s\"/>\n", id, v)
	}
	return s + "    </isomsg>\n  </send>\n</log>\n"
}

func TestRead(t *testing.T) {
	req := element("ch/1.2.3.4:55", "2026-11-20T08:15:32.100", "0=0200", "2=6228480402564890018", "3=000000", "4=12300", "7=1120081532", "11=000123", "37=041216300012", "41=10000001", "42=898330154110001")
	ans := element("ch/1.2.3.4:55", "2026-11-20T08:15:32.335", "0=0210", "7=1120081532", "11=000123", "38=A1B2C3", "39=00", "41=10000001")
	cut := strings.Replace(req, "    </isomsg>\n  </send>\n</log>\n", "", 1)
	late := element("x", "2026-11-20T09:15:32.335", "0=0800", "11=9", "7=1120091532")
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"pair", req + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"no answer", req + late, []string{"1 0200 sale stan=000123 code= no_answer", "16 0800 signon stan=9 code="}},
		{"end of log", req, []string{"1 0200 sale stan=000123 code="}},
		{"answer twice", req + ans + ans, []string{"1 0200 sale stan=000123 code=00 rt=235", "28 0210 sale stan=000123 code=00 repeat"}},
		{"second leg", req + strings.ReplaceAll(req, "ch/1.2.3.4:55", "host/5.6.7.8:9") + strings.ReplaceAll(ans, "ch/1.2.3.4:55", "host/5.6.7.8:9") + ans,
			[]string{"16 0200 sale stan=000123 code=00 rt=235 repeat", "1 0200 sale stan=000123 code=00 rt=235"}},
		{"reversal keeps its reason", element("ch", "2026-11-20T08:16:32", "0=0400", "11=124", "39=98", "90=0200000123112008153200000000000000000000") +
			element("ch", "2026-11-20T08:16:33", "0=0410", "11=124", "39=25"), []string{"1 0400 reversal stan=124 code=98 rt=1000"}},
		{"raw markup in a stack trace", "<log realm=\"a\" at=\"2026-11-20T08:15:32\">\n<exception name=\"x < y & z\">\n at <init>(Foo.java)\n if (a<b)\n</exception>\n</log>\n" + req + ans,
			[]string{"1  other stan= code=", "7 0200 sale stan=000123 code=00 rt=235"}},
		{"values between tags", req + strings.Replace(ans, `<field id="39" value="00"/>`, `<field id="39"><![CDATA[51]]></field>`, 1), []string{"1 0200 sale stan=000123 code=51 rt=235"}},
		{"a value whose end is lost", req + strings.Replace(ans, `<field id="39" value="00"/>`, `<field id="39">51`, 1), []string{"1 0200 sale stan=000123 code=51 rt=235"}},
		{"end of element lost", strings.Replace(req, "</log>\n", "", 1) + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"message cut, the channel writes on", cut + strings.ReplaceAll(req+ans, "000123", "000124"),
			[]string{"13 0200 sale stan=000124 code=00 rt=235", "1 0200 sale stan=000123 code="}},
		{"message cut, others write on", strings.Replace(cut, "ch/1.2.3.4:55", "other", 1) + strings.ReplaceAll(req+ans, "000123", "000124") + "INFO a\nINFO b\n",
			[]string{"13 0200 sale stan=000124 code=00 rt=235", "1 0200 sale stan=000123 code="}},
		{"wrapped by another logger", "2026-11-20 08:15:32,100 INFO  [Q2] - " + req + "2026-11-20 08:15:32,335 INFO  [Q2] - " + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"could not be sent", strings.Replace(req, "</send>", "<exception name=\"Connection reset\"/></send>", 1) + late, []string{"1 0200 sale stan=000123 code= no_answer+disconnected", "16 0800 signon stan=9 code="}},
		{"time-out", "<log realm=\"ch/1.2.3.4:5\" at=\"Wed Dec 10 13:56:26 CST 2025.9\" lifespan=\"900099ms\">\n<receive>\n<io-timeout/>\n</receive>\n</log>\n", []string{"1  other stan= code= timed_out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := readText(t, c.text)
			got := words(b.Records)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") || len(b.Rejects) != 0 {
				t.Errorf("got\n  %s\nwant\n  %s\nrejects %v", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), b.Rejects)
			}
		})
	}
	// Lines behind a message that was cut belong to it only until another one is written.
	b, _ := readText(t, cut+"garbage\n"+strings.ReplaceAll(late, "000123", "000124")+"INFO a\n\nINFO b\n")
	if b.Count.Skipped[entry.Noise] != 2 || b.Count.Skipped[entry.Blank] != 1 || b.Count.Records != 2 {
		t.Errorf("%+v", b.Count)
	}
	b, _ = readText(t, req+ans)
	r := b.Records[0]
	if r.PAN.Masked != "622848*********0018" || r.Amount != 12300 || r.AuthCode != "A1B2C3" || r.RRN != "041216300012" || r.TID != "10000001" || r.Side != txn.Switch {
		t.Errorf("%+v", r)
	}
	b, _ = readText(t, "<log realm=\"c\" at=\"Wed Dec 10 13:56:26 CST 2025.9\">\n<receive><peer-disconnect/></receive>\n</log>")
	if at := b.Records[0].At.Time(); !at.Equal(time.Date(2025, 12, 10, 5, 56, 26, 9e6, time.UTC)) {
		t.Errorf("CST and unpadded milliseconds: %v", at)
	}
}

// jsonLine3 writes an event as jPOS 3 does.
func jsonLine3(at, kind, realm, payload string) string {
	p, _ := json.Marshal(payload)
	return fmt.Sprintf(`{"ts":%q,"kind":%q,"lifespan":3,"tags":{"realm":%q,"host":"gw1","trace-id":"a1b2"},"payload":[{"t":"msg","m":%s}]}`+"\n", at, kind, realm, p)
}

func isomsg(fields ...string) string {
	s := "<isomsg>\n"
	for _, f := range fields {
		id, v, _ := strings.Cut(f, "=")
		s += fmt.Sprintf("  <field id=%q value=%q/>\n", id, v)
	}
	return s + "</isomsg>"
}

func TestJSONLines(t *testing.T) {
	req := jsonLine3("2026-11-20T00:15:32.100123Z", "send", "ch/1.2.3.4:55", isomsg("0=0200", "3=000000", "4=12300", "7=1120081532", "11=000123", "41=10000001"))
	ans := jsonLine3("2026-11-20T00:15:32.335Z", "receive", "ch/1.2.3.4:55", isomsg("0=0210", "7=1120081532", "11=000123", "39=B4", "41=10000001"))
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"pair", req + ans, []string{"1 0200 sale stan=000123 code=B4 rt=234"}},
		{"answer in XML in the same file", req + element("ch/1.2.3.4:55", "2026-11-20T08:15:32.335", "0=0210", "7=1120081532", "11=000123", "39=B4", "41=10000001"),
			[]string{"1 0200 sale stan=000123 code=B4 rt=234"}},
		{"wrapped by another logger", "08:15:32.100 INFO Q2 - " + req + "08:15:32.335 INFO Q2 - " + ans, []string{"1 0200 sale stan=000123 code=B4 rt=234"}},
		{"time-out", jsonLine3("2026-11-20T00:15:32Z", "io-timeout", "ch/1.2.3.4:55", "") + jsonLine3("2026-11-20T00:15:33Z", "receive", "ch/1.2.3.4:55", "<peer-disconnect/>"),
			[]string{"1  other stan= code= timed_out", "2  other stan= code= disconnected"}},
		{"start-up", jsonLine3("2026-11-20T00:15:32Z", "info", "Q2", "deploy: 10_channel.xml") + req + ans, []string{"2 0200 sale stan=000123 code=B4 rt=234"}},
		{"a log element inside", jsonLine3("2026-11-20T00:15:32Z", "send", "ch", "<log realm=\"x\" at=\"y\"><send>"+isomsg("0=0800", "11=1", "70=301")+"</send></log>"), []string{"1 0800 echo stan=1 code="}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := readText(t, c.text)
			if got := words(b.Records); strings.Join(got, "\n") != strings.Join(c.want, "\n") || len(b.Rejects) != 0 {
				t.Errorf("got\n  %s\nwant\n  %s\nrejects %v", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), b.Rejects)
			}
		})
	}
	if score, why := Reader.Sniff("x.log", []byte(req)); score < 96 {
		t.Errorf("%d, %s", score, why)
	}
	b, _ := readText(t, req)
	if r := b.Records[0]; !r.At.Time().Equal(time.Date(2026, 11, 20, 0, 15, 32, 100123e3, time.UTC)) || r.Flags.Has(txn.ZoneAssumed) {
		t.Errorf("%v %v", r.At.Time(), r.Flags.Names())
	}
}

// TestTimes: the forms of at in the versions of jPOS, and the time of a logger around it.
func TestTimes(t *testing.T) {
	utc := func(h, m, s, ms int) time.Time { return time.Date(2026, 11, 20, h, m, s, ms*1e6, time.UTC) }
	for at, want := range map[string]time.Time{
		"2026-11-20T08:15:32.787":          utc(0, 15, 32, 787),
		"2026-11-20T08:15:32.7":            utc(0, 15, 32, 700),
		"2026-11-20T08:15:32":              utc(0, 15, 32, 0),
		"2026-11-20T08:15:32.787Z":         utc(8, 15, 32, 787),
		"2026-11-20T08:15:32.787+08:00":    utc(0, 15, 32, 787),
		"Fri Nov 20 08:15:32 CST 2026.292": utc(0, 15, 32, 292),
		"Fri Nov 20 08:15:32 CST 2026.9":   utc(0, 15, 32, 9),
		"Fri Nov 20 08:15:32 EST 2026.9":   utc(13, 15, 32, 9),
		"Fri Nov 20 08:15:32 CST 2026":     utc(0, 15, 32, 0),
		"2026-11-20T08:15:32.787123456":    utc(0, 15, 32, 787).Add(123 * time.Microsecond),
	} {
		b, _ := readText(t, element("ch", at, "0=0800", "11=1"))
		if len(b.Records) != 1 || !b.Records[0].At.Time().Equal(want) {
			t.Errorf("%s: %v %v, want %v", at, b.Records, b.Rejects, want)
		}
	}
	one := strings.NewReplacer("\n", "", "  ", " ").Replace(element("ch/1:2", "2026-11-20T08:15:32.100", "0=0200", "11=7", "7=1120081532"))
	for name, text := range map[string]string{
		"one line":               "2026-11-20 08:15:32,100 [ch] INFO Q2 - " + one + "\n",
		"without <log>":          "2026-11-20 08:15:32,100 [ch] INFO Q2 - <send>" + isomsg("0=0200", "11=7", "7=1120081532") + "</send>\n",
		"time in the line above": "[2026-11-20 08:15:32,100] INFO Q2\n" + isomsg("0=0200", "11=7", "7=1120081532") + "\n",
		"at left out":            "2026-11-20 08:15:32,100 INFO <log realm=\"ch\">\n<send>\n" + isomsg("0=0200", "11=7", "7=1120081532") + "\n</send>\n</log>\n",
	} {
		b, _ := readText(t, text+text)
		if len(b.Records) != 2 || !b.Records[0].At.Time().Equal(utc(0, 15, 32, 100)) || b.Records[0].STAN != "7" {
			t.Errorf("%s: %v %v", name, words(b.Records), b.Rejects)
		}
	}
}

func TestAmountsWithTheirCurrency(t *testing.T) {
	const at = "2026-11-20T08:15:32.100"
	for _, c := range []struct{ mti, field, want string }{
		{"2200", `<field id="4" value="8582000000012345"/>`, "123.45 UYU"}, // as packed by ISO 8583:2003
		{"2200", `<field id="4" currency="858" type="amount" value="123.45"/>`, "123.45 UYU"},
		{"0200", `<field id="4" currency="392" type="amount" value="1500"/>`, "1500 JPY"},
		{"2200", `<field id="4" value="8583000000012345"/>`, "amount-syntax"}, // of another number of decimals
		{"2200", `<field id="4" value="1112000000012345"/>`, "amount-syntax"}, // no currency
	} {
		text := strings.Replace(element("ch", at, "0="+c.mti, "4=", "11=000123", "12=20261120081532", "41=10000001"), `<field id="4" value=""/>`, c.field, 1)
		b, _ := readText(t, text)
		got := ""
		switch {
		case len(b.Records) == 1:
			got = b.Records[0].Amount.In(b.Records[0].Currency) + " " + b.Records[0].Currency
		case len(b.Rejects) == 1:
			got = b.Rejects[0].Rule
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.field, got, c.want)
		}
	}
}

func TestTextsAndReasons(t *testing.T) {
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().String("通讯超时")
	for _, c := range []struct {
		fields              []string
		text, reason, flags string
	}{
		{[]string{"0=0210", "11=1", "39=91", "44=发卡行系统异常"}, "发卡行系统异常", "", ""},
		{[]string{"0=0210", "11=1", "39=00", "44=01020000   01030000   "}, "", "", ""},
		{[]string{"0=0210", "11=1", "39=05", "63=CUP"}, "", "", ""},
		{[]string{"0=0210", "11=1", "39=05", "63=CUPDO NOT HONOUR"}, "CUPDO NOT HONOUR", "", ""},
		{[]string{"0=0210", "11=1", "39=98", "63=" + gbk}, "通讯超时", "", "timed_out"},
		{[]string{"0=0210", "11=1", "39=98", "63=" + gbk[:7]}, "通讯超\uFFFD", "", "truncated_text"},
		{[]string{"0=0420", "11=1", "60=43540000000000000"}, "", "4354", ""},
		{[]string{"0=0400", "11=1", "39=98", "60=22000141"}, "", "", ""},
		{[]string{"0=0200", "11=1", "60=43540000000000000"}, "", "", ""},
		{[]string{"0=0210", "11=1", "44=card 6228480402564890018"}, "", "", ""},
		{[]string{"0=0210", "11=1", "44=declined card 6228480402564890018"}, "declined card 622848*********0018", "", ""},
	} {
		b, _ := readText(t, element("c", "2026-11-20T08:15:32", c.fields...))
		if len(b.Records) != 1 {
			t.Errorf("%q: %v", c.fields, b.Rejects)
			continue
		}
		r := b.Records[0]
		flags := strings.Join((r.Flags &^ (txn.ZoneAssumed | txn.NegativeByType)).Names(), "+")
		if r.Text != c.text || r.Reason != c.reason || flags != c.flags {
			t.Errorf("%q: text %q, reason %q, flags %s", c.fields, r.Text, r.Reason, flags)
		}
	}
	b, _ := readText(t, "<log realm=\"c\" at=\"2026-11-20T08:15:32\">\n<send>\n<isomsg>\n<field id=\"0\" value=\"0420\"/>\n<field id=\"11\" value=\"1\"/>\n"+
		"<isomsg id=\"60\">\n<field id=\"1\" value=\"4361\"/>\n<field id=\"2\" value=\"00000\"/>\n</isomsg>\n</isomsg>\n</send>\n</log>\n")
	if len(b.Records) != 1 || b.Records[0].Reason != "4361" {
		t.Errorf("nested field 60: %v %v", b.Records, b.Rejects)
	}
}

func TestManagementMessages(t *testing.T) {
	for fields, want := range map[string]txn.Kind{
		"0=0800 70=001": txn.SignOn, "0=0800 70=002": txn.SignOff, "0=0800 70=301": txn.Echo, "0=0800 70=1": txn.SignOn,
		"0=0800 70=101": txn.Other, "0=0820 70=201": txn.Other, "0=0800 60=00000141003": txn.SignOn, "0=0820 60=00000141002": txn.SignOff,
		"0=0800": txn.SignOn, "0=0820 60=00000141301": txn.Echo,
	} {
		b, _ := readText(t, element("c", "2026-11-20T08:15:32", append(strings.Fields(fields), "11=1")...))
		if len(b.Records) != 1 || b.Records[0].Kind != want {
			t.Errorf("%s: %v %v, want %s", fields, words(b.Records), b.Rejects, want)
		}
	}
}

// A message that was dumped without <log> may have a word in front of each line, which
// reads like a key.
func TestSniffDumps(t *testing.T) {
	dump := "answer:<isomsg>\nanswer:  <field id=\"0\" value=\"0210\"/>\nanswer:  <field id=\"11\" value=\"7\"/>\nanswer:  <field id=\"39\" value=\"05\"/>\nanswer:</isomsg>\n"
	if score, why := Reader.Sniff("x.log", []byte(dump)); score < 95 {
		t.Errorf("%d, %s", score, why)
	}
	among := strings.Repeat("2026-11-20 08:15:32 TXN RC=00 TID=10000001 AMT=12.50\n", 20) + dump
	if score, why := Reader.Sniff("x.log", []byte(among)); score > 60 {
		t.Errorf("among other lines: %d, %s", score, why)
	}
}

// What an element says in words is kept where it is evidence, with its time.
func TestWordsOfElements(t *testing.T) {
	elem := func(inside string) string {
		return "<log realm=\"srv\" at=\"2026-11-20T08:15:32\">\n" + inside + "\n</log>\n"
	}
	message := "<receive><isomsg>\n<field id=\"0\" value=\"0800\"/>\n<field id=\"11\" value=\"7\"/></isomsg>"
	for _, tt := range []struct {
		text, want string
		flags      txn.Flags
	}{
		{elem("<warn>\n pool exhausted [10.0.0.9:443]\n<thread-pool><jobs>12</jobs></thread-pool>\n</warn>"), "pool exhausted [10.0.0.9:443]", 0},
		{elem("<info>\n  connection reset by 10.0.0.9\n</info>"), "connection reset", txn.Disconnected},
		{elem(message + "\n<stale-connection>closing 10.0.0.9</stale-connection></receive>"), "stale-connection", txn.Disconnected},
		{elem("<info>\n  connection reset " + strings.Repeat("x", maxNote-28) + " 6222021234567890123\n</info>"), "connection reset", txn.Disconnected}, // cut in a card number
		{elem("<info>\n started, 12 parts\n</info>"), "", 0},
	} {
		b, _ := readText(t, tt.text)
		switch {
		case tt.want == "":
			if len(b.Records) > 0 {
				t.Errorf("%s: %+v", tt.text, b.Records[0])
			}
		case len(b.Records) != 1 || !strings.Contains(b.Records[0].Text, tt.want) || strings.Contains(b.Records[0].Text, "6222021") || !b.Records[0].Flags.Has(tt.flags) || !b.Records[0].At.Valid():
			t.Errorf("%s: %+v %v", tt.text, b.Records, b.Rejects)
		}
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"wrong packager, type", element("c", "2026-11-20T08:15:32", "0=02X0", "11=1"), `x.xml:1: "02X0" is no message type ("at=2026-11-20T08:15:32 0=02X0 11=1 39="); check that the packager fits the message`},
		{"wrong packager, code", element("c", "2026-11-20T08:15:32", "0=0210", "11=1", "39=4111111111111111"), `x.xml:1: field 39 holds no response code ("at=2026-11-20T08:15:32 0=0210 11=1 39=411111******1111"); check that the packager fits the message`},
		{"no type", element("c", "2026-11-20T08:15:32", "11=1"), `x.xml:1: the message has no field 0 ("at=2026-11-20T08:15:32 0= 11=1 39="); the message was cut or mixed with another; see the lines around it`},
		{"wrong packager, amount", element("c", "2026-11-20T08:15:32", "0=0200", "11=1", "4=0000A0012300"), `x.xml:1: field 4 is not an amount of up to 12 digits ("at=2026-11-20T08:15:32 0=0200 11=1 39="); check that the packager fits the message`},
		{"wrong packager, trace", element("c", "2026-11-20T08:15:32", "0=0200", "11=00;801", "39=41"), `x.xml:1: field 11 is not a trace number ("at=2026-11-20T08:15:32 0=0200 11=00;801 39=41"); check that the packager fits the message`},
		{"wrong packager, time", element("c", "2026-11-20T08:15:32", "0=0200", "11=1", "7=4153250800"), `x.xml:1: field 7 is not a time of the form MMDDhhmmss ("at=2026-11-20T08:15:32 0=0200 11=1 39="); check that the packager fits the message`},
		{"at is no time", element("c", "soon", "0=0200", "11=1"), `x.xml:1: this is not a date or time ("at=soon 0=0200 11=1 39="); write it as 2026-11-20 08:15:32, or describe the column in a format file`},
		{"cut JSON", `{"ts":"2026-11-20T00:15:32Z","kind":"send","payload":[{"m":"<isomsg>` + "\n", `x.xml:1: the line is not one JSON object: it ends too early; look whether the line was cut or two lines were joined`},
		{"joined JSON", `{"ts":"2026-11-20T00:15:32Z","payload":[]}{"ts":1}` + "\n", `x.xml:1: the line is not one JSON object: it breaks off at byte 43; look whether the line was cut or two lines were joined`},
		{"JSON of another kind", `{"ts":17,"payload":[]}` + "\n", `x.xml:1: the line is not one JSON object: ts is a number; look whether the line was cut or two lines were joined`},
		{"endless line", strings.Repeat("x", 1<<20+1) + "\n", `x.xml:1: the line has 1048577 bytes, more than 1048576 ("` + strings.Repeat("x", 200) + `…"); cut the file at its line ends, or check that it is a text log`},
		{"two on a line", "<log realm=\"a\" at=\"2026-11-20T08:15:32\"><io-timeout/></log><log realm=\"b\" at=\"2026-11-20T08:15:33\"><io-timeout/></log>\n",
			`x.xml:1: a second <log> element stands on the line of another ("2026-11-20T08:15:32"); write one element per line, or separate the log of each thread`},
	} {
		b, _ := readText(t, c.text)
		if len(b.Rejects) != 1 || len(b.Records) != strings.Count(c.name, "two on a line") || b.Rejects[0].Error() != c.want {
			t.Errorf("%s: %v, %d records; want %s", c.name, b.Rejects, len(b.Records), c.want)
		}
	}
}

// The files are not ours and not in the repository; each expectation was worked
// out by reading the file.
func TestTruth(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "truth", "jpos")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real jPOS logs are not here: %v", err)
	}
	for name, want := range map[string][]string{
		// One 0800 and its 0810 with the same STAN 808 ms later, and the notice that the log rotates.
		"a-pair.xml":      {"3 0800 signon stan=28928 code= rt=808"},
		"basic.xml":       {"3 0800 signon stan=28928 code="},
		"one.xml":         {"1 0800 signon stan=28928 code="},
		"two.xml":         {"1 0800 signon stan=28929 code="},
		"with-header.xml": {"1 0800 echo stan= code="},
		// 900,099 ms is how long the channel waited for anything: evidence, no attempt.
		"io-timeout.xml":      {"1  other stan= code= timed_out"},
		"peer-disconnect.xml": {"1  other stan= code= disconnected"},
		// Two threads wrote into each other: a 2804 whose field lines alternate with
		// an exception of another channel, then its 2814 one millisecond later.
		"message-inception-garbage.xml": {"5  other stan= code=", "1 2804 signon stan=127 code= rt=1"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			b, _ := readText(t, string(text))
			if got := words(b.Records); strings.Join(got, "\n") != strings.Join(want, "\n") || len(b.Rejects) != 0 {
				t.Errorf("got\n  %s\nwant\n  %s\nrejects %v", strings.Join(got, "\n  "), strings.Join(want, "\n  "), b.Rejects)
			}
		})
	}
	text, err := os.ReadFile(filepath.Join(dir, "log4j.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if score, _ := Reader.Sniff("log4j.txt", text); score != 0 {
		t.Errorf("a log without messages scores %d", score)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(element("ch/1.2.3.4:55", "2026-11-20T08:15:32.100", "0=0200", "11=000123", "39=B4") + element("ch", "x", "0=0210", "11=000123"))
	f.Add("<log realm=\"a\" at=\"Wed Dec 10 13:56:26 EST 2014.13\"><receive><io-timeout/></receive></log>")
	f.Add(jsonLine3("2026-11-20T00:15:32.1Z", "send", "ch", isomsg("0=0200", "11=1", "44=超时")))
	f.Add("<isomsg id=\"60\"></isomsg></send>\n{\"ts\":1,\"payload\":[[{\"a\":[\"<log>\"]}]]}")
	f.Add("<log <log <isomsg></isomsg></isomsg></log>")
	f.Fuzz(func(t *testing.T, s string) { readText(t, s) })
}

// BenchmarkRead reads pairs of elements of usual size.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 5000 {
		at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 200 * time.Millisecond)
		stamp, stan := at.Format("2006-01-02T15:04:05.000"), fmt.Sprintf("11=%06d", i)
		text.WriteString(element("ch/1.2.3.4:55", stamp, "0=0200", "2=622848*********0018", "3=000000", "4=000000012300", "7=1120081532", stan, "37=041216300012", "41=10000001", "42=898330154110001"))
		text.WriteString(element("ch/1.2.3.4:55", stamp, "0=0210", "3=000000", "4=000000012300", "7=1120081532", stan, "38=A1B2C3", "39=00", "41=10000001"))
	}
	readbench.Run(b, Reader, "x", text.String(), 5000)
}

// Later versions write times without a zone, which the system monitor states; field 7 is a
// key, and some write its day before its month.
func TestZoneOfTheSystemMonitor(t *testing.T) {
	b, sum := readText(t, `<log realm="org.jpos.q2.qbean.SystemMonitor" at="2026-11-20T08:00:00.751">
  <info>
         encoding: UTF-8
         timezone: America/Sao_Paulo (Horário de Brasília) -03:00
  </info>
</log>
<log realm="channel/10.0.0.1:4000" at="2026-11-20T08:15:32.997">
  <receive>
    <isomsg direction="incoming">
      <field id="0" value="0100"/>
      <field id="4" value="000000002500"/>
      <field id="7" value="2011111532"/>
      <field id="11" value="000123"/>
      <field id="41" value="10000001"/>
    </isomsg>
  </receive>
</log>
`)
	if len(b.Records) != 1 || len(b.Rejects) != 0 {
		t.Fatalf("%+v %v", b.Records, b.Rejects)
	}
	if r := b.Records[0]; r.At.Time().UTC().Format("15:04:05") != "11:15:32" || r.SentAt != "2011111532" || r.Flags.Has(txn.ZoneAssumed) {
		t.Errorf("%+v %v", r, sum.Notes)
	}
}
