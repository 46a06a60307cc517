package mem

import "github.com/poslog/poslog/internal/room"

// blocks is a list that grows without copying what it holds: by whole blocks,
// of which only the last may be short - or, after absorbing another list, the
// last of each part. An element is named by its block and its place in it.
type blocks[T any] struct {
	list [][]T
	n    int
}

// add appends v and returns its id. The first block grows with its content, so
// that small books stay small.
func (b *blocks[T]) add(v T) uint32 {
	last := b.room(1)
	b.list[last] = append(b.list[last], v)
	b.n++
	return uint32(last)<<blockBits | uint32(len(b.list[last])-1)
}

// addRun appends values that stand in one block, so that their ids follow each
// other, and returns the id of the first.
func (b *blocks[T]) addRun(v []T) uint32 {
	last := b.room(len(v))
	id := uint32(last)<<blockBits | uint32(len(b.list[last]))
	b.list[last] = append(b.list[last], v...)
	b.n += len(v)
	return id
}

// room makes place for n more values in the last block and returns its index.
func (b *blocks[T]) room(n int) int {
	last := len(b.list) - 1
	switch {
	case last < 0:
		b.list = append(b.list, nil)
		last = 0
	case len(b.list[last])+n > blockSize && room.Limited():
		// Written at once, where single writes would bring the pages into memory.
		full := b.list[last]
		if last > 0 {
			to := room.Slice[T](blockSize)
			b.list[last] = to[:room.Copy(to, full)]
		} else {
			full = make([]T, blockSize)
		}
		b.list = append(b.list, full[:0])
		last++
	case len(b.list[last])+n > blockSize:
		b.list = append(b.list, room.Slice[T](blockSize)[:0])
		last++
	}
	// Where memory has a limit a first block must leave the heap, too: books of parts of
	// an input often have no other.
	if s := b.list[last]; len(s)+n > cap(s) && room.Limited() {
		b.list[last] = room.Grow(s, max(n, min(blockSize, 4*cap(s))-len(s)))
	}
	return last
}

// get returns the element with an id.
func (b *blocks[T]) get(id uint32) *T { return &b.list[id>>blockBits][id&(blockSize-1)] }

// absorb takes over the blocks of o and returns what to add to their ids.
func (b *blocks[T]) absorb(o *blocks[T]) (base uint32) {
	base = uint32(len(b.list)) << blockBits
	b.list = append(b.list, o.list...)
	b.n += o.n
	*o = blocks[T]{}
	return base
}

// each calls f for every element, in the order of adding.
func (b *blocks[T]) each(f func(*T)) {
	for _, block := range b.list {
		for i := range block {
			f(&block[i])
		}
	}
}
