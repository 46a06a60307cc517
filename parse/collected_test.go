package parse

import (
	"io"
	"strings"
	"testing"
)

// TestCollected: log lines that a collector put into objects come out as they were, one
// for each line, with its time where they have none.
func TestCollected(t *testing.T) {
	const kv = "TXN TID=10000001 STAN=000123 AMT=12.30 RC=00"
	for _, c := range []struct{ name, in, want string }{
		{"container", `{"log":"2026-11-20 08:15:32.123 ` + kv + `\n","stream":"stdout","time":"2026-11-20T00:15:33.1Z"}` + "\n", "2026-11-20 08:15:32.123 " + kv + "\n"},
		{"journal", `{"__REALTIME_TIMESTAMP":"1795162532123456","MESSAGE":"` + kv + `"}` + "\n", "2026-11-20T08:15:32.123456Z " + kv + "\n"},
		{"bytes of the journal", `{"__REALTIME_TIMESTAMP":"1795162532123456","MESSAGE":[82,67,61,48,48]}` + "\n", "2026-11-20T08:15:32.123456Z RC=00\n"},
		{"beat", `{"@timestamp":"2026-11-20T00:15:32.123Z","message":"` + kv + `\r\n\tat a.B(B.java:1)"}` + "\n", "2026-11-20T00:15:32.123Z " + kv + " \tat a.B(B.java:1)\n"},
		{"hit of a search", `{"_index":"pos","_source":{"@timestamp":"2026-11-20T00:15:32.123Z","message":"` + kv + `"}}` + "\n", "2026-11-20T00:15:32.123Z " + kv + "\n"},
		{"cut", `{"log":"` + kv + `\n","time":"2026-11-20T00:15:33Z"}` + "\n" + `{"log":"2026`, "2026-11-20T00:15:33Z " + kv + "\n" + `{"log":"2026` + "\n"},
	} {
		if !collected([]byte(c.in)) {
			t.Errorf("%s: not recognised", c.name)
		}
		got, err := io.ReadAll(newUncollected(strings.NewReader(c.in)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
	for _, s := range []string{"", "{}", `{"log":"a"}`, `{"log":1,"time":"2026-11-20"}`, "TXN RC=00", `{"message":"x","time":"t"}` + "\nplain\n",
		`{"@timestamp":"2026-11-20T00:15:32Z","message":"done","tid":"10000001","amount":"12.30","rc":"00"}` + "\n", // a transaction itself
	} {
		if collected([]byte(s)) {
			t.Errorf("%q: taken for the lines of a collector", s)
		}
	}
}

// Whatever the objects are, a line comes out for each.
func FuzzCollected(f *testing.F) {
	f.Add(`{"log":"a\nb","time":"2026-11-20T00:15:33Z"}` + "\n")
	f.Add(`{"MESSAGE":[1,2,300,-1],"__REALTIME_TIMESTAMP":"1"}`)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 32<<10 {
			return
		}
		collected([]byte(s))
		got, err := io.ReadAll(newUncollected(strings.NewReader(s)))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(s, "\n")
		if s != "" && !strings.HasSuffix(s, "\n") {
			lines++
		}
		if n := strings.Count(string(got), "\n"); n != lines {
			t.Errorf("%q: %d lines of %d", s, n, lines)
		}
	})
}
