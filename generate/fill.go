package generate

import (
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/txn"
)

// Fill puts the terminal rows that were not lost and the settlement rows that
// were not dropped into b, as the readers of the written files would, freezes it
// and returns it. Lines are row numbers of the world, counted from 1.
//
// Rows of one terminal and kind of card differ in a few numbers only, so one
// record of each is packed and its ids are kept.
func (w *World) Fill(b *mem.Book) *mem.Book {
	f := &filler{World: w, b: b, src: make([]*txn.Source, len(w.Institutions)), files: make([]uint32, len(w.Institutions)), places: make([]packed, len(w.Terminals))}
	for i := range f.src {
		f.src[i] = &txn.Source{Name: "terminal-" + w.Institutions[i].Code + ".log"}
	}
	for i := range w.Rows {
		if w.Rows[i].Flags&Lost == 0 {
			f.row(int32(i))
		}
	}
	if !w.opt.NoSettlement {
		f.settlement()
	}
	b.Freeze()
	return b
}

// settlementRecord is a settlement row as the reader of the CSV sees it.
func (w *World) settlementRecord(s *Settlement, r *txn.Record) {
	t := &w.Terminals[s.Term]
	r.Reset()
	r.At, r.Prec = s.At-s.At%1e6, txn.PrecSecond
	r.Side, r.Kind = txn.Settlement, s.Kind
	r.Amount, r.Fee, r.Net, r.SettleOn = s.Amount, s.Fee, s.Amount-s.Fee, s.On
	if s.Kind != txn.Sale { // printed with a sign
		r.Fee, r.Net = -r.Fee, -r.Net
	}
	r.Institution, r.MID, r.TID = w.Institutions[t.Institution].Code, w.Merchants[t.Merchant].MID, t.TID
	r.Batch, r.STAN, r.RRN, r.AuthCode = digits(s.Batch, 6), digits(s.STAN, 6), digits(s.RRN, 12), auth(s.Auth)
	r.Issuer = w.Profile.Issuers[s.Card.Issuer].name
	r.PAN = txn.PAN{Masked: w.masked(s.Card), Token: cardToken(s.Card)}
}

// cardToken is equal for equal cards, as txn.Mask's is, but the same in every
// run.
func cardToken(c Card) uint64 {
	r := rng{uint64(c.Issuer)<<32 | uint64(c.BIN)<<24 | uint64(c.Last4)}
	return r.next() | 1
}

// filler keeps the ids of one book.
type filler struct {
	*World
	b          *mem.Book
	src        []*txn.Source
	places     []packed // by terminal
	cards      [16][4]packed
	noCard     packed
	codes      [64]packed
	texts      [len(texts)]packed
	files      []uint32 // by institution
	settleFile uint32
	rec        txn.Record
}

// packed is an id that may not be known yet.
type packed struct {
	id uint32
	ok bool
}

// row adds row i: ids from the packed record of its like, numbers from itself.
func (f *filler) row(i int32) {
	x := &f.Rows[i]
	t := &f.Terminals[x.Term]
	place, code, text, card := &f.places[x.Term], &f.codes[x.Code], &f.texts[x.Text], &f.noCard
	if x.Kind != txn.SignOn && x.Kind != txn.BatchSettle {
		card = &f.cards[x.Card.Issuer][x.Card.BIN]
	}
	if !place.ok || !code.ok || !text.ok || !card.ok || f.hide != 0 {
		f.record(i, &f.rec)
		f.rec.Pos = txn.Pos{Src: f.src[t.Institution], Line: uint32(i + 1)}
		if f.rec.PAN.Masked != "" {
			f.rec.PAN.Token = cardToken(x.Card)
		}
		row := f.b.Pack(&f.rec)
		*place, *card = packed{row.Place, true}, packed{row.Card, true}
		*code, *text = packed{uint32(row.Code), true}, packed{row.Text, true}
		f.files[t.Institution] = row.File
		f.b.AddRow(txn.Terminal, row, f.extra(x))
		return
	}
	row := ledger.Row{
		At: logged(x.At.Add(t.Skew)), Amount: x.Amount, STAN: six | ledger.Key(x.STAN), Batch: six | ledger.Key(x.Batch),
		Place: place.id, Card: card.id, Line: uint32(i + 1), Text: text.id, Latency: x.Latency, Flags: x.shown(), Code: uint16(code.id),
		File: f.files[t.Institution], Last4: ledger.NoLast4, Kind: x.Kind, Origin: x.origin(), Prec: txn.PrecMilli,
	}
	if card != &f.noCard {
		row.Last4, row.Token = x.Card.Last4, cardToken(x.Card)
	}
	if x.Flags&Answered != 0 && x.RRN != 0 {
		row.RRN = twelve | ledger.Key(x.RRN)
	}
	f.b.AddRow(txn.Terminal, row, f.extra(x))
}

// extra names the original of a void or refund.
func (f *filler) extra(x *Row) *ledger.Extra {
	if x.Orig < 0 || x.Kind == txn.Reversal {
		return nil
	}
	return &ledger.Extra{Fee: txn.NoAmount, Net: txn.NoAmount, OrigSTAN: six | ledger.Key(f.Rows[x.Orig].STAN), Side: txn.Terminal}
}

func (f *filler) settlement() {
	file := &txn.Source{Name: "settlement.csv"}
	clear(f.places)
	f.cards = [16][4]packed{}
	for i := range f.Settled {
		s := &f.Settled[i]
		if s.Dropped {
			continue
		}
		e := ledger.Extra{Fee: s.Fee, Net: s.Amount - s.Fee, SettleOn: s.On, Side: txn.Settlement}
		if s.Kind != txn.Sale {
			e.Fee, e.Net = -e.Fee, -e.Net
		}
		place, card := &f.places[s.Term], &f.cards[s.Card.Issuer][s.Card.BIN]
		if !place.ok || !card.ok {
			f.settlementRecord(s, &f.rec)
			f.rec.Pos = txn.Pos{Src: file, Line: uint32(i + 1)}
			row := f.b.Pack(&f.rec)
			*place, *card = packed{row.Place, true}, packed{row.Card, true}
			f.settleFile = row.File
			f.b.AddRow(txn.Settlement, row, &e)
			continue
		}
		row := ledger.Row{
			At: s.At - s.At%1e6, Amount: s.Amount, Token: cardToken(s.Card), RRN: twelve | ledger.Key(s.RRN), STAN: six | ledger.Key(s.STAN), Batch: six | ledger.Key(s.Batch),
			Place: place.id, Card: card.id, Line: uint32(i + 1), Latency: txn.NoLatency, File: f.settleFile, Last4: s.Card.Last4, Kind: s.Kind, Prec: txn.PrecSecond,
		}
		if s.Auth != 0 {
			row.Flags = txn.CardEvent
		}
		f.b.AddRow(txn.Settlement, row, &e)
	}
}

// six and twelve are the keys of that many zeros; a key holds its digits as a
// number in the low bits (see ledger.Pack).
var (
	six, _    = ledger.Pack("000000")
	twelve, _ = ledger.Pack("000000000000")
)
