package parse

import (
	"fmt"
	"slices"
	"sync"

	"github.com/poslog/poslog/parse/ecr"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/fielddump"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/formats"
	"github.com/poslog/poslog/parse/iso8583"
	"github.com/poslog/poslog/parse/jpos"
	"github.com/poslog/poslog/parse/kv"
	"github.com/poslog/poslog/parse/logcat"
	"github.com/poslog/poslog/parse/table"
	"github.com/poslog/poslog/parse/zvt"
)

// Formats are the formats of a user's directory, besides the built-in ones.
type Formats struct {
	set     *formats.Set
	readers []entry.Reader
}

// LoadFormats reads and checks the format files of a directory. A format that
// has the name of a built-in one replaces it.
func LoadFormats(dir string) (*Formats, error) {
	set, err := formats.LoadDir(dir)
	if err != nil {
		return nil, err
	}
	return &Formats{set, assemble(set)}, nil
}

// Readers returns all readers in the order in which they are asked; where two
// are equally sure, the first one reads. nil is the built-in ones.
func Readers(f *Formats) []entry.Reader {
	if f == nil {
		return builtin()
	}
	return f.readers
}

var builtin = sync.OnceValue(func() []entry.Reader { return assemble(&formats.Set{}) })

// assemble puts the formats of a user before the built-in ones, described
// formats before the readers that go by the dictionary, and all tables into one
// reader.
func assemble(user *formats.Set) []entry.Reader {
	var readers []entry.Reader
	var tables []format.Outline
	for _, f := range user.List {
		if f.Kind == format.Table {
			tables = append(tables, f.Outline())
		} else {
			readers = append(readers, formats.Reader(f))
		}
	}
	for _, o := range formats.Outlines() {
		switch {
		case user.Find(o.Name) != nil:
		case o.Kind == format.Table:
			tables = append(tables, o)
		default:
			readers = append(readers, formats.Later(o))
		}
	}
	return append(readers, jpos.Reader, fielddump.Reader, ecr.Reader, zvt.Reader, logcat.Reader, iso8583.Reader, formats.JSON, kv.Reader, formats.JSONL, formats.XML, formats.Blocks, table.With(tables...))
}

// List returns all formats that are data, the user's first.
func (f *Formats) List() []*format.Format {
	ours := formats.Builtin().List
	if f == nil {
		return ours
	}
	list := slices.Clone(f.set.List)
	for _, o := range ours {
		if f.set.Find(o.Name) == nil {
			list = append(list, o)
		}
	}
	return list
}

// Find returns a format by its name.
func (f *Formats) Find(name string) (*format.Format, error) {
	list := f.List()
	for _, o := range list {
		if o.Name == name {
			return o, nil
		}
	}
	var names []string
	for _, o := range list {
		names = append(names, o.Name)
	}
	return nil, fmt.Errorf("there is no format %q: known are %v", name, names)
}

// Only returns Formats of which every input is read by the one format given,
// whatever it looks like: for poslog formats test NAME FILE.
func Only(f *format.Format) *Formats {
	r := formats.Reader(f)
	sniff := r.Sniff
	r.Sniff = func(name string, head []byte) (int, string) {
		score, why := sniff(name, head)
		return max(score, enough), why
	}
	return &Formats{&formats.Set{List: []*format.Format{f}}, []entry.Reader{r}}
}
