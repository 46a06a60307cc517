package parse

import (
	"path"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/table"
	"github.com/poslog/poslog/txn"
)

var (
	numbers  = lazy.MustCompile(`\d+`)
	yearLast = lazy.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$`)
)

// unnamed drafts a format for a table without column names: a column is its number, and
// what it holds is guessed from its values.
func (d *drafting) unnamed() bool {
	var rows [][]string
	for _, r := range d.cells {
		if strings.Join(r, "") != "" {
			rows = append(rows, r)
		}
	}
	first, list, sure := table.Guesses(rows)
	if len(list) == 0 || len(rows) < 2 {
		return false
	}
	d.kind = format.Table
	have := map[field.Field]bool{}
	sample := make([]string, len(list))
	fen, order := false, false // amounts are fen; the order of day and month is open
	for i, g := range list {
		c := draftColumn{place: i + 1, field: g.Field, why: "guessed: " + g.Why}
		if g.Field == field.Ignore || g.Field == field.None {
			c.field, c.why = field.None, g.Why
		}
		for _, r := range rows[first:] {
			if len(r) == len(list) && r[i] != "" && len(c.values) < 20 {
				c.values = append(c.values, r[i])
			}
		}
		if sample[i] = txn.Scrub(rows[first][i]); g.Field == field.PAN {
			sample[i] = txn.Mask(sample[i]).Masked
		}
		if have[g.Field] = true; g.Field == field.Date && yearLast.MatchString(c.values[0]) {
			order = true
		}
		fen = fen || g.Unit == field.Minor
		d.cols = append(d.cols, c)
	}
	d.sample = []string{csvLine(sample)}
	d.top = append(d.top, "side: settlement # TODO or terminal or switch")
	if base := path.Base(strings.ReplaceAll(d.name[strings.LastIndexByte(d.name, '!')+1:], `\`, "/")); base != "." {
		d.top = append(d.top, "detect: {name: "+quoteYAML(numbers.ReplaceAllString(base, "*"))+"} # which files are meant")
	}
	d.top = append(d.top, "header_rows: 0 # the columns have no names: each is its number, from 1, and was told by its values")
	if !sure {
		d.top[len(d.top)-1] += ". These do not prove it"
	}
	if fen {
		d.top = append(d.top, "units: {amount: fen}")
	}
	if order {
		d.top = append(d.top, "date: dmy # TODO or mdy")
	}
	switch {
	case have[field.Debit]:
		d.top = append(d.top, "negative: other # what went out is no refund of ours")
	case !have[field.Amount]:
		d.top = append(d.top, "# No column is an amount for certain: name the one that is amount, and its unit with units: {amount: fen}")
	}
	return true
}
