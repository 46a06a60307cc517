package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// largePages has the first 16 MB of the heap come in large pages. A small run touches
// most of it for the first time, and each page costs a fault: a third of the time of such a
// run in a virtual machine. The memory advised has to be given back to the heap, by a
// collection that finds nothing else.
func largePages() {
	if unix.Madvise(make([]byte, 16<<20), unix.MADV_HUGEPAGE) == nil {
		runtime.GC()
	}
}
