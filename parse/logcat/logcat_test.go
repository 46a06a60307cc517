package logcat

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// book is what the reader handed on and returned.
type book struct {
	readtest.Book
	err error
}

func readText(t *testing.T, s string) *book {
	t.Helper()
	b := &book{}
	_, b.err = Reader.Read(&entry.Stream{Src: &txn.Source{Name: "pos.log"}, Head: []byte(s[:min(len(s), 64<<10)]), R: strings.NewReader(s),
		Loc: time.FixedZone("Asia/Shanghai", 8*3600), Year: 2026, Evidence: func(s string) bool { return strings.Contains(s, "信号太弱") }}, b)
	b.Whole(t, s)
	return b
}

func words(recs []*txn.Record) string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s %s stan=%s code=%s", r.Pos.Line, r.At.Time().Format("2006-01-02T15:04:05.000"), r.MTI, r.Kind, r.STAN, r.Code)
		if r.Text != "" {
			s += " " + r.Text
		}
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		if f := r.Flags &^ (txn.ZoneAssumed | txn.YearInferred); f != 0 {
			s += " " + strings.Join(f.Names(), "+")
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// A 0200 and its 0210, packed, with TPDU and header, without the length in front:
// fields 3 4 11 12 13 25 41, and 39 in the answer.
const (
	tpdu = "6000030000602200000000"
	req  = tpdu + "0200" + "3038008000800000" + "000000" + "000000012300" + "000123" + "081532" + "1120" + "00" + "3130303030303031"
	ans  = tpdu + "0210" + "3038000002800000" + "000000" + "000000012300" + "000123" + "081532" + "1120" + "4234" + "3130303030303031"
)

func TestRead(t *testing.T) {
	const pair = "1 2026-11-20T00:15:32.100 0200 sale stan=000123 code=B4 rt=235"
	a, b := "11-20 08:15:32.100  1234  5678 ", "11-20 08:15:32.335  1234  5678 "
	for _, c := range []struct{ name, text, want string }{
		{"threadtime", a + "D Pos: SEND " + req + "\n" + b + "D Pos: RECV " + ans + "\n", pair},
		{"with a year", "2026-" + a + "D Pos: SEND " + req + "\n2026-" + b + "D Pos: RECV " + ans + "\n", pair},
		{"with the user", "11-20 08:15:32.100 u0_a55  1234  5678 D Pos: SEND " + req[:41] + "\n11-20 08:15:32.100 u0_a55  1234  5678 D Pos: " + req[41:] + "\n11-20 08:15:32.335  1000  1234  5678 D Pos: RECV " + ans + "\n", pair},
		{"time", "11-20 08:15:32.100 D/Pos( 1234): SEND " + req + "\n11-20 08:15:32.335 D/Pos( 1234): RECV " + ans + "\n", pair},
		{"Android Studio", "2026-11-20 08:15:32.100 1234-5678/com.pos D/Pos: SEND " + req + "\n2026-11-20 08:15:32.335 1234-5678/com.pos D/Pos: RECV " + ans + "\n", pair},
		{"newer Android Studio", "2026-11-20 08:15:32.100  1234-5678  Pos   com.pos   D  SEND " + req + "\n2026-11-20 08:15:32.335  1234-5678  Pos  com.pos   D  RECV " + ans + "\n", pair},
		{"long", "[ 11-20 08:15:32.100  1234: 5678 D/Pos      ]\nSEND " + req + "\n\n[ 11-20 08:15:32.335  1234: 5678 D/Pos ]\nRECV " + ans[:40] + "\n" + ans[40:] + "\n\n", pair},
		{"long, in pairs and in one moment", "[ 11-20 08:15:32.100  1234: 5678 I/T ]\nMTI=0200 TID=10000001 STAN=7 AMT=1.00\n\n[ 11-20 08:15:32.100  1234: 5678 I/T ]\nMTI=0210 TID=10000001 STAN=7 RC=00\n\n", "4 2026-11-20T00:15:32.100 0210 sale stan=7 code=00 rt=0"},
		{"cut over lines, another thread between", a + "D Pos: SEND " + req[:41] + "\n11-20 08:15:32.100  1234  9999 I Other: x\n" + a + "D Pos: " + req[41:] + "\n" + b + "D Pos: RECV " + ans + "\n", pair},
		{"a dump of rows", a + "D Pos: 0000: " + pairs(req[:64]) + "\n" + a + "D Pos: 0020: " + pairs(req[64:]) + "\n" + b + "D Pos: " + pairs(ans[:64]) + "\n" + b + "D Pos: " + pairs(ans[64:]) + "\n", pair},
		{"in one moment", a + "D Pos: SEND " + req + "\n" + a + "D Pos: RECV " + ans + "\n" + a + "D Pos: done\n", "1 2026-11-20T00:15:32.100 0200 sale stan=000123 code=B4 rt=0"},
		{"a limit is no time-out", a + "D Net: connect timeout=30000\n" + a + "D Net2: 超时时间30\n" + a + "D Pos: SEND " + req + "\n" + b + "D Pos: RECV " + ans + "\n", "3" + pair[1:]},
		{"without heads", a + "D Pos: SEND " + req[:40] + "\n" + req[40:] + "\n" + b + "D Pos: RECV " + ans + "\n", pair},
		{"pairs", "--------- beginning of main\n" + a + "I Trans: TID=10000001 STAN=000123 AMT=12.50 RC=51 RT=235ms\n\n", "2 2026-11-20T00:15:32.100  unknown stan=000123 code=51 rt=235"},
		{"one pair per line", a + "I Trans: TID=10000001\n" + a + "I Trans: STAN=000123\n" + a + "I Trans: RC=51\n", "1 2026-11-20T00:15:32.100  unknown stan=000123 code=51"},
		{"request and answer in pairs", a + "I T: MTI=0200 TID=10000001 STAN=7 AMT=1.00\n" + b + "I T: MTI=0210 TID=10000001 STAN=7 RC=00\n", "2 2026-11-20T00:15:32.335 0210 sale stan=7 code=00 rt=235"},
		{"evidence", a + "E Comm: 通讯超时\n" + a + "I Wifi: x\n" + b + "E Comm: 信号太弱\n" + b + "E ActivityManager: Timeout executing service\n" + b + "W Net: connection reset by peer\n",
			"1 2026-11-20T00:15:32.100  other stan= code= 通讯超时 timed_out\n3 2026-11-20T00:15:32.335  other stan= code= 信号太弱\n5 2026-11-20T00:15:32.335  other stan= code= connection reset by peer disconnected"},
		{"a card number in a text", a + "E Comm: 超时 6228480402564890018\n", "1 2026-11-20T00:15:32.100  other stan= code= 超时 622848*********0018 timed_out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := readText(t, c.text)
			if got := words(b.Records); got != c.want || len(b.Rejects) > 0 || b.err != nil {
				t.Errorf("got\n%s\nwant\n%s\nrejects %v, %v", got, c.want, b.Rejects, b.err)
			}
			if score, why := Reader.Sniff("x", []byte(c.text)); score < 90 {
				t.Errorf("not recognised: %d, %s", score, why)
			}
		})
	}
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().String(a + "E Comm: 接收超时\n" + b + "E Comm: 超时，请重试")
	bk := readText(t, gbk[:len(gbk)-1])
	if len(bk.Records) != 2 || bk.Records[0].Text != "接收超时" || !bk.Records[1].Flags.Has(txn.TruncatedText) {
		t.Errorf("%s", words(bk.Records))
	}
	// Four kilobytes of a message that goes on a millisecond later.
	if r := readText(t, a+"D P: "+strings.Repeat("x", 3000)+" "+req[:60]+"\n11-20 08:15:32.101  1234  5678 D P: "+req[60:]+"\n"); len(r.Records) != 1 || r.Count.Skipped[entry.Continuation] != 1 {
		t.Errorf("%s %+v", words(r.Records), r.Count)
	}
}

func pairs(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("% X", b)
}

func TestRejects(t *testing.T) {
	a := "11-20 08:15:32.100  1234  5678 "
	for _, c := range []struct{ name, text, want string }{
		{"pairs", a + "I T: TID=1 STAN=7 AMT=x.y RC=00\n", `pos.log:1: this is not an amount ("x.y"); write it as 1234.56 or in 12 digits of minor units`},
		{"cut pairs", a + "I T: MTI=0210 TID=1 STAN=7 AMT=1.00\n", `pos.log:1: the line begins like a transaction and has neither a response code nor a word of a time-out ("` + a[:18] + ` MTI=0210 TID=1 STAN=7 AMT=1.00"); look whether the log was cut`},
		{"message", a + "D P: " + strings.Replace(req, "1120"+"00", "1399"+"00", 1) + " x\n" + a + "E P: 超时\n", `pos.log:1: no known layout of ISO 8583 explains these bytes; as unionpay pos, packed, field 13 is no time ("47 bytes"); check that the dump is whole`},
		{"day", "02-31 08:15:32.100  1234  5678 E P: 超时\n", `pos.log:1: there is no such day ("02-31 08:15:32.100"); correct the date, or give the order of day and month in a format file (date: dmy or mdy)`},
		{"endless line", strings.Repeat("x", 1<<20+1), `pos.log:1: the line has 1048577 bytes, more than 1048576 ("` + strings.Repeat("x", 200) + `…"); check that it is a text log`},
	} {
		b := readText(t, c.text)
		if len(b.Rejects) != 1 || len(b.Records) != strings.Count(c.name, "message") || !strings.HasPrefix(b.Rejects[0].Error(), c.want) {
			t.Errorf("%s: %v, %s; want %s", c.name, b.Rejects, words(b.Records), c.want)
		}
	}
	if b := readText(t, a+"I A: x\n"+a+"I B: y\n"); b.err == nil || b.err.Error() != "pos.log: it is an Android log, and none of its 2 lines has a transaction or speaks of a connection" {
		t.Errorf("%v", b.err)
	}
	for name, text := range map[string]string{
		"kv":    strings.Repeat("2026-11-20 08:15:32.123 INFO TXN TID=10000001 MTI=0210 STAN=000123 RC=00\n", 20),
		"prose": "11-20 was a fine day\n",
		"empty": "",
	} {
		if score, why := Reader.Sniff(name, []byte(text)); score > 0 {
			t.Errorf("%s: %d, %s", name, score, why)
		}
	}
}

func BenchmarkSniff(b *testing.B) {
	line := "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MID=898330154110001 MTI=0210 STAN=000123 RRN=041216300012 AMT=000000012300 RC=00 RT=235ms ERR=\"通讯超时\"\n"
	for name, head := range map[string][]byte{"kv": bytes.Repeat([]byte(line), 64<<10/len(line)), "logcat": bytes.Repeat([]byte("11-20 08:15:32.100  1234  5678 D Pos: text of a message of usual length\n"), 900)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(head)))
			for b.Loop() {
				Reader.Sniff("x", head)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("11-20 08:15:32.100  1234  5678 D Pos: SEND " + req + "\n11-20 08:15:32.100  1234  5678 D Pos: " + ans + "\nx\n")
	f.Add("2026-11-20 08:15:32.100 1234-5678/com.pos D/Pos: MTI=0200 TID=1 STAN=2 AMT=1\n\n--------- beginning of main\n")
	f.Add("11-20 08:15:32.100 E/Pos( 12): 超时\n2026-11-20 08:15:32.100  1-2  P  c  D  0000: 30 31\n")
	f.Fuzz(func(t *testing.T, s string) {
		Reader.Sniff("x", []byte(s))
		readText(t, s)
	})
}
