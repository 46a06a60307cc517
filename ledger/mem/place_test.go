package mem

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// TestPlacesAreThoseOfTheRecords adds records of few and of many terminals, with ids
// of every length around the sizes that the cache packs, and asks for their names.
func TestPlacesAreThoseOfTheRecords(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2026))
	names := func(n int) []string {
		out := []string{"", "\x00", "0", "00"}
		for len(out) < n {
			s := strings.Repeat("0", rng.IntN(20)) // ids that differ in one place, or in length alone
			if i := len(s); i > 0 && rng.IntN(2) == 0 {
				k := rng.IntN(i)
				s = s[:k] + string(rune('1'+rng.IntN(9))) + s[k+1:]
			}
			if rng.IntN(4) == 0 {
				s += string(rune('a' + rng.IntN(26)))
			}
			out = append(out, s)
		}
		return out
	}
	for _, n := range []int{5, 100, 3000} {
		tids, mids, few := names(n), names(n), names(6)
		pick := func(list []string) string { return list[rng.IntN(len(list))] }
		b := New()
		for i := range 20_000 {
			r := txn.Record{TID: pick(tids), MID: pick(mids[:1+rng.IntN(len(mids))]),
				Institution: pick(few), Carrier: pick(few[:2]), Region: pick(few[:2]), Network: pick(few), Model: pick(few[:3])}
			p := b.Place(b.place(&r))
			for d, want := range map[ledger.Dim]string{ledger.Terminal: r.TID, ledger.Merchant: r.MID, ledger.Institution: r.Institution,
				ledger.Carrier: r.Carrier, ledger.Region: r.Region, ledger.Network: r.Network, ledger.Model: r.Model} {
				if got := b.Name(d, p.ID(d)); got != want {
					t.Fatalf("%d names, record %d: %s is %q, not %q", n, i, d, got, want)
				}
			}
		}
		distinct := map[ledger.Place]bool{}
		for i := range b.Places() {
			distinct[*b.Place(uint32(i))] = true
		}
		if len(distinct) != b.Places() {
			t.Errorf("%d places, %d of them distinct", b.Places(), len(distinct))
		}
	}
}

// TestPlaceKeys says that the packed bytes tell all short ids apart.
func TestPlaceKeys(t *testing.T) {
	of := map[placeKey][2]string{}
	long := "0123456789abcdef"
	for i := range len(long) + 1 {
		for j := range len(long) + 1 {
			for _, tid := range []string{long[:i], strings.Repeat("\x00", i)} {
				k, ok := placeKeyOf(tid, long[:j])
				if old, twice := of[k]; !ok || twice && old != [2]string{tid, long[:j]} {
					t.Fatalf("%q and %q have the key of %q", tid, long[:j], old)
				}
				of[k] = [2]string{tid, long[:j]}
			}
		}
	}
	if _, ok := placeKeyOf(long+"0", ""); ok {
		t.Error("17 bytes do not fit")
	}
}
