// Package ledger is the one seam for scale: the book of records, in a compact
// form that answers what detection, evidence and reconciliation ask.
//
// In go records ([txn.Record]), through an implementation such as ledger/mem;
// out come [Row] values in one canonical order that depends on the content of
// the inputs only, never on file order, workers or shards. Rows hold small
// integers; the names behind them are asked from the [Book]. Nothing here says
// what a response code means.
package ledger

import (
	"cmp"
	"iter"

	"github.com/poslog/poslog/txn"
)

// Book is a finished book of records.
//
// A row is named by its side and its index in the canonical order: time, then
// file (by name and hash), then line. Rows without a time come first. The ids of
// every dictionary are ranks in the sorted order of the names, so that comparing ids
// compares names.
type Book interface {
	// Len is the number of rows of a side. Terminal and Switch rows share the
	// side txn.Terminal unless the caller keeps them apart when adding.
	Len(txn.Side) int
	// Row returns row i of a side, unpacked; Brief, At, RRN and Amount only some or one value of it.
	Row(s txn.Side, i int) Row
	Brief(s txn.Side, i int) Brief
	RRN(s txn.Side, i int) Key
	At(s txn.Side, i int) txn.Instant
	Amount(s txn.Side, i int) txn.Minor
	// Rows yields the rows of a side in canonical order, Range those from lo up
	// to hi. Each is unpacked into the same Row: who keeps one beyond its step
	// copies it.
	Rows(txn.Side) iter.Seq2[int, *Row]
	Range(s txn.Side, lo, hi int) iter.Seq2[int, *Row]
	// Place, Card, Code, Text, File and Key resolve the ids of a Row.
	Place(id uint32) *Place
	Card(id uint32) *Card
	Code(id uint16) string
	Text(id uint32) string
	File(id uint32) *txn.Source
	// Codes is the number of code ids, that of no code included.
	Codes() int
	// Name resolves a dictionary id of a dimension that a Place or Card holds;
	// id 0 is always "" (not stated). Kind's ids are txn.Kind values.
	Name(d Dim, id uint32) string
	// Names is the number of ids of a dimension, the "" of id 0 included.
	Names(d Dim) int
	// Places and Cards are the number of distinct tuples.
	Places() int
	Cards() int
	// Key returns the identifier behind a packed key, "" for 0.
	Key(k Key) string
	// Currency is the one currency of the book's amounts - a side whose rows state none
	// is in that of the other, CNY where neither states any -, or "" where several
	// are mixed; Extra.Currency then says which.
	Currency() string
	// Extra returns what only some rows have, for the id in Row.Extra.
	Extra(id uint32) Extra
}

// Dim is a dimension by which rows are grouped and scopes are described.
type Dim uint8

const (
	Institution Dim = iota
	Merchant
	Terminal
	Carrier
	Region
	Network
	Model
	Issuer
	BIN
	Kind
	EntryMode
	Channel
)

// Dims names the dimensions as scopes in a report do.
var Dims = [...]string{"institution", "merchant", "terminal", "carrier", "region", "network", "model", "issuer", "bin", "kind", "entry_mode", "channel"}

func (d Dim) String() string { return Dims[d] }

// Place is a distinct tuple of what describes where an attempt was made: ids of
// the dimensions' dictionaries.
type Place struct {
	Institution, Merchant, Terminal, Carrier, Region, Network, Model, Channel uint32
}

// Card is a distinct tuple of what describes the card and how it was read.
type Card struct {
	Issuer, BIN, EntryMode uint32
}

// Row is one record, its names as ids. It is a view that a Book unpacks: cheap to
// make, and independent of the book's own form.
//
// Note: identifiers are packed without loss (see [Pack]); latency is clamped to
// ±24 days; a row keeps file and line so that every number can be traced.
type Row struct {
	At      txn.Instant // txn.NoInstant where unknown
	Amount  txn.Minor   // txn.NoAmount where unknown
	Token   uint64      // card token, 0 = no card; equality only
	RRN     Key
	STAN    Key
	Batch   Key
	Place   uint32
	Card    uint32
	File    uint32
	Line    uint32
	Text    uint32 // id of the scrubbed message text, 0 = none
	Latency int32  // ms, txn.NoLatency where unknown
	Extra   uint32 // id of what only some rows have, 0 = nothing
	Flags   txn.Flags
	Code    uint16 // id, 0 = no code
	Last4   uint16 // last four digits of the card, NoLast4 where unknown
	Kind    txn.Kind
	Origin  txn.Origin
	Prec    txn.Precision
}

// Brief is what of a row says which purchase it is about, see [Row].
type Brief struct {
	At     txn.Instant
	Amount txn.Minor
	Token  uint64
	Place  uint32
	Last4  uint16
}

// Brief is that of a row.
func (r *Row) Brief() Brief { return Brief{r.At, r.Amount, r.Token, r.Place, r.Last4} }

// NoLast4 marks a row without a card number.
const NoLast4 = 0xFFFF

// Extra holds what only some rows have.
type Extra struct {
	Fee, Net                     txn.Minor // txn.NoAmount where absent
	SettleOn                     txn.Date
	OrderNo, ChannelNo, RefundNo Key
	OrigSTAN, OrigRRN            Key
	Acquirer, Forwarder, SentAt  Key
	Status, Reason               string // status words; reversal reason of field 60.1
	Currency                     string
	Sheet                        string
	Side                         txn.Side // the record's own side (Switch rows in the terminal book)
}

// Pos returns where a row stands in its input.
func Pos(b Book, r *Row) txn.Pos {
	p := txn.Pos{Src: b.File(r.File), Line: r.Line}
	if r.Extra != 0 {
		p.Sheet = b.Extra(r.Extra).Sheet
	}
	return p
}

// CurrencyOf is the currency of a row: that of all rows, or where several are mixed
// the one that it states, CNY where it states none.
func CurrencyOf(b Book, r *Row) string {
	switch one := b.Currency(); {
	case one != "":
		return one
	case r.Extra == 0:
		return "CNY"
	}
	return cmp.Or(b.Extra(r.Extra).Currency, "CNY")
}

// OfSwitch reports whether a row of the terminal side was written by a switch.
func OfSwitch(b Book, r *Row) bool { return r.Extra != 0 && b.Extra(r.Extra).Side == txn.Switch }

// StatusOf is the status word of a row, "" where it has none.
func StatusOf(b Book, r *Row) string {
	if r.Extra == 0 {
		return ""
	}
	return b.Extra(r.Extra).Status
}

// MaskedPAN rebuilds the masked card number of a row, "" where it has none.
func MaskedPAN(b Book, r *Row) string {
	if r.Last4 == NoLast4 {
		return ""
	}
	bin := b.Name(BIN, b.Card(r.Card).BIN)
	return bin + "******" + string([]byte{'0' + byte(r.Last4/1000), '0' + byte(r.Last4/100%10), '0' + byte(r.Last4/10%10), '0' + byte(r.Last4%10)})
}

// ID returns the id of dimension d for a row of book b.
func ID(b Book, r *Row, d Dim) uint32 {
	switch d {
	case Kind:
		return uint32(r.Kind)
	case Issuer, BIN, EntryMode:
		return b.Card(r.Card).ID(d)
	}
	return b.Place(r.Place).ID(d)
}

// ID returns the id of a dimension that describes places.
func (p *Place) ID(d Dim) uint32 {
	switch d {
	case Institution:
		return p.Institution
	case Merchant:
		return p.Merchant
	case Terminal:
		return p.Terminal
	case Carrier:
		return p.Carrier
	case Region:
		return p.Region
	case Network:
		return p.Network
	case Channel:
		return p.Channel
	}
	return p.Model
}

// ID returns the id of a dimension that describes cards.
func (c *Card) ID(d Dim) uint32 {
	switch d {
	case Issuer:
		return c.Issuer
	case BIN:
		return c.BIN
	}
	return c.EntryMode
}
