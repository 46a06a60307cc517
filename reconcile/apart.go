package reconcile

import (
	"slices"

	"github.com/poslog/poslog/ledger"
)

// The two sides may number terminals or merchants each in its own way: the bank's
// numbers on one side, the shop's own names on the other. Such numbers are no
// contradiction, and no key either until matches by other numbers tell which is which.

// names is what the sides call terminals and merchants.
type names struct {
	apart field              // fTID, fMID: both sides name them, and no name stands on both
	both  field              // some name stands on both sides
	alias map[uint32][]alias // what terminals of the settlement side were matched with
}

type alias struct {
	left uint32
	n    int
}

// compareNames finds out which names the sides share, and takes those that they
// do not share from the fields of the settlement side.
func (m *Matches) compareNames(places [2][]bool) {
	for _, d := range []struct {
		f   field
		dim ledger.Dim
		ids []uint32
	}{{fTID, ledger.Terminal, m.ids.tid}, {fMID, ledger.Merchant, m.ids.mid}} {
		var seen [2][]bool
		var any [2]bool
		for side := range seen {
			seen[side] = make([]bool, len(d.ids))
			for id, there := range places[side] {
				if there {
					if v := d.ids[m.b.Place(uint32(id)).ID(d.dim)]; v != 0 {
						seen[side][v], any[side] = true, true
					}
				}
			}
		}
		shared := false
		for v := range seen[left] {
			shared = shared || seen[left][v] && seen[right][v]
		}
		switch {
		case shared:
			m.names.both |= d.f
		case any[left] && any[right]:
			m.names.apart |= d.f
		}
	}
	if m.names.apart == 0 {
		return
	}
	for i := range m.have[right] {
		m.have[right][i] &^= m.names.apart
	}
}

// minAlias is how many matches must agree on what a terminal is called.
const minAlias = 2

// learnAliases gives a terminal of the settlement side the number of the one that it
// was matched with, where at least minAlias matches and nine in ten of them agree.
func (m *Matches) learnAliases() {
	if m.names.apart&fTID == 0 || len(m.names.alias) > 0 {
		return
	}
	found := map[uint32][]alias{}
	for i, j := range m.partner[left].pairs() {
		x := uint32(m.ids.value(m.row(left, i), fTID))
		y := m.b.Place(m.row(right, j).Place).Terminal
		if x == 0 || y == 0 {
			continue
		}
		k := slices.IndexFunc(found[y], func(a alias) bool { return a.left == x })
		if k < 0 {
			found[y] = append(found[y], alias{left: x})
			k = len(found[y]) - 1
		}
		found[y][k].n++
	}
	known := map[uint32]bool{}
	for y, list := range found {
		sum, best := 0, alias{}
		for _, a := range list {
			sum += a.n
			if a.n > best.n {
				best = a
			}
		}
		if best.n >= minAlias && 10*best.n >= 9*sum {
			m.ids.tid[y] = best.left
			known[y] = true
		}
	}
	if len(known) == 0 {
		return
	}
	m.names.alias = found
	m.ids.place()
	for i := range m.have[right] {
		if known[m.b.Place(m.row(right, int32(i)).Place).Terminal] {
			m.have[right][i] |= fTID
		}
	}
}

// ownNames gives the settlement side its names back once the sides are matched:
// among its own rows they are good keys.
func (m *Matches) ownNames() {
	if m.names.apart == 0 {
		return
	}
	for i := range m.have[right] {
		r := m.row(right, int32(i))
		for _, f := range [2]field{fTID, fMID} {
			if m.names.apart&f != 0 && m.ids.value(r, f) != 0 {
				m.have[right][i] |= f
			}
		}
	}
}

// strangers reports whether nothing says that the two files belong together: other
// terminals, other merchants, and numbers on both sides of which none agrees. Rows of
// such files are not matched by amount and time.
func (m *Matches) strangers() bool {
	n := &m.names
	if n.apart&fTID == 0 || n.both&fMID != 0 {
		return false
	}
	for k := range m.found {
		if m.found[k] > 0 {
			return false
		}
	}
	const identity = fRRN | fOrder | fChannel
	return m.stated[left]&m.stated[right]&identity != 0
}
