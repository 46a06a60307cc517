package mem

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// sealed is a block of rows in as few bytes as its values need: of each
// column it keeps the least value once, and in every row the bits of what exceeds it. Neighbours
// in time have much in common, so that ordinary rows take less than half of their size.
type sealed struct {
	cols [columns]column
	unit uint64 // of times, in microseconds: the greatest in which they are whole
	size int    // of a row in bytes
	data []byte // n rows, and slack
	n    int
}

// column says where a value stands in a row: from a bit of a byte on.
type column struct {
	least, mask uint64
	at, bit     uint8
}

const (
	cAt = iota // the first one, as it may have more bits than a word that begins within a byte
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
	col := &s.cols[c]
	return binary.LittleEndian.Uint64(d[col.at&63:])>>(col.bit&7)&col.mask + col.least
}

func (s *sealed) instant(d *rowBytes) txn.Instant {
	return txn.Instant((binary.LittleEndian.Uint64(d[:])&s.cols[cAt].mask*s.unit + s.cols[cAt].least) ^ 1<<63)
}

const (
	milli  = 1_000
	second = 1_000_000
)

// units is what exceeds the least time, in units.
func (s *sealed) units(beyond uint64) uint64 {
	switch s.unit {
	case second:
		return beyond / second
	case milli:
		return beyond / milli
	}
	return beyond
}

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

// bounds is the least and the greatest value of each column. Each has a name here, so that it
// need not be found.
func bounds(list []row) (least, most [columns]uint64) {
	lo, hi := list[0], list[0]
	loRRN, hiRRN := lo.longRRN(), hi.longRRN()
	for i := range list {
		p := &list[i]
		rrn := p.longRRN()
		loRRN, hiRRN = min(loRRN, rrn), max(hiRRN, rrn)
		lo.at, hi.at = min(lo.at, p.at), max(hi.at, p.at)
		lo.card, hi.card = min(lo.card, p.card), max(hi.card, p.card)
		lo.amount, hi.amount = min(lo.amount, p.amount), max(hi.amount, p.amount)
		lo.stan, hi.stan = min(lo.stan, p.stan), max(hi.stan, p.stan)
		lo.token, hi.token = min(lo.token, p.token), max(hi.token, p.token)
		lo.place, hi.place = min(lo.place, p.place), max(hi.place, p.place)
		lo.shape, hi.shape = min(lo.shape, p.shape), max(hi.shape, p.shape)
		lo.line, hi.line = min(lo.line, p.line), max(hi.line, p.line)
		lo.answer, hi.answer = min(lo.answer, p.answer), max(hi.answer, p.answer)
		lo.more, hi.more = min(lo.more, p.more), max(hi.more, p.more)
	}
	least, most = lo.values(), hi.values()
	least[cRRN], most[cRRN] = loRRN, hiRRN
	return least, most
}

// unit is the greatest unit in which the times are whole, counted from any of them.
func unit(list []row) uint64 {
	u, first := uint64(second), list[0].at
	for i := range list {
		at := list[i].at
		if u == second && at%second != first%second {
			u = milli
		}
		if u == milli && at%milli != first%milli {
			return 1
		}
	}
	return u
}

// seal makes a block. The rows are in memory.
func seal(list []row, where *slab) (s sealed) {
	least, most := bounds(list)
	s.unit = unit(list)
	at := 0 // in bits
	for c := range s.cols {
		beyond := most[c] - least[c]
		if c == cAt {
			beyond = s.units(beyond)
		}
		n := bits.Len64(beyond)
		s.cols[c] = column{least[c], 1<<n - 1, uint8(at / 8), uint8(at % 8)}
		at += n
	}
	s.size = (at + 7) / 8
	s.n = len(list)
	s.data = where.take(s.n*s.size + len(rowBytes{}))
	to := s.data
	if room.Limited() { // to be written at once
		to = make([]byte, len(s.data))
	}
	var some []int // columns of which the values differ, but for the first
	for c := cAt + 1; c < columns; c++ {
		if s.cols[c].mask != 0 {
			some = append(some, c)
		}
	}
	for i := range list {
		d := (*rowBytes)(to[i*s.size:])
		v := list[i].values()
		rest, at := s.units(v[cAt]-least[cAt]), uint8(0) // bits of values that are to stand from a byte on
		binary.LittleEndian.PutUint64(d[:], rest)
		for _, c := range some {
			col := &s.cols[c]
			rest, at = rest>>(8*(col.at-at))|(v[c]-col.least)<<(col.bit&7), col.at
			binary.LittleEndian.PutUint64(d[at&63:], rest) // what is not of the values is overwritten by the next one
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
