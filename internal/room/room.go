// Package room is where large arrays live: on the heap, beside it ([Apart]), or, when the
// process has a limit of memory, in a temporary file.
//
// In goes a number of elements without pointers, out comes a slice of zeros
// ([Slice]). Beside the heap a slice that is given back ([Free]) leaves memory at once. Under a limit ([Bound]) the slice is memory of a mapped file without a
// name: whenever the process comes near its limit, pages that were not used lately are
// given back to the system, which keeps their content in its cache or on disk and
// brings it back when they are touched. So nothing that computes with a slice sees
// the limit, and no answer depends on it.
package room

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// least is the size in bytes from which a slice is not on the heap.
const least = 64 << 10

// worthAdvice is the size in bytes from which a slice on the heap asks for large pages.
const worthAdvice = 128 << 10

// keeper has the large slices, nil where all are on the heap.
var keeper interface {
	take(n int64) []byte // zeros; nil where there is no space
	give(p unsafe.Pointer, n int64)
}

// store is the keeper while there is a limit, nil without one.
var store *file

// Slice returns n zeros. T must not hold pointers. Where there is no space for it the
// slice is on the heap; that a disk is full is told as [Bound] says.
func Slice[T any](n int) []T {
	size := unsafe.Sizeof(*new(T))
	if keeper == nil || n <= 0 || uintptr(n) > math.MaxInt/size || uintptr(n)*size < least {
		return onHeap[T](n)
	}
	b := keeper.take(int64(uintptr(n) * size))
	if b == nil {
		return onHeap[T](n)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// Buffer returns n zero bytes of the heap, for what is written again and again.
func Buffer(n int) []byte { return onHeap[byte](n) }

func onHeap[T any](n int) []T {
	s := make([]T, n)
	if bytes := uintptr(n) * unsafe.Sizeof(*new(T)); bytes >= worthAdvice {
		advise(unsafe.Pointer(unsafe.SliceData(s)), bytes)
	}
	return s
}

// Limited reports whether there is a limit: who can then trade time for memory should.
func Limited() bool { return store != nil }

// Limit is the limit in bytes, 0 without one.
func Limit() int64 {
	if store == nil {
		return 0
	}
	return store.limit
}

// Copy is copy for slices that may live in the file: what does is read or written as a
// file, which leaves memory as it is, where touching its pages would bring them in.
func Copy[T any](to, from []T) int {
	n := min(len(to), len(from))
	if store == nil || n == 0 {
		return copy(to, from)
	}
	size := n * int(unsafe.Sizeof(*new(T)))
	if !store.copy(unsafe.Pointer(unsafe.SliceData(to)), unsafe.Pointer(unsafe.SliceData(from)), size) {
		copy(to, from)
	}
	return n
}

// Processors is how many goroutines may compute at once. Under a limit there are more Ps,
// so that watching need not wait for one.
func Processors() int {
	if store != nil {
		return store.procs
	}
	return runtime.GOMAXPROCS(0)
}

// Elements is how many elements have a size in bytes together.
func Elements[T any](bytes int) int { return bytes / int(unsafe.Sizeof(*new(T))) }

// Free gives a slice back that came from [Slice] with the same capacity; any other
// is left to the garbage collector. Nobody may use it afterwards.
func Free[T any](s []T) {
	if keeper == nil || cap(s) == 0 {
		return
	}
	s = s[:cap(s)]
	keeper.give(unsafe.Pointer(unsafe.SliceData(s)), int64(uintptr(cap(s))*unsafe.Sizeof(s[0])))
}

// Append appends to a slice that grows: its old place is given back when it moves, so
// nobody else may hold it.
func Append[T any](s []T, v ...T) []T {
	if len(s)+len(v) > cap(s) {
		s = Grow(s, len(v))
	}
	return append(s, v...)
}

// Grow makes place for n more elements, as slices.Grow does; the old place is given back.
func Grow[T any](s []T, n int) []T {
	if len(s)+n <= cap(s) {
		return s
	}
	to := Slice[T](max(len(s)+n, 2*cap(s), 64))[:len(s)]
	copy(to, s)
	Free(s)
	return to
}

// spans are the free parts of the file, by offset.
type spans struct {
	mu   sync.Mutex
	list []span
	end  int64 // of the file: all beyond was never used
}

type span struct{ at, n int64 }

// take finds n bytes, the first that fit.
func (s *spans) take(n int64) (at int64) {
	for i := range s.list {
		if f := &s.list[i]; f.n >= n {
			at = f.at
			f.at, f.n = f.at+n, f.n-n
			if f.n == 0 {
				s.list = append(s.list[:i], s.list[i+1:]...)
			}
			return at
		}
	}
	at = s.end
	s.end += n
	return at
}

// give takes n bytes back, joins them with their neighbours and returns all that is free there.
func (s *spans) give(at, n int64) span {
	i := len(s.list)
	for i > 0 && s.list[i-1].at > at {
		i--
	}
	if i > 0 && s.list[i-1].at+s.list[i-1].n == at {
		i--
		s.list[i].n += n
	} else {
		s.list = append(s.list, span{})
		copy(s.list[i+1:], s.list[i:])
		s.list[i] = span{at, n}
	}
	if i+1 < len(s.list) && s.list[i].at+s.list[i].n == s.list[i+1].at {
		s.list[i].n += s.list[i+1].n
		s.list = append(s.list[:i+1], s.list[i+2:]...)
	}
	if last := len(s.list) - 1; s.list[last].at+s.list[last].n == s.end {
		s.end = s.list[last].at
		s.list = s.list[:last]
		if i == last {
			return span{s.end, math.MaxInt64 - s.end}
		}
	}
	return s.list[i]
}

// ParseSize reads an amount of memory: "200MB" is 200 million bytes, "200MiB" 200 times
// 1024 times 1024.
func ParseSize(text string) (int64, error) {
	s := strings.TrimSpace(text)
	digits := strings.TrimRight(s, " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	unit, ok := map[string]float64{"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
		"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[strings.ToLower(strings.TrimSpace(s[len(digits):]))]
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || !ok || !(v > 0) || strings.ContainsAny(digits, "xXpPeE_+") {
		return 0, fmt.Errorf("%q is no amount of memory: write for example 200MB or 1GiB", text)
	}
	if v*unit >= 1<<62 {
		return 0, fmt.Errorf("%q is more memory than any machine has", text)
	}
	return int64(v * unit), nil
}

// Least is the smallest limit that can be kept: what the program itself, its
// buffers and the garbage collector need.
const Least = 100_000_000

// ErrSmall reports a limit below Least.
var ErrSmall = errors.New("the limit is below what the program itself needs")

// Megabytes writes a size for people.
func Megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+1e6-1)/1e6) }
