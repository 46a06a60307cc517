package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// journal is a terminal's day of one try a minute from ten on; fails says how a minute's
// try ended.
func journal(minutes int, ends func(minute int) string) string {
	var b strings.Builder
	b.WriteString("交易时间,终端号,商户号,交易类型,交易金额,应答码,应答信息,流水号,参考号,卡号\n")
	for i := range minutes {
		code := ends(i)
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:00,10000001,898330154110001,消费,%d.50,%s,,%06d,%012d,622848******%04d\n", 10+i/60, i%60, 20+i%50, code, 1000+i, 700000000000+i, i)
	}
	return b.String()
}

// TestSentences: what a report says in words, where its numbers alone would be read wrong.
func TestSentences(t *testing.T) {
	always := func(code string) func(int) string { return func(int) string { return code } }
	from := func(first, until int) func(int) string {
		return func(i int) string {
			if i >= first && i < until {
				return "96"
			}
			return "00"
		}
	}
	for _, c := range []struct {
		name, data, view string
		want, not        []string
	}{
		{"a payment without an answer may have been booked", journal(1, always("")), "merchant",
			[]string{"没刷成功或结果不明的 1 笔（¥20.50）", "1 笔结果不明，顾客可能已扣款，还没有清算单可查：查清之前，请勿让顾客再付。"}, []string{"没刷成功的"}},
		{"nor has anybody to be told that it has not", journal(1, always("")), "ops", []string{"结果未知，尚无清算单可查 ¥20.50（1 笔）"}, nil},
		{"refusals alone are known", journal(3, always("51")), "merchant", []string{"没刷成功的 3 笔"}, []string{"结果不明"}},
		{"nothing but failures", journal(60, always("96")), "ops",
			[]string{"没有一笔成功：若只导出了失败的交易，批准率和以下异常时段都不作数。", "失败 60 / 60 笔", "数据开始时已在失败，可能更早就开始了，数据结束时仍在失败"}, nil},
		{"failing from the first row on", journal(240, from(0, 60)), "ops", []string{"失败 60 / 60 笔", "数据开始时已在失败，可能更早就开始了，结束在"}, []string{"仍在失败"}},
		{"failing to the last", journal(240, from(180, 240)), "ops", []string{"（数据结束时仍在失败）。", "失败 60 / 60 笔"}, []string{"结束在", "已在失败"}},
		{"failing to the last", journal(240, from(180, 240)), "merchant", []string{"（数据结束时仍在失败） "}, nil},
		{"the share of rows that the tolerance asks for", journal(39, always("00")) + "2026-13-45,10000001,898330154110001,消费,1.00,00,,1,1,1\n\n\n\n\n", "ops", []string{"拒收 1（2.5%）"}, nil},
		{"over", journal(240, from(90, 150)), "ops", []string{"开始在", "结束在"}, []string{"仍在失败", "已在失败"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			write := writer(t, t.TempDir())
			out, errs, code := poslog(t, "analyze", "--view", c.view, write("journal.csv", c.data))
			if code != exitDone && !strings.Contains(c.data, "2026-13-45") {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			flat := strings.Join(strings.Fields(out), " ")
			for _, w := range c.want {
				if !strings.Contains(strings.ReplaceAll(flat, " ", ""), strings.ReplaceAll(w, " ", "")) {
					t.Errorf("no %q in\n%s", w, out)
				}
			}
			for _, w := range c.not {
				if strings.Contains(flat, w) {
					t.Errorf("%q in\n%s", w, out)
				}
			}
		})
	}
}

// TestAdviceKnowsBothBooks: what to do about an item depends on what else the files say.
func TestAdviceKnowsBothBooks(t *testing.T) {
	const sold = "交易时间,终端号,商户号,交易类型,交易金额,应答码,应答信息,流水号,参考号,卡号\n"
	const settled = "清算日期,商户编号,终端编号,交易时间,交易类型,交易金额,手续费,结算金额,凭证号,参考号,卡号\n"
	row := func(clock, kind, amount, code, n string) string {
		return "2026-11-20 " + clock + ",10000001,898330154110001," + kind + "," + amount + "," + code + ",,00000" + n + ",70000000000" + n + ",622848******0001\n"
	}
	paid := func(clock, kind, amount, n string) string {
		return "2026-11-20,898330154110001,10000001,2026-11-20 " + clock + "," + kind + "," + amount + ",0.01,,00000" + n + ",70000000000" + n + ",622848******0001\n"
	}
	good, goodPaid := row("09:00:00", "消费", "12.30", "00", "1")+row("09:30:00", "消费", "45.60", "00", "2"), paid("09:00:00", "消费", "12.30", "1")+paid("09:30:00", "消费", "45.60", "2")
	for _, c := range []struct {
		name, terminal, settlement string
		want, not                  string
	}{
		{"paid again after a time-out that was charged", row("10:00:00", "消费", "20.00", "", "3") + row("10:02:00", "消费", "20.00", "00", "4"), paid("10:00:00", "消费", "20.00", "3") + paid("10:02:00", "消费", "20.00", "4"),
			"顾客很可能付了两次：致电收单机构，报参考号 700000000003：“终端显示失败，清算单却有这笔，顾客已另付，请退款给顾客。”", "请勿让顾客再付"},
		{"charged twice after two time-outs", row("10:00:00", "消费", "20.00", "", "3") + row("10:02:00", "消费", "20.00", "", "4"), paid("10:00:00", "消费", "20.00", "3") + paid("10:02:00", "消费", "20.00", "4"),
			"顾客很可能付了两次：致电收单机构，报参考号 700000000004", "顾客很可能付了两次：致电收单机构，报参考号 700000000003"},
		{"charged, and not paid again", row("10:00:00", "消费", "20.00", "", "3"), paid("10:00:00", "消费", "20.00", "3"), "请勿让顾客再付", "付了两次"},
		{"a refund that the terminal calls failed", row("10:00:00", "退货", "12.30", "51", "3"), paid("10:00:00", "退货", "-12.30", "3"), "顾客已退款，终端显示失败", "顾客已扣款"},
		{"missing, with settlement rows that were not read", row("10:00:00", "消费", "20.00", "00", "3"), "2026-11-20,898330154110001,10000001,2026-11-20 10:00:00,消费,2O.OO,0.01,,000003,700000000003,622848******0001\n",
			"清算单有 1 行没有读懂：终端成功、清算单没有的，可能就在其中；先把它们改好，再致电。", "终端流水有"},
		{"what was paid back is in the sum", row("10:00:00", "退货", "12.30", "00", "3"), paid("10:00:00", "退货", "-12.30", "3"), "45.60|3笔，其中退货和撤销1笔¥12.30已减去", "需要您处理"},
		{"a row that cannot be read, all others agree", "2026-13-45,10000001,898330154110001,消费,1.00,00,,1,1,1\n", "", "读懂的 2 笔全部到账", "没有要做的事"},
	} {
		write := writer(t, t.TempDir())
		out, errs, _ := poslog(t, "analyze", "--view", "merchant", write("terminal.csv", sold+good+c.terminal), write("settlement.csv", settled+goodPaid+c.settlement), "--format", "markdown")
		if flat := strings.ReplaceAll(out, " ", ""); !strings.Contains(flat, strings.ReplaceAll(c.want, " ", "")) || strings.Contains(flat, c.not) {
			t.Errorf("%s: want %q and no %q in\n%s%s", c.name, c.want, c.not, out, errs)
		}
	}
}

// TestFastClock: a terminal whose clock is eight minutes ahead is said to be fast, and by how much.
func TestFastClock(t *testing.T) {
	sold, settled := "交易时间,终端号,商户号,交易类型,交易金额,应答码,参考号\n", "交易时间,终端号,商户号,交易类型,交易金额,手续费,参考号\n"
	for i := range 60 {
		at := time.Date(2026, 11, 20, 9, 5*i, 0, 0, time.UTC)
		shown := at
		if i%2 == 0 {
			shown = at.Add(8 * time.Minute)
		}
		tail := fmt.Sprintf(",1000000%d,898330154110001,消费,%d.50,", i%2, 20+i)
		sold += shown.Format(time.DateTime) + tail + fmt.Sprintf("00,7000000000%02d\n", i)
		settled += at.Format(time.DateTime) + tail + fmt.Sprintf("0.01,7000000000%02d\n", i)
	}
	write := writer(t, t.TempDir())
	out, errs, _ := poslog(t, "analyze", write("terminal.csv", sold), write("settlement.csv", settled))
	if !strings.Contains(strings.Join(strings.Fields(out), ""), "终端10000000快8分钟") {
		t.Error(out, errs)
	}
}

// TestWeeklyIsNotDaily: other days' attempts that went well, one to a quarter of an hour, speak
// against a habit of every day.
func TestWeeklyIsNotDaily(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,机构号,终端号,商户号,交易类型,交易金额,应答码,流水号,参考号,卡号\n")
	n := 0
	add := func(day, minute int, code string) {
		n++
		fmt.Fprintf(&b, "2026-11-%02d %02d:%02d:00,NSH001,10000001,898330154110001,消费,%d.50,%s,%06d,%012d,622848******%04d\n", day, minute/60, minute%60, 20+n%50, code, n, 700000000000+n, n%10000)
	}
	for day := 2; day <= 22; day++ {
		for m := 0; m < 24*60; m += 15 {
			code := "00"
			if day%7 == 1 && m >= 120 && m < 240 { // a Sunday
				code = "91"
			}
			add(day, m+4, code)
			if code != "00" || m >= 600 {
				add(day, m+9, code)
			}
		}
	}
	r := analyzeJSON(t, writer(t, t.TempDir())("weeks.csv", b.String()))
	if len(r.Recurring) != 1 || r.Recurring[0].RRule != "FREQ=WEEKLY;BYDAY=SU" || r.Recurring[0].Times != 3 || r.Recurring[0].OutOf != 3 {
		t.Errorf("%+v", r.Recurring)
	}
}

// TestWordsInsteadOfCodes: a row that says in words what became of it had an answer, though no code.
func TestWordsInsteadOfCodes(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,终端号,流水号,交易类型,金额,交易结果\n")
	for i := range 600 {
		result := "交易成功"
		switch {
		case i >= 300 && i < 340:
			result = "系统维护中，请稍后再试"
		case i%50 == 7:
			result = "余额不足"
		}
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:00,10000001,%06d,消费,%d.00,%s\n", 8+i/60, i%60, i+1, 10+i, result)
	}
	file := filepath.Join(t.TempDir(), "words.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(filepath.Dir(file), "r.json")
	out, _, _ := poslog(t, "analyze", file, "--lang", "en", "--format", "text", "-o", report)
	if _, errs, code := poslog(t, "explain", report, "incidents/I1/codes"); code != exitDone {
		t.Errorf("explain: exit code %d, %s", code, errs)
	}
	for _, want := range []string{"系统维护中，请稍后再试 40 (100.0%)", "of 40 attempts without a response code, 40 (100%) explained by I1"} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

// TestContradicted: what follows from a code that profiles state otherwise than the evidence has it comes with that.
func TestContradicted(t *testing.T) {
	dir := t.TempDir()
	var log, settled strings.Builder
	settled.WriteString("交易时间,交易类型,交易金额,手续费,参考号,终端号\n")
	for i := range 400 {
		at, code := fmt.Sprintf("2026-11-20 %02d:%02d:00", 10+i/60, i%60), "00"
		if i >= 200 && i < 260 {
			code = "B4"
		} else {
			fmt.Fprintf(&settled, "%s,消费,%d.00,0.05,04121630%04d,10000001\n", at, 10+i, i)
		}
		fmt.Fprintf(&log, "%s.000 INFO TXN INST=NSH001 TID=10000001 MTI=0210 STAN=%06d RRN=04121630%04d PAN=622848******%04d AMT=%012d RC=%s RT=500ms\n", at, i+1, i, i, 1000+100*i, code)
	}
	for name, text := range map[string]string{"pos.log": log.String(), "settle.csv": settled.String(),
		"codes.yaml": "profiles:\n  - name: nsh\n    institution: NSH001\n    codes:\n      \"B4\": {outcome: approved, class: APPROVED, zh: 成功, en: success}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, view := range []string{"ops", "merchant"} {
		for lang, want := range map[string]string{"zh": "NSH001 的 B4（60 笔）按码表或配置算作“成功”，证据与之矛盾", "en": "At NSH001, B4 (60 attempts) counts as approved by table or configuration, and the evidence says otherwise"} {
			out, _, _ := poslog(t, "analyze", dir, "--view", view, "--lang", lang)
			if flat := strings.Join(strings.Fields(out), " "); !strings.Contains(flat, want) && !strings.Contains(strings.ReplaceAll(flat, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s %s: want %q in\n%s", view, lang, want, out)
			}
		}
	}
}

// TestCodesThatChange: a code that came in a part of an incident only is said with its time; codes that came all the
// time are not.
func TestCodesThatChange(t *testing.T) {
	for want, code := range map[string]func(i int) string{
		"91 30 (50.0%, 13:20–13:49), 96 30 (50.0%, 13:50–14:19)": func(i int) string { return []string{"91", "96"}[i/30] },
		"91 30 (50.0%), 96 30 (50.0%)":                           func(i int) string { return []string{"91", "96"}[i%2] },
	} {
		file := filepath.Join(t.TempDir(), "pos.csv")
		data := journal(600, func(i int) string {
			if i >= 200 && i < 260 {
				return code(i - 200)
			}
			return "00"
		})
		if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		out, _, _ := poslog(t, "analyze", file, "--lang", "en")
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

// TestContested: rows of one amount and minute that are paired one by one are said to be paired, not left alone.
func TestContested(t *testing.T) {
	write := writer(t, t.TempDir())
	a := write("pos.csv", "交易时间,终端号,金额,应答码\n"+strings.Repeat("2026-11-20 08:00,10000001,2.00,00\n", 3)+"2026-11-20 08:00,10000001,2.00,91\n")
	b := write("settle.csv", "交易时间,终端号,交易金额,手续费,净额\n"+strings.Repeat("2026-11-20 08:00,10000001,2.00,0.01,1.99\n", 3))
	out, _, code := poslog(t, "analyze", a, b, "--lang", "en", "--format", "csv")
	if code != exitDone || !strings.Contains(out, "matched,3,6.00") || !strings.Contains(out, "they were paired by outcome and time, please confirm them") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
