package analyze

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/poslog/poslog/ledger/mem"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// maxRejects bounds the rejects that are kept for the list of problems: the first
// ones by file and line, whichever worker met them. All are counted, and a
// Config.Reject sees every one.
const maxRejects = 10_000

// collector is one worker's book.
type collector struct {
	book    *mem.Book
	rejects []*entry.Reject
	more    func(*entry.Reject)
}

func (c *collector) Record(r *txn.Record) { c.book.Add(r) }

func (c *collector) Reject(r *entry.Reject) {
	if c.rejects = append(c.rejects, r); len(c.rejects) >= 2*maxRejects {
		c.rejects = first(c.rejects)
	}
	if c.more != nil {
		c.more(r)
	}
}

// collect reads all inputs into one frozen book.
func collect(ctx context.Context, cfg *Config) (*mem.Book, []*parse.File, []*entry.Reject, error) {
	var workers []*collector
	files, err := parse.Read(ctx, cfg.Inputs, cfg.Parse, func(int) parse.Handler {
		c := &collector{book: mem.New(), more: cfg.Reject}
		workers = append(workers, c)
		return c
	})
	if err != nil {
		return nil, files, nil, err
	}
	book := workers[0].book
	rejects := workers[0].rejects
	for _, w := range workers[1:] {
		book.Merge(w.book)
		rejects = append(rejects, w.rejects...)
	}
	book.Freeze()
	return book, files, first(rejects), nil
}

// first sorts rejects by position and keeps maxRejects of them.
func first(rejects []*entry.Reject) []*entry.Reject {
	slices.SortStableFunc(rejects, func(a, b *entry.Reject) int {
		return cmp.Or(strings.Compare(name(a.Pos), name(b.Pos)), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return rejects[:min(len(rejects), maxRejects)]
}

func name(p txn.Pos) string {
	if p.Src == nil {
		return ""
	}
	return p.Src.Name
}
