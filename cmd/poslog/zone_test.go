package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOtherZone: a log that keeps the time of another zone than settlement, or has another year, is told by the rows that
// are in both, and read right where its zone is given; where both keep one, nothing is said.
func TestOtherZone(t *testing.T) {
	dir := t.TempDir()
	log, settled := filepath.Join(dir, "pos.log"), filepath.Join(dir, "settle.csv")
	write := func(zone *time.Location) {
		var l, s strings.Builder
		s.WriteString("交易时间,交易类型,交易金额,手续费,参考号,终端号\n")
		for i := range 40 {
			at := time.Date(2026, 11, 20, 9, 7*i, 13, 0, time.FixedZone("", 8*3600))
			fmt.Fprintf(&l, "%s INFO TXN TID=1000000%d MTI=0210 STAN=%06d RRN=04121630%04d AMT=%012d RC=00\n", at.In(zone).Format("2006-01-02 15:04:05.000"), i%4, i, i, 1000+i)
			fmt.Fprintf(&s, "%s,消费,%d.%02d,0.05,04121630%04d,1000000%d\n", at.Format(time.DateTime), (1000+i)/100, (1000+i)%100, i, i%4)
		}
		for name, text := range map[string]string{log: l.String(), settled: s.String()} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		zone       *time.Location
		args       []string
		first      string
		ahead, say string
	}{
		{time.FixedZone("", 8*3600), nil, "09:00:13", "", ""},
		{time.UTC, nil, "01:00:13", `"seconds":-28800`, "Terminal times are 8 h earlier than those of settlement (in most of 40 matched rows)"},
		{time.UTC, []string{"--tz", log + "=UTC"}, "09:00:13", "", ""},
		{time.UTC, []string{"--tz", "Asia/Shanghai", "--tz", filepath.Join(dir, "*.log") + "=Etc/UTC"}, "09:00:13", "", ""},
		{time.FixedZone("", 19800), nil, "06:30:13", `"of":"zone","seconds":-9000`, "2 h 30 min earlier"},
		{time.FixedZone("", -357*86400), nil, "", "", ""}, // days apart are settlement's day
		{time.FixedZone("", -365*86400+8*3600), nil, "09:00:13", `"of":"year","seconds":-31536000`, "365 d earlier than those of settlement (in most of 40 matched rows): one side is not in the year it was read in"},
	} {
		write(c.zone)
		file := filepath.Join(dir, "r.json")
		out, errs, code := poslog(t, append([]string{"analyze", log, settled, "--lang", "en", "--format", "text", "-o", file}, c.args...)...)
		if code != exitDone || !strings.Contains(out, "  "+c.first) || !strings.Contains(strings.Join(strings.Fields(out), " "), c.say) || c.say == "" && strings.Contains(out, "it was read in") {
			t.Errorf("%v %q: exit code %d, want %q and %q in\n%s%s", c.zone, c.args, code, c.first, c.say, out, errs)
		}
		data, _ := os.ReadFile(file)
		if !strings.Contains(string(data), c.ahead) || c.ahead == "" && strings.Contains(string(data), "\"shift\"") {
			t.Errorf("%v %q: want %q in the JSON", c.zone, c.args, c.ahead)
		}
		if _, errs, code := poslog(t, "explain", file, "attempts"); code != exitDone { // reads with the same zones
			t.Errorf("%v %q: explain: exit code %d, %s", c.zone, c.args, code, errs)
		}
	}
}
