package report

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// The totals that files state about themselves are named in the language of the
// report; counts are no money.
func TestTotalsOfFiles(t *testing.T) {
	r := fixture()
	in := &r.Inputs[0]
	in.Checks = nil
	r.Problems = nil
	for what, stated := range map[string]string{"count": "43", "in_count": "1", "neutral_count": "0", "out_amount": "28.16", "refund_amount": "0.35", "sale_net": "1.00", "debit": "2.00", "credit": "3.00", "fee": "0.59"} {
		in.Checks = append(in.Checks, analyze.Check{What: what, Stated: 1, Read: 5, Position: "x.csv:8:1"})
		r.Problems = append(r.Problems, analyze.Problem{Position: "x.csv:8:1", Rule: "total-differs", Text: "the file states " + what, Excerpt: what + " " + stated + " ≠ 5"})
	}
	for lang, want := range map[string][]string{
		"zh": {"自带合计（笔数）不符：文件写 1，读到 5（", "（收入笔数）不符：文件写 1，读到 5", "（不计收支笔数）不符：文件写 1，读到 5", "（支出金额）不符：文件写 ¥0.01，读到 ¥0.05", "（退款金额）", "（交易净额）", "（借方金额）", "（贷方金额）", "支出金额 28.16 ≠ 5", "收入笔数 1 ≠ 5"},
		"en": {"(count)", "(money-in count) that does not agree: stated 1, read 5", "(neutral count)", "(money-out amount) that does not agree: stated ¥0.01, read ¥0.05", "(refund amount)", "(sale net)", "(debits)"},
	} {
		text := string(render(t, "text", r, Options{Lang: lang, View: Ops, Width: 600}))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q", lang, w)
			}
		}
		if lang == "zh" && strings.ContainsAny(text[strings.Index(text, "自带合计"):], "_") {
			t.Error("the Chinese report has the JSON's name of a total")
		}
	}
}
