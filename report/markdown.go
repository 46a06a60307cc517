package report

import (
	"bufio"
	"io"
	"strings"
)

// writeMarkdown writes what fits a page: verdict, strips, short tables. Long
// tables are named with their number of rows.
func writeMarkdown(w io.Writer, p *Report) error {
	b := bufio.NewWriter(w)
	put := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
	}
	put("# ", markdown(p.Title), "\n\n", markdown(p.Subtitle), "\n\n", p.markdownSay(), "\n")
	if p.Stamp != "" {
		put("\n> **", markdown(p.Stamp), "**\n")
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		put("\n## ", markdown(s.Title), "\n")
		if len(s.Notes) > 0 {
			put("\n")
		}
		for _, n := range s.Notes {
			put("- ", markdown(n), "\n")
			if s.Brief {
				break
			}
		}
		if s.Brief {
			continue
		}
		if len(s.Facts) > 0 {
			put("\n| | | |\n|---|---:|---|\n")
			for _, f := range s.Facts {
				put("| ", markdown(f.Label), " | ", markdown(f.Cell.Text), " | ", markdown(f.Note), " |\n")
			}
		}
		t := s.Table
		if t == nil || t.Len() == 0 {
			continue
		}
		if s.Detail {
			put("\n", p.w.t("detail.rows", p.w.count(t.Len())), "\n")
			continue
		}
		put("\n|")
		for _, c := range t.Columns {
			put(" ", markdown(c.Title), " |")
		}
		put("\n|")
		for _, c := range t.Columns {
			if c.Right() {
				put("---:|")
			} else {
				put("---|")
			}
		}
		put("\n")
		for _, row := range t.first().Rows {
			put("|")
			for _, c := range row {
				put(" ", markdown(c.Text), " |")
			}
			put("\n")
		}
		if beyond := p.beyond(t); beyond != "" {
			put("\n", markdown(beyond), "\n")
		}
	}
	return b.Flush()
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "#", `\#`, "~", `\~`)

// markdown shows a text as it is: no markup in it takes effect.
func markdown(s string) string { return markdownEscapes.Replace(s) }

// markdownSay is the first sentence with its lead set apart.
func (p *Report) markdownSay() string {
	if p.Lead == "" {
		return "**" + markdown(p.Verdict) + "**"
	}
	return strings.TrimSpace("**" + markdown(p.Lead) + "** " + markdown(p.Verdict))
}
