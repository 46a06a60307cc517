package table

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

func TestLegends(t *testing.T) {
	for _, c := range []struct {
		name string
		want legend
	}{
		{"交易类型（01支付 02支付不成功 03退款 04部分退款）", legend{"1": "支付", "2": "支付不成功", "3": "退款", "4": "部分退款"}},
		{"状态(0-成功,1-失败)", legend{"0": "成功", "1": "失败"}},
		{"支付状态：Y为成功；N为失败", legend{"Y": "成功", "N": "失败"}},
		{"Status (0=Success,1=Failed)", legend{"0": "Success", "1": "Failed"}},
		{"状态: 0=待支付, 01=已支付, -1=已关闭/作废", legend{"0": "待支付", "1": "已支付", "-1": "已关闭"}},
		{"状态：1成功 1失败", nil},
		{"交易金额（单位：元）", nil},
		{"交易状态", nil},
		{"手续费（0.6%）", nil},
	} {
		got := legendOf(c.name)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
		for k, v := range c.want {
			if got[k] != v {
				t.Errorf("%s: %s is %q, want %q", c.name, k, got[k], v)
			}
		}
	}
}

// Numbers of kinds and states whose column says what they are; a spreadsheet dropped the zero of one.
func TestLegendRead(t *testing.T) {
	c, sum := readText(t, `商户号,订单号,"交易类型(01:消费,02:退货)","状态(0-处理中,1-成功,2-失败,3-已关闭,4-退款中,5-部分退款,6-全额退款)",交易金额,交易时间
898330154110001,A0001,01,1,50.00,2026-11-20 08:15:32
898330154110001,A0002,01,2,51.00,2026-11-20 08:16:32
898330154110001,A0003,2,1,52.00,2026-11-20 08:17:32
`)
	for i, want := range []struct {
		kind   txn.Kind
		status string
	}{{txn.Sale, "成功"}, {txn.Sale, "失败"}, {txn.Refund, "成功"}} {
		if r := c.recs[i]; r.Kind != want.kind || r.Status != want.status {
			t.Errorf("row %d: %v %q", i+1, r.Kind, r.Status)
		}
	}
	if !strings.Contains(strings.Join(sum.Notes, "\n"), "column 交易类型 says") {
		t.Errorf("notes: %q", sum.Notes)
	}
}

// A dump says of its columns what they are and what their values mean.
func TestNotesOfDumps(t *testing.T) {
	const rows = "('000001','10000001',1230,1,'S','2026-11-20 08:15:40'),('000002','10000001',2230,1,'F','2026-11-20 08:16:40'),('000003','10000001',500,2,'S','2026-11-20 08:17:40')"
	for name, text := range map[string]string{
		"in the definition": "CREATE TABLE `t` (\n`lsh` varchar(30) NOT NULL COMMENT '系统跟踪号',\n`zdh` char(8) COMMENT '终端号',\n`je` decimal(12,0) DEFAULT 0 COMMENT '交易金额,单位分',\n" +
			"`jylx` tinyint COMMENT '交易类型 1:消费 2:退货',\n`zt` char(1) COMMENT '交易状态（S成功 F失败）',\n`jysj` datetime COMMENT '交易时间',\nKEY `k` (`lsh`)\n);\nINSERT INTO `t` VALUES " + rows + ";\n",
		"behind it": "create table POS.T (LSH varchar2(30), ZDH char(8), JE number(12), JYLX number(1), ZT char(1), JYSJ date);\ncomment on table POS.T is '流水';\n" +
			"comment on column POS.T.LSH\n  is '系统跟踪号';\ncomment on column POS.T.ZDH is '终端号';\ncomment on column POS.T.JE is '交易金额,单位分';\ncomment on column POS.T.JYLX is '交易类型 1:消费 2:退货';\n" +
			"comment on column POS.T.ZT is '交易状态（S成功 F失败）';\ncomment on column POS.T.JYSJ is '交易时间';\ninsert into POS.T (LSH, ZDH, JE, JYLX, ZT, JYSJ) values " + rows + ";\n",
	} {
		c, _ := read(t, stream("t.sql", []byte(text)))
		if len(c.recs) != 3 {
			t.Fatalf("%s: %d records, %v", name, len(c.recs), c.rejects)
		}
		a, b, r := c.recs[0], c.recs[1], c.recs[2]
		if a.STAN != "000001" || a.TID != "10000001" || a.Amount != 1230 || a.Kind != txn.Sale || b.Status != "失败" || r.Kind != txn.Refund || r.Amount != 500 {
			t.Errorf("%s: %v %v %v", name, a, b, r)
		}
	}
}
