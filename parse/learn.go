package parse

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// learned is a reader that knows what name the response code has in an input where the
// dictionary knows none, by the values below that name; nil where there is no such name. Without
// it a log is not understood, and the rows of a document that failed would count as paid.
func learned(c content, readers []entry.Reader, list []Judgement, best int) (*entry.Reader, string) {
	if best >= 0 && (readers[best].Knowing == nil || readers[best].Sure > 0) { // who is sure knows it
		return nil, ""
	}
	name, values := "", []string(nil)
	for i, r := range readers {
		if r.Knowing == nil || best >= 0 && i != best || best < 0 && list[i].Score == 0 {
			continue
		}
		if values == nil {
			if name, values = unknownCode(c.head); name == "" {
				return nil, ""
			}
		}
		r = r.Knowing(name)
		if score, why := sniff(r, c.name, c.head); score >= enough {
			r.Note = fmt.Sprintf("%s is taken for the response code: no name says so, and its values are %s", name, field.Most(values))
			return &r, why
		}
	}
	return nil, ""
}

// namedValue is a name and its value: rc=00, "rc": "00", <rc>00</rc>, rc: 00.
var namedValue = lazy.MustCompile(`([\p{L}_][\p{L}\p{N}_.\-]{0,40})["']?[ \t]{0,20}(?:[=:：]|>)[ \t]{0,20}["'(\[]?([^\s"',;&|<>{}()\[\]]+)`)

// mostValues is how many values of a name are judged.
const mostValues = 2000

// unknownCode finds the name below which the response codes of a text stand where the dictionary
// knows none, and those values.
func unknownCode(head []byte) (name string, values []string) {
	charset := text.Judge(head)
	decoded, _ := charset.Decode(string(head))
	found := map[string][]string{}
	for _, m := range namedValue.FindAllStringSubmatch(decoded, -1) {
		if list, seen := found[m[1]]; seen && (list == nil || len(list) == mostValues) {
			continue
		} else if !seen {
			switch f, _, known := field.Lookup(m[1]); {
			case f == field.Code:
				return "", nil
			case known && f != field.Status && f != field.ProcCode:
				found[strings.Clone(m[1])] = nil
				continue
			}
		}
		found[m[1]] = append(found[m[1]], m[2])
	}
	for _, k := range slices.SortedFunc(maps.Keys(found), func(a, b string) int { return cmp.Or(cmp.Compare(len(found[b]), len(found[a])), strings.Compare(a, b)) }) {
		if sure, likely := field.Codes(found[k]); sure || likely && field.Answers(k) {
			return k, found[k]
		}
	}
	return "", nil
}
