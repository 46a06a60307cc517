package mem

import (
	"sync"

	"github.com/poslog/poslog/internal/room"
)

// nearby serves single rows where they live in a file: a row is mostly asked for after
// its neighbours. Reading a stretch of them costs less than bringing pages into memory,
// of which the system takes hundreds at a time, and leaves nothing behind that has to be
// given back.
type nearby struct{ slots [nearSlots]nearRows }

type nearRows struct {
	sync.Mutex
	number uint32 // of the stretch and one, 0 = none
	data   [nearLen*mostRow + slack]byte
}

const (
	nearBits  = 7
	nearLen   = 1 << nearBits
	nearSlots = 512
)

// get copies row i, which is in block b.
func (n *nearby) get(b *sealed, i int, to *rowBytes) {
	number := uint32(i>>nearBits) + 1
	slot := &n.slots[number%nearSlots]
	slot.Lock()
	if slot.number != number {
		slot.number = number
		from := i & (blockSize - 1) &^ (nearLen - 1)
		room.Copy(slot.data[:], b.rows(from, min(from+nearLen, b.n)))
	}
	*to = rowBytes(slot.data[i&(nearLen-1)*b.size:])
	slot.Unlock()
}
