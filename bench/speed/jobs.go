package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"

	"github.com/poslog/poslog/generate"
)

// works are what can be measured.
var works = map[string]func(*bench) error{
	"log": (*bench).counting, "csv": (*bench).summing, "gbk": (*bench).charset, "xlsx": (*bench).workbook,
	"gz":    func(b *bench) error { return b.packed("gz", "gzip", "-kf6") },
	"zst":   func(b *bench) error { return b.packed("zst", "zstd", "-qkf3") },
	"small": (*bench).small, "dirty": (*bench).dirty, "memory": (*bench).memory,
	"lines": (*bench).lines, "terminals": (*bench).terminals, "codes": (*bench).codes,
}

func (b *bench) job(name string) error {
	work := works[name]
	if work == nil {
		return fmt.Errorf("unknown job")
	}
	return work(b)
}

// full is the log of the full run on this scale.
func (b *bench) full() generate.BulkOptions {
	return generate.BulkOptions{Lines: b.size(7_000_000)}
}

// settled is the settlement of it.
func (b *bench) settled() generate.BulkOptions {
	return generate.BulkOptions{Settle: b.size(5_000_000), Lines: b.size(7_000_000)}
}

func (b *bench) log(o generate.BulkOptions) (string, error) { return b.data("term.log", o) }

func (b *bench) counting() error {
	path, err := b.log(b.full())
	if err != nil {
		return err
	}
	n := b.full().Lines
	for _, p := range b.counters(path, n) {
		b.row(fmt.Sprintf("%d log lines", n), path, p)
	}
	return nil
}

func (b *bench) summing() error {
	path, err := b.data("settle.csv", b.settled())
	if err != nil {
		return err
	}
	for _, p := range b.sums(path) {
		b.row(fmt.Sprintf("settlement CSV, %d rows", b.settled().Settle), path, p)
	}
	return nil
}

func (b *bench) charset() error {
	path, err := b.data("settle.csv", b.settled())
	if err != nil {
		return err
	}
	gbk, err := b.data("settle_gbk.csv", b.settled())
	if err != nil {
		return err
	}
	b.row(fmt.Sprintf("settlement CSV, %d rows", b.settled().Settle), path, b.itself("the GBK copy", gbk))
	return nil
}

func (b *bench) workbook() error {
	n := b.size(300_000)
	path, err := b.data("settle.xlsx", generate.BulkOptions{Rows: n, Settle: n, Lines: n * 2})
	if err != nil {
		return err
	}
	for _, p := range []peer{
		{name: "excelize Rows, all cells", args: []string{b.self, "-helper", "xlsx", path}, slow: true},
		withPandas("read_excel, count and sum by terminal", pandasSheet, path),
	} {
		b.row(fmt.Sprintf("XLSX, %d rows", n), path, p)
	}
	return nil
}

// packed compares the log packed by a program with the inflater, and with the log as it is.
func (b *bench) packed(ending, program, options string) error {
	path, err := b.log(b.full())
	if err != nil {
		return err
	}
	packed := path + "." + ending
	if _, err := os.Stat(packed); err != nil {
		if out, err := exec.Command(program, options, path).CombinedOutput(); err != nil {
			fmt.Printf("| .%s log | - | | %v %s | | | | |\n", ending, err, out)
			return nil
		}
	}
	n := b.full().Lines
	b.row(fmt.Sprintf(".%s log, %d lines", ending, n), packed, peer{name: "the inflater alone", args: []string{b.self, "-helper", "inflate", packed}})
	b.row(fmt.Sprintf("the same log, plain, %d lines", n), path, b.itself("packed as ."+ending, packed))
	return nil
}

func (b *bench) small() error {
	path, err := b.log(generate.BulkOptions{Lines: 5000, Terminals: 1000})
	if err != nil {
		return err
	}
	for _, p := range b.counters(path, 5000) {
		b.compare("5,000 lines to text", []string{b.poslog, "analyze", path}, p)
	}
	return nil
}

func (b *bench) dirty() error {
	clean, err := b.log(b.full())
	if err != nil {
		return err
	}
	dirty, err := b.data("dirty.log", b.full())
	if err != nil {
		return err
	}
	b.row(fmt.Sprintf("%d lines", b.full().Lines), clean, b.itself("the dirty log", dirty))
	return nil
}

func (b *bench) memory() error {
	clean, err := b.log(b.full())
	if err != nil {
		return err
	}
	o := b.settled()
	settled, err := b.data("settle.csv", o)
	if err != nil {
		return err
	}
	both := append(b.analyze(clean), settled)
	b.compare(fmt.Sprintf("%d log lines, %d settlement rows", o.Lines, o.Settle), both,
		peer{name: "poslog: --memory 200MB", args: append(slices.Clone(both), "--memory", "200MB")})
	return nil
}

func (b *bench) lines() error {
	few := b.full()
	few.Lines /= 10
	return b.grown("10 times the lines", few, b.full())
}

func (b *bench) terminals() error {
	o := generate.BulkOptions{Lines: b.size(2_000_000), Terminals: 1000}
	for _, n := range []int{10_000, 100_000, 500_000} {
		more := o
		more.Terminals = n
		if err := b.grown(fmt.Sprintf("1,000 terminals to %d", n), o, more); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) codes() error {
	o := generate.BulkOptions{Lines: b.size(2_000_000), Codes: 18}
	for _, n := range []int{60, 200} {
		more := o
		more.Codes = n
		if err := b.grown(fmt.Sprintf("18 codes to %d", n), o, more); err != nil {
			return err
		}
	}
	return nil
}

// grown compares poslog with itself on more of something.
func (b *bench) grown(what string, o, more generate.BulkOptions) error {
	few, err := b.log(o)
	if err != nil {
		return err
	}
	many, err := b.log(more)
	if err != nil {
		return err
	}
	b.row(what, few, b.itself("more of it", many))
	return nil
}
