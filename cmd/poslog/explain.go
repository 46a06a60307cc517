package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/report"
)

// readReport loads a JSON report.
func readReport(path string) (*analyze.Result, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &exitError{exitFailed, err}
	}
	r := &analyze.Result{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, usage("%s is no JSON report: %v", path, err)
	}
	if r.Schema != analyze.Schema {
		return nil, usage("%s has the schema %q, this version reads %s: write it again with poslog analyze --format json", path, r.Schema, analyze.Schema)
	}
	return r, nil
}

// again is what a fresh analysis of a report's inputs needs beside the report.
type again struct {
	in      inputFlags
	filter  filterFlags
	meaning meaningFlags
	memory  memoryFlag
	carry   string
	release func() // ends the limit of memory: what run found must not be used after it
}

func (a *again) close() {
	if a.release != nil {
		a.release()
	}
}

func (a *again) register(c *cobra.Command) {
	a.in.register(c)
	a.meaning.register(c)
	a.memory.register(c)
	c.Flags().StringVar(&a.carry, "carry", "", "`file` of rows that waited for their settlement, where the report was made with one; it is only read")
}

func hasSetting(r *analyze.Result, name string) bool {
	return slices.ContainsFunc(r.Tool.Config, func(s string) bool { return strings.HasPrefix(s, name+"=") })
}

// mayDiffer tells the settings that are no condition, as the values are compared: the
// file of carried rows is another after each run, and files may have been moved.
func mayDiffer(setting string) bool {
	name, _, _ := strings.Cut(setting, "=")
	return name == "carry" || name == "terminal" || name == "settlement"
}

// run analyses the inputs of a report again, with its settings, and returns what
// it found and the rows that are needed, until close. Inputs or settings that are not
// those of the report are an error: the numbers would be others for that reason alone.
func (a *again) run(c *cobra.Command, r *analyze.Result, inputs []string, needed func(*analyze.Row) bool) (fresh *analyze.Result, rows []*analyze.Row, err error) {
	if len(inputs) == 0 {
		if err := still(r); err != nil {
			return nil, nil, &exitError{exitFailed, err}
		}
	}
	inputs = a.adopt(r, inputs)
	cfg, err := newConfig(c, inputs, &a.in, &a.filter, &a.meaning)
	if err != nil {
		return nil, nil, err
	}
	if _, _, err := readCarry(a.carry, &cfg); err != nil {
		return nil, nil, err
	}
	cfg.Carry = nil
	if a.carry == "" && hasSetting(r, "carry") {
		fmt.Fprintln(c.ErrOrStderr(), "poslog: the report was made with --carry: give the file for the numbers of its reconciliation")
	}
	got, want := slices.Sorted(slices.Values(cfg.Settings)), slices.Clone(r.Tool.Config)
	if got, want = slices.DeleteFunc(got, mayDiffer), slices.DeleteFunc(want, mayDiffer); !slices.Equal(got, want) {
		return nil, nil, usage("the settings are not those of the report: it was made with\n  %s\nand this is\n  %s\ngive the same --calendar, --codes, --reconcile, --probe and --formats",
			strings.Join(want, "\n  "), strings.Join(got, "\n  "))
	}
	cfg.Each = func(row *analyze.Row) {
		if needed(row) {
			rows = append(rows, row)
		}
	}
	ctx, release, err := a.memory.bound(c.Context(), c.ErrOrStderr())
	if err != nil {
		return nil, nil, err
	}
	a.release = release
	fresh, err = analyze.Run(ctx, cfg)
	a.in.warn(c.ErrOrStderr())
	a.filter.warn(c.ErrOrStderr())
	if err = a.memory.failed(err); err != nil {
		return nil, nil, &exitError{exitFailed, err}
	}
	for _, in := range r.Inputs {
		same := func(f analyze.Input) bool { return f.SHA256 == in.SHA256 }
		if !slices.ContainsFunc(fresh.Inputs, same) {
			return nil, nil, &exitError{exitFailed, fmt.Errorf("%s is not the file that the report was made from (sha256 %s)", in.Name, in.SHA256)}
		}
	}
	return fresh, rows, nil
}

// still says which input of a report is no longer where it was, and what to do.
func still(r *analyze.Result) error {
	for _, in := range r.Inputs {
		name, _, _ := strings.Cut(in.Name, "!")
		if name == "-" {
			return fmt.Errorf("the report was made from standard input: name its files behind the report and the ID, or - to give it again")
		}
		_, err := os.Stat(name)
		if like, _ := filepath.Glob(name); os.IsNotExist(err) && len(like) == 0 { // a card number in a name is starred
			return fmt.Errorf("%s is no longer where it was when the report was made: run poslog in the same directory, or name the files behind the report and the ID, as in poslog explain REPORT.json I1 DIR", name)
		}
	}
	return nil
}

// read names the files of a fresh analysis: the report and the inputs given, those of the
// report, and the settings.
func (a *again) read(r *analyze.Result, args []string) []string {
	names := append(slices.Clone(args), a.carry)
	for _, in := range r.Inputs {
		name, _, _ := strings.Cut(in.Name, "!")
		names = append(names, name)
	}
	return append(names, a.meaning.files()...)
}

// adopt takes over the settings that a report was made with, where none are given, and returns
// the inputs to read: those given, or those of the report.
func (a *again) adopt(r *analyze.Result, inputs []string) []string {
	var dirs []string
	for _, in := range r.Inputs {
		name, _, _ := strings.Cut(in.Name, "!")
		if len(inputs) == 0 || slices.Contains(inputs, name) {
			dirs = append(dirs, filepath.Dir(name))
		}
	}
	if len(inputs) == 0 {
		for _, in := range r.Inputs {
			name, _, _ := strings.Cut(in.Name, "!")
			if !slices.Contains(inputs, name) {
				inputs = append(inputs, name)
			}
		}
	}
	a.in.tz = nil
	sided := len(a.in.terminal)+len(a.in.settlement) > 0
	for _, s := range r.Tool.Config {
		name, value, _ := strings.Cut(s, "=")
		switch name {
		case "tz":
			a.in.tz = append(a.in.tz, value)
		case "terminal":
			if !sided {
				a.in.terminal = append(a.in.terminal, value)
			}
		case "settlement":
			if !sided {
				a.in.settlement = append(a.in.settlement, value)
			}
		case "year":
			a.in.year, _ = strconv.Atoi(value)
		case "since":
			a.filter.since = value
		case "until":
			a.filter.until = value
		case "where":
			a.filter.where = value
		case "institution":
			a.filter.institutions = append(a.filter.institutions, value)
		}
	}
	slices.Sort(dirs)
	calendars, codes := a.meaning.calendars, a.meaning.codes
	a.meaning.adopt(slices.Compact(dirs), nil)
	if !hasSetting(r, "calendar") { // files were named, not the directory that has one
		a.meaning.calendars = calendars
	}
	if !hasSetting(r, "codes") {
		a.meaning.codes = codes
	}
	return inputs
}

func newExplain() *cobra.Command {
	var a again
	out := outputFlags{part: true}
	c := &cobra.Command{
		Use:   "explain REPORT.json [ID] [FILE...]",
		Short: "Derive a number of a report again from its inputs, and list its rows",
		Long: `Short IDs are those of incidents (I1), codes (B4@NSH001), totals (technical,
technical@NSH001) and states of the reconciliation (state:terminal_only). Every other
number has its path in the report, with names for the elements of lists:
totals/approved, codes/NSH001/B4/sale/settled, incidents/I1/excess,
money_at_risk/declined_lost/amount, items/1; a path may also name a whole part, such
as terminals/NSH001. Without an ID lists what can be asked for.

The whole analysis runs again and its values are compared with those of the report;
what is a count or a sum of rows is also counted from the rows. The inputs are read from
where the report says they are, or from the files given; they must be the same bytes.`,
		Args: takes(1, 0),
		RunE: func(c *cobra.Command, args []string) error {
			format, files, err := out.check()
			if err != nil {
				return err
			}
			r, err := readReport(args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				if c.Flags().Changed("format") || len(files) > 0 {
					return usage("without an ID explain lists what can be asked, as text: name an ID, such as attempts, for --format or -o")
				}
				listQuestions(c, r, out.lang)
				return nil
			}
			q, err := report.Find(r, args[1])
			if err != nil {
				return usage("%v", err)
			}
			defer a.close()
			fresh, rows, err := a.run(c, r, args[2:], q.Lists)
			if err != nil {
				return err
			}
			loc, _, err := a.in.zones()
			if err != nil {
				return err
			}
			agrees := true
			var failed error
			lay := func(o report.Options) *report.Report {
				p, same, err := report.Explain(r, fresh, args[1], rows, o)
				agrees, failed = agrees && same, err
				return p
			}
			out.spared = a.read(r, args)
			if err := out.write(lay, firstDay(r), loc, c.OutOrStdout(), format, files); err != nil {
				return &exitError{exitFailed, err}
			}
			if failed != nil {
				return &exitError{exitFailed, failed}
			}
			if !agrees {
				return &exitError{exitFailed, fmt.Errorf("the inputs give another number than the report states")}
			}
			return nil
		},
	}
	a.register(c)
	out.register(c)
	return c
}

// listQuestions prints the short IDs, then the parts whose numbers have a path.
func listQuestions(c *cobra.Command, r *analyze.Result, lang string) {
	w := newTable(c, words(lang, []any{"编号", "数值", "说明"}, []any{"id", "number", "what"})...)
	for _, q := range report.Questions(r) {
		title := q.Title.Zh
		if lang == "en" {
			title = q.Title.En
		}
		w.AppendRow([]any{report.Printable(q.ID), q.Stored, report.Printable(title)})
	}
	w.Render()
	fmt.Fprintln(c.OutOrStdout())
	w = newTable(c, words(lang, []any{"路径", "数字个数", "例如"}, []any{"path", "numbers", "for example"})...)
	w.SetColumnConfigs(nil) // a path is copied whole, however long
	for _, p := range report.Paths(r) {
		w.AppendRow([]any{p.Path, p.Numbers, report.Printable(p.Example)})
	}
	w.Render()
}

func newEvidence() *cobra.Command {
	var a again
	var incident, path string
	c := &cobra.Command{
		Use:   "evidence REPORT.json --incident ID -o PACK.zip [FILE...]",
		Short: "Write the neutral evidence of one incident for a counterparty",
		Long: `Writes a zip with the statement in Chinese and English, the workbook, the masked
rows with file and line, counts per minute, what speaks against the conclusion, and
the hashes of the inputs.`,
		Args: takes(1, 0),
		RunE: func(c *cobra.Command, args []string) error {
			if incident == "" || path == "" {
				return usage("name the incident and the file: --incident I1 -o pack.zip")
			}
			r, err := readReport(args[0])
			if err != nil {
				return err
			}
			needed, err := report.PackRows(r, incident)
			if err != nil {
				return usage("%v", err)
			}
			defer a.close()
			_, rows, err := a.run(c, r, args[1:], needed)
			if err != nil {
				return err
			}
			if err := spare(a.read(r, args), path); err != nil {
				return err
			}
			if err := report.Atomic(path, func(w io.Writer) error { return report.WritePack(w, r, incident, rows) }); err != nil {
				return &exitError{exitFailed, err}
			}
			return nil
		},
	}
	a.register(c)
	c.Flags().StringVar(&incident, "incident", "", "`id` of the incident, such as I1")
	c.Flags().StringVarP(&path, "output", "o", "", "`file` to write, .zip")
	return c
}

func newDiff() *cobra.Command {
	out := outputFlags{part: true}
	c := &cobra.Command{
		Use:   "diff A.json B.json",
		Short: "Compare two reports: what changed, and because of whom",
		Long: `Splits the change of the approval rate into contributions by code, institution and
cause at equal volume, apart from the effect of a different mix; lists new and vanished
codes, and money.`,
		Args: takes(2, 2),
		RunE: func(c *cobra.Command, args []string) error {
			format, files, err := out.check()
			if err != nil {
				return err
			}
			if out.view == report.Merchant {
				return usage("--view merchant: a comparison of reports has one view")
			}
			a, err := readReport(args[0])
			if err != nil {
				return err
			}
			b, err := readReport(args[1])
			if err != nil {
				return err
			}
			d, err := report.NewDiff(a, b)
			if err != nil {
				return usage("%v", err)
			}
			out.spared = args
			if err := out.write(func(o report.Options) *report.Report { return report.LayDiff(d, o) }, firstDay(b), nil, c.OutOrStdout(), format, files); err != nil {
				return &exitError{exitFailed, err}
			}
			return nil
		},
	}
	out.register(c)
	return c
}
