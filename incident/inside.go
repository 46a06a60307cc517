package incident

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/ledger"
)

// inside calls do for the events of a scope from number lo to before hi, in order,
// retries included.
func (e *events) inside(sc Scope, lo, hi int32, do func(i int32)) {
	if hi-lo < 64 { // too few for tables
		for i := lo; i < hi; i++ {
			if e.matches(sc, i) {
				do(i)
			}
		}
		return
	}
	if list, ok := e.few(sc, lo, hi); ok {
		for _, i := range list {
			do(i)
		}
		return
	}
	inside := e.filter(sc)
	for i := lo; i < hi; i++ {
		if inside.has(i) {
			do(i)
		}
	}
}

// byPlace finds the events of a place. Where there are many incidents, each of a few
// places, to go through all events for every one of them would take time that grows
// with the product of both.
type byPlace struct {
	asked atomic.Int64 // events gone through without it
	once  sync.Once
	list  []int32 // events by place, in order
	start []int32 // of each place in list
	dims  [len(ledger.Dims)]struct {
		once  sync.Once
		list  []int32 // places by id
		start []int32 // of each id in list
	}
}

const (
	worthPlaces = 16 // times that all events are gone through before the list pays
	fewPlaces   = 8  // events that can be gone through while one is found by its place
)

// few lists the events of a scope in a range where they are few of these, in order;
// false where all are to be gone through.
func (e *events) few(sc Scope, lo, hi int32) ([]int32, bool) {
	x := &e.byPlace
	if x.asked.Load() < worthPlaces*int64(e.len()) {
		x.asked.Add(int64(hi - lo))
		return nil, false
	}
	x.once.Do(func() {
		x.list = room.Slice[int32](e.len())
		x.start = group(x.list, e.book.Places(), func(i int32) uint32 { return e.place.At(i) })
	})
	most := (hi - lo) / fewPlaces
	var places []int32
	for k := range sc {
		if own, n, ok := e.places(&sc[k], most); ok {
			places, most = own, n
		}
	}
	if places == nil {
		return nil, false
	}
	list := make([]int32, 0, most)
	for _, p := range places {
		own := x.list[x.start[p]:x.start[p+1]]
		k, _ := slices.BinarySearch(own, lo)
		for _, i := range own[k:] {
			if i >= hi {
				break
			}
			if e.matches(sc, i) {
				list = append(list, i)
			}
		}
	}
	if len(places) > 1 {
		slices.Sort(list)
	}
	return list, true
}

// places lists those of a term and the number of their events, if these are fewer
// than most.
func (e *events) places(t *Term, most int32) (places []int32, n int32, ok bool) {
	if factorOf(t.Dim) != 0 {
		return nil, 0, false
	}
	places = []int32{}
	start := e.byPlace.start
	for _, id := range t.IDs {
		for _, p := range e.placesOf(t.Dim, id) {
			if n += start[p+1] - start[p]; n >= most {
				return nil, 0, false
			}
			places = append(places, p)
		}
	}
	return places, n, true
}

// placesOf are those of an entity of a dimension of places.
func (e *events) placesOf(d ledger.Dim, id uint32) []int32 {
	x := &e.byPlace.dims[d]
	x.once.Do(func() {
		ids := e.column(d).ids
		x.list = make([]int32, len(ids))
		x.start = group(x.list, e.book.Names(d), func(p int32) uint32 { return ids[p] })
	})
	return x.list[x.start[id]:x.start[id+1]]
}

// group fills list with the numbers below its length by what they belong to, in order, and
// returns where each of n groups starts, and the end.
func group(list []int32, n int, of func(i int32) uint32) []int32 {
	start := make([]int32, n+1)
	for i := range list {
		start[of(int32(i))]++
	}
	sum := int32(0)
	for k, own := range start {
		start[k] = sum
		sum += own
	}
	for i := range list {
		at := &start[of(int32(i))]
		list[*at] = int32(i)
		*at++
	}
	copy(start[1:], start) // each has moved on to the next
	start[0] = 0
	return start
}

func (x *byPlace) free() {
	room.Free(x.list)
	x.list = nil
}

// filter answers matches for one scope and many events.
type filter struct {
	ev    *events
	holds [3][]bool // by place, card and kind; nil = all
}

func (e *events) filter(sc Scope) *filter {
	f := &filter{ev: e}
	for k := range sc {
		t := &sc[k]
		h := &f.holds[factorOf(t.Dim)]
		col := e.column(t.Dim)
		n := len(col.ids)
		if t.Dim == ledger.Kind {
			n = mostKinds
		}
		if *h == nil {
			*h = make([]bool, n)
			for id := range *h {
				(*h)[id] = true
			}
		}
		for id := range *h {
			v := uint32(id)
			if t.Dim != ledger.Kind {
				v = col.ids[id]
			}
			(*h)[id] = (*h)[id] && t.has(v)
		}
	}
	return f
}

// byPlace reports whether nothing but the place of an event says whether it belongs.
func (f *filter) byPlace() bool { return f.holds[0] != nil && f.holds[1] == nil && f.holds[2] == nil }

func (f *filter) has(i int32) bool {
	ev := f.ev
	return (f.holds[0] == nil || f.holds[0][ev.place.At(i)]) && (f.holds[1] == nil || f.holds[1][ev.card.At(i)]) &&
		(f.holds[2] == nil || f.holds[2][ev.kindOf(i)])
}
