package reconcile

import (
	"testing"
	"time"

	"github.com/poslog/poslog/txn"
)

// twiceFromBank is a second export of the bank.
var twiceFromBank = txn.Source{Name: "settlement (1).csv"}

// dayBefore is the file of the day before.
var dayBefore = txn.Source{Name: "bank-19.csv"}

func TestStates(t *testing.T) {
	tests := []struct {
		name string
		rows func(x *recs)
		opt  Options
		want string
	}{
		{"matched by reference number", func(x *recs) {
			x.term(0, "032510004521", "00", 12800)
			x.bank(0, "032510004521", 12800)
		}, Options{}, "matched 1 12800; "},
		{"a reference number that lost its leading zero", func(x *recs) {
			x.term(0, "032510004521", "00", 12800)
			x.bank(0, "32510004521", 12800)
		}, Options{}, "matched 1 12800; "},
		{"declined and not settled is no item", func(x *recs) {
			x.term(0, "1", "51", 100)
			x.term(1, "2", "00", 100)
			x.bank(1, "2", 100)
		}, Options{}, "matched 1 100; "},
		{"approved, not settled", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(1, "2", "00", 200)
			x.bank(1, "2", 200)
		}, Options{}, "matched 1 200; terminal_only 1 100; "},
		{"settled, unknown at the terminal", func(x *recs) {
			x.term(1, "2", "00", 200)
			x.bank(1, "2", 200)
			x.bank(2, "3", 300, card("6228480012345670000"))
		}, Options{}, "matched 1 200; settlement_only 1 300; "},
		{"charged though declined", func(x *recs) {
			x.term(0, "1", "51", 100)
			x.bank(0, "1", 100)
		}, Options{}, "charged_but_failed 1 100; "},
		{"charged though no answer came, by trace number", func(x *recs) {
			x.term(0, "", "", 100, stan("000007"), batch("000001"))
			x.bank(0, "1", 100, stan("000007"), batch("000001"))
		}, Options{}, "charged_but_failed 1 100; "},
		{"charged though no answer came, and reversed by the bank", func(x *recs) {
			x.term(0, "1", "98", 100)
			x.bank(0, "1", 100)
			x.bank(1, "8", 100, kind(txn.Reversal), origRRN("1"))
		}, Options{}, "matched 1 100; "},
		{"charged though declined, and paid back in part", func(x *recs) {
			x.term(0, "1", "51", 100)
			x.bank(0, "1", 100)
			x.term(5, "2", "00", 30, kind(txn.Refund), origRRN("1"))
			x.bank(5, "2", 30, kind(txn.Refund), origRRN("1"))
		}, Options{}, "matched 1 30; charged_but_failed 1 100; "},
		{"charged though declined, and paid back at the terminal", func(x *recs) {
			x.term(0, "1", "51", 100)
			x.bank(0, "1", 100)
			x.term(5, "2", "00", 100, kind(txn.Refund), origRRN("1"))
			x.bank(5, "2", 100, kind(txn.Refund), origRRN("1"))
		}, Options{}, "matched 1 100; "},
		{"amount differs", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 110)
		}, Options{}, "amount_differs 1 10; "},
		{"amount within tolerance above only", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 110)
			x.term(0, "2", "00", 100)
			x.bank(0, "2", 90)
		}, Options{Amount: Tolerance{AbovePPM: 100_000}}, "matched 1 110; amount_differs 1 10; "},
		{"approved in part", func(x *recs) {
			x.term(0, "1", "10", 100)
			x.bank(0, "1", 60)
		}, Options{}, "matched 1 60; "},
		{"status differs", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("交易失败"))
		}, Options{}, "status_differs 1 100; "},
		{"settled twice", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.bank(0, "1", 100)
		}, Options{}, "matched 1 100; duplicate 1 100; "},
		{"twice on both sides is one case", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.bank(0, "1", 100)
		}, Options{}, "matched 1 100; duplicate 1 100; "},
		{"a repeated message is no duplicate", func(x *recs) {
			x.term(0, "1", "", 100)
			x.term(0, "1", "00", 100, flag(txn.Repeat))
			x.bank(0, "1", 100)
		}, Options{}, "matched 1 100; "},
		{"the terminal shows success, the switch a refusal", func(x *recs) {
			x.term(0, "1", "00", 100, func(r *txn.Record) { r.Origin = txn.TerminalMade })
			x.term(0, "1", "51", 100, func(r *txn.Record) { r.Side = txn.Switch })
			x.term(1, "2", "00", 100)
			x.bank(1, "2", 100)
		}, Options{}, "matched 1 100; status_differs 1 100; "},
		{"the same row in the terminal's and the switch's log", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(0, "1", "00", 100, func(r *txn.Record) { r.Side, r.Pos.Src = txn.Switch, &txn.Source{Name: "switch.log"} })
			x.bank(0, "1", 100)
		}, Options{}, "matched 1 100; "},
		{"sent twice, reversed, and settled", func(x *recs) {
			x.term(0, "1", "98", 100, stan("000009"))
			x.term(0, "1", "", 100, stan("000009"), flag(txn.Repeat))
			x.term(1, "", "98", 100, stan("000009"), reason)
			x.bank(0, "1", 100)
		}, Options{}, "reversed_but_settled 1 100; "},
		{"reversed and settled", func(x *recs) {
			x.term(0, "1", "", 100, stan("000009"))
			x.term(1, "", "98", 100, stan("000009"), reason)
			x.bank(0, "1", 100)
		}, Options{}, "reversed_but_settled 1 100; "},
		{"reversed when the shop opened again, and settled", func(x *recs) {
			x.term(0, "1", "", 100, stan("000009"))
			x.term(67*60, "", "98", 100, stan("000009"), reason)
			x.bank(0, "1", 100)
		}, Options{}, "reversed_but_settled 1 100; "},
		{"reversed and not settled", func(x *recs) {
			x.term(0, "", "", 100, stan("000009"))
			x.term(1, "", "98", 100, stan("000009"), reason)
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 1 500; "},
		{"reversed without a number, and done again at once", func(x *recs) {
			x.term(0, "", "", 100, stan("000009"))
			x.term(1, "", "00", 100, stan("000010"), reason)
			x.term(1, "5", "00", 100, stan("000011"), func(r *txn.Record) { r.At = r.At.Add(4 * time.Second) })
			x.bank(1, "5", 100)
		}, Options{}, "matched 1 100; "},
		{"reversed on both sides", func(x *recs) {
			x.term(0, "1", "00", 100, stan("000009"))
			x.term(1, "", "98", 100, stan("000009"), reason)
			x.bank(0, "1", 100)
			x.bank(1, "8", 100, kind(txn.Reversal), origRRN("1"))
		}, Options{}, "matched 1 100; "},
		{"voided, netted by the bank", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(5, "2", "00", 100, kind(txn.Void), origRRN("1"))
			x.term(6, "5", "00", 500)
			x.bank(6, "5", 500)
		}, Options{}, "matched 2 600; "},
		{"voided, settled all the same", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(5, "2", "00", 100, kind(txn.Void), origRRN("1"))
			x.bank(0, "1", 100)
		}, Options{}, "reversed_but_settled 1 100; "},
		{"voided, both rows settled", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(5, "2", "00", 100, kind(txn.Void), origRRN("1"))
			x.bank(0, "1", 100)
			x.bank(5, "2", 100, kind(txn.Void), origRRN("1"))
		}, Options{}, "matched 2 200; "},
		{"voided after the cut-off", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.term(11*60+10, "2", "00", 100, kind(txn.Void), origRRN("1"))
		}, Options{}, "matched 1 100; pending_cutoff 1 100; "},
		{"sold and voided after the cut-off", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.term(11*60+10, "2", "00", 200)
			x.term(11*60+12, "3", "00", 200, kind(txn.Void), origRRN("2"))
		}, Options{}, "matched 1 100; pending_cutoff 2 400; "},
		{"approved, still in process at the bank", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("处理中"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500, status("成功"))
		}, Options{}, "matched 1 500; pending_cutoff 1 100; "},
		{"in process in one file, settled in the next one", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("处理中"), func(r *txn.Record) { r.Pos.Src = &dayBefore })
			x.bank(0, "1", 100, status("成功"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 2 600; "},
		{"settled in the next file, of a name before it", func(x *recs) {
			x.term(0, "", "00", 100, order("A"))
			x.bank(0, "", 100, order("A"), status("处理中"))
			x.bank(0, "", 100, order("A"), status("成功"), func(r *txn.Record) { r.Pos.Src = &dayBefore })
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 2 600; "},
		{"in process in one file, failed in the next one", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("处理中"), func(r *txn.Record) { r.Pos.Src = &dayBefore })
			x.bank(0, "1", 100, status("失败"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 1 500; status_differs 1 100; "},
		{"in process in two files", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("处理中"), func(r *txn.Record) { r.Pos.Src = &dayBefore })
			x.bank(0, "1", 100, status("处理中"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 1 500; pending_cutoff 1 100; "},
		{"failed in settlement, and then settled", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, status("失败"))
			x.bank(1, "1", 100, status("成功"))
		}, Options{}, "matched 1 100; "},
		{"failed, still in process at the bank", func(x *recs) {
			x.term(0, "1", "68", 100)
			x.bank(0, "1", 100, status("PROCESSING"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 1 500; pending_cutoff 1 100; "},
		{"in process at the bank, unknown at the terminal", func(x *recs) {
			x.bank(0, "1", 100, status("处理中"))
			x.term(2, "5", "00", 500)
			x.bank(2, "5", 500)
		}, Options{}, "matched 1 500; pending_cutoff 1 100; "},
		{"refunded, the refund still in process", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.term(5, "2", "00", 30, kind(txn.Refund), origRRN("1"))
			x.bank(5, "2", 30, kind(txn.Refund), origRRN("1"), status("处理中"))
		}, Options{}, "matched 1 100; pending_cutoff 1 30; "},
		{"reversed, still in process at the bank", func(x *recs) {
			x.term(0, "1", "", 100, stan("000009"))
			x.term(1, "", "98", 100, stan("000009"), reason)
			x.bank(0, "1", 100, status("处理中"))
		}, Options{}, "pending_cutoff 1 100; "},
		{"partial refund settled net", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(5, "2", "00", 30, kind(txn.Refund), origRRN("1"))
			x.bank(0, "1", 70)
		}, Options{}, "matched 1 70; "},
		{"refund not settled", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.term(5, "2", "00", 30, kind(txn.Refund), origRRN("1"))
			x.bank(0, "1", 100)
		}, Options{}, "matched 1 100; terminal_only 1 30; "},
		{"refund by the wallet's order number", func(x *recs) {
			x.term(0, "", "00", 100, order("A1"))
			x.term(5, "", "00", 100, order("A1"), kind(txn.Refund))
			x.bank(0, "", 100, order("A1"))
			x.bank(5, "", 100, order("A1"), kind(txn.Refund))
		}, Options{}, "matched 2 200; "},
		{"a refund by a number of its own here and by its order's there", func(x *recs) {
			x.term(0, "", "00", 100, order("A1"))
			x.term(1, "", "00", 50, order("A2"))
			x.term(5, "", "00", 100, order("A3"), kind(txn.Refund))
			x.bank(0, "", 100, order("A1"))
			x.bank(1, "", 50, order("A2"))
			x.bank(5, "", 100, order("A1"), kind(txn.Refund))
		}, Options{}, "matched 3 250; "},
		{"refunds by numbers of their own are two", func(x *recs) {
			x.term(0, "", "00", 100, order("A1"))
			x.term(5, "", "00", 100, order("A3"), kind(txn.Refund))
			x.bank(0, "", 100, order("A1"))
			x.bank(5, "", 100, order("A4"), kind(txn.Refund))
		}, Options{}, "matched 1 100; terminal_only 1 100; settlement_only 1 100; "},
		{"two equal refunds of one order", func(x *recs) {
			refund := func(no string) func(*txn.Record) {
				return func(r *txn.Record) { r.Kind, r.OrderNo, r.RefundNo = txn.Refund, "A1", no }
			}
			x.term(0, "", "00", 1000, order("A1"))
			x.term(5, "", "00", 100, refund(""))
			x.term(6, "", "00", 100, refund(""))
			x.bank(0, "", 1000, order("A1"))
			x.bank(5, "", 100, refund("R1"))
			x.bank(6, "", 100, refund("R2"))
		}, Options{}, "matched 3 1200; "},
		{"one of two equal refunds is missing", func(x *recs) {
			refund := func(no string) func(*txn.Record) {
				return func(r *txn.Record) { r.Kind, r.OrderNo, r.RefundNo = txn.Refund, "A1", no }
			}
			x.term(0, "", "00", 1000, order("A1"))
			x.term(5, "", "00", 100, refund("R1"))
			x.term(6, "", "00", 100, refund("R2"))
			x.bank(0, "", 1000, order("A1"))
			x.bank(5, "", 100, refund("R1"))
		}, Options{}, "matched 2 1100; terminal_only 1 100; "},
		{"one sale settled in two rows", func(x *recs) {
			x.term(0, "", "00", 1000, order("A1"))
			x.bank(0, "", 700, order("A1"))
			x.bank(0, "", 300, order("A1"))
		}, Options{}, "matched 1 1000; "},
		{"one sale settled in two equal rows", func(x *recs) {
			x.term(0, "1", "00", 1000)
			x.bank(0, "1", 500)
			x.bank(0, "1", 500)
		}, Options{}, "matched 1 1000; "},
		{"one sale settled in two rows that do not add up", func(x *recs) {
			x.term(0, "", "00", 1000, order("A1"))
			x.bank(0, "", 700, order("A1"))
			x.bank(1, "", 200, order("A1"), card(""))
		}, Options{}, "settlement_only 1 200; amount_differs 1 300; "},
		{"an order paid in two parts and settled as one", func(x *recs) {
			x.term(0, "", "00", 700, order("A1"))
			x.term(1, "", "51", 300, order("A1"))
			x.term(2, "", "00", 300, order("A2"))
			x.term(3, "", "00", 400, order("A2"))
			x.bank(0, "", 700, order("A1"))
			x.bank(0, "", 700, order("A2"))
		}, Options{}, "matched 2 1400; "},
		{"an order of two parts, one declined, settled in full", func(x *recs) {
			x.term(0, "", "00", 700, order("A1"))
			x.term(1, "", "51", 300, order("A1"))
			x.bank(0, "", 1000, order("A1"))
		}, Options{}, "amount_differs 1 300; "},
		{"a split sale that was declined", func(x *recs) {
			x.term(0, "", "51", 1000, order("A1"))
			x.bank(0, "", 700, order("A1"))
			x.bank(0, "", 300, order("A1"))
		}, Options{}, "charged_but_failed 1 1000; "},
		{"a fee agreed with an institution that the settlement file does not name", func(x *recs) {
			x.term(0, "1", "00", 10000)
			x.bank(0, "1", 10000, fee(38))
			x.term(0, "2", "00", 10000)
			x.bank(0, "2", 10000, fee(60))
			x.term(0, "3", "00", 10000, func(r *txn.Record) { r.Institution = "NSH002" })
			x.bank(0, "3", 10000, fee(60))
		}, Options{Fees: []FeeRule{{Institution: "NSH001", PPM: 3800}}}, "matched 2 20000; fee_differs 1 22; "},
		{"fee with a floor", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100, fee(5))
			x.term(0, "2", "00", 100)
			x.bank(0, "2", 100, fee(0))
		}, Options{Fees: []FeeRule{{PPM: 3800, Min: 5}}}, "matched 1 100; fee_differs 1 5; "},
		{"the fee of a refund comes back", func(x *recs) {
			x.term(0, "1", "00", 10000)
			x.bank(0, "1", 10000, fee(38))
			x.term(9, "2", "00", 5000, kind(txn.Refund))
			x.bank(9, "2", 5000, kind(txn.Refund), fee(-19))
			x.term(9, "3", "00", 1000, kind(txn.Refund))
			x.bank(9, "3", 1000, kind(txn.Refund), fee(-19))
		}, Options{Fees: []FeeRule{{PPM: 3800}}}, "matched 2 15000; fee_differs 1 15; "},
		{"settled net of the fee that the row states", func(x *recs) {
			x.term(0, "1", "00", 10000)
			x.bank(0, "1", 9962, fee(38))
		}, Options{}, "matched 1 9962; "},
		{"all settled net, one by too much", func(x *recs) {
			for i := range 8 {
				rrn, a := string(rune('1'+i)), txn.Minor(10000+1000*i)
				x.term(i, rrn, "00", a)
				if i == 7 {
					a -= 100
				}
				x.bank(i, rrn, a-(a*38+5000)/10000)
			}
		}, Options{}, "matched 7 90654; amount_differs 1 99; "},
		{"terminals of other names", func(x *recs) {
			for i := range 3 {
				rrn := string(rune('1' + i))
				x.term(i, rrn, "00", 100, tid("till 1"))
				x.bank(i, rrn, 100)
			}
			x.term(9, "", "00", 200, tid("till 1"), stan("000007"), batch("1"))
			x.bank(9, "", 200, stan("000007"), batch("1"))
			x.term(9, "", "00", 300, tid("till 2"), stan("000008"), batch("1"))
		}, Options{}, "matched 4 500; terminal_only 1 300; "},
		{"a settlement file of the morning", func(x *recs) {
			for i := range 20 {
				rrn := string(rune('a' + i))
				x.term(i*20, rrn, "00", 100)
				if i < 12 && i != 4 {
					x.bank(i*20, rrn, 100)
				}
			}
		}, Options{}, "matched 11 1100; terminal_only 1 100; pending_cutoff 8 800; "},
		{"terminal records of the morning", func(x *recs) {
			for i := range 20 {
				rrn := string(rune('a' + i))
				x.bank(i*20, rrn, 100)
				if i < 12 && i != 4 {
					x.term(i*20, rrn, "00", 100)
				}
			}
		}, Options{}, "matched 11 1100; settlement_only 1 100; pending_cutoff 8 800; "},
		{"terminal records of one institution of the morning", func(x *recs) {
			for i := range 20 {
				for _, of := range []string{"NSH001", "NSH002"} {
					rrn := of + string(rune('a'+i))
					inst := func(r *txn.Record) { r.Institution, r.TID = of, "1"+of[5:] }
					x.bank(i*20, rrn, 100, inst)
					if of == "NSH001" || i < 12 && i != 4 {
						x.term(i*20, rrn, "00", 100, inst)
					}
				}
			}
		}, Options{}, "matched 31 3100; settlement_only 1 100; pending_cutoff 8 800; "},
		{"one export twice", func(x *recs) {
			for i := range 5 {
				rrn := string(rune('a' + i))
				x.term(i*20, rrn, "00", 100)
				x.bank(i*20, rrn, 100)
				x.bank(i*20, rrn, 100, func(r *txn.Record) { r.Pos.Src = &twiceFromBank })
			}
			x.term(200, "z", "00", 100)
		}, Options{}, "matched 5 500; terminal_only 1 100; "},
		{"one row of another export again", func(x *recs) {
			for i := range 5 {
				rrn := string(rune('a' + i))
				x.term(i*20, rrn, "00", 100)
				x.bank(i*20, rrn, 100)
			}
			for i := 5; i < 9; i++ {
				rrn := string(rune('a' + i))
				x.term(i*20, rrn, "00", 100)
				x.bank(i*20, rrn, 100, func(r *txn.Record) { r.Pos.Src = &twiceFromBank })
			}
			x.bank(20, "b", 100, func(r *txn.Record) { r.Pos.Src = &twiceFromBank })
		}, Options{}, "matched 9 900; duplicate 1 100; "},
		{"fee", func(x *recs) {
			x.term(0, "1", "00", 10000)
			x.bank(0, "1", 10000, fee(38))
			x.term(0, "2", "00", 10000)
			x.bank(0, "2", 10000, fee(60))
			x.term(0, "3", "00", 1000000)
			x.bank(0, "3", 1000000, fee(2000))
		}, Options{Fees: []FeeRule{{PPM: 3800, Max: 2000}}}, "matched 2 1010000; fee_differs 1 22; "},
		{"after the cut-off the file of tomorrow is asked", func(x *recs) {
			x.term(0, "1", "00", 100)
			x.bank(0, "1", 100)
			x.term(11*60+10, "2", "00", 200)
		}, Options{}, "matched 1 100; pending_cutoff 1 200; "},
		{"time only, unique", func(x *recs) {
			x.term(0, "", "00", 100)
			x.bank(1, "", 100)
		}, Options{}, "matched 1 100; "},
		{"time only: the approved attempt has it, not the declined one", func(x *recs) {
			x.term(0, "", "51", 100)
			x.term(1, "", "00", 100)
			x.bank(0, "", 100)
		}, Options{}, "matched 1 100; "},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			x := &recs{}
			c.rows(x)
			r := run(t, x, c.opt)
			if got := r.summary(); got != c.want {
				t.Errorf("got  %s\nwant %s\nitems %+v", got, c.want, r.Items)
			}
		})
	}
}

// TestTimesBesideDays has sales of one amount, and one settlement row that states no time of day: the
// others are compared by their times all the same.
func TestTimesBesideDays(t *testing.T) {
	x := &recs{}
	for i := range 8 {
		x.term(10*i, "", []string{"00", "51"}[i%2], 100)
		if i%2 == 0 {
			x.bank(10*i, "", 100)
		}
	}
	x.term(90, "", "00", 100)
	x.bank(0, "", 100, func(r *txn.Record) {
		r.At, r.Prec = txn.At(time.Date(2026, 11, 20, 0, 0, 0, 0, zone)), txn.PrecDay
	})
	r := run(t, x, Options{})
	if got, want := r.summary(), "matched 5 500; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for i := range 8 {
		if k, sure := r.m.How(i); i%2 == 0 && (k != ByTime || sure != 0.8) || i%2 == 1 && k != NoKey {
			t.Errorf("row %d is matched by %v, %v", i, k, sure)
		}
	}
}

// TestTells matches rows without any number: only those that cannot be a later retry are
// evidence of what a code means.
func TestTells(t *testing.T) {
	seconds := func(n int) func(*txn.Record) {
		return func(r *txn.Record) { r.At += txn.Instant(n) * 1_000_000 }
	}
	minute := func(r *txn.Record) { r.Prec = txn.PrecMinute }
	nowhere := func(r *txn.Record) { r.TID, r.MID = "", "" }
	elsewhere := func(r *txn.Record) { r.TID, r.MID = "", "898330154110002" }
	for _, c := range []struct {
		name  string
		build func(*recs)
		want  bool
	}{
		{"the same second", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100) }, true},
		{"three seconds later", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100, seconds(3)) }, true},
		{"ten seconds later", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100, seconds(10)) }, false},
		{"to the minute", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100, minute) }, false},
		{"two tries", func(x *recs) {
			x.term(0, "", "B4", 100)
			x.term(0, "", "00", 100, seconds(3))
			x.bank(0, "", 100, seconds(3))
		}, false},
		{"two of one amount", func(x *recs) {
			x.term(0, "", "B4", 100)
			x.term(0, "", "B4", 100, seconds(2))
			x.bank(0, "", 100)
			x.bank(0, "", 100, seconds(2))
		}, false},
		{"a file of one shop", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100, nowhere) }, true},
		{"of another shop", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 100, elsewhere) }, false},
		{"a reference number, ten seconds later", func(x *recs) { x.term(0, "7", "B4", 100); x.bank(0, "7", 100, seconds(10)) }, true},
		{"not settled", func(x *recs) { x.term(0, "", "B4", 100); x.bank(0, "", 500) }, false},
	} {
		x := &recs{}
		c.build(x)
		if m := Match(x.book(), Options{}); m.Tells(0) != c.want {
			k, p := m.How(0)
			t.Errorf("%s: %v, want %v (settlement row %d by %s, %v)", c.name, !c.want, c.want, m.Settled(0), k, p)
		}
	}
}

func TestStands(t *testing.T) {
	x := &recs{}
	x.term(0, "1", "B4", 100)
	x.bank(0, "1", 100)
	x.term(1, "2", "B4", 100)
	x.bank(1, "2", 100)
	x.bank(2, "8", 100, kind(txn.Reversal), origRRN("2"))
	x.term(2, "3", "B4", 100)
	x.bank(2, "3", 100, status("交易失败"))
	x.term(3, "4", "B4", 100)
	x.term(4, "5", "B4", 100)
	x.bank(4, "5", 100)
	x.bank(5, "9", 30, kind(txn.Refund), origRRN("5"))
	m := Match(x.book(), Options{})
	for i, want := range []bool{true, false, false, false, true} {
		if got := m.Stands(i); got != want {
			t.Errorf("row %d stands: %v, want %v (settlement row %d)", i, got, want, m.Settled(i))
		}
	}
}
