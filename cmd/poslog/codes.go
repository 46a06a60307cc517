package main

import (
	"cmp"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/report"
	"github.com/poslog/poslog/txn"
)

func newCodes() *cobra.Command {
	var name, lang string
	var own []string
	c := &cobra.Command{
		Use:   "codes [CODE...]",
		Short: "Show what response codes mean in every table, with sources",
		Long: `Without arguments lists the code tables. With codes shows what every table says
about them, side by side, with its source: the same two characters mean different
things in different tables. With --table lists one table.`,
		Example: "  poslog codes B4 96\n  poslog codes --table unionpay --lang en",
		RunE: func(c *cobra.Command, args []string) error {
			if lang != "zh" && lang != "en" {
				return usage("--lang %q: use one of zh, en", lang)
			}
			var tables []*classify.Table
			for _, path := range own {
				t, err := loadTable(path)
				if err != nil {
					return usage("--codes: %v", err)
				}
				tables = append(tables, t)
			}
			switch {
			case name != "" && len(args) > 0:
				return usage("give either codes or --table")
			case name != "":
				return listTable(c, name, lang, tables)
			case len(args) > 0:
				return explainCodes(c, args, lang, tables)
			}
			return listTables(c, lang, tables)
		},
	}
	c.Flags().StringVar(&name, "table", "", "list this `table`")
	c.Flags().StringVar(&lang, "lang", "zh", "zh or en")
	c.Flags().StringArrayVar(&own, "codes", nil, "code table of your own (.csv) to list as well (repeatable)")
	return c
}

// pick chooses the language of a wording.
func pick(t classify.Text, lang string) string {
	if lang == "en" {
		return cmp.Or(t.En, t.Zh)
	}
	return cmp.Or(t.Zh, t.En)
}

func newTable(c *cobra.Command, head ...any) table.Writer {
	w := table.NewWriter()
	w.SetOutputMirror(c.OutOrStdout())
	w.SetStyle(table.StyleLight)
	w.Style().Options = table.OptionsNoBordersAndSeparators
	w.Style().Format.Header = 0
	w.AppendHeader(head)
	last := len(head)
	w.SetColumnConfigs([]table.ColumnConfig{{Number: last, WidthMax: 64, WidthMaxEnforcer: text.WrapSoft}})
	return w
}

func words(lang string, zh, en []any) []any {
	if lang == "en" {
		return en
	}
	return zh
}

// wording is a word of a code table, in Chinese below what reports say for it.
func wording(lang, kind, word string) string {
	if lang == "en" {
		return word
	}
	return report.Wording(lang, kind, word) + "\n" + word
}

func listTables(c *cobra.Command, lang string, own []*classify.Table) error {
	w := newTable(c, words(lang, []any{"码表", "应答码数", "说明"}, []any{"table", "codes", "about"})...)
	for _, t := range own {
		w.AppendRow(table.Row{t.Name, len(t.Rows), pick(t.Title, lang)})
	}
	for _, n := range classify.BuiltinNames() {
		t, err := classify.Builtin(n)
		if err != nil {
			return err
		}
		w.AppendRow(table.Row{n, len(t.Rows), pick(t.Title, lang)})
	}
	w.Render()
	return nil
}

func listTable(c *cobra.Command, name, lang string, own []*classify.Table) error {
	t, err := classify.Builtin(name)
	for _, o := range own {
		if o.Name == name {
			t, err = o, nil
		}
	}
	if err != nil {
		return usage("--table: %v", err)
	}
	w := newTable(c, words(lang, []any{"码", "结果", "类别", "待定", "含义", "收银员处理", "出处"}, []any{"code", "outcome", "class", "open", "meaning", "action", "source"})...)
	for _, r := range t.Rows {
		w.AppendRow(table.Row{r.Code, wording(lang, "meaning", r.Outcome.String()), wording(lang, "class", r.Class.String()), yes(r.Open, lang), pick(r.Text, lang), pick(r.Action, lang), r.Source})
	}
	w.Render()
	return nil
}

func explainCodes(c *cobra.Command, codes []string, lang string, own []*classify.Table) error {
	missing := 0
	for i, code := range codes {
		if i > 0 {
			fmt.Fprintln(c.OutOrStdout())
		}
		entries := classify.Explain(code, own...)
		if len(entries) == 0 {
			missing++
			code = txn.MaskCard(code)
			fmt.Fprintln(c.OutOrStdout(), words(lang, []any{code + "：没有任何码表定义它，按“本机构未知”单独计数"},
				[]any{code + ": no table has it; such rows are counted apart as unknown here"})...)
			continue
		}
		w := newTable(c, words(lang, []any{code, "结果", "类别", "待定", "含义", "可能由谁发出", "出处"}, []any{code, "outcome", "class", "open", "meaning", "sent by", "source"})...)
		for _, e := range entries {
			w.AppendRow(table.Row{e.Table.Name, wording(lang, "meaning", e.Outcome.String()), wording(lang, "class", e.Class.String()), yes(e.Open, lang), pick(e.Text, lang), e.Who, e.Source})
		}
		w.Render()
	}
	if missing == len(codes) {
		return &exitError{code: exitFailed}
	}
	return nil
}

func yes(v bool, lang string) string {
	switch {
	case !v:
		return ""
	case lang == "en":
		return "open"
	}
	return "待定"
}
