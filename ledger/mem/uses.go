package mem

import "github.com/poslog/poslog/ledger"

// uses counts how many rows have each name. It walks the rows when it is first asked,
// which ordinary books never do.
type uses struct {
	b                     *Book
	places, cards, shapes []uint32 // rows by id
}

func (u *uses) walk() {
	if b := u.b; u.places == nil {
		u.places, u.cards, u.shapes = make([]uint32, len(b.places.list)), make([]uint32, len(b.cards.list)), make([]uint32, len(b.shapes.list))
		for _, side := range []*rows{&b.terminal, &b.settlement} {
			side.each(b.shapes.list, func(p *row) {
				u.places[p.place]++
				u.cards[p.card>>8]++
				u.shapes[p.shape]++
			})
		}
	}
}

// of counts the rows of each name of a dimension.
func (u *uses) of(d ledger.Dim) func() []uint32 {
	return func() []uint32 {
		u.walk()
		n := make([]uint32, u.b.Names(d))
		switch d {
		case ledger.Issuer, ledger.BIN, ledger.EntryMode:
			for i := range u.b.cards.list {
				n[u.b.cards.list[i].ID(d)] += u.cards[i]
			}
		default:
			for i := range u.b.places.list {
				n[u.b.places.list[i].ID(d)] += u.places[i]
			}
		}
		return n
	}
}

// ofShapes counts the rows of each name of a dictionary that shapes use.
func (u *uses) ofShapes(d *dict, ids func(*shape) []uint32) func() []uint32 {
	return func() []uint32 {
		u.walk()
		n := make([]uint32, d.len())
		for i := range u.b.shapes.list {
			for _, id := range ids(&u.b.shapes.list[i]) {
				n[id] += u.shapes[i]
			}
		}
		return n
	}
}
