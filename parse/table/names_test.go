package table

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/sheet"
)

// Column names as acquirers, aggregators and rural banks write them, with the
// columns that stay unknown.
func TestColumnNames(t *testing.T) {
	for header, unknown := range map[string]string{
		"商户编号,商户名称,终端编号,交易日期,交易时间,交易类型,卡号,交易金额,商户手续费,入账金额,清算日期,检索参考号,流水号,批次号,发卡行,卡类型,授权码,交易渠道,商户订单号":                                                                      "",
		"交易时间,商户号,终端号,门店名称,交易类型,支付方式,订单金额,实收金额,手续费,交易状态,流水号,订单号,参考号":                                                                                                      "",
		"交易时间,门店名称,终端号,收款方式,交易类型,订单金额,商户优惠,实收金额,手续费,结算金额,商户订单号,收钱吧订单号,支付源订单号,付款账户,状态,操作员":                                                                                 "收款方式,商户优惠,付款账户",
		"机构号,机构名称,商户编号,商户名称,终端编号,系统跟踪号,检索参考号,交易日期,交易时间,交易金额,交易类型,应答码,应答描述,卡号,发卡行,交易状态,报文类型,处理码":                                                                           "",
		"序号,清算日期,交易日期,交易时间,终端号,交易卡号,卡种,交易类型,交易金额,手续费,清算净额,系统参考号,终端流水号,备注":                                                                                                 "",
		"对账日期,交易日期时间,子商户号,终端号,POS流水号,原交易流水号,借贷标志,交易本金,商户扣率,商户回佣,应付商户金额,参考号":                                                                                               "",
		"Transaction Date,Settlement Date,Terminal ID,Merchant ID,Card Number,Auth Code,RRN,STAN,Transaction Type,Transaction Amount,MDR Amount,Net Amount,Response Code": "",
		"TXN_DATE,TXN_TIME,MCHT_CD,TERM_ID,SYS_TRA_NO,RETRIVL_REF,PRI_ACCT_NO,TRANS_AT,RESP_CD,TRANS_ID,ACQ_INS_ID_CD,FWD_INS_ID_CD,ISS_INS_ID_CD,MSG_TP":                 "TRANS_ID",
		"交易日期,交易时间,受理机构,商户代码,终端代码,交易金额(元),手续费(元),清算金额(元),交易返回码,交易流水,检索参考号,交易渠道,运营商,所属地市,终端型号,耗时(毫秒),失败描述":                                                                 "",
		"@timestamp,_source.host.name,_source.tid,_source.amount,_source.respCode": "_source.host.name",
		"pos_txn.trans_time,pos_txn.term_id,pos_txn.tran_amt,pos_txn.resp_code":    "",
	} {
		r := &sheet.Row{}
		for name := range strings.SplitSeq(header, ",") {
			r.Cells = append(r.Cells, sheet.Cell{Text: name})
		}
		m := newMapping(r)
		var none []string
		for _, c := range m.columns {
			if c.field.String() == "none" {
				none = append(none, c.name)
			}
		}
		if got := strings.Join(none, ","); got != unknown {
			t.Errorf("%.40s…: unknown %q, want %q", header, got, unknown)
		}
		if !m.timed() || !m.valued() {
			t.Errorf("%.40s…: timed %v, valued %v", header, m.timed(), m.valued())
		}
	}
}
