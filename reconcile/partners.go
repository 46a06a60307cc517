package reconcile

import (
	"iter"

	"github.com/poslog/poslog/internal/room"
)

// What stands in place of a partner's row number.
const (
	free     = -1
	copyOf   = -2 // a duplicate of another row of its side
	disputed = -3 // part of a contest that keys cannot decide
)

// partners are the rows of the other side that the rows of a side belong to. Where that side has
// none there are only copies.
type partners struct {
	n      int
	rows   []int32
	copies room.Bits // instead
}

// newPartners is n rows that are free, beside others of the other side.
func newPartners(n, others int) partners {
	if others == 0 {
		return partners{n: n, copies: room.NewBits(n)}
	}
	p := partners{n: n, rows: room.Slice[int32](n)}
	for i := range p.rows {
		p.rows[i] = free
	}
	return p
}

func (p *partners) len() int { return p.n }

// at is the partner of a row, or what stands in place of one.
func (p *partners) at(i int32) int32 {
	switch {
	case p.rows != nil:
		return p.rows[i]
	case p.copies.Shared(i):
		return copyOf
	}
	return free
}

func (p *partners) put(i, partner int32) {
	if p.rows != nil {
		p.rows[i] = partner
	} else if partner == copyOf {
		p.copies.Share(i)
	}
}

// pairs yields the rows that have a partner, and it.
func (p *partners) pairs() iter.Seq2[int32, int32] {
	return func(yield func(int32, int32) bool) {
		for i, partner := range p.rows {
			if partner >= 0 && !yield(int32(i), partner) {
				return
			}
		}
	}
}
