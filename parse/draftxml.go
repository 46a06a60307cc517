package parse

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/poslog/poslog/parse/format"
	"github.com/poslog/poslog/txn"
)

// xml drafts a format of XML: of the element that has others in it, or attributes, and
// stands there most often.
func (d *drafting) xml() bool {
	text := strings.TrimSpace(strings.Join(d.lines, "\n"))
	if !strings.HasPrefix(text, "<") {
		return false
	}
	counts := map[string]int{}
	record := ""
	walkXML(text, func(e *xmlNode) {
		if len(e.values) < 2 {
			return
		}
		// The outer one of two that stand there as often is closed later.
		if counts[e.name]++; counts[e.name] >= counts[record] {
			record = e.name
		}
	})
	if counts[record] < 2 {
		return false
	}
	d.kind = format.XML
	d.top = append(d.top, "record: "+quoteYAML(record)+fmt.Sprintf(" # %d of them among the first lines", counts[record]), "side: terminal # TODO or switch or settlement")
	index := map[string]int{}
	walkXML(text, func(e *xmlNode) {
		if e.name != record {
			return
		}
		if d.sample == nil {
			d.sample = []string{txn.Scrub(strings.Join(strings.Fields(text[e.from:e.to]), " "))}
		}
		for _, v := range e.values {
			i, ok := index[v[0]]
			if !ok {
				if len(d.cols) >= 60 {
					continue
				}
				i = len(d.cols)
				index[v[0]] = i
				d.cols = append(d.cols, draftColumn{name: v[0]})
			}
			if v[1] != "" && len(d.cols[i].values) < 20 {
				d.cols[i].values = append(d.cols[i].values, v[1])
			}
		}
	})
	d.judge()
	d.words()
	return true
}

// xmlNode is an element of an XML text with what is in it: the path and the value of
// every attribute and every element that holds text alone.
type xmlNode struct {
	name     string
	from, to int
	values   [][2]string
	text     string
	parent   bool // of other elements
}

// walkXML calls each for every element that is closed before the text ends.
func walkXML(text string, each func(*xmlNode)) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.Strict = false
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is decoded
	var open []*xmlNode
	for {
		from := int(dec.InputOffset())
		t, err := dec.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			e := &xmlNode{name: t.Name.Local, from: from}
			for _, a := range t.Attr {
				e.values = append(e.values, [2]string{"@" + a.Name.Local, strings.Clone(a.Value)})
			}
			if open = append(open, e); len(open) > 100 {
				return
			}
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			}
		case xml.EndElement:
			e := open[len(open)-1]
			open = open[:len(open)-1]
			e.to = int(dec.InputOffset())
			each(e)
			if len(open) == 0 {
				continue
			}
			up := open[len(open)-1]
			up.parent = true
			if !e.parent {
				up.values = append(up.values, [2]string{e.name, strings.TrimSpace(e.text)})
			}
			for _, v := range e.values {
				if len(up.values) < 1000 {
					up.values = append(up.values, [2]string{e.name + "/" + v[0], v[1]})
				}
			}
		}
	}
}
