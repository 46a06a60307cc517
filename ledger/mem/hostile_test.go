package mem

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Where every row has values of its own, dictionaries end at their limits and the
// rest counts under Overflow; the book says which, and no row is lost.
func TestHostileCardinality(t *testing.T) {
	const limit, n = 50, 3000
	fill := func(b *Book, from, to int) {
		r := txn.New()
		r.Side, r.Kind, r.Pos.Src = txn.Terminal, txn.Sale, &txn.Source{Name: "x"}
		for i := from; i < to; i++ {
			v := func(what string) string { return fmt.Sprintf("%s%07d", what, i) }
			r.TID, r.MID, r.Institution, r.Carrier, r.Region, r.Network, r.Model = v("t"), v("m"), v("i"), v("c"), v("r"), v("n"), v("o")
			r.Issuer, r.EntryMode, r.Code, r.Text, r.Status, r.Channel = v("b"), v("e"), v("c"), v("x"), v("s"), v("h")
			r.PAN = txn.PAN{Masked: fmt.Sprintf("%06d******0018", i)}
			r.RRN, r.STAN, r.Pos.Line = fmt.Sprintf("%012d", i), fmt.Sprintf("%06d", i), uint32(i+1)
			b.Add(r)
		}
	}
	small := func() *Book {
		b := New()
		for _, d := range dictionaries(b) {
			d.limit = limit
		}
		return b
	}
	whole, a, c := small(), small(), small()
	fill(whole, 0, n)
	fill(a, 0, n/3)
	fill(c, n/3, n)
	a.Merge(c)
	for name, b := range map[string]*Book{"one book": whole, "merged": a} {
		for i, d := range dictionaries(b) {
			if d.len() > limit+1 {
				t.Errorf("%s: dictionary %d has %d names, the limit is %d", name, i, d.len(), limit)
			}
		}
		// Tuples are as few as the names that they are made of.
		if p, q := len(b.places.list), len(b.cards.list); p > 3*limit || q > 3*limit {
			t.Errorf("%s: %d places and %d cards", name, p, q)
		}
		b.Freeze()
		got := b.Folded()
		for _, want := range []string{"institution", "merchant", "terminal", "issuer", "bin", "entry_mode", "code", "text"} {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %s is not said to be folded: %s", name, want, strings.Join(got, " "))
			}
		}
		rows, other := 0, 0
		for _, r := range b.Rows(txn.Terminal) {
			rows++
			if b.Name(ledger.Terminal, b.Place(r.Place).Terminal) == Overflow && b.Code(r.Code) == Overflow {
				other++
			}
		}
		if rows != n || other < n-2*limit || other == n {
			t.Errorf("%s: %d rows, %d under %q", name, rows, other, Overflow)
		}
	}
}

func dictionaries(b *Book) (list []*dict) {
	for i := range b.dims {
		list = append(list, &b.dims[i])
	}
	return append(list, &b.issuer, &b.bin, &b.entry, &b.channel, &b.codes, &b.texts, &b.said)
}
