package parse

import (
	"regexp"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/txn"
)

// unnamed drafts a pattern for a table without column names: each column that can be
// guessed from its values is captured.
func (d *drafting) unnamed() bool {
	delim, rows := delimited(d.lines)
	if rows == nil {
		return false
	}
	fields := make([]field.Field, len(rows[0]))
	have := map[field.Field]bool{}
	take := func(i int, f field.Field) {
		if f != field.None && fields[i] == field.None && !have[f] {
			fields[i], have[f] = f, true
		}
	}
	columns := make([][]string, len(fields))
	for i := range columns {
		for _, r := range rows {
			if v := strings.TrimSpace(r[i]); v != "" {
				columns[i] = append(columns[i], v)
			}
		}
	}
	for i := range columns {
		if i+1 < len(columns) && apart(rows, i, i+1) {
			take(i, field.Debit)
			take(i+1, field.Credit)
		}
	}
	if a, b, c := less(columns); a != b {
		take(a, field.Amount)
		take(b, field.Fee)
		take(c, field.Net)
	}
	words := -1
	for i, values := range columns {
		if len(values) == 0 || fields[i] != field.None {
			continue
		}
		f, _ := guess(values)
		if f == field.None {
			f = shaped(values)
		}
		switch {
		case f == field.Amount && have[field.Debit]:
		case f == field.Amount && !decimals.MatchString(values[0]):
		default:
			take(i, f)
		}
		if f == field.None && (words < 0 || len(values[0]) > len(columns[words][0])) && strings.Trim(values[0], "0123456789.,-/: ") != "" {
			words = i
		}
	}
	if words >= 0 {
		take(words, field.Text)
	}
	if have[field.Debit] {
		d.more = append(d.more, "negative: other # what went out is no refund of ours")
	} else if !have[field.Amount] {
		d.more = append(d.more, "# No column is an amount for certain: name the one that is amount, and its unit with units: {amount: fen}")
	}
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = "[^" + delim + "]*"
		if f != field.None {
			parts[i] = "(?P<" + f.String() + ">" + parts[i] + ")"
		}
	}
	d.kind = format.Line
	d.top = append(d.top, "side: settlement # TODO or terminal or switch",
		"# The columns have no names. What stands in (?P<name>...) was guessed from the values: check it, and name",
		"# the others that matter (poslog formats fields lists the words)")
	for i, f := range fields {
		if f == field.Date && yearLast.MatchString(columns[i][0]) {
			d.top = append(d.top, "date: dmy # TODO or mdy")
		}
	}
	d.top = append(d.top, "pattern: '^"+strings.ReplaceAll(strings.Join(parts, regexp.QuoteMeta(delim)), "'", "''")+"$'")
	d.sample = []string{txn.Scrub(d.lines[0])}
	return true
}

var yearLast = lazy.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$`)

// shaped is guess for what only a table without names must be asked for: dates whose
// year stands last, and times of day in six digits.
func shaped(values []string) field.Field {
	every := func(ok func(string) bool) bool {
		return !slices.ContainsFunc(values, func(v string) bool { return !ok(v) })
	}
	switch {
	case every(yearLast.MatchString):
		return field.Date
	case every(sixClock.MatchString):
		return field.Clock
	case every(maskedCard.MatchString):
		return field.PAN
	}
	return field.None
}

var maskedCard = lazy.MustCompile(`^\d{4,6}[*xX]{3,}\d{3,4}$`)

// less finds three columns of money of which the first less the second is the third: the
// amount, its fee and what is left. They are all 0 where there are none.
func less(columns [][]string) (amount, fee, net int) {
	values := make([][]txn.Minor, len(columns))
	for i, c := range columns {
		for _, s := range c {
			v, rule := field.ParseAmount(s, field.Major, field.DecimalAuto)
			if rule != "" || !pointDecimal.MatchString(s) {
				values[i] = nil
				break
			}
			if v.Negative {
				v.Minor = -v.Minor
			}
			values[i] = append(values[i], v.Minor)
		}
	}
	for i, a := range values {
		for j, f := range values {
			for k, n := range values {
				if len(a) < 2 || len(a) != len(f) || len(a) != len(n) || i == j || j == k || i == k {
					continue
				}
				fits := true
				for r := range a {
					fits = fits && a[r]-f[r] == n[r] && f[r] != 0 && abs(f[r]) < abs(n[r])
				}
				if fits {
					return i, j, k
				}
			}
		}
	}
	return 0, 0, 0
}

func abs(m txn.Minor) txn.Minor { return max(m, -m) }

var pointDecimal = lazy.MustCompile(`^[-+]?[\d,]+\.\d{2}$`)

// delimited cuts lines at the separator that gives each the same number of values, at
// least four; nil where none does. Values in quotes are not for a pattern.
func delimited(lines []string) (delim string, rows [][]string) {
	for _, c := range []string{",", "\t", "|", ";", "~"} {
		n := strings.Count(lines[0], c) + 1
		if n < 4 || n > 64 || rows != nil && n <= len(rows[0]) {
			continue
		}
		var cut [][]string
		for _, l := range lines {
			if strings.Count(l, c)+1 != n || strings.Contains(l, `"`) {
				cut = nil
				break
			}
			cut = append(cut, strings.Split(l, c))
		}
		if cut != nil && len(lines) > 1 {
			delim, rows = c, cut
		}
	}
	return delim, rows
}

// apart reports whether two columns hold amounts of which each row has one: what went
// out and what came in.
func apart(rows [][]string, a, b int) bool {
	both := [2]int{}
	for _, r := range rows {
		x, y := strings.TrimSpace(r[a]), strings.TrimSpace(r[b])
		if (x == "") == (y == "") || !decimals.MatchString(x+y) {
			return false
		}
		if x != "" {
			both[0]++
		} else {
			both[1]++
		}
	}
	return both[0] > 0 && both[1] > 0
}
