package field

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/poslog/poslog/txn"
)

// kindWords are looked up whole first and, failing that, as parts of a longer
// word in this order: the more specific stands before what it contains
// (消费撤销冲正 is a reversal, 预授权完成撤销 a void).
var kindWords = []struct {
	kind  txn.Kind
	words string
}{
	{txn.Reversal, "冲正|СТОРНО|自动冲正|消费冲正|撤销冲正|REVERSAL|REVERSE|AUTOREVERSAL"},
	{txn.Void, "预授权完成撤销|完成撤销|VOIDCOMPLETION|COMPLETIONVOID"},
	{txn.PreAuthVoid, "预授权撤销|预授权取消|仮売上取消|PREAUTHVOID|PREAUTHCANCEL|AUTHCANCEL|VOIDPREAUTH|AUTHVOID"},
	{txn.Completion, "预授权完成|実売上|CONFIRMACIÓN|CONFIRMACION|授权完成|PREAUTHCOMPLETION|PREAUTHCOMPLETE|COMPLETION|AUTHCOMPLETE|CAPTURE|CAPTURED|ICSBILL"},
	{txn.PreAuth, "预授权|PREAUTORIZACIÓN|PREAUTORIZACION|ÖNOTORIZASYON|仮売上|オーソリ|与信|PREAUTH|AUTHONLY|AUTHORIZEONLY|PREAUTHORIZATION|AUTHORIZATION|AUTHORISATION|AUTH|ICSAUTH"},
	{txn.Refund, "退货|TH|TK|ZF02|PENGEMBALIAN|PENGEMBALIANDANA|退貨|ВОЗВРАТ|IADE|HOÀNTIỀN|返品|返金|환불|반품|부분취소|退款|联机退货|部分退款|全额退款|退款交易|RÜCKZAHLUNG|RUECKZAHLUNG|REEMBOLSO|REMBOURSEMENT|RIMBORSO|DEVOLUÇÃO|DEVOLUCAO|DEVOLUCIÓN|DEVOLUCION|ESTORNO|TERUGBETALING|GUTSCHRIFT|REFUNDERING|REFUSJON|ÅTERBETALNING|ÅTERKÖP|TILBAGEBETALING|HYVITYS|PALAUTUS|ZWROT|VRATKA|REFUNDACE|VISSZATÉRÍTÉS|VISSZÁRU|RESTITUIRE|扫码退款|消费退货|逆向|逆向交易|逆向订单|负向|负向交易|反向|反向交易|REFUND|REFUNDED|RETURN|ICSCREDIT|PARTIALREFUND|PAYMENTREFUND|คืนเงิน|استرجاع|استرداد|مرتجع|برگشت وجه|بازگشت وجه|זיכוי|החזר|HOÀN TRẢ|RETUR|RETOUR|RETOURE"},
	{txn.Void, "撤销|ОТМЕНА|IPTAL|HỦY|取消|취소|CANCELAMENTO|CANCELACIÓN|CANCELACION|消费撤销|扫码撤销|撤单|REVOKED|VOID|VOIDED|CANCEL|CANCELLED|CANCELED|ANULAÇÃO|ANULACAO|ANULACIÓN|ANULACION|ANNULATION|STORNO|STORNIERUNG|ANNULERING|SALEVOID|VOIDSALE|ICSVOID|REVOKE|ยกเลิก|إلغاء|ابطال|לביטול|ביטול"},
	{txn.Other, "DISPUTEREVERSAL|PAYOUTREVERSAL|TRANSFERREVERSAL|TOPUPREVERSAL|CHARGEFAILURE|REFUNDFAILURE|REFUNDREVERSAL|PLATFORMEARNINGREFUND|还款|信用卡还款|其他交易|其它交易"},
	{txn.Balance, "余额查询|查余额|BALANCE|BALANCEINQUIRY|BALINQ|INQUIRY"},
	{txn.SignOn, "签到|操作员签到|终端签到|LOGON|SIGNON|SIGNIN|LOGIN"},
	{txn.SignOff, "签退|LOGOFF|SIGNOFF|SIGNOUT|LOGOUT"},
	{txn.BatchSettle, "批结算|批上送|结算上送|批量上送|BATCHSETTLE|BATCHUPLOAD|BATCHSETTLEMENT|SETTLEMENTBATCH|SETTLE|SETTLEMENT|RECONCILIATION"},
	{txn.Echo, "回响测试|回响|线路测试|心跳|ECHO|ECHOTEST|HEARTBEAT|NETWORKTEST|KEEPALIVE|DIAGNOSIS"},
	{txn.Fee, "手续费|КОМИССИЯ|COMMISSION|服务费|收费|扣费|年费|交易服务费|FEE|STRIPEFEE|INVOICEDEDUCTION|GEBYR|AVGIFT|PROWIZJA|POPLATEK"},
	{txn.Payout, "提现|代付|划款|出款|打款|结算到账|付款到银行|结算款|清算款|清算资金|结算资金|资金清算|资金结算|商户清算|收单清算|收单款|收单资金|POS清算|POS结算|PAYOUT|MERCHANTPAYOUT|WITHDRAWAL|WITHDRAW|TRANSFERTOBANK|UTBETALING|UDBETALING|UTBETALNING|WYPŁATA|VÝPLATA|AUSZAHLUNG|VERSEMENT"},
	{txn.Sale, "消费|XF|ZF|ZF01|销售|PEMBAYARAN|PEMBELIAN|PENJUALAN|ПОКУПКА|SATIŞ|SATIS|DÉBIT|THANHTOÁN|AUTHCAPTURE|PRIORAUTHCAPTURE|PCASH|PURCHASECASH|AUTORIZACIÓN|AUTORIZACION|ОПЛАТА|ПРОДАЖА|消費|支付|付款|收款|交易|扫码支付|刷卡支付|被扫|主扫|正扫|反扫|刷卡|云闪付|微信支付|支付宝支付|银联二维码|在线支付|商户消费|正向|正向交易|正向订单|ORDER|売上|支払い|支払|결제|승인|매출|COMPRA|VENDA|VENTA|PAGO|PAGAMENTO|ACHAT|VENTE|PAIEMENT|ACQUISTO|VENDITA|ZAHLUNG|VERKAUF|BETALING|VERKOOP|SALE|SALES|PURCHASE|PAY|PAYMENT|PAID|CHARGE|SETTLED|ACQUIRING|CONSUME|DEBIT|JSAPI|NATIVE|APP|MICROPAY|MWEB|FACEPAY|QRPAY|SCAN|KAUF|UMSATZ|SALG|KJØP|KØB|KÖP|FÖRSÄLJNING|BETALNING|OSTO|MYYNTI|MAKSU|SPRZEDAŻ|ZAKUP|PŁATNOŚĆ|PRODEJ|NÁKUP|PLATBA|ELADÁS|VÁSÁRLÁS|VÂNZARE|ขาย|ชำระเงิน|شراء|عملية شراء|مبيعات|دفع|خرید|חיוב|מכר|רכישה"},
	{txn.Other, "チャージ|RELOAD|ADDVALUE|충전|이체|转账|存款|取款|圈存|冻结|解冻|分账|分账回退|参数下载|下载|转入|转出|CHARGEBACK|CHARGEBACKREVERSED|ADJUSTMENT|ADJUST|TIPADJUST|TIPADJUSTMENT|ADJUSTTIP|BALANCETRANSFER|TRANSFER|TOPUP|DEPOSIT|CREDIT|CASH|DISPLAY|PRINT|INPUT|ABORT|EVENT|ENABLESERVICE|CARDACQUISITION|TRANSACTIONSTATUS|GETTOTALS"},
}

var kindIndex = sync.OnceValue(func() map[string]txn.Kind {
	m := make(map[string]txn.Kind, 256)
	for _, k := range kindWords {
		for _, w := range strings.Split(k.words, "|") {
			if w = kindKey(w); m[w] == txn.KindUnknown {
				m[w] = k.kind
			}
		}
	}
	return m
})

// spellings are those of kinds that are written in several ways, of which the second is that of
// kindWords.
var spellings = strings.NewReplacer("撤消", "撤销", "撤銷", "撤销", "充正", "冲正", "沖正", "冲正", "預授權", "预授权")

// kindKey is how a word for a kind is looked up.
func kindKey(word string) string { return spellings.Replace(Compact(word)) }

// ParseKind reads a word or code for what a row does: 消费, 退货, SALE_VOID, or
// the MTI of a request. KindUnknown where the word is not known.
func ParseKind(word string) txn.Kind {
	k := kindKey(word)
	if k == "" {
		return txn.KindUnknown
	}
	if kind, ok := kindIndex()[k]; ok {
		return kind
	}
	if UndoesRefund(word) {
		return txn.KindUnknown
	}
	if len(k) == 4 && digitsOnly(k) && k[0] <= '2' {
		return KindOf(k, "", "")
	}
	if len(word) > 4 && strings.EqualFold(word[:4], "pay.") { // pay.weixin.native
		return txn.Sale
	}
	latin := ascii(k)
	if !latin {
		latin = !strings.ContainsFunc(k, func(r rune) bool { return r > 0x24F })
	}
	if latin { // parts of a word mislead: DEBIT in DEBITREVERSED
		for _, part := range latinParts {
			if strings.Contains(k, part.word) {
				return takenBack(k, part.kind)
			}
		}
		if first, _, more := strings.Cut(strings.TrimSpace(word), " "); more && romanKinds[Compact(first)] { // Venta Débito
			return takenBack(k, kindIndex()[Compact(first)])
		}
		if kind := takenBack(k, txn.KindUnknown); kind == txn.Other { // ADJUSTMENT_DECREASE
			return kind
		}
		return txn.KindUnknown
	}
	for _, e := range kindWords {
		for _, w := range strings.Split(e.words, "|") {
			if w[0] >= 0x80 && strings.Contains(k, w) {
				return takenBack(k, e.kind)
			}
		}
	}
	return takenBack(k, txn.KindUnknown)
}

// undoing are parts of words, in order, that say that a sale is taken back, or that something
// else is done about one.
var undoing = []struct {
	part string
	kind txn.Kind
}{
	{"退", txn.Refund}, {"RETURN", txn.Refund}, {"RETOUR", txn.Refund}, {"DEVOL", txn.Refund},
	{"撤", txn.Void}, {"CANCEL", txn.Void}, {"STORN", txn.Void}, {"ANNUL", txn.Void}, {"ANULA", txn.Void},
	{"冲", txn.Reversal}, {"抹账", txn.Reversal}, {"反交易", txn.Reversal}, {"红字", txn.Reversal}, {"REVERS", txn.Reversal}, {"REVSALE", txn.Reversal}, {"REVPURCHASE", txn.Reversal}, {"REVPAYMENT", txn.Reversal},
	{"查询", txn.KindUnknown}, {"异常", txn.KindUnknown},
	{"差错", txn.Other}, {"争议", txn.Other}, {"拒付", txn.Other}, {"调账", txn.Other}, {"调整", txn.Other}, {"ADJUST", txn.Other}, {"CORRECTION", txn.Other}, {"DISPUTE", txn.Other}, {"RESERVE", txn.Other}, {"FREEZE", txn.Other},
}

// takenBack is the kind of a word of which a part says no more than sale, or nothing: 支付退, REV-SALE,
// 冲账.
func takenBack(word string, kind txn.Kind) txn.Kind {
	if kind == txn.Sale || kind == txn.KindUnknown {
		for _, u := range undoing {
			switch {
			case !strings.Contains(word, u.part):
			case kind == txn.Sale && (u.part == "调整" || u.part == "ADJUST"): // the sale itself, with its tip
				return txn.KindUnknown
			default:
				return u.kind
			}
		}
	}
	return kind
}

// UndoesRefund reports whether a word says that a refund was taken back, 退货撤销: its money comes
// to the merchant again.
func UndoesRefund(word string) bool {
	k := kindKey(word)
	return strings.Contains(k, "退") && strings.Contains(k, "撤销") || strings.Contains(k, "REFUND") && (strings.Contains(k, "VOID") || strings.Contains(k, "CANCEL"))
}

// KindWord finds the word for what a line of a log does among those in front of its values:
// 签到, 消费撤销. It is "" where there is none in Chinese or more than one.
func KindWord(words string) string {
	found := ""
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return strings.ContainsRune(" \t[](){}【】（）,，|:：;；-_", r) }) {
		for _, end := range [...]string{"请求", "响应", "应答", "返回", "结果", "开始", "结束", "成功", "失败", "异常", "报文"} {
			w = strings.TrimSuffix(w, end)
		}
		switch w {
		case "", "交易", "支付", "付款", "收款", "取消": // of any kind
			continue
		}
		if w[0] < 0x80 || kindIndex()[kindKey(w)] == txn.KindUnknown {
			continue
		}
		if found != "" && found != w {
			return ""
		}
		found = w
	}
	return found
}

// FailedKind reports whether the word for what a row does says, as well or alone, that
// nothing came of it or has not yet: 退货失败, 退款处理中, Refused.
func FailedKind(word string) bool {
	if word == "" {
		return false
	}
	if word[0] < 0x80 {
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
			switch strings.ToUpper(part) {
			case "ERROR", "FAILED", "FAILURE", "ABORTED", "TIMEDOUT", "DECLINED", "REFUSED", "REJECTED", "EXPIRED", "UNSUCCESSFUL",
				"NEGADA", "NEGADO", "RECUSADA", "RECUSADO", "RECHAZADA", "RECHAZADO", "DENEGADA", "DENEGADO", "GAGAL":
				return true
			}
		}
		return false
	}
	return strings.HasSuffix(word, "中") || slices.ContainsFunc(failedParts, func(w string) bool { return strings.Contains(word, w) })
}

// failedParts say failure in words of other scripts.
var failedParts = []string{"失败", "失敗", "不成功", "未成功", "拒否", "거절", "실패"}

// leadingKind reads the word that many statements put in front of whom they name, or
// that is all they say: 退货 某商户, （消费）某商户, RETURN: A SHOP. Words further on
// are names, but for that of a repayment, which is no refund: 财付通还款.
func leadingKind(text string) txn.Kind {
	text = strings.TrimLeft(text, " (（[【")
	i := strings.IndexAny(text, " -—_:：)）]】\u3000")
	switch {
	case text == "" || i == 0:
		return txn.KindUnknown
	case strings.HasSuffix(text, "还款"):
		return txn.Other
	case i < 0 && len(text) <= 24:
		return kindIndex()[kindKey(text)]
	case i < 0, text[0] < 0x80 && text[i] != ':':
		return txn.KindUnknown
	}
	return kindIndex()[kindKey(text[:i])]
}

// romanKinds are the first of several words, of which others say with what was paid.
var romanKinds = map[string]bool{"VENTA": true, "VENDA": true, "COMPRA": true, "ANULACIÓN": true, "ANULACION": true, "DEVOLUCIÓN": true, "DEVOLUCION": true, "DEVOLUÇÃO": true, "CANCELAMENTO": true, "ESTORNO": true}

var latinParts = []struct {
	word string
	kind txn.Kind
}{
	{"REVERSAL", txn.Reversal}, {"CHARGEBACK", txn.Other}, {"REFUND", txn.Refund}, {"VOID", txn.Void}, {"PREAUTH", txn.PreAuth},
	{"RÜCKZAHLUNG", txn.Refund}, {"RUECKZAHLUNG", txn.Refund}, {"TERUGBETALING", txn.Refund}, {"ZAHLUNG", txn.Sale}, {"BETALING", txn.Sale},
	{"REMBOURSEMENT", txn.Refund}, {"REFUNDERING", txn.Refund}, {"RIMBORSO", txn.Refund}, {"REEMBOLSO", txn.Refund}, {"ANNULATION", txn.Void}, {"FRAIS", txn.Fee}, {"TARIFFA", txn.Fee},
	{"PAIEMENT", txn.Sale}, {"PAGAMENTO", txn.Sale},
	{"PAYOUT", txn.Payout}, {"FEE", txn.Fee}, {"BALANCEINQ", txn.Balance}, {"PURCHASE", txn.Sale}, {"PAYMENT", txn.Sale}, {"SALE", txn.Sale},
}

// calls are the last parts of the names of interfaces. Who asks how a payment ended speaks of
// the payment.
var calls = map[string]txn.Kind{"PAY": txn.Sale, "MICROPAY": txn.Sale, "CREATE": txn.Sale, "PRECREATE": txn.Sale, "UNIFIEDORDER": txn.Sale, "QUERY": txn.Sale, "ORDERQUERY": txn.Sale,
	"REFUND": txn.Refund, "REFUNDQUERY": txn.Refund, "CANCEL": txn.Void, "CLOSE": txn.Void, "CLOSEORDER": txn.Void, "REVERSE": txn.Void, "REVOKE": txn.Void}

// calledKind reads the name of an interface: alipay.trade.fastpay.refund.query, unified/micropay.
func calledKind(name string) txn.Kind {
	parts := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '.' || r == '/' })
	if len(parts) < 2 {
		return txn.KindUnknown // GET, credit
	}
	k := calls[parts[len(parts)-1]]
	if k == txn.Sale && calls[parts[len(parts)-2]] != txn.KindUnknown {
		k = calls[parts[len(parts)-2]]
	}
	return k
}

// KindOf tells the kind from the message: MTI, processing code (its first two
// digits) and point-of-service condition code, as the China UnionPay switch
// uses them. Unknown where they do not say.
//
//	0200 00, 09  sale             0200 20, 02  void       0220 20 refund
//	0100 03/00+06 pre-auth        0100 20+06   pre-auth void
//	0200/0220 00+06 completion    0200 20+06   void of a completion
//	0200/0100 30,31 balance       04xx         reversal   05xx 032x batch
//	0800         sign-on          0820         echo, sign-off by its field 70
func KindOf(mti, proc, cond string) txn.Kind {
	if len(mti) != 4 {
		if len(proc) == 6 {
			return procKind(proc)
		}
		return txn.KindUnknown
	}
	pre := cond == "06" || cond == "18" || cond == "60"
	p := ""
	if len(proc) >= 2 {
		p = proc[:2]
	}
	advice := mti[2] == '2' || mti[2] == '3'
	switch mti[1] {
	case '1':
		switch {
		case p == "30" || p == "31":
			return txn.Balance
		case p == "20" && pre:
			return txn.PreAuthVoid
		case p == "03" || pre:
			return txn.PreAuth
		case p == "00", p == "":
			return txn.Sale // a sale authorised in the dual-message world
		}
	case '2':
		switch {
		case p == "30" || p == "31":
			return txn.Balance
		case p == "00" && pre:
			return txn.Completion
		case p == "00", p == "":
			return txn.Sale
		case p == "09": // with cash back
			return txn.Sale
		case p == "20" && advice:
			return txn.Refund
		case p == "20", p == "02":
			return txn.Void
		}
	case '3':
		if advice {
			return txn.BatchSettle
		}
	case '4':
		return txn.Reversal
	case '5':
		return txn.BatchSettle
	case '8':
		if advice {
			return txn.Echo
		}
		return txn.SignOn
	}
	return txn.KindUnknown
}

func procKind(proc string) txn.Kind {
	switch proc[:2] {
	case "00", "09":
		return txn.Sale
	case "02":
		return txn.Void
	case "20":
		return txn.Refund
	case "30", "31":
		return txn.Balance
	}
	return txn.KindUnknown
}

// timeoutWords, cutWords and offWords are the ways in which terminals and gateways write
// that no answer came, that the line was lost, or that there was none. All upper case.
var (
	timeoutWords = []string{"超时", "TIMEOUT", "TIMED OUT", "TIME OUT", "TIME-OUT", "无应答", "未收到应答", "未收到响应", "无响应", "NO RESPONSE", "NO ANSWER"}
	cutWords     = []string{"连接断开", "链路断开", "链路已断开", "断开连接", "对端关闭", "连接被重置", "连接中断", "CONNECTION RESET", "CONNECTION CLOSED", "PEER-DISCONNECT", "DISCONNECTED", "BROKEN PIPE", "连接已关闭", "ECONNRESET", "网络中断", "线路中断"}
	offWords     = []string{"连接失败", "连接异常", "连接错误", "连接被拒", "联网失败", "连网失败", "无法连接", "未能连接", "网络异常", "网络错误", "网络故障", "网络不", "无网络", "无信号", "通讯失败", "通讯异常", "通讯错误", "通讯故障", "通信失败", "通信异常", "通信错误", "通信故障",
		"CONNECT FAIL", "CONNECT_FAIL", "CONNECTION FAIL", "CONNECTION REFUSED", "CONNECTION ERROR", "FAILED TO CONNECT", "UNABLE TO CONNECT", "CANNOT CONNECT", "COULD NOT CONNECT", "ECONNREFUSED", "UNREACHABLE", "NO ROUTE TO HOST",
		"UNKNOWN HOST", "UNKNOWNHOST", "NOT RESOLVE", "NAME RESOLUTION", "DNS", "域名解析", "NETWORK ERROR", "SOCKET ERROR", "HANDSHAKE", "握手失败", "CERTIFICATE", "证书"}
)

// lateWords are status words of which no more is known than that no answer came. One of an
// order may say that its customer did not pay in time.
var lateWords = map[string]bool{"超时": true, "交易超时": true, "通讯超时": true, "通信超时": true, "网络超时": true, "应答超时": true, "响应超时": true, "接收超时": true, "无应答": true, "无响应": true,
	"TIMEOUT": true, "TIME OUT": true, "TIME_OUT": true, "TIMED OUT": true, "TIMED_OUT": true, "TIMEDOUT": true, "NO RESPONSE": true, "NO_RESPONSE": true, "NO ANSWER": true, "NO_ANSWER": true}

// TextFlags reads time-outs and lost connections from a message text.
func TextFlags(text string) txn.Flags {
	var f txn.Flags
	if holdsAny(text, timeoutWords) {
		f |= txn.TimedOut
	}
	if holdsAny(text, cutWords) {
		f |= txn.Disconnected
	}
	return f
}

// holdsAny reports whether a text holds one of the words.
func holdsAny(text string, words []string) bool {
	return text != "" && slices.ContainsFunc(words, func(w string) bool { return containsFold(text, w) })
}

// containsFold reports whether s holds w, which is upper case, without regard
// to ASCII case and without allocating.
func containsFold(s, w string) bool {
	n := len(w)
	for i := 0; i+n <= len(s); i++ {
		j := 0
		for j < n {
			c := s[i+j]
			if c >= 'a' && c <= 'z' {
				c -= 'a' - 'A'
			}
			if c != w[j] {
				break
			}
			j++
		}
		if j == n {
			return true
		}
	}
	return false
}
