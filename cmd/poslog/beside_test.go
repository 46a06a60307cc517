package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// Packs of evidence beside the data list rows of them, and are no input either, packed or not.
func TestEvidenceBesideTheData(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../samples/merchant-day")); err != nil {
		t.Fatal(err)
	}
	report, pack := filepath.Join(dir, "r.json"), filepath.Join(dir, "pack.zip")
	before := analyzeJSON(t, dir)
	for _, args := range [][]string{{"analyze", dir, "-o", report}, {"evidence", report, "--incident", before.Incidents[0].ID, "-o", pack}} {
		if _, errs, code := poslog(t, args...); code != exitDone {
			t.Fatalf("%v: exit code %d: %s", args, code, errs)
		}
	}
	z, err := zip.OpenReader(pack)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.CopyFS(filepath.Join(dir, "unpacked"), z); err != nil {
		t.Fatal(err)
	}
	if now := analyzeJSON(t, dir); len(now.Inputs) != len(before.Inputs) || now.Totals.Attempts != before.Totals.Attempts {
		t.Errorf("%d attempts in %d files, before %d in %d", now.Totals.Attempts, len(now.Inputs), before.Totals.Attempts, len(before.Inputs))
	}
}

// A shell that is given dir/* names every file: reports and notes say nothing, and what
// holds settings is no input either.
func TestNamedBesideTheData(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	rows := "交易时间,终端号,流水号,参考号,交易类型,交易金额,应答码,卡号\n"
	for _, row := range []string{"10:00:00,10000001,000001,100000000001,消费,100.00,00", "10:03:00,10000001,000002,100000000002,消费,30.00,91"} {
		rows += "2026-11-20 " + row + ",622848******1234\n"
	}
	write("terminal.csv", rows)
	write("calendar.yaml", "timezone: Asia/Shanghai\nwindows:\n  - {title: a, start: 2026-11-20 10:01, end: 2026-11-20 10:05}\n")
	write("README.md", "# notes\n")
	probe := write("line.log", "[1795140060.000000] 64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.2 ms\n")
	want, errs, code := poslog(t, "analyze", dir, "--probe", probe, "--format", "json")
	if code != 0 || !strings.Contains(want, "calendar=calendar.yaml") {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, name := range []string{"r.json", "r.jsonl", "r.txt", "r.csv", "r.xlsx", "r.html", "r.md"} {
		path := filepath.Join(dir, name)
		if _, errs, code := poslog(t, "analyze", dir, "--probe", probe, "-o", path); code != 0 {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		if _, errs, code := poslog(t, "analyze", path); code != exitUsage || !strings.Contains(errs, name+" itself") {
			t.Errorf("a report as the only input: exit code %d: %s", code, errs)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	got, errs, code := poslog(t, slices.Concat([]string{"analyze", "--probe", probe, "--format", "json"}, files)...)
	if got != want || code != 0 || !strings.Contains(errs, "passed over: "+filepath.Join(dir, "README.md")) {
		t.Errorf("exit code %d: %s\n%s", code, errs, got)
	}
	notice := write("系统维护公告.txt", "我行定于2026年11月20日10:01至10:05进行系统升级，届时暂停服务。\n")
	write("通知.txt", "交易时间,终端号,流水号,参考号,交易类型,交易金额,应答码,卡号\n2026-11-20 10:06:00,10000001,000003,100000000003,消费,30.00,00,622848******1234\n")
	for _, args := range [][]string{{"analyze", dir}, {"analyze", filepath.Join(dir, "terminal.csv"), filepath.Join(dir, "通知.txt"), notice}} {
		if got, errs, code := poslog(t, append(args, "--probe", probe, "--format", "json")...); code != 0 || !strings.Contains(got, "calendar=系统维护公告.txt") || !strings.Contains(got, `"attempts":3,`) {
			t.Errorf("a notice beside the data: exit code %d: %s", code, errs)
		}
	}
	deep := filepath.Join(dir, "november", "calendar.yaml")
	if err := errors.Join(os.Mkdir(filepath.Dir(deep), 0o755), os.WriteFile(deep, []byte("timezone: Asia/Shanghai\nwindows: []\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := poslog(t, "analyze", dir, "--probe", probe); code != 0 || !strings.Contains(errs, "not used: "+deep) {
		t.Errorf("a calendar in a sub-directory: exit code %d: %s", code, errs)
	}
	if _, errs, code := poslog(t, "analyze", dir, "--probe", probe, "--calendar", deep); code != 0 || strings.Contains(errs, "not used") {
		t.Errorf("a calendar in a sub-directory that is given: exit code %d: %s", code, errs)
	}
	if _, errs, code := poslog(t, "analyze", filepath.Join(dir, "calendar.yaml")); code != exitUsage || !strings.Contains(errs, "no input") {
		t.Errorf("only a calendar: exit code %d: %s", code, errs)
	}
}
