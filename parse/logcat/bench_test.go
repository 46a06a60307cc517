package logcat

import (
	"fmt"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readbench"
)

// BenchmarkRead reads a terminal's log: a message and its answer among fifty lines
// of something else.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 200 {
		at := fmt.Sprintf("11-20 08:%02d:%02d.", i/60, i%60)
		text.WriteString(at + "100  1234  5678 D Pos: SEND " + req + "\n" + at + "335  1234  5678 D Pos: RECV " + ans + "\n")
		text.WriteString(strings.Repeat(at+"400  1234  5678 D Pos: text of a message of usual length\n", 50))
	}
	readbench.Run(b, Reader, "pos.log", text.String(), 200)
}
