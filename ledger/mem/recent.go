package mem

import (
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// recent finds the places of rows by the numbers of their terminals and merchants,
// without touching names, which are spread over memory. It forgets what it has no
// room for.
//
// Rows wait until there are many: their slots are then far apart in memory, but the
// processor fetches several at once.
type recent struct {
	rests   tuples[rest]
	usual   [16]restNames // the rests that were asked for last
	slots   []placed      // by hash, a power of two of them; place 0 is free
	kept    int
	waiting [manyRows]waiting
	n       int    // that wait
	touched uint32 // lets slots be read ahead of their use
}

// rest are the ids of all parts of a place that take few values: institution, carrier,
// region, network, model, channel.
type rest [6]uint32

// restNames are the names behind a rest.
type restNames struct {
	institution, carrier, region, network, model, channel string
	rest                                                  uint32 // and one; 0 is nothing
}

type placed struct {
	tid, mid ledger.Key // of digits, or the id of the dimension
	rest     uint32
	place    uint32 // and one
}

// waiting is a row without its place.
type waiting struct {
	tid, mid  ledger.Key
	rest, row uint32
	rows      *rows
}

const (
	manyRows   = 64
	firstSlots = 1 << 8
	mostRests  = 1 << 12
)

var mostSlots = 1 << 18

// spot notes what makes the place of a record.
func (b *Book) spot(r *txn.Record, w *waiting) {
	w.tid, w.mid = b.number(ledger.Terminal, r.TID), b.number(ledger.Merchant, r.MID)
	w.rest = b.rest(r)
}

// rest finds what is not terminal or merchant. Rows have the same few combinations.
func (b *Book) rest(r *txn.Record) uint32 {
	c := &b.recent
	u := &c.usual[(tail(r.Institution)+tail(r.Carrier)*3+tail(r.Region)*5+tail(r.Network)*7+tail(r.Model)*9+tail(r.Channel)*11)%uint8(len(c.usual))]
	if u.rest != 0 && u.institution == r.Institution && u.carrier == r.Carrier && u.region == r.Region &&
		u.network == r.Network && u.model == r.Model && u.channel == r.Channel {
		return u.rest - 1
	}
	ids := rest{b.dims[ledger.Institution].id(r.Institution), b.dims[ledger.Carrier].id(r.Carrier), b.dims[ledger.Region].id(r.Region),
		b.dims[ledger.Network].id(r.Network), b.dims[ledger.Model].id(r.Model), b.channel.id(r.Channel)}
	*u = restNames{b.dims[ledger.Institution].name(ids[0]), b.dims[ledger.Carrier].name(ids[1]), b.dims[ledger.Region].name(ids[2]),
		b.dims[ledger.Network].name(ids[3]), b.dims[ledger.Model].name(ids[4]), b.channel.name(ids[5]), c.rests.id(ids) + 1}
	return u.rest - 1
}

func tail(s string) uint8 {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

// wait has a row wait for its place; the caller says which.
func (b *Book) wait() *waiting {
	c := &b.recent
	if c.n == manyRows || len(c.rests.list) > mostRests {
		b.settle()
		b.forget()
	}
	c.n++
	return &c.waiting[c.n-1]
}

// forget begins anew where names are without end. No row may wait.
func (b *Book) forget() {
	if c := &b.recent; len(c.rests.list) > mostRests {
		room.Free(c.slots)
		c.rests, c.usual, c.slots, c.kept = tuples[rest]{}, [16]restNames{}, nil, 0
	}
}

// number packs the name of a terminal or merchant, by its id where it is no number.
func (b *Book) number(d ledger.Dim, name string) ledger.Key {
	if k, ok := ledger.Pack(name); ok {
		return k
	}
	return ledger.DictKey(b.dims[d].id(name))
}

// named is the inverse of number.
func (b *Book) named(d ledger.Dim, k ledger.Key) uint32 {
	if id, ok := k.Dict(); ok {
		return id
	}
	return b.dims[d].id(k.Unpack())
}

// place finds the tuple of a record.
func (b *Book) place(r *txn.Record) uint32 {
	b.settle()
	b.forget()
	var w waiting
	b.spot(r, &w)
	return b.placeOf(&w)
}

// settle gives the rows that wait their places.
func (b *Book) settle() {
	c := &b.recent
	list := c.waiting[:c.n]
	c.n = 0
	if len(c.slots) > 0 {
		for i := range list {
			c.touched += c.slots[c.slot(list[i].tid, list[i].mid)].place
		}
	}
	for i := range list {
		w := &list[i]
		w.rows.open[w.row].place = b.placeOf(w)
	}
}

func (b *Book) placeOf(w *waiting) uint32 {
	c := &b.recent
	var near *placed // of the same terminal
	if len(c.slots) > 0 {
		for i := c.slot(w.tid, w.mid); ; i = (i + 1) & uint64(len(c.slots)-1) {
			s := &c.slots[i]
			if s.place == 0 {
				break
			}
			if s.tid == w.tid && s.mid == w.mid {
				if s.rest == w.rest {
					return s.place - 1
				}
				near = s
			}
		}
	}
	rest := c.rests.list[w.rest]
	p := ledger.Place{Institution: rest[0], Carrier: rest[1], Region: rest[2], Network: rest[3], Model: rest[4], Channel: rest[5]}
	if near != nil {
		o := &b.places.list[near.place-1]
		p.Merchant, p.Terminal = o.Merchant, o.Terminal
	} else {
		p.Merchant, p.Terminal = b.named(ledger.Merchant, w.mid), b.named(ledger.Terminal, w.tid)
	}
	id := b.places.id(p)
	c.keep(placed{w.tid, w.mid, w.rest, id + 1})
	return id
}

func (c *recent) slot(tid, mid ledger.Key) uint64 {
	h := (uint64(tid) ^ uint64(mid)*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return h >> 32 & uint64(len(c.slots)-1)
}

// keep remembers a place that is not there. At most half of the slots are in use.
func (c *recent) keep(p placed) {
	if c.kept*2 >= len(c.slots) {
		old := c.slots
		c.kept = 0
		if len(old) < mostSlots {
			c.slots = room.Slice[placed](max(firstSlots, 4*len(old)))
			for i := range old {
				if old[i].place != 0 {
					c.enter(old[i])
				}
			}
			room.Free(old)
		} else {
			clear(old)
		}
	}
	c.enter(p)
}

func (c *recent) enter(p placed) {
	i := c.slot(p.tid, p.mid)
	for c.slots[i].place != 0 {
		i = (i + 1) & uint64(len(c.slots)-1)
	}
	c.slots[i] = p
	c.kept++
}
