package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/poslog/poslog/classify"
)

// result is the verdict on one world, judged.
type result struct {
	id         uint64 // seed of the world
	truth      classify.Hypothesis
	settlement bool
	size, n    int
	decided    bool
	said       string
	outcome    bool // the outcome is right: approved, reversed, not approved, mixed
	stated     bool // everything that is stated is right, the class included
	classOpen  bool // the outcome is stated, the class is not
	confidence float64
	verdict    classify.Verdict
}

// judge compares a verdict with the truth. A class that is left open is right
// as far as it goes; it is counted apart.
func judge(w *world, size int) result {
	c := w.verdict()
	v := c.Verdict
	r := result{truth: w.truth, settlement: w.settlement, size: size, n: c.N, confidence: v.Confidence,
		decided: v.Status == classify.Decided || v.Status == classify.IsMixed}
	r.said, r.verdict = string(v.Status), v
	if v.Status == classify.Decided {
		r.said = v.Outcome.String() + " " + v.Class.String()
	}
	refusal := v.Status == classify.Decided && (v.Outcome == classify.Declined || v.Class == classify.Timeout)
	switch w.truth {
	case classify.Success:
		r.outcome = v.Status == classify.Decided && v.Outcome == classify.Approved
		r.stated = r.outcome
	case classify.Undone:
		// Without 04xx rows in the log "no money moved" is all there is to say.
		r.classOpen = v.Status == classify.Decided && v.Outcome == classify.Declined && v.Class == classify.UnknownLocal
		r.outcome = r.classOpen || v.Status == classify.Decided && v.Outcome == classify.Reversed
		r.stated = r.outcome
	case classify.Mixed:
		r.outcome = v.Status == classify.IsMixed
		r.stated = r.outcome
	default:
		r.outcome = refusal
		r.classOpen = refusal && v.Class == classify.UnknownLocal
		r.stated = refusal && (r.classOpen || right(w.truth, v.Class))
	}
	return r
}

func right(h classify.Hypothesis, c classify.Class) bool {
	switch h {
	case classify.Refused:
		return c == classify.MerchantSetup
	case classify.Maintenance:
		return c == classify.Cutover || c == classify.IssuerHost
	case classify.Network:
		return c == classify.Timeout
	case classify.Limit, classify.Funds:
		return c == classify.FundsLimit
	}
	return false
}

// tally sums results.
type tally struct {
	n, decided, outcome, stated, classed, refusals, confidentlyWrong int
	bins                                                             [10]struct{ n, right, sum float64 }
}

func (t *tally) add(r result) {
	t.n++
	if !r.decided {
		return
	}
	t.decided++
	if r.outcome {
		t.outcome++
	}
	if r.stated {
		t.stated++
	} else if r.confidence >= .9 {
		t.confidentlyWrong++
	}
	if (r.truth.Refusal() || r.truth == classify.Undone) && r.outcome {
		t.refusals++
		if !r.classOpen {
			t.classed++
		}
	}
	b := &t.bins[min(9, int(r.confidence*10))]
	b.n++
	b.sum += r.confidence
	if r.stated {
		b.right++
	}
}

// ece is the expected calibration error of what was stated.
func (t *tally) ece() float64 {
	e := 0.0
	for _, b := range t.bins {
		if b.n > 0 {
			d := b.sum/b.n - b.right/b.n
			e += max(d, -d) * b.n / float64(t.decided)
		}
	}
	return e
}

func ratio(k, n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", float64(k)/float64(n))
}

const header = "%-22s %6s %9s %9s %11s %11s %11s %13s %6s\n"

func (t *tally) print(w io.Writer, name string) {
	fmt.Fprintf(w, header, name, fmt.Sprint(t.n), ratio(t.outcome, t.n), ratio(t.n-t.decided, t.n), ratio(t.outcome, t.decided),
		ratio(t.stated, t.decided), ratio(t.classed, t.refusals), ratio(t.confidentlyWrong, t.n), fmt.Sprintf("%.3f", t.ece()))
}

// report prints the figures by amount of data and by explanation.
func report(w io.Writer, results []result) {
	for _, settlement := range []bool{true, false} {
		title := "without settlement data"
		if settlement {
			title = "with settlement data"
		}
		fmt.Fprintf(w, "\n%s\n", title)
		fmt.Fprintf(w, header, "", "worlds", "outcome", "undecid.", "outcome|dec", "stated|dec", "class given", "p>=.9 & wrong", "ECE")
		bySize := map[int]*tally{}
		byTruth := make([]tally, classify.Hypotheses)
		var few, many tally
		for _, r := range results {
			if r.settlement != settlement {
				continue
			}
			if bySize[r.size] == nil {
				bySize[r.size] = &tally{}
			}
			bySize[r.size].add(r)
			if r.n >= 30 {
				many.add(r)
				byTruth[r.truth].add(r)
			} else {
				few.add(r)
			}
		}
		for _, s := range sizes {
			bySize[s].print(w, fmt.Sprintf("about %d rows", s))
		}
		few.print(w, "all with n < 30")
		many.print(w, "all with n >= 30")
		for h := range byTruth {
			byTruth[h].print(w, "  "+classify.Hypothesis(h).String())
		}
	}
}

// printConfusion prints for n >= 30 what each explanation was taken for.
func printConfusion(w io.Writer, results []result) {
	for _, settlement := range []bool{true, false} {
		fmt.Fprintf(w, "\nn >= 30, settlement %v\n", settlement)
		for h := range classify.Hypotheses {
			counts := map[string]int{}
			var names []string
			for _, r := range results {
				if r.settlement == settlement && int(r.truth) == h && r.n >= 30 {
					if counts[r.said] == 0 {
						names = append(names, r.said)
					}
					counts[r.said]++
				}
			}
			fmt.Fprintf(w, "  %-24s", classify.Hypothesis(h))
			for _, n := range names {
				fmt.Fprintf(w, " %s:%d", n, counts[n])
			}
			fmt.Fprintln(w)
		}
	}
}

// printWrong prints every wrong statement, and every answer withheld in spite of
// thirty rows, with its lines, so that the rule can be improved on profile A.
func printWrong(w io.Writer, results []result) {
	wrong := slices.DeleteFunc(slices.Clone(results), func(r result) bool { return r.stated || !r.decided && r.n < 30 })
	slices.SortStableFunc(wrong, func(x, y result) int { return cmp.Compare(y.confidence, x.confidence) })
	for _, r := range wrong {
		fmt.Fprintf(w, "\nworld %d: %s, settlement %v, n %d: said %s, p %.3f, against: %s\n", r.id, r.truth, r.settlement, r.n, r.said, r.confidence, r.verdict.Against)
		for _, l := range r.verdict.Lines {
			fmt.Fprintf(w, "  %-12s %-100s", l.Name, l.Observed.En)
			for _, h := range classify.HypothesisNames {
				fmt.Fprintf(w, " %6.1f", l.Decibans[h])
			}
			fmt.Fprintln(w)
		}
	}
}
