package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// peer is one program that joins the two files.
type peer struct {
	name string
	cmd  func() *exec.Cmd
	read func(stdout []byte) (counts, error)
}

//go:embed duckdb.mjs
var duckdbScript []byte

func poslogPeer(bin, dir string) peer {
	out := filepath.Join(dir, "poslog.json")
	return peer{"poslog analyze (everything on)", func() *exec.Cmd {
		return exec.Command(bin, "analyze", "--terminal", filepath.Join(dir, approvalsFile), "--settlement", filepath.Join(dir, settleFile), "-o", out)
	}, func([]byte) (c counts, err error) {
		data, err := os.ReadFile(out)
		if err != nil {
			return c, err
		}
		var report struct {
			Reconciliation struct {
				States map[string]struct{ Count int }
			}
		}
		if err := json.Unmarshal(data, &report); err != nil {
			return c, err
		}
		s := report.Reconciliation.States
		return counts{Matched: s["matched"].Count, Differs: s["amount_differs"].Count, Missing: s["terminal_only"].Count + s["pending_cutoff"].Count, Extra: s["settlement_only"].Count}, nil
	}}
}

func duckdbPeer(modules, dir string) peer {
	script := filepath.Join(modules, "bench-reconcile.mjs")
	if err := os.WriteFile(script, duckdbScript, 0o644); err != nil {
		log.Fatal(err)
	}
	return peer{"DuckDB join alone (keys as text)", func() *exec.Cmd {
		return exec.Command("node", script, filepath.Join(dir, approvalsFile), filepath.Join(dir, settleFile))
	}, readJSON}
}

func sqlitePeer(dir string) peer {
	return peer{"sqlite3 join alone", func() *exec.Cmd {
		db := filepath.Join(dir, "bench.db")
		os.Remove(db)
		cmd := exec.Command("sqlite3", db)
		cmd.Stdin = bytes.NewBufferString(fmt.Sprintf(`
pragma journal_mode=off; pragma synchronous=off;
.mode csv
.import %q t
.import %q s
create index k on s(终端号,参考号);
.mode list
select '{"Matched":'||sum(s.交易金额 is not null and s.交易金额=t.金额)||',"Differs":'||sum(s.交易金额 is not null and s.交易金额<>t.金额)
 ||',"Missing":'||sum(s.交易金额 is null)||',"Extra":'||((select count(*) from s)-count(s.交易金额))||'}'
 from t left join s on s.终端号=t.终端号 and s.参考号=t.参考号;
`, filepath.Join(dir, approvalsFile), filepath.Join(dir, settleFile)))
		return cmd
	}, readJSON}
}

func readJSON(out []byte) (c counts, err error) {
	i := bytes.IndexByte(out, '{')
	if i < 0 {
		return c, fmt.Errorf("no answer in %q", out)
	}
	return c, json.Unmarshal(out[i:], &c)
}

type sample struct {
	wall time.Duration
	cpu  time.Duration
	peak int64 // KiB
}

// compare runs the peers in turns and prints the table.
func compare(peers []peer, want counts, runs int) {
	want.Rows = 0
	samples := make([][]sample, len(peers))
	for range runs {
		for i, p := range peers {
			cmd := p.cmd()
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			start := time.Now()
			err := cmd.Run()
			wall := time.Since(start)
			if cmd.ProcessState == nil {
				log.Fatalf("%s: %v", p.name, err)
			}
			use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			got, rerr := p.read(out.Bytes())
			if rerr != nil {
				log.Fatalf("%s: %v (%v)\n%s", p.name, rerr, err, errs.Bytes())
			}
			if got != want {
				log.Printf("%s found %+v, the files have %+v", p.name, got, want)
			}
			samples[i] = append(samples[i], sample{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), int64(use.Maxrss)})
		}
	}
	fmt.Printf("%-36s %8s %8s %8s %10s\n", "peer", "wall", "x", "cpu", "peak MiB")
	base := median(samples[0]).wall
	for i, p := range peers {
		m := median(samples[i])
		fmt.Printf("%-36s %7.1fs %8.2f %7.1fs %10d\n", p.name, m.wall.Seconds(), float64(m.wall)/float64(base), m.cpu.Seconds(), m.peak>>10)
	}
}

// median takes the run of the median wall time and the largest peak of all.
func median(s []sample) sample {
	s = slices.Clone(s)
	slices.SortFunc(s, func(x, y sample) int { return int(x.wall - y.wall) })
	m := s[len(s)/2]
	for _, x := range s {
		m.peak = max(m.peak, x.peak)
	}
	return m
}
