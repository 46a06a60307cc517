package reconcile

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

// TestSentences: what is said fits a refund as well as a sale, and gives the number by
// which the other side finds it.
func TestSentences(t *testing.T) {
	cardless := func(r *txn.Record) { r.PAN = txn.PAN{} }
	for _, c := range []struct {
		name         string
		rows         func(x *recs)
		want, forbid string
	}{
		{"a wallet's order", func(x *recs) {
			x.term(0, "", "00", 100, order("P1"), noTID, cardless)
			x.bank(0, "", 100, order("P1"), noTID, cardless)
			x.term(1, "", "00", 300, order("P2"), noTID, cardless)
		}, "order P2", "the time and the amount"},
		{"a slip has its terminal and trace number", func(x *recs) {
			x.term(0, "", "00", 100, stan("000001"), batch("1"), order("P1"))
			x.bank(0, "", 100, stan("000001"), batch("1"))
			x.term(1, "", "00", 300, stan("000002"), batch("1"), order("P2"))
		}, "terminal 10000001, trace 000002", "order"},
		{"a refund settled twice", func(x *recs) {
			x.term(0, "1", "00", 100, kind(txn.Refund))
			x.bank(0, "1", 100, kind(txn.Refund))
			x.bank(0, "1", 100, kind(txn.Refund))
		}, "paid back twice", "the customer paid"},
		{"a refund that nobody made", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.bank(1, "2", 100, kind(txn.Refund))
		}, "none was made at our terminal", "Settled, but unknown"},
	} {
		x := &recs{}
		c.rows(x)
		r := run(t, x, Options{})
		if len(r.Items) != 1 {
			t.Errorf("%s: items %+v", c.name, r.Items)
			continue
		}
		if s := r.Items[0].Advice.En; !strings.Contains(s, c.want) || strings.Contains(s, c.forbid) {
			t.Errorf("%s: %q, want %q and no %q", c.name, s, c.want, c.forbid)
		}
	}
}

// Two files of which no row agrees are said to be so, before each row is called missing.
func TestHardlyAnyAgrees(t *testing.T) {
	said := func(agreeing int) bool {
		x := &recs{}
		for i := range 12 {
			x.term(10*i, string(rune('a'+i)), "00", txn.Minor(1000+i))
			rrn := string(rune('A' + i))
			if i < agreeing {
				rrn = string(rune('a' + i))
			}
			x.bank(10*i, rrn, txn.Minor(2000+i))
		}
		r := run(t, x, Options{})
		return strings.Contains(r.Sides.En, "Hardly any row") && strings.Contains(r.Sides.Zh, "几乎没有一笔对得上")
	}
	for agreeing, want := range map[int]bool{0: true, 1: true, 3: false, 12: false} {
		if got := said(agreeing); got != want {
			t.Errorf("%d of 12 agree: said %v", agreeing, got)
		}
	}
}

// A settlement file and its correction are both given: the row that was corrected is no
// stranger at the terminal. A refund under the number of its sale is none of this.
func TestOtherVersion(t *testing.T) {
	x := &recs{}
	other := &txn.Source{Name: "corrected.csv"}
	corrected := func(r *txn.Record) { r.Pos.Src = other }
	for i := range 8 {
		rrn := string(rune('a' + i))
		x.term(i, rrn, "00", 100)
		amount := txn.Minor(100)
		if i == 3 {
			amount = 70
		}
		x.bank(i, rrn, amount)
		x.bank(i, rrn, 100, corrected)
	}
	x.bank(5, "f", 40, corrected, kind(txn.Refund))
	r := run(t, x, Options{})
	if got, want := r.summary(), "matched 8 800; settlement_only 2 110; "; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	for _, it := range r.Items {
		if told := strings.Contains(it.Advice.En, "Another settlement file has the same reference (corrected.csv:"); told != (it.Kind == txn.Sale) || it.Call != Acquirer {
			t.Errorf("%+v", it)
		}
	}
}

// An amount in a sentence has its currency.
func TestSentencesSayTheCurrency(t *testing.T) {
	for currency, want := range map[string]string{"CNY": "“手续费收了 -¥0.30，按约定应为 ¥0.38，请核对。”", "USD": "“手续费收了 -USD 0.30，按约定应为 USD 0.38，请核对。”", "JPY": "“手续费收了 -JPY 30，按约定应为 JPY 38，请核对。”"} {
		in := func(r *txn.Record) { r.Currency = currency }
		x := &recs{}
		x.term(0, "1", "00", 10000, in)
		x.bank(0, "1", 10000, in, fee(-30))
		r := run(t, x, Options{Fees: []FeeRule{{PPM: 3800}}})
		if len(r.Items) != 1 || !strings.Contains(r.Items[0].Advice.Zh, want) {
			t.Errorf("%s: %+v, want %s", currency, r.Items, want)
		}
	}
}
