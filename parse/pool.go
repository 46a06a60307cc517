package parse

import (
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// pool is the workers of a run. Each has a handler. They take inputs, and shares
// of the inputs that other workers are reading.
type pool struct {
	inputs  chan func(*worker)
	shares  chan func(*worker)
	ended   chan struct{}  // closed when all inputs are read
	open    sync.WaitGroup // inputs that are not read
	workers sync.WaitGroup // that have not ended
}

type worker struct {
	pool    *pool
	handler Handler
}

func newPool(workers int, newHandler func(worker int) Handler) *pool {
	// Few shares wait at a time, since each holds a block of text.
	p := &pool{inputs: make(chan func(*worker)), shares: make(chan func(*worker), workers), ended: make(chan struct{})}
	list := make([]*worker, workers)
	for i := range list {
		list[i] = &worker{p, newHandler(i)}
	}
	for _, w := range list {
		p.workers.Go(w.run)
	}
	return p
}

func (w *worker) run() {
	for {
		select {
		case job := <-w.pool.shares:
			job(w)
		case job := <-w.pool.inputs:
			job(w)
			w.pool.open.Done()
		case <-w.pool.ended:
			return
		}
	}
}

// do gives an input to a worker.
func (p *pool) do(job func(*worker)) {
	p.open.Add(1)
	p.inputs <- job
}

// close waits for all inputs and ends the workers.
func (p *pool) close() {
	p.open.Wait()
	close(p.ended)
	p.workers.Wait()
}

// sharing is work that a worker shares with others.
type sharing struct {
	worker *worker
	left   atomic.Int64
	done   chan struct{}
}

// share has a job done by another worker, or here and now where all have enough
// to do.
func (s *sharing) share(job func(*worker)) {
	if s.done == nil {
		s.done = make(chan struct{}, 1)
	}
	s.left.Add(1)
	run := func(w *worker) {
		job(w)
		if s.left.Add(-1) == 0 {
			select {
			case s.done <- struct{}{}:
			default:
			}
		}
	}
	shares := s.worker.pool.shares
	select {
	case shares <- run:
		return
	default:
	}
	// The oldest comes first: while every worker reads an input of its own, a share
	// that waited on would hold up the steps of all parts after it, and their text. The new
	// one takes its place at once, for a worker that is through before this one.
	select {
	case oldest := <-shares:
		select {
		case shares <- run:
			oldest(s.worker)
			return
		default:
		}
		oldest(s.worker)
	default:
	}
	run(s.worker)
}

// wait helps with shares until those of this work are done.
func (s *sharing) wait() {
	for s.left.Load() > 0 {
		select {
		case job := <-s.worker.pool.shares:
			job(s.worker)
		case <-s.done:
		}
	}
}

// shared is what a reader shares of its input.
type shared struct {
	sharing
	reader string
	keep   func(*txn.Record) bool

	mu  sync.Mutex
	sum *File // the account of what was shared
	err error
}

func (s *shared) share(job func(entry.Sink)) {
	s.sharing.share(func(w *worker) {
		a := &account{file: newFile(""), handler: w.handler, keep: s.keep}
		defer func() {
			p := recover()
			s.mu.Lock()
			defer s.mu.Unlock()
			if p != nil {
				s.err = internal(s.reader, p)
			}
			a.file.Count.Lines = a.lines
			s.sum.add(a.file)
		}()
		job(a)
	})
}

func (s *shared) wait() error {
	s.sharing.wait()
	return s.err
}
