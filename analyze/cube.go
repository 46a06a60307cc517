package analyze

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/ledger"
)

// Bounds of the cube: a page that carries it stays small.
const (
	maxCubeCells  = 24_000
	maxCubeValues = 24 // per dimension, the folded rest included
	baseDims      = 5  // institution, code, outcome, class, incident: never left out
)

// cubeExtra are the dimensions that join while the cube stays small.
var cubeExtra = []ledger.Dim{ledger.Carrier, ledger.Region, ledger.Network, ledger.Model, ledger.Issuer}

const allDims = baseDims + 5

// cellKey is the coordinates of a cell: bucket, then one value per dimension.
type cellKey struct {
	bucket int32
	dims   [allDims]uint16
}

type cell struct {
	key    cellKey
	n      int64
	amount int64
}

// axis collects the values of one dimension: interned in order of appearance,
// then put into sorted order, the rare ones folded.
type axis struct {
	name  string
	ids   map[string]uint16
	names []string
	n     []int64
}

// id notes a value of n attempts.
func (a *axis) id(s string, n int64) uint16 {
	id, ok := a.ids[s]
	if !ok {
		if len(a.names) == 1<<16-1 {
			s = folded
			if id, ok := a.ids[s]; ok {
				return id
			}
		}
		id = uint16(len(a.names))
		a.ids[s] = id
		a.names = append(a.names, s)
		a.n = append(a.n, 0)
	}
	a.n[id] += n
	return id
}

// folded is the value that stands for all rare ones.
const folded = "*"

// settle returns the dimension as the report shows it and the new index of each
// old one: values sorted, at most maxCubeValues, the rarest in "*" at the end.
func (a *axis) settle() (CubeDim, []uint16) {
	order := make([]int, len(a.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(a.n[y], a.n[x]), cmp.Compare(a.names[x], a.names[y]))
	})
	dim := CubeDim{Name: a.name, Values: []string{}}
	kept := order
	if len(order) > maxCubeValues {
		kept = order[:maxCubeValues-1]
		dim.Folded = len(order) - len(kept)
	}
	kept = slices.Clone(kept)
	slices.SortFunc(kept, func(x, y int) int { return cmp.Compare(a.names[x], a.names[y]) })
	to := make([]uint16, len(a.names))
	for i := range to {
		to[i] = uint16(len(kept))
	}
	for i, old := range kept {
		to[old] = uint16(i)
		dim.Values = append(dim.Values, a.names[old])
	}
	if dim.Folded > 0 {
		dim.Values = append(dim.Values, folded)
	}
	return dim, to
}

// rawCell is a cell by ids, as the pass over the rows finds it.
type rawCell struct {
	bucket   int32
	where    int32 // index of the distinct places, as far as the cube tells them apart
	issuer   uint32
	incident int16
	code     uint16
	result   result
	class    classify.Class
}

// cube counts attempts by time and dimensions. Every attempt is in one cell, so
// the cells add up to the totals.
func (p *pipeline) cube() (add func(*attempt), move func(a *attempt, incident int), lay func() *Cube) {
	size := bucketSize(p.period, 144)
	c := newClock(p.period, size, p.cfg.Location)
	var where []ledger.Place // distinct places without merchant and terminal
	index := map[ledger.Place]int32{}
	of := make([]int32, p.book.Places()) // place -> index into where
	for id := range of {
		pl := *p.book.Place(uint32(id))
		pl.Merchant, pl.Terminal = 0, 0
		n, ok := index[pl]
		if !ok {
			n = int32(len(where))
			index[pl] = n
			where = append(where, pl)
		}
		of[id] = n
	}
	type sum struct{ n, amount int64 }
	var keys []rawCell
	var counts []sum
	at := map[rawCell]int32{}
	var latest [1024]int32 // cells by what tells those of a bucket apart, and one: most come again soon
	count := func(a *attempt, incident int, n int64) {
		k := rawCell{bucket: int32(c.bucket(a.row)), where: of[a.row.Place], issuer: p.book.Card(a.row.Card).Issuer,
			incident: int16(incident), code: a.row.Code, result: a.result, class: a.ruling.Class}
		last := &latest[(uint32(k.where)*31^k.issuer*7^uint32(k.code)*131^uint32(k.result)<<8)%uint32(len(latest))]
		i := *last - 1
		if i < 0 || keys[i] != k {
			var ok bool
			if i, ok = at[k]; !ok {
				i = int32(len(keys))
				at[k] = i
				keys, counts = append(keys, k), append(counts, sum{})
			}
			*last = i + 1
		}
		counts[i].n += n
		counts[i].amount += n * int64(a.amount.Or(0))
	}
	add = func(a *attempt) { count(a, -1, 1) }
	move = func(a *attempt, incident int) {
		count(a, -1, -1)
		count(a, incident, 1)
	}
	return add, move, func() *Cube {
		axes := make([]axis, allDims)
		for i, n := range []string{"institution", "code", "outcome", "class", "incident"} {
			axes[i].name = n
		}
		for i, d := range cubeExtra {
			axes[baseDims+i].name = d.String()
		}
		for i := range axes {
			axes[i].ids = map[string]uint16{}
		}
		cells := make([]cell, len(keys))
		for i, k := range keys {
			e := &cells[i]
			e.key.bucket, e.n, e.amount = k.bucket, counts[i].n, counts[i].amount
			pl := &where[k.where]
			for d, name := range [allDims]string{
				p.book.Name(ledger.Institution, pl.Institution), p.book.Code(k.code), resultNames[k.result], k.class.String(), p.incidentID(int(k.incident)),
				p.book.Name(ledger.Carrier, pl.Carrier), p.book.Name(ledger.Region, pl.Region), p.book.Name(ledger.Network, pl.Network),
				p.book.Name(ledger.Model, pl.Model), p.book.Name(ledger.Issuer, k.issuer),
			} {
				e.key.dims[d] = axes[d].id(name, e.n)
			}
		}
		cells = slices.DeleteFunc(cells, func(e cell) bool { return e.n == 0 }) // all of it was moved
		return layCube(axes, cells, c, size)
	}
}

// layCube folds rare values and leaves dimensions out until the cube is small.
func layCube(axes []axis, cells []cell, c clock, size int) *Cube {
	if len(cells) == 0 {
		return nil
	}
	var maps [allDims][]uint16
	dims := make([]CubeDim, allDims)
	use := [allDims]bool{true, true, true, true, true}
	for i := range axes {
		dims[i], maps[i] = axes[i].settle()
	}
	for n := range cells {
		e := &cells[n]
		for i := range maps {
			e.key.dims[i] = maps[i][e.key.dims[i]]
		}
	}
	kept := project(cells, use)
	for i := baseDims; i < allDims; i++ {
		if len(dims[i].Values) < 2 {
			continue
		}
		use[i] = true
		if wider := project(cells, use); len(wider) <= maxCubeCells {
			kept = wider
		} else {
			use[i] = false
		}
	}
	out := &Cube{Start: c.time(0), BucketSeconds: size, Cells: make([][]int64, len(kept))}
	for i := range dims {
		if use[i] {
			out.Dims = append(out.Dims, dims[i])
		}
	}
	for n, e := range kept {
		row := append(make([]int64, 0, len(out.Dims)+3), int64(e.key.bucket))
		for i := range e.key.dims {
			if use[i] {
				row = append(row, int64(e.key.dims[i]))
			}
		}
		out.Cells[n] = append(row, e.n, e.amount)
	}
	return out
}

// project adds up the cells over the dimensions that are not used, sorted.
func project(all []cell, use [allDims]bool) []cell {
	sums := make(map[cellKey]int, len(all))
	var out []cell
	for _, e := range all {
		for i, u := range use {
			if !u {
				e.key.dims[i] = 0
			}
		}
		if at, ok := sums[e.key]; ok {
			out[at].n += e.n
			out[at].amount += e.amount
		} else {
			sums[e.key] = len(out)
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(x, y cell) int {
		if c := cmp.Compare(x.key.bucket, y.key.bucket); c != 0 {
			return c
		}
		return slices.Compare(x.key.dims[:], y.key.dims[:])
	})
	return out
}
