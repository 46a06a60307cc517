package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCardsInNames: a card number in the name of a file, or asked for by mistake, is not
// printed, and the report can be followed back all the same.
func TestCardsInNames(t *testing.T) {
	const card = "4111111111111111"
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rows := file(card+".csv", "交易时间,商户号,终端号,流水号,交易类型,金额,应答码\n2026-11-20 09:00:00,898330154110001,10000001,000001,消费,12.30,00\n2026-11-20 09:01:00,898330154110001,10000001,000002,消费,15.30,91\n")
	calendar := file(card+".yaml", "timezone: Asia/Shanghai\nwindows: []\n")
	settings := file(card+".rec.yaml", "lag_days_after: 4\n")
	report := filepath.Join(dir, "report.json")
	out, errs, code := poslog(t, "analyze", "--terminal", rows, "--calendar", calendar, "--reconcile", settings, "--carry", filepath.Join(dir, card+".json"), "--format", "text", "-o", report)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	written, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	again, errs2, code := poslog(t, "explain", report, "technical", "--calendar", calendar, "--reconcile", settings)
	if code != exitDone {
		t.Errorf("explain: exit code %d: %s", code, errs2)
	}
	_, errs3, code := poslog(t, "analyze", rows, "--year", card)
	if code != exitUsage {
		t.Errorf("--year of sixteen digits: exit code %d", code)
	}
	codes, errs4, _ := poslog(t, "codes", card)
	if all := strings.Join([]string{out, errs, string(written), again, errs2, errs3, codes, errs4}, "\n"); strings.Contains(all, card) {
		k := strings.Index(all, card)
		t.Errorf("a card number is printed: %s", all[max(0, k-80):k+len(card)])
	}
}

// TestCardsInSettings: reports and messages do not repeat a card number that stands in a calendar, a notice, a
// profile, a code table or the settings of the reconciliation.
func TestCardsInSettings(t *testing.T) {
	const card = "4111111111111111"
	write := writer(t, t.TempDir())
	rows := write("rows.csv", "交易时间,机构,商户号,终端号,流水号,交易类型,金额,应答码\n2026-11-20 09:00:00,NSH001,898330154110001,10000001,000001,消费,12.30,00\n2026-11-20 09:01:00,NSH001,898330154110001,10000001,000002,消费,15.30,B5\n2026-11-20 09:02:00,NSH001,898330154110001,10000001,000003,消费,15.30,B6\n")
	calendar := write("calendar.yaml", "timezone: Asia/Shanghai\ncutoffs: {\""+card+"\": \"22:00\"}\nwindows:\n- {start: 2026-11-20 08:00, end: 2026-11-20 10:00, title: 升级 "+card+", institution: \""+card+"\"}\n- {rrule: FREQ=DAILY, start: \"08:00\", end: \"09:00\", title: "+card+" again}\n")
	notice := write("notice.txt", "系统升级公告\n我行将于2026年11月20日8:00至9:30进行系统升级，联系 "+card+"。\n")
	codes := write("codes.yaml", "profiles:\n- {name: a, institution: \""+card+"*\", codes: {\"B4\": declined}}\n- {name: \""+card+"\", institution: NSH001, tables: [own], codes: {\"B5\": {outcome: declined, class: CH_FUNDS_LIMIT, zh: 卡 "+card+", en: card "+card+", action: 问 "+card+"}}}\n")
	table := write("own.csv", "code,outcome,class,open,zh,en,action,source\nB6,declined,CH_FUNDS_LIMIT,0,卡 "+card+",,,"+card+"\n")
	settings := write("reconcile.yaml", "fees:\n- {percent: \"0.58\", merchant: \""+card+"\"}\n")
	for _, format := range []string{"text", "json", "html", "markdown", "csv", "jsonl"} {
		out, errs, code := poslog(t, "analyze", rows, "--calendar", calendar, "--calendar", notice, "--codes", codes, "--codes", table, "--reconcile", settings, "--format", format)
		if all := out + errs; code != exitDone || strings.Contains(all, card) {
			k := max(0, strings.Index(all, card))
			t.Errorf("%s: exit code %d, a card number is printed: %s", format, code, all[max(0, k-80):min(len(all), k+len(card)+200)])
		}
	}
	if out, _, _ := poslog(t, "codes", "--table", "own", "--codes", table); strings.Contains(out, card) {
		t.Error(out)
	}
}

// TestCardInFilter: a filter that names a card finds the rows as they are masked, and the report does not repeat its number.
func TestCardInFilter(t *testing.T) {
	const card = "4111111111111111"
	dir := t.TempDir()
	rows := writer(t, dir)("rows.csv", "交易时间,商户号,终端号,流水号,交易类型,金额,应答码,应答描述\n2026-11-20 09:00:00,898330154110001,10000001,000001,消费,12.30,00,\n2026-11-20 09:01:00,898330154110001,10000001,000002,消费,15.30,91,"+card+"\n")
	report := filepath.Join(dir, "report.json")
	if _, errs, code := poslog(t, "analyze", rows, "--where", `text="`+card+`"`, "-o", report); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	if text := contents(t, report); strings.Contains(text, card) || !strings.Contains(text, `"attempts": 1,`) {
		t.Errorf("the report repeats the card, or has not its row:\n%.600s", text)
	}
	if _, errs, code := poslog(t, "explain", report, "attempts"); code != exitDone {
		t.Errorf("explain: exit code %d: %s", code, errs)
	}
}
