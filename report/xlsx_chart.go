package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

var chartFills = map[Tone]string{Approved: "8AA4BF", Business: "E0B252", Technical: "C8443C", Unknown: "B9BEC6", Muted: "8D93A0", Maintenance: "3D6FB4", Network: "D97A1F", Host: "7A4FB0"}

// placed is a native chart with the size it takes on the first sheet.
type placed struct {
	chart *excelize.Chart
	more  []*excelize.Chart
	wide  bool
}

// chartData writes the numbers behind bars and histograms on a sheet of their
// own, the heat map of terminals by hour on another, and makes the charts.
// The timeline's numbers stand on the timeline's sheet.
func (b *book) chartData(name string, groups ...[]*Section) error {
	var with []*Section
	for _, g := range groups {
		for _, s := range g {
			switch {
			case s.Chart == nil:
			case s.Chart.Kind == Timeline && s.Table != nil && len(s.Table.Rows) > 0:
				b.charts = append(b.charts, b.timelineChart(s))
			case s.Chart.Kind == Heat:
				if err := b.heat(s.Chart); err != nil {
					return err
				}
			case (s.Chart.Kind == Bars || s.Chart.Kind == Histogram) && len(s.Chart.Labels) > 0:
				with = append(with, s)
			}
		}
	}
	if len(with) == 0 {
		return nil
	}
	sw, err := b.stream(name)
	if err != nil {
		return err
	}
	o := out{b: b, sw: sw, name: name, row: 1}
	for _, s := range with {
		c := s.Chart
		head := []excelize.Cell{b.cell(textCell(c.Title), "head")}
		for _, x := range c.Series {
			head = append(head, b.cell(textCell(x.Name), "head"))
		}
		top := o.row
		o.put(head...)
		for i, l := range c.Labels {
			row := []excelize.Cell{b.cell(identCell(l), "")}
			for _, x := range c.Series {
				row = append(row, b.cell(numberCell(x.Values[i]), ""))
			}
			o.put(row...)
		}
		b.charts = append(b.charts, barChart(name, c, top, o.row-1))
		o.row++
	}
	if o.err != nil {
		return o.err
	}
	return sw.Flush()
}

var axisFont = excelize.Font{Size: 9, Color: "595959"}

func barChart(name string, c *Chart, top, bottom int) placed {
	kind := excelize.Col
	if c.Kind == Histogram {
		kind = excelize.ColStacked
	}
	ch := &excelize.Chart{Type: kind, Title: chartTitle(c.Title), Dimension: excelize.ChartDimension{Width: 560, Height: 300}, Legend: excelize.ChartLegend{Position: "none"},
		YAxis: excelize.ChartAxis{MajorGridLines: true, Font: axisFont}, XAxis: excelize.ChartAxis{Font: axisFont}, GapWidth: ptr(uint(40))}
	if len(c.Series) > 1 {
		ch.Legend.Position, ch.Overlap = "bottom", ptr(100)
	}
	for i, s := range c.Series {
		ch.Series = append(ch.Series, series(name, i+2, top, bottom, s.Tone))
	}
	return placed{chart: ch}
}

// series refers to one column under its header; categories are column A. Times
// as categories would make an axis of whole days, so the timeline has its labels as text.
func series(sheet string, col, top, bottom int, t Tone) excelize.ChartSeries {
	c, _ := excelize.ColumnNumberToName(col)
	return excelize.ChartSeries{
		Name:       fmt.Sprintf("'%s'!$%s$%d", sheet, c, top),
		Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", sheet, top+1, bottom),
		Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, c, top+1, c, bottom),
		Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{chartFills[t]}},
	}
}

// timelineChart stacks attempts by outcome over time, with the declared windows
// as an area behind them.
func (b *book) timelineChart(s *Section) placed {
	name, top, bottom := b.sheetName(s, 1), 1, min(len(s.Table.Rows), sheetRows)+1
	column := map[string]int{}
	for i, c := range s.Table.Columns {
		column[c.ID] = i + 1
	}
	ch := &excelize.Chart{Type: excelize.ColStacked, Title: chartTitle(s.Title), Dimension: excelize.ChartDimension{Width: 1190, Height: 340}, Legend: excelize.ChartLegend{Position: "bottom"},
		GapWidth: ptr(uint(8)), Overlap: ptr(100), YAxis: excelize.ChartAxis{MajorGridLines: true, Font: axisFont},
		XAxis: excelize.ChartAxis{TickLabelSkip: max(1, len(s.Table.Rows)/12), Font: axisFont}}
	for _, x := range []struct {
		id   string
		tone Tone
	}{{"approved", Approved}, {"unknown", Unknown}, {"reversed", Muted}, {"business", Business}, {"technical", Technical}} {
		ch.Series = append(ch.Series, series(name, column[x.id], top, bottom, x.tone))
	}
	declared := &excelize.Chart{Type: excelize.Area, Series: []excelize.ChartSeries{series(name, column["shade"], top, bottom, Maintenance)}}
	declared.Series[0].Fill.Color, declared.Series[0].Fill.Transparency = []string{"BFD2EA"}, 60
	return placed{chart: ch, more: []*excelize.Chart{declared}, wide: true}
}

// heat writes a sheet of terminals by hour, coloured by the share of technical
// declines.
func (b *book) heat(c *Chart) error {
	name := sheet("heat", b.p)
	sw, err := b.stream(name)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, 1, 16); err != nil {
		return err
	}
	if err := sw.SetColWidth(2, len(c.Series)+1, 6.5); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 2, TopLeftCell: "B3", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	o := out{b: b, sw: sw, name: name, row: 1}
	o.put(b.cell(textCell(c.Title), "title"))
	head := []excelize.Cell{b.cell(textCell(b.p.w.t("dim.terminal")), "head")}
	for _, s := range c.Series {
		head = append(head, b.cell(identCell(s.Name), "head"))
	}
	o.put(head...)
	for i, l := range c.Labels {
		row := []excelize.Cell{b.cell(identCell(l), "")}
		for _, s := range c.Series {
			if s.Values[i] < 0 {
				row = append(row, excelize.Cell{})
			} else {
				row = append(row, b.cell(rateCell(s.Values[i]), ""))
			}
		}
		o.put(row...)
	}
	if o.err != nil {
		return o.err
	}
	last, _ := excelize.CoordinatesToCellName(len(c.Series)+1, o.row-1)
	scale := []excelize.ConditionalFormatOptions{{Type: "3_color_scale", Criteria: "=", MinType: "num", MinValue: "0", MinColor: "#F3F6F9", MidType: "num", MidValue: "0.2", MidColor: "#F0C27B", MaxType: "num", MaxValue: "1", MaxColor: "#C8443C"}}
	if err := b.SetConditionalFormat(name, "B3:"+last, scale); err != nil {
		return err
	}
	if err := b.printSetup(name, ""); err != nil {
		return err
	}
	return sw.Flush()
}

// draw puts charts on the first sheet, wide ones under each other and the others
// two by two, and returns the row under them.
func (b *book) draw(name string, row int, wide bool, err *error) int {
	side := 0
	for _, p := range b.charts {
		if p.wide != wide {
			continue
		}
		at, _ := excelize.CoordinatesToCellName(1+4*side, row)
		if *err == nil {
			*err = b.AddChart(name, at, p.chart, p.more...)
		}
		switch {
		case wide:
			row += 19
		case side == 0:
			side = 1
		default:
			side, row = 0, row+17
		}
	}
	return row + 17*side
}

func chartTitle(s string) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: s, Font: &excelize.Font{Size: 12, Bold: true}}}}
}

func ptr[T any](v T) *T { return &v }
