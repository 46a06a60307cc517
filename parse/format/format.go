// Package format holds formats that are data: YAML files that say what the
// columns, keys or bytes of an input mean.
//
// In comes one YAML file per format; out goes a [Format], or errors that name
// file, line, excerpt and remedy. Whether the samples of a format come out as it
// says is proved by package formats, which has the readers.
package format

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Kind is the shape of the inputs that a format describes.
type Kind string

const (
	Table Kind = "table"   // a row of column names and rows below it, in text or a workbook
	Line  Kind = "line"    // one record per line, by a regular expression with named captures
	KV    Kind = "kv"      // lines of KEY=value pairs
	JSONL Kind = "jsonl"   // one JSON object per line
	XML   Kind = "xml"     // one element per record
	Fixed Kind = "fixed"   // one record per line, by byte offsets before decoding
	ISO   Kind = "iso8583" // messages of ISO 8583 in text or hexadecimal, by the shapes of their fields
)

var kinds = []string{string(Table), string(Line), string(KV), string(JSONL), string(XML), string(Fixed), string(ISO)}

// Format is one format file.
type Format struct {
	Name  string
	Title string // what the inputs are, in one line
	Kind  Kind
	Side  txn.Side // SideUnknown to detect
	File  string   // path of the YAML file

	Detect     Detect
	HeaderRows int // rows of column names, tables only; 0: the columns have places and no names
	Loc        *time.Location
	Order      field.Order
	Decimal    field.Decimal
	Units      [field.Count]field.Unit
	Columns    []Column
	Patterns   []*regexp.Regexp // of kind line; captures are named after fields
	Record     string           // of kind xml: name of the element of a record
	Length     int              // of kind fixed: bytes per record
	Longer     bool             // Length is the least
	Message    Message          // of kind iso8583
	Ignore     []*regexp.Regexp // lines that are no records
	Learned    bool             // nobody described it: see [Knowing]
	Strict     bool             // every other line must be a record

	Codes    map[string]string   // status word -> code, keys by field.Compact
	Kinds    map[string]txn.Kind // kind word -> kind, keys by field.Compact
	In, Out  []string            // words of the direction column
	Negative txn.Kind            // of rows with a negative amount and no kind
	Set      []Constant          // values of every record

	Samples []Sample

	names map[string]int // Compact name -> index of Columns
	lines []string       // of the file, for errors
}

// Detect is how an input is recognised. Everything that is given must hold.
type Detect struct {
	Header []string       // column names that stand in one row, by field.Compact
	Text   *regexp.Regexp // found in the first 64 KiB
	Name   string         // pattern of the file name, as in path.Match
}

// Fits reports whether an input has the name and the text that are asked for.
func (d *Detect) Fits(name string, head []byte) bool {
	if d.Name != "" {
		base := strings.ToUpper(name[strings.LastIndexAny(name, `/\!`)+1:])
		if ok, _ := path.Match(strings.ToUpper(d.Name), base); !ok {
			return false
		}
	}
	return d.Text == nil || d.Text.Match(head)
}

// Heads reports whether all names of the header stand in a row, whose names are given
// by field.Compact.
func (d *Detect) Heads(names []string) bool {
	for _, n := range d.Header {
		if !slices.Contains(names, n) {
			return false
		}
	}
	return true
}

// Column binds a field to names or bytes.
type Column struct {
	Field    field.Field
	Names    []string // alternatives; the first one that the input has is read
	From, To int      // bytes [From, To) of kind fixed; From is the place, from 0, in a table without names
	line     int
}

// Constant is a value that every record of the format has.
type Constant struct {
	Field field.Field
	Value string // FileDate stands for the date in the file name
}

// FileDate is the constant that stands for the date in the file name.
const FileDate = "@filename"

// Sample is an example input and the records that must come out of it.
type Sample struct {
	Text string
	Want [][]Value // one list per record
	line int
}

// Value is one value that a sample must give, as field.Get writes it.
type Value struct {
	Field field.Field
	Text  string
	line  int
}

// Knowing is no format of a file but the dictionary with more names for some fields, for a
// reader of this name.
func Knowing(reader string, more map[string]field.Field) *Format {
	f := &Format{Name: reader, Learned: true, names: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		f.names[field.Compact(name)] = len(f.Columns)
		f.Columns = append(f.Columns, Column{Field: more[name], Names: []string{name}})
	}
	return f
}

// Described reports whether somebody said what the inputs are.
func (f *Format) Described() bool { return f != nil && !f.Learned }

// Configure sets up a context for the values of this format.
func (f *Format) Configure(c *field.Context) {
	if f.Loc != nil {
		c.Loc, c.LocSaid = f.Loc, true
	}
	c.Order, c.Decimal, c.Codes, c.Kinds, c.In, c.Out = cmp.Or(f.Order, c.Order), f.Decimal, f.Codes, f.Kinds, f.In, f.Out
	if f.Negative != txn.KindUnknown {
		c.NegativeKind = f.Negative
	}
	for i, u := range f.Units {
		if u != field.UnitAuto {
			c.Units[i] = u
		}
	}
}

// Lookup finds the field of a column or key of the input: the format's own
// names first, then the dictionary for names that the format does not speak of.
// A field that the format binds is not given to other names.
func (f *Format) Lookup(name string) (field.Field, field.Unit, bool) {
	if i, ok := f.names[field.Compact(name)]; ok {
		c := f.Columns[i].Field
		return c, f.Units[c], true
	}
	g, u, ok := field.Lookup(name)
	if ok && f.binds(g) {
		return field.Ignore, field.UnitAuto, true
	}
	if ok && f.Units[g] != field.UnitAuto {
		u = f.Units[g]
	}
	return g, u, ok
}

// binds reports whether the format has names of its own for a field, or for
// what would contradict it.
func (f *Format) binds(g field.Field) bool {
	for _, c := range f.Columns {
		if c.Field == g || g == field.Time && (c.Field == field.Date || c.Field == field.Clock) ||
			c.Field == field.Time && (g == field.Date || g == field.Clock) || moved(c.Field) && moved(g) {
			return true
		}
	}
	return false
}

func moved(f field.Field) bool {
	return f == field.Amount || f == field.Debit || f == field.Credit
}

// Has reports whether the format binds or sets the field.
func (f *Format) Has(g field.Field) bool {
	for _, c := range f.Columns {
		if c.Field == g {
			return true
		}
	}
	for _, s := range f.Set {
		if s.Field == g {
			return true
		}
	}
	for _, p := range f.Patterns {
		for _, name := range p.SubexpNames() {
			if h, err := field.Parse(name); err == nil && h == g {
				return true
			}
		}
	}
	return false
}

// HeaderMatches reports whether a row of column names is the format's: it has
// all names of detect, or, where detect has none, one name of every column.
func (f *Format) HeaderMatches(names []string) bool {
	if len(f.Detect.Header) > 0 {
		var have []string
		for _, n := range names {
			have = append(have, field.Compact(n))
		}
		return f.Detect.Heads(have)
	}
	have := map[string]bool{}
	for _, n := range names {
		have[field.Compact(n)] = true
	}
	for _, c := range f.Columns {
		found := false
		for _, n := range c.Names {
			found = found || have[field.Compact(n)]
		}
		if !found {
			return false
		}
	}
	return len(f.Columns) > 0
}

// Missing lists the names that the format needs and a row of column names does not
// have: of a column the first of its alternatives.
func (f *Format) Missing(names []string) (out []string) {
	have := map[string]bool{}
	for _, n := range names {
		have[field.Compact(n)] = true
	}
	for _, c := range f.Columns {
		if len(c.Names) > 0 && !slices.ContainsFunc(c.Names, func(n string) bool { return have[field.Compact(n)] }) {
			out = append(out, c.Names[0])
		}
	}
	return out
}

// Error is what is wrong with a format file.
type Error struct {
	File      string
	Line, Col int
	Excerpt   string // the line of the file
	Rule      string // stable word
	Msg       string // what is wrong
	Hint      string // what to change
}

// Error writes position and message, the excerpt with a mark below it, and the
// remedy.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s", e.File, e.Line, e.Msg)
	if e.Excerpt != "" {
		fmt.Fprintf(&b, "\n%5d | %s", e.Line, e.Excerpt)
		if e.Col > 0 {
			b.WriteString("\n      | ")
			for i, r := range e.Excerpt {
				if i >= e.Col-1 {
					break
				}
				switch {
				case r == '\t':
					b.WriteByte('\t')
				case r >= 0x1100: // two columns wide
					b.WriteString("  ")
				default:
					b.WriteByte(' ')
				}
			}
			b.WriteByte('^')
		}
	}
	if e.Hint != "" {
		b.WriteString("\n  " + e.Hint)
	}
	return b.String()
}

// problem makes an error that points at a sample or column of the format.
func (f *Format) problem(line int, rule, msg, hint string) *Error {
	e := &Error{File: f.File, Line: line, Rule: rule, Msg: msg, Hint: hint}
	if line >= 1 && line <= len(f.lines) {
		e.Excerpt = f.lines[line-1]
	}
	return e
}

// SampleProblem makes an error that points at sample i, or at the value k of
// its record j where they are not negative.
func (f *Format) SampleProblem(i, j, k int, rule, msg, hint string) *Error {
	s := f.Samples[i]
	line := s.line
	if j >= 0 && j < len(s.Want) && k >= 0 && k < len(s.Want[j]) {
		line = s.Want[j][k].line
	}
	return f.problem(line, rule, msg, hint)
}

// Binds reports whether the format itself gives the name a meaning.
func (f *Format) Binds(name string) bool {
	_, ok := f.names[field.Compact(name)]
	return ok
}

// Rank is the place of a name among the alternatives of a field.
func (f *Format) Rank(g field.Field, name string) (int, bool) {
	key := field.Compact(name)
	for _, c := range f.Columns {
		if c.Field != g {
			continue
		}
		for i, n := range c.Names {
			if field.Compact(n) == key {
				return i, true
			}
		}
	}
	return 0, false
}

// Ignores reports whether a line or row is one of those that are no records.
func (f *Format) Ignores(s string) bool {
	for _, re := range f.Ignore {
		if re.MatchString(s) {
			return true
		}
	}
	return false
}
