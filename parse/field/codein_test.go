package field

import "testing"

func TestCodeIn(t *testing.T) {
	for s, want := range map[string][2]string{
		"B4":              {"B4", ""},
		"B4-系统维护":         {"B4", "系统维护"},
		"05 不予承兑":         {"05", "不予承兑"},
		"51 余额不足":         {"51", "余额不足"},
		"05 Do not honor": {"05", "Do not honor"},
		"系统维护(B4)":        {"B4", "系统维护"},
		"A0-MAC校验错":       {"A0", "MAC校验错"},
		"A1校验失败":          {"A1", "校验失败"},
		"30元":             {},
		"3次":              {},
		"30天内未激活":         {},
		"30秒超时":           {},
		"24小时后重试":         {},
		"余额不足":            {},
		"Do not honor":    {},
		"12月31日到期":        {},
		"50分钟":            {},
	} {
		if code, text, ok := CodeIn(s); ok != (want[0] != "") || ok && (code != want[0] || text != want[1]) {
			t.Errorf("%s: %q %q %v", s, code, text, ok)
		}
	}
}
