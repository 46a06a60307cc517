package table

import (
	"strings"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/sheet"
)

// judgeReference finds out whose number a column is that is called a reference and no more: twelve
// digits are the reference number of the host; beside payments it is the merchant's own, such as that
// of an order. What a bank's statement calls so may be any text.
func (t *table) judgeReference(rows []*sheet.Row) {
	if t.m.format != nil {
		return
	}
	for i := range t.m.columns {
		c := &t.m.columns[i]
		if name := field.Compact(c.name); c.field != field.None || name != "REFERENCE" && name != "REFERENCEID" {
			continue
		}
		values, _ := t.m.values(i, rows)
		twelve, plain := 0, 0
		for _, s := range values {
			if len(s) == 12 && digitsIn(s) == 12 {
				twelve++
			}
			if !strings.ContainsAny(s, " \t") && len(s) <= 64 {
				plain++
			}
		}
		switch {
		case len(values) == 0:
		case twelve*4 > len(values)*3 && !t.m.has(field.RRN):
			c.field = field.RRN
		case plain == len(values) && !t.m.has(field.OrderNo) && !t.m.account() && !t.m.spends(rows):
			c.field = field.OrderNo
		}
		if c.field != field.None {
			t.m.rankAgain()
			return
		}
	}
}
