package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerdictWithoutAttempts: inputs that hold no cardholder's attempt still get
// a first sentence that says what they hold.
func TestVerdictWithoutAttempts(t *testing.T) {
	for _, c := range []struct{ name, data, zh, en string }{
		{"settlement.csv", "交易时间,交易类型,交易金额,手续费,参考号\n2026-11-20 08:15:32,消费,12.30,0.05,041216300012\n2026-11-20 09:15:32,退货,-2.30,0.00,041216300013\n",
			"清算单 2 笔，合计 CNY 10.00；没有终端流水，未与终端核对。", "2 settlement rows, CNY 10.00 in all; no terminal log to compare with."},
		// A word says more than a code that may be the wallet's own; one of no table says nothing.
		{"words.csv", "Transaction_ID,Transaction_Date,Status,Response_code,Amount,Settled_Amount,Currency\n2026112000000001,2026-11-20 10:11:12,SUCCESS,01,10.00,9.90,CNY\n2026112000000002,2026-11-20 10:12:12,FAIL,227,20.00,0,CNY\n" +
			"2026112000000003,2026-11-20 10:13:12,COMPLETED,51,40.00,0,CNY\n2026112000000004,2026-11-20 10:14:12,,00,80.00,79.20,CNY\n",
			"清算单 2 笔，合计 CNY 90.00；没有终端流水，未与终端核对。", "2 settlement rows, CNY 90.00 in all; no terminal log to compare with."},
		{"echo.log", "2026-11-20 08:15:32.123 INFO TXN INST=NSH001 TID=10000001 MTI=0810 STAN=000123 RC=00\n2026-11-20 08:16:32.123 INFO TXN INST=NSH001 TID=10000001 MTI=0810 STAN=000124 RC=00\n",
			"2 条记录中没有可统计的交易（签到、回响、查询通知等不计）。", "No attempt to count among 2 records (sign-ons, echoes and notices are none)."},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			out, errs, code := poslog(t, "analyze", "--lang", lang, path)
			if code != exitDone || !strings.Contains(out, want) {
				t.Errorf("%s %s: exit code %d, want %q in\n%s%s", c.name, lang, code, want, out, errs)
			}
		}
	}
}
