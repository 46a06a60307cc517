package mem

import (
	"slices"
	"strings"
)

// dict interns strings; id 0 is "". A limit above 0 bounds the number of names:
// further ones share the id of Overflow.
type dict struct {
	ids   map[string]uint32
	names []string
	limit int
}

func (d *dict) init(limit int) {
	d.ids, d.names, d.limit = map[string]uint32{"": 0}, []string{""}, limit
}

func (d *dict) id(s string) uint32 {
	if id, ok := d.ids[s]; ok {
		return id
	}
	if d.limit > 0 && len(d.names) >= d.limit && s != Overflow {
		return d.id(Overflow)
	}
	id := uint32(len(d.names))
	s = strings.Clone(s)
	d.ids[s] = id
	d.names = append(d.names, s)
	return id
}

// absorb adds all names of o and returns the new id of each of its ids.
func (d *dict) absorb(o *dict) []uint32 {
	ids := make([]uint32, len(o.names))
	for i, s := range o.names {
		ids[i] = d.id(s)
	}
	return ids
}

// sort gives the names ids in their sorted order and returns old id -> new id.
func (d *dict) sort() []uint32 {
	sorted := slices.Clone(d.names)
	slices.Sort(sorted)
	ids := make([]uint32, len(sorted))
	for to, s := range sorted {
		ids[d.ids[s]] = uint32(to)
		d.ids[s] = uint32(to)
	}
	d.names = sorted
	return ids
}

// tuples interns small comparable tuples.
type tuples[T comparable] struct {
	ids  map[T]uint32
	list []T
}

func (t *tuples[T]) init() { t.ids = map[T]uint32{} }

func (t *tuples[T]) id(v T) uint32 {
	id, ok := t.ids[v]
	if !ok {
		id = uint32(len(t.list))
		t.ids[v] = id
		t.list = append(t.list, v)
	}
	return id
}

// sort orders the tuples and returns old id -> new id.
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
	t.list = list
	return ids
}
