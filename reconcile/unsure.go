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

// Share counts how often rows of one institution, code and kind were settled.
// Only rows that an identifier ties to one settlement row, or that have none on a
// day that the settlement side covers, say something: a match by amount and time may be a
// later retry. Settled means for good, see [Matches.Stands].
type Share struct {
	Institution uint32 // ids of the book
	Code        uint16
	Kind        txn.Kind
	Rows        int // all rows, repeats of a message left out
	Judged      int // of these, covered by the settlement side and not ambiguous
	Settled     int // of these, settled
}

// SettledShares lists the shares in the order of institution, code and kind.
func (m *Matches) SettledShares() []Share {
	type shareKey struct {
		inst uint32
		code uint16
		kind txn.Kind
	}
	at := map[shareKey]int{}
	var out []Share
	for i, p := range m.partner[left] {
		r := m.row(left, int32(i))
		if !r.Kind.Money() || r.Kind == txn.Reversal || p == copyOf {
			continue
		}
		k := shareKey{m.institution(r), r.Code, r.Kind}
		n, ok := at[k]
		if !ok {
			n = len(out)
			at[k] = n
			out = append(out, Share{Institution: k.inst, Code: k.code, Kind: k.kind})
		}
		out[n].Rows++
		if m.Undecided(i) {
			continue
		}
		if m.Tells(i) {
			out[n].Judged++
			if m.Stands(i) {
				out[n].Settled++
			}
		} else if p == free && m.expects(r) {
			out[n].Judged++
		}
	}
	slices.SortFunc(out, compareShares)
	return out
}

func compareShares(x, y Share) int {
	if x.Institution != y.Institution {
		return int(x.Institution) - int(y.Institution)
	}
	if x.Code != y.Code {
		return int(x.Code) - int(y.Code)
	}
	return int(x.Kind) - int(y.Kind)
}
