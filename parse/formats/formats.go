// Package formats has the formats that are data: the built-in ones, one YAML
// file each, those of a user's directory, the readers that follow them, and the
// check of every format by its own samples.
//
// In come format files; out come an ordered [Set] with its readers, or errors
// with file, line, excerpt and remedy. The files are the documentation of the
// inputs that they describe.
package formats

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/iso8583"
	"github.com/poslog/poslog/parse/kv"
	"github.com/poslog/poslog/parse/table"
	"github.com/poslog/poslog/txn"
)

//go:embed *.yaml
var files embed.FS

// Set is a list of formats in order of their names.
type Set struct {
	List []*format.Format
}

// Builtin returns the formats that come with the program, without their samples:
// those are half of the text, and checked in the tests, not at every start.
var Builtin = sync.OnceValue(func() *Set {
	s, err := load(files, format.ParseBare)
	if err != nil {
		panic("parse/formats: " + err.Error())
	}
	return s
})

// Source returns the file of a built-in format, to be copied and changed.
func Source(name string) ([]byte, error) {
	b, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no built-in format %q", name)
	}
	return b, nil
}

// Load reads the *.yaml and *.yml files of a directory tree without running
// their samples.
func Load(dir fs.FS) (*Set, error) {
	return load(dir, format.Parse)
}

func load(dir fs.FS, parse func(file string, data []byte) (*format.Format, error)) (*Set, error) {
	var s Set
	var errs []error
	err := fs.WalkDir(dir, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(p); d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		data, err := fs.ReadFile(dir, p)
		if err != nil {
			return err
		}
		f, err := parse(p, data)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		for _, old := range s.List {
			if old.Name == f.Name {
				errs = append(errs, fmt.Errorf("%s: the name %s is that of %s too: rename one", p, f.Name, old.File))
			}
		}
		s.List = append(s.List, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(s.List, func(a, b *format.Format) int { return strings.Compare(a.Name, b.Name) })
	return &s, errors.Join(errs...)
}

// LoadDir reads the formats of a directory and checks them by their samples,
// against each other and against the built-in ones.
func LoadDir(dir string) (*Set, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: name the directory that holds the format files", dir)
	}
	s, err := Load(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	if len(s.List) == 0 {
		return nil, fmt.Errorf("%s has no format files (*.yaml)", dir)
	}
	return s, Check(s, Builtin())
}

// Find returns the format of a name, nil where there is none.
func (s *Set) Find(name string) *format.Format {
	for _, f := range s.List {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Reader returns the reader that follows a format.
func Reader(f *format.Format) entry.Reader {
	switch f.Kind {
	case format.Fixed:
		return fixedReader(f)
	case format.Line:
		return lineReader(f)
	case format.JSONL:
		return jsonReader(f)
	case format.XML:
		return xmlReader(f)
	case format.KV:
		return kv.With(f)
	case format.ISO:
		return iso8583.With(f)
	}
	r := table.With(f.Outline())
	r.Name = f.Name
	return r
}

// Check runs the samples of every format of the set: each must be recognised,
// give exactly the records that it states, and be taken by no other format of
// the set or of others. All faults are returned, each a *format.Error.
func Check(s *Set, others ...*Set) error {
	all := slices.Clone(s.List)
	for _, o := range others {
		for _, f := range o.List {
			if s.Find(f.Name) == nil { // a user's format replaces a built-in one of its name
				all = append(all, f)
			}
		}
	}
	var errs []error
	for _, f := range s.List {
		c := checking{f: f, all: all, used: map[string]bool{}}
		for i := range f.Samples {
			c.sample(i)
		}
		c.patterns()
		errs = append(errs, c.errs...)
	}
	return errors.Join(errs...)
}

// checking is the check of one format.
type checking struct {
	f    *format.Format
	all  []*format.Format // that might take its samples
	used map[string]bool  // patterns that match some sample
	errs []error
}

// fail notes a fault of sample i, of its record j and of that one's value k, -1 for none.
func (c *checking) fail(i, j, k int, rule, msg, hint string) {
	c.errs = append(c.errs, c.f.SampleProblem(i, j, k, rule, msg, hint))
}

func (c *checking) sample(i int) {
	f, sample := c.f, &c.f.Samples[i]
	fail := func(rule, msg, hint string) { c.fail(i, -1, -1, rule, msg, hint) }
	if f.Kind == format.Line && len(sample.Want) == 1 && strings.Count(strings.TrimSpace(sample.Text), "\n") == 0 {
		if hits := matches(f, strings.TrimRight(sample.Text, "\r\n")); len(hits) > 1 {
			fail("sample-ambiguous", fmt.Sprintf("the sample is matched by %d patterns: %s", len(hits), hits), "make the patterns exclude each other")
		}
	}
	for _, re := range f.Patterns {
		for line := range strings.Lines(sample.Text) {
			if re.MatchString(strings.TrimRight(line, "\r\n")) {
				c.used[re.String()] = true
			}
		}
	}
	got, err := run(f, sampleName(f), sample.Text)
	if err != nil {
		fail("sample-unread", "the sample cannot be read: "+err.Error(), "correct the format, or the sample")
		return
	}
	if why := undecoded(f, sample, got); why != "" {
		fail("sample-undecoded", why, "correct layout, header or fields, or the sample")
		return
	}
	if len(got.rejects) > len(sample.Want) || len(got.rejects) > 0 && len(got.records) < len(sample.Want) {
		r := got.rejects[0]
		fail("sample-refused", fmt.Sprintf("line %d of the sample is refused (%s): %s", r.Pos.Line, r.Rule, r.Msg), "correct the format, or the sample")
		return
	}
	if len(got.records) != len(sample.Want) {
		fail("sample-count", fmt.Sprintf("%d records come out of the sample and want has %d", len(got.records), len(sample.Want)), "list every record under want:")
		return
	}
	for j, want := range sample.Want {
		c.record(i, j, got.records[j], want)
	}
	c.recognised(i)
}

// record compares a record of a sample with what the format says of it.
func (c *checking) record(i, j int, r *txn.Record, want []format.Value) {
	for k, v := range want {
		if have := field.Get(r, v.Field, zone(c.f)); have != v.Text {
			c.fail(i, j, k, "sample-differs", fmt.Sprintf("%s comes out as %q and want says %q", v.Field, have, v.Text), "correct the format, or want")
		}
	}
	if !states(want, timed) {
		c.fail(i, j, 0, "want-no-time", "want does not say the time of the record", "add time: or settle_on:")
	}
	if !states(want, valued) {
		c.fail(i, j, 0, "want-no-value", "want says neither code, status nor amount of the record", "add one of them")
	}
}

// recognised asks all formats for a sample.
func (c *checking) recognised(i int) {
	f, name, head := c.f, sampleName(c.f), []byte(c.f.Samples[i].Text)
	mine, why := Reader(f).Sniff(name, head)
	if mine < 40 {
		c.fail(i, -1, -1, "sample-unrecognised", "the sample is not recognised as this format: "+why, "correct detect:, or the sample")
		return
	}
	for _, o := range c.all {
		if o.Name == f.Name || o.Kind == format.Table && (f.Kind != format.Table || !before(o, f)) {
			continue
		}
		if theirs, why := Reader(o).Sniff(name, head); theirs > mine || theirs == mine && before(o, f) {
			c.fail(i, -1, -1, "sample-stolen", fmt.Sprintf("the format %s takes the sample: %s", o.Name, why), "say in detect: what only this format has")
		}
	}
}

func (c *checking) patterns() {
	for i, re := range c.f.Patterns {
		if !c.used[re.String()] {
			c.fail(0, -1, -1, "pattern-unused", fmt.Sprintf("pattern %d matches no sample", i+1), "add a sample for it, or remove it")
		}
	}
}

// undecoded says what of a sample of messages was no message, "" where all was.
func undecoded(f *format.Format, s *format.Sample, got *output) string {
	for _, r := range got.rejects {
		if r.Rule == "iso8583-layout" {
			return fmt.Sprintf("line %d of the sample is not decoded: %s", r.Pos.Line, r.Msg)
		}
	}
	if f.Kind == format.ISO && len(got.records) == 0 && len(s.Want) > 0 && len(got.rejects) == 0 {
		return "no message is found in the sample"
	}
	return ""
}

// before reports whether a is asked before b: tables by their names, since one
// reader tries them in this order.
func before(a, b *format.Format) bool { return a.Name < b.Name }

func states(want []format.Value, fields []field.Field) bool {
	return slices.ContainsFunc(want, func(v format.Value) bool { return slices.Contains(fields, v.Field) })
}

var (
	timed  = []field.Field{field.Time, field.Date, field.SettleOn}
	valued = []field.Field{field.Code, field.Status, field.Amount, field.Net, field.Debit, field.Credit}
)

func zone(f *format.Format) *time.Location {
	if f.Loc != nil {
		return f.Loc
	}
	return china
}

// china is the zone of samples whose format states none.
var china = time.FixedZone("CST", 8*3600)

// sampleName is a file name for the samples of a format, with a date where its
// name pattern leaves room for one.
func sampleName(f *format.Format) string {
	n := f.Detect.Name
	if n == "" {
		return "sample.txt"
	}
	n = strings.Replace(n, "*", "261120", 1)
	n = strings.NewReplacer("*", "", "?", "0").Replace(n)
	for { // [0-9] and the like
		i, j := strings.IndexByte(n, '['), strings.IndexByte(n, ']')
		if i < 0 || j < i+1 {
			return n
		}
		n = n[:i] + n[i+1:i+2] + n[j+1:]
	}
}

// output is what a sample gives.
type output struct {
	records []*txn.Record
	rejects []*entry.Reject
	count   entry.Count
}

func (o *output) Record(r *txn.Record, n int) {
	o.records = append(o.records, r.Clone())
	o.count.Records += n
}
func (o *output) Reject(r *entry.Reject, n int) {
	o.rejects = append(o.rejects, r)
	o.count.Rejected += n
}
func (o *output) Skip(k entry.Skip, n int) { o.count.Skipped[k] += n }

// run reads a text by a format.
func run(f *format.Format, name, text string) (*output, error) {
	var o output
	_, err := Reader(f).Read(&entry.Stream{Src: &txn.Source{Name: name}, Head: []byte(text), R: strings.NewReader(text), Loc: china, Year: 2026}, &o)
	return &o, err
}
