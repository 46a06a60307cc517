package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// A log in prose is read where its names say what their values are.
func TestProse(t *testing.T) {
	for _, c := range []struct {
		form string // of trace number, amount in fen, code and kind
		kind bool   // it says the kind
	}{
		{"终端10000001 商户898330154110001 %[4]s 流水%06[1]d 金额%[2]d分 应答码%[3]s 备注", true},
		{"%[4]s 终端10000001，流水号%06[1]d，金额%[2]d分，应答码为%[3]s（已处理）", true},
		{"终端号10000001发起%[4]s交易，交易金额%[5]s元，流水号%06[1]d，应答码为%[3]s（请取消交易）", true},
		{"手续费0.50元，终端10000001%[4]s%[5]s元，原流水号000099，流水号%06[1]d，应答码%[3]s", true},
		{"INFO tid 10000001 stan %06[1]d rc %[3]s amt %[5]s", false},
		{"Transaction on terminal 10000001, trace %06[1]d, amount %[5]s CNY, response code %[3]s", false},
		{"TXN KIND=%[4]s tid 10000001 stan %06[1]d rc %[3]s amt %[5]s", true},
	} {
		var b strings.Builder
		for i := range 9 {
			code, kind := []string{"00", "00", "B4"}[i%3], "消费"
			if i%4 == 3 {
				kind = "退货"
			}
			amount := 1000 + i
			fmt.Fprintf(&b, "2026-11-20 08:00:%02d %s\n", i, strings.TrimSuffix(fmt.Sprintf(c.form+"%.0[1]s%.0[2]s%.0[3]s%.0[4]s%.0[5]s", i+1, amount, code, kind, fmt.Sprintf("%d.%02d", amount/100, amount%100)), " "))
		}
		_, list := readOne(t, "prose.log", b.String())
		if len(list) != 9 {
			t.Errorf("%s: %d records", c.form, len(list))
			continue
		}
		for i, r := range list {
			kind := txn.KindUnknown
			if c.kind {
				kind = []txn.Kind{txn.Sale, txn.Sale, txn.Sale, txn.Refund}[i%4]
			}
			if r.TID != "10000001" || r.STAN != fmt.Sprintf("%06d", i+1) || r.Amount != txn.Minor(1000+i) || r.Code != []string{"00", "00", "B4"}[i%3] || r.Kind != kind {
				t.Errorf("%s: line %d: %+v", c.form, i+1, r)
				break
			}
		}
	}
}

// An attempt that nobody answered says so in prose as well.
func TestProseTimeout(t *testing.T) {
	const told = "08:00:01 终端10000001 流水000001 金额12.50元 应答码00\n"
	_, list := readOne(t, "prose-20261120.log", told+told+told+"08:00:04 终端10000001 流水000004 金额12.50元 通讯超时\n")
	if len(list) != 4 || list[3].Code != "" || !list[3].Flags.Has(txn.TimedOut) || list[3].Amount != 12_50 {
		t.Errorf("%d records: %+v", len(list), list)
	}
}

// What has no code, or few lines that tell of a transaction, is no such log.
func TestNoProse(t *testing.T) {
	const told = "2026-11-20 08:00:01 终端10000001 流水000001 金额12.50元 应答码00\n"
	for _, text := range []string{
		strings.Repeat("2026-11-20 08:00:01 终端10000001 流水000001 金额12.50元\n", 5),
		strings.Repeat("2026-11-20 08:00:01 server started on port 8080 code 00\n", 5),
		told + told + strings.Repeat("2026-11-20 08:00:01 心跳正常\n", 9),
		strings.Repeat("2026-11-20 08:00:01 TID=10000001 STAN=000001 AMT=12.50 RC=00\n", 5),
	} {
		if prose([]byte(text)) {
			t.Errorf("prose: %s", text)
		}
	}
}

// What became of a transaction may be said without its code.
func TestProseOfOutcomes(t *testing.T) {
	const told = "2026-11-20 08:00:01 终端10000001 消费 12.50元 成功\n"
	_, list := readOne(t, "prose.log", told+told+"2026-11-20 08:00:03 终端10000001 消费 12.50元 失败(B4)\n"+told)
	if len(list) != 4 || list[0].Status != "成功" || list[0].Amount != 12_50 || list[0].Kind != txn.Sale || list[2].Code != "B4" || list[2].Status != "失败" {
		t.Errorf("%d records: %+v", len(list), list)
	}
}
