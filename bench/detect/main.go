// Command detect measures the search for failure windows on made days whose
// truth is known: window F1, edges, interval coverage and false windows per
// quiet day, by kind of day, beside three plain methods.
//
//	go run ./bench/detect -profile B -seed 500000 -days 200 -quiet 200
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
	"github.com/poslog/poslog/ledger"
)

func main() {
	prof := flag.String("profile", "A", "family of worlds: A to build on, B to report")
	seed := flag.Uint64("seed", 1, "first seed")
	days := flag.Int("days", 50, "days with incidents per class")
	quiet := flag.Int("quiet", 50, "quiet days per class")
	only := flag.String("class", "", "only classes whose name holds this")
	e0 := flag.Float64("e0", 0, "expected chance windows per report (0 = default)")
	rivals := flag.Bool("rivals", true, "run the plain methods too")
	scenarios := flag.Int("scenarios", 0, "instead: seeds per scenario of package generate")
	verbose := flag.Bool("v", false, "print every miss and false window")
	flag.Parse()
	if _, ok := profiles[*prof]; !ok {
		fmt.Fprintf(os.Stderr, "detect: unknown profile %q: use A or B\n", *prof)
		os.Exit(2)
	}
	if *scenarios > 0 {
		if err := grid(*prof, *seed, *scenarios, *only, *verbose); err != nil {
			fmt.Fprintln(os.Stderr, "detect:", err)
			os.Exit(1)
		}
		return
	}
	methods := []method{{"poslog", func(w *world) []window { return ours(w, *e0) }}, {"kleinberg", kleinberg}, {"5-min z>3", bins}, {"SLO burn", burn}}
	if !*rivals {
		methods = methods[:1]
	}
	fmt.Println("| class | method | F1 | F1 of an oracle | F1 (5 spoilt) | recall | precision | scope exact | IoU | oracle IoU | onset s med/p90 | end s med/p90 | onset gaps med/p90 | end gaps med/p90 | cover start/end | false/quiet day | s/day |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, c := range classes {
		if !strings.Contains(c.name, *only) {
			continue
		}
		scores := make([]score, len(methods))
		for i := range *days + *quiet {
			w := newWorld(c, *prof, *seed+uint64(i), i >= *days)
			for k := range methods {
				t := time.Now()
				got := methods[k].find(w)
				scores[k].took += time.Since(t)
				scores[k].add(w, got, i >= *days, *verbose && k == 0)
			}
		}
		for k := range methods {
			scores[k].print(c.name, methods[k].name)
		}
	}
}

type method struct {
	name string
	find func(*world) []window
}

// ours runs the search of package incident.
func ours(w *world, e0 float64) []window {
	res := incident.Find(w.book, rule(w.book), incident.Options{E0: e0})
	var out []window
	for i := range res.Windows {
		x := &res.Windows[i]
		o := window{start: x.Start, end: x.End, ranges: [2][2]int64{{int64(x.StartRange[0]), int64(x.StartRange[1])}, {int64(x.EndRange[0]), int64(x.EndRange[1])}},
			scope: map[ledger.Dim]string{}, note: x.Kind.String() + fmt.Sprintf(" E=%.2g %d/%d p0=%.3f p1=%.2f llr=%.1f", x.EValue, x.Failures, x.Attempts, x.P0, x.P1, x.LLR)}
		for _, t := range x.Scope {
			var ids []string
			for _, id := range t.IDs {
				ids = append(ids, w.book.Name(t.Dim, id))
			}
			o.scope[t.Dim] = strings.Join(ids, ",")
		}
		out = append(out, o)
	}
	return out
}
