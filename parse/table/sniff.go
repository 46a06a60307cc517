package table

import (
	"bytes"
	"fmt"
	"io"

	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/sheet"
)

// sniffed is how much of a text is judged: a header and some rows.
const sniffed = 32 << 10

// sniff judges the head of an input. Workbooks are certain; text is judged by a
// row of column names.
func sniff(formats []format.Outline, name string, head []byte) (score int, why string) {
	switch {
	case len(head) == 0:
		return 0, "the input is empty"
	case sheet.IsZip(head):
		if bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/")) {
			return 95, "an Office Open XML workbook"
		}
		if sheet.IsODS(head) {
			return 95, "an OpenDocument spreadsheet"
		}
		return 0, "a zip archive without a workbook in it"
	case sheet.IsOLE(head):
		return 90, "a legacy or encrypted workbook"
	}
	head = head[:min(len(head), sniffed)]
	book, err := sheet.Open(sheet.Input{Name: name, Head: head, R: bytes.NewReader(head)})
	if err != nil {
		return 0, err.Error()
	}
	for _, s := range book.Sheets {
		n, because := sniffSheet(formats, name, head, s)
		if n > score || why == "" {
			score, why = n, because
		}
		if score >= 70 {
			break
		}
	}
	return score, why
}

// sniffSheet judges the first rows of one grid.
func sniffSheet(formats []format.Outline, name string, head []byte, s *sheet.Sheet) (score int, why string) {
	rows, err := s.Rows()
	if err != nil {
		return 0, err.Error()
	}
	w := &window{rows: rows}
	defer w.close()
	if err := w.peek(headerRows + 20); err != nil && err != io.EOF {
		return 0, err.Error()
	}
	if m := described(formats, name, head, w.ahead); m != nil && m.format.HeaderRows == 0 {
		return 97, fmt.Sprintf("a table without column names, as the format %s describes", m.format.Name)
	} else if m != nil {
		return 97, fmt.Sprintf("a table: row %d has the column names of %s", m.row.Line, m.format.Name)
	}
	m, err := findHeader(w.ahead)
	if err == nil {
		known, _ := m.known()
		for _, c := range m.columns {
			if c.proved { // a name that nobody knows
				known--
			}
		}
		score = 70
		for i, r := range w.ahead {
			if r == m.row && follows(m, w.ahead[i+1:]) {
				score = 85
			}
		}
		return score, fmt.Sprintf("a table: row %d has %d known column names", m.row.Line, known)
	}
	if m := byValues(w.ahead); m != nil {
		return 60, "a table without column names, whose values tell what the columns are"
	}
	texts, _ := values(w.ahead)
	if t := tagsOf(texts); t.detail != "" {
		return 20, fmt.Sprintf("lines of header, detail and trailer records (%s in the first %d rows) whose columns have no names, and the values of %s do not prove what they are: "+
			"say so in a format of your own, by header_rows: 0 and the number of each column", t.String(), len(texts), t.detail)
	}
	if n := even(w.ahead); n >= 3 {
		return 20, fmt.Sprintf("rows of %d columns, but %s", n, err.(*headerError).found())
	}
	return 0, "no table: " + err.(*headerError).msg
}

// even returns the number of cells that most of the rows have, 0 where they
// have none in common.
func even(rows []*sheet.Row) int {
	counts := map[int]int{}
	for _, r := range rows {
		counts[len(r.Cells)]++
	}
	for n, k := range counts {
		if k*2 > len(rows) {
			return n
		}
	}
	return 0
}
