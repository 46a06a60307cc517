package classify

import "math"

// dB is one score per hypothesis in decibans: ten times the decimal logarithm of
// a likelihood, relative to the mean likelihood of the single hypotheses.
type dB [Hypotheses]float64

// relative turns the natural log likelihoods of the single explanations into
// decibans and caps them. Mixed has no likelihood of its own: see mix.
func relative(ll [Hypotheses]float64, limit float64) dB {
	top := math.Inf(-1)
	for _, l := range ll[:Mixed] {
		top = max(top, l)
	}
	mean := 0.0
	for _, l := range ll[:Mixed] {
		mean += math.Exp(l - top)
	}
	mean = top + math.Log(mean/float64(Mixed))
	var out dB
	for h, l := range ll[:Mixed] {
		out[h] = min(limit, max(-limit, (l-mean)*10/math.Ln10))
	}
	return out
}

// logBetaBinomial is the log probability of k of n where the share varies
// around p with the weight of w observations. Rows of one cause are not
// independent: the smaller w, the less a long row of equal observations says.
func logBetaBinomial(k, n, p, w float64) float64 {
	p = min(.999, max(.001, p))
	a, b := p*w, (1-p)*w
	return lbeta(k+a, n-k+b) - lbeta(a, b)
}

func lbeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

// logMultinomial is the log likelihood of counts whose shares are p, the whole
// weighing no more than limit rows.
func logMultinomial(counts []int, p []float64, limit float64) float64 {
	n, ll := 0, 0.0
	for i, k := range counts {
		n += k
		ll += float64(k) * math.Log(p[i])
	}
	if f := float64(n); f > limit {
		ll *= limit / f
	}
	return ll
}

// logDirichlet is the log likelihood of counts where the shares vary around p
// with the weight of w observations.
func logDirichlet(counts, p []float64, w float64) float64 {
	n, ll := 0.0, 0.0
	for i, k := range counts {
		n += k
		after, _ := math.Lgamma(k + w*p[i])
		before, _ := math.Lgamma(w * p[i])
		ll += after - before
	}
	after, _ := math.Lgamma(n + w)
	before, _ := math.Lgamma(w)
	return ll - after + before
}

// logNormal is the log density of x.
func logNormal(x, mean, sd float64) float64 {
	z := (x - mean) / sd
	return -z*z/2 - math.Log(sd)
}

// binomialCDF is the probability of at most k successes in n.
func binomialCDF(k, n int, p float64) float64 {
	q, sum := 1.0, 0.0
	for i := 0; i <= k; i++ {
		if i > 0 {
			q *= float64(n-i+1) / float64(i)
		}
		sum += q * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
	}
	return min(1, sum)
}

// Wilson is the 95 % interval of the share k/n, [0, 1] for n = 0.
func Wilson(k, n int) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	f, p := float64(n), float64(k)/float64(n)
	mid := (p + z*z/(2*f)) / (1 + z*z/f)
	half := z / (1 + z*z/f) * math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	lo, hi = max(0, mid-half), min(1, mid+half)
	if k == 0 {
		lo = 0
	}
	if k == n {
		hi = 1
	}
	return lo, hi
}
