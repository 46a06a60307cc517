package parse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/poslog/poslog/internal/lazy"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// Draft writes a format file for an input from what its first lines show, with
// the evidence in comments: what each column was taken for and why, the columns
// that nobody knows with values of theirs, and a sample (masked) whose expected
// record is what the draft itself reads, for a human to check. Of an archive the
// first file is looked at.
func Draft(in Input, o Options) (string, error) {
	if o.Location == nil {
		o.Location = time.UTC
	}
	rc, err := in.open()
	if err != nil {
		return "", err
	}
	defer rc.Close()
	var at io.ReaderAt
	if f, ok := rc.(*os.File); ok && in.Size >= 0 {
		at = f
	}
	draft := ""
	stop := errors.New("one file is enough")
	err = unpack(context.Background(), in.Name, rc, at, in.Size, in.Modified, newBudget(in.Size), func(c content) error {
		var err error
		if draft, err = draftOf(c, &o); err != nil {
			return err
		}
		return stop
	})
	if err != nil && draft == "" {
		return "", fmt.Errorf("%s: %w", in.Name, err)
	}
	return draft, nil
}

func draftOf(c content, o *Options) (string, error) {
	if what := known(c.head); len(c.head) == 0 || what != "" {
		return "", &NotUnderstood{What: what}
	}
	d := &drafting{o: o, name: txn.MaskCard(c.name)}
	d.lines = headLines(c.head)
	if err := d.table(c); err == nil {
		return d.write(), nil
	}
	if len(d.lines) == 0 && d.unnamed() {
		return d.write(), nil
	}
	if len(d.lines) == 0 {
		return "", errors.New("it holds no text of which a format could be drafted")
	}
	d.keys() // a log with names, or else one that needs a pattern
	return d.write(), nil
}

// headLines decodes the lines of the head.
func headLines(head []byte) (lines []string) {
	if strings.IndexByte(string(head), 0) >= 0 {
		return nil
	}
	cs := text.Judge(head)
	for line := range strings.Lines(string(head)) {
		s, _ := cs.Decode(strings.TrimRight(strings.TrimPrefix(line, "\ufeff"), "\r\n"))
		if !text.Blank(s) && len(lines) < 200 {
			lines = append(lines, s)
		}
	}
	return lines
}

// drafting collects what the draft will say.
type drafting struct {
	o      *Options
	name   string
	lines  []string
	cells  [][]string // of a table whose column names were not found
	kind   format.Kind
	top    []string // comments and keys before columns
	cols   []draftColumn
	more   []string // comments behind the columns
	sample []string
	note   string // what was done to the sample
}

// draftColumn is one column or key of the input.
type draftColumn struct {
	name   string
	place  int // from 1, of a table without names
	field  field.Field
	why    string
	values []string
}

// key is how a format names the column.
func (c *draftColumn) key() string {
	if c.place > 0 {
		return strconv.Itoa(c.place)
	}
	return quoteYAML(c.name)
}

// judge fills in the field of columns that the dictionary does not know, where
// their values leave little doubt and nothing else has that field.
func (d *drafting) judge() {
	have := map[field.Field]bool{}
	composed := map[int]field.Field{} // columns that are known by the words of their names
	for i := range d.cols {
		c := &d.cols[i]
		f, _, ok := field.Lookup(d.own(c.name))
		words := false
		if !ok {
			f, _, _, words = field.Compose(d.own(c.name))
			words = words && !f.Temporal() // the values tell a date from a time
		}
		switch {
		case !ok && !words || f == field.Ignore:
		case words && !have[f]:
			composed[i] = f
		case have[f]:
			c.why = "another " + f.String() + " stands before it"
		default:
			c.field, c.why = f, "known name"
			have[f] = true
		}
	}
	for i := range d.cols {
		c := &d.cols[i]
		switch f, ok := composed[i]; {
		case !ok:
		case have[f]:
			c.why = "another " + f.String() + " stands before it"
		default:
			c.field, c.why = f, "the words of the name"
			have[f] = true
		}
	}
	timed := have[field.Date] || have[field.SentAt] || have[field.Time] && !slices.ContainsFunc(d.cols, func(c draftColumn) bool {
		return c.field == field.Time && len(c.values) > 0 && !slices.ContainsFunc(c.values, func(v string) bool { return !aClock.MatchString(v) && !sixClock.MatchString(v) })
	})
	for i := range d.cols {
		c := &d.cols[i]
		if c.field != field.None || c.why != "" || len(c.values) == 0 {
			continue
		}
		f, why := guess(c.values)
		if f == field.None && have[field.Date] && !have[field.Clock] && !slices.ContainsFunc(c.values, func(v string) bool { return !sixClock.MatchString(v) }) {
			f, why = field.Clock, "every value is a time of day in six digits"
		}
		switch {
		case f == field.Time && !timed:
			timed = true
		case f == field.Date && !timed && !have[f], f == field.Clock && !timed && !have[f]:
			have[f] = true
		case f == field.Amount && !have[field.Amount], f == field.Code && !have[field.Code],
			(f == field.RRN || f == field.MID || f == field.TID) && !have[f]:
			have[f] = true
		default:
			c.why = why
			continue
		}
		c.field, c.why = f, "guessed: "+why
	}
}

// own is a name without the path to it.
func (d *drafting) own(name string) string {
	if d.kind != format.XML {
		return name
	}
	return strings.TrimPrefix(name[strings.LastIndexByte(name, '/')+1:], "@")
}

var (
	aDate    = lazy.MustCompile(`^(19|20)\d\d[-/.]?\d{1,2}[-/.]?\d{1,2}$`)
	sixClock = lazy.MustCompile(`^(0[1-9]|1\d|2[0-3])[0-5]\d[0-5]\d$`)
	aClock   = lazy.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?$`)
	decimals = lazy.MustCompile(`^[-+¥]?[\d,]+(\.\d{1,2})?$`) // workbooks drop zeros
	twoChars = lazy.MustCompile(`^[0-9A-Z]{2}$`)
	eight    = lazy.MustCompile(`^\d{8}$`)
	twelve   = lazy.MustCompile(`^\d{12}$`)
	fifteen  = lazy.MustCompile(`^\d{15}$`)
)

// guess tells from values what a column may be.
func guess(values []string) (field.Field, string) {
	every := func(ok func(string) bool) bool {
		for _, v := range values {
			if !ok(v) {
				return false
			}
		}
		return true
	}
	distinct := map[string]bool{}
	for _, v := range values {
		distinct[v] = true
	}
	switch {
	case every(func(v string) bool { return field.LeadingStamp(v) == len(v) }):
		return field.Time, "every value is a date and time"
	case every(aDate.MatchString):
		return field.Date, "every value is a date"
	case every(aClock.MatchString):
		return field.Clock, "every value is a time of day"
	case every(decimals.MatchString) && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ".") }):
		return field.Amount, "every value is a number of at most two decimals"
	case every(twoChars.MatchString):
		return field.Code, "every value has two digits or capitals"
	case every(eight.MatchString):
		return field.TID, "every value has eight digits"
	case every(twelve.MatchString) && len(distinct) > 1:
		return field.RRN, "every value has twelve digits"
	case every(fifteen.MatchString):
		return field.MID, "every value has fifteen digits"
	case every(func(v string) bool { return field.ParseKind(v) != txn.KindUnknown }):
		return field.None, "the words of a transaction type: kind"
	case len(values) > 2 && len(distinct) <= 4 && !strings.ContainsAny(values[0], "0123456789"):
		return field.None, "few different words: status or kind?"
	}
	return field.None, ""
}

// quoteYAML writes a text so that YAML reads it back.
func quoteYAML(s string) string {
	s = txn.MaskCard(s)
	if regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_ ()（）./-]*$`).MatchString(s) && s == strings.TrimSpace(s) {
		switch strings.ToLower(s) {
		case "yes", "no", "true", "false", "null", "on", "off", "y", "n":
		default:
			return s
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(s) + `"`
}

var notName = lazy.MustCompile(`[^a-z0-9]+`)

// formatName makes a name for the format of the name of the file.
func formatName(file string) string {
	base := strings.ToLower(path.Base(strings.ReplaceAll(file[strings.LastIndexByte(file, '!')+1:], `\`, "/")))
	base, _, _ = strings.Cut(base, ".")
	base = regexp.MustCompile(`\d{4,}`).ReplaceAllString(base, "")
	if s := strings.Trim(notName.ReplaceAllString(base, "-"), "-"); s != "" {
		return s
	}
	return "my-format"
}

// body is the draft without the expected record.
func (d *drafting) body() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Draft of a format for %s, made from its first lines.\n", path.Base(d.name))
	b.WriteString("# Check every line, rename it, and test it:\n#   poslog formats test THIS.yaml FILE\n")
	fmt.Fprintf(&b, "format: %s\ntitle: TODO say what the file is and who writes it\nkind: %s\n", formatName(d.name), d.kind)
	for _, s := range d.top {
		b.WriteString(s + "\n")
	}
	if d.kind != format.Line && d.kind != format.Fixed { // of which they stand in one line
		b.WriteString("columns:\n")
	}
	for _, c := range d.cols {
		if c.field == field.None || d.kind == format.Line {
			continue
		}
		fmt.Fprintf(&b, "  %s: %s # %s%s\n", c.field, c.key(), c.why, example(c))
	}
	first := true
	for _, c := range d.cols {
		if f, _, _ := field.Lookup(d.own(c.name)); c.field != field.None || f == field.Ignore || d.kind == format.Line {
			continue
		}
		if first {
			b.WriteString("  # Not read. Bind those that matter (poslog formats fields lists the words):\n")
			first = false
		}
		why := c.why
		if why != "" {
			why = " <- " + why
		}
		fmt.Fprintf(&b, "  #   TODO: %s%s%s\n", c.key(), example(c), why)
	}
	for _, s := range d.more {
		b.WriteString(s + "\n")
	}
	b.WriteString("samples:\n")
	if d.note != "" {
		b.WriteString("  # " + d.note + "\n")
	}
	b.WriteString("  - text: |\n")
	for _, s := range d.sample {
		fmt.Fprintf(&b, "      %s\n", s)
	}
	return b.String()
}

// example shows up to three different values of a column, masked.
func example(c draftColumn) string {
	var out []string
	for _, v := range c.values {
		v = txn.Scrub(v)
		if c.field == field.PAN {
			v = txn.Mask(v).Masked
		}
		if len([]rune(v)) > 30 {
			v = string([]rune(v)[:30]) + "…"
		}
		v = strings.ReplaceAll(v, "\n", " ")
		dup := false
		for _, o := range out {
			dup = dup || o == v
		}
		if v != "" && !dup && len(out) < 3 {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return " (always empty)"
	}
	return ", as in " + strings.Join(out, ", ")
}

// write completes the draft with the record that it gives itself.
func (d *drafting) write() string {
	body := d.body()
	blankWant := "    want: {time: TODO, amount: TODO, code: \"TODO\"} # what must come out of the sample\n"
	f, err := format.Parse("draft", []byte(body+blankWant))
	if err != nil {
		return body + blankWant
	}
	var got first
	src := &entry.Stream{Src: &txn.Source{Name: d.name}, Head: []byte(f.Samples[0].Text), R: strings.NewReader(f.Samples[0].Text), Loc: d.o.Location, Year: d.o.Year}
	if _, err := formats.Reader(f).Read(src, &got); err != nil || got.r == nil {
		return body + blankWant
	}
	var want []string
	for g := field.Time; g < field.Count; g++ {
		v := field.Get(got.r, g, d.o.Location)
		switch g {
		case field.Date, field.Clock, field.Debit, field.Credit, field.NetDebit, field.NetCredit, field.RefundAmount, field.Origin:
			continue
		case field.Currency:
			if v == "CNY" {
				continue
			}
		case field.Kind:
			if v == "unknown" {
				continue
			}
		}
		if v != "" {
			want = append(want, fmt.Sprintf("%s: %s", g, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(v)+`"`))
		}
	}
	return body + "    # Read by this draft; check that it is right:\n    want: {" + strings.Join(want, ", ") + "}\n"
}

// first keeps the first record.
type first struct{ r *txn.Record }

func (f *first) Record(r *txn.Record, _ int) {
	if f.r == nil {
		f.r = r.Clone()
	}
}
func (f *first) Reject(*entry.Reject, int) {}
func (f *first) Skip(entry.Skip, int)      {}
