// Command meaning measures how well poslog decides what an open response code
// means at an institution.
//
// In go nothing but a seed; out come, on standard output, the tables that
// docs publish. The program draws labelled institutions of every explanation -
// refused by configuration, approved then reversed, success, host maintenance,
// network, amount limit, insufficient funds, and mixtures - with 5 to 5,000 rows
// of the code over 1 to 30 days, with and without settlement data, disturbed by retries,
// lost keys, partial exports, the cut-off of the last day, and skewed clocks, and
// asks the same code that `poslog analyze` runs. Profile A is for setting
// parameters, profile B, with other rates, codes and customs, for the figures.
//
//	go run ./bench/meaning -profile B
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/poslog/poslog/classify"
)

func main() {
	profile := flag.String("profile", "B", "family of institutions: A (to set parameters) or B (to report)")
	worlds := flag.Int("worlds", 12, "worlds per explanation, size and kind of input")
	seed := flag.Uint64("seed", 1, "seed")
	workers := flag.Int("workers", runtime.GOMAXPROCS(0), "worlds judged at the same time")
	confusion := flag.Bool("confusion", false, "also print what was taken for what")
	show := flag.Bool("wrong", false, "also print the worlds that were judged wrong, or not at all, most confident first")
	flag.Parse()
	h, ok := profiles[*profile]
	if !ok || *worlds < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: meaning [-profile A|B] [-worlds N] [-seed N] [-confusion] [-wrong]")
		os.Exit(2)
	}
	results := run(h, *worlds, *seed, *workers)
	fmt.Printf("profile %s, seed %d, %d worlds\n", h.name, *seed, len(results))
	report(os.Stdout, results)
	if *show {
		printWrong(os.Stdout, results)
	}
	if *confusion {
		printConfusion(os.Stdout, results)
	}
}

var sizes = []int{3, 5, 10, 30, 100, 300, 1000, 5000}

// run judges all worlds; the order of the results depends on nothing but the
// arguments.
func run(h habits, worlds int, seed uint64, workers int) []result {
	type job struct {
		truth      classify.Hypothesis
		settlement bool
		size, k    int
	}
	var jobs []job
	for truth := range classify.Hypotheses {
		for _, settlement := range []bool{true, false} {
			for s := range sizes {
				k := worlds
				if sizes[s] >= 1000 {
					k = max(1, worlds/2) // large worlds cost time and say little
				}
				for i := range k {
					jobs = append(jobs, job{classify.Hypothesis(truth), settlement, s, i})
				}
			}
		}
	}
	out := make([]result, len(jobs))
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				j := jobs[i]
				id := seed*1_000_003 + uint64(i)*7919
				days := 1 + int(id%30)
				if sizes[j.size] <= 10 {
					days = 1 + days%5
				}
				w := draw(h, j.truth, j.settlement, sizes[j.size], days, id)
				out[i] = judge(w, sizes[j.size])
				out[i].id = id
			}
		}()
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}
