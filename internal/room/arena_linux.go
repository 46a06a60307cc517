package room

import (
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// arena is memory of its own beside the heap. All of it is mapped at once; what is touched
// comes in large pages, and large pages of which nothing is left go back to the system at
// once. The heap would keep them until a collection, and then for a while.
type arena struct {
	free spans // its lock guards the rest, too
	data []byte
	used []bool // large pages that may hold something else than zeros
}

// Apart has large slices live beside the heap until the process ends, where [Free] gives
// their memory back without a collection. Where the system does not let it, they stay on
// the heap: where every address must have memory behind it, less would be too much.
func Apart() {
	if strconv.IntSize < 64 {
		return
	}
	const size = 1 << min(40, strconv.IntSize-2)
	data, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return
	}
	_ = unix.Madvise(data, unix.MADV_HUGEPAGE) // advice only
	keeper = &arena{data: data[-uintptr(unsafe.Pointer(unsafe.SliceData(data)))&(hugePage-1):]}
}

// grain is what sizes are rounded up to: pages of several slices in one are never given back.
const grain = 4 << 10

func (a *arena) take(n int64) []byte {
	size := (n + grain - 1) &^ (grain - 1)
	a.free.mu.Lock()
	at := a.free.take(size)
	if at+size > int64(len(a.data)) {
		a.free.give(at, size)
		a.free.mu.Unlock()
		return nil
	}
	var old []span // parts that are no zeros
	for p := at / hugePage; p*hugePage < at+size; p++ {
		for int64(len(a.used)) <= p {
			a.used = append(a.used, false)
		}
		if a.used[p] {
			from := max(at, p*hugePage)
			old = append(old, span{from, min(at+size, (p+1)*hugePage) - from})
		}
		a.used[p] = true
	}
	a.free.mu.Unlock()
	for _, o := range old {
		clear(a.data[o.at : o.at+o.n])
	}
	return a.data[at : at+n : at+size]
}

func (a *arena) give(start unsafe.Pointer, n int64) {
	base := uintptr(unsafe.Pointer(unsafe.SliceData(a.data)))
	at := int64(uintptr(start) - base)
	if uintptr(start) < base || at >= int64(len(a.data)) {
		return
	}
	size := (n + grain - 1) &^ (grain - 1)
	a.free.mu.Lock()
	defer a.free.mu.Unlock()
	whole := a.free.give(at, size)
	for p := at / hugePage; p*hugePage < at+size; p++ {
		if from := p * hugePage; from >= whole.at && from+hugePage <= whole.at+whole.n {
			a.used[p] = unix.Madvise(a.data[from:from+hugePage], unix.MADV_DONTNEED) != nil
		}
	}
}
