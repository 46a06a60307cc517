package parse

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/txn"
)

// partSize is how much of a long plain log one worker reads at a time. It does
// not depend on the number of workers, so that neither does the result.
var partSize int64 = 16 << 20

// longFile is a plain file that is read in parts, cut at line ends. Every part
// opens it anew, so that many long files do not use up the open files.
type longFile struct {
	in     Input
	head   []byte
	reader entry.Reader
	why    string
	cuts   []int64 // where parts begin, and the size at last
	lines  []int   // per part
	parts  []*File
	source *txn.Source
	err    error // of the hash
}

// split opens an input and plans its parts; nil where it is not a long plain
// file of a reader that can read parts, which is then read as a whole.
func split(in Input, o *Options) *longFile {
	if in.Size < 2*partSize {
		return nil
	}
	l := &longFile{in: in, source: &txn.Source{Name: in.Name}}
	f, err := l.open()
	if err != nil {
		return nil
	}
	defer f.Close()
	if !l.plan(f, o) {
		return nil
	}
	return l
}

// open opens the file where it is one.
func (l *longFile) open() (*os.File, error) {
	rc, err := l.in.open()
	if err != nil {
		return nil, err
	}
	f, ok := rc.(*os.File)
	if !ok {
		rc.Close()
		return nil, errors.New("not a plain file")
	}
	return f, nil
}

func (l *longFile) plan(f *os.File, o *Options) bool {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < 2*partSize {
		return false
	}
	head := make([]byte, headSize)
	n, err := f.ReadAt(head, 0)
	l.head = head[:n]
	if err != nil || wrapping(l.head) != "" || bytes.HasPrefix(l.head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(l.head, []byte{0xFE, 0xFF}) || endsInCR(l.head) {
		return false
	}
	if _, wide := bareUTF16(l.head); wide {
		return false
	}
	l.reader, l.why, err = detect(content{name: l.in.Name, head: l.head}, o)
	if err != nil || l.reader.Parts == nil || !l.reader.Parts(l.in.Name, l.head) {
		return false
	}
	size := info.Size()
	l.cuts = []int64{0}
	for at := partSize; at < size; at += partSize {
		cut, ok := nextLine(f, at)
		if ok && cut > l.cuts[len(l.cuts)-1] && cut < size {
			l.cuts = append(l.cuts, cut)
		}
	}
	l.cuts = append(l.cuts, size)
	l.lines = make([]int, len(l.cuts)-1)
	l.parts = make([]*File, len(l.cuts)-1)
	return true
}

// nextLine returns where the first line begins at or behind an offset; it gives
// up on lines longer than a part may be cut by.
func nextLine(f *os.File, at int64) (int64, bool) {
	b := make([]byte, 64<<10)
	for k := int64(at - 1); k < at+4<<20; {
		n, err := f.ReadAt(b, k)
		if i := bytes.IndexByte(b[:n], '\n'); i >= 0 {
			return k + int64(i) + 1, true
		}
		if err != nil {
			return 0, false
		}
		k += int64(n)
	}
	return 0, false
}

// section opens the bytes from one cut to another.
func (l *longFile) section(ctx context.Context, from, to int64) (io.Reader, io.Closer, error) {
	f, err := l.open()
	if err != nil {
		return nil, nil, err
	}
	return &counter{ctx: ctx, r: io.NewSectionReader(f, from, to-from)}, f, nil
}

// count counts the lines of part k, so that the parts behind know their first
// line.
func (l *longFile) count(ctx context.Context, k int) {
	r, f, err := l.section(ctx, l.cuts[k], l.cuts[k+1])
	if err != nil {
		return // reading the part will fail as well, and say so
	}
	defer f.Close()
	b := make([]byte, 1<<20)
	for {
		n, err := r.Read(b)
		l.lines[k] += bytes.Count(b[:n], []byte{'\n'})
		if err != nil {
			return
		}
	}
}

// hash takes the SHA-256 of the whole file.
func (l *longFile) hash(ctx context.Context) {
	r, f, err := l.section(ctx, 0, l.cuts[len(l.cuts)-1])
	if err != nil {
		l.err = err
		return
	}
	defer f.Close()
	h := sha256.New()
	if _, l.err = io.CopyBuffer(h, r, make([]byte, 1<<20)); l.err == nil {
		l.source.SHA256 = hex.EncodeToString(h.Sum(nil))
	}
}

// read reads part k.
func (l *longFile) read(ctx context.Context, k int, o *Options, h Handler) {
	part := &File{Source: l.source, Summary: &entry.Summary{}, Start: txn.NoInstant, End: txn.NoInstant}
	l.parts[k] = part
	r, f, err := l.section(ctx, l.cuts[k], l.cuts[k+1])
	if err != nil {
		part.Err = err
		return
	}
	defer f.Close()
	st := &entry.Stream{Src: l.source, Head: l.head, R: o.watch(r), Size: l.cuts[k+1] - l.cuts[k],
		Loc: o.Location, Year: o.Year, Modified: l.in.Modified, Password: o.Password, Evidence: o.Evidence, Part: k + 1}
	for _, n := range l.lines[:k] {
		st.Before += uint32(n)
	}
	if o.Sides != nil {
		st.Side = o.Sides(l.in.Name)
	}
	readStream(part, l.reader, st, o, h)
}

// whole puts the parts together as if the file had been read in one.
func (l *longFile) whole() *File {
	f := l.parts[0]
	f.Err = errors.Join(f.Err, l.err)
	for _, p := range l.parts[1:] {
		f.Count.Add(p.Count)
		if p.Start.Valid() && (!f.Start.Valid() || p.Start < f.Start) {
			f.Start = p.Start
		}
		if p.End.Valid() && (!f.End.Valid() || p.End > f.End) {
			f.End = p.End
		}
		f.Err = errors.Join(f.Err, p.Err)
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
	f.Summary.Notes = slices.Insert(f.Summary.Notes, 0, fmt.Sprintf("read as %s: %s", f.Summary.Format, l.why))
	if f.Err == nil && f.Count.Records+f.Count.Rejected+f.Count.Skipped[entry.Filtered] == 0 {
		f.Err = fmt.Errorf("none of its %d lines is a transaction", f.Count.Lines)
	}
	return f
}
