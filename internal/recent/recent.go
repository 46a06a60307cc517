// Package recent finds again what came a short while ago.
//
// In go things with a key, in the order of time; out come those of one key that are
// not too old. Older ones are forgotten, so that what is kept is as little as what comes
// in that while, however long it goes on: mostly it stays in the processor's cache.
package recent

import "github.com/poslog/poslog/txn"

// List remembers things of type T by keys of type K. It must be made by [New].
type List[K comparable, T any] struct {
	within   txn.Instant
	now, old []slot // a power of two of places each; the things of old came before since
	used     int    // places of now
	since    txn.Instant
	items    []item[K, T]
	first    int32 // the number of items[0]
	full     int   // so many items are looked through for old ones
}

// slot is the last thing with a hash: its number and one, 0 in a free place.
type slot struct {
	hash uint32
	id   int32
}

type item[K comparable, T any] struct {
	at     txn.Instant
	before int32 // the number of one with the same hash, and one
	key    K
	what   T
}

// New makes a list that remembers things for a time.
func New[K comparable, T any](within txn.Instant) *List[K, T] { return &List[K, T]{within: within} }

// Add remembers a thing. Times must not decrease. Equal keys have equal hashes, whose
// high halves should differ for different keys.
func (l *List[K, T]) Add(key K, hash uint64, at txn.Instant, what T) {
	if at-l.since >= l.within {
		l.turn(at)
	}
	if 2*(l.used+1) > len(l.now) {
		l.grow()
	}
	if len(l.items) >= l.full {
		l.trim(at)
	}
	h := uint32(hash >> 32)
	s := find(l.now, h)
	before := s.id
	if s.id == 0 {
		l.used++
		before = l.oldID(h)
	}
	l.items = append(l.items, item[K, T]{at, before, key, what})
	*s = slot{h, l.first + int32(len(l.items))}
}

// Each calls f for the things of a key that are not too old at a moment, the last
// one first, until f returns false.
func (l *List[K, T]) Each(key K, hash uint64, at txn.Instant, f func(*T) bool) {
	h := uint32(hash >> 32)
	id := int32(0)
	if len(l.now) > 0 {
		id = find(l.now, h).id
	}
	if id == 0 {
		id = l.oldID(h)
	}
	for id > l.first {
		x := &l.items[id-1-l.first]
		if at-x.at > l.within || x.key == key && !f(&x.what) {
			return
		}
		id = x.before
	}
}

func (l *List[K, T]) oldID(hash uint32) int32 {
	if len(l.old) == 0 {
		return 0
	}
	return find(l.old, hash).id
}

// find is the place of a hash, or the free one where it belongs.
func find(list []slot, hash uint32) *slot {
	mask := uint32(len(list) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &list[i]; s.id == 0 || s.hash == hash {
			return s
		}
	}
}

// turn begins a stretch of time: what came before the one that ends is too old.
func (l *List[K, T]) turn(at txn.Instant) {
	if at-l.since >= 2*l.within {
		clear(l.now) // and so is its own
	}
	l.now, l.old = l.old, l.now
	if len(l.now) > max(8*l.used, 1<<10) {
		l.now = nil // so that clearing takes no longer than filling
	}
	clear(l.now)
	l.used, l.since = 0, at
}

func (l *List[K, T]) grow() {
	was := l.now
	l.now = make([]slot, max(1<<6, 2*len(was)))
	for _, s := range was {
		if s.id != 0 {
			*find(l.now, s.hash) = s
		}
	}
}

// trim forgets items that are too old.
func (l *List[K, T]) trim(at txn.Instant) {
	n := 0
	for n < len(l.items) && at-l.items[n].at > l.within {
		n++
	}
	l.items = append(l.items[:0], l.items[n:]...)
	l.first += int32(n)
	l.full = max(1<<6, 2*len(l.items))
}
