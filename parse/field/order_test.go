package field

import "testing"

func TestOrderOf(t *testing.T) {
	for text, want := range map[string]Order{
		"05/03/2026 x\n25/03/2026 y":       LikelyDay,
		"5/3/2026, 3/25/2026":              LikelyMonth,
		"05/03/2026":                       OrderAuto,
		"25/03/2026 03/25/2026":            OrderAuto,
		"a/25/03/2026/b 05/03/2026":        OrderAuto, // a path
		"2026/03/25 05/03/2026":            OrderAuto,
		"25/03/20261 05/03/2026":           OrderAuto,
		"41/03/2026 125/03/2026 25/3/1026": OrderAuto,
		`"25\/03\/2026"`:                   LikelyDay,
		"1/":                               OrderAuto, "/": OrderAuto, "25/03/20": OrderAuto, "25/03/2026": LikelyDay,
	} {
		if got := OrderOf([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
