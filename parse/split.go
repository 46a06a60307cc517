package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// partSize is how much of a log one worker reads at a time. It does not depend on
// the number of workers, so that neither does the result.
var partSize int64 = 2 << 20

// readParts reads a stream whose lines do not depend on each other in parts, cut
// at line ends, which the workers share. A stream of one part is read as a whole.
func readParts(f *File, chosen entry.Reader, st *entry.Stream, o *Options, w *worker) {
	size := partSize
	if st.At != nil { // a plain file: a small one needs less
		size = min(size, st.Size+1)
	}
	var (
		s      = sharing{worker: w}
		r      = st.R
		parts  []*File
		before uint32
		free   = make(chan []byte, cap(w.pool.shares)+2)
		block  = make([]byte, size)
		n      int
	)
	part := func() *File {
		p := &File{Source: f.Source, Summary: &entry.Summary{}, Start: txn.NoInstant, End: txn.NoInstant}
		parts = append(parts, p)
		return p
	}
	for {
		m, err := fill(r, block[n:])
		n += m
		cut := bytes.LastIndexByte(block[:n], '\n') + 1
		if err != nil || cut == 0 {
			last := *st
			if last.R = text.InMemory(block[:n], err); err == nil { // a line longer than a part: one worker reads on
				last.R = io.MultiReader(bytes.NewReader(block[:n]), r)
			}
			if len(parts) == 0 {
				readStream(f, chosen, &last, o, w)
				return
			}
			p := part()
			last.Part, last.Before = len(parts), before
			readStream(p, chosen, &last, o, w)
			s.wait()
			join(f, parts)
			return
		}
		full, own, p := block, *st, part()
		own.R, own.Part, own.Before = text.InMemory(full[:cut], io.EOF), len(parts), before
		before += uint32(bytes.Count(full[:cut], []byte{'\n'}))
		select {
		case block = <-free:
		default:
			block = make([]byte, partSize)
		}
		n = copy(block, full[cut:n])
		s.share(func(w *worker) {
			readStream(p, chosen, &own, o, w)
			if int64(len(full)) < partSize {
				return
			}
			select { // readers keep nothing of the text
			case free <- full:
			default:
			}
		})
	}
}

// fill reads until p is full or the stream ends.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

// join puts the parts together as if the file had been read in one.
func join(f *File, parts []*File) {
	f.Summary = parts[0].Summary
	for i, p := range parts {
		f.add(p)
		f.Err = errors.Join(f.Err, p.Err)
		if i == 0 {
			continue
		}
		s := f.Summary
		s.Lines += p.Summary.Lines
		if s.Charset != p.Summary.Charset && p.Summary.Charset != "utf-8" && s.Charset == "utf-8" {
			s.Charset = p.Summary.Charset
		}
		for _, c := range p.Summary.Columns {
			if !slices.Contains(s.Columns, c) {
				s.Columns = append(s.Columns, c)
			}
		}
		for _, n := range p.Summary.Notes {
			if !slices.Contains(s.Notes, n) {
				s.Notes = append(s.Notes, n)
			}
		}
	}
	if f.Err == nil && f.Count.Records+f.Count.Rejected+f.Count.Skipped[entry.Filtered] == 0 {
		f.Err = fmt.Errorf("none of its %d lines is a transaction", f.Count.Lines)
	}
}
