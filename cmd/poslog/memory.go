package main

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse"
)

// collectLate has the garbage collector begin at 16 MB, so that a run over a small
// file needs none. A longer run allocates a lot early and keeps it: from then on a
// lower target costs little time and a third of the peak.
func collectLate() {
	const usual, early = 50, 400 // per cent, of at least 4 MB
	debug.SetGCPercent(early)
	runtime.SetFinalizer(&collected{}, func(*collected) { debug.SetGCPercent(usual) })
}

// collected is something that the first collection finds unused. It has a pointer,
// since tiny objects without one may share a block that stays in use.
type collected struct{ _ *int }

// boundMemory asks the garbage collector to keep a run over large plain files
// below 2.7 times their size, which costs about a tenth of the time. The stored
// size of packed files says nothing, so they set no bound.
func boundMemory(inputs []parse.Input) {
	var total int64
	for _, in := range inputs {
		if slices.Contains([]string{".gz", ".zst", ".bz2", ".zip", ".xlsx", ".xls"}, strings.ToLower(filepath.Ext(in.Name))) || in.Size < 0 {
			return
		}
		total += in.Size
	}
	const least = 32 << 20
	if total >= least && total < math.MaxInt64/27 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(total * 27 / 10)
	}
}
