package room

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"200MB": 200e6, "1GiB": 1 << 30, "1.5gb": 15e8, "512 MiB": 512 << 20, "300000000": 3e8, "2G": 2 << 30} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "-1GB", "0", "1XB", "1e9", "0x10", "NaN", "inf", "1..2MB", "99999999TB", "200 M B"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", text, got)
		} else if !strings.Contains(err.Error(), text) {
			t.Errorf("ParseSize(%q): the error %q does not name it", text, err)
		}
	}
}

// Spans never overlap, and when all are given back nothing is left.
func TestSpans(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var s spans
	var have []span
	used := map[int64]bool{}
	for range 20_000 {
		if len(have) == 0 || rng.IntN(5) < 3 && len(have) < 200 {
			n := 1 + rng.Int64N(20)
			at := s.take(n)
			for i := at; i < at+n; i++ {
				if used[i] {
					t.Fatalf("byte %d was given out twice", i)
				}
				used[i] = true
			}
			have = append(have, span{at, n})
			continue
		}
		i := rng.IntN(len(have))
		f := have[i]
		have = append(have[:i], have[i+1:]...)
		for b := f.at; b < f.at+f.n; b++ {
			delete(used, b)
		}
		s.give(f.at, f.n)
	}
	for _, f := range have {
		s.give(f.at, f.n)
	}
	if s.end != 0 || len(s.list) != 0 {
		t.Fatalf("after giving all back: end %d, %v", s.end, s.list)
	}
}
