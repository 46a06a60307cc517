package room

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Slices beside the heap are zeros however often their place was used, keep their
// content, and leave the memory of the process when they are given back.
func TestApart(t *testing.T) {
	before := keeper
	defer func() { keeper = before }()
	Apart()
	a, ok := keeper.(*arena)
	if !ok {
		t.Skip("this system does not map memory that is not there yet")
	}
	rng := rand.New(rand.NewPCG(5, 6))
	var held [][]uint64
	for round := range 400 {
		s := Slice[uint64](least/8 + rng.IntN(1<<20))
		for i, v := range s {
			if v != 0 {
				t.Fatalf("round %d: element %d of %d is %d, not zero", round, i, len(s), v)
			}
			s[i] = uint64(round)
		}
		held = append(held, s)
		if k := rng.IntN(len(held)); len(held) > 5 {
			for i, v := range held[k] {
				if v != held[k][0] {
					t.Fatalf("round %d: element %d of a slice was %d and is %d", round, i, held[k][0], v)
				}
			}
			Free(held[k])
			held = append(held[:k], held[k+1:]...)
		}
	}
	for _, s := range held {
		Free(s)
	}
	if a.free.end != 0 || slices.Contains(a.used, true) {
		t.Errorf("after all was given back %d bytes are in use, pages %v", a.free.end, a.used)
	}
	Free(make([]uint64, 1<<20)) // of the heap: not taken
	if a.free.end != 0 || len(a.free.list) != 0 {
		t.Error("a slice of the heap was taken back")
	}
}
