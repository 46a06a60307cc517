package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/poslog/poslog/internal/digits"
	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/txn"
)

// tags are the words in the first cells of a file whose rows say what they are: HDR heads the
// file, DTL is a row of the table, TRL adds up; or 00, 10 and 90.
type tags struct {
	detail string         // "" where rows do not say it
	seen   map[string]int // how often each came among the first rows
}

var (
	headTag = lazy.MustCompile(`(?i)^(f|b|file|batch)?[-_ ]?(h|hd|hdr|head|header)$`)
	tailTag = lazy.MustCompile(`(?i)^(f|b|file|batch)?[-_ ]?(t|tr|trl|tlr|trail|trailer|f|ft|ftr|foot|footer|tot|total|sum|end)$|^eof$`)
)

// tagsOf looks for such words in the first rows.
func tagsOf(rows [][]string) tags {
	t := tags{seen: map[string]int{}}
	numbers, first, wide := true, "", map[string]int{}
	for _, r := range rows {
		if len(r) == 0 || strings.Join(r, "") == "" {
			continue
		}
		tag := r[0]
		if tag == "" || len(tag) > 8 {
			return tags{}
		}
		if first == "" {
			first = tag
		}
		numbers = numbers && len(tag) < 4 && len(tag) == len(first) && digits.Only(tag)
		if t.seen[tag]++; len(t.seen) > 8 {
			return tags{}
		}
		cells := 0
		for _, v := range r {
			if v != "" {
				cells++
			}
		}
		wide[tag] = max(wide[tag], cells)
	}
	for tag, n := range t.seen {
		if (numbers && tag != first || !numbers && !headTag.MatchString(tag) && !tailTag.MatchString(tag)) &&
			(n > t.seen[t.detail] || n == t.seen[t.detail] && tag < t.detail) {
			t.detail = tag
		}
	}
	if t.detail == "" || wide[first] >= wide[t.detail] && first != t.detail {
		return tags{}
	}
	framed := !numbers && headTag.MatchString(first) || numbers && strings.Trim(first[:len(first)-1], "0") == "" && first < t.detail && t.seen[t.detail] >= leastUnnamed
	for tag, n := range t.seen {
		framed = framed || !numbers && tailTag.MatchString(tag) && n < t.seen[t.detail]
	}
	if !framed {
		return tags{}
	}
	return t
}

// of says what a row with this first cell is: a head, a tail, or neither.
func (t *tags) of(tag string) (head, tail bool) {
	switch {
	case t.detail == "" || tag == t.detail || tag == "":
		return false, false
	case digits.Only(t.detail):
		return digits.Only(tag) && len(tag) == len(t.detail) && tag < t.detail, digits.Only(tag) && len(tag) == len(t.detail) && tag > t.detail
	}
	return headTag.MatchString(tag), tailTag.MatchString(tag)
}

// String lists the tags with how often each came.
func (t *tags) String() string {
	var out []string
	for tag, n := range t.seen {
		out = append(out, fmt.Sprintf("%s %d", txn.Scrub(tag), n))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// loose is a cell of a row that adds up: which of the sums it is, only its value tells.
type loose struct {
	text string
	pos  txn.Pos
}

// tagged accounts for a row that says that it is none of the table.
func (t *table) tagged(r *sheet.Row) bool {
	if t.tags.detail == "" || len(r.Cells) == 0 {
		return false
	}
	head, tail := t.tags.of(sheet.Clean(r.Cells[0].Text))
	switch {
	case !head && !tail || t.singular(r):
		return false
	case head:
		t.f.sink.Skip(entry.Header, r.Lines)
	default:
		t.readTrailer(r, 1)
		t.f.sink.Skip(entry.Footer, r.Lines)
	}
	return true
}

// readTrailer takes what a row such as TRL|12|5267.24 states, from one of its cells on.
func (t *table) readTrailer(r *sheet.Row, from int) {
	list, _ := t.numbers(r, from)
	t.mark(firstText(r), list...)
}

// numbers are the cells of a row from one on that may be sums, and whether all are.
func (t *table) numbers(r *sheet.Row, from int) (list []loose, all bool) {
	all = true
	for i := from; i < len(r.Cells); i++ {
		s := sheet.Clean(r.Cells[i].Text)
		if len(s) < 19 && pricePart.MatchString(s) {
			list = append(list, loose{strings.Clone(s), t.pos(r, i+1)})
		} else if s != "" {
			all = false
		}
	}
	return list, all
}

// tell finds out what the numbers of a trailer are by the rows above it, those behind the
// last trailer of its kind or all of them. One that is no sum of theirs is held against them where it
// alone can be meant.
func (t *table) tell(m *mark, keys []string) (list []stated) {
	if len(m.numbers) == 0 || m.above.all.n == 0 {
		return nil
	}
	groups := []tally{m.above}
	for _, k := range keys {
		if above, ok := t.audit.bounds[k]; ok {
			group := m.above
			if group.join(&above, -1); group.all.n > 0 {
				groups = append(groups, group)
			}
		}
	}
	rest := m.numbers
	for _, what := range []string{"count", "amount", "fee", "net"} {
		f := fieldOf(what)
		if what != "count" && !t.m.has(f) {
			continue
		}
		value := func(n loose) (int64, bool) {
			if what != "count" {
				return t.sum(n.text, f, what)
			}
			v, err := strconv.ParseInt(n.text, 10, 64)
			return v, err == nil
		}
		at, only := -1, 0
		for i, n := range rest {
			v, ok := value(n)
			if !ok {
				continue
			}
			near := false
			for _, g := range groups {
				read := t.read(&g, stated{what: what, value: v})
				if read == v {
					at, only = i, 1
					break
				}
				near = near || v/10 < read && read/10 < v
			}
			if at == i {
				break
			}
			whole := !strings.Contains(n.text, ".")
			if near && (what == "count" && whole && len(strings.TrimLeft(n.text, "0")) < 7 || what == "amount" && (!whole || len(n.text) > 9)) {
				if only++; only == 1 {
					at = i
				} else {
					at = -1
				}
			}
		}
		if at < 0 {
			continue
		}
		v, _ := value(rest[at])
		list = append(list, stated{"", what, v, rest[at].pos})
		rest = slices.Concat(rest[:at], rest[at+1:])
	}
	return list
}
