package reconcile

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// Matches is the outcome of matching by keys: which rows are the same
// transaction, and nothing about whether it succeeded. Rows are named by their
// index in the canonical order of their side.
type Matches struct {
	b        ledger.Book
	opt      Options
	ids      idents
	partner  [2]partners
	have     [2][]field           // the fields of each row
	open     [2][]int32           // rows that are still free, once they are few; nil: look at all
	how      []Key                // per terminal row
	sure     []uint8              // per terminal row: percent, and agreed
	says     []word               // per settlement row: what its file says became of it
	base     txn.Instant          // the first time of any row
	slabs    slabs                // memory of the joins
	copies   [2]map[int32]int32   // row -> the row that it repeats
	copiesBy [2]map[int32][]int32 // the inverse
	contests []contest
	contest  [2]map[int32]int32 // row -> index into contests
	parts    parts
	names    names
	doubled  [2]doubles // the reference numbers of each side
	stated   [2]field   // the fields that some row of a side has
	lengths  [2]lengths // of reference numbers
	bare     [2]inFiles // where rows without any number stand
	dated    bool       // settlement rows state settlement dates
	unzeroed int        // matches by a number that lost its leading zeros on one side
	net      netRates
	twice    [2]map[int32]bool    // copies that a second export of the same rows made, or a second leg
	undos    [2]map[int32][]int32 // the reversals, voids and refunds of a row, in canonical order
	clocks   clocks
	learnt   sync.Once       // of clocks
	covered  sync.Once       // cover is learnt
	minuted  sync.Once       // prompt is known
	prompt   map[uint16]bool // codes whose pairs to the minute are no retries
	paired   sync.Once       // netted is known
	netted   map[int32]int32 // see absentPairs
	cover    coverage
	settled  dues               // what the settlement side has of each day
	found    [len(keyNames)]int // matches by key
	deposits bool               // the settlement side has totals only, no transactions
	steps    int64              // comparisons made, for the test of growth
}

// contest is a set of rows of which several combinations are equally good.
type contest struct {
	t, s []int32
	key  Key
}

// Match pairs the rows of both sides, strongest key first.
func Match(b ledger.Book, opt Options) *Matches {
	m := &Matches{b: b, opt: opt.withDefaults(), ids: newIdents(b)}
	for side := range m.partner {
		m.partner[side] = newPartners(b.Len(bookSide[side]), b.Len(bookSide[1-side]))
		m.copies[side] = map[int32]int32{}
		m.contest[side] = map[int32]int32{}
		m.parts[side] = map[int32][]int32{}
		m.twice[side] = map[int32]bool{}
	}
	m.readFields()
	m.deposits = m.onlyDeposits()
	if m.partner[right].len() > 0 { // else there are no pairs
		m.how, m.sure = room.Slice[Key](m.partner[left].len()), room.Slice[uint8](m.partner[left].len())
	}
	again := sync.OnceFunc(func() { m.setAsideBare(); m.setAsideLegs() })
	for _, p := range passes {
		if p.key == ByBatch || p.key == ByDay {
			m.learnAliases()
		}
		if p.key >= ByDay && m.strangers() {
			break
		}
		if p.key == ByDay {
			m.forgetOriginals()
		}
		if p.weak {
			again()
		}
		if m.pass(p) {
			m.listOpen()
		}
	}
	again() // where no pass was weak
	for side := range m.open {
		room.Free(m.open[side])
		m.doubled[side].free()
	}
	m.slabs.release()
	m.open = [2][]int32{}
	m.ownNames()
	m.net = m.learnNet()
	m.undos[left], m.undos[right] = m.linkUndos(left), m.linkUndos(right)
	m.setAsideExports()
	if m.partner[right].len() > 0 { // else nobody asks before Judge
		m.covered.Do(m.learnCoverage)
	}
	m.copiesBy = m.invertCopies()
	return m
}

// pick names the rows of a side that ok accepts, of those that may still be free.
func (m *Matches) pick(side int, ok func(row int32) bool) picked {
	return picked{book: m.b, side: side, n: m.partner[side].len(), list: m.open[side], ok: ok}
}

// row unpacks a row. It is small enough to be inlined, so that the row stays on
// the stack of who asks.
func (m *Matches) row(side int, i int32) *ledger.Row {
	r := m.b.Row(bookSide[side], int(i))
	return &r
}

// Settled returns the settlement row of terminal row i, -1 where there is none,
// where the row repeats another one, or where several rows are equally good.
func (m *Matches) Settled(i int) int { return int(max(m.partner[left].at(int32(i)), free)) }

// Lone reports whether settlement row i has no terminal row, nor repeats one that has.
func (m *Matches) Lone(i int) bool { return m.partner[right].at(int32(i)) == free }

// How returns the key that matched terminal row i and the confidence in it,
// which ranks matches and is no probability. Unmatched rows have NoKey.
func (m *Matches) How(i int) (Key, float64) {
	if m.how == nil {
		return NoKey, 0
	}
	return m.how[i], float64(m.sure[i]&^agreed) / 100
}

// agreed marks, beside the percentage, pairs that state the same amount.
const agreed = 0x80

// DuplicateOf returns the row of the same side that row i repeats, or -1.
func (m *Matches) DuplicateOf(side txn.Side, i int) int {
	s := left
	if side == txn.Settlement {
		s = right
	}
	if m.partner[s].at(int32(i)) != copyOf {
		return -1
	}
	return int(m.copies[s][int32(i)])
}

// HasSettlement and HasTerminal report whether a side has rows that move money.
func (m *Matches) HasSettlement() bool { return m.cover.rows[right] > 0 }
func (m *Matches) HasTerminal() bool {
	m.covered.Do(m.learnCoverage)
	return m.cover.rows[left] > 0
}

// Keys counts the matches by the key that made them.
func (m *Matches) Keys() map[Key]int {
	out := map[Key]int{}
	for k, n := range m.found {
		if n > 0 {
			out[Key(k)] = n
		}
	}
	return out
}

// pass is one way of matching. A key consists of the fields that it needs and of
// those optional ones that both rows have; at least one of anyOf must be among
// them.
type pass struct {
	key                   Key
	need, optional, anyOf field
	weak                  bool // no identifier: only a unique candidate within the window counts
}

var passes = [...]pass{
	{key: ByRRN, need: fRRN | fTID},
	{key: ByRRNOnly, need: fRRN, optional: fTID},
	{key: BySentAt, need: fSTAN | fSentAt, optional: fAcquirer | fForwarder | fTID, anyOf: fAcquirer | fTID},
	{key: ByBatch, need: fBatch | fSTAN, optional: fTID | fMID, anyOf: fTID},
	{key: ByOrder, need: fOrder, optional: fRefund},
	{key: ByChannel, need: fChannel, optional: fRefund},
	{key: ByDay, need: fSTAN | fAmount, optional: fTID | fMID | fLast4, anyOf: fTID | fMID},
	{key: ByTime, need: fAmount, optional: fTID | fMID | fLast4, weak: true},
}

// readFields notes which fields each row has, and what a settlement row says of
// itself.
func (m *Matches) readFields() {
	m.says = room.Slice[word](m.partner[right].len())
	m.base = txn.NoInstant
	var places [2][]bool // those that rows of a side have
	for side := range m.have {
		m.have[side] = room.Slice[field](m.partner[side].len())
		if m.partner[1-side].len() > 0 {
			m.doubled[side] = newDoubles(len(m.have[side]))
		}
		found := make([]seen, m.opt.Workers)
		parallel(m.opt.Workers, func(w int) {
			n, l := len(m.have[side]), seen{places: make([]bool, m.b.Places())}
			var e, none ledger.Extra
			for i, r := range m.b.Range(bookSide[side], n*w/m.opt.Workers, n*(w+1)/m.opt.Workers) {
				if e = none; r.Extra != 0 {
					e = m.b.Extra(r.Extra)
				}
				h := m.ids.has(r, &e, &l.largest)
				m.have[side][i] = h
				l.stated |= h
				if h&fRRN != 0 && m.doubled[side].width > 0 {
					m.doubled[side].put(m.doubled[side].mark(m.ids.value(r, fRRN)))
				}
				if bare(h) {
					l.bare.note(r.File)
				}
				if h&fMoney != 0 || r.Kind == txn.Payout || r.Kind == txn.BatchSettle {
					l.places[r.Place] = true
					l.lengths.note(r.RRN)
				}
				if side == right {
					m.says[i] = m.wordOf(r, e.Status)
					l.dated = l.dated || e.SettleOn != 0
				}
			}
			found[w] = l
		})
		room.Free(m.doubled[side].once)
		m.doubled[side].once = nil
		places[side] = make([]bool, m.b.Places())
		for w := range found {
			m.ids.largest.join(&found[w].largest)
			m.stated[side] |= found[w].stated
			m.dated = m.dated || found[w].dated
			m.lengths[side].join(&found[w].lengths)
			m.bare[side].join(&found[w].bare)
			for id, there := range found[w].places {
				places[side][id] = places[side][id] || there
			}
		}
		for i := range m.have[side] { // in the order of time, those without one first
			if at := m.row(side, int32(i)).At; at.Valid() {
				if !m.base.Valid() || at < m.base {
					m.base = at
				}
				break
			}
		}
	}
	m.compareNames(places)
}

// seen is what one worker saw of a side.
type seen struct {
	largest largest
	stated  field
	lengths lengths
	bare    inFiles
	places  []bool
	dated   bool // some row states its settlement date
}

// lengths counts reference numbers by their length.
type lengths [18]int

func (d *lengths) note(k ledger.Key) {
	if n := k >> 58; n > 0 && int(n) < len(d) {
		d[n]++
	}
}

func (d *lengths) join(o *lengths) {
	for i := range d {
		d[i] += o[i]
	}
}

// shorter reports whether reference numbers, all of one length on the other side, have
// lost leading zeros on this one, as a spreadsheet makes of them: none is longer, some are
// shorter.
func (d *lengths) shorter(than *lengths) bool {
	length := 0
	for n, rows := range than {
		if rows > 0 {
			if length > 0 {
				return false
			}
			length = n
		}
	}
	some := false
	for n, rows := range d {
		if rows > 0 && (length == 0 || n > length) {
			return false
		}
		some = some || rows > 0 && n < length
	}
	return some
}

// zerosLost reports whether one side's reference numbers have lost their zeros.
func (m *Matches) zerosLost() bool {
	return m.lengths[left].shorter(&m.lengths[right]) || m.lengths[right].shorter(&m.lengths[left])
}

// listOpen lists the free rows of a side once they are few, so that later passes
// need not look at all.
func (m *Matches) listOpen() {
	for side := range m.partner {
		partners := &m.partner[side]
		all, n := partners.len(), 0
		if m.open[side] != nil {
			all = len(m.open[side])
		}
		rows := m.pick(side, func(i int32) bool { return partners.at(i) == free && m.have[side][i]&fMoney != 0 })
		rows.each(0, 1, func(int32) { n++ })
		if 2*n > all || n > partners.len()/8 {
			continue
		}
		list := room.Slice[int32](n)[:0]
		rows.each(0, 1, func(i int32) { list = append(list, i) })
		room.Free(m.open[side])
		m.open[side] = list
	}
}

// mustAgree adds to a key without identifier what both rows state and what is
// known, from matches already made, to mean the same on both sides: two rows with
// different reference numbers are not one transaction, however close in time.
func (m *Matches) mustAgree(p pass, both field) (f field) {
	if p.key < ByDay {
		return 0
	}
	if m.found[ByRRN]+m.found[ByRRNOnly] > 0 {
		f |= fRRN
	}
	if m.found[BySentAt]+m.found[ByBatch]+m.found[ByDay] > 0 {
		f |= fSTAN
	}
	if m.found[ByOrder] > 0 {
		f |= fOrder
	}
	if m.found[ByChannel] > 0 {
		f |= fChannel
	}
	return f & both
}

// pass matches what is still free. Rows are split by the fields that they have,
// so that every pair of rows is compared on all that both of them state.
// It reports whether there was anything to compare.
func (m *Matches) pass(p pass) (some bool) {
	relevant := p.need | p.optional
	if p.key >= ByDay {
		relevant |= fRRN | fSTAN | fOrder | fChannel
	}
	var pairs []shapePair
	ts, ss := m.shapes(left, relevant, p.need), m.shapes(right, relevant, p.need)
	for _, t := range ts {
		for _, s := range ss {
			k := p.need | p.optional&t&s | m.mustAgree(p, t&s)
			if (p.anyOf == 0 || k&p.anyOf != 0) && !p.done(k) {
				pairs = append(pairs, shapePair{[]field{t}, []field{s}, k})
			}
		}
	}
	if p.weak && len(pairs) > 0 {
		m.learnt.Do(m.learnClocks)
	}
	// More fields in the key are better evidence and go first.
	slices.SortStableFunc(pairs, func(x, y shapePair) int {
		return cmp.Compare(bits.OnesCount16(uint16(y.key)), bits.OnesCount16(uint16(x.key)))
	})
	if p.weak {
		pairs = together(pairs)
	}
	for _, q := range pairs {
		m.joinOn(p, relevant, q.key, q.t, q.s)
		some = true
	}
	if p.key > ByDay {
		return some
	}
	// What repeats another row is looked for last, within each side: whether a row has
	// a counterpart is known when all shapes of the other side were tried.
	for side, shapes := range [2][]field{ts, ss} {
		for _, f := range shapes {
			k := p.need | p.optional&f
			if p.anyOf != 0 && k&p.anyOf == 0 || p.done(k) {
				continue
			}
			var of [2][]field
			of[side] = []field{f}
			m.joinOn(p, relevant, k, of[left], of[right])
			some = true
		}
	}
	return some
}

// done reports whether an earlier pass has matched by the same key, so that there
// is nothing left to find.
func (p *pass) done(k field) bool { return p.key == ByRRNOnly && k == fRRN|fTID }

// shapePair is shapes of both sides and the fields on which all of their rows are compared.
type shapePair struct {
	t, s []field
	key  field
}

// together unites shapes that are compared on the same fields: without an identifier all
// rows that may belong to each other must be seen at once, lest a try without an answer take
// the settlement row of the approved one after it, only because it has fewer fields.
func together(pairs []shapePair) (out []shapePair) {
	for _, q := range pairs {
		if i := slices.IndexFunc(out, func(o shapePair) bool { return o.key == q.key && slices.Equal(o.s, q.s) }); i >= 0 {
			out[i].t = append(out[i].t, q.t...)
		} else {
			out = append(out, q)
		}
	}
	pairs, out = out, nil
	for _, q := range pairs {
		if i := slices.IndexFunc(out, func(o shapePair) bool { return o.key == q.key && slices.Equal(o.t, q.t) }); i >= 0 {
			out[i].s = append(out[i].s, q.s...)
		} else {
			out = append(out, q)
		}
	}
	return out
}

// shapes lists which of the relevant fields the free rows of a side have, of
// those that have all needed ones.
func (m *Matches) shapes(side int, relevant, need field) []field {
	if need&^m.stated[side] != 0 {
		return nil
	}
	var seen [1 << fields]bool
	var out []field
	rows := m.pick(side, nil)
	rows.each(0, 1, func(i int32) {
		h := m.have[side][i]
		if f := h & relevant; m.partner[side].at(i) == free && h&fMoney != 0 && f&need == need && !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	})
	slices.Sort(out)
	return out
}

// joinOn matches the free rows of shapes of both sides on one set of fields; those of
// one side only, where the other has no shape.
func (m *Matches) joinOn(p pass, relevant, on field, t0, s0 []field) {
	pack := m.ids.packing(on)
	j := join{memory: m.opt.Memory, workers: m.opt.Workers, pool: &m.slabs}
	for side, shapes := range [2][]field{t0, s0} {
		switch len(shapes) {
		case 0:
		case 1:
			shape := shapes[0]
			j.rows[side] = m.pick(side, func(row int32) bool {
				return m.have[side][row]&(relevant|fMoney) == shape|fMoney && m.partner[side].at(row) == free
			})
		default:
			j.rows[side] = m.pick(side, func(row int32) bool {
				h := m.have[side][row]
				return h&fMoney != 0 && slices.Contains(shapes, h&relevant) && m.partner[side].at(row) == free
			})
		}
	}
	for side, shapes := range [2][]field{s0, t0} { // alone: the other side's shapes
		if rows := &j.rows[side]; len(shapes) == 0 && rows.len() > 0 {
			rows.list, rows.ok = m.mayRepeat(p, rows, on), nil
			if len(rows.list) == 0 {
				return
			}
		}
	}
	exact := pack.exact && m.opt.hash == nil
	hash := m.opt.hash
	if hash == nil {
		hash = (*key).hash
	}
	if !exact {
		j.key = func(side int, row int32) key { return m.ids.key(m.row(side, row), on) }
	}
	j.fill = func(side int, row int32, r *ledger.Row, e *entry) bool {
		if exact {
			e.setCode(mix(pack.word(r)))
		} else {
			k := m.ids.key(r, on)
			e.setCode(hash(&k))
		}
		e.amount, e.seen = codedAmount(r.Amount), codedTime(r.At, m.base, r.Last4)
		return true
	}
	out := make([]pairing, j.workers)
	for w := range out {
		out[w] = pairing{m: m, pass: p}
		out[w].surelyNear()
	}
	if p.weak {
		j.visit = func(w int, t, s []int32) { out[w].weak(t, s) }
	} else {
		j.visit = func(w int, t, s []int32) {
			switch {
			case len(t) > 0 && len(s) > 0:
				out[w].strong(t, s)
			case len(t0) == 0 || len(s0) == 0:
				out[w].setAside(left, t)
				out[w].setAside(right, s)
			}
		}
		j.pair = func(w int, t, s *entry) { out[w].pair(t, s) }
	}
	if p.key.identity() && on&fRRN != 0 && m.doubled[left].width > 0 && len(t0) > 0 && len(s0) > 0 && j.rows[left].list == nil && j.rows[right].list == nil {
		j.abreast(m, func(r *ledger.Row) uint64 { return m.ids.value(r, fRRN) })
	}
	j.run()
	for w := range out {
		m.merge(&out[w])
	}
}

// merge takes over what one worker found; the rows themselves were marked by
// the worker already, since no two workers ever see the same row.
func (m *Matches) merge(p *pairing) {
	m.steps += int64(p.steps)
	for k, n := range p.found {
		m.found[k] += n
	}
	for side := range p.copies {
		for _, c := range p.copies[side] {
			m.copies[side][c[0]] = c[1]
		}
	}
	m.unzeroed += p.unzeroed
	for _, x := range p.splits {
		m.parts[x.side][x.whole] = x.rest
	}
	for _, c := range p.contests {
		id := int32(len(m.contests))
		m.contests = append(m.contests, c)
		for _, i := range c.t {
			m.contest[left][i] = id
		}
		for _, i := range c.s {
			m.contest[right][i] = id
		}
	}
}

// Skew returns by how much the clock of a terminal (an id of ledger.Terminal)
// runs ahead of the settlement side, and from how many matched pairs that is
// known; with none it is the skew common to all terminals.
func (m *Matches) Skew(terminal uint32) (ahead time.Duration, pairs int) {
	m.learnt.Do(m.learnClocks)
	c := m.clocks.of(m.ids.tid[terminal])
	return time.Duration(c.ahead) * time.Microsecond, c.pairs
}

// Shift returns by how much all terminals together run ahead of the settlement side, and from how
// many matched pairs that is known; 0 where the pairs do not agree.
func (m *Matches) Shift() (ahead time.Duration, pairs int) {
	c := m.clocks.all
	if m.clocks.each == nil { // no row had to be matched by its time
		c = m.common(m.clockSamples(), minClockPairs)
	}
	return time.Duration(c.ahead) * time.Microsecond, c.pairs
}

func (m *Matches) invertCopies() (by [2]map[int32][]int32) {
	for side, copies := range m.copies {
		by[side] = map[int32][]int32{}
		for _, c := range slices.Sorted(maps.Keys(copies)) {
			by[side][copies[c]] = append(by[side][copies[c]], c)
		}
	}
	return by
}
