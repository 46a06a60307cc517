package parse

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/text"
)

// learned is a reader that knows under what names the response code, the amount or the time stand
// in an input where the dictionary knows none, by the words of those names and the values
// below them; nil where it needs no such name or finds none. Without it a log is not
// understood, has no amounts, or rows of a document that failed count as paid.
func learned(c content, readers []entry.Reader, list []Judgement, best int) (*entry.Reader, string) {
	if best >= 0 && (readers[best].Knowing == nil || len(unknown(c.head[:min(len(c.head), 8<<10)]).lacking()) == 0) {
		return nil, ""
	}
	var u *unknownNames
	for i, r := range readers {
		if r.Knowing == nil || best >= 0 && i != best || best < 0 && list[i].Score == 0 && !byName[r.Name] {
			continue
		}
		if u == nil {
			u = unknown(c.head)
		}
		names, notes := u.names(r.Name != "xml") // which goes by words itself
		if len(names) == 0 {
			continue
		}
		r = r.Knowing(names)
		if score, why := sniff(r, c.name, c.head); score >= enough {
			r.Notes = notes
			return &r, why
		}
	}
	return nil, ""
}

// byName are readers that see nothing in an input of which they know too few names.
var byName = map[string]bool{"xml": true, "blocks": true}

// unknownNames are the names of a text and the values below them.
type unknownNames struct {
	has    field.Set           // fields that the dictionary knows by a name
	values map[string][]string // below names that it does not know
	order  []string
}

// mostValues is how many values of a name are judged.
const mostValues = 2000

// unknown finds the names of a text that the dictionary does not know.
func unknown(head []byte) *unknownNames {
	charset := text.Judge(head)
	decoded, _ := charset.Decode(string(head))
	u := &unknownNames{values: map[string][]string{}}
	known := map[string]bool{}
	for name, value := range namedValues(decoded) {
		if known[name] {
			continue
		}
		list, seen := u.values[name]
		if !seen {
			if f, _, ok := field.Lookup(name); ok && f != field.Status && f != field.ProcCode {
				u.has |= field.SetOf(f)
				known[name] = true
				continue
			}
			u.order = append(u.order, name)
		}
		if len(list) < mostValues {
			u.values[name] = append(list, value)
		}
	}
	for line := range strings.Lines(decoded) {
		if at, n := field.Lead(line); n > 0 && !strings.ContainsFunc(line[:at], unicode.IsLetter) {
			u.has |= field.SetOf(field.Time) // in front of the names
			break
		}
	}
	return u
}

// namedValues yields what stands as a name and its value in a text: rc=00, "rc": "00",
// <rc>00</rc>, rc: 00.
func namedValues(s string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for at, r := range s {
			if r != '=' && r != ':' && r != '：' && r != '>' {
				continue
			}
			name := strings.TrimRight(s[:at], " \t")
			if open := strings.LastIndexAny(name, "<>\n"); r == '>' && open >= 0 && name[open] == '<' { // the values of attributes are no names
				if name, _, _ = strings.Cut(name[open+1:], " "); strings.HasPrefix(name, "/") {
					continue
				}
			}
			if n := len(name); n > 0 && (name[n-1] == '"' || name[n-1] == '\'') {
				name = name[:n-1]
			}
			name = name[len(strings.TrimRightFunc(name, inName)):]
			value := valueOf(s[at+utf8.RuneLen(r):])
			if first, _ := utf8.DecodeRuneInString(name); name == "" || len(name) > 64 || !unicode.IsLetter(first) && first != '_' || value == "" {
				continue
			}
			if !yield(name, value) {
				return
			}
		}
	}
}

// inName reports whether a character may stand in a name.
func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.' || r == '-'
}

// valueOf is the value that a text begins with: in quotes, or up to what ends one; a time may
// stand behind a date.
func valueOf(s string) string {
	s = strings.TrimLeft(s, " \t")
	if s == "" {
		return ""
	}
	if s[0] == '"' || s[0] == '\'' {
		if n := strings.IndexAny(s[1:], s[:1]+"\n"); n >= 0 {
			return s[1 : 1+n]
		}
		return ""
	}
	s = strings.TrimPrefix(s, "[")
	end := func(s string) int {
		if n := strings.IndexAny(s, " \t\r\n\"',;&|<>{}()[]"); n >= 0 {
			return n
		}
		return len(s)
	}
	n := end(s)
	if rest := s[n:]; len(rest) > len(" 08:15") && rest[0] == ' ' && rest[3] == ':' {
		n += 1 + end(rest[1:])
	}
	return s[:n]
}

// lacking are the fields that a transaction needs and no name that is known has.
func (u *unknownNames) lacking() (list []field.Field) {
	if !u.has.Has(field.Code) {
		list = append(list, field.Code)
	}
	if u.has&field.SetOf(field.Amount, field.Debit, field.Credit, field.Net, field.RefundAmount) == 0 {
		list = append(list, field.Amount)
	}
	if u.has&field.SetOf(field.Time, field.Date, field.Clock, field.SentAt, field.SettleOn) == 0 {
		list = append(list, field.Time)
	}
	return list
}

// names finds the names of the fields that lack, and says what shows it.
func (u *unknownNames) names(worded bool) (names map[string]field.Field, notes []string) {
	names = map[string]field.Field{}
	var words []string
	for _, f := range u.lacking() {
		if f == field.Code {
			if name := u.code(); name != "" {
				names[name] = f
				notes = append(notes, fmt.Sprintf("%s is taken for the response code: no name says so, and its values are %s", name, field.Most(u.values[name])))
			}
			continue
		}
		if name := u.named(f, worded); name != "" {
			names[name] = f
			words = append(words, fmt.Sprintf("%s (%s)", name, f))
		}
	}
	if len(words) > 0 {
		notes = append(notes, "names that are not in the dictionary were taken by their words or values: "+strings.Join(words, ", "))
	}
	return names, notes
}

// code is the name of the response code by the values below it, "" where none is.
func (u *unknownNames) code() string {
	for _, k := range slices.SortedFunc(maps.Keys(u.values), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(u.values[b]), len(u.values[a])), strings.Compare(a, b))
	}) {
		if sure, likely := field.Codes(u.values[k]); sure || likely && field.Answers(k) {
			return k
		}
	}
	return ""
}

// named is the plainest name whose words say that an amount or a time stands below it, and all
// of whose values are one, or the only one below which times stand; "" where none is.
func (u *unknownNames) named(f field.Field, worded bool) string {
	best, plainest := "", 0
	var stamped []string
	for _, k := range u.order {
		if f == field.Time && !slices.ContainsFunc(u.values[k], func(v string) bool { return digits.Only(v) || field.LeadingStamp(v) < len(v) }) {
			stamped = append(stamped, k)
		}
		g, _, plain, ok := field.Compose(k)
		if !ok || !worded || g != f || best != "" && plain >= plainest {
			continue
		}
		if !slices.ContainsFunc(u.values[k], func(v string) bool { return !isOf(f, v) }) {
			best, plainest = k, plain
		}
	}
	if best == "" && len(stamped) == 1 {
		return stamped[0]
	}
	return best
}

// isOf reports whether a value is a time, or an amount.
func isOf(f field.Field, v string) bool {
	if f == field.Time {
		if digits.Only(v) {
			return len(v) == 14 || len(v) == 10 || len(v) == 13
		}
		return field.LeadingStamp(v) > 0 || aDate.MatchString(v)
	}
	return decimals.MatchString(v)
}
