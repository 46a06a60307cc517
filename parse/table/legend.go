package table

import (
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
)

// legend says what the values of a column mean, as its name does: 交易类型（01支付 02支付不成功 03退款),
// 状态(0-成功,1-失败).
type legend map[string]string

// meaning is one value and its word.
var meaning = lazy.MustCompile(`(?:^|[^0-9A-Za-z])([0-9A-Za-z]{1,4})\s*(?:(?:[-–—:：=＝、.]|为|是|表示)\s*)?(\p{Han}{2,12})|(?:^|[^0-9A-Za-z])([0-9A-Za-z]{1,4})\s*[:=]\s*([A-Za-z]{4,16})`)

// legendOf reads the legend in a name; nil where there is none of two values or more.
func legendOf(name string) legend {
	if !strings.ContainsAny(name, "0123456789ABNSYF") {
		return nil
	}
	at := strings.IndexAny(name, "（(:： ")
	if at < 0 {
		return nil
	}
	l := legend{}
	for _, m := range meaning.FindAllStringSubmatch(name[at:], -1) {
		l[legendKey(m[1]+m[3])] = m[2] + m[4]
	}
	if len(l) < 2 {
		return nil
	}
	return l
}

// legendKey is a value without the zeros in front, which a spreadsheet drops.
func legendKey(v string) string {
	if s := strings.TrimLeft(field.Compact(v), "0"); s != "" {
		return s
	}
	return "0"
}

// unlegended is the name of a column in front of its legend.
func unlegended(name string) string {
	if at := strings.IndexAny(name, "（(:： "); at > 0 {
		return name[:at]
	}
	return name
}

// cell is the cell of the column, nil where it is missing or empty, with the word for its value.
func (c *column) cell(r *sheet.Row) *sheet.Cell {
	cell := cellAt(r, c.index)
	if cell != nil && c.legend != nil {
		if word := c.legend[legendKey(sheet.Clean(cell.Text))]; word != "" {
			return &sheet.Cell{Text: word}
		}
	}
	return cell
}

// noteLegends says which values the names of the columns explain.
func (t *table) noteLegends() {
	for _, k := range t.m.used {
		if c := &t.m.columns[k]; c.legend != nil {
			t.f.note("column %s says what its values mean: its words are read for them", unlegended(c.name))
		}
	}
}
