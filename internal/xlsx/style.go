package xlsx

import (
	"fmt"
	"slices"
	"strings"
)

// Style is how cells look. Colours are RRGGBB, "" the usual one.
type Style struct {
	Format     string // of numbers, such as #,##0.00; "" is General
	Font       string // "" is the default
	Size       float64
	Color      string
	Bold       bool
	Underline  bool
	Fill       string // behind the cell
	Below      string // colour of a thin line below it
	Horizontal string // left, right, "" as the value is
	Top, Wrap  bool   // at the top of its row; in several lines
}

// styles are those of a workbook; number 0 is the default.
type styles struct{ list []Style }

// Style returns the number of a style, the same for the same style.
func (b *Book) Style(s Style) int {
	k := slices.Index(b.styles.list, s)
	if k < 0 {
		k = len(b.styles.list)
		b.styles.list = append(b.styles.list, s)
	}
	return k + 1
}

// builtinFormats have numbers of their own; others are counted from 164.
var builtinFormats = map[string]int{"": 0, "#,##0": 3, "#,##0.00": 4, "@": 49}

func (t *styles) xml() string {
	var formats, fonts, fills, borders, cells strings.Builder
	custom := map[string]int{}
	nFills, nBorders := 2, 1
	for i, s := range t.list {
		format, builtin := builtinFormats[s.Format]
		if !builtin {
			if format = custom[s.Format]; format == 0 {
				format = 164 + len(custom)
				custom[s.Format] = format
				fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, format, escaped(s.Format))
			}
		}
		fonts.WriteString("<font>")
		if s.Bold {
			fonts.WriteString("<b/>")
		}
		if s.Underline {
			fonts.WriteString("<u/>")
		}
		size, font := s.Size, s.Font
		if size == 0 {
			size = 11
		}
		if font == "" {
			font = "Calibri"
		}
		fmt.Fprintf(&fonts, `<sz val="%g"/>`, size)
		if s.Color != "" {
			fmt.Fprintf(&fonts, `<color rgb="FF%s"/>`, s.Color)
		}
		fmt.Fprintf(&fonts, `<name val="%s"/><family val="2"/></font>`, escaped(font))
		fill, border := 0, 0
		if s.Fill != "" {
			fill = nFills
			nFills++
			fmt.Fprintf(&fills, `<fill><patternFill patternType="solid"><fgColor rgb="FF%s"/></patternFill></fill>`, s.Fill)
		}
		if s.Below != "" {
			border = nBorders
			nBorders++
			fmt.Fprintf(&borders, `<border><left/><right/><top/><bottom style="thin"><color rgb="FF%s"/></bottom><diagonal/></border>`, s.Below)
		}
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment`, format, i+1, fill, border)
		if s.Horizontal != "" {
			fmt.Fprintf(&cells, ` horizontal="%s"`, s.Horizontal)
		}
		if s.Top {
			cells.WriteString(` vertical="top"`)
		}
		if s.Wrap {
			cells.WriteString(` wrapText="1"`)
		}
		cells.WriteString("/></xf>")
	}
	out := xmlHead + `<styleSheet xmlns="` + main + `">`
	if len(custom) > 0 {
		out += fmt.Sprintf(`<numFmts count="%d">%s</numFmts>`, len(custom), formats.String())
	}
	return out + fmt.Sprintf(`<fonts count="%d"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>%s</fonts>`, len(t.list)+1, fonts.String()) +
		fmt.Sprintf(`<fills count="%d"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>%s</fills>`, nFills, fills.String()) +
		fmt.Sprintf(`<borders count="%d"><border><left/><right/><top/><bottom/><diagonal/></border>%s</borders>`, nBorders, borders.String()) +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>%s</cellXfs>`, len(t.list)+1, cells.String()) +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/></styleSheet>`
}
