package fielddump

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readbench"
)

// BenchmarkRead reads pairs of messages of one field per line.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 1000 {
		text.WriteString(strings.ReplaceAll(moov, "000123", fmt.Sprintf("%06d", i+1)) + "\n")
	}
	readbench.Run(b, Reader, "x.log", text.String(), 1000)
}
