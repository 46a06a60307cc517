package incident

import (
	"cmp"
	"math"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
)

// grid holds the shares of attempts that an incident may spoil. An attempt
// inside fails with probability q = 1-(1-p0)(1-g): a success then scores
// ln(1-g) whatever its own p0, a failure ln(q/p0), and the expectation of
// e^score is 1 without an incident, as Karlin and Altschul's bound needs.
var grid = [...]float64{.12, .25, .45, .65, .85, .97}

// pool is what one channel searches: its failures and their scores.
type pool struct {
	ev     *events
	ch     Channel
	base   baseline  // usual failure rate per event
	live   room.Bits // events that take part and are not yet explained
	n      int       // events that take part
	took   []Window  // incidents that explain the others
	fails  []int32   // event index of each failure
	usual  []logRate // of each failure
	worths worths    // of these rates
	phi    float64
	stays  float64 // share of retries that fail again where there is no incident

	rated    []int32 // failures whose rates were taken anew, see search.renew
	allRated bool    // all were

	// Of failures with their code, see measure; nil until the usual codes are known.
	share  []float64 // of the code among the failures like it
	ofCode []float64 // the book's share by code
	coded  []logRate // like usual
	kinds  int       // number of codes
}

// newPool makes a pool of all attempts.
func newPool(ev *events, base baseline, ch Channel) *pool {
	p := &pool{ev: ev, live: room.NewBits(ev.len())}
	p.begin(ch, base, nil)
	return p
}

// begin makes the pool that of a channel, without the attempts in windows; nil: none.
func (p *pool) begin(ch Channel, base baseline, inWin room.Bits) {
	ev := p.ev
	p.ch, p.base, p.phi, p.stays, p.n = ch, base, 1, usualStays, ev.tried
	p.share, p.kinds = nil, 0
	p.fails = p.fails[:0]
	for _, i := range ev.fails {
		if in(ev.famOf(i), ch) {
			p.fails = room.Append(p.fails, i)
		}
	}
	for k, again := range ev.retry {
		p.live[k] = ^again
		if inWin != nil {
			p.live[k] &^= inWin[k]
		}
	}
	for i := ev.len(); i&63 != 0; i++ {
		p.live.Remove(int32(i))
	}
	p.usual = sized(p.usual, len(p.fails))
	p.rescore()
}

// sized is a slice with place for n, whatever it holds.
func sized[T any](s []T, n int) []T {
	if n > cap(s) {
		room.Free(s)
		s = room.Slice[T](n)
	}
	return s[:n]
}

// free gives everything back but the usual rates.
func (p *pool) free() {
	room.Free(p.live)
	room.Free(p.fails)
	room.Free(p.usual)
	room.Free(p.coded)
	p.live, p.fails, p.usual, p.coded = nil, nil, nil, nil
}

// in reports whether a failure belongs to a channel.
func in(f family, ch Channel) bool {
	if ch == Technical {
		return f != noFailure && f != family(Business) && f != family(Data)
	}
	return f == family(ch)
}

// rescore takes the usual rates of all failures anew.
func (p *pool) rescore() {
	if p.share != nil {
		p.coded = sized(p.coded, len(p.fails))
	}
	p.rated, p.allRated = p.rated[:0], true
	for k := range p.fails {
		p.rate(int32(k))
	}
}

// rate takes the usual rates of failure k anew.
func (p *pool) rate(k int32) {
	i := p.fails[k]
	p.usual[k] = p.base.rate(i)
	p.worths.know(p.usual[k])
	if p.share != nil {
		p.coded[k] = logRateOf(max(rateFloor, p.base.at(i)*p.share[k]))
		p.worths.know(p.coded[k])
	}
}

// rates are the usual rates of the failures, of those with their code if asked for.
func (p *pool) rates(coded bool) []logRate {
	if coded {
		return p.coded
	}
	return p.usual
}

// series is one slice's failures, each with the number of successes of the
// slice since the failure before.
type series struct {
	part  *part
	cell  int
	fail  []int32 // indexes into pool.fails
	gap   []int32
	tail  int32 // successes after the last failure
	n     int32
	price float64
	best  cand // its failures numbered as in the pool
	outlook
	kept  *kept // nil where the series is short
	from  int32 // where compact begins
	fresh bool  // best is up to date
	dirty bool  // waits for compact, or for renew
	less  bool  // has lost failures since it was last held against the bar
}

// split is the partition of all attempts by up to two dimensions.
type split struct {
	dims    []ledger.Dim
	factors [3]factor // of the place, the card and the kind
	values  int       // number of slices
}

// factor numbers the values of those dimensions that hang on one id of an
// event.
type factor struct {
	index []int32 // value by place, card or kind id, -1 = not stated; nil = not used
	n     int     // number of values, 1 where not used
}

// part is a split with the series that a search follows.
type part struct {
	*split
	// The slots of an event's place, card and kind give the cell of its series;
	// -1 = no series has it.
	slots  [3][]int32
	size   [3]int
	dense  []int32
	sparse map[int]int32
	series []series
	lists  []int32 // of the series

	top []float64 // of one dimension: the most that a value's failures can add up to
}

// ids of an event by factor.
func (e *events) ids(i int32) [3]uint32 {
	return [3]uint32{e.place.At(i), e.card.At(i), uint32(e.kindOf(i))}
}

// key is the number of the slice of event i.
func (t *split) key(ev *events, i int32) (uint64, bool) {
	k := uint64(0)
	for f, id := range ev.ids(i) {
		if x := &t.factors[f]; x.index != nil {
			v := x.index[id]
			if v < 0 {
				return 0, false
			}
			k = k*uint64(x.n) + uint64(v)
		}
	}
	return k, true
}

// cell is where event i lies among the slots, -1 where no series has it.
func (t *part) cell(ev *events, i int32) int {
	c := 0
	if s := t.slots[0]; s != nil {
		v := s[ev.place.At(i)]
		if v < 0 {
			return -1
		}
		c = int(v)
	}
	if s := t.slots[1]; s != nil {
		v := s[ev.card.At(i)]
		if v < 0 {
			return -1
		}
		c = c*t.size[1] + int(v)
	}
	if s := t.slots[2]; s != nil {
		v := s[ev.kindOf(i)]
		if v < 0 {
			return -1
		}
		c = c*t.size[2] + int(v)
	}
	return c
}

// number is that of the series of event i, -1 where its slice is not searched.
func (t *part) number(ev *events, i int32) int32 {
	c := t.cell(ev, i)
	if c < 0 {
		return -1
	}
	if t.dense != nil {
		return t.dense[c]
	}
	if k, ok := t.sparse[c]; ok {
		return k
	}
	return -1
}

// at returns the series of event i, nil where its slice is not searched.
func (t *part) at(ev *events, i int32) *series {
	if k := t.number(ev, i); k >= 0 {
		return &t.series[k]
	}
	return nil
}

// partitions lists everything, every single dimension and every pair that says
// more than one of its members alone.
func partitions(ev *events, dims []ledger.Dim) []*part {
	all := []*part{{split: ev.split()}}
	var single []*split
	for _, d := range dims {
		if t := ev.split(d); t.values > 1 {
			single = append(single, t)
			all = append(all, &part{split: t})
		}
	}
	for i, x := range single {
		for _, y := range single[i+1:] {
			if t := ev.split(x.dims[0], y.dims[0]); t.values > max(x.values, y.values) {
				all = append(all, &part{split: t})
			}
		}
	}
	return all
}

// split returns the partition by dimensions; it is made once.
func (e *events) split(dims ...ledger.Dim) *split {
	e.splits.Lock()
	defer e.splits.Unlock()
	for _, t := range e.splits.list {
		if slices.Equal(t.dims, dims) {
			return t
		}
	}
	t := &split{dims: dims, values: 1}
	var by [3][]ledger.Dim
	for _, d := range dims {
		f := factorOf(d)
		by[f] = append(by[f], d)
	}
	for f, own := range by {
		x := &t.factors[f]
		x.n = 1
		switch {
		case own == nil:
			continue
		case f == 2:
			x.index, x.n = e.kinds()
		default:
			x.index, x.n = e.tuples(own)
		}
		t.values *= x.n
	}
	e.splits.list = append(e.splits.list, t)
	return t
}

func factorOf(d ledger.Dim) int {
	switch d {
	case ledger.Kind:
		return 2
	case ledger.Issuer, ledger.BIN, ledger.EntryMode:
		return 1
	}
	return 0
}

// kinds numbers the kinds of transaction that occur.
func (e *events) kinds() (index []int32, n int) {
	seen := [mostKinds]bool{}
	for _, w := range e.what {
		seen[w>>familyBits] = true
	}
	index = make([]int32, len(seen))
	for k := range seen {
		index[k] = -1
		if seen[k] {
			index[k] = int32(n)
			n++
		}
	}
	return index, n
}

// tuples numbers the distinct tuples of up to two dimensions of places or of
// cards, in the order of these; a tuple with an id 0 gets -1.
func (e *events) tuples(dims []ledger.Dim) (index []int32, values int) {
	var cols [2][]uint32
	size := [2]int{1, 1}
	for k, d := range dims {
		cols[k], size[k] = e.column(d).ids, e.book.Names(d)
	}
	index = make([]int32, len(cols[0]))
	var dense []int32
	var sparse map[int]int32
	// A table far larger than the events costs more to clear than a map to fill.
	if size[0]*size[1] <= min(1<<22, 32*len(index)) {
		dense = make([]int32, size[0]*size[1])
	} else {
		sparse = map[int]int32{}
	}
	for i, v := range cols[0] {
		k := int(v)
		if cols[1] != nil {
			k = k*size[1] + int(cols[1][i])
			if cols[1][i] == 0 {
				v = 0
			}
		}
		if v == 0 {
			index[i] = -1
			continue
		}
		n := int32(0) // one more than the number
		if dense != nil {
			n = dense[k]
		} else {
			n = sparse[k]
		}
		if n == 0 {
			values++
			n = int32(values)
			if dense != nil {
				dense[k] = n
			} else {
				sparse[k] = n
			}
		}
		index[i] = n - 1
	}
	return index, values
}

// build fills a partition with the series that can reach bar at all: a sum is
// never higher than that of its failures alone. single holds the partitions by
// one dimension, built before those by two: where one of the two values alone
// cannot reach the bar, the pair cannot either.
func (p *pool) build(t *part, parts int, bar float64, single []*part) {
	layer := len(t.dims)
	price := p.layer(layer)
	if layer > 0 {
		price += math.Log(float64(t.values)) + math.Log(float64(max(1, parts)))
		price += unlikely(p.ch, t.dims)
	}
	reaches := func(top float64) bool { return p.reaches(top, price, bar) }
	room.Free(t.lists)
	t.series, t.lists, t.top = nil, nil, nil
	var within []*part // of the dimensions of a pair
	for _, x := range single {
		if layer == 2 && slices.Contains(t.dims, x.dims[0]) {
			if len(x.top) == 0 || !reaches(slices.Max(x.top)) {
				return
			}
			within = append(within, x)
		}
	}
	cells := 1
	for f := range t.factors {
		var wanted func(id int) bool
		if layer == 2 {
			wanted = func(id int) bool {
				for _, x := range within {
					if x.factors[f].index != nil {
						if v := x.factors[f].index[id]; v < 0 || !reaches(x.top[v]) {
							return false
						}
					}
				}
				return true
			}
		}
		t.slots[f], t.size[f] = t.factors[f].slots(wanted)
		cells *= t.size[f]
	}
	if cells == 0 {
		return
	}
	sums := p.sums(t, cells)
	if layer == 1 {
		t.top = make([]float64, cells)
		for _, c := range sums {
			t.top[c.cell] = c.top
		}
	}
	sums = slices.DeleteFunc(sums, func(c sum) bool { return !reaches(c.top) })
	if len(sums) == 0 {
		return
	}
	t.dense, t.sparse = nil, map[int]int32{}
	if cells <= mostCells {
		t.dense = make([]int32, cells)
		for i := range t.dense {
			t.dense[i] = -1
		}
	}
	total := int32(0)
	for k, c := range sums {
		if t.dense != nil {
			t.dense[c.cell] = int32(k)
		} else {
			t.sparse[c.cell] = int32(k)
		}
		total += c.n
	}
	t.lists = room.Slice[int32](2 * int(total))
	lists := t.lists
	t.series = make([]series, len(sums))
	for k, c := range sums {
		t.series[k] = series{part: t, cell: c.cell, price: price, outlook: unknown, fail: lists[:0:c.n], gap: lists[c.n : c.n : 2*c.n]}
		lists = lists[2*c.n:]
	}
	t.prune()
	p.fill(t)
}

// reaches reports whether failures that can add up to top can reach the bar at all.
func (p *pool) reaches(top, price, bar float64) bool { return top/p.phi-price >= bar }

// renew brings the series of a part up to what usual rates have become. They have risen, so
// that series can only fall below the bar: these are left empty.
func (p *pool) renew(t *part, bar float64) {
	if len(t.series) == 0 {
		return
	}
	for _, k := range p.rated {
		if s := t.at(p.ev, p.fails[k]); s != nil {
			s.dirty = true
		}
	}
	for k := range t.series {
		s := &t.series[k]
		if s.kept != nil {
			s.kept.rates = nil
		}
		if !s.dirty && !s.less && !p.allRated {
			continue
		}
		if s.dirty || p.allRated {
			s.kept, s.outlook = nil, unknown
		}
		top := 0.0
		for _, f := range s.fail {
			top += p.worths.of(p.usual[f]).most
		}
		if !p.reaches(top, s.price, bar) {
			s.fail, s.gap = s.fail[:0], s.gap[:0]
		}
		s.fresh, s.dirty, s.less = false, false, false
	}
}

// fill puts the live failures of a partition into its series, each with the
// successes before it.
func (p *pool) fill(t *part) {
	ev := p.ev
	since := make([]int32, len(t.series)) // successes since the last failure
	// Where the series hangs on one id alone, its number stands by that id.
	var ids *room.Numbers
	var direct []int32
	switch {
	case t.dense == nil || t.slots[2] != nil:
	case t.slots[1] == nil:
		ids, direct = &ev.place, t.slots[0]
	case t.slots[0] == nil:
		ids, direct = &ev.card, t.slots[1]
	}
	if direct != nil {
		direct = slices.Clone(direct)
		for id, c := range direct {
			if c >= 0 {
				direct[id] = t.dense[c]
			}
		}
	}
	all := len(t.dims) == 0
	next := int32(0)
	pass := func(end int32) { // successes up to the next failure
		switch {
		case all:
			since[0] += int32(p.live.Count(int(next), int(end)))
		case direct != nil:
			for i := next; i < end; i++ {
				if k := direct[ids.At(i)]; k >= 0 && p.live.Has(i) {
					since[k]++
				}
			}
		default:
			for i := next; i < end; i++ {
				if p.live.Has(i) {
					if k := t.number(ev, i); k >= 0 {
						since[k]++
					}
				}
			}
		}
	}
	for f, i := range p.fails {
		pass(i)
		next = i + 1
		if !p.live.Has(i) {
			continue
		}
		if k := t.number(ev, i); k >= 0 {
			s := &t.series[k]
			s.fail, s.gap = append(s.fail, int32(f)), append(s.gap, since[k])
			s.n += since[k] + 1
			since[k] = 0
		}
	}
	pass(int32(ev.len()))
	for k, n := range since {
		t.series[k].tail = n
		t.series[k].n += n
	}
}

// slots numbers the values that have a wanted id; nil: all are, and the numbers must
// not be changed.
func (x *factor) slots(wanted func(id int) bool) (slots []int32, n int) {
	if x.index == nil {
		return nil, 1
	}
	if wanted == nil {
		return x.index, x.n
	}
	number := make([]int32, x.n)
	for id, v := range x.index {
		if v >= 0 && wanted(id) {
			number[v] = 1
		}
	}
	for v, w := range number {
		number[v] = int32(n)*w + w - 1 // -1 where not wanted
		n += int(w)
	}
	if n == 0 {
		return nil, 0
	}
	slots = make([]int32, len(x.index))
	for id, v := range x.index {
		slots[id] = -1
		if v >= 0 {
			slots[id] = number[v]
		}
	}
	return slots, n
}

// sum is what the failures of a cell add up to.
type sum struct {
	cell int
	top  float64
	n    int32
}

// sums adds up by cell what the live failures can add to a score; cells ascend.
func (p *pool) sums(t *part, cells int) []sum {
	if cells <= 1<<10+len(p.fails) {
		all := make([]sum, cells)
		for k, i := range p.fails {
			if c := t.cell(p.ev, i); c >= 0 && p.live.Has(i) {
				s := &all[c]
				s.cell = c
				s.top += p.worths.of(p.usual[k]).most
				s.n++
			}
		}
		return slices.DeleteFunc(all, func(s sum) bool { return s.n == 0 })
	}
	var out []sum
	var dense []int32 // one more than the place in out
	sparse := map[int]int32{}
	if cells <= mostCells {
		dense = make([]int32, cells)
	}
	for k, i := range p.fails {
		if !p.live.Has(i) {
			continue
		}
		c := t.cell(p.ev, i)
		if c < 0 {
			continue
		}
		var at int32
		if dense != nil {
			at = dense[c]
		} else {
			at = sparse[c]
		}
		if at == 0 {
			out = append(out, sum{cell: c})
			at = int32(len(out))
			if dense != nil {
				dense[c] = at
			} else {
				sparse[c] = at
			}
		}
		s := &out[at-1]
		s.top += p.worths.of(p.usual[k]).most
		s.n++
	}
	slices.SortFunc(out, func(x, y sum) int { return cmp.Compare(x.cell, y.cell) })
	return out
}

// mostCells bounds tables by cell; beyond, maps are used.
const mostCells = 1 << 22

// prune leaves those slots that lead to a series.
func (t *part) prune() {
	for f := range t.slots {
		if t.slots[f] == nil {
			continue
		}
		below := 1 // cells of one value
		for _, n := range t.size[f+1:] {
			below *= n
		}
		t.slots[f] = slices.Clone(t.slots[f]) // it may be that of the factor
		used := make([]bool, t.size[f])
		for k := range t.series {
			used[t.series[k].cell/below%t.size[f]] = true
		}
		for id, v := range t.slots[f] {
			if v >= 0 && !used[v] {
				t.slots[f][id] = -1
			}
		}
	}
}

// layer is what a scope of so many dimensions costs, so that of the windows that chance may
// show two thirds have no dimension, two ninths one and one ninth two. Where there are several
// institutions, everything is a scope that few incidents have.
func (p *pool) layer(dims int) float64 {
	if dims == 0 && p.several() {
		return 2
	}
	return [...]float64{0, 1.1, 1.8, 3.8}[dims]
}

// lean is what speaks for a scope of so many dimensions where scopes are compared: institutions
// fail one at a time, as do carriers, the lines of a region and a shop's terminals, and what
// hits several institutions alike is rare. Less the lean the price makes .14, .61 and .25 of
// incidents those of no dimension, one and two, where there are several institutions, else .54,
// .33 and .13.
func lean(dims int) float64 { return [...]float64{0, .6, .4}[min(2, dims)] }

// several reports whether the attempts are of more than one institution.
func (p *pool) several() bool { return p.ev.book.Names(ledger.Institution) > 2 }

// unlikely is what dimensions cost because faults seldom follow them: an issuer
// fails as a whole, not by BIN, and a system for all kinds of transaction. A line
// does not ask whose terminal or card it carries: a carrier that fails in one region may hit
// the very attempts of one institution on that carrier. What stands behind some pairs is one
// thing: the route of an institution to an issuer, the lines of a carrier in a region, the
// software of a model as an institution has it. Summed over all pairs the chances stay below one.
func unlikely(ch Channel, dims []ledger.Dim) (nats float64) {
	line, owner := false, false
	for _, d := range dims {
		switch d {
		case ledger.BIN:
			nats += 4
		case ledger.Kind:
			nats += 3
		case ledger.Carrier, ledger.Region, ledger.Network:
			line = true
		}
		owner = owner || ofCards(d)
	}
	if line && owner {
		nats++
	}
	for _, pair := range routes {
		if ch != Business && slices.Equal(dims, pair) {
			nats -= 1.1
		}
	}
	return nats
}

var routes = [...][]ledger.Dim{{ledger.Institution, ledger.Issuer}, {ledger.Carrier, ledger.Region}, {ledger.Institution, ledger.Model}}

// drop takes events that are no longer live out of every series.
func (p *pool) drop(parts []*part, gone []int32) {
	codes := make([]int32, len(gone)) // one more than that of its failure
	for k, i := range gone {
		if in(p.ev.famOf(i), p.ch) {
			codes[k] = int32(p.ev.codeOf(i)) + 1
		}
	}
	var touched []*series
	for _, t := range parts {
		if len(t.series) == 0 {
			continue
		}
		touched = touched[:0]
		for k, i := range gone {
			s, code := t.at(p.ev, i), codes[k]
			if s == nil {
				continue
			}
			k, failed := slices.BinarySearchFunc(s.fail, i, func(f, i int32) int { return int(p.fails[f]) - int(i) })
			if !s.dirty {
				s.fresh, s.dirty, s.from = false, true, int32(k)
				touched = append(touched, s)
			}
			if x := s.kept; x != nil {
				x.lost.cover(reach{i, i})
				if x.rates != nil {
					x.rates.add(p.base.at(i), -1)
				}
			}
			s.n--
			s.lose(code, p.phi)
			switch {
			case failed: // compact removes it
			case k < len(s.gap):
				s.gap[k]--
			default:
				s.tail--
			}
		}
		for _, s := range touched {
			s.compact(p)
		}
	}
}

// compact removes failures that are no longer live.
func (s *series) compact(p *pool) {
	k, carry := int(s.from), int32(0)
	for j := k; j < len(s.fail); j++ {
		f := s.fail[j]
		if !p.live.Has(p.fails[f]) {
			carry += s.gap[j]
			continue
		}
		s.fail[k], s.gap[k] = f, s.gap[j]+carry
		carry = 0
		k++
	}
	s.less = s.less || k < len(s.fail)
	s.fail, s.gap = s.fail[:k], s.gap[:k]
	s.tail += carry
	s.dirty = false
}

// scope names the slice of a series through any of its events.
func (s *series) scope(ev *events, i int32) Scope {
	var sc Scope
	for _, d := range s.part.dims {
		sc = append(sc, Term{Dim: d, IDs: []uint32{ev.id(d, i)}})
	}
	return sc
}
