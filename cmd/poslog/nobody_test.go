package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// paidDay writes what a settlement file has of the same day as [shopDay], whatever the till's file lacks.
func paidDay(minutes []int) string {
	var b strings.Builder
	b.WriteString("清算日期,交易日期,交易时间,商户号,终端号,交易类型,参考号,交易金额,手续费,结算金额\n")
	for i, m := range minutes {
		fmt.Fprintf(&b, "2026-11-21,2026-11-20,%02d:%02d:10,898330154110001,10000001,消费,%012d,%d.00,0.00,%d.00\n", m/60, m%60, 500000+i, 10+i%90, 10+i%90)
	}
	return b.String()
}

// An hour and a half in which a till has no attempt is never taken for a quiet one: where money came of it the
// log is missing, which explains what was settled; else nobody knows, and that is said.
func TestNobodyTraded(t *testing.T) {
	var minutes []int
	for m := 9 * 60; m < 21*60; m++ {
		minutes = append(minutes, m)
	}
	till := strings.SplitAfter(regexp.MustCompile(`消费,\d+`).ReplaceAllString(shopDay(minutes, func(int) string { return "" }), "消费,"), "\n") // without trace numbers
	paid := strings.SplitAfter(paidDay(minutes), "\n")
	hole := func(lines []string) string {
		return strings.Join(append(append([]string{}, lines[:1+4*60]...), lines[1+4*60+90:]...), "")
	}
	for _, c := range []struct {
		name, till, paid string
		incidents        int
		missing          string
		unlogged         int
		zh, merchant     []string
	}{
		{"paid", hole(till), strings.Join(paid, ""), 1, "log", 90,
			[]string{"缺日志：全部（应有约 92 笔）", "缺日志的时段另有清算：90 笔（", "补齐日志后再核对"},
			[]string{"没有一笔失败：可能只导出了成功的交易", "缺日志：全部（应有约 92 笔）。这段时间有交易但没有记录：请补交", "另有清算：90 笔（"}},
		{"not paid", hole(till), hole(paid), 0, "unknown", 0,
			[]string{"没有数据：全部（应有约 92 笔；缺日志还是停业，本数据不能区分）"},
			[]string{"没有一笔失败：可能只导出了成功的交易", "本数据不能区分）。若当时营业，请查电源、网络与终端"}},
		{"paid without a till all day", hole(till), regexp.MustCompile(`(\d)\.00,0\.00,(\d+)\.00`).ReplaceAllString(strings.ReplaceAll(strings.Join(paid, ""), ",000000500", ",000000900"), "$1.50,0.00,$2.50"), 0, "unknown", 0, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			write := writer(t, t.TempDir())
			files := []string{write("till.csv", c.till), write("settle.csv", c.paid)}
			r := analyzeJSON(t, files...)
			if len(r.Incidents) != c.incidents || len(r.Health.Gaps) != 1 {
				t.Fatalf("%d incidents, gaps %v", len(r.Incidents), r.Health.Gaps)
			}
			if g := r.Health.Gaps[0]; g.Missing != c.missing || g.What != "*" || g.Start.Format("15:04") != "12:59" || g.End.Format("15:04") != "14:30" {
				t.Errorf("gap %+v", g)
			}
			for _, in := range r.Incidents {
				if saw := in.Evidence[0].Observed.Zh; !strings.HasSuffix(saw, "清算文件中这段时间有 90 笔日志没有的交易；缺的是日志") {
					t.Error(saw)
				}
			}
			unlogged := 0
			for _, it := range r.Reconciliation.Items {
				if it.Incident == "I1" && it.State == "settlement_only" && it.Call == "nobody" && strings.Contains(it.Advice.En, "I1") {
					unlogged++
				}
			}
			if unlogged != c.unlogged {
				t.Errorf("%d items are explained by the missing log, want %d", unlogged, c.unlogged)
			}
			for view, want := range map[string][]string{"ops": c.zh, "merchant": c.merchant} {
				out, _, _ := poslog(t, append([]string{"analyze", "--lang", "zh", "--view", view}, files...)...)
				flat := strings.Join(strings.Fields(out), "")
				for _, w := range want {
					if !strings.Contains(flat, strings.ReplaceAll(w, " ", "")) {
						t.Errorf("no %q in\n%s", w, out)
					}
				}
			}
		})
	}
}
