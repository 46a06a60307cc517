package sheet

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
)

// area is a merged area, columns and rows from 1, inclusive.
type area struct{ col, row, endCol, endRow int }

func parseArea(ref string) (a area, ok bool) {
	from, to, found := strings.Cut(ref, ":")
	if !found {
		return a, false
	}
	var ok1, ok2 bool
	a.col, a.row, ok1 = parseCell(from)
	a.endCol, a.endRow, ok2 = parseCell(to)
	return a, ok1 && ok2 && a.endCol >= a.col && a.endRow >= a.row
}

func parseCell(s string) (col, row int, ok bool) {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' && i < 3 {
		col = col*26 + int(s[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(s[i:])
	return col, row, err == nil && i > 0 && row > 0 && row <= MaxRows
}

// mostMerged bounds the merged areas of a sheet.
const mostMerged = MaxRows

// spreader fills merged areas of more than one row.
type spreader struct {
	merged []area // in the order of their first rows
	next   int    // the first of them that begins below the last row
	open   []held
}

// held is an area that goes on below the last row, with its first cell.
type held struct {
	area
	first Cell
}

// inOrderOfRows sorts areas by their first rows.
func inOrderOfRows(list []area) []area {
	slices.SortStableFunc(list, func(a, b area) int { return a.row - b.row })
	return list
}

// spread repeats the first cell of a merged area in the rows below it, in the
// area's first column: a merchant number that is merged over its transactions
// belongs to each of them.
func (s *spreader) spread(r *Row) {
	open := s.open[:0]
	for _, h := range s.open {
		if r.Line > h.endRow {
			continue
		}
		open = append(open, h)
		for len(r.Cells) < h.col {
			r.Cells = append(r.Cells, Cell{})
		}
		if r.Cells[h.col-1].Text == "" {
			r.Cells[h.col-1] = h.first
		}
	}
	s.open = open
	for ; s.next < len(s.merged) && s.merged[s.next].row <= r.Line; s.next++ {
		a := s.merged[s.next]
		if a.row < r.Line || a.col > len(r.Cells) || r.Cells[a.col-1].Text == "" || len(s.open) == MaxCols {
			continue
		}
		h := held{a, r.Cells[a.col-1]}
		h.first.Spread = true
		s.open = append(s.open, h)
	}
}

// merges reads the sheet for its merged areas of more than one row.
func (x *xlsxBook) merges(name string) ([]area, error) {
	r, _, err := x.open(name)
	if err != nil {
		return nil, err
	}
	src := readAhead(r)
	defer src.close()
	var (
		out  []area
		buf  []byte
		mark = []byte("mergeCell ")
	)
	for {
		old := src.last
		buf, err = src.join(buf)
		if err == io.EOF {
			return inOrderOfRows(out), nil
		}
		if err != nil {
			return nil, err
		}
		src.back(old)
		for {
			k := bytes.Index(buf, mark)
			if k < 0 {
				buf = buf[max(0, len(buf)-64):]
				break
			}
			end := bytes.IndexByte(buf[k:], '>')
			if end < 0 {
				buf = buf[k:]
				if len(buf) > 4096 {
					buf = nil
				}
				break
			}
			ref := element{attrs: string(buf[k+len(mark)-1 : k+end])}.attr("ref")
			if a, ok := parseArea(ref); ok && a.endRow > a.row && len(out) < mostMerged {
				out = append(out, a)
			}
			buf = buf[k+end:]
		}
	}
}
