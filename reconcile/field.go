package reconcile

import (
	"math/bits"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// field is a bit for each value that may take part in a key.
type field uint16

const (
	fRRN field = 1 << iota
	fSTAN
	fSentAt
	fAcquirer
	fForwarder
	fBatch
	fOrder
	fRefund
	fChannel
	fTID
	fMID
	fLast4
	fAmount
	fields = iota
	// fMoney marks rows that move money; the others take no part. fBack marks
	// those that give it back.
	fMoney field = 1 << fields
	fBack  field = 2 << fields
	// fUndone marks rows that some reversal, void or refund names.
	fUndone field = 4 << fields
)

// The two sides index arrays.
const (
	left  = 0 // terminal
	right = 1 // settlement
)

var bookSide = [2]txn.Side{txn.Terminal, txn.Settlement}

// idents reads key values from rows. Numbers are compared by value, so that
// "123" from a workbook that dropped zeros meets "000123"; a value of nothing but
// zeros is a placeholder and counts as absent.
type idents struct {
	b        ledger.Book
	tid, mid []uint32  // dictionary id -> id of the same number without leading zeros
	at       []numbers // the same by place
	one      string    // the one currency of all rows, so that none needs a look
	largest  largest
}

// numbers is what rows of one place have in common.
type numbers struct{ institution, tid, mid uint32 }

// place notes the numbers of every place.
func (x *idents) place() {
	if x.at == nil {
		x.at = make([]numbers, x.b.Places())
	}
	for id := range x.at {
		p := x.b.Place(uint32(id))
		x.at[id] = numbers{p.Institution, x.tid[p.Terminal], x.mid[p.Merchant]}
	}
}

// largest holds the largest value of each field: of numbers, and of ids of the
// dictionary of identifiers that are no short numbers.
type largest [fields]struct{ number, id uint64 }

// note notes a value of a field, and returns the field unless the value is absent.
func (l *largest) note(f field, v uint64) field {
	if v == 0 {
		return 0
	}
	i := bits.TrailingZeros16(uint16(f))
	if id, ok := ledger.Key(v).Dict(); ok {
		l[i].id = max(l[i].id, uint64(id))
	} else {
		l[i].number = max(l[i].number, v)
	}
	return f
}

func (l *largest) join(o *largest) {
	for i := range l {
		l[i].number, l[i].id = max(l[i].number, o[i].number), max(l[i].id, o[i].id)
	}
}

func newIdents(b ledger.Book) idents {
	x := idents{b: b, tid: sameNumber(b, ledger.Terminal), mid: sameNumber(b, ledger.Merchant), one: b.Currency()}
	x.place()
	return x
}

// sameNumber maps ids whose names differ in leading zeros only to one id, and
// names of nothing but zeros to 0.
func sameNumber(b ledger.Book, d ledger.Dim) []uint32 {
	ids := make([]uint32, b.Names(d))
	first := map[string]uint32{"": 0} // of the names with zeros, which are the first ones in order
	for i := range ids {
		ids[i] = uint32(i)
		name := b.Name(d, uint32(i))
		zeros := strings.HasPrefix(name, "0") && digits.Only(name)
		if zeros {
			name = strings.TrimLeft(name, "0")
		} else if len(first) == 1 {
			continue
		}
		if id, ok := first[name]; ok {
			ids[i] = id
		} else if zeros {
			first[name] = uint32(i)
		}
	}
	return ids
}

// number drops the length that a packed key carries.
func number(k ledger.Key) uint64 {
	if _, ok := k.Dict(); ok {
		return uint64(k)
	}
	return uint64(k) & (1<<58 - 1)
}

// value returns the value of one field, 0 where the row has none.
func (x *idents) value(r *ledger.Row, f field) uint64 {
	switch {
	case f&inExtra == 0:
		return x.valueOf(r, nil, f)
	case r.Extra == 0:
		return 0
	}
	e := x.b.Extra(r.Extra)
	return x.valueOf(r, &e, f)
}

// valueOf is value for who has what only some rows have; nil will do for the
// fields that all have.
func (x *idents) valueOf(r *ledger.Row, e *ledger.Extra, f field) uint64 {
	switch f {
	case fRRN:
		if r.Flags.Has(txn.IDPrecision) {
			return 0
		}
		return number(r.RRN)
	case fSTAN:
		return number(r.STAN)
	case fBatch:
		return number(r.Batch)
	case fTID:
		return uint64(x.at[r.Place].tid)
	case fMID:
		return uint64(x.at[r.Place].mid)
	case fLast4:
		if r.Last4 == ledger.NoLast4 {
			return 0
		}
		return uint64(r.Last4) + 1
	case fAmount:
		if !r.Amount.Valid() {
			return 0
		}
		return uint64(r.Amount) + 1
	case fSentAt:
		return number(e.SentAt)
	case fAcquirer:
		return number(e.Acquirer)
	case fForwarder:
		return number(e.Forwarder)
	}
	if r.Flags.Has(txn.IDPrecision) {
		return 0
	}
	switch f {
	case fOrder:
		return number(e.OrderNo)
	case fRefund:
		return number(e.RefundNo)
	case fChannel:
		return number(e.ChannelNo)
	}
	return 0
}

// has lists the fields of a row with an Extra, if it has one, and notes their values.
func (x *idents) has(r *ledger.Row, e *ledger.Extra, l *largest) field {
	out := field(0)
	if r.Kind.Money() {
		out = fMoney
	}
	if back(r.Kind) == 1 {
		out |= fBack
	}
	at := &x.at[r.Place]
	out |= l.note(fRRN, x.valueOf(r, nil, fRRN)) | l.note(fSTAN, number(r.STAN)) | l.note(fBatch, number(r.Batch)) | l.note(fTID, uint64(at.tid)) |
		l.note(fMID, uint64(at.mid)) | l.note(fLast4, x.valueOf(r, nil, fLast4)) | l.note(fAmount, x.valueOf(r, nil, fAmount))
	if r.Extra == 0 {
		return out
	}
	for set := inExtra; set != 0; set &= set - 1 {
		f := set & -set
		out |= l.note(f, x.valueOf(r, e, f))
	}
	return out
}

// inExtra are the fields that only rows with an Extra have.
const inExtra = fSentAt | fAcquirer | fForwarder | fOrder | fRefund | fChannel

// packing puts the values of a set of fields into one word, without loss, where the
// largest values leave room for it: nearly always. Two rows then have the same key if
// they have the same word.
type packing struct {
	x     *idents
	set   field
	exact bool
	parts []packed
}

type packed struct {
	f      field
	width  uint
	number uint64 // ids of the dictionary stand above this largest number
}

func (x *idents) packing(set field) packing {
	p := packing{x: x, set: set}
	width := uint(1) // the direction
	for i := range fields {
		if f := field(1) << i; set&f != 0 {
			l := x.largest[i]
			q := packed{f, uint(bits.Len64(l.number + 1 + l.id)), l.number}
			width += q.width
			p.parts = append(p.parts, q)
		}
	}
	p.exact = width <= 64 && x.one != ""
	return p
}

func (p *packing) word(r *ledger.Row) uint64 {
	w := uint64(back(r.Kind))
	for i := range p.parts {
		q := &p.parts[i]
		v := p.x.value(r, q.f)
		if id, ok := ledger.Key(v).Dict(); ok {
			v = q.number + 1 + uint64(id)
		}
		w = w<<q.width | v
	}
	return w
}

// key holds the word that every key has, direction and currency, and the values
// of up to eight fields.
type key [9]uint64

func (x *idents) key(r *ledger.Row, set field) key {
	k := key{x.word(r)}
	n := 1
	for ; set != 0; set &= set - 1 {
		k[n] = x.value(r, set&-set)
		n++
	}
	return k
}

// word is the currency and whether money goes to the merchant or back.
func (x *idents) word(r *ledger.Row) uint64 {
	w := uint64(back(r.Kind))
	if x.one != "" {
		return w
	}
	return w | letters(ledger.CurrencyOf(x.b, r))<<1
}

func letters(s string) (w uint64) {
	for i := 0; i < len(s) && i < 7; i++ {
		w = w<<8 | uint64(s[i])
	}
	return w
}

// back is 1 for kinds that give money back and 0 for the others.
func back(k txn.Kind) int {
	switch k {
	case txn.Void, txn.Refund, txn.Reversal:
		return 1
	}
	return 0
}

// signed gives the amount its direction; an absent amount is 0.
func signed(r *ledger.Row) txn.Minor {
	a := r.Amount.Or(0)
	if back(r.Kind) == 1 {
		return -a
	}
	return a
}

// signed is the amount of a row with its direction, without unpacking the row.
func (m *Matches) signed(side int, i int32) txn.Minor {
	a := m.b.Amount(bookSide[side], int(i)).Or(0)
	if m.have[side][i]&fBack != 0 {
		return -a
	}
	return a
}

func (k *key) hash() uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, v := range k {
		h ^= v
		h *= 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	h *= 0x94d049bb133111eb
	return h ^ h>>32
}
