package analyze

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/txn"
)

var causeWords = map[string]Text{
	"maintenance": {"银行维护", "maintenance"}, "network": {"网络", "network"}, "host": {"主机", "host"}, "terminal": {"终端", "terminal"},
	"security": {"密钥", "security"}, "cardholder": {"持卡人", "cardholder"}, "data_gap": {"数据缺失", "data gap"}, "undetermined": {"原因未定", "undetermined"},
}

// verdict is the first sentence of every report: how many incidents of which
// cause, the approval rate, and whether money is open.
func (p *pipeline) verdict() Verdict {
	r := p.result
	v := Verdict{Status: "ok"}
	var zh, en []string
	if n := len(r.Incidents); n > 0 {
		v.Status = "incidents"
		var zhCauses, enCauses []string
		for _, c := range r.Causes {
			k := 0
			for _, i := range r.Incidents {
				if i.Cause == c.Cause && i.Planned == c.Planned {
					k++
				}
			}
			w := causeWords[c.Cause]
			planned := Text{}
			if c.Planned {
				planned = Text{"（计划内）", "planned "}
			}
			zhCauses = append(zhCauses, fmt.Sprintf("%s%s %d", w.Zh, planned.Zh, k))
			enCauses = append(enCauses, fmt.Sprintf("%d %s%s", k, planned.En, w.En))
		}
		zh = append(zh, fmt.Sprintf("发现 %d 起异常：%s", n, strings.Join(zhCauses, "，")))
		en = append(en, fmt.Sprintf("%s: %s", plural(n, "incident"), strings.Join(enCauses, ", ")))
	} else if r.Totals.OnlyFailures() {
		zh = append(zh, "没有一笔成功：可能只导出了失败的交易，不能判断有无异常时段")
		en = append(en, "Not one approval: perhaps failures only were exported, so that incidents cannot be told")
	} else if r.Totals.OnlySuccesses() {
		zh = append(zh, "没有一笔失败：可能只导出了成功的交易，不能判断有无异常时段")
		en = append(en, "Not one failure: perhaps successes only were exported, so that incidents cannot be told")
	} else if r.Totals.Attempts > 0 && p.found.Limits.TooLittle {
		zh = append(zh, "数据太少，不能判断有无异常时段")
		en = append(en, "Too little data to say whether there was an incident")
	} else if r.Totals.Attempts > 0 {
		zh = append(zh, "未发现异常时段")
		en = append(en, "No incident")
	}
	if t := r.Totals; t.Attempts > 0 {
		approved, technical := digits.Percent(*t.ApprovalRate), digits.Percent(*t.TechnicalRate)
		zh = append(zh, fmt.Sprintf("共 %d 笔尝试，批准 %s，技术拒绝 %s", t.Attempts, approved, technical))
		en = append(en, fmt.Sprintf("%s, %s approved, %s technical declines", plural(t.Attempts, "attempt"), approved, technical))
		if t.Unknown > 0 {
			zh = append(zh, fmt.Sprintf("%d 笔结果不明", t.Unknown))
			en = append(en, fmt.Sprintf("%d with unknown outcome", t.Unknown))
		}
	}
	if r.Totals.Attempts == 0 {
		t := p.withoutAttempts()
		zh, en = append(zh, t.Zh), append(en, t.En)
	}
	if n := r.Reconciliation.ToDo(); n > 0 {
		zh = append(zh, fmt.Sprintf("对账有 %d 项需要处理", n))
		en = append(en, fmt.Sprintf("%s to reconcile", plural(n, "item")))
	}
	if r.Provisional {
		v.Status = "provisional"
		zh = append([]string{"结果为暂定（部分输入未能读懂）"}, zh...)
		en = append([]string{"Provisional (some input was not understood)"}, en...)
	}
	v.Text = Text{strings.Join(zh, "；") + "。", strings.Join(en, "; ") + "."}
	return v
}

// OnlyFailures reports whether no attempt is an approval and most are known to be none: an
// export of failures looks so.
func (t *Totals) OnlyFailures() bool {
	return t.Approved+t.Reversed == 0 && t.Declined.Technical+t.Declined.Business > 0
}

// OnlySuccesses reports whether all of many attempts are approvals: of hundreds some are refused, at least for want of
// funds, unless those were left out.
func (t *Totals) OnlySuccesses() bool {
	const many = 200
	return t.Attempts >= many && t.Approved == t.Attempts
}

// withoutAttempts says what the inputs hold where no row is an attempt.
func (p *pipeline) withoutAttempts() Text {
	if rec := p.result.Reconciliation; rec != nil && rec.Proof.SettlementRows > 0 {
		n, sums := rec.Proof.SettlementRows, p.settledSums()
		return Text{
			fmt.Sprintf("清算单 %d 笔，合计 %s；没有终端流水，未与终端核对", n, strings.Join(sums, "、")),
			fmt.Sprintf("%s, %s in all; no terminal log to compare with", plural(n, "settlement row"), strings.Join(sums, " and ")),
		}
	}
	n := p.book.Len(txn.Terminal) + p.book.Len(txn.Settlement)
	return Text{
		fmt.Sprintf("%d 条记录中没有可统计的交易（签到、回响、查询通知等不计）", n),
		fmt.Sprintf("No attempt to count among %s (sign-ons, echoes and notices are none)", plural(n, "record")),
	}
}

// settledSums is what the settlement side moves, "CNY 1,312.00", by currency.
func (p *pipeline) settledSums() (list []string) {
	sums := map[string]txn.Minor{}
	for _, t := range p.reconciled.Totals {
		if t.SettlementRows > 0 {
			sums[t.Currency] += t.SettlementAmount
		}
	}
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, c+" "+digits.GroupDecimal(sums[c].In(c)))
	}
	return list
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
