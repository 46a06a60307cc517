package mem

import (
	"math/bits"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// row is one record in 48 bytes.
//
// What varies freely has four bytes each, eight for the time and five for the RRN;
// what takes few values together is a shape. A value that does not fit its
// bytes stands in a table of wide values, so that nothing is lost; ordinary rows
// have none. The card's token is cut to 32 bits: together with the last four digits two
// cards are taken for one with a chance of 1 in 4e13, without them of 1 in 4e9,
// and only where a terminal or ten minutes brings them together.
type row struct {
	at     txn.Instant
	rrn    uint32 // the low bits; the high eight are with the card
	card   uint32 // id<<8 | high bits of the RRN
	amount uint32
	stan   uint32
	token  uint32 // 0 = no card
	place  uint32
	shape  uint32
	line   uint32
	answer uint32 // latency and last four digits
	more   uint32 // see value: nothing, one value, or the place of several
}

// maxCards is the number of card tuples that a row can tell apart.
const maxCards = 1 << 24

// shape is what takes few combinations.
type shape struct {
	acquirer, forwarder   ledger.Key
	text                  uint32
	status, reason, sheet uint32 // words
	currency              uint32
	flags                 txn.Flags
	settleOn              txn.Date
	file                  uint32
	code                  uint32 // until the dictionaries are sorted more than 16 bits
	values                uint16 // which values the row has, one bit each
	kind                  txn.Kind
	origin                txn.Origin
	prec                  txn.Precision
	side                  txn.Side // of the record; counts where extra is set
	net                   netRule
	extra                 bool // the row has an Extra
}

// hint mixes what differs most among neighbours.
func (s *shape) hint() uint32 { return s.code + s.text*7 + uint32(s.flags)*13 + uint32(s.kind)*5 }

// netRule says how the net amount follows from the others, as it nearly always
// does.
type netRule uint8

const (
	netStored   netRule = iota // among the values, or absent
	netLess                    // amount - fee
	netBackLess                // -amount - fee: refunds
)

// The values that only some rows have. One stands in the row itself, of several
// each takes a word.
const (
	vBatch = iota
	vFee
	vNet
	vOrder
	vChannel
	vRefund
	vOrigSTAN
	vOrigRRN
	vSentAt
	values

	amounts = 1<<vFee | 1<<vNet // all others are keys
)

// Keys of up to nine digits are numbered through by length, then by value; 0 is
// the absent key. The numbers from wideKey on are places of the table of keys.
const wideKey = 1_111_111_111

var keyStart = [...]uint32{0, 1, 11, 111, 1_111, 11_111, 111_111, 1_111_111, 11_111_111, 111_111_111, wideKey}

func (b *Book) putKey(k ledger.Key) uint32 {
	if n := k.Digits(); n < len(keyStart)-1 {
		return keyStart[n] + uint32(k.Number())
	}
	return wideKey + b.wideKeys.add(k)
}

func (b *Book) getKey(c uint32) ledger.Key {
	if c >= wideKey {
		return *b.wideKeys.get(c - wideKey)
	}
	n := 6 // as STAN and batch have
	for c < keyStart[n] {
		n--
	}
	for c >= keyStart[n+1] {
		n++
	}
	return ledger.DigitKey(n, uint64(c-keyStart[n]))
}

// RRNs of twelve digits are their number; then comes the absent one, then the
// places of the table of keys.
const noRRN = 1_000_000_000_000

func (b *Book) putRRN(k ledger.Key) uint64 {
	switch {
	case k == 0:
		return noRRN
	case k.Digits() == 12:
		return k.Number()
	}
	return noRRN + 1 + uint64(b.wideKeys.add(k))
}

func (b *Book) getRRN(c uint64) ledger.Key {
	switch {
	case c < noRRN:
		return ledger.DigitKey(12, c)
	case c == noRRN:
		return 0
	}
	return *b.wideKeys.get(uint32(c - noRRN - 1))
}

// Amounts are kept from -5.3 to 16.1 million units of the currency; 0 is the
// absent one, the highest bit marks a place of the table of numbers.
const (
	wideAmount  = 1 << 31
	amountShift = 1<<29 + 1
)

func (b *Book) putAmount(m txn.Minor) uint32 {
	switch {
	case !m.Valid():
		return 0
	case m >= 1-amountShift && m < wideAmount-amountShift:
		return uint32(m + amountShift)
	}
	return wideAmount | b.wide.add(uint64(m))
}

func (b *Book) getAmount(c uint32) txn.Minor {
	switch {
	case c == 0:
		return txn.NoAmount
	case c < wideAmount:
		return txn.Minor(c) - amountShift
	}
	return txn.Minor(*b.wide.get(c &^ wideAmount))
}

// Answers are the last four digits, 10,000 for none, and 18 bits of latency plus
// one; from wideAnswer on they are places of the table of numbers.
const (
	latencyBits = 18
	noDigits    = 10_000
	wideAnswer  = (noDigits + 1) << latencyBits
)

func (b *Book) putAnswer(latency int32, last4 uint16) uint32 {
	d := uint32(last4)
	if last4 == ledger.NoLast4 {
		d = noDigits
	}
	if l := int64(latency) + 1; l >= 0 && l < 1<<latencyBits && d <= noDigits {
		return d<<latencyBits | uint32(l)
	}
	return wideAnswer + b.wide.add(uint64(uint32(latency))<<16|uint64(last4))
}

func (b *Book) getAnswer(c uint32) (latency int32, last4 uint16) {
	if c >= wideAnswer {
		w := *b.wide.get(c - wideAnswer)
		return int32(w >> 16), uint16(w)
	}
	latency, last4 = int32(c&(1<<latencyBits-1))-1, uint16(c>>latencyBits)
	if last4 == noDigits {
		last4 = ledger.NoLast4
	}
	return latency, last4
}

// putValues stores the values named in have and returns what goes into row.more.
func (b *Book) putValues(have uint16, v *[values]uint64) uint32 {
	switch bits.OnesCount16(have) {
	case 0:
		return 0
	case 1:
		n := bits.TrailingZeros16(have)
		if have&amounts != 0 {
			return b.putAmount(txn.Minor(v[n]))
		}
		return b.putKey(ledger.Key(v[n]))
	}
	var words [values]uint64
	n := 0
	for ; have != 0; have &= have - 1 {
		words[n] = v[bits.TrailingZeros16(have)]
		n++
	}
	return b.words.addRun(words[:n])
}

// value reads one value of a row that has it.
func (b *Book) value(more uint32, have uint16, n int) uint64 {
	switch {
	case have&(have-1) != 0:
		return *b.words.get(more + uint32(bits.OnesCount16(have&(1<<n-1))))
	case have&amounts != 0:
		return uint64(b.getAmount(more))
	}
	return uint64(b.getKey(more))
}

// pack puts a row into its compact form, with a code that may not fit it yet. e may be nil.
func (b *Book) pack(p *row, r *ledger.Row, code uint32, e *ledger.Extra) {
	rrn := b.putRRN(r.RRN)
	*p = row{at: r.At, rrn: uint32(rrn), card: r.Card<<8 | uint32(rrn>>32), amount: b.putAmount(r.Amount), stan: b.putKey(r.STAN),
		place: r.Place, line: r.Line, answer: b.putAnswer(r.Latency, r.Last4)}
	if r.Token != 0 {
		p.token = max(1, uint32(r.Token)^uint32(r.Token>>32))
	}
	s := shape{code: code, file: r.File, text: r.Text, flags: r.Flags, kind: r.Kind, origin: r.Origin, prec: r.Prec}
	if r.Batch == 0 && e == nil {
		p.shape = b.shapes.like(&s, s.hint())
		return
	}
	v := [values]uint64{vBatch: uint64(r.Batch)}
	keys := r.Batch
	if e != nil {
		s.extra, s.side, s.settleOn, s.acquirer, s.forwarder = true, e.Side, e.SettleOn, e.Acquirer, e.Forwarder
		s.status, s.reason, s.sheet, s.currency = b.said.id(e.Status), b.said.id(e.Reason), b.said.id(e.Sheet), b.said.id(e.Currency)
		v[vOrder], v[vChannel], v[vRefund] = uint64(e.OrderNo), uint64(e.ChannelNo), uint64(e.RefundNo)
		v[vOrigSTAN], v[vOrigRRN], v[vSentAt] = uint64(e.OrigSTAN), uint64(e.OrigRRN), uint64(e.SentAt)
		keys |= e.OrderNo | e.ChannelNo | e.RefundNo | e.OrigSTAN | e.OrigRRN | e.SentAt
		if e.Fee.Valid() {
			v[vFee] = uint64(e.Fee)
			s.values |= 1 << vFee
		}
		switch {
		case !e.Net.Valid():
		case e.Fee.Valid() && r.Amount.Valid() && e.Net == r.Amount-e.Fee:
			s.net = netLess
		case e.Fee.Valid() && r.Amount.Valid() && e.Net == -r.Amount-e.Fee:
			s.net = netBackLess
		default:
			v[vNet] = uint64(e.Net)
			s.values |= 1 << vNet
		}
	}
	if keys != 0 {
		for n, w := range v {
			if w != 0 && amounts&(1<<n) == 0 {
				s.values |= 1 << n
			}
		}
	}
	p.more = b.putValues(s.values, &v)
	p.shape = b.shapes.like(&s, s.hint())
}

// unpack is the inverse of pack, of a sealed row. id is what names the row in Extra.
func (b *Book) unpack(p *sealed, d *rowBytes, id uint32, r *ledger.Row) {
	s := &b.shapes.list[p.get(cShape, d)]
	r.At, r.Amount = p.instant(d), b.getAmount(uint32(p.get(cAmount, d)))
	r.RRN, r.STAN, r.Batch = b.getRRN(p.get(cRRN, d)), b.getKey(uint32(p.get(cSTAN, d))), 0
	r.Place, r.Card, r.Line, r.Text = uint32(p.get(cPlace, d)), uint32(p.get(cCard, d)), uint32(p.get(cLine, d)), s.text
	r.Latency, r.Last4 = b.getAnswer(uint32(p.get(cAnswer, d)))
	r.Flags, r.Code, r.File, r.Kind, r.Origin, r.Prec = s.flags, uint16(s.code), s.file, s.kind, s.origin, s.prec
	r.Token = wideToken(uint32(p.get(cToken, d)), r.Last4)
	if s.values&(1<<vBatch) != 0 {
		r.Batch = ledger.Key(b.value(uint32(p.get(cMore, d)), s.values, vBatch))
	}
	r.Extra = 0
	if s.extra {
		r.Extra = id
	}
}

// longRRN is what putRRN made.
func (p *row) longRRN() uint64 { return uint64(p.card&0xFF)<<32 | uint64(p.rrn) }

// wideToken is the token of a row's card.
func wideToken(token uint32, last4 uint16) uint64 {
	if token == 0 {
		return 0
	}
	return uint64(token)<<16 | uint64(last4)
}

// extra unpacks what only some rows have.
func (b *Book) extra(p *sealed, d *rowBytes) ledger.Extra {
	s := &b.shapes.list[p.get(cShape, d)]
	more := uint32(p.get(cMore, d))
	key := func(n int) ledger.Key {
		if s.values&(1<<n) == 0 {
			return 0
		}
		return ledger.Key(b.value(more, s.values, n))
	}
	amount := func(n int) txn.Minor {
		if s.values&(1<<n) == 0 {
			return txn.NoAmount
		}
		return txn.Minor(b.value(more, s.values, n))
	}
	e := ledger.Extra{Fee: amount(vFee), Net: amount(vNet), SettleOn: s.settleOn, Acquirer: s.acquirer, Forwarder: s.forwarder,
		Status: b.said.name(s.status), Reason: b.said.name(s.reason), Currency: b.said.name(s.currency), Sheet: b.said.name(s.sheet), Side: s.side}
	if s.values&^(1<<vBatch|amounts) != 0 {
		e.OrderNo, e.ChannelNo, e.RefundNo = key(vOrder), key(vChannel), key(vRefund)
		e.OrigSTAN, e.OrigRRN, e.SentAt = key(vOrigSTAN), key(vOrigRRN), key(vSentAt)
	}
	switch s.net {
	case netLess:
		e.Net = b.getAmount(uint32(p.get(cAmount, d))) - e.Fee
	case netBackLess:
		e.Net = -b.getAmount(uint32(p.get(cAmount, d))) - e.Fee
	}
	return e
}
