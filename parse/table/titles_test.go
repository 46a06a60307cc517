package table

import (
	"testing"

	"github.com/poslog/poslog/txn"
)

// The settlement date in a title is that of every row, unless the title speaks of several days.
func TestSettlementDateOfTitle(t *testing.T) {
	for _, c := range []struct {
		title string
		want  txn.Date
	}{
		{"清算日期：2026-11-20,币种：人民币", 20261120},
		{"清算日期：20261120", 20261120},
		{"清算日期：2026-11-20 至 2026-11-20,币种：人民币", 20261120},
		{"清算日期：2026年11月20日 至 2026年11月20日", 20261120},
		{"清算日期：2026-11-20 打印时间：2026-11-21 08:00", 20261120},
		{"清算日期,2026-11-20,,制表日期,2026-11-21", 20261120},
		{"清算日期：2026-11-20 至 2026-11-27,币种：人民币", 0},
		{"清算日期：2026-11-20至2026-11-27", 0},
		{"清算日期：20261120-20261127", 0},
		{"清算日期：2026-11-20 00:00:00 ~ 2026-11-27 23:59:59", 0},
		{"清算日期：2026年11月20日-27日", 0},
		{"清算日期,2026-11-20,至,2026-11-27", 0},
		{"清算日期：2026-11-20,至2026-11-27", 0},
	} {
		got, _ := readText(t, c.title+"\n交易日期,交易时间,终端号,参考号,交易金额,手续费\n"+
			"2026-11-20,10:00:00,10000001,123456789012,20.00,0.12\n2026-11-20,10:05:00,10000001,123456789013,30.00,0.18\n")
		if len(got.recs) != 2 || got.recs[0].SettleOn != c.want {
			t.Errorf("%s: %d rows, settled on %d, want %d", c.title, len(got.recs), got.recs[0].SettleOn, c.want)
		}
	}
}
