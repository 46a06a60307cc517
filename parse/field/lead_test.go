package field

import (
	"testing"

	"github.com/poslog/poslog/txn"
)

func TestLead(t *testing.T) {
	for line, want := range map[string]string{ // the time, in the zone of the test, or ""
		"2026-11-20 08:15:32.123 INFO x":                      "2026-11-20T08:15:32.123",
		"2026-11-20 08:15:32:123 x":                           "2026-11-20T08:15:32.123",
		"[ 20 Nov 2026 08:15:32:123 ]| x":                     "2026-11-20T08:15:32.123",
		"Nov 20, 2026 8:15:32 PM com.bank.Pos run":            "2026-11-20T20:15:32",
		"11/20/2026 08:15:32 PM x":                            "2026-11-20T20:15:32",
		"2026-11-20 08:15:32 PM x":                            "2026-11-20T20:15:32",
		"2026/11/20 8:15:32 下午 x":                             "2026-11-20T20:15:32",
		"11/20/2026 08:15:32 PM +0800 x":                      "2026-11-20T12:15:32",
		"Fri Nov 20 08:15:32 2026 x":                          "2026-11-20T08:15:32",
		"Fri Nov 20 08:15:32 CST 2026 x":                      "2026-11-20T00:15:32",
		"2026-11-20 08:15:32 2025 x":                          "2026-11-20T08:15:32",
		"11-20 08:15:32.123 2025 x":                           "2024-11-20T08:15:32.123", // a process
		"INFO  2026-11-20 08:15:32 x":                         "2026-11-20T08:15:32",
		"[http-1] 2026-11-20 08:15:32 x":                      "2026-11-20T08:15:32",
		"[http-nio-8080-exec-1] [INFO] 2026-11-20 08:15:32 x": "2026-11-20T08:15:32",
		"=== (2026-11-20 08:15:32) ===":                       "2026-11-20T08:15:32",
		"<134>1 2026-11-20T08:15:32 x":                        "2026-11-20T08:15:32",
		"a b c d 2026-11-20 08:15:32":                         "",
		"settled 2026-11-20":                                  "",
	} {
		c := Context{Year: 2024}
		r := txn.New()
		c.Begin(r)
		at, n := Lead(line)
		if err := c.Set(r, Time, line[at:at+n]); err != nil {
			t.Errorf("%q: %v", line, err)
		} else if err := c.Finish(r); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		got := ""
		if r.At.Valid() {
			got = r.At.Time().Format("2006-01-02T15:04:05.999")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
