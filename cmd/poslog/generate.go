package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/generate"
)

func newGenerate() *cobra.Command {
	var opt generate.Options
	var bulk generate.BulkOptions
	var seed uint64
	var out string
	c := &cobra.Command{
		Use:   "generate [SCENARIO]",
		Short: "Write invented data with known truth: logs, settlement, calendar, truth.json",
		Long: `Without an argument lists the scenarios. The same scenario, seed and sizes give
the same files, byte for byte, on every machine.`,
		Example: "  poslog generate bank-day --seed 7 --out /tmp/day",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				w := newTable(c, "scenario", "about")
				for _, n := range generate.Names() {
					w.AppendRow([]any{n, generate.About(n)})
				}
				w.AppendRow([]any{"bulk", "large regular files for speed: " + strings.Join(generate.BulkFiles, ", ")})
				w.Render()
				return nil
			}
			bulky := args[0] == "bulk"
			for _, name := range ofOther(bulky) {
				if c.Flags().Changed(name) {
					return usage("--%s says nothing of %s", name, args[0])
				}
			}
			if bulky {
				bulk.Seed, bulk.Terminals, bulk.Days = seed, opt.Terminals, opt.Days
				return writeBulk(c, out, bulk)
			}
			w, err := generate.Scenario(args[0], seed, opt)
			if err != nil {
				return usage("%v", err)
			}
			if out == "" {
				out = args[0]
			}
			if err := w.Write(out); err != nil {
				return &exitError{exitFailed, err}
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), strings.Join(paths(out, w.FileNames()), "\n"))
			return err
		},
	}
	fs := c.Flags()
	fs.Uint64Var(&seed, "seed", 1, "seed of all random numbers")
	fs.StringVar(&out, "out", "", "`directory` to write into (default: the scenario's name)")
	fs.StringVar(&opt.Profile, "profile", "", "`name` of the parameter profile: "+strings.Join(generate.Profiles(), " or "))
	fs.IntVar(&opt.Days, "days", 0, "number of days (default: the scenario's own)")
	fs.IntVar(&opt.Attempts, "attempts", 0, "attempts per day (default: the scenario's own)")
	fs.IntVar(&opt.Terminals, "terminals", 0, "number of terminals (default: the scenario's own)")
	fs.IntVar(&opt.Institutions, "institutions", 0, "number of institutions (default: the scenario's own)")
	fs.StringVar(&opt.Format, "journal", "", "form of the terminal side: log, csv, xlsx or jpos (default: the scenario's own)")
	fs.IntVar(&bulk.Lines, "lines", 0, "bulk: lines of the log (default 7,000,000)")
	fs.IntVar(&bulk.Settle, "settle", 0, "bulk: rows of the settlement (default 5,000,000)")
	fs.IntVar(&bulk.Rows, "rows", 0, "bulk: rows of the workbook (default 300,000)")
	fs.StringSliceVar(&bulk.Files, "files", nil, "bulk: files to write (default all)")
	return c
}

// ofOther are the flags that only scenarios know, or only bulk.
func ofOther(bulky bool) []string {
	if bulky {
		return []string{"profile", "attempts", "institutions", "journal"}
	}
	return []string{"lines", "settle", "rows", "files"}
}

func writeBulk(c *cobra.Command, dir string, opt generate.BulkOptions) error {
	if dir == "" {
		dir = "bulk"
	}
	n, err := generate.Bulk(dir, opt)
	if err != nil {
		return usage("%v", err)
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%+v\n", n)
	return err
}

func paths(dir string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = filepath.Join(dir, n)
	}
	return out
}
