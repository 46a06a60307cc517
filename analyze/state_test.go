package analyze_test

import (
	"fmt"
	"strings"
	"testing"
)

// States of a settlement file that nobody knows count as settled, and that is said.
func TestStatesNobodyKnows(t *testing.T) {
	for _, c := range []struct {
		other   string
		settled int
		strange string
	}{
		{"2", 10, "「2」"}, {"N", 10, "「N」"}, {"挂账", 10, "「挂账」"}, {"1-成功", 10, ""}, {"2-失败", 9, ""}, {"无效", 9, ""}, {"KO", 9, ""}, {"正常", 10, ""}, {"Autorizada A12345", 10, ""}, {"Rifiutato", 9, ""},
	} {
		var b strings.Builder
		b.WriteString("交易时间,终端号,参考号,交易金额,手续费,交易状态\n")
		for i := range 10 {
			state := "成功"
			if i == 9 {
				state = c.other
			}
			fmt.Fprintf(&b, "2026-11-20 08:00:%02d,10000001,%012d,10.00,0.06,%s\n", i, i+1, state)
		}
		r := run(t, "settlement.csv", b.String()).Reconciliation
		if want := int64(1000 * c.settled); r.Proof.SettlementAmount != want {
			t.Errorf("%s: settled %d, want %d", c.other, r.Proof.SettlementAmount, want)
		}
		if said := strings.Contains(r.Sides.Zh, "含义不明"); said != (c.strange != "") || !strings.Contains(r.Sides.Zh, c.strange) {
			t.Errorf("%s: %s", c.other, r.Sides.Zh)
		}
	}
}

// Numbers that stand for states tell nothing where there are several.
func TestStatesThatAreNumbers(t *testing.T) {
	for states, strange := range map[string]string{"1,1": "", "1,2": "「1」「2」", "Y,N": "「N」「Y」"} {
		one, other, _ := strings.Cut(states, ",")
		r := run(t, "settlement.csv", "交易时间,终端号,参考号,交易金额,手续费,交易状态\n2026-11-20 08:00:01,10000001,000000000001,10.00,0.06,"+one+"\n2026-11-20 08:00:02,10000001,000000000002,10.00,0.06,"+other+"\n").Reconciliation
		if said := strings.Contains(r.Sides.Zh, "含义不明"); said != (strange != "") || !strings.Contains(r.Sides.Zh, strange) {
			t.Errorf("%s: %s", states, r.Sides.Zh)
		}
	}
}

// A state that says that a row went through is believed, whatever its code says, and that is said.
func TestStateBesideRefusal(t *testing.T) {
	r := run(t, "settlement.csv", "交易时间,终端号,参考号,交易金额,手续费,应答码,交易状态\n2026-11-20 08:00:01,10000001,000000000001,10.00,0.06,51,成功\n2026-11-20 08:00:02,10000001,000000000002,10.00,0.06,00,成功\n").Reconciliation
	if r.Proof.SettlementAmount != 2000 || !strings.Contains(r.Sides.Zh, "「51 成功」") {
		t.Errorf("%d %s", r.Proof.SettlementAmount, r.Sides.Zh)
	}
}

// So do their codes that nobody knows, where no text beside them says more.
func TestCodesNobodyKnows(t *testing.T) {
	for _, c := range []struct {
		code, text string
		settled    int
		strange    string
	}{
		{"00", "", 10, ""}, {"51", "", 9, ""}, {"B4", "", 10, "「B4」"}, {"05", "", 10, "「05」"}, {"3531", "", 10, "「3531」"}, {"E0042", "余额不足", 9, ""}, {"E0042", "某某", 10, "「E0042」"},
	} {
		var b strings.Builder
		b.WriteString("交易时间,终端号,参考号,交易金额,手续费,应答码,应答信息\n")
		for i := range 10 {
			code, text := "00", "交易成功"
			if i == 9 {
				code, text = c.code, c.text
			}
			fmt.Fprintf(&b, "2026-11-20 08:00:%02d,10000001,%012d,10.00,0.06,%s,%s\n", i, i+1, code, text)
		}
		r := run(t, "settlement.csv", b.String()).Reconciliation
		if want := int64(1000 * c.settled); r.Proof.SettlementAmount != want {
			t.Errorf("%s %s: settled %d, want %d", c.code, c.text, r.Proof.SettlementAmount, want)
		}
		if said := strings.Contains(r.Sides.Zh, "含义不明"); said != (c.strange != "") || !strings.Contains(r.Sides.Zh, c.strange) {
			t.Errorf("%s %s: %s", c.code, c.text, r.Sides.Zh)
		}
	}
}
