package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/poslog/poslog/parse"
)

// progress writes how much of the inputs is read, on terminals only, and only
// where it takes long enough to ask. The function returned ends it.
func progress(w io.Writer, inputs []parse.Input, read *atomic.Int64) (stop func()) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	var total int64
	for _, in := range inputs {
		total += max(in.Size, 0)
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-done:
				if shown {
					fmt.Fprint(w, "\r\x1b[K")
				}
				return
			case <-tick.C:
				shown = true
				n := read.Load()
				switch {
				case total > 0 && n >= total:
					fmt.Fprintf(w, "\r\x1b[Kread %d MiB, analysing", n>>20)
				case total > 0:
					fmt.Fprintf(w, "\r\x1b[Kread %d of %d MiB (%d %%)", n>>20, total>>20, 100*n/total)
				default:
					fmt.Fprintf(w, "\r\x1b[Kread %d MiB", n>>20)
				}
			}
		}
	}()
	return func() { close(done); <-ended }
}
