// Command reconcile measures the reconciliation of a large day beside two
// databases: time and peak memory of each whole process, from the same two CSV files.
//
//	go run ./bench/reconcile -rows 5000000 -poslog PATH/TO/poslog -duckdb DIR
//
// In go nothing but flags: the files are made from a seed (an approvals file of
// terminals and a settlement file that misses 0.2% of them, has 0.1% with an amount one fen too
// high and some rows of its own). Out comes a table: median wall time, its ratio to poslog's, and the
// largest peak memory of the runs. Every peer's counts are compared with the known ones.
//
// DIR is where `npm install @duckdb/node-api` was run; without -duckdb that peer
// is left out, and so is sqlite3 where it is not installed. With -join the program measures
// the matching alone, on a book that is already in memory.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	rows := flag.Int("rows", 5_000_000, "rows of each side")
	dir := flag.String("dir", filepath.Join(os.TempDir(), "poslog-bench-reconcile"), "where the files are made")
	poslog := flag.String("poslog", "", "the poslog binary to measure")
	duckdb := flag.String("duckdb", "", "directory with node_modules/@duckdb/node-api")
	sqlite := flag.Bool("sqlite", false, "measure sqlite3 too (slow)")
	runs := flag.Int("runs", 3, "runs of each peer, taken in turns")
	joinOnly := flag.Bool("join", false, "measure the matching alone, in this process")
	profile := flag.String("cpuprofile", "", "with -join: write a profile of the processor there")
	memory := flag.Int64("memory", 1024, "with -join: MiB for the join's own tables")
	flag.Parse()
	if *joinOnly {
		measureJoin(*rows, *memory<<20, *profile)
		return
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		log.Fatal(err)
	}
	want, err := makeFiles(*dir, *rows)
	if err != nil {
		log.Fatal(err)
	}
	var peers []peer
	if *poslog != "" {
		peers = append(peers, poslogPeer(*poslog, *dir))
	}
	if *duckdb != "" {
		peers = append(peers, duckdbPeer(*duckdb, *dir))
	}
	if *sqlite {
		peers = append(peers, sqlitePeer(*dir))
	}
	if len(peers) == 0 {
		fmt.Println("files are in", *dir, "- name a peer with -poslog, -duckdb or -sqlite")
		return
	}
	compare(peers, want, *runs)
}
