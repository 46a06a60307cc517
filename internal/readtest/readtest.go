// Package readtest keeps what readers of inputs hand on, for their tests.
package readtest

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// Book is a sink that keeps everything and counts the lines.
type Book struct {
	Records []*txn.Record
	Rejects []*entry.Reject
	Count   entry.Count
}

func (b *Book) Record(r *txn.Record, lines int) {
	b.Records = append(b.Records, r.Clone())
	b.Count.Records++
	b.Count.Skipped[entry.Continuation] += lines - 1
}

func (b *Book) Reject(r *entry.Reject, lines int) {
	b.Rejects = append(b.Rejects, r)
	b.Count.Rejected++
	b.Count.Skipped[entry.Continuation] += lines - 1
}

func (b *Book) Skip(k entry.Skip, lines int) { b.Count.Skipped[k] += lines }

// Whole fails where not every line of a text that was read is accounted for.
func (b *Book) Whole(t testing.TB, text string) {
	t.Helper()
	b.Count.Lines = strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		b.Count.Lines++
	}
	if err := b.Count.Check(); err != nil {
		t.Errorf("%v: %+v", err, b.Count)
	}
}
