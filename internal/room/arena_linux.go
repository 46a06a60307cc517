package room

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// arena is memory of its own beside the heap. All of it is mapped at once; what is touched
// comes in large pages, and a large page of which nothing is left goes back to the
// system at once. The heap would keep it until a collection, and then for a while.
type arena struct {
	free  spans // its lock guards the rest, too
	data  []byte
	dirty []bool // by large page: what is free in it is not zeros
}

// Apart has large slices live beside the heap from now on, where [Free] gives memory back
// without a collection. release makes all of them unusable. Where the system does
// not let it, slices stay on the heap.
func Apart() (release func()) {
	if keeper != nil {
		return func() {}
	}
	for size := 1 << 42; size >= 1<<32; size >>= 1 {
		data, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
		if err != nil {
			continue
		}
		_ = unix.Madvise(data, unix.MADV_HUGEPAGE) // advice only
		from := -uintptr(unsafe.Pointer(unsafe.SliceData(data))) & (hugePage - 1)
		keeper = &arena{data: data[from:]}
		return func() {
			keeper = nil
			_ = unix.Munmap(data) // what is left of it then is not used again
		}
	}
	return func() {}
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
	var used []span // parts that are no zeros
	for w := at / hugePage; w*hugePage < at+size; w++ {
		for int64(len(a.dirty)) <= w {
			a.dirty = append(a.dirty, false)
		}
		if a.dirty[w] {
			from := max(at, w*hugePage)
			used = append(used, span{from, min(at+size, (w+1)*hugePage) - from})
		}
		a.dirty[w] = true
	}
	a.free.mu.Unlock()
	for _, u := range used {
		clear(a.data[u.at : u.at+u.n])
	}
	return a.data[at : at+n : at+size]
}

func (a *arena) give(p unsafe.Pointer, n int64) {
	base := uintptr(unsafe.Pointer(unsafe.SliceData(a.data)))
	at := int64(uintptr(p) - base)
	if uintptr(p) < base || at >= int64(len(a.data)) {
		return
	}
	size := (n + grain - 1) &^ (grain - 1)
	a.free.mu.Lock()
	defer a.free.mu.Unlock()
	whole := a.free.give(at, size)
	for w := at / hugePage; w*hugePage < at+size; w++ {
		if from := w * hugePage; whole.at <= from && from+hugePage <= whole.at+whole.n &&
			unix.Madvise(a.data[from:from+hugePage], unix.MADV_DONTNEED) == nil {
			a.dirty[w] = false
		}
	}
}
