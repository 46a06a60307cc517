package mem

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// records makes n records with collisions in every dictionary.
func records(n int) []*txn.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	files := []*txn.Source{{Name: "b.log"}, {Name: "a.log"}, {Name: "a.log", SHA256: "1"}}
	out := make([]*txn.Record, n)
	for i := range out {
		r := txn.New()
		r.Pos = txn.Pos{Src: files[rng.IntN(3)], Line: uint32(i + 1)}
		r.At = txn.Instant(rng.IntN(50))
		r.Side = txn.Side(rng.IntN(4))
		r.Institution = []string{"", "NSH002", "NSH001"}[rng.IntN(3)]
		r.TID = fmt.Sprintf("%08d", rng.IntN(9))
		r.RRN = []string{"", "041216300012", "AB12", "000000000001", "123456789012345678901234"}[rng.IntN(5)]
		r.STAN = fmt.Sprintf("%06d", rng.IntN(1e6))
		r.Code = []string{"", "00", "B4", "91"}[rng.IntN(4)]
		r.Issuer = []string{"ICBC", "ABC", ""}[rng.IntN(3)]
		r.PAN = txn.Mask([]string{"6228480402564890018", "4111111111111111", "", "622848******1234"}[rng.IntN(4)])
		r.Text = []string{"", "通讯超时"}[rng.IntN(2)]
		r.Amount = txn.Minor(rng.IntN(1000))
		if rng.IntN(3) == 0 {
			r.OrderNo, r.Fee = fmt.Sprint("O", rng.IntN(9)), 12
		}
		out[i] = r
	}
	return out
}

// dump writes a book in words, so that ids do not matter.
func dump(b *Book) string {
	var s strings.Builder
	for _, side := range []txn.Side{txn.Terminal, txn.Settlement} {
		for i, r := range b.Rows(side) {
			fmt.Fprintf(&s, "%s %d %s at=%d amt=%d rrn=%s stan=%s code=%s text=%s card=%s fee=%d order=%s orig=%d",
				side, i, ledger.Pos(b, r), r.At, r.Amount, b.Key(r.RRN), b.Key(r.STAN), b.Code(r.Code), b.Text(r.Text),
				ledger.MaskedPAN(b, r), b.Extra(r.Extra).Fee, b.Key(b.Extra(r.Extra).OrderNo), b.Extra(r.Extra).Side)
			for d := ledger.Institution; d <= ledger.EntryMode; d++ {
				fmt.Fprintf(&s, " %s=%s(%d)", d, b.Name(d, ledger.ID(b, r, d)), ledger.ID(b, r, d))
			}
			fmt.Fprintf(&s, " place=%d card=%d code=%d\n", r.Place, r.Card, r.Code)
		}
	}
	return s.String()
}

func TestSameBookForAnyOrderAndSplit(t *testing.T) {
	recs := records(500)
	one := New()
	for _, r := range recs {
		one.Add(r)
	}
	one.Freeze()
	want := dump(one)
	if n := one.Len(txn.Terminal) + one.Len(txn.Settlement); n != len(recs) {
		t.Fatalf("%d rows of %d records", n, len(recs))
	}
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		parts := make([]*Book, 1+rng.IntN(4))
		for i := range parts {
			parts[i] = New()
		}
		for _, i := range rng.Perm(len(recs)) {
			parts[rng.IntN(len(parts))].Add(recs[i])
		}
		all := parts[0]
		for _, p := range parts[1:] {
			all.Merge(p)
		}
		all.Freeze()
		if got := dump(all); got != want {
			t.Fatalf("seed %d: another book than in one piece\n%s", seed, firstDiff(got, want))
		}
	}
}

func firstDiff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("line %d\n%s\n%s", i, x[i], y[min(i, len(y)-1)])
		}
	}
	return "shorter"
}

func TestKeyKeepsEveryIdentifier(t *testing.T) {
	b := New()
	ids := []string{"", "0", "00", "000123", "123", "041216300012", "12345678901234567", "123456789012345678", "R-9", "４"}
	keys := map[ledger.Key]string{}
	for _, s := range ids {
		k := b.key(s)
		if other, ok := keys[k]; ok {
			t.Errorf("%q and %q share the key %x", s, other, k)
		}
		keys[k] = s
		if got := b.Key(k); got != s {
			t.Errorf("key of %q reads back as %q", s, got)
		}
	}
}

func TestCodesAreBounded(t *testing.T) {
	b := New()
	r := txn.New()
	r.Pos.Src = &txn.Source{Name: "x"}
	for i := range 1<<16 + 10 {
		r.Code = fmt.Sprintf("X%d", i)
		b.Add(r)
	}
	b.Freeze()
	n := 0
	for _, row := range b.Rows(txn.Terminal) {
		if b.Code(row.Code) == Overflow {
			n++
		}
	}
	if n == 0 || b.Len(txn.Terminal) != 1<<16+10 {
		t.Errorf("%d rows under %q of %d", n, Overflow, b.Len(txn.Terminal))
	}
}
