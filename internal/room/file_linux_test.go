package room

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Slices of the file keep their content while pages are dropped, are zeros however
// often their place was used, and grow.
func TestFile(t *testing.T) {
	release, err := Bound(Least, t.TempDir(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	var held [][]uint64
	for round := range 40 {
		s := Slice[uint64](50_000 + round)
		for i, v := range s {
			if v != 0 {
				t.Fatalf("round %d: element %d is %d, not zero", round, i, v)
			}
			s[i] = uint64(round*1000 + i)
		}
		held = append(held, s)
		if round%3 == 2 {
			Free(held[round-1])
			held[round-1] = nil
		}
		if err := unix.Madvise(store.data[:store.free.end], unix.MADV_DONTNEED); err != nil {
			t.Fatal(err)
		}
	}
	for round, s := range held {
		for i, v := range s {
			if v != uint64(round*1000+i) {
				t.Fatalf("round %d: element %d is %d", round, i, v)
			}
		}
		Free(s)
	}
	var grown []int32
	for i := range 300_000 {
		grown = Append(grown, int32(i))
	}
	for i, v := range grown {
		if v != int32(i) {
			t.Fatalf("element %d is %d after growing", i, v)
		}
	}
	Free(grown)
	Free(make([]int64, 100_000)) // of the heap: nothing happens
	if store.free.end != 0 || len(store.free.list) != 0 {
		t.Errorf("%d bytes are still in use", store.free.end)
	}
}

// Copies between the heap and the file, in any direction and from any place, are what copy
// makes, and what is written so is seen where it is mapped.
func TestCopy(t *testing.T) {
	release, err := Bound(Least, t.TempDir(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	type item [5]uint32
	const n = 5_000
	fill := func(s []item, salt int) []item {
		for i := range s {
			s[i] = item{uint32(i), uint32(i * salt), 3, 4, uint32(salt)}
		}
		return s
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for round := range 150 {
		list := [][]item{fill(Slice[item](n), 1), fill(make([]item, n), 2), fill(Slice[item](n), 3), fill(make([]item, n), 4)}
		to, from := rng.IntN(len(list)), rng.IntN(len(list))
		if to == from {
			continue
		}
		a, b, length := rng.IntN(n), rng.IntN(n), rng.IntN(n)
		if round%3 == 0 {
			length %= 100
		}
		want := slices.Clone(list[to])
		expect := copy(want[a:], list[from][b:min(n, b+length)])
		if got := Copy(list[to][a:], list[from][b:min(n, b+length)]); got != expect || !slices.Equal(list[to], want) {
			t.Fatalf("round %d: %d elements copied from slice %d to %d, want %d, or others changed", round, got, from, to, expect)
		}
		for _, s := range list {
			Free(s)
		}
	}
}

// Who reads or takes parts of the file sees to the limit where the watching thread does not
// come to it.
func TestReadersLook(t *testing.T) {
	f := &file{fd: -1, page: 4096, limit: 1 << 40, began: time.Now().Add(-time.Hour)}
	var err error
	if f.statm, err = unix.Open("/proc/self/statm", unix.O_RDONLY, 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(f.statm)
	f.pace()
	if f.before == 0 || f.looked.Load() == 0 {
		t.Error("nobody looked")
	}
	f.eye.Lock()
	f.looked.Store(0)
	f.pace() // another one looks: this one need not wait
	f.eye.Unlock()
	if f.looked.Load() != 0 {
		t.Error("two looked at once")
	}
}

// A heap that needs more than its share is let grow: it would be collected over and over.
func TestLargeHeap(t *testing.T) {
	release, err := Bound(Least, t.TempDir(), func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	before := debug.SetMemoryLimit(-1)
	kept := make([][]byte, 2*Least>>20)
	for i := range kept {
		kept[i] = make([]byte, 1<<20)
	}
	runtime.GC()
	store.ease()
	if got := debug.SetMemoryLimit(-1); before != Least/2 || got < 2*Least {
		t.Errorf("the heap is held at %d and then %d bytes of which %d are kept", before, got, 2*Least)
	}
	runtime.KeepAlive(kept)
}

// Where the file cannot grow the slice is there all the same, and the failure is told once.
func TestFull(t *testing.T) {
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	var told []error
	release, err := Bound(Least, t.TempDir(), func(err error) { told = append(told, err) })
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 1 << 20, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_FSIZE, &was)
	for range 3 {
		s := Slice[byte](4 << 20)
		s[len(s)-1] = 1
	}
	if len(told) != 1 || !errors.Is(told[0], unix.EFBIG) || !strings.Contains(told[0].Error(), "TMPDIR") {
		t.Errorf("told %v", told)
	}
}

func TestBoundTwice(t *testing.T) {
	release, err := Bound(Least, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Bound(Least, t.TempDir(), nil); err == nil {
		t.Error("a second limit was accepted")
	}
	release()
	if Limited() {
		t.Error("there is a limit after its end")
	}
}
