package formats

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/format"
)

// outlines.txt has the outlines of the built-in formats, one a line, so that an input is
// told without reading all of them. The tests compare it with the files; go test
// ./parse/formats -update writes it.
//
//go:embed outlines.txt
var outlines string

// Outlines returns those of the formats that come with the program, by name.
var Outlines = sync.OnceValue(func() (list []format.Outline) {
	for line := range strings.Lines(outlines) {
		o, err := format.ParseOutline(strings.TrimSuffix(line, "\n"))
		if err != nil {
			panic("parse/formats: " + err.Error())
		}
		o.Load = sync.OnceValue(func() *format.Format { return builtin(o.Name) })
		list = append(list, o)
	}
	return list
})

// builtin reads one built-in format.
func builtin(name string) *format.Format {
	data, err := Source(name)
	if err == nil {
		var f *format.Format
		if f, err = format.ParseBare(name+".yaml", data); err == nil {
			return f
		}
	}
	panic("parse/formats: " + err.Error())
}

// Later returns the reader that follows a format, which is loaded when an input has the
// name and the text by which it is told.
func Later(o format.Outline) entry.Reader {
	reader := sync.OnceValue(func() entry.Reader { return Reader(o.Load()) })
	return entry.Reader{Name: o.Name,
		Sniff: func(name string, head []byte) (int, string) {
			if !o.Detect.Fits(name, head) {
				return 0, notFitting(&o.Detect)
			}
			return reader().Sniff(name, head)
		},
		Read: func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) { return reader().Read(st, sink) },
		Parts: func(name string, head []byte) *entry.Parting {
			if parts := reader().Parts; parts != nil {
				return parts(name, head)
			}
			return nil
		},
	}
}
