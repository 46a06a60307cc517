package ecr

import (
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
	sum *entry.Summary
}

func readText(t *testing.T, s string) *book {
	t.Helper()
	b := &book{}
	var err error
	b.sum, err = Reader.Read(&entry.Stream{Src: &txn.Source{Name: "mis.log"}, Head: []byte(s[:min(len(s), 64<<10)]), R: strings.NewReader(s),
		Loc: time.FixedZone("Asia/Shanghai", 8*3600), Year: 2026, Evidence: func(s string) bool { return strings.Contains(s, "连接服务器失败") }}, b)
	if err != nil {
		t.Fatal(err)
	}
	b.Whole(t, s)
	return b
}

func words(recs []*txn.Record) string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s stan=%s code=%s/%s amount=%s", r.Pos.Line, r.Kind, r.STAN, r.Code, r.Origin, r.Amount.Decimal())
		if r.Text != "" {
			s += " " + r.Text
		}
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		if f := r.Flags &^ (txn.ZoneAssumed | txn.CardEvent); f != 0 {
			s += " " + strings.Join(f.Names(), "+")
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// tlv writes tags: "07" is text, "0A:" packed digits.
func tlv(pairs ...string) (b []byte) {
	for i := 0; i < len(pairs); i += 2 {
		tag, packed := strings.CutSuffix(pairs[i], ":")
		v := []byte(pairs[i+1])
		if packed {
			v, _ = hex.DecodeString(pairs[i+1])
		}
		n, _ := hex.DecodeString(tag)
		b = append(append(b, 0xDF, n[0], byte(len(v))), v...)
	}
	return b
}

func build(body []byte) []byte {
	l, _ := hex.DecodeString(fmt.Sprintf("%04d", len(body)))
	f := append(append([]byte{stx}, l...), body...)
	f = append(f, etx)
	lrc := byte(0)
	for _, c := range f[1:] {
		lrc ^= c
	}
	return append(f, lrc)
}

func up(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

func gbk(s string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

var (
	request = build(tlv("01:", "00", "04:", "4711", "02:", "01", "08:", "5555", "03:", "000000000020"))
	receipt = tlv("02:", "01", "03", "RMB -0.20", "0A:", "000123", "10:", "000045", "11:", "000007", "12", "10000001", "13", "898330154110001", "1A", "041216300012", "1B", "A1B2C3",
		"1C", "1120", "1D", "081532", "1E", "622848*********0018", "45", gbk("农家小院土菜馆")[:13], "2C", gbk("农行"))
	answer   = build(append(tlv("01:", "00", "04:", "4711", "02:", "01", "07", "00"), append([]byte{0xDF, 0x06, byte(len(receipt))}, receipt...)...))
	declined = build(tlv("01:", "00", "04:", "4711", "02:", "01", "07", "B4"))
	device   = build(tlv("01:", "00", "04:", "4711", "02:", "01", "07:", "00010014"))
)

const (
	t1 = "[2026-11-20 08:15:32.100] "
	t2 = "[2026-11-20 08:15:40.300] "
)

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"request and answer", t1 + "发送=[" + up(request) + "]\n" + t2 + "接收=[" + up(answer) + "]\n" + t2 + "交易结束[00][交易成功]\n",
			"1 refund stan=000123 code=00/host amount=0.20 交易成功 rt=8200 truncated_text"},
		{"behind an ACK, spaced, over lines", t1 + "发送数据\n" + wrapped(request) + t2 + "接收数据\n" + wrapped(append([]byte{6}, answer...)) + t2 + "交易结束0[00][交易成功]\n",
			"2 refund stan=000123 code=00/host amount=0.20 交易成功 rt=8200 truncated_text"},
		{"declined", t1 + up(request) + "\n" + t2 + up(declined) + "\n", "1 unknown stan= code=B4/host amount=0.20 rt=8200"},
		{"the terminal's own number", t1 + up(request) + "\n" + t2 + up(device) + "\n" + t2 + "交易结束[99][密钥未下载]\n", "1 unknown stan= code=99/terminal amount=0.20 密钥未下载 rt=8200"},
		{"the driver's own code", t1 + up(request) + "\n" + t2 + "交易结束[99][设备超时]\n", "1 unknown stan= code=99/terminal amount=0.20 设备超时 timed_out"},
		{"without frames", t1 + "开始交易\n" + t2 + "交易结束[99][交易取消]\n" + t2 + "交易结束[00][交易成功]\n" + t2 + "交易结束[B4][无效]\n",
			"2 unknown stan= code=99/terminal amount= 交易取消\n3 unknown stan= code=00/inferred amount= 交易成功\n4 unknown stan= code=B4/host amount= 无效"},
		{"sign-on", t1 + "签到完成[00][签到成功]\n", "1 signon stan= code=00/inferred amount= 签到成功"},
		{"no answer", t1 + up(request) + "\n" + t2 + "接受服务器报文返回超时\n" + t2 + up(request) + "\n" + t2 + up(declined) + "\n",
			"2 other stan= code= amount= 接受服务器报文返回超时 timed_out\n1 unknown stan= code= amount=0.20 timed_out+no_answer\n3 unknown stan= code=B4/host amount=0.20 rt=0"},
		{"answer of another transaction", t1 + up(request) + "\n" + t2 + up(build(tlv("04:", "4712", "07", "05"))) + "\n", "1 unknown stan= code= amount=0.20 no_answer\n2 unknown stan= code=05/host amount="},
		{"receipt without a code", t1 + up(build(append([]byte{0xDF, 0x06, byte(len(receipt))}, receipt...))) + "\n", "1 refund stan=000123 code=00/inferred amount=0.20 truncated_text"},
		{"printed again", t1 + up(answer) + "\n" + t2 + up(answer) + "\n", "1 refund stan=000123 code=00/host amount=0.20 truncated_text\n2 refund stan=000123 code=00/host amount=0.20 repeat+truncated_text"},
		{"evidence", t1 + "[网络通信]连接服务器失败!\n" + t1 + "[网络通信]连接目标服务器10.0.0.1端口5000超时时间30\n" + t1 + "读取配置\n\n", "1 other stan= code= amount= [网络通信]连接服务器失败!"},
		{"starred by the driver", t1 + "详细=[" + strings.Replace(up(answer), up([]byte("622848***")), up([]byte("*********")), 1) + "]\n", "1 refund stan=000123 code=00/host amount=0.20 truncated_text"},
		{"GBK", gbk(t2 + "交易结束[99][设备超时]\n"), "1 unknown stan= code=99/terminal amount= 设备超时 timed_out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.ReplaceAll(c.text, "code=/", "code=")
			b := readText(t, text)
			want := c.want
			got := strings.ReplaceAll(words(b.Records), "code=/unknown", "code=")
			if got != want || len(b.Rejects) > 0 {
				t.Errorf("got\n%s\nwant\n%s\nrejects %v", got, want, b.Rejects)
			}
			if score, why := Reader.Sniff("mis.log", []byte(text)); score < 70 && c.name != "evidence" {
				t.Errorf("not recognised: %d, %s", score, why)
			}
		})
	}
	r := readText(t, t1+up(answer)+"\n").Records[0]
	if r.TID != "10000001" || r.MID != "898330154110001" || r.RRN != "041216300012" || r.AuthCode != "A1B2C3" || r.Batch != "000007" || r.PAN.Masked != "622848*********0018" ||
		r.Issuer != "农行" || r.SentAt != "1120081532" || !r.At.Time().Equal(time.Date(2026, 11, 20, 0, 15, 32, 1e8, time.UTC)) || r.Side != txn.Terminal {
		t.Errorf("%+v", r)
	}
	// Without a time in the log the receipt's own counts.
	r = readText(t, up(answer)+"\n").Records[0]
	if !r.At.Time().Equal(time.Date(2026, 11, 20, 0, 15, 32, 0, time.UTC)) || !r.Flags.Has(txn.YearInferred) {
		t.Errorf("%v %v", r.At.Time(), r.Flags.Names())
	}
}

// wrapped writes a dump of sixteen pairs a line.
func wrapped(b []byte) string {
	var s strings.Builder
	for i := 0; i < len(b); i += 16 {
		fmt.Fprintf(&s, "% X\n", b[i:min(i+16, len(b))])
	}
	return s.String()
}

func TestRejects(t *testing.T) {
	flip := func(b []byte, i int, v byte) []byte {
		c := append([]byte(nil), b...)
		c[i] = v
		return c
	}
	for _, c := range []struct{ name, text, want string }{
		{"cut at the end", up(answer[:60]) + "\n", `mis.log:1: the frame has 60 bytes and says that it has 174 ("60 bytes"); look whether the log was cut or rotated here`},
		{"cut by another line", wrapped(answer)[:96] + t2 + "x\n", `mis.log:1: the frame has 32 bytes and says that it has 174 ("32 bytes"); look whether the log was cut or rotated here`},
		{"length", up(flip(declined, 2, 0x10)) + "\n", `mis.log:1: the frame says that it has 15 bytes, and no 03 stands there ("15 bytes"); look whether bytes of the dump were lost or two frames were mixed`},
		{"tags", up(flip(declined, 5, 9)) + "\n", `mis.log:1: the frame is not a row of tags DFxx with their lengths ("23 bytes"); the terminal may speak another dialect; describe its log in a format file`},
		{"check byte", up(flip(declined, len(declined)-1, 0)) + "\n", fmt.Sprintf(`mis.log:1: the check byte is 00, the frame makes %02X ("23 bytes"); look whether the dump was damaged or edited`, declined[len(declined)-1])},
		{"code", t1 + up(build(tlv("02:", "01", "07", "\x1c\x00\x07"))) + "\n", `mis.log:1: tag DF07 holds no response code ("code \"\\x1c\\x00\\a\", amount \"\""); look whether the dump was damaged`},
		{"amount", t1 + up(build(tlv("02:", "01", "03", "RMB x.y", "07", "00"))) + "\n", `mis.log:1: this is not an amount ("code \"00\", amount \"RMB x.y\""); write it as 1234.56 or in 12 digits of minor units`},
		{"no time", "交易结束[99][设备超时]\n", `mis.log:1: the line has no time with a date ("99 设备超时"); put the date into the file's name`},
		{"endless line", strings.Repeat("x", 1<<20+1), `mis.log:1: the line has 1048577 bytes, more than 1048576 ("` + strings.Repeat("x", 200) + `…"); check that it is a text log`},
	} {
		b := readText(t, c.text)
		if len(b.Rejects) != 1 || len(b.Records) != 0 || b.Rejects[0].Error() != c.want {
			t.Errorf("%s: %v, %s; want %s", c.name, b.Rejects, words(b.Records), c.want)
		}
	}
	for name, text := range map[string]string{
		"kv":     strings.Repeat("2026-11-20 08:15:32.123 INFO TXN TID=10000001 MTI=0210 STAN=000123 RC=00 ERR=\"通讯超时\"\n", 20),
		"binary": "\x02\x00\x10\xdf\x01",
		"8583":   "2026-11-20 08:15:32 0200302004802000810000000000000000012300000123081532112030121000000141\n",
	} {
		if score, why := Reader.Sniff(name, []byte(text)); score > 0 {
			t.Errorf("%s: %d, %s", name, score, why)
		}
	}
}

func BenchmarkSniff(b *testing.B) {
	line := "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MID=898330154110001 MTI=0210 STAN=000123 RRN=041216300012 AMT=000000012300 RC=00 RT=235ms ERR=\"通讯超时\"\n"
	for name, head := range map[string]string{"kv": strings.Repeat(line, 64<<10/len(line)), "frames": strings.Repeat(t1+up(answer)+"\n", 150)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(head)))
			for b.Loop() {
				Reader.Sniff("x", []byte(head))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(t1 + up(request) + "\n" + t2 + wrapped(answer) + t2 + "交易结束[99][设备超时]\n")
	f.Add(gbk("签到完成[00][x]\n") + up(device))
	f.Add("06 02 00 05 DF 07 02\n30 30 03 00\n")
	f.Fuzz(func(t *testing.T, s string) {
		Reader.Sniff("x", []byte(s))
		readText(t, s)
	})
}
