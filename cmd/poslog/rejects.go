package main

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/report"
)

// rejectList collects every rejected row for --rejects, from all workers.
type rejectList struct {
	mu   sync.Mutex
	rows [][]string
	keys []key
}

type key struct {
	name string
	line uint32
	n    int
}

func (l *rejectList) add(r *entry.Reject) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := ""
	if r.Pos.Src != nil {
		name = r.Pos.Src.Name
	}
	l.keys = append(l.keys, key{name, r.Pos.Line, len(l.rows)})
	l.rows = append(l.rows, []string{r.Pos.String(), r.Field, r.Rule, r.Msg, r.Text, r.Hint})
}

func (l *rejectList) reset() { l.rows, l.keys = nil, nil }

// write writes them in the order of the inputs as CSV with a byte-order mark,
// which spreadsheets need for Chinese.
func (l *rejectList) write(path string) error {
	slices.SortFunc(l.keys, func(a, b key) int {
		return cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(a.line, b.line), cmp.Compare(a.n, b.n))
	})
	return report.Atomic(path, func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		c := csv.NewWriter(w)
		if err := c.Write([]string{"position", "field", "rule", "message", "text", "hint"}); err != nil {
			return err
		}
		for _, k := range l.keys {
			row := l.rows[k.n]
			for i := range row {
				row[i] = report.Inert(row[i])
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}
