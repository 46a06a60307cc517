package analyze_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Many settlement files list neither a sale that is voided on its day nor its void. That says
// nothing against the approvals of either; a void that is absent while its sale is settled does.
func TestVoidsThatSettlementNets(t *testing.T) {
	for _, settled := range []bool{false, true} {
		var pos, bank strings.Builder
		pos.WriteString("交易时间,终端号,参考号,原参考号,交易类型,交易金额,应答码\n")
		bank.WriteString("交易时间,终端号,参考号,交易类型,交易金额\n")
		at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
		for i := range 200 {
			at = at.Add(3 * time.Minute)
			clock, rrn := at.Format(time.DateTime), 700000000000+10*i
			fmt.Fprintf(&pos, "%s,10000001,%d,,消费,%d.00,00\n", clock, rrn, 20+i)
			if i%10 == 0 {
				fmt.Fprintf(&pos, "%s,10000001,%d,%d,消费撤销,%d.00,00\n", at.Add(time.Minute).Format(time.DateTime), rrn+1, rrn, 20+i)
			}
			if i%10 != 0 || settled {
				fmt.Fprintf(&bank, "%s,10000001,%d,消费,%d.00\n", clock, rrn, 20+i)
			}
		}
		r := run(t, "pos.csv", pos.String(), "settlement.csv", bank.String())
		contradicted := 0
		for _, c := range r.Codes {
			if c.Status == "contradicted" {
				contradicted++
			}
		}
		if (contradicted > 0) != settled {
			t.Errorf("sales settled %v: %d codes contradicted: %+v", settled, contradicted, r.Codes)
		}
	}
}
