package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetRows is how many rows of a table one sheet takes; a longer table goes on in
// "name (2)". Excel ends at 1,048,576.
var sheetRows = 1_000_000

// maxWidth bounds the width of a column, in characters.
const maxWidth = 60

// book writes one workbook. Every sheet is streamed; settings of a sheet are
// made before its Flush.
type book struct {
	*excelize.File
	p      *Report
	styles map[look]int
	links  map[string]string // section to sheet!cell
	charts []placed
}

// writeXLSX writes a workbook: the first screen with native charts on the first
// sheet, then one sheet per table, the evidence cards on one sheet. Dates and
// numbers are real, identifiers are text, nothing is a formula.
func writeXLSX(w io.Writer, p *Report) (err error) {
	b := &book{File: excelize.NewFile(), p: p, styles: map[look]int{}, links: map[string]string{}}
	defer func() {
		if e := b.Close(); err == nil {
			err = e
		}
	}()
	first, evidence, tables := b.plan()
	b.place(evidence, tables)
	if err := b.SetDocProps(&excelize.DocProperties{Title: p.Title, Creator: "poslog", Language: p.Lang}); err != nil {
		return err
	}
	data := sheet("chartdata", p)
	for _, t := range tables {
		if err := b.tableSheet(t); err != nil {
			return err
		}
	}
	if err := b.cards(sheet("evidence", p), evidence); err != nil {
		return err
	}
	if err := b.chartData(data, first, tables); err != nil {
		return err
	}
	if err := b.overview(sheet("overview", p), first, tables); err != nil {
		return err
	}
	b.SetActiveSheet(0)
	var raw bytes.Buffer
	if err := b.Write(&raw); err != nil {
		return err
	}
	return sortZip(w, raw.Bytes())
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

// place creates the sheets in order and remembers where each section will stand.
func (b *book) place(evidence, tables []*Section) {
	b.SetSheetName("Sheet1", sheet("overview", b.p))
	row := 1
	for _, s := range evidence {
		b.links[s.ID] = fmt.Sprintf("'%s'!A%d", sheet("evidence", b.p), row)
		row += cardRows(s)
	}
	for _, s := range tables {
		b.links[s.ID] = fmt.Sprintf("'%s'!A1", b.sheetName(s, 1))
	}
}

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

// stream adds a sheet and makes what must stand before its first row.
func (b *book) stream(name string) (*excelize.StreamWriter, error) {
	if _, err := b.NewSheet(name); err != nil {
		return nil, err
	}
	fit := true
	if err := b.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	return b.NewStreamWriter(name)
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
	sw, err := b.stream(name)
	if err != nil {
		return err
	}
	if err := widths(sw, s.Table, from, to); err != nil {
		return err
	}
	head := 1
	if len(s.Notes) > 0 || len(s.Facts) > 0 {
		head = len(s.Notes) + len(s.Facts) + 3
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: fmt.Sprintf("A%d", head+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	at := 1
	put := func(cells ...any) {
		if err == nil {
			err = sw.SetRow(fmt.Sprintf("A%d", at), cells)
		}
		at++
	}
	if head > 1 {
		put(b.cell(textCell(s.Title), "title"))
		for _, n := range s.Notes {
			put(b.cell(textCell(n), "note"))
		}
		for _, f := range s.Facts {
			put(b.cell(textCell(f.Label), "note"), b.cell(f.Cell, ""))
		}
		at = head
	}
	titles := make([]any, len(s.Table.Columns))
	for i, c := range s.Table.Columns {
		titles[i] = b.cell(textCell(c.Title), headRole(c))
	}
	put(titles...)
	for k := from; k < to; k++ {
		row := s.Table.Row(k)
		cells := make([]any, len(row))
		for i, c := range row {
			cells[i] = b.cell(c, "")
			if err == nil && c.Link != "" {
				err = b.link(name, i+1, at, c.Link)
			}
		}
		put(cells...)
	}
	if err != nil {
		return err
	}
	if err := b.dress(name, s, head, to-from); err != nil {
		return err
	}
	return sw.Flush()
}

// dress adds filter, conditional formats and print settings to a table's sheet.
func (b *book) dress(name string, s *Section, head, rows int) error {
	last, _ := excelize.ColumnNumberToName(len(s.Table.Columns))
	if rows > 0 {
		if err := b.AutoFilter(name, fmt.Sprintf("A%d:%s%d", head, last, head+rows), nil); err != nil {
			return err
		}
		for i, c := range s.Table.Columns {
			col, _ := excelize.ColumnNumberToName(i + 1)
			ref := fmt.Sprintf("%s%d:%s%d", col, head+1, col, head+rows)
			if f := conditional(c); f != nil {
				if err := b.SetConditionalFormat(name, ref, f); err != nil {
					return err
				}
			}
		}
	}
	return b.printSetup(name, fmt.Sprintf("'%s'!$%d:$%d", name, head, head))
}

// conditional shades what is worth a look: failures and money by bars, rates of
// failure by colour.
func conditional(c Column) []excelize.ConditionalFormatOptions {
	switch c.ID {
	case "technical", "failures", "excess", "amount":
		return []excelize.ConditionalFormatOptions{{Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "max", BarColor: "#E8B4B0", BarSolid: true}}
	case "technical_rate":
		return []excelize.ConditionalFormatOptions{{Type: "2_color_scale", Criteria: "=", MinType: "num", MinValue: "0", MinColor: "#FFFFFF", MaxType: "max", MaxColor: "#E8A29C"}}
	}
	return nil
}

func (b *book) printSetup(name, titleRows string) error {
	a4, landscape, one, zero := 9, "landscape", 1, 0
	if err := b.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &zero}); err != nil {
		return err
	}
	edge, low := 0.4, 0.5
	if err := b.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &edge, Right: &edge, Top: &low, Bottom: &low}); err != nil {
		return err
	}
	if err := b.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"}); err != nil {
		return err
	}
	if titleRows == "" {
		return nil
	}
	return b.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titleRows, Scope: name})
}

// link makes a cell lead to a section, where the workbook has it.
func (b *book) link(sheet string, col, row int, section string) error {
	target, ok := b.links[section]
	if !ok {
		return nil
	}
	at, _ := excelize.CoordinatesToCellName(col, row)
	return b.SetCellHyperLink(sheet, at, target, "Location")
}

// widths fits the columns to the first rows before any row is written.
func widths(sw *excelize.StreamWriter, t *Table, from, to int) error {
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
	for i, n := range wide {
		if err := sw.SetColWidth(i+1, i+1, float64(min(n, maxWidth))); err != nil {
			return err
		}
	}
	return nil
}

// cell is a value with its style. Texts are text cells whatever they begin
// with, so that nothing becomes a formula.
func (b *book) cell(c Cell, style string) excelize.Cell {
	out := excelize.Cell{StyleID: b.style(c, style)}
	if !c.Valid {
		out.Value = c.Text
		return out
	}
	switch c.Kind {
	case Count:
		out.Value = c.Int
	case Money:
		out.Value = float64(c.Int) / 100
	case Rate, Number:
		out.Value = c.Float
	case Seconds:
		out.Value = float64(c.Int) / 86400
	case Time:
		out.Value = c.Time
	default:
		out.Value = c.Text
	}
	return out
}

var numberFormats = map[Kind]string{Count: "#,##0", Money: "#,##0.00", Rate: "0.0%", Number: "#,##0.0", Seconds: "[h]:mm:ss", Time: "yyyy-mm-dd hh:mm:ss", Ident: "@", Text: "@"}

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

// style makes each style once.
func (b *book) style(c Cell, role string) int {
	format := numberFormats[Text]
	if c.Valid || c.Kind == Ident {
		format = numberFormats[c.Kind]
	}
	link := c.Link != "" && b.links[c.Link] != ""
	key := look{format, role, c.Tone, link, c.Valid}
	if id, ok := b.styles[key]; ok {
		return id
	}
	family := "Microsoft YaHei"
	if b.p.Lang == "en" {
		family = "Calibri"
	}
	s := &excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Size: 10, Family: family, Color: sheetInks[c.Tone]}, Alignment: &excelize.Alignment{Vertical: "top"}}
	switch {
	case link:
		s.Font.Color, s.Font.Underline = "2F5F9E", "single"
	case !c.Valid && role == "":
		s.Alignment.WrapText = true
	}
	switch role {
	case "title":
		s.Font.Size, s.Font.Bold, s.Alignment.WrapText = 13, true, false
	case "verdict":
		s.Font.Size, s.Font.Bold, s.Alignment.WrapText = 12, true, true
	case "tile": // a number of a strip, under its label
		s.Font.Size, s.Font.Bold, s.Alignment.Horizontal = 13, true, "left"
	case "head", "head right":
		s.Font.Bold = true
		if role == "head right" {
			s.Alignment.Horizontal = "right"
		}
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EDF2"}}
		s.Border = []excelize.Border{{Type: "bottom", Color: "9AA5B1", Style: 1}}
		s.Alignment.WrapText = true
	case "note":
		s.Font.Color, s.Alignment.WrapText = "6B7280", false
	}
	id, err := b.NewStyle(s)
	if err != nil {
		id = 0 // the default style; styles are decoration
	}
	b.styles[key] = id
	return id
}
