package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

var (
	zone     = time.FixedZone("UTC+8", 8*3600)
	noon     = time.Date(2026, 11, 20, 12, 0, 0, 0, zone)
	fromTerm = &txn.Source{Name: "terminal.csv"}
	fromBank = &txn.Source{Name: "settlement.csv"}
)

// recs collects rows of both sides.
type recs struct{ list []*txn.Record }

// add appends a record; edits set what a case is about.
func (x *recs) add(side txn.Side, at time.Time, rrn, code string, amount txn.Minor, edits ...func(*txn.Record)) *txn.Record {
	r := txn.New()
	r.Side, r.Kind, r.Prec, r.At = side, txn.Sale, txn.PrecSecond, txn.At(at)
	r.RRN, r.Code, r.Amount = rrn, code, amount
	r.Institution, r.MID, r.TID = "NSH001", "898330154110001", "10000001"
	if code != "" {
		r.Origin = txn.Host
	}
	r.PAN = txn.Mask("6228480012345671234")
	r.Pos = txn.Pos{Src: fromTerm, Line: uint32(len(x.list) + 2)}
	if side == txn.Settlement {
		r.Pos.Src, r.Institution = fromBank, ""
	}
	for _, e := range edits {
		e(r)
	}
	x.list = append(x.list, r)
	return r
}

func (x *recs) term(min int, rrn, code string, amount txn.Minor, edits ...func(*txn.Record)) *txn.Record {
	return x.add(txn.Terminal, noon.Add(time.Duration(min)*time.Minute), rrn, code, amount, edits...)
}

func (x *recs) bank(min int, rrn string, amount txn.Minor, edits ...func(*txn.Record)) *txn.Record {
	return x.add(txn.Settlement, noon.Add(time.Duration(min)*time.Minute), rrn, "", amount, edits...)
}

func (x *recs) book() ledger.Book {
	b := mem.New()
	for _, r := range x.list {
		b.Add(r)
	}
	b.Freeze()
	return b
}

func kind(k txn.Kind) func(*txn.Record)     { return func(r *txn.Record) { r.Kind = k } }
func stan(s string) func(*txn.Record)       { return func(r *txn.Record) { r.STAN = s } }
func batch(s string) func(*txn.Record)      { return func(r *txn.Record) { r.Batch = s } }
func tid(s string) func(*txn.Record)        { return func(r *txn.Record) { r.TID = s } }
func origRRN(s string) func(*txn.Record)    { return func(r *txn.Record) { r.OrigRRN = s } }
func order(s string) func(*txn.Record)      { return func(r *txn.Record) { r.OrderNo = s } }
func status(s string) func(*txn.Record)     { return func(r *txn.Record) { r.Status = s } }
func fee(f txn.Minor) func(*txn.Record)     { return func(r *txn.Record) { r.Fee = f } }
func card(pan string) func(*txn.Record)     { return func(r *txn.Record) { r.PAN = txn.Mask(pan) } }
func flag(f txn.Flags) func(*txn.Record)    { return func(r *txn.Record) { r.Flags |= f } }
func settleOn(d txn.Date) func(*txn.Record) { return func(r *txn.Record) { r.SettleOn = d } }
func reason(r *txn.Record)                  { r.Kind, r.Origin, r.MTI = txn.Reversal, txn.ReversalReason, "0400" }

// ruleOf is the meaning used in tests: 00 approved, 10 approved in part, "" and 98
// unknown, RV approved and reversed, all else declined; reversals carry a reason.
func ruleOf(b ledger.Book) func(int) classify.Ruling {
	return func(i int) classify.Ruling {
		r := b.Row(txn.Terminal, i)
		if r.Origin == txn.ReversalReason {
			return classify.Ruling{Outcome: classify.ReversalReason}
		}
		switch b.Code(r.Code) {
		case "00":
			return classify.Ruling{Outcome: classify.Approved, Class: classify.ClassApproved}
		case "10":
			return classify.Ruling{Outcome: classify.ApprovedPartial, Class: classify.ClassApproved}
		case "RV":
			return classify.Ruling{Outcome: classify.Reversed}
		case "", "98":
			return classify.Ruling{Outcome: classify.Unknown, Class: classify.Timeout}
		}
		return classify.Ruling{Outcome: classify.Declined, Class: classify.FundsLimit}
	}
}

func run(t *testing.T, x *recs, opt Options) *Result {
	t.Helper()
	b := x.book()
	r := Match(b, opt).Judge(ruleOf(b))
	if !r.Proof.Holds {
		t.Errorf("proof does not hold: %+v\ntotals %+v", r.Proof, r.Totals)
	}
	return r
}

// summary lists the states with their counts and money, then the items.
func (r *Result) summary() string {
	s := ""
	for _, t := range r.Totals {
		s += fmt.Sprintf("%s %d %d; ", t.State, t.Count, t.Amount)
	}
	return s
}
