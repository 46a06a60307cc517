package reconcile

import (
	"fmt"
	"testing"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// TestTriesOfAnOrder has orders that were tried more than once under one number: which rows
// count, by their minutes, and what becomes of the money.
func TestTriesOfAnOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		rows func(x *recs)
		copy []int // minutes of the rows that repeat or continue another
		want string
	}{
		{"refused, then paid", func(x *recs) {
			x.term(0, "", "51", 700, order("A"))
			x.term(2, "", "00", 700, order("A"))
			x.bank(2, "", 700, order("A"))
		}, nil, "matched 1 700; "},
		{"refused, then paid, and charged twice", func(x *recs) {
			x.term(0, "", "51", 700, order("A"))
			x.term(2, "", "00", 700, order("A"))
			x.bank(0, "", 700, order("A"))
			x.bank(2, "", 700, order("A"))
		}, nil, "matched 1 700; charged_but_failed 1 700; "},
		{"of open meaning, then paid", func(x *recs) {
			x.term(0, "", "B4", 700, order("A"))
			x.term(2, "", "00", 700, order("A"))
			x.bank(2, "", 700, order("A"))
		}, nil, "matched 1 700; "},
		{"asked for until it was paid", func(x *recs) {
			x.term(0, "", "10003", 700, order("A"))
			x.term(1, "", "10000", 700, order("A"), status("WAIT_BUYER_PAY"))
			x.term(2, "", "10000", 700, order("A"), status("TRADE_SUCCESS"))
			x.bank(2, "", 700, order("A"))
		}, []int{0, 1}, "matched 1 700; "},
		{"asked for in vain", func(x *recs) {
			x.term(0, "", "10003", 700, order("A"))
			x.term(1, "", "10000", 700, order("A"), status("WAIT_BUYER_PAY"))
			x.term(2, "", "10000", 700, order("A"), status("WAIT_BUYER_PAY"))
		}, []int{0, 1}, ""},
		{"closed, as it was not paid", func(x *recs) {
			x.term(0, "", "10003", 700, order("A"))
			x.term(1, "", "10000", 700, order("A"), status("WAIT_BUYER_PAY"))
			x.term(2, "", "10000", 700, order("A"), kind(txn.Void))
			x.term(3, "", "00", 900, order("B"))
			x.bank(3, "", 900, order("B"))
		}, []int{0}, "matched 1 900; "},
		{"paid and voided, neither settled", func(x *recs) {
			x.term(0, "", "00", 700, order("A"))
			x.term(2, "", "00", 700, order("A"), kind(txn.Void))
			x.term(3, "", "00", 900, order("B"))
			x.bank(3, "", 900, order("B"))
		}, nil, "matched 2 1600; "},
		{"the same message again", func(x *recs) {
			x.term(0, "", "00", 700, order("A"))
			x.term(1, "", "00", 700, order("A"))
			x.bank(0, "", 700, order("A"))
		}, []int{1}, "matched 1 700; duplicate 1 700; "},
		{"a failed and a good row in settlement", func(x *recs) {
			x.term(2, "", "00", 700, order("A"))
			x.bank(0, "", 700, order("A"), status("支付失败"))
			x.bank(2, "", 700, order("A"), status("支付成功"))
		}, nil, "matched 1 700; "},
	} {
		x := &recs{}
		c.rows(x)
		b := x.book()
		view := classify.Default().For(classify.Where{})
		answer := func(r *ledger.Row) classify.Meaning {
			said := ""
			if r.Extra != 0 {
				said = b.Extra(r.Extra).Status
			}
			return view.Answer(r.Kind, b.Code(r.Code), said, "")
		}
		m := Match(b, Options{Answer: answer})
		var copies []int
		for i, r := range b.Rows(txn.Terminal) {
			if m.DuplicateOf(txn.Terminal, i) >= 0 {
				copies = append(copies, int((r.At-txn.At(noon))/60e6))
			}
		}
		if fmt.Sprint(copies) != fmt.Sprint(c.copy) {
			t.Errorf("%s: rows of minutes %v stand for others, want %v", c.name, copies, c.copy)
		}
		got := m.Judge(func(i int) classify.Ruling { r := b.Row(txn.Terminal, i); return answer(&r).Ruling() }).summary()
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}
