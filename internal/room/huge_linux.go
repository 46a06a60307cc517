package room

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is what the processor maps at once where the system lets it.
const hugePage = 2 << 20

// advise asks for large pages around memory of the heap that is about to be touched for the
// first time: a fault for each two megabytes instead of five hundred. It is advice only,
// so that its failure does not matter.
func advise(p unsafe.Pointer, n uintptr) {
	from := uintptr(p) &^ (hugePage - 1)
	to := (uintptr(p) + n + hugePage - 1) &^ (hugePage - 1)
	unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_HUGEPAGE)
}
