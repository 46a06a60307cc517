// Package mem is the default ledger: a book of records in memory, in compact
// rows and sorted dictionaries.
//
// In go records through [Book.Add], one Book per worker, and [Book.Merge];
// [Book.Freeze] then puts everything into the canonical order of
// ledger.Book. A Book is not safe for concurrent use while it grows, and safe for
// any number of readers once frozen.
package mem

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Limits of dictionaries that hostile inputs could otherwise fill: what comes
// after is counted under Overflow.
const (
	maxCodes = 1<<16 - 2
	maxTexts = 1 << 16
)

// Overflow is the name of everything beyond a dictionary's limit.
const Overflow = "(other)"

// Book implements ledger.Book.
type Book struct {
	dims       [ledger.Kind]dict
	issuer     dict
	bin        dict
	entry      dict
	codes      dict
	texts      dict
	keys       dict
	places     tuples[ledger.Place]
	cards      tuples[ledger.Card]
	files      []*txn.Source
	fileIDs    map[*txn.Source]uint16
	terminal   rows
	settlement rows
	extras     blocks[ledger.Extra]
	currencies dict
	frozen     bool
}

// rows are the rows of one side; order, made by Freeze, lists their ids in
// the canonical order.
type rows struct {
	blocks[ledger.Row]
	order []uint32
}

// New returns an empty book.
func New() *Book {
	b := &Book{fileIDs: map[*txn.Source]uint16{}}
	b.extras.add(ledger.Extra{Fee: txn.NoAmount, Net: txn.NoAmount}) // id 0: nothing extra
	for i := range b.dims {
		b.dims[i].init(0)
	}
	b.issuer.init(0)
	b.bin.init(0)
	b.entry.init(0)
	b.codes.init(maxCodes)
	b.texts.init(maxTexts)
	b.keys.init(0)
	b.currencies.init(0)
	b.places.init()
	b.cards.init()
	return b
}

// Add copies a record into the book. Settlement records go to the settlement
// side, all others to the terminal side.
func (b *Book) Add(r *txn.Record) {
	row := b.Pack(r)
	if e, ok := b.extra(r); ok {
		b.AddRow(r.Side, row, &e)
	} else {
		b.AddRow(r.Side, row, nil)
	}
}

// Pack makes the row of a record without adding it: its names are interned, its
// extra values are left out. Who makes many rows of few places packs one record
// per place and card, keeps the ids, and adds rows by AddRow.
func (b *Book) Pack(r *txn.Record) ledger.Row {
	row := ledger.Row{
		At: r.At, Amount: r.Amount, Token: r.PAN.Token, Latency: r.Latency, Flags: r.Flags,
		RRN: b.key(r.RRN), STAN: b.key(r.STAN), Batch: b.key(r.Batch),
		Line: r.Pos.Line, File: b.file(r.Pos.Src), Last4: last4(r.PAN.Masked),
		Kind: r.Kind, Origin: r.Origin, Prec: r.Prec,
		Code: uint16(b.codes.id(r.Code)), Text: b.texts.id(r.Text),
	}
	row.Place = b.places.id(ledger.Place{
		Institution: b.dims[ledger.Institution].id(r.Institution),
		Merchant:    b.dims[ledger.Merchant].id(r.MID),
		Terminal:    b.dims[ledger.Terminal].id(r.TID),
		Carrier:     b.dims[ledger.Carrier].id(r.Carrier),
		Region:      b.dims[ledger.Region].id(r.Region),
		Network:     b.dims[ledger.Network].id(r.Network),
		Model:       b.dims[ledger.Model].id(r.Model),
	})
	row.Card = b.cards.id(ledger.Card{
		Issuer: b.issuer.id(r.Issuer), BIN: b.bin.id(r.PAN.BIN()), EntryMode: b.entry.id(r.EntryMode),
	})
	if r.AuthCode != "" {
		row.Flags |= txn.CardEvent
	}
	b.currencies.id(r.Currency)
	return row
}

// AddRow adds a row whose ids come from Pack. e may be nil.
func (b *Book) AddRow(s txn.Side, row ledger.Row, e *ledger.Extra) {
	if b.frozen {
		panic("mem: Add after Freeze")
	}
	if e != nil {
		row.Extra = b.extras.add(*e)
	}
	b.side(s).add(row)
}

func (b *Book) extra(r *txn.Record) (ledger.Extra, bool) {
	if r.Fee == txn.NoAmount && r.Net == txn.NoAmount && r.SettleOn == 0 && r.OrderNo == "" && r.ChannelNo == "" &&
		r.RefundNo == "" && r.OrigSTAN == "" && r.OrigRRN == "" && r.Acquirer == "" && r.Forwarder == "" &&
		r.SentAt == "" && r.Status == "" && r.Reason == "" && r.Pos.Sheet == "" && r.Side != txn.Switch &&
		(r.Currency == "CNY" || r.Currency == "") {
		return ledger.Extra{}, false
	}
	return ledger.Extra{
		Fee: r.Fee, Net: r.Net, SettleOn: r.SettleOn,
		OrderNo: b.key(r.OrderNo), ChannelNo: b.key(r.ChannelNo), RefundNo: b.key(r.RefundNo),
		OrigSTAN: b.key(r.OrigSTAN), OrigRRN: b.key(r.OrigRRN),
		Acquirer: b.key(r.Acquirer), Forwarder: b.key(r.Forwarder), SentAt: b.key(r.SentAt),
		Status: strings.Clone(r.Status), Reason: strings.Clone(r.Reason), Currency: strings.Clone(r.Currency),
		Sheet: strings.Clone(r.Pos.Sheet), Side: r.Side,
	}, true
}

func (b *Book) key(s string) ledger.Key {
	if k, ok := ledger.Pack(s); ok {
		return k
	}
	return ledger.DictKey(b.keys.id(s))
}

func (b *Book) file(s *txn.Source) uint16 {
	id, ok := b.fileIDs[s]
	if !ok {
		id = uint16(len(b.files))
		b.fileIDs[s] = id
		b.files = append(b.files, s)
	}
	return id
}

func last4(masked string) uint16 {
	if len(masked) < 4 {
		return ledger.NoLast4
	}
	var v uint16
	for _, c := range []byte(masked[len(masked)-4:]) {
		if c -= '0'; c > 9 {
			return ledger.NoLast4
		}
		v = v*10 + uint16(c)
	}
	return v
}

// Merge moves everything of o into b. o must not be used afterwards.
func (b *Book) Merge(o *Book) {
	var dims [ledger.Kind][]uint32
	for i := range b.dims {
		dims[i] = b.dims[i].absorb(&o.dims[i])
	}
	issuer, bin, entry := b.issuer.absorb(&o.issuer), b.bin.absorb(&o.bin), b.entry.absorb(&o.entry)
	codes, texts, keys := b.codes.absorb(&o.codes), b.texts.absorb(&o.texts), b.keys.absorb(&o.keys)
	b.currencies.absorb(&o.currencies)
	places := make([]uint32, len(o.places.list))
	for i, p := range o.places.list {
		places[i] = b.places.id(mapPlace(p, &dims))
	}
	cards := make([]uint32, len(o.cards.list))
	for i, c := range o.cards.list {
		cards[i] = b.cards.id(ledger.Card{Issuer: issuer[c.Issuer], BIN: bin[c.BIN], EntryMode: entry[c.EntryMode]})
	}
	o.extras.each(func(e *ledger.Extra) { mapExtra(e, keys) })
	base := b.extras.absorb(&o.extras)
	for _, side := range []struct{ to, from *rows }{{&b.terminal, &o.terminal}, {&b.settlement, &o.settlement}} {
		side.from.each(func(r *ledger.Row) {
			r.File = b.file(o.files[r.File])
			r.Place, r.Card = places[r.Place], cards[r.Card]
			r.Code, r.Text = uint16(codes[r.Code]), texts[r.Text]
			r.RRN, r.STAN, r.Batch = mapKey(r.RRN, keys), mapKey(r.STAN, keys), mapKey(r.Batch, keys)
			if r.Extra != 0 {
				r.Extra += base
			}
		})
		side.to.absorb(&side.from.blocks)
	}
}

// Freeze sorts rows and dictionaries into the canonical order. The book takes
// no more records.
func (b *Book) Freeze() {
	if b.frozen {
		return
	}
	b.frozen = true
	var dims [ledger.Kind][]uint32
	for i := range b.dims {
		dims[i] = b.dims[i].sort()
	}
	issuer, bin, entry := b.issuer.sort(), b.bin.sort(), b.entry.sort()
	codes, texts, keys := b.codes.sort(), b.texts.sort(), b.keys.sort()
	b.currencies.sort()
	for i, p := range b.places.list {
		b.places.list[i] = mapPlace(p, &dims)
	}
	places := b.places.sort(comparePlaces)
	for i, c := range b.cards.list {
		b.cards.list[i] = ledger.Card{Issuer: issuer[c.Issuer], BIN: bin[c.BIN], EntryMode: entry[c.EntryMode]}
	}
	cards := b.cards.sort(compareCards)
	b.extras.each(func(e *ledger.Extra) { mapExtra(e, keys) })
	files := b.sortFiles()
	for _, side := range []*rows{&b.terminal, &b.settlement} {
		side.each(func(r *ledger.Row) {
			r.File, r.Place, r.Card = files[r.File], places[r.Place], cards[r.Card]
			r.Code, r.Text = uint16(codes[r.Code]), texts[r.Text]
			r.RRN, r.STAN, r.Batch = mapKey(r.RRN, keys), mapKey(r.STAN, keys), mapKey(r.Batch, keys)
		})
		side.sort()
	}
}

// row is the row at place i of the canonical order.
func (s *rows) row(i int) *ledger.Row { return s.get(s.order[i]) }

// sort puts the rows into the canonical order.
//
// Note: the rows are long ascending runs, one per input or part of one, so they
// are merged run by run: that takes n log(runs) comparisons and reads memory
// in order, where a general sort took half of a whole analysis. Equal rows
// keep the order in which they were added.
func (s *rows) sort() {
	less := func(x, y uint32) bool {
		a, b := s.get(x), s.get(y)
		if a.At != b.At {
			return a.At < b.At
		}
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	}
	from := s.ids()
	runs := []int{0}
	for i := 1; i < len(from); i++ {
		if less(from[i], from[i-1]) {
			runs = append(runs, i)
		}
	}
	to := from
	if len(runs) > 1 {
		to = make([]uint32, len(from))
	}
	for len(runs) > 1 {
		merged := runs[:0:0]
		for i := 0; i < len(runs); i += 2 {
			lo, mid, hi := runs[i], len(from), len(from)
			if i+1 < len(runs) {
				mid = runs[i+1]
			}
			if i+2 < len(runs) {
				hi = runs[i+2]
			}
			mergeRuns(to[lo:hi], from[lo:mid], from[mid:hi], less)
			merged = append(merged, lo)
		}
		from, to, runs = to, from, merged
	}
	s.order = from
}

// mergeRuns merges two ascending runs; of equal rows those of a come first.
func mergeRuns(to, a, b []uint32, less func(x, y uint32) bool) {
	for i := range to {
		if len(b) == 0 || len(a) > 0 && !less(b[0], a[0]) {
			to[i], a = a[0], a[1:]
		} else {
			to[i], b = b[0], b[1:]
		}
	}
}

// sortFiles orders the inputs by name and hash and returns the new ids.
func (b *Book) sortFiles() []uint16 {
	order := make([]uint16, len(b.files))
	for i := range order {
		order[i] = uint16(i)
	}
	slices.SortStableFunc(order, func(x, y uint16) int {
		fx, fy := b.files[x], b.files[y]
		return cmp.Or(strings.Compare(fx.Name, fy.Name), strings.Compare(fx.SHA256, fy.SHA256))
	})
	ids, files := make([]uint16, len(order)), make([]*txn.Source, len(order))
	for to, from := range order {
		ids[from], files[to] = uint16(to), b.files[from]
	}
	b.files = files
	return ids
}

func mapPlace(p ledger.Place, d *[ledger.Kind][]uint32) ledger.Place {
	return ledger.Place{
		Institution: d[ledger.Institution][p.Institution], Merchant: d[ledger.Merchant][p.Merchant],
		Terminal: d[ledger.Terminal][p.Terminal], Carrier: d[ledger.Carrier][p.Carrier],
		Region: d[ledger.Region][p.Region], Network: d[ledger.Network][p.Network], Model: d[ledger.Model][p.Model],
	}
}

func mapKey(k ledger.Key, ids []uint32) ledger.Key {
	if id, ok := k.Dict(); ok {
		return ledger.DictKey(ids[id])
	}
	return k
}

func mapExtra(e *ledger.Extra, keys []uint32) {
	for _, k := range []*ledger.Key{&e.OrderNo, &e.ChannelNo, &e.RefundNo, &e.OrigSTAN, &e.OrigRRN, &e.Acquirer, &e.Forwarder, &e.SentAt} {
		*k = mapKey(*k, keys)
	}
}

func comparePlaces(x, y ledger.Place) int {
	return cmp.Or(cmp.Compare(x.Institution, y.Institution), cmp.Compare(x.Merchant, y.Merchant),
		cmp.Compare(x.Terminal, y.Terminal), cmp.Compare(x.Carrier, y.Carrier), cmp.Compare(x.Region, y.Region),
		cmp.Compare(x.Network, y.Network), cmp.Compare(x.Model, y.Model))
}

func compareCards(x, y ledger.Card) int {
	return cmp.Or(cmp.Compare(x.Issuer, y.Issuer), cmp.Compare(x.BIN, y.BIN), cmp.Compare(x.EntryMode, y.EntryMode))
}

func (b *Book) side(s txn.Side) *rows {
	if s == txn.Settlement {
		return &b.settlement
	}
	return &b.terminal
}

// The methods of ledger.Book.

func (b *Book) Len(s txn.Side) int               { return b.side(s).n }
func (b *Book) Row(s txn.Side, i int) ledger.Row { return *b.side(s).row(i) }
func (b *Book) At(s txn.Side, i int) txn.Instant { return b.side(s).row(i).At }
func (b *Book) Place(id uint32) *ledger.Place    { return &b.places.list[id] }
func (b *Book) Card(id uint32) *ledger.Card      { return &b.cards.list[id] }
func (b *Book) Places() int                      { return len(b.places.list) }
func (b *Book) Cards() int                       { return len(b.cards.list) }
func (b *Book) Code(id uint16) string            { return b.codes.names[id] }
func (b *Book) Text(id uint32) string            { return b.texts.names[id] }
func (b *Book) File(id uint16) *txn.Source       { return b.files[id] }
func (b *Book) Extra(id uint32) ledger.Extra     { return *b.extras.get(id) }
func (b *Book) Name(d ledger.Dim, id uint32) string {
	if d == ledger.Kind {
		return txn.Kind(id).String()
	}
	return b.dim(d).names[id]
}

func (b *Book) Names(d ledger.Dim) int {
	if d == ledger.Kind {
		return int(txn.Other) + 1
	}
	return len(b.dim(d).names)
}

func (b *Book) dim(d ledger.Dim) *dict {
	switch d {
	case ledger.Issuer:
		return &b.issuer
	case ledger.BIN:
		return &b.bin
	case ledger.EntryMode:
		return &b.entry
	}
	return &b.dims[d]
}

func (b *Book) Rows(s txn.Side) iter.Seq2[int, *ledger.Row] { return b.Range(s, 0, b.Len(s)) }

func (b *Book) Range(s txn.Side, lo, hi int) iter.Seq2[int, *ledger.Row] {
	rows := b.side(s)
	return func(yield func(int, *ledger.Row) bool) {
		var r ledger.Row
		for i := lo; i < hi; i++ {
			r = *rows.row(i)
			if !yield(i, &r) {
				return
			}
		}
	}
}

func (b *Book) Key(k ledger.Key) string {
	if id, ok := k.Dict(); ok {
		return b.keys.names[id]
	}
	return k.Unpack()
}

func (b *Book) Currency() string {
	one := ""
	for _, c := range b.currencies.names {
		if c != "" && one != "" {
			return ""
		}
		one += c
	}
	return one
}

var _ ledger.Book = (*Book)(nil)
