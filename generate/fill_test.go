package generate

import (
	"testing"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// fillSlow does what Fill does by way of records: the obvious way.
func fillSlow(w *World, b *mem.Book) *mem.Book {
	src := make([]*txn.Source, len(w.Institutions))
	for i := range src {
		src[i] = &txn.Source{Name: "terminal-" + w.Institutions[i].Code + ".log"}
	}
	var r txn.Record
	for i := range w.Rows {
		x := &w.Rows[i]
		if x.Flags&Lost != 0 {
			continue
		}
		w.record(int32(i), &r)
		r.Pos = txn.Pos{Src: src[w.Terminals[x.Term].Institution], Line: uint32(i + 1)}
		if r.PAN.Masked != "" {
			r.PAN.Token = cardToken(x.Card)
		}
		b.Add(&r)
	}
	if !w.opt.NoSettlement {
		file := &txn.Source{Name: "settlement.csv"}
		for i := range w.Settled {
			if s := &w.Settled[i]; !s.Dropped {
				w.settlementRecord(s, &r)
				r.Pos = txn.Pos{Src: file, Line: uint32(i + 1)}
				b.Add(&r)
			}
		}
	}
	b.Freeze()
	return b
}

// TestFill compares Fill with the way by records, row by row and name by name.
func TestFill(t *testing.T) {
	for _, o := range []Options{{Days: 2}, {Profile: "B"}, {Hide: []string{"latency", "card"}}, {NoSettlement: true}} {
		w, err := Scenario("skew", 4, o)
		if err != nil {
			t.Fatal(err)
		}
		got, want := w.Fill(mem.New()), fillSlow(w, mem.New())
		if got.Places() != want.Places() || got.Cards() != want.Cards() {
			t.Fatalf("%+v: %d places and %d cards, want %d and %d", o, got.Places(), got.Cards(), want.Places(), want.Cards())
		}
		for _, s := range []txn.Side{txn.Terminal, txn.Settlement} {
			if got.Len(s) != want.Len(s) {
				t.Fatalf("%+v: %d rows of the %v side, want %d", o, got.Len(s), s, want.Len(s))
			}
			for i := range got.Len(s) {
				if a, b := describe(got, s, i), describe(want, s, i); a != b {
					t.Fatalf("%+v: %v row %d:\n got %+v\nwant %+v", o, s, i, a, b)
				}
			}
		}
	}
}

// description is a row with its names spelled out.
type description struct {
	row        ledger.Row
	extra      ledger.Extra
	code, text string
	file       string
	dims       [len(ledger.Dims)]string
}

func describe(b *mem.Book, s txn.Side, i int) description {
	r := b.Row(s, i)
	d := description{row: r, extra: b.Extra(r.Extra), code: b.Code(r.Code), text: b.Text(r.Text), file: b.File(r.File).Name}
	for k := range d.dims {
		d.dims[k] = b.Name(ledger.Dim(k), ledger.ID(b, &r, ledger.Dim(k)))
	}
	return d
}
