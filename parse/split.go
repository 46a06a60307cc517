package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/poslog/poslog/internal/room"
	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// partSize is how much of a log one worker reads at a time. It does not depend on
// the number of workers, so that neither does the result.
var partSize int64 = 2 << 20

// firstBlock is what is read of a stream whose size nobody knows, such as a member of an archive,
// before there is room for a whole part: an archive may hold thousands of small files.
const firstBlock = 64 << 10

// readParts reads a stream in parts, cut at line ends, which the workers share. A
// stream of one part is read as a whole.
func readParts(f *File, chosen entry.Reader, how *entry.Parting, st *entry.Stream, o *Options, w *worker) {
	first := min(partSize, firstBlock)
	if st.At != nil { // a plain file: its size is known
		first = min(partSize, st.Size+1)
	}
	var (
		s      = sharing{worker: w}
		c      chain
		parts  []*File
		before uint32
		free   = make(chan []byte, cap(w.pool.shares)+2)
		block  = room.Buffer(int(first))
		n      int
	)
	part := func(text []byte) (*File, *entry.Stream) {
		p := &File{Source: f.Source, Summary: &entry.Summary{}, Start: txn.NoInstant, End: txn.NoInstant}
		parts = append(parts, p)
		own := *st
		own.Part, own.Before = len(parts), before
		if how.Look != nil {
			own.Ahead = how.Look(text)
		}
		return p, &own
	}
	for {
		m, err := fill(st.R, block[n:])
		n += m
		if size := int64(len(block)); err == nil && size < partSize && st.At == nil {
			larger := room.Buffer(int(min(4*size, partSize)))
			copy(larger, block)
			block = larger
			continue
		}
		cut := 0
		if err == nil {
			cut = cutAt(how, block[:n])
		}
		switch {
		case cut == 0 && len(parts) == 0: // all in one
			own := *st
			own.R = rest(block[:n], st.R, err)
			if how.Look != nil {
				own.Ahead = how.Look(nil)
			}
			readStream(f, chosen, &own, o, w)
			return
		case err != nil:
			p, own := part(block[:n])
			own.R, own.Last = rest(block[:n], st.R, err), true
			c.readPart(p, chosen, own, o, w, func() {})
			s.wait()
			join(f, chosen.Name, parts, c.used)
			return
		case cut == 0: // a line longer than a part: one worker reads on
			s.wait()
			p, own := part(block[:n])
			own.R, own.Last, own.Carry = rest(block[:n], st.R, nil), true, c.carry
			readStream(p, chosen, own, o, w)
			join(f, chosen.Name, parts, c.used)
			return
		}
		full := block
		p, own := part(full[:cut])
		own.R = text.InMemory(full[:cut], io.EOF)
		before += uint32(bytes.Count(full[:cut], []byte{'\n'}))
		select {
		case block = <-free:
		default:
			block = room.Buffer(int(partSize))
		}
		n = copy(block, full[cut:n])
		s.share(func(w *worker) {
			c.readPart(p, chosen, own, o, w, func() {
				if int64(len(full)) < partSize {
					return
				}
				select { // readers keep nothing of the text
				case free <- full:
				default:
				}
			})
		})
	}
}

// cutAt is where a part ends that begins at the start of a block, 0 for nowhere.
func cutAt(how *entry.Parting, block []byte) int {
	if how.Cut != nil {
		if cut := how.Cut(block); cut > 0 {
			return cut
		}
	}
	return bytes.LastIndexByte(block, '\n') + 1
}

// rest is what is left of a stream of which a block was read.
func rest(block []byte, r io.Reader, err error) io.Reader {
	if err != nil {
		return text.InMemory(block, err)
	}
	return io.MultiReader(bytes.NewReader(block), r)
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

// join puts the parts together as if the file had been read in one. Where the parts
// were chained, the last summary is that of all.
func join(f *File, reader string, parts []*File, chained bool) {
	for _, p := range parts {
		f.add(p)
		f.Err = errors.Join(f.Err, p.Err)
	}
	lines := 0
	if f.Summary = parts[0].Summary; chained {
		f.Summary = parts[len(parts)-1].Summary
	}
	for i, p := range parts {
		lines += p.Summary.Lines
		if i > 0 && !chained {
			merge(f.Summary, p.Summary)
		}
	}
	f.Summary.Lines = lines
	switch {
	case f.Err != nil:
		f.Count.Lines = f.Count.Sum() // as far as it was read
	case f.Count.Check() != nil:
		f.Err = fmt.Errorf("internal error in the %s reader: %w", reader, f.Count.Check())
	case f.Count.Records+f.Count.Rejected+f.Count.Skipped[entry.Filtered] == 0:
		f.Err = fmt.Errorf("none of its %d lines is a transaction", f.Count.Lines)
	}
}

// merge adds what a part found out.
func merge(s, part *entry.Summary) {
	if s.Charset != part.Charset && part.Charset != "utf-8" && s.Charset == "utf-8" {
		s.Charset = part.Charset
	}
	for _, c := range part.Columns {
		if !slices.Contains(s.Columns, c) {
			s.Columns = append(s.Columns, c)
		}
	}
	for _, n := range part.Notes {
		if !slices.Contains(s.Notes, n) {
			s.Notes = append(s.Notes, n)
		}
	}
}
