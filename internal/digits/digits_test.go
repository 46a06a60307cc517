package digits

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// Everything against one byte after the other.
func TestDigits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	found := 0
	for range 300_000 {
		b := make([]byte, rng.IntN(30))
		for i := range b {
			b[i] = '0' + byte(rng.IntN(10))
		}
		for range rng.IntN(3) {
			if len(b) > 0 {
				b[rng.IntN(len(b))] = "/:;\x00\xb0\xb9 A.*"[rng.IntN(10)]
			}
		}
		s := string(b)
		only := func(s string) bool {
			for i := range len(s) {
				if s[i] < '0' || s[i] > '9' {
					return false
				}
			}
			return s != ""
		}
		if got := Only(s); got != only(s) {
			t.Fatalf("Only(%q) = %v", s, got)
		}
		got, ok := Value(s)
		want, err := strconv.ParseUint("0"+s, 10, 64)
		if fits := len(s) <= 19 && (s == "" || only(s)); ok != fits || ok && (err != nil || got != want) {
			t.Fatalf("Value(%q) = %d, %v, want %d", s, got, ok, want)
		}
		if len(s) == 0 {
			continue
		}
		i, n := rng.IntN(len(s)), 1+rng.IntN(16)
		are := i+n <= len(s) && only(s[i:i+n])
		if at := At(s, i, n); at != are && (at || i+8 <= len(s)) {
			t.Fatalf("At(%q, %d, %d) = %v", s, i, n, at)
		} else if at {
			found++
		}
	}
	if found < 1000 {
		t.Errorf("At found digits only %d times", found)
	}
}

func TestPattern(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, pattern := range []string{"0000-00-", "00 00:00", "08:0x\x7f:\x01"} {
		p := PatternOf(pattern)
		fits := 0
		for range 100_000 {
			b := []byte(pattern)
			want := true
			for i := range b {
				if pattern[i] == '0' {
					b[i] += byte(rng.IntN(10))
				}
			}
			for range rng.IntN(3) {
				b[rng.IntN(8)] = byte(rng.IntN(256))
			}
			for i := range b {
				want = want && (b[i] == pattern[i] || pattern[i] == '0' && b[i] >= '0' && b[i] <= '9')
			}
			if got := p.Fits(Load(string(b), 0)); got != want {
				t.Fatalf("%q like %q: %v", b, pattern, got)
			} else if got {
				fits++
			}
		}
		if fits < 10_000 {
			t.Errorf("%q: %d fit", pattern, fits)
		}
	}
}

func TestGroup(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 1204318: "1,204,318", -123456: "-123,456",
		math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := Group(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestGroupDecimal(t *testing.T) {
	for in, want := range map[string]string{"26520.56": "26,520.56", "-318204.50": "-318,204.50", "-0.05": "-0.05", "100": "100", "1234567.890": "1,234,567.890"} {
		if got := GroupDecimal(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
