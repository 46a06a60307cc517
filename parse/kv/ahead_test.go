package kv

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// asks is what mayAsk must find: a line that the reader takes for a request.
func asks(t testing.TB, log string) bool {
	p := newParser(nil, stream(t, ordinary), discard{})
	lines := text.NewLines(strings.NewReader(log))
	for {
		l, err := lines.Next()
		if err != nil {
			return false
		}
		s, _ := p.charset.Decode(l)
		if p.judge(p.parse(s)) == field.Request {
			return true
		}
	}
}

func TestRequestsAreSeenAhead(t *testing.T) {
	const p, q = "2026-11-20 08:15:32 TXN ", " TID=1 STAN=000001 AMT=1.00"
	for _, line := range []string{
		p + "MTI=0200" + q, p + "MTI:0200" + q, p + "MTI: 0200" + q, p + "MTI = 0200" + q, p + "[MTI]=[0200]" + q, p + "MTI[ 0200 ]" + q,
		p + `"MTI":"0200",` + q, p + `{\"MTI\":\"0200\",\"TID\":\"1\",\"STAN\":\"1\",\"AMT\":\"1.00\"}`, p + "<MTI>0200</MTI><TID>1</TID><STAN>1</STAN><AMT>1.00</AMT>",
		p + "<A><MTI><![CDATA[0420]]></MTI><TID>1</TID><STAN>1</STAN><AMT>1.00</AMT></A>", p + "域0：0200，终端号：1，流水号：000001，金额：1.00", p + "消息类型=0200" + q, p + "F0='0200'" + q,
		p + "R(TID=1, STAN=000001, AMT=1.00, MTI=0200)", p + "TID=1 STAN=000001 AMT=1.00 MTI=0200", p + "x=1234 mti=1420" + q, "MTI=0200" + q,
	} {
		for _, log := range []string{line, line + "\r\n", ordinary + "\n" + line + "\n" + ordinary, strings.Repeat("\n", 61) + line} {
			if !asks(t, log) {
				t.Fatalf("no request: %q", log)
			}
			if !newWatch(nil, "x", []byte(ordinary)).mayAsk([]byte(log)) {
				t.Errorf("not seen: %q", log)
			}
		}
	}
	w := newWatch(nil, "x", []byte(ordinary))
	for _, line := range []string{ordinary, p + "RT=1200 RC=00" + q, p + `MTI="02\00" ` + q, "12345678 1200", ""} {
		if asks(t, line) || w.mayAsk([]byte(line)) {
			t.Errorf("seen in %q", line)
		}
	}
	rng := rand.New(rand.NewPCG(7, 8))
	seen, passed := 0, 0
	for range 3000 {
		log := mixture(rng, 1+rng.IntN(3))
		if strings.Contains(log, "MTI=") && rng.IntN(2) == 0 {
			log = strings.ReplaceAll(log, " RC=", " X=")
		}
		want, got := asks(t, log), w.mayAsk([]byte(log))
		if want && !got {
			t.Fatalf("not seen: %q", log)
		}
		if want {
			seen++
		} else if !got {
			passed++
		}
	}
	if seen < 100 || passed < 1000 {
		t.Errorf("%d requests, %d texts without", seen, passed)
	}
}

func FuzzAhead(f *testing.F) {
	f.Add([]byte("MTI=0200 TID=1 STAN=000001 AMT=1.00"))
	f.Add([]byte("\xb1|MTI=0200 TID=1 STAN=000001\n" + `{"MTI" : "0200","TID":"1","STAN":"1"}`))
	f.Add([]byte("MTI<0200 TID=1 STAN="))
	f.Add([]byte("\x00\x00\" : \"020\x7f\xceTI=0200 TID=1 S1 STAN=0\x00\" : \"000{\"MTI\" : \"0200"))
	f.Fuzz(func(t *testing.T, log []byte) {
		if asks(t, string(log)) && !newWatch(nil, "x", []byte(ordinary)).mayAsk(log) {
			t.Errorf("not seen: %q", log)
		}
	})
}

func BenchmarkAhead(b *testing.B) {
	log := []byte(benchmarkText(50_000))
	w := newWatch(nil, "x", log[:64<<10])
	b.SetBytes(int64(len(log)))
	b.ResetTimer()
	for range b.N {
		if w.mayAsk(log) {
			b.Fatal("no request is there")
		}
	}
}
