// Command localise measures how well the causes of a deviation are named in
// tables of counts, by element: precision, recall, F1 and time.
//
//	go run ./bench/localise -data DIR
//	go run ./bench/localise -make S -n 200 -seed 9001
//
// DIR holds either the layout of the RobustSpot cases as RiskLoc's repository
// has them (anomaly.yaml and one CSV per case with min, value, cnt and the
// attributes), or that of its synthetic sets (injection_info.csv and leaf
// tables with real and predict). -make makes tables by the published recipe of
// the sets S and L in memory.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/poslog/poslog/incident"
)

// problem is one table with its true elements, written "a=1&b=2" with the
// attributes in order.
type problem struct {
	name  string
	attrs []string
	names [][]string // of each attribute's ids; 0 is ""
	cells []incident.Cell
	truth []string
}

func main() {
	dir := flag.String("data", "", "directory of cases")
	set := flag.String("make", "", "make a synthetic set: S or L")
	n := flag.Int("n", 100, "cases to make")
	seed := flag.Uint64("seed", 1, "first seed of made cases")
	verbose := flag.Bool("v", false, "print every case that is not exact")
	flag.Parse()
	var err error
	switch {
	case *set != "":
		err = measure(*n, func(i int) (*problem, error) { return synthetic(*set, *seed+uint64(i)) }, *verbose)
	case *dir != "":
		err = read(*dir, *verbose)
	default:
		err = fmt.Errorf("nothing to do: give -data DIR or -make S|L")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "localise:", err)
		os.Exit(1)
	}
}

func read(dir string, verbose bool) error {
	if _, err := os.Stat(filepath.Join(dir, "injection_info.csv")); err == nil {
		return readLeaves(dir, verbose)
	}
	return readShares(dir, verbose)
}

func measure(n int, get func(i int) (*problem, error), verbose bool) error {
	hit, said, true_, exact := 0, 0, 0, 0
	var took time.Duration
	cells := 0
	for i := range n {
		p, err := get(i)
		if err != nil {
			return err
		}
		start := time.Now()
		found := incident.Localise(p.cells, incident.LocaliseOptions{})
		took += time.Since(start)
		cells += len(p.cells)
		var got []string
		for _, e := range found {
			got = append(got, p.element(e))
		}
		right := 0
		for _, g := range got {
			for _, t := range p.truth {
				if g == t {
					right++
				}
			}
		}
		hit, said, true_ = hit+right, said+len(got), true_+len(p.truth)
		if right == len(got) && right == len(p.truth) {
			exact++
		} else if verbose {
			fmt.Printf("  %s: true %s, found", p.name, strings.Join(p.truth, " ; "))
			for i, g := range got {
				fmt.Printf(" %s (%.0f, %.2f)", g, found[i].Score, found[i].Cover)
			}
			fmt.Println()
		}
	}
	ratio := func(a, b int) float64 { return float64(a) / float64(max(1, b)) }
	fmt.Printf("| cases | cells per case | precision | recall | F1 | exact | s/case |\n|---|---|---|---|---|---|---|\n")
	fmt.Printf("| %d | %d | %.3f | %.3f | %.3f | %.3f | %.4f |\n", n, cells/max(1, n), ratio(hit, said), ratio(hit, true_),
		2*float64(hit)/float64(max(1, said+true_)), ratio(exact, n), took.Seconds()/float64(max(1, n)))
	return nil
}

func (p *problem) element(e incident.Element) string {
	var s []string
	for d, id := range e.IDs {
		if id != 0 {
			s = append(s, p.attrs[d]+"="+p.names[d][id])
		}
	}
	return strings.Join(s, "&")
}
