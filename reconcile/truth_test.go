package reconcile_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/txn"
)

var china = time.FixedZone("UTC+8", 8*3600)

type keep struct{ rows []*txn.Record }

func (k *keep) Record(r *txn.Record)   { k.rows = append(k.rows, r.Clone()) }
func (k *keep) Reject(r *entry.Reject) {}

// readBill reads one real export.
func readBill(t *testing.T, path string) []*txn.Record {
	t.Helper()
	inputs, err := parse.Expand([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	k := &keep{}
	files, err := parse.Read(context.Background(), inputs, parse.Options{Location: china, Sides: func(string) txn.Side { return txn.Settlement }},
		func(int) parse.Handler { return k })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
	}
	return k.rows
}

// journal is what a terminal whose transactions the export settled would have
// written. Its clock runs 40 seconds ahead.
func journal(s *txn.Record, src *txn.Source, line int) *txn.Record {
	t := *s
	t.Side, t.Code, t.Origin, t.Status, t.SettleOn = txn.Terminal, "00", txn.Host, "", 0
	t.Fee, t.Net = txn.NoAmount, txn.NoAmount
	if t.At.Valid() && t.Prec > txn.PrecDay {
		t.At = t.At.Add(40 * time.Second)
	}
	t.Pos = txn.Pos{Src: src, Line: uint32(line)}
	return &t
}

func rule(b ledger.Book) func(int) classify.Ruling {
	return func(i int) classify.Ruling {
		r := b.Row(txn.Terminal, i)
		switch {
		case r.Origin == txn.ReversalReason:
			return classify.Ruling{Outcome: classify.ReversalReason}
		case b.Code(r.Code) == "00":
			return classify.Ruling{Outcome: classify.Approved}
		}
		return classify.Ruling{Outcome: classify.Declined}
	}
}

// faults are injected one kind after the other, a row each.
var faults = []reconcile.State{reconcile.SettlementOnly, reconcile.TerminalOnly, reconcile.ChargedButFailed,
	reconcile.AmountDiffers, reconcile.Duplicate, reconcile.ReversedButSettled}

// TestRealExports reconciles real exports of Chinese banks and wallets with a
// journal made from them. Without faults nothing may be reported; with faults
// exactly they. Rows keep the numbers that the export states; where it states none, only
// faults that can be told without a number are injected.
func TestRealExports(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "truth", "cn-bills")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the real exports are not here: ", err)
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*[.csvxlx]"))
	injected, rows := map[reconcile.State]int{}, 0
	for _, path := range paths {
		if strings.HasSuffix(path, ".txt") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			bill := readBill(t, path)
			money, one := 0, 0
			for _, r := range bill {
				if r.Kind.Money() {
					money++
				}
			}
			if money == 0 {
				t.Fatalf("none of %d rows moves money", len(bill))
			}
			clean := reconcileBill(t, bill, nil)
			if len(clean.Items) != 0 {
				t.Fatalf("without faults %d items: %+v", len(clean.Items), clean.Items)
			}
			rows += clean.Proof.SettlementRows
			for _, f := range faults {
				for i := range bill {
					if !possible(f, bill, i) {
						continue
					}
					r := reconcileBill(t, bill, map[int]reconcile.State{i: f})
					if len(r.Items) != 1 || r.Items[0].State != f {
						t.Errorf("row %s (%s, %d fen, order %q %q): injected %s, found %+v", bill[i].Pos, bill[i].Kind, bill[i].Amount, bill[i].OrderNo, bill[i].ChannelNo, f, r.Items)
					} else if !pointsAt(r.Items[0], f, bill, i) {
						t.Errorf("row %s: injected %s, found it at %s and %s", bill[i].Pos, f, r.Items[0].TerminalAt, r.Items[0].SettlementAt)
					}
					injected[f]++
					one++
				}
			}
			t.Logf("%d rows, %d move money; %d faults injected one by one", len(bill), money, one)
			// All kinds at once.
			at := map[int]reconcile.State{}
			want := map[reconcile.State]int{}
			for i := range bill {
				if f := faults[i%len(faults)]; i%3 == 0 && possible(f, bill, i) {
					at[i] = f
					want[f]++
				}
			}
			r := reconcileBill(t, bill, at)
			got := map[reconcile.State]int{}
			for _, it := range r.Items {
				got[it.State]++
			}
			if !maps.Equal(got, want) && alone(bill, at) {
				t.Errorf("injected together %v, found %v", want, got)
			}
		})
	}
	t.Logf("%d rows of real exports; faults injected and found one by one: %v", rows, injected)
	if len(injected) != len(faults) {
		t.Errorf("some kinds of fault were never injected: %v", injected)
	}
}

// pointsAt reports whether an item names the faulty row of the export, or one that
// says the same: real exports hold payments of one order, amount and moment more than once.
func pointsAt(it reconcile.Item, f reconcile.State, bill []*txn.Record, i int) bool {
	for k, r := range bill {
		if k != i && (r.Amount != bill[i].Amount || r.Kind != bill[i].Kind || r.At != bill[i].At) {
			continue
		}
		at := r.Pos.String()
		if f == reconcile.TerminalOnly && it.TerminalAt == fmt.Sprint("journal:", k+1) || f != reconcile.TerminalOnly && it.SettlementAt == at {
			return true
		}
		again := r.Pos
		again.Line += 10_000
		if f == reconcile.Duplicate && it.SettlementAt == again.String() {
			return true
		}
	}
	return false
}

// alone reports whether every missing row still leaves its day covered.
func alone(bill []*txn.Record, at map[int]reconcile.State) bool {
	for i, f := range at {
		if f != reconcile.TerminalOnly && f != reconcile.SettlementOnly {
			continue
		}
		if !slices.ContainsFunc(bill, func(r *txn.Record) bool {
			k := slices.Index(bill, r)
			_, faulty := at[k]
			return k != i && !faulty && r.Kind.Money() && date(r) == date(bill[i]) && evening(r) == evening(bill[i])
		}) {
			return false
		}
	}
	return true
}

func date(r *txn.Record) txn.Date { return txn.DateOf(r.At.Time().In(china)) }

// evening is the part of a day after the cut-off, which counts to the next one.
func evening(r *txn.Record) bool {
	return r.Prec > txn.PrecDay && r.At.Time().In(china).Hour() >= 23
}

// possible reports whether a fault can be injected into a row and told from
// everything else: missing rows need another row of their day, to know that the day is
// there at all, and different amounts and duplicates need a number.
func possible(f reconcile.State, bill []*txn.Record, i int) bool {
	r := bill[i]
	if !r.Kind.Money() || !r.Amount.Valid() || r.Amount == 0 || failed(r) {
		return false
	}
	back := r.Kind == txn.Refund || r.Kind == txn.Void || r.Kind == txn.Reversal
	number := strings.Trim(r.OrderNo+r.ChannelNo+r.RRN, "0") != ""
	switch f {
	case reconcile.SettlementOnly, reconcile.TerminalOnly:
		// A second row of the same order and amount would be called its duplicate.
		twin := func(o *txn.Record) bool {
			return o != r && o.OrderNo == r.OrderNo && o.ChannelNo == r.ChannelNo && o.Amount == r.Amount
		}
		return alone(bill, map[int]reconcile.State{i: f}) && !(number && slices.ContainsFunc(bill, twin))
	case reconcile.ReversedButSettled:
		return !back && number
	case reconcile.AmountDiffers, reconcile.Duplicate:
		return number
	}
	return true
}

func failed(r *txn.Record) bool {
	return strings.Contains(r.Status, "关闭") || strings.Contains(r.Status, "失败")
}

func reconcileBill(t *testing.T, bill []*txn.Record, at map[int]reconcile.State) *reconcile.Result {
	t.Helper()
	b := mem.New()
	src := &txn.Source{Name: "journal"}
	for i, s := range bill {
		x := journal(s, src, i+1)
		f := at[i]
		if failed(s) {
			x.Code = "51"
		}
		switch f {
		case reconcile.ChargedButFailed:
			x.Code = "96"
		case reconcile.AmountDiffers:
			x.Amount += 100
		case reconcile.Duplicate:
			again := *s
			again.Pos.Line += 10_000
			b.Add(&again)
		case reconcile.ReversedButSettled:
			r := *x
			r.Kind, r.Origin, r.Code, r.Pos.Line = txn.Reversal, txn.ReversalReason, "98", uint32(20_000+i)
			r.RRN, r.OrigRRN = "", s.RRN
			if r.OrderNo == "" {
				r.OrderNo, x.OrderNo = fmt.Sprint("J", i), fmt.Sprint("J", i)
			}
			if r.At.Valid() {
				r.At = r.At.Add(30 * time.Second)
			}
			b.Add(&r)
		}
		if f != reconcile.SettlementOnly {
			b.Add(x)
		}
		if f != reconcile.TerminalOnly {
			b.Add(s)
		}
	}
	b.Freeze()
	r := reconcile.Match(b, reconcile.Options{}).Judge(rule(b))
	if !r.Proof.Holds {
		t.Errorf("proof does not hold: %+v", r.Proof)
	}
	return r
}
