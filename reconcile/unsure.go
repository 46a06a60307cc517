package reconcile

import (
	"slices"

	"github.com/poslog/poslog/txn"
)

// Unsure is a set of rows of which several combinations are equally good by
// keys. The states of its rows follow from meaning (an approval rather than a decline)
// and from nearness in time; a person should confirm them.
type Unsure struct {
	Key                          Key
	TerminalRows, SettlementRows []int
	More                         int       // rows of both sides beyond the listed ones
	Amount                       txn.Minor // of each row
	Currency                     string
}

// maxGroupRows is how many rows of a side a group lists.
const maxGroupRows = 100

func (m *Matches) group(k Key, t, s []int32, a txn.Minor) Unsure {
	listed := func(rows []int32) []int { return ints(rows[:min(len(rows), maxGroupRows)]) }
	u := Unsure{Key: k, TerminalRows: listed(t), SettlementRows: listed(s), Amount: a, Currency: m.currency(m.row(left, t[0]))}
	u.More = len(t) + len(s) - len(u.TerminalRows) - len(u.SettlementRows)
	return u
}

// unsure lists contests in the order of their first terminal row, as many as cases
// of a state.
func (m *Matches) unsure() []Unsure {
	var out []Unsure
	for _, c := range m.contests {
		out = append(out, m.group(c.key, c.t, c.s, m.row(left, c.t[0]).Amount))
	}
	slices.SortFunc(out, func(x, y Unsure) int { return x.TerminalRows[0] - y.TerminalRows[0] })
	return out[:min(len(out), m.opt.Items)]
}

func ints(rows []int32) []int {
	var out []int
	for _, i := range rows {
		out = append(out, int(i))
	}
	return out
}
