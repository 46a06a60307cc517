package field

import (
	"strings"
	"testing"
)

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		values       string
		sure, likely bool
	}{
		{"00 00 00 51 00 B4 00 55", true, true},
		{"00 00 00 05 00 14 51 51", true, true},
		{"00 00 00 00 00 00 51 51", true, true},
		{"0000 0000 0051 0000 0091", true, true},
		{"000 000 051 000 B4", false, false}, // of two lengths
		{"0 0 0 51 0 5 0 91", true, true},    // zeros lost in a spreadsheet
		{"51 91 55 51 51 B4 61 55", true, true},
		{"00 00 00 00", false, true},
		{"00 00 00 51", false, true}, // one is no proof
		{"00 00 03 06 12 00 24 00", false, true},
		{"00 02 00 08 00 20", false, true},                 // conditions at the point of service
		{"051 021 071 051 051", false, false},              // entry modes
		{"D0 T1 D1 T1 D0 T1", false, false},                // days until settlement
		{"A1 A2 A3 B1 B2 A1 A1", false, false},             // shelves
		{"17 23 51 62 08 33 91 74 12 45 88", false, false}, // any number
		{"01 02 03 04 05 51 51", false, false},             // a count
		{"0 0 1 0 1 0", false, false},
		{"00 00 成功 51", false, false},
		{"00 00 5.1 51", false, false},
		{"", false, false},
	} {
		if sure, likely := Codes(strings.Fields(c.values)); sure != c.sure || likely != c.likely {
			t.Errorf("Codes(%s) = %t, %t, want %t, %t", c.values, sure, likely, c.sure, c.likely)
		}
	}
}

func TestAnswers(t *testing.T) {
	for name, want := range map[string]bool{
		"主机返回": true, "银行返回": true, "受理结果": true, "应答代号": true, "交易状态码": true, "HOST_RSP": true, "bank result": true,
		"卡序列号": false, "分期期数": false, "渠道": false, "": false, "返回金额": false, "失败次数": false, "入账状态": false, "x1": false,
	} {
		if got := Answers(name); got != want {
			t.Errorf("Answers(%q) = %t", name, got)
		}
	}
}

func TestSucceeds(t *testing.T) {
	for name, want := range map[string]bool{
		"是否成功": true, "交易是否成功": true, "成功标志": true, "批准": true, "is_approved": true, "Success": true, "支付成功（是/否）": true,
		"成功笔数": false, "是否退款": false, "成功时间": false,
	} {
		if got := Succeeds(name); got != want {
			t.Errorf("Succeeds(%q) = %t", name, got)
		}
	}
}
