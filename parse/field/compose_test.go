package field

import "testing"

// TestCompose holds names that no dictionary lists against what a clerk takes them for.
func TestCompose(t *testing.T) {
	for _, c := range []struct {
		name string
		want Field
		unit Unit
	}{
		{"FINAL_AMOUNT", Amount, UnitAuto}, {"网上支付交易订单号", OrderNo, UnitAuto}, {"Processed Transaction Amount", Amount, UnitAuto}, {"txn_amount_paise", Amount, Minor},
		{"Authorized Amount", Amount, UnitAuto}, {"Valor da venda", Amount, UnitAuto}, {"动账金额", Amount, UnitAuto}, {"付款总金额(分)", Amount, Minor}, {"Total Amount USD", Amount, UnitAuto},
		{"Tax Amount", None, UnitAuto}, {"Tip Amount", None, UnitAuto}, {"优惠金额", None, UnitAuto}, {"原交易金额", None, UnitAuto}, {"退款金额", None, UnitAuto}, {"Original Amount", None, UnitAuto},
		{"fee_paise", Fee, Minor}, {"Valor da taxa", Fee, UnitAuto}, {"Service Charge Amount", None, UnitAuto}, {"结算手续费", None, UnitAuto},
		{"Valor líquido", Net, UnitAuto}, {"Funded Amount", Net, UnitAuto}, {"NET_CR_AMT", NetCredit, UnitAuto}, {"CREDIT_AMT", Credit, UnitAuto},
		{"Date of Transaction", Date, UnitAuto}, {"ENTRY_TIME", Time, UnitAuto}, {"Submit Date/Time", Time, UnitAuto}, {"Data da venda", Date, UnitAuto}, {"Hora da venda", Clock, UnitAuto},
		{"Created Datetime", Time, UnitAuto}, {"动账时间", Time, UnitAuto}, {"Expiration Date", None, UnitAuto}, {"Settlement Date/Time", SettleOn, UnitAuto}, {"Update Time", None, UnitAuto},
		{"Data prevista de pagamento", None, UnitAuto}, {"取引日時", Time, UnitAuto}, {"Response Time", None, UnitAuto}, {"Processing Time", None, UnitAuto},
		{"Processing Date", Date, UnitAuto}, {"Processing Transaction Amount", Amount, UnitAuto}, {"Processing Currency", Currency, UnitAuto}, {"Settlement Net Amount", Net, UnitAuto}, {"Card Issuer ID", None, UnitAuto},
		{"Código de autorização", AuthCode, UnitAuto}, {"Card Auth Code", AuthCode, UnitAuto}, {"Número do terminal", TID, UnitAuto}, {"Cardholder Number", PAN, UnitAuto}, {"消费卡号", PAN, UnitAuto},
		{"Processor Response Code", Code, UnitAuto}, {"银行返回码", Code, UnitAuto}, {"Processor Response Text", Text, UnitAuto}, {"Refusal Reason", Text, UnitAuto},
		{"动账方向", Direction, UnitAuto}, {"动账流水号", ChannelNo, UnitAuto}, {"merchant_reference", OrderNo, UnitAuto}, {"pg_txn_id", ChannelNo, UnitAuto},
		{"Merchant Name", None, UnitAuto}, {"Card Type", None, UnitAuto}, {"取引区分", Kind, UnitAuto}, {"Transaction Count", None, UnitAuto}, {"", None, UnitAuto}, {"()", None, UnitAuto},
		{"Created Timezone", TimeZone, UnitAuto}, {"Currency ISO Code", Currency, UnitAuto}, {"TXNAMT", Amount, UnitAuto},
		{"net_paise", Net, Minor}, {"merchant_reference1", OrderNo, UnitAuto}, {"Monto", Amount, UnitAuto}, {"Autorización", AuthCode, UnitAuto}, {"Net", None, UnitAuto}, {"Terminal", None, UnitAuto}, {"Order", OrderNo, UnitAuto}, {"Ordered", None, UnitAuto},
		{"原始交易检索参考号", OrigRRN, UnitAuto}, {"Original Transaction Reference", OrigRRN, UnitAuto}, {"原始系统跟踪号", OrigSTAN, UnitAuto}, {"原始交易日期时间", OrigTime, UnitAuto}, {"原订单号", None, UnitAuto}, {"原始订单金额", None, UnitAuto},
		{"stmt_date_time", Time, UnitAuto}, {"stmt_booking_date", Date, UnitAuto}, {"tr_amount", Amount, UnitAuto}, {"tr_status", Status, UnitAuto}, {"External id", None, UnitAuto},
	} {
		f, u, _, ok := Compose(c.name)
		if f != c.want || u != c.unit || ok != (f != None) {
			t.Errorf("%q: %v %v, want %v %v", c.name, f, u, c.want, c.unit)
		}
	}
}

func TestNameCurrency(t *testing.T) {
	for name, want := range map[string]string{
		"Amount (USD)": "USD", "amount_eur": "EUR", "交易金额（美元）": "USD", "金额(元)": "CNY", "Amount": "", "Betrag in CHF": "CHF", "Gross Amount": "", "金额": "", "Amount($)": "", "amount_paise": "INR",
		"Taxa (R$)": "BRL", "Transaction Amount (S$)": "SGD", "출금(원)": "KRW", "入金額（円）": "JPY", "Total RS": "", "AmountVND": "VND", "AMOUNTALL": "",
	} {
		if got := NameCurrency(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Whatever a name is, its words are told the same way twice, and only amounts have a unit.
func FuzzCompose(f *testing.F) {
	for _, s := range []string{"FINAL_AMOUNT", "Date of Transaction", "动账金额(分)", "é", "TXNDT1", "\xff金额"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		a, u, n, ok := Compose(name)
		b, v, m, again := Compose(name)
		if a != b || u != v || n != m || ok != again || ok != (a != None) || u != UnitAuto && !a.Money() {
			t.Errorf("%q: %v %v %d %v, then %v %v %d %v", name, a, u, n, ok, b, v, m, again)
		}
		NameCurrency(name)
	})
}
