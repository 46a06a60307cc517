package mem

import (
	"slices"
	"strings"
)

// dict interns strings; id 0 is "". A limit above 0 bounds the number of names:
// further ones share the id of Overflow, and folded says so.
type dict struct {
	ids    map[string]uint32
	names  []string
	limit  int
	last   [32]uint32 // the ids that were asked for last, by bytes of their names: neighbours mostly agree
	folded bool
}

func (d *dict) init(limit int) {
	d.ids, d.names, d.limit = map[string]uint32{"": 0}, []string{""}, limit
}

func (d *dict) id(s string) uint32 {
	if s == "" {
		return 0
	}
	last := &d.last[(s[0]*7+s[len(s)-1]*3+byte(len(s)))%32]
	if d.names[*last] == s {
		return *last
	}
	id, ok := d.ids[s]
	if !ok {
		if d.limit > 0 && len(d.names) >= d.limit && s != Overflow {
			d.folded = true
			return d.id(Overflow)
		}
		id = uint32(len(d.names))
		s = strings.Clone(s)
		d.ids[s] = id
		d.names = append(d.names, s)
	}
	*last = id
	return id
}

// is reports whether an id stands for s.
func (d *dict) is(id uint32, s string) bool { return d.names[id] == s }

// absorb adds all names of o and returns the new id of each of its ids.
func (d *dict) absorb(o *dict) []uint32 {
	ids := make([]uint32, len(o.names))
	for i, s := range o.names {
		ids[i] = d.id(s)
	}
	d.folded = d.folded || o.folded
	return ids
}

// sort gives the names ids in their sorted order and returns old id -> new id.
// Nothing can be interned any more.
func (d *dict) sort() []uint32 {
	sorted := slices.Clone(d.names)
	slices.Sort(sorted)
	ids := make([]uint32, len(sorted))
	for to, s := range sorted {
		ids[d.ids[s]] = uint32(to)
	}
	d.names, d.ids, d.last = sorted, nil, [32]uint32{}
	return ids
}

// tuples interns small comparable tuples.
type tuples[T comparable] struct {
	ids  map[T]uint32
	list []T
	last uint32 // the id that was asked for last
}

func (t *tuples[T]) init() { t.ids = map[T]uint32{} }

func (t *tuples[T]) id(v T) uint32 {
	if len(t.list) > 0 && t.list[t.last] == v {
		return t.last
	}
	id, ok := t.ids[v]
	if !ok {
		id = uint32(len(t.list))
		t.ids[v] = id
		t.list = append(t.list, v)
	}
	t.last = id
	return id
}

// sort orders the tuples and returns old id -> new id. Nothing can be interned
// any more.
func (t *tuples[T]) sort(compare func(x, y T) int) []uint32 {
	order := make([]uint32, len(t.list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return compare(t.list[x], t.list[y]) })
	ids, list := make([]uint32, len(order)), make([]T, len(order))
	for to, from := range order {
		ids[from], list[to] = uint32(to), t.list[from]
	}
	t.list, t.ids = list, nil
	return ids
}
