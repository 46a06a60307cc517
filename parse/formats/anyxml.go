package formats

import (
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
	if f == nil {
		return 0, "no element of XML holds a time and a response code or an amount by names that are known"
	}
	score, why := xmlReader(f).Sniff(name, head)
	return min(score, 60), why
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
	first := text.Begin(head)
	if len(first) == 0 || first[0] != '<' {
		return nil
	}
	charset := text.Judge(head)
	decoded, _ := charset.Decode(string(head))
	d := xml.NewDecoder(strings.NewReader(decoded))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is decoded
	known := func(name string) field.Set {
		if names != nil && names.Binds(name) {
			f, _, _ := names.Lookup(name)
			return field.SetOf(f)
		}
		return known(name)
	}
	type node struct {
		name   string
		known  field.Set
		parent bool
		deep   field.Set // of all elements in it
		inner  int       // transactions in it
		names  []string  // of elements in it that have others
		list   bool      // some of them are alike
	}
	around, deep := wrappers{}, map[string]field.Set{} // by name, of those that are transactions
	var open []node
	var stated []string // paths of currencies, with their values
	content := ""
	counts, sets := map[string]int{}, map[string]field.Set{}
	best := ""
	for {
		t, err := d.Token()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			n := node{name: t.Name.Local}
			for _, a := range t.Attr {
				n.known |= known(a.Name.Local)
			}
			if open = append(open, n); len(open) > 100 {
				return nil
			}
			content = ""
		case xml.CharData:
			content = strings.TrimSpace(string(t))
		case xml.EndElement:
			n := open[len(open)-1]
			open = open[:len(open)-1]
			if len(open) > 0 {
				up := &open[len(open)-1]
				up.parent = true
				if !n.parent {
					up.known |= known(n.name)
				}
				if !n.parent && len(content) == 3 && known(n.name).Has(field.Currency) && currency(content) && len(stated) < 1000 {
					path := "/"
					for _, o := range open {
						path += o.name + "/"
					}
					stated = append(stated, path+content)
				}
			}
			s := n.known
			n.deep |= s
			whole := paid(s)
			if whole {
				counts[n.name]++
				if sets[n.name] |= s; counts[n.name] > counts[best] {
					best = n.name
				}
				deep[n.name] |= n.deep
				n.inner = 1
			} else if n.parent {
				if n.inner == 0 && !n.list && paid(n.deep) && n.deep&ended != 0 {
					n.inner = 1
				}
				around.add(n.name, n.inner, n.deep)
			}
			if len(open) > 0 {
				up := &open[len(open)-1]
				if n.parent {
					up.list = up.list || n.list || slices.Contains(up.names, n.name)
					up.names = append(up.names, n.name)
				}
				up.deep |= n.deep
				up.inner += n.inner
			}
		}
	}
	if name, all := around.best(counts[best], deep[best]); name != "" {
		best, sets[name] = name, all
	}
	if best == "" {
		return nil
	}
	f := &format.Format{Name: "xml"}
	if names != nil {
		*f = *names
	}
	f.Kind, f.Record, f.Side = format.XML, best, txn.Terminal
	if v := outside(stated, best); v != "" {
		f.Set = append(slices.Clone(f.Set), format.Constant{Field: field.Currency, Value: v})
		if !sets[best].Has(field.Currency) {
			f.Title = fmt.Sprintf("rows without a currency have that of the document: %s", v)
		}
	}
	if s := sets[best]; !s.Has(field.Code) && !(s.Has(field.Status) && s.Has(field.STAN)) || s.Has(field.Fee) || s.Has(field.Net) || s.Has(field.SettleOn) {
		f.Side = txn.Settlement
	}
	return f
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
