package reconcile

import (
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
	"github.com/poslog/poslog/txn"
)

// join brings rows of the two sides with equal keys together.
//
// It goes over the rows once, writes 20 bytes of each into one of many
// partitions by its key, and then looks through one partition after the other with a
// table that fits the processor's cache: no comparison sort, and no row is read
// again to decide about two rows that meet alone. Where even 20 bytes per row exceed the
// memory, it goes over the rows several times and takes a range of keys each time.
type join struct {
	rows [2]picked
	// fill writes what a row's entry holds, all of it for every row; false: the row takes
	// no part after all.
	fill func(side int, row int32, r *ledger.Row, e *entry) bool
	// key tells rows apart whose entries have the same code by chance; nil where
	// codes are equal only if keys are.
	key     func(side int, row int32) key
	memory  int64
	workers int
	pool    *slabs // nil: none is shared with other joins
	// pair gets the rows of a key that each side has once; nil sends them to visit.
	pair func(worker int, t, s *entry)
	// visit gets all rows of one key, each side in canonical order, if there is
	// more than one. Calls for different keys run concurrently.
	visit func(worker int, t, s []int32)
}

// picked names rows of a side of a book: those of list, or all n, that ok accepts.
type picked struct {
	book ledger.Book
	side int
	n    int
	list []int32              // nil: all rows below n
	ok   func(row int32) bool // nil: all
}

func (p *picked) len() int {
	if p.list != nil {
		return len(p.list)
	}
	return p.n
}

// at is row number i, whether picked or not.
func (p *picked) at(i int) int32 {
	if p.list != nil {
		return p.list[i]
	}
	return int32(i)
}

// each calls f for the rows of one worker's share, in canonical order.
func (p *picked) each(worker, workers int, f func(row int32)) {
	for i, to := p.share(worker, workers); i < to; i++ {
		if row := p.at(i); p.ok == nil || p.ok(row) {
			f(row)
		}
	}
}

// read does so with the rows themselves and their numbers, those from from up to to.
func (p *picked) read(from, to int, f func(at int, row int32, r *ledger.Row)) {
	if from == to {
		return
	}
	if p.list == nil { // nearly all of them: read in one go
		for i, r := range p.book.Range(bookSide[p.side], from, to) {
			if p.ok == nil || p.ok(int32(i)) {
				f(i, int32(i), r)
			}
		}
		return
	}
	r := new(ledger.Row)
	for i := from; i < to; i++ {
		if row := p.list[i]; p.ok == nil || p.ok(row) {
			*r = p.book.Row(bookSide[p.side], int(row))
			f(i, row, r)
		}
	}
}

// share is the range of a worker's rows.
func (p *picked) share(worker, workers int) (from, to int) {
	n := p.len()
	return n * worker / workers, n * (worker + 1) / workers
}

// entry is a row in a partition. Beside its key it holds what decides about two rows
// that meet alone, each value coarse or absent rather than wrong.
type entry struct {
	low, high uint32 // the code: a packed key after mixing, or the hash of a key
	id        uint32 // row, with the top bit set on the settlement side
	amount    uint32 // see codedAmount
	seen      uint32 // minute<<14 | last four digits of the card; see codedTime
}

const (
	entrySize = 20
	rightBit  = 1 << 31
	// partitionRows is how many entries a partition should have: they and their
	// table stay within the processor's cache.
	partitionRows = 8192
	maxPartitions = 512
	blockRows     = 400 // 8 kB
	slabRows      = 128 * blockRows
)

func entryID(side int, row int32) uint32 { return uint32(row) | uint32(side)<<31 }

func (e *entry) side() int  { return int(e.id >> 31) }
func (e *entry) row() int32 { return int32(e.id &^ rightBit) }

func (e *entry) setCode(c uint64) { e.low, e.high = uint32(c), uint32(c>>32) }

// Amounts and times in an entry. The last value of each stands for "look at the
// row".
const (
	noAmount    = 0
	largeAmount = 1<<32 - 1
	cardBits    = 14
	noCard      = 1<<cardBits - 1
	noMinute    = 1<<(32-cardBits) - 1
)

func codedAmount(a txn.Minor) uint32 {
	switch {
	case !a.Valid():
		return noAmount
	case a < 0 || a >= largeAmount-1:
		return largeAmount
	}
	return uint32(a) + 1
}

// codedTime is the minute since base and the last four digits of a card.
func codedTime(at, base txn.Instant, last4 uint16) uint32 {
	minute, card := uint32(noMinute), uint32(noCard)
	if at.Valid() && at >= base && (at-base)/(day/1440) < noMinute {
		minute = uint32((at - base) / (day / 1440))
	}
	if last4 < 10_000 {
		card = uint32(last4)
	}
	return minute<<cardBits | card
}

func (e *entry) minute() int32 { return int32(e.seen >> cardBits) }
func (e *entry) card() uint32  { return e.seen & noCard }

// mix maps codes one to one, so that their bits choose partitions and places evenly.
func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

func (j *join) run() {
	total := j.rows[left].len() + j.rows[right].len()
	if total == 0 {
		return
	}
	rounds := int(max(1, (int64(total)*entrySize+j.memory-1)/j.memory))
	shift := max(0, min(bits.Len(maxPartitions-1), bits.Len(uint(total/rounds/partitionRows))))
	// A few rows are not worth a second goroutine.
	workers := j.workers
	if total < partitionRows {
		workers = 1
	}
	if j.pool == nil {
		j.pool = &slabs{}
	}
	for round := range rounds {
		j.round(uint64(round), uint64(rounds), shift, workers)
	}
}

// scattered is what one worker wrote, by partition.
type scattered struct {
	parts [][][]entry // blocks of each partition
	slab  []entry
	size  int       // of the last slab
	own   [][]entry // all slabs
	pool  *slabs
}

// slabs keeps memory from one round, or join, for the next.
type slabs struct {
	mu   sync.Mutex
	free [][]entry
}

func (p *slabs) take() (slab []entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		slab, p.free = p.free[n-1], p.free[:n-1]
	}
	return slab
}

// release gives all of it back.
func (p *slabs) release() {
	for _, s := range p.free {
		room.Free(s)
	}
	p.free = nil
}

func (s *scattered) add(part int, e entry) {
	blocks := s.parts[part]
	last := len(blocks) - 1
	if last < 0 || len(blocks[last]) == cap(blocks[last]) {
		blocks = append(blocks, s.block(last < 0))
		s.parts[part] = blocks
		last++
	}
	blocks[last] = append(blocks[last], e)
}

// block cuts a block off the slab. Slabs grow, so that small inputs stay small.
func (s *scattered) block(first bool) []entry {
	n := blockRows
	if first && len(s.parts) == 1 {
		n = 32
	}
	for len(s.slab) < n {
		if s.slab = s.pool.take(); s.slab == nil {
			s.size = max(n, min(slabRows, 2*s.size))
			s.slab = room.Slice[entry](s.size)
		}
		s.own = append(s.own, s.slab)
	}
	b := s.slab[:0:n]
	s.slab = s.slab[n:]
	return b
}

// round joins the keys of its share. Which round a code belongs to depends on its
// low half, the partition on the top bits of its high half.
func (j *join) round(round, rounds uint64, shift, workers int) {
	outs := make([]scattered, workers)
	parallel(workers, func(w int) {
		out := &outs[w]
		out.pool = j.pool
		out.parts = make([][][]entry, 1<<shift)
		e := new(entry)
		for side := range j.rows {
			from, to := j.rows[side].share(w, workers)
			j.rows[side].read(from, to, func(_ int, row int32, r *ledger.Row) {
				if !j.fill(side, row, r, e) {
					return
				}
				if rounds > 1 && uint64(e.low)*rounds>>32 != round {
					return
				}
				e.id = entryID(side, row)
				out.add(int(uint64(e.high)<<shift>>32), *e)
			})
		}
	})
	var next atomic.Int64
	parallel(workers, func(w int) {
		var t table
		for {
			p := int(next.Add(1)) - 1
			if p >= 1<<shift {
				return
			}
			t.list = t.list[:0]
			for i := range outs {
				t.take(outs[i].parts[p])
			}
			j.meet(w, &t)
		}
	})
	for i := range outs {
		j.pool.free = append(j.pool.free, outs[i].own...)
	}
}

// parallel calls f for each worker at once.
func parallel(workers int, f func(w int)) {
	if workers == 1 {
		f(0)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(w) })
	}
	wg.Wait()
}

// table is the scratch space of one worker: entries, chained by their codes in the
// order of writing.
type table struct {
	list  []entry
	heads []int32 // place -> first entry + 1
	tails []int32 // of the first entry of a chain: its last one
	next  []int32
	t, s  []int32
	chain []int32
}

// take appends blocks to the list.
func (t *table) take(blocks [][]entry) {
	for _, b := range blocks {
		at := len(t.list)
		t.list = slices.Grow(t.list, len(b))[:at+len(b)]
		room.Copy(t.list[at:], b)
	}
}

// meet visits the keys of a table that stand more than once, and counts them.
func (j *join) meet(w int, t *table) (met int) {
	n := len(t.list)
	if n < 2 {
		return 0
	}
	size := 1 << bits.Len(uint(2*n-1))
	if cap(t.heads) < size {
		t.heads = make([]int32, size)
	} else {
		t.heads = t.heads[:size]
		clear(t.heads)
	}
	t.next, t.tails = slices.Grow(t.next[:0], n)[:n], slices.Grow(t.tails[:0], n)[:n]
	mask := uint32(size - 1)
	for i := range t.list {
		e := &t.list[i]
		t.next[i], t.tails[i] = 0, int32(i)
		// The low bits of the low half: the high ones may be those of the round.
		for place := e.low & mask; ; place = (place + 1) & mask {
			h := t.heads[place]
			if h == 0 {
				t.heads[place] = int32(i) + 1
				break
			}
			if f := &t.list[h-1]; f.low == e.low && f.high == e.high {
				t.next[t.tails[h-1]] = int32(i)
				t.tails[h-1] = int32(i)
				t.tails[i] = -1 // not the first of its chain
				break
			}
		}
	}
	for i := range t.list {
		if t.tails[i] == int32(i) || t.tails[i] < 0 {
			continue // alone, or in the chain of another one
		}
		t.chain = t.chain[:0]
		for k := int32(i); ; k = t.next[k] {
			t.chain = append(t.chain, k)
			if k == t.tails[i] {
				break
			}
		}
		j.group(w, t)
		met++
	}
	return met
}

// group visits the rows of one chain, after telling keys apart that share a code.
func (j *join) group(w int, t *table) {
	if j.key == nil {
		j.emit(w, t, t.chain)
		return
	}
	type keyed struct {
		key
		at int32
	}
	all := make([]keyed, len(t.chain))
	for i, k := range t.chain {
		e := &t.list[k]
		all[i] = keyed{j.key(e.side(), e.row()), k}
	}
	slices.SortStableFunc(all, func(x, y keyed) int { return slices.Compare(x.key[:], y.key[:]) })
	for i := 0; i < len(all); {
		n := i
		t.chain = t.chain[:0]
		for n < len(all) && all[n].key == all[i].key {
			t.chain = append(t.chain, all[n].at)
			n++
		}
		if n-i > 1 {
			j.emit(w, t, t.chain)
		}
		i = n
	}
}

func (j *join) emit(w int, t *table, chain []int32) {
	if len(chain) == 2 && j.pair != nil {
		x, y := &t.list[chain[0]], &t.list[chain[1]]
		if x.side() != y.side() {
			if x.side() == right {
				x, y = y, x
			}
			j.pair(w, x, y)
			return
		}
	}
	t.t, t.s = t.t[:0], t.s[:0]
	for _, k := range chain {
		if e := &t.list[k]; e.side() == left {
			t.t = append(t.t, e.row())
		} else {
			t.s = append(t.s, e.row())
		}
	}
	j.visit(w, t.t, t.s)
}
