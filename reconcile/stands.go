package reconcile

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
)

// Stands reports whether terminal row i was settled for good: it has a
// settlement row, whose file does not call it failed, and which no other settlement row
// cancels in full. Evidence about the meaning of a code asks this rather than [Matches.Settled].
func (m *Matches) Stands(i int) bool {
	s := m.partner[left][i]
	if s < 0 || m.dead[s] {
		return false
	}
	if m.have[right][s]&fUndone == 0 {
		return true
	}
	undone := m.row(right, s).Amount.Or(0)
	for _, u := range m.undo[right].undos[s] {
		if m.partner[right][u] != copyOf && !m.dead[u] {
			undone -= m.row(right, u).Amount.Or(0)
		}
	}
	return undone > 0
}

// failedWords are status words of settlement exports that say that no money
// moved.
var failedWords = []string{"失败", "关闭", "未支付", "待支付", "FAIL", "CLOSED", "DECLINED"}

// failed reports whether a settlement row says of itself that it did not settle.
func (m *Matches) failed(i int, r *ledger.Row) bool {
	if m.opt.Settled != nil {
		o := m.opt.Settled(i, r).Outcome
		return o == classify.Declined || o == classify.Reversed
	}
	if r.Extra == 0 {
		return false
	}
	status := strings.ToUpper(m.b.Extra(r.Extra).Status)
	return slices.ContainsFunc(failedWords, func(w string) bool { return status != "" && strings.Contains(status, w) })
}
