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

// sealed is a block of rows in as few bytes as its values need: of each
// column it keeps the least value once, and in every row what exceeds it. Neighbours
// in time have much in common, so that ordinary rows take little more than half of their size.
type sealed struct {
	cols [columns]column
	size int    // of a row in bytes
	data []byte // n rows, and slack
	n    int
}

// column says where a value stands in a row.
type column struct {
	least, mask uint64
	at          uint8
}

const (
	cAt = iota
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

// row is the inverse of values.
func (s *sealed) row(d *rowBytes, p *row) {
	rrn := s.get(cRRN, d)
	*p = row{at: s.instant(d), rrn: uint32(rrn), card: uint32(s.get(cCard, d))<<8 | uint32(rrn>>32), amount: uint32(s.get(cAmount, d)),
		stan: uint32(s.get(cSTAN, d)), token: uint32(s.get(cToken, d)), place: uint32(s.get(cPlace, d)), shape: uint32(s.get(cShape, d)),
		line: uint32(s.get(cLine, d)), answer: uint32(s.get(cAnswer, d)), more: uint32(s.get(cMore, d))}
}

// get reads a value of the row at the beginning of d.
func (s *sealed) get(c int, d *rowBytes) uint64 {
	return binary.LittleEndian.Uint64(d[s.cols[c].at&63:])&s.cols[c].mask + s.cols[c].least
}

func (s *sealed) instant(d *rowBytes) txn.Instant { return txn.Instant(s.get(cAt, d) ^ 1<<63) }

// rows is the bytes of the rows from..to-1.
func (s *sealed) rows(from, to int) []byte {
	return s.data[from*s.size : (to-1)*s.size+len(rowBytes{})]
}

// slab is where blocks are sealed, one behind the other: between those that become free
// meanwhile they would leave holes that are of no use.
type slab struct {
	left []byte
	size int // of what is taken at once
}

const mostSlab = 2 << 20

func (s *slab) take(n int) []byte {
	if len(s.left) < n {
		s.left = room.Slice[byte](max(n, s.size))
	}
	out := s.left[:n:n]
	s.left = s.left[n:]
	return out
}

// seal makes a block. The rows are in memory.
func seal(list []row, where *slab) (s sealed) {
	var least, most [columns]uint64
	for c := range least {
		least[c] = math.MaxUint64
	}
	for i := range list {
		for c, v := range list[i].values() {
			least[c], most[c] = min(least[c], v), max(most[c], v)
		}
	}
	for c := range s.cols {
		n := (bits.Len64(most[c]-least[c]) + 7) / 8
		s.cols[c] = column{least[c], 1<<(8*n) - 1, uint8(s.size)}
		s.size += n
	}
	s.n = len(list)
	s.data = where.take(s.n*s.size + len(rowBytes{}))
	to := s.data
	if room.Limited() { // to be written at once
		to = make([]byte, len(s.data))
	}
	for i := range list {
		d := (*rowBytes)(to[i*s.size:])
		for c, v := range list[i].values() { // what a word has beyond its value is overwritten by the next one
			binary.LittleEndian.PutUint64(d[s.cols[c].at&63:], v-least[c])
		}
	}
	if room.Limited() {
		room.Copy(s.data, to)
	}
	return s
}

// seal puts the rows into the order of ids, which lists each once, and seals them, several
// blocks at a time. Blocks of which nothing is left are given back.
func (s *rows) seal(ids []uint32, shapes []shape) {
	left := make([]atomic.Int32, len(s.full)+1)
	for n := range left {
		left[n].Store(int32(s.size(n)))
	}
	s.sealed = make([]sealed, (len(ids)+blockSize-1)/blockSize)
	var next atomic.Int32
	var wg sync.WaitGroup
	for range min(room.Processors(), len(s.sealed)) {
		wg.Go(func() {
			own, where := make([]row, min(blockSize, len(ids))), &slab{size: min(mostSlab, len(ids)*mostRow)}
			for n := int(next.Add(1)) - 1; n < len(s.sealed); n = int(next.Add(1)) - 1 {
				part := ids[n*blockSize : min(len(ids), (n+1)*blockSize)]
				to := own[:len(part)]
				for len(part) > 0 { // rows that were added one after the other mostly stay so
					from, k := part[0]>>blockBits, 1
					for k < len(part) && part[k] == part[k-1]+1 && part[k]>>blockBits == from {
						k++
					}
					s.load(to[:k], int(from), int(part[0]&(blockSize-1)), shapes)
					if left[from].Add(-int32(k)) == 0 && int(from) < len(s.full) {
						room.Free(s.full[from].data)
						s.full[from].data = nil
					}
					part, to = part[k:], to[k:]
				}
				s.sealed[n] = seal(own[:min(len(ids)-n*blockSize, blockSize)], where)
			}
		})
	}
	wg.Wait()
	s.open, s.full = nil, nil
}
