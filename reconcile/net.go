package reconcile

import (
	"fmt"

	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Some settlement files state what is paid out and call it the amount: every row is
// short of the terminal's by the fee. Where nearly all pairs miss by one of a few rates, the
// amounts are net, and a row that misses by anything else is the finding.

// netRates are the rates by which settled amounts are short, in millionths; none
// where they are gross.
type netRates []txn.Minor

const (
	netStep    = 100 // millionths: rates have two decimals of a percent
	netSteps   = 300 // up to 3%
	netSamples = 4096
	minNet     = 4 // pairs
)

func netOf(shown, ppm txn.Minor) txn.Minor {
	f := FeeRule{PPM: int64(ppm)}
	return shown - f.fee(shown)
}

// learnNet looks for the rates.
func (m *Matches) learnNet() netRates {
	type sample struct{ shown, got txn.Minor }
	var short []sample
	pairs, unequal := 0, 0
	for t := range m.partner[left].pairs() {
		if m.how[t].identity() {
			if pairs++; m.sure[t]&agreed == 0 {
				unequal++
			}
		}
	}
	if unequal < minNet || 5*unequal < 4*pairs {
		return nil
	}
	step, n := 1+unequal/netSamples, 0
	for t, s := range m.partner[left].pairs() {
		if !m.how[t].identity() || m.sure[t]&agreed != 0 || m.have[left][t]&fBack != 0 {
			continue
		}
		if n++; n%step != 0 {
			continue
		}
		if x, y := m.row(left, t).Amount, m.row(right, s).Amount; x.Valid() && y.Valid() && y > 0 {
			short = append(short, sample{x, y})
		}
	}
	all := len(short)
	var rates netRates
	for range 3 {
		var votes [netSteps + 1]int
		best := 0
		for _, x := range short {
			for k := 1; k <= netSteps; k++ {
				if absolute(x.got-netOf(x.shown, txn.Minor(k*netStep))) <= 1 && x.got < x.shown {
					votes[k]++
				}
			}
		}
		for k := range votes {
			if votes[k] > votes[best] {
				best = k
			}
		}
		if votes[best] < minNet || 5*votes[best] < all {
			break
		}
		rate := txn.Minor(best * netStep)
		rates = append(rates, rate)
		rest := short[:0]
		for _, x := range short {
			if absolute(x.got-netOf(x.shown, rate)) > 1 {
				rest = append(rest, x)
			}
		}
		short = rest
	}
	if 5*len(short) > all {
		return nil
	}
	return rates
}

// isNet reports whether a settled amount is the terminal's less the fee: the fee
// that its row states, or the usual one of a file whose amounts are net.
func (m *Matches) isNet(shown txn.Minor, y *ledger.Row) bool {
	if y.Extra != 0 {
		if e := m.b.Extra(y.Extra); e.Fee.Valid() && e.Fee > 0 && shown == y.Amount+e.Fee && (!e.Net.Valid() || e.Net == y.Amount) {
			return true
		}
	}
	for _, ppm := range m.net {
		if absolute(y.Amount-netOf(shown, ppm)) <= 1 {
			return true
		}
	}
	return false
}

// off is by how much a settled amount misses the terminal's, or what is left of it
// after the fee where the file's amounts are net.
func (m *Matches) off(shown, got txn.Minor) txn.Minor {
	least := absolute(shown - got)
	for _, ppm := range m.net {
		least = min(least, absolute(got-netOf(shown, ppm)))
	}
	return least
}

func (n netRates) String() (s string) {
	for i, ppm := range n {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%d.%02d%%", ppm/10_000, ppm/100%100)
	}
	return s
}
