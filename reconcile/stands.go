package reconcile

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// word is what a settlement row says became of it.
type word uint8

const (
	moved   word = iota // the money moved, or nothing is said
	failed              // none moved, or the row is an export's second copy of another
	working             // it is in process: nobody knows yet
)

// dead reports whether a settlement row moved no money, working whether it is not known yet: what
// is in process and repeats another row, or goes on in it, is neither.
func (m *Matches) dead(s int32) bool {
	return m.says[s] == failed || m.says[s] == working && !m.working(s)
}

func (m *Matches) working(s int32) bool {
	return m.says[s] == working && m.partner[right].at(s) != copyOf
}

// Stands reports whether terminal row i was settled for good: it has a
// settlement row, whose file does not call it failed, and which no other settlement row
// cancels in full. Evidence about the meaning of a code asks this rather than [Matches.Settled].
func (m *Matches) Stands(i int) bool {
	s := m.partner[left].at(int32(i))
	if s < 0 || m.says[s] != moved {
		return false
	}
	if m.have[right][s]&fUndone == 0 {
		return true
	}
	undone := m.row(right, s).Amount.Or(0)
	for _, u := range m.undos[right][s] {
		if m.partner[right].at(u) != copyOf && m.says[u] == moved {
			undone -= m.row(right, u).Amount.Or(0)
		}
	}
	return undone > 0
}

// Undecided reports whether the settlement row of terminal row i is still in process.
func (m *Matches) Undecided(i int) bool {
	s := m.partner[left].at(int32(i))
	return s >= 0 && m.working(s)
}

// Silent reports whether settlement says nothing of what became of terminal row i: its row
// there is in process, or it is of a pair that cancels out and that many files do not list.
func (m *Matches) Silent(i int) bool {
	m.paired.Do(func() { m.netted = m.absentPairs() })
	_, netted := m.netted[int32(i)]
	return netted || m.Undecided(i)
}

// absentPairs lists the terminal rows that were voided or paid back in full, and what did so,
// where settlement has neither; each with the row that was undone.
func (m *Matches) absentPairs() map[int32]int32 {
	pairs := map[int32]int32{}
	for t, undos := range m.undos[left] {
		if m.have[left][t]&fBack != 0 || m.partner[left].at(t) != free {
			continue
		}
		for _, u := range undos {
			sale, back := m.row(left, t), m.row(left, u)
			if back.Kind != txn.Reversal && back.Amount.Valid() && back.Amount == sale.Amount && m.partner[left].at(u) == free {
				pairs[t], pairs[u] = t, t
				break
			}
		}
	}
	return pairs
}

// failedWords and workingWords are status words of settlement exports that say that no
// money moved, and that it is not known yet.
var (
	failedWords  = []string{"失败", "关闭", "未支付", "待支付", "FAIL", "CLOSED", "DECLINED"}
	workingWords = []string{"处理中", "PROCESSING"}
)

// wordOf is what a settlement row with a status word says of itself.
func (m *Matches) wordOf(r *ledger.Row, status string) word {
	if r.Flags.Has(txn.Unsettled) {
		return working
	}
	if m.opt.Settled != nil {
		switch m.opt.Settled(r, status).Outcome {
		case classify.Declined, classify.Reversed:
			return failed
		case classify.Unknown:
			return working
		}
		return moved
	}
	status = strings.ToUpper(status)
	in := func(w string) bool { return strings.Contains(status, w) }
	switch {
	case slices.ContainsFunc(failedWords, in):
		return failed
	case slices.ContainsFunc(workingWords, in):
		return working
	}
	return moved
}
