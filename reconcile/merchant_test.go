package reconcile

import (
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// onDay makes a row state the date only.
func onDay(r *txn.Record) { r.Prec, r.At = txn.PrecDay, txn.At(noon.Add(-12*time.Hour)) }

func noTID(r *txn.Record) { r.TID, r.MID = "", "" }

func cardless(r *txn.Record) { r.PAN = txn.PAN{} }

// TestMerchantFiles has files as merchants get them: dates of the pay-out, dates without
// a time of day, lists without numbers or cards.
func TestMerchantFiles(t *testing.T) {
	tests := []struct {
		name string
		rows func(x *recs)
		want string
	}{
		{"dates only, paid out the next day", func(x *recs) {
			for i := range 4 {
				a := txn.Minor(1000 + 10*i)
				if i != 1 {
					x.term(0, "", "00", a, onDay)
				}
				if i != 2 {
					x.bank(0, "", a, onDay, settleOn(20261121))
				}
			}
		}, "matched 2 2030; terminal_only 1 1020; settlement_only 1 1010; "},
		{"dates only, paid out the next day, nothing matches", func(x *recs) {
			x.term(0, "", "00", 1000, onDay)
			x.bank(0, "", 2000, onDay, settleOn(20261121))
		}, "terminal_only 1 1000; settlement_only 1 2000; "},
		{"Friday to Sunday paid out on Monday, one of Friday missing", func(x *recs) {
			const days = 24 * 60
			for i := range 9 {
				x.term(i/3*days+i, string(rune('a'+i)), "00", 100)
				if i != 1 {
					x.bank(i/3*days+i, string(rune('a'+i)), 100, settleOn(20261123))
				}
			}
		}, "matched 8 800; terminal_only 1 100; "},
		{"no terminal numbers, a clock three minutes ahead", func(x *recs) {
			for i := range 9 {
				a := txn.Minor(1000 + 10*i)
				x.term(20*i+3, "", "00", a)
				x.bank(20*i, "", a, noTID)
			}
			x.term(200, "", "00", 5000)
		}, "matched 9 9360; terminal_only 1 5000; "},
		{"no numbers in settlement: a try without an answer and the approved one after it", func(x *recs) {
			x.term(0, "1", "00", 500)
			x.bank(0, "", 500)
			x.term(10, "", "", 700)
			x.term(11, "2", "00", 700)
			x.bank(11, "", 700)
		}, "matched 2 1200; "},
		{"no numbers in settlement: a try without an answer and the approved one, both charged", func(x *recs) {
			x.term(10, "", "", 700)
			x.bank(10, "", 700)
			x.term(11, "2", "00", 700)
			x.bank(11, "", 700)
		}, "matched 1 700; charged_but_failed 1 700; "},
		{"settlement of two shops, the log of one", func(x *recs) {
			other := func(r *txn.Record) { r.MID, r.TID = "898330154110002", "20000001" }
			for i := range 4 {
				x.term(10*i, string(rune('a'+i)), "00", 100)
				x.bank(10*i, string(rune('a'+i)), 100)
				x.bank(10*i+1, string(rune('p'+i)), 200, other)
			}
			x.bank(35, "z", 300)
		}, "matched 4 400; settlement_only 1 300; pending_cutoff 4 800; "},
		{"one row of a merchant that nobody knows", func(x *recs) {
			x.term(0, "a", "00", 100)
			x.bank(0, "a", 100)
			x.bank(1, "b", 300, func(r *txn.Record) { r.MID, r.TID = "898330154110009", "" })
		}, "matched 1 100; settlement_only 1 300; "},
		{"slips: a sale and its void, neither settled", func(x *recs) {
			x.term(0, "", "00", 700, cardless, stan("000001"), batch("1"))
			x.term(1, "", "00", 900, cardless, stan("000002"), batch("1"))
			x.term(3, "", "00", 700, cardless, stan("000003"), batch("1"), kind(txn.Void))
			x.bank(1, "", 900, cardless, stan("000002"), batch("1"))
		}, "matched 2 1600; "},
		{"slips: a sale voided and settled all the same", func(x *recs) {
			x.term(0, "", "00", 700, cardless, stan("000001"), batch("1"))
			x.term(3, "", "00", 700, cardless, stan("000003"), batch("1"), kind(txn.Void))
			x.bank(0, "", 700, cardless, stan("000001"), batch("1"))
		}, "reversed_but_settled 1 700; "},
		{"slips: the void of a sale that is not here takes back no other", func(x *recs) {
			x.term(0, "", "00", 700, stan("000001"), batch("1"))
			x.term(3, "", "00", 700, stan("000003"), batch("1"), kind(txn.Void), origRRN("77"))
			x.bank(0, "", 700, stan("000001"), batch("1"))
			x.bank(3, "", 700, stan("000003"), batch("1"), kind(txn.Void))
		}, "matched 2 1400; "},
		{"no numbers, no cards: a reversal and its sale, settled", func(x *recs) {
			x.term(0, "", "", 700, cardless)
			x.term(1, "", "98", 700, cardless, reason)
			x.bank(0, "", 700, cardless)
		}, "reversed_but_settled 1 700; "},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			x := &recs{}
			c.rows(x)
			r := run(t, x, Options{})
			if got := r.summary(); got != c.want {
				t.Errorf("got  %s\nwant %s\nitems %+v", got, c.want, r.Items)
			}
		})
	}
}
