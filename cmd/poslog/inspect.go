package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

func newInspect() *cobra.Command {
	var in inputFlags
	var show, rejects int
	var draft bool
	c := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Show what was recognised in files, and why",
		Long: `Shows for each file: format and why it was chosen, charset, side, the row of column
names, which column became which field, the account of its lines, the file's own
totals against what was read, the first records (masked), and every rejected row
with its reason and what to change. With --draft it writes a format file for an
unknown input instead, filled in as far as its first lines tell.`,
		RunE: func(c *cobra.Command, args []string) error {
			opt, err := in.options()
			if err != nil {
				return err
			}
			inputs, err := in.inputs(args, c.InOrStdin())
			if err != nil {
				return err
			}
			if draft {
				return writeDrafts(c.OutOrStdout(), inputs, opt)
			}
			opt.Workers = 1 // the first records of a long file are those of its first part
			look := &inspection{show: show, seen: map[*txn.Source]*sighting{}}
			files, err := parse.Read(c.Context(), inputs, opt, func(int) parse.Handler { return look })
			if err != nil {
				return &exitError{exitFailed, err}
			}
			understood, records := true, 0
			for i, f := range files {
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				look.write(c.OutOrStdout(), f, opt.Location, rejects)
				understood = understood && f.Err == nil
				records += f.Count.Records
			}
			switch {
			case records == 0:
				return &exitError{exitFailed, fmt.Errorf("no record was read")}
			case !understood:
				return &exitError{exitProvisional, fmt.Errorf("some input was not understood")}
			}
			return nil
		},
	}
	in.register(c)
	c.Flags().BoolVar(&draft, "draft", false, "write a format file (YAML) drafted from the file, with its evidence")
	c.Flags().IntVarP(&show, "records", "n", 3, "how many records to show of each file")
	c.Flags().IntVar(&rejects, "rejects", 20, "how many rejected rows to show of each file, 0 for all")
	return c
}

func writeDrafts(w io.Writer, inputs []parse.Input, opt parse.Options) error {
	if len(inputs) != 1 {
		return usage("--draft takes one file, here are %d", len(inputs))
	}
	text, err := parse.Draft(inputs[0], opt)
	if err != nil {
		return &exitError{exitFailed, err}
	}
	_, err = io.WriteString(w, text)
	return err
}

// inspection keeps the first records and the rejects of every file.
type inspection struct {
	mu   sync.Mutex
	show int
	seen map[*txn.Source]*sighting
}

type sighting struct {
	records []*txn.Record
	rejects []*entry.Reject
}

func (l *inspection) of(s *txn.Source) *sighting {
	if l.seen[s] == nil {
		l.seen[s] = &sighting{}
	}
	return l.seen[s]
}

func (l *inspection) Record(r *txn.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.of(r.Pos.Src); len(s.records) < l.show {
		s.records = append(s.records, r.Clone())
	}
}

func (l *inspection) Reject(r *entry.Reject) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.of(r.Pos.Src)
	s.rejects = append(s.rejects, r)
}

func (l *inspection) write(w io.Writer, f *parse.File, loc *time.Location, maxRejects int) {
	s, seen := f.Summary, l.of(f.Source)
	fmt.Fprintln(w, f.Source.Name)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %-10s %s\n", name, fmt.Sprintf(format, args...))
	}
	if f.Err != nil {
		line("error", "%s", strings.ReplaceAll(txn.Scrub(f.Err.Error()), "\n", "\n             "))
		if f.Count.Lines == 0 {
			return
		}
	}
	line("format", "%s", s.Format)
	line("charset", "%s", s.Charset)
	line("side", "%s", s.Side)
	line("sha256", "%s", f.Source.SHA256)
	if s.Header.Line > 0 {
		line("header", "%s", s.Header)
	}
	if f.Start.Valid() {
		line("period", "%s to %s", moment(f.Start, loc), moment(f.End, loc))
	}
	var skips []string
	for k, n := range f.Count.Skipped {
		if n > 0 {
			skips = append(skips, fmt.Sprintf("%d %s", n, entry.Skip(k)))
		}
	}
	skipped := strings.Join(skips, " + ")
	if skipped == "" {
		skipped = "0 skipped"
	}
	verdict := "every line is accounted for"
	if err := f.Count.Check(); err != nil {
		verdict = err.Error()
	}
	line("lines", "%d = %d records + %s + %d rejected (%s)", f.Count.Lines, f.Count.Records, skipped, f.Count.Rejected, verdict)
	for _, n := range s.Notes {
		line("note", "%s", n)
	}
	for _, c := range s.Checks {
		word := "agrees"
		if !c.Agrees() {
			word = fmt.Sprintf("DIFFERS: the rows give %d", c.Read)
		}
		line("total", "%s: the file states %s = %d, %s", c.Pos, c.What, c.Stated, word)
	}
	if len(s.Columns) > 0 {
		fmt.Fprintln(w, "  columns")
		for _, c := range s.Columns {
			at, field := "", c.Field
			if c.Index > 0 {
				at = txn.ColumnName(c.Index)
			}
			if field == "" {
				field = "(not used)"
			}
			fmt.Fprintf(w, "    %-3s %s -> %s\n", at, c.Name, field)
		}
	}
	if len(seen.records) > 0 {
		fmt.Fprintln(w, "  first records")
		for _, r := range seen.records {
			fmt.Fprintf(w, "    %s: %s\n", r.Pos, describe(r, loc))
		}
	}
	if n := len(seen.rejects); n > 0 {
		fmt.Fprintln(w, "  rejected")
		for i, r := range seen.rejects {
			if maxRejects > 0 && i == maxRejects {
				fmt.Fprintf(w, "    ... %d more; show them with --rejects 0\n", n-i)
				break
			}
			fmt.Fprintf(w, "    [%s] %v\n", r.Rule, r)
		}
	}
}

func moment(t txn.Instant, loc *time.Location) string {
	return t.Time().In(loc).Format("2006-01-02 15:04:05 -0700")
}

// describe writes what a record holds, absent values left out.
func describe(r *txn.Record, loc *time.Location) string {
	var b strings.Builder
	put := func(name, value string) {
		if value != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			if strings.ContainsAny(value, " \t") {
				value = fmt.Sprintf("%q", value)
			}
			fmt.Fprintf(&b, "%s=%s", name, value)
		}
	}
	if r.At.Valid() {
		layout := "2006-01-02T15:04:05.999Z07:00"
		if r.Prec == txn.PrecDay {
			layout = time.DateOnly
		}
		put("time", r.At.Time().In(loc).Format(layout))
	}
	put("kind", r.Kind.String())
	put("mti", r.MTI)
	if r.Amount.Valid() {
		put("amount", r.Amount.Decimal()+" "+r.Currency)
	}
	put("fee", r.Fee.Decimal())
	put("net", r.Net.Decimal())
	put("code", r.Code)
	if r.Origin != txn.OriginUnknown {
		put("origin", r.Origin.String())
	}
	put("status", r.Status)
	put("text", r.Text)
	if r.Latency != txn.NoLatency {
		put("latency", fmt.Sprintf("%dms", r.Latency))
	}
	for _, f := range [][2]string{{"institution", r.Institution}, {"merchant", r.MID}, {"terminal", r.TID}, {"stan", r.STAN}, {"batch", r.Batch}, {"rrn", r.RRN},
		{"auth", r.AuthCode}, {"order", r.OrderNo}, {"channel_no", r.ChannelNo}, {"refund_no", r.RefundNo}, {"card", r.PAN.Masked}, {"issuer", r.Issuer},
		{"carrier", r.Carrier}, {"region", r.Region}, {"network", r.Network}, {"model", r.Model}, {"settled_on", r.SettleOn.String()}} {
		put(f[0], f[1])
	}
	put("flags", strings.Join(r.Flags.Names(), ","))
	return b.String()
}
