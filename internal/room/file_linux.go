package room

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// file is a mapped file without a name. All of it is mapped at once, far beyond
// its end; it is only as long as what was taken, and only that is ever touched.
type file struct {
	free  spans
	fd    int
	dir   string
	data  []byte
	page  int64
	full  func(error)
	once  sync.Once
	stop  chan struct{}
	done  chan struct{}
	drops atomic.Int64
	procs int
	limit int64

	statm  int
	began  time.Time
	looked atomic.Int64 // since then

	eye       sync.Mutex // of who looks
	before    int64      // resident at the last look
	rise      int64      // the most that it rose between two looks, of late
	hand      int64      // where dropping goes on
	collected time.Time
	vain      time.Time // until then no page is dropped: the last time it was of no use
	heap      int64     // what the heap is held at
}

// window is how much is given back to the system at a time.
const window = 2 << 20

// Bound keeps the resident memory of the process below limit bytes from now on:
// slices live in a file in dir ("" is the system's directory of temporary files).
// full is called once where the disk is full; the slices are on the heap from then on,
// so that the caller can end in good order. release ends the limit and makes all
// slices unusable.
//
// Note: the memory of the heap is held at about half of the limit, since the garbage
// collector and the pages of the file have to share it.
func Bound(limit int64, dir string, full func(error)) (release func(), err error) {
	if store != nil {
		return nil, errors.New("the memory has a limit already")
	}
	if limit < Least {
		return nil, fmt.Errorf("%w: %s are needed at least", ErrSmall, Megabytes(Least))
	}
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := open(dir)
	if err != nil {
		return nil, err
	}
	if f.statm, err = unix.Open("/proc/self/statm", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		f.close()
		return nil, fmt.Errorf("the memory in use cannot be watched: %w", err)
	}
	f.full, f.limit, f.began = full, limit, time.Now()
	store, keeper = f, f
	f.heap = limit / 2
	usual := debug.SetMemoryLimit(f.heap)
	procs := runtime.GOMAXPROCS(0)
	f.procs = procs
	runtime.GOMAXPROCS(2*procs + 2)
	go f.watch()
	return func() {
		close(f.stop)
		<-f.done
		runtime.GOMAXPROCS(procs)
		debug.SetMemoryLimit(usual)
		store, keeper = nil, nil
		f.close()
	}, nil
}

func (f *file) close() {
	unix.Munmap(f.data)
	unix.Close(f.fd)
	if f.statm > 0 {
		unix.Close(f.statm)
	}
}

// open makes the file. It has no name, so that nothing is left behind however
// the process ends.
func open(dir string) (*file, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil { // file systems without nameless files
		t, terr := os.CreateTemp(dir, "poslog-*")
		if terr != nil {
			return nil, fmt.Errorf("no temporary file can be made for the memory: %w; set TMPDIR to a directory that can be written", terr)
		}
		os.Remove(t.Name())
		fd, err = unix.Dup(int(t.Fd()))
		t.Close()
		if err != nil {
			return nil, err
		}
		unix.CloseOnExec(fd)
	}
	f := &file{fd: fd, dir: dir, page: int64(os.Getpagesize()), stop: make(chan struct{}), done: make(chan struct{})}
	for size := int64(1) << 42; size >= 1<<28; size >>= 1 {
		if f.data, err = unix.Mmap(fd, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_NORESERVE); err == nil {
			return f, nil
		}
	}
	unix.Close(fd)
	return nil, fmt.Errorf("a file in %s cannot be mapped into memory: %w; set TMPDIR to a directory of another file system", dir, err)
}

// OnTmpfs reports whether temporary files are themselves kept in memory.
func OnTmpfs(dir string) bool {
	if dir == "" {
		dir = os.TempDir()
	}
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && (uint32(s.Type) == unix.TMPFS_MAGIC || uint32(s.Type) == unix.RAMFS_MAGIC)
}

func (f *file) round(n int64) int64 { return (n + f.page - 1) &^ (f.page - 1) }

// take returns n zero bytes, nil where there is no space.
func (f *file) take(n int64) []byte {
	f.pace()
	size := f.round(n)
	f.free.mu.Lock()
	at := f.free.take(size)
	f.free.mu.Unlock()
	err := error(unix.ENOSPC)
	if at+size <= int64(len(f.data)) {
		if err = f.reserve(at, size); err == nil {
			err = f.clear(at, size)
		}
	}
	if err != nil {
		f.free.mu.Lock()
		f.free.give(at, size)
		f.free.mu.Unlock()
		f.once.Do(func() {
			f.full(fmt.Errorf("%s has no space for temporary files (%s in use, %s more needed): %w; free some, set TMPDIR to another directory, or raise --memory", f.dir, Megabytes(at), Megabytes(size), err))
		})
		return nil
	}
	return f.data[at : at+n : at+size]
}

// reserve gives the file its blocks, so that touching a page cannot fail later.
func (f *file) reserve(at, n int64) error {
	err := unix.EINTR
	for err == unix.EINTR {
		e := unix.Fallocate(f.fd, 0, at, n)
		if e == nil {
			return nil
		}
		if err, _ = e.(unix.Errno); err == 0 {
			return e
		}
	}
	if err != unix.EOPNOTSUPP { // then clear writes them
		return err
	}
	return nil
}

// clear writes zeros. Besides, the system then holds the part in pieces of sixteen pages: a
// first touch maps all of a piece, where else each page of an array that is filled beside
// many others has a fault of its own.
func (f *file) clear(at, n int64) error {
	return whole(n, func(done int64) (int, error) {
		return unix.Pwrite(f.fd, zeros[:min(int64(len(zeros)), n-done)], at+done)
	})
}

var zeros [64 << 10]byte

// whole calls a system call until n bytes are read or written; it gets how many are.
func whole(n int64, call func(done int64) (int, error)) error {
	for done := int64(0); done < n; {
		switch m, err := call(done); {
		case m > 0:
			done += int64(m)
		case err == nil:
			return io.ErrUnexpectedEOF
		case err != unix.EINTR:
			return err
		}
	}
	return nil
}

// copy copies n bytes of which either place is in the file; false: nothing is copied.
func (f *file) copy(to, from unsafe.Pointer, n int) bool {
	f.pace()
	if at, ok := f.offset(from); ok {
		b := unsafe.Slice((*byte)(to), n)
		return whole(int64(n), func(done int64) (int, error) { return unix.Pread(f.fd, b[done:], at+done) }) == nil
	}
	at, ok := f.offset(to)
	if !ok {
		return false
	}
	b := unsafe.Slice((*byte)(from), n)
	return whole(int64(n), func(done int64) (int, error) { return unix.Pwrite(f.fd, b[done:], at+done) }) == nil
}

// offset is where memory of the file stands in it.
func (f *file) offset(p unsafe.Pointer) (at int64, ok bool) {
	base := uintptr(unsafe.Pointer(unsafe.SliceData(f.data)))
	return int64(uintptr(p) - base), uintptr(p) >= base && uintptr(p)-base < uintptr(len(f.data))
}

func (f *file) give(p unsafe.Pointer, n int64) {
	at, ok := f.offset(p)
	if !ok || at%f.page != 0 {
		return
	}
	size := f.round(n)
	// A hole reads as zeros and takes no space. Where holes cannot be made, the
	// space is not used again.
	if unix.Fallocate(f.fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, at, size) != nil {
		return
	}
	f.free.mu.Lock()
	f.free.give(at, size)
	f.free.mu.Unlock()
}

// watch looks at the resident memory every millisecond or so, see look.
func (f *file) watch() {
	runtime.LockOSThread() // and with it ends the thread
	defer close(f.done)
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), -10) // where it is allowed: others must not outrun it
	for n := 0; ; n++ {
		select {
		case <-f.stop:
			return
		default:
		}
		if n%64 == 0 {
			f.ease()
		}
		pause := int64(1e6)
		if f.look() < f.limit/2 {
			pause = 2e6
		}
		nap := unix.NsecToTimespec(pause)
		unix.Nanosleep(&nap, nil)
	}
}

// ease lets the heap grow where what is kept on it comes near what it is held at: it would
// be collected over and over, to no use. The limit is then not kept for long, or not at all.
func (f *file) ease() {
	kept := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(kept)
	if heap := int64(kept[0].Value.Uint64()) / 10 * 13; heap > f.heap {
		f.heap = heap
		debug.SetMemoryLimit(heap)
	}
}

// tooLong is how long nobody may have looked before who reads or takes a part of the file does
// so itself: on a busy machine the watching thread waits for a processor, while others
// have one.
const tooLong = time.Millisecond

func (f *file) pace() {
	if time.Since(f.began)-time.Duration(f.looked.Load()) > tooLong && f.eye.TryLock() {
		f.lookNow()
		f.eye.Unlock()
	}
}

// look drops pages where the resident memory nears the limit, and returns it.
func (f *file) look() int64 {
	f.eye.Lock()
	defer f.eye.Unlock()
	return f.lookNow()
}

func (f *file) lookNow() int64 {
	now := f.resident()
	// What is mapped, and what the heap grows, between two looks is seldom more than
	// the margin. It follows the most that was seen lately: on a busy machine looks are rarer.
	f.rise = max(f.rise-f.rise/512, now-f.before)
	margin := min(max(f.limit/6, 14e6, 3*f.rise/2), f.limit/4)
	if high := f.limit - margin; now > high && time.Now().After(f.vain) {
		now = f.drop(now, high-margin)
		if now > high { // it is the heap that is large
			f.vain = time.Now().Add(respite)
			f.short()
		}
	}
	f.before = now
	f.looked.Store(int64(time.Since(f.began)))
	return now
}

// drop gives pages back until no more than low bytes are resident, and returns how many are.
func (f *file) drop(now, low int64) int64 {
	f.free.mu.Lock()
	end := (f.free.end + window - 1) &^ (window - 1)
	f.free.mu.Unlock()
	end = min(end, int64(len(f.data)))
	for passed := int64(0); passed < end && now > low; {
		if f.hand >= end {
			f.hand = 0
		}
		n := min(16*int64(window), end-f.hand)
		unix.Madvise(f.data[f.hand:f.hand+n], unix.MADV_DONTNEED)
		f.drops.Add(1)
		f.hand += n
		passed += n
		now = f.resident()
	}
	return now
}

// respite is for how long pages stay where they are not what is too much.
const respite = 10 * time.Millisecond

// short has the heap collected where it is what grew.
func (f *file) short() {
	if time.Since(f.collected) > 2*time.Second {
		f.collected = time.Now()
		go debug.FreeOSMemory()
	}
}

// resident is how much of the memory of the process is in memory.
func (f *file) resident() int64 {
	var b [128]byte
	n, _ := unix.Pread(f.statm, b[:], 0)
	fields := bytes.Fields(b[:max(0, n)])
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * f.page
}

// Peak is the most that this process ever had in memory, in bytes; 0 where that is not known.
func Peak() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseInt(fields[0], 10, 64)
	return kb << 10
}
