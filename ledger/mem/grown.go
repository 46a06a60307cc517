package mem

import "github.com/poslog/poslog/internal/room"

// rows are the rows of one side: as they were added, and after sort in the canonical order, in
// sealed blocks of which only the last may be short.
//
// Rows are added to one block, in which they may still change; when it is full it is sealed as
// it stands, which halves what a growing book takes. A row is named by its block and its place in it.
type rows struct {
	open   []row   // the last block
	full   []block // those before it; in a book of several some are short
	n      int
	sealed []sealed
	near   *nearby // nil where rows are in memory
}

const (
	blockBits = 13
	blockSize = 1 << blockBits
)

// block is sealed rows in the order in which they were added.
type block struct {
	sealed
	moved *moved // nil: the ids are those of the book
}

// more appends a row, which is to be filled in before anything else is added, and returns its
// place in the open block. That must not be full.
func (s *rows) more() (*row, uint32) {
	n := len(s.open)
	if n < cap(s.open) {
		s.open = s.open[:n+1]
	} else {
		s.open = append(s.open, row{})
	}
	s.n++
	return &s.open[n], uint32(n)
}

// close seals the open block. No row of it may wait for its place.
func (s *rows) close() {
	if len(s.open) > 0 {
		s.full = append(s.full, block{sealed: seal(s.open, new(slab))})
		s.open = s.open[:0]
	}
}

// absorb takes over the rows of o, which moves as m says.
func (s *rows) absorb(o *rows, m *moved) {
	s.close()
	o.close()
	for _, f := range o.full {
		if f.moved == nil {
			f.moved = m
		}
		s.full = append(s.full, f)
	}
	s.n += o.n
	*o = rows{}
}

// load copies the rows of a block from a place on.
func (s *rows) load(to []row, block, from int, shapes []shape) {
	if block == len(s.full) {
		copy(to, s.open[from:])
		return
	}
	f := &s.full[block]
	d := f.rows(from, from+len(to))
	if room.Limited() && len(to) > nearLen { // worth reading a file for
		own := make([]byte, len(d))
		d = own[:room.Copy(own, d)]
	}
	for i := range to {
		p := &to[i]
		f.row((*rowBytes)(d), p)
		if f.moved != nil {
			f.moved.row(p, shapes)
		}
		d = d[f.size:]
	}
}

// each calls f with a copy of every row, in the order of adding.
func (s *rows) each(shapes []shape, f func(*row)) {
	var own [nearLen]row
	for n := 0; n <= len(s.full); n++ {
		for from, size := 0, s.size(n); from < size; from += nearLen {
			part := own[:min(nearLen, size-from)]
			s.load(part, n, from, shapes)
			for i := range part {
				f(&part[i])
			}
		}
	}
}

// size is the number of rows in a block.
func (s *rows) size(block int) int {
	if block == len(s.full) {
		return len(s.open)
	}
	return s.full[block].n
}

// ids names all rows, in the order of adding.
func (s *rows) ids() []uint32 {
	out := room.Slice[uint32](s.n)[:0]
	for n := 0; n <= len(s.full); n++ {
		for i := range uint32(s.size(n)) {
			out = append(out, uint32(n)<<blockBits|i)
		}
	}
	return out
}

// moved says what the ids in rows became: when their book was merged into another one, and
// when its names were sorted.
type moved struct {
	places, cards         []uint32
	shapes                []uint32 // nil: as they are
	wide, wideKeys, words uint32   // to be added to places of these tables
}

// row moves one row. shapes are those that it has then.
func (m *moved) row(p *row, shapes []shape) {
	p.place, p.card = m.places[p.place], m.cards[p.card>>8]<<8|p.card&0xFF
	if m.shapes != nil {
		p.shape = m.shapes[p.shape]
		p.move(shapes[p.shape].values, m.wide, m.wideKeys, m.words)
	}
}

// then has the rows move on.
func (m *moved) then(next *moved) {
	for i, id := range m.places {
		m.places[i] = next.places[id]
	}
	for i, id := range m.cards {
		m.cards[i] = next.cards[id]
	}
	if next.shapes != nil {
		for i, id := range m.shapes {
			m.shapes[i] = next.shapes[id]
		}
	}
	m.wide, m.wideKeys, m.words = m.wide+next.wide, m.wideKeys+next.wideKeys, m.words+next.words
}

func (m *moved) free() {
	for _, ids := range [][]uint32{m.places, m.cards, m.shapes} {
		room.Free(ids)
	}
}
