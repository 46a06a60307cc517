package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Reports stand beside the data when the directory is read again, and change nothing:
// what a report lists is no input.
func TestReportsBesideTheData(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if data != "" {
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	write("terminal.csv", "交易时间,终端号,流水号,参考号,交易类型,交易金额,应答码,卡号\n"+
		"2026-11-20 10:00:00,10000001,000001,100000000001,消费,100.00,00,622848******1234\n"+
		"2026-11-20 10:03:00,10000001,000002,100000000002,消费,30.00,91,622848******1234\n"+
		"2026-11-20 10:04:00,10000001,000003,100000000003,消费,30.x,00,622848******1234\n"+
		"2026-11-20 23:50:00,10000001,000004,100000000004,消费,50.00,00,622848******2345\n")
	write("settled.csv", "交易时间,终端号,参考号,交易类型,交易金额,手续费\n"+
		"2026-11-20 10:00:00,10000001,100000000001,消费,100.00,0.38\n")
	args := []string{"analyze", dir, "--rejects", write("rejects.csv", ""), "--carry", write("carry.json", "")}
	for _, name := range []string{"r.json", "r.jsonl", "r.txt", "r.csv", "r.xlsx", "r.html", "r.md"} {
		args = append(args, "-o", write(name, ""))
	}
	var before []byte
	for range 2 {
		if _, errs, code := poslog(t, args...); code != exitProvisional {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		now, err := os.ReadFile(write("r.csv", ""))
		if err != nil {
			t.Fatal(err)
		}
		now, _, _ = bytes.Cut(now, []byte("#,provenance")) // which names what was carried over
		if before != nil && !bytes.Equal(before, now) {
			t.Errorf("the second report has %d bytes, the first %d:\n%s", len(now), len(before), now)
		}
		before = now
	}
}
