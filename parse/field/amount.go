package field

import (
	"cmp"
	"math"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/txn"
)

// Decimal says which mark separates the decimals.
type Decimal uint8

const (
	DecimalAuto  Decimal = iota // the last of the two marks; a lone comma with one or two digits after it
	DecimalPoint                // 1,234.56
	DecimalComma                // 1.234,56
)

// Value is an amount as written, with the sign and letters beside it.
type Value struct {
	Minor    txn.Minor // always >= 0, NoAmount for an empty cell
	Negative bool      // minus before or after, or brackets around
	Letter   byte      // 'C' or 'D' beside the number: credit or debit; 0 otherwise
	Currency string    // ISO letters written beside the number, "" otherwise
	Rounded  bool      // parts of the minor unit were rounded, half of it up
	Bare     bool      // digits only: fen or yuan is not to be seen from the text

	// Of an amount in major units, Minor are hundredths until the currency is known.
	major bool
	third byte // digit of the thousandths
	more  bool // something other than zeros behind it
	up    bool // that is half a thousandth or more
}

// mostMinor is the largest amount in minor units: what is larger is a number of another kind in
// the column, and a few of them would overflow every sum.
const mostMinor = 1e15 - 1

// ParseAmount reads one amount of a currency with two decimals. Twelve digits are minor
// units (ISO 8583 field 4); a decimal mark makes major units; a bare whole number is in
// the unit given, and in major units where that is UnitAuto. The rule is empty on
// success and a stable word otherwise.
func ParseAmount(raw string, unit Unit, mark Decimal) (v Value, rule string) {
	return ParseIn(raw, unit, mark, 2, false)
}

// ParseIn is ParseAmount for a currency with so many decimals (see txn.Exponent). Where
// round is set the value may have parts of the minor unit, as totals of fees have.
func ParseIn(raw string, unit Unit, mark Decimal, decimals int, round bool) (v Value, rule string) {
	if v, rule = parseAmount(raw, unit, mark); rule == "" {
		rule = v.scale(decimals, round)
	}
	return v, rule
}

// scale turns an amount in major units, read to the hundredth, into minor units of a
// currency with so many decimals.
func (v *Value) scale(decimals int, round bool) (rule string) {
	if !v.major || !v.Minor.Valid() {
		return ""
	}
	v.major = false
	rest, up := v.third != 0 || v.more, v.third >= 5
	switch decimals {
	case 0:
		rest, up = rest || v.Minor%100 != 0, v.Minor%100 >= 50
		v.Minor /= 100
	case 3:
		rest, up = v.more, v.up
		if v.Minor = 10*v.Minor + txn.Minor(v.third); v.Minor > mostMinor {
			return "amount-range"
		}
	}
	if !rest {
		return ""
	}
	if !round {
		return "amount-decimals"
	}
	if v.Rounded = true; up {
		v.Minor++
	}
	return ""
}

// parseAmount reads an amount as far as that goes without its currency.
func parseAmount(raw string, unit Unit, mark Decimal) (v Value, rule string) {
	// The ordinary shapes: 000000012300 and 123.00.
	if n := len(raw); n == 12 && unit != Major && digitsOnly(raw) {
		if unit == Thousandth {
			rule = v.scaleLi(raw, "")
			return v, rule
		}
		return Value{Minor: txn.Minor(wide(raw)), Bare: true}, ""
	} else if n > 3 && n < 16 && raw[n-3] == '.' && digitsOnly(raw[:n-3]) && digitsOnly(raw[n-2:]) && (unit <= Major || unit == Whole) && mark != DecimalComma {
		return Value{Minor: txn.Minor(wide(raw[:n-3])*100 + wide(raw[n-2:])), major: true}, ""
	}
	s := Clean(raw)
	if !ascii(s) {
		s = foreignMarks().Replace(Clean(norm.NFKC.String(s)))
	}
	if absent(s) {
		return Value{Minor: txn.NoAmount}, ""
	}
	fen := false
	if s, fen = strings.CutSuffix(s, "分"); fen {
		unit = Minor
	}
	if s, rule = v.peel(s); rule != "" {
		return v, rule
	}
	if mark == DecimalAuto && (v.Currency == "IDR" || v.Currency == "VND") && thousands(s) { // Rp 150.000
		mark = DecimalComma
	}
	whole, frac, rule := splitNumber(s, mark)
	if rule != "" {
		return v, rule
	}
	pointed := len(frac) > 0
	if unit == Whole && !pointed {
		unit = Minor
	}
	v.Bare = !pointed && !fen && digitsOnly(s)
	switch {
	case unit == Minor:
		if strings.Trim(frac, "0") != "" {
			return v, "amount-fraction"
		}
		frac = ""
	case unit == Thousandth:
		rule = v.scaleLi(whole, frac)
		return v, rule
	case unit == UnitAuto && v.Bare && len(whole) == 12:
	default:
		v.major = true
		if len(frac) > 2 {
			v.third = frac[2] - '0'
			v.more = strings.Trim(frac[3:], "0") != ""
			v.up = v.more && frac[3] >= '5'
		}
		frac = (frac + "00")[:2]
	}
	whole = strings.TrimLeft(whole+frac, "0")
	if len(whole) > 18 || wide(whole) > mostMinor {
		return v, "amount-range"
	}
	v.Minor = txn.Minor(wide(whole))
	return v, ""
}

// foreignMarks are signs of numbers, and digits, that are written otherwise elsewhere.
var foreignMarks = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{"−", "-", "–", "-", "—", "-", "﹣", "-", "▲", "-", "△", "-", "’", "'", "٫", ".", "٬", ","}
	for i := range 10 {
		for _, zero := range [...]rune{'٠', '۰', '०'} { // Arabic, Persian, Hindi
			pairs = append(pairs, string(zero+rune(i)), string(rune('0'+i)))
		}
	}
	return strings.NewReplacer(pairs...)
})

// thousands reports whether every point of a number stands before three digits.
func thousands(s string) bool {
	head, rest, ok := strings.Cut(s, ".")
	if !ok || !digitsOnly(head) || len(head) > 3 || head[0] == '0' {
		return false
	}
	for g := range strings.SplitSeq(rest, ".") {
		if len(g) != 3 || !digitsOnly(g) {
			return false
		}
	}
	return true
}

// scaleLi takes a number of thousandths.
func (v *Value) scaleLi(whole, frac string) (rule string) {
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 18 {
		return "amount-range"
	}
	n := wide(whole)
	switch {
	case n%10 != 0 || strings.Trim(frac, "0") != "":
		return "amount-decimals"
	case n/10 > mostMinor:
		return "amount-range"
	}
	v.Minor, v.Bare = txn.Minor(n/10), frac == ""
	return ""
}

// absent are the ways to write "no amount".
func absent(s string) bool { return Nothing(s) || s == "-" || s == "/" || s == "NA" }

// peel takes signs, brackets, currency marks, letters and trailing remarks off.
func (v *Value) peel(s string) (string, string) {
	for {
		before := s
		s = strings.TrimSpace(s)
		if s == "" {
			return s, "amount-syntax"
		}
		first, last := s[0], s[len(s)-1]
		switch {
		case first == '(' && last == ')':
			v.Negative = !v.Negative
			s = s[1 : len(s)-1]
		case last == ')': // 131.77(已退款89.84), -3.90(CN); $(12.00) is below zero
			if i := strings.IndexByte(s, '('); i > 0 && !strings.ContainsAny(s[:i], "0123456789") {
				v.Negative = !v.Negative
				s = s[:i] + s[i+1:len(s)-1]
			} else if i > 0 {
				s = s[:i]
			}
		case first == '-':
			v.Negative = !v.Negative
			s = s[1:]
		case first == '+':
			s = s[1:]
		case last == '-':
			if whole := strings.TrimRight(s, "-"); strings.HasSuffix(whole, ".") || strings.HasSuffix(whole, ",") { // 12.- and 12,-- are 12.00
				s = whole[:len(whole)-1]
				break
			}
			v.Negative = !v.Negative
			s = s[:len(s)-1]
		case last == '+':
			s = s[:len(s)-1]
		case first == '$':
			v.Currency = "USD"
			s = s[1:]
		case Letter(first) || first >= 0x80:
			j := 0
			for j < len(s) && (Letter(s[j]) || s[j] >= 0x80 || s[j] == '$') {
				j++
			}
			if !v.word(s[:j]) {
				return s, "amount-syntax"
			}
			if s = s[j:]; strings.HasPrefix(s, ". ") || len(s) > 1 && s[0] == '.' && v.Currency == "INR" { // Rs. 100, Rs.100
				s = s[1:]
			}
		case last == '.' && len(s) > 1 && Letter(s[len(s)-2]): // 12.00 Cr.
			s = s[:len(s)-1]
		case Letter(last) || last >= 0x80:
			j := len(s)
			for j > 0 && (Letter(s[j-1]) || s[j-1] >= 0x80) {
				j--
			}
			// 1.2E+05 of a spreadsheet ends in digits; a lone E is no word.
			if !v.word(s[j:]) {
				return s, "amount-syntax"
			}
			s = s[:j]
		}
		if s == before {
			return s, ""
		}
	}
}

// word takes what stands beside a number: a currency, or the letters of credit and debit.
func (v *Value) word(w string) bool {
	switch u := strings.ToUpper(w); u {
	case "元": // of any currency
	case "圆", "元整":
		v.Currency = cmp.Or(v.Currency, "CNY")
	case "CR", "C", "贷":
		v.Letter = 'C'
	case "DR", "D", "DB", "借":
		v.Letter = 'D'
	case "负":
		v.Negative = !v.Negative
	default:
		c := cmp.Or(marks[u], currencies[u])
		if three := strings.TrimSuffix(w, "$"); c == "" && (len(three) == 3 && upper(three) || IsCurrency(u)) { // CAD$, usd
			c = strings.ToUpper(three)
		}
		if c == "" {
			return false
		}
		v.Currency = c
	}
	return true
}

// marks are the signs and short words of currencies that stand beside amounts, besides their names.
var marks = map[string]string{"HK$": "HKD", "US$": "USD", "R$": "BRL", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "S$": "SGD", "NT$": "TWD", "MX$": "MXN", "NZ$": "NZD",
	"CN¥": "CNY", "JP¥": "JPY", "₹": "INR", "RS": "INR", "₩": "KRW", "RM": "MYR", "RP": "IDR", "₱": "PHP", "฿": "THB", "ZŁ": "PLN", "₫": "VND", "₪": "ILS", "KČ": "CZK", "FT": "HUF", "LEI": "RON"}

// splitNumber separates digits before and after the decimal mark and checks
// the groups of thousands.
func splitNumber(s string, mark Decimal) (whole, frac, rule string) {
	if digitsOnly(s) {
		return s, "", ""
	}
	if i := strings.IndexAny(s, "eE"); i > 0 {
		return exponent(s, i)
	}
	point, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	dec := byte('.')
	switch mark {
	case DecimalComma:
		dec = ','
	case DecimalAuto:
		switch {
		case point >= 0 && comma > point:
			dec = ','
		case point < 0 && comma > 0 && strings.Count(s, ",") == 1 && len(s)-comma-1 <= 2:
			dec = ','
		}
	}
	group := byte(',')
	if dec == ',' {
		group = '.'
	}
	whole = s
	if i := strings.IndexByte(s, dec); i >= 0 {
		whole, frac = s[:i], s[i+1:]
		if frac != "" && !digitsOnly(frac) {
			return "", "", "amount-syntax"
		}
	}
	if digitsOnly(whole) {
		return whole, frac, ""
	}
	if whole == "" && frac != "" { // ".50"
		return "0", frac, ""
	}
	if strings.Trim(whole, "0123456789.,' _") != "" {
		return "", "", "amount-syntax"
	}
	parts := strings.FieldsFunc(whole, func(r rune) bool { return r == rune(group) || r == ' ' || r == '\'' || r == '_' })
	var b strings.Builder
	for i, p := range parts {
		lakh := len(p) == 2 && len(parts[0]) <= 2 && i < len(parts)-1 && len(parts[len(parts)-1]) == 3 // 1,02,025.00 of India
		if !digitsOnly(p) || i > 0 && len(p) != 3 && len(p) != 4 && !lakh {
			return "", "", "amount-grouping"
		}
		b.WriteString(p)
	}
	if b.Len() == 0 {
		return "", "", "amount-syntax"
	}
	return b.String(), frac, ""
}

// exponent expands 1.234E+3, which spreadsheets write for long numbers.
func exponent(s string, i int) (whole, frac, rule string) {
	e := s[i+1:]
	neg := strings.HasPrefix(e, "-")
	e = strings.TrimLeft(e, "+-")
	if !digitsOnly(e) || len(e) > 2 {
		return "", "", "amount-syntax"
	}
	whole, frac, _ = strings.Cut(s[:i], ".")
	if !digitsOnly(whole) || frac != "" && !digitsOnly(frac) {
		return "", "", "amount-syntax"
	}
	n := atoi(e)
	if n > 18 {
		return "", "", "amount-range"
	}
	if neg {
		whole = strings.Repeat("0", n) + whole
		return whole[:len(whole)-n], whole[len(whole)-n:] + frac, ""
	}
	for ; n > 0; n-- {
		if frac == "" {
			frac = "0"
		}
		whole, frac = whole+frac[:1], frac[1:]
	}
	return whole, frac, ""
}

// SecondsNote says how durations of no stated unit are read where one [BelowOne] is among
// them: no answer comes within a millisecond.
const SecondsNote = "durations that do not say their unit are taken as seconds: some are below 1"

// BelowOne reports whether a duration is a bare number below 1.
func BelowOne(s string) bool {
	frac, ok := strings.CutPrefix(s, "0.")
	return ok && digitsOnly(frac) && strings.Trim(frac, "0") != ""
}

// ParseLatency reads a duration in milliseconds: 235ms, 1.2s, 1.2 秒, 900us, 1,234, <1 ms,
// 00:00:01.235; a bare number is in the unit given, milliseconds where that is UnitAuto. -1 is none.
func ParseLatency(raw string, unit Unit) (ms int32, rule string) {
	s := Clean(raw)
	if absent(s) || s == "-1" {
		return txn.NoLatency, ""
	}
	if s[0] == '<' {
		s = strings.TrimLeft(s[1:], " ")
	}
	if strings.IndexByte(s, ':') > 0 {
		return spanLatency(s)
	}
	if strings.IndexByte(s, ',') > 0 && latencyGroups.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	i, n := 0, len(s)
	for i < n && (digit(s[i]) || s[i] == '.') {
		i++
	}
	num, word := s[:i], Compact(s[i:])
	whole, frac, pointed := strings.Cut(num, ".")
	if num == "" {
		return 0, "latency-syntax"
	}
	if whole == "" {
		whole = "0"
	}
	if !digitsOnly(whole) || pointed && frac != "" && !digitsOnly(frac) || len(whole) > 12 {
		return 0, "latency-syntax"
	}
	if word != "" {
		u, ok := units[word]
		if !ok || u < Millisecond {
			return 0, "latency-unit"
		}
		unit = u
	}
	micros := wide(whole)*1000 + wide((frac + "000")[:3])
	switch unit {
	case Second:
		micros = wide(whole)*1_000_000 + wide((frac + "000000")[:6])
	case Microsecond:
		micros = wide(whole)
	}
	if micros/1000 > math.MaxInt32 {
		return 0, "latency-range"
	}
	return int32(micros / 1000), ""
}

// latencyGroups is a number with commas between its thousands.
var latencyGroups = lazy.MustCompile(`^\d{1,3}(,\d{3})+(\D|$)`)

// spanLatency reads a duration in hours, minutes and seconds.
func spanLatency(s string) (ms int32, rule string) {
	clock, frac, _ := strings.Cut(s, ".")
	parts := strings.Split(clock, ":")
	if len(parts) != 3 || frac != "" && !digitsOnly(frac) {
		return 0, "latency-syntax"
	}
	sec := 0
	for _, p := range parts {
		if len(p) == 0 || len(p) > 2 || !digitsOnly(p) {
			return 0, "latency-syntax"
		}
		sec = sec*60 + atoi(p)
	}
	return int32(sec*1000 + atoi((frac + "000")[:3])), ""
}
