package main

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse"
)

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
