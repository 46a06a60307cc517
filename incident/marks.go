package incident

import (
	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/txn"
)

// Mark says how a row took part in the search.
type Mark uint8

const (
	NotCounted Mark = iota // no attempt, undated, a repeat, or another view of an attempt
	Counted
	CountedRetry // an attempt, collapsed into the failure before it
)

// Marks returns the mark of every row of the terminal side, by index. It is nil
// for a Result that no search made.
func (r *Result) Marks() []Mark {
	if r.ev == nil {
		return nil
	}
	out := room.Slice[Mark](r.ev.book.Len(txn.Terminal))
	i := int32(0)
	for row := range r.ev.inBook(0) {
		out[row] = Counted
		if r.ev.retry.Has(i) {
			out[row] = CountedRetry
		}
		i++
	}
	return out
}
