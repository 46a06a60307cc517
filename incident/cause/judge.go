package cause

import (
	"cmp"
	"math"
	"slices"
)

// Judge weighs the features of a window with the built-in weights.
func Judge(f Features) Attribution { return Default().Judge(f) }

// Judge weighs the features of a window. It is a pure function: the same
// features and weights give the same bits.
func (w *Weights) Judge(f Features) Attribution {
	a := w.Weigh(w.Evidence(&f))
	a.Features = f
	if a.Cause == Undetermined {
		a.Missing = w.missing(&f, a.Ranking[0], a.Ranking[1])
	}
	return a
}

// Weigh sums evidence into a verdict: each line times its weight, each group
// within its cap. It fills everything of the Attribution that follows from the
// lines alone.
func (w *Weights) Weigh(evidence []Line) (a Attribution) {
	a.Lines = slices.Clone(evidence)
	for i := range a.Lines {
		l, d := w.line(a.Lines[i].Name), &a.Lines[i].Decibans
		for c := range d {
			d[c] *= l.Weight
			if l.Cap > 0 {
				d[c] = clamp(d[c], l.Cap)
			}
		}
	}
	w.capGroups(a.Lines)
	var total [Causes]float64
	for c := range total {
		total[c] = w.Prior[names[c]]
		for i := range a.Lines {
			total[c] += a.Lines[i].Decibans[c]
		}
	}
	p := softmax(total, w.Temperature)
	for c := range p {
		a.Ranking = append(a.Ranking, Ranked{Cause(c), (1-w.Doubt)*p[c] + w.Doubt/float64(Causes)})
	}
	slices.SortStableFunc(a.Ranking, func(x, y Ranked) int { return cmp.Compare(y.P, x.P) })
	first, second := a.Ranking[0], a.Ranking[1]
	a.Cause, a.Confidence = first.Cause, first.P
	for _, l := range a.Lines {
		if d := l.Decibans[second.Cause] - l.Decibans[first.Cause]; d > .05 && (a.Against == "" || d > a.against()) {
			a.Against = l.Name
		}
	}
	if first.P < w.MinP || 10*math.Log10(first.P/second.P) < w.MinMargin {
		a.Cause = Undetermined
	}
	return a
}

// against is what the line named in Against adds to the runner-up over the leader.
func (a *Attribution) against() float64 {
	for _, l := range a.Lines {
		if l.Name == a.Against {
			return l.Decibans[a.Ranking[1].Cause] - l.Decibans[a.Ranking[0].Cause]
		}
	}
	return 0
}

// Evidence makes the lines that have something to say, in the order of the
// weights, before any weight or cap.
func (w *Weights) Evidence(f *Features) []Line {
	var out []Line
	for i := range w.Lines {
		l := &w.Lines[i]
		if o := outline[l.Name].observe(f); o.ok {
			out = append(out, Line{Name: l.Name, Group: l.Group, Observed: o.text, Decibans: decibans(l.logs(o))})
		}
	}
	return out
}

// logs is the log-likelihood of an observation under each cause.
func (l *LineWeights) logs(o observation) (v [Causes]float64) {
	for c := range v {
		p := l.p[c]
		switch l.Model {
		case "level":
			sum := p[o.level]
			for _, k := range o.or {
				sum += p[k]
			}
			v[c] = math.Log(sum)
		case "share":
			// The true rate is one of a few; few rows leave open which.
			k, n := l.thin(float64(o.share.K), float64(o.share.N))
			sum := 0.0
			for i, r := range l.Rates {
				sum += p[i] * math.Exp(k*math.Log(r)+(n-k)*math.Log1p(-r)-l.top(k, n))
			}
			v[c] = math.Log(sum)
		case "mix":
			n := 0.0
			for _, x := range o.counts {
				n += float64(x)
			}
			// Dirichlet-multinomial: the failures of one incident are alike, so that
			// each further one of a kind says less.
			_, m := l.thin(n, n)
			spread := l.Spread[names[c]]
			v[c] = lgamma(spread) - lgamma(spread+m)
			for i, x := range o.counts {
				if x > 0 {
					a := spread * p[i]
					v[c] += lgamma(a+m*float64(x)/n) - lgamma(a)
				}
			}
		case "chance":
			// On purpose with share p, else by chance.
			hit := p[0] + (1-p[0])*o.chance
			if !o.hit {
				hit = 1 - hit
			}
			v[c] = math.Log(max(hit, 1e-3))
		}
	}
	return v
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// thin scales counts down to MaxN rows.
func (l *LineWeights) thin(k, n float64) (float64, float64) {
	if l.MaxN > 0 && n > l.MaxN {
		return k * l.MaxN / n, l.MaxN
	}
	return k, n
}

// top is the best log-likelihood among the rates, taken off so that nothing underflows.
func (l *LineWeights) top(k, n float64) float64 {
	best := math.Inf(-1)
	for _, r := range l.Rates {
		best = max(best, k*math.Log(r)+(n-k)*math.Log1p(-r))
	}
	return best
}

// fact is the group of what a window consists of, by which it was found: that
// is no inference and not capped.
const fact = "channel"

// capGroups shrinks the lines of a group so that the group stays within the cap.
func (w *Weights) capGroups(lines []Line) {
	for i := range lines {
		g := lines[i].Group
		if g == fact || slices.ContainsFunc(lines[:i], func(l Line) bool { return l.Group == g }) {
			continue
		}
		for c := range Causes {
			sum := 0.0
			for _, l := range lines {
				if l.Group == g {
					sum += l.Decibans[c]
				}
			}
			if math.Abs(sum) <= w.Cap {
				continue
			}
			for k := range lines {
				if lines[k].Group == g {
					lines[k].Decibans[c] *= w.Cap / math.Abs(sum)
				}
			}
		}
	}
}

func softmax(total [Causes]float64, temperature float64) (p [Causes]float64) {
	best, sum := slices.Max(total[:]), 0.0
	for c, t := range total {
		p[c] = math.Pow(10, (t-best)/10/temperature)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

func clamp(v, limit float64) float64 { return max(-limit, min(limit, v)) }

// round keeps 1/unit precision and never returns -0.
func round(v, unit float64) float64 { return math.Round(v*unit)/unit + 0 }
