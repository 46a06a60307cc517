package parse

import (
	"strings"
	"testing"
)

// TestLogsGoToTheirReaders: each kind of log is read by its own reader, whatever
// the others think of it, and whatever the file is called.
func TestLogsGoToTheirReaders(t *testing.T) {
	const (
		hexRequest = "60000300006022000000000200303800800080000000000000000001230000012308153211200031303030303030" + "31"
		isomsg     = `<isomsg><field id="0" value="0200"/><field id="11" value="1"/><field id="41" value="1"/></isomsg>`
		moov       = "MTI..........: 0800\nF7   Transmission Date & Time.....: 1120081532\nF11  Systems Trace Audit Number...: 000123\n"
	)
	for _, c := range []struct{ reader, text string }{
		{"kv", line},
		{"kv", strings.Repeat(line, 3) + "2026-11-20 08:15:33 hash 00112233445566778899aabbccddeeff0011223344556677\n"},
		{"kv", `2026-11-20 08:15:32.123 INFO TXN TID=10000001 MTI=0210 STAN=000123 AMT=1.00 RC=99 ERR="交易结束[99][设备超时]"` + "\n"},
		{"jpos", "<log realm=\"ch\" at=\"2026-11-20T08:15:32\">\n<send>\n" + isomsg + "\n</send>\n</log>\n"},
		{"jpos", "2026-11-20 08:15:32,100 INFO Q2 - <log realm=\"ch\" at=\"2026-11-20T08:15:32\"><send>" + isomsg + "</send></log>\n"},
		{"jpos", "2026-11-20 08:15:32,100 INFO Q2 - <send>" + isomsg + "</send>\n"},
		{"jpos", `{"ts":"2026-11-20T00:15:32Z","kind":"send","tags":{"realm":"ch"},"payload":[{"m":` + `"<isomsg><field id=\"0\" value=\"0200\"/><field id=\"11\" value=\"1\"/></isomsg>"}]}` + "\n"},
		{"jsonl", `{"time":"2026-11-20T00:15:32Z","tid":"1","stan":"2","rc":"00","amount":"1.00"}` + "\n"},
		{"iso8583", "2026-11-20 08:15:32 SEND " + hexRequest + "\n"},
		{"fielddump", moov},
		{"fielddump", "2026-11-20 08:15:32 SEND " + hexRequest + "\n" + moov},
		{"ecr", "2026-11-20 08:15:32 交易结束[99][设备超时]\n"},
		{"ecr", "2026-11-20 08:15:32 交易结束[99][设备超时]\n2026-11-20 08:15:32 上送 " + hexRequest + "\n"},
		{"zvt", "2026-11-20 08:15:32 TX 06-01-07-04-00-00-00-00-01-54\n"},
		{"logcat", "11-20 08:15:32.100  1234  5678 I Trans: TID=10000001 STAN=000123 AMT=12.50 RC=51\n"},
		{"logcat", "2026-11-20 08:15:32.100  1234  5678 I Trans: SEND " + hexRequest + "\n"},
	} {
		best := Judgement{}
		list := Judge("x.log", []byte(c.text), nil)
		for _, j := range list {
			if j.Score >= enough && j.Score > best.Score {
				best = j
			}
		}
		if best.Reader != c.reader {
			t.Errorf("%q is read as %q, not %q: %v", c.text[:min(len(c.text), 70)], best.Reader, c.reader, list)
		}
		files, all := readAll(t, Options{Year: 2026}, Bytes("x.log", []byte(c.text)))
		if f := files[0]; f.Err != nil || f.Count.Records == 0 || len(all.rejects) > 0 {
			t.Errorf("%q: %v, %+v, %v", c.text[:min(len(c.text), 70)], f.Err, f.Count, all.rejects)
		}
	}
}
