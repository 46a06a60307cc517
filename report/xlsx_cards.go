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
		n += 1 + len(s.Table.Rows)
	}
	return n
}

// cards writes the evidence of incidents and codes under each other.
func (b *book) cards(name string, sections []*Section) error {
	if len(sections) == 0 {
		return nil
	}
	if _, err := b.NewSheet(name); err != nil {
		return err
	}
	sw, err := b.NewStreamWriter(name)
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

func (o *out) section(s *Section) {
	b := o.b
	o.put(b.cell(textCell(s.Title).tone(s.Tone), "title"))
	for _, n := range s.Notes {
		o.put(b.cell(textCell(n), "note"))
	}
	for _, f := range s.Facts {
		o.put(b.cell(textCell(f.Label), "note"), b.cell(left(f.Cell), ""), b.cell(textCell(f.Note), "note"))
	}
	if s.Table != nil {
		head := make([]excelize.Cell, len(s.Table.Columns))
		for i, c := range s.Table.Columns {
			head[i] = b.cell(textCell(c.Title), "head")
		}
		o.put(head...)
		for _, row := range s.Table.Rows {
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
	o.row++
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
	sw, err := b.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for col, w := range []float64{26, 24, 22, 18, 14, 18, 20, 60} {
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
		o.err = sw.SetRow(fmt.Sprintf("A%d", o.row), []any{b.cell(textCell(b.p.Verdict), "verdict")}, excelize.RowOpts{Height: 40})
	}
	o.row += 2
	for _, s := range first {
		if s.ID == "provenance" {
			continue
		}
		o.section(s)
	}
	o.row = b.draw(name, o.row, &o.err)
	o.put(b.cell(textCell(b.p.w.t("contents")), "title"))
	for _, s := range tables {
		if o.err == nil {
			o.err = b.link(name, 1, o.row, s.ID)
		}
		o.put(b.cell(textCell(s.Title).link(s.ID), ""), b.cell(textCell(b.p.w.t("rows.n", b.p.w.count(len(s.Table.Rows)))), "note"))
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
