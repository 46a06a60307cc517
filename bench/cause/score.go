package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/poslog/poslog/incident/cause"
)

// answer is one verdict on one case.
type answer struct {
	truth, said cause.Cause
	lead        cause.Cause // the most likely cause, also where undetermined
	p           float64     // of lead
	probs       [cause.Causes]float64
}

// score is what a table row shows.
type score struct {
	n                       int
	macroF1                 float64
	ece, eceLow, eceHigh    float64
	brier                   float64
	sureWrong, undetermined float64
	answeredRight           float64 // accuracy where an answer was given
}

// macroF1 is the mean F1 over the causes that occur. An undetermined answer
// misses its cause and accuses no other.
func macroF1(as []answer) float64 {
	var tp, fp, fn [cause.Causes]float64
	for _, a := range as {
		if a.said == a.truth {
			tp[a.truth]++
			continue
		}
		fn[a.truth]++
		if a.said != cause.Undetermined {
			fp[a.said]++
		}
	}
	sum, n := 0.0, 0.0
	for c := range tp {
		if tp[c]+fn[c] == 0 {
			continue
		}
		sum += 2 * tp[c] / (2*tp[c] + fp[c] + fn[c])
		n++
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / n
}

// ece is the expected calibration error over 15 bins of equal mass.
func ece(as []answer) float64 {
	s := slices.Clone(as)
	slices.SortStableFunc(s, func(a, b answer) int { return cmp.Compare(a.p, b.p) })
	sum := 0.0
	for k := range 15 {
		lo, hi := k*len(s)/15, (k+1)*len(s)/15
		p, right := 0.0, 0.0
		for _, a := range s[lo:hi] {
			p += a.p
			if a.lead == a.truth {
				right++
			}
		}
		sum += math.Abs(p - right)
	}
	return sum / float64(max(1, len(s)))
}

func rate(as []answer) score {
	s := score{n: len(as), macroF1: macroF1(as), ece: ece(as)}
	given, right := 0.0, 0.0
	for _, a := range as {
		for c, p := range a.probs {
			hit := 0.0
			if cause.Cause(c) == a.truth {
				hit = 1
			}
			s.brier += (p - hit) * (p - hit)
		}
		if a.p >= .9 && a.lead != a.truth {
			s.sureWrong++
		}
		if a.said == cause.Undetermined {
			s.undetermined++
			continue
		}
		given++
		if a.said == a.truth {
			right++
		}
	}
	n := float64(max(1, len(as)))
	s.brier, s.sureWrong, s.undetermined, s.answeredRight = s.brier/n, s.sureWrong/n, s.undetermined/n, right/max(1, given)
	r := rand.New(rand.NewPCG(1, 2))
	boot := make([]float64, 200)
	again := make([]answer, len(as))
	for k := range boot {
		for i := range again {
			again[i] = as[r.IntN(len(as))]
		}
		boot[k] = ece(again)
	}
	slices.Sort(boot)
	s.eceLow, s.eceHigh = boot[5], boot[194]
	return s
}

func tableHead(out io.Writer, first string) {
	fmt.Fprintf(out, "| %s | n | macro-F1 | right if answered | undetermined | p>=.9 and wrong | ECE (95 %%) | Brier |\n|---|---|---|---|---|---|---|---|\n", first)
}

func (s score) row(out io.Writer, name string) {
	fmt.Fprintf(out, "| %s | %d | %.3f | %.3f | %.1f %% | %.2f %% | %.3f (%.3f-%.3f) | %.3f |\n", name, s.n, s.macroF1, s.answeredRight, 100*s.undetermined, 100*s.sureWrong, s.ece, s.eceLow, s.eceHigh, s.brier)
}

// confusion prints truth by row, answer by column.
func confusion(out io.Writer, as []answer) {
	var m [cause.Causes][cause.Causes + 1]int
	for _, a := range as {
		m[a.truth][a.said]++
	}
	fmt.Fprint(out, "| truth \\ answer |")
	for c := range cause.Causes + 1 {
		fmt.Fprintf(out, " %s |", cause.Cause(c))
	}
	fmt.Fprintf(out, "\n|---|%s\n", strings.Repeat("---|", cause.Causes+1))
	for c, row := range m {
		total := 0
		for _, n := range row {
			total += n
		}
		if total == 0 {
			continue
		}
		fmt.Fprintf(out, "| %s |", cause.Cause(c))
		for _, n := range row {
			fmt.Fprintf(out, " %d |", n)
		}
		fmt.Fprintln(out)
	}
}
