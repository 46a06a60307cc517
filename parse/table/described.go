package table

import (
	"fmt"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// findHeaderOf looks for the header of a described format first, then for one
// that the dictionary knows.
func findHeaderOf(formats []format.Outline, st *entry.Stream, rows []*sheet.Row) (*mapping, error) {
	if m := described(formats, st.Src.Name, st.Head, rows); m != nil {
		return m, nil
	}
	m, err := findHeader(rows)
	if h, ok := err.(*headerError); ok {
		if m := byValues(rows); m != nil {
			return m, nil
		}
		if why := nearly(formats, rows); why != "" {
			h.hint = why
		}
	}
	return m, err
}

// nearly says which names of a format a row lacks that has some of the others.
func nearly(formats []format.Outline, rows []*sheet.Row) string {
	best, most, why := 0, 0, ""
	for _, o := range formats {
		if o.HeaderRows != 1 || len(o.Detect.Header) > 0 {
			continue
		}
		f := o.Load()
		for i, r := range rows[:min(len(rows), headerRows)] {
			names := newMapping(r).names()
			missing := f.Missing(names)
			found := len(f.Columns) - len(missing)
			if len(missing) == 0 || found == 0 || found < best || found == best && len(f.Columns) >= most {
				continue
			}
			best, most = found, len(f.Columns)
			why = fmt.Sprintf("row %d has %d of the %d names of the format %s; it lacks %s (a name stands in the format as in the file, brackets included)",
				rows[i].Line, found, len(f.Columns), f.Name, strings.Join(missing, ", "))
		}
	}
	return why
}

// described returns the mapping of the first format whose column names stand in
// the rows.
func described(formats []format.Outline, name string, head []byte, rows []*sheet.Row) *mapping {
	names := make([][]string, min(len(rows), headerRows)) // of the cells by field.Compact, once they are asked for
	for _, o := range formats {
		if !o.Detect.Fits(name, head) {
			continue
		}
		if o.HeaderRows == 0 {
			if m := placed(o.Load(), rows); m != nil {
				return m
			}
			continue
		}
		for i := range names {
			if i+o.HeaderRows > len(rows) {
				break
			}
			if need := len(o.Detect.Header); need > 0 && o.HeaderRows == 1 {
				if len(rows[i].Cells) < need {
					continue
				}
				if names[i] == nil {
					names[i] = compactNames(rows[i])
				}
				if !o.Detect.Heads(names[i]) {
					continue
				}
			}
			if m := mappingOf(o.Load(), rows[i:i+o.HeaderRows]); m != nil {
				return m
			}
		}
	}
	return nil
}

// placed maps the columns of a table without names by a format, nil where none of the
// first rows can be read so. Rows above the first that can are titles.
func placed(f *format.Format, rows []*sheet.Row) *mapping {
	for i, r := range rows[:min(len(rows), headerRows)] {
		m := &mapping{format: f, row: &sheet.Row{}, columns: make([]column, len(r.Cells))}
		for k := range m.columns {
			m.columns[k] = column{index: k, name: noName(k)}
		}
		for _, c := range f.Columns {
			if c.From < len(m.columns) {
				m.columns[c.From].field, m.columns[c.From].unit = c.Field, f.Units[c.Field]
			}
		}
		m.rankAgain()
		if r.Blank() || !follows(m, rows[i:i+1]) {
			continue
		}
		if i > 0 {
			m.row = rows[i-1]
		}
		return m
	}
	return nil
}

// compactNames are the cells of a row as [format.Detect.Heads] compares them.
func compactNames(r *sheet.Row) []string {
	names := make([]string, 0, len(r.Cells))
	for i := range r.Cells {
		if r.Cells[i].Kind == sheet.Text {
			names = append(names, field.Compact(r.Cells[i].Text))
		}
	}
	return names
}

// mappingOf maps the columns of one or more header rows by a format, nil where
// they are not the format's. A name in several rows is read from the top: over
// "本金" and "手续费" may stand "交易" in the first of the cells that it spans.
func mappingOf(f *format.Format, rows []*sheet.Row) *mapping {
	last := rows[len(rows)-1]
	m := &mapping{format: f, row: last}
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Cells))
	}
	above := make([]string, len(rows))
	var all []string
	for i := range width {
		var parts []string
		lower := ""
		for k, r := range rows {
			s := ""
			if i < len(r.Cells) && r.Cells[i].Kind == sheet.Text {
				s = field.Clean(r.Cells[i].Text)
			}
			if s != "" {
				above[k], lower = s, s
				for j := k + 1; j < len(above); j++ {
					above[j] = "" // a new group begins
				}
			} else if k < len(rows)-1 {
				s = above[k]
			}
			if s != "" && (len(parts) == 0 || parts[len(parts)-1] != s) {
				parts = append(parts, s)
			}
		}
		if lower == "" || len(lower) > 120 {
			continue
		}
		c := column{index: i, name: strings.Join(parts, " "), alt: -1}
		if !f.Binds(c.name) && len(parts) > 1 {
			c.name = lower
		}
		c.field, c.unit, _ = f.Lookup(c.name)
		all = append(all, c.name)
		m.columns = append(m.columns, c)
	}
	if len(m.columns) == 0 || !f.HeaderMatches(all) {
		return nil
	}
	for _, r := range rows {
		m.pages = append(m.pages, newMapping(r).names())
	}
	m.settleNames()
	m.rankAgain()
	return m
}

// follow takes over what the format says beside the names.
func (t *table) follow(f *format.Format) {
	f.Configure(&t.ctx)
	t.f.sum.Format = f.Name
	if f.Title != "" {
		t.f.note("%s", f.Title)
	}
	for _, c := range f.Set {
		text := c.Value
		if text == format.FileDate {
			at := field.NearName(t.f.st.Src.Name)
			if !at.Valid() {
				continue
			}
			text = fmt.Sprint(txn.DateOf(at.Time()))
		}
		t.given = append(t.given, given{c.Field, text})
	}
}
