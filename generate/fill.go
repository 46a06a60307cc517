package generate

import (
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// Fill puts the terminal rows that were not lost and the settlement rows that
// were not dropped into b, as the readers of the written files would, freezes it
// and returns it. Lines are row numbers of the world, counted from 1.
func (w *World) Fill(b *mem.Book) *mem.Book {
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
		w.fillSettlement(b)
	}
	b.Freeze()
	return b
}

func (w *World) fillSettlement(b *mem.Book) {
	src := &txn.Source{Name: "settlement.csv"}
	var r txn.Record
	for i := range w.Settled {
		s := &w.Settled[i]
		if s.Dropped {
			continue
		}
		t := &w.Terminals[s.Term]
		r.Reset()
		r.Pos = txn.Pos{Src: src, Line: uint32(i + 1)}
		r.At, r.Prec = s.At-s.At%1e6, txn.PrecSecond
		r.Side, r.Kind = txn.Settlement, s.Kind
		r.Amount, r.Fee, r.Net, r.SettleOn = s.Amount, s.Fee, s.Amount-s.Fee, s.On
		if s.Kind != txn.Sale {
			r.Fee, r.Net = -r.Fee, -r.Net
		}
		r.Institution, r.MID, r.TID = w.Institutions[t.Institution].Code, w.Merchants[t.Merchant].MID, t.TID
		r.Batch, r.STAN, r.RRN, r.AuthCode = digits(s.Batch, 6), digits(s.STAN, 6), digits(s.RRN, 12), auth(s.Auth)
		r.Issuer = w.Profile.Issuers[s.Card.Issuer].name
		r.PAN.Masked = w.masked(s.Card)
		r.PAN.Token = cardToken(s.Card)
		b.Add(&r)
	}
}

// cardToken is equal for equal cards, as txn.Mask's is, but the same in every
// run.
func cardToken(c Card) uint64 {
	r := rng{uint64(c.Issuer)<<32 | uint64(c.BIN)<<24 | uint64(c.Last4)}
	return r.next() | 1
}
