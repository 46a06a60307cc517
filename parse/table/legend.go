package table

import (
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// legend says what the values of a column mean, as its name does: 交易类型（01支付 02支付不成功 03退款),
// 状态(0-成功,1-失败).
type legend map[string]string

// meaning is one value and its word.
var meaning = lazy.MustCompile(`(?:^|[^0-9A-Za-z])(-?[0-9A-Za-z]{1,4})\s*(?:(?:[-–—:：=＝、.]|为|是|表示)\s*)?(\p{Han}{2,12})|(?:^|[^0-9A-Za-z])(-?[0-9A-Za-z]{1,4})\s*[:=]\s*([A-Za-z]{4,16})`)

// parting ends what a name says before it explains itself.
const parting = "（(:：,，;； "

// legendOf reads the legend in a name; nil where there is none of two values or more.
func legendOf(name string) legend {
	if !strings.ContainsAny(name, "0123456789ABNSYF") {
		return nil
	}
	at := strings.IndexAny(name, parting)
	if at < 0 {
		return nil
	}
	l := legend{}
	for _, m := range meaning.FindAllStringSubmatch(name[at:], -1) {
		key, word := legendKey(m[1]+m[3]), m[2]+m[4]
		if had, twice := l[key]; twice && had != word {
			return nil
		}
		l[key] = word
	}
	if len(l) < 2 {
		return nil
	}
	return l
}

// explain takes what a text, the name itself or what is noted of it, says of a column: what it is, where
// that is not known, and what its values mean.
func (c *column) explain(text string, noted bool) {
	f, unit, ok := field.Lookup(text)
	l := legendOf(text)
	if !ok && (noted || l != nil) {
		f, unit, ok = field.Lookup(unlegended(text))
	}
	if c.field == field.None && ok && (l == nil || f == field.Kind && l.kinds() || f == field.Status) {
		c.field, c.unit = f, unit
	}
	if c.field == field.Kind || c.field == field.Status {
		c.legend = l
	}
}

// readNotes takes what a dump notes of the columns, for the fields that none has by its own name, nor
// may have by the words of it.
func (m *mapping) readNotes(notes []string) {
	var own field.Set
	for _, c := range m.columns {
		own |= field.SetOf(c.field)
	}
	for i := range m.columns {
		c := &m.columns[i]
		if c.index >= len(notes) || notes[c.index] == "" {
			continue
		}
		if was := c.field; c.legend == nil {
			_, _, _, words := field.Compose(c.name)
			if c.explain(notes[c.index], true); was == field.None && (own.Has(c.field) || words) {
				c.field, c.legend = field.None, nil
			}
		}
		if u := unitWords.FindStringSubmatch(notes[c.index]); u != nil && c.field.Money() && c.unit == field.UnitAuto {
			if unit, ok := field.ParseUnit(u[1]); ok {
				c.unit = unit
			}
		}
	}
}

// kinds reports whether a word is that of a kind of transaction: 类型 is of shops, too.
func (l legend) kinds() bool {
	for _, word := range l {
		if field.ParseKind(word) != txn.KindUnknown {
			return true
		}
	}
	return false
}

// legendKey is a value without the zeros in front, which a spreadsheet drops.
func legendKey(v string) string {
	minus := strings.HasPrefix(v, "-")
	switch v = strings.TrimLeft(strings.ToUpper(strings.TrimPrefix(v, "-")), "0"); {
	case v == "":
		return "0"
	case minus:
		return "-" + v
	}
	return v
}

// unlegended is the name of a column in front of its legend.
func unlegended(name string) string {
	if at := strings.IndexAny(name, parting); at > 0 {
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
