package kv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// Keys may be the numbers of fields alone, where a message type and a trace number are
// among them.
func TestNumberedKeys(t *testing.T) {
	for _, text := range []string{
		`[2026-11-20 08:15:32.123][tid:17] SEND: [0]0200 [2]622848******1234 [3]000000 [4]000000001230 [11]000123 [41]12345678 [42]898330154110001 [49]156
[2026-11-20 08:15:33.003][tid:17] RECV: [0]0210 [2]622848******1234 [3]000000 [4]000000001230 [11]000123 [37]632508000123 [39]B4 [41]12345678 [42]898330154110001 [49]156
`,
		`2026-11-20 08:15:32.123 send 0=0200|2=622848******1234|3=000000|4=000000001230|11=000123|41=12345678|42=898330154110001|49=156
2026-11-20 08:15:33.003 recv 0=0210|2=622848******1234|3=000000|4=000000001230|11=000123|37=632508000123|39=B4|41=12345678|42=898330154110001|49=156
`,
	} {
		s, _, err := readLog(t, text)
		if err != nil || len(s.records) != 1 || len(s.rejects) != 0 {
			t.Fatalf("%v %+v %v", err, s.records, s.rejects)
		}
		if r := s.records[0]; r.MTI != "0210" || r.Kind != txn.Sale || r.Amount != 12_30 || r.Code != "B4" || r.STAN != "000123" || r.RRN != "632508000123" ||
			r.TID != "12345678" || r.MID != "898330154110001" || r.PAN.Masked != "622848******1234" || r.Latency != 880 {
			t.Errorf("%+v", r)
		}
	}
	// Without a message type, where the values have the lengths of such fields.
	for _, form := range []string{"39:B4 41:12345678 11:000123 4:000000001230", "field[4]=000000001230 field[11]=000123 field[39]=B4 field[41]=12345678", "[4]=000000001230 [11]=000123 [39]=B4 [41]=12345678",
		"4=000000001230,11=000123,39=B4,41=12345678", "bit 4 = 000000001230, bit 11 = 000123, bit 39 = B4, bit 41 = 12345678"} {
		s, _, err := readLog(t, "2026-11-20 08:15:32 "+form+"\n")
		if err != nil || len(s.records) != 1 {
			t.Fatalf("%s: %v %+v", form, err, s.rejects)
		}
		if r := s.records[0]; r.Amount != 12_30 || r.Code != "B4" || r.STAN != "000123" || r.TID != "12345678" {
			t.Errorf("%s: %+v", form, r)
		}
	}
	for _, line := range []string{
		"2026-11-20 08:15:32 4=75.12,11=000123,39=00,41=10000001", // an amount that is none of field 4
		"2026-11-20 08:15:32 seats 4:11 11:39:41 rows 41:08",
		"2026-11-20 08:15:32 39:00 41:10000001",
		"2026-11-20 08:15:32 8=FIX.4.2|9=65|35=8|37=O1|39=2|11=C1|41=C0|4=B",       // orders of an exchange
		"2026-11-20 08:15:32 [11] worker [39]started with 4=x",                     // threads
		"2026-11-20 08:15:32 TXN TID=12345678 AMT=1.00 RC=00 [11]note [0]note 4=1", // two numbers beside names
	} {
		if numbered(line) {
			t.Errorf("keys are no numbers of fields: %s", line)
		}
	}
}

// The short cut for lines like one before agrees with the general path.
func TestNumberedLayouts(t *testing.T) {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "[2026-11-20 %02d:%02d:%02d.%03d] RECV: [0]0210 [2]622848******%04d [3]%02d0000 [4]%012d [11]%06d [39]%s [41]1234567%d [42]898330154110001\n",
			8+i/60, i%60, i*7%60, i, i*13%10000, i%3*20, i*371+5, i+1, []string{"00", "51", "B4"}[i%3], i%4)
	}
	if s, _ := agree(t, b.String()); len(s.records) != 400 {
		t.Fatalf("%d records", len(s.records))
	}
	b.Reset()
	for i := range 400 {
		fmt.Fprintf(&b, "2026-11-20 08:%02d:%02d.%03d 39:%s 41:1234567%d 11:%06d 4:%012d\n", i/60, i%60, i, []string{"00", "51", "B4"}[i%3], i%4, i+1, i*371+5)
	}
	if s, _ := agree(t, b.String()); len(s.records) != 400 || s.records[2].Code != "B4" {
		t.Fatalf("%d records without a message type", len(s.records))
	}
}
