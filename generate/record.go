package generate

import (
	"fmt"
	"slices"

	"github.com/poslog/poslog/txn"
)

// mtis are request and answer MTI and the processing code of a kind.
var mtis = map[txn.Kind][3]string{
	txn.Sale: {"0200", "0210", "000000"}, txn.Void: {"0200", "0210", "200000"}, txn.Refund: {"0220", "0230", "200000"},
	txn.Balance: {"0200", "0210", "310000"}, txn.Reversal: {"0400", "0400", "000000"}, txn.SignOn: {"0800", "0810", ""}, txn.BatchSettle: {"0500", "0510", ""},
}

// record is row i as a reader of the key=value log would see it. Files, lines
// and the token are left out.
func (w *World) record(i int32, r *txn.Record) {
	x := &w.Rows[i]
	t, p := &w.Terminals[x.Term], w.Profile
	r.Reset()
	r.At, r.Prec, r.Side, r.Kind = logged(x.At.Add(t.Skew)), txn.PrecMilli, txn.Terminal, x.Kind
	r.Flags, r.Origin = x.shown(), x.origin()
	m := mtis[x.Kind]
	r.MTI, r.ProcCode = m[0], m[2]
	if x.Flags&Answered != 0 {
		r.MTI = m[1]
	}
	if x.Kind != txn.Reversal && x.Orig >= 0 {
		r.OrigSTAN = digits(w.Rows[x.Orig].STAN, 6)
	}
	r.Code, r.Text, r.Latency = x.Code.String(), texts[x.Text], x.Latency
	r.Amount = x.Amount
	r.Institution, r.MID, r.TID = w.Institutions[t.Institution].Code, w.Merchants[t.Merchant].MID, t.TID
	r.STAN, r.Batch = digits(x.STAN, 6), digits(x.Batch, 6)
	if x.Flags&Answered != 0 && x.RRN != 0 {
		r.RRN = digits(x.RRN, 12)
	}
	if x.Auth != 0 {
		r.AuthCode = digits(x.Auth, 6)
	}
	r.Carrier, r.Region = p.Carriers[t.Carrier].name, p.Regions[t.Region].name
	r.Network, r.Model = p.Networks[t.Net].name, p.Models[t.Model].name
	if x.Kind != txn.SignOn && x.Kind != txn.BatchSettle {
		r.Issuer = p.Issuers[x.Card.Issuer].code
		r.PAN.Masked = w.masked(x.Card)
	}
	if w.hide != 0 {
		w.hide.from(r)
	}
}

// logged cuts an instant to the milliseconds of a log.
func logged(at txn.Instant) txn.Instant { return at - at%1000 }

// shown are the flags that a reader sees in the row.
func (x *Row) shown() (f txn.Flags) {
	switch x.Kind {
	case txn.Void, txn.Refund, txn.Reversal:
		f |= txn.NegativeByType
	}
	switch x.Text {
	case textTimeout:
		f |= txn.TimedOut
	case textPeer:
		f |= txn.Disconnected
	}
	if x.Auth != 0 {
		f |= txn.CardEvent
	}
	return f
}

// origin is who made the code, as far as a reader can tell.
func (x *Row) origin() txn.Origin {
	switch {
	case x.Kind == txn.Reversal:
		return txn.ReversalReason
	case x.Flags&Answered != 0:
		return txn.Host
	}
	return txn.OriginUnknown
}

// Hideable are the words that Options.Hide takes: what some terminals' logs
// do not say.
var Hideable = []string{"latency", "carrier", "region", "network", "model", "issuer", "card", "rrn", "auth", "batch", "text", "milliseconds"}

// hidden is a set of Hideable.
type hidden uint16

func hiding(words []string) (h hidden, err error) {
	for _, w := range words {
		i := slices.Index(Hideable, w)
		if i < 0 {
			return 0, fmt.Errorf("cannot hide %q: use some of %q", w, Hideable)
		}
		h |= 1 << i
	}
	return h, nil
}

func (h hidden) from(r *txn.Record) {
	for i, clear := range [...]func(){
		func() { r.Latency = txn.NoLatency }, func() { r.Carrier = "" }, func() { r.Region = "" }, func() { r.Network = "" }, func() { r.Model = "" },
		func() { r.Issuer = "" }, func() { r.PAN = txn.PAN{} }, func() { r.RRN = "" },
		func() { r.AuthCode, r.Flags = "", r.Flags&^txn.CardEvent }, func() { r.Batch = "" }, func() { r.Text = "" },
		func() { r.At, r.Prec = r.At-r.At%1e6, txn.PrecSecond },
	} {
		if h&(1<<i) != 0 {
			clear()
		}
	}
}

// digits writes v with leading zeros.
func digits[T uint16 | uint32 | uint64](v T, n int) string {
	var b [12]byte
	for i := n - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return string(b[:n])
}
