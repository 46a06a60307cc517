package iso8583

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/poslog/poslog/internal/readbench"
)

// BenchmarkRead reads requests and their answers, each a line of hexadecimal.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 2000 {
		at := fmt.Sprintf("2026-11-20 08:%02d:%02d.", i/60%60, i%60)
		q, a := maps.Clone(sale), maps.Clone(answer)
		q[11] = fmt.Sprintf("%06d", i+1)
		a[11] = q[11]
		text.WriteString(at + "100 SEND " + lower(pos("0200", q)) + "\n" + at + "335 RECV " + lower(pos("0210", a)) + "\n")
	}
	readbench.Run(b, Reader, "x.log", text.String(), 2000)
}
