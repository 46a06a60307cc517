package field

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
)

// tellingCodes are answers of ISO 8583 that no count and no number of a program's own states
// reaches; usualCodes are those that stand beside them in most files.
const (
	tellingCodes = " 51 54 55 57 58 61 62 65 68 75 91 92 94 96 98 "
	usualCodes   = " 01 03 04 05 12 13 14 15 25 30 34 38 40 41 43 56 59 63 76 77 78 79 82 89 90 93 95 97 99 "
)

// Codes judges values that stand under a name that nobody knows. Likely is that each has
// the shape of a response code (00, 051, B4) and that approvals are among them; sure
// is that they can be nothing else, because most are approvals and what stands beside them
// is known for failures, or because nearly all are known for failures, of
// three kinds at least. A spreadsheet may have taken zeros away: 0 and 5 are 00 and 05.
func Codes(values []string) (sure, likely bool) {
	approved, telling, usual, width := 0, 0, 0, 0
	kinds := map[string]bool{} // of numbers: A1, A2 may be shelves
	for _, v := range values {
		v = strings.ToUpper(v)
		switch {
		case len(v) == 0 || len(v) > 4 || !codeShape(v):
			return false, false
		case len(v) > 1 && width > 1 && len(v) != width:
			return false, false
		}
		width = max(width, len(v))
		if len(v) > 2 { // 0051
			v = strings.TrimLeft(v[:len(v)-2], "0") + v[len(v)-2:]
		}
		switch {
		case strings.Trim(v, "0") == "":
			approved++
		case Telling(v):
			telling++
			if digits.Only(v) {
				kinds[v] = true
			}
		case len(v) == 1 || strings.Contains(usualCodes, " "+v+" "):
			usual++
		}
	}
	likely = approved > 0 && width > 1
	switch failed := len(values) - approved; {
	case telling < 2 || 2*(telling+usual) < failed:
	case approved > 0:
		sure = 2*approved >= len(values)
	default:
		sure = len(kinds) >= 3 && 2*telling >= failed && 10*(telling+usual) >= 9*failed && 2*len(kinds) <= failed
	}
	return sure, likely || sure
}

// Telling reports whether a code is one that only failures have: 51, 91, B4.
func Telling(code string) bool {
	return len(code) == 2 && (strings.Contains(tellingCodes, " "+code+" ") || code[0] >= 'A' && code[0] <= 'Z' && code[1] >= '0' && code[1] <= '9')
}

// codeShape reports whether a text is of digits and at most one capital in front.
func codeShape(v string) bool {
	if v[0] >= 'A' && v[0] <= 'Z' {
		return len(v) == 2 && digits.Only(v[1:])
	}
	return digits.Only(v)
}

// Answers reports whether the words of a name say that an answer, a result or the code of a
// state stands below it, and nothing else: 银行返回, 受理结果, HOST_RSP, 交易状态码. Only the
// values can tell whether that is a code of a response.
func Answers(name string) bool {
	var set part
	return eachWord(Clean(name), func(word string) bool {
		p := composedWords().parts[word]
		set |= p
		return p != 0
	}) && (set&pAnswer != 0 || set&pStatus != 0 && set&pCode != 0) && set&^(pAnswer|pStatus|pCode|pDeal|pMade|pAuth|pPlain) == 0
}

// Succeeds reports whether a name asks whether a payment succeeded: 是否成功, is_approved.
func Succeeds(name string) bool { return succeeds.MatchString(Normalize(name)) }

var succeeds = lazy.MustCompile(`^(交易|支付|付款|收款)?(是否)?已?(交易|支付|付款|收款)?(成功|批准|通过)(标志|标识|标记|与否|否)?$|^(IS)?(SUCCESS|SUCCESSFUL|SUCCEEDED|APPROVED)(FLAG|IND|YN)?$`)

// Undone reports whether a name asks whether a payment was undone: Voided, 是否撤销, is_reversed.
func Undone(name string) bool { return undone.MatchString(Normalize(name)) }

var undone = lazy.MustCompile(`^(交易)?(是否)?已?(被)?(撤销|冲正|作废)(标志|标识|标记|与否|否)?$|^(IS|WAS)?(VOID|VOIDED|REVERSED|CANCELLED|CANCELED)(FLAG|IND|YN)?\??$`)

// Refunds reports whether a name asks whether the row is a refund: is_refund, 是否退款交易. One that
// asks whether a payment was refunded later is another.
func Refunds(name string) bool { return refunds.MatchString(Normalize(name)) }

var refunds = lazy.MustCompile(`^(是否)?为?(退款|退货)交易(标志|标识|标记|与否)?$|^是否为(退款|退货)$|^ISREFUND(TXN|TRANSACTION|FLAG)?\??$|^REFUNDTRANSACTION\??$`)

// Yes reports whether a value says that it is so.
func Yes(v string) bool { return YesNoWord(v) == "成功" }

// YesNo reports whether a value answers such a name.
func YesNo(v string) bool { return YesNoWord(v) != v }

// YesNoWord is the word for success or failure that a yes or no stands for.
func YesNoWord(v string) string {
	switch strings.ToUpper(v) {
	case "是", "Y", "YES", "T", "TRUE", "1":
		return "成功"
	case "否", "N", "NO", "F", "FALSE", "0":
		return "失败"
	}
	return v
}

// Most lists the values that are there most often, with their numbers.
func Most(values []string) string {
	count := map[string]int{}
	for _, v := range values {
		count[v]++
	}
	list := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	for i, v := range list[:min(len(list), 4)] {
		list[i] = fmt.Sprintf("%s (%d)", v, count[v])
	}
	return strings.Join(list[:min(len(list), 4)], ", ")
}
