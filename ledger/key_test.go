package ledger

import (
	"math/rand/v2"
	"testing"
)

// Pack against one digit after the other.
func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	packed := 0
	for range 300_000 {
		b := make([]byte, rng.IntN(20))
		for i := range b {
			b[i] = '0' + byte(rng.IntN(10))
		}
		if len(b) > 0 && rng.IntN(4) == 0 {
			b[rng.IntN(len(b))] = "/:;\x00\xb0\xb9 A"[rng.IntN(8)]
		}
		s := string(b)
		v, want := uint64(0), len(s) <= 17
		for i := 0; i < len(s) && want; i++ {
			v, want = v*10+uint64(s[i]-'0'), s[i] >= '0' && s[i] <= '9'
		}
		k, ok := Pack(s)
		if ok != want || ok && (k.Digits() != len(s) || k.Number() != v || k.Unpack() != s) || !ok && k != 0 {
			t.Fatalf("%q: %v %v, %q of %d digits, want %v %d", s, k, ok, k.Unpack(), k.Digits(), want, v)
		}
		if ok {
			packed++
		}
	}
	if packed < 100_000 {
		t.Errorf("only %d were packed", packed)
	}
}
