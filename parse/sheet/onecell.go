package sheet

import (
	"fmt"
	"slices"
	"strings"
)

// peeked is how many rows of a sheet are looked at for separators.
const peeked = 30

// cut reads the rows of a sheet of a workbook; those that stand in one cell each, as the lines of a
// text do that was opened without its separator being told, are cut at it.
func (b *Book) cut(s *Sheet) (Rows, error) {
	rows, err := s.rows()
	if err != nil {
		return nil, err
	}
	c := &cutRows{Rows: rows, text: textRows{eol: '\n'}}
	if c.peek(); c.text.delim != 0 {
		note := fmt.Sprintf("rows of sheet %q stand in one cell each: they are cut at %s, and their columns are counted from there", s.Name, shown(c.text.delim))
		if !slices.Contains(b.notes, note) { // a sheet may be read again
			b.notes = append(b.notes, note)
		}
	}
	return c, nil
}

func shown(delim byte) string {
	if delim == '\t' {
		return "TAB"
	}
	return string(rune(delim))
}

// cutRows are the rows of a sheet, those of one cell cut at the separator of text, if it has one.
type cutRows struct {
	Rows
	text  textRows
	ahead []Row // read already
	err   error // behind them
}

// peek looks for the separator in the first rows: what most of them hold equally often, three times
// and more. There is none where a row has more cells than one.
func (c *cutRows) peek() {
	var list []string
	for len(c.ahead) < peeked {
		var r Row
		if c.err = c.Rows.Next(&r); c.err != nil {
			break
		}
		c.ahead = append(c.ahead, r)
		only, alone := onlyCell(&r)
		if !alone {
			return
		}
		if only != nil {
			list = append(list, only.Text)
		}
	}
	for _, delim := range [...]byte{'|', '\t', ';', ','} {
		times := map[int]int{}
		for _, s := range list {
			if n := strings.Count(s, string(rune(delim))); n >= 3 {
				if times[n]++; times[n] > 1 && 2*times[n] > len(list) {
					c.text.delim = delim
					return
				}
			}
		}
	}
}

// onlyCell is the cell of a row that has no other, nil in a blank row.
func onlyCell(r *Row) (only *Cell, alone bool) {
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Text == "" || c.Spread {
			continue
		}
		if only != nil {
			return nil, false
		}
		only = c
	}
	return only, true
}

// Next implements Rows.
func (c *cutRows) Next(r *Row) error {
	switch {
	case len(c.ahead) > 0:
		cells := append(r.Cells[:0], c.ahead[0].Cells...)
		*r = c.ahead[0]
		r.Cells, c.ahead = cells, c.ahead[1:]
	case c.err != nil:
		return c.err
	default:
		if err := c.Rows.Next(r); err != nil {
			return err
		}
	}
	if c.text.delim == 0 {
		return nil
	}
	if only, alone := onlyCell(r); alone && only != nil && only.Kind == Text {
		c.text.split(r, only.Text)
	}
	return nil
}
