package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/internal/xlsx"
	"github.com/poslog/poslog/txn"
)

// sheetRows is how many rows of a table one sheet takes; a longer table goes on in
// "name (2)". A workbook ends at 1,048,576.
var sheetRows = 1_000_000

// maxWidth bounds the width of a column, in characters.
const maxWidth = 60

// book writes one workbook. Every sheet is streamed.
type book struct {
	*xlsx.Book
	p      *Report
	styles map[look]int
	links  map[string]string // section to sheet!cell
	charts []placed
}

// writeXLSX writes a workbook: the first screen with native charts on the first
// sheet, then one sheet per table, the evidence cards on one sheet. Dates and
// numbers are real, identifiers are text, nothing is a formula.
func writeXLSX(w io.Writer, p *Report) error {
	b := &book{Book: xlsx.New(xlsx.Props{Title: p.Title, Creator: "poslog", Language: p.Lang}), p: p, styles: map[look]int{}, links: map[string]string{}}
	first, evidence, tables := b.plan()
	b.place(evidence, tables)
	overview := b.Sheet(sheet("overview", p))
	for _, t := range tables {
		if err := b.tableSheet(t); err != nil {
			return err
		}
	}
	if err := b.cards(sheet("evidence", p), evidence); err != nil {
		return err
	}
	if err := b.chartData(sheet("chartdata", p), first, tables); err != nil {
		return err
	}
	if err := b.overview(overview, first, tables); err != nil {
		return err
	}
	return b.Write(w)
}

// sheet names a sheet in the report's language.
func sheet(id string, p *Report) string { return p.w.t("sheet." + id) }

// plan splits the sections: those of the first sheet, the evidence cards, and
// those with a sheet of their own.
func (b *book) plan() (first, evidence, tables []*Section) {
	for i := range b.p.Sections {
		s := &b.p.Sections[i]
		switch {
		case strings.HasPrefix(s.ID, "incident-") || strings.HasPrefix(s.ID, "code-") || s.ID == "explained":
			evidence = append(evidence, s)
		case s.Table == nil || onFirst[s.ID]:
			first = append(first, s)
		default:
			tables = append(tables, s)
		}
	}
	return first, evidence, tables
}

var onFirst = map[string]bool{"overview": true, "health": true, "money": true, "todo": true, "failed": true, "day": true, "expected": true, "summary": true}

// place remembers where each section will stand.
func (b *book) place(evidence, tables []*Section) {
	row := 1
	for _, s := range evidence {
		b.links[s.ID] = place(sheet("evidence", b.p), row)
		row += cardRows(s)
	}
	for _, s := range tables {
		b.links[s.ID] = place(b.sheetName(s, 1), 1)
	}
}

// place is a row of a sheet as links have it.
func place(sheet string, row int) string { return fmt.Sprintf("'%s'!A%d", sheet, row) }

// sheetName is the name of a table's k-th sheet.
func (b *book) sheetName(s *Section, k int) string {
	name := sheet(s.ID, b.p)
	if strings.HasPrefix(name, "sheet.") { // a section without a short name
		name = strings.NewReplacer("[", "(", "]", ")", ":", " ", "\\", " ", "/", " ", "?", " ", "*", " ", "'", " ").Replace(s.Title)
		if r := []rune(name); len(r) > 25 {
			name = string(r[:25])
		}
	}
	if k > 1 {
		name += fmt.Sprintf(" (%d)", k)
	}
	return name
}

// tableSheet writes one table on a sheet of its own, or on several.
func (b *book) tableSheet(s *Section) error {
	from, all := 0, s.Table.Len()
	for k := 1; ; k++ {
		to := min(from+sheetRows, all)
		if err := b.tablePart(b.sheetName(s, k), s, from, to); err != nil {
			return err
		}
		if from = to; from == all {
			return nil
		}
	}
}

// tablePart writes the rows from up to to on a sheet.
func (b *book) tablePart(name string, s *Section, from, to int) error {
	head := 1
	if len(s.Notes) > 0 || len(s.Facts) > 0 {
		head = len(s.Notes) + len(s.Facts) + 3
	}
	sh := b.Sheet(name)
	sh.Widths, sh.FrozenRows = widths(s.Table, from, to), head
	o := out{b: b, sh: sh, row: 1}
	if head > 1 {
		o.put(b.cell(textCell(s.Title), "title"))
		for _, n := range s.Notes {
			o.put(b.cell(textCell(n), "note"))
		}
		for _, f := range s.Facts {
			o.fact(f)
		}
		o.row = head
	}
	o.rows(s.Table, from, to)
	if rows := to - from; rows > 0 {
		sh.Filter = xlsx.Area(1, head, len(s.Table.Columns), head+rows)
		for i, c := range s.Table.Columns {
			shade(sh, c, xlsx.Area(i+1, head+1, i+1, head+rows))
		}
	}
	sh.Printed, sh.TitleRow = true, head
	return sh.Close()
}

// shade marks what is worth a look: failures and money by bars, rates of failure
// by colour.
func shade(sh *xlsx.Sheet, c Column, area string) {
	switch c.ID {
	case "technical", "failures", "excess", "amount":
		sh.Bars(area, "E8B4B0")
	case "technical_rate":
		sh.Scale(area, xlsx.Stop{Value: "0", Color: "FFFFFF"}, xlsx.Stop{Color: "E8A29C"})
	}
}

// widths fits the columns to the first rows before any row is written.
func widths(t *Table, from, to int) []float64 {
	wide := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		wide[i] = max(8, columns.StringWidth(c.Title)+3) // the filter's button
	}
	for k := from; k < min(to, from+1000); k++ {
		for i, c := range t.Row(k) {
			n := columns.StringWidth(c.Text)
			if c.Kind == Time {
				n = len("2006-01-02 15:04:05")
			}
			wide[i] = max(wide[i], n+1)
		}
	}
	out := make([]float64, len(wide))
	for i, n := range wide {
		out[i] = float64(min(n, maxWidth))
	}
	return out
}

// cell is a value with its style. Texts are text cells whatever they begin
// with, so that nothing becomes a formula.
func (b *book) cell(c Cell, role string) xlsx.Cell {
	style := b.style(c, role)
	if !c.Valid {
		return xlsx.Text(style, c.Text)
	}
	switch c.Kind {
	case Count:
		return xlsx.Int(style, c.Int)
	case Money:
		return xlsx.Number(style, float64(c.Int)/float64(units[txn.Exponent(c.Currency)]))
	case Rate, Number:
		return xlsx.Number(style, c.Float)
	case Seconds:
		return xlsx.Number(style, float64(c.Int)/86400)
	case Time:
		return xlsx.Date(style, c.Time)
	}
	return xlsx.Text(style, c.Text)
}

// moneyFormats and units are by the number of decimals of the currency.
var (
	moneyFormats = [...]string{"#,##0", "#,##0.0", "#,##0.00", "#,##0.000"}
	units        = [...]int64{1, 10, 100, 1000}
)

var numberFormats = map[Kind]string{Count: "#,##0", Rate: "0.0%", Seconds: "[h]:mm:ss", Time: "yyyy-mm-dd hh:mm:ss", Ident: "@", Text: "@"}

var sheetInks = map[Tone]string{Good: "2F855A", Warn: "975A16", Bad: "B83227", Muted: "6B7280", Maintenance: "2F5F9E", Network: "B4600F", Host: "6B3FA0", Approved: "44607D", Business: "8A6310", Technical: "B83227", Unknown: "6B7280"}

// headRole is the style of a column's title.
func headRole(c Column) string {
	if c.Right() || c.Kind == Time {
		return "head right"
	}
	return "head"
}

// look is what tells styles apart.
type look struct {
	format, role string
	tone         Tone
	link, valid  bool
}

// cellFormat is how a spreadsheet shows the value of a cell.
func cellFormat(c Cell) string {
	switch {
	case c.Valid && c.Kind == Money:
		return moneyFormats[txn.Exponent(c.Currency)]
	case c.Valid && c.Kind == Number:
		return numberFormat(c.Text)
	case c.Valid || c.Kind == Ident:
		return numberFormats[c.Kind]
	}
	return numberFormats[Text]
}

// numberFormat shows a number as a text has it: with its decimals and its unit.
func numberFormat(text string) string {
	const usual = "#,##0.0"
	number := strings.TrimLeft(text, "+-")
	unit := strings.TrimLeft(number, "0123456789,.")
	_, decimals, _ := strings.Cut(number[:len(number)-len(unit)], ".")
	switch {
	case strings.Contains(unit, "e-"):
		return "0E+00"
	case len(unit) == len(number) || strings.ContainsAny(unit, `"\\0123456789`) || len(decimals) > 3:
		return usual
	}
	format := [...]string{"#,##0", usual, "#,##0.00", "#,##0.000"}[len(decimals)]
	if unit != "" {
		format += `"` + unit + `"`
	}
	return format
}

// style makes each style once.
func (b *book) style(c Cell, role string) int {
	format := cellFormat(c)
	link := c.Link != "" && b.links[c.Link] != ""
	key := look{format, role, c.Tone, link, c.Valid}
	if id, ok := b.styles[key]; ok {
		return id
	}
	family := "Microsoft YaHei"
	if b.p.Lang == "en" {
		family = "Calibri"
	}
	s := xlsx.Style{Format: format, Font: family, Size: 10, Color: sheetInks[c.Tone], Top: true}
	switch {
	case link:
		s.Color, s.Underline = "2F5F9E", true
	case !c.Valid && role == "":
		s.Wrap = true
	}
	switch role {
	case "title":
		s.Size, s.Bold, s.Wrap = 13, true, false
	case "verdict":
		s.Size, s.Bold, s.Wrap = 12, true, true
	case "tile": // a number of a strip, under its label
		s.Size, s.Bold, s.Horizontal = 13, true, "left"
	case "head", "head right":
		s.Bold, s.Wrap, s.Fill, s.Below = true, true, "E9EDF2", "9AA5B1"
		if role == "head right" {
			s.Horizontal = "right"
		}
	case "note":
		s.Color, s.Wrap = "6B7280", false
	}
	id := b.Style(s)
	b.styles[key] = id
	return id
}
