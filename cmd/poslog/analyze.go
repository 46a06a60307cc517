package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/probe"
	"github.com/poslog/poslog/reconcile"
	"github.com/poslog/poslog/report"
	"github.com/poslog/poslog/txn"
)

// outputFlags say what is written where.
type outputFlags struct {
	files  []string
	format string
	lang   string
	view   string
	color  string
	spared []string // files that were read and are not written over
	part   bool     // what is written is no analysis, and not in every format
}

func (f *outputFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVarP(&f.files, "output", "o", nil, "report `file`; the extension chooses the format, {date} in the path is the first day of the data (repeatable)")
	fs.StringVar(&f.format, "format", "", "`format` of standard output: "+f.formatNames()+" (default text, or nothing where -o is given)")
	fs.StringVar(&f.lang, "lang", "zh", "language of the report: zh or en")
	fs.StringVar(&f.view, "view", report.Ops, "reader of the report: ops or merchant")
	fs.StringVar(&f.color, "color", "auto", "colour in text: auto, always or never; NO_COLOR is respected")
}

func (f *outputFlags) formatNames() string {
	var names []string
	for _, format := range report.Formats {
		if !f.part || !format.Whole {
			names = append(names, format.Name)
		}
	}
	return strings.Join(names, ", ")
}

// check refuses words that do not exist and resolves the formats.
func (f *outputFlags) check() (stdout *report.Format, files []report.Format, err error) {
	for _, c := range []struct{ flag, value, words string }{{"--lang", f.lang, "zh en"}, {"--view", f.view, "ops merchant"}, {"--color", f.color, "auto always never"}} {
		if !strings.Contains(" "+c.words+" ", " "+c.value+" ") {
			return nil, nil, usage("%s %q: use one of %s", c.flag, c.value, strings.ReplaceAll(c.words, " ", ", "))
		}
	}
	for _, path := range f.files {
		format, err := report.FormatFor(path)
		if err != nil {
			return nil, nil, usage("-o %s: %v", path, err)
		}
		if f.part && format.Whole {
			return nil, nil, usage("-o %s: only an analysis is written as %s: use one of %s", path, format.Name, f.formatNames())
		}
		files = append(files, format)
	}
	name := f.format
	if name == "" && len(f.files) == 0 {
		name = "text"
	}
	if name == "" {
		return nil, files, nil
	}
	format, err := report.FormatNamed(name)
	if err != nil {
		return nil, nil, usage("--format: %v", err)
	}
	if f.part && format.Whole {
		return nil, nil, usage("--format: only an analysis is written as %s: use one of %s", name, f.formatNames())
	}
	return &format, files, nil
}

// write writes what lay lays out to all outputs: files first, each atomically,
// then stdout. day stands for {date} in paths.
func (f *outputFlags) write(lay func(report.Options) *report.Report, day string, loc *time.Location, stdout io.Writer, format *report.Format, files []report.Format) error {
	opt := report.Options{Lang: f.lang, View: f.view, Loc: loc}
	paths := slices.Clone(f.files)
	for i, path := range paths {
		if strings.Contains(path, "{date}") {
			if day == "" {
				return fmt.Errorf("-o %s: the data have no date to put for {date}", path)
			}
			paths[i] = strings.ReplaceAll(path, "{date}", day)
		}
	}
	if err := apart(paths); err != nil { // {date} may be what another one spells
		return err
	}
	if err := spare(f.spared, paths...); err != nil {
		return err
	}
	for i, path := range paths {
		opt.Bare = files[i].Bare
		if err := report.WriteFile(path, files[i], lay(opt)); err != nil {
			return err
		}
	}
	if format == nil {
		return nil
	}
	opt.Bare = format.Bare
	opt.Color, opt.Width = f.terminal(stdout)
	return format.Write(stdout, lay(opt))
}

// spare refuses outputs that are one of the files that were read: they would be lost.
func spare(read []string, outputs ...string) error {
	for _, path := range outputs {
		out, err := os.Stat(path)
		if err != nil || !out.Mode().IsRegular() || out.Size() == 0 {
			continue
		}
		for _, name := range read {
			if in, err := os.Stat(name); err == nil && os.SameFile(in, out) {
				return usage("%s is an input and would be written over: name another file to write", path)
			}
		}
	}
	return nil
}

// apart refuses two outputs of one name: the second would replace the first.
func apart(outputs []string) error {
	seen := map[string]bool{}
	for _, path := range outputs {
		if path == "" || strings.HasPrefix(path, "/dev/") {
			continue
		}
		if path = filepath.Clean(path); seen[path] {
			return usage("%s would be written twice: name each output another file", path)
		}
		seen[path] = true
	}
	return nil
}

// terminal says whether text gets colour, and how wide it is.
func (f *outputFlags) terminal(w io.Writer) (color bool, width int) {
	if o, ok := w.(*output); ok {
		w = o.Writer
	}
	file, ok := w.(*os.File)
	tty := ok && term.IsTerminal(int(file.Fd()))
	if tty {
		if n, _, err := term.GetSize(int(file.Fd())); err == nil {
			width = n
		}
	}
	switch f.color {
	case "always":
		return true, width
	case "never":
		return false, width
	}
	return tty && os.Getenv("NO_COLOR") == "", width
}

func newAnalyze() *cobra.Command {
	var (
		in      inputFlags
		filter  filterFlags
		meaning meaningFlags
		out     outputFlags
		tol     string
		rejects string
		policy  []string
		carry   string
		memory  memoryFlag
	)
	c := &cobra.Command{
		Use:   "analyze FILE...",
		Short: "Analyse logs and settlement files and report",
		Long: `Reads files, directories, patterns or - (standard input), plain or compressed
(.gz .zst .bz2 .tar .zip), detects format, charset and side of each by its content,
and writes the report to standard output, or to the files named with -o.

A directory that holds calendar.yaml or codes.yaml brings its own calendar and
profiles, as such a file does that is named itself, unless --calendar or --codes
is given.`,
		RunE: func(c *cobra.Command, args []string) error {
			return runAnalyze(c, args, &in, &filter, &meaning, &out, &memory, tol, rejects, carry, policy)
		},
	}
	in.register(c)
	filter.register(c)
	meaning.register(c)
	out.register(c)
	memory.register(c)
	c.Flags().StringVar(&tol, "tolerance", "1%", "`share` of rejected rows above which a report is provisional (exit code 3)")
	c.Flags().StringVar(&rejects, "rejects", "", "write every rejected row, masked, with its reason to this `file`")
	c.Flags().StringVar(&carry, "carry", "", "`file` of rows that wait for their settlement: read if it is there, and written anew, so that the next run goes on")
	c.Flags().StringArrayVar(&policy, "fail-if", nil, "exit with 4 where this `condition` holds, such as incidents>0 or technical_rate>=2% (repeatable)")
	profiling(c)
	return c
}

func runAnalyze(c *cobra.Command, args []string, in *inputFlags, filter *filterFlags, meaning *meaningFlags, out *outputFlags, memory *memoryFlag, tol, rejects, carry string, policy []string) error {
	format, files, err := out.check()
	if err != nil {
		return err
	}
	conditions, err := parsePolicy(policy)
	if err != nil {
		return err
	}
	tolerance, err := parseShare(tol)
	if err != nil {
		return usage("--tolerance: %v", err)
	}
	cfg, err := newConfig(c, args, in, filter, meaning)
	if err != nil {
		return err
	}
	for _, i := range cfg.Inputs {
		out.spared = append(out.spared, i.Name)
	}
	out.spared = append(out.spared, meaning.files()...)
	outputs := append([]string{rejects, carry}, out.files...)
	if err := spare(out.spared, outputs...); err != nil {
		return err
	}
	if err := apart(outputs); err != nil {
		return err
	}
	cfg.Tolerance = tolerance
	list := &rejectList{}
	if rejects != "" {
		cfg.Reject, cfg.Again = list.add, list.reset
	}
	pool, before, err := readCarry(carry, &cfg)
	if err != nil {
		return err
	}
	ctx, release, err := memory.bound(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer release()
	if memory.limit == "" {
		boundMemory(cfg.Inputs)
	}
	cfg.Parse.Progress = new(atomic.Int64)
	stop := progress(c.ErrOrStderr(), cfg.Inputs, cfg.Parse.Progress)
	res, err := analyze.Run(ctx, cfg)
	stop()
	in.warn(c.ErrOrStderr())
	filter.warn(c.ErrOrStderr())
	err = memory.failed(err)
	if errors.Is(err, analyze.ErrNothing) {
		return &exitError{exitFailed, err}
	}
	if err != nil {
		return &exitError{exitFailed, fmt.Errorf("nothing was reported: %w", err)}
	}
	if rejects != "" {
		if err := list.write(rejects); err != nil {
			return &exitError{exitFailed, err}
		}
	}
	lay := func(o report.Options) *report.Report { return report.New(res, o) }
	if err := out.write(lay, firstDay(res), cfg.Location, c.OutOrStdout(), format, files); err != nil {
		return &exitError{exitFailed, err}
	}
	if carry != "" {
		if err := writeCarry(carry, before, *pool); err != nil {
			return &exitError{exitFailed, err}
		}
	}
	if broken := conditions.broken(res); len(broken) > 0 {
		return &exitError{exitPolicy, fmt.Errorf("threshold broken: %s", strings.Join(broken, ", "))}
	}
	if res.Provisional {
		return &exitError{exitProvisional, fmt.Errorf("the report is provisional: %s", provisionalReason(res))}
	}
	return nil
}

// firstDay is the first day of the data, "" where nothing has a time.
func firstDay(res *analyze.Result) string {
	if res.Period == nil {
		return ""
	}
	return res.Period.Start.Format(time.DateOnly)
}

// newConfig turns flags into the configuration of a run.
func newConfig(c *cobra.Command, args []string, in *inputFlags, filter *filterFlags, meaning *meaningFlags) (cfg analyze.Config, err error) {
	inputs, missing := in.inputs(c, args)
	cfg.Inputs = meaning.adopt(args, inputs)
	if buried := meaning.buried(args); len(buried) > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "poslog: not used: %s (only settings of the directory itself are; name others with --calendar or --codes)\n", txn.MaskCard(strings.Join(buried, ", ")))
	}
	if cfg.Parse, err = in.options(); err != nil {
		return cfg, err
	}
	cfg.Location = cfg.Parse.Location
	if cfg.Parse.Keep, err = filter.keep(time.Now(), cfg.Location); err != nil {
		return cfg, err
	}
	if cfg.Profiles, err = meaning.profiles(); err != nil {
		return cfg, err
	}
	if cfg.Calendar, err = meaning.calendar(cfg.Location); err != nil {
		return cfg, err
	}
	if cfg.Probes, err = reach(meaning.probes, probe.Options{Zone: cfg.Location, Year: in.year}); err != nil {
		return cfg, err
	}
	if cfg.Reconcile, err = meaning.reconciliation(); err != nil {
		return cfg, err
	}
	cfg.Reconcile.Chosen = filter.chosen
	cfg.Settings = slices.Concat(filter.settings(), meaning.settings(), in.settings())
	cfg.Version = version()
	if missing == nil && len(cfg.Inputs) == 0 {
		missing = usage("no input: a calendar or a file of profiles says nothing without logs or settlement files")
	}
	return cfg, missing
}

// readCarry takes up what an earlier run left waiting, nil where there was none. The pool
// returned is filled by the run.
func readCarry(path string, cfg *analyze.Config) (next **reconcile.Pool, data []byte, err error) {
	next = new(*reconcile.Pool)
	if path == "" {
		return next, nil, nil
	}
	cfg.Carry = func(p *reconcile.Pool) { *next = p }
	data, err = os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return next, nil, nil
	}
	if err != nil {
		return nil, nil, usage("--carry: %v", err)
	}
	pool := &reconcile.Pool{}
	if err := json.Unmarshal(data, pool); err != nil {
		return nil, nil, usage("--carry: %s is damaged, or was not written by poslog: %v: name another file, or restore this one; without one nothing is carried over", path, err)
	}
	if err := pool.Check(); err != nil {
		return nil, nil, usage("--carry: %s: %v", path, err)
	}
	cfg.Reconcile.Carry = pool
	cfg.Settings = append(cfg.Settings, "carry="+fingerprint(path))
	return next, data, nil
}

// writeCarry leaves a pool to the next run. Another run that has left another one meanwhile
// would lose it.
func writeCarry(path string, before []byte, pool *reconcile.Pool) error {
	data, err := json.Marshal(pool)
	if err != nil {
		return err
	}
	data = append(data, '\n')
	now, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if !bytes.Equal(now, before) && !bytes.Equal(now, data) {
		return fmt.Errorf("--carry: another run wrote %s meanwhile, and what this one would leave is not written: run it again, and runs with one such file one after the other", path)
	}
	return report.Atomic(path, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// provisionalReason is the first problem that made the report provisional, and which
// other inputs have one.
func provisionalReason(res *analyze.Result) string {
	reason := ""
	var others []string
	for _, p := range res.Problems {
		switch p.Rule {
		case "not-understood", "read-in-part", "conservation", "total-differs", "many-rejects", "row-cut":
			if reason == "" {
				reason = p.Position + ": " + p.Text
			} else {
				others = append(others, p.Position)
			}
		}
	}
	switch n := len(others); {
	case reason == "":
		return "see its list of problems"
	case n > 20:
		others = append(others[:20], fmt.Sprintf("%d more", n-20))
		fallthrough
	case n > 0:
		reason += "\nalso, see its list of problems: " + strings.Join(others, ", ")
	}
	return reason
}
