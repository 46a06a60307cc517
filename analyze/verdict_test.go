package analyze_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestNearlyAll: a rate that is neither none nor all is not said to be one of these.
func TestNearlyAll(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,终端号,参考号,应答码,交易金额\n")
	for i := range 3000 {
		code := "00"
		if i == 1700 {
			code = "96"
		}
		fmt.Fprintf(&b, "2026-11-20 %02d:%02d:%02d,10000001,%012d,%s,1%d.00\n", i/3600+9, i/60%60, i%60, 100000000000+i, code, i)
	}
	v := run(t, "t.csv", b.String()).Verdict.Text
	for _, said := range []string{v.Zh, v.En} {
		if strings.Contains(said, "100.0%") || strings.Contains(said, "0.0%") || !strings.Contains(said, ">99.9%") || !strings.Contains(said, "<0.1%") {
			t.Error(said)
		}
	}
}
