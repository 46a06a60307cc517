package reconcile

import (
	"slices"
	"strings"

	"github.com/poslog/poslog/classify"
)

// Stands reports whether terminal row i was settled for good: it has a
// settlement row, whose file does not call it failed, and which no other settlement row
// cancels in full. Evidence about the meaning of a code asks this rather than [Matches.Settled].
func (m *Matches) Stands(i int) bool {
	s := m.partner[left][i]
	if s < 0 || m.failed(s) {
		return false
	}
	undone := m.row(right, s).Amount.Or(0)
	for _, u := range m.undo[right].undos[s] {
		if m.partner[right][u] != copyOf && !m.failed(u) {
			undone -= m.row(right, u).Amount.Or(0)
		}
	}
	return undone > 0 || len(m.undo[right].undos[s]) == 0
}

// failedWords are status words of settlement exports that say that no money
// moved.
var failedWords = []string{"失败", "关闭", "未支付", "待支付", "FAIL", "CLOSED", "DECLINED"}

// failed reports whether a settlement row says of itself that it did not settle.
func (m *Matches) failed(s int32) bool {
	r := m.row(right, s)
	if m.opt.Settled != nil {
		o := m.opt.Settled(int(s), r).Outcome
		return o == classify.Declined || o == classify.Reversed
	}
	if r.Extra == 0 {
		return false
	}
	status := strings.ToUpper(m.b.Extra(r.Extra).Status)
	return slices.ContainsFunc(failedWords, func(w string) bool { return status != "" && strings.Contains(status, w) })
}
