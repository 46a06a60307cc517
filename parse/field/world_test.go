package field

import (
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// Names of exports in other languages, and those that serve two exports at once.
func TestForeignNames(t *testing.T) {
	for name, want := range map[string]Field{
		"取引日時": Time, "取引金額": Amount, "加盟店手数料": Fee, "端末識別番号": TID, "伝票番号": STAN, "承認番号": AuthCode, "取引区分": Kind, "差引残高": Ignore, "入金日": SettleOn,
		"거래일시": Time, "승인금액(원)": Amount, "수수료": Fee, "단말기번호": TID, "승인번호": AuthCode, "정산금액": Net, "거래구분": Kind, "카드번호": PAN, "출금": Debit, "입금": Credit,
		"特店訂單編號": OrderNo, "撥款日期": SettleOn, "授權碼": AuthCode, "應收款項(淨額)": Net, "交易金額": Amount,
		"Дата и время операции": Time, "Сумма операции": Amount, "Комиссия": Fee, "Номер терминала": TID, "Код авторизации": AuthCode, "Тип операции": Kind,
		"Estabelecimento": MID, "NSU/CV": STAN, "NSU Host": RRN, "Número da máquina": TID, "Valor Taxa/Tarifa": Fee, "Valor a receber": Net, "Horário": Clock, "Data prevista": None,
		"商户内部订单号": OrderNo, "账户号": PAN, "DOMESTIC AMT": Amount, "INTNL AMT": Amount, "APPROV CODE": AuthCode, "MSF": Fee, "Withdrawn": Debit, "Addebito": Debit, "Gutschrift": Credit,
		"TERMINAL NUMBER / External TID": TID, "DOMESTIC AMT / Transaction Amount": Amount, "Date / Amount": None, "trace_number": STAN, "date_day": Date, "Kiosk / Till": None, "日期/时间": Time, "D/C": Direction,
		"Valor da Taxa": Fee, "Taxa (%)": None, "手续费(%)": None, "手续费(0.38%)": Fee, "ค่าธรรมเนียม": Fee, "صافي المبلغ": Net, "صافي المبلغ (ريال)": Net, "مبلغ تراكنش": Amount, "תאריך עסקה": Date, "Số tiền báo có": Net, "Nominal Dibayar": Net, "振込予定日": SettleOn,
	} {
		if f, _, ok := Lookup(name); f != want || ok != (want != None) {
			t.Errorf("%q: %v, want %v", name, f, want)
		}
	}
}

func TestForeignKinds(t *testing.T) {
	for word, want := range map[string]txn.Kind{
		"売上": txn.Sale, "返品": txn.Refund, "売上取消": txn.Void, "仮売上": txn.PreAuth, "実売上": txn.Completion, "승인": txn.Sale, "승인취소": txn.Void, "환불": txn.Refund,
		"退貨": txn.Refund, "取消": txn.Void, "预授权取消": txn.PreAuthVoid, "Возврат": txn.Refund, "Покупка": txn.Sale, "Cancelamento": txn.Void, "Commission": txn.Fee, "Settlement": txn.BatchSettle,
	} {
		if got := ParseKind(word); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
}

func TestForeignAmounts(t *testing.T) {
	for raw, want := range map[string]struct {
		minor    txn.Minor
		currency string
	}{"6,500원": {6500, "KRW"}, "1,234円": {1234, "JPY"}, "CN¥12": {12, "CNY"}, "17美元": {17, "USD"}, "₫19.000": {19000, "VND"}, "CAD$12": {12, "CAD"}, "-₦1,200": {1200, "NGN"}, "12圆": {12, "CNY"}, "US$ 12元": {12, "USD"}} {
		if v, rule := ParseIn(raw, UnitAuto, DecimalAuto, 0, false); rule != "" || v.Minor != want.minor || v.Currency != want.currency {
			t.Errorf("%q: %+v %s", raw, v, rule)
		}
	}
	for word, want := range map[string]string{"RUR": "RUB", "CNY-人民币": "CNY", "156 人民币": "CNY", "人民币(CNY)": "CNY", "人民币(元)": "CNY", "美元（元）": "USD", "RMB元": "CNY", "01": "CNY", "014": "USD", "USD-人民币": ""} {
		if r, err := read(t, &Context{}, "currency", word); r.Currency != want || (err == nil) != (want != "") {
			t.Errorf("%s: %v %v, want %s", word, r.Currency, err, want)
		}
	}
}

func TestWordsOfMovements(t *testing.T) {
	for word, out := range map[string]bool{"进账": false, "出账": true, "入帐": false, "增加": false, "减少": true, "借方": true, "贷方": false, "D-借": true, "贷(C)": false, "DBIT": true, "CRDT": false,
		"Dr.": true, "支取": true, "存入": false, "Money Out": true, "Paid in": false, "Débito": true, "贷记卡": false} {
		r, err := read(t, &Context{}, "amount", "5.00", "direction", word)
		if got := r.Kind == txn.Refund; err != nil || got != out {
			t.Errorf("%s: out %v, %v", word, got, err)
		}
	}
	for name, want := range map[string]Field{"商家应收(元)": Net, "商户动账金额": Net, "商户回佣手续费": Fee, "动账场景": Kind, "transactionAmountCurrency": Currency} {
		if f, _, _ := Lookup(name); f != want {
			t.Errorf("%s: %v, want %v", name, f, want)
		}
	}
	if f, u, _ := Lookup("transactionAmountValue"); f != Amount || u != Whole {
		t.Errorf("transactionAmountValue: %v %v", f, u)
	}
}

// A word for what a row does may say as well that nothing came of it.
func TestKindsThatFailed(t *testing.T) {
	for word, want := range map[string]string{"退货失败": "退货失败", "退货中": "退货中", "退货成功": "", "退货": "", "SALE": ""} {
		r, err := read(t, &Context{}, "amount", "5.00", "kind", word)
		if err != nil || r.Status != want {
			t.Errorf("%s: status %q, %v", word, r.Status, err)
		}
		if r, _ = read(t, &Context{}, "amount", "5.00", "kind", word, "status", "成功"); r.Status != "成功" {
			t.Errorf("%s: the status column yields to it: %q", word, r.Status)
		}
	}
	if r, err := read(t, &Context{}, "time", "2026-11-20 08:15:32", "tid", "*", "issuer", "—"); err != nil || (r.TID != "" || r.Issuer != "") {
		t.Errorf("a mark for nothing was kept: %+v", r)
	}
}

func TestDottedClock(t *testing.T) {
	for raw, want := range map[string]string{"20-NOV-26 10.12.03.000000 PM": "22:12:03", "20/11/2026 10.12.03": "10:12:03", "20.11.2026 10.12.03": "10:12:03"} {
		r, err := read(t, &Context{}, "time", raw)
		if err != nil || r.At.Time().UTC().Format("15:04:05") != want {
			t.Errorf("%s: %v %v", raw, r.At, err)
		}
	}
}

func TestProcessingCodeAsKind(t *testing.T) {
	for word, want := range map[string]txn.Kind{"000000": txn.Sale, "200000": txn.Refund, "003000": txn.Sale, "100101": txn.KindUnknown, "000001": txn.KindUnknown} {
		r, err := read(t, &Context{}, "time", "2026-11-20 08:15:32", "kind", word)
		if err != nil || r.Kind != want {
			t.Errorf("%s: %v %v", word, r.Kind, err)
		}
	}
}

func TestCodesWithTheirMeaning(t *testing.T) {
	for raw, want := range map[string][2]string{"00 成功": {"00", "成功"}, "iso51_InsufficientFunds": {"51", "InsufficientFunds"}, "51：余额不足": {"51", "余额不足"}, "A0-MAC校验错": {"A0", "MAC校验错"}, "05 Do not honor": {"05", "Do not honor"}, "91(发卡行无应答)": {"91", "发卡行无应答"},
		"[00]": {"00", ""}, "【B4】系统维护": {"B4", "系统维护"}, "余额不足(51)": {"51", "余额不足"}, "Declined [05]": {"05", "Declined"}, "00|承兑": {"00", "承兑"}, "05|Do not honor": {"05", "Do not honor"}, "(A051)": {"A051", ""}, "": {"", ""},
		"B4(OK)": {"B4", "OK"}, "05[Do not honor]": {"05", "Do not honor"}, "B4(DECLINED": {"B4", "DECLINED"}, "<B4>": {"B4", ""}, "B4/系统维护": {"B4", "系统维护"},
		"GATEWAY(504)": {"GATEWAY(504)", ""}, "R1(2)": {"R1(2)", ""}, "00|51": {"00|51", ""}, "a(05)b": {"A(05)B", ""}, "[]": {"[]", ""},
		"0000": {"0000", ""}, "R1-2": {"R1-2", ""}, "NOTENOUGH": {"NOTENOUGH", ""}, "00/51": {"00/51", ""}, "SYSTEM ERROR": {"SYSTEM ERROR", ""}, "A0B": {"A0B", ""}, "51成功": {"51", "成功"}} {
		r, err := read(t, &Context{}, "time", "2026-11-20 08:15:32", "code", raw)
		if err != nil || r.Code != want[0] || r.Text != want[1] {
			t.Errorf("%q: %q %q %v", raw, r.Code, r.Text, err)
		}
	}
	for name, want := range map[string]Field{"@t": Time, "交易金额（万元）": None, "交易金额（元）": Amount, "交易金额（人民币元）": Amount, "交易金额(单位：分)": Amount} {
		if f, _, _ := Lookup(name); f != want {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// The name of an interface tells the kind by its last part; a method of payment or of HTTP is none.
func TestCalledKind(t *testing.T) {
	for name, want := range map[string]txn.Kind{
		"alipay.trade.pay": txn.Sale, "alipay.trade.query": txn.Sale, "alipay.trade.cancel": txn.Void, "alipay.trade.refund": txn.Refund,
		"alipay.trade.fastpay.refund.query": txn.Refund, "unified.trade.micropay": txn.Sale, "unified.micropay.reverse": txn.Void,
		"/pay/unifiedorder": txn.Sale, "POST": txn.KindUnknown, "credit": txn.KindUnknown, "com.acme.Gateway.send": txn.KindUnknown, "": txn.KindUnknown,
	} {
		if got := calledKind(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

// Fields as the standard calls them, and as programs make one word of that.
func TestNamesOfTheStandard(t *testing.T) {
	for name, want := range map[string]Field{
		"Message Type Indicator": MTI, "messageTypeIndicator": MTI, "Transmission Date and Time": SentAt, "Systems Trace Audit Number": STAN, "timeLocalTransaction": Clock,
		"dateLocalTransaction": Date, "amountTransaction": Amount, "currencyCodeTransaction": Currency, "Point of Service Entry Mode": EntryMode,
		"Point of Service Condition Code": CondCode, "Acquiring Institution Identification Code": Acquirer, "Forwarding Institution Identification Code": Forwarder,
		"Authorization Identification Response": AuthCode, "Card Acceptor Terminal Identification": TID, "cardAcceptorIdentificationCode": MID, "Track 2 Data": Ignore,
		"Jam Transaksi": Clock, "Nomor Kartu": PAN, "Kode Respon": Code, "feeAmountValue": Fee, "transactionRequestId": OrderNo,
	} {
		if got, _, _ := Lookup(name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if _, u, _ := Lookup("netSettlementAmountValue"); u != Whole {
		t.Error("the net amount of Antom's settlement is in minor units")
	}
}

// The word for what became of a row may have its code beside it.
func TestOutcomesWithCodes(t *testing.T) {
	for raw, want := range map[string][3]string{
		"成功[00]": {"成功", "00", ""}, "失败[51]余额不足": {"失败", "51", "余额不足"}, "交易失败（A7）": {"交易失败", "A7", ""}, "FAILED (0051) no funds": {"FAILED", "0051", "no funds"},
		"已退款(3.00)": {"已退款(3.00)", "", ""}, "部分退款(20)": {"部分退款(20)", "", ""}, "失败（密码错误）": {"失败", "", "密码错误"},
		"失败：B4": {"失败", "B4", ""}, "失败（B4-系统维护）": {"失败", "B4", "系统维护"}, "交易失败 05 不予承兑": {"交易失败", "05", "不予承兑"}, "失败-30元": {"失败", "", "30元"}, "失败：3次": {"失败", "", "3次"},
	} {
		r, err := read(t, &Context{}, "status", raw)
		if got := [3]string{r.Status, r.Code, r.Text}; err != nil || got != want {
			t.Errorf("%s: %q, %v", raw, got, err)
		}
	}
}

// A date may have its day of the week beside it, in Chinese, Japanese and Korean; Thai ones have
// years of the Buddhist era.
func TestDatesOfTheEast(t *testing.T) {
	for raw, want := range map[string]string{
		"2026-11-20(周五)": "2026-11-20", "2026年11月20日 星期五": "2026-11-20", "2026/11/20(金)": "2026-11-20", "2026年11月20日（金）": "2026-11-20", "2026年11月20日金曜日": "2026-11-20", "2026-11-20 금요일": "2026-11-20",
		"令和8年11月20日": "2026-11-20", "令和元年5月1日": "2019-05-01", "平成31年4月30日(火)": "2019-04-30",
		"29/02/2567": "2024-02-29", "25690220": "2026-02-20", "2569-11-20": "2026-11-20", "2026-11-20": "2026-11-20",
	} {
		r, err := read(t, &Context{Buddhist: true, Order: DayFirst}, "date", raw)
		if err != nil || r.At.Time().Format(time.DateOnly) != want {
			t.Errorf("%s: %v, %v", raw, r.At.Time(), err)
		}
	}
	for raw, rule := range map[string]string{"2569-11-20": "before 1980 or after 2100", "1405/08/29": "Islamic", "14050829": "Islamic", "1448-06-10": "Islamic", "0001-01-01": "before 1980"} {
		if _, err := read(t, &Context{}, "date", raw); err == nil || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
