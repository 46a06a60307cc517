//go:build !linux

package room

import (
	"errors"
	"unsafe"
)

type file struct {
	free  spans
	procs int
	limit int64
}

// Bound is not supported on this system.
func Bound(int64, string, func(error)) (func(), error) {
	return nil, errors.New("a limit of memory is supported on Linux only")
}

// Apart leaves slices on the heap on this system.
func Apart() {}

// OnTmpfs reports whether temporary files are themselves kept in memory.
func OnTmpfs(string) bool { return false }

// Peak is not known on this system.
func Peak() int64 { return 0 }

func (f *file) take(int64) []byte                    { return nil }
func (f *file) give(unsafe.Pointer, int64)           {}
func (f *file) copy(_, _ unsafe.Pointer, _ int) bool { return false }

func advise(unsafe.Pointer, uintptr) {}
