package parse

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/kv"
	"github.com/poslog/poslog/parse/sheet"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// table drafts a format of column names, or says that there is no table.
func (d *drafting) table(c content) error {
	in := sheet.Input{Name: c.name, Head: c.head, R: bytes.NewReader(c.head), At: c.at, Size: c.size, Password: d.o.Password}
	if !sheet.IsZip(c.head) && !sheet.IsOLE(c.head) {
		in.At = nil
	}
	book, err := sheet.Open(in)
	if err != nil {
		return err
	}
	for _, s := range book.Sheets {
		if s.Hidden {
			continue
		}
		rows, err := s.Rows()
		if err != nil {
			return err
		}
		cells := firstRows(rows, 80, book.Date1904)
		rows.Close()
		if d.cells == nil {
			d.cells = cells
		}
		if at := nameRow(cells); at >= 0 {
			d.fromTable(cells, at, txn.MaskCard(s.Name), book.Charset())
			return nil
		}
	}
	return errors.New("there is no row of column names")
}

func firstRows(rows sheet.Rows, n int, date1904 bool) (out [][]string) {
	for len(out) < n {
		var r sheet.Row
		if rows.Next(&r) != nil {
			break
		}
		var cells []string
		for _, c := range r.Cells {
			text := c.Text
			if c.Kind == sheet.Date || c.Kind == sheet.Moment {
				if s, ok := sheet.SerialText(text, c.Kind == sheet.Moment, date1904); ok {
					text = s
				}
			}
			cells = append(cells, strings.Clone(sheet.Clean(text)))
		}
		out = append(out, cells)
	}
	return out
}

// nameRow finds the row that looks most like column names: many different words
// without digits, and rows of the same width with digits below it.
func nameRow(rows [][]string) int {
	best, most := -1, 2
	for i, r := range rows {
		if i >= 60 || i+1 >= len(rows) {
			break
		}
		words := map[string]bool{}
		digits := 0
		for _, c := range r {
			if c == "" || len(c) > 80 {
				continue
			}
			if strings.ContainsAny(c, "={}<>") { // a log, JSON or markup
				digits++
				break
			}
			if strings.ContainsAny(c[:1], "0123456789") {
				digits++
				continue
			}
			words[c] = true
		}
		if digits > 0 || len(words) <= most {
			continue
		}
		filled := 0
		for _, c := range rows[i+1] {
			if strings.ContainsAny(c, "0123456789") {
				filled++
			}
		}
		if filled >= 2 && len(rows[i+1])*2 >= len(r) {
			best, most = i, len(words)
		}
	}
	return best
}

func (d *drafting) fromTable(rows [][]string, at int, sheetName, charset string) {
	d.kind = format.Table
	header, names := rows[at:at+1], rows[at]
	where := fmt.Sprintf("# The column names stand in row %d; the file is %s", at+1, charset)
	if at > 0 && continues(rows[at-1], names) {
		header, names = rows[at-1:at+1], joined(rows[at-1], names)
		d.top = append(d.top, "header_rows: 2")
		where = fmt.Sprintf("# The column names stand in rows %d and %d; the file is %s", at, at+1, charset)
	}
	d.top = append(d.top, "side: settlement # TODO or terminal", where)
	if sheetName != "" {
		d.top[len(d.top)-1] += fmt.Sprintf(". Sheet %q", sheetName)
	}
	for i, name := range names {
		if name == "" {
			continue
		}
		c := draftColumn{name: name}
		for _, r := range rows[at+1:] {
			if i < len(r) && r[i] != "" && !sumRow.MatchString(r[0]) && len(c.values) < 20 && len(r)*2 >= len(names) {
				c.values = append(c.values, r[i])
			}
		}
		d.cols = append(d.cols, c)
	}
	d.judge()
	d.words()
	pan := -1
	for i, name := range names {
		if f, _, _ := field.Lookup(name); f == field.PAN {
			pan = i
		}
	}
	for _, r := range append(slices.Clone(header), rows[at+1]) {
		var cells []string
		for i, c := range r {
			if c = txn.Scrub(c); i == pan && len(d.sample) >= len(header) {
				c = txn.Mask(c).Masked
			}
			cells = append(cells, c)
		}
		d.sample = append(d.sample, csvLine(cells))
	}
}

// csvLine joins values with commas.
func csvLine(cells []string) string {
	var out []string
	for _, c := range cells {
		if strings.ContainsAny(c, ",\"\n") {
			c = `"` + strings.ReplaceAll(strings.ReplaceAll(c, "\n", " "), `"`, `""`) + `"`
		}
		out = append(out, c)
	}
	return strings.Join(out, ",")
}

// continues reports whether a row of names is the lower one of two: it is empty
// where the row above has a name.
func continues(above, names []string) bool {
	gaps := 0
	for i, c := range above {
		if strings.ContainsAny(c, "0123456789") {
			return false
		}
		if c != "" && (i >= len(names) || names[i] == "") {
			gaps++
		}
	}
	return gaps > 0
}

// joined puts the names of two rows together as package table does.
func joined(above, below []string) []string {
	out := make([]string, max(len(above), len(below)))
	group := ""
	for i := range out {
		low := ""
		if i < len(below) {
			low = below[i]
		}
		if i < len(above) && above[i] != "" {
			group = above[i]
		}
		switch {
		case low != "":
			out[i] = strings.TrimSpace(group + " " + low)
		case i < len(above):
			out[i] = above[i]
		}
	}
	return out
}

// words proposes codes for the words of a status column where nothing has codes.
func (d *drafting) words() {
	for _, c := range d.cols {
		if c.field == field.Code {
			return
		}
	}
	best := -1
	for i, c := range d.cols {
		if c.field == field.Status {
			best = i
			break
		}
		if strings.HasPrefix(c.why, "few") && (best < 0 || !outcomes.MatchString(strings.Join(d.cols[best].values, " "))) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	c := d.cols[best]
	seen := map[string]bool{}
	var list []string
	for _, v := range c.values {
		if !seen[v] && len(list) < 8 {
			seen[v] = true
			list = append(list, quoteYAML(v)+`: "TODO"`)
		}
	}
	d.more = append(d.more, "# There is no column of response codes. If the words of "+quoteYAML(c.name)+" say how a row ended, bind it to status",
		"# and say which code each word stands for (quoted):", "# codes: {"+strings.Join(list, ", ")+"}")
}

// outcomes are words that say how a row ended; sumRow begins a row of totals.
var (
	outcomes = lazy.MustCompile(`(?i)成功|失败|完成|办结|拒|不|未|超时|success|fail|declin|approv|ok`)
	sumRow   = lazy.MustCompile(`^(合\s*计|总\s*计|小\s*计|(?i:total))`)
)

// keys drafts a format for a log: of JSON members or KEY=value pairs where the
// lines have them, else of a pattern.
func (d *drafting) keys() {
	if strings.HasPrefix(strings.TrimSpace(d.lines[0]), "<?xml") && d.xml() { // its attributes are pairs too
		return
	}
	for _, try := range []struct {
		kind   format.Kind
		reader entry.Reader
	}{{format.JSONL, formats.JSONL}, {format.KV, kv.Reader}} {
		if try.kind == format.JSONL && d.lines[0][0] != '{' {
			continue
		}
		pairs := pairsOf(try.kind, d.lines)
		if len(pairs) < 3 {
			continue
		}
		d.kind = try.kind
		d.top = append(d.top, "side: terminal # TODO or switch")
		d.cols = pairs
		d.judge()
		d.words()
		d.sample = []string{txn.Scrub(d.longest())}
		return
	}
	if !d.xml() && !d.unnamed() && !d.fixed() {
		d.pattern()
	}
}

var longStamp = lazy.MustCompile(`20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d`)

// fixed drafts a format of records that all have the same length.
func (d *drafting) fixed() bool {
	first := d.lines[0]
	for _, s := range d.lines {
		if len(s) != len(first) || len(s) < 24 || !text.ASCII(s) || field.LeadingStamp(s) > 0 {
			return false
		}
	}
	at := longStamp.FindStringIndex(first)
	if len(d.lines) < 3 || at == nil {
		return false
	}
	d.kind = format.Fixed
	d.top = append(d.top, "side: settlement # TODO or terminal or switch",
		fmt.Sprintf("# Every line has %d bytes. Say which of them hold what, from the first to the one behind the last, counted from 0:", len(first)),
		"# amount: 16-28, tid: 28-36, code: 48-50 - poslog formats fields lists the words",
		fmt.Sprintf("length: %d", len(first)))
	for _, r := range d.blocks() {
		c := draftColumn{}
		for _, s := range d.lines {
			c.values = append(c.values, s[r[0]:r[1]])
		}
		d.top = append(d.top, fmt.Sprintf("#   %d-%d%s", r[0], r[1], example(c)))
	}
	d.top = append(d.top, fmt.Sprintf("columns: {time: %d-%d, amount: TODO, code: TODO}", at[0], at[1]))
	// Nobody can tell where a card number stands.
	hidden := []byte(first)
	for i, c := range hidden {
		if (i < at[0] || i >= at[1]) && c >= '1' && c <= '9' {
			hidden[i] = '0'
		}
	}
	d.sample = []string{string(hidden)}
	d.note = "the digits beside the time were made zeros: put invented ones in their place"
	return true
}

// blocks are the runs of bytes that blanks in every line keep apart, nil where there are
// none to keep apart.
func (d *drafting) blocks() (list [][2]int) {
	from := -1
	for i := 0; i <= len(d.lines[0]); i++ {
		blank := i == len(d.lines[0]) || !slices.ContainsFunc(d.lines, func(s string) bool { return s[i] != ' ' })
		switch {
		case blank && from >= 0:
			list = append(list, [2]int{from, i})
			from = -1
		case !blank && from < 0:
			from = i
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

func (d *drafting) longest() string {
	best := d.lines[0]
	for _, s := range d.lines {
		if n := strings.Count(s, "="); n > strings.Count(best, "=") && len(s) < 2000 {
			best = s
		}
	}
	return best
}

var (
	jsonPair = lazy.MustCompile(`"([^"\\]{1,60})"\s*:\s*("(?:[^"\\]|\\.)*"|[-+.\w]+)`)
	kvPair   = lazy.MustCompile(`([\p{L}_@][\p{L}\p{N}_.@-]{0,60})\s?[=:：]\s?("[^"]*"|\[[^\]]*\]|[^\s,;|&]+)`)
)

// pairsOf collects names and values of lines, in order of first appearance.
func pairsOf(kind format.Kind, lines []string) (cols []draftColumn) {
	re := kvPair
	if kind == format.JSONL {
		re = jsonPair
	}
	index := map[string]int{}
	hits := map[string]int{}
	for _, s := range lines {
		for _, m := range re.FindAllStringSubmatch(s[field.LeadingStamp(s):], -1) {
			i, ok := index[m[1]]
			if !ok {
				if len(cols) >= 60 {
					continue
				}
				i = len(cols)
				index[m[1]] = i
				cols = append(cols, draftColumn{name: m[1]})
			}
			hits[m[1]]++
			if v := strings.Trim(m[2], `"[]`); v != "" && len(cols[i].values) < 20 {
				cols[i].values = append(cols[i].values, v)
			}
		}
	}
	// A name that stands in one line of many is a part of a text.
	out := cols[:0]
	for _, c := range cols {
		if hits[c.name]*10 >= len(lines) {
			out = append(out, c)
		}
	}
	return out
}

// pattern drafts a format of kind line: the stamp is found, the rest is for a
// human.
func (d *drafting) pattern() {
	d.kind = format.Line
	best, stamped := d.lines[0], 0
	for _, s := range d.lines {
		if field.LeadingStamp(s) == 0 {
			continue
		}
		if stamped++; strings.Count(s, " ") > strings.Count(best, " ") || field.LeadingStamp(best) == 0 {
			best = s
		}
	}
	d.top = append(d.top, "side: terminal # TODO or switch or settlement",
		fmt.Sprintf("# %d of %d lines begin with a time stamp. Name the parts of the line that matter as captures:", stamped, len(d.lines)),
		`# (?P<code>..) (?P<tid>\d{8}) (?P<amount>\d+\.\d\d) (?P<text>.*) - poslog formats fields lists the words`)
	n := field.LeadingStamp(best)
	stamp := `(?P<time>\S+ \S+)`
	if n > 0 {
		stamp = regexp.MustCompile(`\d+`).ReplaceAllString(regexp.QuoteMeta(best[:n]), `\d+`)
		stamp = "(?P<time>" + regexp.MustCompile(`[A-Z][a-z]{2}\b`).ReplaceAllString(stamp, `\w+`) + ")" // names of months and days
	}
	d.top = append(d.top, "pattern: '^"+strings.ReplaceAll(stamp, "'", "''")+` (?P<text>.*)$' # TODO`)
	d.sample = []string{txn.Scrub(best)}
}
