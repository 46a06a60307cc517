package field

import (
	"cmp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// Context is what the values of one input share, and what the values of one
// row leave for each other. Use one Context per goroutine:
//
//	c.Begin(r)            // for every row
//	c.Set(r, f, raw)      // for every cell, in any order
//	c.Finish(r)           // times, signs and kinds that need several cells
type Context struct {
	Loc     *time.Location // zone of times that state none; nil is UTC
	LocSaid bool           // the input's format states Loc, so that it is not assumed
	Year    int            // year of times that state none, as the user says
	Near    txn.Instant    // where Year is 0: a moment near the rows, such as the date in the file name
	Day     txn.Date       // of rows that have a time of day and no date; 0 where none can be
	Order   Order          // of day and month where the year stands last
	Decimal Decimal
	Minus   bool        // the debit column writes its amounts with a minus, which is not one more
	Units   [Count]Unit // per field, from the column names
	Marked  bool        // amounts with CR behind them are below zero: the others have no letter

	// TimeLimit is the latency in milliseconds from which a row without a code
	// counts as timed out; 0 means 30,000.
	TimeLimit int32

	// NegativeKind is the kind of rows whose amount is negative and whose kind is
	// not stated; KindUnknown means Refund.
	NegativeKind txn.Kind

	// Round says that fees and net amounts may have parts of a cent, which are rounded;
	// Rounded counts them.
	Round   bool
	Rounded int

	// Told says that the text may tell the kind of a row that states none, as
	// statements do: 退货 某商户.
	Told bool

	// Events says that each row is an event, and no order of which a status says what
	// became of it: refund-ok is a refund.
	Events bool

	// YesNo says that the status is the answer to whether a payment succeeded.
	YesNo bool
	// Directed says that a column tells which way the money of each row went.
	Directed bool
	// Buddhist says that years of the Buddhist era, 543 ahead, may stand in dates.
	Buddhist bool

	// Outgoing says that sales have amounts of both signs, so that those with a minus are
	// payments that went out. Elsewhere they were paid back, but where all have a minus, as the
	// account of who buys has them: Spent.
	Outgoing, Spent bool
	// Lettered says that the amounts of sales have CR and DR behind them.
	Lettered bool

	Codes map[string]string   // status word -> code, for exports that have no code; keys by Compact
	Kinds map[string]txn.Kind // kind word -> kind, before the built-in words; keys by Compact
	In    []string            // words of the direction column that bring money, besides the built-in ones
	Out   []string            // ... that take money

	row   row
	money [moneyParts]waiting // of the row, those that it says wait
	zones [4]zoneCache        // by the separator of dates
	day   dayCache
	ten   tenMinutes // of base
	base  txn.Instant

	named struct { // the zone column of the row before
		word string
		loc  *time.Location
	}
}

// row is what the cells of one row leave for Finish.
type row struct {
	at       stamp
	pending  bool // at holds parts of a time
	negative bool
	letter   byte
	dir      int8 // +1 in, -1 out, 0 not said
	kindWord string
	zoneWord string
	yearless bool      // the business day has no year
	dayTaken bool      // from Context.Day
	lostID   bool      // see LoseID
	back     txn.Minor // of a refund column
	signed   txn.Minor
	refused  string
	waits    uint8 // parts of money in major units, one bit each
	fine     bool  // some of them has more than two decimals
}

// zoneCache keeps the last ten-minute prefix that was converted, so that an
// ordinary row costs a comparison and no calendar.
type zoneCache struct {
	prefix [15]byte // "2026-11-20 08:1"
	base   txn.Instant
	loc    *time.Location
}

// Begin clears r and the state of the row.
func (c *Context) Begin(r *txn.Record) {
	r.Reset()
	c.row = row{signed: txn.NoAmount, back: txn.NoAmount}
}

// Signed returns the amount of the row that was finished last with the sign as
// written, for checks against totals of the file; NoAmount where there is none.
func (c *Context) Signed() txn.Minor { return c.row.signed }

// PaidBack is what the row that was finished last says was paid back of its own amount;
// NoAmount where it says nothing of it, or is a refund itself.
func (c *Context) PaidBack() txn.Minor { return c.row.back }

// DayTaken reports whether the row that was finished last had no date and took Day.
func (c *Context) DayTaken() bool { return c.row.dayTaken }

// LoseID says that an identifier of the row is not stored, because a spreadsheet spoiled it.
// The others are as good as they were.
func (c *Context) LoseID() { c.row.lostID = true }

// LostID reports whether the row that was finished last lost an identifier.
func (c *Context) LostID() bool { return c.row.lostID }

// Set stores one raw value. An empty value is "absent" and no error. The error
// is a *Error; r is unchanged in that field then.
func (c *Context) Set(r *txn.Record, f Field, raw string) error {
	if c.Quick(r, f, raw) {
		return nil
	}
	return c.look(r, f, raw)
}

// look is Set for any value.
func (c *Context) look(r *txn.Record, f Field, raw string) error {
	switch f {
	case Time, Date, Clock:
		return c.setTime(r, f, raw)
	case Amount, Fee, Net, Debit, Credit, NetDebit, NetCredit, RefundAmount:
		return c.setAmount(r, f, raw)
	case Latency:
		ms, rule := ParseLatency(raw, c.Units[Latency])
		if rule != "" {
			return latencyError(raw, rule)
		}
		r.Latency = ms
		return nil
	case None, Ignore, Level:
		return nil
	case TID, MID, STAN, RRN, ProcCode, Code:
		if n := len(raw); n > 0 && digit(raw[0]) && raw[n-1] < 0x80 && (digit(raw[n-1]) || Letter(raw[n-1])) { // nothing to clean
			return c.setPlain(r, f, raw)
		}
	}
	s, ok := present(raw, f)
	if !ok {
		return nil
	}
	if s[0] >= 0x80 && (f.Identifier() || f == Code) {
		s = norm.NFKC.String(s) // １２３ and Ｂ４ of an input method
	}
	return c.setRead(r, f, s)
}

// present cleans a value; ok is false where it says that there is none.
func present(s string, f Field) (clean string, ok bool) {
	if in, ok := strings.CutPrefix(s, "Some("); ok { // as Rust shows what may be missing
		s = strings.TrimSuffix(in, ")")
	}
	if !plain(s) {
		s = Clean(s)
	}
	switch {
	case Nothing(s):
		return "", false
	case s == "-": // of a column of signs it is one
		return s, f != Code && !f.Identifier()
	}
	return s, true
}

// Nothing reports whether a clean value is a word that programs write where there is none.
func Nothing(s string) bool {
	switch s {
	case "", "null", "NULL", "Null", "(null)", "(NULL)", "[null]", "[NULL]", "<null>", "<NULL>", "none", "None", "NONE", "nil", "<nil>", "undefined",
		"nan", "NaN", "NaT", "N/A", "n/a", "#N/A", `\N`, "无", "暂无", "--", "---", "*", "—", "——":
		return true
	}
	return false
}

// setRead stores a clean value, for most fields as it is.
func (c *Context) setRead(r *txn.Record, f Field, s string) error {
	switch f {
	case Code, TID, MID, STAN, RRN, ProcCode:
		return c.setPlain(r, f, s)
	case MTI:
		return c.setMTI(r, s)
	case PAN:
		setPAN(r, s)
	case Text:
		r.Text = txn.Scrub(s)
	case Reason:
		r.Reason = txn.Scrub(s)
	case Acquirer:
		if !digits.Only(s) { // a name, as gateways write it, and no identifier of field 32
			r.Institution = cmp.Or(r.Institution, s)
		}
		r.Acquirer = s
	case AuthCode:
		if len(s) <= 8 || strings.ContainsAny(s, "0123456789") { // not switch::auth: authorization
			r.AuthCode = s
			r.Flags |= txn.CardEvent
		}
	case RefundNo:
		r.RefundNo = unlessZeros(s)
	case OrigSTAN:
		r.OrigSTAN = unlessZeros(s)
	case OrigRRN:
		r.OrigRRN = unlessZeros(s)
	case Network:
		// "net" heads the net amount of payment companies and the network of
		// gateway logs; a number with decimals can only be the former.
		if looksDecimal(s) && !r.Net.Valid() {
			return c.setAmount(r, Net, s)
		}
		r.Network = s
	case Channel:
		if !looksDecimal(s) && (len(s) < oneOfMany || !strings.ContainsAny(s, "0123456789")) {
			r.Channel = s
		}
	case Status:
		c.setStatus(r, s)
	case Kind:
		return c.setKind(r, s)
	case Call:
		if k := calledKind(s); k != txn.KindUnknown && r.Kind == txn.KindUnknown {
			r.Kind = k
		}
	case Direction:
		return c.setDirection(s)
	case Currency:
		return setCurrency(r, s)
	case TimeZone:
		c.row.zoneWord = s
	case SentAt:
		if len(s) == 9 && digitsOnly(s) {
			s = "0" + s
		}
		r.SentAt = s
	case SettleOn:
		return c.setSettleOn(r, s)
	case OrigTime:
		if t, rule := parseStamp(s, Time, c.Order); rule != "" && t.check() != "" {
			return timeError(OrigTime, s, rule)
		}
	case TimedOut:
		setTimedOut(r, s)
	case Origin:
		setOrigin(r, s)
	default:
		if to := In(r, f); to != nil {
			*to = s
		}
	}
	return nil
}

func setTimedOut(r *txn.Record, s string) {
	switch Compact(s) {
	case "1", "Y", "YES", "TRUE", "T", "是", "超时":
		r.Flags |= txn.TimedOut
	}
}

// setOrigin stores who made the answer.
func setOrigin(r *txn.Record, s string) {
	switch Compact(s) {
	case "HOST", "主机", "平台", "ISSUER", "SWITCH":
		r.Origin = txn.Host
	case "TERMINAL", "TERM", "LOCAL", "终端", "本地", "POS":
		r.Origin = txn.TerminalMade
	}
}

// setPAN stores a card number, masked.
func setPAN(r *txn.Record, s string) {
	if s[0] == '$' || strings.HasPrefix(s, "-$") || strings.HasPrefix(s, "($") || looksDecimal(s) {
		return // "Card" heads what was paid by card as well
	}
	if !digit(s[len(s)-1]) {
		s = cardAlone(s)
	}
	if spelled(s) {
		return // a wallet's name of its customer, or a token
	}
	s = strings.ReplaceAll(s, " ", "")
	if len(s) > 4 && s[4] == '-' && (digit(s[3]) || strings.IndexByte("*xX", s[3]) >= 0) { // 4111-1111-1111-1111
		s = strings.ReplaceAll(s, "-", "")
	}
	r.PAN = txn.Mask(s)
}

// setStatus stores a state, and what stands beside it in one value: a code, a reason.
func (c *Context) setStatus(r *txn.Record, s string) {
	if c.YesNo {
		s = YesNoWord(s)
	}
	if r.Code == "" && len(s) == 2 && codeLike(s[0]) && codeLike(s[1]) && (digit(s[0]) || digit(s[1])) {
		r.Code = s // "result" heads a code as often as a word
		return
	}
	if word, number, _ := strings.Cut(s, " "); len(number) >= 3 && len(number) <= 6 && numeral(number) && !strings.ContainsAny(word, "0123456789") {
		s = word // Denegada 0190, Autorizada A12345
	}
	if m := outcomeCode(s); m != nil { // 失败[51]余额不足
		if s = m[1]; r.Code == "" {
			r.Code = m[3]
		}
		if r.Text == "" {
			r.Text = txn.Scrub(m[4])
		}
	} else if word, why, ok := outcomeWord(s); ok {
		if code, text, ok := CodeIn(why); ok && r.Code == "" {
			r.Code, why = code, text
		}
		if s = word; r.Text == "" {
			r.Text = txn.Scrub(why)
		}
	}
	r.Status = s
	if code, ok := c.Codes[Compact(s)]; ok && r.Code == "" {
		r.Code, r.Origin = code, txn.Inferred
	}
}

// endedSo is a word for what became of a row, with its code in brackets and perhaps a reason behind.
var endedSo = lazy.MustCompile(`^([^\[(（【]*(成功|失败|拒绝|超时|(?i:success|failed|failure|declined|approved)))\s*[\[(（【]([A-Z0-9]{2}|[A-Z][0-9]{2,4}|[0-9]{3,6})[\])）】]\s*(.*)$`)

func outcomeCode(s string) []string {
	if !strings.ContainsAny(s, "[(（【") {
		return nil
	}
	return endedSo.FindStringSubmatch(s)
}

// outcomeWord cuts a status into the word for what became of a row and the reason behind
// it: 失败-余额不足, 交易失败（密码错误）.
func outcomeWord(s string) (word, why string, ok bool) {
	if s[0] < 0x80 {
		return "", "", false
	}
	at := strings.IndexAny(s, "-:;,( ：；，（—")
	if at <= 0 || !strings.HasSuffix(s[:at], "失败") && !strings.HasSuffix(s[:at], "成功") || at > len("交易失败") {
		return "", "", false
	}
	return s[:at], strings.Trim(s[at:], "-:;,() ：；，（）—"), true
}

// setPlain stores an identifier or code in which nothing is left to clean.
func (c *Context) setPlain(r *txn.Record, f Field, s string) error {
	switch f {
	case Code:
		return setCode(r, s)
	case TID:
		r.TID = s
	case MID:
		r.MID = s
	case STAN:
		if s != "0" {
			r.STAN = s
		}
	case RRN:
		if s != "0" {
			r.RRN = s
		}
	case ProcCode:
		r.ProcCode = s
	}
	return nil
}

// unlessZeros drops the zeros that fill a reference where there is none.
func unlessZeros(s string) string {
	if strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}

// plain reports whether Clean would return s itself, judging by its ends.
func plain(s string) bool {
	if s == "" {
		return true
	}
	a, z := s[0], s[len(s)-1]
	return a > ' ' && a < 0x80 && z > ' ' && z < 0x80 && a != '"' && a != '\'' && a != '`' && a != '=' && z != '"' && z != '`'
}

// ParseCode is the raw response code: trimmed and upper case, nothing else. "0"
// stays "0" (see Context.SetNumber for spreadsheet numbers).
func ParseCode(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'a' && c <= 'z' || c >= 0x80 {
			return strings.ToUpper(s)
		}
	}
	return s
}

// setCode stores a response code. Whatever else it may be, it is something to read.
func setCode(r *txn.Record, s string) error {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7F {
			return &Error{Code, "code-control", "the response code has characters of control", "look whether the file was damaged here"}
		}
	}
	if len(s) > len("00 ") {
		if code, text, ok := codeAndText(s); ok {
			if s = code; r.Text == "" {
				r.Text = txn.Scrub(text)
			}
		}
	}
	r.Code = ParseCode(s)
	return nil
}

// CodeIn cuts a response code and its meaning out of a reason that has both, or is the code alone:
// 系统维护(B4), 51 余额不足, B4, but not 30天内未激活.
func CodeIn(reason string) (code, text string, ok bool) {
	if len(reason) == len("B4") && codeLike(reason[0]) && digit(reason[1]) {
		return reason, "", true
	}
	if len(reason) <= len("00 ") {
		return "", "", false
	}
	code, text, ok = codeAndText(reason)
	if rest, led := strings.CutPrefix(reason, code); ok && led && digitsOnly(code) && measured(rest) {
		return "", "", false
	}
	return code, text, ok
}

// measured reports whether a number in front of a text counts what the text begins with.
func measured(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("元角天日月年周秒分时小次笔个张位倍", r)
}

// codeAndText cuts a code with its meaning behind it: 51 余额不足, A0-MAC校验错, 05 Do not honor,
// and one in brackets, with its meaning on either side or without.
func codeAndText(s string) (code, text string, ok bool) {
	if s[0]|0x20 == 'i' {
		if named := isoNamed.FindStringSubmatch(s); named != nil {
			return named[1], named[2], true
		}
	}
	if strings.ContainsAny(s, "[(（【<") {
		if in := inBrackets.FindStringSubmatch(s); in != nil {
			text = strings.Trim(in[1]+in[3], " -_:：|")
			return in[2], text, in[1] == "" || in[3] == "" && (len(in[2]) == 2 || !ascii(text))
		}
	}
	n, digits := 0, 0
	for n < len(s) && (digit(s[n]) || s[n] >= 'A' && s[n] <= 'Z') {
		if digit(s[n]) {
			digits++
		}
		n++
	}
	if n < 2 || n > 4 || digits == 0 || n == len(s) {
		return "", "", false
	}
	text = strings.Trim(s[n:], " -_:：;,，()（）[]【】|/")
	if text == "" || len(text)+n == len(s) && text[0] < 0x80 || text[0] < 0x80 && !Letter(text[0]) || text[0] < 0x80 && strings.IndexByte(" |([", s[n]) < 0 && ascii(s) {
		return "", "", false // A0B, R1-2, 00/51
	}
	return s[:n], text, true
}

// isoNamed is a code with the standard it is of and its name: iso51_InsufficientFunds.
var isoNamed = lazy.MustCompile(`^(?i:iso)[-_ ]?([0-9][0-9A-Z])[-_ ]([A-Za-z]\w+)$`)

// inBrackets has what stands before a code in brackets, the code, and what stands behind it.
var inBrackets = lazy.MustCompile(`^([^\[(（【<]*)[\[(（【<]([A-Z][0-9]{1,4}|[0-9]{2,4}|[0-9][A-Z])[\])）】>]([^\])）】>]*)$`)

func codeLike(c byte) bool { return digit(c) || c >= 'A' && c <= 'Z' }

func (c *Context) setMTI(r *txn.Record, s string) error {
	if len(s) == 3 && digitsOnly(s) {
		s = "0" + s // a spreadsheet took the zero
	}
	if len(s) != 4 || !digitsOnly(s) {
		// A column called 报文类型 may hold words.
		switch k := ParseKind(s); {
		case k != txn.KindUnknown:
			return c.setKind(r, s)
		case !strings.ContainsAny(s, "0123456789"): // request, trade.pay
			return nil
		}
		return &Error{MTI, "mti-syntax", "the message type is not four digits", "map the column to kind if it holds words"}
	}
	r.MTI = s
	return nil
}

func (c *Context) setKind(r *txn.Record, s string) error {
	k, ok := txn.KindUnknown, false
	if len(c.Kinds) > 0 {
		k, ok = c.Kinds[Compact(s)]
	}
	if !ok {
		k = ParseKind(s)
	}
	if k != txn.KindUnknown || r.Kind == txn.KindUnknown {
		r.Kind = k
	}
	if k == txn.KindUnknown && r.ProcCode == "" && len(s) == 6 && digitsOnly(s) && s[4:] == "00" && procKind(s) != txn.KindUnknown {
		r.ProcCode = s // 交易码 heads processing codes as well
	}
	c.row.kindWord = s
	return nil
}

// Mean makes a word stand for a kind, whatever it says elsewhere.
func (c *Context) Mean(word string, k txn.Kind) {
	if c.Kinds == nil {
		c.Kinds = map[string]txn.Kind{}
	}
	c.Kinds[word] = k
}

// Doing stores the kind that the word for it is known to be.
func (c *Context) Doing(r *txn.Record, k txn.Kind, word string) { r.Kind, c.row.kindWord = k, word }

func (c *Context) setDirection(s string) error {
	word := Compact(s)
	for _, w := range c.In {
		if Compact(w) == word {
			c.row.dir = 1
			return nil
		}
	}
	for _, w := range c.Out {
		if Compact(w) == word {
			c.row.dir = -1
			return nil
		}
	}
	dir, known := directions()[word]
	if !known && !strings.Contains(word, "卡") { // 借方金额, D借, 贷(C)
		switch out, in := strings.Contains(word, "借"), strings.Contains(word, "贷") || strings.Contains(word, "貸"); {
		case out && !in:
			dir, known = -1, true
		case in && !out:
			dir, known = 1, true
		}
	}
	switch {
	case word == "" && strings.TrimSpace(s) == "-":
		dir, known = -1, true
	case !known:
		return &Error{Direction, "direction-word", "the direction is neither in nor out", "list the word under in: or out: of a format file"}
	}
	c.row.dir = dir
	return nil
}

// directions are words for which way money went: 1 in, -1 out, 0 neither. 借贷标记 may be of the card.
var directions = sync.OnceValue(func() map[string]int8 {
	words := map[string]int8{"": 0}
	for dir, list := range map[int8]string{
		1: "CR C K CREDIT CRDT H HABEN BIJ GUTSCHRIFT EINGANG ENTRADA CRÉDITO CREDITO CRÉDIT ABONO AVERE ENTRÉE ПРИХОД ЗАЧИСЛЕНИЕ + IN INCOME INCOMING INFLOW MONEYIN PAIDIN DEPOSIT RECEIVED " +
			"입금 入金 收 收入 入 转入 已收入 入账 入帐 进账 进帐 来账 增加 增 收款 收方 存入 存 汇入 流入",
		-1: "DR D DEBIT DBIT S SOLL AF LASTSCHRIFT AUSGANG SALIDA SAÍDA DÉBITO DEBITO DÉBIT CARGO DARE SORTIE РАСХОД СПИСАНИЕ OUT EXPENSE OUTGOING OUTFLOW MONEYOUT PAIDOUT WITHDRAWAL SENT " +
			"출금 出金 支 支出 出 转出 已支出 出账 出帐 往账 减少 减 付 付款 付方 退款 支取 取 取出 汇出 流出",
		0: "不计收支 中性交易 其他 不计 借记卡 贷记卡 准贷记卡 信用卡 预付费卡 预付卡",
	} {
		for w := range strings.FieldsSeq(list) {
			words[w] = dir
		}
	}
	return words
})

// numbers are the numeric currency codes (ISO 4217) that messages carry in field 49, and behind them
// those of banks in China.
const numbers = "156CNY 344HKD 446MOP 901TWD 392JPY 410KRW 702SGD 458MYR 764THB 704VND 360IDR 608PHP 356INR 586PKR 144LKR 050BDT 496MNT 398KZT 417KGS 860UZS 972TJS 934TMT " +
	"643RUB 980UAH 975BGN 978EUR 826GBP 840USD 124CAD 484MXN 986BRL 032ARS 152CLP 170COP 604PEN 858UYU 600PYG 068BOB 214DOP 320GTQ 188CRC 590PAB 036AUD 554NZD 710ZAR 404KES 818EGP 566NGN 936GHS 800UGX 834TZS 504MAD 788TND " +
	"784AED 682SAR 634QAR 414KWD 512OMR 048BHD 400JOD 368IQD 422LBP 376ILS 949TRY 985PLN 203CZK 348HUF 946RON 752SEK 578NOK 208DKK 352ISK 756CHF 116KHR 418LAK 104MMK 524NPR 051AMD 981GEL 944AZN " +
	"950XAF 952XOF 646RWF 967ZMW 454MWK 943MZN 230ETB 973AOA 072BWP 516NAD 480MUR 012DZD 434LYD 976CDF 324GNF 969MGA 924ZWG 933BYN 941RSD 498MDL 807MKD 971AFN 096BND 462MVR 340HNL 558NIO 388JMD 780TTD 364IRR 001CNY 013HKD 014USD"

// currencies are the names that files have for a currency besides its three letters.
var currencies = map[string]string{
	"人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "元": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP", "¥": "CNY",
	"新加坡元": "SGD", "新台币": "TWD", "澳门元": "MOP", "加元": "CAD", "澳元": "AUD", "加拿大元": "CAD", "澳大利亚元": "AUD", "瑞士法郎": "CHF", "韩元": "KRW", "원": "KRW", "円": "JPY", "日本円": "JPY", "泰铢": "THB", "卢布": "RUB", "$": "USD", "€": "EUR", "£": "GBP", "RUR": "RUB", "РУБ": "RUB", "₽": "RUB",
	"SOL": "PEN", "SOLES": "PEN", "DOLARES": "USD", "DÓLARES": "USD", "EURO": "EUR", "EUROS": "EUR", "REAL": "BRL", "REAIS": "BRL", "TL": "TRY", "₺": "TRY", "NAIRA": "NGN", "₦": "NGN", "RUPIAH": "IDR", "BAHT": "THB",
	"Т": "KZT", "₸": "KZT", "ТГ": "KZT", "ТЕНГЕ": "KZT", "СУМ": "UZS", "₴": "UAH", "ГРН": "UAH"}

func setCurrency(r *txn.Record, s string) error {
	if len(s) == 3 && upper(s) && s != "RMB" && s != "RUR" {
		r.Currency = s
		return nil
	}
	if c := cmp.Or(currencyOf(Compact(s)), currencyOf(Normalize(s)), currencyInBoth(Compact(s))); c != "" {
		r.Currency = c
		return nil
	}
	return &Error{Currency, "currency-unknown", "the currency is neither three letters nor a known number or name", "write ISO 4217 letters"}
}

// currencyOf is the currency of a compact name, number or three letters, "" where it is none.
func currencyOf(k string) string {
	if c, ok := currencies[k]; ok {
		return c
	}
	switch k {
	case "01", "13", "14":
		k = "0" + k
	}
	switch {
	case len(k) == 3 && digitsOnly(k):
		if i := strings.Index(numbers, k); i >= 0 {
			return numbers[i+3 : i+6]
		}
	case len(k) == 3 && upper(k):
		return k
	}
	return ""
}

// currencyInBoth is the currency that a code and a name state together, "" where they differ:
// CNY-人民币, 156 人民币.
func currencyInBoth(k string) string {
	at := strings.IndexFunc(k, func(r rune) bool { return r >= 0x80 })
	if at == 0 {
		at = strings.IndexFunc(k, func(r rune) bool { return r < 0x80 })
	}
	if at <= 0 {
		return ""
	}
	if c := currencyOf(k[:at]); c == currencyOf(k[at:]) {
		return c
	}
	return ""
}

func (c *Context) setSettleOn(r *txn.Record, s string) error {
	t, rule := parseStamp(c.Gregorian(s), SettleOn, c.Order)
	if rule == "year-range" || strings.Trim(s, "0-/. :") == "" {
		return nil // not settled yet
	}
	if rule != "" {
		return timeError(SettleOn, s, rule)
	}
	if !t.date {
		return timeError(SettleOn, s, "date-missing")
	}
	if t.year == 0 {
		t.year = cmp.Or(c.inferYear(t), firstYear) // until the time of the row is known
		c.row.yearless = true
		r.Flags |= txn.YearInferred
	}
	r.SettleOn = txn.Date(t.year*10000 + t.month*100 + t.day)
	return nil
}

// cardAlone cuts off how the card was read: 622588******1234(C), 622588******1234 /I.
func cardAlone(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && !strings.ContainsRune("*xX- ", r) })
	if card := strings.TrimRight(s[:max(end, 0)], " "); len(card) >= 12 && (s[end] == '(' || s[end] == '/' || len(card) < end) {
		return card
	}
	return s
}

// spelled reports whether a text has letters other than those of a mask and does not end in
// the digits of a card: pm_1MgAbc, N/A; not XXXX1234 and VISA 1234.
func spelled(s string) bool {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z') && r != 'x' && r != 'X' }) {
		return false
	}
	return len(s) < 4 || !digitsOnly(s[len(s)-4:])
}

// oneOfMany is the length from which a way of payment with a digit is one card or account of
// many: pm_1NvXyzAbCdEf, 建设银行(1234).
const oneOfMany = 14

// looksDecimal: digits with a decimal point and perhaps a sign: 12.50, -3.00.
func looksDecimal(s string) bool {
	if len(s) < 4 || s[len(s)-3] != '.' {
		return false
	}
	t := strings.TrimLeft(s, "+-")
	i := strings.LastIndexByte(t, '.')
	return i > 0 && len(t)-i-1 == 2 && digit(t[0]) && digitsOnly(t[i+1:])
}

// numeral reports whether a text is of digits and capitals, digits among them.
func numeral(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
