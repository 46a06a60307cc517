package table

import (
	"io"

	"github.com/poslog/poslog/parse/sheet"
)

// window reads rows, the first of them looked at in advance. Behind those a
// goroutine splits rows ahead of the one that makes records of them.
type window struct {
	rows  sheet.Rows
	ahead []*sheet.Row
	err   error // what ended peek

	full, free chan *batch
	cur        *batch
	at         int
	stop       chan struct{}
}

// batch is a number of rows that change hands together; its memory is reused.
type batch struct {
	rows [256]sheet.Row
	n    int
	err  error // what ended the rows behind the first n
}

// peek looks at up to n rows. An error behind some rows is that of next behind them.
func (w *window) peek(n int) error {
	for len(w.ahead) < n && w.err == nil {
		r := new(sheet.Row)
		if w.err = w.rows.Next(r); w.err == nil {
			w.ahead = append(w.ahead, r)
		}
	}
	if w.err != io.EOF && len(w.ahead) == 0 {
		return w.err
	}
	return nil
}

// next returns the next row; it is valid until the call after.
func (w *window) next() (*sheet.Row, error) {
	if len(w.ahead) > 0 {
		r := w.ahead[0]
		w.ahead = w.ahead[1:]
		return r, nil
	}
	if w.err != nil {
		return nil, w.err
	}
	if w.full == nil {
		w.start()
	}
	for w.cur == nil || w.at == w.cur.n {
		if w.cur != nil {
			if w.cur.err != nil {
				w.err = w.cur.err
				return nil, w.err
			}
			w.free <- w.cur
		}
		w.cur, w.at = <-w.full, 0
	}
	w.at++
	return &w.cur.rows[w.at-1], nil
}

func (w *window) start() {
	w.full, w.free, w.stop = make(chan *batch, 3), make(chan *batch, 3), make(chan struct{})
	for range 3 {
		w.free <- new(batch)
	}
	go func() {
		defer close(w.full)
		for {
			var b *batch
			select {
			case b = <-w.free:
			case <-w.stop:
				return
			}
			for b.n = 0; b.n < len(b.rows) && b.err == nil; b.n++ {
				if b.err = w.rows.Next(&b.rows[b.n]); b.err != nil {
					break
				}
			}
			w.full <- b // never blocks: there are as many places as batches
			if b.err != nil {
				return
			}
		}
	}()
}

// fresh reports that no row was read beyond those that were handed out.
func (w *window) fresh() bool { return len(w.ahead) == 0 && w.err == nil && w.full == nil }

// close ends the goroutine and the rows.
func (w *window) close() {
	if w.full != nil {
		close(w.stop)
		for range w.full {
		}
	}
	w.rows.Close()
}
