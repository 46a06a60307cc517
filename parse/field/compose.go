package field

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// part is what one word of a column name says.
type part uint64

const (
	pAmount   part = 1 << iota
	pFee           // charged by the acquirer
	pNet           // what is left of an amount
	pSettle        // of the settlement
	pRefund        //
	pCredit        //
	pDebit         //
	pDate          //
	pTime          //
	pClock         // time of day
	pZone          //
	pID            // number, id
	pCode          //
	pRef           // reference
	pFlow          // 流水: a number of a journal
	pTerminal      //
	pMerchant      //
	pTrace         //
	pBatch         //
	pRetrieve      //
	pAuth          //
	pOrder         //
	pCard          //
	pAnswer        // response, error, refusal
	pWords         // message, text, reason
	pStatus        //
	pType          //
	pCurrency      //
	pWay           // direction
	pDeal          // transaction, payment, sale
	pMade          // created, completed
	pOrig          // of the transaction that this one undoes
	pBrand         // the company whose number it is
	pPlain         // says nothing: total, host, bank
)

// composed is the vocabulary of names that the dictionary does not list. A word that is
// not here leaves the whole name unknown: 优惠金额 is no amount, nor is a tax amount.
const composed = `
amount: AMOUNT|AMOUNTS|AMT|VALOR|MONTO|IMPORTE|IMPORTO|MONTANT|BETRAG|BEDRAG|金额|總額|金額
fee: FEE|FEES|COMMISSION|MDR|TAXA|TAXAS|GEBUHR|GEBUHREN|COMISION|COMISSAO|COMMISSIONE|COMMISSIONI|KOSTEN|手续费|费用|手數料|手数料
net: NET|NETT|NETTO|NETO|NETA|LIQUIDO|净|净额
settle: SETTLEMENT|SETTLE|SETTLED|SETL|STL|PAYOUT|FUNDED|FUNDING|DISBURSEMENT|DISBURSED|CLEARING|ABONO|ABONADO|LIQUIDACION|LIQUIDACAO|结算|清算|清分|划款|到账
refund: REFUND|REFUNDED|RETURNED|退款|退货
credit: DEPOSIT|DEPOSITS|CREDIT|CREDITED|CR|CREDITO|贷方
debit: WITHDRAWAL|WITHDRAWALS|DEBIT|DEBITED|DR|DEBITO|借方
date: DATE|DT|DATA|FECHA|DATUM|日期
time: TIME|TM|AT|时间|時間
date time: DATETIME|TIMESTAMP|TS|日期时间|日時|时间戳
clock: HOUR|HORA|HEURE|UHRZEIT|TIJD|ORA|时刻
zone: TIMEZONE|TZ|时区
id: ID|IDS|N|NO|NUMBER|NUM|NR|NRO|NUMERO|NUMMER|号|号码|编号|番号|序列号|ID号
code: CODE|CD|COD|CODIGO|CODICE|码|代码|编码|代号
ref: REFERENCE|REF|REFERENCIA|参考|参考号
flow: 流水|流水号
terminal: TERMINAL|TERM|DEVICE|POSID|TERMINALE|终端|机具|设备|端末|终端机|POS机
merchant: MERCHANT|MERCH|MCHT|MCH|MER|STORE|ESTABELECIMENTO|COMERCIO|商户|商家|特约商户|子商户|門店|加盟店
trace: TRACE|STAN|AUDIT|凭证|小票|跟踪|伝票|系统跟踪
batch: BATCH|LOTE|批次|批
retrieve: RETRIEVAL|RRN|检索
auth: AUTH|AUTHORIZATION|AUTHORISATION|APPROVAL|AUTORIZACION|AUTORIZACAO|AUTORIZZAZIONE|AUTORISIERUNGS|AUTORISIERUNG|授权|承認
order: ORDER|INVOICE|BILL|TICKET|RECEIPT|PEDIDO|FACTURA|订单|账单|单据|单
card: CARD|CARDS|CARDHOLDER|PAN|TARJETA|CARTAO|CARTA|KARTEN|MASKED|银行卡|卡|持卡人
answer: RESPONSE|RESP|RSP|RESULT|DECLINE|REFUSAL|REJECT|REJECTION|ERROR|ERR|FAILURE|RESPUESTA|应答|响应|返回|回应|结果|错误|拒绝|失败|拒付
words: MESSAGE|MSG|TEXT|DESC|DESCRIPTION|REASON|REMARK|信息|描述|原因|说明
status: STATUS|STATE|STS|ESTADO|状态
type: TYPE|TIPO|TYP|类型|种类|類別|類型|区分
currency: CURRENCY|CCY|MONEDA|MOEDA|DIVISA|WAHRUNG|WAEHRUNG|币种|货币
way: DIRECTION|SIGN|SIGNAL|SINAL|SIGNO|方向|借贷标志|收支
deal: TRANSACTION|TRANSACTIONS|TRANS|TRAN|TR|TXN|TXNS|TRX|TRADE|PAYMENT|PAYMENTS|PAY|PAID|PURCHASE|SALE|SALES|CHARGED|APPROVED|AUTHORIZED|AUTHORISED|FINAL
deal: VENTA|VENTAS|VENDA|VENDAS|COMPRA|TRANSACCION|TRANSACAO|TRANSACTIE|TRANSAKTION|TRANSAKTIONS|OPERACION|OPERACAO|OPERAZIONE|OPERATION|MOVIMIENTO|MOVIMENTO|UMSATZ|PAGO|PAGAMENTO
deal: 交易|支付|付款|收款|消费|刷卡|扫码|实付|动账|成交|取引|结账
made: PROCESSING|BOOKING|BOOKED|CREATED|CREATION|CREATE|ENTRY|SUBMIT|SUBMITTED|EVENT|REQUEST|INITIATED|COMPLETED|COMPLETION|COMPLETE|FINISHED|FINISH|RECEIVED|PROCESSED|POSTED|EXECUTION|CAPTURE|CAPTURED|LOCAL|RECORD|RECORDED
made: 创建|申请|完成|成功|发起|提交|下单|受理|请求|发生|结束|记账|入账|录入|本地
merchant id: MID
terminal id: TID
orig: ORIGINAL|ORIG|原|原始
brand: 汇付|易宝|合利宝|连连|招行|工行|建行|农行|中行|交行|美团|抖音|快手|拼多多|京东|有赞|微信|支付宝|拉卡拉|通联|富友|随行付|乐刷|收钱吧|杉德|银盛|天阙|宝付|快钱|易生|海科|首信易|翼支付|和包|云闪付|收银宝|哆啦宝
plain: TOTAL|FULL|GROSS|STMT|STATEMENT|BRUTO|BRUTTO|BRUT|BRUTA|LORDO|GESAMT|ISO|HOST|ISSUER|BANK|ACQUIRER|ACQ|GATEWAY|PROCESSOR|SWITCH|CHANNEL|PLATFORM|PROVIDER|PG|PSP|SYSTEM|SYS|MP|CUSTOMER|USER|CLIENT|SERVER|POS|PARTNER|ENTITY
plain: 总|合计|主机|银行|发卡行|收单|收单行|渠道|通道|平台|银联|网关|前置|核心|系统|第三方|用户|客户|顾客|买家|本次|本笔|实际|机构|网上|网银|在线|线上|线下
`

// stopWords join the words of a name and say nothing by themselves.
var stopWords = map[string]bool{"OF": true, "AND": true, "THE": true, "DE": true, "DA": true, "DO": true, "DEL": true, "DI": true, "DU": true, "DELLA": true, "D": true, "DER": true, "DES": true, "LA": true, "LE": true, "PARA": true, "Y": true}

// minorWords and majorWords tell the unit of an amount.
var minorWords = map[string]bool{"CENTS": true, "CENT": true, "PAISE": true, "PENCE": true, "MINOR": true, "FEN": true, "分": true}
var majorWords = map[string]bool{"YUAN": true, "RMB": true, "元": true, "人民币": true, "MAJOR": true}

type words struct {
	parts   map[string]part
	longest int // in bytes, of words that are not Latin
}

var composedWords = sync.OnceValue(func() words {
	names := map[string]part{"amount": pAmount, "fee": pFee, "net": pNet, "settle": pSettle, "refund": pRefund, "credit": pCredit, "debit": pDebit, "date": pDate, "time": pTime,
		"clock": pClock, "zone": pZone, "id": pID, "code": pCode, "ref": pRef, "flow": pFlow, "terminal": pTerminal, "merchant": pMerchant, "trace": pTrace, "batch": pBatch,
		"retrieve": pRetrieve, "auth": pAuth, "order": pOrder, "card": pCard, "answer": pAnswer, "words": pWords, "status": pStatus, "type": pType, "currency": pCurrency,
		"way": pWay, "deal": pDeal, "made": pMade, "orig": pOrig, "brand": pBrand, "plain": pPlain}
	w := words{parts: map[string]part{}}
	for line := range strings.Lines(composed) {
		key, list, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found {
			continue
		}
		var p part
		for _, k := range strings.Fields(key) {
			if names[k] == 0 {
				panic("parse/field: no part of a name is called " + k)
			}
			p |= names[k]
		}
		for _, s := range strings.Split(list, "|") {
			s = strings.TrimSpace(s)
			if w.parts[s] != 0 {
				panic("parse/field: " + s + " stands twice in the vocabulary")
			}
			w.parts[s] = p
			if s[0] >= 0x80 {
				w.longest = max(w.longest, len(s))
			}
		}
	}
	return w
})

// Compose tells what a column name says by its words, where the dictionary does not
// list it: FINAL_AMOUNT, Date of Transaction, 动账金额. Every word must be known and the
// words must agree; Plain is how sure the choice is among several of one field, the
// lower the better. It is for names of tables that would miss the field otherwise.
func Compose(name string) (f Field, unit Unit, plain int, ok bool) {
	head, inside := splitBrackets(norm.NFKC.String(Clean(name)))
	if len(name) > 64 || thousandsOf(inside) || strings.TrimSpace(head) == "" {
		return None, UnitAuto, 0, false
	}
	var set part
	n, ofIssuer, lasts := 0, false, false
	see := func(word string) bool {
		lasts = lasts || word == "PROCESSING"
		ofIssuer = ofIssuer || word == "ISSUER" || word == "发卡行"
		switch {
		case stopWords[word]:
			return true
		case minorWords[word]:
			unit = Minor
			return true
		case majorWords[word]:
			unit = Major
			return true
		case IsCurrency(word):
			return true
		}
		p := composedWords().parts[word]
		if p&(pOrder|pMade|pPlain) != 0 {
			plain++
		}
		set |= p
		n++
		return p != 0
	}
	head = strings.TrimRight(head, " 1") // merchant_reference1
	if !eachWord(head, see) || n < 2 && set&(pAmount|pFee|pAuth|pDate|pTime|pClock|pWay) == 0 && set != pOrder && (unit == UnitAuto || set != pNet) {
		return None, UnitAuto, 0, false
	}
	if u, hit := units[Compact(inside)]; hit {
		unit = u
	}
	f = field(set)
	switch {
	case !f.Money():
		unit = UnitAuto
	case f == Net && set&pNet == 0: // Settlement Amount beside Settlement Net Amount
		plain++
	}
	if f == PAN && ofIssuer || f == Time && lasts && set&pDate == 0 { // Card Issuer ID; Processing Time is how long it took
		return None, UnitAuto, 0, false
	}
	return f, unit, plain, f != None
}

// field is what a set of parts stands for together.
func field(s part) Field {
	has := func(p part) bool { return s&p != 0 }
	only := func(p part) bool { return s&^(p|pPlain) == 0 }
	const about = pDeal | pOrder | pCard | pMerchant | pTerminal
	switch {
	case has(pBrand): // 工行订单号, 汇付商户号
		switch {
		case has(pMerchant) && has(pID|pCode) && only(pBrand|pMerchant|pID|pCode):
			return MID
		case has(pID|pFlow) && has(pOrder|pFlow|pDeal) && only(pBrand|pOrder|pFlow|pDeal|pID):
			return ChannelNo
		}
	case has(pOrig):
		switch {
		case has(pRetrieve) && only(pOrig|pRetrieve|pRef|pID|pDeal|pCode), has(pRef) && only(pOrig|pRef|pID|pDeal):
			return OrigRRN
		case has(pTrace) && only(pOrig|pTrace|pID|pTerminal|pDeal|pFlow), has(pFlow) && has(pTerminal) && only(pOrig|pFlow|pID|pTerminal):
			return OrigSTAN
		case has(pDate|pTime) && only(pOrig|pDate|pTime|pDeal):
			return OrigTime
		}
	case has(pRefund): // a refund's number; an amount may be a part of a sale that was paid back
		if has(pID|pRef|pFlow) && only(pRefund|pID|pRef|pFlow|pOrder|pMerchant|pDeal) {
			return RefundNo
		}
	case has(pFee) && only(pFee|pAmount|pDeal|pMerchant|pCard):
		return Fee
	case has(pNet|pSettle) && has(pAmount) && only(pNet|pSettle|pAmount|about|pMade), s == pNet:
		return Net
	case has(pNet) && has(pCredit) && has(pAmount) && only(pNet|pCredit|pAmount):
		return NetCredit
	case has(pNet) && has(pDebit) && has(pAmount) && only(pNet|pDebit|pAmount):
		return NetDebit
	case has(pCredit) && has(pAmount) && only(pCredit|pAmount|pDeal):
		return Credit
	case has(pDebit) && has(pAmount) && only(pDebit|pAmount|pDeal):
		return Debit
	case has(pWay) && only(pWay|pDeal|pAmount):
		return Direction
	case has(pAmount):
		if only(pAmount | about | pAuth | pMade) {
			return Amount
		}
	case has(pZone) && only(pZone|pDeal|pMade):
		return TimeZone
	case has(pCredit) && has(pDate) && only(pCredit|pDate): // Data de crédito
		return SettleOn
	case has(pSettle) && has(pDate|pTime):
		if only(pSettle | pDate | pTime) {
			return SettleOn
		}
	case has(pDate | pTime | pClock):
		switch {
		case !only(pDate | pTime | pClock | about | pMade | pAuth):
		case has(pDate) && has(pClock), has(pTime):
			return Time
		case has(pDate):
			return Date
		default:
			return Clock
		}
	case has(pAnswer) && has(pWords):
		if only(pAnswer | pWords | pDeal | pCode) {
			return Text
		}
	case has(pAnswer) && has(pCode):
		if only(pAnswer | pCode | pDeal | pAuth) {
			return Code
		}
	case has(pStatus) && only(pStatus|pDeal|pOrder|pAuth):
		return Status
	case has(pType) && has(pDeal) && only(pType|pDeal|pOrder):
		return Kind
	case has(pCurrency) && only(pCurrency|pCode|about|pMade|pSettle):
		return Currency
	case has(pAuth) && (has(pID|pCode) || s == pAuth) && only(pAuth|pID|pCode|pCard|pDeal):
		return AuthCode
	case has(pRetrieve) && only(pRetrieve|pRef|pID|pDeal|pCode):
		return RRN
	case has(pTrace) && only(pTrace|pID|pTerminal|pDeal|pFlow):
		return STAN
	case has(pFlow) && has(pTerminal) && only(pFlow|pID|pTerminal):
		return STAN
	case has(pBatch) && has(pID) && only(pBatch|pID|pTerminal|pSettle|pDeal):
		return Batch
	case has(pTerminal) && has(pID|pCode) && only(pTerminal|pID|pCode|pMerchant):
		return TID
	case s == pOrder, has(pOrder) && has(pID|pRef) && only(pOrder|pID|pRef|pMerchant|pDeal), has(pMerchant) && has(pRef) && only(pMerchant|pRef|pID):
		return OrderNo
	case has(pMerchant) && has(pID|pCode) && only(pMerchant|pID|pCode|pSettle):
		return MID
	case has(pCard) && has(pID) && only(pCard|pID|pCredit|pDebit|pDeal):
		return PAN
	case has(pDeal|pFlow) && has(pID|pRef|pFlow) && only(pDeal|pFlow|pID|pRef):
		return ChannelNo
	}
	return None
}

// eachWord cuts a name into words and calls see for each; it stops at the first one
// that is not known. Latin words end at a sign, at a capital inside, and where two
// words are written as one; other scripts are cut at the longest words known.
func eachWord(name string, see func(string) bool) bool {
	runes := []rune(foldLatin(name))
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case r < 0x80 && unicode.IsLetter(r):
			j := i + 1
			for j < len(runes) && runes[j] < 0x80 && unicode.IsLetter(runes[j]) && !(unicode.IsUpper(runes[j]) && unicode.IsLower(runes[j-1])) {
				j++
			}
			if !latinWords(strings.ToUpper(string(runes[i:j])), see) {
				return false
			}
			i = j
		case r >= 0x80 && unicode.IsLetter(r):
			rest := string(runes[i:])
			n := min(len(rest), composedWords().longest)
			for ; n > 0; n-- {
				if inVocabulary(rest[:n]) {
					break
				}
			}
			if n == 0 || !see(rest[:n]) {
				return false
			}
			i += len([]rune(rest[:n]))
		case unicode.IsDigit(r):
			return false
		default:
			i++
		}
	}
	return true
}

// inVocabulary reports whether a word says something: a part of a name, or a unit.
func inVocabulary(w string) bool {
	return composedWords().parts[w] != 0 || minorWords[w] || majorWords[w]
}

// latinWords sees a word, or the words that were written as one: TXNAMT.
func latinWords(w string, see func(string) bool) bool {
	known := func(s string) bool {
		return inVocabulary(s) || stopWords[s] && len(s) > 1 || IsCurrency(s)
	}
	if known(w) {
		return see(w)
	}
	for i := 3; i <= len(w)-2; i++ {
		if a, b := w[:i], w[i:]; composedWords().parts[a] != 0 && composedWords().parts[b] != 0 {
			return see(a) && see(b)
		}
	}
	return stopWords[w]
}

// foldLatin takes the accents off Latin letters.
func foldLatin(s string) string {
	if ascii(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// FeeType is the name that WeChat gives the currency of total_fee. Elsewhere it is what kind of
// fee there is, so that it depends on the value.
const FeeType = "fee_type"

// IsCurrency reports whether a word is one of the currencies that messages carry.
func IsCurrency(w string) bool {
	if len(w) != 3 || !upper(w) {
		return false
	}
	for i := 3; i+3 <= len(numbers); i += 7 {
		if numbers[i:i+3] == w {
			return true
		}
	}
	return false
}

// IsObject reports whether a value is the number of an object of an interface: ch_1. Under the
// name of a fee it is no amount.
func IsObject(v string) bool {
	i := strings.IndexByte(v, '_')
	return i > 0 && i < len(v)-1 && !strings.ContainsFunc(v[:i], func(r rune) bool { return r < 'a' || r > 'z' })
}

// NameCurrency is the currency that the name of an amount states, "" where it states
// none: Amount (USD), amount_eur, AmountVND, 交易金额（美元）.
func NameCurrency(name string) string {
	head, inside := splitBrackets(norm.NFKC.String(Clean(name)))
	for _, s := range [...]string{inside, head[strings.LastIndexAny(head, " _-/")+1:]} {
		s = Compact(s)
		if c := marks[s]; c != "" && (len(s) > 2 || s[1] == '$' || s[0] >= 0x80) { // R$, HK$, ₹; not RS and TL
			return c
		}
		switch {
		case IsCurrency(s):
			return s
		case s == "PAISE":
			return "INR"
		case s == "PENCE":
			return "GBP"
		}
		if c := currencies[s]; c != "" && s != "$" {
			return c
		}
	}
	if n := len(head) - 3; n > 0 && unicode.IsLower(rune(head[n-1])) && IsCurrency(head[n:]) {
		return head[n:]
	}
	return ""
}
