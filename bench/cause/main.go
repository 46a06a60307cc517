// Command cause measures the attribution of causes on generated days whose
// truth is known: macro-F1, confusion, calibration, what is left undetermined and
// what is confidently wrong, beside two rules of thumb, with and without single
// columns and lines of evidence.
//
//	go run ./bench/cause -profile B -seed 900000 -n 6
//	go run ./bench/cause -profile A -seed 1 -n 10 -fit /tmp/weights.json
//
// A case is a window found by incident.Find that holds most of one true fault.
// Weights are fitted on profile A and must be reported on profile B.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/generate"
	"github.com/poslog/poslog/incident/cause"
)

func main() {
	profile := flag.String("profile", "B", "family of worlds: A to fit on, B to report")
	seed := flag.Uint64("seed", 900000, "first seed")
	n := flag.Int("n", 4, "seeds per scenario, form and size")
	only := flag.String("only", "", "only scenarios whose name holds one of these, with commas")
	fit := flag.String("fit", "", "fit weights to the cases and write them to this file")
	weights := flag.String("weights", "", "judge with this file instead of the built-in weights")
	ablate := flag.Bool("ablate", true, "print what columns of the data are worth, which makes every case four more times")
	verbose := flag.Bool("v", false, "print every wrong answer with its evidence")
	hide := flag.String("hide", "", "what the data lack: calendar, lines, latency, seconds, unanswered, codes, with commas")
	flag.Parse()
	without, err := parseView(*hide)
	check(err)
	w := cause.Default()
	if *weights != "" {
		data, err := os.ReadFile(*weights)
		check(err)
		w, err = cause.ParseWeights(data)
		check(err)
	}
	began := time.Now()
	cases, t := gather(*profile, *seed, *n, *only, without)
	fmt.Printf("profile %s, seeds %d-%d: %d true faults, %d found as windows of their own (%d missed, %d inside another's window), %d windows match none, %.0f s\n\n",
		*profile, *seed, *seed+uint64(cells**n)-1, t.found+t.missed+t.merged, t.found, t.missed, t.merged, t.extra, time.Since(began).Seconds())
	if len(cases) == 0 {
		check(fmt.Errorf("no cases"))
	}
	if *fit != "" {
		// Terminals and keys fail in the plain cells alone, of which there are few.
		plain, _ := gatherThose(*profile, *seed+10_000, 3**n, func(s scenario) bool { return s.group < confounded }, view{})
		cases = append(cases, plain...)
		for _, h := range []view{{noCalendar: true}, {noLines: true}, {noLatency: true}} { // data often lack a column
			more, _ := gather(*profile, *seed+20_000, max(1, *n/4), *only, h)
			cases = append(cases, more...)
		}
		check(fitTo(*fit, cases))
		return
	}
	report(w, cases, &t, *verbose)
	withoutLines(w, cases)
	if *ablate {
		withoutColumns(w, *profile, *seed, *n, *only)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "cause:", err)
		os.Exit(1)
	}
}

func gather(profile string, seed uint64, n int, only string, hide view) ([]testCase, tally) {
	return gatherThose(profile, seed, n, func(s scenario) bool {
		return slices.ContainsFunc(strings.Split(only, ","), func(part string) bool { return strings.Contains(s.name, part) })
	}, hide)
}

// A scenario draws the same for one seed in all its forms and sizes, so that each has seeds
// of its own, as far as cells go.
const cells = 97

func cell(scenario, size int) int { return (5*scenario + size) % cells }

func gatherThose(profile string, seed uint64, n int, those func(scenario) bool, hide view) ([]testCase, tally) {
	var cases []testCase
	var t tally
	do := func(sc scenario, sz size, seed uint64) {
		c, err := collect(sc, sz, profile, seed, hide, &t)
		check(err)
		cases = append(cases, c...)
	}
	for i, sc := range scenarios() {
		if !those(sc) {
			continue
		}
		all := sizes
		if sc.group == confounded {
			all = append([]size{stall}, sizes...)
		}
		for j, sz := range all {
			for k := range n {
				seed := seed + uint64(cell(i, j)*n+k)
				do(sc, sz, seed)
				if sc.group == confounded && hide == (view{}) {
					less := sc
					less.group, less.form = lacking, forms[(i+3*j+k)%len(forms)]
					do(less, sz, seed)
				}
			}
		}
	}
	return cases, t
}

func judge(w *cause.Weights, c *testCase) answer {
	a := w.Judge(c.features)
	out := answer{truth: c.truth, said: a.Cause, lead: a.Ranking[0].Cause, p: a.Confidence}
	for _, r := range a.Ranking {
		out.probs[r.Cause] = r.P
	}
	return out
}

func judgeAll(w *cause.Weights, cases []testCase) []answer {
	out := make([]answer, len(cases))
	for i := range cases {
		out[i] = judge(w, &cases[i])
	}
	return out
}

func plain(rule func(*testCase) cause.Cause, cases []testCase) []answer {
	out := make([]answer, len(cases))
	for i := range cases {
		c := rule(&cases[i])
		out[i] = answer{truth: cases[i].truth, said: c, lead: c, p: 1}
		out[i].probs[c] = 1
	}
	return out
}

func of(cases []testCase, keep func(*testCase) bool) []testCase {
	return slices.DeleteFunc(slices.Clone(cases), func(c testCase) bool { return !keep(&c) })
}

func report(w *cause.Weights, cases []testCase, t *tally, verbose bool) {
	tableHead(os.Stdout, "cases")
	each := func(name string, keep func(*testCase) bool) {
		if part := of(cases, keep); len(part) > 0 {
			rate(judgeAll(w, part)).row(os.Stdout, name)
		}
	}
	for _, r := range rows {
		each(r.name, func(c *testCase) bool { return slices.Contains(r.of, c.group) })
	}
	for _, f := range forms {
		each("lacking: "+f.name, func(c *testCase) bool { return c.form == f.name })
	}
	for _, v := range generate.Variants {
		each("confounded: "+v, func(c *testCase) bool { return c.variant == v && c.form == "" })
	}
	for _, sz := range append([]size{stall}, sizes...) {
		each("confounded: "+sz.name, func(c *testCase) bool { return c.size == sz.name && c.group == confounded })
	}
	all := judgeAll(w, cases)
	rate(all).row(os.Stdout, "all")
	rate(plain(byCode, cases)).row(os.Stdout, "all, rule 90/B4 = maintenance")
	rate(plain(byTimeout, cases)).row(os.Stdout, "all, rule time-outs = network")
	fmt.Println()
	scopes(cases, t)
	edges(cases)
	confusion(os.Stdout, all)
	fmt.Println("\n| scenario, all variants | n | right | wrong | p>=.9 and wrong | undetermined | scope exact |\n|---|---|---|---|---|---|---|")
	for _, sc := range scenarios() {
		if sc.variant != "" && sc.variant != "clean" {
			continue
		}
		part := of(cases, func(c *testCase) bool { return c.scenario == sc.name && c.form == "" })
		if len(part) == 0 {
			continue
		}
		right, sure, open, scope := 0, 0, 0, 0
		for i, a := range judgeAll(w, part) {
			switch a.said {
			case a.truth:
				right++
			case cause.Undetermined:
				open++
			}
			if a.p >= .9 && a.lead != a.truth {
				sure++
			}
			if part[i].scopeOK {
				scope++
			}
		}
		fmt.Printf("| %s | %d | %d | %d | %d | %d | %d |\n", sc.name, len(part), right, len(part)-right-open, sure, open, scope)
	}
	fmt.Println()
	announcements(w, cases)
	if verbose {
		for _, n := range t.notes {
			fmt.Println("not as it is:", n)
		}
		explain(w, cases)
	}
}

// scopes prints how often the scope is named exactly: dimensions and values, or
// another scope that holds the very same attempts. A missed fault has no scope, a
// wrong one is both a miss and a false find.
func scopes(cases []testCase, t *tally) {
	fmt.Println("| scope | true faults | visible to the oracle | found | not found, but visible | exact | exact, of found | F1, missed faults included | F1 of the oracle | F1, of the visible |\n|---|---|---|---|---|---|---|---|---|---|")
	for _, r := range rows {
		found, exact, faults, visible, unseen := 0, 0, 0, 0, 0
		for _, g := range r.of {
			faults, visible, unseen = faults+t.faults[g], visible+t.visible[g], unseen+t.unseen[g]
		}
		for i := range cases {
			if slices.Contains(r.of, cases[i].group) {
				found++
				if cases[i].scopeOK {
					exact++
				}
			}
		}
		if found > 0 {
			fmt.Printf("| %s | %d | %d | %d | %d | %d | %.3f | %.3f | %.3f | %.3f |\n", r.name, faults, visible, found, faults-found-unseen, exact,
				float64(exact)/float64(found), 2*float64(exact)/float64(found+faults), 2*float64(visible)/float64(visible+faults), 2*float64(exact)/float64(found+faults-unseen))
		}
	}
	if n := t.noRow[lacking]; n > 0 {
		fmt.Printf("\n%d faults that left fewer than four rows, where what got no answer has none, are not counted.\n", n)
	}
	fmt.Println()
}

// edges prints what it is worth that maintenance begins and ends at times that
// people choose.
func edges(cases []testCase) {
	fmt.Println("| edges, median / p90 in seconds | n | start as found | start as attributed | end as found | end as attributed |\n|---|---|---|---|---|---|")
	for _, part := range []struct {
		name string
		keep func(*testCase) bool
	}{
		{"maintenance", func(c *testCase) bool { return c.truth == cause.Maintenance }},
		{"anything else", func(c *testCase) bool { return c.truth != cause.Maintenance }},
	} {
		some := of(cases, part.keep)
		fmt.Printf("| %s | %d |", part.name, len(some))
		for side := range 2 {
			for when := range 2 {
				var v []float64
				for i := range some {
					v = append(v, some[i].edges[when][side])
				}
				slices.Sort(v)
				if len(v) > 0 {
					fmt.Printf(" %.0f / %.0f |", v[len(v)/2], v[len(v)*9/10])
				}
			}
		}
		fmt.Println()
	}
	fmt.Println()
}

// announcements prints how often planned and unplanned are told apart, and how
// well an overrun is measured.
func announcements(w *cause.Weights, cases []testCase) {
	var yes, no, right, wrong int
	var off []time.Duration
	for i := range cases {
		c := &cases[i]
		d := c.features.Window
		said := judge(w, c).said == cause.Maintenance && d != nil && d.Planned
		if !c.planned {
			no++
			if said {
				wrong++
			}
			continue
		}
		yes++
		if said {
			right++
		}
		if said && c.overrun[0] > 0 {
			off = append(off, (c.overrun[1] - c.overrun[0]).Abs())
		}
	}
	fmt.Printf("announced maintenance recognised as planned: %d of %d; anything else called planned: %d of %d\n", right, yes, wrong, no)
	if len(off) > 0 {
		slices.Sort(off)
		fmt.Printf("overrun measured in %d cases, error median %v, p90 %v\n", len(off), off[len(off)/2].Round(time.Second), off[len(off)*9/10].Round(time.Second))
	}
	fmt.Println()
}

// explain prints the evidence behind every answer that is not right.
func explain(w *cause.Weights, cases []testCase) {
	for i := range cases {
		c := &cases[i]
		a := w.Judge(c.features)
		if a.Cause == c.truth {
			continue
		}
		f := &c.features
		fmt.Printf("%s %s/%s %s %v: said %v (%.2f), runner-up %v; %v-%v %d of %d codes %v\n", c.scenario, c.variant, c.size, c.form, c.truth, a.Cause, a.Confidence, a.Ranking[1].Cause,
			f.Start.Format("15:04:05"), f.End.Format("15:04:05"), f.Failures, f.Attempts, c.codes)
		for _, l := range a.Lines {
			fmt.Printf("    %-14s", l.Name)
			for _, d := range l.Decibans[:6] {
				fmt.Printf(" %6.1f", d)
			}
			fmt.Printf("  %s\n", l.Observed.En)
		}
	}
}

// withoutLines leaves out one line of evidence at a time.
func withoutLines(w *cause.Weights, cases []testCase) {
	tableHead(os.Stdout, "without the line")
	for i := range w.Lines {
		without := *w
		without.Lines = slices.Clone(w.Lines)
		without.Lines[i].Weight = 0
		rate(judgeAll(&without, cases)).row(os.Stdout, w.Lines[i].Name)
	}
}

// withoutColumns leaves out what data often lack.
func withoutColumns(w *cause.Weights, profile string, seed uint64, n int, only string) {
	fmt.Println()
	tableHead(os.Stdout, "data without")
	for _, h := range []struct {
		name string
		view view
	}{{"the calendar", view{noCalendar: true}}, {"carrier, region, network", view{noLines: true}}, {"latency", view{noLatency: true}},
		{"all three", view{noCalendar: true, noLines: true, noLatency: true}}} {
		c, _ := gather(profile, seed, n, only, h.view)
		rate(judgeAll(w, c)).row(os.Stdout, h.name)
	}
}
