package parse

import (
	"sync"

	"github.com/poslog/poslog/parse/entry"
)

// chain takes the steps of the parts of one input, see entry.Stream.Then, in the
// order of the parts, whatever the order in which they are read. A step is taken by
// the worker that makes it possible.
type chain struct {
	mu    sync.Mutex
	ready []func(carry any, w *worker) any // by part; nil where it is not read, or its step is taken
	taken int
	busy  bool // a worker is taking steps
	used  bool // some part had a step of its own
	carry any
}

// add notes that a part, counted from 0, is read, and takes the steps that can be
// taken now.
func (c *chain) add(part int, step func(carry any, w *worker) any, w *worker) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.ready) <= part {
		c.ready = append(c.ready, nil)
	}
	c.ready[part] = step
	if c.busy {
		return
	}
	c.busy = true
	for c.taken < len(c.ready) && c.ready[c.taken] != nil {
		step := c.ready[c.taken]
		c.ready[c.taken] = nil
		c.mu.Unlock()
		carry := step(c.carry, w)
		c.mu.Lock()
		c.carry = carry
		c.taken++
	}
	c.busy = false
}

// readPart reads one part and adds its step to the chain. done is called when the
// text of the part is not needed any more.
func (c *chain) readPart(f *File, chosen entry.Reader, st *entry.Stream, o *Options, w *worker, done func()) {
	var own func(any, entry.Sink) any
	st.Then = func(step func(any, entry.Sink) any) { own = step }
	readStream(f, chosen, st, o, w)
	if own == nil {
		done()
		c.add(st.Part-1, func(carry any, _ *worker) any { return carry }, w)
		return
	}
	c.add(st.Part-1, func(carry any, w *worker) (next any) {
		defer done()
		defer func() {
			if p := recover(); p != nil {
				f.Err = internal(chosen.Name, p)
			}
		}()
		c.used = true
		return own(carry, &account{file: f, handler: w.handler, keep: o.Keep})
	}, w)
}
