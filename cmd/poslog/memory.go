package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	gc "runtime/metrics"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/parse"
)

// memoryFlag is --memory.
type memoryFlag struct {
	limit string
	full  chan error // what made it impossible to keep the limit
}

func (f *memoryFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.limit, "memory", "", "keep the memory in use (the resident set at its peak) below this `limit`, such as 200MB (200 million bytes) or 1GiB (2^30): what does not fit is in a temporary file in TMPDIR; the answer is the same, the time longer")
}

// bound keeps the limit until release. The context is cancelled where it cannot be
// kept; failed then says why.
func (f *memoryFlag) bound(ctx context.Context, stderr io.Writer) (bounded context.Context, release func(), err error) {
	if f.limit == "" {
		return ctx, func() {}, nil
	}
	n, err := room.ParseSize(f.limit)
	if err != nil {
		return ctx, nil, usage("--memory: %v", err)
	}
	before := room.Peak()
	f.full = make(chan error, 1)
	bounded, cancel := context.WithCancel(ctx)
	end, err := room.Bound(n, "", func(err error) {
		f.full <- err
		cancel()
	})
	switch {
	case errors.Is(err, room.ErrSmall):
		cancel()
		return ctx, nil, usage("--memory %s: %v", f.limit, err)
	case err != nil:
		cancel()
		return ctx, nil, &exitError{exitFailed, fmt.Errorf("--memory %s: %w", f.limit, err)}
	}
	if room.OnTmpfs("") {
		fmt.Fprintf(stderr, "poslog: --memory: temporary files in %s are kept in memory themselves (tmpfs); set TMPDIR to a directory on a disk\n", os.TempDir())
	}
	return bounded, func() {
		end()
		cancel()
		if peak := room.Peak(); peak > n && peak > before {
			fmt.Fprintf(stderr, "poslog: --memory %s: the limit was not kept: at its peak %s were in use; give --memory less than what may be used, the more so on a busy machine\n", f.limit, room.Megabytes(peak))
		}
	}, nil
}

// failed is why the limit could not be kept, else err.
func (f *memoryFlag) failed(err error) error {
	select {
	case full := <-f.full:
		return fmt.Errorf("--memory %s: %w", f.limit, full)
	default:
		return err
	}
}

// collectLate has the garbage collector begin at 28 MB, so that a run over a small
// file needs none. A longer run allocates a lot early and keeps it: from then on a
// lower target costs little time and a third of the peak. The larger what is kept, the
// less is added to it, as long as that is mostly columns, which cost nothing to mark.
// large asks for large pages, for a run that needs more than a few megabytes.
func collectLate(large bool) {
	debug.SetGCPercent(early)
	if large {
		largePages()
	}
	onCollection(0)
}

// early is the growth in per cent, of at least 4 MB, before the first collection.
const early = 700

// onCollection sets the target after each collection. percent is the one in force.
func onCollection(percent int) {
	runtime.SetFinalizer(&collected{}, func(*collected) {
		heap := []gc.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/heap:bytes"}}
		gc.Read(heap)
		next := growth(heap[0].Value.Uint64(), heap[1].Value.Uint64())
		if next != percent {
			debug.SetGCPercent(next)
		}
		onCollection(next)
	})
}

// growth is by how many per cent of what is kept the heap may grow until the next
// collection; scanned is the part of it that a collection has to look through. Where large
// slices live elsewhere little is kept, and as much again is soon allocated.
func growth(kept, scanned uint64) int {
	const usual, least, room = 50, 15, 32 << 20
	switch {
	case scanned > room:
		return usual
	case kept <= room*100/usual:
		return max(usual, int(min(room/2*100/max(kept, 1), early)))
	}
	return max(least, int(room*100/kept))
}

// collected is something that the next collection finds unused. It has a pointer,
// since tiny objects without one may share a block that stays in use.
type collected struct{ _ *int }

// boundMemory asks the garbage collector to keep a run over large plain files
// below 2.7 times their size, which costs about a tenth of the time. The stored
// size of packed files says nothing, so they set no bound.
func boundMemory(inputs []parse.Input) {
	var total int64
	for _, in := range inputs {
		if slices.Contains([]string{".gz", ".zst", ".bz2", ".zip", ".xlsx", ".ods", ".xls"}, strings.ToLower(filepath.Ext(in.Name))) || in.Size < 0 {
			return
		}
		total += in.Size
	}
	const least = 32 << 20
	if total >= least && total < math.MaxInt64/27 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(total * 27 / 10)
	}
}
