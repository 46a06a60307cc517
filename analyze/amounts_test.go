package analyze_test

import (
	"slices"
	"testing"

	"github.com/poslog/poslog/analyze"
)

// Without a column of amounts there is no sum of money, and ¥0.00 is not one.
func TestNoAmounts(t *testing.T) {
	told := func(r *analyze.Result) bool {
		return slices.ContainsFunc(r.Problems, func(p analyze.Problem) bool { return p.Rule == "no-amounts" })
	}
	if r := run(t, "t.csv", "交易时间,终端号,参考号,应答码\n2026-11-20 10:00:00,10000001,100000000001,00\n2026-11-20 10:03:00,10000001,100000000002,91\n"); !told(r) || r.Provisional {
		t.Errorf("without amounts: %+v", r.Problems)
	}
	if r := run(t, "t.csv", "交易时间,终端号,参考号,应答码,交易金额\n2026-11-20 10:00:00,10000001,100000000001,00,0.00\n2026-11-20 10:03:00,10000001,100000000002,91,5.00\n"); told(r) {
		t.Errorf("with amounts: %+v", r.Problems)
	}
}
