package table

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// A reason that name and title of a file share is told once.
func TestBecauseTellsEachReasonOnce(t *testing.T) {
	if got := because([]string{"清算日期", "the word 清算", "the word 清算"}); got != "清算日期, the word 清算" {
		t.Error(got)
	}
}

// A settlement file may say that the money of a row was not paid out, beside whether it was paid.
func TestSettlementStates(t *testing.T) {
	for _, names := range []string{"txn_time,terminal_id,rrn,amount,fee,net,txn_status,settlement_status", "交易时间,终端号,参考号,金额,手续费,净额,交易状态,结算状态"} {
		c, sum := readText(t, names+"\n"+
			"2026-11-20 10:00:00,10000001,632500000001,100.00,0.60,99.40,SUCCESS,SETTLED\n"+
			"2026-11-20 10:01:00,10000001,632500000002,100.00,0.60,99.40,SUCCESS,PENDING\n"+
			"2026-11-20 10:02:00,10000001,632500000003,100.00,0.60,99.40,SUCCESS,未结算\n"+
			"2026-11-20 10:03:00,10000001,632500000004,100.00,0.60,99.40,SUCCESS,结算失败\n")
		if len(c.recs) != 4 {
			t.Fatal(c.rejects)
		}
		for i, want := range []string{"SUCCESS ", "SUCCESS unsettled", "SUCCESS unsettled", "结算失败 "} {
			r, said := c.recs[i], ""
			if r.Flags.Has(txn.Unsettled) {
				said = "unsettled"
			}
			if got := r.Status + " " + said; got != want {
				t.Errorf("%d: %s, want %s\n%s", i, got, want, strings.Join(sum.Notes, "\n"))
			}
		}
	}
}
