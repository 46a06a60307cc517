package field

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Unit is the unit that a column name states for its values.
type Unit uint8

const (
	UnitAuto   Unit = iota // by the shape of the value
	Major                  // yuan
	Minor                  // fen
	Thousandth             // li, 1/1000 yuan
	Millisecond
	Second
	Microsecond
	Whole // fen, by what is known of the interface: with decimals the value is in yuan
)

var unitNames = [...]string{"auto", "yuan", "fen", "li", "ms", "s", "us", "fen"}

func (u Unit) String() string { return unitNames[u] }

// units are the words that may stand in the brackets of a name, or at its end.
var units = map[string]Unit{
	"元": Major, "人民币元": Major, "RMB元": Major, "YUAN": Major, "RMB": Major, "CNY": Major, "¥": Major, "单位元": Major,
	"分": Minor, "人民币分": Minor, "FEN": Minor, "CENT": Minor, "CENTS": Minor, "PAISE": Minor, "PENCE": Minor, "单位分": Minor, "厘": Thousandth,
	"MS": Millisecond, "毫秒": Millisecond, "MILLIS": Millisecond, "MSEC": Millisecond, "单位毫秒": Millisecond,
	"S": Second, "秒": Second, "SEC": Second, "SECONDS": Second, "单位秒": Second,
	"US": Microsecond, "微秒": Microsecond, "USEC": Microsecond,
}

// ParseUnit reads "元", "fen", "ms" ...
func ParseUnit(s string) (Unit, bool) {
	u, ok := units[Compact(s)]
	return u, ok
}

// Clean takes the wrapping off a cell: white space of any kind, NBSP, BOM,
// zero-width marks, back-ticks, a leading apostrophe, ="..." and quotes around
// the whole. It never allocates.
func Clean(s string) string {
	for {
		t := strings.TrimFunc(s, wrapping)
		if strings.HasPrefix(t, `="`) && strings.HasSuffix(t, `"`) && len(t) > 2 {
			t = t[2 : len(t)-1]
		} else if len(t) >= 2 && (t[0] == '"' || t[0] == '\'') && t[len(t)-1] == t[0] {
			t = t[1 : len(t)-1]
		} else if len(t) > 1 && t[0] == '\'' {
			t = t[1:]
		}
		if len(t) == len(s) {
			return t
		}
		s = t
	}
}

func wrapping(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '`':
		return true
	case 0xA0, 0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0x200E, 0x200F, 0:
		return true
	}
	return r > 0x7F && unicode.IsSpace(r)
}

// Compact folds a name so that spelling does not matter: [Clean], NFKC (full
// width to half width), upper case, no blanks, underscores, hyphens, dots,
// asterisks or brackets.
func Compact(name string) string {
	name = norm.NFKC.String(Clean(name))
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		switch r {
		case '_', '-', '.', '*', ':', '/', '\\', '#', '(', ')', '[', ']', '{', '}', '【', '】', '〔', '〕', '"', '\'', '`', '、':
			continue
		}
		if unicode.IsSpace(r) || wrapping(r) {
			continue
		}
		switch r {
		case 'İ': // as the capital of i is written in Turkish
			r = 'I'
		case 'ي', 'ى': // letters that keyboards of Arabic and Persian have for each other
			r = 'ی'
		case 'ك':
			r = 'ک'
		case 'أ', 'إ', 'آ':
			r = 'ا'
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// Normalize is the form by which names are compared: [Compact] of the name
// without what stands in brackets, so that "订单金额（元）" and "订单金额" are equal.
// A name that is nothing but brackets keeps their content.
func Normalize(name string) string {
	head, _ := splitBrackets(norm.NFKC.String(Clean(name)))
	if n := Compact(head); n != "" {
		return n
	}
	return Compact(name)
}

// splitBrackets returns the name without its bracketed parts, and those parts.
func splitBrackets(s string) (head, inside string) {
	for {
		i := strings.IndexAny(s, "([【〔")
		if i < 0 {
			return head + s, inside
		}
		j := strings.IndexAny(s[i:], ")]】〕")
		if j < 0 {
			return head + s, inside
		}
		open := len("(")
		if s[i] > 0x7F {
			open = len("【")
		}
		inside += s[i+open : i+j]
		head += s[:i]
		s = s[i+j:]
		if s[0] > 0x7F {
			s = s[len("】"):]
		} else {
			s = s[1:]
		}
	}
}

// Lookup finds the field that a column name or key stands for, and the unit
// that the name states.
func Lookup(name string) (f Field, unit Unit, ok bool) {
	d := dictionary()
	full := Compact(name)
	if full == "" {
		return None, UnitAuto, false
	}
	head, inside := splitBrackets(norm.NFKC.String(Clean(name)))
	if strings.Contains(inside, "%") && !strings.ContainsAny(inside, "0123456789") { // a rate: Taxa (%) beside Valor da Taxa
		return None, UnitAuto, false
	}
	if unit = units[Compact(inside)]; unit == UnitAuto && thousandsOf(inside) {
		return None, UnitAuto, false
	}
	if e, hit := d[full]; hit {
		return e.field, pick(unit, e.unit), true
	}
	if n := messageField(full); n != "" {
		e, hit := d["F"+n]
		return e.field, pick(unit, e.unit), hit
	}
	if inside != "" {
		if e, hit := d[Compact(head)]; hit {
			return e.field, pick(unit, e.unit), true
		}
	}
	if strings.Contains(name, " / ") || strings.Contains(name, "/ ") {
		return lookupEach(name)
	}
	// A unit at the end of the name: "rt_ms", "amount_fen", "交易金额元".
	stem := Compact(head)
	for _, suffix := range unitSuffixes {
		rest, cut := strings.CutSuffix(stem, suffix)
		if !cut {
			continue
		}
		if e, hit := d[rest]; hit && (e.field.Money() && units[suffix] <= Thousandth || e.field == Latency && units[suffix] >= Millisecond) {
			return e.field, units[suffix], true
		}
	}
	if stem, ok := accountCurrency(name); ok {
		if e := d[Compact(stem)]; e.field == Debit || e.field == Credit {
			return e.field, e.unit, true
		}
	}
	return None, UnitAuto, false
}

// accountCurrency is the name of a column of an account without the account's currency behind it:
// Debit CHF, Balance CHF.
func accountCurrency(name string) (stem string, ok bool) {
	name = Clean(name)
	i := strings.LastIndexByte(name, ' ')
	if i < 0 || !IsCurrency(name[i+1:]) {
		return "", false
	}
	return name[:i], true
}

// thousandsOf reports whether a unit is thousands of yuan or more, 万元: what stands below
// is rounded, and no amount of a transaction. Nobody pays in tenths of a yuan.
func thousandsOf(unit string) bool {
	if word := strings.Trim(unit, "人民币单位:： "); word != "元" && strings.Trim(word, "角十百千万亿元") == "" {
		return strings.ContainsAny(word, "角十百千万亿")
	}
	switch Compact(unit) {
	case "K", "M", "000", "000S", "THOUSANDS", "INTHOUSANDS", "MILLIONS", "INMILLIONS", "LAKH", "LAKHS", "CRORE", "CRORES", "TSD", "MIO", "МЛН", "ТЫС":
		return true
	}
	return false
}

// Coarse reports whether a unit, or that which the name of an amount states, is one in which
// no single payment is stated: 万元, 交易金额(万元).
func Coarse(name string) bool {
	head, inside := splitBrackets(norm.NFKC.String(Clean(name)))
	if strings.TrimSpace(head) == "" || inside == "" {
		return thousandsOf(name)
	}
	f, _, ok := Lookup(head)
	return ok && f.Money() && thousandsOf(inside)
}

// lookupEach looks up a name that is several with strokes between, as where one column serves
// exports of several kinds: TERMINAL NUMBER / External TID. The parts that are known must
// agree.
func lookupEach(name string) (f Field, unit Unit, ok bool) {
	for part := range strings.SplitSeq(name, "/") {
		g, u, hit := Lookup(part)
		switch {
		case !hit:
		case ok && g != f:
			return None, UnitAuto, false
		default:
			f, unit, ok = g, u, true
		}
	}
	return f, unit, ok
}

// messageField returns the number that a compact name gives a field of a message
// by, without leading zeros: 39 of 域39, 39域, 第039域, BIT39, DE039, FIELD39.
func messageField(full string) string {
	n := full
	for _, word := range [...]string{"域", "第", "位元", "FIELD", "FLD", "BIT", "DE", "DF", "F"} {
		if rest, ok := strings.CutPrefix(full, word); ok {
			n = rest
			break
		}
	}
	n = strings.TrimSuffix(n, "域")
	if n == full || len(n) > 3 || !digitsOnly(n) {
		return ""
	}
	if n = strings.TrimLeft(n, "0"); n == "" {
		return "0"
	}
	return n
}

// Numbered reports whether a name is the number of a field of a message: F041, DE41, 41域.
func Numbered(name string) bool { return messageField(Compact(name)) != "" }

// Vague reports whether a name says too little to stand against another one for its
// field: beside RC, a plain code is that of an envelope or of HTTP, and beside a response
// code a response is a class of answers.
func Vague(name string) bool {
	k := Compact(name)
	return k == "CODE" || k == "RESPONSE"
}

// Classes reports whether a name is vague and may have a class of answers, and IsClass whether
// a value is one.
func Classes(name string) bool { return Compact(name) == "RESPONSE" }
func IsClass(value string) bool {
	return strings.EqualFold(value, "declined") || strings.EqualFold(value, "approved")
}

// Envelope reports whether a name is that of the message that an interface puts around
// every answer.
func Envelope(name string) bool { return name == "message" || name == "msg" }

// Returned and Resulted report whether a name is that of the two codes in an answer of a
// wallet: whether the message came through, and what became of the payment.
func Returned(name string) bool {
	return name == "retcode" || either(name, "return_code", "returncode")
}
func Resulted(name string) bool {
	return name == "trxstatus" || either(name, "result_code", "resultcode")
}

// OfHost reports whether a name is that of the code of a host, which says more than the one of
// the program in between.
func OfHost(name string) bool {
	switch Compact(name) {
	case "HOSTCODE", "HOSTRC", "HOSTRSPCODE", "HOSTRESPCODE", "HOSTRESPONSECODE", "主机应答码", "主机响应码", "主机返回码":
		return true
	}
	return false
}

// Passed reports whether a code under such a name may say no more than that the call went well:
// "resultCode":"SUCCESS" stands beside "responseCode":"51" as well.
func Passed(code string) bool {
	switch strings.ToUpper(code) {
	case "0", "200", "OK", "SUCCESS", "SUCCEED", "SUCCEEDED":
		return true
	}
	return false
}

// Asked reports whether a name is that of what became of the payment that the call asks
// about, or that the notice is of: respCode=00 beside it says that the call came through.
func Asked(name string) bool { return either(name, "origRespCode", "origRespMsg") }

func either(name, a, b string) bool {
	return len(name) == len(a) && strings.EqualFold(name, a) || len(name) == len(b) && strings.EqualFold(name, b)
}

// OfAccount reports whether a name is one that only movements of an account have: the
// balance that they leave, the other account, the purpose that a payer states.
func OfAccount(name string) bool {
	if stem, ok := accountCurrency(name); ok {
		name = stem
	}
	switch k := Normalize(name); k {
	case "余额", "账户余额", "本次余额", "联机余额", "账户结余", "结余", "当前余额", "可用余额", "残高", "取引後残高", "差引残高", "잔액", "거래후잔액", "ОСТАТОК", "BALANCE", "RUNNINGBALANCE", "BALANCEAFTER", "GUTHABEN", "SALDO", "KONTOSTAND", "SOLDE",
		"SALDONACHBUCHUNG", "SALDONAMUTATIE", "SALDONATRN", "CLOSINGBALANCE", "BALANCECONFIRMED", "BAKIYE", "GÜNCELBAKIYE", "YENIBAKIYE", "ZŮSTATEK", "SALDOPOOPERACJI", "SALDOPOTRANSAKCJI", "EGYENLEG", "SỐDƯ", "SỐDƯCUỐI", "TEGENREKENINGIBAN/BBAN", "IBAN", "KONTONUMMER/IBAN", "AUFTRAGSKONTO", "IBANKONTOINHABER", "BOKFÖRTSALDO", "WALLETSALDONACHTRANSAKTION", "VERWENDUNGSZWECK", "TEGENREKENING":
		return true
	}
	return false
}

// unitSuffixes are tried longest first.
var unitSuffixes = []string{"CENTS", "PAISE", "PENCE", "CENT", "YUAN", "FEN", "毫秒", "微秒", "MSEC", "SEC", "MS", "US", "RMB", "CNY", "元", "分", "秒", "S"}

func pick(stated, known Unit) Unit {
	if stated != UnitAuto {
		return stated
	}
	return known
}

type meaning struct {
	field Field
	unit  Unit
}

// dictionary is built once, on first use: start-up stays cheap for commands
// that read no input.
var dictionary = sync.OnceValue(func() map[string]meaning {
	d := make(map[string]meaning, 1024)
	for _, line := range strings.Split(aliases, "\n") {
		key, list, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(key, "#") {
			continue
		}
		word, unitWord, _ := strings.Cut(key, " ")
		f, err := Parse(word)
		if err != nil {
			panic("parse/field: " + err.Error())
		}
		m := meaning{f, units[strings.ToUpper(unitWord)]}
		if unitWord == "whole" {
			m.unit = Whole
		}
		for _, alias := range strings.Split(list, "|") {
			k := Compact(alias)
			if k == "" {
				continue
			}
			if old, dup := d[k]; dup && old != m {
				panic("parse/field: " + k + " is an alias of both " + old.field.String() + " and " + f.String())
			}
			d[k] = m
		}
	}
	return d
})

// Names lists the aliases of a field as they stand in the dictionary, for
// documentation and drafts.
func Names(f Field) []string {
	var out []string
	for _, line := range strings.Split(aliases, "\n") {
		key, list, _ := strings.Cut(strings.TrimSpace(line), ":")
		word, _, _ := strings.Cut(key, " ")
		if word != names[f] {
			continue
		}
		for _, a := range strings.Split(list, "|") {
			if a = strings.TrimSpace(a); a != "" {
				out = append(out, a)
			}
		}
	}
	return out
}
