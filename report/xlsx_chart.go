package report

import "github.com/poslog/poslog/internal/xlsx"

var chartFills = map[Tone]string{Approved: "8AA4BF", Business: "E0B252", Technical: "C8443C", Unknown: "B9BEC6", Muted: "8D93A0", Maintenance: "3D6FB4", Network: "D97A1F", Host: "7A4FB0"}

// placed is a native chart with the size it takes on the first sheet.
type placed struct {
	chart *xlsx.Chart
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
	o := out{b: b, sh: b.Sheet(name), row: 1}
	o.sh.Widths = []float64{24}
	for _, s := range with {
		c := s.Chart
		head := []xlsx.Cell{b.cell(textCell(c.Title), "head")}
		for _, x := range c.Series {
			head = append(head, b.cell(textCell(x.Name), "head"))
		}
		top := o.row
		o.put(head...)
		for i, l := range c.Labels {
			row := []xlsx.Cell{b.cell(identCell(l), "")}
			for _, x := range c.Series {
				row = append(row, b.cell(numberCell(x.Values[i]), ""))
			}
			o.put(row...)
		}
		b.charts = append(b.charts, barChart(name, c, top, o.row-1))
		o.row++
	}
	return o.sh.Close()
}

func barChart(name string, c *Chart, top, bottom int) placed {
	ch := &xlsx.Chart{Title: c.Title, Stacked: c.Kind == Histogram, Over: len(c.Series) > 1, Legend: len(c.Series) > 1, Gap: 40, Width: 560, Height: 300}
	for i, s := range c.Series {
		ch.Bars = append(ch.Bars, series(name, i+2, top, bottom, s.Tone))
	}
	return placed{chart: ch}
}

// series refers to one column under its header; labels are column A. Times as
// labels would make an axis of whole days, so the timeline has its labels as text.
func series(sheet string, col, top, bottom int, t Tone) xlsx.Series {
	return xlsx.Series{
		Name:   xlsx.Ref(sheet, col, top, col, top),
		Labels: xlsx.Ref(sheet, 1, top+1, 1, bottom),
		Values: xlsx.Ref(sheet, col, top+1, col, bottom),
		Color:  chartFills[t],
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
	ch := &xlsx.Chart{Title: s.Title, Stacked: true, Legend: true, Gap: 8, Every: max(1, len(s.Table.Rows)/12), Width: 1190, Height: 340}
	for _, x := range []struct {
		id   string
		tone Tone
	}{{"approved", Approved}, {"unknown", Unknown}, {"reversed", Muted}, {"business", Business}, {"technical", Technical}} {
		ch.Bars = append(ch.Bars, series(name, column[x.id], top, bottom, x.tone))
	}
	declared := series(name, column["shade"], top, bottom, Maintenance)
	declared.Color, declared.Opacity = "BFD2EA", 40
	ch.Areas = []xlsx.Series{declared}
	return placed{chart: ch, wide: true}
}

// heat writes a sheet of terminals by hour, coloured by the share of technical
// declines.
func (b *book) heat(c *Chart) error {
	sh := b.Sheet(sheet("heat", b.p))
	sh.Printed, sh.FrozenRows, sh.FrozenCols, sh.Widths = true, 2, 1, []float64{16}
	for range c.Series {
		sh.Widths = append(sh.Widths, 6.5)
	}
	o := out{b: b, sh: sh, row: 1}
	o.put(b.cell(textCell(c.Title), "title"))
	head := []xlsx.Cell{b.cell(textCell(b.p.w.t("dim.terminal")), "head")}
	for _, s := range c.Series {
		head = append(head, b.cell(identCell(s.Name), "head"))
	}
	o.put(head...)
	for i, l := range c.Labels {
		row := []xlsx.Cell{b.cell(identCell(l), "")}
		for _, s := range c.Series {
			if s.Values[i] < 0 {
				row = append(row, xlsx.Cell{})
			} else {
				row = append(row, b.cell(rateCell(s.Values[i]), ""))
			}
		}
		o.put(row...)
	}
	sh.Scale(xlsx.Area(2, 3, len(c.Series)+1, o.row-1), xlsx.Stop{Value: "0", Color: "F3F6F9"}, xlsx.Stop{Value: "0.2", Color: "F0C27B"}, xlsx.Stop{Value: "1", Color: "C8443C"})
	return sh.Close()
}

// draw puts charts on the first sheet, wide ones under each other and the others
// two by two, and returns the row under them.
func (b *book) draw(sh *xlsx.Sheet, row int, wide bool) int {
	side := 0
	for _, p := range b.charts {
		if p.wide != wide {
			continue
		}
		sh.Chart(1+4*side, row, p.chart)
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
