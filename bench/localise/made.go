package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/poslog/poslog/incident"
)

// recipe is the published description of a synthetic set: attribute sizes,
// ranges of forecast noise, severity and deviation, numbers of anomalies and of
// elements in each, and whether every anomaly is a single leaf.
type recipe struct {
	sizes               []int
	noise, severity     [2]float64
	deviation           [2]float64
	anomalies, elements [2]int
	leaves              bool
}

var recipes = map[string]recipe{
	"S": {[]int{10, 12, 10, 8, 5}, [2]float64{0, .25}, [2]float64{.2, 1}, [2]float64{0, .1}, [2]int{1, 3}, [2]int{1, 3}, false},
	"L": {[]int{10, 24, 10, 15}, [2]float64{0, .1}, [2]float64{.5, 1}, [2]float64{0, 0}, [2]int{1, 5}, [2]int{1, 1}, true},
}

// synthetic makes one table: Weibull volumes with some zeros, forecasts with
// relative normal noise on either side, and anomalies that scale all leaves of
// their elements by one minus the severity.
func synthetic(set string, seed uint64) (*problem, error) {
	r, ok := recipes[set]
	if !ok {
		return nil, fmt.Errorf("unknown set %q: use S or L", set)
	}
	rng := rand.New(rand.NewPCG(seed, 77))
	in := func(b [2]float64) float64 { return b[0] + (b[1]-b[0])*rng.Float64() }
	p := &problem{name: fmt.Sprintf("%s %d", set, seed)}
	for d, n := range r.sizes {
		a := string(rune('a' + d))
		p.attrs = append(p.attrs, a)
		names := []string{""}
		for i := range n {
			names = append(names, fmt.Sprintf("%s%d", a, i+1))
		}
		p.names = append(p.names, names)
	}
	zeros, noise, alpha := .25*rng.Float64(), in(r.noise), .5+.5*rng.Float64()
	ids := make([]uint32, len(r.sizes))
	for i := range ids {
		ids[i] = 1
	}
	sumReal, sumForecast := 0.0, 0.0
	for done := false; !done; {
		v := math.Pow(-math.Log(1-rng.Float64()), 1/alpha) * 100
		if rng.Float64() <= zeros {
			v = 0
		}
		real, forecast := v, max(0, v*(1+noise*rng.NormFloat64()))
		if rng.IntN(2) == 1 {
			real, forecast = forecast, real
		}
		sumReal, sumForecast = sumReal+real, sumForecast+forecast
		p.cells = append(p.cells, incident.Cell{IDs: slices.Clone(ids), Real: real, Expected: forecast})
		done = true
		for d := len(ids) - 1; d >= 0; d-- {
			if int(ids[d]) < r.sizes[d] {
				ids[d]++
				done = false
				break
			}
			ids[d] = 1
		}
	}
	up := sumReal > sumForecast
	var used [][]uint32 // all elements so far
	anomalies := r.anomalies[0] + rng.IntN(r.anomalies[1]-r.anomalies[0]+1)
	for range anomalies {
		var elements [][]uint32
		level := len(r.sizes)
		if !r.leaves {
			level = 1 + rng.IntN(len(r.sizes))
		}
		want := r.elements[0] + rng.IntN(r.elements[1]-r.elements[0]+1)
		severity, deviation := in(r.severity)+noise, in(r.deviation)
		for tries := 0; len(elements) == 0 && tries < 1000; tries++ {
			elements = place(rng, r.sizes, level, want, used)
			for _, e := range elements {
				if level == len(r.sizes) && !p.alive(e) {
					elements = nil
					break
				}
			}
		}
		for _, e := range elements {
			used = append(used, e)
			p.truth = append(p.truth, p.element(incident.Element{IDs: e}))
			for i := range p.cells {
				c := &p.cells[i]
				if !covers(e, c.IDs) {
					continue
				}
				scale := max(0, 1-(severity+deviation*rng.NormFloat64()))
				if up {
					c.Expected = c.Real * scale
				} else {
					c.Real = c.Expected * scale
				}
			}
		}
	}
	slices.SortFunc(p.truth, strings.Compare)
	return p, nil
}

// place draws the elements of one anomaly: the same attributes for all, values
// that no other anomaly has in these attributes.
func place(rng *rand.Rand, sizes []int, level, want int, used [][]uint32) [][]uint32 {
	attrs := rng.Perm(len(sizes))[:level]
	slices.Sort(attrs)
	out := make([][]uint32, want)
	for i := range out {
		out[i] = make([]uint32, len(sizes))
	}
	for _, d := range attrs {
		var free []uint32
		for v := 1; v <= sizes[d]; v++ {
			if !slices.ContainsFunc(used, func(u []uint32) bool { return u[d] == uint32(v) }) {
				free = append(free, uint32(v))
			}
		}
		if len(free) == 0 {
			return nil
		}
		for i := range out {
			out[i][d] = free[rng.IntN(len(free))]
		}
	}
	for _, u := range used {
		if level < len(sizes) && slices.EqualFunc(u, out[0], func(a, b uint32) bool { return (a == 0) == (b == 0) }) {
			return nil
		}
	}
	for i := range out {
		for j := range i {
			if slices.Equal(out[i], out[j]) {
				return nil
			}
		}
	}
	return out
}

func covers(element, ids []uint32) bool {
	for d, v := range element {
		if v != 0 && v != ids[d] {
			return false
		}
	}
	return true
}

// alive reports whether an element has any volume to lose.
func (p *problem) alive(e []uint32) bool {
	for i := range p.cells {
		if covers(e, p.cells[i].IDs) && p.cells[i].Real > 0 && p.cells[i].Expected > 0 {
			return true
		}
	}
	return false
}
