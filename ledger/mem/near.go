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
	rows   [nearLen]row
}

const (
	nearBits  = 7
	nearLen   = 1 << nearBits
	nearSlots = 512
)

// get copies row i into r.
func (n *nearby) get(s *rows, i int, r *row) {
	number := uint32(i>>nearBits) + 1
	slot := &n.slots[number%nearSlots]
	slot.Lock()
	if slot.number != number {
		slot.number = number
		room.Copy(slot.rows[:], s.list[i>>blockBits][i&(blockSize-1)&^(nearLen-1):])
	}
	*r = slot.rows[i&(nearLen-1)]
	slot.Unlock()
}
