package report

import (
	"bufio"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/mattn/go-runewidth"
)

// Characters of ambiguous width, such as "·" and "–", count as one column
// whatever the locale says: the same report must have the same bytes everywhere.
var columns = &runewidth.Condition{}

func init() { text.OverrideRuneWidthEastAsianWidth(false) }

// textWriter writes a report for a terminal or a mail: first screen first,
// aligned with Chinese text, colours only where Options ask for them.
type textWriter struct {
	*bufio.Writer
	p     *Report
	width int
}

func writeText(w io.Writer, p *Report) error {
	t := textWriter{bufio.NewWriter(w), p, p.Width}
	if t.width <= 0 {
		t.width = 100
	}
	t.width = max(t.width, 50)
	t.line(t.paint("bold", p.Title) + "  " + t.paint(Muted, p.Subtitle))
	if p.Stamp != "" {
		t.line(t.paint(Bad, "! "+p.Stamp))
	}
	t.line("")
	if p.Lead != "" {
		for _, l := range fold(p.Lead, t.width) {
			t.line(t.paint("bold", l))
		}
	}
	if p.Verdict != "" {
		for _, l := range fold(p.Verdict, t.width) {
			t.line(l)
		}
	}
	for i := range p.Sections {
		t.section(&p.Sections[i])
	}
	return t.Flush()
}

func (t textWriter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

// wrap prints a paragraph with a prefix before its first line and as many
// blanks before the others.
func (t textWriter) wrap(prefix, s, indent string) {
	room := max(t.width-columns.StringWidth(prefix), 20)
	for i, l := range fold(s, room) {
		if i > 0 {
			prefix = indent
		}
		t.line(prefix + l)
	}
}

func (t textWriter) section(s *Section) {
	drawn := s.Chart != nil && (s.Chart.Kind == Timeline || s.Chart.Kind == Strip)
	if s.Detail && !drawn && len(s.Notes) == 0 && len(s.Facts) == 0 {
		t.line("")
		t.line(t.paint("bold", s.Title) + "  " + t.paint(Muted, t.p.w.t("detail.rows", t.p.w.count(s.Table.Len()))))
		return
	}
	t.line("")
	t.line(t.paint("bold", t.paint(s.Tone, s.Title)))
	if s.Brief {
		t.wrap("  ", s.Notes[0], "  ")
		return
	}
	t.facts(s.Facts, s.ID == "overview")
	for _, n := range s.Notes {
		t.wrap("  ", n, "  ")
	}
	if s.Chart != nil {
		switch s.Chart.Kind {
		case Timeline:
			t.timeline(s.Chart)
		case Strip:
			t.strip(s.Chart)
		}
	}
	switch {
	case s.Table == nil || s.Table.Len() == 0:
	case !s.Detail:
		t.table(s.Table)
	case !drawn && len(s.Facts) == 0:
		t.line("  " + t.paint(Muted, t.p.w.t("detail.rows", t.p.w.count(s.Table.Len()))))
	}
}

// facts prints "label value (note)" side by side; notes that are formulas stand
// with the institutions.
func (t textWriter) facts(facts []Fact, formulas bool) {
	line, used := "", 0
	for _, f := range facts {
		item := t.paint(Muted, f.Label) + " " + t.paint(f.Cell.Tone, f.Cell.Text)
		if f.Note != "" && !formulas {
			item += t.paint(Muted, t.p.w.t("paren", f.Note))
		}
		n := text.StringWidthWithoutEscSequences(item)
		if used > 0 && used+3+n > t.width-2 {
			t.line("  " + line)
			line, used = "", 0
		}
		if used > 0 {
			line, used = line+"   ", used+3
		}
		line, used = line+item, used+n
	}
	if used > 0 {
		t.line("  " + line)
	}
}

// table prints rows in aligned columns. Where they do not fit the width, the
// widest text columns are wrapped.
func (t textWriter) table(tab *Table) {
	beyond := t.p.beyond(tab)
	tab = t.short(tab.first())
	wide := t.natural(tab)
	if t.room(wide) < 0 {
		tab = major(tab)
		wide = t.natural(tab)
	}
	t.squeeze(tab, wide)
	w := table.NewWriter()
	w.SuppressTrailingSpaces()
	style := table.StyleDefault
	style.Box = table.BoxStyle{PaddingLeft: "  ", MiddleHorizontal: "-", MiddleSeparator: "-", TopSeparator: "-", BottomSeparator: "-"}
	style.Options = table.Options{}
	style.Format.Header, style.Format.HeaderAlign = text.FormatDefault, text.AlignDefault
	w.SetStyle(style)
	head := make(table.Row, len(tab.Columns))
	configs := make([]table.ColumnConfig, len(tab.Columns))
	for i, c := range tab.Columns {
		head[i] = t.folded(Muted, c.Title, wide[i])
		align := text.AlignLeft
		if c.Right() {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align}
	}
	w.SetColumnConfigs(configs)
	w.AppendHeader(head)
	for _, row := range tab.Rows {
		r := make(table.Row, len(row))
		for i, c := range row {
			r[i] = t.folded(c.Tone, c.Text, wide[i])
		}
		w.AppendRow(r)
	}
	t.line(w.Render())
	if beyond != "" {
		t.line("  " + beyond)
	}
}

// short leaves the year out of times where all are of one: it stands in the headline.
func (t textWriter) short(tab *Table) *Table {
	year := ""
	for _, row := range tab.Rows {
		for _, c := range row {
			if c.Kind != Time || !c.Valid {
				continue
			}
			y, _, dated := strings.Cut(c.Text, "-")
			if len(y) != 4 || !dated || year != "" && y != year {
				return tab
			}
			year = y
		}
	}
	if year == "" {
		return tab
	}
	out := &Table{Columns: tab.Columns}
	for _, row := range tab.Rows {
		row = slices.Clone(row)
		for i := range row {
			if row[i].Kind == Time {
				row[i].Text = strings.TrimPrefix(row[i].Text, year+"-")
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// folded is a cell of at most width columns, coloured line by line.
func (t textWriter) folded(tone Tone, s string, width int) string {
	lines := fold(s, width)
	for i := range lines {
		lines[i] = t.paint(tone, lines[i])
	}
	return strings.Join(lines, "\n")
}

// fold breaks a text into lines of at most width columns, inside a word only where it
// is longer than a line.
func fold(s string, width int) []string {
	var out []string
	var line strings.Builder
	n := 0
	flush := func() {
		out = append(out, strings.TrimRight(line.String(), " "))
		line.Reset()
		n = 0
	}
	for _, word := range pieces(s) {
		if n > 0 && n+columns.StringWidth(strings.TrimRight(word, " ")) > width {
			flush()
		}
		for _, r := range word {
			k := columns.RuneWidth(r)
			if n > 0 && n+k > width && r != ' ' {
				flush()
			}
			line.WriteRune(r)
			n += k
		}
	}
	flush()
	return out
}

// pieces are the parts of a text that fold keeps in one line: they end after blanks and
// strokes, and on both sides of a Chinese character, but not before a closing or after
// an opening mark.
func pieces(s string) []string {
	var out []string
	from, wide, mayEnd := 0, false, false
	for i, r := range s {
		if wide = columns.RuneWidth(r) == 2; i > from && r != ' ' && (mayEnd || wide) && !strings.ContainsRune("，。；：、）！？”’》", r) && !strings.HasSuffix(s[:i], "（") && !strings.HasSuffix(s[:i], "“") {
			out, from = append(out, s[from:i]), i
		}
		mayEnd = r == ' ' || r == '/' || wide
	}
	return append(out, s[from:])
}

// natural is the widest content of each column.
func (t textWriter) natural(tab *Table) []int {
	wide := make([]int, len(tab.Columns))
	for i, c := range tab.Columns {
		wide[i] = columns.StringWidth(c.Title)
	}
	for _, row := range tab.Rows {
		for i, c := range row {
			wide[i] = max(wide[i], columns.StringWidth(c.Text))
		}
	}
	return wide
}

// room is what the columns leave of the width, negative where they do not fit.
func (t textWriter) room(wide []int) int {
	room := t.width
	for _, n := range wide {
		room -= n + 2
	}
	return room
}

// squeeze shares the room between the columns: titles of numbers are folded, then
// the widest texts give way, at first only as far as their longest word. A table may
// stay wider than asked rather than unreadable.
func (t textWriter) squeeze(tab *Table, wide []int) {
	whole, least := make([]int, len(wide)), make([]int, len(wide))
	for i, c := range tab.Columns {
		for title := range strings.FieldsSeq(c.Title) {
			whole[i] = max(whole[i], min(columns.StringWidth(title), 12))
		}
		for _, row := range tab.Rows {
			whole[i] = max(whole[i], c.unbroken(row[i].Text))
		}
		least[i] = whole[i]
		if !c.Right() && c.Kind != Time {
			least[i] = min(whole[i], 12)
		}
		for c.Right() && t.room(wide) < 0 && wide[i] > whole[i] {
			wide[i]--
		}
	}
	for _, floor := range [][]int{whole, least} {
		for room := t.room(wide); room < 0; room++ {
			k := -1
			for i, c := range tab.Columns {
				if !c.Right() && wide[i] > floor[i] && (k < 0 || wide[i] > wide[k]) {
					k = i
				}
			}
			if k < 0 {
				break
			}
			wide[k]--
		}
	}
}

// unbroken is the width below which a cell of the column would be torn: a number's and
// a time's whole width, of a text the longest word.
func (c Column) unbroken(s string) int {
	if c.Right() || c.Kind == Time && strings.ContainsAny(s, "0123456789") {
		return columns.StringWidth(s)
	}
	return longestWord(s)
}

// longestWord is the width of the longest piece that fold keeps in one line.
func longestWord(s string) int {
	longest := 0
	for _, word := range pieces(s) {
		longest = max(longest, columns.StringWidth(strings.TrimRight(word, " ")))
	}
	return longest
}

// major is the table without its minor columns.
func major(tab *Table) *Table {
	out := &Table{Rows: make([][]Cell, len(tab.Rows))}
	for i, c := range tab.Columns {
		if c.Minor {
			continue
		}
		out.Columns = append(out.Columns, c)
		for k, row := range tab.Rows {
			out.Rows[k] = append(out.Rows[k], row[i])
		}
	}
	return out
}

var blocks = []rune(" ▁▂▃▄▅▆▇█")

// timeline prints volume and failures as two rows of blocks, the marks under
// them and a clock.
func (t textWriter) timeline(c *Chart) {
	if len(c.Times) == 0 || c.Step <= 0 {
		return
	}
	rows := []Series{{Name: t.p.w.t("total.attempts"), Tone: Approved}}
	for _, s := range c.Series { // failures without an outcome only where there are any
		if s.Tone == Business || s.Tone == Technical || s.Tone == Unknown && slices.Max(s.Values) > 0 {
			rows = append(rows, Series{Name: s.Name, Tone: s.Tone})
		}
	}
	left := 0
	for _, r := range rows {
		left = max(left, columns.StringWidth(r.Name))
	}
	start, end := c.Times[0], c.Times[len(c.Times)-1].Add(c.Step)
	steps := int(end.Sub(start) / c.Step)
	per := (steps + t.width - left - 13) / max(t.width-left-12, 1) // buckets per column
	n := (steps + per - 1) / per
	for i := range rows {
		rows[i].Values = make([]float64, n)
	}
	for i, at := range c.Times {
		k := int(at.Sub(start)/c.Step) / per
		if k < 0 || k >= n {
			continue // a hand-made report whose buckets are not in order
		}
		for _, s := range c.Series {
			for r := range rows {
				if r == 0 || rows[r].Tone == s.Tone {
					rows[r].Values[k] += s.Values[i]
				}
			}
		}
	}
	pad := strings.Repeat(" ", left+3)
	width := c.Step * time.Duration(per)
	for _, r := range rows {
		top := slices.Max(r.Values)
		t.line("  " + columns.FillRight(r.Name, left) + " " + t.paint(r.Tone, spark(r.Values, top)) + " " + t.paint(Muted, "≤"+group(int64(top))))
	}
	for _, m := range c.Marks {
		if m.Style != "incident" && m.Style != "declared" {
			continue
		}
		a, b := int(m.Start.Sub(start)/width), int((m.End.Sub(start)+width-1)/width)
		a, b = min(max(a, 0), n-1), min(max(b, 1), n)
		if a >= b {
			b = a + 1
		}
		ch := "━"
		if m.Style == "declared" {
			ch = "┄"
		}
		label := m.Label
		line := strings.Repeat(" ", a) + strings.Repeat(ch, b-a)
		if over := b + 1 + columns.StringWidth(label) - n; over > 10 && a > columns.StringWidth(label)+1 {
			line = strings.Repeat(" ", a-columns.StringWidth(label)-1) + label + " " + strings.Repeat(ch, b-a)
		} else {
			line += " " + label
		}
		t.line(pad + t.paint(m.Tone, line))
	}
	t.line(pad + t.paint(Muted, axis(start, width, n, t.p.w.days)))
	if per > 1 { // the title names the shorter step of the other formats
		t.line(pad + t.paint(Muted, t.p.w.t("block", t.p.w.duration(int64(width/time.Second)))))
	}
}

// spark draws values as blocks of an eighth each; what is not zero is never
// drawn as nothing.
func spark(v []float64, top float64) string {
	var b strings.Builder
	for _, x := range v {
		k := 0
		if x > 0 {
			k = max(1, int(math.Round(x/top*8)))
		}
		b.WriteRune(blocks[k])
	}
	return b.String()
}

// axis writes clock times under n columns of a width each.
func axis(start time.Time, width time.Duration, n int, days bool) string {
	layout, gap := "15:04", 12
	if days {
		layout, gap = "01-02 15:04", 18
	}
	b := []byte(strings.Repeat(" ", n+len(layout)))
	for i := 0; i < n; i += gap {
		copy(b[i:], start.Add(time.Duration(i)*width).Format(layout))
	}
	return strings.TrimRight(string(b), " ")
}

// strip draws the day as one line with its marks on it.
func (t textWriter) strip(c *Chart) {
	start, end := c.Times[0], c.Times[1]
	n := min(t.width-4, 96)
	width := end.Sub(start) / time.Duration(n)
	if width <= 0 {
		return
	}
	cells := []rune(strings.Repeat("─", n))
	for _, m := range c.Marks {
		for i := range cells {
			if a := start.Add(time.Duration(i) * width); a.Add(width).After(m.Start) && a.Before(m.End) {
				cells[i] = '█'
			}
		}
	}
	t.line("  " + string(cells))
	t.line("  " + t.paint(Muted, axis(start, width, n, t.p.w.days)))
}

var inks = map[Tone]string{"bold": "1", Good: "32", Warn: "33", Bad: "31", Muted: "2", Maintenance: "34", Network: "33", Host: "35", Approved: "36", Business: "33", Technical: "31", Unknown: "2"}

// paint colours a text where colour was asked for.
func (t textWriter) paint(tone Tone, s string) string {
	ink, ok := inks[tone]
	if !t.p.Color || !ok || s == "" {
		return s
	}
	return "\x1b[" + ink + "m" + s + "\x1b[0m"
}
