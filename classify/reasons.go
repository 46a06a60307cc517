package classify

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// reason is what a word of a gateway or the text beside it gives as the reason of a failure:
// BALANCE_NOT_ENOUGH, 通道系统异常. Every gateway has words of its own, made of the same few.
type reason struct {
	Meaning
	re *regexp.Regexp
}

//go:embed data/reasons.csv
var reasonsCSV []byte

// reasonsTable is the Table of a meaning that the words of a reason give.
const reasonsTable = "reasons"

var reasons = sync.OnceValue(func() (out []reason) {
	for _, r := range mustRead(reasonsCSV)[1:] {
		m := Meaning{Outcome: must(ParseOutcome(r[1])), Class: must(ParseClass(r[0])), Known: true, Zh: r[2], En: r[3], Source: "reason stated in the input", Table: reasonsTable,
			ActionZh: "先查询交易结果", ActionEn: "inquire the result"}
		if m.Outcome == Declined {
			m.ActionZh, m.ActionEn = "按提示处理后再试", "do as it says, then try again"
		}
		out = append(out, reason{m, regexp.MustCompile(r[4])})
	}
	return out
})

var (
	wentWell  = regexp.MustCompile(`(^|[^不未没])成功|\bSUCC|\bAPPROVED|\bOK\b`)
	reasonGap = strings.NewReplacer("_", " ", "-", " ", ".", " ")
)

// leastReason is the number of characters from which a word can be a reason.
const leastReason = 3

// reasonOf reads a word or text as the reason of a failure. What says that something went
// well is none.
func reasonOf(text, profile string) Meaning {
	m := given.of(text, findReason)
	m.Profile = profile
	return m
}

var given memo[Meaning]

func findReason(text string) Meaning {
	if utf8.RuneCountInString(text) >= leastReason && !wentWell.MatchString(text) {
		plain := reasonGap.Replace(text)
		for _, r := range reasons() {
			if r.re.MatchString(plain) {
				m := r.Meaning
				m.Code = text
				return m
			}
		}
	}
	return UnknownHere(text, "")
}
