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
	"sync"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Limits of dictionaries that hostile inputs could otherwise fill: the rarer
// names are counted under Overflow, see [Book.Folded].
const (
	maxCodes  = 1<<16 - 2
	maxTexts  = 1 << 16
	maxNames  = 1 << 22 // of each dimension
	mostNames = 1 << 20 // of the others while the book grows
)

// Overflow is the name of everything beyond a dictionary's limit.
const Overflow = "(other)"

// Book implements ledger.Book.
type Book struct {
	dims       [ledger.Kind]dict
	issuer     dict
	bin        dict
	entry      dict
	channel    dict
	codes      dict
	texts      dict
	said       dict // words of statuses, reasons, sheets and currencies
	keys       dict
	places     tuples[ledger.Place]
	cards      tuples[ledger.Card]
	shapes     tuples[shape]
	recent     recent
	cardOf     []uint32 // by BIN: its last card and one, 0 = none
	files      []*txn.Source
	fileIDs    map[*txn.Source]uint32
	lastFile   uint32 // that was asked for
	terminal   rows
	settlement rows
	moved      []*moved       // rows of merged books
	wide       blocks[uint64] // what does not fit a row, see row.go
	wideKeys   blocks[ledger.Key]
	words      blocks[uint64]
	currency   string       // of the rows that state one
	mixed      bool         // they state several
	stating    [2]statement // of terminal and settlement rows
	frozen     bool
}

// New returns an empty book.
func New() *Book {
	b := &Book{fileIDs: map[*txn.Source]uint32{}}
	for i := range b.dims {
		b.dims[i].init(maxNames)
	}
	b.issuer.init(maxTexts)
	b.bin.init(maxTexts)
	b.entry.init(maxTexts)
	b.channel.init(maxTexts)
	b.codes.init(maxCodes)
	b.texts.init(maxTexts)
	b.said.init(maxTexts)
	b.keys.init(0)
	return b
}

// Add copies a record into the book. Settlement records go to the settlement
// side, all others to the terminal side.
func (b *Book) Add(r *txn.Record) {
	var v ledger.Row
	code := b.view(r, &v)
	rows := b.side(r.Side)
	p, id := b.more(rows)
	var e ledger.Extra
	if b.extraOf(r, &e) {
		b.pack(p, &v, code, &e)
	} else {
		b.pack(p, &v, code, nil)
	}
	w := b.wait()
	w.rows, w.row = rows, id
	b.spot(r, w)
}

// Pack makes the row of a record without adding it: its names are interned, its
// extra values are left out. Who makes many rows of few places and fewer than 65,536 codes
// packs one record per place and card, keeps the ids, and adds rows by AddRow.
func (b *Book) Pack(r *txn.Record) (row ledger.Row) {
	row.Code = uint16(b.view(r, &row))
	row.Place = b.place(r)
	return row
}

// view fills the row of a record but for its place, and its code, which may not fit it yet.
func (b *Book) view(r *txn.Record, row *ledger.Row) (code uint32) {
	if b.frozen {
		panic("mem: Add after Freeze")
	}
	*row = ledger.Row{
		At: r.At, Amount: r.Amount, Token: r.PAN.Token, Latency: r.Latency, Flags: r.Flags,
		RRN: b.key(r.RRN), STAN: b.key(r.STAN), Batch: b.key(r.Batch),
		Line: r.Pos.Line, File: b.file(r.Pos.Src), Last4: last4(r.PAN.Masked),
		Kind: r.Kind, Origin: r.Origin, Prec: r.Prec, Text: b.texts.id(r.Text),
	}
	row.Card = b.card(r)
	if r.AuthCode != "" {
		row.Flags |= txn.CardEvent
	}
	b.state(r.Currency)
	if r.Amount.Valid() && r.Kind.Money() {
		b.stating[sideIndex(r.Side)] |= statementOf(r.Currency)
	}
	return b.codes.id(r.Code)
}

// card finds the tuple of a record: mostly the one that its BIN had before.
// Where there are more than a row can tell apart, the rest is folded.
func (b *Book) card(r *txn.Record) uint32 {
	bin := b.bin.id(r.PAN.BIN())
	for int(bin) >= len(b.cardOf) {
		b.cardOf = room.Append(b.cardOf, 0)
	}
	last := &b.cardOf[bin]
	if *last != 0 {
		if c := &b.cards.list[*last-1]; b.issuer.is(c.Issuer, r.Issuer) && b.entry.is(c.EntryMode, r.EntryMode) {
			return *last - 1
		}
	}
	id := b.cardID(ledger.Card{Issuer: b.issuer.id(r.Issuer), BIN: bin, EntryMode: b.entry.id(r.EntryMode)})
	*last = id + 1
	return id
}

func (b *Book) cardID(c ledger.Card) uint32 {
	if len(b.cards.list) >= maxCards-1 && !b.cards.has(c) {
		b.issuer.folded = true
		c = ledger.Card{Issuer: b.issuer.id(Overflow), BIN: b.bin.id(Overflow), EntryMode: b.entry.id(Overflow)}
	}
	return b.cards.id(c)
}

// AddRow adds a row whose ids come from Pack. e may be nil.
func (b *Book) AddRow(s txn.Side, row ledger.Row, e *ledger.Extra) {
	p, _ := b.more(b.side(s))
	b.pack(p, &row, uint32(row.Code), e)
}

// more appends a row to a side.
func (b *Book) more(s *rows) (*row, uint32) {
	if len(s.open) == blockSize {
		b.settle()
		s.close()
	}
	return s.more()
}

// extraOf fills in what only some rows have, into e, which is empty. It returns false where r has none of it.
func (b *Book) extraOf(r *txn.Record, e *ledger.Extra) bool {
	numbers := len(r.OrderNo) | len(r.ChannelNo) | len(r.RefundNo) | len(r.OrigSTAN) | len(r.OrigRRN) | len(r.Acquirer) | len(r.Forwarder) | len(r.SentAt)
	words := len(r.Status) | len(r.Reason) | len(r.Pos.Sheet)
	if r.Fee == txn.NoAmount && r.Net == txn.NoAmount && r.SettleOn == 0 && numbers|words == 0 && r.Side != txn.Switch &&
		(r.Currency == "CNY" || r.Currency == "") {
		return false
	}
	e.Fee, e.Net, e.SettleOn, e.Currency, e.Side = r.Fee, r.Net, r.SettleOn, r.Currency, r.Side
	if numbers != 0 {
		e.OrderNo, e.ChannelNo, e.RefundNo = b.key(r.OrderNo), b.key(r.ChannelNo), b.key(r.RefundNo)
		e.OrigSTAN, e.OrigRRN = b.key(r.OrigSTAN), b.key(r.OrigRRN)
		e.Acquirer, e.Forwarder, e.SentAt = b.key(r.Acquirer), b.key(r.Forwarder), b.key(r.SentAt)
	}
	if words != 0 {
		e.Status, e.Reason, e.Sheet = r.Status, r.Reason, r.Pos.Sheet
	}
	return true
}

// statement is whether the rows of a side that move money state a currency.
type statement uint8

const (
	someState statement = 1 << iota
	someAreSilent
)

func statementOf(currency string) statement {
	if currency == "" {
		return someAreSilent
	}
	return someState
}

func sideIndex(s txn.Side) int {
	if s == txn.Settlement {
		return 1
	}
	return 0
}

// state notes the currency of a row.
func (b *Book) state(currency string) {
	switch {
	case currency == b.currency || currency == "":
	case b.currency == "":
		b.currency = strings.Clone(currency)
	default:
		b.mixed = true
	}
}

func (b *Book) key(s string) ledger.Key {
	if k, ok := ledger.Pack(s); ok {
		return k
	}
	return ledger.DictKey(b.keys.id(s))
}

func (b *Book) file(s *txn.Source) uint32 {
	if int(b.lastFile) < len(b.files) && b.files[b.lastFile] == s {
		return b.lastFile
	}
	id, ok := b.fileIDs[s]
	if !ok {
		id = uint32(len(b.files))
		b.fileIDs[s] = id
		b.files = append(b.files, s)
	}
	b.lastFile = id
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
	b.settle()
	o.settle()
	var to names
	for i := range b.dims {
		to.dims[i] = b.dims[i].absorb(&o.dims[i])
	}
	to.issuer, to.bin, to.entry, to.channel = b.issuer.absorb(&o.issuer), b.bin.absorb(&o.bin), b.entry.absorb(&o.entry), b.channel.absorb(&o.channel)
	to.codes, to.texts, to.said, to.keys = b.codes.absorb(&o.codes), b.texts.absorb(&o.texts), b.said.absorb(&o.said), b.keys.absorb(&o.keys)
	b.state(o.currency)
	b.mixed = b.mixed || o.mixed
	for i := range b.stating {
		b.stating[i] |= o.stating[i]
	}
	for _, f := range o.files {
		to.files = append(to.files, b.file(f))
	}
	places := room.Slice[uint32](len(o.places.list))
	for i, p := range o.places.list {
		places[i] = b.places.id(to.place(p))
	}
	cards := room.Slice[uint32](len(o.cards.list))
	for i, c := range o.cards.list {
		cards[i] = b.cardID(to.card(c))
	}
	shapes := room.Slice[uint32](len(o.shapes.list))
	for i, s := range o.shapes.list {
		shapes[i] = b.shapes.id(to.shape(s))
	}
	o.renameKeys(&to)
	m := &moved{places: places, cards: cards, shapes: shapes,
		wide: b.wide.absorb(&o.wide), wideKeys: b.wideKeys.absorb(&o.wideKeys), words: b.words.absorb(&o.words)}
	for _, before := range o.moved {
		before.then(m)
	}
	b.moved = append(append(b.moved, m), o.moved...)
	b.terminal.absorb(&o.terminal, m)
	b.settlement.absorb(&o.settlement, m)
	room.Free(o.places.list)
	room.Free(o.cards.list)
	room.Free(o.shapes.list)
	o.places.close()
	o.cards.close()
	o.shapes.close()
	room.Free(o.recent.slots)
	room.Free(o.cardOf)
	to.free()
}

// Freeze sorts rows and dictionaries into the canonical order. The book takes
// no more records.
func (b *Book) Freeze() {
	if b.frozen {
		return
	}
	b.settle()
	b.frozen = true
	var to names
	u := uses{b: b}
	for d := range b.dims {
		to.dims[d] = b.dims[d].sort(u.of(ledger.Dim(d)))
	}
	to.issuer, to.bin, to.entry, to.channel = b.issuer.sort(u.of(ledger.Issuer)), b.bin.sort(u.of(ledger.BIN)), b.entry.sort(u.of(ledger.EntryMode)), b.channel.sort(u.of(ledger.Channel))
	to.codes = b.codes.sort(u.ofShapes(&b.codes, func(s *shape) []uint32 { return []uint32{s.code} }))
	to.texts = b.texts.sort(u.ofShapes(&b.texts, func(s *shape) []uint32 { return []uint32{s.text} }))
	to.said = b.said.sort(u.ofShapes(&b.said, func(s *shape) []uint32 { return []uint32{s.status, s.reason, s.sheet, s.currency} }))
	to.keys = b.keys.sort(nil) // of which all stay
	to.files = b.sortFiles()
	for i, p := range b.places.list {
		b.places.list[i] = to.place(p)
	}
	for i, c := range b.cards.list {
		b.cards.list[i] = to.card(c)
	}
	for i, s := range b.shapes.list {
		b.shapes.list[i] = to.shape(s)
	}
	b.renameKeys(&to)
	own := &moved{places: b.places.sort(comparePlaces), cards: b.cards.sort(compareCards)}
	for _, m := range b.moved {
		m.then(own)
	}
	b.shapes.close()
	room.Free(b.recent.slots)
	room.Free(b.cardOf)
	b.cardOf, b.fileIDs, b.recent = nil, nil, recent{}
	for _, side := range []*rows{&b.terminal, &b.settlement} {
		side.sort(b.shapes.list, own)
		if room.Limited() {
			side.near = new(nearby)
		}
	}
	for _, m := range append(b.moved, own) {
		m.free()
	}
	b.moved = nil
	to.free()
}

// Folded lists what had more distinct values than the book tells apart, so that the
// rest is counted under Overflow: names of dimensions, "code", "text", "status".
func (b *Book) Folded() (list []string) {
	for d := range b.dims {
		if b.dims[d].folded {
			list = append(list, ledger.Dim(d).String())
		}
	}
	for _, x := range []struct {
		name string
		d    *dict
	}{{"issuer", &b.issuer}, {"bin", &b.bin}, {"entry_mode", &b.entry}, {"channel", &b.channel}, {"code", &b.codes}, {"text", &b.texts}, {"status", &b.said}} {
		if x.d.folded {
			list = append(list, x.name)
		}
	}
	return list
}

// sortFiles orders the inputs by name and hash and returns the new ids.
func (b *Book) sortFiles() []uint32 {
	order := make([]uint32, len(b.files))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(x, y uint32) int {
		fx, fy := b.files[x], b.files[y]
		return cmp.Or(strings.Compare(fx.Name, fy.Name), strings.Compare(fx.SHA256, fy.SHA256))
	})
	ids, files := make([]uint32, len(order)), make([]*txn.Source, len(order))
	for to, from := range order {
		ids[from], files[to] = uint32(to), b.files[from]
	}
	b.files = files
	return ids
}

func comparePlaces(x, y ledger.Place) int {
	for _, d := range [...][2]uint32{{x.Institution, y.Institution}, {x.Merchant, y.Merchant}, {x.Terminal, y.Terminal}} {
		if c := cmp.Compare(d[0], d[1]); c != 0 { // mostly, and the others need no look
			return c
		}
	}
	return cmp.Or(cmp.Compare(x.Carrier, y.Carrier), cmp.Compare(x.Region, y.Region),
		cmp.Compare(x.Network, y.Network), cmp.Compare(x.Model, y.Model), cmp.Compare(x.Channel, y.Channel))
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

func (b *Book) Len(s txn.Side) int            { return b.side(s).n }
func (b *Book) Place(id uint32) *ledger.Place { return &b.places.list[id] }
func (b *Book) Card(id uint32) *ledger.Card   { return &b.cards.list[id] }
func (b *Book) Places() int                   { return len(b.places.list) }
func (b *Book) Cards() int                    { return len(b.cards.list) }
func (b *Book) Codes() int                    { return b.codes.len() }
func (b *Book) Code(id uint16) string         { return b.codes.name(uint32(id)) }
func (b *Book) Text(id uint32) string         { return b.texts.name(id) }
func (b *Book) File(id uint32) *txn.Source    { return b.files[id] }
func (b *Book) Name(d ledger.Dim, id uint32) string {
	if d == ledger.Kind {
		return txn.Kind(id).String()
	}
	return b.dim(d).name(id)
}

func (b *Book) Names(d ledger.Dim) int {
	if d == ledger.Kind {
		return int(txn.Other) + 1
	}
	return b.dim(d).len()
}

func (b *Book) dim(d ledger.Dim) *dict {
	switch d {
	case ledger.Issuer:
		return &b.issuer
	case ledger.BIN:
		return &b.bin
	case ledger.EntryMode:
		return &b.entry
	case ledger.Channel:
		return &b.channel
	}
	return &b.dims[d]
}

func (b *Book) At(s txn.Side, i int) txn.Instant {
	var buf rowBytes
	block, d := b.side(s).at(i, &buf)
	return block.instant(d)
}

func (b *Book) RRN(s txn.Side, i int) ledger.Key {
	var buf rowBytes
	block, d := b.side(s).at(i, &buf)
	return b.getRRN(block.get(cRRN, d))
}

func (b *Book) Amount(s txn.Side, i int) txn.Minor {
	var buf rowBytes
	block, d := b.side(s).at(i, &buf)
	return b.getAmount(uint32(block.get(cAmount, d)))
}

func (b *Book) Brief(s txn.Side, i int) ledger.Brief {
	var buf rowBytes
	block, d := b.side(s).at(i, &buf)
	r := ledger.Brief{At: block.instant(d), Amount: b.getAmount(uint32(block.get(cAmount, d))), Place: uint32(block.get(cPlace, d))}
	_, r.Last4 = b.getAnswer(uint32(block.get(cAnswer, d)))
	r.Token = wideToken(uint32(block.get(cToken, d)), r.Last4)
	return r
}

// extraID names row i of a side in Row.Extra.
func extraID(s txn.Side, i int) uint32 {
	if s == txn.Settlement {
		return uint32(i)<<1 + 2
	}
	return uint32(i)<<1 + 1
}

func (b *Book) Row(s txn.Side, i int) (r ledger.Row) {
	var buf rowBytes
	block, d := b.side(s).at(i, &buf)
	b.unpack(block, d, extraID(s, i), &r)
	return r
}

func (b *Book) Extra(id uint32) ledger.Extra {
	if id == 0 {
		return ledger.Extra{Fee: txn.NoAmount, Net: txn.NoAmount}
	}
	side := &b.terminal
	if id--; id&1 == 1 {
		side = &b.settlement
	}
	var buf rowBytes
	return b.extra(side.at(int(id>>1), &buf))
}

func (b *Book) Rows(s txn.Side) iter.Seq2[int, *ledger.Row] { return b.Range(s, 0, b.Len(s)) }

func (b *Book) Range(s txn.Side, lo, hi int) iter.Seq2[int, *ledger.Row] {
	rows := b.side(s)
	return func(yield func(int, *ledger.Row) bool) {
		var r ledger.Row
		var buf []byte
		if room.Limited() && hi-lo >= stretchLen {
			own := stretches.Get().(*stretch)
			defer stretches.Put(own)
			buf = own[:]
		}
		for i := lo; i < hi; {
			block, k := &rows.sealed[i>>blockBits], i&(blockSize-1)
			end := min(block.n, k+hi-i)
			if buf != nil {
				end = min(end, k+stretchLen)
			}
			d := block.rows(k, end)
			if buf != nil {
				d = buf[:room.Copy(buf, d)]
			}
			for ; k < end; k++ {
				b.unpack(block, (*rowBytes)(d), extraID(s, i), &r)
				d = d[block.size:]
				if !yield(i, &r) {
					return
				}
				i++
			}
		}
	}
}

// stretch is rows that are read at once where they live in a file.
type stretch [stretchLen*mostRow + slack]byte

const stretchLen = 2048

var stretches = sync.Pool{New: func() any { return new(stretch) }}

func (b *Book) Key(k ledger.Key) string {
	if id, ok := k.Dict(); ok {
		return b.keys.name(id)
	}
	return k.Unpack()
}

func (b *Book) Currency() string {
	one := cmp.Or(b.currency, "CNY")
	if b.mixed || one != "CNY" && slices.Contains(b.stating[:], someState|someAreSilent) {
		return "" // beside a few stated dollars, what says nothing is not in dollars
	}
	return one
}

// Silent reports whether no row of a side states its currency, so that it is in that of the other.
func (b *Book) Silent(s txn.Side) bool { return b.stating[sideIndex(s)] == someAreSilent }

var _ ledger.Book = (*Book)(nil)
