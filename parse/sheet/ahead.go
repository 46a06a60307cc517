package sheet

import (
	"io"
	"sync"
)

// ahead reads a stream in buffers in a goroutine of its own, so that inflating
// and scanning take a core each.
type ahead struct {
	ch   chan piece
	free chan []byte // buffers that nobody looks at any more
	stop chan struct{}
	once sync.Once
	err  error
	last []byte // the buffer that next returned a part of, its headroom included
}

type piece struct {
	b   []byte // behind its headroom
	err error
}

const (
	// firstBlock keeps small parts cheap; later buffers grow to chunkSize.
	firstBlock = 16 << 10
	// headroom is left free at the start of each buffer for an element that began in
	// the one before it.
	headroom = 8 << 10
)

func readAhead(r io.ReadCloser) *ahead {
	a := &ahead{ch: make(chan piece, 2), free: make(chan []byte, 16), stop: make(chan struct{})}
	go func() {
		defer close(a.ch)
		defer r.Close()
		for size := firstBlock; ; size = min(2*size, chunkSize) {
			var b []byte
			select {
			case b = <-a.free:
			default:
				b = make([]byte, headroom+size)
			}
			n, err := io.ReadFull(r, b[headroom:])
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			select {
			case a.ch <- piece{b[:headroom+n], err}:
			case <-a.stop:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return a
}

// next returns the next bytes. They are the caller's until they are given back;
// the end is io.EOF alone.
func (a *ahead) next() ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	p, ok := <-a.ch
	if !ok {
		return nil, io.EOF
	}
	if p.err != nil {
		a.err = p.err
		if len(p.b) == headroom || p.err != io.EOF {
			return nil, p.err
		}
	}
	a.last = p.b
	return p.b[headroom:], nil
}

// join is next behind the bytes that are carried over from before, without
// copying more than those where they are few.
func (a *ahead) join(carry []byte) ([]byte, error) {
	next, err := a.next()
	if err != nil || len(carry) == 0 {
		return next, err
	}
	if at := headroom - len(carry); at >= 0 {
		copy(a.last[at:], carry)
		return a.last[at:], nil
	}
	a.last = append(append(make([]byte, 0, len(carry)+len(next)), carry...), next...)
	return a.last, nil
}

// back takes a buffer that was last: its bytes are read over.
func (a *ahead) back(b []byte) {
	if cap(b) != headroom+chunkSize {
		return
	}
	select {
	case a.free <- b[:cap(b)]:
	default:
	}
}

// close ends the goroutine, wherever it is.
func (a *ahead) close() error {
	a.once.Do(func() { close(a.stop) })
	for range a.ch {
	}
	return nil
}
