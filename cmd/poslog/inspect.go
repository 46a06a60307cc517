package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/poslog/poslog/analyze"
	"github.com/poslog/poslog/parse"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/report"
	"github.com/poslog/poslog/txn"
)

func newInspect() *cobra.Command {
	var in inputFlags
	var show, rejects int
	var draft bool
	var lang string
	c := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Show what was recognised in files, and why",
		Long: `Shows for each file: format and why it was chosen, charset, side, the row of column
names, which column became which field, the account of its lines, the file's own
totals against what was read, the first records (masked), and the rejected rows
with reason and what to change. With --draft it writes a format file for an
unknown input instead, filled in as far as its first lines tell.`,
		RunE: func(c *cobra.Command, args []string) error {
			if lang != "zh" && lang != "en" {
				return usage("--lang %q: use one of zh, en", lang)
			}
			opt, err := in.options()
			if err != nil {
				return err
			}
			inputs, err := in.inputs(c, args)
			if err != nil {
				return err
			}
			if draft {
				return writeDrafts(c.OutOrStdout(), inputs, opt)
			}
			opt.Workers = 1 // the first records of a long file are those of its first part
			look := &inspection{lang: lang, show: show, seen: map[*txn.Source]*sighting{}}
			files, err := parse.Read(c.Context(), inputs, opt, func(int) parse.Handler { return look })
			if err != nil {
				return &exitError{exitFailed, err}
			}
			in.warn(c.ErrOrStderr())
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
	c.Flags().StringVar(&lang, "lang", "zh", "language: zh or en; a draft is English")
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
	lang string
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

func (l *inspection) write(out io.Writer, f *parse.File, loc *time.Location, maxRejects int) {
	w := &strings.Builder{}
	defer func() { io.WriteString(out, report.Printable(w.String())) }()
	s, seen := f.Summary, l.of(f.Source)
	fmt.Fprintln(w, f.Source.Name)
	line := func(name, text string) { fmt.Fprintf(w, "  %s %s\n", label(name), text) }
	if f.Err != nil {
		l.writeError(line, f)
		if f.Count.Lines == 0 {
			return
		}
	}
	line(l.say("format"), s.Format)
	line(l.say("charset"), s.Charset)
	line(l.say("side"), l.say(s.Side.String()))
	line("sha256", f.Source.SHA256)
	if s.Header.Line > 0 {
		line(l.say("header"), s.Header.String())
	}
	if f.Start.Valid() {
		line(l.say("period"), l.say("period.of", moment(f.Start, loc), moment(f.End, loc)))
	}
	var skips []string
	for k, n := range f.Count.Skipped {
		if n > 0 {
			skips = append(skips, fmt.Sprintf("%d %s", n, l.say("skip."+entry.Skip(k).String())))
		}
	}
	skipped := strings.Join(skips, " + ")
	if skipped == "" {
		skipped = l.say("skipped.none")
	}
	verdict := l.say("accounted")
	if err := f.Count.Check(); err != nil {
		verdict = err.Error()
	}
	line(l.say("lines"), l.say("lines.of", f.Count.Lines, f.Count.Records, skipped, f.Count.Rejected, verdict))
	for _, n := range s.Notes {
		line(l.say("note"), report.Note(l.lang, n))
	}
	for _, c := range s.Checks {
		what := c.What
		if l.lang == "zh" {
			what = report.Total(l.lang, c.What)
		}
		if stated, read := c.Figures(); c.Agrees() {
			line(l.say("total"), l.say("total.agrees", c.Pos, what, stated))
		} else {
			line(l.say("total"), l.say("total.differs", c.Pos, what, stated, read))
		}
	}
	if len(s.Columns) > 0 {
		fmt.Fprintln(w, " ", l.say("columns"))
		for _, c := range s.Columns {
			at, field := "", c.Field
			if c.Index > 0 {
				at = txn.ColumnName(c.Index)
			}
			if field == "" {
				field = l.say("unused")
			}
			fmt.Fprintf(w, "    %-3s %s -> %s\n", at, strings.Join(strings.Fields(c.Name), " "), field)
		}
	}
	if len(seen.records) > 0 {
		fmt.Fprintln(w, " ", l.say("records"))
		for _, r := range seen.records {
			fmt.Fprintf(w, "    %s: %s\n", r.Pos, describe(r, loc))
		}
	}
	if n := len(seen.rejects); n > 0 {
		fmt.Fprintln(w, " ", l.say("rejected"))
		for i, r := range seen.rejects {
			if maxRejects > 0 && i == maxRejects {
				fmt.Fprintln(w, "   ", l.say("more", n-i))
				break
			}
			if l.lang == "zh" {
				what, fix := report.Advice(l.lang, analyze.Problem{Rule: r.Rule, Text: r.Msg, Excerpt: r.Text, Hint: r.Hint})
				fmt.Fprintf(w, "    [%s] %s：%s；%s\n", r.Rule, r.Pos, what, fix)
			} else {
				fmt.Fprintf(w, "    [%s] %v\n", r.Rule, r)
			}
		}
	}
}

// writeError says why a file was not understood; what was tried, and the most exact
// words, are English.
func (l *inspection) writeError(line func(name, text string), f *parse.File) {
	text := strings.ReplaceAll(txn.Scrub(f.Err.Error()), "\n", "\n             ")
	rule := analyze.RefusedBy(f.Err)
	if l.lang != "zh" || rule == "" {
		line(l.say("error"), text)
		return
	}
	what, fix := report.Advice(l.lang, analyze.Problem{Rule: rule, Text: text})
	line(l.say("error"), what+"；"+fix)
	line(l.say("exactly"), text)
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
			if strings.ContainsAny(value, " \t\r\n") {
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
		put("amount", r.Amount.In(r.Currency)+" "+cmp.Or(r.Currency, "CNY"))
	}
	put("fee", r.Fee.In(r.Currency))
	put("net", r.Net.In(r.Currency))
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
