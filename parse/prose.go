package parse

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// proseNames are fields that are looked for in prose: their names say what their values are,
// with nothing between them.
var proseNames = field.SetOf(field.Code, field.Amount, field.Fee, field.Net, field.TID, field.MID, field.STAN, field.RRN, field.PAN, field.AuthCode, field.OrderNo, field.ChannelNo, field.RefundNo, field.Batch, field.MTI, field.Latency)

// leastSaid is how many of them a line has that tells of a transaction, its response code or what became
// of it among them.
const leastSaid = 3

// prose reports whether most entries of a log have names with their values right behind them, 终端10000001
// 应答码00 or tid 10000001 rc 00, and no reader reads them as they are.
func prose(head []byte) bool {
	return tells(head, spelled) && !understood(bytes.NewReader(head)) && understood(newSpelled(bytes.NewReader(head)))
}

// newSpelled puts a mark between these names and their values.
func newSpelled(r io.Reader) io.Reader { return newTold(r, spelled) }

// telling writes KEY=value for what it finds in a line behind from, and says which fields it found.
type telling func(line string, from int) (string, field.Set)

// tells reports whether most entries of a log tell of transactions.
func tells(head []byte, tell telling) bool {
	entries, said := 0, 0
	charset := text.Judge(head)
	for l := range bytes.Lines(head) {
		if entries == 100 {
			break
		}
		line, _ := charset.Decode(strings.TrimRight(text.Of(l), "\r\n"))
		at, n := field.LeadTime(line)
		if n == 0 {
			continue
		}
		entries++
		if _, have := tell(line, at+n); (have.Has(field.Code) || have.Has(field.Status)) && have.Len() >= leastSaid {
			said++
		}
		if entries == 10 && said == 0 {
			return false
		}
	}
	return said >= leastSaid && 2*said >= entries
}

// newTold writes the lines of a log as they are told.
func newTold(r io.Reader, tell telling) io.Reader {
	first, head := peeked(r)
	charset := text.Judge(head)
	return newLines(first, func(l string) string {
		line, _ := charset.Decode(strings.TrimRight(l, "\r"))
		if at, n := field.LeadTime(line); n > 0 {
			line, _ = tell(line, at+n)
		}
		return line
	})
}

// spelled writes KEY=value for each such name in a line behind from, and the word for what the line
// does in front of them. It says which fields it found.
func spelled(line string, from int) (string, field.Set) {
	var have field.Set
	if strings.ContainsAny(line[from:], "{<") { // an object or an element
		return line, have
	}
	var out, words strings.Builder // words are what is no name and no value
	before := ""                   // those in front of the code
	done := from
	for i := from; i < len(line); {
		if !valued(line[i]) {
			i++
			continue
		}
		end := i
		for end < len(line) && valued(line[end]) {
			end++
		}
		value := strings.TrimRight(line[i:end], ".,-:")
		unit := ""
		for _, u := range [...]string{"元", "分", "厘"} {
			if strings.HasPrefix(line[i+len(value):], u) {
				unit = u
			}
		}
		name, f := nameBefore(line, done, i)
		if f == field.None && unit == "元" && !have.Has(field.Amount) && doing(line[done:i]) != "" { // 消费12.50元
			name, f = stretch{i, i}, field.Amount
		}
		if f == field.None || !strings.ContainsAny(value, "0123456789") {
			i = end
			continue
		}
		words.WriteString(line[done:name.from] + " ")
		out.WriteString(line[done:name.from])
		if name.from == name.to {
			out.WriteString(" 金额")
		}
		out.WriteString(line[name.from:name.to])
		if f.Money() && unit != "" { // 金额1250分
			out.WriteString("(" + unit + ")")
		}
		out.WriteString("=" + value + " ")
		if f == field.Code {
			before = words.String()
		}
		have |= field.SetOf(f)
		if done = i + len(value); f.Money() {
			done += len(unit)
		}
		i = done
	}
	if have == 0 {
		return line, have
	}
	rest := line[done:]
	if said := strings.TrimLeft(rest, " ，,。元"); !have.Has(field.Code) && said != "" && !strings.ContainsRune(said, '"') {
		name := "错误信息" // 通讯超时
		if ended.MatchString(said) {
			name, have = "交易结果", have|field.SetOf(field.Status)
		}
		rest = " " + name + `="` + said + `"`
	}
	out.WriteString(rest)
	words.WriteString(rest)
	kind := ""
	if kind = doing(before); kind == "" {
		kind = field.KindWord(words.String())
	}
	if kind != "" {
		kind = " 交易类型=" + kind + " "
	}
	return line[:from] + kind + out.String(), have
}

// ended begins with what became of a transaction: 成功, 失败(51).
var ended = lazy.MustCompile(`^(?i:(交易|支付)?(成功|失败|拒绝)|approved|declined|success|failed)`)

// doing is the only word of some that says what kind of transaction they tell of: 发起退货交易. Reasons,
// which stand behind the code, have such words too.
func doing(words string) (word string) {
	kind := txn.KindUnknown
	for w := range strings.FieldsFuncSeq(words, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '_' }) {
		switch strings.ToUpper(w) {
		case "SALE", "PURCHASE", "REFUND", "VOID", "REVERSAL":
		default:
			if w[0] < utf8.RuneSelf || strings.Trim(w, "交易支付款收请求成功失败处理完") == "" {
				continue
			}
		}
		switch k := field.ParseKind(w); {
		case k == txn.KindUnknown, k == txn.Fee, k == txn.Payout, k == txn.Other: // 手续费, 代付
		case kind == txn.KindUnknown:
			kind, word = k, w
		case k != kind:
			return ""
		}
	}
	return word
}

// valued reports whether a value may have such a character.
func valued(c byte) bool {
	return c >= '0' && c <= '9' || field.Letter(c) || c == '*' || c == '.' || c == '-' || c == ':' || c == ','
}

// stretch is a part of a line.
type stretch struct{ from, to int }

// nameBefore is the name that ends where a value begins, or before the blanks there and a word that
// says so: 应答码为00.
func nameBefore(line string, from, value int) (stretch, field.Field) {
	end := value
	for end > from && line[end-1] == ' ' {
		end--
	}
	blanks := value - end
	for _, filler := range [...]string{"为", "是", "：", ":"} {
		end = from + len(strings.TrimSuffix(line[from:end], filler))
	}
	switch r, _ := utf8.DecodeLastRuneInString(line[from:end]); {
	case r >= utf8.RuneSelf:
		for begin := end; begin > from && end-begin < len("系统参考号系统参考号"); {
			r, n := utf8.DecodeLastRuneInString(line[from:begin])
			if !field.Han(r) {
				break
			}
			begin -= n
			if f, _, ok := field.Lookup(line[begin:end]); ok && proseNames.Has(f) && !longer(line, from, begin, end) {
				return stretch{begin, end}, f
			}
		}
	case field.Letter(byte(r)) && blanks > 0:
		begin := end
		var found stretch
		what := field.None
		for range 2 { // rc, response code
			word := begin
			for word > from && field.Letter(line[word-1]) {
				word--
			}
			if word == begin {
				break
			}
			if f, _, ok := field.Lookup(line[word:end]); ok && proseNames.Has(f) {
				found, what = stretch{word, end}, f
			}
			for begin = word; begin > from && (line[begin-1] == ' ' || line[begin-1] == '_'); begin-- {
			}
		}
		return found, what
	}
	return stretch{}, field.None
}

// longer reports whether more of the characters before a name make another one: 流水号 of 原流水号.
func longer(line string, from, begin, end int) bool {
	for n := 0; begin > from && n < 4; n++ {
		r, size := utf8.DecodeLastRuneInString(line[from:begin])
		if r < 0x2E80 {
			return false
		}
		begin -= size
		if _, _, ok := field.Lookup(line[begin:end]); ok {
			return true
		}
	}
	return false
}
