package mem_test

import (
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

func TestCurrencyOfSilentRows(t *testing.T) {
	for _, c := range []struct {
		name                 string
		terminal, settlement []string
		book, first          string // of the book, of its first terminal row
	}{
		{"nobody says", []string{"", ""}, []string{""}, "CNY", "CNY"},
		{"the other side says", []string{"", ""}, []string{"EUR", "EUR"}, "EUR", "EUR"},
		{"one side says two", []string{"", ""}, []string{"EUR", "USD"}, "", "CNY"},
		{"some rows of a side say yuan", []string{"", "CNY"}, nil, "CNY", "CNY"},
		{"some rows of a side say dollars", []string{"", "USD"}, nil, "", "CNY"},
		{"the sides say different ones", []string{"CNY"}, []string{"EUR"}, "", "CNY"},
	} {
		whole, parts := mem.New(), [2]*mem.Book{mem.New(), mem.New()}
		n := 0
		add := func(side txn.Side, currency string) {
			r := txn.New()
			r.Side, r.Kind, r.Amount, r.Currency = side, txn.Sale, 100, currency
			whole.Add(r)
			parts[n%2].Add(r)
			n++
		}
		for _, x := range c.terminal {
			add(txn.Terminal, x)
		}
		for _, x := range c.settlement {
			add(txn.Settlement, x)
		}
		parts[0].Merge(parts[1])
		for _, b := range []*mem.Book{whole, parts[0]} {
			b.Freeze()
			r := b.Row(txn.Terminal, 0)
			if got := b.Currency(); got != c.book {
				t.Errorf("%s: the book is in %q, not %q", c.name, got, c.book)
			}
			if got := ledger.CurrencyOf(b, &r); got != c.first {
				t.Errorf("%s: the first row is in %q, not %q", c.name, got, c.first)
			}
		}
	}
}
