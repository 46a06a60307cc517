package classify

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTellingAgreesWithMessageOf: the search for words must not lose a message.
func TestTellingAgreesWithMessageOf(t *testing.T) {
	slow := func(s string) bool {
		for _, m := range messages() {
			if m.Evidence != "NONE" && m.re.MatchString(s) {
				return true
			}
		}
		return false
	}
	var parts []string
	for _, m := range messages() {
		for _, alt := range strings.Split(m.Pattern, "|") {
			s := strings.NewReplacer(`\.`, ".", `\*`, "*", `\[`, "[", `\]`, "]", `\(`, "(", `\?`, "?", `\s*`, " ", "(", "", ")", "", "?", "", "[0-9A-F]{4}", "00A1", "^", "", "$", "").Replace(alt)
			parts = append(parts, s, strings.ToLower(s))
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for i := range 4000 {
		s := parts[i%len(parts)]
		switch rng.IntN(4) {
		case 0:
			s = "E PosTrans: " + s + " (retry 3)"
		case 1:
			s = s[:rng.IntN(len(s)+1)] + parts[rng.IntN(len(parts))]
		case 2:
			s = s[:rng.IntN(len(s)+1)]
		}
		want := slow(s)
		if got := Telling(s); got != want {
			t.Fatalf("%q: %v, want %v", s, got, want)
		}
		if want {
			found++
		}
		if m, ok := MessageOf(s); want && (!ok || m.Evidence == "NONE") {
			t.Fatalf("%q: MessageOf says %v", s, m)
		}
	}
	if found < 1500 {
		t.Errorf("only %d of 4000 texts are telling", found)
	}
	for _, m := range tellings() {
		if m.words[0] == "" {
			t.Errorf("%s has no word that it needs: every line is searched", m.Pattern)
		}
	}
}

func BenchmarkTelling(b *testing.B) {
	const line = "D/WindowManager: adding window Window{41f2 u0 com.bank.pos/com.bank.pos.MainActivity} to Display 0, layer 21000, visible true"
	b.Run("words", func(b *testing.B) {
		for b.Loop() {
			Telling(line)
		}
	})
	b.Run("MessageOf", func(b *testing.B) {
		for b.Loop() {
			MessageOf(line)
		}
	})
}
