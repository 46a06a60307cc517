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
// none there are only marks, which take less.
type partners struct {
	rows  []int32
	marks []int8 // instead
}

// newPartners is n rows that are free, beside others of the other side.
func newPartners(n, others int) (p partners) {
	if others == 0 {
		p.marks = room.Slice[int8](n)
		for i := range p.marks {
			p.marks[i] = free
		}
		return p
	}
	p.rows = room.Slice[int32](n)
	for i := range p.rows {
		p.rows[i] = free
	}
	return p
}

func (p *partners) len() int { return len(p.rows) + len(p.marks) }

// at is the partner of a row, or what stands in place of one.
func (p *partners) at(i int32) int32 {
	if p.marks != nil {
		return int32(p.marks[i])
	}
	return p.rows[i]
}

func (p *partners) put(i, partner int32) {
	if p.marks != nil {
		p.marks[i] = int8(partner)
	} else {
		p.rows[i] = partner
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
