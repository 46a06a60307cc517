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

// MaybePadded reports whether a code may be one of two characters with something before it.
func MaybePadded(code string) bool {
	code = normal(code)
	return padding(code) != "" && !strings.HasSuffix(code, "00")
}

// Given returns profiles that know which codes each institution gave. Where these are codes of
// two characters with the same before each - 0000, 0005 and 0051, or A00 and A51 - they are read
// as those: no code of the edition of ISO 8583 with as many digits says a refusal there.
func (p *Profiles) Given(by map[string]Codes) *Profiles {
	own := *p
	own.padded = map[string]string{}
	for institution, codes := range by {
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

// unpadded is the meaning of a code that was read as one of two characters.
func (v View) unpadded(code string) (Meaning, bool) {
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
