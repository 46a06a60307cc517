package formats

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/poslog/poslog/parse/entry"
	"github.com/poslog/poslog/parse/field"
	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/parse/text"
	"github.com/poslog/poslog/txn"
)

// XML reads documents of XML in which one element stands for each transaction, as
// interfaces answer. Its name is found out from what is in it: names that the
// dictionary knows, a time among them, and a response code or an amount.
var XML = byNames("xml", nil, sniffXML, readXML)

func sniffXML(names *format.Format, name string, head []byte) (int, string) {
	f := transactions(names, head)
	if f == nil || bytes.Contains(head, []byte("<stmttrn>")) { // of OFX: movements, whose way another element says
		return 0, "no element of XML holds a time and a response code or an amount by names that are known"
	}
	document := elements(head)
	score, why := xmlReader(f).Sniff(name, document)
	if len(document) < len(text.Begin(head)) {
		return min(score, 50), why
	}
	return min(score, 60), why
}

// mostTitle bounds the lines of other text above the elements, such as the time at which a callback came.
const mostTitle = 3

// elements is what begins at the first line with elements; nil where none is near.
func elements(head []byte) []byte {
	rest := text.Begin(head)
	for n := 0; n < mostTitle && len(rest) > 0 && rest[0] != '<'; n++ {
		_, below, _ := bytes.Cut(rest, []byte("\n"))
		rest = text.Begin(below)
	}
	if len(rest) == 0 || rest[0] != '<' {
		return nil
	}
	return rest
}

func readXML(names *format.Format, st *entry.Stream, sink entry.Sink) (*entry.Summary, error) {
	f := transactions(names, st.Head)
	if f == nil { // only where somebody asks for it
		f = &format.Format{Name: "xml", Kind: format.XML, Record: "record"}
	}
	return xmlReader(f).Read(st, sink)
}

// transactions makes a format of the element that stands for a transaction in the head
// of a document, nil where none does.
func transactions(names *format.Format, head []byte) *format.Format {
	v := survey(names, head)
	if v == nil {
		return nil
	}
	best, all := v.best, v.sets[v.best]
	if name, deep := v.around.best(v.counts[best], v.deep[best]); name != "" {
		best, all = name, deep
	}
	if best == "" {
		return nil
	}
	f := &format.Format{Name: "xml"}
	if names != nil {
		*f = *names
	}
	f.Kind, f.Record, f.Side = format.XML, best, txn.Terminal
	if c := outside(v.stated, best); c != "" {
		f.Set = append(slices.Clone(f.Set), format.Constant{Field: field.Currency, Value: c})
		if !all.Has(field.Currency) {
			f.Title = fmt.Sprintf("rows without a currency have that of the document: %s", c)
		}
	}
	if !all.Has(field.Code) && !(all.Has(field.Status) && all.Has(field.STAN)) || all.Has(field.Fee) || all.Has(field.Net) || all.Has(field.SettleOn) {
		f.Side = txn.Settlement
	}
	return f
}

// element is one that is open, with what was seen in it.
type element struct {
	name   string
	known  field.Set
	parent bool
	deep   field.Set // of all elements in it
	inner  int       // transactions in it
	names  []string  // of elements in it that have others
	list   bool      // some of them are alike
}

// surveyed is what the head of a document has, by the names of elements.
type surveyed struct {
	known  func(name string) field.Set
	open   []element
	stated []string // paths of currencies, with their values
	best   string   // that stands for a transaction most often
	counts map[string]int
	sets   map[string]field.Set // of those that are transactions
	deep   map[string]field.Set // ... with all in them
	around wrappers
}

// survey looks through the head of a document; nil where it is none.
func survey(names *format.Format, head []byte) *surveyed {
	if head = elements(head); head == nil {
		return nil
	}
	charset := text.Judge(head)
	decoded, _ := charset.Decode(string(head))
	d := xml.NewDecoder(strings.NewReader(decoded))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is decoded
	v := &surveyed{counts: map[string]int{}, sets: map[string]field.Set{}, deep: map[string]field.Set{}}
	v.known = func(name string) field.Set {
		if names != nil && names.Binds(name) {
			f, _, _ := names.Lookup(name)
			return field.SetOf(f)
		}
		return known(name)
	}
	content := ""
	for {
		t, err := d.Token()
		if err != nil {
			return v
		}
		switch t := t.(type) {
		case xml.StartElement:
			e := element{name: t.Name.Local}
			for _, a := range t.Attr {
				e.known |= v.known(a.Name.Local)
			}
			if v.open = append(v.open, e); len(v.open) > 100 {
				return nil
			}
			content = ""
		case xml.CharData:
			content = strings.TrimSpace(string(t))
		case xml.EndElement:
			v.end(content)
		}
	}
}

// end closes the innermost element.
func (v *surveyed) end(content string) {
	e := v.open[len(v.open)-1]
	v.open = v.open[:len(v.open)-1]
	up := &element{} // of the document
	if len(v.open) > 0 {
		up = &v.open[len(v.open)-1]
	}
	up.parent = true
	if !e.parent {
		up.known |= v.known(e.name)
		v.state(e.name, content)
	}
	e.deep |= e.known
	if paid(e.known) {
		if v.counts[e.name]++; v.counts[e.name] > v.counts[v.best] {
			v.best = e.name
		}
		v.sets[e.name] |= e.known
		v.deep[e.name] |= e.deep
		e.inner = 1
	} else if e.parent {
		if e.inner == 0 && !e.list && paid(e.deep) && e.deep&ended != 0 {
			e.inner = 1
		}
		v.around.add(e.name, e.inner, e.deep)
	}
	if e.parent {
		up.list = up.list || e.list || slices.Contains(up.names, e.name)
		up.names = append(up.names, e.name)
	}
	up.deep |= e.deep
	up.inner += e.inner
}

// state keeps a currency that an element states, with where it stands.
func (v *surveyed) state(name, content string) {
	if len(v.open) == 0 || len(content) != 3 || !v.known(name).Has(field.Currency) || !currency(content) || len(v.stated) >= 1000 {
		return
	}
	path := "/"
	for _, o := range v.open {
		path += o.name + "/"
	}
	v.stated = append(v.stated, path+content)
}

// paid reports whether fields are those of a transaction: a time among them, and a response code or an amount.
func paid(s field.Set) bool {
	return (s.Has(field.Time) || s.Has(field.Date) || s.Has(field.SettleOn)) && s.Len() >= 3 && (s.Has(field.Code) || s.Has(field.Amount))
}

// ended are fields of the answer to a payment by card.
var ended = field.SetOf(field.Code, field.Status, field.AuthCode, field.PAN)

// wrapper is an element around one transaction each time, or around several.
type wrapper struct {
	name  string
	count int
	many  bool
	deep  field.Set
}

// wrappers are such elements, the outer ones last.
type wrappers []wrapper

func (w *wrappers) add(name string, inner int, deep field.Set) {
	k := slices.IndexFunc(*w, func(o wrapper) bool { return o.name == name })
	if k < 0 {
		if len(*w) > 100 {
			return
		}
		k = len(*w)
		*w = append(*w, wrapper{name: name})
	}
	if o := &(*w)[k]; inner == 1 {
		o.count++
		o.deep |= deep
	} else {
		o.many = o.many || inner > 1
	}
}

// best is the outermost element around each of n transactions that states what they lack: their amount,
// or how they ended. Where no element alone is one, n is 0.
func (w wrappers) best(n int, have field.Set) (name string, deep field.Set) {
	const outcome = 1<<field.Code | 1<<field.Status
	for _, o := range w {
		if o.many || o.count == 0 || n > 0 && o.count != n {
			continue
		}
		if n == 0 || !have.Has(field.Amount) && o.deep.Has(field.Amount) || have&outcome == 0 && o.deep&outcome != 0 {
			name, deep = o.name, o.deep
		}
	}
	return name, deep
}

// outside is the currency that stands outside of the elements of a name, "" where there is
// none or several.
func outside(stated []string, element string) (currency string) {
	for _, s := range stated {
		path, v := s[:len(s)-3], s[len(s)-3:]
		switch {
		case strings.Contains(path, "/"+element+"/"):
		case currency != "" && currency != v:
			return ""
		default:
			currency = v
		}
	}
	return currency
}

// known is the field that a name stands for, as a set.
func known(name string) field.Set {
	if f, _ := meant(name); f != field.None && f != field.Ignore {
		return field.SetOf(f)
	}
	return 0
}

// meant is the field of a name by the dictionary or, for money and times, by its words:
// TransactionGrossAmount.
func meant(name string) (field.Field, field.Unit) {
	f, u, ok := field.Lookup(name)
	if !ok {
		if w, unit, _, ok := field.Compose(name); ok && (w.Money() || w.Temporal() || w == field.Currency) {
			return w, unit
		}
	}
	return f, u
}
