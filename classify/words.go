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
