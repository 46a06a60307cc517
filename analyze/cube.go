package analyze

import (
	"cmp"
	"slices"

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

func (a *axis) id(s string) uint16 {
	if id, ok := a.ids[s]; ok {
		a.n[id]++
		return id
	}
	if len(a.names) == 1<<16-1 {
		s = folded
		if id, ok := a.ids[s]; ok {
			return id
		}
	}
	id := uint16(len(a.names))
	a.ids[s] = id
	a.names = append(a.names, s)
	a.n = append(a.n, 1)
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

// cube counts attempts by time and dimensions. Every attempt is in one cell, so
// the cells add up to the totals.
func (p *pipeline) cube() *Cube {
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
	size := bucketSize(p.period, 144)
	c := newClock(p.period, size, p.cfg.Location)
	cells := map[cellKey]*cell{}
	p.attempts(func(a *attempt) {
		k := cellKey{bucket: int32(c.bucket(a.row))}
		place, card := p.book.Place(a.row.Place), p.book.Card(a.row.Card)
		k.dims[0] = axes[0].id(p.book.Name(ledger.Institution, place.Institution))
		k.dims[1] = axes[1].id(p.book.Code(a.row.Code))
		k.dims[2] = axes[2].id(resultNames[a.result])
		k.dims[3] = axes[3].id(a.ruling.Class.String())
		k.dims[4] = axes[4].id(p.incidentID(a.incident))
		k.dims[5] = axes[5].id(p.book.Name(ledger.Carrier, place.Carrier))
		k.dims[6] = axes[6].id(p.book.Name(ledger.Region, place.Region))
		k.dims[7] = axes[7].id(p.book.Name(ledger.Network, place.Network))
		k.dims[8] = axes[8].id(p.book.Name(ledger.Model, place.Model))
		k.dims[9] = axes[9].id(p.book.Name(ledger.Issuer, card.Issuer))
		e := cells[k]
		if e == nil {
			e = &cell{key: k}
			cells[k] = e
		}
		e.n++
		if a.row.Amount.Valid() {
			e.amount += int64(a.row.Amount)
		}
	})
	if len(cells) == 0 {
		return nil
	}
	var maps [allDims][]uint16
	dims := make([]CubeDim, allDims)
	use := [allDims]bool{true, true, true, true, true}
	for i := range axes {
		dims[i], maps[i] = axes[i].settle()
	}
	all := make([]cell, 0, len(cells))
	for _, e := range cells {
		for i := range maps {
			e.key.dims[i] = maps[i][e.key.dims[i]]
		}
		all = append(all, *e)
	}
	kept := project(all, use)
	for i := baseDims; i < allDims; i++ {
		if len(dims[i].Values) < 2 {
			continue
		}
		use[i] = true
		if wider := project(all, use); len(wider) <= maxCubeCells {
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
