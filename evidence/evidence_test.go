package evidence

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))

// rec makes a terminal row that is second s of the day.
func rec(s int, code string) *txn.Record {
	r := txn.New()
	r.Pos = txn.Pos{Src: src, Line: uint32(s + 1)}
	r.Side, r.Kind, r.At, r.Prec, r.Code, r.Origin = txn.Terminal, txn.Sale, txn.At(day.Add(time.Duration(s)*time.Second)), txn.PrecSecond, code, txn.Host
	r.Institution, r.TID, r.MID, r.Amount, r.Latency = "桂林农商行", "T000000"+string(rune('1'+s/60%4)), "898000000000001", txn.Minor(1000+s%97*37), int32(300+s%61*10)
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
	for i := range b.Rows(txn.Terminal) {
		if got := s.Ruling(i); got != want[i] {
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
		for i := range b.Rows(txn.Terminal) {
			if ruling := s.Ruling(i); i%10 == 5 && !ruling.Inferred {
				t.Fatalf("%s: row %d rests on evidence, and the ruling does not say so", c.name, i)
			}
		}
	}
	s, _ := gather(t, Input{}, recs...)
	if v := s.CardOf(5).Verdict; v.Status != classify.Undecidable || v.Missing.Zh == "" {
		t.Errorf("without settlement: %v %v %v", v.Status, v.Outcome, v.Posterior)
	}
}

// TestOrder adds the same rows in another order: nothing may change.
func TestOrder(t *testing.T) {
	var recs []*txn.Record
	for s := range 500 {
		r := rec(s*61, []string{"00", "00", "B4", "51", "00", "Q9"}[s%6])
		r.PAN = txn.PAN{Masked: "622848******0001", Token: uint64(s%90 + 1)}
		recs = append(recs, r)
	}
	in := Input{HasSettlement: true, Settled: func(i int) int { return i%3 - 1 }}
	a, _ := gather(t, in, recs...)
	slices.Reverse(recs)
	b, _ := gather(t, in, recs...)
	for i, c := range a.Cards() {
		d := b.Cards()[i]
		c.group, d.group = 0, 0
		if !reflect.DeepEqual(c, d) {
			t.Errorf("%+v\n%+v", c, d)
		}
	}
}

// TestManyCodes is a file of garbage codes, each once.
func TestManyCodes(t *testing.T) {
	var recs []*txn.Record
	for s := range 20000 {
		code := "00"
		if s%2 == 0 {
			code = fmt.Sprintf("X%d", s)
		}
		recs = append(recs, rec(s*4, code))
	}
	s, _ := gather(t, Input{}, recs...)
	if n := len(s.Cards()); n != 10001 {
		t.Errorf("%d cards", n)
	}
}

func TestMixedIsSplit(t *testing.T) {
	var recs []*txn.Record
	for s := range 800 {
		code := "00"
		if s%10 == 5 {
			code = "B4"
		}
		r := rec(s*60, code)
		r.Model = "V1.0"
		if s%20 == 5 {
			r.Model = "V2.3"
		}
		recs = append(recs, r)
	}
	s, _ := gather(t, Input{HasSettlement: true, Settled: func(i int) int {
		if i%20 == 5 || i == 15 { // one row of the settling part is not found
			return -1
		}
		return i
	}}, recs...)
	c := s.CardOf(5)
	if sp := c.Evidence.Split; c.Verdict.Status != classify.IsMixed || sp == nil || sp.Dim != "model" || sp.Value != "V1.0" && sp.Value != "V2.3" || !sp.Clean() {
		t.Fatalf("%s, split %+v", c.Verdict.Status, c.Evidence.Split)
	}
	for i, want := range map[int]classify.Outcome{5: classify.Declined, 25: classify.Declined, 35: classify.Approved, 15: classify.Unknown} {
		if got := s.Ruling(i); got.Outcome != want || !got.Inferred {
			t.Errorf("row %d: %+v, want %v", i, got, want)
		}
	}
}

func TestDepends(t *testing.T) {
	var recs []*txn.Record
	for s := range 600 {
		code := "00"
		if s%4 == 1 && s%3 == 0 {
			code = "Q9"
		}
		recs = append(recs, rec(s*60, code)) // s%4 chooses the terminal, from 1 on
	}
	s, _ := gather(t, Input{}, recs...)
	for _, c := range s.Cards() {
		if c.Code != "Q9" {
			continue
		}
		if d := c.Evidence.Depends; len(d) != 1 || d[0].Dim != "terminal" || d[0].Value != "T0000002" || d[0].Rows != 50 || d[0].OtherRows != 0 {
			t.Errorf("%+v", d)
		}
		return
	}
	t.Error("no card")
}

func TestDrift(t *testing.T) {
	var recs []*txn.Record
	const n = 3000 // ten days, one attempt in about five minutes
	for s := range n {
		code := "00"
		switch {
		case s%10 == 5:
			code = "B4"
		case s%20 == 3 && s > 1500:
			code = "Q9"
		}
		recs = append(recs, rec(s*290, code))
	}
	at := func(s int) txn.Instant { return txn.At(day.Add(time.Duration(s*290) * time.Second)) }
	moved := func(i int) int {
		if i%10 == 5 && i < 2000 {
			return -1
		}
		return i
	}
	s, _ := gather(t, Input{HasSettlement: true, Settled: moved}, recs...)
	got := s.Drift()
	if len(got) != 2 || got[0].Code != "Q9" || got[0].What != "new" || got[0].To != at(1503) ||
		got[1].Code != "B4" || got[1].What != "settled" || got[1].From != at(1995) || got[1].To != at(2005) || got[1].Before != (Share{0, 200}) || got[1].After != (Share{100, 100}) {
		t.Errorf("%+v", got)
	}
	// The export breaks off: that is no drift of the code.
	s, _ = gather(t, Input{HasSettlement: true, Settled: func(i int) int {
		if i > 2000 {
			return -1
		}
		return i
	}}, recs...)
	for _, d := range s.Drift() {
		if d.What == "settled" && d.Code == "B4" {
			t.Errorf("a gap of the export is taken for drift: %+v", d)
		}
	}
}

// Amounts of another currency are compared with none: 50,000 yen are no more than 500 yuan.
func TestAmountsOfOneCurrency(t *testing.T) {
	var recs []*txn.Record
	for s := range 600 {
		r := rec(s*60, "00")
		if s%10 == 5 {
			r.Code, r.Currency, r.Amount = "B4", "JPY", 50_000
		}
		recs = append(recs, r)
	}
	amount := func(r *ledger.Row) txn.Minor {
		if r.Amount == 50_000 {
			return txn.NoAmount
		}
		return r.Amount
	}
	set, _ := gather(t, Input{Amount: amount}, recs...)
	for _, c := range set.Cards() {
		if e := c.Evidence; c.Code == "B4" && (e == nil || e.Amounts != 0 || e.Above != 0) {
			t.Errorf("%+v", e)
		}
	}
}
