package xlsx

import (
	"fmt"
	"strings"
)

// Chart is a chart of columns, and of areas behind them on the same axes.
type Chart struct {
	Title         string
	Stacked       bool
	Over          bool // columns that are not stacked lie over each other
	Bars, Areas   []Series
	Legend        bool // below the chart
	Gap           int  // between columns, per cent of their width
	Every         int  // how many labels of the axis each one shown stands for, 0 as fits
	Width, Height int  // pixels
}

// Series is a row of numbers, by the places of its cells (see [Ref]).
type Series struct {
	Name, Labels, Values string
	Color                string
	Opacity              int // per cent, 0 is all
}

// anchored is a chart at a cell.
type anchored struct {
	chart    *Chart
	col, row int
}

// Chart puts a chart over the sheet with its top left corner at a cell.
func (s *Sheet) Chart(col, row int, c *Chart) { s.charts = append(s.charts, anchored{c, col, row}) }

const (
	drawingNS = "http://schemas.openxmlformats.org/drawingml/2006/main"
	chartNS   = "http://schemas.openxmlformats.org/drawingml/2006/chart"
	perPixel  = 9525 // English metric units
)

// draw makes the parts of the sheet's charts.
func (s *Sheet) draw() {
	if len(s.charts) == 0 {
		return
	}
	var places, rels strings.Builder
	for i, a := range s.charts {
		s.book.charts++
		k := s.book.charts
		s.book.parts = append(s.book.parts, s.book.pack(fmt.Sprintf("xl/charts/chart%d.xml", k), a.chart.xml()))
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/chart" Target="../charts/chart%d.xml"/>`, i+1, relations, k)
		fmt.Fprintf(&places, `<xdr:oneCellAnchor><xdr:from><xdr:col>%d</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="%d" cy="%d"/>`+
			`<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="%d" name="Chart %[6]d" descr="%[7]s"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>`+
			`<a:graphic><a:graphicData uri="`+chartNS+`"><c:chart xmlns:c="`+chartNS+`" r:id="rId%[5]d"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor>`,
			a.col-1, a.row-1, a.chart.Width*perPixel, a.chart.Height*perPixel, i+1, i+2, escaped(a.chart.Title))
	}
	add := func(name, text string) { s.book.parts = append(s.book.parts, s.book.pack(name, xmlHead+text)) }
	add(fmt.Sprintf("xl/drawings/drawing%d.xml", s.number), `<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="`+drawingNS+`" xmlns:r="`+relations+`">`+places.String()+`</xdr:wsDr>`)
	add(fmt.Sprintf("xl/drawings/_rels/drawing%d.xml.rels", s.number), `<Relationships xmlns="`+inPackage+`relationships">`+rels.String()+`</Relationships>`)
	add(fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", s.number), fmt.Sprintf(`<Relationships xmlns="%srelationships"><Relationship Id="rId1" Type="%s/drawing" Target="../drawings/drawing%d.xml"/></Relationships>`, inPackage, relations, s.number))
}

func (c *Chart) xml() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<c:chartSpace xmlns:c="` + chartNS + `" xmlns:a="` + drawingNS + `" xmlns:r="` + relations + `"><c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="1"/></a:pPr><a:r><a:rPr sz="1200" b="1">` + ink + `</a:rPr><a:t>` +
		escaped(c.Title) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>`)
	const axes = `<c:axId val="100000000"/><c:axId val="100000001"/>`
	if len(c.Areas) > 0 {
		b.WriteString(`<c:areaChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
		for i, s := range c.Areas {
			s.write(&b, len(c.Bars)+i, "")
		}
		b.WriteString(axes + `</c:areaChart>`)
	}
	grouping, overlap := "clustered", ""
	if c.Stacked {
		grouping = "stacked"
	}
	if c.Stacked || c.Over {
		overlap = `<c:overlap val="100"/>`
	}
	b.WriteString(`<c:barChart><c:barDir val="col"/><c:grouping val="` + grouping + `"/><c:varyColors val="0"/>`)
	for i, s := range c.Bars {
		s.write(&b, i, `<c:invertIfNegative val="0"/>`)
	}
	fmt.Fprintf(&b, `<c:gapWidth val="%d"/>`, c.Gap)
	b.WriteString(overlap + axes + `</c:barChart>`)
	const look = `<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln w="9525">` + line + `</a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900">` + ink + `</a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`
	b.WriteString(`<c:catAx><c:axId val="100000000"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/>` + look +
		`<c:crossAx val="100000001"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>`)
	if c.Every > 0 {
		fmt.Fprintf(&b, `<c:tickLblSkip val="%d"/>`, c.Every)
	}
	b.WriteString(`<c:noMultiLvlLbl val="0"/></c:catAx><c:valAx><c:axId val="100000001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="9525">` + line + `</a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="General" sourceLinked="0"/>` + look +
		`<c:crossAx val="100000000"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx></c:plotArea>`)
	if c.Legend {
		b.WriteString(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>`)
	}
	b.WriteString(`<c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>`)
	return b.String()
}

const (
	ink  = `<a:solidFill><a:srgbClr val="595959"/></a:solidFill>`
	line = `<a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill>`
)

// write adds a series; between is what stands between its look and its numbers.
func (s *Series) write(b *strings.Builder, k int, between string) {
	alpha := ""
	if s.Opacity > 0 {
		alpha = fmt.Sprintf(`<a:alpha val="%d"/>`, s.Opacity*1000)
	}
	fmt.Fprintf(b, `<c:ser><c:idx val="%d"/><c:order val="%[1]d"/><c:tx><c:strRef><c:f>%s</c:f></c:strRef></c:tx><c:spPr><a:solidFill><a:srgbClr val="%s">%s</a:srgbClr></a:solidFill></c:spPr>%s<c:cat><c:strRef><c:f>%s</c:f></c:strRef></c:cat><c:val><c:numRef><c:f>%s</c:f></c:numRef></c:val></c:ser>`,
		k, escaped(s.Name), s.Color, alpha, between, escaped(s.Labels), escaped(s.Values))
}
