package classify

import (
	"fmt"
	"strings"
)

// zhWords are the field's Chinese terms for names that lines of evidence quote.
var zhWords = map[string]string{
	"sale": "消费", "void": "撤销", "refund": "退货", "preauth": "预授权", "preauth_void": "预授权撤销", "completion": "预授权完成",
	"balance": "余额查询", "unknown": "未注明类型",
	"approved": "成功", "declined": "失败", "reversed": "冲正",
	"institution": "机构", "merchant": "商户", "terminal": "终端", "carrier": "运营商", "region": "地区", "network": "网络", "model": "机型",
	"issuer": "发卡行", "bin": "卡 BIN", "entry_mode": "输入方式", "hour": "时段", "amount": "金额", "latency": "时延", "time": "时间",
}

func zh(word string) string {
	if w, ok := zhWords[word]; ok {
		return w
	}
	return word
}

// dependence is the unscored line that says where a code is frequent.
func dependence(list []Dependence) (Line, bool) {
	var z, e []string
	for _, d := range list {
		z = append(z, fmt.Sprintf("%s %s：%d/%d，其余 %d/%d", zh(d.Dim), d.Value, d.Rows, d.Attempts, d.OtherRows, d.OtherAttempts))
		e = append(e, fmt.Sprintf("%s %s: %d of %d attempts, elsewhere %d of %d", strings.ReplaceAll(d.Dim, "_", " "), d.Value, d.Rows, d.Attempts, d.OtherRows, d.OtherAttempts))
	}
	return Line{Name: "depends", Observed: Text{strings.Join(z, "；"), strings.Join(e, "; ")}, group: groups}, len(list) > 0
}

// Words says the split.
func (s *Split) Words() Text {
	return Text{fmt.Sprintf("%s %s：结算 %d/%d；其余 %d/%d", zh(s.Dim), s.Value, s.InSettled, s.In, s.OutSettled, s.Out),
		fmt.Sprintf("%s %s: %d of %d settle; elsewhere %d of %d", s.Dim, s.Value, s.InSettled, s.In, s.OutSettled, s.Out)}
}

// Words is the wording for the code's rows: the table's where it has one, what
// evidence found where that decided, and both where they disagree.
func (v Verdict) Words(m Meaning) Text {
	switch v.Status {
	case Decided:
		if v.Class == UnknownLocal && v.Outcome == Declined {
			return Text{"未成功，原因不明（据证据）", "not approved, reason open (from evidence)"}
		}
		t := v.explain()
		return Text{t.Zh + "（据证据）", t.En + " (from evidence)"}
	case IsMixed:
		return Text{v.Hypothesis.Explain().Zh + "：" + v.Split.Zh, v.Hypothesis.Explain().En + ": " + v.Split.En}
	case Contradicted:
		t := v.explain()
		return Text{m.Zh + "；但证据显示：" + t.Zh, m.En + "; but evidence shows: " + t.En}
	}
	return Text{m.Zh, m.En}
}

// explain says what the code means: the hypothesis, or its class where that has two of which
// neither leads clearly.
func (v Verdict) explain() Text {
	if v.Class == FundsLimit && !Leads(v.Posterior[v.Hypothesis], v.Confidence) {
		return Text{"余额不足或超限额，不能区分", "not enough funds or above a limit, which cannot be told apart"}
	}
	return v.Hypothesis.Explain()
}

// Advice is what the cashier does, by the verdict where evidence decided.
func (v Verdict) Advice(m Meaning) Text {
	if v.Status != Decided {
		return Text{m.ActionZh, m.ActionEn}
	}
	switch {
	case v.Outcome == Approved:
		return Text{"按成功处理，不要重刷，对账时核实", "treat as approved, do not charge again, verify at reconciliation"}
	case v.Outcome == Reversed:
		return Text{"款项已退回，可重刷", "the money went back, the card may be charged again"}
	case v.Class == Timeout:
		return Text{"先查询结果；冲正成功后再重刷", "inquire the result; charge again only after the reversal went through"}
	case v.Class == Cutover, v.Class == IssuerHost:
		return Text{"稍后再试", "try again later"}
	case v.Class == MerchantSetup:
		return Text{"联系收单机构开通", "ask the acquirer to enable it"}
	case v.Class == FundsLimit:
		return Text{"换卡或减少金额", "use another card or a smaller amount"}
	}
	return Text{m.ActionZh, m.ActionEn}
}
