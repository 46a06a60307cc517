package ecr

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readbench"
)

// BenchmarkRead reads requests and their answers as a cash register logs them.
func BenchmarkRead(b *testing.B) {
	readbench.Run(b, Reader, "mis.log", strings.Repeat(t1+up(request)+"\n"+t2+up(answer)+"\n", 2000), 2000)
}
