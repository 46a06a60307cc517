package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/formats"
)

// TestInspectSpeaksBothLanguages: labels, notes, totals, rules and remedies are in the
// language that was asked for, Chinese by default; only what the input itself says
// and the exact reason of a refusal stay.
func TestInspectSpeaksBothLanguages(t *testing.T) {
	files := []string{"samples/merchant-day", "samples/bank-day", "samples/b4-success"}
	for _, pattern := range []string{"testdata/traps/*", "testdata/bad/*", "table/testdata/traps/*.csv", "table/testdata/broken/*"} {
		found, err := filepath.Glob("../../parse/" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range found {
			if ext := filepath.Ext(f); ext != ".golden" && ext != ".yaml" {
				files = append(files, strings.TrimPrefix(f, "../../"))
			}
		}
	}
	args := append([]string{"inspect", "-n", "1", "--rejects", "0"}, files...)
	zh, _, code := poslog(t, args...)
	if code != exitProvisional {
		t.Errorf("exit code %d", code)
	}
	en, _, _ := poslog(t, append(args, "--lang", "en")...)
	if a, b := strings.Count(zh, "\n"), strings.Count(en, "\n"); a < 1000 || b > a {
		t.Errorf("%d lines in Chinese, %d in English", a, b)
	}
	for _, f := range formats.Builtin().List { // a title is data
		zh = strings.ReplaceAll(zh, f.Title, f.Name)
	}
	english := regexp.MustCompile(`[a-z]{2,} (of|was|were|are|is|the|has|have|and|from|in) [a-z]{2,}`)
	label := regexp.MustCompile(`^  (格式|字符集|账本|sha256|列名行|时间段|行数|说明|自带合计|错误|列$|前几条记录$|拒收$)|^  原因|^    |^             |^\S|^$`)
	for _, line := range strings.Split(zh, "\n") {
		if !label.MatchString(line) {
			t.Errorf("a line that is not Chinese: %q", line)
		}
		said := strings.HasPrefix(line, "  说明") || strings.HasPrefix(line, "  错误") || strings.HasPrefix(line, "  自带合计") || strings.HasPrefix(line, "    [")
		if i := strings.LastIndex(line, "；"); strings.HasPrefix(line, "    [") && i > 0 { // the text of the row stands before
			line = line[i:]
		}
		if said && english.MatchString(line) {
			t.Errorf("English: %q", line)
		}
	}
	for _, want := range []string{"每一行都有交代", "按 table 读取：表格：第 ", "收入笔数 1，与各行相符", "（未用）"} {
		if !strings.Contains(zh, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, want := range []string{"every line is accounted for", "read as table: a table: row", "  side       settlement\n", "the file states in_count = 1, agrees", "(not used)"} {
		if !strings.Contains(en, want) {
			t.Errorf("no %q in English", want)
		}
	}
	if _, errs, code := poslog(t, "inspect", "--lang", "fr", files[0]); code != exitUsage || !strings.Contains(errs, "zh, en") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

// TestInspectIsHarmless: no byte of a file does anything to a terminal.
func TestInspectIsHarmless(t *testing.T) {
	name := writer(t, t.TempDir())("a.csv", "交易时间,交易金额,应答码,应答描述,\"状\n态\"\n2026-11-20 08:00:00,10.00,00,a title\a ok,\u202edone\x1b[2J\n"+strings.Repeat("2026-11-20 08:01:00,10.00,00,通讯正常 通讯正常 通讯正常,通讯正常\n", 9)+"2026-11-2x\x1b[2J 08:00:00,10.00,00,,\n")
	for _, lang := range []string{"zh", "en"} {
		out, _, _ := poslog(t, "inspect", name, "--lang", lang)
		if strings.ContainsAny(out, "\x1b\a\u202e") || !strings.Contains(out, "done") || strings.Contains(out, "\n态") {
			t.Errorf("%q", out)
		}
	}
}
