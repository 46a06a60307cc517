package incident

import (
	"cmp"
	"math"
	"slices"
)

// Cell is a leaf of a table of counts: the attribute values of one combination
// (ids from 1; 0 = not stated), what was counted there and what was expected.
type Cell struct {
	IDs      []uint32
	N        float64 // trials, or 0 where the table holds volumes and no shares
	Real     float64 // failures, or the volume
	Expected float64 // failures, or the volume that was forecast
}

// Element is a conjunction of attribute values: by attribute the id, 0 = any.
type Element struct {
	IDs   []uint32
	Score float64 // nats beyond its price
	Cover float64 // share of all deviation that it holds
}

// LocaliseOptions steer [Localise].
type LocaliseOptions struct {
	MaxDims int     // most attributes of an element (default 3; of volumes all)
	Max     int     // most elements (default 16)
	Stop    float64 // an element must score this share of the first (default 0.25; of volumes 0)
}

// Localise names the combinations of attribute values that explain why counts
// are not what was expected, the best first. Elements are found one at a time:
// the best priced likelihood ratio over all cuboids wins, its cells are taken
// out, and the rest is searched again. The price is the length of the
// description: which attributes, and which of their combinations. With trials
// the likelihood is binomial and only rises count; without, cells are volumes
// whose relative noise is measured from the table itself.
func Localise(cells []Cell, opt LocaliseOptions) []Element {
	if len(cells) == 0 {
		return nil
	}
	if opt.Max <= 0 {
		opt.Max = 16
	}
	l := newLocaliser(cells, opt)
	var out []Element
	for len(out) < opt.Max {
		e, gone, ok := l.best()
		if !ok || len(out) > 0 && e.Score < l.opt.Stop*out[0].Score {
			break
		}
		out = append(out, e)
		for _, i := range gone {
			l.live[i] = false
		}
		if !l.trials {
			l.gain = l.volumes() // where most cells were off, the noise is only seen now
		}
	}
	return out
}

type localiser struct {
	cells  []Cell
	opt    LocaliseOptions
	dims   int
	live   []bool
	trials bool
	gain   func(cells []int32) (llr float64, ok bool)
	cubes  [][]int  // attributes of each cuboid
	sizes  []uint64 // one more than the largest id of each attribute
	total  float64  // all deviation
}

func newLocaliser(cells []Cell, opt LocaliseOptions) *localiser {
	l := &localiser{cells: cells, opt: opt, dims: len(cells[0].IDs), live: make([]bool, len(cells))}
	for i := range cells {
		l.live[i] = true
		l.trials = l.trials || cells[i].N > 0
		l.total += math.Abs(cells[i].Real - cells[i].Expected)
	}
	if l.trials {
		l.gain = l.shares(l.spread())
		l.opt.Stop = cmp.Or(opt.Stop, .25)
		l.opt.MaxDims = cmp.Or(opt.MaxDims, 3)
	} else {
		l.gain = l.volumes()
		l.opt.MaxDims = cmp.Or(opt.MaxDims, l.dims)
	}
	l.sizes = make([]uint64, l.dims)
	for i := range cells {
		for d, id := range cells[i].IDs {
			l.sizes[d] = max(l.sizes[d], uint64(id)+1)
		}
	}
	for mask := 1; mask < 1<<l.dims; mask++ {
		var cube []int
		for d := range l.dims {
			if mask>>d&1 == 1 {
				cube = append(cube, d)
			}
		}
		if len(cube) <= l.opt.MaxDims {
			l.cubes = append(l.cubes, cube)
		}
	}
	slices.SortStableFunc(l.cubes, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	return l
}

// best returns the element of the highest score and its live cells.
func (l *localiser) best() (Element, []int32, bool) {
	var top Element
	var cells []int32
	for _, cube := range l.cubes {
		groups := l.group(cube)
		price := math.Log(float64(len(groups))) + math.Log(float64(len(l.cubes))) + 1
		for _, g := range groups {
			llr, ok := l.gain(g)
			if !ok || llr-price <= 0 {
				continue
			}
			// A longer description must win by more than a hair.
			if v := llr - price; v > top.Score+3 || v > top.Score && len(cube) == count(top.IDs) {
				top = Element{IDs: make([]uint32, l.dims), Score: v}
				for _, d := range cube {
					top.IDs[d] = l.cells[g[0]].IDs[d]
				}
				cells = g
			}
		}
	}
	if cells == nil {
		return top, nil, false
	}
	dev := 0.0
	for _, i := range cells {
		dev += math.Abs(l.cells[i].Real - l.cells[i].Expected)
	}
	top.Cover = dev / l.total
	return top, cells, true
}

func count(ids []uint32) int {
	n := 0
	for _, id := range ids {
		if id != 0 {
			n++
		}
	}
	return n
}

// group splits the live cells by the attributes of a cuboid, in the order of
// their first cell.
func (l *localiser) group(cube []int) [][]int32 {
	size := uint64(1)
	for _, d := range cube {
		size *= l.sizes[d]
	}
	find := dense(size)
	if size > 1<<22 {
		find = sparse()
	}
	var out [][]int32
next:
	for i := range l.cells {
		if !l.live[i] {
			continue
		}
		k := uint64(0)
		for _, d := range cube {
			id := l.cells[i].IDs[d]
			if id == 0 {
				continue next
			}
			k = k*l.sizes[d] + uint64(id)
		}
		j := find(k, len(out))
		if j == len(out) {
			out = append(out, nil)
		}
		out[j] = append(out[j], int32(i))
	}
	return out
}

// dense and sparse number keys in the order they come.
func dense(size uint64) func(k uint64, next int) int {
	index := make([]int32, min(size, 1<<22))
	return func(k uint64, next int) int {
		if index[k] == 0 {
			index[k] = int32(next + 1)
		}
		return int(index[k] - 1)
	}
}

func sparse() func(k uint64, next int) int {
	index := map[uint64]int{}
	return func(k uint64, next int) int {
		j, ok := index[k]
		if !ok {
			index[k] = next
			return next
		}
		return j
	}
}

// spread is how much more than binomial the cells vary: the lower half's mean
// square, which a fault in some cells does not move.
func (l *localiser) spread() float64 {
	var sq []float64
	for i := range l.cells {
		c := &l.cells[i]
		if p := c.Expected / max(1, c.N); c.Expected > 1 && p < 1 {
			sq = append(sq, (c.Real-c.Expected)*(c.Real-c.Expected)/(c.Expected*(1-p)))
		}
	}
	if len(sq) < 8 {
		return 1
	}
	slices.Sort(sq)
	return max(1, sq[len(sq)/2]/.455) // median of chi-square with one degree
}

// shares is the binomial likelihood ratio of a raised share.
func (l *localiser) shares(phi float64) func([]int32) (float64, bool) {
	return func(cells []int32) (float64, bool) {
		n, f, e := 0.0, 0.0, 0.0
		for _, i := range cells {
			n, f, e = n+l.cells[i].N, f+l.cells[i].Real, e+l.cells[i].Expected
		}
		if f <= e || n <= 0 {
			return 0, false
		}
		e = max(e, 1e-9)
		v := f * math.Log(f/e)
		if f < n && e < n {
			v += (n - f) * math.Log((n-f)/(n-e))
		}
		return v / phi, true
	}
}

// volumes is the likelihood ratio of "all these cells are off by one factor"
// over "these cells are off by the table's own noise". The noise of a forecast is
// relative to its size, so that every cell counts alike, and one common factor
// is what the children of a true cause share: cells that are not off speak
// against an element that holds them.
func (l *localiser) volumes() func([]int32) (float64, bool) {
	off := make([]float64, len(l.cells))  // in [-1, 1], 0 = as forecast
	null := make([]float64, len(l.cells)) // log density of the noise
	use := make([]bool, len(l.cells))
	var size []float64
	for i := range l.cells {
		c := &l.cells[i]
		if top := max(c.Real, c.Expected); top > 0 && l.live[i] {
			use[i] = true
			off[i] = (c.Real - c.Expected) / top
			size = append(size, math.Abs(off[i]))
		}
	}
	if len(size) == 0 {
		return func([]int32) (float64, bool) { return 0, false }
	}
	slices.Sort(size)
	sigma := max(.005, size[len(size)/2]/.6745)
	for i := range off {
		null[i] = logMix(off[i], 0, sigma, 1e-15)
	}
	var own []float64
	return func(cells []int32) (float64, bool) {
		own = own[:0]
		sum := 0.0
		for _, i := range cells {
			if use[i] {
				own = append(own, off[i])
				sum += null[i]
			}
		}
		if len(own) == 0 {
			return 0, false
		}
		slices.Sort(own)
		mid := own[len(own)/2]
		if math.Abs(mid) < .1 {
			return 0, false
		}
		width := max(.02, min(.15, (own[len(own)*84/100]-own[len(own)*16/100])/2))
		v := -sum
		for _, x := range own {
			v += logMix(x, mid, width, 1e-3)
		}
		return v, v > 0
	}
}

// logMix is the log density of a normal distribution with an even share of
// outliers over [-1, 1].
func logMix(x, mean, sd, outliers float64) float64 {
	z := (x - mean) / sd
	return math.Log((1-outliers)*math.Exp(-z*z/2)/(sd*math.Sqrt(2*math.Pi)) + outliers/2)
}
