package evidence

import (
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))

// rec makes a terminal row that is second s of the day.
func rec(s int, code string) *txn.Record {
	r := txn.New()
	r.Pos = txn.Pos{Src: src, Line: uint32(s + 1)}
	r.Side, r.Kind, r.At, r.Prec, r.Code, r.Origin = txn.Terminal, txn.Sale, txn.At(day.Add(time.Duration(s)*time.Second)), txn.PrecSecond, code, txn.Host
	r.Institution, r.TID, r.MID, r.Amount, r.Latency = "桂林农商行", "T000000"+string(rune('1'+s%4)), "898000000000001", txn.Minor(1000+s%97*37), int32(300+s%61*10)
	return r
}

var src = &txn.Source{Name: "day.log"}

func gather(t *testing.T, in Input, recs ...*txn.Record) (*Set, *mem.Book) {
	t.Helper()
	b := mem.New()
	for _, r := range recs {
		b.Add(r)
	}
	b.Freeze()
	return Gather(b, in), b
}

func TestRulings(t *testing.T) {
	silent := rec(3, "")
	silent.Flags |= txn.TimedOut
	word := rec(4, "")
	word.Status = "交易成功"
	reason := rec(5, "96")
	reason.Origin, reason.Kind = txn.ReversalReason, txn.Reversal
	dial := rec(6, "")
	dial.Text = "无拨号音"
	s, b := gather(t, Input{}, rec(0, "00"), rec(1, "51"), rec(2, "Q9"), silent, word, reason, dial)
	want := []classify.Ruling{
		{Outcome: classify.Approved, Class: classify.ClassApproved},
		{Outcome: classify.Declined, Class: classify.FundsLimit},
		{Outcome: classify.Unknown, Class: classify.UnknownLocal},
		{Outcome: classify.Unknown, Class: classify.Timeout},
		{Outcome: classify.Approved, Class: classify.ClassApproved},
		{Outcome: classify.ReversalReason, Class: classify.MerchantSetup},
		{Outcome: classify.Declined, Class: classify.Unreachable},
	}
	for i, r := range b.Rows(txn.Terminal) {
		if got := s.Ruling(i, r); got != want[i] {
			t.Errorf("row %d: %+v, want %+v", i, got, want[i])
		}
	}
	n := 0
	for _, c := range s.Cards() {
		n += c.N
	}
	if n != len(want) {
		t.Errorf("cards count %d rows of %d", n, len(want))
	}
}

func TestSettlementDecides(t *testing.T) {
	var recs []*txn.Record
	for s := range 400 {
		code := "00"
		if s%10 == 5 {
			code = "B4"
		}
		recs = append(recs, rec(s*60, code))
	}
	for _, c := range []struct {
		name    string
		settled func(i int) int
		want    classify.Outcome
		status  classify.Status
	}{
		{"all settle", func(i int) int { return i }, classify.Approved, classify.Decided},
		{"none settles", func(i int) int {
			if i%10 == 5 {
				return -1
			}
			return i
		}, classify.Declined, classify.Decided},
		{"half settles", func(i int) int {
			if i%20 == 5 {
				return -1
			}
			return i
		}, classify.Unknown, classify.IsMixed},
	} {
		s, b := gather(t, Input{HasSettlement: true, Settled: c.settled}, recs...)
		v := s.CardOf(5).Verdict
		if v.Outcome != c.want || v.Status != c.status {
			t.Errorf("%s: %v %v p=%v %+v", c.name, v.Status, v.Outcome, v.Confidence, v.Posterior)
		}
		for i, r := range b.Rows(txn.Terminal) {
			if ruling := s.Ruling(i, r); i%10 == 5 && !ruling.Inferred {
				t.Fatalf("%s: row %d rests on evidence, and the ruling does not say so", c.name, i)
			}
		}
	}
	s, _ := gather(t, Input{}, recs...)
	if v := s.CardOf(5).Verdict; v.Status != classify.Undecidable || v.Missing.Zh == "" {
		t.Errorf("without settlement: %v %v %v", v.Status, v.Outcome, v.Posterior)
	}
}
