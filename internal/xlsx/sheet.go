package xlsx

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// MaxRows is the last row of a sheet.
const MaxRows = 1 << 20

// Cell is a value with the number of its style. The zero value is an empty cell.
type Cell struct {
	Style  int
	kind   cellKind
	text   string
	number float64
	whole  int64
}

type cellKind uint8

const (
	empty cellKind = iota
	text
	number
	whole
)

// Text is a text, whatever it begins with.
func Text(style int, s string) Cell { return Cell{Style: style, kind: text, text: s} }

// Int is a whole number.
func Int(style int, n int64) Cell { return Cell{Style: style, kind: whole, whole: n} }

// Number is a number; one that is none, or infinite, is an empty cell.
func Number(style int, f float64) Cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Cell{Style: style}
	}
	return Cell{Style: style, kind: number, number: f}
}

// Date is a time, shown as the format of its style says.
func Date(style int, t time.Time) Cell { return Number(style, Serial(t)) }

// Serial is the number by which a workbook holds a time: days since 1899-12-30 on
// the clock of its zone. It is right from March 1900 on.
func Serial(t time.Time) float64 {
	_, offset := t.Zone()
	return float64(t.Unix()+int64(offset))/86400 + float64(t.Nanosecond())/86400e9 + 25569
}

// Sheet is a sheet that is being written. What stands above its rows in the file -
// widths, frozen rows, lines - is set before the first row, the rest before Close.
type Sheet struct {
	Widths                 []float64 // of the first columns, in characters
	FrozenRows, FrozenCols int
	NoLines                bool // no lines between the cells
	Printed                bool // A4, landscape, as wide as the page, with a footer
	TitleRow               int  // is repeated on each page, 0 none
	Filter                 string

	book           *Book
	name           string
	number         int
	part           *part
	buf            []byte
	row            int
	merged, links  []byte
	rules, bars    []byte
	nMerged, nRule int
	charts         []anchored
	closed         bool
	err            error
}

// Err is what went wrong so far; Close and Write say it, too.
func (s *Sheet) Err() error { return s.err }

// Row writes a row; numbers grow.
func (s *Sheet) Row(row int, cells ...Cell) { s.TallRow(row, 0, cells...) }

// TallRow writes a row of a height in points, 0 as its texts need.
func (s *Sheet) TallRow(row int, height float64, cells ...Cell) {
	switch {
	case s.err != nil:
		return
	case s.closed:
		s.err = errors.New("a row comes behind the last")
		return
	case row <= s.row || row > MaxRows:
		s.err = fmt.Errorf("row %d stands behind row %d", row, s.row)
		return
	}
	s.begin()
	s.row = row
	b := append(s.buf, `<row r="`...)
	b = strconv.AppendInt(b, int64(row), 10)
	if height > 0 {
		b = fmt.Appendf(b, `" ht="%g" customHeight="1`, height)
	}
	b = append(b, `">`...)
	for i := range cells {
		c := &cells[i]
		if c.kind == empty && c.Style == 0 {
			continue
		}
		b = append(b, `<c r="`...)
		if i < 26 {
			b = append(b, 'A'+byte(i))
		} else {
			b = append(b, Column(i+1)...)
		}
		b = strconv.AppendInt(b, int64(row), 10)
		if c.Style > 0 {
			b = append(b, `" s="`...)
			b = strconv.AppendInt(b, int64(c.Style), 10)
		}
		switch c.kind {
		case empty:
			b = append(b, `"/>`...)
		case number:
			b = append(b, `"><v>`...)
			form := byte('f')
			if size := math.Abs(c.number); size >= 1e15 || size < 1e-6 && size > 0 {
				form = 'g'
			}
			b = strconv.AppendFloat(b, c.number, form, -1, 64)
			b = append(b, `</v></c>`...)
		case whole:
			b = append(b, `"><v>`...)
			b = strconv.AppendInt(b, c.whole, 10)
			b = append(b, `</v></c>`...)
		case text:
			if spaced(c.text) {
				b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
			} else {
				b = append(b, `" t="inlineStr"><is><t>`...)
			}
			b = appendText(b, c.text)
			b = append(b, `</t></is></c>`...)
		}
	}
	s.buf = append(b, `</row>`...)
	s.flush(64 << 10)
}

// flush packs what is waiting, where that is more than a number of bytes.
func (s *Sheet) flush(more int) {
	if len(s.buf) > more && s.err == nil {
		_, s.err = s.part.Write(s.buf)
		s.buf = s.buf[:0]
	}
}

// begin writes what stands above the rows.
func (s *Sheet) begin() {
	if s.part != nil {
		return
	}
	s.part = s.book.open(fmt.Sprintf("xl/worksheets/sheet%d.xml", s.number))
	b := append(s.buf, xmlHead+`<worksheet xmlns="`+main+`" xmlns:r="`+relations+`">`...)
	if s.Printed {
		b = append(b, `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`...)
	}
	b = append(b, `<sheetViews><sheetView`...)
	if s.NoLines {
		b = append(b, ` showGridLines="0"`...)
	}
	if s.number == 1 {
		b = append(b, ` tabSelected="1"`...)
	}
	b = append(b, ` workbookViewId="0">`...)
	if s.FrozenRows+s.FrozenCols > 0 {
		pane := "bottomLeft"
		b = append(b, `<pane`...)
		if s.FrozenCols > 0 {
			b, pane = fmt.Appendf(b, ` xSplit="%d"`, s.FrozenCols), "bottomRight"
		}
		if s.FrozenRows > 0 {
			b = fmt.Appendf(b, ` ySplit="%d"`, s.FrozenRows)
		} else {
			pane = "topRight"
		}
		b = fmt.Appendf(b, ` topLeftCell="%s" activePane="%s" state="frozen"/><selection pane="%[2]s"/>`, At(s.FrozenCols+1, s.FrozenRows+1), pane)
	}
	b = append(b, `</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>`...)
	if len(s.Widths) > 0 {
		b = append(b, `<cols>`...)
		for i, w := range s.Widths {
			b = fmt.Appendf(b, `<col min="%d" max="%[1]d" width="%g" customWidth="1"/>`, i+1, w)
		}
		b = append(b, `</cols>`...)
	}
	s.buf = append(b, `<sheetData>`...)
}

// Merge makes one cell of an area.
func (s *Sheet) Merge(area string) {
	s.nMerged++
	s.merged = fmt.Appendf(s.merged, `<mergeCell ref="%s"/>`, area)
}

// Link has a cell lead to a place of the workbook, such as 'Sheet 2'!A1.
func (s *Sheet) Link(at, place string) {
	s.links = fmt.Appendf(s.links, `<hyperlink ref="%s" location="%s"/>`, at, escaped(place))
}

// Bars draws a bar into each cell of an area, as long as its number is large.
func (s *Sheet) Bars(area, color string) {
	s.nRule++
	id := fmt.Sprintf("{00000000-0000-4000-8000-%04X%08X}", s.number, s.nRule)
	s.rules = fmt.Appendf(s.rules, `<conditionalFormatting sqref="%s"><cfRule type="dataBar" priority="%d"><dataBar><cfvo type="num" val="0"/><cfvo type="max"/><color rgb="FF%s"/></dataBar>`+
		`<extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}" xmlns:x14="`+extended+`"><x14:id>%s</x14:id></ext></extLst></cfRule></conditionalFormatting>`, area, s.nRule, color, id)
	// Only the extended form of a rule knows bars without a gradient.
	s.bars = fmt.Appendf(s.bars, `<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="dataBar" id="%s"><x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="autoMax"/><x14:negativeFillColor rgb="FFFF0000"/><x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>%s</xm:sqref></x14:conditionalFormatting>`, id, area)
}

const extended = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"

// Stop is a point of a scale of colours.
type Stop struct {
	Value string // a number, "" the largest one
	Color string
}

// Scale colours the cells of an area by their numbers.
func (s *Sheet) Scale(area string, stops ...Stop) {
	s.nRule++
	s.rules = fmt.Appendf(s.rules, `<conditionalFormatting sqref="%s"><cfRule type="colorScale" priority="%d"><colorScale>`, area, s.nRule)
	for _, p := range stops {
		if p.Value == "" {
			s.rules = append(s.rules, `<cfvo type="max"/>`...)
		} else {
			s.rules = fmt.Appendf(s.rules, `<cfvo type="num" val="%s"/>`, p.Value)
		}
	}
	for _, p := range stops {
		s.rules = fmt.Appendf(s.rules, `<color rgb="FF%s"/>`, p.Color)
	}
	s.rules = append(s.rules, `</colorScale></cfRule></conditionalFormatting>`...)
}

// Close ends the sheet.
func (s *Sheet) Close() error {
	if s.closed || s.err != nil {
		return s.err
	}
	s.closed = true
	s.begin()
	b := append(s.buf, `</sheetData>`...)
	if s.Filter != "" {
		b = fmt.Appendf(b, `<autoFilter ref="%s"/>`, s.Filter)
	}
	if s.nMerged > 0 {
		b = fmt.Appendf(b, `<mergeCells count="%d">%s</mergeCells>`, s.nMerged, s.merged)
	}
	b = append(b, s.rules...)
	if len(s.links) > 0 {
		b = fmt.Appendf(b, `<hyperlinks>%s</hyperlinks>`, s.links)
	}
	if s.Printed {
		b = append(b, `<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>`...)
	}
	if len(s.charts) > 0 {
		b = append(b, `<drawing r:id="rId1"/>`...)
	}
	if len(s.bars) > 0 {
		b = fmt.Appendf(b, `<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="`+extended+`"><x14:conditionalFormattings>%s</x14:conditionalFormattings></ext></extLst>`, s.bars)
	}
	s.buf = append(b, `</worksheet>`...)
	s.flush(0)
	if err := s.book.close(s.part); s.err == nil {
		s.err = err
	}
	s.book.parts = append(s.book.parts, s.part)
	s.buf, s.part = nil, nil
	s.draw()
	return s.err
}
