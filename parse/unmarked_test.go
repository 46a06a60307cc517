package parse

import (
	"fmt"
	"strings"
	"testing"
)

// Values without names behind the time of a log are those of a table, where they prove what they are.
func TestUnmarked(t *testing.T) {
	for _, c := range []struct {
		form string // of trace number, amount in fen, code
		read bool
	}{
		{" INFO 10000001#%06d#%012d#%s", true},
		{" [INFO] [main] 10000001|%06d|%012d|%s", true},
		{" INFO 10000001 %06d %012d %s", true},
		{" 10000001^%06d^%012d^%s", true},
		{"|10000001|%06d|%012d|%s", false}, // which a table has as it is
		{"#10000001#%06d#%012d#%s", false},
		{"#10000001#%06d#%d#%s", false}, // nobody knows whether that is an amount
		{" ROW=1#10000001#%06d#%012d#%s", false},
	} {
		var b strings.Builder
		for i := range 20 {
			fmt.Fprintf(&b, "2026-11-20 08:00:%02d"+c.form+"\n", i, i+1, 1000+i*137, []string{"00", "00", "00", "51", "91"}[i%5])
		}
		if got := unmarked([]byte(b.String())); got != c.read {
			t.Errorf("%s: %v", c.form, got)
			continue
		} else if !got {
			continue
		}
		_, list := readOne(t, "values.log", b.String())
		if len(list) != 20 || list[3].Code != "51" || list[3].Amount != 1411 || list[3].STAN != "000004" || list[3].TID != "10000001" || !list[3].At.Valid() {
			t.Errorf("%s: %d records", c.form, len(list))
		}
	}
}

// What somebody drew among the entries does not keep the others from being read.
func TestUnmarkedWithRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("2026-11-20 08:00:00,075 - === started ===\n")
	for i := range 20 {
		fmt.Fprintf(&b, "2026-11-20 08:01:%02d,075 - TXN-20261120%06d | Wallet A | %d.0 XAF | %s\n", i, i, 1000+i*137, []string{"success", "failed", "timeout"}[i%3])
	}
	_, list := readOne(t, "values.log", b.String())
	if len(list) != 20 || list[1].Status != "failed" || list[1].Amount != 1137 || list[1].Currency != "XAF" {
		t.Errorf("%d records: %+v", len(list), list)
	}
}
