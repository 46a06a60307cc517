package room

import "math"

// Numbers are small numbers, of one, two or four bytes each as the largest of them needs.
type Numbers struct {
	one  []uint8
	two  []uint16
	four []uint32
}

// NewNumbers returns n zeros, in the width that numbers below bound need.
func NewNumbers(n, bound int) (s Numbers) {
	switch {
	case bound <= 1<<8:
		s.one = Slice[uint8](n)
	case bound <= 1<<16:
		s.two = Slice[uint16](n)
	default:
		s.four = Slice[uint32](n)
	}
	return s
}

// At is number i.
func (s *Numbers) At(i int32) uint32 {
	switch {
	case s.two != nil:
		return uint32(s.two[i])
	case s.one != nil:
		return uint32(s.one[i])
	}
	return s.four[i]
}

// Put replaces number i. Several goroutines may put at once as long as no number is beyond the
// bound: that makes all wider.
func (s *Numbers) Put(i int, v uint32) {
	switch {
	case s.one != nil && v <= math.MaxUint8:
		s.one[i] = uint8(v)
	case s.two != nil && v <= math.MaxUint16:
		s.two[i] = uint16(v)
	case s.four != nil:
		s.four[i] = v
	default:
		s.widen(v)
		s.Put(i, v)
	}
}

func (s *Numbers) widen(v uint32) {
	old := *s
	n := len(old.one) + len(old.two)
	*s = NewNumbers(n, int(v)+1)
	for i := range n {
		s.Put(i, old.At(int32(i)))
	}
	old.Free()
}

// Move copies n numbers to another place.
func (s *Numbers) Move(to, from, n int) {
	move(s.one, to, from, n)
	move(s.two, to, from, n)
	move(s.four, to, from, n)
}

func move[T any](s []T, to, from, n int) {
	if s != nil {
		copy(s[to:], s[from:from+n])
	}
}

// Permute puts the numbers into another order; those that it does not name are left out.
func (s *Numbers) Permute(order []int32) {
	s.one, s.two, s.four = Permute(s.one, order), Permute(s.two, order), Permute(s.four, order)
}

// Permute puts a slice that came from [Slice] into another order and gives its old place back;
// what the order does not name is left out.
func Permute[T any](s []T, order []int32) []T {
	if s == nil {
		return nil
	}
	out := Slice[T](len(order))
	for to, from := range order {
		out[to] = s[from]
	}
	Free(s)
	return out
}

// Free gives the numbers back.
func (s *Numbers) Free() {
	Free(s.one)
	Free(s.two)
	Free(s.four)
	*s = Numbers{}
}
