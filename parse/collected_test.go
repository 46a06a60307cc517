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
		{"Loki", `{"labels":{"app":"gw"},"line":"` + kv + `","timestamp":"2026-11-20T00:15:32.123456789Z"}` + "\n", "2026-11-20T00:15:32.123456789Z " + kv + "\n"},
		{"SLS", `{"__source__":"10.0.0.8","__time__":"1795133732","content":"` + kv + `"}` + "\n", "2026-11-20T00:15:32Z " + kv + "\n"},
		{"fractions of a second", `{"version":"1.1","short_message":"` + kv + `","timestamp":1795133732.25}` + "\n", "2026-11-20T00:15:32.25Z " + kv + "\n"},
		{"milliseconds", `{"textPayload":"` + kv + `","timestamp":1795133732123}` + "\n", "2026-11-20T00:15:32.123Z " + kv + "\n"},
		{"behind time and tag", "2026-11-20T08:15:32+08:00\tgw.pos\t" + `{"log":"` + kv + `"}` + "\n", "2026-11-20T08:15:32+08:00 " + kv + "\n"},
		{"fields of a hit", `{"_source":null,"fields":{"@timestamp":["2026-11-20T00:15:32.123Z"],"message":["` + kv + `"]}}` + "\n", "2026-11-20T00:15:32.123Z " + kv + "\n"},
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
		`{"line":"a","timestamp":"","log":["a","b"]}`,
		`{"@timestamp":"2026-11-20T00:15:32Z","message":"done","tid":"10000001","amount":"12.30","rc":"00"}` + "\n", // a transaction itself
	} {
		if collected([]byte(s)) {
			t.Errorf("%q: taken for the lines of a collector", s)
		}
	}
}

// TestCollectedDocument: the lines in a document have the numbers of those in which their
// objects begin, as far as each can have its own.
func TestCollectedDocument(t *testing.T) {
	const a, b = "2026-11-20 08:15:32.123 TXN STAN=000123 RC=00", "TXN STAN=000124 RC=51"
	hit := func(s string) string {
		return `{"_id":"1","_source":{"message":"` + s + `","@timestamp":"2026-11-20T00:15:33Z"}}`
	}
	for _, c := range []struct{ name, in, want string }{
		{"one line", `{"took":3,"_shards":{"total":1},"hits":{"total":{"value":2},"hits":[` + hit(a) + "," + hit(b) + "]}}\n", a + "\n2026-11-20T00:15:33Z " + b + "\n"},
		{"many lines", "\ufeff\n{\"hits\": {\n \"hits\": [\n  " + hit(a) + "\n  ,\n  " + hit(b) + "\n ]\n}}\n", "\n\n\n" + a + "\n\n2026-11-20T00:15:33Z " + b + "\n"},
		{"Loki", `{"data":{"result":[{"stream":{"app":"gw"},` + "\n" + `"values":[["1795133733000000000","` + a + `"],` + "\n" + `["1795133733000000000","` + b + `"]]}]}}`, "\n" + a + "\n2026-11-20T00:15:33Z " + b + "\n"},
		{"Android Studio", `{"metadata":{"filter":"package:mine"},` + "\n" + `"logcatMessages":[{"header":{"pid":1,"tag":"Pos","timestamp":{"seconds":1795133733,"nanos":250000000}},"message":"` + b + `"}]}`, "\n2026-11-20T00:15:33.25Z " + b + "\n"},
		{"Cloudwatch", `{"results":[[{"field":"@timestamp","value":"2026-11-20 00:15:33.000"},{"field":"@message","value":"` + b + `"}]]}`, "2026-11-20 00:15:33.000Z " + b + "\n"},
	} {
		if !collectedDocument([]byte(c.in)) || !collectedDocument([]byte(c.in[:len(c.in)-2])) {
			t.Errorf("%s: not recognised", c.name)
		}
		got, err := io.ReadAll(newDocumentLines(strings.NewReader(c.in)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		}
		got, err = io.ReadAll(newDocumentLines(strings.NewReader(c.in[:len(c.in)-2])))
		if err == nil || !strings.Contains(err.Error(), "cut off") || string(got) != c.want {
			t.Errorf("%s: %q of one that is cut (%v)", c.name, got, err)
		}
	}
	for _, s := range []string{"", "[]", "{}", hit(a), "[" + hit(a) + "]\n[" + hit(b) + "]\n", "[[[[", `["a","b"]`,
		`[{"time":"2026-11-20 08:15:32","tid":"10000001","amount":"12.30","rc":"00","message":"done"}]`, // a transaction itself
	} {
		if collectedDocument([]byte(s)) {
			t.Errorf("%q: taken for a document of a collector", s)
		}
	}
}

// Whatever the objects are, a line comes out for each.
func FuzzCollected(f *testing.F) {
	f.Add(`{"log":"a\nb","time":"2026-11-20T00:15:33Z"}` + "\n")
	f.Add(`{"MESSAGE":[1,2,300,-1],"__REALTIME_TIMESTAMP":"1"}`)
	f.Add(`[{"log":"a\nb","time":1795162532.5},[["1795162532000000000","a"]]]`)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 32<<10 {
			return
		}
		collected([]byte(s))
		if collectedDocument([]byte(s)) {
			_, _ = io.ReadAll(newDocumentLines(strings.NewReader(s)))
		}
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
