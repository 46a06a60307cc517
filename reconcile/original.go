package reconcile

import (
	"sync"

	"github.com/poslog/poslog/ledger"
)

// Wallets and tills name a refund by the number of the order that it pays back, or by one of its
// own with the order's beside it. Where each side does it in its way, the numbers of one refund
// differ and say nothing against it.

// forgetOriginals takes from the undos that are still free the order and channel numbers that some
// payment has: such a number is the payment's.
func (m *Matches) forgetOriginals() {
	for _, f := range [...]field{fOrder, fChannel} {
		named := [2]map[uint64][]int32{} // undos by the number that they state
		for side := range named {
			named[side] = map[uint64][]int32{}
			undos := m.pick(side, func(i int32) bool {
				return m.partner[side].at(i) == free && m.have[side][i]&(fMoney|fBack|f) == fMoney|fBack|f
			})
			undos.each(0, 1, func(i int32) {
				v := m.ids.value(m.row(side, i), f)
				named[side][v] = append(named[side][v], i)
			})
		}
		if len(named[left]) == 0 || len(named[right]) == 0 {
			continue // the numbers of the others are compared with none
		}
		for v := range m.ofPayments(f, named) {
			for side := range named {
				for _, i := range named[side][v] {
					m.have[side][i] &^= f
				}
			}
		}
	}
}

// ofPayments are those of the numbers of undos that payments of either side have.
func (m *Matches) ofPayments(f field, named [2]map[uint64][]int32) map[uint64]bool {
	found := map[uint64]bool{}
	var lock sync.Mutex
	for side := range m.have {
		payments := picked{book: m.b, side: side, n: len(m.have[side]), ok: func(i int32) bool { return m.have[side][i]&(fMoney|fBack|f) == fMoney|f }}
		parallel(m.opt.Workers, func(w int) {
			from, to := payments.share(w, m.opt.Workers)
			payments.read(from, to, func(_ int, _ int32, r *ledger.Row) {
				v := m.ids.value(r, f)
				if named[left][v] != nil || named[right][v] != nil {
					lock.Lock()
					found[v] = true
					lock.Unlock()
				}
			})
		})
	}
	return found
}
