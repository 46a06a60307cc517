package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

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
	sw, err := b.stream(name)
	if err != nil {
		return err
	}
	for col, w := range []float64{30, 52, 16, 16} {
		if err := sw.SetColWidth(col+1, col+1, w); err != nil {
			return err
		}
	}
	o := out{b: b, sw: sw, name: name, row: 1}
	for _, s := range sections {
		o.section(s)
	}
	if o.err != nil {
		return o.err
	}
	if err := b.printSetup(name, ""); err != nil {
		return err
	}
	return sw.Flush()
}

// out writes sections under each other on one sheet.
type out struct {
	b    *book
	sw   *excelize.StreamWriter
	name string
	row  int
	err  error
}

func (o *out) put(cells ...excelize.Cell) {
	if o.err != nil {
		return
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = c
	}
	o.err = o.sw.SetRow(fmt.Sprintf("A%d", o.row), row)
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
		o.put(b.cell(textCell(f.Label), "note"), b.cell(left(f.Cell), ""), b.cell(textCell(f.Note), "note"))
	}
	o.table(s.Table)
	o.row++
}

// tiles writes a section of the first sheet: its facts side by side.
func (o *out) tiles(s *Section) {
	const perRow = 8
	b := o.b
	o.put(b.cell(textCell(s.Title).tone(s.Tone), "title"))
	for facts := s.Facts; len(facts) > 0; {
		n := min(len(facts), perRow)
		var rows [3][]excelize.Cell
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
	b := o.b
	if t == nil {
		return
	}
	head := make([]excelize.Cell, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = b.cell(textCell(c.Title), headRole(c))
	}
	o.put(head...)
	for k := range t.Len() {
		row := t.Row(k)
		cells := make([]excelize.Cell, len(row))
		for i, c := range row {
			cells[i] = b.cell(c, "")
			if c.Link != "" && o.err == nil {
				o.err = b.link(o.name, i+1, o.row, c.Link)
			}
		}
		o.put(cells...)
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
func (b *book) overview(name string, first, tables []*Section) error {
	plain := false
	if err := b.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &plain}); err != nil {
		return err
	}
	sw, err := b.stream(name)
	if err != nil {
		return err
	}
	for col, w := range []float64{24, 19, 19, 19, 19, 19, 19, 24, 12} {
		if err := sw.SetColWidth(col+1, col+1, w); err != nil {
			return err
		}
	}
	o := out{b: b, sw: sw, name: name, row: 1}
	o.put(b.cell(textCell(b.p.Title), "title"))
	o.put(b.cell(textCell(b.p.Subtitle), "note"))
	if b.p.Stamp != "" {
		o.put(b.cell(textCell(b.p.Stamp).tone(Bad), "title"))
	}
	o.row++
	if o.err == nil {
		o.err = sw.MergeCell(fmt.Sprintf("A%d", o.row), fmt.Sprintf("H%d", o.row))
	}
	if o.err == nil {
		o.err = sw.SetRow(fmt.Sprintf("A%d", o.row), []any{b.cell(textCell(b.p.Say()), "verdict")}, excelize.RowOpts{Height: 40})
	}
	o.row += 2
	for _, s := range first {
		if s.ID != "provenance" {
			o.tiles(s)
		}
	}
	o.row = b.draw(name, o.row, true, &o.err)
	for _, s := range tables {
		if s.ID == "incidents" {
			short := *s
			short.Table = major(s.Table)
			o.tiles(&short)
		}
	}
	o.row = b.draw(name, o.row, false, &o.err)
	o.put(b.cell(textCell(b.p.w.t("contents")), "title"))
	for _, s := range tables {
		if o.err == nil {
			o.err = b.link(name, 1, o.row, s.ID)
		}
		o.put(b.cell(textCell(s.Title).link(s.ID), ""), b.cell(textCell(b.p.w.t("rows.n", b.p.w.count(s.Table.Len()))), "note"))
	}
	o.row++
	for _, s := range first {
		if s.ID == "provenance" {
			o.section(s)
		}
	}
	if o.err != nil {
		return o.err
	}
	if err := b.printSetup(name, ""); err != nil {
		return err
	}
	return sw.Flush()
}
