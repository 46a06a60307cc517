package analyze_test

import (
	"fmt"
	"strings"
	"testing"
)

// Two banks fill their codes up with zeros; one of them answers by the edition of ISO 8583
// that has as many digits.
func TestPaddedCodes(t *testing.T) {
	var b strings.Builder
	b.WriteString("交易时间,机构,终端号,流水号,交易类型,金额,应答码\n")
	for i := range 200 {
		bank, codes := "甲农商行", []string{"000", "005", "051", "000"}
		if i%2 == 1 {
			bank, codes = "乙农商行", []string{"000", "001", "116", "000"}
		}
		fmt.Fprintf(&b, "2026-11-20 08:%02d:%02d,%s,1000000%d,%06d,消费,12.30,%s\n", i/60, i%60, bank, i%2+1, i, codes[i/2%4])
	}
	for _, in := range run(t, "a.csv", b.String()).Totals.ByInstitution {
		approved := map[string]int{"甲农商行": 50, "乙农商行": 75}[in.Institution]
		if in.Approved != approved || in.Declined.Business != 100-approved {
			t.Errorf("%s: %+v, want %d approved", in.Institution, in.Count, approved)
		}
	}
}
