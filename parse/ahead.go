package parse

import "io"

const (
	aheadBlocks = 4
	aheadSize   = 256 << 10
)

// ahead reads from a decompressor in a goroutine of its own, so that inflating
// and parsing share two processors. It must be closed before what it reads from.
type ahead struct {
	blocks chan []byte
	free   chan []byte
	done   chan struct{}
	ended  chan struct{}
	cur    []byte // what is left of the block at hand
	block  []byte
	err    error // of the source; set before blocks is closed
}

func readAhead(r io.Reader) *ahead {
	a := &ahead{blocks: make(chan []byte, aheadBlocks), free: make(chan []byte, aheadBlocks), done: make(chan struct{}), ended: make(chan struct{})}
	for range aheadBlocks {
		a.free <- nil
	}
	go a.run(r)
	return a
}

func (a *ahead) run(r io.Reader) {
	defer close(a.ended)
	defer close(a.blocks)
	for {
		var b []byte
		select {
		case b = <-a.free:
		case <-a.done:
			return
		}
		if b == nil {
			b = make([]byte, aheadSize)
		}
		// Not io.ReadFull: it reports a short block by the error that a truncated
		// gzip stream ends with.
		b = b[:aheadSize]
		n, err := 0, error(nil)
		for n < len(b) && err == nil {
			var m int
			m, err = r.Read(b[n:])
			n += m
		}
		if n > 0 {
			select {
			case a.blocks <- b[:n]:
			case <-a.done:
				return
			}
		}
		if err != nil {
			a.err = err
			return
		}
	}
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.cur) == 0 {
		if a.block != nil {
			a.free <- a.block[:0]
			a.block = nil
		}
		b, ok := <-a.blocks
		if !ok {
			if a.err == nil {
				return 0, io.ErrClosedPipe
			}
			return 0, a.err
		}
		a.cur, a.block = b, b
	}
	n := copy(p, a.cur)
	a.cur = a.cur[n:]
	return n, nil
}

// Close ends the goroutine and waits for it.
func (a *ahead) Close() error {
	close(a.done)
	<-a.ended
	return nil
}
