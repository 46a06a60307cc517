package iso8583

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/internal/readtest"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

type book = readtest.Book

func readBytes(t *testing.T, data []byte) (*book, *entry.Summary) {
	t.Helper()
	b := &book{}
	sum, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "x"}, Head: data[:min(len(data), 64<<10)], R: bytes.NewReader(data),
		Loc: time.FixedZone("Asia/Shanghai", 8*3600), Year: 2026}, b)
	if err != nil {
		t.Fatal(err)
	}
	if b.Count.Lines = sum.Lines; sum.Lines == 0 {
		b.Count.Lines = bytes.Count(data, []byte("\n"))
		if len(data) > 0 && data[len(data)-1] != '\n' {
			b.Count.Lines++
		}
	}
	if err := b.Count.Check(); err != nil {
		t.Errorf("%v: %+v", err, b.Count)
	}
	return b, sum
}

func words(recs []*txn.Record) string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s stan=%s code=%s amount=%s", r.Pos.Line, r.MTI, r.Kind, r.STAN, r.Code, r.Amount.Decimal())
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// pos builds a message of the packed terminal protocol: length, TPDU, header.
func pos(mti string, fields map[int]string) []byte {
	bits := make([]byte, 8)
	var body []byte
	pack := func(s string) {
		if len(s)%2 == 1 {
			s += "0"
		}
		b, err := hex.DecodeString(s)
		if err != nil {
			panic(err)
		}
		body = append(body, b...)
	}
	for f := 2; f <= 64; f++ {
		v, ok := fields[f]
		if !ok {
			continue
		}
		bits[(f-1)/8] |= 0x80 >> ((f - 1) % 8)
		s := unionPayPOS[f]
		switch {
		case s.prefix == 2:
			pack(fmt.Sprintf("%02d", len(v)))
		case s.prefix == 3 && s.kind == raw:
			pack(fmt.Sprintf("%04d", len(v)/2))
		case s.prefix == 3:
			pack(fmt.Sprintf("%04d", len(v)))
		}
		switch s.kind {
		case chars:
			body = append(body, v...)
		case digits:
			if s.prefix == 0 && len(v)%2 == 1 {
				v = "0" + v
			}
			pack(v)
		default:
			pack(strings.ReplaceAll(v, "=", "D"))
		}
	}
	var m []byte
	for _, h := range []string{"6000030000", "602200000000", mti} {
		b, _ := hex.DecodeString(h)
		m = append(m, b...)
	}
	m = append(append(m, bits...), body...)
	return append([]byte{byte(len(m) >> 8), byte(len(m))}, m...)
}

var sale = map[int]string{2: "6228480402564890018", 3: "000000", 4: "000000012300", 11: "000123", 12: "081532", 13: "1120", 14: "3012", 22: "051",
	25: "00", 35: "6228480402564890018=30122010000000000", 41: "10000001", 42: "898330154110001", 49: "156", 60: "22000141", 64: "0000000000000000"}

var answer = map[int]string{3: "000000", 4: "000000012300", 11: "000123", 12: "081532", 13: "1120", 37: "041216300012", 38: "A1B2C3", 39: "B4", 41: "10000001",
	42: "898330154110001", 49: "156", 60: "22000141"}

func lower(b []byte) string { return hex.EncodeToString(b) }

// spaced writes a dump as tools do: offsets, pairs, a column of text.
func spaced(b []byte, gutter bool) string {
	var s strings.Builder
	for i := 0; i < len(b); i += 16 {
		part := b[i:min(i+16, len(b))]
		if gutter {
			fmt.Fprintf(&s, "%04x: ", i)
		}
		for _, c := range part {
			fmt.Fprintf(&s, "%02X ", c)
		}
		if gutter {
			fmt.Fprintf(&s, " |%s|", strings.Map(func(r rune) rune {
				if r < ' ' || r > '~' || r >= '0' && r <= '9' {
					return '.'
				}
				return r
			}, string(part)))
		}
		s.WriteByte('\n')
	}
	return s.String()
}

// Every layout has a length for every field; 1 and 65 are bitmaps.
func TestEveryFieldHasAShape(t *testing.T) {
	for _, l := range known.layouts {
		for f := 2; f <= 128; f++ {
			if (l.fields[f].size > 0) != (f != 65) {
				t.Errorf("%s: field %d has the size %d", l.name, f, l.fields[f].size)
			}
		}
	}
}

func TestDumps(t *testing.T) {
	req, ans := pos("0200", sale), pos("0210", answer)
	at := func(s string) string { return "2026-11-20 08:15:" + s }
	pair := "1 0200 sale stan=000123 code=B4 amount=123.00 rt=235"
	for _, c := range []struct{ name, text, want string }{
		{"in lines", at("32.100") + " SEND " + lower(req) + "\n" + at("32.335") + " RECV " + strings.ToUpper(lower(ans)) + "\n", pair},
		{"without the length", at("32.100") + " SEND " + lower(req[2:]) + "\n" + at("32.335") + " RECV " + lower(ans[2:]) + "\n", pair},
		{"without any header", at("32.100") + " SEND " + lower(req[13:]) + "\n" + at("32.335") + " RECV " + lower(ans[13:]) + "\n", pair},
		{"blocks", at("32.100") + " send\n" + spaced(req, false) + at("32.335") + " recv\n" + spaced(ans, false), "2" + pair[1:]},
		{"blocks with offsets and text", at("32.100") + " send\n" + spaced(req, true) + "\n" + at("32.335") + " recv\n" + spaced(ans, true), "2" + pair[1:]},
		{"rows a blank line apart", at("32.100") + " send\n" + strings.ReplaceAll(spaced(req, false), "\n", "\n\n") + at("32.335") + " recv\n" + strings.ReplaceAll(spaced(ans, false), "\n", "\r\r\n"), "2" + pair[1:]},
		{"wide lines of hex", at("32.100") + " send\n" + lower(req[:40]) + "\n" + lower(req[40:]) + "\n" + at("32.335") + " recv\n" + lower(ans) + "\n", "2" + pair[1:]},
		{"pairs in a line", at("32.100") + " " + strings.TrimSpace(strings.ReplaceAll(spaced(req, false), "\n", "")) + "\n" + at("32.335") + " " + strings.TrimSpace(strings.ReplaceAll(spaced(ans, false), "\n", "")) + "\n", pair},
		{"text message in a line", at("32.100") + " in 0200323A40010841801038000000000000000004200508050113921208050420042251320720000001000000115604080411        01251146333156336000299\n",
			"1 0200 unknown stan=011392 code= amount=0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, sum := readBytes(t, []byte(c.text))
			if got := words(b.Records); got != c.want || len(b.Rejects) > 0 {
				t.Errorf("got\n%s\nwant\n%s\nrejects %v, notes %v", got, c.want, b.Rejects, sum.Notes)
			}
			if score, why := Reader.Sniff("x", []byte(c.text)); score < 80 {
				t.Errorf("not recognised: %d, %s", score, why)
			}
		})
	}
	b, _ := readBytes(t, []byte(at("32.100")+" SEND "+lower(req)+"\n"+at("32.335")+" RECV "+lower(ans)+"\n"))
	r := b.Records[0]
	if r.PAN.Masked != "622848*********0018" || r.RRN != "041216300012" || r.TID != "10000001" || r.MID != "898330154110001" || r.AuthCode != "A1B2C3" ||
		r.Batch != "000141" || r.EntryMode != "051" || !r.At.Time().Equal(time.Date(2026, 11, 20, 0, 15, 32, 1e8, time.UTC)) {
		t.Errorf("%+v", r)
	}
}

// TestGarbageIsNotRead: a wrong layout yields plausible values, so bytes that are no
// message must not become records.
func TestGarbageIsNotRead(t *testing.T) {
	for name, data := range map[string][]byte{
		"key dump":    []byte("2026-11-20 08:15:32 KEY 0200112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\n"),
		"cut message": []byte("2026-11-20 08:15:32 SEND " + lower(pos("0200", sale)[:50]) + "\n"),
		"noise":       bytes.Repeat([]byte{0x13, 0x37}, 200),
		"bitmap bits": []byte("{\n \"mti\": \"0200\",\n \"bits\": \"1111001000110000000000000001000011000000100000000000000000000000\",\n}\n"),
		"bit groups":  []byte("bits: 01110010 00110000 00000000 00010000 11000000 10000000 00000000 00000000\n01110010 00110000 00000000 00010000 11000000 10000000 00000000 00000000\n"),
		"prose":       []byte("Dear Sir,\nplease find enclosed 0200 euros.\n"),
	} {
		if score, why := Reader.Sniff(name, data); score != 0 {
			t.Errorf("%s: recognised with %d, %s", name, score, why)
		}
		if b, _ := readBytes(t, data); len(b.Records) > 0 {
			t.Errorf("%s: %s", name, words(b.Records))
		}
	}
	// One that was cut does not take the one below a blank line with it.
	b, _ := readBytes(t, []byte("2026-11-20 08:15:32 SEND\n"+spaced(pos("0200", sale)[:50], false)+"\n"+spaced(pos("0200", sale), false)))
	if len(b.Records) != 1 || len(b.Rejects) != 1 {
		t.Errorf("%s, %v", words(b.Records), b.Rejects)
	}
	text := "2026-11-20 08:15:32 SEND " + lower(pos("0200", sale)) + "\n\n" + spaced(pos("0200", sale)[:50], true)
	b, _ = readBytes(t, []byte(text))
	if len(b.Records) != 1 || len(b.Rejects) != 1 || strings.Contains(b.Rejects[0].Error(), "6228") {
		t.Errorf("%s, %v", words(b.Records), b.Rejects)
	}
}

// cupsMessage builds a message between an institution and UnionPay.
func cupsMessage(mti string, fields map[int]string) []byte {
	bits := make([]byte, 16)
	bits[0] = 0x80
	var body []byte
	for f := 2; f <= 128; f++ {
		v, ok := fields[f]
		if !ok {
			continue
		}
		bits[(f-1)/8] |= 0x80 >> ((f - 1) % 8)
		if s := cups[f]; s.prefix > 0 {
			body = append(body, fmt.Sprintf("%0*d", s.prefix, len(v))...)
		}
		body = append(body, v...)
	}
	head := []byte{cupsHeader, 0x82}
	head = append(head, fmt.Sprintf("%04d%-11s%-11s", cupsHeader+4+16+len(body), "00010000", "48020000")...)
	head = append(head, 0, 0, 0, 1)
	head = append(head, "00000000\x0000000"...)
	return append(append(append(head, mti...), bits...), body...)
}

// TestEvidence: what a log says about the connection between its messages is kept.
func TestEvidence(t *testing.T) {
	b, _ := readBytes(t, []byte("2026-11-20 08:15:32.100 SEND "+lower(pos("0200", sale))+"\n2026-11-20 08:16:32.100 接收数据超时\n2026-11-20 08:16:33 超时时间60\n"))
	if got := words(b.Records); got != "2  other stan= code= amount=\n1 0200 sale stan=000123 code= amount=123.00" || b.Records[0].Text != "接收数据超时" || !b.Records[0].Flags.Has(txn.TimedOut) {
		t.Errorf("%s", got)
	}
}

func TestCUPS(t *testing.T) {
	req := cupsMessage("0420", map[int]string{2: "6228480402564890018", 3: "000000", 4: "000000012300", 7: "1120081532", 11: "000123", 18: "5411", 22: "051", 25: "00", 32: "48020000", 33: "00010000",
		37: "041216300012", 41: "10000001", 42: "898330154110001", 49: "156", 55: "\x9f\x26\x08\xff\xfe", 60: "43540000000000000000000000000000", 90: "020000012211200814020004802000000000001000", 128: "\xff\x00\xff\x00\xff\x00\xff\x00"})
	ans := cupsMessage("0430", map[int]string{3: "000000", 4: "000000012300", 7: "1120081532", 11: "000123", 32: "48020000", 33: "00010000", 37: "041216300012", 39: "25", 41: "10000001", 42: "898330154110001",
		44: "0102000048020000", 49: "156", 128: "\xff\x00\xff\x00\xff\x00\xff\x00"})
	for name, text := range map[string]string{
		"in lines":      "2026-11-20 08:15:32.100 " + lower(req) + "\n2026-11-20 08:15:32.335 " + lower(ans) + "\n",
		"with a length": "2026-11-20 08:15:32.100 " + lower(append([]byte(fmt.Sprintf("%04d", len(req))), req...)) + "\n2026-11-20 08:15:32.335 " + lower(ans) + "\n",
	} {
		b, sum := readBytes(t, []byte(text))
		if got := words(b.Records); got != "1 0420 reversal stan=000123 code=25 amount=123.00 rt=235" || len(b.Rejects) > 0 {
			t.Errorf("%s: %s, %v, %v", name, got, b.Rejects, sum.Notes)
			continue
		}
		if r := b.Records[0]; r.Reason != "4354" || r.OrigSTAN != "000122" || r.Acquirer != "48020000" || r.Forwarder != "00010000" || !strings.Contains(sum.Notes[0], "unionpay cups") {
			t.Errorf("%s: %+v, %v", name, r, sum.Notes)
		}
	}
}

func TestRejects(t *testing.T) {
	at := "2026-11-20 08:15:32.100 SEND "
	future := map[int]string{}
	for k, v := range answer {
		future[k] = v
	}
	future[4] = "0000000123A0"
	whole := pos("0210", answer)
	for _, c := range []struct{ name, text, want string }{
		{"cut in a line", at + lower(whole[:40]) + "\n", `x:1: no known layout of ISO 8583 explains these bytes; the length in front is 90, and 38 follow ("40 bytes"); check that the dump is whole; a private layout can be described in a format file`},
		{"cut in a dump", "send\n" + spaced(whole[:40], true), `x:2: no known layout of ISO 8583 explains these bytes; the length in front is 90, and 38 follow ("40 bytes"); check that the dump is whole; a private layout can be described in a format file`},
		{"cut, without a length", at + lower(whole[2:40]) + "\n", `x:1: no known layout of ISO 8583 explains these bytes; as unionpay pos, packed, field 37: the message ends inside it ("38 bytes"); check that the dump is whole; a private layout can be described in a format file`},
		{"amount", at + lower(pos("0210", future)) + "\n", `x:1: no known layout of ISO 8583 explains these bytes; as unionpay pos, packed, field 4: it should be packed digits ("92 bytes"); check that the dump is whole; a private layout can be described in a format file`},
		{"no message at all", strings.Repeat("FF", 40) + "\n", `x:1: no known layout of ISO 8583 explains these bytes ("40 bytes"); check that the dump is whole; a private layout can be described in a format file`},
		{"endless line", strings.Repeat("x", 1<<20+1), `x:1: the line has 1048577 bytes, more than 1048576 ("` + strings.Repeat("x", 200) + `…"); check that it is a text log`},
	} {
		b, _ := readBytes(t, []byte(c.text))
		if len(b.Rejects) != 1 || len(b.Records) != 0 || b.Rejects[0].Error() != c.want {
			t.Errorf("%s: %v, %s; want %s", c.name, b.Rejects, words(b.Records), c.want)
		}
	}
}

// TestDamagedMessages takes a byte out of messages, at every place, and doubles
// one: what is read then must be refused or still be true.
func TestDamagedMessages(t *testing.T) {
	tried, wrong := 0, 0
	for _, whole := range [][]byte{pos("0200", sale), pos("0210", answer), pos("0210", answer)[13:],
		[]byte("0200323A40010841801038000000000000000004200508050113921208050420042251320720000001000000115604080411        01251146333156336000299")} {
		truth, err := known.decode(whole)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			for _, data := range [][]byte{append(append([]byte{}, whole[:i]...), whole[i+1:]...), append(append(append([]byte{}, whole[:i]...), whole[i]), whole[i:]...)} {
				tried++
				m, err := known.decode(data)
				if err != nil {
					continue
				}
				for _, f := range []int{0, 4, 11, 37, 39, 41} {
					if m.fields[f] != truth.fields[f] {
						wrong++
						t.Logf("byte %d of %d: field %d is %q, not %q, by %s, failed %d, rest %d", i, len(whole), f, m.fields[f], truth.fields[f], m.layout.name, m.failed, m.rest)
						break
					}
				}
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d damaged messages were read with wrong values", wrong, tried)
	}
	t.Logf("%d of %d", wrong, tried)
}

// The files are not ours and not in the repository; each expectation was worked
// out by reading the file against the standard's field lengths.
func TestTruth(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "truth", "moov-iso8583")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real ISO 8583 messages are not here: %v", err)
	}
	for name, want := range map[string]string{
		// Bitmap 323A400108418010: fields 3 4 7 11 12 13 15 18 32 37 42 48 49 60. The
		// processing code 380000 is of a private range, F4 is twelve zeros.
		"financial_transaction_message.dat": "1 0200 unknown stan=011392 code= amount=0.00",
		// The answer has field 39 as well: field 32 takes seven digits, field 37 twelve,
		// then 00; field 42 has 15 characters and field 48 its 163.
		"financial_transaction_message_response.dat": "1 0210 unknown stan=011392 code=00 amount=0.00",
		// Two bitmaps; F2 takes 19 digits, F3 is 180000, F4 000000030000, F7 0109080646,
		// F11 100331; F90, 42 digits, ends the message.
		"iso_reversal_message.dat": "1 0400 reversal stan=100331 code= amount=300.00",
		// The length of field 48 is packed in a message that is text: everything before it is read.
		"message_with_hex_bcd.dat":       "1 0800 signon stan=900001 code= amount=",
		"network_management_message.dat": "1 0800 signon stan=900001 code= amount=",
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if score, why := Reader.Sniff(name, data); score < 80 {
				t.Errorf("not recognised: %d, %s", score, why)
			}
			b, sum := readBytes(t, data)
			if got := words(b.Records); got != want || len(b.Rejects) > 0 {
				t.Errorf("got  %s\nwant %s\nrejects %v, notes %v", got, want, b.Rejects, sum.Notes)
			}
		})
	}
}

// BenchmarkSniff judges 64 KiB of what the file is usually instead.
func BenchmarkSniff(b *testing.B) {
	line := "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MID=898330154110001 MTI=0210 STAN=000123 RRN=041216300012 AMT=000000012300 RC=00 RT=235ms ERR=\"通讯超时\"\n"
	for name, head := range map[string][]byte{
		"kv":    bytes.Repeat([]byte(line), 64<<10/len(line)),
		"dump":  bytes.Repeat([]byte("2026-11-20 08:15:32.100 SEND "+lower(pos("0200", sale))+"\n"), 100),
		"zeros": bytes.Repeat([]byte("00000000000000000000000000000000\n"), 2000),
		"bytes": bytes.Repeat([]byte{0x02, 0x10, 0xFF, 0x00}, 16<<10),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(head)))
			for b.Loop() {
				Reader.Sniff("x", head)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("2026-11-20 08:15:32.100 SEND " + lower(pos("0200", sale)) + "\n"))
	f.Add([]byte("send\n" + spaced(pos("0210", answer), true)))
	f.Add(pos("0210", answer))
	f.Add([]byte("0200323A40010841801038000000000000000004200508050113921208050420042251320720000001000000115604080411        01251146333156336000299"))
	f.Fuzz(func(t *testing.T, data []byte) {
		Reader.Sniff("x", data)
		readBytes(t, data)
	})
}
