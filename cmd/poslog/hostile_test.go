package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// More distinct values than the book tells apart are said in the report, with what
// to change; no row is lost by it.
func TestTooManyValuesAreSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("66,000 lines are too many for -short")
	}
	const n = 66_000
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:%02d.%03d INFO TXN INST=NSH001 MID=898330154110001 TID=10000001 MTI=0210 STAN=%06d RRN=%012d AMT=%012d RC=00 RT=90ms ERR=text%d\n",
			i/3000, i/50%60, i%50, i%1000, i, i, i%50_000+1, i)
	}
	path := filepath.Join(t.TempDir(), "texts.log")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := poslog(t, "analyze", path, "--format", "json")
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, want := range []string{`"too-many-values"`, `more distinct values of text than the book tells apart; the rest counts as \"(other)\"`, "check whether a column is mapped to the wrong field", fmt.Sprintf(`"records": %d`, n)} {
		if !strings.Contains(out, want) {
			t.Errorf("the report does not say %s", want)
		}
	}
}

// TestHostileReport: names in a report that somebody sent do nothing to the terminal of who asks what is in it.
func TestHostileReport(t *testing.T) {
	write := writer(t, t.TempDir())
	out, _, _ := poslog(t, "analyze", "samples/b4-success", "--format", "json")
	path := write("report.json", strings.ReplaceAll(out, `"NSH`, `"\u001b[2J\u202eNSH`))
	for _, args := range [][]string{{"explain", path}, {"explain", path, "nothing"}, {"diff", path, path}} {
		out, errs, _ := poslog(t, args...)
		if all := out + errs; strings.ContainsAny(all, "\x1b\u202e") {
			t.Errorf("%v: %q", args, all[strings.IndexAny(all, "\x1b\u202e"):][:40])
		}
	}
}

// TestManyTerminals: of more terminals than are listed the report says how many are not.
func TestManyTerminals(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,商户号,终端号,流水号,金额,应答码\n")
	for i := range 620 {
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:00,898330154110001,1000%04d,%06d,2.00,%s\n", 8+i/60, i%60, i, i, []string{"00", "51"}[i%7/6])
	}
	path := writer(t, t.TempDir())("pos.csv", b.String())
	for lang, want := range map[string]string{"en": "120 more are not", "zh": "另有 120 台没有列出"} {
		if out, _, code := poslog(t, "analyze", path, "--lang", lang); code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit code %d, no %q in %s", code, want, out)
		}
	}
}
