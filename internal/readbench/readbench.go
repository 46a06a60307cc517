// Package readbench measures readers of inputs: records/s, MB/s and allocations.
package readbench

import (
	"strings"
	"testing"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// Run reads a text again and again; it must give so many records each time.
func Run(b *testing.B, r entry.Reader, name, text string, records int) {
	b.Helper()
	loc := time.FixedZone("Asia/Shanghai", 8*3600)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var n counter
		st := &entry.Stream{Src: &txn.Source{Name: name}, Head: []byte(text[:min(len(text), 64<<10)]), R: strings.NewReader(text), At: strings.NewReader(text), Size: int64(len(text)), Loc: loc, Year: 2026}
		if _, err := r.Read(st, &n); err != nil || int(n) != records {
			b.Fatalf("%d records, want %d: %v", n, records, err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(len(text))/float64(records), "B/record")
}

type counter int

func (c *counter) Record(*txn.Record, int)   { *c++ }
func (c *counter) Reject(*entry.Reject, int) {}
func (c *counter) Skip(entry.Skip, int)      {}
