package sheet

import (
	"io"
	"sync"
)

// ahead reads a stream in fresh buffers in a goroutine of its own, so that
// inflating and scanning take a core each.
type ahead struct {
	ch   chan block
	stop chan struct{}
	once sync.Once
	err  error
}

type block struct {
	b   []byte
	err error
}

// firstBlock keeps small parts cheap; later buffers grow to chunkSize.
const firstBlock = 16 << 10

func readAhead(r io.ReadCloser) *ahead {
	a := &ahead{ch: make(chan block, 2), stop: make(chan struct{})}
	go func() {
		defer close(a.ch)
		defer r.Close()
		for size := firstBlock; ; size = min(2*size, chunkSize) {
			b := make([]byte, size)
			n, err := io.ReadFull(r, b)
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			select {
			case a.ch <- block{b[:n], err}:
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

// next returns the next buffer. It is the caller's; the end is io.EOF alone.
func (a *ahead) next() ([]byte, error) {
	if a.err != nil {
		return nil, a.err
	}
	blk, ok := <-a.ch
	if !ok {
		return nil, io.EOF
	}
	if blk.err != nil {
		a.err = blk.err
		if len(blk.b) > 0 && blk.err == io.EOF {
			return blk.b, nil
		}
		return nil, blk.err
	}
	return blk.b, nil
}

// close ends the goroutine, wherever it is.
func (a *ahead) close() error {
	a.once.Do(func() { close(a.stop) })
	for range a.ch {
	}
	return nil
}
