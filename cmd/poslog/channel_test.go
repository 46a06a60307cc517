package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// TestProfileByChannel: the channel that an export names chooses the table.
func TestProfileByChannel(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,机构,终端号,渠道,交易类型,交易金额,应答码,参考号\n")
	for i := range 30 {
		fmt.Fprintf(&b, "2026-11-20 08:%02d:00,NSH001,10000001,%s,消费,%d.00,%s,0412163%05d\n", i, []string{"POS", "线上"}[i%2], 10+i, []string{"00", "34"}[i/20], i)
	}
	dir := t.TempDir()
	log, codes := filepath.Join(dir, "day.csv"), filepath.Join(dir, "codes.yaml")
	for path, text := range map[string]string{log: b.String(), codes: "profiles:\n  - {name: online, channel: 线上, tables: [unionpay-acp]}\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errs, code := poslog(t, "analyze", log, "--codes", codes, "--format", "json")
	var r analyze.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone {
		t.Fatalf("exit code %d: %v %s", code, err, errs)
	}
	got := map[string]int{}
	for _, c := range r.Codes {
		got[fmt.Sprint(c.Code, " ", c.Profile, " ", c.Table)] += c.N
	}
	for want, n := range map[string]int{"00 default unionpay": 10, "00 online unionpay-acp": 10, "34 default unionpay": 5, "34 online unionpay-acp": 5} {
		if got[want] != n {
			t.Errorf("%s: %d, want %d in %v", want, got[want], n, got)
		}
	}
}
