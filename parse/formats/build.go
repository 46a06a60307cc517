package formats

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// value is one value of a record before it is read.
type value struct {
	field field.Field
	unit  field.Unit
	text  string
}

// builder makes records of values and hands them on with the account of lines.
type builder struct {
	f    *format.Format // nil for the dictionary alone
	st   *entry.Stream
	sink entry.Sink
	sum  entry.Summary
	ctx  field.Context
	rec  txn.Record

	side             txn.Side
	charset          text.Charset
	fen              bool    // amounts without a unit can only be minor units
	seconds          bool    // durations without a unit are in seconds
	set              []value // constants of the format
	line             uint32
	records, rejects int
	blank            func() // called behind every blank line; nil
}

func newBuilder(f *format.Format, st *entry.Stream, sink entry.Sink) *builder {
	b := &builder{f: f, st: st, sink: sink, side: st.Side, charset: text.Judge(st.Head), line: st.Before, ctx: st.Context()}
	if f != nil {
		f.Configure(&b.ctx)
		b.sum.Format = f.Name
		if b.side == txn.SideUnknown {
			b.side = f.Side
		}
		for _, c := range f.Set {
			v := value{field: c.Field, text: c.Value}
			if c.Value == format.FileDate {
				at := field.NearName(st.Src.Name)
				if !at.Valid() {
					continue
				}
				v.text = txn.DateOf(at.Time()).String()
			}
			b.set = append(b.set, v)
		}
	}
	if b.side == txn.SideUnknown {
		b.side = txn.Terminal
	}
	b.sum.Side = b.side
	return b
}

// lookup finds the field of a name.
func (b *builder) lookup(name string) (field.Field, field.Unit) {
	if b.f != nil {
		f, u, _ := b.f.Lookup(name)
		return f, u
	}
	f, u, _ := field.Lookup(name)
	return f, u
}

func (b *builder) pos() txn.Pos { return txn.Pos{Src: b.st.Src, Line: b.line} }

func (b *builder) reject(fieldName, rule, raw, msg, hint string) {
	b.rejects++
	b.sink.Reject(entry.NewReject(b.pos(), fieldName, rule, raw, msg, hint), 1)
}

// withCall adds the code of the call to the values of an answer, in which another code says
// more unless it is 0: "resultCode":"SUCCESS" beside "errCode":"0".
func withCall(values []value, call value) []value {
	switch k := slices.IndexFunc(values, func(v value) bool { return v.field == call.field }); {
	case k < 0:
		return append(values, call)
	case values[k].text == "0":
		values[k] = call
	}
	return values
}

// emit makes one record, or one reject.
func (b *builder) emit(values []value, raw string) bool {
	r := &b.rec
	b.ctx.Begin(r)
	r.Pos, r.Side = b.pos(), b.side
	var got field.Set
	put := func(v value) bool {
		if v.text == "" || v.field <= field.Ignore || got.Has(v.field) {
			return true
		}
		switch {
		case v.unit != field.UnitAuto:
			b.ctx.Units[v.field] = v.unit
		case b.fen && v.field.Money():
			b.ctx.Units[v.field] = field.Minor
		case v.field == field.Latency && b.seconds:
			b.ctx.Units[v.field] = field.Second
		}
		if strings.ContainsRune(v.text, utf8.RuneError) {
			if v.field.Identifier() || v.field.Money() || v.field == field.Code {
				b.reject(v.field.String(), "encoding", v.text, "the value has bytes that are neither UTF-8 nor GB18030", "look whether the file was damaged here")
				return false
			}
			r.Flags |= txn.TruncatedText
		}
		if err := b.ctx.Set(r, v.field, v.text); err != nil {
			b.refuse(err, v.text)
			return false
		}
		if v.field != field.RefundAmount && (v.field != field.Kind || r.Kind != txn.KindUnknown) && (v.field != field.Amount || r.Amount != 0) { // zero where it does not apply: captured 0.00, gross -13.00
			got |= 1 << v.field
		}
		return true
	}
	for _, v := range values {
		if !put(v) {
			return false
		}
	}
	for _, v := range b.set {
		if !put(v) {
			return false
		}
	}
	if err := b.ctx.Finish(r); err != nil {
		b.refuse(err, cmp.Or(b.ctx.Refused(), raw))
		return false
	}
	switch {
	case !r.At.Valid() && r.SettleOn == 0:
		b.reject("time", "time-missing", raw, "the record has no time", "look whether it was damaged")
		return false
	case !r.At.Valid():
		r.At, r.Prec = txn.At(r.SettleOn.Time(b.ctx.Loc)), txn.PrecDay
		r.Flags |= txn.ZoneAssumed
	}
	if r.Code == "" && r.Status == "" && !r.Amount.Valid() && !r.Net.Valid() && r.Flags&txn.TimedOut == 0 {
		b.reject("amount", "value-missing", raw, "the record has neither an amount nor a response code", "look whether it was damaged")
		return false
	}
	b.records++
	b.sink.Record(r, 1)
	return true
}

func (b *builder) refuse(err error, raw string) {
	var e *field.Error
	if errors.As(err, &e) {
		b.reject(e.Field.String(), e.Rule, raw, e.Msg, e.Hint)
		return
	}
	b.reject("", "value", raw, err.Error(), "")
}

// eachLine reads a stream line by line. take accounts for every line that is
// neither blank nor too long; s is undecoded.
func (b *builder) eachLine(take func(s string)) error {
	lines := text.NewLines(b.st.R)
	for {
		s, err := lines.Next()
		switch {
		case err == nil:
		case lastLine(err):
			b.sum.Lines = int(b.line - b.st.Before)
			return nil
		default:
			return fmt.Errorf("%s: reading stopped after line %d: %w", b.st.Src.Name, b.line, err)
		}
		if b.line++; b.line == 1 && strings.HasPrefix(s, "\ufeff") {
			s, b.charset.BOM = s[len("\ufeff"):], true
		}
		switch {
		case lines.Long > 0:
			b.reject("", "line-too-long", s, fmt.Sprintf("the line has %d bytes, more than the %d that a line may have", lines.Long, text.MaxLine),
				"check whether the file is text and its lines end in LF")
		case text.Blank(s):
			b.sink.Skip(entry.Blank, 1)
			if b.blank != nil {
				b.blank()
			}
		default:
			take(s)
		}
	}
}

// finish completes the summary, or says that nothing was found.
func (b *builder) finish(what string) (*entry.Summary, error) {
	if b.records == 0 && b.rejects == 0 && b.st.Part == 0 {
		return nil, fmt.Errorf("%s: none of its %d lines is %s", b.st.Src.Name, b.sum.Lines, what)
	}
	if b.sum.Charset == "" {
		b.sum.Charset = b.charset.Name()
	}
	if b.f != nil && b.f.Title != "" {
		b.sum.Notes = append(b.sum.Notes, b.f.Title)
	}
	return &b.sum, nil
}

// probe reads the head of an input into nothing and counts.
func probe(name string, head []byte, read func(*entry.Stream, entry.Sink) (*entry.Summary, error)) probed {
	if n := strings.LastIndexByte(string(head), '\n'); len(head) >= 32<<10 && n > 0 {
		head = head[:n+1] // the last line of a long head is cut
	}
	var p probed
	_, p.err = read(&entry.Stream{Src: &txn.Source{Name: name}, Head: head, R: strings.NewReader(string(head)), Loc: time.UTC, Year: 2026}, &p)
	return p
}

// probed counts what a head holds.
type probed struct {
	records, rejects, noise int
	first                   *entry.Reject
	err                     error
}

func (p *probed) Record(*txn.Record, int) { p.records++ }
func (p *probed) Reject(r *entry.Reject, n int) {
	p.rejects += n
	if p.first == nil {
		p.first = r
	}
}
func (p *probed) Skip(k entry.Skip, n int) {
	if k == entry.Noise {
		p.noise += n
	}
}

// always says that lines do not depend on each other.
func always(string, []byte) *entry.Parting { return &entry.Parting{} }
