package report

import "github.com/poslog/poslog/internal/xlsx"

// cardRows is how many rows of the evidence sheet a card takes, the blank one
// after it included.
func cardRows(s *Section) int {
	n := 2 + len(s.Notes) + len(s.Facts)
	if s.Table != nil {
		n += 1 + s.Table.Len()
	}
	return n
}

// cards writes the evidence of incidents and codes under each other.
func (b *book) cards(name string, sections []*Section) error {
	if len(sections) == 0 {
		return nil
	}
	sh := b.Sheet(name)
	sh.Widths, sh.Printed = []float64{30, 52, 16, 16}, true
	o := out{b: b, sh: sh, row: 1}
	for _, s := range sections {
		o.section(s)
	}
	return sh.Close()
}

// out writes sections under each other on one sheet.
type out struct {
	b   *book
	sh  *xlsx.Sheet
	row int
}

func (o *out) put(cells ...xlsx.Cell) {
	o.sh.Row(o.row, cells...)
	o.row++
}

// section writes title, notes, facts - one per row - and table.
func (o *out) section(s *Section) {
	b := o.b
	o.put(b.cell(textCell(s.Title).tone(s.Tone), "title"))
	for _, n := range s.Notes {
		o.put(b.cell(textCell(n), "note"))
	}
	for _, f := range s.Facts {
		o.fact(f)
	}
	o.table(s.Table)
	o.row++
}

// fact writes a fact on a row of its own.
func (o *out) fact(f Fact) {
	o.put(o.b.cell(textCell(f.Label), "note"), o.b.cell(left(f.Cell), ""), o.b.cell(textCell(f.Note), "note"))
}

// tiles writes a section of the first sheet: its facts side by side.
func (o *out) tiles(s *Section) {
	const perRow = 8
	b := o.b
	o.put(b.cell(textCell(s.Title).tone(s.Tone), "title"))
	for facts := s.Facts; len(facts) > 0; {
		n := min(len(facts), perRow)
		var rows [3][]xlsx.Cell
		notes := false
		for _, f := range facts[:n] {
			rows[0] = append(rows[0], b.cell(textCell(f.Label), "note"))
			rows[1] = append(rows[1], b.cell(left(f.Cell), "tile"))
			rows[2] = append(rows[2], b.cell(textCell(f.Note), "note"))
			notes = notes || f.Note != "" && s.ID != "overview" // formulas stand with the institutions
		}
		o.put(rows[0]...)
		o.put(rows[1]...)
		if notes {
			o.put(rows[2]...)
		}
		facts = facts[n:]
	}
	for _, n := range s.Notes {
		o.put(b.cell(textCell(n), "note"))
	}
	o.table(s.Table)
	o.row++
}

func (o *out) table(t *Table) {
	if t != nil {
		o.rows(t, 0, t.Len())
	}
}

// rows writes the titles of a table and its rows from up to to.
func (o *out) rows(t *Table, from, to int) {
	b := o.b
	cells := make([]xlsx.Cell, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = b.cell(textCell(c.Title), headRole(c))
	}
	o.put(cells...)
	for k := from; k < to; k++ {
		cells = cells[:0]
		lines := 1
		for i, c := range t.Row(k) {
			cells = append(cells, b.cell(c, ""))
			o.link(i+1, c.Link)
			lines = max(lines, o.lines(i, c))
		}
		height := 0.
		if lines > 1 {
			height = lineHeight*float64(lines) + 2
		}
		o.sh.TallRow(o.row, height, cells...)
		o.row++
	}
}

// lineHeight is that of a line of a cell's text, in points.
const lineHeight = 13.5

// lines is how many lines the text of a cell takes in its column. Not every program fits
// the height of a row to them.
func (o *out) lines(col int, c Cell) int {
	if c.Valid || col >= len(o.sh.Widths) || len(c.Text) < int(o.sh.Widths[col]) {
		return 1
	}
	room := max(1, int(o.sh.Widths[col])-2)
	return (columns.StringWidth(c.Text) + room - 1) / room
}

// link makes a cell of this row lead to a section, where the workbook has it.
func (o *out) link(col int, section string) {
	if place, ok := o.b.links[section]; ok {
		o.sh.Link(xlsx.At(col, o.row), place)
	}
}

// left keeps the number of a fact; a cell whose text says more than its number
// ("0 / 812（0.0%）") is written as that text.
func left(c Cell) Cell {
	if c.Kind == Rate && c.Valid && c.Text != rate(c.Float) {
		return Cell{Kind: Text, Text: c.Text, Tone: c.Tone}
	}
	return c
}

// overview writes the first sheet: verdict, strips, charts, and where the rest is.
func (b *book) overview(sh *xlsx.Sheet, first, tables []*Section) error {
	sh.NoLines, sh.Printed, sh.Widths = true, true, []float64{24, 19, 19, 19, 19, 19, 19, 24, 12}
	if b.p.View == Merchant {
		sh.Widths[8] = maxWidth // of what to do
	}
	o := out{b: b, sh: sh, row: 1}
	o.put(b.cell(textCell(b.p.Title), "title"))
	o.put(b.cell(textCell(b.p.Subtitle), "note"))
	if b.p.Stamp != "" {
		o.put(b.cell(textCell(b.p.Stamp).tone(Bad), "title"))
	}
	o.row++
	sh.Merge(xlsx.Area(1, o.row, 8, o.row))
	sh.TallRow(o.row, 40, b.cell(textCell(b.p.Say()), "verdict"))
	o.row += 2
	for _, s := range first {
		if s.ID != "provenance" {
			o.tiles(s)
		}
	}
	o.row = b.draw(sh, o.row, true)
	for _, s := range tables {
		if s.ID == "incidents" {
			short := *s
			short.Table = major(s.Table)
			o.tiles(&short)
		}
	}
	o.row = b.draw(sh, o.row, false)
	o.put(b.cell(textCell(b.p.w.t("contents")), "title"))
	for _, s := range tables {
		o.link(1, s.ID)
		o.put(b.cell(textCell(s.Title).link(s.ID), ""), b.cell(textCell(b.p.w.t("rows.n", b.p.w.count(s.Table.Len()))), "note"))
	}
	o.row++
	for _, s := range first {
		if s.ID == "provenance" {
			o.section(s)
		}
	}
	return sh.Close()
}
