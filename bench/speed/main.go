// Command speed measures poslog against other programs on the same machine in the
// same run, and prints one table.
//
//	go run ./bench/speed [-dir DIR] [-scale 1] [-runs 3] [-jobs log,dirty,csv,gbk,xlsx,gz,zst,small,growth]
//
// It builds poslog, writes the data by seed (scale 1 is 7 million log lines and 5
// million settlement rows; they are kept in DIR and used again), and runs each
// pair in turns: poslog, peer, poslog, peer. Every row is a ratio of medians
// of whole processes, wall and CPU, with peak memory. A peer that is not
// installed is named as such. What poslog does is always the full analysis with
// the JSON report written; what a peer does stands in the row.
package main

import (
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
	runs := flag.Int("runs", 3, "counted runs of each command")
	jobs := flag.String("jobs", "log,dirty,csv,gbk,xlsx,gz,zst,small,growth", "what to measure")
	peer := flag.String("peer", "", "run as a peer: csv, xlsx or inflate, on the file named")
	flag.Parse()
	if *peer != "" {
		if err := runPeer(*peer, flag.Arg(0)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := measure(*dir, *scale, *runs, strings.Split(*jobs, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// bench holds what every row needs.
type bench struct {
	dir, poslog, self string
	runs              int
}

func measure(dir string, scale float64, runs int, jobs []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	b := &bench{dir: dir, runs: runs, poslog: filepath.Join(dir, "poslog")}
	var err error
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", b.poslog, "./cmd/poslog")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building poslog (run this in the root of the repository): %w", err)
	}
	fmt.Printf("%s %s/%s, %d processors, scale %g, %d runs\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), scale, runs)
	fmt.Println("| job | poslog | peer | wall: peer / poslog | CPU: peer / poslog | peak MiB: poslog, peer |")
	fmt.Println("|---|---|---|---|---|---|")
	size := func(n int) int { return max(1000, int(float64(n)*scale)) }
	for _, j := range jobs {
		if err := b.job(j, size); err != nil {
			return fmt.Errorf("%s: %w", j, err)
		}
	}
	return nil
}

// data makes a file of "poslog generate bulk" unless it is there. A process of its
// own makes it: the peak memory of what is started later would else include ours.
func (b *bench) data(sub, name string, o generate.BulkOptions) (string, error) {
	path := filepath.Join(b.dir, sub, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	args := []string{"generate", "bulk", "--seed", "20261120", "--out", filepath.Join(b.dir, sub), "--files", name}
	for flag, n := range map[string]int{"--lines": o.Lines, "--terminals": o.Terminals, "--settle": o.Settle, "--rows": o.Rows} {
		if n > 0 {
			args = append(args, flag, fmt.Sprint(n))
		}
	}
	out, err := exec.Command(b.poslog, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return path, err
}

// packed makes a compressed copy with a program.
func (b *bench) packed(path, ext, program string, args ...string) (string, error) {
	if _, err := os.Stat(path + ext); err == nil {
		return path + ext, nil
	}
	if _, err := exec.LookPath(program); err != nil {
		return "", err
	}
	return path + ext, exec.Command(program, append(args, path)...).Run()
}

func (b *bench) analyze(files ...string) []string {
	return slices.Concat([]string{b.poslog, "analyze", "--format", "json", "--tolerance", "50%", "-o", filepath.Join(b.dir, "out.json")}, files)
}

func (b *bench) job(name string, size func(int) int) error {
	log := func(lines, terminals int) (string, error) {
		return b.data(fmt.Sprintf("log-%d-%d", lines, terminals), "term.log", generate.BulkOptions{Lines: lines, Terminals: terminals})
	}
	full := size(7_000_000)
	switch name {
	case "log":
		path, err := log(full, 20_000)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%d log lines", full)
		b.row(what, b.analyze(path), "wc -l", "wc", "-l", path)
		b.row(what, b.analyze(path), "mawk, count by code", "mawk", `{for(i=1;i<=NF;i++)if(substr($i,1,3)=="RC="){n[$i]++;break}}END{for(c in n)print c,n[c]}`, path)
		b.row(what, b.analyze(path), "Miller, count by code", "mlr", "--idkvp", "--ifs", " ", "--ojson", "count-distinct", "-f", "RC", path)
	case "dirty":
		clean, err := log(full, 20_000)
		if err != nil {
			return err
		}
		dirty, err := b.data(fmt.Sprintf("dirty-%d", full), "dirty.log", generate.BulkOptions{Lines: full})
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("clean log of %d lines", full), b.analyze(clean), "poslog on the dirty log", b.analyze(dirty)...)
	case "csv", "gbk":
		n := size(5_000_000)
		utf8, err := b.data(fmt.Sprintf("settle-%d", n), "settle.csv", generate.BulkOptions{Settle: n, Lines: full})
		if err != nil {
			return err
		}
		if name == "csv" {
			b.row(fmt.Sprintf("settlement CSV, %d rows", n), b.analyze(utf8), "encoding/csv, count and sum", b.self, "-peer", "csv", utf8)
			return nil
		}
		gbk, err := b.data(fmt.Sprintf("settle-%d", n), "settle_gbk.csv", generate.BulkOptions{Settle: n, Lines: full})
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("settlement CSV, UTF-8, %d rows", n), b.analyze(utf8), "poslog on the GBK copy", b.analyze(gbk)...)
	case "xlsx":
		n := size(300_000)
		path, err := b.data(fmt.Sprintf("xlsx-%d", n), "settle.xlsx", generate.BulkOptions{Rows: n, Settle: n, Lines: n * 2})
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("XLSX, %d rows", n), b.analyze(path), "excelize Rows, count only", b.self, "-peer", "xlsx", path)
	case "gz", "zst":
		path, err := log(size(2_000_000), 20_000)
		if err != nil {
			return err
		}
		program, args := "gzip", []string{"-kf6"}
		if name == "zst" {
			program, args = "zstd", []string{"-qkf3"}
		}
		packed, err := b.packed(path, "."+name, program, args...)
		if err != nil {
			fmt.Printf("| .%s log | - | %s is not installed | | | |\n", name, program)
			return nil
		}
		b.row(fmt.Sprintf(".%s log, %d lines", name, size(2_000_000)), b.analyze(packed), "the inflater alone", b.self, "-peer", "inflate", packed)
	case "small":
		path, err := log(5000, 1000)
		if err != nil {
			return err
		}
		b.row("5,000 lines to text", []string{b.poslog, "analyze", path}, "mawk, count by code", "mawk",
			`{for(i=1;i<=NF;i++)if(substr($i,1,3)=="RC="){n[$i]++;break}}END{for(c in n)print c,n[c]}`, path)
	case "growth":
		tenth, err := log(full/10, 20_000)
		if err != nil {
			return err
		}
		all, err := log(full, 20_000)
		if err != nil {
			return err
		}
		b.row(fmt.Sprintf("%d lines", full/10), b.analyze(tenth), "poslog on 10 times the lines", b.analyze(all)...)
		few, err := log(full/10, 2000)
		if err != nil {
			return err
		}
		b.row("2,000 terminals", b.analyze(few), "poslog on 10 times the terminals", b.analyze(tenth)...)
	default:
		return fmt.Errorf("unknown job")
	}
	return nil
}

// cost is one run of a whole process.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // KiB
}

func (b *bench) row(job string, ours []string, peerName string, peer ...string) {
	if _, err := exec.LookPath(peer[0]); err != nil {
		fmt.Printf("| %s | - | %s: %s is not installed | | | |\n", job, peerName, peer[0])
		return
	}
	var a, p []cost
	for i := range b.runs + 1 { // the first is a warm-up
		ca, err := run(ours)
		if err != nil {
			fmt.Printf("| %s | failed: %v | %s | | | |\n", job, err, peerName)
			return
		}
		cp, err := run(peer)
		if err != nil {
			fmt.Printf("| %s | - | %s failed: %v | | | |\n", job, peerName, err)
			return
		}
		if i > 0 {
			a, p = append(a, ca), append(p, cp)
		}
	}
	wall, cpu := make([]float64, b.runs), make([]float64, b.runs)
	for i := range a {
		wall[i], cpu[i] = float64(p[i].wall)/float64(a[i].wall), float64(p[i].cpu)/float64(a[i].cpu)
	}
	mid := func(c []cost) cost {
		slices.SortFunc(c, func(x, y cost) int { return int(x.wall - y.wall) })
		return c[len(c)/2]
	}
	ma, mp := mid(a), mid(p)
	fmt.Printf("| %s | %.2f s | %s: %.2f s | %.2f (%.2f-%.2f) | %.2f | %d, %d |\n", job, ma.wall.Seconds(), peerName, mp.wall.Seconds(),
		median(wall), slices.Min(wall), slices.Max(wall), median(cpu), ma.peak>>10, mp.peak>>10)
}

func median(v []float64) float64 {
	m, err := stats.Median(v)
	if err != nil {
		return 0 // no runs
	}
	return m
}

func run(args []string) (cost, error) {
	c := exec.Command(args[0], args[1:]...)
	start := time.Now()
	out, err := c.CombinedOutput()
	if err != nil {
		return cost{}, fmt.Errorf("%w: %.200s", err, out)
	}
	s := c.ProcessState
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("no resource usage on this system")
	}
	return cost{time.Since(start), s.UserTime() + s.SystemTime(), usage.Maxrss}, nil
}
