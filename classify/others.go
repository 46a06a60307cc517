package classify

import (
	"maps"
	"slices"
	"strings"
)

// Codes are the response codes that an institution gave.
type Codes map[string]bool

// padding is what stands before the two characters of codes: 00 in 0051, A in A51. "" where a
// code has none.
func padding(code string) string {
	n := len(code) - 2
	if n < 1 || n > 4 || strings.Trim(code[:n], "0") != "" && strings.Trim(code[:n], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	for _, c := range code[n:] {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return code[:n]
}

// Ambiguous reports whether only the other codes of its institution tell how a code is to be
// read: one of two characters may stand with something before it, and 200 is a status of HTTP
// and a refusal of ISO 8583:1993.
func Ambiguous(code string) bool {
	code = normal(code)
	return padding(code) != "" && !strings.HasSuffix(code, "00") || code == httpSuccess
}

// Given returns profiles that know which codes each institution gave. Where these are codes of
// two characters with the same before each - 0000, 0005 and 0051, or A00 and A51 - they are read
// as those: no code of the edition of ISO 8583 with as many digits says a refusal there. Where
// all are statuses of HTTP, 200 among them, they are read as these.
func (p *Profiles) Given(by map[string]Codes) *Profiles {
	own := *p
	own.padded, own.http = map[string]string{}, map[string]bool{}
	for institution, codes := range by {
		own.http[institution] = own.statuses(codes)
		var found []string
		for before := range codes.paddings() {
			if own.pads(codes, before) {
				found = append(found, before)
			}
		}
		if slices.Sort(found); len(found) > 0 {
			own.padded[institution] = "|" + strings.Join(found, "|") + "|"
		}
	}
	return &own
}

// httpTable holds the statuses of HTTP, of which httpSuccess is by far the most frequent.
const httpTable, httpSuccess = "http", "200"

// statuses reports whether all codes are statuses of HTTP.
func (p *Profiles) statuses(codes Codes) bool {
	t, err := p.table(httpTable)
	if err != nil || !codes[httpSuccess] {
		return false
	}
	for code := range codes {
		if _, ok := t.Find(normal(code)); !ok {
			return false
		}
	}
	return true
}

func (c Codes) paddings() map[string]bool {
	found := map[string]bool{}
	for code := range c {
		if b := padding(normal(code)); b != "" {
			found[b] = true
		}
	}
	return found
}

// pads reports whether the codes that begin so are of two characters.
func (p *Profiles) pads(codes Codes, before string) bool {
	v := View{all: p}
	zeros, success, known, strange := strings.Trim(before, "0") == "", false, 0, 0
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		code = normal(code)
		tail, fits := strings.CutPrefix(code, before)
		if fits = fits && len(tail) == 2; !fits {
			if zeros && len(code) == len(before)+2 && strings.Trim(code, "0123456789") == "" {
				return false // a refusal of that edition, or a code of an interface
			}
			continue
		}
		if tail == "00" {
			success = true
			continue
		}
		whole := v.chain(code, nil)
		switch {
		case !v.chain(tail, byForm).Known:
			strange++
		case !whole.Known || zeros && whole.Outcome == Approved && slices.Contains(byForm, whole.Table): // nobody approves with 005
			known++
		default: // a partial approval is one; and others have codes of three characters
			strange++
		}
	}
	return success && known > strange
}

// byOthers is the meaning of a code that the other codes of the institution tell: that of a
// status of HTTP, or of a code of two characters with something before it.
func (v View) byOthers(code string) (Meaning, bool) {
	if t, err := v.all.table(httpTable); v.http && err == nil {
		if r, ok := t.Find(code); ok {
			return r.meaning(code, httpTable, DefaultProfile), true
		}
	}
	before := padding(code)
	if before == "" || !strings.Contains(v.padded, "|"+before+"|") {
		return Meaning{}, false
	}
	tail := code[len(before):]
	m := v.chain(tail, byForm)
	if m.Known && tail != "00" {
		m.Zh, m.En = m.Zh+"（即 "+tail+"）", m.En+" (that is "+tail+")"
	}
	m.Code = code
	return m, m.Known
}
