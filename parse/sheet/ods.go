package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// odsContent is the part of an OpenDocument spreadsheet (ISO/IEC 26300) that has its sheets.
const odsContent = "content.xml"

// IsODS tells an OpenDocument spreadsheet by its first member, which is stored as it stands; some
// programs deflate it.
func IsODS(head []byte) bool {
	const name, method = 30, 8 // where they stand in a header of ZIP
	if len(head) > name && head[method] == byte(zip.Deflate) && bytes.HasPrefix(head[name:], []byte("mimetype")) && IsZip(head) {
		return true
	}
	return IsZip(head) && bytes.Contains(head[:min(len(head), 128)], []byte("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"))
}

// odsSheets lists the sheets of an OpenDocument spreadsheet.
func (x *xlsxBook) odsSheets(b *Book) error {
	manifest, err := x.part("META-INF/manifest.xml", false)
	if err != nil {
		return err
	}
	if bytes.Contains(manifest, []byte("encryption-data")) {
		return &Error{Rule: "encrypted", Msg: "the workbook is protected by a password", Hint: "save it without one"}
	}
	d, err := x.odsTokens()
	if err != nil {
		return err
	}
	defer d.Close()
	hidden := map[string]bool{} // styles of sheets that are not shown
	style := ""
	for {
		t, err := d.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case start.Name.Local == "style":
			style = attribute(start, "name")
		case start.Name.Local == "table-properties":
			hidden[style] = attribute(start, "display") == "false"
		case start.Name.Local == "table":
			n := len(b.Sheets)
			b.Sheets = append(b.Sheets, &Sheet{Name: attribute(start, "name"), Hidden: hidden[attribute(start, "style-name")], rows: func() (Rows, error) { return x.odsRows(n) }})
			if err := d.skip(); err != nil {
				return err
			}
		}
	}
	if len(b.Sheets) == 0 {
		return &Error{Where: odsContent, Rule: "no-sheet", Msg: "the workbook has no worksheet", Hint: "open it in a spreadsheet program, check that it shows rows, and save it again"}
	}
	return nil
}

// odsTokens are the tags and texts of the sheets.
type odsTokens struct {
	*xml.Decoder
	io.Closer
}

func (x *xlsxBook) odsTokens() (*odsTokens, error) {
	r, _, err := x.open(odsContent)
	if err != nil {
		return nil, err
	}
	return &odsTokens{xml.NewDecoder(r), r}, nil
}

// within returns the next token inside an element.
func (d *odsTokens) within() (xml.Token, error) {
	t, err := d.next()
	if err == io.EOF {
		err = &Error{Where: odsContent, Rule: "sheet-damaged", Msg: "the sheet ends in the middle of its data", Hint: "open the workbook in a spreadsheet program and save it again"}
	}
	return t, err
}

// next returns the next token. The error is io.EOF after the last one.
func (d *odsTokens) next() (xml.Token, error) {
	t, err := d.RawToken()
	if _, syntax := err.(*xml.SyntaxError); syntax {
		err = &Error{Where: odsContent, Rule: "sheet-damaged", Msg: "the sheets cannot be read", Err: err, Hint: "open the workbook in a spreadsheet program and save it again"}
	}
	return t, err
}

// skip passes over the element that has just begun.
func (d *odsTokens) skip() error {
	for depth := 1; depth > 0; {
		t, err := d.within()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// attribute returns the value of an attribute by its local name; that of the standard, not of
// the extensions of a program.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space != "calcext" {
			return a.Value
		}
	}
	return ""
}

// repeated returns how often a row or cell stands.
func repeated(e xml.StartElement, name string, most int) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), most)
}

// odsRows reads the rows of one sheet.
type odsRows struct {
	*odsTokens
	book   *xlsxBook
	cells  []Cell // of the row at hand
	line   int    // its number
	again  int    // how often it is still to be handed on
	gap    int    // empty rows behind it
	reach  int    // the last row of a merged area
	hidden int
	spreader
}

// odsRows opens the sheet of a number.
func (x *xlsxBook) odsRows(n int) (Rows, error) {
	d, err := x.odsTokens()
	if err != nil {
		return nil, err
	}
	for {
		t, err := d.next()
		if err != nil {
			d.Close()
			return nil, err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "table" {
			if n == 0 {
				return &odsRows{odsTokens: d, book: x}, nil
			}
			n--
			if err := d.skip(); err != nil {
				d.Close()
				return nil, err
			}
		}
	}
}

// Next implements Rows.
func (s *odsRows) Next(r *Row) error {
	for s.again == 0 {
		t, err := s.within()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "table-row":
				if err := s.readRow(t); err != nil {
					return err
				}
			case "shapes", "forms", "named-expressions":
				if err := s.skip(); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if t.Name.Local == "table" {
				if s.hidden > 0 {
					s.book.notes = append(s.book.notes, fmt.Sprintf("rows that are hidden in the workbook, as by a filter, were read like the others: %d", s.hidden))
				}
				return io.EOF
			}
		}
	}
	s.again--
	s.line++
	*r = Row{Line: s.line, Lines: 1, Cells: append(r.Cells[:0], s.cells...)}
	s.spread(r)
	return nil
}

// readRow reads the cells of a row. Rows and cells that are the same are written once, with how often they
// stand; empty ones at the end of a sheet up to a million times.
func (s *odsRows) readRow(row xml.StartElement) error {
	s.cells = s.cells[:0]
	s.line += s.gap
	s.gap = 0
	empty := 0 // cells ahead of the one at hand
	for {
		t, err := s.within()
		if err != nil {
			return err
		}
		if end, ok := t.(xml.EndElement); ok && end.Name.Local == "table-row" {
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		n := repeated(start, "number-columns-repeated", MaxCols)
		c, err := s.cell(start)
		if err != nil {
			return err
		}
		if c.Text == "" || start.Name.Local != "table-cell" { // or covered by a merged area
			empty += n
			continue
		}
		for n += empty; n > 0 && len(s.cells) < MaxCols; n-- {
			if empty > 0 {
				s.cells = append(s.cells, Cell{})
				empty--
				continue
			}
			s.cells = append(s.cells, c)
		}
		if down := repeated(start, "number-rows-spanned", MaxRows); down > 1 && len(s.merged) < mostMerged {
			s.merged = append(s.merged, area{col: len(s.cells), row: s.line + 1, endCol: len(s.cells), endRow: s.line + down})
			s.reach = max(s.reach, s.line+down)
		}
	}
	n := min(repeated(row, "number-rows-repeated", MaxRows), MaxRows-s.line)
	if n*len(s.cells) > mostRepeated {
		return &Error{Where: fmt.Sprintf("%s, row %d", odsContent, s.line+1), Rule: "sheet-damaged", Msg: fmt.Sprintf("the row stands %d times, with %d cells", n, len(s.cells)), Hint: "this is no export; check where it comes from"}
	}
	if s.again = n; len(s.cells) == 0 { // of empty rows only those in a merged area are handed on
		s.again = min(n, max(s.reach-s.line, 0))
		s.gap = n - s.again
	} else if v := attribute(row, "visibility"); v != "" && v != "visible" {
		s.hidden += n
	}
	return nil
}

// mostRepeated is how many cells a row may stand for: a few bytes could ask for years of reading.
const mostRepeated = 4 << 20

// cell reads the value of a cell, past its end. What is stored counts, not how it is shown.
func (s *odsRows) cell(e xml.StartElement) (c Cell, err error) {
	var shown strings.Builder
	paragraphs := 0
	for depth := 1; depth > 0; {
		t, err := s.within()
		if err != nil {
			return c, err
		}
		switch t := t.(type) {
		case xml.CharData:
			if paragraphs > 0 {
				space := false
				for _, r := range string(t) { // white space of the file is one blank
					if unicode.IsSpace(r) && r != 0xA0 && r != 0x3000 {
						if !space {
							shown.WriteByte(' ')
						}
						space = true
						continue
					}
					space = false
					shown.WriteRune(r)
				}
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "annotation", "frame", "table": // a remark, a picture
				if err := s.skip(); err != nil {
					return c, err
				}
				continue
			case "p":
				if paragraphs++; paragraphs > 1 {
					shown.WriteByte('\n')
				}
			case "s":
				shown.WriteString(strings.Repeat(" ", repeated(t, "c", 1000)))
			case "tab":
				shown.WriteByte('\t')
			case "line-break":
				shown.WriteByte('\n')
			}
			depth++
		case xml.EndElement:
			depth--
		}
		if shown.Len() > MaxRow {
			return c, &Error{Where: fmt.Sprintf("%s, row %d", odsContent, s.line+1), Rule: "row-too-long", Msg: fmt.Sprintf("the row is longer than %d MiB", MaxRow>>20), Hint: "this is no export; check where it comes from"}
		}
	}
	c.Text = shown.String()
	switch attribute(e, "value-type") {
	case "float", "currency", "percentage":
		c = Cell{Text: attribute(e, "value"), Kind: Number}
	case "date":
		c.Text = strings.Replace(attribute(e, "date-value"), "T", " ", 1)
	case "time":
		if v, ok := clockOf(attribute(e, "time-value")); ok {
			c.Text = v
		}
	case "boolean":
		c = Cell{Text: strings.ToUpper(attribute(e, "boolean-value")), Kind: Bool}
	case "string":
		if v := attribute(e, "string-value"); v != "" {
			c.Text = v
		}
		if strings.HasPrefix(c.Text, "#") && slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Space == "calcext" && a.Value == "error" }) {
			c.Kind = Fault
		}
	}
	return c, nil
}

// clockOf reads a duration as the time of a day: PT08H15M32S.
func clockOf(v string) (string, bool) {
	rest, ok := strings.CutPrefix(v, "PT")
	clock := [3]string{"00", "00", "00"}
	for i, unit := range []string{"H", "M", "S"} {
		n, behind, found := strings.Cut(rest, unit)
		if !found {
			continue
		}
		if rest = behind; len(n) == 1 {
			n = "0" + n
		}
		clock[i] = n
	}
	return strings.Join(clock[:], ":"), ok && rest == "" && len(clock[0]) == 2 && clock[0] < "24"
}
