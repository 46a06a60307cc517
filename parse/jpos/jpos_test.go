package jpos

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// book collects what a reader hands on.
type book struct {
	records []*txn.Record
	rejects []*entry.Reject
	count   entry.Count
}

func (b *book) Record(r *txn.Record, lines int) {
	b.records = append(b.records, r.Clone())
	b.count.Records++
	b.count.Skipped[entry.Continuation] += lines - 1
}

func (b *book) Reject(r *entry.Reject, lines int) {
	b.rejects = append(b.rejects, r)
	b.count.Rejected++
	b.count.Skipped[entry.Continuation] += lines - 1
}

func (b *book) Skip(k entry.Skip, lines int) { b.count.Skipped[k] += lines }

func readText(t *testing.T, text string) (*book, *entry.Summary) {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	b := &book{}
	sum, err := Reader.Read(&entry.Stream{Src: &txn.Source{Name: "x.xml"}, R: strings.NewReader(text), Loc: loc}, b)
	if err != nil {
		t.Fatal(err)
	}
	b.count.Lines = strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		b.count.Lines++
	}
	if err := b.count.Check(); err != nil {
		t.Errorf("%v: %+v", err, b.count)
	}
	return b, sum
}

// words writes records so that a table can state them.
func words(recs []*txn.Record) []string {
	var out []string
	for _, r := range recs {
		s := fmt.Sprintf("%d %s %s stan=%s code=%s", r.Pos.Line, r.MTI, r.Kind, r.STAN, r.Code)
		if r.Latency != txn.NoLatency {
			s += fmt.Sprintf(" rt=%d", r.Latency)
		}
		if f := r.Flags &^ (txn.ZoneAssumed | txn.CardEvent); f != 0 {
			s += " " + strings.Join(f.Names(), "+")
		}
		out = append(out, s)
	}
	return out
}

func element(realm, at string, fields ...string) string {
	s := fmt.Sprintf("<log realm=%q at=%q lifespan=\"3ms\">\n  <send>\n    <isomsg direction=\"outgoing\">\n", realm, at)
	for _, f := range fields {
		id, v, _ := strings.Cut(f, "=")
		s += fmt.Sprintf("      <field id=%q value=%q/>\n", id, v)
	}
	return s + "    </isomsg>\n  </send>\n</log>\n"
}

func TestRead(t *testing.T) {
	req := element("ch/1.2.3.4:55", "2026-11-20T08:15:32.100", "0=0200", "2=6228480402564890018", "3=000000", "4=12300", "7=1120081532", "11=000123", "37=041216300012", "41=10000001", "42=898330154110001")
	ans := element("ch/1.2.3.4:55", "2026-11-20T08:15:32.335", "0=0210", "7=1120081532", "11=000123", "38=A1B2C3", "39=00", "41=10000001")
	late := element("x", "2026-11-20T09:15:32.335", "0=0800", "11=9", "7=1120091532")
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"pair", req + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"no answer", req + late, []string{"1 0200 sale stan=000123 code= no_answer", "16 0800 signon stan=9 code="}},
		{"end of log", req, []string{"1 0200 sale stan=000123 code="}},
		{"answer twice", req + ans + ans, []string{"1 0200 sale stan=000123 code=00 rt=235", "28 0210 sale stan=000123 code=00 repeat"}},
		{"second leg", req + strings.ReplaceAll(req, "ch/1.2.3.4:55", "host/5.6.7.8:9") + strings.ReplaceAll(ans, "ch/1.2.3.4:55", "host/5.6.7.8:9") + ans,
			[]string{"16 0200 sale stan=000123 code=00 rt=235 repeat", "1 0200 sale stan=000123 code=00 rt=235"}},
		{"reversal keeps its reason", element("ch", "2026-11-20T08:16:32", "0=0400", "11=124", "39=98", "90=0200000123112008153200000000000000000000") +
			element("ch", "2026-11-20T08:16:33", "0=0410", "11=124", "39=25"), []string{"1 0400 reversal stan=124 code=98 rt=1000"}},
		{"raw markup in a stack trace", "<log realm=\"a\" at=\"2026-11-20T08:15:32\">\n<exception name=\"x < y & z\">\n at <init>(Foo.java)\n if (a<b)\n</exception>\n</log>\n" + req + ans,
			[]string{"1  other stan= code=", "7 0200 sale stan=000123 code=00 rt=235"}},
		{"end of element lost", strings.Replace(req, "</log>\n", "", 1) + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"wrapped by another logger", "2026-11-20 08:15:32,100 INFO  [Q2] - " + req + "2026-11-20 08:15:32,335 INFO  [Q2] - " + ans, []string{"1 0200 sale stan=000123 code=00 rt=235"}},
		{"time-out", "<log realm=\"ch/1.2.3.4:5\" at=\"Wed Dec 10 13:56:26 CST 2025.9\" lifespan=\"900099ms\">\n<receive>\n<io-timeout/>\n</receive>\n</log>\n", []string{"1  other stan= code= timed_out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, _ := readText(t, c.text)
			got := words(b.records)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") || len(b.rejects) != 0 {
				t.Errorf("got\n  %s\nwant\n  %s\nrejects %v", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "), b.rejects)
			}
		})
	}
	b, _ := readText(t, req+ans)
	r := b.records[0]
	if r.PAN.Masked != "622848*********0018" || r.Amount != 12300 || r.AuthCode != "A1B2C3" || r.RRN != "041216300012" || r.TID != "10000001" || r.Side != txn.Switch {
		t.Errorf("%+v", r)
	}
	b, _ = readText(t, "<log realm=\"c\" at=\"Wed Dec 10 13:56:26 CST 2025.9\">\n<receive><peer-disconnect/></receive>\n</log>")
	if at := b.records[0].At.Time(); !at.Equal(time.Date(2025, 12, 10, 5, 56, 26, 9e6, time.UTC)) {
		t.Errorf("CST and unpadded milliseconds: %v", at)
	}
}

func TestRejects(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"wrong packager, type", element("c", "2026-11-20T08:15:32", "0=02X0", "11=1"), `x.xml:1: "02X0" is no message type ("at=2026-11-20T08:15:32 0=02X0 11=1 39="); check that the channel's packager fits the message`},
		{"wrong packager, code", element("c", "2026-11-20T08:15:32", "0=0210", "11=1", "39=4111111111111111"), `x.xml:1: field 39 holds no response code ("at=2026-11-20T08:15:32 0=0210 11=1 39=411111******1111"); check that the channel's packager fits the message`},
		{"no type", element("c", "2026-11-20T08:15:32", "11=1"), `x.xml:1: the message has no field 0 ("at=2026-11-20T08:15:32 0= 11=1 39="); the element was cut or mixed with another; see the lines around it`},
		{"two on a line", "<log realm=\"a\" at=\"2026-11-20T08:15:32\"><io-timeout/></log><log realm=\"b\" at=\"2026-11-20T08:15:33\"><io-timeout/></log>\n", ""},
	} {
		b, _ := readText(t, c.text)
		if c.want == "" {
			continue
		}
		if len(b.rejects) != 1 || len(b.records) != 0 || b.rejects[0].Error() != c.want {
			t.Errorf("%s: %v, %d records; want %s", c.name, b.rejects, len(b.records), c.want)
		}
	}
}

// The files are not ours and not in the repository; each expectation was worked
// out by reading the file.
func TestTruth(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "truth", "jpos")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real jPOS logs are not here: %v", err)
	}
	for name, want := range map[string][]string{
		// One 0800 and its 0810 with the same STAN 808 ms later, and the notice that the log rotates.
		"a-pair.xml":      {"3 0800 signon stan=28928 code= rt=808"},
		"basic.xml":       {"3 0800 signon stan=28928 code="},
		"one.xml":         {"1 0800 signon stan=28928 code="},
		"two.xml":         {"1 0800 signon stan=28929 code="},
		"with-header.xml": {"1 0800 echo stan= code="},
		// 900,099 ms is how long the channel waited for anything: evidence, no attempt.
		"io-timeout.xml":      {"1  other stan= code= timed_out"},
		"peer-disconnect.xml": {"1  other stan= code= disconnected"},
		// Two threads wrote into each other: a 2804 whose field lines alternate with
		// an exception of another channel, then its 2814 one millisecond later.
		"message-inception-garbage.xml": {"5  other stan= code=", "1 2804 signon stan=127 code= rt=1"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			b, _ := readText(t, string(text))
			if got := words(b.records); strings.Join(got, "\n") != strings.Join(want, "\n") || len(b.rejects) != 0 {
				t.Errorf("got\n  %s\nwant\n  %s\nrejects %v", strings.Join(got, "\n  "), strings.Join(want, "\n  "), b.rejects)
			}
		})
	}
	text, err := os.ReadFile(filepath.Join(dir, "log4j.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if score, _ := Reader.Sniff("log4j.txt", text); score != 0 {
		t.Errorf("a log without messages scores %d", score)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(element("ch/1.2.3.4:55", "2026-11-20T08:15:32.100", "0=0200", "11=000123", "39=B4") + element("ch", "x", "0=0210", "11=000123"))
	f.Add("<log realm=\"a\" at=\"Wed Dec 10 13:56:26 EST 2014.13\"><receive><io-timeout/></receive></log>")
	f.Add("<log <log <isomsg></isomsg></isomsg></log>")
	f.Fuzz(func(t *testing.T, s string) { readText(t, s) })
}
