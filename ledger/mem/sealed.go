package mem

import (
	"encoding/binary"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// sealed is a block of rows in their final order, in as few bits as its values need: of each
// column it keeps the least value once, and in every row what exceeds it. Neighbours
// in time have much in common, so that ordinary rows take about half of their size.
type sealed struct {
	cols [columns]column
	size int    // of a row in bytes
	data []byte // n rows, and slack
	n    int
}

// column says where a value stands in a row.
type column struct {
	least, mask uint64
	at          uint16 // byte
	shift       uint8  // bits
}

const (
	cAt = iota // first, as it alone may need more bits than one word gives from within a byte
	cRRN
	cCard
	cAmount
	cSTAN
	cToken
	cPlace
	cShape
	cLine
	cAnswer
	cMore
	columns

	mostRow = 48 // bytes
	slack   = 24 // beyond the last row, as a value is read as a whole word of any place below 64
)

// rowBytes begins with the bytes of a row.
type rowBytes [mostRow + slack]byte

func (p *row) values() [columns]uint64 {
	return [columns]uint64{uint64(p.at) ^ 1<<63, p.longRRN(), uint64(p.card >> 8), uint64(p.amount), uint64(p.stan), uint64(p.token),
		uint64(p.place), uint64(p.shape), uint64(p.line), uint64(p.answer), uint64(p.more)}
}

func (c *column) of(d *rowBytes) uint64 {
	return binary.LittleEndian.Uint64(d[c.at&63:])>>(c.shift&63)&c.mask + c.least
}

func (s *sealed) instant(d *rowBytes) txn.Instant { return txn.Instant(s.cols[cAt].of(d) ^ 1<<63) }

// open reads the row at the beginning of d.
func (s *sealed) open(d *rowBytes, p *row) {
	rrn := s.cols[cRRN].of(d)
	p.at, p.rrn, p.card = s.instant(d), uint32(rrn), uint32(s.cols[cCard].of(d))<<8|uint32(rrn>>32)
	p.amount, p.stan, p.token = uint32(s.cols[cAmount].of(d)), uint32(s.cols[cSTAN].of(d)), uint32(s.cols[cToken].of(d))
	p.place, p.shape, p.line = uint32(s.cols[cPlace].of(d)), uint32(s.cols[cShape].of(d)), uint32(s.cols[cLine].of(d))
	p.answer, p.more = uint32(s.cols[cAnswer].of(d)), uint32(s.cols[cMore].of(d))
}

// open reads row i.
func (s *rows) open(i int, p *row) {
	var buf rowBytes
	b, d := s.at(i, &buf)
	b.open(d, p)
}

// rows is the bytes of the rows from..to-1.
func (s *sealed) rows(from, to int) []byte { return s.data[from*s.size : (to-1)*s.size+len(rowBytes{})] }

// seal makes a block. The rows are in memory.
func seal(list []row) (s sealed) {
	var least, most [columns]uint64
	for c := range least {
		least[c] = math.MaxUint64
	}
	for i := range list {
		for c, v := range list[i].values() {
			least[c], most[c] = min(least[c], v), max(most[c], v)
		}
	}
	var width [columns]uint
	at := 0
	for c := range s.cols {
		w := bits.Len64(most[c] - least[c])
		s.cols[c] = column{least[c], 1<<w - 1, uint16(at / 8), uint8(at % 8)}
		width[c] = uint(w)
		at += w
	}
	s.n, s.size = len(list), (at+7)/8
	s.data = room.Slice[byte](s.n*s.size + len(rowBytes{}))
	to := s.data
	if room.Limited() { // to be written at once
		to = make([]byte, len(s.data))
	}
	for i := range list {
		d := to[i*s.size:]
		word, filled := uint64(0), uint(0)
		for c, v := range list[i].values() {
			v -= least[c]
			word |= v << (filled & 63)
			if filled += width[c]; filled >= 64 {
				binary.LittleEndian.PutUint64(d, word)
				d = d[8:]
				filled -= 64
				word = v >> (width[c] - filled) // all of v where nothing is left of it
			}
		}
		binary.LittleEndian.PutUint64(d, word)
	}
	if room.Limited() {
		room.Copy(s.data, to)
	}
	return s
}

// seal seals all rows, which are in order, several blocks at a time.
func (s *rows) seal() {
	s.sealed = make([]sealed, len(s.list))
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(room.Processors(), len(s.list)) {
		wg.Go(func() {
			var own []row
			for n := int(next.Add(1)) - 1; n < len(s.list); n = int(next.Add(1)) - 1 {
				list := s.list[n]
				if room.Limited() {
					own = append(own[:0], make([]row, len(list))...)
					room.Copy(own, list)
					list = own
				}
				s.sealed[n] = seal(list)
				room.Free(s.list[n])
				s.list[n] = nil
			}
		})
	}
	wg.Wait()
	s.list = nil
}
