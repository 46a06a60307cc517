package reconcile

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// join brings rows of the two sides with equal keys together.
//
// It never holds more than 16 bytes per row: the hash of the key and the row's
// number, scattered into partitions small enough for the processor's cache and
// sorted there. Where even that exceeds the memory, it goes over the rows several
// times and takes a range of hashes each time.
type join struct {
	n       [2]int                                // rows of each side
	pick    func(side int, row int32) bool        // the rows that take part; nil = all
	key     func(side int, row int32) (key, bool) // false: the row takes no part after all
	hash    func(*key) uint64                     // nil = key.hash
	memory  int64
	workers int
	// visit gets all rows of one key, each side in canonical order, if there is
	// more than one. Calls for different keys run concurrently.
	visit func(worker int, t, s []int32)
}

type entry struct {
	hash uint64
	id   uint32 // row, with the top bit set on the settlement side
}

const (
	entrySize = 16
	rightBit  = 1 << 31
	// partitionRows is the number of entries that sort well within L2.
	partitionRows = 8192
)

func (j *join) run() {
	total := j.candidates()
	if total == 0 {
		return
	}
	if j.hash == nil {
		j.hash = (*key).hash
	}
	rounds := max(1, (total*entrySize+j.memory-1)/j.memory)
	parts := max(1, min(4096, int(total/rounds/partitionRows)))
	var buf []entry
	for round := range rounds {
		buf = j.round(uint64(round), uint64(rounds), parts, buf)
	}
}

// candidates counts the rows that are picked.
func (j *join) candidates() (total int64) {
	for side, n := range j.n {
		for row := range int32(n) {
			if j.pick == nil || j.pick(side, row) {
				total++
			}
		}
	}
	return total
}

// round joins the keys whose hash falls into its share and returns the buffer
// for the next round.
func (j *join) round(round, rounds uint64, parts int, buf []entry) []entry {
	// Which round a hash belongs to must not depend on the bits that choose the
	// partition.
	mine := func(h uint64) bool { return rounds == 1 || (h>>32)*rounds>>32 == round }
	part := func(h uint64) int { return int((h & 0xffffffff) * uint64(parts) >> 32) }

	counts := make([][]int, j.workers)
	j.sweep(func(w int, h uint64, _ uint32) {
		if mine(h) {
			counts[w][part(h)]++
		}
	}, func(w int) { counts[w] = make([]int, parts) })

	starts := make([]int, parts+1)
	n := 0
	for p := range parts {
		starts[p] = n
		for w := range counts {
			c := counts[w][p]
			counts[w][p] = n
			n += c
		}
	}
	starts[parts] = n
	if cap(buf) < n {
		buf = make([]entry, n)
	}
	buf = buf[:n]
	j.sweep(func(w int, h uint64, id uint32) {
		if mine(h) {
			p := part(h)
			buf[counts[w][p]] = entry{h, id}
			counts[w][p]++
		}
	}, func(int) {})

	var next atomic.Int64
	parallel(j.workers, func(w int) {
		var g groups
		for {
			p := int(next.Add(1)) - 1
			if p >= parts {
				return
			}
			j.partition(w, buf[starts[p]:starts[p+1]], &g)
		}
	})
	return buf
}

// sweep gives every worker the same share of the rows each time.
func (j *join) sweep(each func(w int, h uint64, id uint32), begin func(w int)) {
	parallel(j.workers, func(w int) {
		begin(w)
		for side, n := range j.n {
			for row := int32(n * w / j.workers); row < int32(n*(w+1)/j.workers); row++ {
				if j.pick != nil && !j.pick(side, row) {
					continue
				}
				if k, ok := j.key(side, row); ok {
					each(w, j.hash(&k), uint32(row)|uint32(side)<<31)
				}
			}
		}
	})
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

// groups is the scratch space of one worker.
type groups struct{ t, s []int32 }

func (j *join) partition(w int, e []entry, g *groups) {
	slices.SortFunc(e, func(x, y entry) int {
		if x.hash != y.hash {
			if x.hash < y.hash {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.id, y.id)
	})
	for len(e) > 0 {
		n := 1
		for n < len(e) && e[n].hash == e[0].hash {
			n++
		}
		if n > 1 {
			j.group(w, e[:n], g)
		}
		e = e[n:]
	}
}

// group visits the rows of one hash, after telling keys apart that share it by
// chance.
func (j *join) group(w int, e []entry, g *groups) {
	first, _ := j.key(int(e[0].id>>31), int32(e[0].id&^rightBit))
	same := true
	for _, x := range e[1:] {
		if k, _ := j.key(int(x.id>>31), int32(x.id&^rightBit)); k != first {
			same = false
			break
		}
	}
	if same {
		j.emit(w, e, g)
		return
	}
	type keyed struct {
		key
		entry
	}
	all := make([]keyed, len(e))
	for i, x := range e {
		k, _ := j.key(int(x.id>>31), int32(x.id&^rightBit))
		all[i] = keyed{k, x}
	}
	slices.SortStableFunc(all, func(x, y keyed) int { return slices.Compare(x.key[:], y.key[:]) })
	for i := 0; i < len(all); {
		n := i
		for n < len(all) && all[n].key == all[i].key {
			e[n] = all[n].entry
			n++
		}
		if n-i > 1 {
			j.emit(w, e[i:n], g)
		}
		i = n
	}
}

func (j *join) emit(w int, e []entry, g *groups) {
	g.t, g.s = g.t[:0], g.s[:0]
	for _, x := range e {
		if x.id&rightBit == 0 {
			g.t = append(g.t, int32(x.id))
		} else {
			g.s = append(g.s, int32(x.id&^rightBit))
		}
	}
	j.visit(w, g.t, g.s)
}
