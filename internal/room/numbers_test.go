package room

import (
	"slices"
	"testing"
)

// Numbers are what was put, whatever their width, and become wider as the largest asks.
func TestNumbers(t *testing.T) {
	for _, bound := range []int{1, 1 << 8, 1 << 16, 1 << 20} {
		s, want := NewNumbers(300, bound), make([]uint32, 300)
		all := func() (out []uint32) {
			for i := range want {
				out = append(out, s.At(int32(i)))
			}
			return out
		}
		for i, v := range []uint32{0, 255, 256, 65535, 65536, 1 << 31} {
			s.Put(40*i, v)
			want[40*i] = v
			if got := all(); !slices.Equal(got, want) {
				t.Fatalf("bound %d: after %d: %v", bound, v, got)
			}
		}
		s.Move(5, 240, 3)
		copy(want[5:], want[240:243])
		var order []int32
		for i := range int32(300) {
			order = append(order, 299-i)
		}
		s.Permute(order)
		slices.Reverse(want)
		if got := all(); !slices.Equal(got, want) {
			t.Fatalf("bound %d: moved and turned: %v", bound, got)
		}
		s.Free()
	}
}
