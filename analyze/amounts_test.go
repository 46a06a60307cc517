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

// A side without a currency beside one of other decimals: its whole amounts are a hundred times too large.
func TestCurrencyOfOtherDecimals(t *testing.T) {
	const settled = "Date,Reference,Amount,Currency,Fee\n2026-11-20 10:00:00,100000000001,9750,XAF,97\n2026-11-20 10:03:00,100000000002,409020,XAF,4090\n"
	told := func(terminal string) bool {
		r := run(t, "t.csv", terminal, "s.csv", settled)
		k := slices.ContainsFunc(r.Problems, func(p analyze.Problem) bool { return p.Rule == "currency-assumed" })
		if k != r.Provisional {
			t.Errorf("provisional %v", r.Provisional)
		}
		return k
	}
	const rows = "Date,Terminal,Reference,Response Code,Amount"
	if !told(rows + "\n2026-11-20 10:00:00,10000001,100000000001,00,9750\n2026-11-20 10:03:00,10000001,100000000002,00,409020\n") {
		t.Error("not said")
	}
	if told(rows + ",Currency\n2026-11-20 10:00:00,10000001,100000000001,00,9750,XAF\n2026-11-20 10:03:00,10000001,100000000002,00,409020,XAF\n") {
		t.Error("said where the side states it")
	}
	if told(rows + "\n2026-11-20 10:00:00,10000001,100000000001,00,000000009750\n2026-11-20 10:03:00,10000001,100000000002,00,000000409020\n") {
		t.Error("said of minor units")
	}
}
