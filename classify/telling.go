package classify

import (
	"regexp/syntax"
	"strings"
	"sync"
)

// Telling reports whether a text holds a known message that is evidence, so that
// a line of a log is worth keeping without any transaction in it. It agrees with
// [MessageOf] and costs a search for a few words where no message is near.
func Telling(text string) bool {
	upper := strings.ToUpper(text)
	for _, t := range tellings() {
		for _, w := range t.words {
			if strings.Contains(upper, w) {
				if t.re.MatchString(text) {
					return true
				}
				break
			}
		}
	}
	return false
}

// telling is a message with words of which a text that fits must have one.
type telling struct {
	Message
	words []string
}

var tellings = sync.OnceValue(func() (out []telling) {
	for _, m := range messages() {
		if m.Evidence == "NONE" {
			continue
		}
		t := telling{Message: m, words: []string{""}}
		if re, err := syntax.Parse(m.Pattern, syntax.Perl); err == nil {
			if words := needed(re.Simplify()); words != nil {
				t.words = words
			}
		}
		out = append(out, t)
	}
	return out
})

// needed returns words of which every text that fits has at least one, in upper
// case; nil where there are none.
func needed(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToUpper(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat: // the part with the longest words
		var best []string
		for _, sub := range re.Sub {
			if words := needed(sub); words != nil && (best == nil || shortest(words) > shortest(best)) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := needed(sub)
			if words == nil {
				return nil
			}
			all = append(all, words...)
		}
		return all
	}
	return nil
}

func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words {
		n = min(n, len(w))
	}
	return n
}
