package cause

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
)

//go:embed weights.json
var weightsJSON []byte

// Weights say what each observation is worth. They are data: the shares of
// incidents of each cause that show an observation, and one weight per line.
type Weights struct {
	Note        string             `json:"note"`
	Temperature float64            `json:"temperature"` // total decibans are divided by it
	Cap         float64            `json:"cap"`         // decibans that one group may add or take
	Doubt       float64            `json:"doubt"`       // share of incidents that no cause here describes; no answer is surer than 1 - doubt
	MinP        float64            `json:"min_p"`       // below it the answer is "undetermined"
	MinMargin   float64            `json:"min_margin"`  // decibans between first and second, likewise
	Prior       map[string]float64 `json:"prior"`       // decibans
	Lines       []LineWeights      `json:"lines"`
}

// LineWeights belong to one line of evidence. P gives for each cause, level by
// level:
//
//	level   the share of its incidents that show the level
//	share   the share of its incidents whose true rate is that of the level (Rates)
//	mix     the mean share of its failures that belong to the family; the shares
//	        of one incident vary around it (Dirichlet, total Spread: near 0 each
//	        incident is of one family, high up all incidents have the mean's mix)
//	chance  one number: the share of its edges that stand at a quarter hour on purpose
type LineWeights struct {
	Name   string                    `json:"name"`
	Group  string                    `json:"group"`
	Model  string                    `json:"model"`
	Weight float64                   `json:"weight"`           // never negative
	MaxN   float64                   `json:"max_n,omitempty"`  // rows of one incident are not independent
	Spread map[string]float64        `json:"spread,omitempty"` // by cause
	Levels []string                  `json:"levels,omitempty"`
	Rates  []float64                 `json:"rates,omitempty"`
	P      map[string][]float64      `json:"p"`
	Signs  map[string]map[string]int `json:"signs,omitempty"` // level: cause: +1 must not speak against, -1 must not speak for
	Cap    float64                   `json:"cap,omitempty"`   // of this line alone

	p [Causes][]float64
}

var defaults = sync.OnceValue(func() *Weights {
	w, err := ParseWeights(weightsJSON)
	if err != nil {
		panic("cause: weights.json: " + err.Error()) // the file is part of the program, tested
	}
	return w
})

// Default returns the built-in weights. They must not be changed.
func Default() *Weights { return defaults() }

// DefaultJSON returns the built-in weights as written, for review.
func DefaultJSON() []byte { return weightsJSON }

// ParseWeights reads weights and checks that they are shares, complete, and
// that no line argues backwards.
func ParseWeights(data []byte) (*Weights, error) {
	w := &Weights{}
	if err := json.Unmarshal(data, w); err != nil {
		return nil, err
	}
	return w, w.Prepare()
}

// Prepare checks the weights and makes them ready for use after a change.
func (w *Weights) Prepare() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if w.Temperature <= 0 || w.Cap <= 0 || w.Doubt < 0 || w.Doubt >= .5 {
		fail("temperature and cap must be positive, doubt below one half")
	}
	seen := map[string]bool{}
	for i := range w.Lines {
		l := &w.Lines[i]
		o, ok := outline[l.Name]
		switch {
		case !ok || seen[l.Name]:
			fail("line %q is unknown or stands twice", l.Name)
			continue
		case o.levels > 0 && o.levels != len(l.Levels):
			fail("line %q has %d levels, want %d", l.Name, len(l.Levels), o.levels)
		case l.Model != o.model:
			fail("line %q has model %q, want %q", l.Name, l.Model, o.model)
		case l.Weight < 0:
			fail("line %q has weight %g: a line must not argue backwards", l.Name, l.Weight)
		case l.Model == "share" && len(l.Rates) != len(l.Levels):
			fail("line %q needs a rate for each level", l.Name)
		}
		seen[l.Name] = true
		n := max(len(l.Levels), 1)
		for c := range Causes {
			p := l.P[names[c]]
			if len(p) != n {
				fail("line %q has %d shares for %s, want %d", l.Name, len(p), names[c], n)
				continue
			}
			if l.Model == "mix" && l.Spread[names[c]] <= 0 {
				fail("line %q needs a spread above 0 for %s", l.Name, names[c])
			}
			sum := 0.0
			for _, v := range p {
				if v < 0 || v > 1 || l.Model != "chance" && v == 0 {
					fail("line %q: share %g of %s lies outside (0, 1]", l.Name, v, names[c])
				}
				sum += v
			}
			if l.Model != "chance" && math.Abs(sum-1) > .02 {
				fail("line %q: the shares of %s add to %.3f, not 1", l.Name, names[c], sum)
			}
			l.p[c] = p
		}
		errs = append(errs, l.signs()...)
	}
	for name := range outline {
		if !seen[name] {
			fail("line %q is missing", name)
		}
	}
	return errors.Join(errs...)
}

// signs checks that each level that is declared to speak for or against a
// cause does so, against the mean of all causes.
func (l *LineWeights) signs() (errs []error) {
	for k, level := range l.Levels {
		for cause, sign := range l.Signs[level] {
			c, ok := Parse(cause)
			if !ok || c == Undetermined || l.p[c] == nil {
				errs = append(errs, fmt.Errorf("line %q: sign for unknown cause %q", l.Name, cause))
				continue
			}
			if d := float64(sign) * l.worth(int(c), k); d < -.02 {
				errs = append(errs, fmt.Errorf("line %q argues backwards: %q is worth %.1f dB for %s", l.Name, level, d*float64(sign), cause))
			}
		}
	}
	return errs
}

// worth is the decibans of a level seen plainly.
func (l *LineWeights) worth(c, level int) float64 {
	var v [Causes]float64
	for i := range v {
		if level < len(l.p[i]) {
			v[i] = math.Log(l.p[i][level])
		}
	}
	return decibans(v)[c]
}

// decibans turns log-likelihoods into decibans against the mean of all causes.
// What is more than 25 dB under the best counts as 25 dB under it, so that an
// impossible cause does not make all others look certain.
func decibans(logs [Causes]float64) [Causes]float64 {
	best := math.Inf(-1)
	for _, v := range logs {
		best = max(best, v)
	}
	mean := 0.0
	for i, v := range logs {
		logs[i] = max((v-best)*10/math.Ln10, -25)
		mean += logs[i] / float64(Causes)
	}
	for i := range logs {
		logs[i] -= mean
	}
	return logs
}

// LogLikelihood is the logarithm of the probability of what a line sees under a cause, up
// to a constant of the window. ok is false where the line has nothing to say.
func (w *Weights) LogLikelihood(line string, c Cause, f *Features) (v float64, ok bool) {
	l, o := w.line(line), outline[line].observe(f)
	if l == nil || !o.ok {
		return 0, false
	}
	return l.logs(o)[c], true
}

// Posterior returns, for a window whose cause is known, how much each level of
// a line was seen: the level itself (divided where it may be one of several), the shares
// of a mix, or the probability of each hidden rate. It is what fitting counts. ok is false where the line has
// nothing to say.
func (w *Weights) Posterior(line string, c Cause, f *Features) (levels []float64, ok bool) {
	l := w.line(line)
	o := outline[line].observe(f)
	if l == nil || !o.ok {
		return nil, false
	}
	out := make([]float64, len(l.p[c]))
	sum := 0.0
	switch l.Model {
	case "level":
		for _, k := range append(o.or, o.level) {
			out[k] = l.p[c][k]
			sum += out[k]
		}
	case "mix":
		for i, n := range o.counts {
			out[i] = float64(n)
			sum += out[i]
		}
	case "share":
		k, n := l.thin(float64(o.share.K), float64(o.share.N))
		for i, r := range l.Rates {
			out[i] = l.p[c][i] * math.Exp(k*math.Log(r)+(n-k)*math.Log1p(-r)-l.top(k, n))
			sum += out[i]
		}
	case "chance":
		sum = 1
		if o.hit {
			out[0] = l.p[c][0] / (l.p[c][0] + (1-l.p[c][0])*o.chance)
		}
	}
	for i := range out {
		out[i] /= sum
	}
	return out, true
}
