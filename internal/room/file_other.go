//go:build !linux

package room

import (
	"errors"
	"unsafe"
)

type file struct{ free spans }

// Bound is not supported on this system.
func Bound(int64, string, func(error)) (func(), error) {
	return nil, errors.New("a limit of memory is supported on Linux only")
}

// OnTmpfs reports whether temporary files are themselves kept in memory.
func OnTmpfs(string) bool { return false }

func (f *file) take(int64) []byte          { return nil }
func (f *file) give(unsafe.Pointer, int64) {}

func advise(unsafe.Pointer, uintptr) {}
