package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/poslog/poslog/incident/cause"
)

// prior.json holds what was set by hand before any fit: the meaning of the
// lines, first shares, signs.
//
//go:embed prior.json
var prior []byte

// pull is how many incidents of each cause the hand-set shares count for.
var pull = map[string]float64{"codes": 40, "calendar": 80, "recurrence": 100}

// invented are the lines whose truth the generator made up freely: how fast a
// refusal is, whether terminals sign on again, which codes go with what. It has five
// mixes of codes of maintenance and three of hosts, however many incidents are made with
// them, and one line in fifty is cut behind the switch. There the hand-set shares weigh as
// much as everything that was counted, since its habits are not the world's, and how alike
// the incidents of a cause are stays as it was set.
var invented = map[string]bool{"approvals": true, "codes": true, "traffic": true, "edges": true, "hour": true, "latency": true, "flapping": true, "inside": true, "warning": true, "recovery": true, "scope": true, "sign_on_again": true}

const (
	pullElse = 30.
	ridge    = 15. // per line, on (weight-1)^2, in nats over all cases
)

// fitTo estimates the shares by counting, then one weight per line and the
// temperature by penalised likelihood, and writes the weights.
func fitTo(path string, cases []testCase) error {
	w, err := fitted(cases)
	if err != nil {
		return err
	}
	if w.Temperature, err = temperature(cases); err != nil {
		return err
	}
	w.Note = fmt.Sprintf("Share of incidents (of failures, for mixes) of each cause that show an observation. Fitted by bench/cause -fit on %d synthetic incidents of profile A; prior and signs set by hand.", len(cases))
	out := layout(w)
	if _, err := cause.ParseWeights(out); err != nil {
		return err
	}
	return os.WriteFile(path, out, 0o644)
}

func fitted(cases []testCase) (*cause.Weights, error) {
	w, err := cause.ParseWeights(prior)
	if err != nil {
		return nil, err
	}
	hand, err := cause.ParseWeights(prior)
	if err != nil {
		return nil, err
	}
	train := balanced(cases)
	for range 3 { // the shares of hidden levels need the shares of the round before
		for i := range w.Lines {
			estimate(w, &w.Lines[i], hand.Lines[i].P, train)
			if !invented[w.Lines[i].Name] {
				spread(w, &w.Lines[i], hand.Lines[i].Spread, train)
			}
		}
		if err := w.Prepare(); err != nil {
			return nil, err
		}
	}
	weigh(w, train)
	return w, nil
}

// temperature is fitted half on scenarios that the weights have seen and half
// on scenarios that they have not (each fold leaves out every fifth), since real
// incidents are some of either.
func temperature(cases []testCase) (float64, error) {
	const folds = 5
	fold := map[string]int{}
	for i, s := range scenarios() {
		fold[s.name] = i % folds
	}
	var ws []*cause.Weights
	var held [][]weighted
	var seen [][]weighted
	for k := range folds {
		known := of(cases, func(c *testCase) bool { return fold[c.scenario] != k })
		w, err := fitted(known)
		if err != nil {
			return 0, err
		}
		ws = append(ws, w)
		h := balanced(of(cases, func(c *testCase) bool { return fold[c.scenario] == k }))
		see(w, h)
		held = append(held, h)
		s := balanced(known)
		see(w, s)
		seen = append(seen, s)
	}
	best, at := math.Inf(1), 1.
	for t := 1.; t <= 4; t += .1 { // never below 1: evidence is not to be sharpened
		sum := 0.
		for k, w := range ws {
			w.Temperature = t
			sum += loss(w, held[k]) + loss(w, seen[k])/(folds-1)
		}
		fmt.Printf("temperature %.1f: loss %.2f\n", t, sum)
		if sum < best {
			best, at = sum, t
		}
	}
	return round4(at), nil
}

// weighted is a case with a weight.
type weighted struct {
	*testCase
	w        float64
	evidence []cause.Line // by the shares that are being weighed
}

// balanced weighs the cases half way between "as generated" and "all causes and all groups alike":
// there are far more ways to be mistaken than causes, and yet most incidents are what they look like.
func balanced(cases []testCase) []weighted {
	n, of := map[cause.Cause]float64{}, map[group]float64{}
	for i := range cases {
		n[cases[i].truth]++
		of[cases[i].group]++
	}
	out := make([]weighted, len(cases))
	for i := range cases {
		c := &cases[i]
		out[i] = weighted{testCase: c, w: float64(len(cases)) * math.Sqrt(1/float64(len(n))/n[c.truth]/float64(len(of))/of[c.group])}
	}
	return out
}

// estimate counts the levels of one line, soft where a level is not seen
// plainly, on top of the pull of the shares set by hand.
func estimate(w *cause.Weights, l *cause.LineWeights, hand map[string][]float64, train []weighted) {
	k, ok := pull[l.Name]
	if !ok {
		k = pullElse
	}
	for c := range cause.Causes {
		name := cause.Cause(c).String()
		p := l.P[name]
		k := k
		if invented[l.Name] {
			for _, t := range train {
				if t.truth == cause.Cause(c) {
					k++
				}
			}
		}
		sum := make([]float64, len(p))
		for i, v := range hand[name] {
			sum[i] = k * v
		}
		total := k
		for _, t := range train {
			if t.truth != cause.Cause(c) {
				continue
			}
			post, ok := w.Posterior(l.Name, cause.Cause(c), &t.features)
			if !ok {
				continue
			}
			for i, v := range post {
				sum[i] += v
			}
			total++
		}
		for i := range sum {
			sum[i] = round4(max(sum[i]/total, .0005))
		}
		l.P[name] = sum
	}
	if l.Name == "codes" { // what has no fixed meaning has no vote
		level(l)
	}
	normal(l)
	project(l)
}

// spread finds for each cause how alike the mixes of its incidents are, by their
// likelihood; the spread set by hand weighs as much as a few incidents. It stays above
// .6, below which a stray failure of another family would count as a proof.
func spread(w *cause.Weights, l *cause.LineWeights, hand map[string]float64, train []weighted) {
	const ridge = 10. // nats per squared logarithm of a change
	for c := range cause.Causes {
		name := cause.Cause(c).String()
		if l.Model != "mix" {
			return
		}
		best, at := math.Inf(-1), hand[name]
		for s := .6; s < 4; s *= 1.2 {
			l.Spread[name] = round4(s)
			d := math.Log(s / hand[name])
			sum := -ridge * d * d
			for i := range train {
				if t := &train[i]; t.truth == cause.Cause(c) {
					if v, ok := w.LogLikelihood(l.Name, t.truth, &t.features); ok {
						sum += v
					}
				}
			}
			if sum > best {
				best, at = sum, l.Spread[name]
			}
		}
		l.Spread[name] = at
	}
}

// level gives the last family the same share under every cause.
func level(l *cause.LineWeights) {
	for _, p := range l.P {
		p[len(p)-1] = 0
		s := 0.0
		for _, v := range p {
			s += v
		}
		for i := range p {
			p[i] *= .88 / s
		}
		p[len(p)-1] = .12
	}
}

func normal(l *cause.LineWeights) {
	if l.Model == "chance" {
		return
	}
	for _, p := range l.P {
		s := 0.0
		for _, v := range p {
			s += v
		}
		for i := range p {
			p[i] = max(p[i]/s, .0005)
		}
	}
}

// project moves a share that would argue backwards to the mean of all causes.
func project(l *cause.LineWeights) {
	for range 2000 {
		moved := false
		for k, lev := range l.Levels {
			mean := 0.0
			for _, p := range l.P {
				mean += math.Log(p[k]) / float64(len(l.P))
			}
			for name, sign := range l.Signs[lev] {
				if d := float64(sign) * (math.Log(l.P[name][k]) - mean); d < .01 {
					l.P[name][k] = math.Exp(mean + float64(sign)*.03)
					moved = true
				}
			}
		}
		normal(l)
		if !moved {
			return
		}
	}
}

// weigh searches one coordinate at a time for the best penalised likelihood.
func weigh(w *cause.Weights, train []weighted) {
	see(w, train)
	best := loss(w, train)
	try := func(v *float64, most float64, candidates ...float64) {
		keep := *v
		for _, x := range candidates {
			*v = round4(min(x, most))
			if l := loss(w, train); l < best-1e-6 {
				best, keep = l, *v
			}
		}
		*v = keep
	}
	for range 4 {
		for i := range w.Lines {
			v := &w.Lines[i].Weight
			most := math.Inf(1)
			if invented[w.Lines[i].Name] { // habits of a generator are not to be sharpened
				most = 1
			}
			x := *v
			try(v, most, x*.6, x*.8, x*.9, x*1.1, x*1.25, x*1.6)
		}
		t := w.Temperature
		try(&w.Temperature, math.Inf(1), t*.8, t*.9, t*.95, t*1.05, t*1.1, t*1.25)
	}
}

// see works out the evidence of every case once.
func see(w *cause.Weights, train []weighted) {
	for i := range train {
		train[i].evidence = w.Evidence(&train[i].features)
	}
}

func loss(w *cause.Weights, train []weighted) float64 {
	sum := 0.0
	for _, t := range train {
		p := 0.0
		for _, r := range w.Weigh(t.evidence).Ranking {
			if r.Cause == t.truth {
				p = r.P
			}
		}
		sum -= t.w * math.Log(max(p, 1e-9))
	}
	for i := range w.Lines {
		d := w.Lines[i].Weight - 1
		sum += ridge * d * d
	}
	return sum
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// layout writes the weights one cause a line, for review.
func layout(w *cause.Weights) []byte {
	var b bytes.Buffer
	line := func(v any) string {
		var s bytes.Buffer
		e := json.NewEncoder(&s)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			panic(err) // numbers and strings
		}
		return string(bytes.TrimSpace(s.Bytes()))
	}
	fmt.Fprintf(&b, "{\n \"note\": %s,\n \"temperature\": %g,\n \"cap\": %g,\n \"doubt\": %g,\n \"min_p\": %g,\n \"min_margin\": %g,\n \"prior\": %s,\n \"lines\": [\n",
		line(w.Note), round4(w.Temperature), w.Cap, w.Doubt, w.MinP, w.MinMargin, line(w.Prior))
	for i, l := range w.Lines {
		head := l
		head.P, head.Signs = nil, nil
		s := line(head)
		s = string(bytes.Replace([]byte(s), []byte(`,"p":null`), nil, 1))
		fmt.Fprintf(&b, "  %s,\n   \"p\": {\n", s[:len(s)-1])
		for c := range cause.Causes {
			name := cause.Cause(c).String()
			p := l.P[name]
			for k := range p {
				p[k] = round4(p[k])
			}
			comma := ","
			if c == cause.Causes-1 {
				comma = "}"
			}
			fmt.Fprintf(&b, "    %q: %s%s\n", name, line(p), comma)
		}
		b.Truncate(b.Len() - 1)
		if l.Signs != nil {
			fmt.Fprintf(&b, ",\n   \"signs\": %s", line(l.Signs))
		}
		b.WriteString("}")
		if i < len(w.Lines)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString(" ]\n}\n")
	return b.Bytes()
}
