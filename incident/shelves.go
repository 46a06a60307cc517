package incident

import "github.com/poslog/poslog/internal/room"

// shelves hold values by number, such as that of a terminal, so that those of near
// numbers can be put in order together: memory is filled and read in one direction,
// however many numbers there are.
type shelves[T any] struct {
	width uint32 // numbers on a shelf
	list  []shelf[T]
}

// shelf is one of them, in blocks.
type shelf[T any] struct {
	blocks [][]T
	n      int
}

const (
	mostShelves = 256
	shelfBlock  = 64 << 10 // bytes
)

func newShelves[T any](numbers int) *shelves[T] {
	width := max(1, (numbers+mostShelves-1)/mostShelves)
	return &shelves[T]{uint32(width), make([]shelf[T], (numbers+width-1)/width)}
}

func (s *shelves[T]) add(number uint32, v T) { s.list[number/s.width].add(v) }

func (s *shelf[T]) add(v T) {
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last]) == cap(s.blocks[last]) {
		n := 16
		if last >= 0 {
			n = min(4*cap(s.blocks[last]), room.Elements[T](shelfBlock))
		}
		s.blocks = append(s.blocks, room.Slice[T](n)[:0])
		last++
	}
	s.blocks[last] = append(s.blocks[last], v)
	s.n++
}

// each calls f for the values in the order of adding.
func (s *shelf[T]) each(f func(*T)) {
	for _, b := range s.blocks {
		for i := range b {
			f(&b[i])
		}
	}
}

func (s *shelf[T]) free() {
	for _, b := range s.blocks {
		room.Free(b)
	}
	s.blocks, s.n = nil, 0
}

func (s *shelves[T]) free() {
	for i := range s.list {
		s.list[i].free()
	}
}
