package incident

import (
	"math"
	"slices"

	"github.com/poslog/poslog/ledger"
)

// grid holds the shares of attempts that an incident may spoil. An attempt
// inside fails with probability q = 1-(1-p0)(1-g): a success then scores
// ln(1-g) whatever its own p0, a failure ln(q/p0), and the expectation of
// e^score is 1 without an incident, as Karlin and Altschul's bound needs.
var grid = [...]float64{.12, .25, .45, .65, .85, .97}

// pool is what one channel searches: its failures and their scores.
type pool struct {
	ev    *events
	ch    Channel
	base  []float32 // usual failure rate per event
	live  []bool    // events that take part and are not yet explained
	n     int       // events that take part
	fails []int32   // event index of each failure
	w     []float64 // (1-p0)/p0 of each failure
	score [len(grid)][]float64
	phi   float64
}

func newPool(ev *events, base []float32, ch Channel) *pool {
	p := &pool{ev: ev, ch: ch, base: base, live: make([]bool, ev.len()), phi: 1}
	for i := range p.live {
		if ev.retry[i] {
			continue
		}
		p.live[i] = true
		p.n++
		if in(ev.fam[i], ch) {
			p.fails = append(p.fails, int32(i))
		}
	}
	p.w = make([]float64, len(p.fails))
	for k := range p.score {
		p.score[k] = make([]float64, len(p.fails))
	}
	for k := range p.fails {
		p.rescore(k)
	}
	return p
}

// in reports whether a failure belongs to a channel.
func in(f family, ch Channel) bool {
	if ch == Technical {
		return f != noFailure && f != family(Business) && f != family(Data)
	}
	return f == family(ch)
}

// rescore takes the usual rate of failure k anew.
func (p *pool) rescore(k int) {
	p0 := float64(p.base[p.fails[k]])
	p.w[k] = (1 - p0) / p0
	for j, g := range grid {
		p.score[j][k] = math.Log1p(g * p.w[k])
	}
}

// series is one slice's failures, each with the number of successes of the
// slice since the failure before.
type series struct {
	part  *part
	key   uint64
	fail  []int32 // indexes into pool.fails
	gap   []int32
	tail  int32 // successes after the last failure
	n     int32
	price float64
	best  cand
	fresh bool // best is up to date
	dirty bool // waits for compact
}

// part is the partition of all attempts by up to two dimensions.
type part struct {
	dims              []ledger.Dim
	place, card, kind []int32 // value index by place, card or kind id, -1 = not stated; nil = not used
	nCard, nKind      uint64
	values            int // number of slices
	dense             []int32
	sparse            map[uint64]int32
	series            []series
}

func (t *part) key(ev *events, i int32) (uint64, bool) {
	var k uint64
	if t.place != nil {
		v := t.place[ev.place[i]]
		if v < 0 {
			return 0, false
		}
		k = uint64(v)
	}
	if t.card != nil {
		v := t.card[ev.card[i]]
		if v < 0 {
			return 0, false
		}
		k = k*t.nCard + uint64(v)
	}
	if t.kind != nil {
		v := t.kind[ev.kind[i]]
		if v < 0 {
			return 0, false
		}
		k = k*t.nKind + uint64(v)
	}
	return k, true
}

// at returns the series of event i, nil where its slice is not searched.
func (t *part) at(ev *events, i int32) *series {
	k, ok := t.key(ev, i)
	if !ok {
		return nil
	}
	var s int32
	if t.dense != nil {
		s = t.dense[k]
	} else {
		s, ok = t.sparse[k]
		if !ok {
			return nil
		}
	}
	if s < 0 {
		return nil
	}
	return &t.series[s]
}

// partitions lists everything, every single dimension and every pair that says
// more than one of its members alone.
func partitions(ev *events, dims []ledger.Dim) []*part {
	all := []*part{{values: 1}}
	var single []*part
	for _, d := range dims {
		if t := newPart(ev, []ledger.Dim{d}); t.values > 1 {
			single = append(single, t)
		}
	}
	all = append(all, single...)
	for i, x := range single {
		for _, y := range single[i+1:] {
			t := newPart(ev, []ledger.Dim{x.dims[0], y.dims[0]})
			if t.values > max(x.values, y.values) {
				all = append(all, t)
			}
		}
	}
	return all
}

func newPart(ev *events, dims []ledger.Dim) *part {
	t := &part{dims: dims, nCard: 1, nKind: 1}
	var pd, cd []ledger.Dim
	for _, d := range dims {
		switch d {
		case ledger.Kind:
			seen := [256]bool{}
			for _, k := range ev.kind {
				seen[k] = true
			}
			t.kind = make([]int32, len(seen))
			n := int32(0)
			for k := range seen {
				t.kind[k] = -1
				if seen[k] {
					t.kind[k] = n
					n++
				}
			}
			t.nKind = uint64(n)
		case ledger.Issuer, ledger.BIN, ledger.EntryMode:
			cd = append(cd, d)
		default:
			pd = append(pd, d)
		}
	}
	nPlace := 1
	if pd != nil {
		t.place, nPlace = tuples(ev.book.Places(), len(pd), func(id, k int) uint32 { return ev.book.Place(uint32(id)).ID(pd[k]) })
	}
	if cd != nil {
		var n int
		t.card, n = tuples(ev.book.Cards(), len(cd), func(id, k int) uint32 {
			c := ev.book.Card(uint32(id))
			switch cd[k] {
			case ledger.Issuer:
				return c.Issuer
			case ledger.BIN:
				return c.BIN
			}
			return c.EntryMode
		})
		t.nCard = uint64(n)
	}
	t.values = nPlace * int(t.nCard) * int(t.nKind)
	return t
}

// tuples numbers the distinct tuples of up to two ids among n entries in their
// order; entries with an id 0 get -1.
func tuples(n, width int, id func(entry, k int) uint32) (index []int32, values int) {
	index = make([]int32, n)
	seen := map[uint64]int32{}
	for i := range n {
		var k uint64
		for j := range width {
			v := id(i, j)
			if v == 0 {
				k = 0
				break
			}
			k = k<<32 | uint64(v)
		}
		if k == 0 {
			index[i] = -1
			continue
		}
		v, ok := seen[k]
		if !ok {
			v = int32(len(seen))
			seen[k] = v
		}
		index[i] = v
	}
	return index, len(seen)
}

// build fills a partition with the series that can reach bar at all: a sum is
// never higher than that of its failures alone.
func (p *pool) build(t *part, parts int, bar float64) {
	layer := len(t.dims)
	price := 2 * float64(layer)
	if layer > 0 {
		price += math.Log(float64(t.values)) + math.Log(float64(max(1, parts)))
		for _, d := range t.dims {
			price += unlikely(d)
		}
	}
	type sum struct {
		top float64
		n   int32
	}
	bound := map[uint64]sum{}
	var keys []uint64
	for k, i := range p.fails {
		if !p.live[i] {
			continue
		}
		key, ok := t.key(p.ev, i)
		if !ok {
			continue
		}
		s := bound[key]
		if s.n == 0 {
			keys = append(keys, key)
		}
		s.top += math.Log1p(p.w[k])
		s.n++
		bound[key] = s
	}
	slices.Sort(keys)
	t.series = t.series[:0]
	if cells := uint64(t.values); cells <= 1<<20 {
		t.dense, t.sparse = make([]int32, cells), nil
		for i := range t.dense {
			t.dense[i] = -1
		}
	} else {
		t.dense, t.sparse = nil, map[uint64]int32{}
	}
	for _, key := range keys {
		s := bound[key]
		if s.top/p.phi-price < bar {
			continue
		}
		if t.dense != nil {
			t.dense[key] = int32(len(t.series))
		} else {
			t.sparse[key] = int32(len(t.series))
		}
		t.series = append(t.series, series{part: t, key: key, price: price,
			fail: make([]int32, 0, s.n), gap: make([]int32, 0, s.n)})
	}
	if len(t.series) == 0 {
		return
	}
	k := int32(0)
	for i := range p.live {
		failed := int(k) < len(p.fails) && p.fails[k] == int32(i)
		if failed {
			k++
		}
		if !p.live[i] {
			continue
		}
		s := t.at(p.ev, int32(i))
		if s == nil {
			continue
		}
		s.n++
		if failed {
			s.fail = append(s.fail, k-1)
			s.gap = append(s.gap, s.tail)
			s.tail = 0
		} else {
			s.tail++
		}
	}
}

// unlikely is what a dimension costs because faults seldom follow it: an issuer
// fails as a whole, not by BIN, and a system for all kinds of transaction.
func unlikely(d ledger.Dim) float64 {
	switch d {
	case ledger.BIN:
		return 4
	case ledger.Kind:
		return 3
	}
	return 0
}

// drop takes events that are no longer live out of every series.
func (p *pool) drop(parts []*part, gone []int32) {
	var touched []*series
	for _, t := range parts {
		if len(t.series) == 0 {
			continue
		}
		touched = touched[:0]
		for _, i := range gone {
			s := t.at(p.ev, i)
			if s == nil {
				continue
			}
			if s.fresh || !s.dirty {
				s.fresh, s.dirty = false, true
				touched = append(touched, s)
			}
			s.n--
			k, failed := slices.BinarySearchFunc(s.fail, i, func(f, i int32) int { return int(p.fails[f]) - int(i) })
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
	k, carry := 0, int32(0)
	for j, f := range s.fail {
		if !p.live[p.fails[f]] {
			carry += s.gap[j]
			continue
		}
		s.fail[k], s.gap[k] = f, s.gap[j]+carry
		carry = 0
		k++
	}
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
