package parse

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/txn"
)

// Options are the settings of a run.
type Options struct {
	Formats  *Formats                         // user formats besides the built-in ones, nil for none
	Location *time.Location                   // zone of times that state none; nil is UTC
	Zones    func(name string) *time.Location // zone of the times of one input, by its name; nil, or a nil zone, is Location
	Year     int                              // year of times that state none, 0 = infer
	Sides    func(name string) txn.Side       // as the user says, by input name; nil detects all
	Workers  int                              // that read inputs and parts of inputs at once; 0 is one
	Password string                           // of encrypted workbooks
	Progress *atomic.Int64                    // counts the stored bytes as they are read; may be nil
	Evidence func(text string) bool           // texts that are evidence without a transaction, such as 拨号无应答; nil is none. Called by several workers at once.
	Keep     func(*txn.Record) bool           // rows to hand on; others are counted as filtered. nil keeps all. Called by several workers at once.
}

// Handler takes what one worker reads. Its methods are called by that worker
// only, and a Record is valid until the call returns.
type Handler interface {
	Record(*txn.Record)
	Reject(*entry.Reject)
}

// File is the account of one input, or of one member of an archive.
type File struct {
	Source     *txn.Source    // the one that all positions point to
	Summary    *entry.Summary // never nil
	Count      entry.Count
	Start, End txn.Instant // first and last time of its records, NoInstant where none has one
	Found      bool        // met while walking a directory, not named by the user
	Err        error       // why it was not read, or not to its end; its records so far were handed on

	open open // questions of its records
}

// Understood reports whether the input was recognised and read to its end.
func (f *File) Understood() bool { return f.Err == nil }

// BothLegs reports whether the input is a log in which nearly every payment stands twice, from the
// terminal and to the host, under two trace numbers.
func (f *File) BothLegs() bool { return f.open.legs.both() }

// Read reads all inputs, up to Workers at once, and returns one File per input
// in order of the names, whatever the order of the inputs or of the work. A
// failure of one input stands in its File; the error is for what concerns all:
// no inputs, or a cancelled context. newHandler is called once per worker before
// any work begins.
func Read(ctx context.Context, inputs []Input, o Options, newHandler func(worker int) Handler) ([]*File, error) {
	if len(inputs) == 0 {
		return nil, errors.New("there are no inputs")
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	// Long inputs first, so that no worker is left with one at the end.
	order := slices.Clone(inputs)
	slices.SortStableFunc(order, func(a, b Input) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.Name, b.Name))
	})
	p := newPool(useful(order, max(o.Workers, 1)), newHandler)
	whole := make([][]*File, len(order))
	for i, in := range order {
		p.do(func(w *worker) { whole[i] = readInput(ctx, in, &o, w) })
	}
	p.close()
	files := slices.Concat(whole...)
	slices.SortStableFunc(files, func(a, b *File) int { return strings.Compare(a.Source.Name, b.Source.Name) })
	sameBytes(files)
	return files, ctx.Err()
}

// useful is how many of the workers the inputs can keep busy: one for each input
// and part of one.
func useful(inputs []Input, workers int) int {
	n := len(inputs)
	for _, in := range inputs {
		if in.Size < 0 {
			return workers
		}
		n += int(min(in.Size/partSize, int64(workers)))
	}
	return min(n, workers)
}

// sameBytes notes inputs that are copies of each other.
func sameBytes(files []*File) {
	first := map[string]string{}
	for _, f := range files {
		if f.Source.SHA256 == "" || f.Count.Lines == 0 {
			continue
		}
		if name, twice := first[f.Source.SHA256]; twice {
			f.Summary.Notes = append(f.Summary.Notes, "it is byte for byte the same as "+name+": leave one of them out")
		} else {
			first[f.Source.SHA256] = f.Source.Name
		}
	}
}

// readInput reads one stored file with everything in it.
func readInput(ctx context.Context, in Input, o *Options, w *worker) []*File {
	var files []*File
	fail := func(err error) []*File {
		f := newFile(in.Name)
		f.Err, f.Found = err, in.Found
		return append(files, f)
	}
	rc, err := in.open()
	if err != nil {
		return fail(err)
	}
	defer rc.Close()
	if in.Found && in.Size == 0 { // logs are begun empty: no fault where nobody named it
		f := newFile(in.Name)
		f.Found, f.Summary.Notes = true, []string{"the file is empty"}
		f.Source.SHA256 = hex.EncodeToString(sha256.New().Sum(nil))
		return append(files, f)
	}
	var at io.ReaderAt
	if f, ok := rc.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			at = f
		}
	}
	sum := sha256.New()
	tee := o.watch(io.TeeReader(rc, sum))
	err = unpack(ctx, in.Name, tee, at, in.Size, in.Modified, newBudget(in.Size), func(c content) error {
		f, err := readContent(c, o, w)
		files = append(files, f)
		return err
	})
	if n := len(files); err != nil && (n == 0 || fatal(files[n-1].Err) == nil) {
		return fail(err)
	}
	// A reader with random access has not read the stream, and an archive not to
	// its end: the hash is of all stored bytes.
	if _, err := io.Copy(io.Discard, tee); err != nil && ctx.Err() == nil {
		return fail(err)
	}
	stored := hex.EncodeToString(sum.Sum(nil))
	short := shortened(rc, in.Size)
	for _, f := range files {
		f.Found, f.Err = in.Found, cmp.Or(f.Err, short)
		if f.Source.SHA256 == "" {
			f.Source.SHA256 = stored
		}
	}
	return files
}

// shortened is an error where a file was read to its end before the size that it had at first:
// a log that is emptied or exchanged meanwhile would lack its later rows without a word.
func shortened(rc io.ReadCloser, size int64) error {
	f, ok := rc.(*os.File)
	if !ok || size < 0 {
		return nil
	}
	read, err := f.Seek(0, io.SeekCurrent)
	if info, e := f.Stat(); err != nil || e != nil || !info.Mode().IsRegular() || read >= size {
		return nil
	}
	return &PackedError{Rule: "file-shorter", Err: fmt.Errorf("the file became shorter while it was read: %d bytes of %d were left; read a copy, or the rotated file", read, size)}
}

// watch counts what is read for a progress display.
func (o *Options) watch(r io.Reader) io.Reader {
	if o.Progress == nil {
		return r
	}
	return &watched{r, o.Progress}
}

type watched struct {
	r io.Reader
	n *atomic.Int64
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n.Add(int64(n))
	return n, err
}

func newFile(name string) *File {
	return &File{Source: source(name), Summary: &entry.Summary{}, Start: txn.NoInstant, End: txn.NoInstant}
}

// readContent has one file read by the reader that knows it best. Only an error
// that ends the whole archive is returned; all others stand in the File.
func readContent(c content, o *Options, w *worker) (*File, error) {
	f := newFile(c.name)
	var sum hash.Hash
	if strings.ContainsRune(c.name, '!') && len(c.wrapping) > 0 { // members have a hash of their own
		sum = sha256.New()
		c.r = io.TeeReader(c.r, sum)
	}
	chosen, why, err := detect(c, o)
	var unknown *NotUnderstood
	for errors.As(err, &unknown) && unknown.What == "" {
		in, ok := further(&c, o)
		if !ok {
			break
		}
		c = in
		chosen, why, err = detect(c, o)
	}
	if err != nil {
		f.Err = cmp.Or(c.damage, err) // damage is why nobody knows it
		return f, fatal(err)
	}
	st := &entry.Stream{Src: f.Source, Head: c.head, R: c.r, At: c.at, Size: c.size,
		Loc: o.Location, Order: orderOf(c), Year: o.Year, Modified: c.modified, Password: o.Password, Evidence: o.Evidence}
	if o.Zones != nil {
		st.Loc = cmp.Or(o.Zones(c.name), o.Location)
	}
	if o.Sides != nil {
		st.Side = o.Sides(c.name)
	}
	chosen = oldestFirst(withAnswers(chosen, st), st)
	var how *entry.Parting
	if chosen.Parts != nil {
		how = chosen.Parts(c.name, c.head)
	}
	if how != nil {
		st.Side = cmp.Or(st.Side, how.Side)
		readParts(f, chosen, how, st, o, w)
	} else {
		readStream(f, chosen, st, o, w)
	}
	if c.late {
		f.Summary.Notes = append([]string{lateNote}, f.Summary.Notes...)
	}
	f.Summary.Notes = slices.Concat([]string{fmt.Sprintf("read as %s: %s", f.Summary.Format, why)}, chosen.Notes, f.Summary.Notes, f.open.currency(f.Summary.Format, c.head), f.open.year(o.Year != 0 || field.NearName(c.name).Valid()), f.open.notes())
	if note := orderNotes[st.Order]; note != "" && !slices.ContainsFunc(f.Summary.Columns, func(c entry.Column) bool { return c.Index > 0 }) {
		f.Summary.Notes = append(f.Summary.Notes, note)
	}
	f.Summary.MaskCards()
	if n := len(c.wrapping); n > 0 {
		f.Summary.Notes = append(f.Summary.Notes, "unpacked from "+strings.Join(c.wrapping, ", then "))
	}
	if sum != nil {
		if _, err := io.Copy(io.Discard, c.r); err == nil {
			f.Source.SHA256 = hex.EncodeToString(sum.Sum(nil))
		}
	}
	return f, fatal(f.Err)
}

// orderOf says by the dates at the head and at the end of an input which number of them is the day.
func orderOf(c content) field.Order {
	head := field.OrderOf(c.head)
	if head != field.OrderAuto || c.at == nil || c.size <= int64(len(c.head)) || !bytes.Contains(c.head, []byte("/20")) {
		return head
	}
	end := make([]byte, min(headSize, c.size-int64(len(c.head))))
	n, _ := c.at.ReadAt(end, c.size-int64(len(end)))
	return field.OrderOf(end[:n])
}

var orderNotes = [...]string{
	field.LikelyDay:   "dates are day first: some have a first number above 12",
	field.LikelyMonth: "dates are month first: some have a second number above 12",
}

// readStream has one stream read and keeps its account, with what the reader
// shared out.
func readStream(f *File, chosen entry.Reader, st *entry.Stream, o *Options, w *worker) {
	a := &account{file: f, handler: w.handler, keep: o.Keep}
	s := shared{sharing: sharing{worker: w}, reader: chosen.Name, keep: o.Keep, sum: newFile("")}
	st.Share, st.Wait = s.share, s.wait
	summary, err := read(chosen, st, a)
	err = errors.Join(err, s.wait())
	f.add(s.sum)
	a.lines += s.sum.Count.Lines
	if summary != nil {
		f.Summary = summary
	}
	if f.Summary.Format == "" {
		f.Summary.Format = chosen.Name
	}
	f.Count.Lines = f.Summary.Lines
	if f.Summary.Lines == 0 {
		f.Count.Lines = a.lines
	}
	switch {
	case err != nil:
		f.Err = fmt.Errorf("%w", trimName(err, f.Source.Name))
		f.Count.Lines = a.lines // as far as it was read
	case st.Then == nil && st.Carry == nil && f.Count.Check() != nil: // some lines of a part are accounted for in another
		f.Err = fmt.Errorf("internal error in the %s reader: %w", chosen.Name, f.Count.Check())
	}
}

// add adds the account of a part.
func (f *File) add(p *File) {
	f.Count.Add(p.Count)
	f.spans(p.Start)
	f.spans(p.End)
	f.open.join(&p.open)
}

// spans widens the period of a file to a time.
func (f *File) spans(at txn.Instant) {
	if !at.Valid() {
		return
	}
	if !f.Start.Valid() || at < f.Start {
		f.Start = at
	}
	if !f.End.Valid() || at > f.End {
		f.End = at
	}
}

// fatal keeps the errors that end everything inside one input.
func fatal(err error) error {
	var tooMuch bomb
	if errors.As(err, &tooMuch) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// read calls the reader and turns a panic, which is our mistake, into an error
// of this input alone.
func read(r entry.Reader, st *entry.Stream, s entry.Sink) (sum *entry.Summary, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = internal(r.Name, p)
		}
	}()
	return r.Read(st, s)
}

func internal(reader string, p any) error {
	return fmt.Errorf("internal error in the %s reader: %v; please report it with the file's first lines", reader, txn.Scrub(fmt.Sprint(p)))
}

// trimName takes the file's name off an error that begins with it, since File
// carries the name.
func trimName(err error, name string) error {
	if s, ok := strings.CutPrefix(err.Error(), name+": "); ok {
		return &named{s, err}
	}
	return err
}

type named struct {
	msg string
	err error
}

func (n *named) Error() string { return n.msg }
func (n *named) Unwrap() error { return n.err }

// account keeps the books of one file and applies the filter.
type account struct {
	file    *File
	handler Handler
	keep    func(*txn.Record) bool
	lines   int
}

func (a *account) Record(r *txn.Record, lines int) {
	a.further(lines)
	r.MaskCards()
	if a.keep != nil && !a.keep(r) {
		a.file.Count.Skipped[entry.Filtered]++
		return
	}
	a.file.Count.Records++
	a.file.spans(r.At)
	a.file.open.add(r)
	a.handler.Record(r)
}

func (a *account) Reject(r *entry.Reject, lines int) {
	a.further(lines)
	a.file.Count.Rejected++
	a.handler.Reject(r)
}

// source names an input in everything that is written; banks name statements
// after the card.
func source(name string) *txn.Source { return &txn.Source{Name: txn.MaskCard(name)} }

// further counts the lines of a record or reject behind its first one.
func (a *account) further(lines int) {
	a.lines += lines
	a.file.Count.Skipped[entry.Continuation] += lines - 1
}

func (a *account) Skip(kind entry.Skip, lines int) {
	a.lines += lines
	a.file.Count.Skipped[kind] += lines
}
