package mem

import "github.com/poslog/poslog/ledger"

// recent finds the place of a record by the packed numbers of its terminal and
// merchant, without touching their names, which are spread over memory. It forgets
// what it has no room for.
type recent struct {
	rests tuples[[6]uint32] // of all other parts of a place
	slots []placed          // a power of two of them; a place stands in one of two
	kept  int               // since slots was made
}

type placed struct {
	tid, mid ledger.Key
	rest     uint32
	place    uint32 // and one; 0 is nothing
}

const (
	firstSlots = 1 << 8
	mostSlots  = 1 << 15 // stays in the processor's cache
	mostRests  = 1 << 12
)

func (r *recent) slot(tid, mid ledger.Key) uint64 {
	h := (uint64(tid) ^ uint64(mid)*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return h >> 32 & uint64(len(r.slots)-1)
}

func (r *recent) find(tid, mid ledger.Key, rest uint32) (place uint32, ok bool) {
	if len(r.slots) == 0 {
		return 0, false
	}
	i := r.slot(tid, mid)
	for _, i := range [...]uint64{i, i ^ 1} {
		if s := &r.slots[i]; s.tid == tid && s.mid == mid && s.rest == rest && s.place != 0 {
			return s.place - 1, true
		}
	}
	return 0, false
}

func (r *recent) keep(tid, mid ledger.Key, rest, place uint32) {
	if len(r.rests.list) > mostRests { // names without end
		*r = recent{}
		return
	}
	if r.kept++; len(r.slots) < mostSlots && r.kept*2 > len(r.slots) {
		r.slots, r.kept = make([]placed, max(firstSlots, 4*len(r.slots))), 0
	}
	i := r.slot(tid, mid)
	if r.slots[i].place != 0 {
		r.slots[i^1] = r.slots[i]
	}
	r.slots[i] = placed{tid, mid, rest, place + 1}
}
