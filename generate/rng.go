package generate

import (
	"hash/fnv"
	"math"
)

// rng is splitmix64: eight bytes of state, the same numbers on every machine
// and in every Go release.
type rng struct{ s uint64 }

// newRNG derives an independent stream for each label, so that a change in one
// part of a scenario does not move the numbers of another.
func newRNG(seed uint64, label string) *rng {
	h := fnv.New64a()
	h.Write([]byte(label))
	r := &rng{seed ^ h.Sum64()}
	r.next()
	return r
}

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// float is uniform in [0, 1).
func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

// intn is uniform in [0, n); the bias is below n/2^32.
func (r *rng) intn(n int) int { return int(r.next() >> 32 * uint64(n) >> 32) }

// between is uniform in [lo, hi).
func (r *rng) between(lo, hi float64) float64 { return lo + (hi-lo)*r.float() }

// hit is true with probability p.
func (r *rng) hit(p float64) bool { return r.float() < p }

func (r *rng) exp() float64 { return -math.Log(1 - r.float()) }

func (r *rng) norm() float64 {
	return math.Sqrt(-2*math.Log(1-r.float())) * math.Cos(2*math.Pi*r.float())
}

// logNorm has the given median and log-scale deviation.
func (r *rng) logNorm(median, sigma float64) float64 { return median * math.Exp(sigma*r.norm()) }

// gamma has mean 1 and shape k (Marsaglia and Tsang, k >= 1 by design here).
func (r *rng) gamma(k float64) float64 {
	d := k - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.norm()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.float()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / k
		}
	}
}

// poisson is exact below a mean of 60 and a rounded normal above.
func (r *rng) poisson(mean float64) int {
	if mean > 60 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.norm())))
	}
	limit, p, n := math.Exp(-mean), 1.0, 0
	for {
		p *= 1 - r.float()
		if p <= limit {
			return n
		}
		n++
	}
}

// alias draws from fixed weights in constant time (Vose).
type alias struct {
	cut   []float64
	other []int32
}

func newAlias(weights []float64) alias {
	n := len(weights)
	a := alias{make([]float64, n), make([]int32, n)}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	var small, large []int32
	for i, w := range weights {
		a.cut[i] = w * float64(n) / sum
		if a.cut[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.other[s] = l
		if a.cut[l] -= 1 - a.cut[s]; a.cut[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.cut[i] = 1
	}
	return a
}

func (a *alias) pick(r *rng) int {
	x := r.float() * float64(len(a.cut))
	i := int(x)
	if x-float64(i) < a.cut[i] {
		return i
	}
	return int(a.other[i])
}

// mix is a short list of codes with weights, drawn by one pass.
type mix struct {
	codes []Code
	upTo  []float64
}

// newMix takes code, weight pairs.
func newMix(pairs ...any) mix {
	var m mix
	sum := 0.0
	for i := 0; i < len(pairs); i += 2 {
		sum += pairs[i+1].(float64)
		m.codes = append(m.codes, codeOf(pairs[i].(string)))
		m.upTo = append(m.upTo, sum)
	}
	for i := range m.upTo {
		m.upTo[i] /= sum
	}
	return m
}

func (m *mix) pick(r *rng) Code {
	x := r.float()
	for i, u := range m.upTo {
		if x < u {
			return m.codes[i]
		}
	}
	return m.codes[len(m.codes)-1]
}
