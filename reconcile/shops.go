package reconcile

import (
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// shops are the merchants of the settlement side where each of its files is of one merchant:
// a file of one shop says nothing about another, nor about a day of which the other has no
// file.
type shops struct {
	of   map[uint32]*shop // by merchant
	only uint32           // the one merchant that the terminal side names, 0 where there are several
}

type shop struct {
	*days
	oldest txn.Date
}

// inShop notes a settlement row of a merchant. A file of several merchants, or a row that names
// none, ends it for all: such a file is one of everybody.
func (x *survey) inShop(file, merchant uint32, on txn.Date, p part, at txn.Instant) {
	last := &x.ofShop
	if x.everybody {
		return
	}
	if last.shop == nil || file != last.file || merchant != last.merchant {
		if known, ok := x.fileOf[file]; merchant == 0 || ok && known != merchant {
			x.everybody = true
			return
		}
		if x.fileOf == nil {
			x.fileOf, x.shops = map[uint32]uint32{}, map[uint32]*shop{}
		}
		if x.shops[merchant] == nil {
			x.shops[merchant] = &shop{days: newDays()}
		}
		x.fileOf[file] = merchant
		last.file, last.merchant, last.shop = file, merchant, x.shops[merchant]
	}
	if s := last.shop; on != 0 {
		s.on[on] |= p
		s.note(at)
		if p&evening == 0 && (s.oldest == 0 || on < s.oldest) {
			s.oldest = on
		}
	}
}

// learnShops takes over the merchants of the settlement side, if its files are of one each and
// the terminal side names one of them, or names it otherwise, as matches show.
func (m *Matches) learnShops(seen [2]*survey) {
	c, there := &m.cover, seen[right].shops
	if seen[right].everybody || there == nil {
		return
	}
	var strange []uint32
	shared, named := false, 0
	for id, here := range seen[left].mids {
		if id == 0 || !here {
			continue
		}
		named++
		c.shops.only = uint32(id)
		if there[uint32(id)] != nil {
			shared = true
		} else {
			strange = append(strange, uint32(id))
		}
	}
	if named != 1 {
		c.shops.only = 0
	}
	if !shared {
		return
	}
	c.shops.of = there
	for i := int32(0); len(strange) > 0 && i < int32(m.partner[left].len()); i++ {
		if j := m.partner[left].at(i); j >= 0 {
			if id := uint32(m.ids.value(m.row(left, i), fMID)); id != 0 && there[id] == nil {
				there[id] = there[uint32(m.ids.value(m.row(right, j), fMID))]
			}
		}
	}
}

// shopOf is the shop of a merchant on the settlement side, nil where no file is of it.
func (c *coverage) shopOf(merchant uint32) *shop {
	if merchant == 0 {
		merchant = c.shops.only
	}
	return c.shops.of[merchant]
}

// filed reports whether the files of a merchant have a day, as far as files are of one
// merchant each.
func (c *coverage) filed(merchant uint32, on txn.Date, p part, at txn.Instant) bool {
	if c.shops.of == nil {
		return true
	}
	s := c.shopOf(merchant)
	return s != nil && (on == 0 || s.cover(on, p, at))
}

// unfiled reports whether a terminal row is of a merchant of which no settlement file is.
func (m *Matches) unfiled(r *ledger.Row) bool {
	return m.cover.shops.of != nil && m.cover.shopOf(m.merchant(r)) == nil
}

func (m *Matches) merchant(r *ledger.Row) uint32 { return m.ids.at[r.Place].mid }
