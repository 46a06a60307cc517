package formats

import (
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// JSON reads a document with an array of objects, one of them a transaction, as
// interfaces answer and database programs export: [{...}], {"data":{"list":[...]}},
// {"RECORDS":[...]}; where no array has any, one whose objects over several lines are
// transactions: one answer, or one behind the other, or by their keys, {"T1":{...},"T2":{...}}.
// Names are found as in [JSONL].
var JSON = byNames("json", nil, sniffDocument, readDocument)

// byNames is a reader that goes by the dictionary, f nil, or by that and some names more.
func byNames(name string, f *format.Format, sniff func(f *format.Format, name string, head []byte) (int, string),
	read func(f *format.Format, st *entry.Stream, sink entry.Sink) (*entry.Summary, error)) entry.Reader {
	return entry.Reader{Name: name, Unjoined: true,
		Sniff: func(name string, head []byte) (int, string) { return sniff(f, name, head) },
		Read:  func(st *entry.Stream, sink entry.Sink) (*entry.Summary, error) { return read(f, st, sink) },
		Knowing: func(more map[string]field.Field) entry.Reader {
			return byNames(name, format.Knowing(name, more), sniff, read)
		}}
}

// maxDocument bounds the documents that are read: they are held in memory.
const maxDocument = 256 << 20

func sniffDocument(f *format.Format, name string, head []byte) (int, string) {
	first := text.Begin(head)
	if len(first) == 0 || first[0] != '{' && first[0] != '[' {
		return 0, "it is no JSON document"
	}
	if text.Ours(head) {
		return 0, "it is a report of poslog"
	}
	var p probed
	d := newDocument(f, &entry.Stream{Src: &txn.Source{Name: name}, Head: head, Year: 2026}, &p)
	d.lone = lone(f, head)
	d.walk(string(head))
	switch {
	case d.lone && p.records > 0:
		return 60, fmt.Sprintf("%d objects over several lines are transactions", p.records)
	case d.lone && p.rejects > 0:
		return 20, "what its objects over several lines say of transactions cannot be read: " + p.first.Msg
	case p.records == 0 && p.rejects > 0:
		return 20, fmt.Sprintf("%d objects in an array are transactions, and none can be read: %s", p.rejects, p.first.Msg)
	case p.records == 0:
		return 0, "no array holds objects with members such as code, tid and amount"
	}
	return 55 + 40*p.records/(p.records+p.rejects+p.noise), fmt.Sprintf("%d objects in an array are transactions", p.records)
}

// lone reports whether no array of a document has transactions, and its objects go over
// several lines.
func lone(f *format.Format, head []byte) bool {
	first := text.Begin(head)
	if len(first) == 0 || first[0] != '{' {
		return false
	}
	sc := scanner{s: string(first)}
	sc.skip(1)
	if !strings.Contains(sc.s[:sc.i], "\n") {
		return false
	}
	var p probed
	newDocument(f, &entry.Stream{Src: &txn.Source{}, Head: head, Year: 2026}, &p).walk(string(head))
	return p.records+p.rejects == 0
}

func readDocument(f *format.Format, st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	text, whole, err := hold(st.R)
	if err != nil {
		return nil, err
	}
	if !whole {
		return nil, fmt.Errorf("%s: the JSON document has more than %d MiB; write it as one object per line (jq -c '.[]')", st.Src.Name, maxDocument>>20)
	}
	d := newDocument(f, st, sink)
	d.lone = lone(f, st.Head)
	ahead := newDocument(f, &entry.Stream{Src: st.Src}, &probed{})
	var shape field.Shape
	ahead.signs = &unitSigns{}
	ahead.lone = d.lone
	ahead.look = func(s string) { ahead.shape(s, &shape) }
	ahead.walk(string(st.Head))
	d.settle(&shape, ahead.jsonLines)
	if known := ahead.known(); st.Side == txn.SideUnknown && !known.Has(field.Code) && known&settled != 0 {
		d.side, d.sum.Side = txn.Settlement, txn.Settlement
	}
	msg := d.walk(text)
	if msg != "" {
		d.reject("", "json-syntax", "", "the document is not well formed: "+msg, "look whether it was cut; what stands before was read")
	}
	d.account(text, msg != "")
	d.sum.Format = "json"
	d.columns()
	if d.stated != "" && !d.known().Has(field.Currency) {
		d.sum.Notes = append(d.sum.Notes, fmt.Sprintf("rows without a currency have that of the object around them: %s", d.stated))
	}
	if d.shared > 0 {
		d.sum.Notes = append(d.sum.Notes, fmt.Sprintf("%d objects share a line with another; each counts as a row, and positions number them on", d.shared))
	}
	return d.finish("an object of an array with the members of a transaction")
}

// hold reads a document into memory, whole where it is no longer than maxDocument. It
// takes twice its size at most, and one that is too long takes maxDocument.
func hold(r io.Reader) (text string, whole bool, err error) {
	var blocks [][]byte
	size := 0
	for err == nil {
		block, n := make([]byte, 1<<20), 0
		for n < len(block) && err == nil {
			var m int
			m, err = r.Read(block[n:])
			n += m
		}
		if size += n; size > maxDocument {
			return "", false, nil
		}
		blocks = append(blocks, block[:n])
	}
	if err != io.EOF {
		return "", false, err
	}
	var b strings.Builder
	b.Grow(size)
	for _, block := range blocks {
		b.Write(block)
	}
	return b.String(), true, nil
}

// document is a document as it is walked over.
type document struct {
	*jsonLines
	rows   tally  // the account of the object at hand goes through it
	spans  []span // lines that objects cover, in order
	last   uint32 // line of the byte at seen
	seen   int
	shared int
	lone   bool                // objects are taken that stand in no array
	aside  *jsonLines          // looks at objects before they are taken
	stated string              // currency of the rows that state none
	look   func(object string) // instead of taking it; nil
}

type span struct{ from, to uint32 }

// tally passes on what one object becomes, with all the lines that it covers.
type tally struct {
	entry.Sink
	lines int
}

func (t *tally) Record(r *txn.Record, _ int)   { t.Sink.Record(r, t.lines) }
func (t *tally) Reject(r *entry.Reject, _ int) { t.Sink.Reject(r, t.lines) }
func (t *tally) Skip(kind entry.Skip, n int)   { t.Sink.Skip(kind, max(n, t.lines)) }

func newDocument(f *format.Format, st *entry.Stream, sink entry.Sink) *document {
	d := &document{rows: tally{sink, 1}, last: 1}
	d.jsonLines = &jsonLines{builder: newBuilder(f, st, &d.rows), listed: true}
	return d
}

// walk takes every object that is an element of an array. It returns what is
// wrong with the document.
func (d *document) walk(s string) string {
	s = strings.TrimPrefix(s, "\ufeff")
	sc := scanner{s: s}
	if d.lone {
		return d.objects(&sc)
	}
	if msg := d.inside(&sc, 1); msg != "" {
		return msg
	}
	for sc.blank(); sc.i < len(sc.s); sc.blank() { // one answer of an interface per line
		if sc.peek() != '{' && sc.peek() != '[' {
			return fmt.Sprintf("something follows it at byte %d", sc.i+1)
		}
		if msg := d.inside(&sc, 1); msg != "" {
			return msg
		}
	}
	return ""
}

// objects takes the objects of a document that stand in no array.
func (d *document) objects(sc *scanner) string {
	for sc.blank(); sc.i < len(sc.s); sc.blank() {
		from := sc.i
		if sc.peek() != '{' {
			return fmt.Sprintf("something follows it at byte %d", sc.i+1)
		}
		msg := sc.skip(1)
		if msg != "" { // what it has by keys may be whole
			d.object(sc.s, extent{from, len(sc.s)}, 1, true)
			return msg
		}
		d.object(sc.s, extent{from, sc.i}, 1, false)
		sc.take(',')
	}
	return ""
}

// extent is a part of the text.
type extent struct{ from, to int }

// object takes an object, or those in it where they are the transactions: several that are
// whole by themselves, or one where nothing beside it belongs to it.
func (d *document) object(s string, at extent, depth int, cut bool) {
	var whole, other, open []extent
	sc := scanner{s: s[:at.to], i: at.from}
	direct := false
	sc.members(func(name string) string {
		sc.blank()
		from := sc.i
		if sc.peek() != '{' {
			f, _ := d.lookup(name)
			direct = direct || f == field.Amount || f == field.Code
		}
		object := sc.peek() == '{'
		if msg := sc.skip(1); msg != "" || !object {
			if object {
				open = append(open, extent{from, at.to})
			}
			return msg
		}
		if part := (extent{from, sc.i}); d.holds(s[part.from:part.to], true) {
			whole = append(whole, part)
		} else if d.holds(s[part.from:part.to], false) {
			other = append(other, part)
		}
		return ""
	})
	if direct || depth > maxNesting || len(whole) == 0 && len(open) == 0 || len(whole) == 1 && len(other) > 0 {
		if !cut {
			d.element(s, at.from, at.to)
		}
		return
	}
	for _, part := range whole {
		d.object(s, part, depth+1, false)
	}
	for _, part := range open {
		d.object(s, part, depth+1, true)
	}
}

// holds reports whether an object has a whole transaction, or any part of one.
func (d *document) holds(text string, whole bool) bool {
	if d.aside == nil || d.aside.members > 1000 { // keys are names that never come again
		d.aside = newDocument(d.f, &entry.Stream{Src: d.st.Src}, &probed{}).jsonLines
	}
	j := d.aside
	if j.collect(text) != "" {
		return false
	}
	have := j.have()
	if whole {
		return j.verdict() == field.Answer && (have.Has(field.Time) || have.Has(field.Date))
	}
	return have.Has(field.Amount) || have.Has(field.Code)
}

// inside walks over one value and takes the objects of arrays in it.
func (d *document) inside(sc *scanner, depth int) string {
	if depth > maxNesting {
		return fmt.Sprintf("values are nested more than %d deep", maxNesting)
	}
	sc.blank()
	switch sc.peek() {
	case '{':
		defer func(set []value) { d.set = set }(d.set)
		return sc.members(func(name string) string {
			from := sc.i
			msg := d.inside(sc, depth+1)
			d.states(name, strings.Trim(sc.s[from:sc.i], " \t\r\n:\""))
			return msg
		})
	case '[':
		return sc.elements(func() string {
			if sc.peek() != '{' {
				return d.inside(sc, depth+1)
			}
			from := sc.i
			if msg := sc.skip(depth + 1); msg != "" {
				return msg
			}
			text := sc.s[from:sc.i]
			if j := d.jsonLines; j.collect(text) == "" && j.verdict() == field.Noise && strings.Contains(text, "[") {
				sc.i = from // a shop with its transactions
				return d.inside(sc, depth+1)
			}
			d.element(sc.s, from, sc.i)
			return ""
		})
	}
	return sc.skip(depth)
}

// states takes the currency that an object states for the lists in it.
func (d *document) states(name, v string) {
	if len(v) != 3 || d.f.Described() || d.look != nil {
		return
	}
	if f, _ := d.lookup(name); f != field.Currency || !currency(v) {
		return
	}
	d.set = append(d.set[:len(d.set):len(d.set)], value{field: field.Currency, text: v})
	d.stated = name + " " + v
}

// currency reports whether a text is a currency.
func currency(v string) bool {
	return v == strings.ToUpper(v) && new(field.Context).Set(txn.New(), field.Currency, v) == nil
}

// element takes the object s[from:to].
func (d *document) element(s string, from, to int) {
	if d.look != nil {
		d.look(s[from:to])
		return
	}
	d.last += uint32(strings.Count(s[d.seen:from], "\n"))
	d.seen = from
	sp := span{d.last, d.last + uint32(strings.Count(s[from:to], "\n"))}
	d.rows.lines = int(sp.to-sp.from) + 1
	if n := len(d.spans); n > 0 && d.spans[n-1].to == sp.from {
		d.shared++
	}
	d.spans = append(d.spans, sp)
	d.line = max(sp.from, d.line+1)
	d.take(s[from:to])
	d.rows.lines = 1
}

// account skips the lines that no object covers. An object that begins on the
// line where another ended is a row more.
func (d *document) account(s string, broken bool) {
	all := strings.Count(s, "\n")
	if s != "" && !strings.HasSuffix(s, "\n") {
		all++
	}
	covered := 0
	for _, sp := range d.spans {
		covered += int(sp.to-sp.from) + 1
	}
	rest := all - (covered - d.shared)
	d.sum.Lines = all + d.shared
	switch {
	case broken && rest > 0:
		rest-- // the reject stands for it
	case broken:
		d.sum.Lines++
	}
	d.rows.Sink.Skip(entry.Header, rest)
}
