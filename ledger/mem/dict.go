package mem

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"unsafe"

	"github.com/poslog/poslog/internal/room"
)

// dict interns strings; id 0 is "". A limit above 0 bounds the number of names that
// stay once it is sorted: the most frequent; the others become Overflow, and folded
// says so. Until then there are more, and which of them is no matter of the order in
// which they came, see fits.
//
// The bytes of all names stand behind each other and the table holds ids, so that
// millions of identifiers are neither walked by the garbage collector nor bound
// to the heap.
type dict struct {
	text   [][]byte // the last one has space left
	names  []word   // by id
	slots  []uint32 // by hash: id, 0 = free
	limit  int
	most   int        // names that are told apart before sorting, at least limit
	cut    uint64     // names whose sum is not below it are Overflow, 0 = none
	under  int        // names below the cut; 0 = not counted yet
	last   [32]uint32 // the ids that were asked for last, by bytes of their names: neighbours mostly agree
	folded bool
}

// word is where a name stands.
type word struct{ part, at, n, hash uint32 }

var seed = maphash.MakeSeed() // ids do not depend on it

const (
	leastText = 512
	mostText  = 1 << 20
)

func (d *dict) init(limit int) {
	d.names, d.limit, d.most = []word{{}}, limit, max(limit, mostNames)
}

// len is the number of names, the "" of id 0 included.
func (d *dict) len() int { return len(d.names) }

// name returns the name of an id.
func (d *dict) name(id uint32) string {
	w := &d.names[id]
	if w.n == 0 {
		return ""
	}
	return unsafe.String(&d.text[w.part][w.at], w.n)
}

func (d *dict) id(s string) uint32 {
	if s == "" {
		return 0
	}
	last := &d.last[(s[0]*7+s[len(s)-1]*3+byte(len(s)))%32]
	if d.is(*last, s) {
		return *last
	}
	hash := uint32(maphash.String(seed, s))
	if len(d.slots) > 0 {
		mask := uint32(len(d.slots) - 1)
		for i := hash & mask; d.slots[i] != 0; i = (i + 1) & mask {
			if id := d.slots[i]; d.names[id].hash == hash && d.name(id) == s {
				*last = id
				return id
			}
		}
	}
	if d.limit > 0 && (d.cut != 0 || len(d.names) > d.most) && !d.fits(s) {
		d.folded = true
		return d.id(Overflow)
	}
	id := uint32(len(d.names))
	d.names = room.Append(d.names, d.write(s, hash))
	if len(d.names) > len(d.slots)-len(d.slots)/4 {
		room.Free(d.slots)
		d.slots = room.Slice[uint32](max(32, 2*len(d.slots)))
		for id := range d.names[1:] {
			d.place(uint32(id + 1))
		}
	} else {
		d.place(id)
	}
	*last = id
	return id
}

// fits reports whether a name that is not there yet can be told apart. When there are too
// many, the half of them with the larger sums is given up, again and again: so
// what is left depends on the names only, not on their order or on how they were
// divided among dictionaries.
func (d *dict) fits(s string) bool {
	if s == Overflow {
		return true
	}
	if d.under == 0 {
		d.count()
	}
	for {
		if !d.below(s) {
			return false
		}
		if d.under < d.most {
			d.under++
			return true
		}
		d.lower(cmp.Or(d.cut>>1, 1<<63))
	}
}

// lower moves the cut.
func (d *dict) lower(cut uint64) {
	d.cut = cut
	d.count()
}

func (d *dict) count() {
	d.under = 0
	for id := 1; id < len(d.names); id++ {
		if s := d.name(uint32(id)); s != Overflow && d.below(s) {
			d.under++
		}
	}
}

// below reports whether the sum of a name is below the cut: FNV-1a, mixed.
func (d *dict) below(s string) bool {
	if d.cut == 0 {
		return true
	}
	sum := uint64(14695981039346656037)
	for i := range len(s) {
		sum = (sum ^ uint64(s[i])) * 1099511628211
	}
	sum = (sum ^ sum>>33) * 0xff51afd7ed558ccd
	return sum^sum>>33 < d.cut
}

// place enters an id into the table.
func (d *dict) place(id uint32) {
	mask := uint32(len(d.slots) - 1)
	i := d.names[id].hash & mask
	for d.slots[i] != 0 {
		i = (i + 1) & mask
	}
	d.slots[i] = id
}

// write keeps the bytes of a name.
func (d *dict) write(s string, hash uint32) word {
	last := len(d.text) - 1
	if last < 0 || len(s) > cap(d.text[last])-len(d.text[last]) {
		size := leastText
		if last >= 0 {
			size = min(2*cap(d.text[last]), mostText)
		}
		d.text = append(d.text, room.Slice[byte](max(size, len(s)))[:0])
		last++
	}
	at := len(d.text[last])
	d.text[last] = append(d.text[last], s...)
	return word{part: uint32(last), at: uint32(at), n: uint32(len(s)), hash: hash}
}

// is reports whether an id stands for s.
func (d *dict) is(id uint32, s string) bool { return d.name(id) == s }

// absorb adds all names of o, which is empty afterwards, and returns the new id of
// each of its ids.
func (d *dict) absorb(o *dict) []uint32 {
	if o.cut != 0 && (d.cut == 0 || o.cut < d.cut) {
		d.lower(o.cut)
	}
	ids := room.Slice[uint32](len(o.names))
	for i := range o.names {
		ids[i] = d.id(o.name(uint32(i)))
	}
	d.folded = d.folded || o.folded
	for _, t := range o.text {
		room.Free(t)
	}
	room.Free(o.names)
	room.Free(o.slots)
	*o = dict{}
	return ids
}

// full reports whether some names have to become Overflow.
func (d *dict) full() bool { return d.limit > 0 && (d.cut != 0 || len(d.names) > d.limit) }

// keep lists the ids of the names that stay, "" and Overflow among them: the most
// frequent ones, of equally frequent ones the first by name. rows is the number of rows
// by id.
func (d *dict) keep(rows []uint32) []uint32 {
	var ids []uint32
	for id := 1; id < len(rows); id++ { // names without a row were given up by others
		if s := d.name(uint32(id)); rows[id] > 0 && s != Overflow && d.below(s) {
			ids = append(ids, uint32(id))
		}
	}
	slices.SortFunc(ids, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(rows[y], rows[x]), strings.Compare(d.name(x), d.name(y)))
	})
	d.folded = d.folded || len(ids) >= d.limit
	return append(ids[:min(len(ids), d.limit-1)], 0, d.id(Overflow))
}

// sort gives the names ids in their sorted order and returns old id -> new id.
// Nothing can be interned any more. rows is the number of rows by id; it is asked for only where
// there are too many names.
func (d *dict) sort(rows func() []uint32) []uint32 {
	var order []uint32
	if d.full() {
		order = d.keep(rows())
	} else {
		order = room.Slice[uint32](len(d.names))
		for i := range order {
			order[i] = uint32(i)
		}
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(d.name(x), d.name(y)) })
	ids, names := room.Slice[uint32](len(d.names)), room.Slice[word](len(order))
	if len(order) < len(ids) {
		other, _ := slices.BinarySearchFunc(order, Overflow, func(id uint32, s string) int { return strings.Compare(d.name(id), s) })
		for i := range ids {
			ids[i] = uint32(other)
		}
	}
	for to, from := range order {
		ids[from], names[to] = uint32(to), d.names[from]
	}
	room.Free(order)
	room.Free(d.names)
	room.Free(d.slots)
	d.names, d.slots, d.last = names, nil, [32]uint32{}
	return ids
}

// tuples interns small comparable tuples without pointers.
type tuples[T comparable] struct {
	slots []uint32 // by hash: id and one, 0 = free
	list  []T
	last  [32]uint32 // the ids that were asked for last, by hints
}

func (t *tuples[T]) id(v T) uint32 { return t.like(&v, 0) }

// like is id, with a hint that is the same for the same tuple.
func (t *tuples[T]) like(v *T, hint uint32) uint32 {
	last := &t.last[hint%uint32(len(t.last))]
	if int(*last) < len(t.list) && t.list[*last] == *v {
		return *last
	}
	hash := int(maphash.Comparable(seed, *v))
	id, ok := t.find(v, hash)
	if !ok {
		id = uint32(len(t.list))
		t.list = room.Append(t.list, *v)
		if len(t.list) > len(t.slots)-len(t.slots)/4 {
			room.Free(t.slots)
			t.slots = room.Slice[uint32](max(32, 4*len(t.slots)))
			for i := range t.list {
				t.place(uint32(i), int(maphash.Comparable(seed, t.list[i])))
			}
		} else {
			t.place(id, hash)
		}
	}
	*last = id
	return id
}

// find looks a tuple up by its hash.
func (t *tuples[T]) find(v *T, hash int) (id uint32, ok bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := len(t.slots) - 1
	for i := hash & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if id := t.slots[i] - 1; t.list[id] == *v {
			return id, true
		}
	}
	return 0, false
}

// has reports whether a tuple has an id.
func (t *tuples[T]) has(v T) bool {
	_, ok := t.find(&v, int(maphash.Comparable(seed, v)))
	return ok
}

func (t *tuples[T]) place(id uint32, hash int) {
	mask := len(t.slots) - 1
	i := hash & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = id + 1
}

// close ends interning; the tuples stay.
func (t *tuples[T]) close() {
	room.Free(t.slots)
	t.slots = nil
}

// sort orders the tuples and returns old id -> new id. Nothing can be interned
// any more. Tuples that became equal have one id.
func (t *tuples[T]) sort(compare func(x, y T) int) []uint32 {
	order := room.Slice[uint32](len(t.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return compare(t.list[x], t.list[y]) })
	ids, list := room.Slice[uint32](len(order)), room.Slice[T](len(order))[:0]
	for _, from := range order {
		if n := len(list); n == 0 || list[n-1] != t.list[from] {
			list = append(list, t.list[from])
		}
		ids[from] = uint32(len(list) - 1)
	}
	room.Free(order)
	room.Free(t.list)
	t.list = list
	t.close()
	return ids
}
