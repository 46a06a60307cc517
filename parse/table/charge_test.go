package table

import (
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// What lies between amount and net amount is what was charged, whatever the columns of fees are
// called and however many there are.
func TestChargesAreWhatLiesBetween(t *testing.T) {
	for _, c := range []struct {
		name, text string
		fee, net   txn.Minor
	}{
		{"a tax on the fee", "id,date,type,amount,fee,tax,debit,credit\nP1,2026-11-20,payment,1000.00,20.00,3.60,0,976.40\n", 23_60, 976_40},
		{"a fee without tax beside one with it", "payment_id,transaction_date,type,currency,amount,net_amount,fee,vat,total_fee\nP1,2026-11-20,pay,SAR,100.00,98.85,1.00,0.15,1.15\n", 1_15, 98_85},
		{"parts and no fee", "Settlement Date,Transaction Date,RRN,Transaction Amount (NGN),Settlement Amount (NGN),Interchange Fee (NGN),Scheme Fee (NGN),Net Settlement (NGN),Response Code\n" +
			"2026-11-21,2026-11-20,632500000001,1000.00,1000.00,12.00,3.00,985.00,00\n", 15_00, 985_00},
		{"three columns with words of fees", "date,rrn,amount,net amount,msf fee,gateway charge,gst on both\n2026-11-20,632500000001,500.00,490.00,6.00,2.50,1.50\n", 10_00, 490_00},
		{"one more than is known", "date,order id,transaction amount,transaction fee,interchange fee,card scheme fee,net amount\n2026-11-20,A1,100.00,1.50,0.30,0.20,98.00\n", 2_00, 98_00},
		{"days as a spreadsheet counts them", "Transaction id,Date of Transaction,Transaction Amount,Settlement amount,Bank charges\nE1,46346,23800,23350.66,449.34\n", 449_34, 23350_66},
		{"a tax of the goods is no charge", "date,rrn,amount,tax,fee,net amount\n2026-11-20,632500000001,113.00,13.00,1.00,112.00\n", 1_00, 112_00},
		{"a tax that closes no gap", "date,rrn,amount,tax,fee,net amount\n2026-11-20,632500000001,113.00,13.00,1.00,110.00\n", 1_00, 110_00},
	} {
		got, sum := readText(t, c.text)
		if len(got.recs) != 1 || got.recs[0].Fee != c.fee || got.recs[0].Net != c.net {
			t.Errorf("%s: %+v %v\n%s", c.name, got.recs, got.rejects, strings.Join(sum.Notes, "\n"))
		}
	}
}

// Fees below zero are charges beside a net amount, too.
func TestNegativeFeesBesideNet(t *testing.T) {
	c, _ := readText(t, "账单日期,交易类型,订单号,下单时间,商家应收款,平台服务费\n2026-11-20,外卖订单,A1,2026-11-20 11:15:32,22.50,-3.00\n2026-11-20,外卖订单,A2,2026-11-20 12:15:32,-5.00,1.00\n")
	if len(c.recs) != 2 || c.recs[0].Fee != 3_00 || c.recs[1].Fee != -1_00 {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// What a list of settlements calls the entity of a row is its kind.
func TestEntityIsTheKind(t *testing.T) {
	c, _ := readText(t, "transaction_entity,entity_id,amount,currency,settled_at\nrefund,R1,12.00,INR,2026-11-20 12:00:00\npayout,P1,13.00,INR,2026-11-20 12:00:00\n")
	if len(c.recs) != 2 || c.recs[0].Kind != txn.Refund || c.recs[1].Kind != txn.Payout {
		t.Errorf("%+v %v", c.recs, c.rejects)
	}
}

// The amount is that from which the fee leads to the net amount, where another column has what the
// customer paid, less what the platform gave.
func TestGross(t *testing.T) {
	const text = "商户编号,交易时间,商户订单号,订单金额(元),实付金额(元),手续费(元),到账金额(元)\n" +
		"1032541236,2026-11-20 09:15:32,A1,128.00,128.00,0.49,127.51\n" +
		"1032541236,2026-11-20 09:25:32,A2,1028.00,1020.00,3.91,1024.09\n"
	for name, c := range map[string]struct {
		text   string
		amount txn.Minor
	}{
		"order":   {text, 1028_00},
		"paid":    {strings.Replace(text, "1024.09", "1016.09", 1), 1020_00},
		"neither": {strings.Replace(text, "1024.09", "1000.00", 1), 1020_00},
	} {
		got, sum := readText(t, c.text)
		if len(got.recs) != 2 || got.recs[1].Amount != c.amount || slices.ContainsFunc(sum.Notes, func(n string) bool { return strings.Contains(n, "is the amount, and not") }) != (name == "order") {
			t.Errorf("%s: %+v %q", name, got.recs, sum.Notes)
		}
	}
}

// 借贷标记 may say of what kind a card is, and the head what it says with 等于.
func TestMarkOfCard(t *testing.T) {
	got, sum := readText(t, "商户号=812310045110001\n交易日期,交易时间,终端号,参考号,借贷标记,交易类型,交易金额,手续费\n20261120,091532,12345678,406502000101,贷记卡,消费,1000.00,5.50\n20261120,091632,12345678,406502000102,借记卡,消费,10.00,0.05\n")
	if len(got.recs) != 2 || got.recs[1].Kind != txn.Sale || got.recs[1].MID != "812310045110001" {
		t.Errorf("%+v %q", got.rejects, sum.Notes)
	}
}

// Of two amounts without a net amount, the one that is the other less the fee is the net amount.
func TestNetAmongAmounts(t *testing.T) {
	const names = "交易完成时间,订单号,订单金额,手续费,应结订单金额,退款单号,退款金额\n"
	for name, c := range map[string]struct {
		text         string
		amount, sale txn.Minor // of the second row, net of the first
	}{
		"of sales and a refund":  {names + "2026-11-20 10:01:02,A1,100.00,0.38,99.62,,0.00\n2026-11-20 10:05:02,A2,50.00,0.19,49.81,,0.00\n2026-11-20 11:05:02,A1,0.00,-0.38,-99.62,R1,100.00\n", 50_00, 99_62},
		"of sales less a coupon": {names + "2026-11-20 10:01:02,A1,100.00,0.38,90.00,,0.00\n2026-11-20 10:05:02,A2,50.00,0.19,50.00,,0.00\n2026-11-20 11:05:02,A1,0.00,-0.38,0.00,R1,90.00\n", 50_00, txn.NoAmount},
		"without a fee":          {names + "2026-11-20 10:01:02,A1,100.00,0.00,100.00,,0.00\n2026-11-20 10:05:02,A2,50.00,0.00,50.00,,0.00\n2026-11-20 11:05:02,A1,0.00,0.00,0.00,R1,90.00\n", 50_00, txn.NoAmount},
	} {
		got, sum := readText(t, c.text)
		if len(got.recs) != 3 || got.recs[1].Amount != c.amount || got.recs[0].Net != c.sale {
			t.Errorf("%s: %+v %v\n%s", name, got.recs, got.rejects, strings.Join(sum.Notes, "\n"))
		}
	}
}

// A column that nobody knows is the amount where the fee leads from it to the net amount.
func TestGrossByValues(t *testing.T) {
	c, sum := readText(t, "PspReference,TransactionType,ExternalProcessingDate,SettlementCurrency,GrossSettlementAmount,FeesAmount,NetSettlementAmount\n"+
		"P1,PAYMENT,2026-11-20T10:00:00Z,EUR,100.00,1.00,99.00\nP2,PAYMENT,2026-11-20T11:00:00Z,EUR,50.00,0.50,49.50\nP3,REFUND,2026-11-20T12:00:00Z,EUR,-20.00,0.00,-20.00\n")
	if len(c.recs) != 3 || c.recs[0].Amount != 100_00 || c.recs[0].Net != 99_00 || c.recs[2].Amount != 20_00 {
		t.Errorf("%+v %v\n%s", c.recs, c.rejects, strings.Join(sum.Notes, "\n"))
	}
}

// The fees of refunds come back: where a file has no other rows, those below zero are no charges.
func TestFeesOfRefundsAlone(t *testing.T) {
	for _, text := range []string{
		"交易时间,订单号,交易状态,总金额,退款单号,退款金额,手续费\n2026-11-20 10:01:02,O1,REFUND,0.00,R1,10.00,-0.06\n2026-11-20 10:02:02,O2,REFUND,0.00,R2,20.00,-0.12\n",
		"交易时间,订单号,交易类型,交易金额,手续费\n2026-11-20 10:01:02,O1,退货,10.00,-0.06\n2026-11-20 10:02:02,O2,退货,20.00,-0.12\n",
	} {
		if c, sum := readText(t, text); len(c.recs) != 2 || c.recs[0].Kind != txn.Refund || c.recs[0].Fee != -6 {
			t.Errorf("%+v %v\n%s", c.recs, c.rejects, strings.Join(sum.Notes, "\n"))
		}
	}
}
