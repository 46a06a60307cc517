// Command speed measures poslog against other programs on the same machine in the
// same run, and prints one table.
//
//	go run ./bench/speed [-dir DIR] [-scale 1] [-runs 3] [-jobs log,csv,gbk,xlsx,gz,zst,small,dirty,memory,lines,terminals,codes] [-duckdb DIR]
//
// It builds poslog, writes the data by seed (scale 1 is 7 million log lines and 5
// million settlement rows; they are kept in DIR and used again), and runs each
// pair in turns: poslog, peer, poslog, peer. Every row is a ratio of medians
// of whole processes, wall and CPU, with peak memory; below 1 the peer is faster
// and the row says so. A peer that is not installed is named as such. What poslog
// does is always the full analysis with the JSON report written; what a peer does
// stands in the row. DuckDB is run where `npm install @duckdb/node-api` was run.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/montanaflynn/stats"

	"github.com/poslog/poslog/generate"
)

func main() {
	dir := flag.String("dir", filepath.Join(os.TempDir(), "poslog-bench"), "directory of data and programs")
	scale := flag.Float64("scale", 1, "share of the full size")
	runs := flag.Int("runs", 3, "counted runs of each command; the slowest peers are run once")
	jobs := flag.String("jobs", "log,csv,gbk,xlsx,gz,zst,small,dirty,memory,lines,terminals,codes", "what to measure")
	duckdb := flag.String("duckdb", "", "directory with node_modules/@duckdb/node-api")
	helper := flag.String("helper", "", "run as a helper: data, csv, xlsx or inflate, on what is named")
	flag.Parse()
	var err error
	if *helper != "" {
		err = help(*helper, flag.Args())
	} else {
		b := &bench{dir: *dir, runs: *runs, scale: *scale, duckdb: *duckdb}
		err = b.measure(strings.Split(*jobs, ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// bench holds what every row needs.
type bench struct {
	dir, poslog, self, duckdb string
	runs                      int
	scale                     float64
	used                      []peer
}

func (b *bench) measure(jobs []string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	var err error
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	b.poslog = filepath.Join(b.dir, "poslog")
	build := exec.Command("go", "build", "-o", b.poslog, "./cmd/poslog")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is installed
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building poslog (run this in the root of the repository): %w: %s", err, out)
	}
	fmt.Printf("%s %s/%s, %d processors, scale %g, %d runs\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), b.scale, b.runs)
	fmt.Println("| job | poslog | incidents | peer | wall: peer / poslog | CPU: peer / poslog | peak MiB: poslog, peer | |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, j := range jobs {
		if err := b.job(j); err != nil {
			return fmt.Errorf("%s: %w", j, err)
		}
	}
	fmt.Println()
	for _, p := range b.used {
		if v := p.version(); v != "" {
			fmt.Printf("- %s: %s\n", p.args[0], v)
		}
	}
	return nil
}

// size is a number of the full run on this scale.
func (b *bench) size(n int) int { return max(1000, int(float64(n)*b.scale)) }

// data makes a file of generate.Bulk unless it is there. A process of its own
// makes it: the peak memory of what is started later would else include ours.
func (b *bench) data(name string, o generate.BulkOptions) (string, error) {
	o.Files = []string{name}
	arg, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	sub := filepath.Join(b.dir, fmt.Sprintf("l%d-t%d-c%d-s%d-r%d", o.Lines, o.Terminals, o.Codes, o.Settle, o.Rows))
	path := filepath.Join(sub, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if out, err := exec.Command(b.self, "-helper", "data", sub, string(arg)).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
}

// itself is poslog on another file as the peer.
func (b *bench) itself(what, path string) peer {
	return peer{name: "poslog: " + what, args: b.analyze(path)}
}

// analyze is the full analysis with its JSON report, which goes to a file.
func (b *bench) analyze(path string) []string {
	return []string{b.poslog, "analyze", "--format", "json", "--tolerance", "50%", path}
}

func (b *bench) row(job, path string, p peer) { b.compare(job, b.analyze(path), p) }

// cost is one run of a whole process.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // KiB
}

// compare runs two commands in turns and prints one row of the table.
func (b *bench) compare(job string, ours []string, p peer) {
	if why := p.missing(); why != "" {
		fmt.Printf("| %s | - | | %s: %s | | | | |\n", job, p.name, why)
		return
	}
	var a, c []cost
	runs, warm := b.runs, 1
	if p.slow {
		runs, warm = 1, 0
	}
	report := filepath.Join(b.dir, "report.json")
	for i := range runs + warm {
		ca, err := run(ours, report)
		if err != nil {
			fmt.Printf("| %s | failed: %v | | %s | | | | |\n", job, err, p.name)
			return
		}
		cp, err := run(p.args, os.DevNull)
		if err != nil {
			fmt.Printf("| %s | - | | %s failed: %v | | | | |\n", job, p.name, err)
			return
		}
		if i >= warm {
			a, c = append(a, ca), append(c, cp)
		}
	}
	wall, cpu := make([]float64, runs), make([]float64, runs)
	for i := range a {
		wall[i], cpu[i] = float64(c[i].wall)/float64(a[i].wall), float64(c[i].cpu)/float64(a[i].cpu)
	}
	mid := func(c []cost) cost {
		slices.SortFunc(c, func(x, y cost) int { return int(x.wall - y.wall) })
		return c[len(c)/2]
	}
	ma, mc, note := mid(a), mid(c), ""
	if median(wall) < 1 && !strings.HasPrefix(p.name, "poslog") {
		note = "the peer is faster"
	}
	fmt.Printf("| %s | %.2f s | %s | %s: %.2f s | %.2f (%.2f-%.2f) | %.2f | %d, %d | %s |\n", job, ma.wall.Seconds(), incidents(report), p.name, mc.wall.Seconds(),
		median(wall), slices.Min(wall), slices.Max(wall), median(cpu), ma.peak>>10, mc.peak>>10, note)
	if !slices.ContainsFunc(b.used, func(q peer) bool { return q.args[0] == p.args[0] }) {
		b.used = append(b.used, p)
	}
}

// incidents counts what the report found; "" where it is no JSON.
func incidents(report string) string {
	data, err := os.ReadFile(report)
	if err != nil {
		return ""
	}
	var r struct{ Incidents []json.RawMessage }
	if json.Unmarshal(data, &r) != nil {
		return ""
	}
	return fmt.Sprint(len(r.Incidents))
}

func median(v []float64) float64 {
	m, err := stats.Median(v)
	if err != nil {
		return 0 // no runs
	}
	return m
}

// run runs a command whose output goes to a file.
func run(args []string, to string) (cost, error) {
	out, err := os.Create(to)
	if err != nil {
		return cost{}, err
	}
	defer out.Close()
	var told bytes.Buffer
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr = out, &told
	start := time.Now()
	if err := c.Run(); err != nil {
		return cost{}, fmt.Errorf("%w: %.200s", err, told.String())
	}
	wall := time.Since(start)
	s := c.ProcessState
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("no resource usage on this system")
	}
	return cost{wall, s.UserTime() + s.SystemTime(), int64(usage.Maxrss)}, nil
}
