package mem

import (
	"encoding/binary"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// place finds the tuple of a record: mostly the one that its terminal had before.
func (b *Book) place(r *txn.Record) uint32 {
	key, short := placeKeyOf(r.TID, r.MID)
	if !short {
		return b.placeOfTerminal(r)
	}
	if n := len(b.seen); n == 0 || n < 2*len(b.placeOf) && n < maxSeen {
		b.seen = make(placeCache, max(4*n, 1<<9)) // what it held comes back with the next rows
	}
	s := b.seen.slot(&key)
	if s.key == key && s.place > 0 && b.elsewhere(&b.places.list[s.place-1], r) {
		return s.place - 1
	}
	id := b.placeOfTerminal(r)
	*s = seenPlace{key, id + 1}
	return id
}

// placeOfTerminal looks at the place that the terminal had last, then at all.
func (b *Book) placeOfTerminal(r *txn.Record) uint32 {
	t := b.dims[ledger.Terminal].id(r.TID)
	for int(t) >= len(b.placeOf) {
		b.placeOf = append(b.placeOf, 0)
	}
	last := &b.placeOf[t]
	if *last != 0 {
		if p := &b.places.list[*last-1]; b.dims[ledger.Merchant].is(p.Merchant, r.MID) && b.elsewhere(p, r) {
			return *last - 1
		}
	}
	id := b.places.id(ledger.Place{
		Institution: b.dims[ledger.Institution].id(r.Institution),
		Merchant:    b.dims[ledger.Merchant].id(r.MID),
		Terminal:    t,
		Carrier:     b.dims[ledger.Carrier].id(r.Carrier),
		Region:      b.dims[ledger.Region].id(r.Region),
		Network:     b.dims[ledger.Network].id(r.Network),
		Model:       b.dims[ledger.Model].id(r.Model),
		Channel:     b.channel.id(r.Channel),
	})
	*last = id + 1
	return id
}

// elsewhere reports whether a place agrees with a record in all but terminal and
// merchant.
func (b *Book) elsewhere(p *ledger.Place, r *txn.Record) bool {
	return b.dims[ledger.Institution].is(p.Institution, r.Institution) &&
		b.dims[ledger.Carrier].is(p.Carrier, r.Carrier) && b.dims[ledger.Region].is(p.Region, r.Region) &&
		b.dims[ledger.Network].is(p.Network, r.Network) && b.dims[ledger.Model].is(p.Model, r.Model) &&
		b.channel.is(p.Channel, r.Channel)
}

// placeCache remembers the places of terminals by the bytes of their ids, which
// spares the way through the dictionaries to memory far apart. Each place has one
// slot, and the last one that came keeps it.
type placeCache []seenPlace

// maxSeen bounds the cache to 1.3 MB.
const maxSeen = 1 << 15

type seenPlace struct {
	key   placeKey
	place uint32 // and one, 0 = none
}

// placeKey is a TID and a MID of at most 16 bytes each: the first and the last
// eight bytes, which overlap, and the length.
type placeKey struct {
	tid, mid [2]uint64
	lengths  uint16
}

func placeKeyOf(tid, mid string) (k placeKey, ok bool) {
	if len(tid) > 16 || len(mid) > 16 {
		return k, false
	}
	return placeKey{ends(tid), ends(mid), uint16(len(tid)<<8 | len(mid))}, true
}

func ends(s string) [2]uint64 {
	if n := len(s); n >= 8 {
		return [2]uint64{word(s[:8]), word(s[n-8:])}
	}
	var v uint64
	for i := 0; i < len(s); i++ {
		v = v<<8 | uint64(s[i])
	}
	return [2]uint64{v, 0}
}

func word(s string) uint64 {
	var b [8]byte
	copy(b[:], s)
	return binary.LittleEndian.Uint64(b[:])
}

func (c placeCache) slot(k *placeKey) *seenPlace {
	h := (k.tid[0] + 3*k.tid[1] + 7*k.mid[1]) * 0x9E3779B97F4A7C15
	return &c[h>>32&uint64(len(c)-1)]
}
