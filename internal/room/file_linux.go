package room

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
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
		return nil, fmt.Errorf("%w: %s are needed at least", ErrSmall, megabytes(Least))
	}
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := open(dir)
	if err != nil {
		return nil, err
	}
	f.full = full
	store = f
	usual := debug.SetMemoryLimit(limit / 2)
	procs := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(procs + 1) // so that watching need not wait for a processor
	go f.watch(limit)
	return func() {
		close(f.stop)
		<-f.done
		runtime.GOMAXPROCS(procs)
		debug.SetMemoryLimit(usual)
		store = nil
		unix.Munmap(f.data)
		unix.Close(f.fd)
	}, nil
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
	size := f.round(n)
	f.free.mu.Lock()
	at := f.free.take(size)
	f.free.mu.Unlock()
	err := error(unix.ENOSPC)
	if at+size <= int64(len(f.data)) {
		err = f.reserve(at, size)
	}
	if err != nil {
		f.free.mu.Lock()
		f.free.give(at, size)
		f.free.mu.Unlock()
		f.once.Do(func() {
			f.full(fmt.Errorf("%s has no space for temporary files (%s in use, %s more needed): %w; free some, set TMPDIR to another directory, or raise --memory", f.dir, megabytes(at), megabytes(size), err))
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
	if err != unix.EOPNOTSUPP {
		return err
	}
	zero := make([]byte, 1<<20)
	for end := at + n; at < end; {
		m, err := unix.Pwrite(f.fd, zero[:min(int64(len(zero)), end-at)], at)
		if err != nil {
			return err
		}
		at += int64(m)
	}
	return nil
}

func (f *file) give(p unsafe.Pointer, n int64) {
	at := int64(uintptr(p) - uintptr(unsafe.Pointer(unsafe.SliceData(f.data))))
	if uintptr(p) < uintptr(unsafe.Pointer(unsafe.SliceData(f.data))) || at >= int64(len(f.data)) || at%f.page != 0 {
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

// watch looks at the resident memory every millisecond and drops pages when it nears the limit.
func (f *file) watch(limit int64) {
	runtime.LockOSThread() // and with it ends the thread
	defer close(f.done)
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), -10) // where it is allowed: others must not outrun it
	statm, err := unix.Open("/proc/self/statm", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		f.full(fmt.Errorf("the memory in use cannot be watched: %w", err))
		return
	}
	defer unix.Close(statm)
	resident := func() int64 {
		var b [128]byte
		n, _ := unix.Pread(statm, b[:], 0)
		fields := bytes.Fields(b[:max(0, n)])
		if len(fields) < 2 {
			return 0
		}
		pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
		return pages * f.page
	}
	// What is mapped, and what the heap grows, between two looks is seldom more than
	// the margin. It follows the most that was seen lately: on a busy machine looks are rarer.
	least := max(limit/7, 14<<20)
	margin, rise, before := least, int64(0), int64(0)
	var hand int64
	pause := int64(1e6)
	var collected time.Time
	for {
		select {
		case <-f.stop:
			return
		default:
		}
		nap := unix.NsecToTimespec(pause)
		unix.Nanosleep(&nap, nil)
		now := resident()
		pause = 1e6
		if now > limit/2 {
			pause = 250e3
		}
		rise = max(rise-rise/512, now-before)
		before = now
		margin = min(max(least, 3*rise/2), limit/4)
		high, low := limit-margin, limit-2*margin
		if now <= high {
			continue
		}
		f.free.mu.Lock()
		end := (f.free.end + window - 1) &^ (window - 1)
		f.free.mu.Unlock()
		end = min(end, int64(len(f.data)))
		for passed := int64(0); passed < end; {
			if hand >= end {
				hand = 0
			}
			n := min(16*int64(window), end-hand)
			unix.Madvise(f.data[hand:hand+n], unix.MADV_DONTNEED)
			f.drops.Add(1)
			hand += n
			passed += n
			if before = resident(); before <= low {
				break
			}
		}
		if before > high && time.Since(collected) > 2*time.Second {
			collected = time.Now()
			go debug.FreeOSMemory() // it is the heap that grew
		}
	}
}
